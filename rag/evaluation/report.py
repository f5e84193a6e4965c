"""What a measurement found, as values and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from rag.evaluation.sources import Breach
from rag.evaluation.statistics import Estimate

LOWER_IS_BETTER = frozenset({"false_answers", "false_abstentions", "stale_first", "AURC", "ECE"})


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """One gold question's outcome. `scores` are rounded to six digits; only what applies is there.

    `abstained` is None when the run failed; then `error` says why and every score is the worst.
    `right` means that at least one citation rests on the evidence.
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


@dataclass(frozen=True, slots=True)
class GoldReport:
    """A system over gold questions. `risk_coverage` holds (coverage, risk), most confident first."""

    dataset: str
    identity: Mapping[str, object]
    results: tuple[QuestionResult, ...]
    metrics: Mapping[str, Estimate]
    by_kind: Mapping[str, Mapping[str, Estimate]]
    risk_coverage: tuple[tuple[float, float], ...]
    latency_ms: Mapping[str, float]

    @property
    def breaches(self) -> list[Breach]:
        return [breach for result in self.results for breach in result.breaches]

    @property
    def errors(self) -> dict[str, str]:
        return {result.id: result.error for result in self.results if result.error is not None}


@dataclass(frozen=True, slots=True)
class DatasetReport:
    """A system over a folder in BEIR layout. `median_quote_words` is None when no quotes were asked for."""

    dataset: str
    queries: int
    metrics: Mapping[str, Estimate]
    latency_ms: Mapping[str, float]
    errors: Mapping[str, str] = field(default_factory=dict)
    median_quote_words: float | None = None


def percentiles(milliseconds: Sequence[float]) -> dict[str, float]:
    """p50 and p95."""
    return {f"p{share}": float(np.percentile(milliseconds, share)) for share in (50, 95)}


def report_json(report: GoldReport | DatasetReport) -> dict[str, object]:
    """The whole report; `dataset`, `queries` and `metrics` have one shape for both kinds.

    Metric names are those of ir-measures where it defines them. Numbers are rounded to six digits.
    """
    common = {
        "dataset": report.dataset,
        "metrics": metrics_json(report.metrics),
        "latency_ms": {name: round(value, 1) for name, value in report.latency_ms.items()},
        "errors": dict(report.errors),
    }
    if isinstance(report, DatasetReport):
        words = {} if report.median_quote_words is None else {"median_quote_words": report.median_quote_words}
        return {**common, "queries": report.queries, **words}
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
                "abstained": result.abstained,
                "confidence": round(result.confidence, 6),
                "scores": dict(result.scores),
            }
            for result in report.results
        ],
    }


def ablation_json(reports: Mapping[str, DatasetReport]) -> dict[str, object]:
    """The last of the named systems, which is the whole one, and beside it the metrics of each."""
    *_, whole = reports.values()
    return {
        **report_json(whole),
        "ablation": {name: metrics_json(report.metrics) for name, report in reports.items()},
    }


def metrics_json(metrics: Mapping[str, Estimate]) -> dict[str, dict[str, float]]:
    return {
        name: {part: round(value, 6) for part, value in asdict(estimate).items()}
        for name, estimate in metrics.items()
    }
