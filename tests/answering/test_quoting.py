"""Sentences that answer alike below their headlines are read once more without them, and no others."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from archives import answering, record
from candidates import quotable, written
from fakes import HashingEncoder, OverlapReranker

from rag.answering.asked import Asked
from rag.answering.budget import BoundedReranker
from rag.answering.quoting import Quotable, asks, read_sentences
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


def test_the_heading_that_asks_is_not_quoted(tmp_path: Path) -> None:
    text = (
        "Where is the summit of Arda being held?\n\nIt is in Tolima by the sea.\n\n"
        "The summit of Arda being held draws many states."
    )
    archive = answering(tmp_path, [record("summit", text), record("rice", "Rice rose in price.")])
    answer = archive.ask("where was the summit of Arda held", today=dt.date(2026, 11, 22))
    assert not answer.citations[0].quote.endswith("?")


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
