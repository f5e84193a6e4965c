"""The transactional store: its schema, its connections, and articles as rows.

SQLite in WAL mode: readers go on while an ingest writes. Times are days as proleptic ordinals
(`date.toordinal`), 0 where the date is unknown, so that SQL and the lexical index compare the same numbers.
"""

from __future__ import annotations

import contextlib
import errno
import json
import sqlite3
from array import array
from collections.abc import Iterator
from pathlib import Path

from rag.errors import IndexDamaged, IndexMismatch, StorageError
from rag.types import Article, ArticleCard, Mask, Published, Span

STORE_FILE = "store.sqlite"
FORMAT_VERSION = 1
UNDATED = 0

_SCHEMA = f"""
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
CREATE TABLE articles (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    born INTEGER NOT NULL,
    died INTEGER,
    state TEXT NOT NULL,
    title TEXT NOT NULL,
    title_origin TEXT NOT NULL,
    source TEXT,
    url TEXT,
    language TEXT,
    published TEXT,
    precision TEXT NOT NULL,
    origin TEXT NOT NULL,
    not_before TEXT,
    earliest INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    floor INTEGER NOT NULL,
    text TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    source_sha256 TEXT NOT NULL,
    masks TEXT NOT NULL,
    sentences BLOB NOT NULL,
    metadata TEXT NOT NULL
);
CREATE INDEX articles_by_id ON articles (id);
CREATE INDEX articles_by_death ON articles (died) WHERE died IS NOT NULL;
CREATE TABLE chunks (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    start INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    input_sha256 BLOB NOT NULL,
    vector BLOB NOT NULL
);
CREATE INDEX chunks_by_article ON chunks (article, start);
CREATE INDEX chunks_by_input ON chunks (input_sha256);
CREATE TABLE published (only INTEGER PRIMARY KEY CHECK (only = 1), number INTEGER NOT NULL);
INSERT INTO published VALUES (1, 0);
PRAGMA user_version = {FORMAT_VERSION};
"""

CARD_COLUMNS = "id, title, title_origin, source, url, published, precision, origin, not_before, sha256"
ARTICLE_COLUMNS = f"{CARD_COLUMNS}, text, source_sha256, language, masks, sentences, metadata"
VISIBLE = "born <= :generation AND (died IS NULL OR died > :generation)"


@contextlib.contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Turn what the disk and SQLite say into the one sentence for the user."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "full" in text:
            raise StorageError(
                f"the disk that holds {folder} is full; free some space and run it again"
            ) from error
        if "locked" in text:
            raise StorageError(
                f"{folder / STORE_FILE} stayed locked by another program; run it again"
            ) from error
        if "readonly" in text or "unable to open" in text:
            raise StorageError(
                f"{folder} cannot be written; check its permissions or set RAG_INDEX"
            ) from error
        raise IndexDamaged(f"{folder / STORE_FILE} cannot be used ({text}); run `rag doctor`") from error
    except sqlite3.DatabaseError as error:
        raise IndexDamaged(
            f"{folder / STORE_FILE} is damaged ({error}); run `rag ingest` with your corpus to set it aside "
            "and build a new one"
        ) from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StorageError(
                f"the disk that holds {folder} is full; free some space and run it again"
            ) from error
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise StorageError(
                f"{folder} cannot be written; check its permissions or set RAG_INDEX"
            ) from error
        raise


def connect_writer(folder: Path) -> sqlite3.Connection:
    """Open the store for writing; create it when absent. Raises IndexMismatch on another format."""
    file = folder / STORE_FILE
    new = not file.exists() or file.stat().st_size == 0
    connection = sqlite3.connect(file, timeout=30, isolation_level=None)
    if new:
        connection.executescript(_SCHEMA)
    check_format(connection, folder)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def connect_reader(folder: Path) -> sqlite3.Connection:
    """Open the store for reading, also where the folder itself is mounted read-only."""
    location = (folder / STORE_FILE).absolute().as_uri()
    connection = sqlite3.connect(f"{location}?mode=ro", uri=True, timeout=30, check_same_thread=False)
    try:
        check_format(connection, folder)
    except sqlite3.OperationalError:
        # WAL needs a writable folder for its shared memory; a read-only mount has no writer, so the
        # file can be taken as it is.
        connection.close()
        connection = sqlite3.connect(f"{location}?immutable=1", uri=True, check_same_thread=False)
        check_format(connection, folder)
    return connection


def check_format(connection: sqlite3.Connection, folder: Path) -> None:
    """Raise IndexMismatch when the store was written by another version of its format."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version != FORMAT_VERSION:
        raise IndexMismatch(
            f"{folder / STORE_FILE} has format {version}, this version of rag reads format {FORMAT_VERSION}; "
            "move the folder away and run `rag ingest` with your corpus"
        )


def pack_spans(spans: tuple[Span, ...]) -> bytes:
    return array("q", [offset for span in spans for offset in (span.start, span.end)]).tobytes()


def unpack_spans(packed: bytes) -> tuple[Span, ...]:
    offsets = array("q")
    offsets.frombytes(packed)
    return tuple(map(Span, offsets[::2], offsets[1::2]))


def article_row(article: Article) -> dict[str, object]:
    """The article's columns, by name."""
    published = article.published
    earliest, latest = published.earliest, published.latest
    floor = Published(published.not_before, "day").earliest if published.not_before else None
    return {
        "id": article.id,
        "title": article.title,
        "title_origin": article.title_origin,
        "source": article.source,
        "url": article.url,
        "language": article.language,
        "published": published.value,
        "precision": published.precision,
        "origin": published.origin,
        "not_before": published.not_before,
        "earliest": earliest.toordinal() if earliest else UNDATED,
        "latest": latest.toordinal() if latest else UNDATED,
        "floor": floor.toordinal() if floor else UNDATED,
        "text": article.text,
        "sha256": article.sha256,
        "source_sha256": article.source_sha256,
        "masks": json.dumps([[mask.start, mask.end, mask.kind] for mask in article.masks]),
        "sentences": pack_spans(article.sentences),
        "metadata": json.dumps(dict(article.metadata), ensure_ascii=False, sort_keys=True, default=str),
    }


def card_from_row(row: sqlite3.Row) -> ArticleCard:
    return ArticleCard(
        article_id=row["id"],
        title=row["title"],
        source=row["source"],
        url=row["url"],
        published=Published(row["published"], row["precision"], row["origin"], row["not_before"]),
        article_sha256=row["sha256"],
        title_origin=row["title_origin"],
    )


def article_from_row(row: sqlite3.Row) -> Article:
    return Article(
        id=row["id"],
        title=row["title"],
        title_origin=row["title_origin"],
        text=row["text"],
        sha256=row["sha256"],
        source_sha256=row["source_sha256"],
        published=Published(row["published"], row["precision"], row["origin"], row["not_before"]),
        source=row["source"],
        url=row["url"],
        language=row["language"],
        masks=tuple(Mask(*mask) for mask in json.loads(row["masks"])),
        sentences=unpack_spans(row["sentences"]),
        metadata=json.loads(row["metadata"]),
    )
