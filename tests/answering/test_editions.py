"""What tells of another year of a thing that recurs does not tell of the one that is asked about."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from archives import answering, record
from candidates import candidate, written
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.contract import answer_json
from rag.answering.contrary import CONTRARY, with_contraries, with_contrary
from rag.answering.english.editions import days_of, other_year, year_in
from rag.answering.quoting import Quotable
from rag.answering.ranking import Ranked
from rag.answering.understanding import understand
from rag.types import Contrary, Scores, Span

TODAY = dt.date(2026, 1, 15)
QUESTION = "Who headlined the Oster festival 2016?"


def year(question: str) -> int | None:
    understanding = understand(question, today=TODAY)
    return year_in(question, since=understanding.since, until=understanding.until)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        (QUESTION, 2016),
        ("Who won the 2016 cup?", 2016),
        ("Who won the cup in 2016?", 2016),
        ("Who won the cup in May 2016?", 2016),
        ("Who won the cup on 2016-05-04?", 2016),
        ("Who won the 2015 or the 2016 cup?", None),
        ("Who won the 2015–16 cup?", None),
        ("Who won the cup since 2016?", None),
        ("Who won the cup by 2016?", None),
        ("Who won cups in the 2010s?", None),
        ("Who won the cup?", None),
        ("Who won the 0000 cup?", None),
    ],
)
def test_one_year_is_named(question: str, named: int | None) -> None:
    assert year(question) == named


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Oster Festival 2022: the line-up", "2022"),
        ("The 2022 festival opened on Friday.", "2022"),
        ("The festivals 2022 were loud.", "2022"),
        ("It was at the 2022 Oster meeting.", "2022"),
        ("Oster Festival 2016: the line-up", None),
        ("Oster Festival 2021–22", None),
        ("Oster Festival in the 2010s", None),
        ("In 2022 Oster was quiet.", None),
        ("Since 2022 festivals are loud.", None),
        ("The budget 2022 was passed.", None),
        ("In May 2022 Oster was quiet.", None),
        ("Some 2022 people came to the Oster festival.", None),
        ("Nobody named a year.", None),
    ],
)
def test_another_year_of_the_same(text: str, other: str | None) -> None:
    assert other_year(QUESTION, 2016, text) == other


def told(
    text: str, *, title: str = "Music", passage: str = "", published: str | None = "2022-06-22"
) -> Quotable:
    whole = f"{text} {passage}".rstrip()
    one = candidate("festival", text=whole, published=published)
    card = replace(one.article.card, title=title)
    found = replace(one, article=written(card, whole, (Span(0, len(text)),)))
    return Quotable(Ranked(found, 5.0, Scores(rerank=5.0)), 0, len(text), text, 5.0)


def read(one: Quotable, question: str = QUESTION) -> Contrary | None:
    (found,) = with_contraries(question, [one], year=year(question))
    assert found.score == one.score - (CONTRARY if found.contrary else 0)
    return found.contrary


def test_it_is_of_another_year_where_nothing_of_it_is_of_the_one_asked_about() -> None:
    another = Contrary("2016", "2022", "year")
    text = "Kern will headline the festival."
    assert read(told(text, title="Oster festival 2022")) == another
    assert read(told(text, title="Oster festival 2022", published=None)) == another
    assert read(told("Kern headlined the 2022 festival.")) == another
    assert another.words == "the evidence says “2022”, not “2016”"
    # The passage names that year, or one that goes on over it; or was published then.
    assert read(told(text, title="Oster festival 2022", passage="She was there in 2016.")) is None
    assert read(told(text, title="Oster festival 2022", passage="She led it from 2014 to 2018.")) is None
    assert read(told(text, title="Oster festival 2022", published="2016-06-22")) is None
    # Another thing, or no year asked about.
    assert read(told(text, title="Budget 2022")) is None
    assert read(told(text, title="Oster festival 2022"), "Who headlined the Oster festival?") is None


def test_it_is_no_opposite_to_be_told_beside_an_answer() -> None:
    good, other = told("Kern headlined it.", published="2016-06-22"), told("The 2022 festival opened.")
    found = with_contraries(QUESTION, [good, other], year=2016)
    assert [one.contrary is None for one in found] == [True, False]
    assert with_contrary(found[:1], found, most=3) == found[:1]


def test_an_answer_tells_it(tmp_path: Path) -> None:
    records = [record("new", "Kern headlined the Oster festival 2022.", "2022-06-22")]
    answer = answering(tmp_path, records).ask(QUESTION, today=TODAY)
    assert answer_json(answer)["explanation"]["contrary"] == {"asked": "2016", "told": "2022", "kind": "year"}
    records.append(record("old", "Kern headlined the Oster festival with others.", "2016-06-22"))
    both = answering(tmp_path, records).ask(QUESTION, today=TODAY)
    assert [one.card.article_id for one in both.citations] == ["old"]
    assert both.explanation.contrary is None
    assert both.confidence > answer.confidence


@given(st.integers(1800, 2099), st.integers(1800, 2099))
def test_a_year_is_never_another_than_itself(asked: int, named: int) -> None:
    question, text = f"Who won the {asked} cup?", f"Cup {named}: Oster wins"
    assert year_in(question, since=None, until=None) == asked
    assert other_year(question, asked, text) == (None if asked == named else str(named))
    assert [day.year for day in days_of(asked)] == [asked, asked]


@given(st.text(alphabet="cup 2016-–s.'’", max_size=60), st.text(alphabet="cup 2017-–s.'’", max_size=120))
def test_any_text_is_read(question: str, text: str) -> None:
    named = year_in(question, since=None, until=None)
    other = other_year(question, named or 1, text)
    assert other is None or (other in text and int(other) != named)
