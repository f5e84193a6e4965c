"""What an answer says of its quotes, in words: the days that they mean, and what later ones make of them."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Sequence

from rag.cli.dates import day_words
from rag.cli.terminal import flat
from rag.types import Citation, ResolvedDate

Window = tuple[str | None, str | None]
"""First and last day of the time that a question names, as an explanation tells it."""


def date_lines(citations: Sequence[Citation]) -> Iterator[str]:
    """One line for each time that is resolved, once: "this week: 11–17 Nov 2024, Monday to Sunday"."""
    told: dict[str, str] = {}
    for date in (date for citation in citations for date in citation.dates):
        line = f"{flat(date.words)}: {days_words(date)}"
        told.setdefault(line.casefold(), line)
    yield from told.values()


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


def elsewhere_words(citations: Sequence[Citation], window: Window) -> str | None:
    """That these, or so many of them, are not of the time that the question names: "not of July 2024"."""
    elsewhere = sum(citation.of_time is False for citation in citations)
    if not elsewhere:
        return None
    of_all = "" if elsewhere == len(citations) else f"{elsewhere} of {len(citations)} quotes "
    return f"{of_all}not of {_window_words(window)}"


def _window_words(window: Window) -> str:
    """A day, a month or a year; what is longer, or open, is not told again."""
    since, until = (dt.date.fromisoformat(day) if day else None for day in window)
    if since is None or until is None:
        return "the time asked about"
    if since == until:
        return day_words(since)
    days = calendar.monthrange(until.year, until.month)[1]
    if since.year == until.year and since.day == 1 and until.day == days:
        if since.month == until.month:
            return f"{calendar.month_name[since.month]} {since.year}"
        if (since.month, until.month) == (1, 12):
            return str(since.year)
    return "the time asked about"


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
