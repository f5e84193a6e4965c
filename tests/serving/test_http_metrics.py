"""What is scraped: every request once, labels out of closed sets, the generation that answers."""

from __future__ import annotations

from fake_answerer import FakeAnswerer, FakeSnapshot
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families
from served import serving, wait_until_ready


def scraped(client: TestClient) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    response = client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def labels(**named: str) -> frozenset[tuple[str, str]]:
    return frozenset(named.items())


def test_requests_are_counted_by_route_not_by_address(client: TestClient) -> None:
    for article_id in ("2021/ferry", "2025/steel", "none"):
        client.get(f"/v1/articles/{article_id}")
    client.get("/invented/1")
    client.get("/invented/2")
    client.request("BREW", "/v1/ask")
    found = scraped(client)
    route = "/v1/articles/{article_id}"

    def requests(**named: str) -> float:
        return found["rag_http_requests_total", labels(**named)]

    assert requests(route=route, method="GET", status="200") == 2
    assert requests(route=route, method="GET", status="404") == 1
    assert requests(route="none", method="GET", status="404") == 2
    assert requests(route="/v1/ask", method="other", status="405") == 1
    assert found["rag_http_request_seconds_count", labels(route=route, method="GET")] == 3
    assert not [name for name in map(str, found) if "invented" in name or "ferry" in name or "BREW" in name]


def test_stages_answers_and_abstentions_are_counted(client: TestClient) -> None:
    for question in ("did the ferry sink", "zebra xylophone", "xylophone zebra"):
        client.post("/v1/ask", json={"question": question})
    client.post("/v1/search", json={"question": "ferry"})
    found = scraped(client)
    assert found["rag_answers_total", labels(outcome="answered")] == 1
    assert found["rag_answers_total", labels(outcome="abstained")] == 2
    assert found["rag_abstentions_total", labels(reason="nothing matches")] == 2
    for stage, seconds in (("encode", 0.001), ("retrieve", 0.002), ("rerank", 0.003), ("total", 0.006)):
        assert found["rag_stage_seconds_count", labels(stage=stage)] == 4
        assert abs(found["rag_stage_seconds_sum", labels(stage=stage)] - 4 * seconds) < 1e-9


def test_the_generation_is_the_one_that_answers(client: TestClient, answerer: FakeAnswerer) -> None:
    answerer.index.live = FakeSnapshot("000009-cccccccc", {})
    found = scraped(client)
    assert found["rag_ready", labels()] == 1
    assert found["rag_generation_info", labels(generation="000009-cccccccc", encoder="hashing")] == 1
    assert len([1 for name, _ in found if name == "rag_generation_info"]) == 1


def test_each_app_counts_for_itself(client: TestClient) -> None:
    client.post("/v1/ask", json={"question": "ferry"})
    with serving(FakeAnswerer) as other:
        wait_until_ready(other)
        assert ("rag_answers_total", labels(outcome="answered")) not in scraped(other)
