"""What was published years after the time that is asked about, and says nothing of it, hardly tells it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from archives import ALWAYS, answering, record
from candidates import candidate
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.contrary import LATER, with_contraries
from rag.answering.quoting import Quotable
from rag.answering.ranking import Ranked
from rag.answering.within import Window
from rag.types import Contrary, Scores

TODAY = dt.date(2026, 1, 1)
QUESTION = "How many mills closed in 2012?"
YEAR_2012 = dt.date(2012, 1, 1), dt.date(2012, 12, 31)
RECALL = "The port said that 12 mills closed for repairs."


def quotable(text: str, published: str | None) -> Quotable:
    found = candidate("a", text=text, published=published)
    return Quotable(Ranked(found, 1.0, Scores(rerank=5.0)), 0, len(text), text, 5.0)


@pytest.mark.parametrize(
    ("published", "text", "window", "later"),
    [
        ("2021-07-08", RECALL, YEAR_2012, True),
        ("2014-01-02", RECALL, YEAR_2012, True),
        ("2014-01-01", RECALL, YEAR_2012, False),  # within a year and a day of its end
        ("2014", RECALL, YEAR_2012, False),  # perhaps on its first day
        ("2013-03-01", RECALL, YEAR_2012, False),
        ("2012-03-01", RECALL, YEAR_2012, False),
        (None, RECALL, YEAR_2012, False),
        ("2021-07-08", f"{RECALL} They had opened in 2012.", YEAR_2012, False),
        ("2021-07-08", f"{RECALL} They stood idle from 2010 to 2014.", YEAR_2012, False),
        ("2021-07-08", f"{RECALL} They had opened in 2011.", YEAR_2012, True),
        ("2021-07-08", RECALL, (YEAR_2012[0], None), False),  # since 2012
        ("2021-07-08", RECALL, (None, YEAR_2012[1]), False),  # by 2012
        ("2021-07-08", RECALL, (None, None), False),
        ("9999-12-31", RECALL, (YEAR_2012[0], dt.date.max), False),
    ],
)
def test_what_is_later(published: str | None, text: str, window: Window, later: bool) -> None:
    (read,) = with_contraries(QUESTION, [quotable(text, published)], dates=("2012",), window=window)
    told = Contrary("2012", (published or "")[:10], "later")
    assert (read.contrary, read.score) == ((told, 5.0 - LATER) if later else (None, 5.0))


@given(st.dates(dt.date(2010, 1, 1), dt.date(2022, 1, 1)))
def test_it_depends_on_the_day_of_the_article_alone(day: dt.date) -> None:
    """And from some day on every day is later."""
    (read,) = with_contraries(QUESTION, [quotable(RECALL, day.isoformat())], window=YEAR_2012)
    assert (read.contrary is not None) == (day > dt.date(2014, 1, 1))


def test_an_answer_that_it_leads_has_a_fifth_of_the_odds_and_tells_it(tmp_path: Path) -> None:
    def asked(published: str, **more: str) -> tuple[float, Contrary | None]:
        records = [
            record("a", RECALL, published, **more),
            record("b", "The harbour was dredged.", "2015-01-01"),
        ]
        answer = answering(tmp_path, records).ask(QUESTION, today=TODAY)
        assert answer.citations[0].card.article_id == "a"
        return answer.confidence, answer.explanation.contrary

    sure, told = asked("2021-07-08", title="Mills of 2012")
    assert told is None
    less, told = asked("2021-07-08", title="Mills of old")
    assert told is not None and told.kind == "later"
    assert told.words == "the evidence is of 2021-07-08, long after “2012”, and names no such time"
    assert less / (1 - less) <= sure / (1 - sure) / 4.9


def test_what_is_of_the_time_leads_and_the_later_is_not_quoted_beside_it(tmp_path: Path) -> None:
    records = [
        record("then", "In 2012, said the port, mills closed, 12 of them.", "2013-01-05"),
        record("later", "How many mills closed? The port said that 12 mills closed.", "2021-07-08"),
    ]
    answer = answering(tmp_path, records, options=ALWAYS).ask(QUESTION, today=TODAY)
    assert [citation.card.article_id for citation in answer.citations] == ["then"]
    assert answer.explanation.contrary is None
