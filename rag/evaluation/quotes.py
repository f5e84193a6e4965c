"""Whether quotes hold the answer, and whether the system knows it."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.evaluation.asking import RETRIEVED, Asked
from rag.evaluation.matching import contains
from rag.evaluation.protocol import Quote
from rag.evaluation.statistics import (
    Estimate,
    aurc,
    auroc,
    bootstrap_statistic,
    chance_calibration_error,
    confidence_against,
    expected_calibration_error,
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


def quote_scores(asked: Asked) -> dict[str, float]:
    """Of an answerable question with known answers: whether the first, or the first three quotes hold one.

    Quotes of a question that is abstained from are not shown and hold none, save `…_before_abstaining`. The
    ceiling, `answer_in_retrieved`: the text of one of the first ten articles holds one; `…_given_retrieved`
    is there for a question that reaches it. A failed question might have: it counts as no everywhere.

    Of a question that is known to be answerable or not: whether it was wrongly abstained from or answered.
    """
    scores: dict[str, bool] = {}
    if asked.query.answers and not asked.query.unanswerable:
        first, three = _holds(asked.shown[:1], asked), _holds(asked.shown[:3], asked)
        scores = {
            "answer_in_first_quote": first,
            "answer_in_three_quotes": three,
            "answer_in_first_quote_before_abstaining": _holds(asked.quotes[:1], asked),
            "answer_in_three_quotes_before_abstaining": _holds(asked.quotes[:3], asked),
            "answer_in_retrieved": asked.answer_retrieved,
        }
        if asked.answer_retrieved or asked.error is not None:
            scores["answer_in_first_quote_given_retrieved"] = first
            scores["answer_in_three_quotes_given_retrieved"] = three
    if asked.query.unanswerable:
        scores["false_answers"] = asked.answered is not False
    elif asked.query.unanswerable is not None or asked.query.answers:
        scores["false_abstentions"] = not asked.answered
    return {name: float(value) for name, value in scores.items()}


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
    known = _known(asked)
    if known:
        right = [float(is_right(one, qrels)) for one in known]
        string = [float(is_right(one, {})) for one in known]
        # No failed question is right, so that its confidence is the same for both.
        confidence = _confidence(known, right)
        metrics["ECE_right"] = expected_calibration_error(_sure(known), right)
        metrics["ECE_string"] = expected_calibration_error(_sure(known), string)
        metrics["AURC_right"] = bootstrap_statistic(aurc, confidence, right)
        metrics["AURC_string"] = bootstrap_statistic(aurc, confidence, string)
        # A failed question stands on both sides, as the surest of the wrong and the least sure of the right:
        # on one side alone it would make that class larger, which can better the figure.
        failed = sum(one.error is not None for one in known)
        told = bootstrap_statistic(auroc, [*confidence, *[0.0] * failed], [*right, *[1.0] * failed])
        metrics["AUROC_right"] = replace(told, n=len(known))
    marked = [one for one in asked if one.query.unanswerable is not None]
    if len({one.query.unanswerable for one in marked}) == 2:
        answerable = [float(not one.query.unanswerable) for one in marked]
        metrics["AUROC"] = bootstrap_statistic(auroc, _confidence(marked, answerable), answerable)
    return metrics


def calibration_by_chance(asked: Sequence[Asked]) -> float | None:
    """What `ECE_right` and `ECE_string` would be of a confidence that is right in every case, over the same
    questions; None when they are over none."""
    sure = [confidence for confidence in _sure(_known(asked)) if confidence is not None]
    return chance_calibration_error(sure) if sure else None


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


def held_back(asked: Asked, qrels: Qrels) -> dict[str, float]:
    """Whether a question of which a relevant article is among the first ten was abstained from; nothing of
    another question. One that failed counts as held back."""
    if asked.query.id not in qrels:
        return {}
    retrieved = asked.error is not None or qrels[asked.query.id].keys() & set(asked.ranking[:RETRIEVED])
    return {"retrieved_held_back": float(not asked.answered)} if retrieved else {}


def foreign_answered(asked: Asked) -> dict[str, float]:
    """Whether a question to which the archive has no answer was answered; a failure counts as yes.

    Nothing of one whose answer string is in one of the ten nearest articles: it is skipped.
    """
    return {} if asked.answer_retrieved else {"foreign_answered": float(asked.answered is not False)}


def thresholds_of(asked: Sequence[Asked], foreign: Sequence[Asked], qrels: Qrels) -> Thresholds:
    """How often, at each threshold, what the archive does not hold would be answered, and what it does hold
    abstained from, over the questions that `foreign_answered` and `held_back` count."""
    strangers = [one for one in foreign if foreign_answered(one)]
    retrieved = [one for one in asked if held_back(one, qrels)]
    points = tuple(
        (
            step,
            _share([one.error is not None or _answers(one, step) for one in strangers]),
            _share([one.error is not None or not _answers(one, step) for one in retrieved]),
        )
        for step in _STEPS
    )
    return Thresholds(len(strangers), len(foreign) - len(strangers), points)


def _confidence(asked: Sequence[Asked], outcomes: Sequence[float]) -> list[float]:
    return confidence_against(_sure(asked), outcomes)


def _sure(asked: Sequence[Asked]) -> list[float | None]:
    return [None if one.error is not None else one.confidence for one in asked]


def _answers(one: Asked, threshold: float) -> bool:
    return bool(one.quotes) and one.confidence >= threshold


def _share(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None


def _known(asked: Sequence[Asked]) -> list[Asked]:
    return [one for one in asked if one.query.answers or one.query.unanswerable]


def _holds(quotes: Sequence[Quote], asked: Asked) -> bool:
    return contains([quote.text for quote in quotes], asked.query.answers)
