"""Nearest neighbours by inner product: the one place that imports faiss.

The index is exact (flat). Rows are the generation's rows, in order; faiss's own −1 for "nothing more" never
leaves this file.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import StorageError

Floats = np.ndarray[Any, np.dtype[np.float32]]
Rows = np.ndarray[Any, np.dtype[np.int64]]

VECTORS_FILE = "vectors.faiss"
KIND = "flat"
# More than the rounding in which faiss's sum and ours can differ for unit vectors.
_ROUNDING = 1e-5


def _import_faiss() -> Any:
    """faiss, without the log of which of its own builds fit this processor: it reads like failures."""
    logging.getLogger("faiss.loader").setLevel(logging.WARNING)
    import faiss

    return faiss


def build_vectors(file: Path, batches: Iterable[Floats], *, dimension: int) -> None:
    """Write an index of the vectors `[n, dimension]` that the batches hold, row by row."""
    faiss = _import_faiss()
    index = faiss.IndexFlatIP(dimension)
    for batch in batches:
        index.add(np.ascontiguousarray(batch, dtype=np.float32))
    try:
        faiss.write_index(index, str(file))
    except RuntimeError as error:
        raise StorageError(
            f"{file} could not be written; free some space on its disk and run it again"
        ) from error


class VectorIndex:
    """A built index, memory-mapped and read-only; safe to search from several threads."""

    def __init__(self, file: Path) -> None:
        faiss = _import_faiss()
        self._faiss = faiss
        self._index = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
        self.dimension: int = self._index.d
        self.size: int = self._index.ntotal

    def search(self, vector: Floats, *, depth: int, allowed: Rows | None = None) -> Rows:
        """The `depth` rows nearest to the unit vector `[dimension]`, best first, ties by row.

        With `allowed` (ascending rows) only those are searched. Fewer come back only when fewer exist. The
        order is that of `score`: which rows are found does not depend on which others there are.
        """
        size = self.size if allowed is None else len(allowed)
        if min(depth, size) == 0:
            return np.empty(0, np.int64)
        parameters = None
        if allowed is not None:
            bitmap = np.zeros((self.size + 7) // 8, np.uint8)
            np.bitwise_or.at(bitmap, allowed >> 3, (1 << (allowed & 7)).astype(np.uint8))
            selector = self._faiss.IDSelectorBitmap(self.size, self._faiss.swig_ptr(bitmap))
            parameters = self._faiss.SearchParameters()
            parameters.sel = selector
        query = vector[None].astype(np.float32)
        scores, found = self._index.search(query, min(2 * depth, size), params=parameters)
        rows = found[0][found[0] >= 0].astype(np.int64)
        if depth < len(rows) < size and scores[0][len(rows) - 1] > scores[0][depth - 1] - _ROUNDING:
            # So many are equally near that faiss may have left out some of them: all of those then.
            nearest = float(scores[0][depth - 1]) - _ROUNDING
            rows = self._index.range_search(query, nearest, params=parameters)[2].astype(np.int64)
        nearest_first: Rows = rows[np.lexsort((rows, -self.score(vector, rows)))]
        return nearest_first[:depth]

    def score(self, vector: Floats, rows: Rows) -> Floats:
        """Cosines `[len(rows)]` of the unit vector with the vectors of these rows."""
        if len(rows) == 0:
            return np.empty(0, np.float32)
        stored: Floats = self._index.reconstruct_batch(np.ascontiguousarray(rows, np.int64))
        # One dot product at a time: a matrix product's rounding would depend on how many rows it has.
        return np.array([np.dot(row, vector) for row in stored], np.float32)
