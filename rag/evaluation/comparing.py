"""A result beside an earlier one, question by question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.evaluation.report import LOWER_IS_BETTER
from rag.evaluation.statistics import holm, loss_probability

ALPHA = 0.05
# These two have no tolerance: one breach fails the gate, so no test is spent on them.
_ABSOLUTE = frozenset({"quote_integrity", "provenance"})

Scores = Mapping[str, Mapping[str, float]]
"""Question id → metric → score."""


class Scored(Protocol):
    """A question's scores, of gold or of a data set; `fingerprint` changes when the question is edited."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def scores(self) -> Mapping[str, float]: ...


@dataclass(frozen=True, slots=True)
class Loss:
    """A metric that fell significantly: its means before and after over the questions common to both."""

    metric: str
    before: float
    after: float
    probability: float
    """Adjusted after Holm over all metrics compared."""


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose scores differ from the earlier ones: metric → (before, after)."""

    id: str
    question: str
    better: Mapping[str, tuple[float, float]]
    worse: Mapping[str, tuple[float, float]]


def losses(results: Sequence[Scored], before: Scores) -> tuple[Loss, ...]:
    """The metrics in which chance alone does not lose so much, over the questions that are in both."""
    pairs: dict[str, list[tuple[float, float]]] = {}
    for result in results:
        for metric, after in result.scores.items():
            if metric not in _ABSOLUTE and metric in before.get(result.id, {}):
                pairs.setdefault(metric, []).append((before[result.id][metric], after))
    adjusted = holm(
        {
            metric: loss_probability([_gain(metric, *values) for values in scores])
            for metric, scores in pairs.items()
        }
    )
    return tuple(
        Loss(
            metric,
            sum(old for old, _ in pairs[metric]) / len(pairs[metric]),
            sum(new for _, new in pairs[metric]) / len(pairs[metric]),
            probability,
        )
        for metric, probability in adjusted.items()
        if probability < ALPHA
    )


def changes(results: Sequence[Scored], before: Scores) -> tuple[Change, ...]:
    """Every question of both whose scores differ, whether or not chance explains it."""
    found = []
    for result in results:
        old = before.get(result.id, {})
        differing = {
            metric: (old[metric], new)
            for metric, new in result.scores.items()
            if metric in old and old[metric] != new
        }
        better = {metric: pair for metric, pair in differing.items() if _gain(metric, *pair) > 0}
        worse = {metric: pair for metric, pair in differing.items() if metric not in better}
        if differing:
            found.append(Change(result.id, result.question, better, worse))
    return tuple(found)


def _gain(metric: str, before: float, after: float) -> float:
    return before - after if metric in LOWER_IS_BETTER else after - before
