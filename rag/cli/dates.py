"""Dates as people write them on the command line, and as the answer shows them."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from rag.errors import QuestionError
from rag.types import Published

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_ORIGINS = {
    "metadata": "date from the metadata",
    "text": "date read from the text",
    "file name": "date from the file name",
    "unknown": "origin of the date unknown",
}


def read_date(option: str, value: str, *, last: bool) -> dt.date:
    """The day that `value` means: a year or month means its `last` day, else its first.

    Raises QuestionError, which names the option and what is wrong with the value.
    """
    found = _DATE.fullmatch(value.strip())
    if found is None:
        raise QuestionError(f"{option} {value!r} is not a date; write 2024, 2024-11 or 2024-11-12")
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    if year == 0:
        raise QuestionError(f"{option} {value!r} is not a date: there is no year 0")
    if month is not None and not 1 <= month <= 12:
        raise QuestionError(f"{option} {value!r} is not a date: months go from 1 to 12")
    month = month or (12 if last else 1)
    days = calendar.monthrange(year, month)[1]
    if day is not None and not 1 <= day <= days:
        raise QuestionError(
            f"{option} {value!r} is not a date: {calendar.month_name[month]} {year} has {days} days"
        )
    return dt.date(year, month, day or (days if last else 1))


def day_words(day: dt.date) -> str:
    """12 Feb 2025."""
    return f"{day.day} {calendar.month_abbr[day.month]} {day.year}"


def published_words(published: Published) -> str:
    """When, and how that is known: "12 Feb 2025 · date read from the text"."""
    if published.value is None or published.earliest is None:
        if published.not_before is None:
            return "undated"
        return f"undated · not before {day_words(dt.date.fromisoformat(published.not_before))}"
    first = published.earliest
    words = {
        "year": str(first.year),
        "month": f"{calendar.month_abbr[first.month]} {first.year}",
        "minute": f"{day_words(first)} {published.value[11:]}",
    }.get(published.precision, day_words(first))
    return f"{words} · {_ORIGINS[published.origin]}"
