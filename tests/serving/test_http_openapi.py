"""OpenAPI tells the truth: what is served is what it describes, and generated requests find no crack."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from fake_answerer import FakeAnswerer
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance
from served import DOCUMENT, exact_schema, serving, wait_until_ready

from rag.serving import create_app
from rag.serving.examples import REQUESTS, RESPONSES
from rag.serving.problems import PROBLEMS

KEYED_DOCUMENT = create_app(FakeAnswerer, api_key="key").openapi()
API = schemathesis.openapi.from_asgi("/openapi.json", create_app(FakeAnswerer))
ASK = {"question": "did the ferry sink"}


@pytest.fixture(scope="module")
def served() -> Iterator[TestClient]:
    with serving(FakeAnswerer) as client:
        wait_until_ready(client)
        yield client


@pytest.fixture
def ready() -> None:
    while API["/readyz"]["GET"].Case().call().status_code != 200:
        time.sleep(0.01)


@API.parametrize()
@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_generated_requests(ready: None, case: schemathesis.Case) -> None:
    """No 5xx; every status, content type, header and body is one that the document names."""
    # That `after` must be a cursor this list gave, and that a question asks something, is more than a schema
    # can say.
    query, body = case.query or {}, case.body if isinstance(case.body, dict) else {}
    nothing_asked = not str(query.get("q", body.get("question", "?"))).strip()
    more_than_said = nothing_asked or (case.method == "GET" and "after" in query)
    case.call_and_validate(excluded_checks=[positive_data_acceptance] if more_than_said else None)


def shown_by(client: TestClient) -> dict[tuple[str, str], Any]:
    citations = client.post("/v1/ask", json=ASK).json()["citations"]
    return {
        ("/v1/ask", "get"): client.get("/v1/ask", params={"q": "zebra xylophone"}),
        ("/v1/ask", "post"): client.post("/v1/ask", json=ASK),
        ("/v1/search", "post"): client.post("/v1/search", json=ASK),
        ("/v1/articles", "get"): client.get("/v1/articles?limit=2"),
        ("/v1/articles/{article_id}", "get"): client.get("/v1/articles/2021/ferry"),
        ("/v1/verify", "post"): client.post("/v1/verify", json={"citations": citations}),
        ("/healthz", "get"): client.get("/healthz"),
        ("/readyz", "get"): client.get("/readyz"),
    }


def test_responses_hold_exactly_what_the_document_names(served: TestClient) -> None:
    for (path, method), response in shown_by(served).items():
        assert response.status_code == 200
        schema = exact_schema(path, method)
        jsonschema_rs.validator_for(schema).validate(response.json())


def test_examples_hold_in_their_schema() -> None:
    for (path, method), example in RESPONSES.items():
        jsonschema_rs.validator_for(exact_schema(path, method)).validate(example)
        shown = DOCUMENT["paths"][path][method]["responses"]["200"]["content"]["application/json"]["example"]
        assert shown == example


def test_example_requests_are_taken(served: TestClient) -> None:
    for (path, method), examples in REQUESTS.items():
        for body in examples.values():
            assert served.request(method, path, json=body).status_code == 200


def test_every_route_has_what_a_reader_needs() -> None:
    for path, operations in KEYED_DOCUMENT["paths"].items():
        for operation in operations.values():
            assert operation["tags"], path
            assert operation["summary"], path
            assert operation["description"], path
            for status, response in operation["responses"].items():
                if status != "200":
                    assert list(response["content"]) == ["application/problem+json"], path
                    assert response["content"]["application/problem+json"]["examples"], path


def test_problems_hold_in_their_schema(served: TestClient) -> None:
    schema = DOCUMENT["components"]["schemas"]["Problem"]
    validator = jsonschema_rs.validator_for({**schema, "components": DOCUMENT["components"]})
    for response in (served.get("/v1/articles/none"), served.post("/v1/ask", json={}), served.get("/none")):
        validator.validate(response.json())


def test_the_key_is_documented_where_it_is_asked_for() -> None:
    assert KEYED_DOCUMENT["security"] == [{"bearer": []}, {"header": []}]
    for path, operations in KEYED_DOCUMENT["paths"].items():
        for operation in operations.values():
            assert ("401" in operation["responses"]) == (path not in {"/healthz", "/readyz"})
    assert "security" not in DOCUMENT


def test_the_document_refers_to_nothing_elsewhere(served: TestClient) -> None:
    text = served.get("/openapi.json").text
    assert "http://" not in text and "https://" not in text
    references = {part.split('"')[0] for part in text.split('"$ref":"')[1:]}
    for reference in references:
        assert reference.removeprefix("#/components/schemas/") in DOCUMENT["components"]["schemas"]


def test_every_problem_type_is_one_of_a_kind() -> None:
    assert len({problem.uri for problem in PROBLEMS.values()}) == len(PROBLEMS)
    assert all(problem.title and not problem.title.endswith(".") for problem in PROBLEMS.values())
