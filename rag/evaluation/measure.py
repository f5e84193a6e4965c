"""A system over gold questions: scores per question, and what they mean together."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.errors import RagError
from rag.evaluation.evidence import empty_filters, misdated, rests_on, stale_evidence, stands_for
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.identity import identity_of
from rag.evaluation.mistakes import refusal
from rag.evaluation.presented import presented
from rag.evaluation.protocol import Answering, Progress
from rag.evaluation.ranking import score_passages
from rag.evaluation.report import GoldReport, QuestionResult, Shown, percentiles
from rag.evaluation.sources import Breach, Checker, SourceFiles, Words, misquoted
from rag.evaluation.statistics import (
    Estimate,
    aurc,
    auroc,
    bootstrap_statistic,
    chance_calibration_error,
    confidence_against,
    expected_calibration_error,
    mean_scores,
    risk_coverage,
)
from rag.types import Answer, Citation

_REMEDY = "; correct the gold file, or ingest the articles that it was written for"
PASSAGES = 10  # what R@10 looks at


@dataclass(frozen=True, slots=True)
class _Run:
    """What the system said to one question; nothing but `error` when it failed."""

    question: GoldQuestion
    answer: Answer | None
    milliseconds: float
    error: str | None
    breaches: tuple[Breach, ...]


def evaluate_gold(
    answerer: Answering,
    gold: Sequence[GoldQuestion],
    *,
    gold_file: Path | None = None,
    corpus: Path | None = None,
    today: dt.date | None = None,
    settings: Mapping[str, object] | None = None,
    progress: Progress | None = None,
) -> GoldReport:
    """Ask every question, check every word shown, score every answer.

    `gold_file` is the file the questions came from, which mistakes are told with. `corpus` is the folder the
    articles came from: with it each quote is also held against its file. `today`
    is the day the questions are asked on, fixed so that "this year" means the same in every run. `settings`
    are handed on to the report.

    A question whose run raises RagError has the worst score everywhere and stays in every mean. Raises
    EvaluationError naming all evidence that is not in the index or behind the filters of its question,
    filters for abstentions that name only what no article has, and an order in time that the articles' dates
    contradict; NotFound when there is no such corpus.
    """
    archive = answerer.index.snapshot()
    checker = Checker(archive, SourceFiles(corpus) if corpus is not None else None)
    find = checker.article
    if wrong := [*stale_evidence(gold, find), *empty_filters(gold, archive), *misdated(gold, find)]:
        raise refusal(wrong, where=str(gold_file or "the gold"), remedy=_REMEDY)
    runs = []
    for number, question in enumerate(gold, start=1):
        runs.append(_run(answerer, question, checker, today))
        if progress is not None:
            progress("questions", number, len(gold))
    rankings = score_passages(
        {
            run.question.id: (run.question.evidence, run.answer.passages if run.answer else ())
            for run in runs
            if run.question.answerable
        }
    )
    results = tuple(_result(run, rankings.get(run.question.id, {})) for run in runs)
    return GoldReport(
        dataset="gold",
        identity={**identity_of(archive, today), **(settings or {})},
        results=results,
        metrics={**mean_scores(result.scores for result in results), **_confidence_metrics(results)},
        by_kind={
            kind: mean_scores(result.scores for result in results if result.kind == kind)
            for kind in dict.fromkeys(result.kind for result in results)
        },
        risk_coverage=_risk_coverage(results),
        chance_ece=_calibration_by_chance(results),
        latency_ms=percentiles([run.milliseconds for run in runs]),
    )


def _run(answerer: Answering, question: GoldQuestion, checker: Checker, today: dt.date | None) -> _Run:
    started = time.perf_counter()
    try:
        answer = answerer.ask(question.question, filters=question.filters, top_k=PASSAGES, today=today)
    except RagError as error:
        return _Run(question, None, (time.perf_counter() - started) * 1000, str(error), ())
    milliseconds = (time.perf_counter() - started) * 1000
    shown = Words.shown(answer.citations, answer.passages)
    breaches = [breach for words in shown for breach in checker.breaches(question.id, words)]
    return _Run(question, answer, milliseconds, None, (*misquoted(question.id, answer), *breaches))


def _result(run: _Run, ranking: Mapping[str, float]) -> QuestionResult:
    question, answer = run.question, run.answer
    scores = {**_trust(run), **(_answered(run, ranking) if question.answerable else _unanswerable(run))}
    if question.intent is not None:
        scores["intent"] = float(answer is not None and answer.intent == question.intent)
    return QuestionResult(
        id=question.id,
        kind=question.kind,
        question=question.question,
        fingerprint=question.fingerprint,
        answerable=question.answerable,
        abstained=answer.abstained if answer is not None else None,
        confidence=answer.confidence if answer is not None else 0.0,
        right=scores.get("citation_recall", 0.0) > 0,
        scores={name: round(value, 6) for name, value in scores.items()},
        error=run.error,
        breaches=run.breaches,
        shown=_shown(answer),
        message=answer.message if answer is not None else None,
        presented=presented(answer) if answer is not None else {},
    )


def _shown(answer: Answer | None) -> tuple[Shown, ...]:
    citations = answer.citations if answer is not None else ()
    return tuple(Shown(one.card.article_id, one.start, one.end, one.quote) for one in citations)


def _trust(run: _Run) -> dict[str, float]:
    broken = {breach.kind for breach in run.breaches}
    return {
        "quote_integrity": float(run.error is None and "quote integrity" not in broken),
        "provenance": float(run.error is None and "provenance" not in broken),
    }


def _unanswerable(run: _Run) -> dict[str, float]:
    return {"false_answers": float(run.answer is None or not run.answer.abstained)}


def _answered(run: _Run, ranking: Mapping[str, float]) -> dict[str, float]:
    question = run.question
    citations = run.answer.citations if run.answer is not None else ()
    groups = question.evidence
    articles = [stands_for(citation, groups) for citation in citations]
    met = [any(rests_on(citation, group) for citation in citations) for group in groups]
    useful = [any(rests_on(citation, group) for group in groups) for citation in citations]
    scores = {
        "citation_recall": sum(met) / len(met),
        "citation_precision": sum(useful) / len(useful) if useful else 0.0,
        "citation_precision@1": float(useful[:1] == [True]),
        "false_abstentions": float(run.answer is None or run.answer.abstained),
        **ranking,
    }
    if question.newest_first is not None:
        first = articles[0] if articles else None
        scores["recency@1"] = float(first == question.newest_first)
        scores["stale_first"] = float(run.answer is None or _opens_stale(question, first))
    if question.order:
        scores["order"] = float(_in_order(articles, question.order))
    return {**scores, **_marks(question, run.answer, articles)}


def _opens_stale(question: GoldQuestion, first: str | None) -> bool:
    """Whether an answer opens with an article that answers, though not with the newest that does."""
    answering = {one.article_id for group in question.evidence for one in group}
    return first in answering and first != question.newest_first


def _marks(question: GoldQuestion, answer: Answer | None, articles: Sequence[str]) -> dict[str, float]:
    """Whether a mark that was made is wrong; precision over the marks made and recall over those expected,
    each only where there is one. `articles` are those that the citations stand for, in their order.

    A failed run counts as having made a wrong one and none that is right.
    """
    if question.supersedes is None or question.contradicts is None:
        return {}
    expected: set[tuple[str, ...]] = {("superseded", *pair) for pair in question.supersedes}
    expected |= {("contradicts", *sorted(pair)) for pair in question.contradicts}
    if answer is None:
        return {"wrong_marks": 1.0, "mark_precision": 0.0, **({"mark_recall": 0.0} if expected else {})}
    made = _marks_made(answer.citations, articles)
    scores = {"wrong_marks": float(bool(made - expected))}
    if made:
        scores["mark_precision"] = len(made & expected) / len(made)
    if expected:
        scores["mark_recall"] = len(made & expected) / len(expected)
    return scores


def _marks_made(citations: Sequence[Citation], articles: Sequence[str]) -> set[tuple[str, ...]]:
    """Each mark once, by kind and articles: (later, earlier), and contradictions in the order of ids."""
    numbered = {one.number: name for one, name in zip(citations, articles, strict=True)}
    made: set[tuple[str, ...]] = set()
    for citation in citations:
        own = numbered[citation.number]
        if citation.superseded_by is not None:
            made.add(("superseded", numbered[citation.superseded_by], own))
        made.update(("contradicts", *sorted((own, numbered[other.number]))) for other in citation.contradicts)
    return made


def _in_order(articles: Sequence[str], order: Sequence[str]) -> bool:
    """Whether at least two of the order's articles are cited, and no later one before an earlier one."""
    places = [order.index(one) for one in articles if one in order]
    return len(set(places)) > 1 and places == sorted(places)


def _confidence_metrics(results: Sequence[QuestionResult]) -> dict[str, Estimate]:
    """AURC by answers that are right; AUROC and ECE by whether the articles answer at all.

    A question that was abstained from shows no quote, so whether its answer would have been right is not
    known: the curve counts it as wrong, and calibration is held against answerability, which is known.
    """
    right = [float(result.right) for result in results]
    metrics = {"AURC": bootstrap_statistic(aurc, _confidence(results, right), right)}
    answerable = [float(result.answerable) for result in results]
    if len(set(answerable)) == 2:
        metrics["AUROC"] = bootstrap_statistic(auroc, _confidence(results, answerable), answerable)
        metrics["ECE"] = expected_calibration_error(_sure(results), answerable)
    return metrics


def _calibration_by_chance(results: Sequence[QuestionResult]) -> float | None:
    """None without ECE, or where every question failed."""
    sure = [confidence for confidence in _sure(results) if confidence is not None]
    return chance_calibration_error(sure) if sure and len({one.answerable for one in results}) == 2 else None


def _risk_coverage(results: Sequence[QuestionResult]) -> tuple[tuple[float, float], ...]:
    right = [float(result.right) for result in results]
    return tuple(risk_coverage(np.array(_confidence(results, right)), np.array(right)))


def _confidence(results: Sequence[QuestionResult], outcomes: Sequence[float]) -> list[float]:
    return confidence_against(_sure(results), outcomes)


def _sure(results: Sequence[QuestionResult]) -> list[float | None]:
    return [None if result.error is not None else result.confidence for result in results]
