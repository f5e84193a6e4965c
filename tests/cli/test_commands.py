"""`config`, `models`, `serve` and `eval`, as far as they are this package's own."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

import rag

Run = Callable[..., Result]


def test_the_version_is_the_package_s(run: Run) -> None:
    assert run("--version").stdout == f"rag {rag.__version__}\n"


def test_config_shows_each_value_and_where_it_came_from(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("rag.toml").write_text('top_k = 7\ndepth = 60\nhost = "0.0.0.0"\n')
    monkeypatch.setenv("RAG_DEPTH", "70")
    monkeypatch.setenv("RAG_API_KEY", "very secret")
    monkeypatch.setenv("RAG_TOPK", "9")
    shown = json.loads(run("config", "--json").stdout)
    assert shown["file"] == "rag.toml"
    assert shown["settings"]["top_k"] == {"value": 7, "origin": "rag.toml"}
    assert shown["settings"]["depth"] == {"value": 70, "origin": "environment variable RAG_DEPTH"}
    assert shown["settings"]["max_quotes"] == {"value": 3, "origin": "default"}
    assert shown["settings"]["api_key"]["value"] == "set"
    text = run("config")
    assert "very secret" not in text.stdout + text.stderr + json.dumps(shown)
    assert text.stderr == "rag: RAG_TOPK is no setting; did you mean RAG_TOP_K?\n"


def test_a_setting_that_cannot_hold_is_exit_code_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_TOP_K", "0")
    result = run("ask", "q")
    assert result.exit_code == 2
    assert "top_k is '0' (environment variable RAG_TOP_K)" in result.stderr


def test_the_config_option_names_the_file(run: Run) -> None:
    Path("other.toml").write_text("top_k = 9\n")
    result = run("--config", "other.toml", "config", "--json")
    assert json.loads(result.stdout)["settings"]["top_k"] == {"value": 9, "origin": "other.toml"}


def test_models_are_shown_without_fetching_and_missing_ones_are_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RAG_CACHE", str(tmp_path / "cache"))
    models = json.loads(run("models", "show", "--json").stdout)["models"]
    assert [model["in_use"] for model in models[:2]] == [True, True]
    assert not any(model["ready"] for model in models)
    assert "bge-small-en-v1.5" in run("models", "show").stdout
    fetched = run("models", "fetch")
    assert fetched.exit_code == 1
    assert "rag models fetch" in fetched.stderr
    unknown = run("models", "fetch", "nothing-like-it")
    assert unknown.exit_code == 1
    assert "nothing-like-it" in unknown.stderr


def test_serve_listens_where_the_settings_and_options_say(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from rag.serving import server

    served: dict[str, Any] = {}
    monkeypatch.setattr(server, "serve", lambda make, **where: served.update(app=make(), **where))
    monkeypatch.setenv("RAG_HOST", "0.0.0.0")
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "/of/another/server")
    # No index: it starts, and tells so at /readyz.
    result = run("serve", "--port", "9000", "--workers", "3")
    assert result.exit_code == 0, result.stderr
    assert (served["host"], served["port"], served["workers"]) == ("0.0.0.0", 9000, 3)
    assert served["app"].title == "rag"
    assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ


@pytest.mark.parametrize(
    "options",
    [
        ("--quotes",),
        ("--ablate",),
        ("--own-date",),
        ("--split", "dev"),
        ("--gate", "--limit", "3"),
        ("--accept", "--dataset", "x"),
        ("--foreign", "x"),
        ("--write", "x"),
        ("--least-relevance", "2"),
        ("--dataset", "x", "--gold", "mine.jsonl"),
        ("--dataset", "x", "--corpus", "mine"),
        ("--accept", "--gold", "mine.jsonl"),
        ("--gate", "--corpus", "mine"),
        ("--today", "yesterday"),
    ],
)
def test_options_of_eval_that_do_not_go_together_are_exit_code_2(run: Run, options: tuple[str, ...]) -> None:
    result = run("eval", *options)
    assert result.exit_code == 2
    assert "--" in result.stderr


def test_eval_without_a_gold_file_is_one_sentence(run: Run) -> None:
    result = run("eval", "--index", "nowhere")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)


def test_a_limit_that_no_store_can_count_to_is_wrong_usage(run: Run) -> None:
    result = run("articles", "list", "--limit", "99999999999999999999")
    assert result.exit_code == 2
    assert "--limit" in result.stderr


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_question_without_quotes_is_told_with_them(run: Run, command: str) -> None:
    result = run(command, "who", "chairs", "--top-k", "3", "the", "KCFR")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f'rag {command} "who chairs the KCFR"' in result.stderr


@pytest.mark.parametrize(
    "arguments", [["articles", "show", "a", "b"], ["models", "show", "b"], ["config", "b"]]
)
def test_words_too_many_are_named(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "too many words: b" in result.stderr


@pytest.mark.parametrize("command", ["ask", "ingest", "articles list", "config"])
@pytest.mark.parametrize("config", [["--config", "x.toml"], ["--config=x.toml"]])
def test_config_behind_a_command_is_told_to_stand_before_it(
    run: Run, command: str, config: list[str]
) -> None:
    result = run(*command.split(), *config, "a")
    assert result.exit_code == 2
    assert f"rag --config FILE {command} …" in result.stderr


def test_behind_two_dashes_everything_is_the_question(run: Run) -> None:
    result = run("ask", "--", "--config", "is", "what")
    assert 'rag ask "--config is what"' in result.stderr
