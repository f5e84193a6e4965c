"""What kind of thing a question asks for, and which sentences have one that it does not name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.english.sought import sought_by


def has(question: str, sentence: str) -> bool | None:
    told = sought_by(question, proper=question)
    return None if told is None else told(sentence)


# Of each question a sentence that has what it asks for, and one that has not.
PAIRS = [
    ("How many people died?", "At least two people died.", "People died in the fire."),
    ("How many people died?", "The fire killed 1,204.", "The fire was put out, people said."),
    ("What share of the vote did Berg get?", "Berg got 49.3 percent.", "Berg said the vote was close."),
    ("By how much did prices fall in 2021?", "They fell by a third.", "Prices fell in 2021."),
    ("How old is the mayor of Tarn?", "The mayor, 61, was born there.", "The mayor is old."),
    ("When did the port open?", "It opened on Tuesday.", "It may open soon."),
    ("What year was the club formed?", "It was formed in 1919.", "The club was formed by Berg."),
    ("When did the port open in May?", "Yesterday it was open.", "In May it was open."),
    ("Who edited the paper?", "Lindqvist held the post.", "It was edited well."),
    ("Who is Anna Berg?", "Anna Berg worked with Ivo Lund.", "Anna Berg is a poet."),
    ("Where did the flight land?", "It landed at Jakarta.", "It landed safely after the crew was told."),
    ("Which country has signed?", "Norway has signed, as has Chile.", "It was signed on Monday."),
]


@pytest.mark.parametrize(("question", "has_it", "has_not"), PAIRS)
def test_a_sentence_has_what_is_asked_for_or_has_not(question: str, has_it: str, has_not: str) -> None:
    assert has(question, has_it) is True
    assert has(question, has_not) is False


@pytest.mark.parametrize("question", [question for question, _, _ in PAIRS])
def test_no_question_answers_itself(question: str) -> None:
    assert has(question, question) is False
    assert has(question, question.removesuffix("?") + ", it was asked.") is False


@pytest.mark.parametrize(
    "question", ["Why did the mill close?", "What did the minister say?", "status of the talks", ""]
)
def test_where_no_kind_is_known_nothing_is_said(question: str) -> None:
    assert has(question, "On Monday Anna Berg sold ten mills in Oslo.") is None


def test_the_first_word_that_asks_tells_the_kind_and_what_leads_up_to_it_none() -> None:
    question = "When the mill closed in Oslo, Anna Berg resigned. How many were dismissed?"
    told = sought_by(question, proper="How many were dismissed?")
    assert told is not None
    assert told("They dismissed 200.")
    assert not told("On Monday Ivo Lund came to Bergen.")
    assert has("Who said when it closes?", "It closes on Monday.") is False


@given(st.text(max_size=80), st.sampled_from([question for question, _, _ in PAIRS]))
def test_any_text_can_be_a_sentence(text: str, question: str) -> None:
    assert has(question, text) in {True, False}
