"""One system's model work, lent to others that are asked the same question at the same time.

A row and a score depend on their own text alone (the law of `Encoder` and `Reranker`), so what one system
computed is, bit for bit, what another would compute. The lender computes everything itself: its times are
those of a system on its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from rag.encoding import Encoder, Reranker, Vectors

_MOST_KEPT = 4_096  # several questions' pairs: the systems are asked one question before the next


@dataclass(slots=True)
class Memory:
    """What was computed lately: a question's vector, and the logit of each (question, text)."""

    vectors: dict[str, Vectors] = field(default_factory=dict)
    logits: dict[tuple[str, str], float] = field(default_factory=dict)


class SharedEncoder:
    """An encoder that keeps the vectors of questions; with `borrows` it computes only what is not kept."""

    def __init__(self, encoder: Encoder, memory: Memory, *, borrows: bool) -> None:
        self.name, self.fingerprint = encoder.name, encoder.fingerprint
        self.dimension, self.max_tokens = encoder.dimension, encoder.max_tokens
        self._encoder, self._vectors, self._borrows = encoder, memory.vectors, borrows

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        if not query or len(texts) != 1:
            return self._encoder.encode(texts, query=query)
        if not self._borrows or texts[0] not in self._vectors:
            self._vectors[texts[0]] = self._encoder.encode(texts, query=True)
            _forget(self._vectors)
        return self._vectors[texts[0]].copy()

    def count(self, texts: Sequence[str]) -> list[int]:
        return self._encoder.count(texts)


class SharedReranker:
    """A reranker that keeps its logits; with `borrows` it computes only what is not kept."""

    def __init__(self, reranker: Reranker, memory: Memory, *, borrows: bool) -> None:
        self.name, self.fingerprint = reranker.name, reranker.fingerprint
        self._reranker, self._logits, self._borrows = reranker, memory.logits, borrows

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        kept = self._logits if self._borrows else {}
        known = {text: kept[question, text] for text in texts if (question, text) in kept}
        missing = [text for text in texts if text not in known]
        if missing or not texts:
            known |= zip(missing, map(float, self._reranker.score(question, missing)), strict=True)
            self._logits |= {(question, text): known[text] for text in missing}
        scores = np.array([known[text] for text in texts], np.float32)
        _forget(self._logits)
        return scores


def _forget(kept: dict[Any, Any]) -> None:
    """Drop the oldest beyond the most that is kept."""
    for key in list(kept)[: max(0, len(kept) - _MOST_KEPT)]:
        del kept[key]
