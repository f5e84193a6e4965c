"""What surrounds every request: its id, its count, the key, the size of its body."""

from __future__ import annotations

import hmac
import re
import time
import uuid

from fastapi import Request
from starlette._utils import get_route_path
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.serving.metrics import Metrics
from rag.serving.problems import (
    BODY_TOO_LARGE,
    UNAUTHORIZED,
    problem_response,
    request_id_of,
)

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
OPEN_PATHS = frozenset({"/healthz", "/readyz"})
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


class Envelope:
    """Gives a request its id (the caller's X-Request-ID where it is a plain one), and counts it.

    It stands outside the whole application, so that a 500 carries the id and is counted too.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        started = time.perf_counter()
        status = 500

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = request_id
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, receive, send_marked)
        finally:
            route = getattr(scope.get("route"), "path_format", "none")
            self.metrics.count_request(
                route=route, method=scope["method"], status=status, seconds=time.perf_counter() - started
            )


class RootPath:
    """Says what a proxy has before the addresses, so that those which are told have it too."""

    def __init__(self, app: ASGIApp, *, root_path: str) -> None:
        self.app = app
        self.root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["root_path"] = self.root_path
        await self.app(scope, receive, send)


class HeadAnswered:
    """Answers HEAD as it answers GET, without the body (RFC 9110, section 9.3.2)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        # The server has to see HEAD, or it would wait for the body that the headers declare.
        asked = {**scope, "method": "GET"}

        async def send_bare(message: Message) -> None:
            bare = {"body": b""} if message["type"] == "http.response.body" else {}
            await send({**message, **bare})

        try:
            await self.app(asked, receive, send_bare)
        finally:
            # For those outside, who count by route.
            scope["route"] = asked.get("route")


class KeyCheck:
    """Refuses a request without the API key, before its body is read; health is open to anyone."""

    def __init__(self, app: ASGIApp, *, api_key: str) -> None:
        self.app = app
        self.key = api_key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or get_route_path(scope) in OPEN_PATHS or self._holds(scope):
            await self.app(scope, receive, send)
            return
        response = problem_response(
            UNAUTHORIZED,
            "the API key is missing or wrong; send it as `Authorization: Bearer …` or `X-API-Key: …`",
            request_id=request_id_of(Request(scope)),
            headers={"WWW-Authenticate": 'Bearer realm="rag"'},
        )
        await response(scope, receive, send)

    def _holds(self, scope: Scope) -> bool:
        headers = dict(scope["headers"])
        scheme, _, token = headers.get(b"authorization", b"").partition(b" ")
        bearer = token.strip() if scheme.lower() == b"bearer" else b""
        return any(hmac.compare_digest(key, self.key) for key in (bearer, headers.get(b"x-api-key", b"")))


class BodyLimit:
    """Refuses a body above the limit: by its declared length at once, by its bytes as they arrive."""

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.detail = f"the body has more than the {max_bytes} bytes allowed; send less at once"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isdecimal() and int(declared) > self.max_bytes:
            response = problem_response(BODY_TOO_LARGE, self.detail, request_id=request_id_of(Request(scope)))
            await response(scope, receive, send)
            return
        arrived = 0

        async def receive_limited() -> Message:
            nonlocal arrived
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > self.max_bytes:
                raise HTTPException(BODY_TOO_LARGE.status, self.detail)
            return message

        await self.app(scope, receive_limited, send)
