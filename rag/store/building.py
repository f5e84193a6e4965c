"""A generation is built: segments that stay are taken over, and the rest is written anew."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from rag.errors import IndexDamaged
from rag.store import generations
from rag.store.database import STORED_COLUMNS, card_from_row, check_intact
from rag.store.embeddings import Floats, Rows, read_vectors
from rag.store.generations import Manifest, ModelIdentity
from rag.store.lexical import LEXICAL_FOLDER, LexicalRow, build_lexical
from rag.store.segments import (
    ROWS_FILE,
    GoneArticle,
    SegmentInfo,
    articles_in,
    find_gone,
    read_gone,
    take_over,
    to_join,
    write_gone,
)
from rag.store.subjects import subjects_of
from rag.store.vectors import VECTORS_FILE, VectorKind, build_vectors


@dataclass(frozen=True, slots=True)
class Changes:
    """The keys of the articles that a generation has beyond the live one, and of those it has no more."""

    new: Sequence[int]
    gone: Sequence[int]


def made_alike(manifest: Manifest, encoder: ModelIdentity, options: Mapping[str, object]) -> bool:
    """Whether the generation was made with this encoder and these options."""
    return manifest.encoder.fingerprint == encoder.fingerprint and dict(manifest.options) == dict(options)


def build_generation(
    folder: Path,
    connection: sqlite3.Connection,
    manifest: Manifest,
    live: Manifest | None,
    changes: Changes,
    *,
    number: int,
    most: int | None,
) -> Manifest:
    """Build the generation of this number under its name, and return its manifest.

    `manifest` says all of it but its name, its time, its segments and its files. At most about `most` rows of
    the live generation are written anew, where that is given.
    """
    described = json.dumps(
        [manifest.encoder.fingerprint, dict(manifest.options), manifest.content], sort_keys=True
    )
    name = generations.generation_name(number, hashlib.sha256(described.encode()).hexdigest())
    building = generations.begin_build(folder, name)
    standing = _Standing(folder / live.generation, connection, live.segments, changes.gone) if live else None
    segments = standing.segments if standing else []
    joined = to_join(segments, _count_chunks(connection, changes.new), most=most)
    kept = [one for one in segments if one not in joined]
    keys = [*changes.new, *(key for one in joined if standing for key in standing.live_articles(one))]
    gone: dict[str, list[GoneArticle]] = {}
    known: dict[str, tuple[int, str]] = {}
    for one in kept:
        assert live and standing
        take_over(folder / live.generation / one.name, building / one.name)
        gone[one.name] = standing.gone[one.name]
        known |= {file: as_was for file, as_was in live.files.items() if file.startswith(f"{one.name}/")}
    if keys or not kept:
        written = f"{number:06d}"
        dimension = manifest.encoder.dimension
        rows, kind = build_segment(building / written, connection, keys, dimension=dimension)
        kept.append(SegmentInfo(written, rows, 0, kind))
    write_gone(building, gone)
    manifest = replace(
        manifest,
        generation=name,
        created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        chunks=sum(one.live for one in kept),
        segments=tuple(kept),
    )
    return generations.finish_build(building, manifest, known)


class _Standing:
    """The segments of the live generation as they stand once these articles have left."""

    def __init__(
        self,
        generation: Path,
        connection: sqlite3.Connection,
        segments: Iterable[SegmentInfo],
        leaving: Sequence[int],
    ) -> None:
        self._generation = generation
        before = read_gone(generation)
        self.gone: dict[str, list[GoneArticle]] = {}
        self.segments: list[SegmentInfo] = []
        for one in segments:
            found = find_gone(generation / one.name, connection, leaving) if leaving else []
            self.gone[one.name] = [*before.get(one.name, ()), *found]
            rows = sum(article.last - article.first for article in found)
            self.segments.append(replace(one, gone=one.gone + rows))

    def live_articles(self, segment: SegmentInfo) -> list[int]:
        """The keys of the articles of the segment that have not left."""
        articles = articles_in(self._generation / segment.name)
        live = np.ones(len(articles), bool)
        for article in self.gone[segment.name]:
            live[article.first : article.last] = False
        keys: list[int] = np.unique(articles[live]).tolist()
        return keys


def _count_chunks(connection: sqlite3.Connection, articles: Iterable[int]) -> int:
    count = "SELECT count(*) FROM chunks WHERE article = ?"
    return sum(int(connection.execute(count, (key,)).fetchone()[0]) for key in articles)


def build_segment(
    folder: Path, connection: sqlite3.Connection, articles: Iterable[int], *, dimension: int
) -> tuple[int, VectorKind]:
    """Write a segment of the articles of these keys; the number of its rows and the kind of its vectors.

    Rows are ordered by article id and start, so that the segment of the same articles is the same whatever
    the history of their ingests.
    """
    folder.mkdir()
    rows = _Rows(connection, articles)
    lengths, ends = build_lexical(folder / LEXICAL_FOLDER, rows)
    keys = np.array(rows.keys, np.int64)

    def read(wanted: Rows) -> Floats:
        return read_vectors(connection, keys[wanted], dimension=dimension)

    kind = build_vectors(folder / VECTORS_FILE, read, count=len(keys), dimension=dimension)
    np.savez(
        folder / ROWS_FILE,
        keys=keys,
        articles=np.array(rows.articles, np.int64),
        spans=np.array(rows.spans, np.int32).reshape(-1, 3),
        lengths=lengths,
        ends=ends,
    )
    return len(keys), kind


class _Rows:
    """What the lexical index holds of each row, in order; what else a segment tells of it is noted."""

    def __init__(self, connection: sqlite3.Connection, articles: Iterable[int]) -> None:
        self._connection = connection
        self._wanted = articles
        self.keys: list[int] = []
        self.articles: list[int] = []
        self.spans: list[tuple[int, int, int]] = []

    def __iter__(self) -> Iterator[LexicalRow]:
        for key in self._in_order():
            row = self._article(key)
            card, text = card_from_row(row), row["text"]
            subjects = subjects_of(card.title, text)
            chunks = self._connection.execute(
                'SELECT key, start, "end", tokens FROM chunks WHERE article = ? ORDER BY start, "end"', (key,)
            )
            for chunk, start, end, tokens in chunks:
                self.keys.append(chunk)
                self.articles.append(key)
                self.spans.append((start, end, tokens))
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

    def _in_order(self) -> list[int]:
        """The keys of the articles by their ids; no text is read to sort them."""
        found = []
        for key in self._wanted:
            row = self._connection.execute("SELECT id FROM articles WHERE key = ?", (key,)).fetchone()
            if row is None:
                raise IndexDamaged(
                    "the store lacks an article of the live generation; run `rag ingest` with your corpus"
                )
            found.append((row[0], key))
        return [key for _, key in sorted(found)]

    def _article(self, key: int) -> sqlite3.Row:
        cursor = self._connection.cursor()
        cursor.row_factory = sqlite3.Row
        row: sqlite3.Row = cursor.execute(
            f"SELECT {STORED_COLUMNS} FROM articles WHERE key = ?", (key,)
        ).fetchone()
        # Behind the hashes of its segment nobody would find it any more.
        check_intact(row)
        return row
