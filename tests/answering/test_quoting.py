"""Sentences that answer alike below their headlines are read once more without them, and no others."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from archives import answering, record
from candidates import quotable, written
from fakes import HashingEncoder, OverlapReranker, RecordingReranker
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.asked import Asked
from rag.answering.budget import BoundedReranker
from rag.answering.quoting import MARGIN, Quotable, asks, best_first, read_alone, read_sentences
from rag.types import Hop, Scores, Span


@pytest.mark.parametrize(
    ("sentence", "asking"),
    [
        ("Where is it being held?", True),
        ("Who won it all? ", True),
        ("**What happens next?**", True),
        ("It is being held in Arda.", False),
        ("“Where is it being held?” he asked.", False),
        ("He asked: “Where is it being held?”", False),
        ("", False),
    ],
)
def test_a_sentence_asks_or_tells_who_does(sentence: str, asking: bool) -> None:
    assert asks(sentence) is asking


def test_the_heading_that_asks_is_not_quoted_and_what_answers_it_is_read_behind_it(tmp_path: Path) -> None:
    text = (
        "Where is the summit of Arda being held?\n\nIt is in Tolima by the sea.\n\n"
        "The summit of Arda being held draws many states."
    )
    archive = answering(tmp_path, [record("summit", text), record("rice", "Rice rose in price.")])
    answer = archive.ask("where was the summit of Arda held", today=dt.date(2026, 11, 22))
    assert not answer.citations[0].quote.endswith("?")
    heading, told, further = archive.index.snapshot().article("summit").sentences
    one = read("summit", "y", 1.0)
    article = written(one.card, text, (heading, told, further))
    ranked = replace(one.ranked, candidate=replace(one.ranked.candidate, article=article))
    quotables = [Quotable(ranked, span.start, span.end, span.of(text), 1.0) for span in (told, further)]
    recording = RecordingReranker()
    read_alone(quotables, Asked.whole("where is it"), reranker=BoundedReranker(recording, None))
    behind = f"{heading.of(text)} {told.of(text)}"
    assert recording.asked == [("where is it", behind), ("where is it", further.of(text))]


def test_what_opens_an_article_is_read_with_its_passage_wherever_that_lies() -> None:
    told = ("The dam broke at dawn.", "Rain had fallen for days.", "It holds 9 metres.", "The dam is old.")
    text = " ".join(told)
    spans = tuple(Span(text.index(one), text.index(one) + len(one)) for one in told)
    one = read("dam", "y", 1.0)
    passage = replace(one.ranked.candidate.chunk, start=spans[3].start, end=spans[3].end)
    found = replace(one.ranked.candidate, chunk=passage, article=written(one.card, text, spans))
    ranked = replace(one.ranked, candidate=found)

    def texts(ledes: int, most: int | None = None) -> set[str]:
        reranker = BoundedReranker(OverlapReranker(), most)
        asked = Asked.whole("how high is the dam")
        quotables = read_sentences(
            [ranked, ranked], asked, encoder=HashingEncoder(), reranker=reranker, ledes=ledes
        )
        assert len({one.start for one in quotables}) == len(quotables)
        assert all(one.text == text[one.start : one.end] for one in quotables)
        return {one.text for one in quotables}

    assert texts(0) == {told[3]}
    assert texts(2) == {*told[:2], told[3]}
    assert texts(9) == set(told)
    assert len(texts(9, most=2)) == 2


def read(name: str, text: str, score: float, *, hop: Hop | None = None) -> Quotable:
    """A sentence of a passage that the cross-encoder read."""
    one = quotable(name, text, score)
    scores = Scores(rerank=score, hop=score if hop else None)
    return replace(one, ranked=replace(one.ranked, scores=scores, hop=hop))


SENTENCES = st.lists(st.floats(-9, 9), min_size=1, max_size=8).map(
    lambda scores: sorted(
        (read(f"a{n}", f"The dam holds {n} metres.", score) for n, score in enumerate(scores)), key=best_first
    )
)


@given(SENTENCES, st.sampled_from([None, 8, 10, 14]), st.integers(0, 8))
def test_what_is_near_the_best_is_read_alone_or_nothing_is(
    sentences: list[Quotable], most: int | None, before: int
) -> None:
    reranker = RecordingReranker()
    reading = BoundedReranker(reranker, most)
    reading.pairs = before
    told = read_alone(sentences, Asked.whole("how high is the dam"), reranker=reading)
    assert [replace(one, alone=None) for one in told] == sentences
    near = [one for one in sentences if one.score >= sentences[0].score - MARGIN]
    few = len(near) > 1 and (most is None or before + len(near) <= most)
    assert reranker.asked == [("how high is the dam", one.text) for one in near] * few
    assert [one.alone is not None for one in told] == [few and one in near for one in sentences]
    assert reading.pairs == before + len(near) * few


def test_what_a_name_makes_answer_is_read_with_it_alone_too() -> None:
    hop = Hop("Mira Dahl", "a", "b")
    sentences = [read("b", "She was born in Oslo.", 5.0, hop=hop), read("a", "Mira Dahl led the port.", 4.0)]
    reranker = RecordingReranker()
    read_alone(sentences, Asked.whole("who led the port"), reranker=BoundedReranker(reranker, None))
    assert sorted(reranker.asked) == [
        ("mira dahl: who led the port", "She was born in Oslo."),
        ("who led the port", "Mira Dahl led the port."),
    ]


@pytest.mark.parametrize("count", [0, 1])
def test_there_is_nothing_to_choose_between_fewer_than_two(count: int) -> None:
    sentences = [read("a", "The dam holds.", 1.0)][:count]
    reranker = RecordingReranker()
    assert read_alone(sentences, Asked.whole("q"), reranker=BoundedReranker(reranker, None)) == sentences
    assert reranker.asked == []
    assert read_alone(sentences, Asked.whole("q"), reranker=None) == sentences
