"""`rag ask` and `rag search`: what is asked for arrives, and every ending has its exit code."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

import pytest
from samples import ABSTAINED, ANSWERED, FOUND, QUOTES, FixedAnswerer
from typer.testing import Result

from rag import wiring
from rag.answering.contract import answer_json
from rag.cli.remedies import REMEDIES_IN_JSON
from rag.errors import IndexMissing
from rag.settings import Settings
from rag.types import Filters, Remedy

Run = Callable[..., Result]


@pytest.fixture
def answerer(monkeypatch: pytest.MonkeyPatch) -> FixedAnswerer:
    fixed = FixedAnswerer()

    def open_answerer(settings: Settings) -> FixedAnswerer:
        fixed.asked = {}
        fixed.settings = settings
        return fixed

    monkeypatch.setattr(wiring, "open_answerer", open_answerer)
    return fixed


def test_an_answer_is_text_and_exit_code_0(run: Run, answerer: FixedAnswerer) -> None:
    result = run("ask", "what of the mills")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert "\x1b" not in result.stdout
    assert all(quote.quote in result.stdout for quote in QUOTES)


def test_json_is_the_contract_on_one_line(run: Run, answerer: FixedAnswerer) -> None:
    result = run("ask", "what of the mills", "--json")
    assert result.exit_code == 0
    assert result.stdout.count("\n") == 1
    shown = json.loads(result.stdout)
    assert shown == json.loads(json.dumps(answer_json(ANSWERED)))
    assert list(shown) == list(answer_json(ANSWERED))


def test_json_can_hold_any_text(run: Run, answerer: FixedAnswerer) -> None:
    answerer.answer = replace(ANSWERED, question="سیلاب 🌊 \udcff")
    result = run("ask", "x", "--json")
    assert "سیلاب 🌊" in result.stdout
    assert json.loads(result.stdout)["question"] == "سیلاب 🌊 \udcff"


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_an_abstention_is_exit_code_3(run: Run, answerer: FixedAnswerer, form: tuple[str, ...]) -> None:
    answerer.answer = ABSTAINED
    result = run("ask", "what does it cost", *form)
    assert result.exit_code == 3
    assert result.stderr == ""


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize("remedy", get_args(Remedy))
def test_what_may_be_done_is_told_in_json_as_a_command_too(
    run: Run, answerer: FixedAnswerer, command: str, remedy: Remedy
) -> None:
    """Nothing is served where it is read: `/v1/articles` leads nowhere."""
    answerer.answer = replace(ABSTAINED, remedies=(remedy,))
    answerer.found = replace(FOUND, message=ABSTAINED.message, remedies=(remedy,))
    message = json.loads(run(command, "q", "--json").stdout)["message"]
    assert message == f"{ABSTAINED.message} {REMEDIES_IN_JSON[remedy]}"
    assert "/v1/" not in message and "_undated" not in message


def test_every_option_arrives(run: Run, answerer: FixedAnswerer) -> None:
    words = (
        "ask q --as-of 2024 --since 2023-02 --until 2024-06-30 --include-undated --top-k 7 --intent timeline"
    )
    names = "--source A --source B --language en --article x/y --index there --no-rerank"
    result = run(*words.split(), *names.split())
    assert result.exit_code == 0, result.stderr
    assert answerer.asked == {
        "question": "q",
        "filters": Filters(
            as_of=dt.date(2024, 12, 31),
            since=dt.date(2023, 2, 1),
            until=dt.date(2024, 6, 30),
            include_undated=True,
            sources=("A", "B"),
            languages=("en",),
            article_ids=("x/y",),
        ),
        "intent": "timeline",
        "top_k": 7,
    }
    assert str(answerer.settings.index) == "there"
    assert answerer.settings.reranker == "none"


def test_timeline_is_short_for_the_intent(run: Run, answerer: FixedAnswerer) -> None:
    for options in (("--timeline",), ("--intent", "timeline"), ("--timeline", "--intent", "timeline")):
        assert run("ask", "q", *options).exit_code == 0
        assert answerer.asked["intent"] == "timeline"
    assert run("ask", "q").exit_code == 0
    assert answerer.asked["intent"] is None
    result = run("ask", "q", "--timeline", "--intent", "status")
    assert result.exit_code == 2
    assert "--timeline and --intent status contradict each other" in result.stderr
    assert answerer.asked["intent"] is None


@pytest.mark.parametrize("arguments", [("ask", "-"), ("ask",)])
def test_a_question_comes_from_standard_input(
    run: Run, answerer: FixedAnswerer, arguments: tuple[str, ...]
) -> None:
    result = run(*arguments, input="\ufeff what of the mills?\r\n".encode())
    assert result.exit_code == 0
    assert answerer.asked["question"] == "what of the mills?"


@pytest.mark.parametrize(
    ("arguments", "given", "sentence"),
    [
        (("ask", ""), None, "the question is empty"),
        (("ask", "-"), b" \n", "the question is empty"),
        (("ask", "-"), b"\xff\xfe\xfa", "standard input is not UTF-8"),
        (("ask", "a" * 100_000), None, "100,000 characters and may have 2,000"),
        (("ask", "caf\udce9"), None, "not valid UTF-8"),
        (("ask", "q", "--as-of", "2025-02-31"), None, "--as-of '2025-02-31' is not a date"),
        (("search", "q", "--since", "2025", "--until", "2024"), None, "no day is left"),
    ],
)
def test_a_bad_question_is_one_sentence_and_exit_code_2(
    run: Run, answerer: FixedAnswerer, arguments: tuple[str, ...], given: bytes | None, sentence: str
) -> None:
    result = run(*arguments, input=given)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("rag: ")
    assert result.stderr.count("\n") == 1
    assert sentence in result.stderr
    assert answerer.asked == {}


@pytest.mark.parametrize("arguments", [("ask", "--colour", "q"), ("ask", "q", "--top-k", "0"), ("asc", "q")])
def test_an_unknown_option_is_exit_code_2(run: Run, arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage: " in result.stderr


def test_a_missing_index_says_how_to_make_one(run: Run) -> None:
    result = run("ask", "q", "--index", "my archive.index")
    assert result.exit_code == 1
    assert result.stderr == (
        "rag: there is no index in my archive.index; make one with `rag ingest --index 'my archive.index'` "
        "and the folder of your articles, or name another with --index or RAG_INDEX\n"
    )


def test_with_json_a_failure_is_a_problem_as_the_service_tells_it(run: Run, answerer: FixedAnswerer) -> None:
    from rag.serving.problems import PROBLEMS

    answerer.error = IndexMissing("there is no index; make one with `rag ingest`")
    result = run("ask", "q", "--json")
    assert result.exit_code == 1
    assert result.stderr == "rag: there is no index; make one with `rag ingest`\n"
    told = PROBLEMS["index-missing"]
    assert json.loads(result.stdout) == {
        "type": told.uri,
        "title": told.title,
        "status": told.status,
        "detail": str(answerer.error),
    }


def test_search_shows_passages_and_exits_with_3_when_there_are_none(
    run: Run, answerer: FixedAnswerer
) -> None:
    result = run("search", "q", "--top-k", "2")
    assert result.exit_code == 0
    assert answerer.asked == {"question": "q", "filters": Filters(), "top_k": 2}
    answerer.found = replace(FOUND, passages=())
    assert run("search", "q").exit_code == 3


def test_an_interrupt_is_quiet_and_exit_code_130(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(settings: Settings) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(wiring, "open_answerer", interrupted)
    result = run("ask", "q")
    assert result.exit_code == 130
    assert "Traceback" not in result.stderr
