"""Each system beside the one before it: what a part adds, and whether chance alone would."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

from rag.evaluation.statistics import Estimate, change_probability, holm

COMPARED = ("R@5", "RR@10")
Scores = Mapping[str, Mapping[str, float]]
"""query → metric → value"""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A row's mean less that of the row before it.

    `probability` is that of a two-sided paired permutation test over the questions, `adjusted` the same
    after Holm over the rows.
    """

    difference: float
    probability: float
    adjusted: float


@dataclass(frozen=True, slots=True)
class Row:
    """One system: its metrics, and by metric what it adds to the row before; nothing in the first."""

    metrics: Mapping[str, Estimate]
    comparisons: Mapping[str, Comparison]


def compare_rows(
    metrics: Mapping[str, Mapping[str, Estimate]], scores: Mapping[str, Scores]
) -> dict[str, Row]:
    """Rows by system in the order given, from the metrics and the scores of each over the same questions.

    There must be a question.
    """
    names = list(metrics)
    compared: dict[str, dict[str, Comparison]] = {name: {} for name in names}
    for metric in COMPARED:
        differences = {
            name: [scores[name][query][metric] - scores[before][query][metric] for query in scores[name]]
            for before, name in itertools.pairwise(names)
        }
        chance = {name: change_probability(values) for name, values in differences.items()}
        adjusted = holm(chance)
        for name, values in differences.items():
            mean = sum(values) / len(values)
            compared[name][metric] = Comparison(mean, chance[name], adjusted[name])
    return {name: Row(metrics[name], compared[name]) for name in names}
