"""The transactional store: its schema, its connections, and articles as rows.

SQLite in WAL mode: readers go on while an ingest writes. Times are days as proleptic ordinals
(`date.toordinal`), 0 where the date is unknown, so that SQL and the lexical index compare the same numbers.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from rag.errors import IndexDamaged, IndexMismatch, IndexMissing, RagError, StorageError
from rag.types import Article, ArticleCard, Mask, Published, Span

STORE_FILE = "store.sqlite"
FORMAT_VERSION = 4
UNDATED = 0

_REFUSALS = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_IOERR,
}

# What articles tell of other forms of a name, looked up by the folded form.
_ALIASES = """
CREATE TABLE aliases (
    article INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    folded TEXT NOT NULL,
    other TEXT NOT NULL,
    kind TEXT NOT NULL,
    in_capitals INTEGER NOT NULL
);
CREATE INDEX aliases_by_form ON aliases (folded);
CREATE INDEX aliases_by_article ON aliases (article);
"""
# All that filters and generations ask of an article, so that they read no texts.
_FILTERS = """
CREATE INDEX articles_by_filters ON articles
    (latest, earliest, floor, source, language, id, born, died);
"""
# By format, what makes the next one of it. New tables are empty and new columns neutral: the next ingest
# stages every article again, since the pipeline's version has changed too, and finds its vectors stored.
_MIGRATIONS = {
    1: _ALIASES,
    2: "ALTER TABLE articles ADD COLUMN signature BLOB NOT NULL DEFAULT x'';",
    3: f"ALTER TABLE articles ADD COLUMN notes TEXT NOT NULL DEFAULT '[]'; {_FILTERS}",
}

# One transaction, so that a kill leaves all of it or nothing.
_SCHEMA = f"""
PRAGMA auto_vacuum = INCREMENTAL;
PRAGMA journal_mode = WAL;
BEGIN IMMEDIATE;
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
    signature BLOB NOT NULL,
    metadata TEXT NOT NULL,
    notes TEXT NOT NULL,
    seal BLOB NOT NULL
);
CREATE INDEX articles_by_id ON articles (id);
CREATE INDEX articles_by_death ON articles (died) WHERE died IS NOT NULL;
{_FILTERS}
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
{_ALIASES}
CREATE TABLE store (
    only INTEGER PRIMARY KEY CHECK (only = 1), id TEXT NOT NULL, generation INTEGER NOT NULL
);
INSERT INTO store VALUES (1, lower(hex(randomblob(16))), 0);
PRAGMA user_version = {FORMAT_VERSION};
COMMIT;
"""

CARD_COLUMNS = "id, title, title_origin, source, url, published, precision, origin, not_before, sha256"
SEALED_COLUMNS = (
    *CARD_COLUMNS.split(", "),
    *("born", "state", "language", "earliest", "latest", "floor"),
    *("text", "source_sha256", "masks", "sentences", "metadata"),
)
STORED_COLUMNS = ", ".join(("key", *SEALED_COLUMNS, "notes", "signature", "seal"))
VISIBLE = "born <= :generation AND (died IS NULL OR died > :generation)"


def is_refusal(error: sqlite3.Error, folder: Path) -> bool:
    """Whether the disk or another program refused, so that the store itself may well be in order."""
    code = _primary_code(error)
    if code == sqlite3.SQLITE_READONLY:
        # A damaged header can forbid writing as well.
        return not (os.access(folder, os.W_OK) and os.access(folder / STORE_FILE, os.W_OK))
    return code in _REFUSALS


def _primary_code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF


@contextlib.contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Turn what the disk and SQLite say into the one sentence for the user."""
    try:
        yield
    except sqlite3.Error as error:
        code = _primary_code(error)
        if code == sqlite3.SQLITE_FULL:
            raise _full(folder) from error
        if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise StorageError(
                f"{folder / STORE_FILE} stayed locked by another program; run it again"
            ) from error
        if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
            raise _forbidden(folder) from error
        if code == sqlite3.SQLITE_IOERR:
            raise StorageError(
                f"the disk that holds {folder} failed ({error}); check it and run it again"
            ) from error
        raise IndexDamaged(
            f"{folder / STORE_FILE} is damaged ({error}); run `rag ingest` with your corpus to set it aside "
            "and build a new one"
        ) from error
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise _full(folder) from error
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise _forbidden(folder) from error
        raise StorageError(
            f"{error.filename or folder} cannot be used ({error.strerror or error}); check it and run again"
        ) from error


def _full(folder: Path) -> StorageError:
    return StorageError(f"the disk that holds {folder} is full; free some space and run it again")


def _forbidden(folder: Path) -> StorageError:
    return StorageError(f"{folder} cannot be opened or written; check its permissions or set RAG_INDEX")


def connect_writer(folder: Path) -> sqlite3.Connection:
    """Open the store for writing; create it when absent and bring an earlier format up to date.

    Raises IndexMismatch on a format that is none of those.
    """
    connection = sqlite3.connect(folder / STORE_FILE, timeout=30, isolation_level=None)
    # Damaged text must not fail here: its row's seal tells of it.
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    try:
        (objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not objects:
            connection.executescript(_SCHEMA)
        _migrate(connection)
        check_format(connection, folder)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    while version in _MIGRATIONS:
        connection.executescript(
            f"BEGIN IMMEDIATE; {_MIGRATIONS[version]} PRAGMA user_version = {version + 1}; COMMIT;"
        )
        version += 1


def close_writer(connection: sqlite3.Connection, folder: Path) -> None:
    """Close the store, leaving its -wal and -shm files there.

    SQLite removes them with the last connection that can write, and a reader that may only read the folder
    could not make them again. So the last to close is one that cannot write.
    """
    with contextlib.suppress(sqlite3.Error, RagError), contextlib.closing(connect_reader(folder)):
        connection.close()
    connection.close()


def connect_reader(folder: Path) -> sqlite3.Connection:
    """Open the store for reading, also where the folder cannot be written. Raises IndexMissing."""
    file = folder / STORE_FILE
    if not file.is_file():
        raise IndexMissing(f"{folder} has lost its {STORE_FILE}; run `rag ingest` with your corpus")
    try:
        return _connect_reader(folder, "mode=ro")
    except sqlite3.OperationalError:
        if file.with_name(f"{STORE_FILE}-wal").exists():
            raise
        # A copy without the writer's files, on a disk where they cannot be made: nobody writes to it.
        return _connect_reader(folder, "immutable=1")


def _connect_reader(folder: Path, mode: str) -> sqlite3.Connection:
    location = (folder / STORE_FILE).absolute().as_uri()
    connection = sqlite3.connect(f"{location}?{mode}", uri=True, timeout=30, check_same_thread=False)
    try:
        check_format(connection, folder)
    except BaseException:
        connection.close()
        raise
    return connection


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that is written within, or nothing where it raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        # On a full disk SQLite may have rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def check_format(connection: sqlite3.Connection, folder: Path) -> None:
    """Raise IndexMismatch when the store was written by another version of its format."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version in _MIGRATIONS:
        raise IndexMismatch(
            f"{folder / STORE_FILE} has format {version}, this version of rag reads format {FORMAT_VERSION}; "
            "run `rag ingest` with your corpus to bring it up to date, which embeds nothing again"
        )
    if version != FORMAT_VERSION:
        raise IndexMismatch(
            f"{folder / STORE_FILE} has format {version}, this version of rag reads format {FORMAT_VERSION}; "
            "move the folder away and run `rag ingest` with your corpus"
        )


def identity_of(connection: sqlite3.Connection) -> tuple[str, int]:
    """The store's own id, and the number of the last generation that was built from it."""
    identity, generation = connection.execute("SELECT id, generation FROM store").fetchone()
    return str(identity), int(generation)


def check_identity(connection: sqlite3.Connection, folder: Path, *, store: str, number: int) -> None:
    """Raise IndexMismatch unless this is the store that generation `number` was built from, and no older."""
    identity, last = identity_of(connection)
    if identity != store or last < number:
        raise IndexMismatch(
            f"{folder / STORE_FILE} ({identity[:8]}, up to generation {last}) is not what the live "
            f"generation was built from ({store[:8]}, generation {number}); run `rag ingest` with your "
            "corpus to build one that agrees"
        )


def pack_spans(spans: tuple[Span, ...]) -> bytes:
    return array("q", [offset for span in spans for offset in (span.start, span.end)]).tobytes()


def unpack_spans(packed: bytes) -> tuple[Span, ...]:
    offsets = array("q")
    offsets.frombytes(packed)
    return tuple(map(Span, offsets[::2], offsets[1::2]))


def article_row(
    article: Article, *, notes: Sequence[str], signature: bytes, born: int, state: str
) -> dict[str, object]:
    """The article's columns, by name, with their seal."""
    published = article.published
    earliest, latest = published.earliest, published.latest
    floor = Published(published.not_before, "day").earliest if published.not_before else None
    row: dict[str, object] = {
        "id": article.id,
        "born": born,
        "state": state,
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
        "notes": json.dumps(list(notes), ensure_ascii=False),
        "signature": signature,
    }
    return row | {"seal": seal_of(_sealed(row))}


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


def seal_of(values: Iterable[object]) -> bytes:
    """A hash of a row's sealed columns, in their order. SQLite has no checksums of its own."""
    parts: list[bytes] = []
    for value in values:
        data = value if isinstance(value, bytes) else b"" if value is None else str(value).encode()
        parts += (f"{type(value).__name__} {len(data)} ".encode(), data)
    # At once: hundreds of rows are read for a question, and most of their values are a few bytes.
    return hashlib.sha256(b"".join(parts)).digest()


def _sealed(row: sqlite3.Row | Mapping[str, object]) -> Iterator[object]:
    """What is sealed of a row. An empty signature is not: rows of earlier formats were sealed without one."""
    yield from (row[name] for name in SEALED_COLUMNS)
    if row["signature"]:
        yield row["signature"]


def is_intact(row: sqlite3.Row) -> bool:
    """Whether a row of `STORED_COLUMNS` is what was written."""
    return bool(seal_of(_sealed(row)) == row["seal"])


def check_intact(row: sqlite3.Row) -> None:
    """Raise IndexDamaged unless the row of `STORED_COLUMNS` is what was written."""
    if not is_intact(row):
        raise IndexDamaged(
            f"the stored article {row['id']!r} is not what was written; run `rag ingest` with your corpus to "
            "store it again"
        )


def article_from_row(row: sqlite3.Row) -> Article:
    """The article of a row of `STORED_COLUMNS`. Raises IndexDamaged when it is not what was written."""
    check_intact(row)
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
