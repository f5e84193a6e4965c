"""Serving the application over uvicorn."""

from __future__ import annotations

import logging
import socket
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from rag.errors import ListenError

GRACEFUL_SECONDS = 20

log = logging.getLogger(__name__)


def serve(app: FastAPI, *, host: str, port: int) -> None:
    """Serve until a signal; open requests then have `GRACEFUL_SECONDS` to end.

    One process: the models are in memory once, and their runtimes use the cores by themselves.
    Raises ListenError when the address cannot be had, or the application fails to start.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,
        log_level="info",
        server_header=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )
    # uvicorn ends the process with 3 where it cannot bind or start, and 3 says abstained.
    with _bound(host, port) as listener, suppress(KeyboardInterrupt):
        log.info("listening on %s (Ctrl+C stops)", _address(listener))
        try:
            uvicorn.Server(config).run(sockets=[listener])
        except SystemExit as error:
            raise ListenError("the server did not start; its log says why") from error


def _bound(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise ListenError(
            f"{host}:{port} cannot be listened on ({error.strerror}); choose another with --port or --host, "
            "or stop what listens there"
        ) from error
    return listener


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
