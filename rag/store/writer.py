"""Write side of the store: stage articles, retire what is gone, publish a generation.

Staging is committed in batches under the number of the generation to come, invisible to every reader; an
ingest that was killed finds its work again. Nothing is acknowledged before `publish` returns.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from rag import __version__
from rag.errors import IndexBusy
from rag.store import generations
from rag.store.building import Changes, build_generation, made_alike
from rag.store.database import (
    CARD_COLUMNS,
    STORE_FILE,
    STORED_COLUMNS,
    UNDATED,
    VISIBLE,
    article_row,
    card_from_row,
    check_intact,
    close_writer,
    identity_of,
    is_intact,
    is_refusal,
    storage_errors,
    unpack_spans,
)
from rag.store.embeddings import Floats, pack_vector
from rag.store.generations import Manifest, ModelIdentity
from rag.store.names import Alias, fold
from rag.store.repair import (
    mendable_generation,
    sound_connection,
    sound_generation,
    usable_connection,
    usable_generation,
)
from rag.store.segments import to_join
from rag.types import Article, ArticleCard, Span

INGEST_LOCK = "ingest.lock"


@dataclass(frozen=True, slots=True)
class StagedArticle:
    """An article that the generation to come holds.

    `state` is the hash of all that its rows derive from, `notes` what was repaired or assumed in making it.
    `is_file` says that its text is all of what it was read from, so that it is no line of a file.
    """

    key: int
    state: str
    title: str
    is_file: bool
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
    """The one writer of an index folder, for one generation. Use `Writer.open` as a context manager.

    The generation to come holds what the live one does, less what is retired, and what is staged.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection, live: Manifest | None) -> None:
        self.folder = folder
        self.live = live
        self._connection = connection
        self._store, last = identity_of(connection)
        # Never a number that was used before, not even by a generation that was built and never named.
        self._number = 1 + max([last, *map(generations.number_of, generations.generations_in(folder))])
        self._last = generations.number_of(live.generation) if live else last
        self._built = False
        # A generation that is damaged has no segments to go on from.
        self._damaged = live.generation if live and not live.segments else None
        self._known: dict[str, StagedArticle | None] = {}
        self._all_known = False
        self._left: dict[str, StagedArticle] = {}
        self._new: dict[str, StagedArticle] = {}
        self._gone: dict[str, StagedArticle] = {}
        self._resume()

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
                writer._know_all()
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

    def published(self, article_id: str) -> StagedArticle | None:
        """The article of this id as the last generation holds it. Raises IndexDamaged where a writer that is
        not thorough finds that it is not what was written."""
        if article_id not in self._known and not self._all_known:
            row = self._rows(
                f"SELECT {STORED_COLUMNS} FROM articles WHERE id = :id AND {VISIBLE}",
                {"id": article_id, "generation": self._last},
            ).fetchone()
            if row:
                check_intact(row)
            self._known[article_id] = _staged_of(row) if row else None
        return self._known.get(article_id)

    def signature(self, key: int) -> bytes:
        """The signature of a stored article (see `rag.copies`), empty where it has none."""
        row = self._connection.execute("SELECT signature FROM articles WHERE key = ?", (key,)).fetchone()
        return bytes(row[0]) if row else b""

    def staged(self, article_id: str, state: str) -> StagedArticle | None:
        """The article of this id as the generation to come holds it, if it is of this state.

        What an ingest that was killed has staged is taken up.
        """
        left = self._left.get(article_id)
        if left is not None and left.state == state:
            with self._transaction():
                self._retire(article_id)
            self._new[article_id] = self._left.pop(article_id)
        held = self._new.get(article_id)
        if held is None and article_id not in self._gone:
            held = self.published(article_id)
        return held if held is not None and held.state == state else None

    def published_ids(self) -> Set[str]:
        """The ids of all articles that the last generation holds."""
        self._know_all()
        return {article_id for article_id, known in self._known.items() if known}

    def count_articles(self) -> int:
        """How many articles the generation to come holds so far."""
        before = self.live.articles if self.live else len(self.published_ids())
        return before - len(self._gone) + len(self._new)

    def count_undated(self) -> int:
        """How many articles of the generation to come, or of the one just published, are of unknown date.

        The index of what filters ask has them side by side, so that no article is read for it.
        """
        (count,) = self._connection.execute(
            f"SELECT count(*) FROM articles WHERE latest = :undated AND {VISIBLE}",
            {"undated": UNDATED, "generation": self._number},
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
                self._new[new.article.id] = StagedArticle(
                    key,
                    new.state,
                    new.article.title,
                    new.article.sha256 == new.article.source_sha256,
                    new.notes,
                )

    def retire(self, article_ids: Iterable[str]) -> None:
        """Leave these articles out of the generation to come."""
        with self._transaction():
            for article_id in article_ids:
                self._retire(article_id)

    def _retire(self, article_id: str) -> None:
        # What no reader ever saw goes at once; what a reader may see is only marked.
        if known := self._new.pop(article_id, None):
            self._delete(known)
        elif article_id not in self._gone and (known := self.published(article_id)):
            self._connection.execute("UPDATE articles SET died = ? WHERE key = ?", (self._number, known.key))
            self._gone[article_id] = known

    def retire_all_but(self, article_ids: Set[str]) -> int:
        """Leave all others out of the generation to come, also what a killed ingest has staged and what was
        not taken up; how many of them the last one holds."""
        self._discard_left()
        others = self.published_ids() - article_ids
        self.retire(sorted(others | (self._new.keys() - article_ids)))
        return len(others)

    def _discard_left(self) -> None:
        with self._transaction():
            for left in self._left.values():
                self._delete(left)
        self._left.clear()

    def already_live(self, encoder: ModelIdentity, options: Mapping[str, object]) -> Manifest | None:
        """The manifest of the live generation where that is what `publish` would build."""
        if self.live is None or self._new or self._gone:
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
            self._discard_left()
            self._remove_dead()
            return live
        before = self.live.truncated if self.live and made_alike(self.live, encoder, options) else 0
        manifest = Manifest(
            generation="",
            created="",
            articles=self.count_articles(),
            chunks=0,
            encoder=encoder,
            options=options,
            segments=(),
            content=self._content(),
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
        if self._new or self._gone:
            raise RuntimeError("what is staged is published, not compacted")
        if self._damaged or to_join(self.live.segments, 0):
            return self._build(replace(self.live, version=__version__), None)
        self._discard_left()
        self._remove_dead()
        return self.live

    def _build(self, manifest: Manifest, most: int | None) -> Manifest:
        """Build, name and publish the generation that the manifest describes but for its name, its time, its
        segments, its chunks and its files."""
        if self._built:
            raise RuntimeError("a writer builds one generation")
        self._built = True
        self._discard_left()
        standing = self.live if self.live and not self._damaged else None
        changes = Changes(
            new=[staged.key for staged in self._new.values()] if standing else self._all_keys(),
            gone=[staged.key for staged in self._gone.values()],
        )
        self.live = build_generation(
            self.folder, self._connection, manifest, standing, changes, number=self._number, most=most
        )
        self._connection.execute("UPDATE store SET generation = ?", (self._number,))
        generations.publish(self.folder, self.live.generation)
        if self._damaged:
            with self._put_off():
                generations.set_aside(self.folder / self._damaged)
        self._remove_dead()
        return self.live

    def _all_keys(self) -> list[int]:
        rows = self._connection.execute(
            f"SELECT key FROM articles WHERE {VISIBLE}", {"generation": self._number}
        )
        return [key for (key,) in rows]

    def _content(self) -> str:
        """A digest of the states of all articles, from that of the live generation and what has changed.

        A sum of hashes, so that it does not depend on the order and can be followed; after the additive
        multiset hash of Clarke et al., "Incremental Multiset Hash Functions" (2003), section 5. It tells
        corpora apart, and is no defence.
        """
        if self.live:
            total = int(self.live.content, 16)
        else:
            self._know_all()
            total = sum(_digest_of(name, one) for name, one in self._known.items() if one)
        total += sum(_digest_of(name, one) for name, one in self._new.items())
        total -= sum(_digest_of(name, one) for name, one in self._gone.items())
        return f"{total % 2**256:064x}"

    def _remove_dead(self) -> None:
        """Remove generations that nobody reads, and the rows that only they could see, or leave it to the
        next time."""
        with self._put_off():
            kept = generations.remove_unread(self.folder, live=self.live.generation if self.live else "")
            oldest = min(map(generations.number_of, kept), default=self._number)
            with self._transaction():
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

    def _resume(self) -> None:
        """Begin from the live articles, and find what an ingest that was killed had staged."""
        with self._transaction():
            self._connection.execute("UPDATE articles SET died = NULL WHERE died > ?", (self._last,))
            # What was staged last has the highest keys: nothing else is read.
            newest = self._rows("SELECT key, id, born FROM articles ORDER BY key DESC", ())
            left = list(itertools.takewhile(lambda row: row["born"] > self._last, newest))
            for article_id, key in ((row["id"], row["key"]) for row in reversed(left)):
                if earlier := self._left.get(article_id):
                    self._delete(earlier)
                self._left[article_id] = _staged_of(self._row(key))

    def _know_all(self) -> None:
        """Read all articles of the last generation; the damaged ones are retired, to be staged again."""
        if self._all_known:
            return
        self._all_known = True
        damaged, doubled = [], []
        cursor = self._rows(
            f"SELECT {STORED_COLUMNS} FROM articles WHERE {VISIBLE} ORDER BY born", {"generation": self._last}
        )
        for row in cursor:
            if earlier := self._known.get(row["id"]):
                doubled.append((self._number, earlier.key))
            self._known[row["id"]] = _staged_of(row)
            if not is_intact(row):
                damaged.append(row["id"])
        self.retire(damaged)
        with self._transaction():
            for article_id, left in list(self._left.items()):
                if not is_intact(self._row(left.key)):
                    self._delete(self._left.pop(article_id))
            self._connection.executemany("UPDATE articles SET died = ? WHERE key = ?", doubled)
            if damaged or doubled or (self.live and len(self._known) != self.live.articles):
                # The segments tell otherwise than the store: all are made anew, of what the store holds.
                self.live = None
                kept = json.dumps([left.key for left in self._left.values()])
                self._connection.execute(
                    "DELETE FROM articles WHERE born > ? AND key NOT IN (SELECT value FROM json_each(?))",
                    (self._last, kept),
                )

    def _row(self, key: int) -> sqlite3.Row:
        row: sqlite3.Row = self._rows(
            f"SELECT {STORED_COLUMNS} FROM articles WHERE key = ?", (key,)
        ).fetchone()
        return row

    def _rows(self, sql: str, values: Mapping[str, object] | Sequence[object]) -> sqlite3.Cursor:
        cursor = self._connection.cursor()
        cursor.row_factory = sqlite3.Row
        return cursor.execute(sql, values)

    def _delete(self, article: StagedArticle) -> None:
        self._connection.execute("DELETE FROM articles WHERE key = ?", (article.key,))

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


def _staged_of(row: sqlite3.Row) -> StagedArticle:
    """What a row of `STORED_COLUMNS` tells a writer. Notes that are damaged count as none."""
    try:
        notes = tuple(map(str, json.loads(row["notes"])))
    except (ValueError, TypeError):
        notes = ()
    is_file = row["sha256"] == row["source_sha256"]
    return StagedArticle(row["key"], row["state"], row["title"], is_file, notes)


def _digest_of(article_id: str, staged: StagedArticle) -> int:
    described = json.dumps([article_id, staged.state])
    return int.from_bytes(hashlib.sha256(described.encode()).digest(), "big")


def compact_index(folder: Path) -> tuple[Manifest, Manifest]:
    """Join the segments of an index that are too many or too worn; its manifests before and after.

    Segments that are damaged are written anew from the store, all of them: then the first manifest has none.
    Questions go on being answered meanwhile; nothing is embedded. Raises IndexMissing where there is no
    index, IndexDamaged and IndexMismatch where the store does not hold all of it.
    """
    with Writer.mending(folder) as writer:
        assert writer.live
        return writer.live, writer.compact()
