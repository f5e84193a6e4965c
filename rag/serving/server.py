"""Serving the application over uvicorn."""

from __future__ import annotations

import uvicorn
from fastapi import FastAPI

GRACEFUL_SECONDS = 20


def serve(app: FastAPI, *, host: str, port: int) -> None:
    """Serve until a signal; open requests then have `GRACEFUL_SECONDS` to end.

    One process: the models are in memory once, and their runtimes use the cores by themselves.
    """
    uvicorn.run(
        app,
        host=host,
        port=port,
        access_log=False,
        log_level="info",
        server_header=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )
