"""Which words the models know whole: those of their language and the great names, but no slip and no
abbreviation that few use."""

from __future__ import annotations

from rag.encoding import Encoder


def is_known_whole(word: str, encoder: Encoder) -> bool:
    """Whether the encoder reads the word as one token, in small letters as most vocabularies have it."""
    alone, nothing = encoder.count([word.lower(), ""])
    return alone - nothing <= 1
