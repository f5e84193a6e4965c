"""Over a real socket: nothing waits behind a slow question, and requests share no state."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fake_answerer import TEXTS, FakeAnswerer, FakeSnapshot
from fastapi import FastAPI

from rag.errors import ListenError
from rag.serving import Limits, create_app
from rag.serving.server import serve


@contextmanager
def listening(answerer: FakeAnswerer, **options: Any) -> Iterator[httpx.Client]:
    server = uvicorn.Server(
        uvicorn.Config(create_app(lambda: answerer, **options), port=0, log_level="warning")
    )
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        port = listener.getsockname()[1]
        limits = httpx.Limits(max_connections=64)
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", limits=limits, timeout=30) as client:
                wait_for(client)
                yield client
        finally:
            server.should_exit = True
            thread.join(20)


def wait_for(client: httpx.Client) -> None:
    for _ in range(1000):
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.01)
    pytest.fail("the server did not become ready")


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/healthz", "/healthz"),
        ("/v1/articles", "/v1/articles"),
        ("/v1/articles/none", "/v1/articles/{article_id}"),
        ("/none", "none"),
    ],
)
def test_head_is_answered_as_get_without_a_body(path: str, route: str) -> None:
    """On one connection, which a body that is sent nevertheless, or waited for, would spoil."""
    own = {"x-request-id", "date"}
    with listening(FakeAnswerer()) as client:
        for _ in range(2):
            head, got = client.head(path), client.get(path)
            assert (head.status_code, head.content) == (got.status_code, b"")
            told, meant = (
                {name: value for name, value in one.headers.items() if name not in own} for one in (head, got)
            )
            assert told == meant
        counted = client.get("/metrics").text
        assert f'rag_http_request_seconds_count{{method="HEAD",route="{route}"}} 2.0' in counted


def test_requests_share_no_state() -> None:
    questions = {text.split(".")[0]: article_id for article_id, text in TEXTS.items()}
    with listening(FakeAnswerer()) as client, ThreadPoolExecutor(32) as pool:

        def ask(number: int) -> None:
            question, article_id = list(questions.items())[number % len(questions)]
            body = client.post("/v1/ask", json={"question": question}).json()
            assert body["question"] == question
            assert [citation["article_id"] for citation in body["citations"]] == [article_id]
            assert body["citations"][0]["quote"] == f"{question}."

        list(pool.map(ask, range(320)))


def test_a_slow_question_holds_up_neither_health_nor_more_than_its_place() -> None:
    go_on, running, most = threading.Event(), [], []
    lock = threading.Lock()

    def slowly(question: str) -> None:
        with lock:
            running.append(question)
            most.append(len(running))
        go_on.wait(20)
        with lock:
            running.remove(question)

    answerer = FakeAnswerer(before_answering=slowly)
    with listening(answerer, limits=Limits(max_concurrency=2)) as client, ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(client.post, "/v1/ask", json={"question": f"ferry {n}"}) for n in range(6)]
        while len(running) < 2:
            time.sleep(0.01)
        started = time.perf_counter()
        for path in ("/healthz", "/readyz", "/metrics"):
            assert client.get(path).status_code == 200
        assert time.perf_counter() - started < 5
        assert not any(each.done() for each in asked)
        go_on.set()
        assert [each.result().status_code for each in asked] == [200] * 6
    assert max(most) == 2


def test_what_is_fast_does_not_queue_behind_slow_questions() -> None:
    go_on, entered = threading.Event(), threading.Semaphore(0)

    def slowly(question: str) -> None:
        if question.startswith("slow"):
            entered.release()
            go_on.wait(20)

    with listening(FakeAnswerer(before_answering=slowly)) as client, ThreadPoolExecutor(16) as pool:
        slow = [pool.submit(client.post, "/v1/ask", json={"question": f"slow ferry {n}"}) for n in range(6)]
        slow += [pool.submit(client.post, "/v1/search", json={"question": "slow ferry"}) for _ in range(6)]
        for _ in range(Limits().max_concurrency):
            assert entered.acquire(timeout=20)
        searched = client.post("/v1/search", json={"question": "did the ferry sink", "rerank": False})
        assert searched.status_code == 200
        assert client.get("/v1/articles").status_code == 200
        assert client.post("/v1/verify", json={"citations": []}).status_code == 200
        assert not any(each.done() for each in slow)
        go_on.set()
        assert [each.result().status_code for each in slow] == [200] * 12


def test_no_request_fails_while_generations_change() -> None:
    answerer = FakeAnswerer()
    done = threading.Event()

    def ask(client: httpx.Client) -> set[str]:
        seen = set()
        while not done.is_set():
            response = client.post("/v1/ask", json={"question": "ferry sank Karachi"})
            assert response.status_code == 200
            seen.add(response.json()["generation"])
        return seen

    with listening(answerer) as client, ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(ask, client) for _ in range(8)]
        for number in range(2, 20):
            answerer.index.live = FakeSnapshot(f"{number:06d}-aaaaaaaa", TEXTS)
            time.sleep(0.02)
        done.set()
        seen = set().union(*(each.result() for each in asking))
    assert len(seen) > 1


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_serve_ends_on_a_signal_with_nothing_left_open(tmp_path: Path, ending: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    script = (
        "from fake_answerer import FakeAnswerer\n"
        "from rag.serving import create_app\n"
        "from rag.serving.server import serve\n"
        f"serve(lambda: create_app(FakeAnswerer), host='127.0.0.1', port={port})\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    log = tmp_path / "log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-c", script], stdout=stream, stderr=stream, env=environment
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            wait_for(client)
            answer = client.get("/v1/ask", params={"q": "did the ferry sink"})
        assert answer.status_code == 200
        assert "server" not in answer.headers
        process.send_signal(ending)
        process.wait(20)
    finally:
        process.kill()
    # uvicorn ends on the signal itself, once it has closed what was open; Ctrl+C is no failure.
    assert process.returncode == (0 if ending == signal.SIGINT else -ending)
    assert "Finished server process" in log.read_text()
    assert "Traceback" not in log.read_text()
    assert "/v1/ask" not in log.read_text()


def test_an_application_that_does_not_start_is_an_error() -> None:
    @asynccontextmanager
    async def failing(_: FastAPI) -> AsyncIterator[None]:
        raise RuntimeError("no")
        yield

    with pytest.raises(ListenError, match="did not start"):
        serve(lambda: FastAPI(lifespan=failing), host="127.0.0.1", port=0)


def test_each_place_has_a_thread_of_its_own() -> None:
    together = threading.Barrier(41, timeout=20)
    answerer = FakeAnswerer(before_answering=lambda _: together.wait())
    limits = Limits(max_concurrency=40, max_looking=1)
    with listening(answerer, limits=limits) as client, ThreadPoolExecutor(41) as pool:
        asked = [pool.submit(client.post, "/v1/ask", json={"question": f"ferry {n}"}) for n in range(40)]
        asked.append(pool.submit(client.post, "/v1/search", json={"question": "ferry", "rerank": False}))
        assert [each.result().status_code for each in asked] == [200] * 41
