"""A question that holds several is answered of each, and what nothing answers is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from archives import ALWAYS, answering, generated, record, said
from hypothesis import given
from hypothesis import strategies as st

from rag.answering import Answerer
from rag.answering.english.stems import WORD
from rag.answering.parting import MOST, parts_of
from rag.errors import QuestionError
from rag.types import Filters

TODAY = dt.date(2026, 11, 22)
TWO = "Who financed the gas pipeline with Lavrov, and who inspected the port with Qureshi?"
SEVERAL = (
    TWO,
    "Who financed the gas pipeline? Who inspected the steel mills with Dar? Who postponed the port?",
    "Which engineers did Khorev bring and what did Fedorov inspect in March 2021?",
    "I am writing on the port. Who inspected it with Dar? Who reopened the trade corridor?",
)
ONE = (
    "Which minister, who resigned in May and who later joined the bank, is in jail?",
    "Who is the man who led Arda and who sold it?",
    "What is the difference between what Russia said and what Ukraine said?",
    'Who wrote "What is love and who was he"?',
    "Who wrote “What is love and who was he”?",
    "When and where was Modi born?",
    "Is this true? Did the minister resign?",
    "When she died, Queen Elizabeth II left four dogs. Who will take care of them?",
    "How many people do the bank and what used to be its rival employ?",
    "Who won? Who lost? Who came third? Who came fourth? Who came fifth?",
    "Who chairs the club and what is it?",
    "steel mills and what they cost",
)
OPENINGS = (
    "who won",
    "what did Arda say",
    "where was Bris founded",
    "how many boats did the port of Cato lose",
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    return answering(tmp_path_factory.mktemp("parting"), generated(60, undated=4))


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Who chairs the Arda Club and how many boats did Bris lose in 2020?",
            ["Who chairs the Arda Club?", "How many boats did Bris lose in 2020?"],
        ),
        # What points back, or names nothing, is led by what it needs.
        (
            "who chairs the Arda Club, and where was it founded",
            ["Who chairs the Arda Club?", "Who chairs the Arda Club. Where was it founded?"],
        ),
        (
            "Who won the vote; how many came to Arda?",
            ["How many came to Arda. Who won the vote?", "How many came to Arda?"],
        ),
        (
            "Did Silva resign and is he under investigation?",
            ["Did Silva resign?", "Did Silva resign. Is he under investigation?"],
        ),
        # What leads up to them stands before each.
        (
            "I write on the port of Arda. Who leads it? When was it built?",
            [
                "I write on the port of Arda. Who leads it?",
                "I write on the port of Arda. Who leads it. When was it built?",
            ],
        ),
        ("Who won? Who lost?", ["Who won?", "Who lost?"]),
    ],
)
def test_each_question_stands_by_itself(question: str, parts: list[str]) -> None:
    assert list(parts_of(question)) == parts


@pytest.mark.parametrize("question", ONE)
def test_what_is_one_question_stays_one(question: str) -> None:
    assert parts_of(question) == (question,)


@given(
    parts=st.lists(st.sampled_from(OPENINGS), min_size=1, max_size=MOST + 2),
    joint=st.sampled_from([" and ", ", and ", "; ", "? "]),
)
def test_no_word_of_a_question_is_lost_or_moved(parts: list[str], joint: str) -> None:
    question = joint.join(parts) + "?"
    found = parts_of(question)
    assert len(found) == (len(parts) if len(parts) <= MOST else 1)
    if len(found) > 1:
        assert all(one.endswith("?") and one.count("?") == 1 for one in found)
        own = [WORD.findall(one.split(". ")[-1].lower()) for one in found]
        assert own == [WORD.findall(one.lower()) for one in parts]


@pytest.mark.parametrize("question", SEVERAL)
def test_an_answer_is_made_of_the_answers_to_each(archive: Answerer, question: str) -> None:
    """The same sentences in the same order, each once and numbered by article without a gap."""
    answer = archive.ask(question, today=TODAY)
    parts = answer.explanation.parts
    assert [part.asked_as for part in parts] == list(parts_of(question))
    assert all(part.asked_as.endswith(part.question) for part in parts)
    alone = [archive.ask(part.asked_as, today=TODAY) for part in parts]
    quoted = [(one.card.article_id, one.start, one.end) for each in alone for one in each.citations]
    assert [(one.card.article_id, one.start, one.end) for one in answer.citations] == list(
        dict.fromkeys(quoted)
    )
    numbers = dict.fromkeys(one.number for one in answer.citations)
    assert list(numbers) == list(range(1, len({one.card.article_id for one in answer.citations}) + 1))
    assert [part.confidence for part in parts] == [one.confidence for one in alone]
    assert answer.confidence == min(part.confidence for part in parts)
    assert answer.question == question
    assert answer.explanation.pairs_read == sum(one.explanation.pairs_read for one in alone)
    for citation in answer.citations:
        text = archive.index.snapshot().text_of(citation.card.article_id)
        assert text[citation.start : citation.end] == citation.quote
    assert said(answer) == said(archive.ask(question, today=TODAY))


def test_what_one_question_is_answered_with_is_not_parted(archive: Answerer) -> None:
    for question in ("Who inspected the port?", f"{TWO} Give me the timeline."):
        assert archive.ask(question, today=TODAY).explanation.parts == ()
    assert archive.ask(TWO, intent="status", today=TODAY).explanation.parts == ()


def test_of_parts_that_are_not_answered_none_is_quoted_and_each_is_told(tmp_path: Path) -> None:
    records = [record("club", "The chair of the Arda Club is Mary Holm, who won the vote."), *generated(5)]
    options = replace(ALWAYS, abstain_below=0.35)
    archive = answering(tmp_path, records, options=options)
    question = "Who is the chair of the Arda Club and how many llamas did Zanzibar export?"
    answer = archive.ask(question, today=TODAY)
    assert [part.answered for part in answer.explanation.parts] == [True, False]
    assert [one.card.article_id for one in answer.citations] == ["club"]
    assert answer.confidence == answer.explanation.parts[0].confidence
    nothing = archive.ask("How many llamas did Zanzibar export and who sold Uruguay?", today=TODAY)
    assert nothing.abstained and nothing.citations == () and nothing.passages
    assert not any(part.answered for part in nothing.explanation.parts)
    assert nothing.confidence == max(part.confidence for part in nothing.explanation.parts)


def test_the_day_as_of_which_one_is_asked_is_that_of_all(archive: Answerer) -> None:
    """Look-ahead in a part that does not name the day would be look-ahead all the same."""
    question = "Who financed the gas pipeline with Lavrov and who inspected the port as of 15 June 2021?"
    answer = archive.ask(question, today=TODAY)
    assert len(answer.explanation.parts) == 2 and answer.citations
    assert answer.as_of == dt.date(2021, 6, 15)
    assert answer.explanation.as_of_words == "as of 15 June 2021"
    for shown in (*answer.citations, *answer.passages):
        assert (shown.card.published.value or "") <= "2021-06-15"
    with pytest.raises(QuestionError):
        archive.ask("Who financed the port of Arda and who sold it as of 31 June 2021?", today=TODAY)
    early = Filters(as_of=dt.date(1990, 1, 1))
    assert archive.ask(TWO, filters=early, today=TODAY).reason == "nothing published by then"


def test_a_quote_is_held_against_the_time_of_the_question_that_it_answers(tmp_path: Path) -> None:
    records = [
        record("club", "The chair of the Arda Club is Mary Holm.", "2023-05-01"),
        record("boats", "The port of Bris lost 40 boats to the storm.", "2020-03-01"),
    ]
    archive = answering(tmp_path, records, options=replace(ALWAYS, max_quotes=1))
    question = "Who is the chair of the Arda Club and how many boats did the port of Bris lose in 2020?"
    answer = archive.ask(question, today=TODAY)
    assert [(one.card.article_id, one.of_time) for one in answer.citations] == [
        ("club", None),
        ("boats", True),
    ]
    assert answer.explanation.window == ("2020-01-01", "2020-12-31")
    assert answer.explanation.window_met is True


@pytest.mark.parametrize("most", [8, 15, 16, 40])
def test_what_may_be_read_is_shared_out(archive: Answerer, most: int) -> None:
    bounded = Answerer(
        archive.index, archive.encoder, archive.reranker, options=replace(ALWAYS, rerank_pairs=most)
    )
    answer = bounded.ask(TWO, today=TODAY)
    assert answer.explanation.pairs_read <= most
    assert len(answer.explanation.parts) == (0 if most < 16 else 2)


def test_the_passages_of_each_are_shown_in_turn(archive: Answerer) -> None:
    answer = archive.ask(TWO, today=TODAY, top_k=4)
    assert len(answer.passages) == 4
    shown = [(one.card.article_id, one.start) for one in answer.passages]
    assert len(set(shown)) == 4
    for place, part in enumerate(answer.explanation.parts):
        alone = archive.ask(part.asked_as, today=TODAY, top_k=1).passages[0]
        assert (alone.card.article_id, alone.start) in shown[: place + 1]
