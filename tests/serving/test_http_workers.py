"""Several processes at one address: each answers, their counts are one, and one that dies is replaced."""

from __future__ import annotations

import gc
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from rag.errors import ListenError
from rag.serving import create_app, server

APPLICATIONS = """
import os
from fake_answerer import FakeAnswerer
from fastapi import FastAPI
from rag.serving import create_app

def answering():
    app = create_app(FakeAnswerer)
    app.add_api_route("/process", os.getpid)
    return app

def failing():
    raise RuntimeError("no application")
"""
SCRIPT = """
import logging, sys
from applications import answering, failing
from rag.errors import ListenError
from rag.serving.server import log_to_stderr, serve

if __name__ == "__main__":
    log_to_stderr()
    try:
        serve({make}, host="127.0.0.1", port={port}, workers=2)
    except ListenError as error:
        sys.exit(str(error))
"""


def started(folder: Path, make: str, port: int) -> subprocess.Popen[bytes]:
    (folder / "applications.py").write_text(APPLICATIONS)
    (folder / "script.py").write_text(SCRIPT.format(make=make, port=port))
    (folder / "temporary").mkdir()
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(folder), *filter(None, sys.path)]),
        "TMPDIR": str(folder / "temporary"),
    }
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, str(folder / "script.py")], env=environment, stdout=log, stderr=log
        )


@contextmanager
def workers(
    folder: Path, ending: signal.Signals = signal.SIGTERM
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = started(folder, "answering", port)
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(ending)
        try:
            process.wait(30)
        finally:
            process.kill()


def wait_for_workers(address: str, *, count: int = 2, without: int | None = None) -> set[int]:
    """The processes that answer, once so many do and all that are met are ready."""
    ends, met = time.monotonic() + 60, set[int]()
    while time.monotonic() < ends:
        try:
            # A connection stays with its worker: a new one may meet another.
            with httpx.Client(base_url=address) as client:
                process = client.get("/process").json()
                if process != without and client.get("/readyz").status_code == 200:
                    met.add(process)
        except httpx.TransportError:
            time.sleep(0.02)
        if len(met) == count:
            return met
    raise AssertionError(f"{count} workers did not answer: {met}")


def counted(address: str, route: str) -> float:
    told = httpx.get(f"{address}/metrics").text
    pattern = rf'^rag_http_requests_total{{method="\w+",route="{route}",status="200"}} (\S+)$'
    return sum(map(float, re.findall(pattern, told, re.MULTILINE)))


def test_several_workers_answer_at_one_address_and_count_together(tmp_path: Path) -> None:
    with workers(tmp_path) as (process, address):
        first = wait_for_workers(address)
        assert process.pid not in first
        seen, asked = set[int](), 0
        while seen != first:
            with httpx.Client(base_url=address) as client:
                for _ in range(5):
                    answer = client.get("/v1/ask", params={"q": "did the ferry sink"})
                    assert answer.json()["citations"]
                    asked += 1
                seen.add(client.get("/process").json())
        # Whoever is asked tells what all have counted.
        assert {counted(address, "/v1/ask") for _ in range(10)} == {asked}

        killed = min(first)
        os.kill(killed, signal.SIGKILL)
        second = wait_for_workers(address, without=killed)
        assert len(second - first) == 1
        assert counted(address, "/v1/ask") == asked
    assert process.returncode == 0
    log = (tmp_path / "log").read_text()
    assert log.count("listening on") == 1
    assert log.count("ready: the index and the models are loaded") == 3
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_however_it_is_ended_no_worker_goes_on(tmp_path: Path, ending: signal.Signals) -> None:
    with workers(tmp_path, ending) as (process, address):
        wait_for_the_log(tmp_path / "log", "listening on")
        assert httpx.get(f"{address}/healthz", timeout=60).status_code == 200, "whoever asks early waits"
        pids = wait_for_workers(address)
    assert process.returncode == (-ending if ending == signal.SIGKILL else 0)
    ends = time.monotonic() + 20
    while any(is_running(pid) for pid in pids):
        assert time.monotonic() < ends, "workers go on"
        time.sleep(0.05)
    with pytest.raises(httpx.TransportError):
        httpx.get(f"{address}/healthz")


def wait_for_the_log(log: Path, words: str) -> None:
    ends = time.monotonic() + 60
    while words not in log.read_text():
        assert time.monotonic() < ends, log.read_text()
        time.sleep(0.01)


def is_running(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_without_a_folder_to_count_in_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(server, "TemporaryDirectory", refuse)
    with pytest.raises(ListenError, match="TMPDIR"):
        server.serve(create_app, host="127.0.0.1", port=0, workers=2)  # type: ignore[arg-type]


def test_workers_that_cannot_start_end_the_server(tmp_path: Path) -> None:
    process = started(tmp_path, "failing", 0)
    try:
        assert process.wait(60) == 1
    finally:
        process.kill()
    assert "the server did not start; its log says why" in (tmp_path / "log").read_text()


def test_a_worker_looks_for_garbage_as_seldom_as_who_starts_it() -> None:
    before = gc.get_threshold()
    try:
        made = server._made_in_worker(gc.get_threshold, (12_345, 6, 7))  # type: ignore[arg-type]
        assert made == (12_345, 6, 7)
    finally:
        gc.set_threshold(*before)
