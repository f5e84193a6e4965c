"""The day from which a question looks: what its "as of" names.

"As of" restricts, so none is passed over in silence: what begins like a time and cannot be read as one is
told as such, for without it later articles would be shown. "As of the 2017 census" names an event, and "as
many as on 9/11" compares: neither restricts.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from rag import patterns
from rag.answering.english.dates import (
    COUNTS,
    DATE,
    MONTH,
    MONTHS,
    RELATIVE,
    YEAR,
    Days,
    ago,
    calendar_unit,
    days_of,
    month_of,
)

_FLAGS = re.IGNORECASE | re.ASCII
# "As well as on 3 sites" is no such phrase, and "the 2017 census" is no time.
_OPENS = (
    r"\b(?<!\bwell )(?<!\bsuch )(?<!\bsoon )(?<!\bmuch )(?<!\bfar )as[\s-]+(?P<by>of|at|on)\s+"
    rf"(?!the\s+(?:(?:{MONTH})\.?\s+)?\d{{4}}\s+[a-z])"
)
# What every one has; most questions do not, and are not searched any further.
_MAY_OPEN = patterns.compile(r"\bas[\s-]+(?:of|at|on)\s", _FLAGS)
# "As many as on 9/11", "the same as at", and "as tight as at 10 Downing Street", where no time stands behind;
# but "as chairman as on 3 May" restricts.
_COMPARES = patterns.compile(r"\b(?:as\s+(?:many|much|few|little|often)|same)\b[^,;:?]*\Z", _FLAGS)
_MAY_COMPARE = patterns.compile(r"\bas\s+\w+\s+\Z", _FLAGS)
_NUMBER_ALONE = patterns.compile(r"\S+\s+\S+\s+\d{1,3}", _FLAGS)
_PART = (
    r"(?:(?:the\s+)?(?:(?P<part>early|mid|late)[\s–-]+|(?P<edge>end|start|beginning|middle)\s+of\s+))?"
    r"(?:the\s+)?(?:year\s+)?"
)
_ENDS = r"(?![\d/-]|[.,:–]\d|s\b)"
_NUMBERS = r"(?P<numbers>\d+(?P<sign>[-/.])\d+(?:(?P=sign)\d+)?)"
_OF_YEAR = (
    rf"(?P<month_of>{MONTH})\.?(?:\s+of\s+(?P<its_year>{YEAR}){_ENDS}|"
    r"(?:\s+of)?\s+(?P<its_which>this|last)\s+year\b)"
)
_ORDINAL = r"(?:st|nd|rd|th)?"
# Without a year, and with nothing behind that may be one.
_YEARLESS = (
    rf"(?:(?P<day_before>\d{{1,2}}){_ORDINAL}\s+(?:of\s+)?)?(?P<yearless>{MONTH})\b"
    rf"(?:\.?\s+(?P<day_behind>\d{{1,2}}){_ORDINAL}\b)?"
    r"(?!\.?,?\s*(?:of\s+)?(?:\d|(?:this|last|past|previous|next)\b)|[\d/–-])"
)
_WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_WEEKDAY = "|".join(_WEEKDAYS)
_AGO = rf"(?P<many>an?|one|{'|'.join(COUNTS)}|\d{{1,3}})\s+(?P<length>day|week|month|year)s?\s+ago\b"
_AS_OF = patterns.compile(
    rf"{_OPENS}(?:{_PART}(?:(?:{_NUMBERS}|{DATE}){_ENDS}|{_OF_YEAR}|{RELATIVE}|{_YEARLESS})"
    rf"|(?P<weekday>{_WEEKDAY})\b(?!,?\s+(?:(?:the\s+)?\d|last|this|next|{MONTH})|\s+(?:and|or|to)\b)|{_AGO})",
    _FLAGS,
)
# What may stand between "as of" and the time that it names, and how long ago that is.
_QUALIFIES = (
    r"the|an?|of|to|in|early|mid|middle|late|end|start|beginning|close|part|year|month|day|date|about|around"
    r"|roughly|circa|approximately|spring|summer|autumn|fall|winter|first|second|third|fourth|last|next|half"
    r"|quarter|q[1-4]|h[12]|fiscal|fy"
)
_HOW_LONG = rf"this|some|several|many|few|more|less|than|over|nearly|almost|one|\d{{1,3}}|{'|'.join(COUNTS)}"
# "As of noon on 5 March 2023", "as of the week of 6/3": other words stand before the date.
_ASKS = (
    "what|who|whom|whose|which|when|where|why|how|did|do|does|is|are|was|were|has|have|had|can|could|will|would"
    "|in|between|from|since|during|now|today|yet|this|late"
)
_A_DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:{MONTH})\b|(?:{MONTH})\.?\s+\d|\d{{4}}\b|\d+[-/.]\d)\S*"
    r"(?:,?\s+\d{4}\b)?"
)
_WORDS_AND_A_DATE = rf"(?:(?!(?:{_ASKS})\b)[^\W\d_][\w’']*,?[\s–-]+){{1,5}}{_A_DATE}"
_NAMES_A_TIME = patterns.compile(
    rf"{_OPENS}(?:{_WORDS_AND_A_DATE}|"
    rf"(?:(?:{_QUALIFIES})[\s–-]+)*(?:fy)?[~(\[\"'“‘’]*(?:\d\S*|(?:{MONTH})\b)"
    rf"(?:,?\s+(?:of\s+)?(?:\d\S*|(?:{MONTH})\b))*"
    rf"|(?:(?:{_QUALIFIES}|{_HOW_LONG})[\s–-]+)*(?:(?:{_WEEKDAY}|spring|summer|autumn|winter|christmas|easter"
    r"|ramadan|weekend|night|quarter|decade|century)\b|(?:day|week|fortnight|month|year|decade)s?\s+(?:ago|earlier|before)\b))",
    _FLAGS,
)


@dataclass(frozen=True, slots=True)
class Standpoint:
    """An "as of" at `[start, end)` of a question; `day` is None where its time cannot be read."""

    start: int
    end: int
    words: str
    day: dt.date | None


def standpoint_of(question: str, *, today: dt.date) -> Standpoint | None:
    """The first "as of" that can be read; else the first that names a time which cannot; else None.

    Of a month without a year the latest is meant that has begun by `today`, and no day after that one.
    """
    if not _MAY_OPEN.search(question):
        return None
    for match in _AS_OF.finditer(question):
        if not _compares(match, question) and (days := _days(match, today)) is not None:
            return Standpoint(match.start(), match.end(), match.group(), _day_in(days, match, today))
    return unread_in(question)


def unread_in(question: str) -> Standpoint | None:
    """The first "as of" with digits or the name of a time behind it."""
    for match in _NAMES_A_TIME.finditer(question):
        if not _compares(match, question):
            words = match.group().rstrip("?!.,;:)]}\"'”’")
            return Standpoint(match.start(), match.end(), words, None)
    return None


def _compares(match: re.Match[str], question: str) -> bool:
    if match["by"].lower() == "of":
        return False
    before = question[: match.start()]
    number = _NUMBER_ALONE.fullmatch(match.group())
    return bool(_COMPARES.search(before) or (number and _MAY_COMPARE.search(before)))


def _days(match: re.Match[str], today: dt.date) -> Days | None:
    if match["decade"]:
        return None  # the early 1990s have no day at which they end
    if match["weekday"] or match["many"]:
        return _back(match, today)
    if match["numbers"]:
        return _read(match["numbers"].split(match["sign"]), match["sign"])
    if match["month_of"]:
        which = (match["its_which"] or "").lower()
        year = int(match["its_year"] or max(today.year - (which == "last"), dt.MINYEAR))
        return month_of(dt.date(year, MONTHS[match["month_of"].lower()], 1))
    if match["yearless"]:
        return _latest(match, today)
    return days_of(match, today)


def _back(match: re.Match[str], today: dt.date) -> Days:
    """The day of a weekday, the latest that has begun, or of so much time ago."""
    if match["weekday"]:
        return calendar_unit(today, "day", -((today.weekday() - _WEEKDAYS[match["weekday"].lower()]) % 7))
    return ago(match["many"], match["length"], today)


def _read(parts: list[str], by: str) -> Days | None:
    """The days of a date in digits; None where it is none, or where it may be either of two."""
    found = set()
    orders: list[tuple[str, str, str | None]]
    if len(parts) == 2:
        # "2023.5" is a number.
        orders = [(parts[1], parts[0], None), *([] if by == "." else [(parts[0], parts[1], None)])]
    else:
        orders = [
            (parts[0], parts[1], parts[2]),
            (parts[2], parts[1], parts[0]),
            (parts[2], parts[0], parts[1]),
        ]
    for year, month, day in orders:
        if re.fullmatch(YEAR, year, re.ASCII) and len(month) <= 2 and len(day or "") <= 2:
            try:
                first = dt.date(int(year), int(month), int(day or 1))
            except ValueError:
                continue
            found.add((first, first) if day else month_of(first))
    return found.pop() if len(found) == 1 else None


def _latest(match: re.Match[str], today: dt.date) -> Days | None:
    month, day = MONTHS[match["yearless"].lower()], match["day_before"] or match["day_behind"]
    if match["day_before"] and match["day_behind"]:
        return None
    # 29 February is there in one year of four, and once in eight around 1900.
    for year in range(today.year, max(today.year - 9, 0), -1):
        try:
            first = dt.date(year, month, int(day or 1))
        except ValueError:
            continue
        if first <= today:
            return (first, first) if day else month_of(first)
    return None


def _day_in(days: Days, match: re.Match[str], today: dt.date) -> dt.date:
    part = (match["part"] or match["edge"] or "end").lower()
    day = _end_of(days, part)
    return min(day, today) if match["yearless"] else day


def _end_of(days: Days, part: str) -> dt.date:
    """The last day of that part of a year or a month; of another time its own last day."""
    first, last = days
    if part in {"start", "beginning"}:
        return first
    if part in {"end", "late"}:
        return last
    if days == calendar_unit(first, "year", 0):
        return dt.date(first.year, 4, 30) if part == "early" else dt.date(first.year, 8, 31)
    if days == month_of(first):
        return first.replace(day=10 if part == "early" else 20)
    return last
