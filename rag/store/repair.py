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
        with contextlib.suppress(IndexDamaged, IndexMissing, FileNotFoundError):
            generations.set_aside(folder / generations.read_current(folder))
        return None


def usable_connection(folder: Path) -> sqlite3.Connection:
    """A connection to the store, which is created when absent; none is made beside a generation that is of
    another format or damaged, so that nothing is changed then."""
    try:
        name = generations.read_current(folder)
    except (IndexMissing, IndexDamaged) as error:
        if isinstance(error, IndexDamaged) and not (folder / STORE_FILE).is_file():
            raise
    else:
        if (folder / name).is_dir() or not (folder / STORE_FILE).is_file():
            generations.read_manifest(folder, name)
    return connect_writer(folder)


def usable_generation(folder: Path, connection: sqlite3.Connection) -> Manifest | None:
    """The live generation, its large files unread; None in a folder where none was ever built.

    Raises IndexDamaged or IndexMismatch where it cannot be gone on from.
    """
    name = _live_name(folder, connection)
    if name is None:
        return None
    manifest = _usable(folder, connection, name)
    _name_again(folder, name)
    return manifest


def mendable_generation(folder: Path, connection: sqlite3.Connection) -> Manifest:
    """The live generation, every file of it read; without its segments where one is not what was written.

    Raises IndexMissing, IndexDamaged or IndexMismatch where the store does not tell all that it held.
    """
    name = _live_name(folder, connection)
    if name is None:
        raise generations.no_index(folder)
    manifest = generations.read_manifest(folder, name)
    _check_store(folder, connection, manifest)
    try:
        generations.check_files(folder, manifest)
    except IndexDamaged:
        return replace(manifest, segments=(), files={})
    _name_again(folder, name)
    return manifest


def _live_name(folder: Path, connection: sqlite3.Connection) -> str | None:
    """The name of the live generation, None in a folder where none was ever built.

    Where CURRENT names none that is there, as after a power cut or an ingest that was killed, it is the last
    one that the store counts: that was built whole. Raises IndexDamaged where it is not there either.
    """
    named = None
    with contextlib.suppress(IndexMissing, IndexDamaged):
        named = generations.read_current(folder)
        if (folder / named).is_dir():
            return named
    _, last = identity_of(connection)
    for name in generations.generations_in(folder):
        if generations.number_of(name) == last:
            return name
    if last == 0 and not (folder / generations.CURRENT_FILE).exists():
        return None
    lost = "no generation" if named is None else f"not the generation {named}"
    raise IndexDamaged(f"{folder} holds articles and {lost}; run `rag ingest` with your corpus to build one")


def _name_again(folder: Path, name: str) -> None:
    """Let CURRENT name a generation that is whole, where it does not yet."""
    with contextlib.suppress(IndexMissing, IndexDamaged):
        if generations.read_current(folder) == name:
            return
    generations.publish(folder, name)


def _usable(folder: Path, connection: sqlite3.Connection, name: str) -> Manifest:
    manifest = generations.read_manifest(folder, name)
    generations.check_files(folder, manifest, hash_up_to=HASHED)
    _check_store(folder, connection, manifest)
    return manifest


def _check_store(folder: Path, connection: sqlite3.Connection, manifest: Manifest) -> None:
    number = generations.number_of(manifest.generation)
    check_identity(connection, folder, store=manifest.store, number=number)
