"""Laws of shared model work: the same numbers, the lender computes all, the borrowers only the rest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from fakes import HashingEncoder, OverlapReranker
from hypothesis import given
from hypothesis import strategies as st

from rag.encoding import Vectors
from rag.encoding.sharing import Memory, SharedEncoder, SharedReranker

TEXTS = st.lists(st.sampled_from(["steel mill", "the mill", "rain", ""]), max_size=6)
QUESTIONS = st.lists(st.tuples(st.sampled_from(["steel?", "rain in the hills?"]), TEXTS), max_size=6)


@dataclass
class Counting:
    """The reranker, and the texts that it was given."""

    name: str = "counting"
    fingerprint: str = "0" * 64
    read: list[str] = field(default_factory=list)

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        self.read += texts
        return OverlapReranker().score(question, texts)


@given(asked=QUESTIONS)
def test_shared_scores_are_those_of_the_model(asked: list[tuple[str, list[str]]]) -> None:
    memory, model = Memory(), OverlapReranker()
    for place, (question, texts) in enumerate(asked):
        shared = SharedReranker(model, memory, borrows=place % 2 == 1)
        scores = shared.score(question, texts)
        assert scores.dtype == np.float32
        assert scores.tolist() == model.score(question, texts).tolist()


def test_the_lender_computes_everything_and_a_borrower_only_what_is_missing() -> None:
    memory, model = Memory(), Counting()
    lender, borrower = (SharedReranker(model, memory, borrows=borrows) for borrows in (False, True))
    for _ in range(2):
        model.read.clear()
        lender.score("steel?", ["a", "b"])
        assert model.read == ["a", "b"]
    model.read.clear()
    borrower.score("steel?", ["b", "c", "a"])
    assert model.read == ["c"]
    borrower.score("rain?", ["b"])
    assert model.read == ["c", "b"]


def test_shared_vectors_are_those_of_the_model() -> None:
    memory, model = Memory(), HashingEncoder()
    lender, borrower = (SharedEncoder(model, memory, borrows=borrows) for borrows in (False, True))
    for question in ("steel?", "rain?", "steel?"):
        for one in (lender, borrower):
            assert (one.encode([question], query=True) == model.encode([question], query=True)).all()
    assert (borrower.encode(["steel?", "rain?"]) == model.encode(["steel?", "rain?"])).all()
    assert borrower.count(["steel?"]) == model.count(["steel?"])
    borrower.encode(["steel?"], query=True)[:] = 0  # what is handed out is the caller's own
    assert borrower.encode(["steel?"], query=True).any()


def test_what_is_kept_is_bounded() -> None:
    memory = Memory()
    lender = SharedReranker(OverlapReranker(), memory, borrows=False)
    for number in range(50):
        lender.score(f"question {number}", [f"text {place}" for place in range(100)])
    assert len(memory.logits) == 4096
    assert ("question 49", "text 99") in memory.logits
