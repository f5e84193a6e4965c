"""A question is read without what is only said to whoever is asked, and no title loses its beginning."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering.english.courtesies import without_courtesies

ASKED = ("who won the cup", "how many died?", "what is the status of the talks?", "was it sold?")
OPENERS = (
    "Hi, ",
    "Hello there! ",
    "Good morning team, ",
    "Tell me ",
    "Please tell me, ",
    "Hi, can you please tell me ",
    "Could you tell me ",
    "Do you know ",
    "Does anyone know ",
    "I would like to know ",
    "I'd like to know ",
    "I was wondering ",
    "I am trying to find out ",
    "Quick question: ",
    "Please, ",
)


@pytest.mark.parametrize("opener", OPENERS)
@pytest.mark.parametrize("asked", ASKED)
def test_what_is_said_before_a_question_is_left_out(opener: str, asked: str) -> None:
    assert without_courtesies(f"{opener}{asked}") == asked
    assert without_courtesies(asked) == asked


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("Could you tell me if the bank raised rates?", "the bank raised rates?"),
        ("I was wondering whether the bank raised rates", "the bank raised rates"),
        ("I'd like to know the population of Karachi", "the population of Karachi"),
    ],
)
def test_what_is_asked_may_be_told(question: str, read: str) -> None:
    assert without_courtesies(question) == read


@pytest.mark.parametrize(
    "question",
    [
        "Hello, Dolly! opened in which year?",
        "Do You Know Who I Am was written by whom?",
        "Tell Me Why was released when?",
        "tell me about Kenya",
        "What did he tell me?",
        "Could you win the cup?",
        "Please Don’t Go was recorded by whom?",
        "I Am Curious was directed by whom?",
        "I Want to Know What Love Is was sung by whom?",
        "If the bank raised rates, who paid?",
        "Please list the winners",
        "Can you explain why rates fell?",
        "Did he say please tell me who won?",
        "",
    ],
)
def test_what_is_no_courtesy_stays(question: str) -> None:
    assert without_courtesies(question) == question


@settings(deadline=None)
@given(st.lists(st.sampled_from([*OPENERS, *ASKED, "Karachi ", "if ", ". "]), max_size=6).map("".join))
def test_only_a_beginning_is_left_out_and_never_all(question: str) -> None:
    read = without_courtesies(question)
    assert question.endswith(read)
    assert bool(read) == bool(question)
