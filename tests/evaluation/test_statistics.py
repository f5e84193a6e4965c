"""Laws of the statistics: known values, bounded, seeded, indifferent to order."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.evaluation.statistics import (
    aurc,
    auroc,
    bootstrap_mean,
    bootstrap_statistic,
    calibration_error,
    chance_calibration_error,
    change_probability,
    expected_calibration_error,
    holm,
    loss_probability,
    risk_coverage,
)

SCORES = st.lists(st.floats(0, 1), min_size=1, max_size=40)
PAIRS = st.lists(st.tuples(st.sampled_from([0.1, 0.4, 0.4001, 0.9]), st.sampled_from([0.0, 1.0])), min_size=1)


def columns(pairs: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([one for one, _ in pairs]), np.array([one for _, one in pairs])


@settings(max_examples=30, deadline=None)
@given(scores=SCORES)
def test_an_interval_holds_its_value_and_comes_out_the_same_again(scores: list[float]) -> None:
    estimate = bootstrap_mean(scores)
    assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
    assert estimate.value == pytest.approx(sum(scores) / len(scores))
    assert bootstrap_mean(scores[::-1]) == estimate


def test_an_interval_is_as_wide_as_the_binomial_says() -> None:
    estimate = bootstrap_mean([1.0] * 200 + [0.0] * 200)
    assert estimate.value == 0.5
    assert estimate.low == pytest.approx(0.5 - 1.96 * 0.5 / 20, abs=0.01)
    assert estimate.high == pytest.approx(0.5 + 1.96 * 0.5 / 20, abs=0.01)


def test_a_mean_over_nothing_is_refused_and_never_nan() -> None:
    with pytest.raises(ValueError, match="at least one"):
        bootstrap_mean([])
    with pytest.raises(ValueError, match="at least one"):
        bootstrap_statistic(auroc, [], [])


def test_risk_coverage_on_a_worked_example() -> None:
    confidence, right = np.array([0.9, 0.8, 0.7, 0.6]), np.array([1.0, 0.0, 1.0, 0.0])
    assert risk_coverage(confidence, right) == [
        (0.25, 0.0),
        (0.5, 0.5),
        (0.75, pytest.approx(1 / 3)),
        (1.0, 0.5),
    ]
    assert aurc(confidence, right) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_auroc_counts_pairs() -> None:
    # Positives 0.9 and 0.4, negatives 0.5 and 0.4: won 2 + (half of 1) of 4 pairs.
    assert auroc(np.array([0.9, 0.4, 0.5, 0.4]), np.array([1.0, 1, 0, 0])) == pytest.approx(2.5 / 4)
    assert auroc(np.array([0.9, 0.4]), np.array([1.0, 1.0])) == 0.5


def test_calibration_error_on_a_worked_example() -> None:
    confidence, outcome = np.array([0.2, 0.4, 0.6, 0.9]), np.array([0.0, 1.0, 1.0, 1.0])
    # Two bins: |0.3 − 0.5| and |0.75 − 1|, half each.
    assert calibration_error(confidence, outcome, bins=2) == pytest.approx(0.5 * 0.2 + 0.5 * 0.25)
    assert calibration_error(np.full(100, 0.3), np.array([1.0] * 30 + [0.0] * 70)) == pytest.approx(0)


def test_a_question_that_failed_is_wrong_by_one_and_makes_up_for_no_other() -> None:
    # In one bin with 0.9 the two would cancel out: 0.9 − 0 and 0 − 1.
    estimate = expected_calibration_error([0.9, None] * 20, [0.0, 1.0] * 20)
    assert (estimate.value, estimate.n) == (pytest.approx((0.9 + 1) / 2), 40)
    assert (estimate.low, estimate.high) == (None, None)
    assert expected_calibration_error([None], [0.0]).value == 1


@pytest.mark.parametrize("questions", [60, 240, 960])
def test_a_right_confidence_has_the_error_that_chance_gives(questions: int) -> None:
    """And less of it the more questions there are: by the root of their number."""
    generator = np.random.default_rng(5)
    confidence = generator.random(questions)
    expected = chance_calibration_error(list(confidence))
    drawn = [
        calibration_error(confidence, (generator.random(questions) < confidence).astype(float))
        for _ in range(400)
    ]
    assert expected == pytest.approx(np.mean(drawn), rel=0.1)
    assert expected * questions**0.5 == pytest.approx(1.25, rel=0.2)
    assert chance_calibration_error([0.0, 1.0] * questions) == 0


@given(pairs=PAIRS, shuffled=st.randoms(use_true_random=False))
def test_order_and_ties_change_nothing(pairs: list[tuple[float, float]], shuffled) -> None:
    other = list(pairs)
    shuffled.shuffle(other)
    for statistic in (aurc, auroc, calibration_error):
        value = statistic(*columns(pairs))
        assert math.isfinite(value)
        assert value == pytest.approx(statistic(*columns(other)), abs=1e-12)
        assert -1e-12 <= value <= 1 + 1e-12


def test_the_permutation_test_counts_sign_patterns() -> None:
    assert loss_probability([]) == 1.0
    assert loss_probability([0.0, 0.0]) == 1.0
    assert loss_probability([-1.0] * 5 + [0.0] * 90) == 1 / 32
    # Of the sums ±1 ±1 ±2, three are not above −1 + 1 − 2: − − −, − + − and + − −.
    assert loss_probability([-1.0, 1.0, -2.0]) == 3 / 8
    assert loss_probability([1.0] * 8) == 1.0


def test_a_change_is_as_likely_up_as_down() -> None:
    assert change_probability([]) == change_probability([0.0, 0.0]) == 1.0
    assert change_probability([1.0] * 5 + [0.0] * 90) == 2 / 32
    # Of the sums ±1 ±1 ±2, six are at least 2 away from 0.
    assert change_probability([-1.0, 1.0, -2.0]) == 6 / 8
    assert change_probability([1.0, -1.0]) == 1.0


@settings(max_examples=30, deadline=None)
@given(changes=st.lists(st.sampled_from([-1.0, -0.1, 0.0, 0.2, 0.3, 1.0]), max_size=20))
def test_two_sides_are_the_likelier_of_one_side_twice(changes: list[float]) -> None:
    turned = [-change for change in changes]
    both = change_probability(changes)
    assert both == pytest.approx(change_probability(turned), abs=0.02)
    less_likely = min(loss_probability(changes), loss_probability(turned))
    assert both == pytest.approx(min(1.0, 2 * less_likely), abs=0.03)


def test_many_changes_are_drawn_seeded() -> None:
    losses = [-1.0] * 25 + [1.0] * 5
    assert loss_probability(losses) == loss_probability(losses[::-1]) < 0.001
    assert change_probability(losses) == change_probability(losses[::-1]) < 0.001
    assert loss_probability([-1.0, 1.0] * 15) == pytest.approx(0.57, abs=0.02)  # P(Bin(30, ½) ≤ 15)


def test_holm_on_a_worked_example() -> None:
    adjusted = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert adjusted == pytest.approx({"d": 0.02, "a": 0.03, "c": 0.06, "b": 0.06})
    assert holm({}) == {}


@given(values=st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_lies_between_the_raw_value_and_bonferroni(values: list[float]) -> None:
    raw = {str(number): value for number, value in enumerate(values)}
    for name, adjusted in holm(raw).items():
        assert raw[name] <= adjusted <= min(1.0, len(raw) * raw[name])
