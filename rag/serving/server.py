"""Serving the application over uvicorn, in one process or in several that share an address."""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import Multiprocess

from rag.errors import ListenError
from rag.serving.app import ON_STOPPING
from rag.serving.metrics import SHARED_COUNTS

GRACEFUL_SECONDS = 20
# A worker that has not answered its supervisor for so long is replaced: long enough to load the libraries,
# however many others load theirs.
UNRESPONSIVE_SECONDS = 30

log = logging.getLogger(__name__)


def serve(make: Callable[[], FastAPI], *, host: str, port: int, workers: int = 1) -> None:
    """Serve what `make` makes until a signal; what is worked on then has `GRACEFUL_SECONDS` to end, and
    what waits is sent away.

    One worker is this process. Several are processes of their own, so that `make` must be picklable: each
    makes an application for itself and has models of its own, the files of the index are mapped into memory
    once, and the counts that any of them tells are those of all. A worker that ends is replaced.
    Raises ListenError when the address cannot be had, or the application fails to start.
    """
    options: dict[str, Any] = {
        "host": host,
        "port": port,
        "http": _Protocol,
        "access_log": False,
        "log_level": "info",
        "server_header": False,
        "timeout_graceful_shutdown": GRACEFUL_SECONDS,
        "timeout_worker_healthcheck": UNRESPONSIVE_SECONDS,
    }
    started = True
    with _listening(host, port) as listener, suppress(KeyboardInterrupt):
        log.info("listening on %s (Ctrl+C stops)", _address(listener))
        if workers == 1:
            started = _run(uvicorn.Config(make(), **options), listener)
        else:
            made = partial(_made_in_worker, make, gc.get_threshold())
            started = _supervise(uvicorn.Config(made, factory=True, workers=workers, **options), listener)
    if not started:
        raise ListenError("the server did not start; its log says why")


def log_to_stderr() -> None:
    """The server's own log, in the form of uvicorn's."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s:     %(message)s")


def _run(config: uvicorn.Config, listener: socket.socket) -> bool:
    # uvicorn ends the process with 3 where it cannot bind or start, and 3 says abstained.
    try:
        uvicorn.Server(config).run(sockets=[listener])
    except SystemExit:
        return False
    return True


class _Protocol(HttpToolsProtocol):
    """A connection, which uvicorn tells that the server stops before it waits for what is under way; the
    application learns of it only when all has ended."""

    def shutdown(self) -> None:
        self.app_state.get(ON_STOPPING, _nothing)()
        super().shutdown()


def _nothing() -> None:
    pass


class _Supervisor(Multiprocess):
    def keep_subprocess_alive(self) -> None:
        for worker in self.processes:
            # The worker's end of the pipe, which is open here too: while it is, nobody notices that a worker
            # has died that is asked whether it lives, until it has not answered for long.
            worker.child_conn.close()
        super().keep_subprocess_alive()

    def handle_hup(self) -> None:
        """A terminal that closes ends this server as it ends any; uvicorn's would start new workers."""
        self.handle_term()


def _supervise(config: uvicorn.Config, listener: socket.socket) -> bool:
    with _counting_together():
        supervisor = _Supervisor(config, sockets=[listener])
        supervisor.run()
    return all(worker.exitcode != STARTUP_FAILURE for worker in supervisor.processes)


@contextmanager
def _counting_together() -> Iterator[None]:
    """Have processes that are started meanwhile count in one temporary folder."""
    try:
        folder = TemporaryDirectory(prefix="rag-counts-")
    except OSError as error:
        raise ListenError(
            f"several workers count in a temporary folder, which cannot be made ({error.strerror}); set "
            "TMPDIR to a folder that can be written to, or use one worker"
        ) from error
    with folder:
        os.environ[SHARED_COUNTS] = folder.name
        try:
            yield
        finally:
            del os.environ[SHARED_COUNTS]


def _made_in_worker(make: Callable[[], FastAPI], garbage: tuple[int, int, int]) -> FastAPI:
    """`garbage` is how seldom the process that starts the workers looks for some: they look as seldom."""
    gc.set_threshold(*garbage)
    log_to_stderr()
    threading.Thread(target=_end_with_supervisor, daemon=True).start()
    try:
        return make()
    except Exception:
        log.exception("the application could not be made")
        # Any other end would have the supervisor try again for ever.
        sys.exit(STARTUP_FAILURE)


def _end_with_supervisor() -> None:
    """A worker whose supervisor was killed would go on holding the address, and nobody would stop it."""
    if (supervisor := multiprocessing.parent_process()) is not None:
        supervisor.join()
        os.kill(os.getpid(), signal.SIGTERM)


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens: who asks before the application is up waits for it."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen()
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
