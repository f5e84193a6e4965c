"""The times that a text names with their years, each as its first and its last day.

What lies between two dates is one time: "from 1992 to 2008", "1992–96", "since 1992".
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from rag import patterns
from rag.answering.english.dates import DATE, DAY_AND_YEAR, MONTH, PARTIAL_DATE, YEAR, Days, range_of
from rag.answering.english.times import NARROWS, PIECE_OF_YEAR, bounds, named_days, narrowed

_FLAGS = re.IGNORECASE | re.ASCII
_NARROWED_DATE = rf"(?:{NARROWS}(?:the\s+)?(?:year\s+)?)?{DATE}"
# The letters with which all that is looked for begins: most words are passed over by their first.
_BEGINS = r"\b(?=[\dabd-fhjl-oqst])"
_TIME = patterns.compile(rf"{_BEGINS}(?:{PIECE_OF_YEAR}|{_NARROWED_DATE})", _FLAGS)


def _unnamed(pattern: str) -> str:
    return re.sub(r"\?P<\w+>", "?:", pattern)


_ANY_TIME = _unnamed(rf"(?:{PIECE_OF_YEAR}|{_NARROWED_DATE})")
# A date has no dash behind it; the year in "1992-96" has.
_FIRST = rf"(?P<first>{_ANY_TIME}|{_unnamed(NARROWS)}?{YEAR}(?=\s?[-–—]))"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DAY_OR_MONTH = rf"(?:{_DAY}\s+(?:of\s+)?(?:{MONTH})\b\.?|(?:{MONTH})\b\.?(?:\s+{_DAY})?)"
_TO = r"(?:\s+(?:to|until|till|through)\s+|\s?[-–—]\s?)"
_FROM_TO = patterns.compile(
    rf"{_BEGINS}(?:between\s+(?P<between>{_ANY_TIME}|{PARTIAL_DATE})\s+and\s+"
    rf"|from\s+(?P<from>{PARTIAL_DATE})\s+(?:to|until|till|through)\s+"
    rf"|(?P<days>(?:{MONTH})\.?\s+{_DAY})\s?[-–—]\s?(?=\d{{1,2}},?\s+\d{{4}})"
    rf"|(?P<named>{_DAY_OR_MONTH}){_TO}(?={_DAY_OR_MONTH},?\s+\d{{4}})"
    rf"|{_FIRST}{_TO})"
    rf"(?:(?P<last>{_ANY_TIME}|{DAY_AND_YEAR})|(?P<short>\d{{2}})(?![\w,.-]))",
    _FLAGS,
)
_ON = patterns.compile(
    rf"{_BEGINS}(?:since\s+(?:the\s+)?(?P<since>{_ANY_TIME})"
    rf"|{_FIRST}(?:\s+(?:to|until|till|through)\s+(?:the\s+)?|\s?[-–—]\s?)(?:present|now|today)\b)",
    _FLAGS,
)
# All that `_ON` finds has one of these.
_GOES_ON = patterns.compile(r"\b(?:since|present|now|today)\b", _FLAGS)
# "The first time since 2022", "its highest level since March 2020": what is compared with does not go on. But
# the largest shareholder since 2005 still is.
_SUPERLATIVE = (
    r"(?:most|least|best|worst|(?:high|low|larg|bigg|strong|weak|steep|deep|fast|slow|great|small|long|short|hott|cold"
    r"|warm|sharp|quick)est)"
)
_MEASURED = (
    r"(?:levels?|points?|rates?|rises?|drops?|falls?|increases?|declines?|gains?|loss(?:es)?|jumps?|growth|pace"
    r"|readings?|close|totals?|numbers?|figures?|turnout|values?|prices?|days?|weeks?|months?|quarters?|years?)"
)
_COMPARED = patterns.compile(
    rf"\b(?:first\s+time|(?<!\bat ){_SUPERLATIVE}(?:\s+(?:[\w-]+\s+)?{_MEASURED})?)\s+\Z", _FLAGS
)
# "The last day of the 2012–13 season" is that of the season.
_OF_THE = patterns.compile(rf"\A{_unnamed(NARROWS)}the\s+(?=\d)", _FLAGS)
# A date without what narrows it, from which the other end of a span takes what it leaves out.
_PLAIN = patterns.compile(rf"\d|(?:{MONTH})\b", _FLAGS)
# More characters than a time takes that ends with a year ("between Thursday, the 15th of September and …"),
# and than what behind a year says of it ("to present", "kilometres").
_BEFORE, _BEHIND = 100, 40
_ANY_YEAR = patterns.compile(rf"\b{YEAR}", re.ASCII)
# A month is asked of what names its year, a year of what spans two decades.
_AS_LONG = 20


def speaks_of(
    text: str, since: dt.date | None, until: dt.date | None, *, told: dt.date | None = None
) -> bool:
    """Whether the text names, with its year, a time that bears on the window."""
    return any(bears_on(days, since, until, told=told) for days in periods_in(text))


def bears_on(
    days: Days, since: dt.date | None, until: dt.date | None, *, told: dt.date | None = None
) -> bool:
    """Whether a time shares a day with the window, both of whose ends are included.

    Not one that is more than `_AS_LONG` times as long as the window: a life tells nothing of one year of it.
    What goes on ("since 1992") goes on in the window. What is longer than the window reaches no further than
    the day on which it was `told`, if that is known: "in 2024", said in January, tells nothing of August.
    """
    first, last = days
    reaches = last
    longest = dt.date.max.toordinal()
    if since and until:
        longest = (until - since).days * _AS_LONG + _AS_LONG
        # What lies ahead as a whole is a plan, and may be one for that time.
        if told is not None and first <= told and last - first > until - since:
            reaches = min(last, told)
    return (
        (until is None or first <= until)
        and (since is None or reaches >= since)
        and (last == dt.date.max or (last - first).days < longest)
    )


def periods_in(text: str) -> Iterator[Days]:
    """The times named; those between which a time lies are not named apart."""
    for around in _around_years(text):
        part = around
        for pattern, read in ((_FROM_TO, _from_to), (_ON, _on), (_TIME, _time)):
            if pattern is _ON and not _GOES_ON.search(part):
                continue
            for match in pattern.finditer(part):
                days = read(match)
                if days is not None:
                    yield days
                    part = part[: match.start()] + " " * len(match.group()) + part[match.end() :]


def _around_years(text: str) -> Iterator[str]:
    """The text's parts that hold a year, with the words around it, whole: all else names no time.

    A candidate is read for every question that names a time, and the patterns are slow.
    """
    first = last = 0
    for match in _ANY_YEAR.finditer(text):
        begins = text.rfind(" ", 0, max(0, match.start() - _BEFORE)) + 1
        if begins > last:
            if first < last:
                yield text[first:last]
            first = begins
        ends = text.find(" ", match.end() + _BEHIND)
        last = len(text) if ends < 0 else ends
    if first < last:
        yield text[first:last]


def _from_to(match: re.Match[str]) -> Days | None:
    begins = match["between"] or match["from"] or match["days"] or match["named"] or match["first"]
    begins, ends = _OF_THE.sub("", begins), match["last"]
    first = _days(begins)
    if first is not None and not _PLAIN.match(begins):
        begins = first[0].isoformat()
    if ends and not _PLAIN.match(ends) and (last := _days(ends)) is not None:
        ends = last[1].isoformat()
    days = range_of(begins, ends or f"{first[0].year // 100 if first else ''}{match['short']}", dt.date.min)
    return days if days and (first is None or first[0] <= days[0]) else None


def _on(match: re.Match[str]) -> Days | None:
    if match["since"] and _COMPARED.search(match.string, max(0, match.start() - _BEFORE), match.start()):
        return None
    time = _TIME.fullmatch(match["since"] or match["first"])
    days = named_days(time, dt.date.min) if time else None
    return (bounds(days, time)[0], dt.date.max) if time and days else None


def _time(match: re.Match[str]) -> Days | None:
    days = named_days(match, dt.date.min)
    return narrowed(days, match) if days else None


def _days(time: str) -> Days | None:
    match = _TIME.fullmatch(time)
    return _time(match) if match else None
