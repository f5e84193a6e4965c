"""What was found and read for each question that a question holds, as what one answer rests on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import chain, zip_longest
from typing import TypeVar

from rag.answering.citing import Quote, together
from rag.answering.collapsing import Copies, joined
from rag.answering.confidence import Signs
from rag.answering.finding import Found
from rag.answering.questions import sentences_in
from rag.answering.quoting import Quotable
from rag.answering.ranking import Ranked
from rag.types import Explanation, PartAsked, Passage

_Each = TypeVar("_Each")


@dataclass(frozen=True, slots=True)
class Evidence:
    """The signs (None without a sentence), what they make of the confidence, and the sentences.

    `quotes` are what an answer shows when the confidence suffices: the sentences that were chosen, each with
    what it needs to read on its own. `passages` are the nearest, best first, as `search` gives them.
    """

    signs: Signs | None
    confidence: float
    quotables: list[Quotable]
    quotes: list[Quote]
    suffices: bool = False
    passages: tuple[Passage, ...] = ()


NO_EVIDENCE = Evidence(None, 0.0, [], [])


@dataclass(frozen=True, slots=True)
class Part:
    """One of the questions that a question holds, or the whole of one that holds no others."""

    found: Found
    evidence: Evidence

    @property
    def asked(self) -> PartAsked:
        whole = self.found.question
        start, _ = sentences_in(whole)[-1]
        return PartAsked(whole[start:], whole, round(self.evidence.confidence, 4), self.evidence.suffices)


def evidence_of(parts: Sequence[Part]) -> Evidence:
    """What an answer rests on: of those parts that are answered, or of all where none is.

    An answer is as sure as the least sure part of it that is shown; an abstention as the surest of all.
    """
    answered = [part.evidence for part in parts if part.evidence.suffices]
    chosen = answered or [part.evidence for part in parts]
    deciding = (min if answered else max)(chosen, key=lambda one: one.confidence)
    return replace(
        deciding,
        quotables=[one for part in parts for one in part.evidence.quotables],
        quotes=together([one.quotes for one in chosen]),
    )


def ranked_in_turn(parts: Sequence[Part]) -> list[Ranked]:
    """The passages of all parts, the best of each first; each passage once."""
    if len(parts) == 1:
        return parts[0].found.ranking
    found: dict[tuple[str, int], Ranked] = {}
    for ranked in chain.from_iterable(zip_longest(*(part.found.ranking for part in parts))):
        if ranked is not None:
            chunk = ranked.candidate.chunk
            found.setdefault((chunk.article_id, chunk.start), ranked)
    return list(found.values())


def copies_in(parts: Sequence[Part]) -> Copies:
    return reduce(joined, (part.found.copies for part in parts))


def explained(parts: Sequence[Part]) -> Explanation:
    """What was understood and applied, of all parts: the window is that of the first that names a time."""
    told = [part.found.explanation for part in parts]
    if len(told) == 1:
        return told[0]
    timed = next((one for one in told if one.window != (None, None)), told[0])
    return replace(
        timed,
        time_words=_each(one.time_words for one in told),
        also_read=_each(one.also_read for one in told),
        undated_left_out=max(one.undated_left_out for one in told),
        reranked=sum(one.reranked for one in told),
        aliases=_each(one.aliases for one in told),
        collapsed={name: copy.original for name, copy in copies_in(parts).items()},
        parts=tuple(part.asked for part in parts),
    )


def timings(parts: Sequence[Part]) -> dict[str, float]:
    """Milliseconds of each stage, of all parts together; the total is since the first was begun."""
    stopped = [part.found.clock.stop() for part in parts]
    stages = dict.fromkeys(chain.from_iterable(stopped))
    spent = {stage: round(sum(one.get(stage, 0.0) for one in stopped), 3) for stage in stages}
    return spent | {"total": stopped[0]["total"]}


def _each(several: Iterable[Iterable[_Each]]) -> tuple[_Each, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(several)))
