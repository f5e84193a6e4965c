"""`rag serve`."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from rag import wiring
from rag.cli.commands import settings_of
from rag.cli.options import IndexFolder


def serve(
    context: typer.Context,
    host: Annotated[
        str | None,
        typer.Option("--host", metavar="ADDRESS", help="Address to listen on."),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", min=0, max=65535, metavar="N", help="Port to listen on; 0: any."),
    ] = None,
    index: IndexFolder = None,
) -> None:
    """Serve questions over HTTP until stopped.

    It listens at once and is ready (/readyz) when the index and the models are loaded; an index that is
    ingested anew is picked up without a restart.
    """
    from rag.serving.server import serve

    settings = settings_of(context, host=host, port=port, index=index)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s:     %(message)s")
    serve(wiring.application(settings), host=settings.host, port=settings.port)
