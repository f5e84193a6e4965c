"""Serving the application over uvicorn."""

from __future__ import annotations

import uvicorn
from fastapi import FastAPI


def serve(
    app: FastAPI,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    access_log: bool = False,
    graceful_seconds: int = 20,
) -> None:
    """Serve until a signal; open requests then have `graceful_seconds` to end.

    One process: the models are in memory once, and their runtimes use the cores by themselves.
    """
    uvicorn.run(
        app,
        host=host,
        port=port,
        access_log=access_log,
        log_level="info",
        server_header=False,
        timeout_graceful_shutdown=graceful_seconds,
    )
