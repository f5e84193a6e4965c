"""Systems over a BEIR data set: article ranking, and on request quotes and abstention."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from rag.errors import EvaluationError
from rag.evaluation.ablation import compare_rows, gain_over
from rag.evaluation.asking import Asked, ask_systems
from rag.evaluation.beir import Dataset, Query, spread
from rag.evaluation.identity import identity_of
from rag.evaluation.protocol import Answering, Progress
from rag.evaluation.quotes import (
    Thresholds,
    confidence_metrics,
    foreign_metrics,
    quote_metrics,
    quote_words,
    risk_curve,
)
from rag.evaluation.ranking import ARTICLE_MEASURES, score_rankings
from rag.evaluation.report import DatasetReport, percentiles
from rag.evaluation.statistics import Estimate, bootstrap_mean


def evaluate_dataset(
    systems: Mapping[str, Answering],
    dataset: Dataset,
    *,
    singles: Sequence[str] = (),
    limit: int | None = None,
    quotes: bool = False,
    foreign: Sequence[Query] = (),
    as_of: bool = False,
    today: dt.date | None = None,
    settings: Mapping[str, object] | None = None,
    progress: Progress | None = None,
) -> DatasetReport:
    """Rank the indexed corpus for each query; an article has the rank of its best passage.

    `systems` are named, the whole one last; more than one makes the ablation, which is of ranking alone.
    `singles` are those of them that are one retriever each, and stand first.
    `limit` takes so many queries, spread over the set. `quotes` has the whole system's evidence examined as
    well, also for queries without a relevant article; `foreign` queries are asked after them, of the same
    archive. `as_of` asks each question on its own date: nothing later is seen. `today` is the day of those
    without a date. `settings` are handed on to the report.

    A query whose run raises RagError scores zero and stays in every mean. Raises EvaluationError when
    nothing is left to measure.
    """
    available = [query for query in dataset.queries if quotes or query.id in dataset.qrels]
    queries = spread(available, limit)
    if not queries:
        raise EvaluationError(f"{dataset.name} has no query with a relevant article to measure; check qrels/")
    said = ask_systems(systems, queries, examined=quotes, as_of=as_of, today=today, progress=progress)
    *_, (name, asked) = said.items()
    judged = {query.id: dataset.qrels[query.id] for query in queries if query.id in dataset.qrels}
    scores = {
        system: score_rankings(ARTICLE_MEASURES, judged, {one.query.id: one.ranking for one in runs})
        for system, runs in said.items()
    }
    ranked = {system: _means(values) for system, values in scores.items()}
    metrics = dict(ranked[name])
    curve: tuple[tuple[float, float], ...] = ()
    thresholds: Thresholds | None = None
    if quotes:
        metrics |= quote_metrics(asked) | confidence_metrics(asked, judged)
        curve = risk_curve(asked, judged)
    strangers: list[Asked] = []
    if foreign:
        whole = {name: systems[name]}
        strangers = ask_systems(
            whole,
            spread(foreign, limit),
            examined=True,
            as_of=as_of,
            today=today,
            progress=progress,
            stage="foreign questions",
        )[name]
        kept, thresholds = foreign_metrics(asked, strangers, judged)
        metrics |= kept
    return DatasetReport(
        dataset=dataset.name,
        conditions=(*dataset.conditions, *(["as of each question's own date"] if as_of else [])),
        queries=len(queries),
        available=len(available),
        metrics=metrics,
        latency_ms=percentiles([one.milliseconds for one in asked]),
        latency_of="answering" if quotes else "searching",
        identity={**identity_of(systems[name].index.snapshot()), **(settings or {})},
        errors={one.query.id: one.error for one in (*asked, *strangers) if one.error is not None},
        quote_words=quote_words(asked),
        risk_coverage=curve,
        thresholds=thresholds,
        ablation=compare_rows(ranked, scores, singles=singles) if len(systems) > 1 and judged else {},
        undated=sum(query.date is None for query in queries) if as_of else 0,
        gains=gain_over(singles, ranked, scores) if singles and judged else {},
    )


def _means(scores: Mapping[str, Mapping[str, float]]) -> dict[str, Estimate]:
    if not scores:
        return {}
    return {
        str(measure): bootstrap_mean([values[str(measure)] for values in scores.values()])
        for measure in ARTICLE_MEASURES
    }
