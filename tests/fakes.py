"""Tiny real models: deterministic, instant, and good enough that retrieval and ranking mean something."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from rag.encoding import Vectors, WindowExceeded


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


@dataclass(frozen=True)
class HashingEncoder:
    """Bag of words: each word adds ±1 at a place that its hash names; rows are unit vectors.

    A token is a word, plus two special ones per text, as with a BERT.
    """

    name: str = "hashing"
    dimension: int = 64
    max_tokens: int = 256

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(f"{self.name} {self.dimension} {self.max_tokens}".encode()).hexdigest()

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, (text, count) in enumerate(zip(texts, self.count(texts), strict=True)):
            if count > self.max_tokens:
                raise WindowExceeded(row, count, self.max_tokens)
            for word in words_of(text):
                digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
                vectors[row, int.from_bytes(digest[:4]) % self.dimension] += 1 if digest[4] % 2 else -1
            if not vectors[row].any():  # no words, or words that cancel out: still a unit vector
                vectors[row, 0] = 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(words_of(text)) + 2 for text in texts]


@dataclass(frozen=True)
class PiecesEncoder(HashingEncoder):
    """The same, but a word that it does not know is three tokens."""

    known: frozenset[str] = frozenset()

    def count(self, texts: Sequence[str]) -> list[int]:
        return [2 + sum(1 if word in self.known else 3 for word in words_of(text)) for text in texts]


@dataclass(frozen=True)
class OverlapReranker:
    """The share of the question's words that the text has, spread over logits from -8 to 8."""

    name: str = "overlap"
    fingerprint: str = hashlib.sha256(b"overlap").hexdigest()

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        asked = set(words_of(question))
        shares = [len(asked & set(words_of(text))) / max(len(asked), 1) for text in texts]
        return np.asarray([16 * share - 8 for share in shares], np.float32)


@dataclass(frozen=True)
class RecordingReranker(OverlapReranker):
    """The same, and what it was given."""

    asked: list[tuple[str, str]] = field(default_factory=list, compare=False)

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        self.asked.extend((question, text) for text in texts)
        return super().score(question, texts)
