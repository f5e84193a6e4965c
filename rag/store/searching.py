"""One segment, opened for search. Its rows are numbered from 0; what is gone is never found."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.store.conditions import Every, admits
from rag.store.embeddings import Floats, Rows
from rag.store.forward import Lengths
from rag.store.lexical import LEXICAL_FOLDER, Analyzer, Counts, LexicalIndex, Scores, Statistics
from rag.store.reader import Reader
from rag.store.segments import ROWS_FILE, GoneArticle, SegmentInfo
from rag.store.terms import TermQuery
from rag.store.vectors import VECTORS_FILE, VectorIndex

Spans = np.ndarray[Any, np.dtype[np.int32]]
_NONE = np.empty(0, np.int64)


class Segment:
    """A segment's caches, memory-mapped and read-only; safe to share between threads.

    `articles` is the key of each row's article and `spans` its start, end and tokens, `[rows]` and
    `[rows, 3]`. `keys_where` gives the keys of all articles that a condition admits. Raises as numpy, faiss
    and tantivy do where the files are not what was written.
    """

    def __init__(
        self,
        folder: Path,
        info: SegmentInfo,
        gone: Sequence[GoneArticle],
        reader: Reader,
        *,
        analyzer: Analyzer,
        keys_where: Callable[[Every], Rows],
    ) -> None:
        with np.load(folder / ROWS_FILE) as rows:
            keys: Rows = rows["keys"]
            self.articles: Rows = rows["articles"]
            self.spans: Spans = rows["spans"]
            lengths, ends = rows["lengths"], rows["ends"]
        if not len(keys) == len(self.articles) == len(self.spans) == info.rows:
            raise ValueError(f"{len(keys)} rows instead of {info.rows}")
        self._live = np.ones(info.rows, bool)
        for article in gone:
            self._live[article.first : article.last] = False
        if info.rows - int(self._live.sum()) != info.gone:
            raise ValueError(f"other rows are gone than the {info.gone} that should be")
        vectors_of = functools.partial(_vectors_of, reader, keys, reader.dimension)
        self._vectors = VectorIndex(folder / VECTORS_FILE, info.vectors, vectors_of)
        self._lexical = LexicalIndex(folder / LEXICAL_FOLDER, lengths, ends, analyzer)
        self.count_vectors = self._vectors.size - info.gone
        live = self._live if info.gone else None
        self._admitted = functools.lru_cache(maxsize=16)(
            functools.partial(_rows_where, keys_where, self.articles, live)
        )
        # Not for each question: a million lengths take longer to add up than all its words to count.
        self._extent = functools.lru_cache(maxsize=16)(functools.partial(_extent_of, self._admitted, lengths))
        self._gone = functools.lru_cache(maxsize=16)(functools.partial(_gone_where, tuple(gone)))

    def nearest(self, vector: Floats, condition: Every, *, depth: int) -> tuple[Rows, Floats]:
        """The `depth` admitted rows nearest to the unit vector and their cosines, best first, ties by row."""
        return self._vectors.search(vector, depth=depth, allowed=self._admitted(condition))

    def cosines(self, vector: Floats, rows: Rows) -> Floats:
        """Cosines `[len(rows)]` of the unit vector with those of rows that are not gone."""
        return self._vectors.score(vector, rows)

    def count(self, condition: Every) -> int:
        """How many rows the condition admits."""
        return self._extent(condition)[0]

    def counts(self, terms: Sequence[str], condition: Every) -> Counts:
        """What the admitted rows count for the statistics of these terms."""
        chunks, length = self._extent(condition)
        return self._lexical.counts(
            terms, condition, chunks=chunks, length=length, gone=self._gone(condition)
        )

    def holds(self, term: str) -> bool:
        """Whether any row has the term, one that is gone among them."""
        return self._lexical.holds(term)

    def best_by_terms(
        self, query: TermQuery, statistics: Statistics, condition: Every, *, depth: int
    ) -> tuple[Rows, Scores]:
        """The `depth` admitted rows of the highest BM25 and their scores, best first, ties by row.

        tantivy's list is in a slightly other order, so it is read on until nothing behind it can be better.
        """
        limit = 2 * depth
        while True:
            found, bound = self._lexical.search(query, statistics, condition, limit=limit)
            live = found[self._live[found]]
            scores = self._lexical.score(query, statistics, live)
            best = np.lexsort((live, -scores))[:depth]
            if len(found) < limit or (len(best) == depth and scores[best[-1]] > bound):
                return live[best], scores[best]
            limit *= 2

    def bm25(self, query: TermQuery, statistics: Statistics, rows: Rows) -> Scores:
        """BM25 `[len(rows)]` of these rows under the statistics."""
        return self._lexical.score(query, statistics, rows)

    def rows_about(self, name: str, condition: Every, *, most: int) -> Rows:
        """Ascending admitted rows of articles about the folded name, or more than `most` of them."""
        limit = most + 1
        while True:
            found = self._lexical.rows_about(name, condition, limit=limit)
            live: Rows = found[self._live[found]]
            if len(found) < limit or len(live) > most:
                return live
            limit *= 2


# These refer to the reader and not to the segment: what is given away would otherwise keep a cycle alive, and
# with it the generation's lock, until a garbage collection.


def _vectors_of(reader: Reader, keys: Rows, dimension: int, rows: Rows) -> Floats:
    """The stored vectors of rows whose chunks have these keys, by row."""
    return reader.vectors(keys[rows], dimension=dimension)


def _rows_where(
    keys_where: Callable[[Every], Rows], articles: Rows, live: Any, condition: Every
) -> Rows | None:
    """Ascending rows, of those whose article's key is in `articles`, that the condition admits and that are
    live; None for all."""
    if condition.parts:
        return np.flatnonzero(np.isin(articles, keys_where(condition))).astype(np.int64)
    return None if live is None else np.flatnonzero(live).astype(np.int64)


def _extent_of(
    admitted: Callable[[Every], Rows | None], lengths: Lengths, condition: Every
) -> tuple[int, int]:
    """How many rows the condition admits, and how many terms they have in all."""
    rows = admitted(condition)
    own = lengths if rows is None else lengths[rows]
    return len(own), int(own.sum())


def _gone_where(gone: Sequence[GoneArticle], condition: Every) -> Rows:
    """The rows of what is gone and that the condition would admit."""
    rows = [np.arange(one.first, one.last) for one in gone if admits(condition, one.fields)]
    return np.concatenate([_NONE, *rows])
