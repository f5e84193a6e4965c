"""Runs ingests that are killed: one line of JSON in, one out. Started by test_crashes.py.

Each ingest runs in a fork of this process, which has loaded everything and computed nothing. It counts the
calls that change the disk and kills itself before the one that it was told.
"""

from __future__ import annotations

import errno
import functools
import json
import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faiss
import tantivy  # noqa: F401 - loaded once, here
from corpora import CountingEncoder

import rag.indexing.ingest as ingesting
from rag.errors import RagError
from rag.store import segments
from rag.tokens import load_vocabulary


class Steps:
    """Counts changes of the disk; ends the process, or refuses, before the one that was chosen."""

    def __init__(self, fatal: int, refuse: bool) -> None:
        self.names: list[str] = []
        self._fatal = fatal
        self.refuse = refuse

    def take(self, name: str) -> None:
        self.names.append(name)
        if self.refuse and len(self.names) >= self._fatal:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if len(self.names) == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, change: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(change)
        def counted(*arguments: Any, **options: Any) -> Any:
            self.take(change.__name__)
            return change(*arguments, **options)

        return counted


def watch(steps: Steps) -> None:
    """Have every change of the disk counted: files, and statements of the store."""

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            if not sql.startswith(("SELECT", "PRAGMA quick", "PRAGMA user", "ROLLBACK")):
                # Statements of one transaction are alike: none of them lasts without its end.
                name = "statement" if self.in_transaction and sql != "COMMIT" else sql
                if steps.refuse:
                    full(steps, name)
                else:
                    steps.take(name)
            return super().execute(sql, *values)

        def executescript(self, sql: str) -> sqlite3.Cursor:
            # Statement by statement, each a step.
            for statement in sql.split(";"):
                if statement.strip():
                    self.execute(statement.strip())
            return self.cursor()

    sqlite3.connect = functools.partial(sqlite3.connect, factory=Connection)  # type: ignore[assignment]
    for name in ("fsync", "rename", "replace", "mkdir", "link"):
        setattr(os, name, steps.before(getattr(os, name)))
    shutil.rmtree = steps.before(shutil.rmtree)  # type: ignore[assignment]
    Path.write_text = steps.before(Path.write_text)  # type: ignore[method-assign]
    faiss.write_index = steps.before(faiss.write_index)


def full(steps: Steps, name: str) -> None:
    """What SQLite says when the disk is full."""
    try:
        steps.take(name)
    except OSError:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error from None


def run(order: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        steps = Steps(order["fatal"], order["refuse"])
        watch(steps)
        ingesting._BATCH_CHUNKS = 2
        if order["add"]:
            # As in a large archive: nothing is joined at once.
            segments.SMALL, segments.RATIO, segments.WORN = 0, 0, 1
        told: dict[str, Any]
        try:
            bring = ingesting.add if order["add"] else ingesting.ingest
            report = bring(
                [Path(order["corpus"])],
                index_folder=Path(order["index"]),
                encoder=CountingEncoder(),
                options=ingesting.IngestOptions(chunk_tokens=40),
            )
            told = {"generation": report.generation}
        except RagError as error:
            told = {"error": type(error).__name__, "says": str(error)}
        except BaseException as error:  # noqa: BLE001 - told to the test
            told = {"error": type(error).__name__, "says": repr(error)}
        os.write(writing, json.dumps({**told, "steps": steps.names}).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        told = answer.read()
    _, status = os.waitpid(child, 0)
    return {"killed": os.WIFSIGNALED(status), **(json.loads(told) if told else {})}


if __name__ == "__main__":
    load_vocabulary(cache=Path(sys.argv[1]), offline=True)
    for line in sys.stdin:
        print(json.dumps(run(json.loads(line))), flush=True)
