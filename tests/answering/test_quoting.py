"""Sentences that answer alike below their headlines are read once more without them, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from candidates import quotable
from fakes import OverlapReranker
from hypothesis import given
from hypothesis import strategies as st

from rag.answering.asked import Asked
from rag.answering.budget import BoundedReranker
from rag.answering.quoting import MARGIN, Quotable, best_first, read_alone
from rag.encoding import Vectors
from rag.types import Hop, Scores


@dataclass(frozen=True)
class Recording(OverlapReranker):
    asked: list[tuple[str, str]] = field(default_factory=list, compare=False)

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        self.asked.extend((question, text) for text in texts)
        return super().score(question, texts)


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
    reranker = Recording()
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
    reranker = Recording()
    read_alone(sentences, Asked.whole("who led the port"), reranker=BoundedReranker(reranker, None))
    assert sorted(reranker.asked) == [
        ("mira dahl: who led the port", "She was born in Oslo."),
        ("who led the port", "Mira Dahl led the port."),
    ]


@pytest.mark.parametrize("count", [0, 1])
def test_there_is_nothing_to_choose_between_fewer_than_two(count: int) -> None:
    sentences = [read("a", "The dam holds.", 1.0)][:count]
    reranker = Recording()
    assert read_alone(sentences, Asked.whole("q"), reranker=BoundedReranker(reranker, None)) == sentences
    assert reranker.asked == []
    assert read_alone(sentences, Asked.whole("q"), reranker=None) == sentences
