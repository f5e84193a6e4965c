"""What is built of a generation's articles and chunks: its rows, its vectors and its lexical index."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from rag.store.database import CARD_COLUMNS, VISIBLE, card_from_row
from rag.store.embeddings import Floats, Rows, read_vectors
from rag.store.lexical import LEXICAL_FOLDER, LexicalRow, build_lexical
from rag.store.subjects import subjects_of
from rag.store.vectors import VECTORS_FILE, VectorKind, build_vectors

ROWS_FILE = "rows.npz"
_BATCH = 65_536
# By this index articles come in the order of their ids without being sorted, texts and all.
_IN_ORDER = f"FROM articles INDEXED BY articles_by_id WHERE {VISIBLE} ORDER BY id"


def build_caches(
    folder: Path, connection: sqlite3.Connection, generation: int, *, dimension: int
) -> tuple[int, VectorKind]:
    """Write the caches of a generation into its folder; the number of chunks and the kind of the vectors.

    Rows are ordered by article id and start, so that the caches of one corpus are the same whatever the
    history of its ingests.
    """
    described = _described(connection, generation)
    keys, articles, spans = described[:, 0], described[:, 1], described[:, 2:].astype(np.int32)

    def read(rows: Rows) -> Floats:
        return read_vectors(connection, keys[rows], dimension=dimension)

    kind = build_vectors(folder / VECTORS_FILE, read, count=len(keys), dimension=dimension)
    lengths, ends = build_lexical(folder / LEXICAL_FOLDER, _lexical_rows(connection, generation))
    np.savez(folder / ROWS_FILE, keys=keys, articles=articles, spans=spans, lengths=lengths, ends=ends)
    return len(keys), kind


def _described(connection: sqlite3.Connection, generation: int) -> Rows:
    """Of each row its chunk's key, its article's, start, end and tokens, `[rows, 5]`."""
    cursor = connection.execute(
        f'SELECT c.key, c.article, c.start, c."end", c.tokens FROM chunks c '
        f"JOIN articles a ON a.key = c.article WHERE {VISIBLE} "
        'ORDER BY a.id, c.start, c."end"',
        {"generation": generation},
    )
    parts = [np.empty((0, 5), np.int64)]
    while batch := cursor.fetchmany(_BATCH):
        parts.append(np.array(batch, np.int64))
    return np.concatenate(parts)


def _lexical_rows(connection: sqlite3.Connection, generation: int) -> Iterator[LexicalRow]:
    """What the lexical index holds of each chunk, in the order of the rows."""
    articles = connection.cursor()
    articles.row_factory = sqlite3.Row
    articles.execute(
        f"SELECT key, {CARD_COLUMNS}, text, language, earliest, latest, floor {_IN_ORDER}",
        {"generation": generation},
    )
    for row in articles:
        card, text = card_from_row(row), row["text"]
        subjects = subjects_of(card.title, text)
        chunks = connection.execute(
            'SELECT start, "end" FROM chunks WHERE article = ? ORDER BY start, "end"', (row["key"],)
        )
        for start, end in chunks:
            yield LexicalRow(
                text=card.in_context(text[start:end]),
                subjects=subjects,
                id=card.article_id,
                source=card.source,
                language=row["language"],
                earliest=row["earliest"],
                latest=row["latest"],
                floor=row["floor"],
            )
