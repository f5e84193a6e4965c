"""Whether quotes hold the answer, and whether the system knows it."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rag.evaluation.asking import RETRIEVED, Asked
from rag.evaluation.matching import contains
from rag.evaluation.protocol import Quote
from rag.evaluation.statistics import (
    Estimate,
    aurc,
    auroc,
    bootstrap_mean,
    bootstrap_statistic,
    calibration_error,
    confidence_against,
    risk_coverage,
)

Qrels = Mapping[str, Mapping[str, int]]
_STEPS = [round(step * 0.05, 2) for step in range(21)]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What abstaining below each threshold costs: (threshold, foreign answered, retrieved held back).

    A share over no question is None. `skipped` foreign questions are in no share: one of the ten articles
    nearest to each holds its answer.
    """

    foreign: int
    skipped: int
    points: tuple[tuple[float, float | None, float | None], ...]


def quote_metrics(asked: Sequence[Asked]) -> dict[str, Estimate]:
    """Over answerable questions with known answers: whether the first, or the first three quotes hold one.

    Quotes of a question that is abstained from are not shown and hold none, save `…_before_abstaining`. The
    ceiling, `answer_in_retrieved`: the text of one of the first ten articles holds one; `…_given_retrieved`
    is over the questions that reach it. A failed question counts as no everywhere.
    """
    scores: dict[str, list[float]] = {}
    for one in asked:
        if not one.query.answers or one.query.unanswerable:
            continue
        first, three = _holds(one.shown[:1], one), _holds(one.shown[:3], one)
        row = {
            "answer_in_first_quote": first,
            "answer_in_three_quotes": three,
            "answer_in_first_quote_before_abstaining": _holds(one.quotes[:1], one),
            "answer_in_three_quotes_before_abstaining": _holds(one.quotes[:3], one),
            "answer_in_retrieved": one.answer_retrieved,
        }
        if one.answer_retrieved:
            row |= {
                "answer_in_first_quote_given_retrieved": first,
                "answer_in_three_quotes_given_retrieved": three,
            }
        for name, value in row.items():
            scores.setdefault(name, []).append(float(value))
    return {name: bootstrap_mean(values) for name, values in scores.items()}


def quote_words(asked: Sequence[Asked]) -> dict[str, float]:
    """The median number of words of the first quotes and of all quotes, as shown; empty without any."""
    shown = [one.shown for one in asked if one.shown]
    if not shown:
        return {}
    return {
        "first": float(statistics.median(len(quotes[0].text.split()) for quotes in shown)),
        "all": float(statistics.median(len(quote.text.split()) for quotes in shown for quote in quotes)),
    }


def confidence_metrics(asked: Sequence[Asked], qrels: Qrels) -> dict[str, Estimate]:
    """Confidence as a probability that the quotes are right, whether or not they are shown.

    A quote is right when it holds an answer string or is from an article judged relevant (`…_string`: when
    it holds the string); no quote answers an unanswerable question. Over the questions for which that is
    known. Where the set marks which can be answered, AUROC tells these from the others.
    """
    metrics = {}
    marked = [one for one in asked if one.query.unanswerable is not None or one.query.answers]
    for name, chosen in (
        ("false_answers", [one for one in marked if one.query.unanswerable]),
        ("false_abstentions", [one for one in marked if not one.query.unanswerable]),
    ):
        if chosen:
            wrong = name == "false_answers"
            metrics[name] = bootstrap_mean([float(one.answered in {wrong, None}) for one in chosen])
    known = _known(asked)
    if known:
        right = [float(is_right(one, qrels)) for one in known]
        string = [float(is_right(one, {})) for one in known]
        # No failed question is right, so that its confidence is the same for both.
        confidence = _confidence(known, right)
        metrics["ECE_right"] = bootstrap_statistic(calibration_error, confidence, right)
        metrics["ECE_string"] = bootstrap_statistic(calibration_error, confidence, string)
        metrics["AURC_right"] = bootstrap_statistic(aurc, confidence, right)
        metrics["AURC_string"] = bootstrap_statistic(aurc, confidence, string)
        metrics["AUROC_right"] = bootstrap_statistic(auroc, confidence, right)
    told = [one for one in asked if one.query.unanswerable is not None]
    if len({one.query.unanswerable for one in told}) == 2:
        answerable = [float(not one.query.unanswerable) for one in told]
        metrics["AUROC"] = bootstrap_statistic(auroc, _confidence(told, answerable), answerable)
    return metrics


def risk_curve(asked: Sequence[Asked], qrels: Qrels) -> tuple[tuple[float, float], ...]:
    """(coverage, risk) over the questions for which it is known whether the quotes are right."""
    known = _known(asked)
    right = [float(is_right(one, qrels)) for one in known]
    return tuple(risk_coverage(np.array(_confidence(known, right)), np.array(right)))


def is_right(asked: Asked, qrels: Qrels) -> bool:
    """Whether a quote that was chosen holds an answer string or is from an article judged relevant."""
    if asked.query.unanswerable:
        return False
    judged = qrels.get(asked.query.id, {})
    return _holds(asked.quotes, asked) or any(quote.card.article_id in judged for quote in asked.quotes)


def foreign_metrics(
    asked: Sequence[Asked], foreign: Sequence[Asked], qrels: Qrels
) -> tuple[dict[str, Estimate], Thresholds]:
    """How often what the archive does not hold is answered, and what it does hold is abstained from.

    `foreign` questions are asked of an archive that is not about them; one whose answer string is in one of
    the ten nearest articles is skipped. Held back: of the set's own questions of which a relevant article is
    among the first ten. A question that failed counts against the system in either.
    """
    strangers = [one for one in foreign if not one.answer_retrieved]
    retrieved = [
        one
        for one in asked
        if one.query.id in qrels and (one.error or qrels[one.query.id].keys() & set(one.ranking[:RETRIEVED]))
    ]
    metrics = {}
    if strangers:
        metrics["foreign_answered"] = bootstrap_mean([float(one.answered is not False) for one in strangers])
    if retrieved:
        metrics["retrieved_held_back"] = bootstrap_mean([float(not one.answered) for one in retrieved])
    points = tuple(
        (
            step,
            _share([one.error is not None or _answers(one, step) for one in strangers]),
            _share([one.error is not None or not _answers(one, step) for one in retrieved]),
        )
        for step in _STEPS
    )
    return metrics, Thresholds(len(strangers), len(foreign) - len(strangers), points)


def _confidence(asked: Sequence[Asked], outcomes: Sequence[float]) -> list[float]:
    return confidence_against([None if one.error else one.confidence for one in asked], outcomes)


def _answers(one: Asked, threshold: float) -> bool:
    return bool(one.quotes) and one.confidence >= threshold


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def _known(asked: Sequence[Asked]) -> list[Asked]:
    return [one for one in asked if one.query.answers or one.query.unanswerable]


def _holds(quotes: Sequence[Quote], asked: Asked) -> bool:
    return contains([quote.text for quote in quotes], asked.query.answers)
