"""What Prometheus may scrape: one registry per application, labels from closed sets only."""

from __future__ import annotations

from collections.abc import Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    ProcessCollector,
    generate_latest,
)

from rag.serving.problems import METHODS
from rag.types import Answer

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The application's counters; safe to use from any thread."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "rag_http_requests",
            "Requests by route, method and status.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._latency = Histogram(
            "rag_http_request_seconds",
            "Time from the request to the end of its response.",
            ("route", "method"),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._stages = Histogram(
            "rag_stage_seconds",
            "Time of each stage of answering.",
            ("stage",),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._answers = Counter(
            "rag_answers", "Questions answered or abstained from.", ("outcome",), registry=self._registry
        )
        self._abstentions = Counter(
            "rag_abstentions", "Abstentions by reason.", ("reason",), registry=self._registry
        )
        self._ready = Gauge(
            "rag_ready", "1 when the index and the models are loaded.", registry=self._registry
        )
        self._generation = Info("rag_generation", "The generation that answers.", registry=self._registry)

    def count_request(self, *, route: str, method: str, status: int, seconds: float) -> None:
        """`route` is a template ("/v1/articles/{article_id}"), never an address, which anyone may invent."""
        method = method if method in METHODS else "other"
        self._requests.labels(route, method, str(status)).inc()
        self._latency.labels(route, method).observe(seconds)

    def count_stages(self, timings_ms: Mapping[str, float]) -> None:
        for stage, milliseconds in timings_ms.items():
            self._stages.labels(stage).observe(milliseconds / 1000)

    def count_answer(self, answer: Answer) -> None:
        self.count_stages(answer.timings_ms)
        self._answers.labels("abstained" if answer.abstained else "answered").inc()
        if answer.reason is not None:
            self._abstentions.labels(answer.reason).inc()

    def expose(self, index: Mapping[str, str] | None) -> bytes:
        """The text that a scrape reads; `index` names the generation that answers, None while none does."""
        self._ready.set(0 if index is None else 1)
        if index is not None:
            self._generation.info(dict(index))
        return generate_latest(self._registry)
