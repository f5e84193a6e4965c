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


def read_vectors(connection: sqlite3.Connection, keys: Rows, *, dimension: int) -> Floats:
    """The vectors `[len(keys), dimension]` of the chunks of these keys, which must be there, in float32 and
    of unit length again.

    Each has the same bits whichever others are read with it. Raises KeyError where a chunk is not there,
    ValueError where a vector is of another dimension.
    """
    wanted = json.dumps(keys.tolist())
    found = dict(
        connection.execute(
            "SELECT key, vector FROM chunks WHERE key IN (SELECT value FROM json_each(?))", (wanted,)
        ).fetchall()
    )
    packed = b"".join([found[key] for key in keys.tolist()])
    vectors: Floats = np.frombuffer(packed, "<f2").reshape(len(keys), dimension).astype(np.float32)
    # Summed along each row: what lies in other rows has no part in it.
    lengths = np.sqrt((vectors * vectors).sum(axis=1, keepdims=True))
    vectors /= np.maximum(lengths, np.float32(1e-12))
    return vectors
