"""Text to vectors and pairs to scores: two protocols, and the adapters that fulfil them.

Nothing heavy is imported here; adapters import their runtime when they are built.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from rag.encoding.loading import load_encoder, load_reranker
from rag.encoding.rows import WindowExceeded
from rag.encoding.sources import ModelSource

__all__ = [
    "Encoder",
    "ModelSource",
    "Reranker",
    "Vectors",
    "WindowExceeded",
    "load_encoder",
    "load_reranker",
]

Vectors = np.ndarray[Any, np.dtype[np.float32]]


class Encoder(Protocol):
    """Text → vector."""

    name: str
    fingerprint: str
    """sha256 over the model's files: two models with one name are still told apart."""
    dimension: int
    max_tokens: int
    """The window, special tokens included. Longer input is refused, never clipped."""

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Unit vectors `[len(texts), dimension]` float32; a row depends on its own text alone.

        `query` adds the model's own prompt for questions where it has one.
        Raises WindowExceeded when a text exceeds `max_tokens`.
        """
        ...

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text by the encoder's own tokenizer, special tokens included."""
        ...


class Reranker(Protocol):
    """(question, text) → relevance."""

    name: str
    fingerprint: str

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        """Logits `[len(texts)]` float32, higher is more relevant; a score depends on its pair alone.

        A pair beyond the window loses the end of its text, never of the question.
        """
        ...
