"""What an answer says of its quotes, in words: the days that they mean, and what later ones make of them."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence

from rag.cli.dates import day_words
from rag.cli.terminal import flat
from rag.types import Citation, ResolvedDate


def date_lines(citations: Sequence[Citation]) -> Iterator[str]:
    """One line for each time that is resolved: "this week: 11–17 Nov 2024, Monday to Sunday"."""
    for date in dict.fromkeys(date for citation in citations for date in citation.dates):
        yield f"{flat(date.words)}: {days_words(date)}"


def days_words(date: ResolvedDate) -> str:
    """11 Feb 2025 · 11–17 Nov 2024, Monday to Sunday · Apr 2023 · 2023."""
    first, last = date.first, date.last
    if date.precision == "year":
        return str(first.year)
    if date.precision == "month":
        return f"{calendar.month_abbr[first.month]} {first.year}"
    if date.precision == "day":
        return day_words(first)
    if first.month == last.month:
        days = f"{first.day}–{day_words(last)}"
    else:
        begins = day_words(first) if first.year != last.year else day_words(first).rpartition(" ")[0]
        days = f"{begins} – {day_words(last)}"
    return f"{days}, Monday to Sunday" if date.precision == "week" else f"{days}, Saturday and Sunday"


def superseded_words(citations: Sequence[Citation]) -> str | None:
    """By which later citations these are superseded: "superseded by [2]"."""
    numbers = sorted({one.superseded_by for one in citations if one.superseded_by is not None})
    return "superseded by " + ", ".join(f"[{number}]" for number in numbers) if numbers else None


def notice_lines(citations: Sequence[Citation]) -> Iterator[str]:
    """What the article says of its own mistakes, each once: "Correction in the article: “…”"."""
    for notice in dict.fromkeys(notice for citation in citations for notice in citation.notices):
        yield f"{notice.kind.capitalize()} in the article: “{flat(notice.words)}”"


def disagreement_lines(citations: Sequence[Citation]) -> Iterator[str]:
    """Each pair of figures that contradict each other, once: "[1] says 46 %, [3] says 52 %"."""
    for citation in citations:
        for other in citation.contradicts:
            if citation.number < other.number:
                says = f"[{citation.number}] says {flat(other.words)}"
                yield f"{says}, [{other.number}] says {flat(other.other_words)}"
