"""The whole way over HTTP: the seeds ingested, asked, verified and replaced, with small real models."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jsonschema_rs
import pytest
from fakes import HashingEncoder, OverlapReranker
from fastapi.testclient import TestClient
from served import exact_schema, serving, wait_until_ready

from rag.answering import Answerer, Options
from rag.indexing.ingest import ingest
from rag.store import Index

SEEDS = Path(__file__).parents[2] / "seeds"
QUESTION = "what is the status of Pakistan Steel Mills talks"


class Archive:
    """A copy of the seeds and its index."""

    def __init__(self, folder: Path) -> None:
        self.corpus = folder / "corpus"
        self.index = folder / "index"
        shutil.copytree(SEEDS, self.corpus)

    def ingest(self) -> str:
        return ingest([self.corpus], index_folder=self.index, encoder=HashingEncoder()).generation

    def load(self) -> Answerer:
        # What is tested here is the way to the answer, not how sure the fakes are of it.
        options = Options(abstain_below=0.0)
        return Answerer(Index.open(self.index), HashingEncoder(), OverlapReranker(), options=options)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = Archive(tmp_path)
    archive.ingest()
    return archive


@pytest.fixture
def client(archive: Archive) -> Iterator[TestClient]:
    with serving(archive.load) as client:
        wait_until_ready(client)
        yield client


def article_ids(client: TestClient) -> list[str]:
    return [article["article_id"] for article in client.get("/v1/articles").json()["articles"]]


def test_an_answer_can_be_checked_to_the_character(client: TestClient) -> None:
    answer = client.post("/v1/ask", json={"question": QUESTION}).json()
    assert answer["citations"]
    for shown in answer["citations"] + answer["passages"]:
        article = client.get(f"/v1/articles/{shown['article_id']}").json()
        assert article["text"][shown["start"] : shown["end"]] == shown.get("quote", shown.get("text"))
        assert article["article_sha256"] == shown["article_sha256"]
    verdicts = client.post("/v1/verify", json={"citations": answer["citations"]}).json()["verdicts"]
    assert {verdict["state"] for verdict in verdicts} == {"intact"}


def test_real_responses_hold_exactly_what_the_document_names(client: TestClient) -> None:
    some_id = article_ids(client)[0]
    answered = client.post("/v1/ask", json={"question": QUESTION})
    responses = {
        ("/v1/ask", "post"): answered,
        ("/v1/ask", "get"): client.get("/v1/ask", params={"q": "zebra xylophone", "as_of": "1990"}),
        ("/v1/search", "post"): client.post("/v1/search", json={"question": QUESTION, "rerank": False}),
        ("/v1/articles", "get"): client.get("/v1/articles?limit=2"),
        ("/v1/articles/{article_id}", "get"): client.get(f"/v1/articles/{some_id}"),
        ("/v1/verify", "post"): client.post("/v1/verify", json={"citations": answered.json()["citations"]}),
        ("/readyz", "get"): client.get("/readyz"),
    }
    for (path, method), response in responses.items():
        assert response.status_code == 200, response.text
        schema = exact_schema(path, method)
        jsonschema_rs.validator_for(schema).validate(response.json())


def test_filters_reach_retrieval(client: TestClient) -> None:
    everything = article_ids(client)
    assert len(everything) == len(list(SEEDS.glob("*.txt")))
    for article_id in everything:
        body = {"question": QUESTION, "article_ids": [article_id]}
        passages = client.post("/v1/search", json=body).json()["passages"]
        assert {passage["article_id"] for passage in passages} == {article_id}
    early = client.post("/v1/ask", json={"question": QUESTION, "as_of": "1990"}).json()
    assert (early["abstained"], early["as_of"], early["passages"]) == (True, "1990-12-31", [])


def test_a_question_beyond_the_encoders_window_is_refused_not_failed(client: TestClient) -> None:
    # The last word is another: what only repeats itself is asked once.
    question = " ".join(["talks"] * 300 + ["stalled"])
    for path in ("/v1/ask", "/v1/search"):
        response = client.post(path, json={"question": question})
        assert response.status_code == 422
        assert response.json()["type"] == "urn:rag:problem:question"


def test_parallel_questions_get_their_own_answers(client: TestClient) -> None:
    bodies = [
        (path, {"question": f"what happened in {word}", "article_ids": [article_id], "rerank": reranked})
        for article_id in article_ids(client)
        for word in ("Karachi", "Moscow", "the talks", "2024")
        for path, reranked in (("/v1/ask", True), ("/v1/search", False))
    ]

    def ask(asked: tuple[str, dict[str, object]]) -> dict[str, object]:
        path, body = asked
        shown: dict[str, object] = client.post(path, json=body).json()
        del shown["timings_ms"]
        return shown

    alone = [ask(body) for body in bodies]
    with ThreadPoolExecutor(32) as pool:
        together = list(pool.map(ask, bodies * 3))
    assert together == alone * 3


def test_a_new_generation_is_answered_from_without_a_failed_request(
    archive: Archive, client: TestClient
) -> None:
    first = client.get("/readyz").json()["generation"]
    cited = client.post("/v1/ask", json={"question": QUESTION}).json()["citations"]
    done = threading.Event()

    def ask() -> list[int]:
        statuses = []
        while not done.is_set():
            statuses.append(client.post("/v1/ask", json={"question": QUESTION}).status_code)
        return statuses

    with ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask) for _ in range(4)]
        for citation in cited:
            (archive.corpus / f"{citation['article_id']}.txt").unlink(missing_ok=True)
        last = archive.ingest()
        done.set()
        assert {status for each in asking for status in each.result()} == {200}
    assert last != first
    assert client.get("/readyz").json()["generation"] == last
    answer = client.post("/v1/ask", json={"question": QUESTION}).json()
    assert answer["generation"] == last
    gone = {citation["article_id"] for citation in cited}
    assert not gone & {passage["article_id"] for passage in answer["passages"]}
    verdicts = client.post("/v1/verify", json={"citations": cited}).json()["verdicts"]
    assert {verdict["state"] for verdict in verdicts} == {"source gone"}


def test_served_before_there_is_an_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.serving.readiness.FIRST_PAUSE", 0.01)
    archive = Archive(tmp_path)
    with serving(archive.load) as client:
        for _ in range(200):
            problem = client.get("/readyz").json()
            if problem["type"] != "urn:rag:problem:not-ready":
                break
            time.sleep(0.01)
        assert problem["type"] == "urn:rag:problem:index-missing"
        archive.ingest()
        wait_until_ready(client)
        assert client.post("/v1/ask", json={"question": QUESTION}).status_code == 200
