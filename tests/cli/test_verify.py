"""`rag verify`: what `rag ask --json` prints can be checked, and what was altered is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import HashingEncoder, OverlapReranker
from typer.testing import Result

from rag import wiring

Run = Callable[..., Result]
TEXT = "Talks on the steel mill resumed in Moscow on Monday. A memorandum is to be signed in May.\n"
QUOTE = "A memorandum is to be signed in May."


@pytest.fixture(autouse=True)
def index(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(wiring, "open_encoder", lambda settings: HashingEncoder())
    monkeypatch.setattr(wiring, "open_reranker", lambda settings: OverlapReranker())
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "steel.txt").write_text(TEXT)
    assert run("ingest", "corpus").exit_code == 0


def claim(**changes: object) -> dict[str, object]:
    start = TEXT.index(QUOTE)
    return {"article_id": "steel", "start": start, "end": start + len(QUOTE), "quote": QUOTE, **changes}


def test_an_answer_verifies_as_it_is_printed(run: Run) -> None:
    answer = run("ask", "--json", "what resumed in Moscow on Monday").stdout
    result = run("verify", "--json", input=answer)
    assert result.exit_code == 0, result.stderr
    assert {verdict["state"] for verdict in json.loads(result.stdout)["verdicts"]} == {"intact"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [({}, 0), ({"start": 0, "end": len(QUOTE)}, 1), ({"quote": "Never said."}, 1), ({"article_id": "no"}, 1)],
)
def test_one_citation_that_is_not_intact_is_exit_code_1(
    run: Run, changes: dict[str, object], code: int
) -> None:
    Path("citations.json").write_text(json.dumps([claim(), claim(**changes)]))
    result = run("verify", "citations.json")
    assert result.exit_code == code, result.stderr
    assert "intact" in result.stdout


@pytest.mark.parametrize("given", ["", "{", '"text"', '[{"article_id": 1}]', "[3]"])
def test_what_is_no_list_of_citations_is_told(run: Run, given: str) -> None:
    result = run("verify", "-", input=given)
    assert result.exit_code in {1, 2}
    assert result.stderr.startswith("rag: ")
    assert result.stderr.count("\n") == 1


def test_a_file_that_is_not_there_is_told(run: Run) -> None:
    result = run("verify", "nowhere.json")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


@pytest.mark.parametrize("citations", ["[" * 100_000, '[{"start": ' + "9" * 5000 + "}]"])
def test_what_json_cannot_hold_is_told_in_a_sentence(citations: str, run: Run) -> None:
    result = run("verify", "-", input=citations)
    assert result.exit_code == 2
    assert "too long or a value too deep" in result.stderr


def test_citations_are_held_against_the_index_and_not_the_files(run: Run, tmp_path: Path) -> None:
    citations = json.dumps([claim()])
    (tmp_path / "corpus" / "steel.txt").write_text(TEXT.replace("in May", "in June"))
    assert run("verify", input=citations).exit_code == 0
    assert run("ingest", "corpus").exit_code == 0
    assert run("verify", input=citations).exit_code == 1
    assert "as the index holds it" in " ".join(run("verify", "--help").stdout.split())
