"""Candidates by words and by vector, fused, without copies: what the cross-encoder may choose from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.answering.collapsing import Copies, Verdicts, collapse, joined
from rag.answering.options import Options
from rag.answering.ranking import Ranked, fuse, fused_like, in_order
from rag.answering.within import Window, is_short, narrowed, published_in, told_in
from rag.encoding import Vectors
from rag.store import ByWords, Candidate, Snapshot
from rag.types import Filters

# Where copies took the places of other candidates, at most so many times the depth is fetched.
_DEEPEST = 16


@dataclass(frozen=True, slots=True)
class Retriever:
    """Retrieves from one generation; `verdicts` keeps which of its articles are copies."""

    snapshot: Snapshot
    options: Options
    verdicts: Verdicts

    def retrieve(
        self,
        vector: Vectors,
        words: ByWords,
        look_up: Callable[..., ByWords],
        *,
        filters: Filters,
        window: Window,
    ) -> tuple[list[Ranked], Copies]:
        """The fused candidates without copies, and those; from deeper down where copies took their places.

        `look_up(depth=…)` gives what `words` has, to another depth. Where few of them were published in a
        short `window` that the question names, what was is looked for among itself too: by how much prices
        fell is told alike on every day.
        """
        while True:
            candidates = self.snapshot.retrieve(vector, words)
            ranking, copies = self.collapse(fuse(candidates, dense_weight=self.options.dense_weight))
            enough = not copies or len(ranking) >= self.options.depth
            # Where fewer are found than were asked for, there are no more.
            if enough or len(candidates) < words.depth or words.depth >= _DEEPEST * self.options.depth:
                break
            words = look_up(depth=2 * words.depth)
        if not is_short(window) or self._has_enough(ranking, window):
            return ranking, copies
        then = self.snapshot.by_words_among(words, filters=narrowed(filters, told_in(window)))
        more = self._beside(ranking, self.snapshot.retrieve(vector, then))
        ranking, found_again = self.collapse(in_order([*ranking, *more]))
        return ranking, joined(copies, found_again)

    def collapse(self, ranking: Sequence[Ranked]) -> tuple[list[Ranked], Copies]:
        """The ranking without copies, and those."""
        if not self.options.copies:
            return list(ranking), {}
        return collapse(ranking, self.verdicts)

    def _has_enough(self, ranking: Sequence[Ranked], window: Window) -> bool:
        """Whether as many were published in the window as are read."""
        then = sum(published_in(ranked.candidate.article.card, *window) for ranked in ranking)
        return then >= self.options.rerank_depth

    def _beside(self, ranking: Sequence[Ranked], candidates: Sequence[Candidate]) -> list[Ranked]:
        """Those that are not in the ranking, fused on its scale."""
        there = {(one.candidate.chunk.article_id, one.candidate.chunk.start) for one in ranking}
        new = [one for one in candidates if (one.chunk.article_id, one.chunk.start) not in there]
        scores = fused_like(ranking, new, dense_weight=self.options.dense_weight)
        return [Ranked(one, parts.fused or 0.0, parts) for one, parts in zip(new, scores, strict=True)]
