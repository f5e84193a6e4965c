"""How many articles tell what an earlier one tells in the same words.

Banding of MinHash signatures after Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", section 3.4:
articles that agree in all rows of a band are held against each other. Each is held against a bounded number
of others, so that the time grows with the number of articles and not with its square.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from rag.copies import (
    PLACES,
    Signatures,
    Wording,
    alikeness,
    canonical_order,
    distance_of,
    is_copy,
    may_be_copy,
    unpack_signatures,
    wording_of,
)
from rag.store import SignedArticle, Writer
from rag.types import Span

# Of two articles with a similarity of 0.5 all but one in three hundred share a band, with 0.3 two of three.
_ROWS = 3
# Of those before it in its bucket, an article is held against so many, the nearest in canonical order.
_NEAREST = 4
# Of those, against the texts of so many, the most alike first.
_READ = 8
_SLICE = 65_536

Places = np.ndarray[Any, np.dtype[np.int64]]


def count_copies(writer: Writer) -> int:
    """How many articles of the generation to come are copies of one before it in canonical order."""
    return len(find_copies(list(writer.staging.signed()), writer.staging.sentences))


def find_copies(
    signed: Sequence[SignedArticle], sentences_of: Callable[[int], tuple[str, Sequence[Span]]]
) -> dict[int, int]:
    """The keys of the articles that are copies, each with that of one which it is a copy of.

    `sentences_of` gives the text of a key and the spans of its sentences. Of copies that share less than half
    of their pairs of words some are missed: to find them all takes time that grows with the square.
    """
    if len(signed) < 2:
        return {}
    signed = sorted(signed, key=lambda one: canonical_order(one.card, one.length))
    signatures = unpack_signatures(one.signature for one in signed)

    @functools.lru_cache(maxsize=256)
    def wording(place: int) -> Wording:
        return wording_of(*sentences_of(signed[place].key), title=signed[place].card.title)

    found: dict[int, int] = {}
    for later, earlier in _pairs(signatures):
        read = 0
        for place in earlier:
            distance = distance_of(signed[place].card, signed[later].card)
            if not may_be_copy(float(alikeness(signatures[later], signatures[place])), distance):
                continue
            if is_copy(wording(later), wording(place), distance):
                found[signed[later].key] = signed[place].key
                break
            read += 1
            if read == _READ:
                break
    return found


def _pairs(signatures: Signatures) -> Iterator[tuple[int, list[int]]]:
    """For each article that shares a band with some before it, their places, the most alike first."""
    found = [_sharing(signatures[:, first : first + _ROWS]) for first in range(0, PLACES - _ROWS + 1, _ROWS)]
    codes = np.unique(np.concatenate(found))
    if not len(codes):
        return
    later, earlier = np.divmod(codes, len(signatures))
    alike = np.concatenate(
        [
            alikeness(signatures[later[first : first + _SLICE]], signatures[earlier[first : first + _SLICE]])
            for first in range(0, len(codes), _SLICE)
        ]
    )
    order = np.lexsort((earlier, -alike, later))
    later, earlier = later[order], earlier[order]
    starts = np.flatnonzero(np.diff(later, prepend=-1))
    for first, last in zip(starts, [*starts[1:], len(later)], strict=True):
        yield int(later[first]), earlier[first:last].tolist()


def _sharing(band: Signatures) -> Places:
    """Pairs of articles with the same rows `[n, rows]`, as `later * n + earlier`."""
    count = len(band)
    order = np.lexsort((np.arange(count), *band.T))
    same = np.concatenate([[False], (band[order][1:] == band[order][:-1]).all(axis=1)])
    bucket = np.cumsum(~same)
    pairs = []
    for step in range(1, min(_NEAREST, count - 1) + 1):
        places = np.flatnonzero(bucket[step:] == bucket[:-step])
        pairs.append(order[places + step].astype(np.int64) * count + order[places])
    return np.concatenate(pairs)
