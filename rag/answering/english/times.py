"""Times that a question names by more than a date or a relative word, and the days that they mean.

Both what restricts ("as of March") and what guides ("since March") are read by these patterns. Of a time
without its year the latest is meant that has begun.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable, Iterable

from rag import patterns
from rag.answering.english.dates import (
    COUNTS,
    MONTH,
    MONTHS,
    YEAR,
    Days,
    calendar_unit,
    days_of,
    month_of,
    number_of,
    range_of,
    shifted,
)

PART = r"(?:(?:the\s+)?(?:(?P<part>early|mid|late)[\s–-]+|(?P<edge>end|start|beginning|middle)\s+of\s+))"
"""A third of the time behind it, or its edge."""
_NTH = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_ORDINALS = "|".join([*_NTH, "last", "final"])
# A quarter or a half of a year is a PIECE_OF_YEAR.
_FIRST_OF = (
    rf"(?:(?:the\s+)?(?P<of_nth>{_ORDINALS})[\s-]+(?:(?P<of_count>\d{{1,3}}|{'|'.join(COUNTS)})[\s-]+)?"
    rf"(?P<of_unit>day|week|month|quarter(?=s)|half(?=\s+of\s+(?:{MONTH})\b))(?P<of_many>s)?\s+of\s+)"
)
NARROWS = rf"(?:{_FIRST_OF}|{PART})"
"""What narrows the time behind it, also by a count: “the first 20 days of”, “the second half of”."""
NO_NOUN = (
    r"(?:in|on|at|to|by|from|for|of|with|and|or|but|was|were|is|are|has|have|had|did|does|do|as|that|which|who|when"
    r"|where|what|how|why|the|an?|until|till|before|after|since|between|because|about)"
)
"""What may stand behind a time that is of no event."""
_A_NOUN = patterns.compile(rf"\s+(?!{NO_NOUN}\b)[a-z]")
_A_NAME = patterns.compile(rf"\s+(?!(?i:{NO_NOUN})\b)[A-Za-z]")
_OF_THE = patterns.compile(r"\bthe\s+\Z", re.IGNORECASE)
_BEGIN_A_DATE = ("iso", "day", "month", "month2", "year3")
ENDS = r"(?![\d/-]|[.,:–]\d|s\b)"
_WITH_MONTH = patterns.compile(rf"\b(?:{MONTH})\b", re.IGNORECASE | re.ASCII)
_WITH_DAY = patterns.compile(r"\d")
_ORDINAL = r"(?:st|nd|rd|th)?"
OF_YEAR = (
    rf"(?:(?P<day_of>\d{{1,2}}){_ORDINAL}\s+(?:of\s+)?)?(?P<month_of>{MONTH})\b\.?"
    rf"(?:\s+(?P<day_of2>\d{{1,2}}){_ORDINAL}\b)?,?"
    rf"(?:\s+of\s+(?P<its_year>{YEAR}){ENDS}|(?:\s+of)?\s+(?P<its_which>this|last)\s+year\b)"
)
"""“March of 2023”, “3 March last year”."""


def yearless(month: str = MONTH) -> str:
    """A month or one of its days without a year, and with nothing behind that may be one."""
    return (
        rf"(?:(?P<day_before>\d{{1,2}}){_ORDINAL}\s+(?:of\s+)?)?(?P<yearless>{month})\b"
        rf"(?:\.?\s+(?P<day_behind>\d{{1,2}}){_ORDINAL}\b)?"
        r"(?!\.?,?\s*(?:of\s+)?(?:\d|(?:this|last|past|previous|next)\b)|[\d/–-])"
    )


DIGITS = rf"(?<![\d/.-])(?P<numbers>\d{{1,4}}(?P<sign>[-/.])\d{{1,2}}(?P=sign)\d{{1,4}}){ENDS}"
"""A whole date in digits."""
WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
WEEKDAY = "|".join(WEEKDAYS)
AGO = rf"(?P<many>an?|one|{'|'.join(COUNTS)}|\d{{1,3}})\s+(?P<length>day|week|month|year)s?\s+ago\b"


_DAYTIME = r"(?:\s+(?-i:morning|afternoon|evening|night)\b)?"
_DAY_BEFORE = patterns.compile(rf"\b(?:on\s+)?(?:{WEEKDAY}),?\s+(?:the\s+)?\Z", re.IGNORECASE)
_DAY_BEHIND = patterns.compile(rf",?\s+(?:\((?:{WEEKDAY})\)|(?:{WEEKDAY})\b)", re.IGNORECASE)
ON_WEEKDAY = rf"(?:(?:late|early)\s+)?(?P<last_day>last\s+)?(?P<weekday>{WEEKDAY})\b{_DAYTIME}"
WEEKEND = r"(?P<weekend>(?:the|this|last)(?:\s+past)?)\s+weekend\b(?!\s+of\b)"
_SUNDAY = 6
_NTH_PIECE = rf"(?P<nth>{_ORDINALS})[\s-]+(?P<piece>quarter|half)"
_PIECE = rf"(?:{_NTH_PIECE}(?:\s+of(?:\s+the\s+year)?)?|(?P<short>Q[1-4]|H[12]))(?:\s+of)?\s+"
_PIECE_YEAR = rf"(?P<piece_year>{YEAR})(?!s\b){ENDS}"
# A fiscal quarter begins where its firm says.
PIECE_OF_YEAR = rf"(?<!\bfiscal\ ){_PIECE}{_PIECE_YEAR}"
"""“Q2 2024”, “the first half of 2024”."""
QUARTER = (
    rf"(?<!\bfiscal\ )(?:{_PIECE}(?:{_PIECE_YEAR}|(?P<piece_which>this|last)\s+year\b)"
    r"|(?<!\bthe\ )(?P<quarter>this|last|previous)\s+quarter\b"
    r"(?!\s+of\b|[\s-]*(?:final|back|century|mile|hour)))"
)
"""“Q2 2024”, “the first half of last year”, “last quarter”; “in the last quarter” may be that of a match."""
OF_THE_YEAR = rf"{_NTH_PIECE}\s+of\s+the\s+year\b(?!\s+(?:of\s+)?(?:\d|[’'])|[’'])"


def named_days(match: re.Match[str], today: dt.date) -> Days | None:
    """First and last day of the time in the match, whole; None for no real one."""
    parts = match.groupdict()
    for group, read in _READINGS:
        if parts.get(group):
            return read(parts, today)
    return days_of(match, today)


def latest_range(first: str, last: str, today: dt.date) -> Days | None:
    """From the first to the last of two dates without a year, the latest of which the last has begun."""
    if not _WITH_MONTH.search(last) and not _WITH_MONTH.search(first):
        return None
    if first.isdigit() and not _WITH_DAY.search(last):
        return None  # "between 5 and March"
    for year in (today.year, today.year - 1):
        days = range_of(first, f"{last} {max(year, dt.MINYEAR)}", today)
        if days and (days[1] if _WITH_DAY.search(last) else days[1].replace(day=1)) <= today:
            return days
    return None


def narrowed(days: Days, match: re.Match[str]) -> Days:
    """The part of a time that is meant, by what NARROWS it in the match: of "late 2021" the last third.

    Of "the end of the 2018 season" it is that of the season, and nothing is known of it.
    """
    parts = match.groupdict()
    part = (parts["part"] or parts["edge"] or "").lower()
    if not (part or parts["of_nth"]) or _is_of_an_event(match):
        return days
    return part_of(days, part) if part else _first_of(days, parts)


def bounds(days: Days, match: re.Match[str]) -> Days:
    """What begins or ends another time: of "the end of 2021" its last day."""
    first, last = days
    match (match["edge"] or "").lower():
        case "start" | "beginning":
            return first, first
        case "end":
            return last, last
        case _:
            return narrowed(days, match)


def _is_of_an_event(match: re.Match[str]) -> bool:
    """Whether a noun behind a date makes what narrows it a part of that noun."""
    parts = match.groupdict()
    year = parts.get("year3")
    date = min((match.start(group) for group in _BEGIN_A_DATE if parts.get(group)), default=0)
    if _A_NAME.match(match.string, match.end()) and _OF_THE.search(match.string[:date]):
        return True
    narrow = parts["part"] or parts["of_count"] or parts["of_unit"] in {"week", "month"}
    return bool(year and not narrow and _A_NOUN.match(match.string, match.end()))


def _first_of(days: Days, parts: dict[str, str]) -> Days:
    """So many days, weeks or months at the beginning or the end of a year or a month, or one of them by its
    number; the time itself where it has none such."""
    first, last = days
    nth, unit = parts["of_nth"].lower(), parts["of_unit"].lower()
    number = _NTH.get(nth, 0)
    of_month, of_year = days == month_of(first), days == calendar_unit(first, "year", 0)
    if unit == "half" and of_month and number < 3:
        middle = first.replace(day=15)
        return (first, middle) if number == 1 else (shifted(middle, 1), last)
    if unit == "half" or not (of_year or (of_month and unit in {"day", "week"})):
        return days
    if parts["of_many"] and not parts["of_count"]:
        return part_of(days, "early" if number == 1 else "late") if number < 2 else days
    length = number_of(parts["of_count"] or "a")
    if number > 1 and length > 1:
        return days  # "the second 20 days"
    begins = _units_on(first, unit, (number or 1) * length - length)
    ends = shifted(_units_on(begins, unit, length), -1)
    if not number:
        begins, ends = _units_on(shifted(last, 1), unit, -length), last
    return (begins, ends) if first <= begins <= ends <= last else days


def _units_on(day: dt.date, unit: str, count: int) -> dt.date:
    """So many days, weeks, months or quarters later; months are counted from their first days."""
    if unit in {"day", "week"}:
        return shifted(day, count * (7 if unit == "week" else 1))
    return calendar_unit(day, "month", count * (3 if unit == "quarter" else 1))[0]


def part_of(days: Days, part: str) -> Days:
    """The first, second or last third of a year or a month; another time is not divided."""
    first, last = days
    number = {"early": 0, "start": 0, "beginning": 0, "mid": 1, "middle": 1}.get(part, 2)
    if days == calendar_unit(first, "year", 0):
        begins = first.replace(month=4 * number + 1)
        return begins, _months_on(begins, 4)
    if days == month_of(first):
        return first.replace(day=10 * number + 1), (
            last if number == 2 else first.replace(day=10 * number + 10)
        )
    return days


def _in_digits(parts: dict[str, str], _: dt.date) -> Days | None:
    """The days of a date in digits; None where it is none, or where it may be either of two."""
    by = parts["sign"]
    numbers = parts["numbers"].split(by)
    found = set()
    orders: list[tuple[str, str, str | None]]
    if len(numbers) == 2:
        # "2023.5" is a number.
        orders = [(numbers[1], numbers[0], None)]
        orders += [] if by == "." else [(numbers[0], numbers[1], None)]
    else:
        orders = [
            (numbers[0], numbers[1], numbers[2]),
            (numbers[2], numbers[1], numbers[0]),
            (numbers[2], numbers[0], numbers[1]),
        ]
    for year, month, day in orders:
        if re.fullmatch(YEAR, year, re.ASCII) and len(month) <= 2 and len(day or "") <= 2:
            first = _real(int(year), int(month), int(day or 1))
            if first is not None:
                found.add((first, first) if day else month_of(first))
    return found.pop() if len(found) == 1 else None


def _weekday(parts: dict[str, str], today: dt.date) -> Days | None:
    number = WEEKDAYS[parts["weekday"].lower()]
    if not parts.get("last_day"):
        return calendar_unit(today, "day", -((today.weekday() - number) % 7))
    # "Last Monday", said on a Friday, may be that of this week; and which week is this, on a Sunday?
    if number < today.weekday() or today.weekday() == _SUNDAY:
        return None
    return calendar_unit(today, "day", number - today.weekday() - 7)


def _weekend(parts: dict[str, str], today: dt.date) -> Days | None:
    """The latest weekend that has begun; "last weekend" is that of last week, and "this" one may be ahead."""
    words = parts["weekend"].lower().split()
    _, sunday = calendar_unit(today, "week", 0)
    saturday = shifted(sunday, -1)
    if words == ["last"]:
        return shifted(saturday, -7), shifted(sunday, -7)
    if saturday <= today:
        return saturday, sunday
    return (shifted(saturday, -7), shifted(sunday, -7)) if words != ["this"] else None


def _in_its_year(parts: dict[str, str], today: dt.date) -> Days | None:
    if parts["day_of"] and parts["day_of2"]:
        return None
    which = (parts["its_which"] or "").lower()
    year = int(parts["its_year"] or max(today.year - (which == "last"), dt.MINYEAR))
    day = parts["day_of"] or parts["day_of2"]
    first = _real(year, MONTHS[parts["month_of"].lower()], int(day or 1))
    if first is None:
        return None
    return (first, first) if day else month_of(first)


def _latest(parts: dict[str, str], today: dt.date) -> Days | None:
    month, day = MONTHS[parts["yearless"].lower()], parts["day_before"] or parts["day_behind"]
    if parts["day_before"] and parts["day_behind"]:
        return None
    # 29 February is there in one year of four, and once in eight around 1900.
    for year in range(today.year, max(today.year - 9, 0), -1):
        first = _real(year, month, int(day or 1))
        if first is not None and first <= today:
            return (first, first) if day else month_of(first)
    return None


def _piece_of_year(parts: dict[str, str], today: dt.date) -> Days | None:
    """A quarter or a half of a year: of the current one, if it has begun, where none is named."""
    short = parts.get("short") or ""
    length = 3 if short.lower().startswith("q") or (parts["piece"] or "").lower() == "quarter" else 6
    number = int(short[1]) if short else _NTH.get(parts["nth"].lower(), 12 // length)
    which = (parts.get("piece_which") or "").lower()
    year = int(parts.get("piece_year") or max(today.year - (which == "last"), dt.MINYEAR))
    if number * length > 12:
        return None  # there is no third half
    first = dt.date(year, (number - 1) * length + 1, 1)
    named = parts.get("piece_year") or which
    return (first, _months_on(first, length)) if named or first <= today else None


def _quarter(parts: dict[str, str], today: dt.date) -> Days:
    back = 0 if parts["quarter"].lower() == "this" else 3
    first = calendar_unit(today.replace(month=(today.month - 1) // 3 * 3 + 1), "month", -back)[0]
    return first, _months_on(first, 3)


def _months_on(first: dt.date, months: int) -> dt.date:
    """The last day of so many months that begin there."""
    return month_of(first.replace(month=first.month + months - 1))[1]


def _ago(parts: dict[str, str], today: dt.date) -> Days:
    """The day, week, month or year that lies so many of them back."""
    return calendar_unit(today, parts["length"].lower(), -number_of(parts["many"]))


def _real(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


_READINGS: tuple[tuple[str, Callable[[dict[str, str], dt.date], Days | None]], ...] = (
    ("numbers", _in_digits),
    ("nth", _piece_of_year),
    ("short", _piece_of_year),
    ("quarter", _quarter),
    ("month_of", _in_its_year),
    ("yearless", _latest),
    ("weekday", _weekday),
    ("weekend", _weekend),
    ("many", _ago),
)


def time_spans(question: str, dates: Iterable[str]) -> list[tuple[int, int]]:
    """Where the question names a time by these words, with the weekday beside it: "Friday, 26 April 2024"."""
    spans = []
    for date in dates:
        if found := re.search(rf"(?<!\w){re.escape(date)}(?!\w)", question):
            start, end = found.span()
            before, behind = _DAY_BEFORE.search(question, 0, start), _DAY_BEHIND.match(question, end)
            spans.append((before.start() if before else start, behind.end() if behind else end))
    return spans
