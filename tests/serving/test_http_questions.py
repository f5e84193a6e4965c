"""Asking and searching over HTTP: the contract comes out, and what does not hold is refused by name."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from typing import Any, get_args

import pytest
from fake_answerer import TEXTS, FakeAnswerer
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from served import DOCUMENT

from rag.answering.contract import answer_json, search_json
from rag.serving.remedies import REMEDIES
from rag.serving.requests import Filtered
from rag.types import Remedy

JSON = {"Content-Type": "application/json"}
QUESTION = "did the ferry sink off Karachi"


def as_sent(shown: dict[str, Any]) -> Any:
    return json.loads(json.dumps(shown))


def test_ask_gives_the_contract(client: TestClient, answerer: FakeAnswerer) -> None:
    response = client.post("/v1/ask", json={"question": QUESTION})
    assert response.status_code == 200
    assert response.json() == as_sent(answer_json(answerer.ask(QUESTION)))


def test_what_may_be_done_is_told_as_a_field_or_an_address(
    client: TestClient, answerer: FakeAnswerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = get_args(Remedy)
    answer = replace(answerer.ask("xylophones"), remedies=every)
    found = replace(answerer.search("xylophones"), message=answer.message, remedies=every)
    monkeypatch.setattr(FakeAnswerer, "ask", lambda *_, **__: answer)
    monkeypatch.setattr(FakeAnswerer, "search", lambda *_, **__: found)
    for path in ("/v1/ask", "/v1/search"):
        message = client.post(path, json={"question": "xylophones"}).json()["message"]
        assert message == " ".join([str(answer.message), *(REMEDIES[remedy] for remedy in every)])
        assert not any(sign in message for sign in ("--", "`rag "))


def test_every_quote_is_its_slice(client: TestClient) -> None:
    for question in ("who signed in Moscow", "floods near Gadar and Gwadar", "when does the bridge reopen"):
        citations = client.post("/v1/ask", json={"question": question}).json()["citations"]
        assert citations
        for citation in citations:
            text = client.get(f"/v1/articles/{citation['article_id']}").json()["text"]
            assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_get_and_post_say_the_same(client: TestClient) -> None:
    body = {
        "question": QUESTION,
        "as_of": "2023",
        "sources": ["The Harbour Times", "Elsewhere"],
        "intent": "status",
        "top_k": 2,
        "rerank": False,
    }
    posted = client.post("/v1/ask", json=body)
    query = {**body, "q": body["question"]}
    del query["question"]
    assert client.get("/v1/ask", params=query).json() == posted.json()
    assert posted.json()["intent"] == "status"
    assert len(posted.json()["passages"]) == 2


def test_search_gives_passages_in_order(client: TestClient, answerer: FakeAnswerer) -> None:
    body = client.post("/v1/search", json={"question": QUESTION, "top_k": 3}).json()
    assert body == as_sent(search_json(answerer.search(QUESTION, top_k=3)))
    assert body["passages"][0]["article_id"] == "2021/ferry"


def test_an_abstention_is_a_success(client: TestClient) -> None:
    response = client.post("/v1/ask", json={"question": "zebra xylophone"})
    assert response.status_code == 200
    body = response.json()
    assert (body["abstained"], body["answer"], body["citations"]) == (True, None, [])
    assert body["passages"]


def test_as_of_a_month_takes_in_its_last_day(client: TestClient) -> None:
    def found(as_of: str) -> set[str]:
        body = client.post("/v1/search", json={"question": "Karachi", "as_of": as_of}).json()
        return {passage["article_id"] for passage in body["passages"]}

    assert "2021/ferry" in found("2021-06")
    assert "2021/ferry" not in found("2021-06-29")
    assert found("2025") == set(TEXTS)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2024", dt.date(2024, 1, 1), dt.date(2024, 12, 31)),
        ("2024-02", dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        ("2023-02", dt.date(2023, 2, 1), dt.date(2023, 2, 28)),
        ("2024-11-12", dt.date(2024, 11, 12), dt.date(2024, 11, 12)),
    ],
)
def test_dates_open_at_the_first_and_close_at_the_last_day(
    written: str, first: dt.date, last: dt.date
) -> None:
    filters = Filtered.model_validate({"as_of": written, "since": written, "until": written}).filters()
    assert (filters.since, filters.until, filters.as_of) == (first, last, last)


@given(day=st.dates(min_value=dt.date(1000, 1, 1)))
def test_every_day_is_read_as_itself(day: dt.date) -> None:
    filters = Filtered.model_validate({"since": day.isoformat(), "until": day.isoformat()}).filters()
    assert (filters.since, filters.until) == (day, day)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"question": None}, "body.question"),
        ({"question": ""}, "body.question"),
        ({"question": 7}, "body.question"),
        ({"question": "a" * 2001}, "body.question"),
        ({"unheard_of": 1}, "body.unheard_of"),
        ({"as_of": "yesterday"}, "body.as_of"),
        ({"as_of": "2021-02-31"}, "body.as_of"),
        ({"as_of": "2021-13"}, "body.as_of"),
        ({"as_of": "20211"}, "body.as_of"),
        ({"as_of": "٢٠٢١"}, "body.as_of"),
        ({"as_of": 2021}, "body.as_of"),
        ({"since": "2021-04-07T10:00"}, "body.since"),
        ({"until": "0000"}, "body.until"),
        ({"top_k": 0}, "body.top_k"),
        ({"top_k": 101}, "body.top_k"),
        ({"top_k": "5"}, "body.top_k"),
        ({"top_k": True}, "body.top_k"),
        ({"rerank": 1}, "body.rerank"),
        ({"intent": "gossip"}, "body.intent"),
        ({"sources": "one"}, "body.sources"),
        ({"sources": [""]}, "body.sources.0"),
        ({"sources": ["x"] * 101}, "body.sources"),
    ],
)
def test_what_does_not_hold_is_refused_by_name(
    client: TestClient, change: dict[str, Any], field: str
) -> None:
    response = client.post("/v1/ask", json={"question": QUESTION} | change)
    assert response.status_code == 422
    problem = response.json()
    assert problem["type"] == "urn:rag:problem:invalid-request"
    assert [error["field"] for error in problem["errors"]] == [field]


@pytest.mark.parametrize("written", ["soon", "2024-02-30", "2023-02-29", "2024-13", "2024-04-31"])
def test_what_is_no_date_is_told_how_one_is_written(client: TestClient, written: str) -> None:
    for field in ("as_of", "since", "until"):
        told = client.post("/v1/ask", json={"question": QUESTION, field: written}).json()["errors"]
        assert [one["message"] for one in told] == [
            "not a date: write a day, a month or a year as 2024-11-12, 2024-11 or 2024"
        ]


@pytest.mark.parametrize(("path", "schema"), [("/v1/ask", "AskRequest"), ("/v1/search", "SearchRequest")])
def test_null_is_the_default_of_each_field_but_the_question(
    client: TestClient, answerer: FakeAnswerer, path: str, schema: str
) -> None:
    """Clients that fill a strict schema send null for what is unset; the document allows it."""
    described = DOCUMENT["components"]["schemas"][schema]
    optional = sorted(set(described["properties"]) - {"question"})
    assert described["required"] == ["question"]
    plain = client.post(path, json={"question": QUESTION}).json()
    for names in [*([name] for name in optional), optional]:
        response = client.post(path, json={"question": QUESTION} | dict.fromkeys(names))
        assert response.json() == plain, names
    for name in optional:
        assert {"type": "null"} in described["properties"][name]["anyOf"], name


def test_null_searches_with_the_reranker_as_the_default_does(client: TestClient) -> None:
    for rerank, read in [(None, True), (True, True), (False, False)]:
        found = client.post("/v1/search", json={"question": QUESTION, "rerank": rerank}).json()
        assert (found["passages"][0]["scores"]["rerank"] is not None) is read


def test_a_whole_number_may_be_written_with_a_point(client: TestClient) -> None:
    body = client.post("/v1/search", content='{"question": "ferry", "top_k": 2.0}', headers=JSON).json()
    assert len(body["passages"]) == 2
    assert client.post("/v1/search", json={"question": "ferry", "top_k": 2.5}).status_code == 422


def test_a_query_is_refused_by_name_too(client: TestClient) -> None:
    problem = client.get("/v1/ask", params={"q": QUESTION, "topk": 3, "as_of": "soon"}).json()
    assert {error["field"] for error in problem["errors"]} == {"query.topk", "query.as_of"}
    assert client.get("/v1/ask").json()["errors"][0]["field"] == "query.q"


def test_a_sentence_of_the_domain_is_a_problem_of_its_own(client: TestClient) -> None:
    response = client.post("/v1/ask", json={"question": "  \n "})
    assert response.status_code == 422
    assert response.json()["type"] == "urn:rag:problem:question"
    assert response.json()["detail"] == "the question is empty: ask something"


def test_refusing_does_not_send_the_input_back(client: TestClient) -> None:
    secret = "s3cret" * 1000
    for body in (
        {"question": secret},
        {"question": QUESTION, secret: secret},
        {"question": QUESTION, "as_of": secret},
        {"question": QUESTION, "intent": secret},
    ):
        response = client.post("/v1/ask", json=body)
        assert response.status_code == 422
        assert response.text.count("s3cret") < 50
    many = client.post("/v1/ask", json={"question": QUESTION} | {f"field{n}": n for n in range(500)})
    assert len(many.json()["errors"]) == 20
