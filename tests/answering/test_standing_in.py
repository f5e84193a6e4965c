"""A sentence is held against the question with what it is quoted with, where that makes it answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from archives import ALWAYS, ENCODER, answering, record
from candidates import candidate, written
from fakes import OverlapReranker, RecordingReranker
from hypothesis import example, given
from hypothesis import strategies as st

from rag.answering import Answerer
from rag.answering.asked import Asked
from rag.answering.budget import BoundedReranker
from rag.answering.contrary import weight_of
from rag.answering.quoting import Quotable, best_first
from rag.answering.ranking import Ranked
from rag.answering.standing_in import read_as_quoted
from rag.types import Contrary, Hop, Intent, Scores, Span

QUESTION = "where was mira dahl born"
NAMED, BORN, WON = "Mira Dahl leads the port.", "She was born where it snows.", "She won."
LOW = -9.0
CONTRARY = Contrary("born", "bought")


def sentences(
    *scored: tuple[str, float], passage: float | None = 9.0, hop: Hop | None = None, title: str = ""
) -> list[Quotable]:
    """Those of one passage in their order, each with its score."""
    text = " ".join(each for each, _ in scored)
    spans, start = [], 0
    for each, _ in scored:
        spans.append(Span(start, start + len(each)))
        start += len(each) + 1
    found = candidate("a", text=text)
    card = replace(found.article.card, title=title)
    found = replace(found, article=written(card, text, tuple(spans)))
    ranked = Ranked(found, 1.0, Scores(rerank=passage, hop=passage if hop else None), hop)
    return [
        Quotable(ranked, span.start, span.end, each, score)
        for span, (each, score) in zip(spans, scored, strict=True)
    ]


def read(
    quotables: list[Quotable], question: str = QUESTION, *, most: int | None = None
) -> tuple[dict[str, float], list[tuple[str, str]]]:
    """The score of each sentence, and what was read for that."""
    reranker = RecordingReranker()
    told = read_as_quoted(
        sorted(quotables, key=best_first), Asked.whole(question), reranker=BoundedReranker(reranker, most)
    )
    assert told == sorted(told, key=best_first)
    assert {replace(one, score=0.0) for one in told} == {replace(one, score=0.0) for one in quotables}
    return {one.text: one.score for one in told}, reranker.asked


def logit(text: str, question: str = QUESTION) -> float:
    return float(OverlapReranker().score(question, [text])[0])


def test_it_has_the_logit_of_what_it_is_quoted_with() -> None:
    scores, asked = read(sentences((NAMED, LOW + 1), (BORN, LOW)))
    assert scores == {NAMED: LOW + 1, BORN: logit(f"{NAMED} {BORN}")}
    assert asked == [(QUESTION, f"{NAMED} {BORN}")], "what was read before is not read again"


def test_what_adds_nothing_to_what_stands_before_it_keeps_its_own() -> None:
    """There the sentence before it is the answer."""
    before = logit(NAMED)
    for own in (LOW, before - 0.1):
        scores, _ = read(sentences((NAMED, before), (WON, own)))
        assert scores == {NAMED: before, WON: own}


def test_what_answers_better_by_itself_keeps_its_own() -> None:
    scores, asked = read(sentences((NAMED, 1.0), (BORN, 8.5)))
    assert scores == {NAMED: 1.0, BORN: 8.5} and len(asked) == 1


@pytest.mark.parametrize("first", ["It is said to be wet.", "Snow fell."])
def test_what_is_quoted_alone_is_not_read_again(first: str) -> None:
    _, asked = read(sentences((first, LOW), (BORN, LOW)))
    assert asked == []


def test_what_stands_before_is_read_where_it_was_not() -> None:
    """It may lie before the passage."""
    named, born = sentences((NAMED, LOW), (BORN, LOW))
    scores, asked = read([born])
    assert asked == [(QUESTION, f"{NAMED} {BORN}"), (QUESTION, NAMED)]
    assert scores == {BORN: logit(f"{NAMED} {BORN}")} and named.text == NAMED


def test_a_question_in_the_article_is_no_answer_behind_a_name_either() -> None:
    asking = "She was born where?"
    scores, _ = read(sentences((NAMED, LOW), (asking, LOW)))
    assert scores[asking] == logit(f"{NAMED} {asking}") - 3.0


def test_nothing_answers_behind_what_is_contrary_to_the_question() -> None:
    """With that before it, it would look like an answer, and has no contrary word itself."""
    named, born = sentences((NAMED, LOW), (BORN, LOW))
    scores, asked = read([replace(named, contrary=CONTRARY), born])
    assert scores == {NAMED: LOW, BORN: LOW} and not asked


def test_what_is_contrary_weighs_as_much_less_with_what_it_is_quoted_with() -> None:
    named, born = sentences((NAMED, LOW), (BORN, LOW))
    scores, _ = read([named, replace(born, contrary=CONTRARY)])
    assert scores[BORN] == pytest.approx(logit(f"{NAMED} {BORN}") - weight_of(CONTRARY))


@pytest.mark.parametrize(("passage", "is_read"), [(None, False), (2.9, False), (3.0, True), (9.0, True)])
def test_a_passage_that_answers_less_well_than_another_sentence_is_passed_over(
    passage: float | None, is_read: bool
) -> None:
    quotables = sentences((NAMED, LOW), (BORN, LOW), passage=passage)
    other = replace(quotables[0].ranked.candidate.article.card, article_id="b")
    found = candidate("b", text="The best.")
    found = replace(found, article=written(other, "The best.", (Span(0, 9),)))
    best = Quotable(Ranked(found, 1.0, Scores(rerank=4.0)), 0, 9, "The best.", 4.0)
    _, asked = read([best, *quotables])
    assert bool(asked) is is_read


def test_what_a_name_makes_answer_is_read_with_that_name() -> None:
    hop = Hop("Arda", "b", "a")
    _, asked = read(sentences((NAMED, LOW), (BORN, LOW), hop=hop))
    assert {question for question, _ in asked} == {f"arda: {QUESTION}"}


SCORED = st.lists(
    st.tuples(st.sampled_from([NAMED, BORN, WON, "Petter Roth fell.", "He is where?"]), st.floats(-9, 9)),
    min_size=1,
    max_size=8,
)


FORMS = ((QUESTION,), (QUESTION, "where was she born"))


@example([(NAMED, LOW), (BORN, LOW), (NAMED, LOW), (BORN, LOW)], 2, 0, FORMS[1])
@given(SCORED, st.none() | st.integers(1, 20), st.integers(0, 12), st.sampled_from(FORMS))
def test_none_is_worse_and_all_are_read_or_none(
    scored: list[tuple[str, float]], most: int | None, before: int, forms: tuple[str, ...]
) -> None:
    quotables = sorted(sentences(*scored), key=best_first)
    reranker = RecordingReranker()
    asked = Asked(forms, forms)
    reading = BoundedReranker(reranker, most, readings=asked.readings)
    reading.pairs = before
    told = read_as_quoted(quotables, asked, reranker=reading)
    own = {one.start: one.score for one in quotables}
    assert sorted(one.start for one in told) == sorted(own)
    assert all(one.score >= own[one.start] for one in told)
    assert reading.pairs == before + len(reranker.asked) <= max(before, most or 2**31)
    free = read_as_quoted(quotables, asked, reranker=BoundedReranker(RecordingReranker(), None))
    assert told in (free, quotables)
    assert told == free or not reranker.asked


def test_without_a_cross_encoder_nothing_is_read() -> None:
    quotables = sentences((NAMED, 1.0), (BORN, LOW))
    assert read_as_quoted(quotables, Asked.whole(QUESTION), reranker=None) == quotables
    assert (
        read_as_quoted([], Asked.whole(QUESTION), reranker=BoundedReranker(RecordingReranker(), None)) == []
    )


@pytest.mark.parametrize(("intent", "is_read"), [("fact", True), ("status", False), ("timeline", False)])
def test_an_answer_is_led_by_what_answers_as_it_is_quoted(
    tmp_path: Path, intent: Intent, is_read: bool
) -> None:
    """Below a headline that names somebody else; not where it is asked how a matter stands or went."""
    title = "Roth was at the mill where rice was sold"
    text = f"The harbour of Arda was dug. {NAMED} {BORN} Ships are many there."
    archive = answering(tmp_path, [record("port", text, title=title), record("rice", "Rice rose.")])
    reranker = RecordingReranker()
    archive = Answerer(archive.index, ENCODER, reranker, options=ALWAYS)
    answer = archive.ask("Where was Mira Dahl born?", intent=intent, today=dt.date(2026, 11, 22))
    whole = answer.citations[0].card.in_context(f"{NAMED} {BORN}")
    assert any(read == whole for _, read in reranker.asked) is is_read
    assert (answer.citations[0].quote == f"{NAMED} {BORN}") is is_read
