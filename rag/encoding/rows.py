"""What every adapter does alike with the texts that come in and the rows that go out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from rag.encoding import Vectors


class WindowExceeded(ValueError):
    """A text has more tokens than the encoder's window holds: nothing is clipped silently."""

    def __init__(self, number: int, tokens: int, window: int) -> None:
        super().__init__(f"text {number} has {tokens} tokens, the encoder's window holds {window}")
        self.tokens = tokens
        self.window = window


def well_formed(text: str) -> str:
    """The text with lone surrogates, which no tokenizer takes, as question marks."""
    return text.encode("utf-8", "replace").decode()


def refuse_long(lengths: Sequence[int], window: int) -> None:
    """Raises WindowExceeded for the first text that the window cannot hold."""
    for number, length in enumerate(lengths):
        if length > window:
            raise WindowExceeded(number, length, window)


def refuse_long_question(length: int, window: int) -> None:
    """Raises ValueError when a question leaves no room for a single token of text."""
    if length >= window:
        raise ValueError(f"the question takes {length} tokens of the reranker's window of {window}")


def unit(rows: Vectors) -> Vectors:
    """Rows scaled to length one in float32; what a model normalises in bfloat16 is off by a thousandth."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12), np.float32)
