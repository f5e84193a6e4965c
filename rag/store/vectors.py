"""Nearest neighbours by inner product: the one place that imports faiss.

The kind of index goes by size. A few vectors are searched one by one, which is exact. Many are put into
inverted lists, in one byte per number, of which the lists nearest to the question are searched; what they
give is scored anew with the stored vectors, so that scores and their order are exact, and only which rows
are found is not quite: it follows from where the lists lie, and so, a little, from rows that a filter leaves
out. How much is found is measured when the index is built, and written to the manifest.

Inverted lists after Jégou, Douze and Schmid, "Product Quantization for Nearest Neighbor Search" (2011),
section IV, with scalar quantisation of the residuals in place of the product quantiser.

Rows are those of the segment, in order; faiss's own −1 for "nothing more" never leaves this file.
"""

from __future__ import annotations

import contextlib
import logging
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from rag.errors import StorageError
from rag.store.embeddings import Floats, Rows

VECTORS_FILE = "vectors.faiss"
# So many vectors of the usual 384 numbers are searched one by one in a few milliseconds.
EXACT_UP_TO = 30_000
# The share of the nearest that inverted lists find at least. Passages stand for questions, which lie farther
# from what answers them: of the ten nearest to a question about as much is found as of a passage's fifty.
PROMISED_RECALL = 0.99
_NEAREST = 50
# Of the nearest by quantised vectors, so many times the depth are scored anew: their order errs little.
_RESCORED = 2
# Lists for n vectors: 4 √n, as faiss's guide to indexes advises; k-means needs 40 vectors for each.
_LISTS_PER_ROOT, _TRAINED_ON, _ROUNDS = 4, 40, 8
_FEWEST_PROBES = 8
_HELD_OUT = 200
_BATCH = 4096
# More than the rounding in which faiss's sum and ours can differ for unit vectors.
_ROUNDING = 1e-5

ReadVectors = Callable[[Rows], Floats]
"""The stored unit vectors `[len(rows), dimension]` of rows."""


@dataclass(frozen=True, slots=True)
class VectorKind:
    """How vectors are searched: `exact`, or the `probes` nearest of so many inverted lists.

    `recall` is the share of the true fifty nearest of `held_out` passages that a search for fifty finds, in
    [0, 1].
    """

    name: Literal["exact", "inverted lists"] = "exact"
    lists: int = 0
    probes: int = 0
    recall: float = 1.0
    held_out: int = 0


def _import_faiss() -> Any:
    """faiss, without the log of which of its own builds fit this processor: it reads like failures."""
    logging.getLogger("faiss.loader").setLevel(logging.WARNING)
    import faiss

    return faiss


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Have faiss search in the thread that asks, and in no other.

    A single question is found in a millisecond or two. Threads of its own would wait for each other, and for
    the models', longer than that: ten times as long where all cores are at work. Questions at the same time
    are in threads of their own already, and faiss lets go of the interpreter's lock.
    """
    faiss = _import_faiss()
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def build_vectors(
    file: Path, read: ReadVectors, *, count: int, dimension: int, exact_up_to: int | None = None
) -> VectorKind:
    """Write an index of the vectors of rows 0 to `count`, and return its kind.

    Where inverted lists find too little, more of them are searched, at last all.
    """
    faiss = _import_faiss()
    exact = count <= (EXACT_UP_TO if exact_up_to is None else exact_up_to)
    index = faiss.IndexFlatIP(dimension) if exact else _trained(read, count, dimension)
    held_out = np.empty(0, np.int64) if exact else _spread(count, _HELD_OUT)
    nearest = _Nearest(held_out, read)
    for rows in _batches(count):
        vectors = np.ascontiguousarray(read(rows), np.float32)
        index.add(vectors)
        nearest.see(rows, vectors)
    kind = VectorKind() if exact else _measured(index, read, nearest)
    try:
        faiss.write_index(index, str(file))
    except RuntimeError as error:
        raise StorageError(
            f"{file} could not be written; free some space on its disk and run it again"
        ) from error
    return kind


def _batches(count: int) -> Iterator[Rows]:
    for start in range(0, count, _BATCH):
        yield np.arange(start, min(start + _BATCH, count), dtype=np.int64)


def _spread(count: int, number: int) -> Rows:
    """So many of `count` rows, or all, at even distances."""
    return np.unique(np.linspace(0, count - 1, min(number, count)).astype(np.int64))


def _trained(read: ReadVectors, count: int, dimension: int) -> Any:
    """Empty inverted lists, their centres settled on a sample that is spread over the rows."""
    faiss = _import_faiss()
    lists = max(1, min(int(_LISTS_PER_ROOT * math.sqrt(count)), count // _TRAINED_ON))
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dimension),
        dimension,
        lists,
        faiss.ScalarQuantizer.QT_8bit,
        faiss.METRIC_INNER_PRODUCT,
    )
    index.cp.niter = _ROUNDS
    # Centres of unit length: the vectors are, and are compared by their angles.
    index.cp.spherical = True
    index.cp.max_points_per_centroid = _TRAINED_ON
    sample = _spread(count, lists * _TRAINED_ON)
    # What the recall is measured on is not trained on, where there is enough else.
    others = np.setdiff1d(sample, _spread(count, _HELD_OUT))
    sample = others if len(others) >= lists else sample
    index.train(np.concatenate([read(part) for part in np.array_split(sample, 1 + len(sample) // _BATCH)]))
    return index


class _Nearest:
    """The truly nearest neighbours of held-out rows, by the cosines of all vectors as they pass by."""

    def __init__(self, rows: Rows, read: ReadVectors) -> None:
        self.rows = rows
        self.vectors: Floats = read(rows) if len(rows) else np.empty((0, 0), np.float32)
        self._best: Floats = np.full((len(rows), _NEAREST), -np.inf, np.float32)

    def see(self, rows: Rows, vectors: Floats) -> None:
        if not len(self.rows):
            return
        cosines = self.vectors @ vectors.T
        # A passage is no neighbour of itself.
        cosines[self.rows[:, None] == rows[None]] = -np.inf
        both = np.concatenate([self._best, cosines], axis=1)
        self._best = np.partition(both, -_NEAREST, axis=1)[:, -_NEAREST:]

    def least(self) -> Floats:
        """The cosine `[rows]` of the last of the nearest of each; −∞ where there are fewer."""
        return np.asarray(self._best.min(axis=1), np.float32)


def _measured(index: Any, read: ReadVectors, nearest: _Nearest) -> VectorKind:
    """The kind with as many probes as find what is promised."""
    least = nearest.least()
    probes = min(_FEWEST_PROBES, index.nlist)
    while True:
        found = 0.0
        for row, vector, bound in zip(nearest.rows, nearest.vectors, least, strict=True):
            rows = _candidates(index, vector, _RESCORED * _NEAREST, probes, None)
            cosines = np.sort(_cosines(read(rows), vector)[rows != row])[::-1][:_NEAREST]
            found += float((cosines >= bound - _ROUNDING).sum()) / min(_NEAREST, index.ntotal - 1)
        recall = found / len(nearest.rows)
        if recall >= PROMISED_RECALL or probes == index.nlist:
            return VectorKind("inverted lists", index.nlist, probes, round(recall, 4), len(nearest.rows))
        probes = min(2 * probes, index.nlist)


def _candidates(index: Any, vector: Floats, number: int, probes: int, selector: Any) -> Rows:
    """The rows of the lists searched that are nearest by their quantised vectors."""
    parameters = _import_faiss().SearchParametersIVF(nprobe=probes, sel=selector)
    found = index.search(vector[None].astype(np.float32), number, params=parameters)[1][0]
    return np.asarray(found[found >= 0], np.int64)


def _cosines(vectors: Floats, vector: Floats) -> Floats:
    # Each row summed by itself and in one order: a matrix product's rounding depends on how many rows it has.
    cosines: Floats = np.einsum("rd,d->r", np.ascontiguousarray(vectors), vector, optimize=False)
    return cosines


class VectorIndex:
    """A built index, memory-mapped and read-only; safe to search from several threads.

    `read` gives the stored vectors, by which what inverted lists find is scored.
    """

    def __init__(self, file: Path, kind: VectorKind, read: ReadVectors) -> None:
        faiss = _import_faiss()
        self._faiss = faiss
        self._kind = kind
        self._read = read
        self._index = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
        self.dimension: int = self._index.d
        self.size: int = self._index.ntotal

    def search(self, vector: Floats, *, depth: int, allowed: Rows | None = None) -> tuple[Rows, Floats]:
        """The `depth` rows nearest to the unit vector `[dimension]`, best first, ties by row; their cosines.

        With `allowed` (ascending rows) only those are searched. Fewer come back only when fewer exist. The
        cosines are those of `score`: they do not depend on which other rows there are.
        """
        size = self.size if allowed is None else len(allowed)
        if min(depth, size) == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        bitmap, selector = None, None
        if allowed is not None:
            # faiss reads the bitmap where it lies: it must stay referenced until the search is over.
            bitmap = np.zeros(self.size, bool)
            bitmap[allowed] = True
            bitmap = np.packbits(bitmap, bitorder="little")
            selector = self._faiss.IDSelectorBitmap(self.size, self._faiss.swig_ptr(bitmap))
        with _one_thread():
            if self._kind.name == "exact":
                rows = self._nearest_of_all(vector, depth, size, selector)
            else:
                rows = self._nearest_in_lists(vector, depth, size, selector)
        cosines = self.score(vector, rows)
        nearest_first = np.lexsort((rows, -cosines))[:depth]
        return rows[nearest_first], cosines[nearest_first]

    def _nearest_of_all(self, vector: Floats, depth: int, size: int, selector: Any) -> Rows:
        parameters = self._faiss.SearchParameters(sel=selector) if selector is not None else None
        query = vector[None].astype(np.float32)
        scores, found = self._index.search(query, min(2 * depth, size), params=parameters)
        rows: Rows = found[0][found[0] >= 0].astype(np.int64)
        if depth < len(rows) < size and scores[0][len(rows) - 1] > scores[0][depth - 1] - _ROUNDING:
            # So many are equally near that faiss may have left out some of them: all of those then.
            nearest = float(scores[0][depth - 1]) - _ROUNDING
            rows = self._index.range_search(query, nearest, params=parameters)[2].astype(np.int64)
        return rows

    def _nearest_in_lists(self, vector: Floats, depth: int, size: int, selector: Any) -> Rows:
        """A filter leaves each list a share of its rows, so that by that share more lists are searched: the
        recall is that of a search without it, or better."""
        lists = self._kind.lists
        probes = min(lists, math.ceil(self._kind.probes * self.size / size))
        while True:
            rows = _candidates(self._index, vector, min(_RESCORED * depth, size), probes, selector)
            if len(rows) >= min(depth, size) or probes == lists:
                return rows
            probes = min(2 * probes, lists)

    def score(self, vector: Floats, rows: Rows) -> Floats:
        """Cosines `[len(rows)]` of the unit vector with the vectors of these rows."""
        if len(rows) == 0:
            return np.empty(0, np.float32)
        if self._kind.name == "exact":
            stored: Floats = self._index.reconstruct_batch(np.ascontiguousarray(rows, np.int64))
        else:
            stored = self._read(rows)
        return _cosines(stored, vector)
