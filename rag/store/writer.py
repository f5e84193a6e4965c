"""Write side of the store: stage articles, retire what is gone, publish a generation.

Nothing is acknowledged before `publish` returns.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from rag import __version__
from rag.errors import IndexBusy
from rag.store import generations
from rag.store.building import Changes, build_generation, made_alike
from rag.store.database import (
    STORE_FILE,
    close_writer,
    identity_of,
    is_refusal,
    storage_errors,
    transaction,
)
from rag.store.generations import Manifest, ModelIdentity
from rag.store.repair import (
    mendable_generation,
    sound_connection,
    sound_generation,
    usable_connection,
    usable_generation,
)
from rag.store.segments import to_join
from rag.store.staging import Staging

INGEST_LOCK = "ingest.lock"


class Writer:
    """The one writer of an index folder, for one generation. Use `Writer.open` as a context manager.

    The generation to come holds what the live one does, less what is retired, and what is staged.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection, live: Manifest | None) -> None:
        self.folder = folder
        self._connection = connection
        self._store, last = identity_of(connection)
        # Never a number that was used before, not even by a generation that was built and never named.
        self._number = 1 + max([last, *map(generations.number_of, generations.generations_in(folder))])
        self._before = live
        self._built: Manifest | None = None
        self._has_begun = False
        # A generation that is damaged has no segments to go on from.
        self._damaged = live.generation if live and not live.segments else None
        self.staging = Staging(
            connection,
            last=generations.number_of(live.generation) if live else last,
            number=self._number,
            counted=live.articles if live else None,
        )

    @classmethod
    @contextlib.contextmanager
    def open(cls, folder: Path, *, thorough: bool = True) -> Iterator[Writer]:
        """Take the folder for writing; it and the store are created when absent.

        A thorough writer reads all that is there; what is damaged is set aside under another name and made
        again, articles by being staged. One that is not reads only what it is asked about, and raises
        IndexDamaged or IndexMismatch where it finds that it cannot go on from what is there.

        Raises IndexBusy when another ingest holds the folder, StorageError when the disk refuses.
        """
        connect = sound_connection if thorough else usable_connection
        with cls._taken(folder, connect, sound_generation if thorough else usable_generation) as writer:
            if thorough:
                writer.staging.know_all()
            yield writer

    @classmethod
    @contextlib.contextmanager
    def mending(cls, folder: Path) -> Iterator[Writer]:
        """Take the folder to `compact` it: the store is gone on from, and a generation that is damaged is
        written anew. Raises as `open` does, and IndexMissing where there is no index."""
        with storage_errors(folder):
            if not (folder / STORE_FILE).is_file():
                generations.read_current(folder)
        with cls._taken(folder, usable_connection, mendable_generation) as writer:
            yield writer

    @classmethod
    @contextlib.contextmanager
    def _taken(
        cls,
        folder: Path,
        connect: Callable[[Path], sqlite3.Connection],
        find: Callable[[Path, sqlite3.Connection], Manifest | None],
    ) -> Iterator[Writer]:
        with storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            with generations.exclusive(folder / INGEST_LOCK) as alone:
                if not alone:
                    raise IndexBusy(
                        f"another ingest is at work on {folder}; wait for it to end and run this again"
                    )
                connection = connect(folder)
                try:
                    yield cls(folder, connection, find(folder, connection))
                finally:
                    close_writer(connection, folder)

    @property
    def live(self) -> Manifest | None:
        """The manifest of the live generation; None where there is none, or none to go on from."""
        return self._built or (self._before if self.staging.agrees else None)

    def already_live(self, encoder: ModelIdentity, options: Mapping[str, object]) -> Manifest | None:
        """The manifest of the live generation where that is what `publish` would build."""
        if self.live is None or self.staging.has_changes:
            return None
        return self.live if made_alike(self.live, encoder, options) else None

    def publish(
        self,
        encoder: ModelIdentity,
        options: Mapping[str, object],
        *,
        truncated: int,
        copies: int | None,
        most: int | None = None,
    ) -> Manifest:
        """Build what is staged, make it the live generation and return its manifest.

        Nothing is staged anew when the live generation already is that. Vectors are read, never computed.
        `truncated` counts the chunks that were, of those newly staged; it is added to those of the live
        generation, since which of them have left is not known. At most about `most` rows of earlier segments
        are written anew, where that is given; else those that should be joined are.
        """
        live = self.already_live(encoder, options)
        if live and live.copies == copies and most is None:
            return self.compact()
        if live and live.copies == copies:
            self.staging.discard_left()
            self._remove_dead()
            return live
        before = self.live.truncated if self.live and made_alike(self.live, encoder, options) else 0
        manifest = Manifest(
            generation="",
            created="",
            articles=self.staging.count_articles(),
            chunks=0,
            encoder=encoder,
            options=options,
            segments=(),
            content=self.staging.content(self.live.content if self.live else None),
            version=__version__,
            store=self._store,
            truncated=truncated + before,
            copies=copies,
        )
        return self._build(manifest, most)

    def compact(self) -> Manifest:
        """Join the segments that are too many or too worn, or write all anew where they are damaged, where
        nothing is staged or retired.

        Raises IndexMissing where there is no index.
        """
        if self.live is None:
            raise generations.no_index(self.folder)
        if self.staging.has_changes:
            raise RuntimeError("what is staged is published, not compacted")
        if self._damaged or to_join(self.live.segments, 0):
            return self._build(replace(self.live, version=__version__), None)
        self.staging.discard_left()
        self._remove_dead()
        return self.live

    def _build(self, manifest: Manifest, most: int | None) -> Manifest:
        """Build, name and publish the generation that the manifest describes but for its name, its time, its
        segments, its chunks and its files."""
        if self._has_begun:
            raise RuntimeError("a writer builds one generation")
        self._has_begun = True
        self.staging.discard_left()
        standing = self.live if self.live and not self._damaged else None
        changes = Changes(
            new=self.staging.new_keys() if standing else self.staging.all_keys(),
            gone=self.staging.gone_keys(),
        )
        self._built = live = build_generation(
            self.folder, self._connection, manifest, standing, changes, number=self._number, most=most
        )
        self._connection.execute("UPDATE store SET generation = ?", (self._number,))
        generations.publish(self.folder, live.generation)
        if self._damaged:
            with self._put_off():
                generations.set_aside(self.folder / self._damaged)
        self._remove_dead()
        return live

    def _remove_dead(self) -> None:
        """Remove generations that nobody reads, and the rows that only they could see, or leave it to the
        next time."""
        with self._put_off():
            kept = generations.remove_unread(self.folder, live=self.live.generation if self.live else "")
            oldest = min(map(generations.number_of, kept), default=self._number)
            with transaction(self._connection):
                self._connection.execute("DELETE FROM articles WHERE died <= ?", (oldest,))
            self._connection.execute("PRAGMA incremental_vacuum").fetchall()
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    @contextlib.contextmanager
    def _put_off(self) -> Iterator[None]:
        """Let by what the disk refuses when the generation is published, on which no answer rests: the next
        writer does it."""
        try:
            yield
        except OSError:
            pass
        except sqlite3.Error as error:
            if not is_refusal(error, self.folder):
                raise


def compact_index(folder: Path) -> tuple[Manifest, Manifest]:
    """Join the segments of an index that are too many or too worn; its manifests before and after.

    Segments that are damaged are written anew from the store, all of them: then the first manifest has none.
    Questions go on being answered meanwhile; nothing is embedded. Raises IndexMissing where there is no
    index, IndexDamaged and IndexMismatch where the store does not hold all of it.
    """
    with Writer.mending(folder) as writer:
        assert writer.live
        return writer.live, writer.compact()
