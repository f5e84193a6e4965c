"""Search by vectors alone against their number: exact against inverted lists, as the index uses them.

The vectors are real passages recombined: each is a weighted mean of three of them, drawn by a seed, with
noise, at unit length. They fill the space between passages more evenly than an archive does.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.store.embeddings import Floats, Rows, pack_vector, read_vectors
from rag.store.vectors import VectorIndex, VectorKind, build_vectors

DEPTH = 10
# Of the vector's length. Without it all would lie in the space that a few hundred passages span.
NOISE = 0.3
_BATCH = 20_000


def made_up(number: int, dimension: int, *, seed: int = 1) -> Floats:
    """Unit vectors around a few centres, where there is no model to make real ones."""
    chance = np.random.default_rng(seed)
    centres = chance.standard_normal((20, dimension))
    return _unit(centres[chance.integers(0, 20, number)] + chance.standard_normal((number, dimension)))


def grown(base: Floats, number: int, *, seed: int) -> Floats:
    """`number` unit vectors, each recombined of three of `base` with noise."""
    chance = np.random.default_rng(seed)
    parts = []
    for start in range(0, number, _BATCH):
        size = min(_BATCH, number - start)
        chosen = chance.integers(0, len(base), (size, 3))
        weights = chance.dirichlet([1, 1, 1], size)
        mixed = _unit(np.einsum("nk,nkd->nd", weights, base[chosen]))
        noise = chance.standard_normal(mixed.shape) * (NOISE / np.sqrt(base.shape[1]))
        parts.append(_unit(mixed + noise))
    return np.concatenate(parts)


def measure(
    base: Floats, sizes: Sequence[int], folder: Path, *, repeats: int, questions: int = 100
) -> list[dict[str, Any]]:
    """For each size the seconds to build and to search, the bytes, and the recall of inverted lists.

    Each repeat asks other questions, of exact search and inverted lists in turn. `built` holds as many times
    as a size is built: often where that is quick, once where it takes long.
    """
    measured = []
    for size in sizes:
        place = folder / str(size)
        place.mkdir(parents=True)
        with sqlite3.connect(place / "store.sqlite") as connection:
            store(connection, grown(base, size, seed=1))
            measured.append(_measured(connection, base, size, place, repeats=repeats, questions=questions))
        connection.close()
        (place / "store.sqlite").unlink()
    return measured


def store(connection: sqlite3.Connection, vectors: Floats) -> None:
    """As `rag.store` keeps them, in half precision, a row each; nothing else is beside them."""
    connection.execute("CREATE TABLE chunks (key INTEGER PRIMARY KEY, vector BLOB NOT NULL)")
    rows = ((key, pack_vector(vector)) for key, vector in enumerate(vectors))
    connection.executemany("INSERT INTO chunks VALUES (?, ?)", rows)
    connection.commit()


def _measured(
    connection: sqlite3.Connection, base: Floats, size: int, folder: Path, *, repeats: int, questions: int
) -> dict[str, Any]:
    dimension = base.shape[1]

    def read(rows: Rows) -> Floats:
        return read_vectors(connection, rows, dimension=dimension)

    result: dict[str, Any] = {"size": size, "built": {}, "bytes": {}, "searched": {}, "recall": []}
    indexes: dict[str, VectorIndex] = {}
    for name, exact_up_to in (("exact", size), ("inverted lists", 0)):
        file = folder / name.replace(" ", "-")
        seconds: list[float] = []
        while len(seconds) < repeats and sum(seconds) < 20:
            began = time.perf_counter()
            kind: VectorKind = build_vectors(
                file, read, count=size, dimension=dimension, exact_up_to=exact_up_to
            )
            seconds.append(time.perf_counter() - began)
        result["built"][name], result["bytes"][name] = seconds, file.stat().st_size
        result["searched"][name] = []
        indexes[name] = VectorIndex(file, kind, read)
        if kind.name != "exact":
            result |= {"lists": kind.lists, "probes": kind.probes}
    for repeat in range(repeats + 1):
        vectors = grown(base, questions, seed=1000 + repeat)
        found = {}
        for name, index in indexes.items():
            began = time.perf_counter()
            found[name] = [index.search(vector, depth=DEPTH)[0] for vector in vectors]
            seconds_each = (time.perf_counter() - began) / questions
            # The first round only brings the files into memory.
            if repeat:
                result["searched"][name].append(seconds_each)
        if repeat:
            both = zip(found["exact"], found["inverted lists"], strict=True)
            result["recall"].append(float(np.mean([np.isin(one, other).mean() for one, other in both])))
    return result


def _unit(vectors: Any) -> Floats:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
