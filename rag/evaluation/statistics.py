"""Intervals, paired tests and calibration: numpy only, seeded, never NaN.

Every function gives the same number whatever the order of its questions, so that a shuffled gold file or
a tie in confidence changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]

RESAMPLES = 2_000
SEED = 20_251_122
_RESAMPLES_AT_ONCE = 200  # 200 resamples of 6,000 questions are 10 MB of indices
_EXACT_UP_TO = 16  # 2^16 sign patterns are enumerated; beyond that they are drawn
_DRAWS = 20_000
_DRAWS_AT_ONCE = 1_000  # of 3,000 changed questions they are 24 MB
_ROUNDING = 1e-9  # sums of the same numbers in another order differ by rounding


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its bootstrap 95 % interval, None where there is no honest one, over `n` questions."""

    value: float
    low: float | None
    high: float | None
    n: int


def bootstrap_mean(scores: Sequence[float]) -> Estimate:
    """The mean of one score per question and its percentile interval.

    Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13. Raises ValueError on no
    scores: a mean over nothing is no number.
    """
    values = np.sort(np.asarray(scores, dtype=np.float64))
    if not values.size:
        raise ValueError("a mean needs at least one score")
    generator = np.random.default_rng(SEED)
    means = [
        values[generator.integers(0, values.size, size=(_RESAMPLES_AT_ONCE, values.size))].mean(axis=1)
        for _ in range(RESAMPLES // _RESAMPLES_AT_ONCE)
    ]
    return _interval(float(values.mean()), np.concatenate(means), values.size)


def bootstrap_statistic(
    statistic: Callable[[Floats, Floats], float], confidence: Sequence[float], outcome: Sequence[float]
) -> Estimate:
    """The same for a statistic of pairs (confidence, outcome) that is not a mean."""
    pairs = np.array(sorted(zip(confidence, outcome, strict=True)), dtype=np.float64)
    if not pairs.size:
        raise ValueError("a statistic needs at least one question")
    generator = np.random.default_rng(SEED)
    values = []
    for _ in range(RESAMPLES):
        resample = pairs[generator.integers(0, len(pairs), size=len(pairs))]
        values.append(statistic(resample[:, 0], resample[:, 1]))
    return _interval(statistic(pairs[:, 0], pairs[:, 1]), np.array(values), len(pairs))


def mean_scores(scores: Iterable[Mapping[str, float]]) -> dict[str, Estimate]:
    """Each metric's mean over the questions that it applies to: those whose scores have it."""
    values: dict[str, list[float]] = {}
    for of_question in scores:
        for name, value in of_question.items():
            values.setdefault(name, []).append(value)
    return {name: bootstrap_mean(of_metric) for name, of_metric in values.items()}


def _interval(value: float, resampled: Floats, questions: int) -> Estimate:
    low, high = np.percentile(resampled, [2.5, 97.5])
    # Equal scores average to neighbouring floats in different orders: the value is kept inside.
    return Estimate(value, min(float(low), value), max(float(high), value), questions)


def risk_coverage(confidence: Floats, right: Floats) -> list[tuple[float, float]]:
    """(coverage, risk) after each question, the most confident first.

    Risk is the share of the covered questions that are not right; among equal confidences it is the
    expectation over their orders. El-Yaniv and Wiener, JMLR 11 (2010).
    """
    risks = _risks(confidence, right)
    return [(done / len(risks), float(risk)) for done, risk in enumerate(risks, start=1)]


def aurc(confidence: Floats, right: Floats) -> float:
    """Area under the risk-coverage curve: the mean risk over all coverages. Lower is better.

    Geifman, Uziel and El-Yaniv, ICLR 2019.
    """
    return float(_risks(confidence, right).mean())


def _risks(confidence: Floats, right: Floats) -> Floats:
    order = np.argsort(-confidence, kind="stable")
    expected = _mean_within_ties(confidence, right)[order]
    risks: Floats = np.clip(1.0 - np.cumsum(expected) / np.arange(1, len(order) + 1), 0.0, 1.0)
    return risks


def auroc(confidence: Floats, positive: Floats) -> float:
    """The chance that a positive has more confidence than a negative, ties counting half.

    0.5 when one of the classes is empty: then confidence tells nothing.
    """
    above, below = confidence[positive > 0.5], confidence[positive <= 0.5]
    if not above.size or not below.size:
        return 0.5
    ordered = np.sort(below)
    smaller = np.searchsorted(ordered, above, side="left")
    not_larger = np.searchsorted(ordered, above, side="right")
    return float((smaller + not_larger).mean() / 2 / below.size)


def confidence_against(confidence: Sequence[float | None], outcomes: Sequence[float]) -> list[float]:
    """Confidence in outcomes of 0 or 1; where a question failed, and has none, as wrong as can be: a crash
    must not better a metric."""
    return [1 - outcome if sure is None else sure for sure, outcome in zip(confidence, outcomes, strict=True)]


def calibration_error(confidence: Floats, outcome: Floats, *, bins: int = 15) -> float:
    """Expected calibration error over bins of equal mass: Σ n_b/n · |mean confidence − mean outcome|.

    Nixon et al., Measuring Calibration in Deep Learning (2019). Fewer questions than bins: one bin each.
    """
    order = np.argsort(confidence, kind="stable")
    gap = (confidence - _mean_within_ties(confidence, outcome))[order]
    parts = np.array_split(gap, min(bins, len(gap)))
    return float(sum(abs(part.sum()) for part in parts) / len(gap))


def expected_calibration_error(confidence: Sequence[float | None], outcomes: Sequence[float]) -> Estimate:
    """The calibration error of these questions; one that failed, and has no confidence, is wrong by 1 and
    stands in no bin, where it could make up for another. Without it the bins of the others may move.

    It has no interval: a resample repeats questions, which adds as much chance error as the value holds
    already, so that the percentiles lie above it. `chance_calibration_error` says how much that is.
    """
    told = [pair for pair in zip(confidence, outcomes, strict=True) if pair[0] is not None]
    error = calibration_error(*np.array(told, dtype=np.float64).T) * len(told) if told else 0.0
    questions = len(outcomes)
    return Estimate((error + questions - len(told)) / questions, None, None, questions)


def chance_calibration_error(confidence: Sequence[float]) -> float:
    """The expected calibration error that chance alone gives so many questions: the mean over outcomes drawn
    with just these probabilities.

    A confidence that is right in every case still has it; it falls with the root of the number of questions
    (Bröcker and Smith, "Increasing the Reliability of Reliability Diagrams", 2007, on the same effect in
    diagrams).
    """
    sure = np.sort(np.asarray(confidence, dtype=np.float64))
    generator = np.random.default_rng(SEED)
    drawn = [
        calibration_error(sure, (generator.random(sure.size) < sure).astype(np.float64))
        for _ in range(RESAMPLES)
    ]
    return float(np.mean(drawn))


def _mean_within_ties(confidence: Floats, outcome: Floats) -> Floats:
    """Each outcome replaced by the mean over all questions of the same confidence."""
    _, group, size = np.unique(confidence, return_inverse=True, return_counts=True)
    mean: Floats = np.bincount(group, weights=outcome, minlength=len(size)) / size
    return mean[group]


def loss_probability(differences: Sequence[float]) -> float:
    """One-sided p of the paired permutation test: how often chance alone loses this much.

    `differences` are after − before, per question, higher being better.
    """
    return _flipped(differences, lambda sums, observed: sums <= observed + _ROUNDING)


def change_probability(differences: Sequence[float]) -> float:
    """Two-sided p of the same test: how often chance alone changes this much, up or down."""
    return _flipped(differences, lambda sums, observed: np.abs(sums) >= abs(observed) - _ROUNDING)


def _flipped(differences: Sequence[float], extreme: Callable[[Any, float], Any]) -> float:
    """How often the sum of the differences is as extreme as the observed one when signs are flipped.

    Exact for up to 16 changed questions; beyond that 20,000 seeded draws with the observed one counted in
    (Phipson and Smyth, 2010). 1 when no question changed.
    """
    changed = np.sort(np.array([difference for difference in differences if difference], dtype=np.float64))
    if not changed.size:
        return 1.0
    observed, sizes = float(changed.sum()), np.abs(changed)
    if changed.size <= _EXACT_UP_TO:
        patterns = (np.arange(2**changed.size)[:, None] >> np.arange(changed.size)) & 1
        sums = (2.0 * patterns - 1.0) @ sizes
        return float(extreme(sums, observed).mean())
    generator = np.random.default_rng(SEED)
    hits = 0
    for _ in range(_DRAWS // _DRAWS_AT_ONCE):
        flips = 2.0 * generator.integers(0, 2, size=(_DRAWS_AT_ONCE, changed.size)) - 1.0
        hits += int(extreme(flips @ sizes, observed).sum())
    return (1 + hits) / (1 + _DRAWS)


def holm(probabilities: Mapping[str, float]) -> dict[str, float]:
    """Adjusted p of each hypothesis: those under alpha are rejected at family-wise level alpha.

    Holm, Scandinavian Journal of Statistics 6 (1979).
    """
    adjusted: dict[str, float] = {}
    so_far = 0.0
    for position, name in enumerate(sorted(probabilities, key=lambda name: (probabilities[name], name))):
        so_far = max(so_far, min(1.0, (len(probabilities) - position) * probabilities[name]))
        adjusted[name] = so_far
    return adjusted
