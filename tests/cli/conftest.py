"""Every command runs in an empty folder, without the settings of whoever runs the tests."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rag.cli import app


@pytest.fixture(autouse=True)
def clean_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No RAG_* of the caller's, but the models' place; and no rag.toml of the caller's."""
    for name in [name for name in os.environ if name.startswith("RAG_") and name != "RAG_CACHE"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RAG_OFFLINE", "true")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run() -> Callable[..., Result]:
    """`run("ask", "…", input="…")`: the command as a process would run it, with both streams apart."""

    def invoke(*arguments: str, input: str | bytes | None = None) -> Result:
        return CliRunner().invoke(app, list(arguments), input=input, prog_name="rag")

    return invoke
