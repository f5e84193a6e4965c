"""What one generation sees of the store: articles, cards and chunks, out of SQLite."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import NotFound
from rag.store.conditions import Condition, condition_of, to_sql
from rag.store.database import (
    ARTICLE_COLUMNS,
    CARD_COLUMNS,
    article_from_row,
    card_from_row,
    connect_reader,
    storage_errors,
    unpack_spans,
)
from rag.types import Article, ArticleCard, Chunk, Filters, Span

_VISIBLE = "born <= ? AND (died IS NULL OR died > ?)"


@dataclass(frozen=True, slots=True)
class StoredText:
    """An article's words with what a reader must know of it, and its sentences."""

    card: ArticleCard
    text: str
    sentences: tuple[Span, ...]


class Reader:
    """Read-only view of one generation's rows; each thread gets a connection of its own."""

    def __init__(self, folder: Path, number: int) -> None:
        self._folder = folder
        self._visible: list[object] = [number, number]
        self._local = threading.local()

    def article(self, article_id: str) -> Article:
        """The article of this id. Raises NotFound."""
        found = self._query(
            f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id = ? AND {_VISIBLE}",
            [article_id, *self._visible],
        )
        if not found:
            raise NotFound(
                f"no article has the id {article_id!r}; `rag articles list` shows those that are there"
            )
        return article_from_row(found[0])

    def list_articles(self, *, after: str | None, limit: int, filters: Filters) -> list[Article]:
        """Articles by id, those behind `after`, at most `limit`."""
        sql, values = to_sql(condition_of(filters))
        rows = self._query(
            f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id > ? AND {_VISIBLE} AND {sql} "
            "ORDER BY id LIMIT ?",
            [after or "", *self._visible, *values, limit],
        )
        return [article_from_row(row) for row in rows]

    def chunks_of(self, article_id: str) -> list[Chunk]:
        """The chunks of an article in reading order; none when there is no such article."""
        rows = self._query(
            'SELECT start, "end", tokens FROM chunks WHERE article IN '
            f"(SELECT key FROM articles WHERE id = ? AND {_VISIBLE}) ORDER BY start",
            [article_id, *self._visible],
        )
        return [Chunk(article_id, row["start"], row["end"], row["tokens"]) for row in rows]

    def keys_where(self, condition: Condition) -> list[int]:
        """Keys of the articles that the condition admits."""
        sql, values = to_sql(condition)
        rows = self._query(f"SELECT key FROM articles WHERE {_VISIBLE} AND {sql}", [*self._visible, *values])
        return [row["key"] for row in rows]

    def count_where(self, condition: Condition) -> int:
        """How many articles the condition admits."""
        sql, values = to_sql(condition)
        rows = self._query(
            f"SELECT count(*) FROM articles WHERE {_VISIBLE} AND {sql}", [*self._visible, *values]
        )
        return int(rows[0][0])

    def stored_text(self, key: int) -> StoredText:
        """The article of this key, which must be one of the generation's."""
        row = self._query(f"SELECT {CARD_COLUMNS}, text, sentences FROM articles WHERE key = ?", [key])[0]
        return StoredText(card_from_row(row), row["text"], unpack_spans(row["sentences"]))

    def chunk_span(self, key: int) -> tuple[int, int, int]:
        """Start, end and tokens of the chunk of this key."""
        start, end, tokens = self._query('SELECT start, "end", tokens FROM chunks WHERE key = ?', [key])[0]
        return start, end, tokens

    def _query(self, sql: str, values: Sequence[object]) -> list[sqlite3.Row]:
        with storage_errors(self._folder):
            connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
            if connection is None:
                connection = connect_reader(self._folder)
                connection.row_factory = sqlite3.Row
                self._local.connection = connection
            return list(connection.execute(sql, values))
