"""One place for one story: copies among the candidates make way for the article that they are copies of.

It is decided for each question among the candidates that its filters admit, pair by pair: nothing that a
later article says, or one that was filtered out, can bear on it, and a copy asked for alone is found.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.answering.ranking import Ranked, in_order
from rag.copies import (
    LEAST_ALIKE,
    Pair,
    Wording,
    alikeness,
    canonical_order,
    distance_of,
    is_copy,
    may_be_copy,
    pairs_of,
    shares_enough,
    unpack_signatures,
    wording_of,
)
from rag.store import StoredText

# A passage takes the place of a copy's when at least this share of the shorter one's words is in both.
_SAME_PASSAGE = 0.5


Verdicts = dict[tuple[str, str], bool]
"""Whether the first article of each pair of ids is a copy of the second, in one snapshot.
That depends on the two alone, and the same ones meet again within a question and in the next, so that it is
worth keeping."""
_MOST_VERDICTS = 100_000


def copies_among(articles: Sequence[StoredText], verdicts: Verdicts) -> dict[str, str]:
    """Each copy's article id → the id of the article that it is a copy of, which is itself no copy.

    Does not depend on the order of the articles. What is not among the verdicts is put there.
    """
    signed = sorted(
        _alike_to_another([article for article in articles if article.signature]),
        key=lambda article: canonical_order(article.card, len(article.text.encode())),
    )
    if not signed:
        return {}
    signatures = unpack_signatures(article.signature for article in signed)
    originals: list[int] = []

    @functools.cache
    def pairs(place: int) -> frozenset[Pair]:
        return pairs_of(signed[place].text, signed[place].sentences)

    @functools.cache
    def wording(place: int) -> Wording:
        article = signed[place]
        return wording_of(article.text, article.sentences, title=article.card.title)

    def copies(place: int, original: int, alike: float) -> bool:
        one, other = signed[place].card, signed[original].card
        distance = distance_of(one, other)
        if not may_be_copy(alike, distance):
            return False
        pair = (one.article_id, other.article_id)
        copied = verdicts.get(pair)
        if copied is None:
            copied = shares_enough(pairs(place), pairs(original)) and is_copy(
                wording(place), wording(original), distance
            )
            if len(verdicts) >= _MOST_VERDICTS:
                verdicts.clear()
            verdicts[pair] = copied
        return copied

    found: dict[str, str] = {}
    for place, article in enumerate(signed):
        shares = alikeness(signatures[place], signatures[originals])
        alike = [(originals[at], float(shares[at])) for at in np.flatnonzero(shares >= LEAST_ALIKE)]
        original = next((other for other, share in alike if copies(place, other, share)), None)
        if original is None:
            originals.append(place)
        else:
            found[article.card.article_id] = signed[original].card.article_id
    return dict(sorted(found.items()))


def _alike_to_another(articles: Sequence[StoredText]) -> list[StoredText]:
    """Those whose signature is enough like another's for one of the two to be a copy; most have no such."""
    if len(articles) < 2:
        return []
    signatures = unpack_signatures(article.signature for article in articles)
    alike = alikeness(signatures[:, None], signatures[None]) >= LEAST_ALIKE
    np.fill_diagonal(alike, val=False)
    return [article for article, others in zip(articles, alike, strict=True) if others.any()]


@dataclass(frozen=True, slots=True)
class Copy:
    """An article that is a copy, and the id of the article that stands for it."""

    article: StoredText
    original: str


Copies = Mapping[str, Copy]
"""The copies that were found, by their ids in ascending order."""


def collapse(ranking: Sequence[Ranked], verdicts: Verdicts) -> tuple[list[Ranked], Copies]:
    """The ranking without the passages that copies have from their originals, and the copies.

    An article's passage takes the better of its own place and that of the same passage in a copy, with the
    link that led there. A passage of a copy whose place no passage of the original can take stays, once for
    all copies: it may be the only one that answers.
    """
    articles = {ranked.candidate.chunk.article_id: ranked.candidate.article for ranked in ranking}
    copies = copies_among(list(articles.values()), verdicts)
    if not copies:
        return list(ranking), {}
    kept = [ranked for ranked in ranking if ranked.candidate.chunk.article_id not in copies]
    passages: dict[str, list[int]] = {}
    for place, ranked in enumerate(kept):
        passages.setdefault(ranked.candidate.chunk.article_id, []).append(place)
    words = functools.cache(lambda text: frozenset(text.casefold().split()))
    for ranked in in_order(ranking):
        original = copies.get(ranked.candidate.chunk.article_id)
        if original is None:
            continue
        said = words(ranked.candidate.text)
        shared = [
            len(said & other) / min(len(said), len(other))
            for other in (words(kept[place].candidate.text) for place in passages.get(original, ()))
        ]
        best = int(np.argmax(shared)) if shared else None
        if best is None or shared[best] < _SAME_PASSAGE:
            # It stands for the same passage of further copies.
            passages.setdefault(original, []).append(len(kept))
            kept.append(ranked)
        elif ranked.score > kept[place := passages[original][best]].score:
            kept[place] = _in_place_of(ranked, kept[place])
    found = {copy: Copy(articles[copy], original) for copy, original in copies.items()}
    return in_order(kept), found


def _in_place_of(copied: Ranked, own: Ranked) -> Ranked:
    """The original's own passage in the place of the same one in a copy: by its score and by its link."""
    target = own.candidate.chunk.article_id
    hop = replace(copied.hop, target=target) if copied.hop and copied.hop.source != target else None
    fused = max(own.scores.fused or 0.0, copied.scores.fused or 0.0)
    scores = replace(copied.scores, dense=own.scores.dense, lexical=own.scores.lexical, fused=fused)
    return replace(own, score=copied.score, scores=scores, hop=hop)


def copies_of(article_id: str, copies: Copies) -> list[StoredText]:
    """The copies that the article stands for."""
    return [copy.article for copy in copies.values() if copy.original == article_id]


def joined(earlier: Copies, later: Copies) -> Copies:
    """Copies found in two passes: what stood for one in the first may be found to be a copy in the second."""
    stands = {
        name: replace(copy, original=later[copy.original].original) if copy.original in later else copy
        for name, copy in earlier.items()
    }
    return dict(sorted({**stands, **later}.items()))
