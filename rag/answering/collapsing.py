"""One place for one story: copies among the candidates make way for the article that they are copies of.

It is decided for each question among the candidates that its filters admit, pair by pair: nothing that a
later article says, or one that was filtered out, can bear on it, and a copy asked for alone is found.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from rag.answering.ranking import Ranked, in_order
from rag.copies import (
    LEAST_ALIKE,
    Wording,
    alikeness,
    canonical_order,
    distance_of,
    is_copy,
    may_be_copy,
    unpack_signatures,
    wording_of,
)
from rag.store import StoredText
from rag.types import Span

# A passage takes the place of a copy's when at least this share of the shorter one's words is in both.
_SAME_PASSAGE = 0.5


def copies_among(articles: Sequence[StoredText]) -> dict[str, str]:
    """Each copy's article id → the id of the article that it is a copy of, which is itself no copy.

    Does not depend on the order of the articles.
    """
    signed = sorted(
        (article for article in articles if article.signature),
        key=lambda article: canonical_order(article.card, len(article.text)),
    )
    if len(signed) < 2:
        return {}
    signatures = unpack_signatures(article.signature for article in signed)
    originals: list[int] = []
    found: dict[str, str] = {}
    for place, article in enumerate(signed):
        shares = alikeness(signatures[place], signatures[originals])
        alike = [(signed[originals[at]], float(shares[at])) for at in np.flatnonzero(shares >= LEAST_ALIKE)]
        original = next((other for other, share in alike if _is_copy(article, other, share)), None)
        if original is None:
            originals.append(place)
        else:
            found[article.card.article_id] = original.card.article_id
    return dict(sorted(found.items()))


def _is_copy(article: StoredText, original: StoredText, alike: float) -> bool:
    distance = distance_of(article.card, original.card)
    return may_be_copy(alike, distance) and is_copy(_wording(article), _wording(original), distance)


def _wording(article: StoredText) -> Wording:
    return _cached_wording(article.text, article.sentences, article.card.title)


@functools.lru_cache(maxsize=256)
def _cached_wording(text: str, sentences: tuple[Span, ...], title: str) -> Wording:
    return wording_of(text, sentences, title=title)


def collapse(ranking: Sequence[Ranked]) -> tuple[list[Ranked], Mapping[str, str]]:
    """The ranking without the passages of copies, and which article each is a copy of.

    An article's passage takes the better of its own place and that of the same passage in a copy.
    """
    articles = {ranked.candidate.chunk.article_id: ranked.candidate.article for ranked in ranking}
    copies = copies_among(list(articles.values()))
    if not copies:
        return list(ranking), {}
    kept = [ranked for ranked in ranking if ranked.candidate.chunk.article_id not in copies]
    passages: dict[str, list[int]] = {}
    for place, ranked in enumerate(kept):
        passages.setdefault(ranked.candidate.chunk.article_id, []).append(place)
    words = functools.cache(lambda text: frozenset(text.casefold().split()))
    for ranked in ranking:
        original = copies.get(ranked.candidate.chunk.article_id)
        if original is None:
            continue
        said = words(ranked.candidate.text)
        shared = [
            len(said & other) / min(len(said), len(other))
            for other in (words(kept[place].candidate.text) for place in passages[original])
        ]
        best = int(np.argmax(shared))
        place = passages[original][best]
        if shared[best] >= _SAME_PASSAGE and ranked.score > kept[place].score:
            fused = max(kept[place].scores.fused or 0.0, ranked.scores.fused or 0.0)
            scores = replace(kept[place].scores, fused=fused)
            kept[place] = replace(kept[place], score=ranked.score, scores=scores)
    return in_order(kept), copies


def copies_of(article_id: str, copies: Mapping[str, str]) -> list[str]:
    """The copies that the article stands for."""
    return [copy for copy, original in copies.items() if original == article_id]


def joined(earlier: Mapping[str, str], later: Mapping[str, str]) -> dict[str, str]:
    """Copies found in two passes: what stood for one in the first may be found to be a copy in the second."""
    stands = {copy: later.get(original, original) for copy, original in earlier.items()}
    return dict(sorted({**stands, **later}.items()))
