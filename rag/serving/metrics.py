"""What Prometheus may scrape: one registry per application, labels from closed sets only."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from rag.serving.problems import METHODS
from rag.types import Answer

# Names the folder in which several processes count together; prometheus_client looks for it when imported.
SHARED_COUNTS = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """The application's counters; safe to use from any thread.

    Where several processes serve one address, each tells what all of them have counted, since nobody chooses
    which is asked; whether it is ready and what answers is its own.
    """

    def __init__(self) -> None:
        counted = CollectorRegistry()
        self._requests = Counter(
            "rag_http_requests",
            "Requests by route, method and status.",
            ("route", "method", "status"),
            registry=counted,
        )
        self._latency = Histogram(
            "rag_http_request_seconds",
            "Time from the request to the end of its response.",
            ("route", "method"),
            buckets=SECONDS,
            registry=counted,
        )
        self._stages = Histogram(
            "rag_stage_seconds",
            "Time of each stage of answering.",
            ("stage",),
            buckets=SECONDS,
            registry=counted,
        )
        self._answers = Counter(
            "rag_answers", "Questions answered or abstained from.", ("outcome",), registry=counted
        )
        self._abstentions = Counter(
            "rag_abstentions", "Abstentions by reason.", ("reason",), registry=counted
        )
        self._state = _State()
        if SHARED_COUNTS in os.environ:
            self._told = CollectorRegistry()
            MultiProcessCollector(self._told)  # type: ignore[no-untyped-call]
        else:
            self._told = counted
            ProcessCollector(registry=self._told)
        self._told.register(self._state)

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
        self._state.index = index
        return generate_latest(self._told)


class _State(Collector):
    """What is so now, of this process alone: not counted, so not added up over processes."""

    index: Mapping[str, str] | None = None

    def collect(self) -> Iterator[Metric]:
        ready = 0 if self.index is None else 1
        yield GaugeMetricFamily("rag_ready", "1 when the index and the models are loaded.", value=ready)
        if self.index is not None:
            yield InfoMetricFamily("rag_generation", "The generation that answers.", value=dict(self.index))
