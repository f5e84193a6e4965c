"""The terms of each row, so that a passage is scored without being read and analysed again.

Row after row, each distinct term as a 32-bit code with the times that it stands there: about 5 bytes a term.
Two different words have one code once in four thousand million pairs.
"""

from __future__ import annotations

import contextlib
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from rag.store.embeddings import Rows

Ends = np.ndarray[Any, np.dtype[np.int64]]
Lengths = np.ndarray[Any, np.dtype[np.int32]]
Times = np.ndarray[Any, np.dtype[np.uint8]]

CODES_FILE = "terms.codes"
TIMES_FILE = "terms.times"
# What stands more often counts as so often: BM25's part of a term has long levelled off there.
_MOST_TIMES = 255
# Terms held against terms at once, a byte each: many rows may be gone, and a question may be long.
_MOST_COMPARED = 2**24


def code_of(term: str) -> int:
    """The code of a term, in [0, 2³²)."""
    return zlib.crc32(term.encode())


class ForwardWriter:
    """Writes the terms of rows in order. Use `ForwardWriter.open` as a context manager."""

    def __init__(self, codes: BinaryIO, times: BinaryIO) -> None:
        self._codes, self._times = codes, times
        self._lengths: list[int] = []
        self._ends: list[int] = []

    @classmethod
    @contextlib.contextmanager
    def open(cls, folder: Path) -> Iterator[ForwardWriter]:
        """Files in the folder, which must be there."""
        with (folder / CODES_FILE).open("wb") as codes, (folder / TIMES_FILE).open("wb") as times:
            yield cls(codes, times)

    def add(self, terms: Sequence[str]) -> None:
        """The terms of the next row, as often as they stand there."""
        counted: Counter[int] = Counter(map(code_of, terms))
        self._codes.write(np.fromiter(counted, "<u4", len(counted)).tobytes())
        self._times.write(bytes(min(times, _MOST_TIMES) for times in counted.values()))
        self._lengths.append(len(terms))
        self._ends.append((self._ends[-1] if self._ends else 0) + len(counted))

    def lengths(self) -> Lengths:
        """How many terms each row has, `[rows]`."""
        return np.array(self._lengths, np.int32)

    def ends(self) -> Ends:
        """Where the terms of each row end, `[rows]`; they begin where those of the row before it end."""
        return np.array(self._ends, np.int64)


class ForwardIndex:
    """The written terms, memory-mapped; `ends` as `ForwardWriter.ends` gave them.

    Raises ValueError where the files do not hold as many terms.
    """

    def __init__(self, folder: Path, ends: Ends) -> None:
        self._ends = ends
        # As plain arrays: a memmap's own indexing takes longer than what it reads.
        self._codes = _mapped(folder / CODES_FILE, "<u4")
        self._times = _mapped(folder / TIMES_FILE, "u1")
        total = int(ends[-1]) if len(ends) else 0
        if not len(self._codes) == len(self._times) == total:
            raise ValueError(f"{len(self._codes)} codes and {len(self._times)} counts for {total} terms")

    def times(self, rows: Rows, terms: Sequence[str]) -> Times:
        """How often each of the terms stands in each of the rows, `[len(rows), len(terms)]`."""
        if not len(rows) or not terms:
            return np.zeros((len(rows), len(terms)), np.uint8)
        ends = self._ends[rows]
        sizes = ends - np.where(rows > 0, self._ends[rows - 1], 0)
        # The terms of all rows behind each other: where those of each end, and their places in the files.
        stops = np.cumsum(sizes)
        places = np.arange(int(stops[-1])) + np.repeat(ends - stops, sizes)
        codes = self._codes[places]
        # Each term asked against each that is there: looking these up takes several times as long.
        asked = np.array([code_of(term) for term in terms], np.uint32)
        counted = np.zeros((len(rows), len(terms)), np.uint8)
        at_once = max(1, _MOST_COMPARED // max(1, len(codes)))
        for first in range(0, len(asked), at_once):
            equal = asked[first : first + at_once, None] == codes
            column, hit = np.divmod(np.flatnonzero(equal), len(codes))
            counted[np.searchsorted(stops, hit, side="right"), first + column] = self._times[places[hit]]
        return counted


def _mapped(file: Path, kind: str) -> np.ndarray[Any, Any]:
    """A file of numbers; an empty one cannot be mapped."""
    if file.stat().st_size == 0:
        return np.empty(0, kind)
    return np.asarray(np.memmap(file, kind, mode="r"))
