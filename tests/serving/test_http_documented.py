"""docs/http.md names every route, every field and every problem, and shows what is really sent."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from served import DOCUMENT

from rag.serving import Limits
from rag.serving.examples import RESPONSES
from rag.serving.problems import PROBLEMS
from rag.serving.readiness import LONGEST_PAUSE

TEXT = (Path(__file__).parents[2] / "docs" / "http.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### `(\w+ \S+)`\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL))


def test_the_routes_are_those_that_are_served() -> None:
    served = {f"{method.upper()} {path}" for path, methods in DOCUMENT["paths"].items() for method in methods}
    assert set(SECTIONS) == served


@pytest.mark.parametrize("route", SECTIONS)
def test_each_route_has_a_curl_and_what_it_gives(route: str) -> None:
    method, path = route.split()
    assert "$ curl " in SECTIONS[route]
    assert path.split("{")[0] in SECTIONS[route]
    shown = re.findall(r"```json\n(.*?)```", SECTIONS[route], re.DOTALL)
    # A question by address gives what it gives by body, and counters are no JSON.
    if route not in {"GET /v1/ask", "GET /metrics"}:
        assert [json.loads(each) for each in shown] == [
            json.loads(json.dumps(RESPONSES[path, method.lower()]))
        ]


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
    assert (limits.max_concurrency, limits.max_top_k, limits.max_page) == (4, 100, 100)
    assert f"at most {limits.max_question_characters:,} characters" in TEXT
    assert f"At most {limits.max_citations} at once" in TEXT
    assert f"1 to {LONGEST_PAUSE:.0f} seconds" in TEXT
