"""`rag serve`."""

from __future__ import annotations

import os
from functools import partial
from typing import Annotated

import typer

from rag import wiring
from rag.cli.commands import settings_of
from rag.cli.options import IndexFolder


def serve(
    context: typer.Context,
    *,
    host: Annotated[
        str | None,
        typer.Option("--host", metavar="ADDRESS", help="Address to listen on."),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, metavar="N", help="Port to listen on; 0: any."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", min=1, max=256, metavar="N", help="Processes that answer, for many clients at once."
        ),
    ] = None,
    root_path: Annotated[
        str | None,
        typer.Option("--root-path", metavar="PATH", help="What a proxy has before the addresses: /rag."),
    ] = None,
    index: IndexFolder = None,
) -> None:
    """Serve questions over HTTP until stopped.

    It listens at once and is ready (/readyz) when the index and the models are loaded; an index that is
    ingested anew is picked up without a restart. Each worker has models of its own in memory, all map the
    same index; they share the cores out.
    """
    # Another server's counts are not ours. The library looks for the folder when it is imported.
    os.environ.pop("PROMETHEUS_MULTIPROC_DIR", None)
    from rag.serving.server import log_to_stderr, serve

    settings = settings_of(context, host=host, port=port, workers=workers, root_path=root_path, index=index)
    log_to_stderr()
    make = partial(wiring.application, wiring.of_worker(settings))
    serve(make, host=settings.host, port=settings.port, workers=settings.workers)
