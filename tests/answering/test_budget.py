"""What the cross-encoder may read is bounded by pairs: never more, always the same, and never nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from archives import ALWAYS, ENCODER, answering, generated, record, said
from fakes import OverlapReranker
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering import Answerer
from rag.answering.budget import BoundedReranker
from rag.encoding import Vectors

TODAY = dt.date(2026, 11, 22)
QUESTIONS = (
    "What is the status of the gas pipeline?",
    "Who inspected the port with 12 engineers?",
    "Timeline of the steel mills",
    "What did Lavrov and Qureshi finance in March 2021?",
    "Lavrov met Qureshi at the port. Which engineers inspected the steel mills?",
)


@dataclass(frozen=True)
class CountingReranker(OverlapReranker):
    """The fake cross-encoder, and how many pairs each call gave it."""

    given: list[int] = field(default_factory=list, compare=False)

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        self.given.append(len(texts))
        return super().score(question, texts)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    return answering(tmp_path_factory.mktemp("budget"), generated(60))


def bounded(archive: Answerer, most: int | None) -> tuple[Answerer, CountingReranker]:
    reranker = CountingReranker()
    options = replace(ALWAYS, rerank_pairs=most)
    return Answerer(archive.index, ENCODER, reranker, options=options), reranker


@pytest.mark.parametrize("most", [8, 9, 13, 20, 31, 50, 80, 1000])
@pytest.mark.parametrize("question", QUESTIONS)
def test_no_more_is_read_than_is_allowed_and_the_answer_says_how_much(
    archive: Answerer, question: str, most: int
) -> None:
    answerer, reranker = bounded(archive, most)
    answer = answerer.ask(question, today=TODAY)
    assert 0 < sum(reranker.given) <= most
    assert answer.explanation.pairs_read == sum(reranker.given)
    assert answer.citations, "what was read is quoted, however little it is"
    assert said(answer) == said(bounded(archive, most)[0].ask(question, today=TODAY))


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_bound_that_is_not_reached_changes_nothing(archive: Answerer, question: str) -> None:
    free = bounded(archive, None)[0].ask(question, today=TODAY)
    enough = bounded(archive, 4 * free.explanation.pairs_read + 8)[0].ask(question, today=TODAY)
    assert said(enough) == said(free)
    assert free.explanation.pairs_left_out == 0
    tight = bounded(archive, 8)[0].ask(question, today=TODAY)
    assert tight.explanation.pairs_left_out > 0


def test_what_names_lead_to_has_a_share_of_every_bound_that_leaves_one() -> None:
    for most in range(24, 200):
        reading = BoundedReranker(OverlapReranker(), most)
        reading.score("q", ["text"] * reading.passages(16))
        assert reading.links(8) >= 1


@settings(deadline=None)
@given(
    st.integers(8, 300),
    st.lists(st.tuples(st.sampled_from(["passages", "links", "sentences"]), st.integers(0, 80))),
    st.integers(1, 2),
)
def test_what_is_granted_in_turn_stays_within_the_bound(
    most: int, wishes: list[tuple[str, int]], readings: int
) -> None:
    reading = BoundedReranker(OverlapReranker(), most, readings=readings)
    order = {"passages": 0, "links": 1, "sentences": 2}
    seen: set[str] = set()
    for stage, wanted in sorted(wishes, key=lambda wish: order[wish[0]]):
        if stage in seen:
            continue
        seen.add(stage)
        granted = getattr(reading, stage)(wanted)
        assert 0 <= granted <= wanted
        reading.score("q", ["text"] * (readings * granted * (2 if stage == "links" else 1)))
    assert reading.pairs <= most


@pytest.mark.parametrize("pairs", [None, 20, 40])
def test_some_of_what_is_read_are_the_newest_however_few_may_be_read(
    tmp_path: Path, pairs: int | None
) -> None:
    old = [
        record(f"old{n}", f"The gas pipeline, pier {n}: the gas pipeline.", f"2021-02-{n + 1:02}")
        for n in range(20)
    ]
    new = [
        record(f"new{n}", f"The gas pipeline leads from pier {n} to a town.", f"2024-05-{n + 1:02}")
        for n in range(6)
    ]
    rice = [record(f"rice{n}", f"The rice of field {n} rose.", f"2022-03-{n + 1:02}") for n in range(6)]
    archive = answering(tmp_path, [*old, *new, *rice], options=replace(ALWAYS, rerank_pairs=pairs))
    for question in ("What is the status of the gas pipeline?", "Timeline of the gas pipeline"):
        passages = archive.ask(question, today=TODAY, top_k=26).passages
        read = [one.card.article_id[:3] for one in passages if one.scores.rerank is not None]
        assert 0 < read.count("new") <= len(read) * 3 // 8
    passages = archive.ask("Which gas pipeline?", today=TODAY, top_k=26).passages
    assert all(one.card.article_id.startswith("old") for one in passages if one.scores.rerank is not None)
