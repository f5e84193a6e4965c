"""What the cross-encoder may read for one question: nearly all of an answer's time goes by there.

It is bounded by pairs and not by a clock, so that the same index and settings give the same answer on a fast
machine and on a slow one. Passages come first, then what names lead to, then sentences; each leaves the later
ones a share, since an answer quotes sentences that were read.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.encoding import Reranker, Vectors

# Left for sentences, and for what names lead to, of what may be read at all: without a bound sentences take
# about half of all pairs.
_FOR_SENTENCES, _FOR_LINKS = 0.5, 0.15
_UNBOUNDED = 2**31


class BoundedReranker:
    """A cross-encoder at work on one question, which may read `most` pairs; None: as many as are asked.

    `readings` says how many pairs one text takes: as many as the question has forms.
    """

    def __init__(self, reranker: Reranker, most: int | None, *, readings: int = 1) -> None:
        self.name, self.fingerprint = reranker.name, reranker.fingerprint
        self._reranker = reranker
        self._most = most
        self._readings = readings
        self.pairs = 0
        """Read so far."""
        self.left_out = 0
        """Not read because they were too many."""
        self.forms: set[str] = set()
        """What texts were read for: the question in any form."""

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        """Logits `[len(texts)]`; what is too much is for the caller not to ask."""
        self.pairs += len(texts)
        self.forms.add(question)
        return self._reranker.score(question, texts)

    def passages(self, wanted: int) -> int:
        """How many of so many passages may be read: at least one."""
        return self._granted(wanted, max(1, self._left(_FOR_SENTENCES + _FOR_LINKS)))

    def links(self, wanted: int) -> int:
        """How many of so many linked passages may be read, each of which is read twice at most."""
        return self._granted(wanted, self._left(_FOR_SENTENCES) // 2)

    def sentences(self, wanted: int) -> int:
        """How many of so many sentences may be read: at least one."""
        return self._granted(wanted, max(1, self._left(0.0)))

    def again(self, wanted: int) -> bool:
        """Whether so many pairs may all be read besides, of sentences that were read for each form."""
        return self._left(0.0) * self._readings >= wanted

    def _left(self, kept: float) -> int:
        """How many texts may be read now, if this share of everything is kept for later."""
        if self._most is None:
            return _UNBOUNDED
        return max(0, int(self._most * (1 - kept)) - self.pairs) // self._readings

    def _granted(self, wanted: int, left: int) -> int:
        granted = min(wanted, left)
        self.left_out += (wanted - granted) * self._readings
        return granted
