"""From the chosen sentences to citations: every quote reads on its own, and no word is quoted twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from rag.answering.collapsing import Copies, copies_of
from rag.answering.english.announcing import with_announced
from rag.answering.english.antecedents import LONGEST_QUOTE, is_contiguous, read_alone
from rag.answering.english.moments import resolve
from rag.answering.english.notices import notices_in
from rag.answering.english.sameness import stands_in_copy
from rag.answering.english.speech import with_speaker
from rag.answering.english.taking_up import taken_up
from rag.answering.marking import marked
from rag.answering.quoting import Quotable, also_in
from rag.store import StoredText
from rag.types import ArticleCard, Citation, ResolvedDate, Span


@dataclass(frozen=True, slots=True)
class Quote:
    """`[start, end)` of an article, and the chosen sentences that it holds, the first of them first."""

    start: int
    end: int
    chosen: tuple[Quotable, ...]

    @property
    def article(self) -> StoredText:
        return self.chosen[0].article

    @property
    def card(self) -> ArticleCard:
        return self.chosen[0].card

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def extended(self) -> bool:
        """Whether it is more than the one sentence that was chosen."""
        return any((one.start, one.end) != (self.start, self.end) for one in self.chosen)


def quotes_of(chosen: Sequence[Quotable]) -> list[Quote]:
    """The chosen sentences, each with what it needs to read on its own, in their order.

    Those that overlap thereby, or come to stand side by side, are one quote in the place of the first, of
    `LONGEST_QUOTE` words at most: what is longer stays several, of which none repeats another's words.
    """
    quotes: list[Quote] = []
    for quotable in chosen:
        for quote in _read_alone(quotable):
            _add(quote, quotes)
    return quotes


def together(several: Sequence[Sequence[Quote]]) -> list[Quote]:
    """The quotes of each in turn; those that overlap are one, as in `quotes_of`."""
    quotes: list[Quote] = []
    for quote in chain.from_iterable(several):
        if any(_overlap(one, quote) for one in quotes):
            _add(quote, quotes)
        else:
            quotes.append(quote)
    return quotes


def _read_alone(quotable: Quotable) -> list[Quote]:
    """The sentence from where it reads on its own, with what it announces, and with who says it; before it,
    where that lies too far off, the sentence that it takes up; without that, where it is too long to be read
    beside another."""
    sentence = Span(quotable.start, quotable.end)
    span = with_announced(quotable.article, read_alone(quotable.article, sentence))
    span = with_speaker(quotable.article, span)
    taken = taken_up(quotable.article, sentence)
    quote = Quote(span.start, span.end, (quotable,))
    if taken is None or taken.start >= span.start:
        return [quote]
    joined = replace(quote, start=taken.start)
    if is_contiguous(joined.article, taken, sentence) and _is_readable(joined):
        return [joined]
    first = replace(quotable, start=taken.start, end=taken.end, text=taken.of(quotable.article.text))
    before = Quote(taken.start, taken.end, (first,))
    return [before, quote] if _is_readable(before) else [quote]


def _add(quote: Quote, quotes: list[Quote]) -> None:
    """Put it behind the quotes, or in the place of the first of those that it meets."""
    place = len(quotes)
    while (meeting := next((one for one in quotes if _meet(one, quote)), None)) is not None:
        joined = _joined(meeting, quote)
        if _is_readable(joined) or (joined.start, joined.end) in {
            (one.start, one.end) for one in (meeting, quote)
        }:
            place = min(place, quotes.index(meeting))
            quotes.remove(meeting)
            quote = joined
        else:
            quotes[quotes.index(meeting)], quote = _parted(meeting, quote)
    quotes.insert(place, quote)


def cite(quotes: Sequence[Quote], quotables: Sequence[Quotable], *, copies: Copies) -> tuple[Citation, ...]:
    """The quotes as citations, numbered by article.

    What says the same, and what each makes of the others, is read from the sentences that were chosen;
    `quotables` are looked through for the former, and the copies of an article that was cited.
    """
    numbers: dict[str, int] = {}
    for quote in quotes:
        numbers.setdefault(quote.card.article_id, len(numbers) + 1)
    parts = iter(
        marked(
            [
                Citation(
                    number=numbers[one.card.article_id],
                    card=one.card,
                    start=one.start,
                    end=one.end,
                    quote=one.text,
                    scores=one.ranked.scores,
                    also_in=tuple(sorted({*also_in(one, quotables), *_copies_that_state(one, copies)})),
                    dates=_dates(one),
                )
                for quote in quotes
                for one in quote.chosen
            ]
        )
    )
    notices = {
        article_id: notices_in(article.text, article.sentences)
        for article_id, article in {quote.card.article_id: quote.article for quote in quotes}.items()
    }
    return tuple(
        replace(_whole(quote, list(islice(parts, len(quote.chosen)))), notices=notices[quote.card.article_id])
        for quote in quotes
    )


def _whole(quote: Quote, parts: Sequence[Citation]) -> Citation:
    """The citation of a quote out of those of its chosen sentences.

    It is superseded only where each of them is, by the same: the rest of it still stands.
    """
    first = parts[0]
    return replace(
        first,
        start=quote.start,
        end=quote.end,
        quote=quote.text,
        dates=_dates(quote),
        also_in=tuple(sorted({other for part in parts for other in part.also_in})),
        superseded_by=first.superseded_by if len({part.superseded_by for part in parts}) == 1 else None,
        contradicts=tuple(dict.fromkeys(each for part in parts for each in part.contradicts)),
    )


def _copies_that_state(quotable: Quotable, copies: Copies) -> Iterator[str]:
    """Of the copies of its article, by id, those that have the sentence: a shortened one may lack it."""
    for copy in copies_of(quotable.card.article_id, copies):
        if any(stands_in_copy(quotable.text, sentence.of(copy.text)) for sentence in copy.sentences):
            yield copy.card.article_id


def _dates(one: Quotable | Quote) -> tuple[ResolvedDate, ...]:
    return resolve(one.article.text, Span(one.start, one.end), one.card.published)


def _meet(one: Quote, other: Quote) -> bool:
    """Whether two quotes overlap, or stand side by side because one of them was extended and make a quote
    that can still be read."""
    if _overlap(one, other):
        return True
    if one.card.article_id != other.card.article_id:
        return False
    first, second = sorted((one, other), key=lambda quote: quote.start)
    between = one.article.text[first.end : second.start]
    return (one.extended or other.extended) and not between.strip() and _is_readable(_joined(one, other))


def _overlap(one: Quote, other: Quote) -> bool:
    same = one.card.article_id == other.card.article_id
    return same and one.start < other.end and other.start < one.end


def _joined(one: Quote, other: Quote) -> Quote:
    chosen = {(each.start, each.end): each for each in (*other.chosen, *one.chosen)}
    places = dict.fromkeys((each.start, each.end) for each in (*one.chosen, *other.chosen))
    return Quote(
        min(one.start, other.start), max(one.end, other.end), tuple(chosen[place] for place in places)
    )


def _parted(one: Quote, other: Quote) -> tuple[Quote, Quote]:
    """Two quotes that overlap, the later in the article from where the other one ends."""
    first, second = sorted((one, other), key=lambda quote: quote.start)
    start = next(sentence.start for sentence in one.article.sentences if sentence.start >= first.end)
    held = tuple(chosen for chosen in second.chosen if chosen.start < start)
    first = replace(first, chosen=first.chosen + held)
    second = Quote(start, second.end, tuple(chosen for chosen in second.chosen if chosen.start >= start))
    return (first, second) if one.start == first.start else (second, first)


def _is_readable(quote: Quote) -> bool:
    return len(quote.text.split()) <= LONGEST_QUOTE
