"""Systems over a BEIR data set: article ranking, and on request quotes and abstention."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from rag.errors import EvaluationError, NotFound
from rag.evaluation.ablation import compare_rows, gain_over
from rag.evaluation.asking import Asked, ask_systems
from rag.evaluation.beir import Dataset, Query, spread
from rag.evaluation.identity import fingerprint_of, identity_of
from rag.evaluation.phrases import listed
from rag.evaluation.presented import words_alone
from rag.evaluation.protocol import Answering, Progress
from rag.evaluation.quotes import (
    Thresholds,
    calibration_by_chance,
    confidence_metrics,
    foreign_answered,
    held_back,
    quote_scores,
    quote_words,
    risk_curve,
    thresholds_of,
)
from rag.evaluation.ranking import ARTICLE_MEASURES, score_rankings
from rag.evaluation.report import DatasetReport, QueryKind, QueryResult, Shown, percentiles
from rag.evaluation.statistics import Estimate, mean_scores


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
    nothing is left to measure, or the index holds no article that is judged relevant.
    """
    available = _available(dataset, quotes=quotes)
    queries = spread(available, limit)
    judged = {query.id: dataset.qrels[query.id] for query in queries if query.id in dataset.qrels}
    *_, (name, whole) = systems.items()
    unknown = _unknown(whole, judged)
    if unknown and len(unknown) == len({article for articles in judged.values() for article in articles}):
        raise EvaluationError(
            f"the index holds none of the articles that {dataset.name} judges relevant to what is asked, as "
            f"{listed(unknown)}; check the ids of both"
        )
    said = ask_systems(systems, queries, examined=quotes, as_of=as_of, today=today, progress=progress)
    asked = said[name]
    scores = {
        system: score_rankings(ARTICLE_MEASURES, judged, {one.query.id: one.ranking for one in runs})
        for system, runs in said.items()
    }
    own = {one.query.id: dict(scores[name].get(one.query.id, {})) for one in asked}
    curve: tuple[tuple[float, float], ...] = ()
    confidence: dict[str, Estimate] = {}
    if quotes:
        for one in asked:
            own[one.query.id] |= quote_scores(one)
        confidence = confidence_metrics(asked, judged)
        curve = risk_curve(asked, judged)
    strangers: list[Asked] = []
    thresholds: Thresholds | None = None
    if foreign:
        strangers = ask_systems(
            {name: whole},
            spread(foreign, limit),
            examined=True,
            as_of=as_of,
            today=today,
            progress=progress,
            stage="foreign questions",
        )[name]
        for one in asked:
            own[one.query.id] |= held_back(one, judged)
        thresholds = thresholds_of(asked, strangers, judged)
    results = (
        *(_result(one, "query", own[one.query.id], judged, unknown) for one in asked),
        *(_result(one, "foreign", foreign_answered(one), {}, ()) for one in strangers),
    )
    ranked = {system: mean_scores(values.values()) for system, values in scores.items()}
    return DatasetReport(
        dataset=dataset.name,
        conditions=_conditions(dataset, as_of=as_of),
        queries=len(queries),
        available=len(available),
        metrics={**ranked[name], **mean_scores(result.scores for result in results), **confidence},
        latency_ms=percentiles([one.milliseconds for one in asked]),
        latency_of="answering" if quotes else "searching",
        identity={**identity_of(systems[name].index.snapshot(), today), **(settings or {})},
        quote_words=quote_words(asked),
        risk_coverage=curve,
        thresholds=thresholds,
        ablation=compare_rows(ranked, scores, singles=singles) if len(systems) > 1 and judged else {},
        chance_ece=calibration_by_chance(asked) if quotes else None,
        undated=sum(query.date is None for query in queries) if as_of else 0,
        gains=gain_over(singles, ranked, scores) if singles and judged else {},
        results=results,
        unknown_articles=unknown,
        unknown_queries=tuple(sorted(dataset.qrels.keys() - {query.id for query in dataset.queries})),
    )


def title_of(dataset: Dataset, *, as_of: bool) -> str:
    """What the report of such a measurement is called."""
    return ", ".join((dataset.name, *_conditions(dataset, as_of=as_of)))


def fingerprints_of(
    dataset: Dataset, *, limit: int | None, quotes: bool, foreign: Sequence[Query]
) -> dict[str, str]:
    """Id → fingerprint of all that such a measurement asks. Raises EvaluationError as it does."""
    asked = spread(_available(dataset, quotes=quotes), limit)
    return {
        **{query.id: _fingerprint(query, dataset.qrels) for query in asked},
        **{_foreign_id(query): _fingerprint(query, {}) for query in spread(foreign, limit)},
    }


def _available(dataset: Dataset, *, quotes: bool) -> list[Query]:
    available = [query for query in dataset.queries if quotes or query.id in dataset.qrels]
    if not available:
        raise EvaluationError(f"{dataset.name} has no query with a relevant article to measure; check qrels/")
    return available


def _conditions(dataset: Dataset, *, as_of: bool) -> tuple[str, ...]:
    return (*dataset.conditions, *(["as of each question's own date"] if as_of else []))


def _foreign_id(query: Query) -> str:
    return f"foreign {query.id}"


def _fingerprint(query: Query, qrels: Mapping[str, Mapping[str, int]]) -> str:
    return fingerprint_of(
        {
            "words": query.text,
            "answers": [query.answers, query.unanswerable],
            "judgements": qrels.get(query.id, {}),
            "date": str(query.date),
        }
    )


def _unknown(system: Answering, judged: Mapping[str, Mapping[str, int]]) -> tuple[str, ...]:
    """The articles that are judged relevant and that the index does not hold, so that nothing finds them."""
    snapshot = system.index.snapshot()
    unknown = []
    for article_id in sorted({article_id for articles in judged.values() for article_id in articles}):
        try:
            snapshot.article(article_id)
        except NotFound:
            unknown.append(article_id)
    return tuple(unknown)


def _answerable(query: Query) -> bool | None:
    """None where the set does not tell."""
    if query.unanswerable is not None:
        return not query.unanswerable
    return True if query.answers else None


def _result(
    asked: Asked,
    kind: QueryKind,
    scores: Mapping[str, float],
    qrels: Mapping[str, Mapping[str, int]],
    unknown: Sequence[str],
) -> QueryResult:
    query = asked.query
    return QueryResult(
        id=query.id if kind == "query" else _foreign_id(query),
        kind=kind,
        question=query.text,
        fingerprint=_fingerprint(query, qrels),
        scores={metric: round(score, 6) for metric, score in scores.items()},
        error=asked.error,
        shown=tuple(Shown(one.card.article_id, one.start, one.end, one.text) for one in asked.shown),
        abstained=None if asked.answered is None else not asked.answered,
        confidence=None if asked.answered is None else asked.confidence,
        answerable=_answerable(query),
        presented=words_alone(one.text for one in asked.shown),
        unknown_articles=tuple(sorted(qrels.get(query.id, {}).keys() & set(unknown))),
    )
