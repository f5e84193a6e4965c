"""Killed or refused by the disk at any step, an index is the old generation or the new one, whole."""

from __future__ import annotations

import errno
import functools
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from corpora import CountingEncoder, Seen, build, prose, seen, write_lines

from rag.encoding import ModelSource
from rag.errors import IndexMissing
from rag.indexing.ingest import IngestOptions, add, ingest
from rag.store import Index, check_index, compact_index, segments

CUT = IngestOptions(chunk_tokens=40)
OLD = {f"a{number}": prose(number, 1) for number in range(3)}
NEW = {"a0": OLD["a0"], "a1": prose(50, 1), **{f"b{number}": prose(60 + number, 1) for number in range(3)}}


class Driver:
    """The process that runs ingests to be killed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ingest(
        self, index: Path, corpus: Path, *, fatal: int = 10**9, refuse: bool = False, adding: bool = False
    ) -> dict[str, Any]:
        order = {
            "index": str(index),
            "corpus": str(corpus),
            "fatal": fatal,
            "refuse": refuse,
            "add": adding,
        }
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        told: dict[str, Any] = json.loads(self._process.stdout.readline())
        return told


@pytest.fixture(scope="module")
def driver(models: ModelSource) -> Iterator[Driver]:
    here = Path(__file__).parent
    process = subprocess.Popen(
        [sys.executable, str(here / "crash_driver.py"), str(models.cache)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(here.parent), str(here.parent.parent)])},
    )
    with process:
        yield Driver(process)
        assert process.stdin
        process.stdin.close()


class Prepared:
    """An index to begin from, the corpus to come, and how both look when nothing goes wrong."""

    def __init__(self, folder: Path, before: Mapping[str, str] | None, *, adding: bool = False) -> None:
        self.bring = add if adding else ingest
        self.start = folder / "start"
        self.before: list[Seen] | None = None
        self.start.mkdir()
        if before:
            shutil.rmtree(self.start)
            build(self.start, before)
            self.before = seen(self.start)
        self.corpus = write_lines(folder / "new" / "articles.jsonl", NEW)
        self.known = inputs(self.start)
        clean = folder / "clean"
        shutil.copytree(self.start, clean)
        self.embedded = self.recover(clean)
        self.after = seen(clean)
        self.rows = rows(clean)

    def recover(self, index: Path) -> int:
        """Ingest as anybody would after a crash; how many texts were embedded."""
        encoder = CountingEncoder()
        options = IngestOptions(chunk_tokens=40)
        self.bring([self.corpus], index_folder=index, encoder=encoder, options=options)
        return len(encoder.given)

    def check_after(self, index: Path, acknowledged: bool) -> None:
        """What holds after an ingest that ended early: one generation or the other, then the new one."""
        try:
            found = seen(index)
        except IndexMissing:
            assert self.before is None and not acknowledged
        else:
            assert found in ([self.after] if acknowledged else [self.before, self.after])
            assert [finding.detail for finding in check_index(index) if not finding.sound] == []
        staged = len(inputs(index) - self.known)
        assert self.recover(index) == self.embedded - staged, "what was staged is embedded again"
        assert seen(index) == self.after
        assert rows(index) == self.rows
        left = {path.name for path in index.iterdir()}
        generation = Index.open(index).snapshot().generation
        files = {"CURRENT", "ingest.lock", "store.sqlite", "store.sqlite-wal", "store.sqlite-shm"}
        assert left == files | {generation}


def query(index: Path, sql: str) -> list[tuple[Any, ...]]:
    if not (index / "store.sqlite").exists():
        return []
    connection = sqlite3.connect(index / "store.sqlite")
    try:
        return connection.execute(sql).fetchall()
    except sqlite3.OperationalError:  # killed before there were tables
        return []
    finally:
        connection.close()


def inputs(index: Path) -> set[bytes]:
    return {row[0] for row in query(index, "SELECT input_sha256 FROM chunks")}


def rows(index: Path) -> list[tuple[Any, ...]]:
    return query(index, "SELECT id, sha256, died FROM articles ORDER BY id, died")


def chosen(steps: list[str], stride: int) -> list[int]:
    """Numbers of steps, from 1: of the same call many times over only the first and the last."""
    ends = [
        number
        for number, name in enumerate(steps)
        if number == 0 or name != steps[number - 1] or number + 1 == len(steps) or name != steps[number + 1]
    ]
    return [1 + number for number in ends[::stride]]


@pytest.mark.parametrize("before", [None, OLD], ids=["first", "update"])
@pytest.mark.parametrize("refuse", [False, True], ids=["killed", "disk full"])
@pytest.mark.parametrize("adding", [False, True], ids=["ingest", "add"])
def test_at_every_step(
    tmp_path: Path,
    driver: Driver,
    monkeypatch: pytest.MonkeyPatch,
    *,
    before: Mapping[str, str] | None,
    refuse: bool,
    adding: bool,
) -> None:
    if adding:
        for name, value in (("SMALL", 0), ("RATIO", 0), ("WORN", 1)):
            monkeypatch.setattr(segments, name, value)
    prepared = Prepared(tmp_path, before, adding=adding)
    whole = tmp_path / "whole"
    shutil.copytree(prepared.start, whole)
    steps = driver.ingest(whole, prepared.corpus, adding=adding)["steps"]
    assert len(steps) > 50 and seen(whole) == prepared.after
    assert ("link" in steps) == (adding and before is not None)
    for fatal in chosen(steps, 1 if (before or adding) and not refuse else 6):
        index = tmp_path / f"{fatal}"
        shutil.copytree(prepared.start, index)
        told = driver.ingest(index, prepared.corpus, fatal=fatal, refuse=refuse, adding=adding)
        if refuse:
            assert told.get("error", "StorageError") == "StorageError", (fatal, told)
            assert (
                "error" not in told or "full; free some" in told["says"] or "free some space" in told["says"]
            )
        else:
            assert told["killed"], (fatal, told)
        prepared.check_after(index, acknowledged="generation" in told)
        shutil.rmtree(index)


@pytest.mark.parametrize("code", [sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR_WRITE])
@pytest.mark.parametrize("refused", ["DELETE FROM articles WHERE died", "PRAGMA incremental", "PRAGMA wal"])
@pytest.mark.parametrize("bring", [ingest, add])
def test_what_is_published_is_no_failure_where_the_disk_refuses_to_clear_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, refused: str, bring: Callable[..., Any]
) -> None:
    class Full(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            if sql.startswith(refused):
                error = sqlite3.OperationalError("refused")
                error.sqlite_errorcode = code
                raise error
            return super().execute(sql, *values)

    build(tmp_path / "index", OLD)
    corpus = write_lines(tmp_path / "new.jsonl", NEW)
    options = IngestOptions(chunk_tokens=40)
    with monkeypatch.context() as full:
        full.setattr(sqlite3, "connect", functools.partial(sqlite3.connect, factory=Full))
        report = bring([corpus], index_folder=tmp_path / "index", encoder=CountingEncoder(), options=options)
    assert Index.open(tmp_path / "index").snapshot().generation == report.generation
    assert [finding.detail for finding in check_index(tmp_path / "index") if not finding.sound] == []
    bring([corpus], index_folder=tmp_path / "index", encoder=CountingEncoder(), options=options)
    assert query(tmp_path / "index", "SELECT id FROM articles WHERE died IS NOT NULL") == []


def test_what_is_damaged_may_stay_where_it_cannot_be_set_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> Path:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    index = tmp_path / "index"
    build(index, OLD)
    before = seen(index)
    next(index.glob("*/*/vectors.faiss")).write_bytes(b"")
    with monkeypatch.context() as forbidden:
        forbidden.setattr("rag.store.generations.set_aside", refuse)
        compact_index(index)
    assert seen(index) == before


def test_what_follows_a_kill_may_be_of_another_kind(
    tmp_path: Path, driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An ingest is killed, then the index is compacted, then something is added: each is as if alone."""
    for name, value in (("SMALL", 0), ("RATIO", 0), ("WORN", 1)):
        monkeypatch.setattr(segments, name, value)
    prepared = Prepared(tmp_path, OLD)
    more = write_lines(tmp_path / "more" / "articles.jsonl", {"z": prose(80, 1)})
    add([more], index_folder=prepared.start, encoder=CountingEncoder(), options=CUT)
    before = seen(prepared.start)
    steps = driver.ingest(shutil.copytree(prepared.start, tmp_path / "whole"), prepared.corpus)["steps"]
    last = write_lines(tmp_path / "last" / "articles.jsonl", {"y": prose(81, 1), "a1": prose(82, 1)})
    expected = {**OLD, "z": prose(80, 1), "y": prose(81, 1), "a1": prose(82, 1)}
    build(tmp_path / "added", expected)
    for fatal in chosen(steps, 3):
        index = shutil.copytree(prepared.start, tmp_path / f"{fatal}")
        driver.ingest(index, prepared.corpus, fatal=fatal)
        if seen(index) == before:  # not yet published
            with monkeypatch.context() as due:
                due.setattr(segments, "SMALL", 500)
                compact_index(index)
            assert seen(index) == before
            assert [finding for finding in check_index(index) if not finding.sound] == []
            add([last], index_folder=index, encoder=CountingEncoder(), options=CUT)
            assert seen(index) == seen(tmp_path / "added")
            assert [finding for finding in check_index(index) if not finding.sound] == []
        prepared.recover(index)
        assert seen(index) == prepared.after and rows(index) == prepared.rows
        shutil.rmtree(index)


def test_killed_again_and_again_it_still_comes_to_an_end(tmp_path: Path, driver: Driver) -> None:
    prepared = Prepared(tmp_path, OLD)
    index = tmp_path / "index"
    shutil.copytree(prepared.start, index)
    for fatal in (12, 20, 28, 33, 40, 48):
        driver.ingest(index, prepared.corpus, fatal=fatal)
        assert seen(index) in (prepared.before, prepared.after)
    prepared.recover(index)
    assert seen(index) == prepared.after and rows(index) == prepared.rows
