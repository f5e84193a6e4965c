"""`--help`: instant, and documented word for word."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from rag.cli.documentation import help_texts, written

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"
HEAVY = {
    *("torch", "transformers", "sentence_transformers", "openvino", "onnx", "tokenizers", "numpy", "scipy"),
    *("faiss", "tantivy", "tiktoken", "sentencex", "py3langid", "ir_measures"),
    # pydantic itself is what typer reads options with.
    *("asyncio", "fastapi", "uvicorn", "httpx", "rich.console"),
}
SMALLEST_PROGRAM = """
from typing import Annotated
import typer
app = typer.Typer(rich_markup_mode=None)
@app.callback()
def program(config: Annotated[str | None, typer.Option()] = None) -> None: ...
@app.command()
def ask(question: str = "") -> None: ...
app()
"""
PRINT_EVERY_HELP = """
import sys
from rag.cli import app
for name in {names}:
    try:
        app([*name.split()[1:], "--help"], prog_name="rag")
    except SystemExit as end:
        assert end.code == 0, name
    print("\\f")
print(*sorted(sys.modules), file=sys.stderr)
"""


def test_the_page_holds_the_help_of_every_command() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert written(page) == page, "run `python -m rag.cli.documentation`"
    assert len(help_texts()) >= 15
    assert "| `` |" not in page


def test_help_prints_what_is_documented_and_imports_nothing_heavy() -> None:
    documented = help_texts()
    done = subprocess.run(
        [sys.executable, "-c", PRINT_EVERY_HELP.format(names=list(documented))],
        env={**os.environ, "COLUMNS": "80"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert [text.strip() for text in done.stdout.split("\f")[:-1]] == [
        text.strip() for text in documented.values()
    ]
    assert HEAVY & set(done.stderr.split()) == set()


def spent(*command: str) -> float:
    """Seconds of processor time: on a busy machine the clock says nothing about the command."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *command], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_help_is_instant() -> None:
    # What others do to the caches of a shared machine only ever adds: one quick run shows what is needed.
    assert any(spent("-m", "rag", "--help") < 0.3 for _ in range(10))


@pytest.mark.parametrize("command", [("ask",), ("models", "fetch")])
def test_help_of_a_command_costs_little_beside_what_typer_itself_needs(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    """typer imports pydantic before it reads a command's options; how long that takes is the processor's."""
    bare = tmp_path / "bare.py"
    bare.write_text(SMALLEST_PROGRAM)
    pairs = [(spent("-m", "rag", *command, "--help"), spent(str(bare), "ask", "--help")) for _ in range(6)]
    assert min(ours for ours, _ in pairs) < 1.6 * min(theirs for _, theirs in pairs)
