"""Write side of the store: stage articles, retire what is gone, publish a generation.

Staging is committed in batches under the number of the generation to come, invisible to every reader; an
ingest that was killed finds its work again. Nothing is acknowledged before `publish` returns.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag import __version__
from rag.errors import IndexBusy, IndexDamaged, IndexMissing
from rag.store import generations
from rag.store.database import (
    CARD_COLUMNS,
    STORE_FILE,
    VISIBLE,
    article_row,
    card_from_row,
    connect_writer,
    storage_errors,
)
from rag.store.generations import Manifest, ModelIdentity
from rag.store.lexical import LEXICAL_FOLDER, LexicalRow, build_lexical
from rag.store.vectors import KIND, VECTORS_FILE, build_vectors
from rag.types import Article, Span

INGEST_LOCK = "ingest.lock"
ROWS_FILE = "rows.npz"
_VECTOR_BATCH = 4096

Floats = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class StagedArticle:
    """An article that the generation to come holds. `state` is the hash of all that its rows derive from."""

    key: int
    state: str


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk to store: its span, its tokens, the hash of what the encoder read and the vector it gave."""

    span: Span
    tokens: int
    input_sha256: bytes
    vector: Floats


class Writer:
    """The one writer of an index folder. Use `Writer.open` as a context manager."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, live: str | None) -> None:
        self.folder = folder
        self.live = live
        self._connection = connection
        self._number = self._last_number() + 1
        self._staged: dict[str, StagedArticle] = {}
        self._resume()

    @classmethod
    @contextlib.contextmanager
    def open(cls, folder: Path) -> Iterator[Writer]:
        """Take the folder for writing; it and the store are created when absent.

        A damaged store is set aside under another name and a new one begun. Raises IndexBusy when another
        ingest holds the folder, StorageError when the disk refuses.
        """
        with storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
            with generations.exclusive(folder / INGEST_LOCK) as alone:
                if not alone:
                    raise IndexBusy(
                        f"another ingest is at work on {folder}; wait for it to end and run this again"
                    )
                connection = _sound_connection(folder)
                try:
                    yield cls(folder, connection, _sound_generation(folder))
                finally:
                    connection.close()

    @property
    def staged(self) -> Mapping[str, StagedArticle]:
        """What the generation to come holds so far, by article id."""
        return self._staged

    def count_chunks(self) -> int:
        """How many chunks the generation to come holds so far."""
        (count,) = self._connection.execute(
            f"SELECT count(*) FROM chunks c JOIN articles a ON a.key = c.article WHERE {VISIBLE}",
            {"generation": self._number},
        ).fetchone()
        return int(count)

    def vectors(self, inputs: Sequence[bytes]) -> dict[bytes, Floats]:
        """The vectors already stored for these hashes of encoder inputs."""
        found: dict[bytes, Floats] = {}
        for digest in inputs:
            row = self._connection.execute(
                "SELECT vector FROM chunks WHERE input_sha256 = ? LIMIT 1", (digest,)
            ).fetchone()
            if row:
                found[digest] = unpack_vector(row[0])
        return found

    def stage(self, articles: Sequence[tuple[Article, str, Sequence[StoredChunk]]]) -> None:
        """Put articles (with their state and chunks) into the generation to come, in one transaction.

        An earlier version of an article is retired.
        """
        with self._transaction():
            for article, state, chunks in articles:
                self._retire(article.id)
                row = article_row(article) | {"born": self._number, "state": state}
                columns = ", ".join(row)
                values = ", ".join(f":{name}" for name in row)
                cursor = self._connection.execute(f"INSERT INTO articles ({columns}) VALUES ({values})", row)
                key = int(cursor.lastrowid or 0)
                self._connection.executemany(
                    'INSERT INTO chunks (article, start, "end", tokens, input_sha256, vector) '
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    [
                        (key, c.span.start, c.span.end, c.tokens, c.input_sha256, pack_vector(c.vector))
                        for c in chunks
                    ],
                )
                self._staged[article.id] = StagedArticle(key, state)

    def retire(self, article_ids: Sequence[str]) -> None:
        """Leave these articles out of the generation to come."""
        with self._transaction():
            for article_id in article_ids:
                self._retire(article_id)

    def _retire(self, article_id: str) -> None:
        known = self._staged.pop(article_id, None)
        if known is None:
            return
        # What no reader ever saw goes at once; what a reader may see is only marked.
        self._connection.execute("DELETE FROM articles WHERE key = ? AND born = ?", (known.key, self._number))
        self._connection.execute("UPDATE articles SET died = ? WHERE key = ?", (self._number, known.key))

    def publish(self, encoder: ModelIdentity, options: Mapping[str, object], *, truncated: int = 0) -> str:
        """Build the caches of what is staged, make them the live generation and return its name.

        Nothing happens when the live generation already is that. Vectors are read, never computed.
        """
        described = json.dumps([encoder.fingerprint, dict(options)], sort_keys=True)
        states = sorted((article_id, staged.state) for article_id, staged in self._staged.items())
        digest = hashlib.sha256(json.dumps([described, states]).encode()).hexdigest()
        if self.live is not None and self.live.endswith(digest[:8]):
            return self.live
        name = generations.generation_name(self._number, digest)
        building = generations.begin_build(self.folder, name)
        chunks = self._build_caches(building, encoder.dimension)
        manifest = Manifest(
            generation=name,
            created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            articles=len(self._staged),
            chunks=chunks,
            encoder=encoder,
            options=options,
            vectors=KIND,
            version=__version__,
            truncated=truncated,
        )
        generations.finish_build(building, manifest)
        generations.publish(self.folder, name)
        self._connection.execute("UPDATE published SET number = ?", (self._number,))
        self.live = name
        self._remove_dead()
        return name

    def _build_caches(self, building: Path, dimension: int) -> int:
        """Write the rows, the vectors and the lexical index; the number of chunks.

        Rows are ordered by article id and start, so that the caches of one corpus are the same whatever
        the history of its ingests.
        """
        rows = self._connection.execute(
            f"SELECT c.key, c.article FROM chunks c JOIN articles a ON a.key = c.article WHERE {VISIBLE} "
            'ORDER BY a.id, c.start, c."end"',
            {"generation": self._number},
        ).fetchall()
        keys = np.array([key for key, _ in rows], np.int64)
        articles = np.array([article for _, article in rows], np.int64)
        build_vectors(building / VECTORS_FILE, self._vector_batches(keys), dimension=dimension)
        lengths = build_lexical(building / LEXICAL_FOLDER, self._lexical_rows())
        np.savez(building / ROWS_FILE, keys=keys, articles=articles, lengths=lengths)
        return len(keys)

    def _vector_batches(self, keys: np.ndarray[Any, np.dtype[np.int64]]) -> Iterator[Floats]:
        for start in range(0, len(keys), _VECTOR_BATCH):
            yield np.stack(
                [
                    unpack_vector(
                        self._connection.execute(
                            "SELECT vector FROM chunks WHERE key = ?", (int(key),)
                        ).fetchone()[0]
                    )
                    for key in keys[start : start + _VECTOR_BATCH]
                ]
            )

    def _lexical_rows(self) -> Iterator[LexicalRow]:
        cursor = self._connection.cursor()
        cursor.row_factory = sqlite3.Row
        cursor.execute(
            f'SELECT {CARD_COLUMNS}, text, language, earliest, latest, floor, c.start, c."end" '
            f"FROM chunks c JOIN articles a ON a.key = c.article WHERE {VISIBLE} "
            'ORDER BY a.id, c.start, c."end"',
            {"generation": self._number},
        )
        for row in cursor:
            card = card_from_row(row)
            yield LexicalRow(
                text=card.in_context(row["text"][row["start"] : row["end"]]),
                id=card.article_id,
                source=card.source,
                language=row["language"],
                earliest=row["earliest"],
                latest=row["latest"],
                floor=row["floor"],
            )

    def _remove_dead(self) -> None:
        """Remove generations that nobody reads, and the rows that only they could see."""
        kept = generations.remove_unread(self.folder, live=self.live or "")
        oldest = min(map(generations.number_of, kept), default=self._number)
        with self._transaction():
            self._connection.execute("DELETE FROM articles WHERE died <= ?", (oldest,))
        self._connection.execute("PRAGMA incremental_vacuum").fetchall()
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _last_number(self) -> int:
        if self.live is not None:
            return generations.number_of(self.live)
        # CURRENT is gone or damaged: the store remembers what it last acknowledged.
        (number,) = self._connection.execute("SELECT number FROM published").fetchone()
        return int(number)

    def _resume(self) -> None:
        """Begin from the live articles, with what a killed ingest had staged in place of earlier versions."""
        with self._transaction():
            self._connection.execute("UPDATE articles SET died = NULL WHERE died >= ?", (self._number,))
            self._connection.execute("DELETE FROM articles WHERE born > ?", (self._number,))
            self._staged = {}
            rows = self._connection.execute(
                f"SELECT key, id, state FROM articles WHERE {VISIBLE} ORDER BY born",
                {"generation": self._number},
            ).fetchall()
            for key, article_id, state in rows:
                self._retire(article_id)
                self._staged[article_id] = StagedArticle(key, state)

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            # On a full disk SQLite may have rolled back by itself.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def pack_vector(vector: Floats) -> bytes:
    """A unit vector in half precision: its cosine to the original is above 0.999999."""
    return vector.astype("<f2").tobytes()


def unpack_vector(packed: bytes) -> Floats:
    """The stored vector as float32, of unit length again."""
    vector = np.frombuffer(packed, "<f2").astype(np.float32)
    return vector / max(float(np.linalg.norm(vector)), 1e-12)


def _sound_connection(folder: Path) -> sqlite3.Connection:
    """A connection to a store that is in order; a damaged one is set aside first."""
    try:
        connection = connect_writer(folder)
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict == "ok":
            return connection
        connection.close()
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        pass
    for name in (STORE_FILE, f"{STORE_FILE}-wal", f"{STORE_FILE}-shm"):
        if (folder / name).exists():
            generations.set_aside(folder / name)
    return connect_writer(folder)


def _sound_generation(folder: Path) -> str | None:
    """The live generation if its files are in order; a damaged one is set aside, to be built again."""
    try:
        name = generations.read_current(folder)
        generations.check_files(folder, generations.read_manifest(folder, name))
    except IndexMissing:
        return None
    except IndexDamaged:
        with contextlib.suppress(OSError, IndexDamaged):
            name = generations.read_current(folder)
            generations.set_aside(folder / name)
        return None
    return name
