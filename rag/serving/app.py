"""The application: routes, errors and what surrounds them, around an answerer that is loaded beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.types import ASGIApp

import rag
from rag.errors import SettingsError
from rag.serving import problems
from rag.serving.documentation import DESCRIPTION, TAGS, document_errors, document_examples, document_key
from rag.serving.limits import LOOKERS_RETRY_AFTER, READERS_RETRY_AFTER, Limits
from rag.serving.metrics import Metrics
from rag.serving.middleware import OPEN_PATHS, BodyLimit, Envelope, HeadAnswered, KeyCheck, RootPath
from rag.serving.queues import Queue
from rag.serving.readiness import Readiness
from rag.serving.routes.archive import archive_routes
from rag.serving.routes.operations import operation_routes
from rag.serving.routes.questions import question_routes
from rag.serving.service import Service
from rag.serving.turns import Turns

if TYPE_CHECKING:
    from rag.answering import Answerer


DEFAULT_LIMITS = Limits()
ON_STOPPING = "on_stopping"
"""In the lifespan's state: what a server calls when it begins to stop."""


class Application(FastAPI):
    """FastAPI with the envelope outside of everything, its handler for unexpected errors included."""

    def __init__(self, *, metrics: Metrics, keyed: bool, **options: Any) -> None:
        self._metrics = metrics
        self._keyed = keyed
        super().__init__(**options)

    def build_middleware_stack(self) -> ASGIApp:
        return Envelope(super().build_middleware_stack(), metrics=self._metrics)

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        document_errors(document)
        document_examples(document)
        if self._keyed:
            document_key(document, open_paths=OPEN_PATHS)
        return document


def create_app(
    load: Callable[[], Answerer],
    *,
    limits: Limits = DEFAULT_LIMITS,
    api_key: str | None = None,
    root_path: str = "",
) -> FastAPI:
    """The service around the answerer that `load` gives.

    `load` runs in a thread when the service starts, and again when it failed and someone asks; until it
    has succeeded, questions get 503. With an `api_key`, everything but health asks for it. `root_path` is
    what a proxy has before the addresses ("/rag"), whether it takes it off or not.
    Raises SettingsError when the key is empty.
    """
    if api_key is not None and not api_key.strip():
        raise SettingsError("the API key is empty: give it a value, or unset it to serve without one")
    readiness = Readiness(load)
    metrics = Metrics()
    service = Service(
        readiness,
        metrics,
        readers=Queue(
            limits.max_concurrency, most_waiting=limits.max_waiting, retry_after=READERS_RETRY_AFTER
        ),
        lookers=Queue(
            limits.max_looking, most_waiting=limits.max_waiting_to_look, retry_after=LOOKERS_RETRY_AFTER
        ),
        turns=Turns(limits.max_turns),
        threads=ThreadPoolExecutor(limits.max_concurrency + limits.max_looking),
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[dict[str, Any]]:
        service.start()
        readiness.start()
        # What follows the yield runs when all requests have ended; a server says sooner that it stops.
        yield {ON_STOPPING: service.stop}
        await readiness.stop()

    app = Application(
        metrics=metrics,
        keyed=api_key is not None,
        title="rag",
        version=rag.__version__,
        description=DESCRIPTION,
        openapi_tags=TAGS,
        lifespan=lifespan,
        # The pages load their scripts from elsewhere: /openapi.json is what is served.
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # Off whatever the environment says: nothing leaves this machine.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    problems.install(app)
    app.add_middleware(BodyLimit, max_bytes=limits.max_body_bytes)
    if api_key is not None:
        app.add_middleware(KeyCheck, api_key=api_key)
    app.add_middleware(HeadAnswered)
    if root_path:
        app.add_middleware(RootPath, root_path=root_path)
    app.include_router(operation_routes(service))
    app.include_router(question_routes(service, limits))
    app.include_router(archive_routes(service, limits))
    return app
