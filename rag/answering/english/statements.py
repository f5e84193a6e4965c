"""A quote as something that was said on a day: what marks and the choice of quotes compare."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rag.answering.english.dates import DATE_WORDS, Days, days_of
from rag.answering.english.moments import resolve
from rag.answering.english.subjects import without_speaker
from rag.types import ArticleCard, Citation, ResolvedDate, Span


@dataclass(frozen=True, slots=True)
class Statement:
    """A quote `[start, …)` of its article, and the relative times in it, resolved."""

    card: ArticleCard
    start: int
    text: str
    dates: tuple[ResolvedDate, ...] = ()

    @classmethod
    def of(cls, citation: Citation) -> Statement:
        return cls(citation.card, citation.start, citation.quote, citation.dates)

    @classmethod
    def read(cls, card: ArticleCard, text: str, quote: Span) -> Statement:
        """`quote` of the article's whole `text`, its times resolved."""
        return cls(card, quote.start, quote.of(text), resolve(text, quote, card.published))

    @property
    def day(self) -> dt.date | None:
        """The day of publication, where it is known to the day."""
        published = self.card.published
        return published.latest if published.precision in {"day", "minute"} else None

    @property
    def said(self) -> str:
        """The text with spaces in the place of who said it and when."""
        return without_speaker(self.text)

    def times(self) -> tuple[list[Days], str]:
        """The days that are named in what is said, and the rest of it with spaces in their place."""
        rest, days = self.said, []
        for date in self.dates:
            start, end = date.start - self.start, date.end - self.start
            if rest[start:end].strip():
                days.append((date.first, date.last))
                rest = _blanked(rest, start, end)
        for match in DATE_WORDS.finditer(rest):
            if (named := days_of(match, dt.date.min)) is not None:
                days.append(named)
                rest = _blanked(rest, match.start(), match.end())
        return days, rest


def _blanked(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]
