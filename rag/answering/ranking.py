"""From candidates to one ranking: fusion, the cross-encoder, and what the question says of time.

Fusion is the convex combination of min-max-normalised scores (Bruch, Gai and Ingber, "An Analysis of Fusion
Functions for Hybrid Retrieval", 2023, section 4): `w · dense + (1 − w) · lexical`, each scaled to [0, 1]
over the candidates.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rag.answering.asked import Asked
from rag.answering.english.happened import Happened
from rag.answering.english.moments import resolve
from rag.answering.english.periods import bears_on, speaks_of
from rag.answering.within import ANY_TIME, Window, is_short, published_in, told_in
from rag.encoding import Reranker
from rag.store import Candidate, StoredText
from rag.types import ArticleCard, Hop, Scores, Span

# The cross-encoder and the fused score decide together: alone, each errs where the other does not. What is
# right for one set is within chance of it between 0.4 and 0.7 on others (benchmarks/notes.md).
RERANK_WEIGHT = 0.6
# What recency or a window may add at most to a ranking score in [0, 1]: it reorders near-equals and never
# lifts what does not answer over what does.
RECENCY_BOUND = 0.2
# What was published too early to tell what is asked about loses more: it stands behind what answers half as
# well.
TOO_EARLY_BEHIND = 0.5
# Of how a matter stands or went, so much of what is read are the newest articles, of those whose fused score
# is so much of the best one's.
_NEWEST_SHARE, _NEWEST_LEAST = 0.375, 0.35
# Of a question that names a short time, so much of what is read was published then, where so much was found.
_OF_TIME_SHARE = 0.25
_SHORTEST_HALF_LIFE, _LONGEST_HALF_LIFE = 7.0, 365.0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate in its place: `score` orders the ranking, `scores` are the parts shown.

    `score` is in [0, 1] for what the reranker read, or for all where it read nothing; others lie at −1 or
    below. To this comes what the question says of time: `RECENCY_BOUND` at most, or `TOO_EARLY_BEHIND` less.
    `hop` is the link that lifted it, if one did.
    """

    candidate: Candidate
    score: float
    scores: Scores
    hop: Hop | None = None

    @property
    def is_too_early(self) -> bool:
        """Whether it was published too early to tell what is asked about."""
        return (self.scores.recency or 0.0) < 0

    @property
    def answers_with(self) -> Hop | None:
        """The link whose name makes it answer; None where it was found for the question as asked, or where
        the name that led to it brings it near to an answer and no more."""
        return self.hop if (self.scores.hop or 0.0) > 0 else None


@dataclass(frozen=True, slots=True)
class Recency:
    """How new an article is among others, in [0, 1]: 1 is the newest's, and half is lost with each
    `half_life` days that one is older.

    So it does not depend on the day on which the question is asked. What is of unknown date, or later than
    the newest that counts, has 0. A date that is only a year or a month counts from its first day: what is
    vague may not pass for newer than what is precise.
    """

    newest: dt.date | None
    half_life: float

    @classmethod
    def among(cls, cards: Iterable[ArticleCard], *, until: dt.date | None = None) -> Recency:
        """The measure among the articles of these cards, of which those behind `until` do not count.

        Half is lost at the median of their ages, between a week and a year: in an archive of months, last
        month's is old.
        """
        days = [
            published.earliest
            for published in {card.article_id: card.published for card in cards}.values()
            if published.earliest and (until is None or (published.latest or until) <= until)
        ]
        newest = max(days, default=None)
        median = statistics.median((newest - day).days for day in days) if newest else 0.0
        return cls(newest, min(_LONGEST_HALF_LIFE, max(_SHORTEST_HALF_LIFE, median)))

    def of(self, card: ArticleCard) -> float:
        day = card.published.earliest
        if day is None or self.newest is None or day > self.newest:
            return 0.0
        return float(0.5 ** ((self.newest - day).days / self.half_life))


def min_max(values: Sequence[float]) -> list[float]:
    """Values scaled to [0, 1]; all 0 where they do not differ."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    return [(value - low) / (high - low) if high > low else 0.0 for value in values]


def fuse(candidates: Sequence[Candidate], *, dense_weight: float) -> list[Ranked]:
    """Candidates by their fused score, best first. `dense_weight` in [0, 1] is the share of the cosine."""
    dense = min_max([candidate.dense for candidate in candidates])
    lexical = min_max([candidate.lexical for candidate in candidates])
    ranked = []
    for candidate, cosine, bm25 in zip(candidates, dense, lexical, strict=True):
        fused = dense_weight * cosine + (1 - dense_weight) * bm25
        ranked.append(Ranked(candidate, fused, Scores(candidate.dense, candidate.lexical, fused)))
    return in_order(ranked)


def fused_like(
    ranking: Sequence[Ranked], candidates: Sequence[Candidate], *, dense_weight: float
) -> list[Scores]:
    """The scores of further candidates, fused on the scale of a ranking's candidates."""
    dense = on_scale([candidate.dense for candidate in candidates], [one.candidate.dense for one in ranking])
    lexical = on_scale(
        [candidate.lexical for candidate in candidates], [one.candidate.lexical for one in ranking]
    )
    return [
        Scores(candidate.dense, candidate.lexical, dense_weight * cosine + (1 - dense_weight) * bm25)
        for candidate, cosine, bm25 in zip(candidates, dense, lexical, strict=True)
    ]


def on_scale(values: Sequence[float], scale: Sequence[float]) -> list[float]:
    """Values in [0, 1], where the ends of `scale` lie; what is beyond them is put at the ends."""
    low, high = min(scale, default=0.0), max(scale, default=0.0)
    if high <= low:
        return [0.0] * len(values)
    return [min(1.0, max(0.0, (value - low) / (high - low))) for value in values]


def rerank(ranking: Sequence[Ranked], asked: Asked, *, reranker: Reranker, depth: int) -> list[Ranked]:
    """The first `depth` in a new order: cross-encoder and fused score, each min-max over them, by weight.

    Those behind keep their order behind them.
    """
    head, tail = ranking[:depth], ranking[depth:]
    logits = asked.logits([in_its_article(ranked.candidate) for ranked in head], reranker)
    crossed = min_max(logits)
    fused = min_max([ranked.score for ranked in head])
    reordered = [
        Ranked(
            ranked.candidate,
            RERANK_WEIGHT * cross + (1 - RERANK_WEIGHT) * old,
            replace(ranked.scores, rerank=logit),
        )
        for ranked, logit, cross, old in zip(head, logits, crossed, fused, strict=True)
    ]
    # Every candidate that was read stands above every other, also where a bonus is given for its time: a
    # fused score is at most 1.
    return [*in_order(reordered), *(replace(ranked, score=ranked.score - 2) for ranked in tail)]


def in_its_article(candidate: Candidate) -> tuple[ArticleCard, str]:
    """A passage the way the cross-encoder reads it, with its article's card."""
    card = candidate.article.card
    return card, card.in_context(candidate.text)


def recency_among(ranking: Sequence[Ranked], *, until: dt.date | None = None) -> Recency:
    """How new the articles of what the cross-encoder read are; of all, where it read nothing."""
    read = [ranked for ranked in ranking if ranked.scores.rerank is not None]
    return Recency.among((ranked.candidate.article.card for ranked in read or ranking), until=until)


def in_turn(ranking: Sequence[Ranked], *, recent: bool, newest: bool, depth: int) -> list[Ranked]:
    """The first passage of each article, then all others: one with many passages must not keep the
    cross-encoder from the rest.

    With `recent` newer articles come first among near-equals. With `newest` some of the first `depth` places,
    which are read, are left for the newest: of a matter that was told of for a year the best are of its
    height.
    """
    first: dict[str, Ranked] = {}
    others = [
        ranked
        for ranked in ranking
        if first.setdefault(ranked.candidate.chunk.article_id, ranked) is not ranked
    ]
    articles = list(first.values())
    least = _NEWEST_LEAST * max((one.score for one in articles), default=0.0)
    if recent:
        recency = recency_among(articles)
        articles.sort(key=lambda one: -(one.score + RECENCY_BOUND * recency.of(one.candidate.article.card)))
    if newest:
        best = articles[: depth - int(_NEWEST_SHARE * depth)]
        rest = [one for one in articles[len(best) :] if one.score >= least]
        rest.sort(key=lambda one: date_order(one.candidate.article.card))
        read = [*best, *rest[: depth - len(best)]]
        taken = set(map(id, read))
        articles = [*read, *(one for one in articles if id(one) not in taken)]
    return [*articles, *others]


def of_time_first(ranking: Sequence[Ranked], window: Window, *, depth: int) -> list[Ranked]:
    """The ranking in the order in which it is read for a question that names a time: among near-equals what
    is of that time comes first. The scores stay as they are.

    Of a short time some of the first `depth` places, which are read, are left for the best that was published
    in it or on the day after: what is told alike every day would fill them all.
    """
    ordered = sorted(
        ranking,
        key=lambda one: -(one.score + RECENCY_BOUND * of_window(one.candidate, *window, relative=False)),
    )
    if not is_short(window):
        return ordered
    then = [one for one in ordered if published_in(one.candidate.article.card, *told_in(window))]
    kept = set(map(id, then[: int(_OF_TIME_SHARE * depth)]))
    others = [one for one in ordered if id(one) not in kept]
    read = kept.union(map(id, others[: depth - len(kept)]))
    # Each part keeps its order.
    return sorted(ordered, key=lambda one: id(one) not in read)


def prefer_recent(ranking: Sequence[Ranked]) -> list[Ranked]:
    """The ranking with a bounded bonus for what was published later; nothing for unknown dates."""
    recency = recency_among(ranking)
    return in_order(
        [_with_bonus(ranked, RECENCY_BOUND * recency.of(ranked.candidate.article.card)) for ranked in ranking]
    )


def prefer_window(
    ranking: Sequence[Ranked], window: Window, *, happened: Happened | None = None
) -> list[Ranked]:
    """The ranking with a bounded bonus for what is of the window that the question speaks of, and less for
    what was published too early to tell what `happened`.

    It guides and does not restrict: what happened in 2021 may be told in 2022, in other words. Times like
    "on Monday" are looked for in what the cross-encoder read: that takes a millisecond a passage.
    """

    def bonus(ranked: Ranked) -> float:
        read = ranked.scores.rerank is not None
        if happened is not None and too_early(ranked.candidate, happened, relative=read):
            return -TOO_EARLY_BEHIND
        of_it = window != ANY_TIME and of_window(ranked.candidate, *window, relative=read)
        return RECENCY_BOUND if of_it else 0.0

    return in_order([_with_bonus(ranked, bonus(ranked)) for ranked in ranking])


def of_window(
    candidate: Candidate, since: dt.date | None, until: dt.date | None, *, relative: bool = True
) -> bool:
    """Whether a passage was published in the window, or names a time in it, itself or in its title.

    With `relative` also one that it names by the day of its publication.
    """
    card = candidate.article.card
    return (
        published_in(card, since, until)
        or speaks_of(f"{card.title}\n{candidate.text}", since, until, told=card.published.latest)
        or (relative and tells_of(candidate.article, candidate.sentences, since, until))
    )


def too_early(candidate: Candidate, happened: Happened, *, relative: bool) -> bool:
    """Whether a passage was published before what is asked about happened, and cannot tell it: of an outcome
    none can, of other things one that names no time of theirs (`relative` as of `of_window`)."""
    latest = candidate.article.card.published.latest
    if latest is None or not happened.is_after(latest):
        return False
    named = happened.since, happened.until
    return happened.outcome or not of_window(candidate, *named, relative=relative)


def tells_of(
    article: StoredText, sentences: Iterable[Span], since: dt.date | None, until: dt.date | None
) -> bool:
    """Whether one of the article's sentences names a time of the window by the day of publication ("on
    Monday")."""
    published = article.card.published
    return any(
        bears_on((date.first, date.last), since, until, told=published.latest)
        for sentence in sentences
        for date in resolve(article.text, sentence, published)
    )


def _with_bonus(ranked: Ranked, bonus: float) -> Ranked:
    """With this bonus in the place of any that was given before: together they would break the bound."""
    score = ranked.score - (ranked.scores.recency or 0.0) + bonus
    return replace(ranked, score=score, scores=replace(ranked.scores, recency=bonus))


def in_order(ranking: Sequence[Ranked]) -> list[Ranked]:
    """Best first; ties by date (newer first, unknown last), article id and start."""
    ordered = sorted(ranking, key=lambda ranked: -ranked.score)
    if len({ranked.score for ranked in ordered}) == len(ordered):
        # No equals, as most often: dates are not looked at.
        return ordered
    return sorted(
        ordered,
        key=lambda ranked: (
            -ranked.score,
            date_order(ranked.candidate.article.card),
            ranked.candidate.chunk.article_id,
            ranked.candidate.chunk.start,
        ),
    )


def date_order(card: ArticleCard) -> int:
    """A sort key that puts newer articles first and those of unknown date last; a year or a month counts as
    its first day."""
    first = card.published.earliest
    return -first.toordinal() if first else 0
