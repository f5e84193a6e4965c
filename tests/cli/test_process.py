"""The command as a process: pipes that break, disks that are full, and a bar for terminals only."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rag.cli.terminal import progress

PRINT_MUCH = """
import sys, typer
from rag.cli.commands import Command
from rag.cli.terminal import output
app = typer.Typer(pretty_exceptions_enable=False)
@app.command(cls=Command)
def much():
    screen = output()
    for _ in range(100_000):
        screen.line("much")
app()
"""

THREADS = """
import sys
from rag.cli import app
app(sys.argv[1:], standalone_mode=False)
import faiss, torch
print(faiss.omp_get_max_threads(), torch.get_num_threads())
"""


@pytest.mark.parametrize("threads", ["1", "2"])
def test_one_setting_bounds_the_threads_of_all_libraries(threads: str, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    done = subprocess.run(
        [sys.executable, "-c", THREADS, "doctor", "--index", tmp_path, "--json"],
        env={**environment, "RAG_THREADS": threads},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1] == f"{threads} {threads}"


def test_a_reader_that_goes_away_ends_the_command_quietly() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", PRINT_MUCH], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.wait(timeout=60) == 141
    assert process.stderr.read() == b""
    process.stderr.close()


def test_a_full_disk_is_one_sentence() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", PRINT_MUCH], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1
    assert done.stderr == b"rag: the disk is full; free some space and run the command again\n"


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_a_stream_that_is_closed_changes_no_exit_code(closed: str, tmp_path: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f'"$0" -m rag ask - {closed}', sys.executable],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        input=b" ",
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count(b"\n") == (closed != "2>&-")


def test_without_an_index_asking_fails_soon(tmp_path: Path) -> None:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "rag", "ask", "what is new"],
        cwd=tmp_path,
        env={**os.environ, "RAG_OFFLINE": "1", "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "`rag ingest --index index` and the folder of your articles" in done.stderr
    assert "Traceback" not in done.stderr
    assert time.perf_counter() - began < 10


def test_a_port_that_is_taken_is_a_failure_and_no_abstention(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "rag", "serve", "--port", str(port)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == (
        f"rag: 127.0.0.1:{port} cannot be listened on (Address already in use); choose another with --port "
        "or --host, or stop what listens there\n"
    )


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_shows_stage_count_and_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with progress(quiet=False) as advance:
        assert advance is not None
        advance("read", 1, 0)  # the total is not known yet
        for done in range(1, 4):
            time.sleep(0.01)
            advance("embed", done, 3)
    shown = terminal.getvalue()
    assert "read" in shown and "embed" in shown and "3/3" in shown and "/s" in shown
    assert "0:00:00" in shown  # the time that remains


def test_there_is_no_bar_for_a_pipe_or_when_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress(quiet=False) as advance:
        assert advance is None
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress(quiet=True) as advance:
        assert advance is None
