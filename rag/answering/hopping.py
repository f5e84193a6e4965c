"""The second hop: from a name in one of the best passages to the articles that are about it.

"When was the director of Aldri born" is answered in two articles: the film's names its director, and nothing
in the question leads to the article about that person but this name. Names are learned from the archive
(`rag.store.subjects`), so there is a link only where an article is about what a passage names.

Which questions need it is not guessed from their words. A linked passage is read twice, with the question as
asked and with the name in it: it takes part when the name is what makes it answer, or come near to it.
Where the first passages answer by themselves, a name adds little to any other, and their ranking stays as it
is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rag import patterns
from rag.answering.asked import Asked
from rag.answering.budget import BoundedReranker
from rag.answering.confidence import shares_a_name
from rag.answering.english.lexicon import ROLES, TITLES
from rag.answering.ranking import RERANK_WEIGHT, Ranked, fused_like, in_its_article, in_order, on_scale
from rag.answering.relations import meant, stood_for, tells_who
from rag.encoding import Reranker, Vectors
from rag.store import Candidate, Name, Snapshot, fold, words_of
from rag.types import Filters, Hop

# Passages whose names are followed; those behind name more and more that the question does not mean.
_SOURCES = 3
# A name with more chunks about it than this leads nowhere in particular.
_MOST_CHUNKS = 64
# Linked passages that are read; the weakest links are not.
_READ = 8
# What the name must add to a passage's logit: it then answers with e⁵ times the odds. It need not answer
# whole, since of three articles the second only leads on; what lies below the least does neither.
_LEAST_RISE, _LEAST_TOLD = 5.0, -5.0
# What is in the ranking by itself keeps its place; it answers with the name that adds e³ times the odds.
_ANSWERING_RISE = 3.0
_BELOW = 1e-9

# Another word with a capital letter directly behind.
_GOES_ON = patterns.compile(r"[ -][^\W\d_a-zß-öø-ÿ]")

_OFFICES = ROLES | TITLES

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
    reranker: BoundedReranker,
    dense_weight: float,
    asked: Asked,
    in_place: bool,
) -> list[Ranked]:
    """The reranked ranking, with the passages in their places that the first ones lead to.

    A passage that answers once it is told the name, or comes near to it, stands where that reading puts it,
    below the passage that names it; one that stands there by itself keeps its place, and answers with the
    name where `in_place` allows it. `vector` is the question's unit vector `[dimension]`, `names` those of it
    that have other forms, `asked` what the cross-encoder reads for it.
    """
    links = _links(
        ranking, question, vector, snapshot=snapshot, filters=filters, names=names, dense_weight=dense_weight
    )
    links = links[: reranker.links(len(links))]
    hops = [_hop(link, question) for link in links]
    told = [_told(asked, link, hop, reranker) for link, hop in zip(links, hops, strict=True)]
    # Most tell nothing of it even with the name in the question: those need no second reading.
    near = [one for one in zip(links, hops, told, strict=True) if one[2] >= _LEAST_TOLD]
    places = {_place(ranked.candidate): ranked for ranked in ranking}
    own = _own_logits([link.ranked for link, _, _ in near], places, asked, reranker)
    scale = [ranked.scores.rerank for ranked in ranking if ranked.scores.rerank is not None]
    for (link, hop, logit), without in zip(near, own, strict=True):
        place = _place(link.ranked.candidate)
        before = places[place].score if place in places else -math.inf
        score = before
        if logit - without >= _LEAST_RISE:
            fused = link.ranked.scores.fused or 0.0
            read = RERANK_WEIGHT * on_scale([logit], scale)[0] + (1 - RERANK_WEIGHT) * fused
            score = max(before, min(read, link.source.score - _BELOW))
        answers = in_place and logit > 0 and logit - without >= _ANSWERING_RISE
        if score > before or (answers and before < link.source.score and place in places):
            scores = replace(link.ranked.scores, rerank=without, hop=logit)
            places[place] = Ranked(link.ranked.candidate, score, scores, hop)
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
    found already, and what the article also writes in lower case is no name there, nor is the first word of
    a longer one; of the others that a passage mentions, the question may mean only some. A passage without
    any name of the question is about another matter, and leads nowhere, nor does one that says who is asked
    for. Of each article that a name leads to, the passage nearest to the question counts. A link is weaker
    where its passage stands lower, where the name is less of the title, and where it leads to several
    articles.
    """
    sources = [source for source in ranking[:_SOURCES] if _is_asked_about(source, question, names)]
    asked = snapshot.mentioned(question, filters=filters, most=_MOST_CHUNKS).keys()
    named: list[dict[str, list[int]]] = []
    for source in sources:
        found = snapshot.mentioned(source.candidate.text, filters=filters, most=_MOST_CHUNKS)
        article = source.candidate.article.text
        sentences = [one.of(article) for one in source.candidate.sentences]
        if tells_who(question, sentences):
            named.append({})
            continue
        new = {
            name
            for name in found
            if name not in asked and not _is_word(name, article) and _is_whole(name, source.candidate.text)
        }
        followed = meant(new, question, sentences)
        named.append({name: rows for name, rows in found.items() if name in followed})
    rows = sorted({row for found in named for several in found.values() for row in several})
    if not rows:
        return []
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


def _is_asked_about(source: Ranked, question: str, names: Sequence[Name]) -> bool:
    """Whether a passage has a name of the question, in any of its forms."""
    text = source.candidate.article.card.in_context(source.candidate.text)
    folded = f" {fold(text)} "
    return shares_a_name(question, text) or any(
        f" {fold(form)} " in folded for name in names for form in name.forms
    )


def _is_word(name: str, text: str) -> bool:
    """Whether the text writes a folded name as an ordinary word too: "the ambassador", beside a headline that
    begins with "Ambassador"."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def _is_whole(name: str, text: str) -> bool:
    """Whether the text writes a folded name without another one behind it, where that is a single word or an
    office: the "Elena" of "Elena Maria" is nobody else's, nor is the "Chief Whip" of "Chief Whip Elena"."""
    parts = name.split()
    if len(parts) > 1 and _OFFICES.isdisjoint(parts):
        return True
    words = words_of(text)
    runs = (words[first : first + len(parts)] for first in range(len(words) - len(parts) + 1))
    return any(
        [word.folded for word in run] == parts and not _GOES_ON.match(text, run[-1].end) for run in runs
    )


def _hop(link: _Link, question: str) -> Hop:
    """A link as it is told, with the words of the question that its name stands for."""
    source = link.source.candidate
    sentences = [one.of(source.article.text) for one in source.sentences]
    stands_for = stood_for(link.name, question, sentences, title=source.article.card.title)
    name = _as_written(link.name, source)
    return Hop(name, source.chunk.article_id, link.ranked.candidate.chunk.article_id, stands_for)


def _as_written(name: str, source: Candidate) -> str:
    """A folded name as the passage writes it, where that names it."""
    count = len(name.split())
    words = words_of(source.text)
    for first, last in zip(words, words[count - 1 :], strict=False):
        if fold(written := source.text[first.start : last.end]) == name:
            return written
    return name


def _nearest_of_articles(passages: Sequence[Ranked]) -> list[Ranked]:
    """Of each article the passage with the highest fused score."""
    nearest: dict[str, Ranked] = {}
    for ranked in in_order(passages):
        nearest.setdefault(ranked.candidate.chunk.article_id, ranked)
    return list(nearest.values())


def _told(asked: Asked, link: _Link, hop: Hop, reranker: Reranker) -> float:
    """The logit of the link's passage for the question with the name in it."""
    try:
        return asked.told(hop).logits([in_its_article(link.ranked.candidate)], reranker)[0]
    except ValueError:
        # The window holds the question and not the name too: the link is not followed.
        return -math.inf


def _own_logits(
    passages: Sequence[Ranked], places: Mapping[_Place, Ranked], asked: Asked, reranker: Reranker
) -> list[float]:
    """The logit of each passage for the question as asked, read where the ranking does not have it."""
    known = [
        places[place].scores.rerank if (place := _place(one.candidate)) in places else None
        for one in passages
    ]
    unread = [one for one, logit in zip(passages, known, strict=True) if logit is None]
    read = iter(asked.logits([in_its_article(one.candidate) for one in unread], reranker))
    return [next(read) if logit is None else logit for logit in known]


def _place(candidate: Candidate) -> _Place:
    return candidate.chunk.article_id, candidate.chunk.start
