"""Which runs make the page: what is there is measured as its set asks, and what is not is told."""

from __future__ import annotations

import importlib.util
import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import typer

from rag.cli import app

SCRIPT = Path(__file__).parents[2] / "evals" / "quality.py"


def script() -> Any:
    spec = importlib.util.spec_from_file_location("quality", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["quality"] = module
    spec.loader.exec_module(module)
    return module


def test_what_is_absent_is_told_and_what_is_new_is_measured(tmp_path: Path) -> None:
    for name in ("known", "new"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "corpus.jsonl.gz").write_bytes(b"")
    (tmp_path / "notes").mkdir()
    sets = {
        "known": [["--ablate"], ["--quotes", "--foreign", "f.jsonl", "--own-date"]],
        "gone": [["--ablate"]],
    }
    planned = script().plan(tmp_path, sets)
    known, new = str(tmp_path / "known"), str(tmp_path / "new")
    assert planned.runs == [
        ["--dataset", known, "--ablate"],
        ["--dataset", known, "--quotes", "--own-date"],
        ["--dataset", new, "--ablate", "--quotes"],
    ]
    assert planned.absent == [tmp_path / "gone", tmp_path / "f.jsonl"]
    (tmp_path / "f.jsonl").write_text("")
    planned = script().plan(tmp_path, sets)
    assert planned.runs[1] == [
        *("--dataset", known, "--quotes", "--foreign", str(tmp_path / "f.jsonl"), "--own-date")
    ]
    assert planned.absent == [tmp_path / "gone"]


def test_every_run_of_the_project_s_sets_is_one_that_the_command_takes(tmp_path: Path) -> None:
    """All of them are there, and so is each file of foreign questions."""
    sets = json.loads((SCRIPT.parent / "sets.json").read_text())
    for name, runs in sets.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "corpus.jsonl").write_text("")
        for options in runs:
            for option, value in itertools.pairwise(options):
                if option == "--foreign":
                    (tmp_path / value).write_text("")
    planned = script().plan(tmp_path, sets)
    assert not planned.absent
    assert len(planned.runs) == sum(map(len, sets.values()))
    command = typer.main.get_command(app).commands["eval"]  # type: ignore[attr-defined]
    for run in planned.runs:
        read = command.make_context("eval", [*run, "--write", "page.md", "--limit", "3"]).params
        assert read["dataset"] == Path(run[1])
        assert (read["ablate"], read["quotes"]) == ("--ablate" in run, "--quotes" in run)
        assert not read["foreign"] or read["quotes"]


def test_an_empty_folder_fails_and_names_every_set(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    for name in json.loads((SCRIPT.parent / "sets.json").read_text()):
        assert f"absent, so not measured: {tmp_path / name}" in done.stderr
