"""What is told alike every day is found of the day that is asked about, and nothing else changes by that."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator

import pytest
from archives import Record, answering, record

from rag.answering import Answerer, Options
from rag.answering.within import is_short, narrowed, told_in
from rag.types import Filters

FIRST = dt.date(2021, 1, 1)
DAYS = 420
TODAY = dt.date(2023, 1, 1)
ASKED = [FIRST + dt.timedelta(days=place) for place in (0, 31, 133, 300, DAYS - 1)]


def daily() -> Iterator[Record]:
    """The same report of every day, in other figures: no two are copies, and by their words all are near."""
    chance = random.Random(11)
    for place in range(DAYS):
        day = FIRST + dt.timedelta(days=place)
        falls, turnover = chance.randrange(100, 999), chance.randrange(1_000, 9_999)
        text = (
            f"The share index fell by {falls} points, brokers said. Turnover was {turnover} million rupees. "
            "Banks and hotels lost most, and there was little foreign buying."
        )
        yield record(f"{day}", text, f"{day}", title="Shares fall", source="AB"[place % 2])


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    return answering(tmp_path_factory.mktemp("daily"), daily())


def asked_of(day: dt.date) -> str:
    return f"By how many points did the share index fall on {day:%-d %B %Y}?"


def days_of(answerer: Answerer, day: dt.date, filters: Filters) -> list[dt.date]:
    found = answerer.search(asked_of(day), filters=filters, rerank=False, top_k=100, today=TODAY)
    return [published for one in found.passages if (published := one.card.published.earliest)]


def without_time(answerer: Answerer) -> Answerer:
    options = Options(abstain_below=0.0, time=False)
    return Answerer(answerer.index, answerer.encoder, None, options=options)


def test_what_was_published_on_the_day_is_found(answerer: Answerer) -> None:
    timeless = without_time(answerer)
    assert any(day not in days_of(timeless, day, Filters()) for day in ASKED)
    for day in ASKED:
        assert day in days_of(answerer, day, Filters())


def test_it_leads_where_it_answers_as_well(answerer: Answerer) -> None:
    for day in ASKED:
        answer = answerer.ask(asked_of(day), today=TODAY)
        assert answer.citations[0].card.published.earliest == day


@pytest.mark.parametrize("day", ASKED[1:-1], ids=str)
def test_no_filter_is_widened_by_the_day(answerer: Answerer, day: dt.date) -> None:
    found = days_of(answerer, day, Filters(as_of=day))
    assert day == max(found)
    before = day - dt.timedelta(days=1)
    assert max(days_of(answerer, day, Filters(until=before))) <= before
    other = "AB"[(day - FIRST).days % 2 - 1]
    others = days_of(answerer, day, Filters(sources=(other,)))
    assert others
    assert day not in others


@pytest.mark.parametrize("day", ASKED, ids=str)
def test_what_was_found_anyway_keeps_its_parts(answerer: Answerer, day: dt.date) -> None:
    def fused(one: Answerer) -> dict[str, float | None]:
        found = one.search(asked_of(day), rerank=False, top_k=100, today=TODAY)
        return {passage.card.article_id: passage.scores.fused for passage in found.passages}

    anyway, with_the_day = fused(without_time(answerer)), fused(answerer)
    assert {name: with_the_day[name] for name in anyway} == anyway
    assert len(with_the_day) - len(anyway) <= 2


def test_a_window_is_short_up_to_a_month() -> None:
    day = dt.date(2024, 1, 1)
    assert is_short((day, day))
    assert is_short((day, dt.date(2024, 1, 31)))
    assert not is_short((day, dt.date(2024, 2, 1)))
    assert not is_short((None, day))
    assert not is_short((day, None))


def test_what_happened_on_the_last_day_is_told_on_the_next() -> None:
    day = dt.date(2024, 1, 1)
    assert told_in((day, day)) == (day, dt.date(2024, 1, 2))
    assert told_in((None, dt.date.max)) == (None, dt.date.max)
    assert told_in((day, None)) == (day, None)


def test_filters_are_narrowed_and_never_widened() -> None:
    day, next_day = dt.date(2024, 1, 1), dt.date(2024, 1, 2)
    then = narrowed(Filters(include_undated=True, sources=("A",), as_of=day), (day, next_day))
    assert then == Filters(since=day, until=next_day, sources=("A",), as_of=day)
    assert narrowed(Filters(since=next_day, until=day), (day, next_day)) == Filters(since=next_day, until=day)
