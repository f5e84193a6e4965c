"""Marks between quotes: few, right, and the same whichever way round the quotes are given."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from candidates import published_on
from hypothesis import given, settings
from hypothesis import strategies as st
from pairs import MARKED, TRAPS, Pair

from rag.answering.english.moments import resolve
from rag.answering.marking import marked
from rag.types import ArticleCard, Citation, Scores, Span


def citation(number: int, text: str, day: str | None, article_id: str | None = None) -> Citation:
    published = published_on(day)
    card = ArticleCard(article_id or f"a{number}", "Report", None, None, published, "0" * 64)
    dates = resolve(text, Span(0, len(text)), published)
    return Citation(number, card, 0, len(text), text, Scores(), dates=dates)


def both(pair: Pair) -> tuple[Citation, Citation]:
    earlier, later = marked(
        [citation(1, pair.earlier, pair.earlier_day), citation(2, pair.later, pair.later_day)]
    )
    return earlier, later


def marks_of(pair: Pair) -> set[str]:
    earlier, later = both(pair)
    made = {"superseded"} if earlier.superseded_by == 2 else set()
    made |= {"contradicts"} if earlier.contradicts or later.contradicts else set()
    return made | ({"superseded by the earlier"} if later.superseded_by else set())


def test_marks_are_right_far_more_often_than_not() -> None:
    """Over pairs of which more than half are traps. What is asserted of recall is what is reached."""
    assert len(MARKED) + len(TRAPS) >= 60
    assert len(TRAPS) >= len(MARKED)
    made = [(mark, pair.mark) for pair in (*MARKED, *TRAPS) for mark in marks_of(pair)]
    right = sum(mark == expected for mark, expected in made)
    assert right / len(made) >= 0.9
    assert right / len(MARKED) >= 0.9


@pytest.mark.parametrize("pair", TRAPS, ids=lambda pair: pair.later)
def test_a_trap_is_not_marked(pair: Pair) -> None:
    assert marks_of(pair) == set()


@pytest.mark.parametrize("pair", [*MARKED, *TRAPS], ids=lambda pair: pair.later)
def test_a_mark_does_not_depend_on_the_order_of_the_quotes(pair: Pair) -> None:
    later, earlier = marked(
        [citation(1, pair.later, pair.later_day), citation(2, pair.earlier, pair.earlier_day)]
    )
    straight = both(pair)
    assert (earlier.superseded_by == 1) == (straight[0].superseded_by == 2)
    assert later.superseded_by is straight[1].superseded_by is None
    for one, other in ((earlier, straight[0]), (later, straight[1])):
        assert [(d.words, d.other_words) for d in one.contradicts] == [
            (d.words, d.other_words) for d in other.contradicts
        ]


@pytest.mark.parametrize(
    "pair", [pair for pair in MARKED if pair.mark == "contradicts"], ids=lambda p: p.later
)
def test_both_sides_of_a_contradiction_say_so_in_their_own_words(pair: Pair) -> None:
    earlier, later = both(pair)
    [one], [other] = earlier.contradicts, later.contradicts
    assert (one.number, other.number) == (2, 1)
    assert one.words in earlier.quote
    assert one.other_words in later.quote
    assert (one.words, one.other_words) == (other.other_words, other.words)


@pytest.mark.parametrize("pair", MARKED, ids=lambda pair: pair.later)
def test_nothing_is_marked_without_both_days_or_within_one_article(pair: Pair) -> None:
    for days in ((None, pair.later_day), (pair.earlier_day, None), (None, None)):
        assert marks_of(pair._replace(earlier_day=days[0], later_day=days[1])) == set()
    same = marked(
        [citation(1, pair.earlier, pair.earlier_day, "a"), citation(1, pair.later, pair.later_day, "a")]
    )
    assert not any(one.contradicts for one in same)


@pytest.mark.parametrize(
    "pair", [pair for pair in MARKED if pair.mark == "superseded"], ids=lambda p: p.later
)
def test_news_supersedes_only_what_is_older(pair: Pair) -> None:
    turned = pair._replace(earlier_day=pair.later_day, later_day=pair.earlier_day)
    assert "superseded" not in marks_of(turned)
    assert "superseded by the earlier" not in marks_of(turned)


@pytest.mark.parametrize(
    ("headline", "replaced"),
    [
        ("Airstrike in Korvat kills 20", True),
        ("Toll of the Korvat airstrike rises to 20", True),
        ("Airstrike in Korvat, north of New York, kills 20", True),
        ("New airstrike in Korvat kills 20", False),
        ("Korvat: 20 killed in second airstrike in a week", False),
    ],
)
def test_a_count_is_not_replaced_by_that_of_another_event(headline: str, replaced: bool) -> None:
    quotes = [
        citation(1, "An airstrike in Korvat killed 12 people.", "2024-03-05"),
        citation(2, "An airstrike in Korvat killed 20 people.", "2024-03-08"),
    ]
    later = replace(quotes[1], card=replace(quotes[1].card, title=headline))
    earlier, _ = marked([replace(quotes[0], card=replace(quotes[0].card, title=headline)), later])
    assert (earlier.superseded_by == 2) == replaced


def test_of_several_outcomes_the_newest_is_named() -> None:
    plan, delayed, opened = marked(
        [
            citation(1, "The Tarnow bridge will be opened in May.", "2024-03-05"),
            citation(2, "The opening of the Tarnow bridge has been postponed.", "2024-04-30"),
            citation(3, "The Tarnow bridge was opened on Friday.", "2024-06-09"),
        ]
    )
    assert (plan.superseded_by, delayed.superseded_by, opened.superseded_by) == (3, None, None)


KILLED_AND_COST = (
    "The Maren ferry fire killed {} people, while the Maren ferry repairs cost {} million dollars."
)
COST_AND_KILLED = (
    "The Maren ferry repairs cost {1} million dollars, while the Maren ferry fire killed {0} people."
)


@pytest.mark.parametrize("texts", list(itertools.product((KILLED_AND_COST, COST_AND_KILLED), repeat=2)))
@pytest.mark.parametrize("days", [("2021-03-01", "2021-03-03"), ("2021-03-01", "2021-03-01")])
def test_of_several_figures_those_that_disagree_are_told_and_the_same_from_either_side(
    texts: tuple[str, str], days: tuple[str, str]
) -> None:
    one, other = marked(
        [citation(1, texts[0].format(12, 5), days[0]), citation(2, texts[1].format(31, 9), days[1])]
    )
    [first], [second] = one.contradicts, other.contradicts
    assert (first.words, first.other_words) == (second.other_words, second.words)
    # On two days the count of the killed may have grown; what the repairs cost has not.
    assert "dollars" in first.words or days[0] == days[1]


CITIES = ["Tarnow", "Maren", "Kesra"]
UNITS = ["percent", "tonnes", "ferries", "million barrels"]


@given(
    st.sampled_from(list(itertools.product(CITIES, CITIES))),
    st.tuples(st.integers(2, 99), st.integers(2, 99)),
    st.sampled_from(UNITS),
    st.tuples(st.sampled_from([2018, 2019]), st.sampled_from([2018, 2019])),
)
def test_figures_contradict_only_for_one_city_and_one_year(
    cities: tuple[str, str], numbers: tuple[int, int], unit: str, years: tuple[int, int]
) -> None:
    texts = [
        f"The port of {city} shipped {number} {unit} of grain in {year}."
        for city, number, year in zip(cities, numbers, years, strict=True)
    ]
    if unit == "percent":
        texts = [text.replace("of grain", "of its grain") for text in texts]
    one, other = marked([citation(1, texts[0], "2020-05-01"), citation(2, texts[1], "2020-07-01")])
    if one.contradicts:
        assert cities[0] == cities[1]
        assert years[0] == years[1]
        assert numbers[0] != numbers[1]
    apart = abs(numbers[0] - numbers[1]) > 0.15 * max(numbers)
    if cities[0] == cities[1] and years[0] == years[1] and apart:
        assert one.contradicts and other.contradicts


@settings(deadline=None)
@given(st.lists(st.sampled_from([*MARKED, *TRAPS]), min_size=1, max_size=4))
def test_a_mark_names_a_citation_that_is_there(pairs: list[Pair]) -> None:
    quotes = [
        said for pair in pairs for said in ((pair.earlier, pair.earlier_day), (pair.later, pair.later_day))
    ]
    citations = marked([citation(number, *said) for number, said in enumerate(quotes, start=1)])
    numbers = {one.number for one in citations}
    for one in citations:
        assert one.superseded_by is None or one.superseded_by in numbers - {one.number}
        assert {other.number for other in one.contradicts} <= numbers - {one.number}
        # Those that are superseded stand in the order of days, so that no two supersede each other.
        if one.superseded_by is not None:
            later = citations[one.superseded_by - 1]
            assert one.card.published.latest < later.card.published.latest  # type: ignore[operator]
