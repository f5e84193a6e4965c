"""docs/http.md names every route, every field and every problem, and shows what the seeds really give."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from served import DOCUMENT, serving, wait_until_ready

from rag.answering import Answerer
from rag.encoding import Encoder, ModelSource, Reranker, load_encoder, load_reranker
from rag.indexing.ingest import ingest
from rag.serving import Limits
from rag.serving.limits import LOOKERS_RETRY_AFTER, READERS_RETRY_AFTER
from rag.serving.problems import PROBLEMS
from rag.serving.queues import RETRY_AFTER
from rag.serving.readiness import LONGEST_PAUSE
from rag.serving.server import GRACEFUL_SECONDS
from rag.store import Index

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "http.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### `(\w+ \S+)`\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL))


def test_the_routes_are_those_that_are_served() -> None:
    served = {f"{method.upper()} {path}" for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert set(SECTIONS) == served


@pytest.fixture(scope="module")
def seeds(
    encoder: Encoder,
    reranker: Reranker,
    models: ModelSource,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[TestClient]:
    """In float32, in which the page was recorded: a processor with bfloat16 would give other figures."""
    encoder = load_encoder(encoder.name, models=models, precision="f32")
    reranker = load_reranker(reranker.name, models=models, precision="f32")
    folder = tmp_path_factory.mktemp("documented")
    ingest([ROOT / "seeds"], index_folder=folder, encoder=encoder)
    with serving(lambda: Answerer(Index.open(folder), encoder, reranker)) as client:
        wait_until_ready(client)
        yield client


@pytest.mark.parametrize("route", SECTIONS)
def test_each_route_has_a_curl_that_gives_what_is_shown(route: str, seeds: TestClient) -> None:
    (console,) = re.findall(r"```console\n\$ (.*?)```", SECTIONS[route], re.DOTALL)
    content = ""
    for command in console.replace("\\\n", " ").split(" | "):
        content = curled(shlex.split(command), content, seeds, route)
    shown = [
        json.loads(each, parse_float=Close)
        for each in re.findall(r"```json\n(.*?)```", SECTIONS[route], re.DOTALL)
    ]
    if route == "GET /v1/ask":  # what it gives by body is shown there
        assert not json.loads(content)["abstained"]
    elif route == "GET /metrics":
        assert "rag_http_requests_total" in content
    else:
        assert [steady(each) for each in shown] == [steady(json.loads(content))]


def curled(arguments: list[str], before: str, client: TestClient, route: str) -> str:
    """What the server sends for a `curl`; `@-` sends it what was sent before."""
    assert arguments[0] == "curl"
    given = dict(pairwise(arguments))
    (address,) = (each for each in arguments if each.startswith("localhost:8000/"))
    header, colon, value = given.get("-H", "").partition(": ")
    data = given.get("-d")
    response = client.request(
        "GET" if data is None else "POST",
        address.removeprefix("localhost:8000"),
        headers={header: value} if colon else {},
        content=before if data == "@-" else data,
    )
    assert response.status_code == 200, (route, response.text)
    return response.text


def steady(value: Any) -> Any:
    """Without what depends on the day, on the index's name and on how busy the machine is."""
    if isinstance(value, dict):
        passing = {"as_of", "generation", "timings_ms"}
        return {name: steady(inner) for name, inner in value.items() if name not in passing}
    if isinstance(value, list):
        return [steady(inner) for inner in value]
    return value


class Close(float):
    """A number that another processor may give a little differently."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, float) and abs(self - other) < 0.2


def test_each_field_of_a_question_is_told() -> None:
    table = SECTIONS["POST /v1/ask"]
    for name in DOCUMENT["components"]["schemas"]["AskRequest"]["properties"]:
        assert f"`{name}`" in table


def test_the_problems_are_those_that_occur() -> None:
    told = re.findall(r"^\| `urn:rag:problem:(\S+)` \| (\d+) \|", TEXT, re.MULTILINE)
    assert sorted(told) == sorted((problem.slug, str(problem.status)) for problem in PROBLEMS.values())


def test_the_limits_told_are_the_defaults() -> None:
    limits = Limits()
    assert limits.max_body_bytes == 256 * 1024
    assert (limits.max_concurrency, limits.max_looking, limits.max_turns, limits.max_top_k) == (4, 32, 2, 100)
    assert f"{limits.max_waiting} questions" in TEXT and f"and {limits.max_waiting_to_look}, always" in TEXT
    for seconds in (READERS_RETRY_AFTER, LOOKERS_RETRY_AFTER):
        assert f"`Retry-After: {seconds}`" in TEXT
    assert f"{GRACEFUL_SECONDS} seconds" in TEXT and f"`Retry-After: {RETRY_AFTER}`" in TEXT
    assert f"at most {limits.max_question_characters:,} characters" in TEXT
    assert f"at most {limits.max_citations} of them" in TEXT
    assert f"1 to {LONGEST_PAUSE:.0f} seconds" in TEXT
