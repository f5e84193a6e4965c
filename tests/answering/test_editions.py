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
from rag.answering.english.editions import Edition, edition_in
from rag.answering.quoting import Quotable
from rag.answering.ranking import Ranked
from rag.answering.understanding import understand
from rag.types import Contrary, Scores, Span

TODAY = dt.date(2026, 1, 15)
QUESTION = "Who headlined the Oster festival 2016?"
DAYS = st.dates(dt.date(2014, 1, 1), dt.date(2018, 12, 31))


def edition(question: str) -> Edition | None:
    understanding = understand(question, today=TODAY)
    return edition_in(question, since=understanding.since, until=understanding.until)


@pytest.mark.parametrize(
    ("question", "year", "things"),
    [
        (QUESTION, 2016, {"festival"}),
        ("Who won the 2016 cup?", 2016, {"cup"}),
        ("Who won the cup in 2016?", 2016, {"cup"}),
        ("Who won the election of 2016?", 2016, {"election"}),
        ("Who won the Oster 2016 open?", 2016, {"oster", "open"}),
        ("What did a 2016 study of Oster find in May 2016?", 2016, {"study"}),
        # More than one year, or none.
        ("Who won the 2015 or the 2016 cup?", None, set()),
        ("Who won the 2015–16 cup?", None, set()),
        ("Who won the 2015-2016 cup?", None, set()),
        ("Who won the 2016 cup since 2016?", None, set()),
        ("Who won the 2016 cup by 2016?", None, set()),
        ("Who won the 2016 cup in the 2010s?", None, set()),
        ("Who won the cup?", None, set()),
        # No thing of that year: the port is any year's, and a month is none.
        ("Who built the port in 2016?", None, set()),
        ("Who won the cup in May 2016?", None, set()),
        ("Which champion died in 2016?", None, set()),
        ("Who left in 2016 for Oster?", None, set()),
        ("Who left in the year 2016?", None, set()),
    ],
)
def test_a_thing_is_named_by_its_year(question: str, year: int | None, things: set[str]) -> None:
    named = edition(question)
    assert (named.year if named else None, set(named.things) if named else set()) == (year, things)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Oster Festival 2022: the line-up", "2022"),
        ("The 2022 festival opened on Friday.", "2022"),
        ("The festivals 2022 were loud.", "2022"),
        ("Festival 2016, and Festival 2022", "2022"),
        ("Oster Festival 2016: the line-up", None),
        ("Oster Festival 2021–22", None),
        ("Oster Festival in the 2010s", None),
        ("Kern headlined the festival in 2022.", "2022"),
        ("In 2022 festivals were quiet.", None),
        ("Since 2022 festivals are loud.", None),
        ("In early 2022 festivals were quiet.", None),
        ("It was at the 2022 Oster meeting.", None),
        ("The budget 2022 was passed.", None),
        ("Some 2022 people came to the festival.", None),
        ("Nobody named a year.", None),
    ],
)
def test_another_year_of_the_same(text: str, other: str | None) -> None:
    named = edition(QUESTION)
    assert named is not None
    assert named.another_in(text) == other
    assert [day.isoformat() for day in named.days] == ["2016-01-01", "2016-12-31"]


def test_games_that_were_put_off_are_of_both_years() -> None:
    for asked, held in (("2020", "2021"), ("2021", "2020")):
        games, cup = edition(f"Who won the {asked} Olympics?"), edition(f"Who won the {asked} cup?")
        assert games is not None and cup is not None
        assert games.another_in(f"Olympics {held}: recap") is None
        assert games.another_in("Olympics 2016: recap") == "2016"
        assert cup.another_in(f"Cup {held}: recap") == held


def told(
    text: str, *, title: str = "Music", passage: str = "", published: str | None = "2022-06-22"
) -> Quotable:
    whole = f"{text} {passage}".rstrip()
    one = candidate("festival", text=whole, published=published)
    card = replace(one.article.card, title=title)
    found = replace(one, article=written(card, whole, (Span(0, len(text)),)))
    return Quotable(Ranked(found, 5.0, Scores(rerank=5.0)), 0, len(text), text, 5.0)


def read(one: Quotable, question: str = QUESTION) -> Contrary | None:
    (found,) = with_contraries(question, [one], edition=edition(question))
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
    # What an article of that year says of another one is not of that year.
    assert read(told("Kern headlined the 2012 festival.", published="2016-06-22")) == Contrary(
        "2016", "2012", "year"
    )
    # Also where it is asked whether something is so, of which nothing is the opposite.
    asks = "Did the chamber approve the bill at the festival 2016?"
    assert read(told(text, title="Oster festival 2022"), asks) == another
    assert read(told("The chamber rejected the bill."), asks) is None
    # Another thing, or no year asked about.
    assert read(told(text, title="Budget 2022")) is None
    assert read(told(text, title="Oster festival 2022"), "Who headlined the Oster festival?") is None


def test_it_is_no_opposite_to_be_told_beside_an_answer() -> None:
    good, other = told("Kern headlined it.", published="2016-06-22"), told("The 2022 festival opened.")
    found = with_contraries(QUESTION, [good, other], edition=edition(QUESTION))
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
    one = edition_in(f"Who won the {asked} cup?", since=None, until=None)
    assert one is not None and one.year == asked
    assert one.another_in(f"Cup {named}: Oster wins") == (None if asked == named else str(named))


@given(DAYS, DAYS)
def test_a_time_beyond_the_year_names_no_edition(first: dt.date, last: dt.date) -> None:
    one = edition_in(QUESTION, since=min(first, last), until=max(first, last))
    assert (one is not None) == (first.year == last.year == 2016)
    assert edition_in(QUESTION, since=first, until=None) is None


@given(st.text(alphabet="cup 2016-–s.'’", max_size=60), st.text(alphabet="cup 2017-–s.'’", max_size=120))
def test_any_text_is_read(question: str, text: str) -> None:
    one = edition_in(question, since=None, until=None)
    other = one.another_in(text) if one else None
    assert other is None or (other in text and one is not None and int(other) != one.year)
