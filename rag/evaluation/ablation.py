"""Each system beside the one before it: what a part adds, and whether chance alone would."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.evaluation.statistics import Estimate, bootstrap_mean, change_probability, holm

COMPARED = ("R@5", "RR@10")
Scores = Mapping[str, Mapping[str, float]]
"""query → metric → value"""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A row's mean less that of the row it is held against.

    `probability` is that of a two-sided paired permutation test over the questions, `adjusted` the same
    after Holm over the rows. `better` and `worse` count the questions on which the metric rose and fell.
    """

    difference: float
    better: int
    worse: int
    probability: float
    adjusted: float


@dataclass(frozen=True, slots=True)
class Row:
    """One system: its metrics, and by metric what it adds to the row that it is held against; nothing in
    the first."""

    metrics: Mapping[str, Estimate]
    comparisons: Mapping[str, Comparison]


@dataclass(frozen=True, slots=True)
class Gain:
    """The whole product's mean less that of the best single retriever, `beside`, over the same questions.

    `probability` is that of the one test made of it.
    """

    beside: str
    difference: Estimate
    probability: float


def compare_rows(
    metrics: Mapping[str, Mapping[str, Estimate]],
    scores: Mapping[str, Scores],
    *,
    singles: Sequence[str] = (),
) -> dict[str, Row]:
    """Rows by system in the order given, from the metrics and the scores of each over the same questions.

    A row is held against the one before it, and the first behind the `singles`, which are the first rows,
    against the best of them. There must be a question.
    """
    names = list(metrics)
    compared: dict[str, dict[str, Comparison]] = {name: {} for name in names}
    for metric in COMPARED:
        before = dict(zip(names[1:], names, strict=False))
        if 0 < len(singles) < len(names):
            before[names[len(singles)]] = _best(singles, metrics, metric)
        differences = {
            name: _differences(scores[name], scores[other], metric) for name, other in before.items()
        }
        chance = {name: change_probability(values) for name, values in differences.items()}
        adjusted = holm(chance)
        for name, values in differences.items():
            compared[name][metric] = Comparison(
                difference=sum(values) / len(values),
                better=sum(value > 0 for value in values),
                worse=sum(value < 0 for value in values),
                probability=chance[name],
                adjusted=adjusted[name],
            )
    return {name: Row(metrics[name], compared[name]) for name in names}


def gain_over(
    singles: Sequence[str], metrics: Mapping[str, Mapping[str, Estimate]], scores: Mapping[str, Scores]
) -> dict[str, Gain]:
    """What the last system adds to the best of the `singles`, by metric. There must be a question."""
    *_, whole = metrics
    gains = {}
    for metric in COMPARED:
        best = _best(singles, metrics, metric)
        values = _differences(scores[whole], scores[best], metric)
        gains[metric] = Gain(best, bootstrap_mean(values), change_probability(values))
    return gains


def _best(names: Sequence[str], metrics: Mapping[str, Mapping[str, Estimate]], metric: str) -> str:
    return max(names, key=lambda name: metrics[name][metric].value)


def _differences(one: Scores, other: Scores, metric: str) -> list[float]:
    return [values[metric] - other[query][metric] for query, values in one.items()]
