"""So many wait and no more, none is worked on that nobody waits for, and a server that stops begins none."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from fake_answerer import FakeAnswerer
from fastapi import Request
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from served import wait_until_ready
from test_http_live import listening
from test_http_workers import wait_for_workers

from rag.serving import Limits, create_app
from rag.serving.app import ON_STOPPING
from rag.serving.limits import LOOKERS_RETRY_AFTER, READERS_RETRY_AFTER
from rag.serving.problems import STOPPING, ClientGone, Unavailable
from rag.serving.queues import RETRY_AFTER, Queue


class Asking:
    """A request whose client closes the connection after so many turns of the loop; None: never."""

    def __init__(self, leaves_after: int | None) -> None:
        self._leaves_after = leaves_after

    async def receive(self) -> dict[str, Any]:
        if self._leaves_after is None:
            await asyncio.Event().wait()
        for _ in range(self._leaves_after or 0):
            await asyncio.sleep(0)
        return {"type": "http.disconnect"}


@settings(deadline=None, max_examples=100)
@given(
    places=st.integers(1, 3),
    most_waiting=st.integers(0, 3),
    asking=st.lists(st.tuples(st.none() | st.integers(0, 6), st.integers(0, 4), st.booleans()), max_size=10),
    stops_after=st.none() | st.integers(0, 8),
)
def test_no_place_is_lost_or_made_whoever_leaves_fails_or_is_cancelled(
    places: int, most_waiting: int, asking: list[tuple[int | None, int, bool]], stops_after: int | None
) -> None:
    inside, most = 0, 0

    async def ask(queue: Queue, leaves_after: int | None, works: int) -> None:
        nonlocal inside, most
        async with queue.place(cast(Request, Asking(leaves_after))):
            inside += 1
            most = max(most, inside)
            try:
                for _ in range(works):
                    await asyncio.sleep(0)
            finally:
                inside -= 1

    async def run() -> None:
        queue = Queue(places, most_waiting=most_waiting)
        tasks = [asyncio.create_task(ask(queue, leaves, works)) for leaves, works, _ in asking]
        for turn in range(4):
            await asyncio.sleep(0)
            for task, (_, works, cancelled) in zip(tasks, asking, strict=True):
                if cancelled and turn == works:
                    task.cancel()
            if turn == stops_after:
                queue.stop()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            assert result is None or isinstance(result, (ClientGone, Unavailable, asyncio.CancelledError))
        assert (queue._free, len(queue._waiting)) == (places, 0)
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(run())
    assert most <= places


@pytest.mark.parametrize("works", range(6))
@pytest.mark.parametrize("stops_after", range(5))
def test_no_place_is_lost_to_one_that_was_sent_away(works: int, stops_after: int) -> None:
    """It still stands in the queue where the place comes back before its task has run on."""

    async def ask(queue: Queue) -> None:
        async with queue.place(cast(Request, Asking(None))):
            for _ in range(works):
                await asyncio.sleep(0)

    async def run() -> None:
        queue = Queue(1, most_waiting=1)
        tasks = [asyncio.create_task(ask(queue)) for _ in range(2)]
        for _ in range(stops_after):
            await asyncio.sleep(0)
        queue.stop()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert (queue._free, len(queue._waiting)) == (1, 0)

    asyncio.run(run())


def test_who_has_waited_longest_is_next() -> None:
    served = list[int]()

    async def ask(queue: Queue, number: int) -> None:
        async with queue.place(cast(Request, Asking(None))):
            await asyncio.sleep(0)
            served.append(number)

    async def run() -> None:
        queue = Queue(1, most_waiting=4)
        await asyncio.gather(*(ask(queue, number) for number in range(5)))

    asyncio.run(run())
    assert served == list(range(5))


def test_one_that_stops_sends_away_who_comes_though_a_place_is_free_until_it_is_started_again() -> None:
    async def ask(queue: Queue) -> None:
        async with queue.place(cast(Request, Asking(None))):
            pass

    queue = Queue(1, most_waiting=1)
    queue.stop()
    with pytest.raises(Unavailable) as sent_away:
        asyncio.run(ask(queue))
    assert sent_away.value.problem is STOPPING
    queue.start()
    asyncio.run(ask(queue))


def test_an_application_that_was_stopped_answers_when_it_is_served_again() -> None:
    app = create_app(FakeAnswerer)
    for _ in range(2):
        with TestClient(app) as client:
            wait_until_ready(client)
            for path in ("/v1/ask?q=ferry", "/v1/articles"):
                assert client.get(path).status_code == 200
            client.app_state[ON_STOPPING]()
            for path in ("/v1/ask?q=ferry", "/v1/articles"):
                assert client.get(path).json()["type"] == STOPPING.uri


@contextmanager
def held(**limits: int) -> Iterator[tuple[httpx.Client, list[str], threading.Event, ThreadPoolExecutor]]:
    """A server that works on one question, which is held until the event is set, and what it has begun."""
    go_on, begun = threading.Event(), list[str]()

    def answering(question: str) -> None:
        begun.append(question)
        go_on.wait(20)

    answerer = FakeAnswerer(before_answering=answering)
    bound = Limits(max_concurrency=1, max_looking=1, **limits)
    with listening(answerer, limits=bound) as client, ThreadPoolExecutor(16) as pool:
        try:
            yield client, begun, go_on, pool
        finally:
            go_on.set()


def until(condition: Any) -> None:
    ends = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.01)


def give_up(client: httpx.Client, path: str, body: dict[str, object]) -> None:
    with httpx.Client(base_url=client.base_url) as own, pytest.raises(httpx.ReadTimeout):
        own.post(path, json=body, timeout=0.3)


@pytest.mark.parametrize(("path", "rerank"), [("/v1/ask", True), ("/v1/search", True), ("/v1/search", False)])
def test_what_nobody_waits_for_is_not_worked_on(path: str, rerank: bool) -> None:
    with held() as (client, begun, go_on, pool):
        first = pool.submit(client.post, path, json={"question": "ferry", "rerank": rerank})
        until(lambda: begun)
        give_up(client, path, {"question": "left", "rerank": rerank})
        last = pool.submit(client.post, path, json={"question": "bridge", "rerank": rerank})
        time.sleep(0.2)
        go_on.set()
        assert [each.result().status_code for each in (first, last)] == [200, 200]
        assert begun == ["ferry", "bridge"]
        counted = client.get("/metrics").text
        assert f'rag_http_requests_total{{method="POST",route="{path}",status="499"}} 1.0' in counted


def test_what_has_begun_runs_on_though_nobody_waits_for_it() -> None:
    with held() as (client, begun, go_on, _):
        give_up(client, "/v1/ask", {"question": "did the ferry sink"})
        assert begun == ["did the ferry sink"]
        go_on.set()
        until(lambda: 'rag_answers_total{outcome="answered"} 1.0' in client.get("/metrics").text)


def test_no_more_wait_than_may_and_who_leaves_makes_room() -> None:
    with held(max_waiting=1) as (client, begun, go_on, pool):
        first = pool.submit(client.post, "/v1/ask", json={"question": "ferry"})
        until(lambda: begun)
        give_up(client, "/v1/ask", {"question": "left"})
        until(lambda: 'status="499"' in client.get("/metrics").text)
        second = pool.submit(client.get, "/v1/ask?q=bridge")
        time.sleep(0.3)
        refused = client.post("/v1/ask", json={"question": "steel"})
        assert (refused.status_code, refused.json()["type"]) == (503, "urn:rag:problem:busy")
        assert refused.headers["retry-after"] == str(READERS_RETRY_AFTER)
        # Each kind waits by itself.
        assert client.get("/v1/articles").status_code == client.get("/healthz").status_code == 200
        go_on.set()
        assert [each.result().status_code for each in (first, second)] == [200, 200]
        assert begun == ["ferry", "bridge"]


def test_ten_times_as_many_wait_for_what_takes_a_moment() -> None:
    with held(max_waiting=1) as (client, begun, go_on, pool):
        search = {"question": "ferry", "rerank": False}
        first = pool.submit(client.post, "/v1/search", json=search)
        until(lambda: begun)
        others = [pool.submit(client.post, "/v1/search", json=search) for _ in range(11)]
        until(lambda: any(each.done() for each in others))
        go_on.set()
        answers = [each.result() for each in (first, *others)]
    [refused] = [answer for answer in answers if answer.status_code != 200]
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:rag:problem:busy")
    assert "10 wait already" in refused.json()["detail"]
    assert refused.headers["retry-after"] == str(LOOKERS_RETRY_AFTER)


def test_where_none_may_wait_that_is_told() -> None:
    with held(max_waiting=0) as (client, begun, _, pool):
        pool.submit(client.get, "/v1/ask?q=ferry")
        until(lambda: begun)
        assert "none may wait" in client.get("/v1/ask?q=ferry").json()["detail"]


def test_a_body_that_is_too_large_is_told_also_while_its_request_waits() -> None:
    """Undeclared, so that nobody knows before it is read. Its client has not left for that."""
    with held() as (client, begun, go_on, pool):
        first = pool.submit(client.get, "/v1/ask?q=ferry")
        until(lambda: begun)
        refused = client.request("GET", "/v1/ask?q=bridge", content=iter([b"x" * 300_000]))
        assert (refused.status_code, refused.json()["type"]) == (413, "urn:rag:problem:body-too-large")
        go_on.set()
        assert first.result().status_code == 200


SCRIPT = """
import os, sys, time
from pathlib import Path
from fake_answerer import FakeAnswerer
from rag.serving import Limits, create_app, server

begun = Path({begun!r})

def answering(question):
    begun.write_text(question)
    time.sleep({seconds})

def make():
    app = create_app(lambda: FakeAnswerer(before_answering=answering), limits=Limits(max_concurrency=1))
    app.add_api_route("/process", os.getpid)
    return app

if __name__ == "__main__":
    server.log_to_stderr()
    server.GRACEFUL_SECONDS = {grace}
    server.serve(make, host="127.0.0.1", port={port}, workers={workers})
"""


@pytest.mark.parametrize(("seconds", "grace", "workers"), [(2, 20, 1), (2, 20, 2), (4, 1, 1)])
def test_a_server_that_stops_sends_away_what_waits_and_ends_what_runs(
    tmp_path: Path, seconds: int, grace: int, workers: int
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    begun, log = tmp_path / "begun", tmp_path / "log"
    script = tmp_path / "script.py"
    script.write_text(
        SCRIPT.format(begun=str(begun), seconds=seconds, grace=grace, port=port, workers=workers)
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    with log.open("wb") as stream:
        process = subprocess.Popen([sys.executable, script], stdout=stream, stderr=stream, env=environment)
    took = dict[int, float]()

    def ask(number: int) -> httpx.Response:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            response = client.get("/v1/ask", params={"q": "did the ferry sink"})
        took[number] = time.monotonic()
        return response

    try:
        wait_for_workers(f"http://127.0.0.1:{port}", count=workers)
        with ThreadPoolExecutor(5) as pool:
            asked = [pool.submit(ask, number) for number in range(5)]
            until(begun.exists)
            time.sleep(0.5)
            stopped = time.monotonic()
            process.send_signal(signal.SIGTERM)
            answers = [each.result() for each in asked]
        process.wait(30)
    finally:
        process.kill()
    statuses = [answer.status_code for answer in answers]
    assert sorted(set(statuses)) == ([200, 503] if grace > seconds else [503])
    sent_away = [took[number] - stopped for number, status in enumerate(statuses) if status == 503]
    assert min(sent_away) < 1.5
    if grace > seconds:
        assert 1 <= statuses.count(200) <= workers and max(sent_away) < 1.5
    for answer in answers:
        if answer.status_code == 503:
            assert answer.json()["type"] == "urn:rag:problem:stopping"
            assert answer.headers["retry-after"] == str(RETRY_AFTER)
    assert "Traceback" not in log.read_text()
