"""What a measurement found, as values and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal

import numpy as np

from rag.evaluation.ablation import Gain, Row
from rag.evaluation.quotes import Thresholds
from rag.evaluation.sources import Breach
from rag.evaluation.statistics import Estimate

QueryKind = Literal["query", "foreign"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A quote that was answered with: the article's `[start, end)`."""

    article_id: str
    start: int
    end: int
    quote: str

    @property
    def place(self) -> str:
        """As a baseline holds it: without its words, which the article has."""
        return f"{self.article_id} [{self.start}, {self.end})"


@dataclass(frozen=True, slots=True)
class LostArticle:
    """A file of the corpus, or a line of it, of which ingest could make no article, and why."""

    path: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line is not None else ""
        return f"{self.path}{line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One gold question's outcome. `scores` are rounded to six digits; only what applies is there.

    `abstained` is None when the run failed; then `error` says why and every score is the worst.
    `right` means that at least one citation rests on the evidence. `shown` are the quotes of the answer;
    `message` is what an abstention says; `presented` holds a digest of each part that a reader sees besides.
    """

    id: str
    kind: str
    question: str
    fingerprint: str
    answerable: bool
    abstained: bool | None
    confidence: float
    right: bool
    scores: Mapping[str, float]
    error: str | None = None
    breaches: tuple[Breach, ...] = ()
    shown: tuple[Shown, ...] = ()
    message: str | None = None
    presented: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GoldReport:
    """A system over gold questions. `risk_coverage` holds (coverage, risk), most confident first.
    `chance_ece` is the calibration error that a confidence which is right in every case has over so few
    questions; None without `ECE`. `lost_articles` are those that could not be read when the corpus was
    ingested for it; None of an index that was there.
    """

    dataset: str
    identity: Mapping[str, object]
    results: tuple[QuestionResult, ...]
    metrics: Mapping[str, Estimate]
    by_kind: Mapping[str, Mapping[str, Estimate]]
    risk_coverage: tuple[tuple[float, float], ...]
    chance_ece: float | None
    latency_ms: Mapping[str, float]
    lost_articles: tuple[LostArticle, ...] | None = None

    @property
    def title(self) -> str:
        return self.dataset

    @property
    def breaches(self) -> list[Breach]:
        return [breach for result in self.results for breach in result.breaches]

    @property
    def errors(self) -> dict[str, str]:
        return {result.id: result.error for result in self.results if result.error is not None}


@dataclass(frozen=True, slots=True)
class QueryResult:
    """One query's outcome. `scores` are rounded to six digits; only what applies is there.

    A query that failed has the worst score everywhere, and `error` says why. `shown` are the quotes of its
    answer, and `abstained` and `confidence` are known, where it was examined. `answerable` is None where the
    set does not tell; `presented` is as in a `QuestionResult`. `unknown_articles` are judged relevant to it
    and not in the index.
    """

    id: str
    kind: QueryKind
    question: str
    fingerprint: str
    scores: Mapping[str, float]
    error: str | None = None
    shown: tuple[Shown, ...] = ()
    abstained: bool | None = None
    confidence: float | None = None
    answerable: bool | None = None
    presented: Mapping[str, str] = field(default_factory=dict)
    unknown_articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DatasetReport:
    """A system over a folder in BEIR layout: `queries` were measured of those `available`.

    `conditions` say in words what part of the set was asked and how. `latency_ms` is of the whole system.
    `quote_words`, `risk_coverage` (coverage, risk) and `thresholds` are there when quotes and foreign
    questions were asked for, `ablation` by system when parts were left out, and `gains` by metric: the whole
    beside the best single retriever. `chance_ece` is as in a `GoldReport`, for `ECE_right`. `undated`
    questions were to be asked as of their own date and have none. `unknown_articles` are judged relevant and
    not in the index, `unknown_queries` are judged and not among the queries, as in a sample of a set.
    `lost_articles` are as in a `GoldReport`.
    """

    dataset: str
    conditions: tuple[str, ...]
    queries: int
    available: int
    metrics: Mapping[str, Estimate]
    latency_ms: Mapping[str, float]
    latency_of: Literal["searching", "answering"]
    identity: Mapping[str, object]
    quote_words: Mapping[str, float]
    risk_coverage: tuple[tuple[float, float], ...]
    thresholds: Thresholds | None
    ablation: Mapping[str, Row]
    gains: Mapping[str, Gain]
    undated: int
    chance_ece: float | None
    results: tuple[QueryResult, ...]
    unknown_articles: tuple[str, ...] = ()
    unknown_queries: tuple[str, ...] = ()
    lost_articles: tuple[LostArticle, ...] | None = None

    @property
    def errors(self) -> dict[str, str]:
        return {result.id: result.error for result in self.results if result.error is not None}

    @property
    def title(self) -> str:
        return ", ".join((self.dataset, *self.conditions))


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """p50 and p95."""
    return {f"p{share}": float(np.percentile(milliseconds, share)) for share in (50, 95)}


def report_json(report: GoldReport | DatasetReport) -> dict[str, object]:
    """The whole report; `dataset`, `queries` and `metrics` have one shape for both kinds.

    Metric names are those of ir-measures where it defines them. Numbers are rounded to six digits.
    """
    lost = report.lost_articles
    common = {
        "dataset": report.dataset,
        "metrics": metrics_json(report.metrics),
        "latency_ms": {name: round(value, 1) for name, value in report.latency_ms.items()},
        "errors": dict(report.errors),
        **({"lost_articles": [asdict(one) for one in lost]} if lost is not None else {}),
        **({"ECE_by_chance": _rounded(report.chance_ece)} if report.chance_ece is not None else {}),
    }
    if isinstance(report, DatasetReport):
        return {**common, **_dataset_json(report)}
    return {
        **common,
        "queries": len(report.results),
        "identity": dict(report.identity),
        "by_kind": {kind: metrics_json(metrics) for kind, metrics in report.by_kind.items()},
        "breaches": [asdict(breach) for breach in report.breaches],
        "risk_coverage": [[round(part, 6) for part in point] for point in report.risk_coverage],
        "questions": [
            {
                "id": result.id,
                "kind": result.kind,
                "question": result.question,
                "abstained": result.abstained,
                "message": result.message,
                "confidence": round(result.confidence, 6),
                "citations": [asdict(one) for one in result.shown],
                "scores": dict(result.scores),
            }
            for result in report.results
        ],
    }


def _dataset_json(report: DatasetReport) -> dict[str, object]:
    """What only a data set's report has; parts that were not asked for are left out."""
    words = {"all": "median_quote_words", "first": "median_first_quote_words"}
    content: dict[str, object] = {
        "conditions": list(report.conditions),
        "queries": report.queries,
        "available": report.available,
        **({"unknown_articles": list(report.unknown_articles)} if report.unknown_articles else {}),
        **({"unknown_queries": list(report.unknown_queries)} if report.unknown_queries else {}),
        **({"undated": report.undated} if report.undated else {}),
        "latency_of": report.latency_of,
        "identity": dict(report.identity),
        **{words[name]: value for name, value in report.quote_words.items()},
    }
    if report.risk_coverage:
        content["risk_coverage"] = [[_rounded(part) for part in point] for point in report.risk_coverage]
    if report.thresholds is not None:
        content["foreign"] = {"asked": report.thresholds.foreign, "skipped": report.thresholds.skipped}
        content["thresholds"] = [
            {"abstain_below": step, "foreign_answered": _rounded(told), "retrieved_held_back": _rounded(kept)}
            for step, told, kept in report.thresholds.points
        ]
    if report.gains:
        content["gains"] = {
            metric: {
                "beside": gain.beside,
                **metrics_json({"difference": gain.difference}),
                "probability": _rounded(gain.probability),
            }
            for metric, gain in report.gains.items()
        }
    if report.ablation:
        content["ablation"] = {name: metrics_json(row.metrics) for name, row in report.ablation.items()}
        content["comparisons"] = {
            name: {
                metric: {part: _rounded(value) for part, value in asdict(comparison).items()}
                for metric, comparison in row.comparisons.items()
            }
            for name, row in report.ablation.items()
        }
    content["questions"] = [
        {
            "id": result.id,
            "kind": result.kind,
            "question": result.question,
            "abstained": result.abstained,
            "citations": [asdict(one) for one in result.shown],
            "scores": dict(result.scores),
        }
        for result in report.results
    ]
    return content


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def metrics_json(metrics: Mapping[str, Estimate]) -> dict[str, dict[str, float | None]]:
    return {
        name: {part: _rounded(value) for part, value in asdict(estimate).items()}
        for name, estimate in metrics.items()
    }
