"""Errors are problems with stable types and no internals; keys, limits and headers hold everywhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_answerer import FakeAnswerer, FakeSnapshot
from fastapi.testclient import TestClient
from served import DOCUMENT, serving, wait_until_ready

from rag import errors
from rag.errors import RagError, SettingsError
from rag.serving import Limits, create_app
from rag.serving.problems import OPTIONS_SERVED_AS, PROBLEMS, SERVED_AS, problem_response

ASK = {"question": "did the ferry sink"}
JSON = {"Content-Type": "application/json"}


def slug_of(response: object) -> str:
    body = response.json()  # type: ignore[attr-defined]
    assert response.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    assert {"type", "title", "status", "detail", "instance"} <= set(body)
    assert body["status"] == response.status_code  # type: ignore[attr-defined]
    assert body["instance"] == f"urn:rag:request:{response.headers['x-request-id']}"  # type: ignore[attr-defined]
    return str(body["type"]).removeprefix("urn:rag:problem:")


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status", "slug"),
    [
        ("GET", "/", b"", {}, 404, "no-such-route"),
        ("GET", "/docs", b"", {}, 404, "no-such-route"),
        ("GET", "/v1/ask/", b"", {}, 404, "no-such-route"),
        ("GET", "/v1/articles/none", b"", {}, 404, "not-found"),
        ("DELETE", "/v1/ask", b"", {}, 405, "method-not-allowed"),
        ("BREW", "/v1/ask", b"", {}, 405, "method-not-allowed"),
        ("POST", "/v1/ask", b"{}", {"Content-Type": "text/plain"}, 415, "unsupported-media-type"),
        (
            "POST",
            "/v1/ask",
            b"a=b",
            {"Content-Type": "application/x-www-form-urlencoded"},
            415,
            "unsupported-media-type",
        ),
        ("POST", "/v1/ask", b'{"question": "a"}', {}, 415, "unsupported-media-type"),
        ("POST", "/v1/ask", b"{", JSON, 400, "malformed-body"),
        ("POST", "/v1/ask", b"\xff\xfe", JSON, 400, "malformed-body"),
        ("POST", "/v1/ask", b"[" * 100_000, JSON, 400, "malformed-body"),
        ("POST", "/v1/ask", b"9" * 5000, JSON, 400, "malformed-body"),
        ("POST", "/v1/ask", b"", JSON, 422, "invalid-request"),
        ("POST", "/v1/ask", b"[]", JSON, 422, "invalid-request"),
        ("POST", "/v1/ask", b'{"question": "\\ud800"}', JSON, 422, "invalid-request"),
        ("POST", "/v1/ask", b'{"question": "a", "\\ud800": 1}', JSON, 422, "invalid-request"),
        ("POST", "/v1/ask", b'{"question": "a", "top_k": NaN}', JSON, 422, "invalid-request"),
        ("POST", "/v1/ask", b" " * 300_000, JSON, 413, "body-too-large"),
    ],
)
def test_every_error_is_a_problem(
    client: TestClient,
    *,
    method: str,
    path: str,
    body: bytes,
    headers: dict[str, str],
    status: int,
    slug: str,
) -> None:
    response = client.request(method, path, content=body, headers=headers)
    assert response.status_code == status
    assert slug_of(response) == slug


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("/v1/ask?q=steel&q=rain", "query.q"),
        ("/v1/ask?q=steel&as_of=2020&as_of=2024", "query.as_of"),
        ("/v1/ask?q=steel&as_of=2020&as_of=2020", "query.as_of"),
        ("/v1/articles?limit=1&limit=2", "query.limit"),
    ],
)
def test_of_a_field_given_twice_none_passes_unseen(client: TestClient, query: str, field: str) -> None:
    response = client.get(query)
    assert (response.status_code, slug_of(response)) == (422, "invalid-request")
    assert response.json()["errors"] == [{"field": field, "message": "given 2 times; give it once"}]


@pytest.mark.parametrize("path", ["/v1/ask", "/v1/search", "/v1/verify"])
def test_a_query_beside_a_body_does_not_pass_unseen(client: TestClient, path: str) -> None:
    response = client.post(f"{path}?as_of=2021&as_of=2022", json={"question": "steel", "citations": []})
    assert (response.status_code, slug_of(response)) == (422, "invalid-request")
    told = {"field": "query.as_of", "message": "stands in the address; put it into the body"}
    assert told in response.json()["errors"]


def test_lists_repeat_their_name(client: TestClient) -> None:
    assert client.get("/v1/ask?q=steel&sources=a&sources=b&languages=en&languages=fr").status_code == 200


def test_405_names_all_the_methods_there_are(client: TestClient) -> None:
    assert client.put("/v1/ask").headers["allow"] == "GET, HEAD, POST"
    assert client.post("/v1/articles/2021/ferry").headers["allow"] == "GET, HEAD"
    assert client.head("/v1/verify").headers["allow"] == "POST"


def test_a_chunked_body_is_counted_as_it_arrives(client: TestClient) -> None:
    sent = 0

    def endless() -> Iterator[bytes]:
        nonlocal sent
        yield b'{"question": "'
        while sent < 3_000_000:
            sent += 1000
            yield b"a" * 1000

    response = client.post("/v1/ask", content=endless(), headers=JSON)
    assert response.status_code == 413
    assert slug_of(response) == "body-too-large"


def test_a_body_of_exactly_the_limit_is_taken() -> None:
    body = json.dumps(ASK).encode()
    for spare, status in ((0, 200), (-1, 413)):
        with serving(FakeAnswerer, limits=Limits(max_body_bytes=len(body) + spare)) as client:
            wait_until_ready(client)
            assert client.post("/v1/ask", content=body, headers=JSON).status_code == status


def test_limits_are_what_they_are_set_to() -> None:
    limits = Limits(max_question_characters=10, max_top_k=3, max_page=2, max_citations=1)
    with serving(FakeAnswerer, limits=limits) as client:
        wait_until_ready(client)
        assert client.post("/v1/ask", json={"question": "a" * 10, "top_k": 3}).status_code == 200
        assert client.post("/v1/ask", json={"question": "a" * 11}).status_code == 422
        assert client.get("/v1/ask", params={"q": "a" * 11}).status_code == 422
        assert client.post("/v1/search", json={"question": "a", "top_k": 4}).status_code == 422
        assert client.get("/v1/articles?limit=3").status_code == 422
        assert len(client.get("/v1/articles").json()["articles"]) == 2


def error_classes() -> list[type[RagError]]:
    return [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, RagError)]


@pytest.mark.parametrize("kind", error_classes())
def test_each_domain_error_has_its_status_and_type(kind: type[RagError]) -> None:
    def fail(question: str) -> None:
        raise kind("the value is wrong: mend it")

    with serving(lambda: FakeAnswerer(before_answering=fail)) as client:
        wait_until_ready(client)
        response = client.post("/v1/ask", json=ASK)
        assert response.status_code == kind.status
        if kind.status == 500:
            assert slug_of(response) == "internal"
            assert "mend it" not in response.text
        else:
            assert slug_of(response) == kind.slug
            assert response.json()["title"] == PROBLEMS[kind.slug].title
            assert response.json()["detail"] == "the value is wrong: mend it"


def test_an_unexpected_error_shows_nothing_of_the_inside(caplog: pytest.LogCaptureFixture) -> None:
    def fail(question: str) -> None:
        raise KeyError("secret inside")

    with serving(lambda: FakeAnswerer(before_answering=fail)) as client:
        wait_until_ready(client)
        response = client.post("/v1/ask", json=ASK, headers={"X-Request-ID": "see-me"})
        assert response.status_code == 500
        assert slug_of(response) == "internal"
        assert "secret" not in response.text
        assert response.headers["x-content-type-options"] == "nosniff"
        assert 'status="500"' in client.get("/metrics").text
    [record] = [record for record in caplog.records if record.name == "rag.serving.problems"]
    assert "see-me" in record.getMessage()
    assert record.exc_info is not None


def test_a_request_keeps_its_id_only_when_it_is_plain(client: TestClient) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "a.b_c-1"}).headers["x-request-id"] == "a.b_c-1"
    for strange in ("", "a b", "a" * 65, "<script>", 'x"y'):
        given = client.get("/healthz", headers={"X-Request-ID": strange}).headers["x-request-id"]
        assert re.fullmatch("[0-9a-f]{32}", given)


def test_headers_that_protect_and_none_that_open(client: TestClient) -> None:
    for path in ("/healthz", "/v1/articles", "/nothing"):
        headers = client.get(path, headers={"Origin": "https://elsewhere.example"}).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert not [name for name in headers if name.startswith("access-control")]


class TestKey:
    @pytest.fixture
    def keyed(self) -> Iterator[TestClient]:
        with serving(FakeAnswerer, api_key="schlüssel-1") as client:
            wait_until_ready(client)
            yield client

    def test_health_is_open_and_nothing_else(self, keyed: TestClient) -> None:
        for path in ("/healthz", "/readyz"):
            assert keyed.get(path).status_code == 200
        for path in (
            "/metrics",
            "/openapi.json",
            "/v1/articles",
            "/v1/ask",
            "/nothing",
            "/healthz/",
            "//healthz",
        ):
            response = keyed.get(path)
            assert slug_of(response) == "unauthorized"
            assert response.headers["www-authenticate"].startswith("Bearer")

    def test_a_refused_body_is_not_read(self, keyed: TestClient) -> None:
        assert keyed.post("/v1/ask", content=b" " * 300_000).status_code == 401

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"Authorization": "Bearer schlüssel-1"}, 200),
            ({"Authorization": "bearer  schlüssel-1"}, 200),
            ({"X-API-Key": "schlüssel-1"}, 200),
            ({"Authorization": "Basic schlüssel-1"}, 401),
            ({"Authorization": "Bearer"}, 401),
            ({"Authorization": "schlüssel-1"}, 401),
            ({"X-API-Key": "schlüssel-"}, 401),
            ({"X-API-Key": "schlüssel-1 2"}, 401),
            ({"X-API-Key": ""}, 401),
        ],
    )
    def test_the_key_in_either_header(self, keyed: TestClient, headers: dict[str, str], status: int) -> None:
        sent = {name: value.encode() for name, value in headers.items()}
        assert keyed.get("/v1/articles", headers=sent).status_code == status

    @pytest.mark.parametrize("key", ["", " "])
    def test_an_empty_key_is_refused_rather_than_open(self, key: str) -> None:
        with pytest.raises(SettingsError, match="API key is empty"):
            create_app(FakeAnswerer, api_key=key)


def test_a_command_that_an_address_does_as_well_is_told_as_that_address(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for command, address in SERVED_AS.items():

        def fail(*_: object, command: str = command, **__: object) -> None:
            raise errors.NotFound(f"it is not there; {command} tells")

        monkeypatch.setattr(FakeSnapshot, "article", fail)
        told = client.get("/v1/articles/none").json()["detail"]
        assert told == f"it is not there; {address} tells"
        method, path = re.findall(r"(GET|POST) (/\S+)", address)[0]
        assert method.lower() in client.get("/openapi.json").json()["paths"][path]


def test_every_command_that_a_served_sentence_may_name_is_translated_or_for_the_server_s_own_people() -> None:
    package = Path(errors.__file__).parent
    named = {
        command
        for part in ("store", "answering", "encoding")
        for file in (package / part).rglob("*.py")
        for command in re.findall(r'"[^"\n]*`(rag [a-z]+(?: [a-z]+)*)', file.read_text(encoding="utf-8"))
    }
    without_address = {"rag ingest", "rag compact", "rag doctor", "rag models fetch", "rag models show"}
    translated = {re.findall(r"`(rag [a-z ]+?)(?: --json)?`", command)[0] for command in SERVED_AS}
    assert translated <= named
    assert named <= without_address | translated


def test_every_option_that_a_sentence_about_a_question_may_name_is_told_as_its_field() -> None:
    answering = Path(errors.__file__).parent / "answering"
    named = {
        option
        for file in answering.rglob("*.py")
        for option in re.findall(r'"[^"\n]*(--[a-z]+(?:-[a-z]+)*)', file.read_text(encoding="utf-8"))
    }
    in_commands = set(re.findall(r"--[a-z]+", " ".join(SERVED_AS)))
    assert named - in_commands == set(OPTIONS_SERVED_AS)
    fields = DOCUMENT["components"]["schemas"]["AskRequest"]["properties"]
    for option, field in OPTIONS_SERVED_AS.items():
        response = problem_response(PROBLEMS["question"], f"or use {option}", request_id="one")
        assert json.loads(bytes(response.body))["detail"] == f"or use {field}"
        assert field.strip("`") in fields
