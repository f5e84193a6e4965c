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
from rag.answering.quoting import Quotable, is_of
from rag.answering.ranking import Ranked
from rag.answering.within import ANY_TIME, Window
from rag.types import Contrary, Explanation, PartAsked, Passage

_Each = TypeVar("_Each")


@dataclass(frozen=True, slots=True)
class Evidence:
    """The signs (None without a sentence), what they make of the confidence, and the sentences.

    `quotes` are what an answer shows when the confidence suffices: the sentences that were chosen, each with
    what it needs to read on its own. `passages` are the nearest, best first, as `search` gives them.
    """

    signs: Signs | None
    confidence: float
    quotables: Sequence[Quotable]
    quotes: Sequence[Quote]
    suffices: bool = False
    passages: tuple[Passage, ...] = ()


NO_EVIDENCE = Evidence(None, 0.0, (), ())


@dataclass(frozen=True, slots=True)
class Part:
    """One of the questions that a question holds, or the whole of one that holds no others.

    Its evidence has the quotes that hold against their articles; so many were `dropped` that did not.
    """

    found: Found
    evidence: Evidence
    dropped: int = 0

    @property
    def window(self) -> Window:
        return self.found.understanding.since, self.found.understanding.until

    def chose(self, quote: Quote) -> list[Quotable]:
        """The sentences of a quote that answer this one, if it is answered."""
        if not self.evidence.suffices:
            return []
        places = {(one.card.article_id, one.start) for each in self.evidence.quotes for one in each.chosen}
        return [one for one in quote.chosen if (one.card.article_id, one.start) in places]

    def is_of_time(self, quote: Quote) -> bool | None:
        """Whether the quote is of the time that this question names; None where it names none, or is not
        answered by it."""
        chosen = self.chose(quote)
        return (
            None if self.window == ANY_TIME or not chosen else any(is_of(one, self.window) for one in chosen)
        )


def evidence_of(parts: Sequence[Part]) -> Evidence:
    """What an answer rests on: of those parts that are answered, or of all where none is.

    An answer is as sure as the least sure part of it that is shown; an abstention as the surest of all. The
    sentences of that part come first.
    """
    answered = [part.evidence for part in parts if part.evidence.suffices]
    chosen = answered or [part.evidence for part in parts]
    deciding = (min if answered else max)(chosen, key=lambda one: one.confidence)
    others = (part.evidence for part in parts if part.evidence is not deciding)
    return replace(
        deciding,
        quotables=[*deciding.quotables, *chain.from_iterable(one.quotables for one in others)],
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


def explanation_of(parts: Sequence[Part], quotes: Sequence[Quote] = ()) -> Explanation:
    """What was understood and applied, of all parts, of which these `quotes` are shown."""
    told = [part.found.explanation for part in parts]
    if len(told) == 1:
        return replace(told[0], window_met=_met(parts[0], quotes))
    asked = tuple(_asked(part, quotes) for part in parts)
    windows = {one.window for one in asked} - {(None, None)}
    met = [one.window_met for one in asked if one.window_met is not None]
    return replace(
        told[0],
        window=windows.pop() if len(windows) == 1 else (None, None),
        window_met=all(met) if met else None,
        time_words=_each(one.time_words for one in told),
        happened=_each(one.happened for one in told),
        also_read=_each(one.also_read for one in told),
        undated_left_out=max(one.undated_left_out for one in told),
        reranked=sum(one.reranked for one in told),
        aliases=_each(one.aliases for one in told),
        collapsed={name: copy.original for name, copy in copies_in(parts).items()},
        parts=asked,
    )


def _asked(part: Part, quotes: Sequence[Quote]) -> PartAsked:
    return PartAsked(
        part.found.asked_for.words,
        part.found.asked_for.asked_as,
        round(part.evidence.confidence, 4),
        any(part.chose(quote) for quote in quotes),
        part.found.explanation.window,
        _met(part, quotes),
        contrary_to(part),
    )


def contrary_to(part: Part) -> Contrary | None:
    """Where what is quoted for one question says its opposite, or is of another time; where nothing is
    quoted, where the best sentence is so."""
    evidence = part.evidence
    if not evidence.suffices:
        return evidence.signs.contrary if evidence.signs else None
    chosen = chain.from_iterable(quote.chosen for quote in evidence.quotes)
    return next((one.contrary for one in chosen if one.contrary), None)


def _met(part: Part, quotes: Sequence[Quote]) -> bool | None:
    """Whether a quote is of the time that it names; None without such a time, or any quote."""
    told = [of_time for quote in quotes if (of_time := part.is_of_time(quote)) is not None]
    return any(told) if told else None


def timings(parts: Sequence[Part]) -> dict[str, float]:
    """Milliseconds of each stage, of all parts together; the total is since the first was begun."""
    stopped = [part.found.clock.stop() for part in parts]
    stages = dict.fromkeys(chain.from_iterable(stopped))
    spent = {stage: round(sum(one.get(stage, 0.0) for one in stopped), 3) for stage in stages}
    return spent | {"total": stopped[0]["total"]}


def _each(several: Iterable[Iterable[_Each]]) -> tuple[_Each, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(several)))
