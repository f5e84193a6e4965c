"""The articles themselves, and whether a citation still holds."""

# No `from __future__ import annotations` here: see questions.py.

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from rag.answering import Answerer, Claim
from rag.answering.contract import article_json, verdict_json
from rag.answering.noting import notes_of
from rag.errors import QuestionError
from rag.serving.documentation import errors
from rag.serving.limits import Limits
from rag.serving.requests import (
    CitationToVerify,
    FilteredQuery,
    require_json,
    require_no_query,
    require_single,
)
from rag.serving.responses import ArticleShown, ArticlesPage, VerdictsShown
from rag.serving.service import Service
from rag.types import Article


def archive_routes(service: Service, limits: Limits) -> APIRouter:
    """`/v1/articles`, `/v1/articles/{article_id}` and `/v1/verify`."""
    router = APIRouter(prefix="/v1")

    class ArticlesQuery(FilteredQuery):
        after: str | None = Field(None, max_length=4096, description="Where the page before this one ended.")
        limit: int = Field(min(50, limits.max_page), ge=1, le=limits.max_page)

    class VerifyRequest(BaseModel):
        """An answer whole, or its citations alone: what else it says is let by."""

        model_config = ConfigDict(extra="ignore", strict=True)

        citations: list[CitationToVerify] = Field(max_length=limits.max_citations)

    @router.get(
        "/articles",
        tags=["articles"],
        summary="List articles",
        response_model=ArticlesPage,
        responses=errors(422, 503),
        dependencies=[Depends(require_single)],
    )
    async def list_articles(request: Request, query: Annotated[ArticlesQuery, Query()]) -> Response:
        """Articles by id, a page at a time: follow `next`, or the Link header, until it is null."""
        after = None if query.after is None else _article_id_of(query.after)

        def look(answerer: Answerer) -> tuple[Sequence[Article], tuple[str, ...], str]:
            snapshot = answerer.index.snapshot()
            filters = query.filters()
            # One more than a page tells whether there is a next one.
            found = snapshot.list_articles(after=after, limit=query.limit + 1, filters=filters)
            return found, notes_of(snapshot, filters, of_all=True), snapshot.generation

        found, notes, generation = await service.look(request, look)
        page = found[: query.limit]
        following = None
        if len(found) > len(page):
            kept = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
            here = f"{request.scope.get('root_path', '')}{router.prefix}/articles"
            following = f"{here}?{urlencode([*kept, ('after', _cursor_behind(page[-1].id))])}"
        body = {
            "articles": [article_json(article) for article in page],
            "next": following,
            "notes": list(notes),
            "generation": generation,
        }
        return JSONResponse(body, headers={"Link": f'<{following}>; rel="next"'} if following else None)

    @router.get(
        "/articles/{article_id:path}",
        tags=["articles"],
        summary="Read an article",
        response_model=ArticleShown,
        responses=errors(404, 503),
    )
    async def read_article(
        request: Request,
        article_id: Annotated[str, Path(description="May hold slashes.", examples=["2024/harbour-bridge"])],
    ) -> Response:
        """The article's text as it was read, with its masks, sentences and chunks as offsets into it."""

        def look(answerer: Answerer) -> dict[str, Any]:
            snapshot = answerer.index.snapshot()
            shown = article_json(snapshot.article(article_id), snapshot.chunks_of(article_id))
            return {**shown, "generation": snapshot.generation}

        return JSONResponse(await service.look(request, look))

    @router.post(
        "/verify",
        tags=["citations"],
        summary="Check citations",
        response_model=VerdictsShown,
        responses=errors(400, 413, 415, 422, 503),
        dependencies=[Depends(require_json), Depends(require_no_query)],
    )
    async def verify(request: Request, body: VerifyRequest) -> Response:
        """Whether each quote still stands where its citation says, has moved, or has lost its source."""
        claims = [Claim(**citation.model_dump()) for citation in body.citations]
        verdicts = await service.look(request, lambda answerer: answerer.verify(claims))
        return JSONResponse({"verdicts": [verdict_json(verdict) for verdict in verdicts]})

    return router


def _cursor_behind(article_id: str) -> str:
    return base64.urlsafe_b64encode(article_id.encode()).decode().rstrip("=")


def _article_id_of(cursor: str) -> str:
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise QuestionError("`after` is no cursor of this list: take it from `next` unchanged") from None
