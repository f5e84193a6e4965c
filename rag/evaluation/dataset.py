"""A system over a BEIR data set: article ranking, and on request quotes and abstention."""

from __future__ import annotations

import re
import statistics
import string
import time
from collections.abc import Mapping
from dataclasses import dataclass

from rag.errors import EvaluationError, RagError
from rag.evaluation.beir import Dataset, Query
from rag.evaluation.protocol import Answering, Progress
from rag.evaluation.ranking import ARTICLE_MEASURES, score_rankings
from rag.evaluation.report import DatasetReport, percentiles
from rag.evaluation.statistics import Estimate, auroc, bootstrap_mean, bootstrap_statistic, calibration_error
from rag.types import Filters

PASSAGES = 50  # R@20 counts articles, of which one may fill several passages
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans(dict.fromkeys(string.punctuation + "“”‘’«»—–…", " "))


@dataclass(frozen=True, slots=True)
class _Run:
    query: Query
    ranking: tuple[str, ...] = ()
    milliseconds: float = 0.0
    quotes: tuple[str, ...] = ()
    confidence: float = 0.0
    abstained: bool | None = None
    error: str | None = None


def evaluate_dataset(
    answerer: Answering,
    dataset: Dataset,
    *,
    limit: int | None = None,
    quotes: bool = False,
    as_of: bool = False,
    progress: Progress | None = None,
) -> DatasetReport:
    """Rank the indexed corpus for each query; an article has the rank of its best passage.

    `limit` takes the first queries. `quotes` asks each question as well, and also
    those without a relevant article. `as_of` asks each question on its own date: nothing later is seen.
    A query whose run raises RagError scores zero and stays in every mean. Raises EvaluationError when
    nothing is left to measure.
    """
    queries = _chosen(dataset, limit, quotes)
    runs = []
    for number, query in enumerate(queries, start=1):
        runs.append(_run(answerer, query, quotes, as_of))
        if progress is not None:
            progress("queries", number, len(queries))
    judged = {query.id: dataset.qrels[query.id] for query in queries if query.id in dataset.qrels}
    scores = score_rankings(ARTICLE_MEASURES, judged, {run.query.id: run.ranking for run in runs})
    metrics = {
        str(measure): bootstrap_mean([values[str(measure)] for values in scores.values()])
        for measure in ARTICLE_MEASURES
        if scores
    }
    words = [len(quote.split()) for run in runs for quote in run.quotes]
    return DatasetReport(
        dataset=dataset.name,
        queries=len(queries),
        metrics={**metrics, **(_quote_metrics(runs) if quotes else {})},
        latency_ms=percentiles([run.milliseconds for run in runs]),
        errors={run.query.id: run.error for run in runs if run.error is not None},
        median_quote_words=float(statistics.median(words)) if words else None,
    )


def ablate(
    answerers: Mapping[str, Answering],
    dataset: Dataset,
    *,
    limit: int | None = None,
    as_of: bool = False,
    progress: Progress | None = None,
) -> dict[str, DatasetReport]:
    """The same queries over several named systems, the whole one last."""

    def named(name: str) -> Progress | None:
        if progress is None:
            return None
        return lambda _stage, done, total: progress(name, done, total)

    return {
        name: evaluate_dataset(answerer, dataset, limit=limit, as_of=as_of, progress=named(name))
        for name, answerer in answerers.items()
    }


def _chosen(dataset: Dataset, limit: int | None, quotes: bool) -> list[Query]:
    queries = [query for query in dataset.queries if quotes or query.id in dataset.qrels][:limit]
    if not queries:
        raise EvaluationError(f"{dataset.name} has no query with a relevant article to measure; check qrels/")
    return queries


def _run(answerer: Answering, query: Query, quotes: bool, as_of: bool) -> _Run:
    filters = Filters(as_of=query.date) if as_of else Filters()
    started = time.perf_counter()
    try:
        found = answerer.search(query.text, filters=filters, top_k=PASSAGES)
        milliseconds = (time.perf_counter() - started) * 1000
        ranking = tuple(dict.fromkeys(passage.card.article_id for passage in found.passages))
        if not quotes:
            return _Run(query, ranking, milliseconds)
        answer = answerer.ask(query.text, filters=filters)
    except RagError as error:
        return _Run(query, milliseconds=(time.perf_counter() - started) * 1000, error=str(error))
    said = tuple(citation.quote for citation in answer.citations)
    return _Run(query, ranking, milliseconds, said, answer.confidence, answer.abstained)


def _quote_metrics(runs: list[_Run]) -> dict[str, Estimate]:
    """Over answerable queries with known answers: whether the first, or the first three quotes hold one.

    Where the set says which queries have no answer: false answers and abstentions, AUROC and ECE of the
    confidence against whether there is one.
    """
    scores: dict[str, list[float]] = {}
    for run in runs:
        if run.query.answers and not run.query.unanswerable:
            scores.setdefault("answer_in_first_quote", []).append(contains(run.quotes[:1], run.query.answers))
            scores.setdefault("answer_in_three_quotes", []).append(
                contains(run.quotes[:3], run.query.answers)
            )
        if run.query.unanswerable:
            scores.setdefault("false_answers", []).append(float(run.abstained is not True))
        elif run.query.unanswerable is not None or run.query.answers:
            scores.setdefault("false_abstentions", []).append(float(run.abstained is not False))
    metrics = {name: bootstrap_mean(values) for name, values in scores.items()}
    known = [run for run in runs if run.query.unanswerable is not None]
    if len({run.query.unanswerable for run in known}) == 2:
        confidence = [run.confidence for run in known]
        answerable = [float(not run.query.unanswerable) for run in known]
        metrics["AUROC"] = bootstrap_statistic(auroc, confidence, answerable)
        metrics["ECE"] = bootstrap_statistic(calibration_error, confidence, answerable)
    return metrics


def contains(quotes: tuple[str, ...], answers: tuple[str, ...]) -> float:
    """1 when a quote holds an answer as whole words, both normalised."""
    said = [f" {_normalised(quote)} " for quote in quotes]
    wanted = [f" {_normalised(answer)} " for answer in answers if _normalised(answer)]
    return float(any(answer in quote for answer in wanted for quote in said))


def _normalised(text: str) -> str:
    """Lower case without articles, punctuation and extra space, after SQuAD (Rajpurkar et al., 2016).

    There punctuation vanishes; here it parts words, so that "Lanka's" holds "Lanka" and "2008–2010" holds
    "2008". Only the comma of thousands vanishes.
    """
    words = _THOUSANDS.sub("", text.lower()).translate(_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", words).split())
