"""Dates as words: the patterns, in questions and articles alike, and the days that they mean."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from rag import patterns

MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
# Each written once with what may be left out: half as much to compile as all names.
MONTH = "|".join(
    rf"{name[:3]}(?:{'t(?:ember)?' if name == 'september' else name[3:]})?" if name[3:] else name
    for name in map(str.lower, calendar.month_name[1:])
)
YEAR = r"(?:1[89]|20)\d{2}"
# "over 2000 people" and "of 2000 MW" count something; they name no year.
_COUNTED = (
    r"(?:%|(?:people|persons|men|women|children|workers|employees|troops|soldiers|students|families|homes|"
    r"houses|villages|schools|vehicles|trucks|doses|dollars|roubles|rubles|rupees|euros?|pounds|percent|per|"
    r"hundred|thousand|million|billion|trillion|crore|lakh|tons?|tonnes?|barrels|bales|acres|hectares|miles|"
    r"kilomet(?:er|re)s|met(?:er|re)s|feet|km|kg|mw|megawatts?|hours|hrs|gmt|utc|bst|cet|cest|est|edt|ist|pkt|pst|days|weeks|months|years)\b)"
)
# "The 1900s" may be a century.
_DECADE = r"(?P<decade>(?:1[89][1-9]|20\d)0)s\b"
FULL_DATE = (
    rf"(?P<iso>{YEAR}-(?:0[1-9]|1[0-2])(?:-\d{{2}})?)"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{MONTH})\.?,?\s+(?P<year>{YEAR})"
    rf"|(?P<month2>{MONTH})\.?,?\s+(?:(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?(?P<year2>{YEAR})"
)
DATE_ENDS = r"(?![\d-]|[.,]\d)"
DATE = rf"(?:{FULL_DATE}|{_DECADE}|(?P<year3>{YEAR})(?!s\b)(?!\s*{_COUNTED})){DATE_ENDS}"
DATE_WORDS = patterns.compile(rf"\b{DATE}", re.IGNORECASE | re.ASCII)
"""A date with its year."""
_WHOLE_DATE = patterns.compile(DATE, re.IGNORECASE | re.ASCII)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
PARTIAL_DATE = rf"(?:{_DAY}(?:\s+(?:of\s+)?(?:{MONTH})\b)?|(?:{MONTH})\b\.?(?:\s+{_DAY}\b)?)"
"""The first of two dates, that leaves to the second what both have: "5 June and 8 August 2023"."""
DAY_AND_YEAR = rf"{_DAY},?\s+{YEAR}(?!s\b)(?!\s*{_COUNTED}){DATE_ENDS}"
"""The second of two dates, that leaves its month to the first: "March 5 and 10, 2023"."""
_DAY_AND_YEAR = patterns.compile(DAY_AND_YEAR, re.IGNORECASE | re.ASCII)
_DAY_OF_MONTH = patterns.compile(
    rf"{_DAY}\s+(?:of\s+)?(?P<of>{MONTH})|(?P<month>{MONTH})\.?\s+{_DAY}", re.IGNORECASE | re.ASCII
)
COUNTS = {"two": 2, "couple of": 2, "three": 3, "few": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
COUNTS |= {"eight": 8, "nine": 9, "ten": 10, "twelve": 12}
RELATIVE = (
    r"(?:(?P<the>the)\s+)?(?P<which>this|last|past|previous)\s+"
    rf"(?:(?P<count>\d{{1,3}}|{'|'.join(COUNTS)})\s+)?"
    # The last day of a visit is counted from its own end, not from today.
    r"(?P<unit>day|week|month|year)s?\b(?!\s+of\b)"
    r"|(?P<yesterday>yesterday\b)"
)

Days = tuple[dt.date, dt.date]
"""First and last day, both included."""
_ANOTHER_BEFORE, _ANOTHER_BEHIND = patterns.compile(r"\d\s?[-–—/]\s?\Z"), patterns.compile(r"\s?[-–—/]\s?\d")
_BEFORE = 4


def is_one_of_two(match: re.Match[str]) -> bool:
    """Whether a year stands beside another: "2019–20"."""
    before = match.string[max(0, match.start() - _BEFORE) : match.start()]
    behind = _ANOTHER_BEHIND.match(match.string, match.end())
    return behind is not None or _ANOTHER_BEFORE.search(before) is not None


def days_of(match: re.Match[str], today: dt.date) -> Days | None:
    """First and last day of the date, decade or relative time in the match; None for no real date."""
    parts = match.groupdict()
    if parts.get("yesterday"):
        return shifted(today, -1), shifted(today, -1)
    if parts.get("unit"):
        return _relative_days(parts, today)
    if parts["iso"]:
        numbers = [int(part) for part in parts["iso"].split("-")]
    else:
        year = parts["year"] or parts["year2"] or parts.get("year3") or parts["decade"]
        month = parts["month"] or parts["month2"]
        day = parts["day"] or parts["day2"]
        numbers = [int(year), *([MONTHS[month.lower()]] if month else []), *([int(day)] if day else [])]
    try:
        first = dt.date(*[*numbers, 1, 1][:3])
    except ValueError:
        return None
    if len(numbers) == 1:
        return first, dt.date(first.year + (9 if parts.get("decade") else 0), 12, 31)
    if len(numbers) == 2:
        return month_of(first)
    return first, first


def range_of(first: str, last: str, today: dt.date) -> Days | None:
    """From the first day of the earlier of two dates to the last day of the later; None for no real dates.

    What the first leaves out is that of the last, or of the year before where it would not be earlier. A last
    that leaves out the month is in that of the first.
    """
    if (named := _DAY_OF_MONTH.fullmatch(first)) and _DAY_AND_YEAR.fullmatch(last):
        return _within_month(named["of"] or named["month"], first, last, today)
    ends = _WHOLE_DATE.fullmatch(last)
    until = _whole(last, today)
    if ends is None or until is None:
        return None
    if since := _whole(first, today):
        return min(since[0], until[0]), max(since[1], until[1])
    year = until[0].year
    since = _whole(f"{first} {year}", today)
    if since and since[0] > until[0]:
        since = _whole(f"{first} {year - 1}", today)
    since = since or _whole(f"{first} {ends['month'] or ends['month2']} {year}", today)
    return (since[0], until[1]) if since and since[0] <= until[0] else None


def _within_month(month: str, first: str, last: str, today: dt.date) -> Days | None:
    until = _whole(f"{month} {last}", today)
    since = _whole(f"{first} {until[0].year}", today) if until else None
    return (since[0], until[1]) if since and until and since[0] <= until[0] else None


def _whole(date: str, today: dt.date) -> Days | None:
    match = _WHOLE_DATE.fullmatch(date)
    return days_of(match, today) if match else None


def _relative_days(parts: dict[str, str], today: dt.date) -> Days:
    which, unit = parts["which"].lower(), parts["unit"].lower()
    # "The last year" is the twelve months up to now, "last year" the one in the calendar.
    if parts["count"] or which == "past" or (which == "last" and parts["the"]):
        return ago(parts["count"] or "1", unit, today)[0], today
    return calendar_unit(today, unit, 0 if which == "this" else -1)


def ago(count: str, unit: str, today: dt.date) -> Days:
    """The day that lies so many days, weeks, months of 30 days or years of 365 back."""
    lengths = {"day": 1, "week": 7, "month": 30, "year": 365}
    return calendar_unit(today, "day", -lengths[unit.lower()] * number_of(count))


def number_of(count: str) -> int:
    """“A”, “two”, “couple of”, “12”."""
    words = " ".join(count.lower().split())
    return 1 if words in {"a", "an", "one"} else int(COUNTS.get(words, words))


def calendar_unit(day: dt.date, unit: str, steps: int) -> Days:
    """The day, week (Monday to Sunday), month or year that `day` lies in, or one so many steps on."""
    match unit:
        case "year":
            year = min(max(day.year + steps, dt.MINYEAR), dt.MAXYEAR)
            return dt.date(year, 1, 1), dt.date(year, 12, 31)
        case "month":
            year, month = divmod(day.year * 12 + day.month - 1 + steps, 12)
            if not dt.MINYEAR <= year <= dt.MAXYEAR:
                return month_of(day)
            return month_of(dt.date(year, month + 1, 1))
        case "week":
            monday = shifted(day, -day.weekday() + 7 * steps)
            return monday, shifted(monday, 6)
        case _:
            return shifted(day, steps), shifted(day, steps)


def month_of(day: dt.date) -> Days:
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def shifted(day: dt.date, days: int) -> dt.date:
    """So many days later, as far as the calendar goes."""
    ordinal = day.toordinal() + days
    return dt.date.fromordinal(min(max(ordinal, dt.date.min.toordinal()), dt.date.max.toordinal()))
