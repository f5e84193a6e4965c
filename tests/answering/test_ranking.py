"""Fusion, reranking and time: known answers, and what may never overtake what."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
from dataclasses import dataclass
from random import Random

import numpy as np
import pytest
from candidates import candidate, names, ranked
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.asked import Asked
from rag.answering.ranking import (
    RECENCY_BOUND,
    Ranked,
    Recency,
    fuse,
    in_order,
    in_turn,
    min_max,
    of_time_first,
    prefer_recent,
    prefer_window,
    rerank,
)
from rag.encoding import Vectors
from rag.types import ArticleCard, Scores

DATES = st.one_of(st.none(), st.dates(min_value=dt.date(1950, 1, 1)).map(dt.date.isoformat))
WEEKS = st.one_of(st.just(0), st.integers(-2, 2))
DATED = ("2019", None, "2024-03-06", "2024-12-20")
RANKINGS = st.lists(st.tuples(st.floats(0, 2), DATES), max_size=12).map(
    lambda drawn: in_order([ranked(f"a{n}", score, published=date) for n, (score, date) in enumerate(drawn)])
)


@dataclass(frozen=True)
class TableReranker:
    """Logits by the last line of the text: the chunk's own words."""

    logits: dict[str, float]
    name: str = "table"
    fingerprint: str = "table"

    def score(self, question: str, texts: list[str]) -> Vectors:
        return np.asarray([self.logits[text.rsplit("\n", 1)[-1]] for text in texts], np.float32)


def published(age: int, newest: dt.date | None) -> ArticleCard:
    assert newest is not None
    return candidate("aged", published=(newest - dt.timedelta(days=age)).isoformat()).article.card


@pytest.mark.parametrize(
    ("values", "scaled"),
    [([], []), ([3.0], [0.0]), ([2.0, 2.0], [0.0, 0.0]), ([-1.0, 0.0, 3.0], [0.0, 0.25, 1.0])],
)
def test_min_max_is_known(values: list[float], scaled: list[float]) -> None:
    assert min_max(values) == scaled


def test_fusion_is_known() -> None:
    found = [candidate("a", dense=0.9, lexical=0.0), candidate("b", dense=0.5, lexical=8.0)]
    found.append(candidate("c", dense=0.7, lexical=6.0))
    fused = fuse(found, dense_weight=0.4)
    assert names(fused) == ["c", "b", "a"]
    assert [one.score for one in fused] == pytest.approx([0.4 * 0.5 + 0.6 * 0.75, 0.6, 0.4])
    assert [one.scores.fused for one in fused] == [one.score for one in fused]
    assert (fused[0].scores.dense, fused[0].scores.lexical) == (0.7, 6.0)


@given(
    scores=st.lists(
        st.tuples(st.floats(-1, 1, width=16), st.floats(0, 30, width=16)),
        unique_by=(lambda s: s[0], lambda s: s[1]),
    )
)
def test_a_weight_of_one_or_nought_is_a_single_retriever(scores: list[tuple[float, float]]) -> None:
    found = [candidate(f"a{n}", dense=dense, lexical=bm25) for n, (dense, bm25) in enumerate(scores)]
    by_dense = sorted(found, key=lambda one: -one.dense)
    by_lexical = sorted(found, key=lambda one: -one.lexical)
    assert [one.candidate for one in fuse(found, dense_weight=1)] == by_dense
    assert [one.candidate for one in fuse(found, dense_weight=0)] == by_lexical


def test_ties_break_by_date_then_id_then_start() -> None:
    tied = [
        ranked("undated", 1.0),
        ranked("old", 1.0, published="2019"),
        ranked("b", 1.0, published="2021-04-07"),
        ranked("a", 1.0, published="2021-04-07", start=9),
        ranked("a", 1.0, published="2021-04-07", start=2),
        ranked("best", 1.1, published="1999"),
    ]
    for shuffled in itertools.islice(itertools.permutations(tied), 0, None, 7):
        ordered = in_order(shuffled)
        assert names(ordered) == ["best", "a", "a", "b", "old", "undated"]
        assert ordered[1].candidate.chunk.start == 2


def test_what_was_reranked_stands_above_what_was_not() -> None:
    ranking = fuse(
        [candidate(f"a{n}", dense=n / 10, lexical=n, text=f"Text {n}.") for n in range(6)], dense_weight=0.5
    )
    assert names(ranking) == ["a5", "a4", "a3", "a2", "a1", "a0"]
    logits = {"Text 5.": -9.0, "Text 4.": -9.5, "Text 3.": 2.0}
    reranked = rerank(ranking, Asked.whole("?"), reranker=TableReranker(logits), depth=3)
    assert names(reranked)[3:] == ["a2", "a1", "a0"]
    assert set(names(reranked)[:3]) == {"a5", "a4", "a3"}
    assert 1 >= min(one.score for one in reranked[:3]) >= 0 > max(one.score for one in reranked[3:])
    assert [one.scores.rerank is not None for one in reranked] == [True] * 3 + [False] * 3


@given(
    found=st.lists(st.tuples(st.floats(0, 1), st.floats(-9, 9, width=16), DATES), min_size=1, max_size=9),
    depth=st.integers(1, 9),
    since=st.none() | st.dates(),
)
def test_no_bonus_lifts_what_was_not_read_over_what_was(
    found: list[tuple[float, float, str | None]], depth: int, since: dt.date | None
) -> None:
    texts = {f"Text {place}.": logit for place, (_, logit, _) in enumerate(found)}
    candidates = [
        candidate(f"a{place}", dense=dense, lexical=dense, text=f"Text {place}.", published=date)
        for place, (dense, _, date) in enumerate(found)
    ]
    ranking = rerank(
        fuse(candidates, dense_weight=0.5), Asked.whole("?"), reranker=TableReranker(texts), depth=depth
    )
    for preferred in (prefer_recent(ranking), prefer_window(ranking, (since, None))):
        read = [one.scores.rerank is not None for one in preferred]
        assert read == sorted(read, reverse=True)
        assert sum(read) == min(depth, len(found))


def test_the_cross_encoder_decides_between_equals() -> None:
    ranking = fuse([candidate("a", text="Worse."), candidate("b", text="Better.")], dense_weight=0.5)
    reranker = TableReranker({"Worse.": -3.0, "Better.": 4.5})
    reranked = rerank(ranking, Asked.whole("?"), reranker=reranker, depth=9)
    assert names(reranked) == ["b", "a"]
    assert [one.scores.rerank for one in reranked] == [4.5, -3.0]


def test_reranking_nothing_is_nothing() -> None:
    assert rerank([], Asked.whole("?"), reranker=TableReranker({}), depth=5) == []


@given(ranking=RANKINGS)
def test_recency_reorders_only_near_equals_and_gives_the_undated_nothing(ranking: list[Ranked]) -> None:
    _bounded(ranking, prefer_recent(ranking))


@given(ranking=RANKINGS, since=st.none() | st.dates(), until=st.none() | st.dates())
def test_a_window_reorders_only_near_equals_also_after_recency(
    ranking: list[Ranked], since: dt.date | None, until: dt.date | None
) -> None:
    _bounded(ranking, prefer_window(ranking, (since, until)))
    _bounded(ranking, prefer_window(prefer_recent(ranking), (since, until)))


def _bounded(before: list[Ranked], after: list[Ranked]) -> None:
    scores = {one.candidate.chunk.article_id: one.score for one in before}
    assert sorted(names(after)) == sorted(names(before))
    for one in after:
        bonus = one.scores.recency or 0.0
        assert 0 <= bonus <= RECENCY_BOUND
        assert one.score == pytest.approx(scores[one.candidate.chunk.article_id] + bonus)
        if one.candidate.article.card.published.value is None:
            assert bonus == 0
    for above, below in itertools.combinations(names(after), 2):
        assert scores[below] - scores[above] <= RECENCY_BOUND + 1e-9


def test_recency_is_known() -> None:
    ranking = [
        ranked("old", 1.0, published="2024-02-12"),
        ranked("new", 0.95, published="2025-02-11"),
        ranked("undated", 0.9),
    ]
    recent = prefer_recent(ranking)
    assert names(recent) == ["new", "old", "undated"]
    # A year old, where half is lost in half a year: at the median of the ages.
    assert [one.scores.recency for one in recent] == [RECENCY_BOUND, RECENCY_BOUND / 4, 0.0]


CARDS = st.lists(DATES, max_size=12).map(
    lambda drawn: [candidate(f"a{n}", published=date).article.card for n, date in enumerate(drawn)]
)


@given(cards=CARDS, until=st.none() | st.dates(dt.date(1950, 1, 1)), chance=st.randoms())
def test_recency_grows_with_the_date_and_knows_no_today(
    cards: list[ArticleCard], until: dt.date | None, chance: Random
) -> None:
    recency = Recency.among(cards, until=until)
    # Nor on their order, nor on how many passages of an article there are.
    assert recency == Recency.among([*chance.sample(cards, len(cards)), *cards[:5] * 3], until=until)
    assert 7 <= recency.half_life <= 365
    counted = [
        (day, recency.of(card))
        for card in cards
        if (day := card.published.earliest) and (until is None or day <= until)
    ]
    assert [new for _, new in sorted(counted)] == sorted(new for _, new in counted)
    assert max((new for _, new in counted), default=1.0) == 1.0
    others = [card for card in cards if (day := card.published.earliest) is None or (until and day > until)]
    assert all(recency.of(card) == 0 for card in others)
    ages = sorted((recency.newest - day).days for day, _ in counted) if recency.newest else [0]
    if 7 <= ages[len(ages) // 2] <= 365 and len(ages) % 2:
        assert recency.of(published(ages[len(ages) // 2], recency.newest)) == pytest.approx(0.5)


@given(
    ranking=RANKINGS,
    articles=st.lists(st.integers(0, 3), min_size=12, max_size=12),
    recent=st.booleans(),
    newest=st.booleans(),
    depth=st.integers(1, 12),
)
def test_every_article_is_read_before_any_is_read_twice(
    ranking: list[Ranked], articles: list[int], recent: bool, newest: bool, depth: int
) -> None:
    passages = [
        Ranked(candidate(f"a{article}", start=place, published=DATED[article]), one.score, one.scores)
        for place, (one, article) in enumerate(zip(ranking, articles, strict=False))
    ]
    turned = in_turn(passages, recent=recent, newest=newest, depth=depth)
    assert sorted(map(id, turned)) == sorted(map(id, passages))
    different = len(set(names(passages)))
    assert len(set(names(turned[:different]))) == different
    first = {name: passages[names(passages).index(name)] for name in names(passages)}
    assert all(first[name] is one for name, one in zip(names(turned[:different]), turned, strict=False))
    bound = RECENCY_BOUND if recent else 0.0
    best = depth - 3 * depth // 8 if newest else different
    for above, below in itertools.combinations(turned[: min(best, different)], 2):
        assert below.score - above.score <= bound + 1e-9


def test_some_places_are_left_for_the_newest_where_it_is_asked_how_a_matter_stands() -> None:
    """Or went. Not for what is of another matter, and none where all are read."""
    old = [ranked(f"old{n}", 1 - n / 100, published="2023-02-01") for n in range(20)]
    new = [ranked(f"new{n}", 0.4 - n / 100, published=f"2024-06-{20 - n}") for n in range(8)]
    beside = ranked("beside", 0.3, published="2024-12-01")
    found = in_order([*old, *new, beside])
    for recent in (True, False):
        read = names(in_turn(found, recent=recent, newest=True, depth=16))[:16]
        assert read == [*(f"old{n}" for n in range(10)), *(f"new{n}" for n in range(6))]
        all_read = in_turn(found[:12], recent=recent, newest=True, depth=16)
        assert names(all_read) == names(found[:12])
    assert names(in_turn(found, recent=False, newest=False, depth=16))[:16] == [f"old{n}" for n in range(16)]


@pytest.mark.parametrize("vague", ["2023", "2023-11"])
def test_a_vague_date_is_no_newer_than_a_precise_one_within_it(vague: str) -> None:
    ranking = [ranked("vague", 1.0, published=vague), ranked("precise", 1.0, published="2023-11-02")]
    for order in (ranking, ranking[::-1]):
        assert names(in_order(order)) == ["precise", "vague"]
        recent = prefer_recent(order)
        assert names(recent) == ["precise", "vague"]
        assert (recent[0].scores.recency or 0) > (recent[1].scores.recency or 0)


def test_a_window_wants_every_day_of_a_date_inside() -> None:
    window = dt.date(2021, 3, 1), dt.date(2021, 3, 31)
    dates = ["2021-02-28", "2021-03-01", "2021-03-31", "2021-04-01", "2021-03", "2021", None]
    ranking = [ranked(f"a{place}", 1.0, published=date) for place, date in enumerate(dates)]
    preferred = prefer_window(ranking, window)
    inside = {one.candidate.article.card.published.value for one in preferred if one.scores.recency}
    assert inside == {"2021-03-01", "2021-03-31", "2021-03"}


def test_a_window_takes_what_names_a_time_in_it_whenever_that_was_published() -> None:
    told = ["The port was led by Mira Dahl from 2019 to 2022.", "The port was led by Ivo Lund in 2018."]
    found = [candidate(f"a{place}", text=text, published="2024-05-01") for place, text in enumerate(told)]
    ranking = [Ranked(one, 0.5, Scores()) for one in found]
    window = dt.date(2021, 1, 1), dt.date(2021, 12, 31)
    assert [one.scores.recency for one in prefer_window(ranking[::-1], window)] == [RECENCY_BOUND, 0.0]
    assert names(prefer_window(ranking[::-1], window)) == ["a0", "a1"]


@given(RANKINGS)
def test_what_is_of_the_time_is_read_before_its_near_equals(ranking: list[Ranked]) -> None:
    window = dt.date(1990, 1, 1), dt.date(2020, 12, 31)
    turned = of_time_first(ranking, window, depth=16)
    assert sorted(turned, key=ranking.index) == ranking
    inside = [
        bool(day := one.candidate.article.card.published.earliest) and window[0] <= day <= window[1]
        for one in turned
    ]
    for (above, above_in), (below, below_in) in itertools.combinations(zip(turned, inside, strict=True), 2):
        lifted = RECENCY_BOUND * (above_in - below_in)
        assert below.score <= above.score + lifted + 1e-9


@given(RANKINGS, st.integers(0, 9), st.integers(1, 16))
def test_of_a_short_time_a_quarter_of_what_is_read_is_kept(
    ranking: list[Ranked], near: int, depth: int
) -> None:
    """For its best, where so many were published then; each part stays in the order of the whole."""
    day = dt.date(2120, 3, 14)
    then = [ranked(f"then{place}", -1 - place, published="2120-03-15") for place in range(near)]
    turned = of_time_first([*ranking, *then], (day, day), depth=depth)
    assert sorted(names(turned)) == sorted(names([*ranking, *then]))
    kept = min(near, max(depth // 4, depth - len(ranking)))
    assert [name for name in names(turned[:depth]) if name.startswith("then")] == names(then[:kept])
    for part in (turned[:depth], turned[depth:]):
        assert [one.score for one in part] == sorted((one.score for one in part), reverse=True)


@given(published=st.dates(dt.date(1950, 1, 20), dt.date(2100, 1, 1)), weekday=st.integers(0, 6), weeks=WEEKS)
def test_a_window_takes_what_names_it_by_the_day_of_publication(
    published: dt.date, weekday: int, weeks: int
) -> None:
    """ "On Friday" is the last one; the Friday of another week is not. Only what was read is looked at."""
    text = f"The port was shut on {calendar.day_name[weekday]}."
    meant = published - dt.timedelta(days=(published.weekday() - weekday) % 7)
    asked = meant - dt.timedelta(weeks=weeks)
    found = candidate("a", text=text, published=published.isoformat())
    for scores, bonus in ((Scores(rerank=1.0), RECENCY_BOUND if asked == meant else 0.0), (Scores(), 0.0)):
        (preferred,) = prefer_window([Ranked(found, 0.5, scores)], (asked, asked))
        assert preferred.scores.recency == (RECENCY_BOUND if asked == published else bonus)
