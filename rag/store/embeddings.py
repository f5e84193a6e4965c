"""Vectors as the store keeps them: in half precision, which is what every cache is made of."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float32]]
Rows = np.ndarray[Any, np.dtype[np.int64]]


def pack_vector(vector: Floats) -> bytes:
    """A unit vector in half precision: its cosine to the original is above 0.999999."""
    return vector.astype("<f2").tobytes()


def unpack_vector(packed: bytes) -> Floats:
    """The stored vector as float32, of unit length again."""
    vector = np.frombuffer(packed, "<f2").astype(np.float32)
    return vector / max(float(np.linalg.norm(vector)), 1e-12)


def read_vectors(connection: sqlite3.Connection, keys: Rows, *, dimension: int) -> Floats:
    """The unit vectors `[len(keys), dimension]` of the chunks of these keys, which must be there.

    Raises KeyError where one is not.
    """
    wanted = json.dumps([int(key) for key in keys])
    found = dict(
        connection.execute(
            "SELECT key, vector FROM chunks WHERE key IN (SELECT value FROM json_each(?))", (wanted,)
        ).fetchall()
    )
    vectors = np.empty((len(keys), dimension), np.float32)
    for place, key in enumerate(keys):
        vectors[place] = unpack_vector(found[int(key)])
    return vectors
