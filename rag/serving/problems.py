"""Every error as `application/problem+json` (RFC 9457), from one table of stable types.

A type is `urn:rag:problem:<slug>`; `instance` names the request as the log does. A RagError is told in
its own sentence, since that is written for the user; of anything else only the log has the details.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette._utils import get_route_path
from starlette.exceptions import HTTPException
from starlette.routing import Match

from rag.errors import RagError

MEDIA_TYPE = "application/problem+json"
# No status of RFC 9110, and nobody is told it: it is for the counters, which know it from nginx.
CLIENT_GONE = 499
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
MAX_ERRORS = 20
MAX_FIELD_CHARACTERS = 100
MAX_MESSAGE_CHARACTERS = 300

# A sentence that names a command names over HTTP what serves the same. What is not here (`rag ingest`,
# `rag compact`, `rag doctor`) is for whoever runs the server: no address does it.
SERVED_AS = {
    "`rag articles list`": "GET /v1/articles",
    "an answer of `rag ask --json`": "an answer of POST /v1/ask",
}
OPTIONS_SERVED_AS = {"--as-of": "`as_of`"}

SEE_LOG = "the request failed; the server's log has the reason under the request's id"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProblemType:
    slug: str
    status: int
    title: str

    @property
    def uri(self) -> str:
        return f"urn:rag:problem:{self.slug}"


def _of_domain(error: type[RagError]) -> ProblemType:
    summary = (error.__doc__ or error.__name__).split(":")[0].split(".")[0]
    return ProblemType(error.slug, error.status, summary)


def _tree(error: type[RagError]) -> Iterable[type[RagError]]:
    for child in error.__subclasses__():
        # A subclass that keeps its parent's slug is the same problem to a client.
        if "slug" in vars(child):
            yield child
        yield from _tree(child)


INTERNAL = ProblemType("internal", 500, "The server failed")
NOT_READY = ProblemType("not-ready", 503, "The index and the models are still loading")
BUSY = ProblemType("busy", 503, "As many requests wait as may")
STOPPING = ProblemType("stopping", 503, "The server is stopping")
UNAUTHORIZED = ProblemType("unauthorized", 401, "The API key is missing or wrong")
MALFORMED_BODY = ProblemType("malformed-body", 400, "The body is not JSON")
NO_SUCH_ROUTE = ProblemType("no-such-route", 404, "Nothing is served at this address")
METHOD_NOT_ALLOWED = ProblemType("method-not-allowed", 405, "This address does not take this method")
BODY_TOO_LARGE = ProblemType("body-too-large", 413, "The body is too large")
UNSUPPORTED_MEDIA_TYPE = ProblemType("unsupported-media-type", 415, "The body must be application/json")
INVALID_REQUEST = ProblemType("invalid-request", 422, "A field of the request does not hold")

PROBLEMS: Mapping[str, ProblemType] = {
    problem.slug: problem
    for problem in (
        INTERNAL,
        NOT_READY,
        BUSY,
        STOPPING,
        UNAUTHORIZED,
        MALFORMED_BODY,
        NO_SUCH_ROUTE,
        METHOD_NOT_ALLOWED,
        BODY_TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
        INVALID_REQUEST,
        *(_of_domain(error) for error in _tree(RagError)),
    )
}

_BY_STATUS = {
    problem.status: problem
    for problem in (
        UNAUTHORIZED,
        MALFORMED_BODY,
        NO_SUCH_ROUTE,
        METHOD_NOT_ALLOWED,
        BODY_TOO_LARGE,
        UNSUPPORTED_MEDIA_TYPE,
    )
}


class Unavailable(Exception):
    """Not now: why, and after how many seconds to come back."""

    def __init__(self, problem: ProblemType, detail: str, *, retry_after: int) -> None:
        super().__init__(detail)
        self.problem = problem
        self.retry_after = retry_after


class NotReady(Unavailable):
    """The index and the models are not loaded."""


class ClientGone(Exception):
    """Whoever asked has closed the connection: nobody reads what is answered."""


def problem_response(
    problem: ProblemType,
    detail: str,
    *,
    request_id: str,
    headers: Mapping[str, str] | None = None,
    status: int | None = None,
    **members: object,
) -> Response:
    """The problem as a response; `members` are extension members beside the five of RFC 9457."""
    for command, address in (SERVED_AS | OPTIONS_SERVED_AS).items():
        detail = detail.replace(command, address)
    body = {
        "type": problem.uri,
        "title": problem.title,
        "status": status or problem.status,
        "detail": detail,
        "instance": f"urn:rag:request:{request_id}",
        **members,
    }
    # A field name out of the request may hold half a surrogate pair, which UTF-8 cannot say.
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return Response(content, status or problem.status, headers, MEDIA_TYPE)


def request_id_of(request: Request) -> str:
    return str(request.scope["state"]["request_id"])


def install(app: FastAPI) -> None:
    """Let every error of `app` leave as a problem."""
    app.add_exception_handler(RagError, _domain_error)
    app.add_exception_handler(Unavailable, _unavailable)
    app.add_exception_handler(ClientGone, _client_gone)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected_error)


async def _domain_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, RagError)
    request_id = request_id_of(request)
    if error.status >= 500:
        log.error("request %s: %s: %s", request_id, error.slug, error)
    if error.status == INTERNAL.status:
        return problem_response(INTERNAL, SEE_LOG, request_id=request_id)
    return problem_response(PROBLEMS[error.slug], str(error), request_id=request_id)


async def _unavailable(request: Request, error: Exception) -> Response:
    assert isinstance(error, Unavailable)
    return problem_response(
        error.problem,
        str(error),
        request_id=request_id_of(request),
        headers={"Retry-After": str(error.retry_after)},
        status=NOT_READY.status,
    )


async def _client_gone(_: Request, __: Exception) -> Response:
    return Response(status_code=CLIENT_GONE)


async def _invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    request_id = request_id_of(request)
    errors: Sequence[Any] = error.errors()
    if any(each["type"] == "json_invalid" for each in errors):
        detail = f"the body is not JSON from character {errors[0]['loc'][-1]} on: {errors[0]['ctx']['error']}"
        return problem_response(MALFORMED_BODY, detail, request_id=request_id)
    listed = [
        {
            "field": _cut(".".join(str(part) for part in each["loc"]), MAX_FIELD_CHARACTERS),
            "message": _cut(each["msg"].removeprefix("Value error, "), MAX_MESSAGE_CHARACTERS),
        }
        for each in errors[:MAX_ERRORS]
    ]
    first = listed[0]
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    detail = f"{first['field']}: {first['message']}{more}"
    return problem_response(INVALID_REQUEST, detail, request_id=request_id, errors=listed)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    problem = _BY_STATUS.get(error.status_code, INTERNAL)
    headers = dict(error.headers or {})
    # As `/openapi.json` has it, whether a proxy leaves its own path before it or not.
    path = _cut(get_route_path(request.scope), MAX_FIELD_CHARACTERS)
    details = {
        NO_SUCH_ROUTE: f"nothing is served at {path}; /openapi.json lists the addresses",
        METHOD_NOT_ALLOWED: f"{_cut(request.method, 20)} is not taken at {path}; `Allow` names what is",
        MALFORMED_BODY: "the body cannot be read as JSON; send it in UTF-8",
    }
    if problem is METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_methods_at(request))
    detail = details.get(problem, error.detail)
    return problem_response(problem, detail, request_id=request_id_of(request), headers=headers)


async def _unexpected_error(request: Request, error: Exception) -> Response:
    request_id = request_id_of(request)
    log.error("request %s: %s %s failed", request_id, request.method, request.url.path, exc_info=error)
    return problem_response(INTERNAL, SEE_LOG, request_id=request_id)


def _methods_at(request: Request) -> list[str]:
    """All methods of an address: the framework names only those of the first route that has its path, and
    does not know that HEAD is answered as GET."""
    return [
        method
        for method in METHODS
        if any(
            route.matches({**request.scope, "method": method.replace("HEAD", "GET")})[0] is Match.FULL
            for route in request.app.routes
        )
    ]


def _cut(text: str, characters: int) -> str:
    printable = re.sub(r"[\x00-\x1f\x7f]", "�", text)
    return printable if len(printable) <= characters else printable[: characters - 1] + "…"
