"""Which sentences are quoted, which say the same, and in which order they are told."""

from __future__ import annotations

import datetime as dt

import pytest
from candidates import quotable
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.english.sameness import says_the_same
from rag.answering.quoting import (
    Quotable,
    also_in,
    choose_fact,
    choose_status,
    choose_timeline,
)

SENTENCES = (
    "Russia sent 50,000 doses of vaccine to Pakistan on Monday.",
    "Talks on the steel mills begin this week in Karachi.",
    "The pipeline between Karachi and Lahore was discussed.",
    "Nobody knows when the port will open again.",
)
QUOTABLES = st.lists(
    st.tuples(
        st.sampled_from(SENTENCES),
        st.floats(-8, 8),
        st.sampled_from([None, "2019", "2021-04", "2021-04-07", "2024-11-12", "2025-02-12"]),
    ),
    max_size=8,
).map(
    lambda drawn: sorted(
        (quotable(f"a{n}", text, score, published=date) for n, (text, score, date) in enumerate(drawn)),
        key=lambda one: -one.score,
    )
)


def ids(chosen: list[Quotable]) -> list[str]:
    return [one.card.article_id for one in chosen]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SENTENCES[0], SENTENCES[0]),
        (SENTENCES[0], "On Monday Russia sent 50,000 doses of vaccine to Pakistan."),
        (SENTENCES[1], "KARACHI: Talks on the Steel Mills begin this week in Karachi"),
        (
            "Khorev did not say when the mills would open again.",
            "Khorev has not said when the mills would open again.",
        ),
    ],
)
def test_one_fact_in_other_words_is_the_same(one: str, other: str) -> None:
    assert says_the_same(one, other)
    assert says_the_same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (SENTENCES[0], SENTENCES[0].replace("50,000", "150,000")),
        (SENTENCES[0], SENTENCES[0].replace("50,000 ", "")),
        (SENTENCES[0], SENTENCES[0].replace("Russia", "China")),
        (SENTENCES[0], SENTENCES[0].replace("Monday", "Friday")),
        (
            "Russia will fund the modernization of the mills.",
            "Russia will not fund the modernization of the mills.",
        ),
        (
            "Russia can fund the modernization of the mills.",
            "Russia can’t fund the modernization of the mills.",
        ),
        ("Lavrov has confirmed the supply of oil.", "Lavrov has denied the supply of oil."),
        *(
            (f"{before} the Talbot Bridge on Monday.", f"{after} the Talbot Bridge on Monday.")
            for before, after in (
                ("The council approved", "The council debated"),
                ("The council approved", "The council was asked when it approved"),
                ("The council will repair", "The council may repair"),
                ("The council repaired", "The council suspended Ula Berg over the plan to repair"),
                ("Ivo Hart met Ula Berg at", "Ula Berg met Ivo Hart at"),
                ("Ivo Hart was shot by Ula Berg at", "Ula Berg was shot by Ivo Hart at"),
                ("Engineers returned to", "Engineers returned from"),
                ("Officials confirmed a crack in", "Officials suspected a crack in"),
            )
        ),
        (
            "The rebels control the airport, the army said.",
            "The army controls the airport, the rebels said.",
        ),
        (
            "Police in Kesten arrested mayor Ivo Hart on Monday.",
            "Mayor Ivo Hart on Monday praised police in Kesten.",
        ),
        ("Police arrested the mayor of Zamora.", "Police arrested the mayor of Zamora's son."),
        ("The aid reached the town.", "Half of the aid reached the town."),
        ("The deal was signed by the president.", "The deal was signed by the vice president."),
        ("Ukraine attacked on Monday.", "Ukraine was attacked on Monday."),
        ("Le ministre a signé l’accord.", "Le ministre n’a pas signé l’accord."),
        ("Der Minister hat den Vertrag unterzeichnet.", "Der Minister hat den Vertrag nicht unterzeichnet."),
        ("Министр подписал договор.", "Министр не подписал договор."),
        (SENTENCES[0], SENTENCES[1]),
        ("Yes.", SENTENCES[0]),
        ("…", "…"),
    ],
)
def test_what_contradicts_or_differs_is_not_the_same(one: str, other: str) -> None:
    assert not says_the_same(one, other)
    assert not says_the_same(other, one)


def test_a_fact_in_two_articles_is_quoted_once_with_the_other_named() -> None:
    told = [
        quotable("b", SENTENCES[0], 5.0),
        quotable("a", SENTENCES[0], 4.9),
        quotable("c", SENTENCES[0].replace("50,000", "150,000"), 4.8),
    ]
    chosen = choose_fact(told, most=3)
    assert ids(chosen) == ["b", "c"]
    assert [also_in(one, told) for one in chosen] == [("a",), ()]


def test_a_fact_that_is_told_much_worse_is_left_out() -> None:
    told = [quotable("a", SENTENCES[0], 5.0), quotable("b", SENTENCES[1], -5.0)]
    assert ids(choose_fact(told, most=3)) == ["a"]


@pytest.mark.parametrize(
    ("text", "published"),
    [
        ("Mira Dahl led the port in those days.", "2023-05-01"),
        ("Mira Dahl led the port from 2019 to 2024.", "2026-05-01"),
        ("Mira Dahl led the port from 2019 to 2024.", None),
        ("Mira Dahl led the port until she was dismissed on Friday.", "2024-01-02"),
        ("Mira Dahl was dismissed from the port last year.", "2024-05-06"),
    ],
)
def test_of_a_time_asked_what_is_of_it_leads(text: str, published: str | None) -> None:
    """Only among what answers about as well, and all the rest follows as it was."""
    asked = dt.date(2023, 1, 1), dt.date(2023, 12, 31)
    elected = quotable("a", "Ivo Lund was elected to lead the port.", 5.0, published="2024-11-12")
    told = [elected, quotable("b", text, 4.0, published=published)]
    assert ids(choose_fact(told, most=3)) == ["a", "b"]
    assert ids(choose_fact(told, most=3, window=asked)) == ["b", "a"]
    worse = [elected, quotable("b", text, 2.0, published=published)]
    assert ids(choose_fact(worse, most=3, window=asked)) == ["a"]


def test_a_status_leads_with_the_newest_article_that_states_the_same() -> None:
    told = [
        quotable("old", SENTENCES[1], 5.0, published="2024-11-12"),
        quotable("new", SENTENCES[1], 4.9, published="2025-02-12"),
    ]
    assert ids(choose_status(told, most=3, until=None)) == ["new"]
    assert ids(choose_timeline(told, most=3)) == ["old"]


def test_quotes_of_one_day_are_in_the_order_of_their_worth() -> None:
    told = [
        quotable("z", SENTENCES[1], 5.0, published="2024-11-12"),
        quotable("a", SENTENCES[2], 4.9, published="2024-11-12"),
    ]
    assert ids(choose_status(told, most=3, until=None)) == ["z", "a"]
    assert ids(choose_timeline(told, most=3)) == ["z", "a"]


@given(told=QUOTABLES, most=st.integers(1, 4), newest_first=st.booleans())
def test_quotes_by_date_are_in_order_with_unknown_dates_last(
    told: list[Quotable], most: int, newest_first: bool
) -> None:
    chosen = choose_status(told, most=most, until=None) if newest_first else choose_timeline(told, most=most)
    assert len(chosen) <= most
    assert bool(chosen) == bool(told)
    days = [one.card.published.earliest for one in chosen]
    dated = [day for day in days if day]
    assert days == dated + [None] * (len(days) - len(dated))
    assert dated == sorted(dated, reverse=newest_first)
    _nothing_twice(chosen)


@pytest.mark.parametrize("vague", ["2023", "2023-11"])
def test_a_vague_date_stands_before_a_precise_one_within_it(vague: str) -> None:
    told = [
        quotable("plan", "The bridge will open in May.", 3.0, published=vague),
        quotable("news", "The opening was postponed on Monday.", 3.0, published="2023-11-02"),
    ]
    assert ids(choose_timeline(told, most=3)) == ["plan", "news"]
    assert ids(choose_status(told, most=3, until=None)) == ["news", "plan"]


def test_a_status_leads_with_the_newest_that_answers_about_as_well_as_any() -> None:
    told = [
        quotable("b", SENTENCES[1], 6.0, published="2024-11-12"),
        quotable("newest", SENTENCES[0], 4.5, published="2025-02-12"),
        quotable("c", SENTENCES[2], 3.0, published="2023-06-13"),
        quotable("newer but beside the point", SENTENCES[3], 1.0, published="2025-03-01"),
    ]
    assert ids(choose_status(told, most=3, until=None)) == ["newest", "b", "c"]
    assert ids(choose_status(told, most=1, until=None)) == ["newest"]


def test_what_came_after_the_time_asked_about_stands_behind() -> None:
    told = [
        quotable("after", SENTENCES[1], 6.0, published="2025-02-12"),
        quotable("then", SENTENCES[2], 5.0, published="2024-11-12"),
        quotable("unknown", SENTENCES[0], 5.5, published=None),
    ]
    assert ids(choose_status(told, most=3, until=dt.date(2024, 11, 30))) == ["then", "after", "unknown"]


@given(told=QUOTABLES, most=st.integers(1, 4))
def test_a_fact_is_told_best_first(told: list[Quotable], most: int) -> None:
    chosen = choose_fact(told, most=most)
    assert len(chosen) <= most
    assert chosen[:1] == told[:1]
    assert [one.score for one in chosen] == sorted((one.score for one in chosen), reverse=True)
    _nothing_twice(chosen)


def _nothing_twice(chosen: list[Quotable]) -> None:
    for number, one in enumerate(chosen):
        assert not any(says_the_same(one.text, other.text) for other in chosen[number + 1 :])


@given(st.text(), st.text())
def test_sameness_is_mutual_for_any_text(one: str, other: str) -> None:
    assert says_the_same(one, other) == says_the_same(other, one)
