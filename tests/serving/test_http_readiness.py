"""Live at once, ready when loaded; a load that fails is told, tried again, and never ends the process."""

from __future__ import annotations

import threading
import time

import pytest
from fake_answerer import TEXTS, FakeAnswerer, FakeSnapshot
from fastapi.testclient import TestClient
from served import serving, wait_until_ready

from rag.errors import IndexMissing, RagError, SettingsError
from rag.serving import readiness

ASK = {"question": "did the ferry sink"}


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "FIRST_PAUSE", 0.01)


def test_live_while_loading_and_ready_after() -> None:
    go_on = threading.Event()

    def load() -> FakeAnswerer:
        go_on.wait(10)
        return FakeAnswerer()

    with serving(load) as client:
        assert client.get("/healthz").json() == {"status": "up"}
        for response in (client.get("/readyz"), client.post("/v1/ask", json=ASK), client.get("/v1/articles")):
            assert response.status_code == 503
            assert response.json()["type"] == "urn:rag:problem:not-ready"
            assert int(response.headers["retry-after"]) >= 1
        assert "rag_ready 0.0" in client.get("/metrics").text
        go_on.set()
        wait_until_ready(client)
        assert client.get("/readyz").json() == {
            "status": "ready",
            "generation": "000001-aaaaaaaa",
            "articles": len(TEXTS),
            "chunks": len(TEXTS),
            "encoder": "hashing",
            "reranker": "overlap",
        }
        assert client.post("/v1/ask", json=ASK).status_code == 200


def test_an_index_that_appears_later_is_picked_up() -> None:
    there = threading.Event()

    def load() -> FakeAnswerer:
        if not there.is_set():
            raise IndexMissing("there is no index in /srv/index; make one with `rag ingest`")
        return FakeAnswerer()

    with serving(load) as client:
        problem = failed(client)
        assert problem["type"] == "urn:rag:problem:index-missing"
        assert problem["detail"] == "there is no index in /srv/index; make one with `rag ingest`"
        assert client.post("/v1/ask", json=ASK).status_code == 503
        there.set()
        wait_until_ready(client)
        assert client.post("/v1/ask", json=ASK).status_code == 200


@pytest.mark.parametrize(
    "error", [SettingsError("RAG_DEPTH has no value"), RagError("no"), IndexMissing("no")]
)
def test_whatever_is_wrong_readiness_is_503(error: RagError) -> None:
    def load() -> FakeAnswerer:
        raise error

    with serving(load) as client:
        assert failed(client)["detail"] == str(error)
        assert client.get("/healthz").status_code == 200


def test_an_unexpected_failure_is_logged_and_not_told(caplog: pytest.LogCaptureFixture) -> None:
    def load() -> FakeAnswerer:
        raise ZeroDivisionError("secret inside")

    with serving(load) as client:
        problem = failed(client)
        assert problem["type"] == "urn:rag:problem:not-ready"
        assert "secret" not in str(problem)
    assert "secret inside" in caplog.text


def test_loading_is_not_tried_more_often_than_the_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "FIRST_PAUSE", 60.0)
    tries = []

    def load() -> FakeAnswerer:
        tries.append(1)
        raise IndexMissing("none")

    with serving(load) as client:
        failed(client)
        for _ in range(20):
            response = client.get("/readyz")
        assert int(response.headers["retry-after"]) == 60
    assert len(tries) == 1


def test_a_new_generation_is_picked_up(client: TestClient, answerer: FakeAnswerer) -> None:
    texts = {"2026/ferry": "The ferry was raised and did not sink again."}
    before = client.post("/v1/ask", json=ASK).json()
    answerer.index.live = FakeSnapshot("000002-bbbbbbbb", texts)
    after = client.post("/v1/ask", json=ASK).json()
    assert before["generation"] == "000001-aaaaaaaa"
    assert after["generation"] == "000002-bbbbbbbb"
    assert {passage["article_id"] for passage in after["passages"]} == set(texts)
    assert client.get("/readyz").json()["generation"] == "000002-bbbbbbbb"


def test_the_index_is_closed_at_the_end(answerer: FakeAnswerer) -> None:
    with serving(lambda: answerer) as client:
        wait_until_ready(client)
        assert not answerer.index.closed
    assert answerer.index.closed


def failed(client: TestClient) -> dict[str, object]:
    """The problem that readiness tells once the first load has failed."""
    for _ in range(500):
        response = client.get("/readyz")
        assert response.status_code == 503
        assert int(response.headers["retry-after"]) >= 1
        if "still loading" not in response.json()["detail"]:
            break
        time.sleep(0.01)
    problem: dict[str, object] = response.json()
    return problem
