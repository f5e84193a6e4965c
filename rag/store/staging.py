"""Which articles the generation to come holds: those of the last one, less what is retired, and what is
staged.

Staging is committed in batches under the number of the generation to come, invisible to every reader; an
ingest that was killed finds its work again.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np

from rag.store.database import (
    CARD_COLUMNS,
    STORED_COLUMNS,
    UNDATED,
    VISIBLE,
    article_row,
    card_from_row,
    check_intact,
    is_intact,
    transaction,
    unpack_spans,
)
from rag.store.embeddings import Floats, pack_vector
from rag.store.names import Alias, fold
from rag.types import Article, ArticleCard, Span


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


class Staging:
    """The articles of a store for the one who writes it, between generation `last` and the one of `number`.

    `counted` is how many articles the segments of the last generation hold, None where there are none to go
    on from. Where the store tells otherwise, `agrees` turns False: then all segments are made anew.
    """

    def __init__(
        self, connection: sqlite3.Connection, *, last: int, number: int, counted: int | None
    ) -> None:
        self._connection = connection
        self._last, self._number, self._counted = last, number, counted
        self.agrees = counted is not None
        self._known: dict[str, StagedArticle | None] = {}
        self._all_known = False
        self._left: dict[str, StagedArticle] = {}
        self._new: dict[str, StagedArticle] = {}
        self._gone: dict[str, StagedArticle] = {}
        self._resume()

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
            with transaction(self._connection):
                self._retire(article_id)
            self._new[article_id] = self._left.pop(article_id)
        held = self._new.get(article_id)
        if held is None and article_id not in self._gone:
            held = self.published(article_id)
        return held if held is not None and held.state == state else None

    def published_ids(self) -> Set[str]:
        """The ids of all articles that the last generation holds."""
        self.know_all()
        return {article_id for article_id, known in self._known.items() if known}

    def count_articles(self) -> int:
        """How many articles the generation to come holds so far."""
        before = self._counted if self.agrees and self._counted is not None else len(self.published_ids())
        return before - len(self._gone) + len(self._new)

    @property
    def has_changes(self) -> bool:
        """Whether the generation to come holds other articles than the last one."""
        return bool(self._new or self._gone)

    def new_keys(self) -> list[int]:
        """The keys of the articles that the last generation does not hold."""
        return [staged.key for staged in self._new.values()]

    def gone_keys(self) -> list[int]:
        """The keys of the articles that only the last generation holds."""
        return [staged.key for staged in self._gone.values()]

    def all_keys(self) -> list[int]:
        """The keys of all articles of the generation to come."""
        rows = self._connection.execute(
            f"SELECT key FROM articles WHERE {VISIBLE}", {"generation": self._number}
        )
        return [key for (key,) in rows]

    def content(self, before: str | None) -> str:
        """A digest of the states of all articles, from that of the last generation, where it is known, and
        what has changed.

        A sum of hashes, so that it does not depend on the order and can be followed; after the additive
        multiset hash of Clarke et al., "Incremental Multiset Hash Functions" (2003), section 5. It tells
        corpora apart, and is no defence.
        """
        if before is not None:
            total = int(before, 16)
        else:
            self.know_all()
            total = sum(_digest_of(name, one) for name, one in self._known.items() if one)
        total += sum(_digest_of(name, one) for name, one in self._new.items())
        total -= sum(_digest_of(name, one) for name, one in self._gone.items())
        return f"{total % 2**256:064x}"

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
        with transaction(self._connection):
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
        with transaction(self._connection):
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
        self.discard_left()
        others = self.published_ids() - article_ids
        self.retire(sorted(others | (self._new.keys() - article_ids)))
        return len(others)

    def discard_left(self) -> None:
        """Remove what an ingest that was killed has staged and what was not taken up."""
        with transaction(self._connection):
            for left in self._left.values():
                self._delete(left)
        self._left.clear()

    def _resume(self) -> None:
        """Begin from the live articles, and find what an ingest that was killed had staged."""
        with transaction(self._connection):
            self._connection.execute("UPDATE articles SET died = NULL WHERE died > ?", (self._last,))
            # What was staged last has the highest keys: nothing else is read.
            newest = self._rows("SELECT key, id, born FROM articles ORDER BY key DESC", ())
            left = list(itertools.takewhile(lambda row: row["born"] > self._last, newest))
            for article_id, key in ((row["id"], row["key"]) for row in reversed(left)):
                if earlier := self._left.get(article_id):
                    self._delete(earlier)
                self._left[article_id] = _staged_of(self._row(key))

    def know_all(self) -> None:
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
        with transaction(self._connection):
            for article_id, left in list(self._left.items()):
                if not is_intact(self._row(left.key)):
                    self._delete(self._left.pop(article_id))
            self._connection.executemany("UPDATE articles SET died = ? WHERE key = ?", doubled)
            if damaged or doubled or (self.agrees and len(self._known) != self._counted):
                # The segments tell otherwise than the store: all are made anew, of what the store holds.
                self.agrees = False
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
