"""What a name leads to and answers is quoted first, with the sentence that names it; nothing else moves."""

from __future__ import annotations

from dataclasses import replace

import pytest
from candidates import quotable
from hypothesis import given
from hypothesis import strategies as st

from rag.answering import linking
from rag.answering.quoting import Quotable, best_first
from rag.types import Hop, Scores

NAMING = "Aldri was directed by Petter Naess."
BORN = "He was born in Oslo."


def read(
    article: str,
    text: str,
    score: float,
    *,
    name: str = "",
    source: str = "Aldri",
    stands_for: str | None = "the director of Aldri",
) -> Quotable:
    """A sentence below a headline that is the article's id; `name` is what led to it and makes it answer."""
    one = quotable(article, text, score)
    hop = Hop(name, source, article, stands_for) if name else None
    scores = Scores(rerank=score, hop=score if hop else None)
    return replace(one, ranked=replace(one.ranked, scores=scores, hop=hop))


def with_links(
    chosen: list[Quotable], quotables: list[Quotable], *, most: int, compared: int = 2
) -> list[Quotable]:
    return linking.with_links(chosen, quotables, most=most, compared=compared)


def told(quotes: list[Quotable]) -> list[tuple[str, str]]:
    return [(one.card.article_id, one.text) for one in quotes]


FILM = read("Aldri", NAMING, 6.0)
REVIEW = read("A review", "It was liked in Oslo.", 5.0)
PERSON = read("Petter Naess", BORN, 1.0, name="Petter Naess")


def test_what_answers_leads_and_what_names_it_stands_behind() -> None:
    assert with_links([FILM, REVIEW], [FILM, REVIEW, PERSON], most=3) == [PERSON, FILM, REVIEW]
    # What names it is quoted though it answers worse than others.
    low = replace(FILM, score=-3.0)
    assert with_links([REVIEW], [REVIEW, PERSON, low], most=3) == [PERSON, low, REVIEW]


def test_what_names_it_may_be_a_headline_and_then_it_stands_alone() -> None:
    film = read("Aldri", "It was shot in Bergen.", 6.0)
    assert with_links([film], [film, PERSON], most=3) == [PERSON, film]
    assert with_links([], [PERSON], most=3) == [PERSON]


def test_of_two_that_are_compared_each_stands_behind_what_names_it_and_neither_is_cut() -> None:
    other = read("Bris", "Bris was directed by Anna Berg.", 5.5)
    berg = read("Anna Berg", "She was born in Bergen.", 2.0, name="Anna Berg", source="Bris")
    quotables = [FILM, other, REVIEW, berg, PERSON]
    assert with_links([FILM, other, REVIEW], quotables, most=3) == [other, berg, FILM, PERSON]
    assert with_links([FILM, other, REVIEW], quotables, most=5) == [other, berg, FILM, PERSON, REVIEW]
    # Where nothing is compared one is asked for.
    for compared in (0, 1):
        assert with_links([FILM], quotables, most=3, compared=compared) == [berg, other, FILM]
    # One quote was asked for: it has what names whom it is about.
    assert with_links([FILM], quotables, most=1) == [berg, other]


def test_of_two_articles_that_lead_to_one_the_first_does() -> None:
    review = read("A review", "Petter Naess made it.", 5.5)
    again = read("Petter Naess", "He grew up there.", 0.5, name="Petter Naess", source="A review")
    assert with_links([FILM, review], [FILM, review, PERSON, again], most=3) == [PERSON, FILM, review]


def test_of_one_article_one_link_is_quoted() -> None:
    producer = read("Max Feld", "He was born in Graz.", 0.5, name="Max Feld")
    assert with_links([FILM], [FILM, PERSON, producer], most=3) == [PERSON, FILM]


@pytest.mark.parametrize("score", [-4.0, -0.1, 0.0])
def test_what_does_not_answer_with_the_name_changes_nothing(score: float) -> None:
    assert with_links([FILM], [FILM, replace(PERSON, score=score)], most=3) == [FILM]


@pytest.mark.parametrize(("score", "leads"), [(1.9, False), (2.0, True), (5.0, True)])
def test_what_was_read_with_a_name_beside_the_question_is_not_far_below_what_answers_by_itself(
    score: float, leads: bool
) -> None:
    """What a bridge cost is not what a strike cost the company that built it."""
    strike = read("Petter Naess", BORN, score, name="Petter Naess", stands_for=None)
    film = replace(FILM, score=8.0)
    assert with_links([film], [film, strike], most=3) == ([strike, film] if leads else [film])
    assert with_links([], [strike], most=3) == [strike]
    # Below a headline that says more than the name it has to answer beside the best.
    thanks = read("Thanks to Petter Naess", BORN, score + 3.5, name="Petter Naess", stands_for=None)
    assert with_links([film], [film, thanks], most=3) == ([thanks, film] if leads else [film])


@pytest.mark.parametrize(
    ("headline", "name", "about", "begins"),
    [
        ("Petter Naess", "Petter Naess", True, True),
        ("Petter Naess dies in Oslo at the age of eighty", "Petter Naess", False, True),
        ("Bill Reeves (animator)", "Reeves", True, True),
        ("Prince Max of Bavaria", "Bavaria", False, False),
        ("The long illness of Petter Naess", "Petter Naess", False, False),
        ("Petterson", "Petter", False, False),
    ],
)
def test_an_article_is_about_half_of_its_headline_or_whom_is_meant_for_certain_where_it_begins(
    headline: str, name: str, about: bool, begins: bool
) -> None:
    for stands_for, leads in ((None, about), ("the director of Aldri", begins)):
        one = read(headline, BORN, 4.0, name=name, stands_for=stands_for)
        assert with_links([FILM], [FILM, one], most=3) == ([one, FILM] if leads else [FILM])


TEXTS = st.sampled_from([NAMING, BORN, "It was liked.", "Petter Naess left."])
READ = st.builds(
    read,
    st.sampled_from(["Aldri", "Petter Naess", "Anna Berg", "Bris"]),
    TEXTS,
    st.floats(-6, 6),
    name=st.sampled_from(["", "", "Petter Naess", "Anna Berg"]),
    source=st.sampled_from(["Aldri", "Bris"]),
)


@given(st.lists(READ, max_size=8, unique_by=lambda one: one.card.article_id), st.integers(1, 5), st.data())
def test_the_chosen_stay_in_their_order_behind_and_nothing_is_quoted_twice(
    drawn: list[Quotable], most: int, data: st.DataObject
) -> None:
    quotables = sorted(drawn, key=best_first)
    chosen = data.draw(st.lists(st.sampled_from(quotables), unique_by=id, max_size=most)) if drawn else []
    found = with_links(chosen, quotables, most=most)
    assert len(set(told(found))) == len(found) <= max(most, 4)
    assert all(one in quotables for one in found)
    linked = any(one.ranked.answers_with and one.score > 0 for one in quotables)
    if not linked:
        assert found == chosen
    others = [one for one in found if one in chosen and not one.ranked.answers_with]
    if len(found) < most:
        assert all(one in found for one in chosen)
    assert found == with_links(found, quotables, most=most)
    assert others == [one for one in found if one in others]
