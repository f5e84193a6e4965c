"""Asking and searching."""

# No `from __future__ import annotations` here: the request types depend on the limits, so they are made in
# the function that makes the routes, where the framework could not find them by name.

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import Field

from rag.answering import Answerer
from rag.answering.contract import answer_json, search_json
from rag.serving.documentation import errors
from rag.serving.limits import Limits
from rag.serving.remedies import REMEDIES
from rag.serving.requests import (
    WHOLE,
    FilteredBody,
    FilteredQuery,
    require_json,
    require_no_query,
    require_single,
)
from rag.serving.responses import AnswerShown, SearchShown
from rag.serving.service import Service
from rag.types import Intent


def question_routes(service: Service, limits: Limits) -> APIRouter:
    """`/v1/ask` and `/v1/search`."""
    router = APIRouter(prefix="/v1", tags=["questions"])
    QuestionText = Annotated[str, Field(min_length=1, max_length=limits.max_question_characters)]
    TopK = Annotated[int, Field(ge=1, le=limits.max_top_k), WHOLE]

    class SearchRequest(FilteredBody):
        question: QuestionText
        top_k: TopK | None = Field(None, description="Passages to return; null: as the server is set.")
        rerank: bool | None = Field(
            True, description="Whether the cross-encoder orders what retrieval found; null: it does."
        )

    class AskRequest(SearchRequest):
        intent: Intent | None = Field(None, description="Instead of what the question itself shows.")

    class AskQuery(FilteredQuery):
        q: QuestionText
        intent: Intent | None = None
        top_k: TopK | None = None
        rerank: bool = True

    async def answer(request: Request, question: str, asked: AskRequest | AskQuery) -> Response:
        def work(answerer: Answerer) -> dict[str, Any]:
            answer = answerer.ask(
                question,
                filters=asked.filters(),
                intent=asked.intent,
                top_k=asked.top_k,
                rerank=asked.rerank is not False,
            )
            service.metrics.count_answer(answer)
            return answer_json(answer, remedies=REMEDIES)

        return JSONResponse(await service.read(request, work))

    @router.post(
        "/ask",
        summary="Ask a question",
        response_model=AnswerShown,
        responses=errors(400, 413, 415, 422, 503),
        dependencies=[Depends(require_json), Depends(require_no_query)],
    )
    async def ask(request: Request, body: AskRequest) -> Response:
        """Verbatim, dated, sourced quotes that answer, or an abstention with the nearest passages."""
        return await answer(request, body.question, body)

    @router.get(
        "/ask",
        summary="Ask a question by address",
        response_model=AnswerShown,
        responses=errors(422, 503),
        dependencies=[Depends(require_single)],
    )
    async def ask_by_address(request: Request, query: Annotated[AskQuery, Query()]) -> Response:
        """As POST, with the same fields in the query (`q` is the question; lists repeat their name)."""
        return await answer(request, query.q, query)

    @router.post(
        "/search",
        summary="Search for passages",
        response_model=SearchShown,
        responses=errors(400, 413, 415, 422, 503),
        dependencies=[Depends(require_json), Depends(require_no_query)],
    )
    async def search(request: Request, body: SearchRequest) -> Response:
        """The passages nearest to the question, best first, each with the parts of its score."""

        reranked = body.rerank is not False

        def work(answerer: Answerer) -> dict[str, Any]:
            found = answerer.search(
                body.question,
                filters=body.filters(),
                top_k=body.top_k,
                rerank=reranked,
                while_encoding=service.turns.lent,
            )
            service.metrics.count_stages(found.timings_ms)
            return search_json(found, remedies=REMEDIES)

        # Fast without the cross-encoder, and then it does not queue behind what it reads.
        return JSONResponse(await (service.read if reranked else service.search)(request, work))

    return router
