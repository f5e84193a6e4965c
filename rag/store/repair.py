"""What is done with what is damaged: it is set aside, never deleted, and made anew, by an ingest from the
articles and by a compaction from the store."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import replace
from pathlib import Path

from rag.errors import IndexDamaged, IndexMismatch, IndexMissing
from rag.store import generations
from rag.store.database import STORE_FILE, check_identity, connect_writer, identity_of, is_refusal
from rag.store.generations import HASHED, Manifest


def sound_connection(folder: Path) -> sqlite3.Connection:
    """A connection to a store that is in order; a damaged one is set aside first."""
    try:
        connection = connect_writer(folder)
        try:
            (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            identity_of(connection)
            # A damaged header can make the store one that cannot be written.
            connection.execute("UPDATE store SET generation = generation")
        except BaseException:
            connection.close()
            raise
        if verdict == "ok":
            return connection
        connection.close()
    except sqlite3.Error as error:
        if is_refusal(error, folder):
            raise
    for name in (STORE_FILE, f"{STORE_FILE}-wal", f"{STORE_FILE}-shm"):
        if (folder / name).exists():
            generations.set_aside(folder / name)
    return connect_writer(folder)


def sound_generation(folder: Path, connection: sqlite3.Connection) -> Manifest | None:
    """The live generation as `mendable_generation` gives it, None if it is not of this store or says nothing
    that can be read; then it is set aside.

    One of which another file is damaged stays where it is until what takes its place is published: an ingest
    that comes to nothing has taken nothing from a compaction.
    """
    try:
        return mendable_generation(folder, connection)
    except (IndexMissing, IndexMismatch):
        return None
    except IndexDamaged:
        with contextlib.suppress(IndexDamaged, FileNotFoundError):
            generations.set_aside(folder / generations.read_current(folder))
        return None


def usable_connection(folder: Path) -> sqlite3.Connection:
    """A connection to the store, which is created when absent; none is made beside a generation that is of
    another format or damaged, so that nothing is changed then."""
    with contextlib.suppress(IndexMissing):
        generations.read_manifest(folder, generations.read_current(folder))
    return connect_writer(folder)


def usable_generation(folder: Path, connection: sqlite3.Connection) -> Manifest | None:
    """The live generation, its large files unread; None in a folder where none was ever built.

    The one that an ingest has built whole and was killed before naming is named. Raises IndexDamaged or
    IndexMismatch where it cannot be gone on from.
    """
    try:
        name = generations.read_current(folder)
    except IndexMissing as error:
        _, last = identity_of(connection)
        if last == 0:
            return None
        built = [one for one in generations.generations_in(folder) if generations.number_of(one) == last]
        if not built:
            raise IndexDamaged(
                f"{folder} holds articles and no generation; run `rag ingest` with your corpus to build one"
            ) from error
        manifest = _usable(folder, connection, built[0])
        generations.publish(folder, built[0])
        return manifest
    return _usable(folder, connection, name)


def mendable_generation(folder: Path, connection: sqlite3.Connection) -> Manifest:
    """The live generation, every file of it read; without its segments where one is not what was written.

    Raises IndexMissing, IndexDamaged or IndexMismatch where the store does not tell all that it held.
    """
    manifest = generations.read_manifest(folder, generations.read_current(folder))
    _check_store(folder, connection, manifest)
    try:
        generations.check_files(folder, manifest)
    except IndexDamaged:
        return replace(manifest, segments=(), files={})
    return manifest


def _usable(folder: Path, connection: sqlite3.Connection, name: str) -> Manifest:
    manifest = generations.read_manifest(folder, name)
    generations.check_files(folder, manifest, hash_up_to=HASHED)
    _check_store(folder, connection, manifest)
    return manifest


def _check_store(folder: Path, connection: sqlite3.Connection, manifest: Manifest) -> None:
    number = generations.number_of(manifest.generation)
    check_identity(connection, folder, store=manifest.store, number=number)
