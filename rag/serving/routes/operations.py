"""For whoever runs the service: is it up, can it answer, what has it done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_LATEST

from rag.errors import RagError
from rag.serving.documentation import METRICS_RESPONSE, errors
from rag.serving.problems import NotReady
from rag.serving.responses import Health, Ready
from rag.serving.service import Service

if TYPE_CHECKING:
    from rag.answering import Answerer


def operation_routes(service: Service) -> APIRouter:
    """`/healthz`, `/readyz` and `/metrics`."""
    router = APIRouter(tags=["operations"])

    @router.get("/healthz", summary="Is the process up?")
    async def healthz() -> Health:
        """Answers at once, whatever else is going on."""
        return Health(status="up")

    @router.get("/readyz", summary="Can questions be answered?", responses=errors(503))
    async def readyz() -> Ready:
        """Which generation and models answer, or why none do; asking again also makes it try again."""
        return await service.describe(_describe)

    @router.get(
        "/metrics", summary="Counters for Prometheus", response_class=Response, responses=METRICS_RESPONSE
    )
    async def metrics() -> Response:
        """Requests, latencies, stages, abstentions and the generation, in Prometheus' text format."""
        try:
            described = await service.describe(_describe)
        except (NotReady, RagError):
            index = None
        else:
            index = described.model_dump(include={"generation", "encoder"})
        return Response(service.metrics.expose(index), media_type=CONTENT_TYPE_LATEST)

    return router


def _describe(answerer: Answerer) -> Ready:
    manifest = answerer.index.snapshot().manifest
    return Ready(
        status="ready",
        generation=manifest.generation,
        articles=manifest.articles,
        chunks=manifest.chunks,
        encoder=manifest.encoder.name,
        reranker=answerer.reranker.name if answerer.reranker else None,
    )
