"""Laws of the project's own bars: what is reached today stays reached, in each kind of gold question."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from rag.evaluation import check_gate, load_bars, load_baseline, load_gold
from rag.evaluation.report import GoldReport, QuestionResult, Shown

EVALS = Path(__file__).parents[2] / "evals"
BARS = load_bars(EVALS / "bars.json")
BASELINE = load_baseline(EVALS / "baseline.json")
GOLD = load_gold(EVALS / "gold.jsonl")
KINDS = list(dict.fromkeys(question.kind for question in GOLD))

# The ways in which a whole kind can be lost, with the scores that its questions then have.
LOST = {
    "answered": {"false_answers": 1.0},
    "held back": {"false_abstentions": 1.0, "citation_recall": 0.0, "citation_precision": 0.0}
    | {"recency@1": 0.0, "order": 0.0},
    "not found": dict.fromkeys(["R@1", "R@2", "R@5", "R@10", "RR@10", "nDCG@10"], 0.0),
    "other words quoted": {"citation_recall": 0.0, "citation_precision": 0.0},
    "out of order": {"order": 0.0},
    "old news first": {"recency@1": 0.0, "stale_first": 1.0},
    "not understood": {"intent": 0.0},
    "wrongly marked": {"wrong_marks": 1.0},
}


def shown_at(place: str) -> Shown:
    article_id, span = place.rstrip(")").split(" [")
    start, end = map(int, span.split(", "))
    return Shown(article_id, start, end, "")


def accepted() -> GoldReport:
    """The accepted result, as if it had been measured again."""
    results = []
    for question in GOLD:
        row = BASELINE.questions[question.id]
        results.append(
            QuestionResult(
                id=question.id,
                kind=question.kind,
                question=question.question,
                fingerprint=question.fingerprint,
                answerable=question.answerable,
                abstained=None,
                confidence=row["confidence"],
                right=False,
                scores=row["scores"],
                shown=tuple(map(shown_at, row["quotes"])),
                presented=row["presented"],
            )
        )
    return GoldReport("gold", BASELINE.identity, tuple(results), {}, {}, (), None, {})


def losing(kind: str, way: str) -> GoldReport:
    """The accepted result with every question of the kind lost in this way."""
    report, lost = accepted(), LOST[way]
    return dataclasses.replace(
        report,
        results=tuple(
            dataclasses.replace(
                result,
                scores={name: lost.get(name, score) for name, score in result.scores.items()}
                if result.kind == kind
                else result.scores,
            )
            for result in report.results
        ),
    )


# What is lost already cannot be lost again.
LOSSES = [(kind, way) for kind in KINDS for way in LOST if losing(kind, way) != accepted()]


def test_the_accepted_result_passes_and_is_of_this_gold() -> None:
    result = check_gate(accepted(), BASELINE, BARS)
    assert result.passed
    assert (result.compared, result.notes, result.changed) == (len(GOLD), (), ())
    assert [bar.partition(":")[0] for bar in result.unreached] == [
        "false_answers over near-miss, off-corpus, boilerplate ≤ 0.1",
        "false_abstentions ≤ 0.05",
    ]


@pytest.mark.parametrize(("kind", "way"), LOSSES)
def test_a_kind_of_which_every_question_is_lost_fails_the_gate(kind: str, way: str) -> None:
    result = check_gate(losing(kind, way), BASELINE, BARS)
    assert result.breaches, f"no bar says so; losses: {result.losses}"


def test_every_kind_can_be_lost_and_every_way_is_there() -> None:
    assert {kind for kind, _ in LOSSES} == set(KINDS)
    assert {way for _, way in LOSSES} == set(LOST)
