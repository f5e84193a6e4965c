"""Of several subjects that a question names each is quoted, if what is about it answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from archives import answering, record
from candidates import quotable as unread
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.confidence import confidence_of, signs_of
from rag.answering.covering import compared_in, subjects_quoted, with_subjects
from rag.answering.quoting import Quotable, best_first
from rag.answering.widening import KnownName, OtherForm
from rag.types import Intent, Scores


def quotable(article: str, text: str, score: float) -> Quotable:
    """A sentence, below a headline that is the article's id, of a passage that the cross-encoder read."""
    one = unread(article, text, score)
    return replace(one, ranked=replace(one.ranked, scores=Scores(rerank=score)))


TODAY = dt.date(2026, 1, 1)
QUESTION = "Which came out first, Aldri or Bris?"
FILM = quotable("Aldri", "Aldri came out in 1999.", 6.0)
AGAIN = quotable("Aldri (film)", "It is lost.", 5.0)
OTHER = quotable("Bris of the sea", "It came out in 2001.", 1.7)


def covered(
    chosen: list[Quotable],
    quotables: list[Quotable],
    question: str = QUESTION,
    *,
    most: int = 3,
    names: tuple[KnownName, ...] = (),
) -> list[Quotable]:
    return with_subjects(chosen, quotables, compared_in(question, names), most=most)


def test_the_other_subject_is_quoted_too_and_the_last_makes_room_for_it() -> None:
    assert covered([FILM], [FILM, AGAIN, OTHER]) == [FILM, OTHER]
    assert covered([FILM, AGAIN], [FILM, AGAIN, OTHER]) == [FILM, AGAIN, OTHER]
    assert covered([FILM, AGAIN], [FILM, AGAIN, OTHER], most=2) == [FILM, OTHER]
    assert covered([FILM], [FILM, AGAIN, OTHER], most=1) == [FILM]


def test_what_is_about_two_of_them_is_quoted_once_for_both() -> None:
    both, third = quotable("Bris and Cato", "Both are lost.", 3.0), quotable("Cato", "It came out.", 2.0)
    question = "Which came out first: Aldri, Bris or Cato?"
    assert covered([FILM], [FILM, both, third], question) == [FILM, both]


@pytest.mark.parametrize(
    "other",
    [
        quotable("Bris of the sea", "It came out in 2001.", 0.0),
        quotable("Brisbane", "It came out in 2001.", 3.0),
        quotable("A list", "Bris came out in 2001.", 3.0),
        unread("Bris of the sea", "It came out in 2001.", 3.0),
    ],
)
def test_what_does_not_answer_or_is_about_something_else_is_not_quoted_for_it(other: Quotable) -> None:
    assert covered([FILM], [FILM, other]) == [FILM]


@pytest.mark.parametrize(
    "question",
    ["When did Aldri come out?", "which came out first, aldri or bris", "", "Which Bris film was older?"],
)
def test_a_question_of_one_subject_or_without_capitals_is_answered_as_before(question: str) -> None:
    chosen = [quotable("Bris", "Bris came out in 2001.", 4.0), FILM]
    assert covered(chosen, [FILM, AGAIN, OTHER], question) == chosen
    assert covered([AGAIN, FILM], [AGAIN, FILM, OTHER], question) == [AGAIN, FILM]


def test_who_only_tells_of_it_has_no_quote_of_his_own() -> None:
    envoy = quotable("Bris of the embassy", "It came out in 2001.", 5.0)
    for question in ("Did Aldri come out early, according to Bris?", "When did Aldri leave Bris?"):
        assert covered([FILM], [FILM, envoy], question) == [FILM]


def test_a_people_is_no_subject() -> None:
    other = quotable("Norwegian Air", "It flies since 2001.", 3.0)
    assert covered([FILM], [FILM, other], "Which Norwegian film is Aldri?") == [FILM]


def test_a_subject_that_is_quoted_by_its_other_name_is_quoted() -> None:
    question = "Which came first, Aldri or the Port Authority?"
    port = quotable("Harbour", "The KPA came first.", 4.0)
    other = quotable("Port Authority", "It grew.", 2.0)
    start = question.index("Port")
    known = KnownName(start, start + 14, (OtherForm("KPA", "abbreviation", "a"),))
    assert covered([FILM, port], [FILM, port, other], question) == [FILM, port, other]
    assert covered([FILM, port], [FILM, port, other], question, names=(known,)) == [FILM, port]


def test_a_surname_that_two_of_them_have_is_neither() -> None:
    question = "Who was born first, Anna Berg or Nils Berg?"
    anna = quotable("Anna Berg", "Berg was born in 1901.", 4.0)
    nils = quotable("Nils Berg", "He was born in 1903.", 2.0)
    names = tuple(
        KnownName(start, start + 9, (OtherForm("Berg", "surname", "a"),))
        for start in map(question.index, ("Anna Berg", "Nils Berg"))
    )
    assert covered([anna], [anna, nils], question, names=names) == [anna, nils]
    found = subjects_quoted([anna], compared_in(question, names))
    assert found == []
    found = subjects_quoted([anna, nils], compared_in(question, names))
    assert [question[start:end] for start, end in found] == ["Anna Berg", "Nils Berg"]


READ = st.builds(
    quotable,
    st.sampled_from(["Aldri", "Bris", "Cato", "Bris and Cato", "Other"]),
    st.sampled_from(["It came out.", "Bris came out.", "Nobody knows."]),
    st.floats(-6, 6),
)


@given(st.lists(READ, min_size=1, max_size=8), st.integers(1, 4), st.data())
def test_the_lead_stays_and_only_what_answers_comes_in(
    drawn: list[Quotable], most: int, data: st.DataObject
) -> None:
    quotables = sorted(drawn, key=best_first)
    chosen = data.draw(st.lists(st.sampled_from(quotables), unique_by=id, min_size=1, max_size=most))
    found = covered(chosen, quotables, "Which came out first: Aldri, Bris or Cato?", most=most)
    assert len(chosen) <= len(found) <= most
    assert found[0] == chosen[0]
    new = [one for one in found if one not in chosen]
    assert all(one.score > 0 for one in new)
    kept = [one for one in found if one in chosen]
    assert kept == chosen[: len(kept)]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ([FILM], []),
        ([FILM, AGAIN], []),
        ([FILM, OTHER], ["Aldri", "Bris"]),
        ([OTHER, FILM], ["Aldri", "Bris"]),
        # One article about both shows nothing of how they are told apart; its words are read anyhow.
        ([quotable("Aldri and Bris", "Both came out.", 4.0)], []),
        ([FILM, quotable("Reports", "Bris came out in 2001.", 4.0)], []),
        ([], []),
    ],
)
def test_the_subjects_quoted_are_those_of_several_articles(
    chosen: list[Quotable], expected: list[str]
) -> None:
    found = subjects_quoted(chosen, compared_in(QUESTION, ()))
    assert [QUESTION[start:end] for start, end in found] == expected


def test_what_is_compared_is_not_missing_where_each_has_its_quote() -> None:
    """No passage need have both."""
    spans = subjects_quoted([FILM, OTHER], compared_in(QUESTION, ()))
    without, beside = (
        signs_of(QUESTION, [FILM, OTHER], [FILM.ranked, OTHER.ranked], quoted=quoted)
        for quoted in ((), spans)
    )
    assert (without.missing, beside.missing) == (("Bris",), ())
    assert confidence_of(beside, reranked=True) > confidence_of(without, reranked=True)


@pytest.mark.parametrize(
    ("intent", "missing"), [("fact", ()), ("status", ("Bris",)), ("timeline", ("Bris",))]
)
def test_only_a_fact_is_compared(tmp_path: Path, intent: Intent, missing: tuple[str, ...]) -> None:
    records = [
        {**record(title, f"The film {title} came out."), "title": title} for title in ("Aldri", "Bris")
    ]
    answer = answering(tmp_path, records).ask(QUESTION, intent=intent, today=TODAY)
    assert [citation.card.article_id for citation in answer.citations] == ["Aldri", "Bris"]
    assert answer.explanation.missing == missing


@pytest.mark.parametrize(
    ("question", "compared"),
    [
        ("Is Aldri older than Bris?", ["Aldri", "Bris"]),
        ("Which is older, Aldri or the film Bris?", ["Aldri", "Bris"]),
        ("Were Aldri and Bris made in the same country?", ["Aldri", "Bris"]),
        ("Which is older, Aldri, Cato or Bris?", ["Aldri", "Bris"]),
        ("Are Aldri and Bris of different countries?", ["Aldri", "Bris"]),
        ("What do Aldri and Bris have in common?", ["Aldri", "Bris"]),
        ("Which came out first: Aldri or Bris?", ["Aldri", "Bris"]),
        ("In which year did Aldri and Bris merge?", []),
        ("Did Aldri and Bris agree on a common price?", []),
        ("How much did Aldri pay for Bris?", []),
        ("When did Aldri sell shares or bonds that it had of Bris?", []),
        ("Where did Aldri, of Bris, film?", []),
    ],
)
def test_of_what_one_did_to_the_other_a_quote_of_each_tells_nothing(
    question: str, compared: list[str]
) -> None:
    found = subjects_quoted([FILM, OTHER], compared_in(question, ()))
    assert [question[start:end] for start, end in found] == compared
