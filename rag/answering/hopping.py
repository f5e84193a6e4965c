"""The second hop: from a name in one of the best passages to the articles that are about it.

"When was the director of Aldri born" is answered in two articles: the film's names its director, and nothing
in the question leads to the article about that person but this name. Names are learned from the archive
(`rag.store.subjects`), so there is a link only where an article is about what a passage names.

Which questions need it is not guessed from their words. A linked passage is read twice, with the question as
asked and with the name beside it: it takes part when only the name makes it answer. Where the first passages
answer by themselves, a name adds little to any other, and their ranking stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag.answering.ranking import RERANK_WEIGHT, Ranked, fused_like, in_order, on_scale
from rag.encoding import Reranker, Vectors
from rag.store import Candidate, Name, Snapshot, fold
from rag.types import Filters, Hop

# Passages whose names are followed; those behind name more and more that the question does not mean.
_SOURCES = 3
# A name with more chunks about it than this leads nowhere in particular.
_MOST_CHUNKS = 64
# Linked passages that are read; the weakest links are not.
_READ = 8
# What the name must add to a passage's logit, in which it then answers likelier than not: odds of e³ to 1.
_LEAST_RISE = 3.0
_BELOW = 1e-9

_Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Link:
    """A passage that a name in a better one leads to; `strength` orders the links of a question."""

    ranked: Ranked
    source: Ranked
    name: str
    strength: float


def follow_names(
    ranking: Sequence[Ranked],
    question: str,
    vector: Vectors,
    *,
    snapshot: Snapshot,
    filters: Filters,
    names: Sequence[Name],
    reranker: Reranker,
    dense_weight: float,
) -> list[Ranked]:
    """The reranked ranking, with the passages in their places that the first ones lead to.

    A passage that answers once it is told the name stands where that reading puts it, below the passage that
    names it. `vector` is the question's unit vector `[dimension]`, `names` those of it that have other forms.
    """
    links = _links(
        ranking, question, vector, snapshot=snapshot, filters=filters, names=names, dense_weight=dense_weight
    )
    places = {_place(ranked.candidate): ranked for ranked in ranking}
    linked = _with_own_logits(links, places, question, reranker)
    told = [float(_read(f"{question} {link.name}", [link.ranked], reranker)[0]) for link in links]
    scale = [ranked.scores.rerank for ranked in ranking if ranked.scores.rerank is not None]
    for link, logit, crossed in zip(links, told, on_scale(told, scale), strict=True):
        place = _place(link.ranked.candidate)
        own = linked[place]
        if logit <= 0 or logit - (own.scores.rerank or 0.0) < _LEAST_RISE:
            continue
        read = RERANK_WEIGHT * crossed + (1 - RERANK_WEIGHT) * (own.scores.fused or 0.0)
        score = min(read, link.source.score - _BELOW)
        if place not in places or places[place].score < score:
            hop = Hop(link.name, link.source.candidate.chunk.article_id, place[0])
            places[place] = Ranked(own.candidate, score, replace(own.scores, hop=logit), hop)
    return in_order(list(places.values()))


def _links(
    ranking: Sequence[Ranked],
    question: str,
    vector: Vectors,
    *,
    snapshot: Snapshot,
    filters: Filters,
    names: Sequence[Name],
    dense_weight: float,
) -> list[_Link]:
    """The strongest links of the first passages, strongest first, one to each passage.

    Names that stand in the question, and names of what a passage is itself about, lead to what retrieval has
    found already. Of each article that a name leads to, the passage nearest to the question counts. A link is
    weaker where its passage stands lower, where the name is less of the title, and where it leads to several
    articles.
    """
    sources = ranking[:_SOURCES]
    asked = snapshot.mentioned(question, filters=filters, most=_MOST_CHUNKS).keys()
    named = [
        {name: rows for name, rows in found.items() if name not in asked}
        for found in (
            snapshot.mentioned(source.candidate.text, filters=filters, most=_MOST_CHUNKS)
            for source in sources
        )
    ]
    rows = sorted({row for found in named for several in found.values() for row in several})
    candidates = snapshot.score(rows, vector, question, filters=filters, names=names)
    scores = fused_like(ranking, candidates, dense_weight=dense_weight)
    passages = {
        row: Ranked(candidate, parts.fused or 0.0, parts)
        for row, candidate, parts in zip(rows, candidates, scores, strict=True)
    }
    links: dict[_Place, _Link] = {}
    for source, found in zip(sources, named, strict=True):
        for name, several in found.items():
            nearest = _nearest_of_articles([passages[row] for row in several])
            if any(
                ranked.candidate.chunk.article_id == source.candidate.chunk.article_id for ranked in nearest
            ):
                continue
            for ranked in nearest:
                share = len(name.split()) / max(1, len(fold(ranked.candidate.article.card.title).split()))
                strength = (source.score + ranked.score) * math.sqrt(min(1.0, share) / len(nearest))
                link = _Link(ranked, source, name, strength)
                known = links.setdefault(_place(ranked.candidate), link)
                if known.strength < strength:
                    links[_place(ranked.candidate)] = link
    strongest = sorted(links.values(), key=lambda link: (-link.strength, _place(link.ranked.candidate)))
    return strongest[:_READ]


def _nearest_of_articles(passages: Sequence[Ranked]) -> list[Ranked]:
    """Of each article the passage with the highest fused score."""
    nearest: dict[str, Ranked] = {}
    for ranked in in_order(passages):
        nearest.setdefault(ranked.candidate.chunk.article_id, ranked)
    return list(nearest.values())


def _with_own_logits(
    links: Sequence[_Link], places: Mapping[_Place, Ranked], question: str, reranker: Reranker
) -> dict[_Place, Ranked]:
    """The linked passages with the logit that each has for the question as asked."""
    own = {_place(link.ranked.candidate): link.ranked for link in links}
    unread = []
    for place, ranked in own.items():
        logit = places[place].scores.rerank if place in places else None
        own[place] = replace(ranked, scores=replace(ranked.scores, rerank=logit))
        if logit is None:
            unread.append(place)
    for place, logit in zip(unread, _read(question, [own[place] for place in unread], reranker), strict=True):
        own[place] = replace(own[place], scores=replace(own[place].scores, rerank=float(logit)))
    return own


def _read(question: str, passages: Sequence[Ranked], reranker: Reranker) -> Vectors:
    """Logits `[len(passages)]` of the passages in their articles."""
    texts = [ranked.candidate.article.card.in_context(ranked.candidate.text) for ranked in passages]
    return reranker.score(question, texts)


def _place(candidate: Candidate) -> _Place:
    return candidate.chunk.article_id, candidate.chunk.start
