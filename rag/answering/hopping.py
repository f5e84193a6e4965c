"""The second hop: from a name in one of the best passages to the articles that are about it.

"When was the director of Aldri born" is answered in two articles: the film's names its director, and nothing
in the question leads to the article about that person but this name. Names are learned from the archive
(`rag.store.naming`), so a link is there only where an article is about just what a passage names. No rule
says which questions need it. What the archive links is lifted by a bounded share of the score of the passage
that names it, and never above that passage: where the first passages answer, they stay where they are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag.answering.ranking import Ranked, fused_like, in_order
from rag.encoding import Vectors
from rag.store import Candidate, Snapshot
from rag.types import Filters, Hop

# Passages whose names are followed; those behind name more and more that the question does not mean.
_SOURCES = 3
# A name with more chunks about it than this leads nowhere in particular.
_MOST_CHUNKS = 64
# The share of its own fused score that a passage keeps which the reranker has not read.
_UNREAD_SHARE = 0.5
_BELOW = 1e-9


def follow_names(
    ranking: Sequence[Ranked],
    question: str,
    vector: Vectors,
    *,
    snapshot: Snapshot,
    filters: Filters,
    share: float,
    dense_weight: float,
) -> list[Ranked]:
    """The ranking with the passages in it that the first ones lead to, by names that the question lacks.

    Of each article that a name leads to, the passage nearest to the question. It gets `share` of the score of
    the passage that names it, less where the name leads to several articles (by the square root of their
    number), besides its own score. `vector` is the question's unit vector `[dimension]`.
    """
    sources = [ranked for ranked in ranking[:_SOURCES] if ranked.score > 0]
    links = [
        snapshot.mentioned(ranked.candidate.text, filters=filters, most=_MOST_CHUNKS) for ranked in sources
    ]
    asked = snapshot.mentioned(question, filters=filters, most=_MOST_CHUNKS).keys()
    rows = sorted(
        {row for named in links for name, found in named.items() if name not in asked for row in found}
    )
    linked = dict(zip(rows, snapshot.score(rows, vector, question, filters=filters), strict=True))
    own = _own_scores(ranking, linked, dense_weight=dense_weight)
    lifted: dict[tuple[str, int], Ranked] = {}
    for source, named in zip(sources, links, strict=True):
        for name, found in named.items():
            if name in asked:
                continue
            nearest = _nearest_of_articles([linked[row] for row in found], own)
            bonus = share * source.score / math.sqrt(len(nearest))
            for candidate in nearest:
                place = _place(candidate)
                ranked, keeps = own[place]
                score = min(keeps + bonus, source.score - _BELOW)
                if place == _place(source.candidate) or score <= lifted.get(place, ranked).score:
                    continue
                hop = Hop(name, source.candidate.chunk.article_id, candidate.chunk.article_id)
                scores = replace(ranked.scores, hop=score - ranked.score)
                lifted[place] = replace(ranked, score=score, scores=scores, hop=hop)
    kept = {_place(ranked.candidate): ranked for ranked in ranking}
    return in_order([*(kept | lifted).values()])


def _own_scores(
    ranking: Sequence[Ranked], linked: Mapping[int, Candidate], *, dense_weight: float
) -> dict[tuple[str, int], tuple[Ranked, float]]:
    """Each passage as ranked so far, and what its own score adds to a lift.

    One that the reranker did not read has a part of its fused score: a lift must not turn into a fall.
    """
    places = {_place(ranked.candidate): ranked for ranked in ranking}
    new = [candidate for candidate in linked.values() if _place(candidate) not in places]
    behind = min((ranked.score for ranked in ranking), default=0.0) - 1
    for candidate, scores in zip(new, fused_like(ranking, new, dense_weight=dense_weight), strict=True):
        places[_place(candidate)] = Ranked(candidate, behind, scores)
    return {
        place: (ranked, ranked.score if ranked.score > 0 else _UNREAD_SHARE * (ranked.scores.fused or 0.0))
        for place, ranked in places.items()
    }


def _nearest_of_articles(
    candidates: Sequence[Candidate], own: Mapping[tuple[str, int], tuple[Ranked, float]]
) -> list[Candidate]:
    """Of each article the candidate with the most of its own score, ties by place."""
    nearest: dict[str, Candidate] = {}
    for candidate in sorted(candidates, key=lambda one: (-own[_place(one)][1], _place(one))):
        nearest.setdefault(candidate.chunk.article_id, candidate)
    return list(nearest.values())


def _place(candidate: Candidate) -> tuple[str, int]:
    return candidate.chunk.article_id, candidate.chunk.start
