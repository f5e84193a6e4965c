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

import numpy as np

from rag import __version__
from rag.errors import IndexBusy
from rag.store import generations
from rag.store.caches import build_caches
from rag.store.database import (
    CARD_COLUMNS,
    STORED_COLUMNS,
    VISIBLE,
    article_row,
    card_from_row,
    close_writer,
    identity_of,
    is_intact,
    storage_errors,
    unpack_spans,
)
from rag.store.embeddings import Floats, pack_vector
from rag.store.generations import Manifest, ModelIdentity
from rag.store.names import Alias, fold
from rag.store.repair import sound_connection, sound_generation
from rag.types import Article, ArticleCard, Span

INGEST_LOCK = "ingest.lock"


@dataclass(frozen=True, slots=True)
class StagedArticle:
    """An article that the generation to come holds.

    `state` is the hash of all that its rows derive from, `notes` what was repaired or assumed in making it.
    """

    key: int
    state: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk to store: its span, its tokens, the hash of what the encoder read and the vector it gave."""

    span: Span
    tokens: int
    input_sha256: bytes
    vector: Floats


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article to store, with its state, what was noted in making it, its signature (see `rag.copies`), its
    chunks and its aliases."""

    article: Article
    state: str
    notes: tuple[str, ...]
    signature: bytes
    chunks: Sequence[StoredChunk]
    aliases: Sequence[Alias]


@dataclass(frozen=True, slots=True)
class SignedArticle:
    """What is known of a staged article before its text is read. `length` is in bytes of UTF-8."""

    key: int
    card: ArticleCard
    length: int
    signature: bytes


class Writer:
    """The one writer of an index folder. Use `Writer.open` as a context manager."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, live: str | None) -> None:
        self.folder = folder
        self.live = live
        self._connection = connection
        self._store, last = identity_of(connection)
        # Never a number that was used before, not even by a generation that was built and never named.
        self._number = 1 + max([last, *map(generations.number_of, generations.generations_in(folder))])
        self._published: dict[str, StagedArticle] = {}
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
                connection = sound_connection(folder)
                try:
                    yield cls(folder, connection, sound_generation(folder, connection))
                finally:
                    close_writer(connection, folder)

    @property
    def published(self) -> Mapping[str, StagedArticle]:
        """What the last generation holds, by article id."""
        return self._published

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
        """The vectors already stored for these hashes of encoder inputs, to be stored again as they are.

        Not brought to unit length: rounded twice, they would not be what a fresh ingest stores.
        """
        found: dict[bytes, Floats] = {}
        for digest in inputs:
            row = self._connection.execute(
                "SELECT vector FROM chunks WHERE input_sha256 = ? LIMIT 1", (digest,)
            ).fetchone()
            if row:
                found[digest] = np.frombuffer(row[0], "<f2").astype(np.float32)
        return found

    def signed(self) -> Iterator[SignedArticle]:
        """The articles of the generation to come that have a signature."""
        cursor = self._connection.cursor()
        cursor.row_factory = sqlite3.Row
        cursor.execute(
            # In bytes: as text SQLite would count up to the first NUL.
            f"SELECT key, {CARD_COLUMNS}, length(CAST(text AS BLOB)) AS length, signature FROM articles "
            f"WHERE {VISIBLE} AND signature != x'' ORDER BY id",
            {"generation": self._number},
        )
        for row in cursor:
            yield SignedArticle(row["key"], card_from_row(row), row["length"], row["signature"])

    def sentences(self, key: int) -> tuple[str, tuple[Span, ...]]:
        """The text of a staged article and the spans of its sentences."""
        text, packed = self._connection.execute(
            "SELECT text, sentences FROM articles WHERE key = ?", (key,)
        ).fetchone()
        return text, unpack_spans(packed)

    def stage(self, articles: Sequence[NewArticle]) -> None:
        """Put articles into the generation to come, in one transaction.

        An earlier version of an article is retired.
        """
        with self._transaction():
            for new in articles:
                self._retire(new.article.id)
                row = article_row(
                    new.article,
                    notes=new.notes,
                    signature=new.signature,
                    born=self._number,
                    state=new.state,
                )
                columns = ", ".join(row)
                values = ", ".join(f":{name}" for name in row)
                cursor = self._connection.execute(f"INSERT INTO articles ({columns}) VALUES ({values})", row)
                key = int(cursor.lastrowid or 0)
                self._connection.executemany(
                    'INSERT INTO chunks (article, start, "end", tokens, input_sha256, vector) '
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    [
                        (key, c.span.start, c.span.end, c.tokens, c.input_sha256, pack_vector(c.vector))
                        for c in new.chunks
                    ],
                )
                self._connection.executemany(
                    "INSERT INTO aliases (article, folded, other, kind, in_capitals) VALUES (?, ?, ?, ?, ?)",
                    [(key, fold(a.form), a.other, a.kind, int(a.in_capitals)) for a in new.aliases],
                )
                self._staged[new.article.id] = StagedArticle(key, new.state, new.notes)

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

    def already_live(self, encoder: ModelIdentity, options: Mapping[str, object]) -> Manifest | None:
        """The manifest of the live generation where that is what `publish` would build."""
        if self.live is None or self._staged != self._published:
            return None
        if not self.live.endswith(self._digest(encoder, options)[:8]):
            return None
        return generations.read_manifest(self.folder, self.live)

    def _digest(self, encoder: ModelIdentity, options: Mapping[str, object]) -> str:
        described = json.dumps([encoder.fingerprint, dict(options)], sort_keys=True)
        states = sorted((article_id, staged.state) for article_id, staged in self._staged.items())
        return hashlib.sha256(json.dumps([described, states]).encode()).hexdigest()

    def publish(
        self, encoder: ModelIdentity, options: Mapping[str, object], *, truncated: int, copies: int
    ) -> str:
        """Build the caches of what is staged, make them the live generation and return its name.

        Nothing happens when the live generation already is that. Vectors are read, never computed.
        """
        if live := self.already_live(encoder, options):
            self._remove_dead()
            return live.generation
        digest = self._digest(encoder, options)
        name = generations.generation_name(self._number, digest)
        building = generations.begin_build(self.folder, name)
        chunks, kind = build_caches(building, self._connection, self._number, dimension=encoder.dimension)
        manifest = Manifest(
            generation=name,
            created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            articles=len(self._staged),
            chunks=chunks,
            encoder=encoder,
            options=options,
            vectors=kind,
            version=__version__,
            store=self._store,
            truncated=truncated,
            copies=copies,
        )
        generations.finish_build(building, manifest)
        self._connection.execute("UPDATE store SET generation = ?", (self._number,))
        generations.publish(self.folder, name)
        self.live = name
        self._remove_dead()
        return name

    def _remove_dead(self) -> None:
        """Remove generations that nobody reads, and the rows that only they could see."""
        kept = generations.remove_unread(self.folder, live=self.live or "")
        oldest = min(map(generations.number_of, kept), default=self._number)
        with self._transaction():
            self._connection.execute("DELETE FROM articles WHERE died <= ?", (oldest,))
        self._connection.execute("PRAGMA incremental_vacuum").fetchall()
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _resume(self) -> None:
        """Begin from the live articles, with what a killed ingest had staged in place of earlier versions.

        An article whose row is damaged is left out, to be stored again.
        """
        last = generations.number_of(self.live) if self.live else self._number - 1
        with self._transaction():
            self._connection.execute("UPDATE articles SET died = NULL WHERE died >= ?", (self._number,))
            self._published.update(self._states(last))
            damaged = []
            for article_id, stored, intact in list(self._visible(self._number)):
                self._retire(article_id)
                self._staged[article_id] = stored
                if not intact:
                    damaged.append(article_id)
            for article_id in damaged:
                self._retire(article_id)

    def _states(self, number: int) -> Iterator[tuple[str, StagedArticle]]:
        """The articles that a generation of this number sees, by id."""
        rows = self._connection.execute(
            f"SELECT id, key, state, notes FROM articles WHERE {VISIBLE} ORDER BY born",
            {"generation": number},
        )
        for article_id, key, state, notes in rows:
            yield article_id, StagedArticle(key, state, tuple(json.loads(notes)))

    def _visible(self, number: int) -> Iterator[tuple[str, StagedArticle, bool]]:
        """The articles that a generation of this number sees: id, row, and whether the row is intact."""
        cursor = self._connection.cursor()
        cursor.row_factory = sqlite3.Row
        cursor.execute(
            f"SELECT {STORED_COLUMNS} FROM articles WHERE {VISIBLE} ORDER BY born", {"generation": number}
        )
        for row in cursor:
            staged = StagedArticle(row["key"], row["state"], tuple(json.loads(row["notes"])))
            yield row["id"], staged, is_intact(row)

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
