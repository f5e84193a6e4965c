"""Segments: the caches of some of a generation's articles, built once and never changed.

A generation is made of a few. What an ingest adds becomes a segment of its own, and the others are taken
over as they are; articles that have left are noted beside them and passed over. Segments are joined when
they have become too many or too worn, so that there are about as many as the archive has digits, and each
passage is written anew about as often: the logarithmic method of Bentley and Saxe, "Decomposable Searching
Problems I" (1980). What must be done at once joins only small ones: many such additions leave many segments,
and what has left of large ones, until an ingest of everything or a compaction joins them.
"""

from __future__ import annotations

import errno
import itertools
import json
import os
import shutil
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from rag.store.conditions import FILTER_FIELDS
from rag.store.embeddings import Rows
from rag.store.vectors import VectorKind

ROWS_FILE = "rows.npz"
GONE_FILE = "gone.json"
# Segments stay apart where each has so many times the rows of the next smaller.
RATIO = 4
# So few rows are written anew in a fraction of a second.
SMALL = 500
# A segment of which so much has left is written anew: what has left costs time in every search.
WORN = 0.1
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EXDEV, errno.EMLINK, errno.ENOSYS}


@dataclass(frozen=True, slots=True)
class SegmentInfo:
    """A segment as a manifest tells of it: its folder's name, its rows, how many of them belong to articles
    that have left since it was built, and the kind of its vectors."""

    name: str
    rows: int
    gone: int
    vectors: VectorKind

    @property
    def live(self) -> int:
        return self.rows - self.gone


@dataclass(frozen=True, slots=True)
class GoneArticle:
    """An article that has left since its segment was built: what filters ask of it, and its rows
    `[first, last)`."""

    first: int
    last: int
    fields: Mapping[str, str | int | None]


def to_join(segments: Iterable[SegmentInfo], new: int, *, most: int | None = None) -> list[SegmentInfo]:
    """The segments to be written anew, in one with `new` rows; the others stay as they are.

    At most `most` rows are written in all, where that is given. Segments that have no live rows are always
    among them: to leave those out costs nothing.
    """
    by_size = sorted(segments, key=lambda one: (one.live, one.name))
    # The one segment of an archive without articles has no rows at all.
    joined = [one for one in by_size if not one.live and (one.rows or new)]
    others = [one for one in by_size if one.live]
    rows = new
    while wanted := [
        one for one in _too_near_or_worn(others, rows) if most is None or rows + one.live <= most
    ]:
        joined.append(wanted[0])
        others.remove(wanted[0])
        rows += wanted[0].live
    return joined


def _too_near_or_worn(segments: Sequence[SegmentInfo], rows: int) -> list[SegmentInfo]:
    """Which should be joined, beside a segment of so many rows if there are any: those up to the largest that
    is too near to the one before it, and what is worn."""
    sizes = sorted([*(one.live for one in segments), *([rows] if rows else [])])
    near = [larger for smaller, larger in itertools.pairwise(sizes) if larger < max(SMALL, RATIO * smaller)]
    return [one for one in segments if _is_worn(one) or one.live <= max(near, default=0)]


def _is_worn(segment: SegmentInfo) -> bool:
    return segment.gone > WORN * segment.rows


def articles_in(segment: Path) -> Rows:
    """The key of each row's article, `[rows]`."""
    with np.load(segment / ROWS_FILE) as rows:
        articles: Rows = rows["articles"]
    return articles


def find_gone(segment: Path, connection: sqlite3.Connection, keys: Collection[int]) -> list[GoneArticle]:
    """Those of the articles of these keys, which are stored still, that the segment holds."""
    articles = articles_in(segment)
    rows = np.flatnonzero(np.isin(articles, np.array(sorted(keys), np.int64)))
    # All rows of an article are side by side.
    firsts = np.flatnonzero(np.diff(articles[rows], prepend=-1))
    gone = []
    for first, last in itertools.pairwise([*firsts, len(rows)]):
        key = int(articles[rows[first]])
        cursor = connection.execute(f"SELECT {', '.join(FILTER_FIELDS)} FROM articles WHERE key = ?", (key,))
        fields = dict(zip(FILTER_FIELDS, cursor.fetchone(), strict=True))
        gone.append(GoneArticle(int(rows[first]), int(rows[last - 1]) + 1, fields))
    return gone


def write_gone(generation: Path, gone: Mapping[str, Sequence[GoneArticle]]) -> None:
    """Write down what has left, by segment."""
    told = {name: [asdict(article) for article in articles] for name, articles in gone.items()}
    (generation / GONE_FILE).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def read_gone(generation: Path) -> dict[str, list[GoneArticle]]:
    """What has left, by segment. Raises FileNotFoundError, and ValueError where the file is damaged."""
    told = json.loads((generation / GONE_FILE).read_text(encoding="utf-8"))
    try:
        return {name: [GoneArticle(**article) for article in articles] for name, articles in told.items()}
    except (AttributeError, TypeError) as error:
        raise ValueError(f"{GONE_FILE} is not what was written") from error


def take_over(segment: Path, target: Path) -> None:
    """The segment once more, in another generation: by links to the same files where the disk has such."""
    for file in sorted(segment.rglob("*")):
        copy = target / file.relative_to(segment)
        if file.is_dir():
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(file, copy)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            shutil.copyfile(file, copy)
