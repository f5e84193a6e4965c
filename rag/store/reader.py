"""What one generation sees of the store: articles, cards and chunks, out of SQLite."""

from __future__ import annotations

import functools
import json
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import IndexDamaged, NotFound
from rag.store.conditions import Condition, NamedField, condition_of, to_sql
from rag.store.database import (
    CARD_COLUMNS,
    STORE_FILE,
    STORED_COLUMNS,
    VISIBLE,
    article_from_row,
    card_from_row,
    check_identity,
    check_intact,
    connect_reader,
    storage_errors,
    unpack_spans,
)
from rag.store.embeddings import Floats, Rows, read_vectors
from rag.store.generations import Manifest, number_of
from rag.store.names import KnownAlias
from rag.types import Article, ArticleCard, Chunk, Filters, Span

# About a kilobyte each.
_MOST_CARDS = 16_384


@dataclass(frozen=True)
class Words:
    """An article's text and the spans of its sentences, which are unpacked when they are first asked for."""

    text: str
    packed: bytes

    @functools.cached_property
    def sentences(self) -> tuple[Span, ...]:
        return unpack_spans(self.packed)


class StoredText:
    """An article as answers need it: what tells of it, and its words, read when they are first asked for.

    Most candidates never are: their place is settled by their scores. The signature (see `rag.copies`) is
    empty where none can be made, or where an earlier version of rag stored the article. `read` raises
    IndexDamaged when the article is not what was written.
    """

    __slots__ = ("_read", "_words", "card", "signature")

    def __init__(self, card: ArticleCard, signature: bytes, read: Callable[[], Words]) -> None:
        self.card = card
        self.signature = signature
        self._read = read
        self._words: Words | None = None

    @property
    def words(self) -> Words:
        if self._words is None:
            self._words = self._read()
        return self._words

    @words.setter
    def words(self, words: Words) -> None:
        """For who has read those of several articles together."""
        self._words = words

    @property
    def is_read(self) -> bool:
        return self._words is not None

    @property
    def text(self) -> str:
        return self.words.text

    @property
    def sentences(self) -> tuple[Span, ...]:
        return self.words.sentences


class Reader:
    """Read-only view of one generation's rows; each thread gets a connection of its own.

    Raises IndexMismatch when the store is not the one that the generation was built from.
    """

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        self._folder = folder
        self.dimension = manifest.encoder.dimension
        self._store = manifest.store
        self._number = number_of(manifest.generation)
        self._visible = {"generation": self._number}
        # What is stored under a key never changes, and what is found for one question is found for the next.
        self._cards: dict[int, tuple[ArticleCard, bytes]] = {}
        self._local = threading.local()
        self._connection()

    def article(self, article_id: str) -> Article:
        """The article of this id. Raises NotFound, and IndexDamaged when it is not what was written."""
        return article_from_row(self._stored(article_id, STORED_COLUMNS))

    def text_of(self, article_id: str) -> str:
        """The text of the article of this id, for the caller to hold against its hash. Raises NotFound."""
        return str(self._stored(article_id, "text")["text"])

    def _stored(self, article_id: str, columns: str) -> sqlite3.Row:
        found = self._query(
            f"SELECT {columns} FROM articles WHERE id = :id AND {VISIBLE}",
            {"id": article_id, **self._visible},
        )
        if not found:
            raise NotFound(
                f"no article has the id {article_id!r}; `rag articles list` shows those that are there"
            )
        return found[0]

    def list_articles(self, *, after: str | None, limit: int, filters: Filters) -> list[Article]:
        """Articles by id, those behind `after`, at most `limit`."""
        sql, values = to_sql(condition_of(filters))
        rows = self._query(
            f"SELECT {STORED_COLUMNS} FROM articles WHERE id > :after AND {VISIBLE} AND {sql} "
            "ORDER BY id LIMIT :limit",
            {"after": after or "", "limit": limit, **self._visible, **values},
        )
        return [article_from_row(row) for row in rows]

    def chunks_of(self, article_id: str) -> list[Chunk]:
        """The chunks of an article in reading order; none when there is no such article."""
        rows = self._query(
            'SELECT start, "end", tokens FROM chunks WHERE article IN '
            f"(SELECT key FROM articles WHERE id = :id AND {VISIBLE}) ORDER BY start",
            {"id": article_id, **self._visible},
        )
        return [Chunk(article_id, row["start"], row["end"], row["tokens"]) for row in rows]

    def keys_where(self, condition: Condition) -> list[int]:
        """Keys of the articles that the condition admits."""
        sql, values = to_sql(condition)
        rows = self._query(f"SELECT key FROM articles WHERE {VISIBLE} AND {sql}", {**self._visible, **values})
        return [row["key"] for row in rows]

    def count_where(self, condition: Condition) -> int:
        """How many articles the condition admits."""
        sql, values = to_sql(condition)
        rows = self._query(
            f"SELECT count(*) FROM articles WHERE {VISIBLE} AND {sql}", {**self._visible, **values}
        )
        return int(rows[0][0])

    def values_of(self, field: NamedField, condition: Condition, *, most: int) -> set[str]:
        """The values of a field of the articles that the condition admits; at most `most`."""
        sql, values = to_sql(condition)
        # Without an order, so that it ends at the last of them and not at the end of the archive.
        rows = self._query(
            f"SELECT DISTINCT {field} FROM articles WHERE {field} IS NOT NULL AND {VISIBLE} AND {sql} "
            "LIMIT :most",
            {"most": most, **self._visible, **values},
        )
        return {row[field] for row in rows}

    def sources(self, condition: Condition) -> list[str]:
        """The sources of the articles that the condition admits, in order."""
        sql, values = to_sql(condition)
        rows = self._query(
            f"SELECT DISTINCT source FROM articles WHERE source IS NOT NULL AND {VISIBLE} AND {sql} "
            "ORDER BY source",
            {**self._visible, **values},
        )
        return [row["source"] for row in rows]

    def aliases(self, folded: Sequence[str], condition: Condition) -> list[KnownAlias]:
        """What the articles that the condition admits tell of these folded forms."""
        sql, values = to_sql(condition)
        rows = self._query(
            "SELECT folded, other, kind, in_capitals, min(id) AS first, count(*) AS articles "
            "FROM aliases JOIN articles ON key = article "
            f"WHERE folded IN (SELECT value FROM json_each(:forms)) AND {VISIBLE} AND {sql} "
            "GROUP BY folded, other, kind, in_capitals ORDER BY folded, articles DESC, other, kind",
            {"forms": json.dumps(folded), **self._visible, **values},
        )
        return [
            KnownAlias(
                row["folded"],
                row["other"],
                row["kind"],
                bool(row["in_capitals"]),
                row["first"],
                row["articles"],
            )
            for row in rows
        ]

    def stored_texts(self, keys: Collection[int]) -> dict[int, StoredText]:
        """The articles of these keys, which must be the generation's, by key; all in one query."""
        known = {key: card for key in keys if (card := self._cards.get(key))}
        unknown = [key for key in keys if key not in known]
        if unknown:
            known |= self._read_cards(unknown)
        return {
            key: StoredText(card, signature, functools.partial(self._words, key))
            for key, (card, signature) in known.items()
        }

    def _read_cards(self, keys: Collection[int]) -> dict[int, tuple[ArticleCard, bytes]]:
        """What tells of the articles of these keys, and their signatures."""
        rows = self._query(
            f"SELECT key, {CARD_COLUMNS}, signature FROM articles "
            "WHERE key IN (SELECT value FROM json_each(:keys))",
            {"keys": json.dumps(list(keys))},
        )
        found = {row["key"]: (card_from_row(row), row["signature"]) for row in rows}
        if not found.keys() >= set(keys):
            raise self._lacks_a_row()
        if len(self._cards) >= _MOST_CARDS:
            self._cards.clear()
        self._cards |= found
        return found

    def _words(self, key: int) -> Words:
        for row in self._query(f"SELECT {STORED_COLUMNS} FROM articles WHERE key = :key", {"key": key}):
            check_intact(row)
            return Words(row["text"], row["sentences"])
        raise self._lacks_a_row()

    def read_together(self, articles: Iterable[StoredText]) -> None:
        """Read the words of articles that were not read yet, in one query.

        Raises IndexDamaged when one is not what was written.
        """
        unread = {article.card.article_id: article for article in articles if not article.is_read}
        if not unread:
            return
        rows = self._query(
            f"SELECT {STORED_COLUMNS} FROM articles "
            f"WHERE id IN (SELECT value FROM json_each(:ids)) AND {VISIBLE}",
            {"ids": json.dumps(list(unread)), **self._visible},
        )
        for row in rows:
            check_intact(row)
            unread[row["id"]].words = Words(row["text"], row["sentences"])

    def vectors(self, keys: Rows, *, dimension: int) -> Floats:
        """The stored unit vectors `[len(keys), dimension]` of the chunks of these keys."""
        with storage_errors(self._folder):
            try:
                return read_vectors(self._connection(), keys, dimension=dimension)
            except (KeyError, ValueError):
                raise self._lacks_a_row() from None

    def _lacks_a_row(self) -> IndexDamaged:
        return IndexDamaged(
            f"{self._folder / STORE_FILE} lacks a row of generation {self._number}; run `rag ingest` with "
            "your corpus to rebuild it"
        )

    def _query(self, sql: str, values: Mapping[str, object]) -> list[sqlite3.Row]:
        with storage_errors(self._folder):
            try:
                return list(self._connection().execute(sql, values))
            except UnicodeEncodeError:
                # An id with half a surrogate pair in it, which no article has.
                return []

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = connect_reader(self._folder)
            check_identity(connection, self._folder, store=self._store, number=self._number)
            connection.row_factory = sqlite3.Row
            self._local.connection = connection
        return connection
