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
    Distance,
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

    Does not depend on the order of the articles. What is not among the verdicts is put there. Only articles
    that have a copy here, or may have one, are read: most questions have none.
    """
    pairs = _worth_holding([article for article in articles if article.signature], verdicts)
    named = frozenset[str]().union(*pairs)
    signed = sorted(
        (article for article in articles if article.card.article_id in named),
        key=lambda article: canonical_order(article.card, len(article.text.encode())),
    )

    @functools.cache
    def pairs_in(article: StoredText) -> frozenset[Pair]:
        return pairs_of(article.text, article.sentences)

    @functools.cache
    def wording(article: StoredText) -> Wording:
        return wording_of(article.text, article.sentences, title=article.card.title)

    def copies(one: StoredText, other: StoredText) -> bool:
        pair = (one.card.article_id, other.card.article_id)
        distance = pairs.get(frozenset(pair))
        if distance is None:
            return False
        copied = verdicts.get(pair)
        if copied is None:
            copied = shares_enough(pairs_in(one), pairs_in(other)) and is_copy(
                wording(one), wording(other), distance
            )
            if len(verdicts) >= _MOST_VERDICTS:
                verdicts.clear()
            verdicts[pair] = copied
        return copied

    originals: list[StoredText] = []
    found: dict[str, str] = {}
    for article in signed:
        original = next((other for other in originals if copies(article, other)), None)
        if original is None:
            originals.append(article)
        else:
            found[article.card.article_id] = original.card.article_id
    return dict(sorted(found.items()))


def _worth_holding(articles: Sequence[StoredText], verdicts: Verdicts) -> dict[frozenset[str], Distance]:
    """The pairs of ids of which one may be a copy of the other, by signatures, cards and verdicts alone."""
    if len(articles) < 2:
        return {}
    signatures = unpack_signatures(article.signature for article in articles)
    shares = alikeness(signatures[:, None], signatures[None])
    found = {}
    for one, other in np.argwhere(np.triu(shares >= LEAST_ALIKE, k=1)).tolist():
        first, second = articles[one].card, articles[other].card
        distance = distance_of(first, second)
        pair = (first.article_id, second.article_id)
        # Which of two is the older is not known here: a verdict is on one order or the other.
        refuted = False in {verdicts.get(pair), verdicts.get(pair[::-1])}
        if may_be_copy(float(shares[one, other]), distance) and not refuted:
            found[frozenset(pair)] = distance
    return found


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
