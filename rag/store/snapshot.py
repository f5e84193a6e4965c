"""One generation, read: articles and chunks out of the store, candidates out of the caches."""

from __future__ import annotations

import functools
import os
import weakref
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import IndexDamaged
from rag.store.caches import ROWS_FILE
from rag.store.conditions import Every, InRange, condition_of
from rag.store.database import UNDATED, storage_errors
from rag.store.embeddings import Floats, Rows
from rag.store.generations import Manifest
from rag.store.lexical import LEXICAL_FOLDER, LexicalIndex, Statistics
from rag.store.names import KnownAlias
from rag.store.reader import Reader, StoredText
from rag.store.subjects import spellings
from rag.store.terms import Name, TermQuery
from rag.store.vectors import VECTORS_FILE, VectorIndex
from rag.types import Article, Chunk, Filters, Span

Spans = np.ndarray[Any, np.dtype[np.int32]]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that retrieval found, in its article, with the parts of its score before any fusion."""

    chunk: Chunk
    article: StoredText
    dense: float
    lexical: float

    @property
    def text(self) -> str:
        """Raises IndexDamaged where the chunk lies outside its article, as none does that was written so."""
        chunk, text = self.chunk, self.article.text
        if not 0 <= chunk.start < chunk.end <= len(text):
            raise IndexDamaged(
                f"a chunk of article {chunk.article_id!r} lies outside its text; move the index folder away "
                "and run `rag ingest` with your corpus"
            )
        return text[chunk.start : chunk.end]

    @property
    def sentences(self) -> list[Span]:
        """The sentences of the article that lie whole in the chunk."""
        chunk = self.chunk
        return [one for one in self.article.sentences if chunk.start <= one.start and one.end <= chunk.end]


class Snapshot:
    """One whole immutable generation; safe to share between threads.

    The generation's folder and rows are kept from removal for as long as the snapshot is referenced.
    """

    def __init__(self, folder: Path, manifest: Manifest, lock: int) -> None:
        self.folder = folder
        self.manifest = manifest
        self.generation = manifest.generation
        reader = Reader(folder, manifest)
        self._reader = reader
        built = folder / manifest.generation
        try:
            with np.load(built / ROWS_FILE) as rows:
                self._keys: Rows = rows["keys"]
                self._articles: Rows = rows["articles"]
                self._spans: Spans = rows["spans"]
                lengths, ends = rows["lengths"], rows["ends"]
            # What is given away refers to the reader and not to this snapshot: a cycle would hold the lock
            # until a garbage collection.
            vectors_of = functools.partial(_vectors_of, reader, self._keys, manifest.encoder.dimension)
            self._vectors = VectorIndex(built / VECTORS_FILE, manifest.vectors, vectors_of)
            self._lexical = LexicalIndex(built / LEXICAL_FOLDER, lengths, ends)
        except (RuntimeError, ValueError, KeyError, FileNotFoundError, zipfile.BadZipFile) as error:
            raise IndexDamaged(
                f"generation {self.generation} cannot be opened ({error}); run `rag ingest` with your corpus"
            ) from error
        self._allowed = functools.lru_cache(maxsize=16)(
            functools.partial(_rows_where, reader, self._articles)
        )
        self._stored_text = functools.lru_cache(maxsize=1024)(reader.stored_text)
        # Last: from here on the lock is the snapshot's to release.
        self._release = weakref.finalize(self, os.close, lock)

    def article(self, article_id: str) -> Article:
        """The article of this id. Raises NotFound."""
        return self._reader.article(article_id)

    def list_articles(
        self, *, after: str | None = None, limit: int = 100, filters: Filters | None = None
    ) -> list[Article]:
        """Articles by id, those behind `after`, at most `limit`."""
        return self._reader.list_articles(after=after, limit=limit, filters=filters or Filters())

    def chunks_of(self, article_id: str) -> list[Chunk]:
        """The chunks of an article in reading order; none when there is no such article."""
        return self._reader.chunks_of(article_id)

    def count_articles(self, filters: Filters) -> int:
        """How many articles the filters admit."""
        return self._reader.count_where(condition_of(filters))

    def count_vectors(self) -> int:
        """How many vectors the generation's cache holds."""
        return self._vectors.size

    def sources(self, filters: Filters) -> list[str]:
        """The sources of the articles that the filters admit, in order."""
        return self._reader.sources(condition_of(filters))

    def count_left_out_undated(self, filters: Filters) -> int:
        """How many articles a date window leaves out only because their date is unknown.

        One that its own text shows to be later is not among them: nothing later is counted (law 4).
        """
        if not filters.dated or filters.include_undated:
            return 0
        undated = InRange("latest", UNDATED, UNDATED)
        admitted = condition_of(replace(filters, include_undated=True))
        return self._reader.count_where(Every((undated, admitted)))

    def aliases(self, folded: Sequence[str], filters: Filters) -> list[KnownAlias]:
        """What the admitted articles tell of other forms of these folded forms, in one query."""
        return self._reader.aliases(folded, condition_of(filters))

    def retrieve(
        self, vector: Floats, question: str, *, filters: Filters, depth: int, names: Sequence[Name] = ()
    ) -> list[Candidate]:
        """The union of the `depth` best chunks by cosine and by BM25, each with both scores, in row order.

        `vector` is the question's unit vector `[dimension]`. `names` are the names in the question, in order
        and without overlap, that have other forms: they widen what BM25 is asked, and the vector is as it is.
        Rows are ordered by article id and start.
        """
        with storage_errors(self.folder):
            condition = condition_of(filters)
            allowed = self._allowed(condition) if condition.parts else None
            query = self._lexical.query(question, names)
            statistics = self._lexical.statistics(query.terms(), condition, allowed=allowed)

            dense_rows = self._vectors.search(vector, depth=depth, allowed=allowed)
            lexical_rows = self._best_by_terms(query, statistics, condition, depth)
            return self._scored(np.union1d(dense_rows, lexical_rows), vector, query, statistics)

    def mentioned(self, text: str, *, filters: Filters, most: int) -> dict[str, list[int]]:
        """The names in the text that admitted articles are about, in the order of the text, each with the
        ascending rows of those articles' chunks.

        Of names that begin with one word the longest counts, and none inside another. A name of more than
        `most` chunks is too general to lead anywhere and is left out.
        """
        with storage_errors(self.folder):
            condition = condition_of(filters)
            found: dict[str, list[int]] = {}
            covered = 0
            for position, names in enumerate(spellings(text)):
                if position < covered:
                    continue
                for name in names:
                    rows = self._lexical.rows_about(name, condition, most=most)
                    if len(rows):
                        found.setdefault(name, [int(row) for row in rows])
                        covered = position + len(name.split())
                        break
            return found

    def score(
        self,
        rows: Sequence[int],
        vector: Floats,
        question: str,
        *,
        filters: Filters,
        names: Sequence[Name] = (),
    ) -> list[Candidate]:
        """The chunks of these rows, which the filters must admit, with both scores, in row order.

        `vector` is the question's unit vector `[dimension]`.
        """
        with storage_errors(self.folder):
            condition = condition_of(filters)
            allowed = self._allowed(condition) if condition.parts else None
            query = self._lexical.query(question, names)
            statistics = self._lexical.statistics(query.terms(), condition, allowed=allowed)
            return self._scored(np.unique(np.array(rows, np.int64)), vector, query, statistics)

    def _scored(
        self, rows: Rows, vector: Floats, query: TermQuery, statistics: Statistics
    ) -> list[Candidate]:
        described = self._describe(rows)
        dense = self._vectors.score(vector, rows)
        lexical = self._lexical.score(query, statistics, rows)
        return [
            Candidate(chunk, article, float(cosine), float(bm25))
            for (chunk, article), cosine, bm25 in zip(described, dense, lexical, strict=True)
        ]

    def _best_by_terms(self, query: TermQuery, statistics: Statistics, condition: Every, depth: int) -> Rows:
        """The `depth` admitted rows of the highest BM25, ties by row.

        tantivy's list is in a slightly other order, so it is read on until nothing behind it can be better.
        """
        limit = 2 * depth
        while True:
            found, bound = self._lexical.search(query, statistics, condition, limit=limit)
            scores = self._lexical.score(query, statistics, found)
            best = np.lexsort((found, -scores))[:depth]
            if len(found) < limit or scores[best[-1]] > bound:
                return found[best]
            limit *= 2

    def _describe(self, rows: Rows) -> list[tuple[Chunk, StoredText]]:
        described = []
        for row in rows:
            article = self._stored_text(int(self._articles[row]))
            described.append((Chunk(article.card.article_id, *map(int, self._spans[row])), article))
        return described


def _vectors_of(reader: Reader, keys: Rows, dimension: int, rows: Rows) -> Floats:
    """The stored vectors of rows whose chunks have these keys, by row."""
    return reader.vectors(keys[rows], dimension=dimension)


def _rows_where(reader: Reader, articles: Rows, condition: Every) -> Rows:
    """Ascending rows of the chunks whose article, by row in `articles`, the condition admits."""
    keys = np.array(reader.keys_where(condition), np.int64)
    return np.flatnonzero(np.isin(articles, keys)).astype(np.int64)
