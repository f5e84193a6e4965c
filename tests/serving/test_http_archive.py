"""Articles page by page and one by one, and citations checked."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from fake_answerer import TEXTS, FakeAnswerer
from fastapi.testclient import TestClient
from served import serving, wait_until_ready

from rag.cli.options import filters_of
from rag.serving.requests import Filtered


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 100])
def test_pages_hold_every_article_once(client: TestClient, limit: int) -> None:
    address: str | None = f"/v1/articles?limit={limit}&sources=The+Harbour+Times"
    seen: list[str] = []
    while address is not None:
        response = client.get(address)
        page = response.json()
        assert 0 < len(page["articles"]) <= limit
        seen += [article["article_id"] for article in page["articles"]]
        address = page["next"]
        assert response.links.get("next", {}).get("url") == address
    assert seen == sorted(TEXTS)


def test_a_filter_goes_on_to_the_next_page(client: TestClient) -> None:
    page = client.get(
        "/v1/articles", params={"limit": 1, "sources": ["Elsewhere", "The Harbour Times"]}
    ).json()
    assert "sources=Elsewhere&sources=The+Harbour+Times" in page["next"]
    assert client.get("/v1/articles", params={"sources": "Elsewhere"}).json()["articles"] == []


def test_a_page_goes_on_behind_an_article_that_is_gone(client: TestClient, answerer: FakeAnswerer) -> None:
    following = client.get("/v1/articles?limit=2").json()["next"]
    answerer.index.live.articles.pop("2022/wheat price")
    ids = [article["article_id"] for article in client.get(following).json()["articles"]]
    assert ids == ["2023/سیلاب", "2024/harbour-bridge"]


@pytest.mark.parametrize("cursor", ["%%%", "é", "_w", base64.b64encode(b"\xff\xfe").decode(), "a"])
def test_an_invented_cursor_is_refused(client: TestClient, cursor: str) -> None:
    response = client.get("/v1/articles", params={"after": cursor})
    assert response.status_code == 422
    assert response.json()["type"] == "urn:rag:problem:question"


def test_an_article_is_shown_whole(client: TestClient) -> None:
    for article_id, text in TEXTS.items():
        shown = client.get(f"/v1/articles/{article_id}").json()
        assert shown["article_id"] == article_id
        assert shown["text"] == text
        spans = shown["sentences"] + shown["masks"]
        covered = "".join(
            text[span["start"] : span["end"]] for span in sorted(spans, key=lambda s: s["start"])
        )
        assert covered.replace(" ", "") == text.replace(" ", "")
        assert shown["chunks"]


def test_an_id_may_be_written_with_its_slash_escaped(client: TestClient) -> None:
    assert client.get("/v1/articles/2021%2Fferry").json()["article_id"] == "2021/ferry"


@pytest.mark.parametrize("article_id", ["", "nothing", "2021/ferry/", "../../etc/passwd", "%00"])
def test_an_unknown_id_is_not_found(client: TestClient, article_id: str) -> None:
    response = client.get(f"/v1/articles/{article_id}")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def cited(client: TestClient) -> dict[str, Any]:
    citation: dict[str, Any] = client.post("/v1/ask", json={"question": "bridge reopens"}).json()[
        "citations"
    ][0]
    return citation


def test_a_citation_of_an_answer_is_intact(client: TestClient) -> None:
    verdicts = client.post("/v1/verify", json={"citations": [cited(client)]}).json()["verdicts"]
    assert [verdict["state"] for verdict in verdicts] == ["intact"]


def test_each_citation_gets_its_verdict_in_order(client: TestClient) -> None:
    citation = cited(client)
    length = citation["end"] - citation["start"]
    body = {
        "citations": [
            citation | {"article_id": "2024/gone"},
            citation | {"start": 3, "end": 3 + length},
            citation | {"quote": "The bridge fell."},
            citation,
        ]
    }
    verdicts = client.post("/v1/verify", json=body).json()["verdicts"]
    assert [verdict["state"] for verdict in verdicts] == ["source gone", "moved", "source changed", "intact"]
    assert (verdicts[1]["start"], verdicts[1]["end"]) == (citation["start"], citation["end"])
    assert verdicts[0]["start"] is None


def test_only_what_says_where_is_needed(client: TestClient) -> None:
    citation = {"article_id": "2021/ferry", "start": 0, "end": 27, "quote": TEXTS["2021/ferry"][:27]}
    assert (
        client.post("/v1/verify", json={"citations": [citation]}).json()["verdicts"][0]["state"] == "intact"
    )
    for missing in citation:
        partial = {name: value for name, value in citation.items() if name != missing}
        problem = client.post("/v1/verify", json={"citations": [partial]}).json()
        assert problem["errors"][0]["field"] == f"body.citations.0.{missing}"
    assert client.post("/v1/verify", json={}).status_code == 422


def test_an_answer_is_taken_whole_and_one_without_citations_has_nothing_to_check(client: TestClient) -> None:
    for question, states in (("when does the bridge reopen", ["intact"]), ("zebra xylophone", [])):
        answer = client.post("/v1/ask", json={"question": question}).json()
        verdicts = client.post("/v1/verify", json=answer).json()["verdicts"]
        assert [verdict["state"] for verdict in verdicts] == states


def test_a_list_tells_of_names_that_no_article_has(client: TestClient) -> None:
    for asked, told in [
        ({}, []),
        ({"sources": "The Harbour Times"}, []),
        ({"sources": ["The Harbour Times", "nope"]}, ["No article is of the source “nope”."]),
        ({"sources": "nope"}, ["No article is of the source “nope”."]),
        ({"article_ids": ["2021/ferry", "nope"]}, ["No article in the index has the id “nope”."]),
    ]:
        assert client.get("/v1/articles", params=asked).json()["notes"] == told


@pytest.mark.parametrize("said", ["en", "EN", "en-GB", "eng", "English"])
def test_a_language_is_asked_for_as_it_may_be_written(said: str) -> None:
    assert Filtered.model_validate({"languages": [said]}).filters().languages == ("en",)
    assert filters_of(languages=[said]).languages == ("en",)
    assert Filtered.model_validate({"languages": ["klingon"]}).filters().languages == ("klingon",)


@pytest.mark.parametrize("before", ["", "/rag"])
def test_addresses_that_are_told_hold_below_the_path_of_a_proxy(before: str) -> None:
    """Whether the proxy takes the path off (`before` is empty) or leaves it on."""
    with serving(FakeAnswerer, root_path="/rag", api_key="key") as client:
        wait_until_ready(client)
        assert client.get(f"{before}/healthz").status_code == 200
        assert client.get(f"{before}/v1/articles").status_code == 401
        client.headers["X-API-Key"] = "key"
        missing = client.get(f"{before}/nope").json()["detail"]
        assert missing == "nothing is served at /nope; /openapi.json lists the addresses"
        assert [one["url"] for one in client.get(f"{before}/openapi.json").json()["servers"]] == ["/rag"]
        seen, address = list[str](), "/rag/v1/articles?limit=2"
        while address is not None:
            assert address.startswith("/rag/v1/articles?")
            response = client.get(before + address.removeprefix("/rag"))
            page = response.json()
            seen += [article["article_id"] for article in page["articles"]]
            address = page["next"]
            assert response.headers.get("link") == (f'<{address}>; rel="next"' if address else None)
        assert seen == sorted(TEXTS)


def test_without_a_proxy_addresses_stand_alone(client: TestClient) -> None:
    assert client.get("/v1/articles?limit=1").json()["next"].startswith("/v1/articles?")
    assert "servers" not in client.get("/openapi.json").json()
