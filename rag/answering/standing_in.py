"""What a sentence answers together with those before it that name whom its "he" or "the ambassador" stands
for.

It is quoted with them (`english.antecedents`), but below its headline alone, which may name somebody else,
"He may be fined 300 crowns" looks like no answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag.answering.asked import Asked
from rag.answering.budget import BoundedReranker
from rag.answering.contrary import weight_of
from rag.answering.english.antecedents import read_alone
from rag.answering.quoting import ASKS_ITSELF, Quotable, asks, best_first, logits_of
from rag.types import Span

# So much it has to add to the logit of what stands before it, which else is the answer of the two.
_ADDS = 0.5
# Passages are passed over whose logit is lower than the best sentence's by more: of 34 sentences that came to
# lead so, 33 stood in others, with two fifths of the pairs (benchmarks/notes.md).
_BEHIND = 1.0

_Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class _Extended:
    """A sentence, and what is quoted with it: `[start, end)` of its article, which stands before it."""

    one: Quotable
    start: int
    end: int

    @property
    def before(self) -> _Place:
        return (self.one.card.article_id, self.start, self.end)

    @property
    def whole(self) -> _Place:
        return (self.one.card.article_id, self.start, self.one.end)


def read_as_quoted(
    quotables: Sequence[Quotable], asked: Asked, *, reranker: BoundedReranker | None
) -> list[Quotable]:
    """The sentences, best first; those that are quoted with what stands before them with the logit of all
    that, where it is higher than their own and they add something to it.

    Only those of passages that answer about as well as the best sentence, and none behind what is contrary to
    the question, which would answer it. All of them are read so or, where they are more than may still be
    read, none.
    """
    if reranker is None:
        return list(quotables)
    contrary = {_place(one) for one in quotables if one.contrary}
    extended = [
        each
        for each in _extended(one for one in quotables if _may_lead(one, quotables[0]))
        if not any(_is_within(place, each.before) for place in contrary)
    ]
    # Of what stands before them, all may have to be read as well.
    if not extended or not reranker.again(2 * len(extended) * asked.readings):
        return list(quotables)
    known = {_place(one): one.score + _less(one) for one in quotables}

    def read(several: Iterable[tuple[Quotable, _Place]]) -> None:
        unread = {place: one for one, place in several if place not in known}
        texts = [(one.ranked, one.article.text[start:end]) for (_, start, end), one in unread.items()]
        known.update(zip(unread, logits_of(texts, asked, reranker), strict=True))

    def as_quoted(each: _Extended) -> float:
        return known[each.whole] - _less(each.one)

    read((each.one, each.whole) for each in extended)
    better = [each for each in extended if as_quoted(each) > each.one.score]
    read((each.one, each.before) for each in better)
    scores = {
        _place(each.one): as_quoted(each)
        for each in better
        if known[each.whole] >= known[each.before] + _ADDS
    }
    return sorted(
        (replace(one, score=scores.get(_place(one), one.score)) for one in quotables), key=best_first
    )


def _place(one: Quotable) -> _Place:
    return (one.card.article_id, one.start, one.end)


def _is_within(place: _Place, other: _Place) -> bool:
    return place[0] == other[0] and other[1] <= place[1] and place[2] <= other[2]


def _less(one: Quotable) -> float:
    """How much less its score is than its logit."""
    return ASKS_ITSELF * asks(one.text) + weight_of(one.contrary)


def _may_lead(one: Quotable, best: Quotable) -> bool:
    """Whether its passage says that something in it answers about as well as the best sentence."""
    scores = one.ranked.scores
    logit = scores.hop if one.ranked.answers_with else scores.rerank
    return logit is not None and logit >= best.score - _BEHIND


def _extended(quotables: Iterable[Quotable]) -> Iterator[_Extended]:
    for one in quotables:
        start = read_alone(one.article, Span(one.start, one.end)).start
        if start < one.start:
            end = max(span.end for span in one.article.sentences if span.end <= one.start)
            yield _Extended(one, start, end)
