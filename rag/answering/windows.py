"""The window of time that a question speaks of: "since 2019", "in early June", "between March and May".

It guides the ranking and restricts nothing, but a wrong one misleads: words that may be no time name none.
What is written with its year or counts from today ("last year") comes before what leaves its year out.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rag import patterns
from rag.answering.english.dates import (
    DATE,
    DAY_AND_YEAR,
    FULL_DATE,
    MONTH,
    PARTIAL_DATE,
    RELATIVE,
    YEAR,
    Days,
    calendar_unit,
    range_of,
    shifted,
)
from rag.answering.english.lookback import looks_back, may_be_of_another_year, stands_alone
from rag.answering.english.times import (
    AGO,
    OF_YEAR,
    ON_WEEKDAY,
    PART,
    WEEKDAY,
    WEEKEND,
    latest_range,
    named_days,
    part_of,
    yearless,
)

# Only ASCII letters and digits: "Aprıl" and "٢٠٢١" are no words of these rules.
_FLAGS = re.IGNORECASE | re.ASCII
# What every time in a question has; most questions do not, and are not searched any further.
_MAY_NAME_A_TIME = patterns.compile(
    rf"\d|\b(?:this|last|past|previous|yesterday|present|now|today|ago|weekend"
    rf"|{MONTH}|{WEEKDAY})\b",
    _FLAGS,
)
# "The week of Monday, 2 December 2024".
_WEEK = (
    r"(?:(?P<span>week(?:end)?)\s+(?P<bounds>of|beginning|starting|commencing|ending)\s+(?:on\s+)?"
    rf"(?:(?:{WEEKDAY}),?\s+)?(?:the\s+)?)?"
)
_TIME = rf"{PART}?(?:(?:the\s+)?(?:{_WEEK}(?:year\s+)?{DATE}|{OF_YEAR})|{RELATIVE})"
# "After the 2018 election" names an event by its year.
_NO_EVENT = r"(?!\s+the\s+\d{4}\s+[a-z])"
_NO_NOUN = (
    r"(?:in|on|at|to|by|from|for|of|with|and|or|but|was|were|is|are|has|have|had|did|does|do|as|that|which|who|when"
    r"|where|what|how|why|the|an?|until|till|before|after|since|between|because|about)"
)
_WITHIN = (
    # "Over 2000" and "within 2000" begin a quantity, and so does "of 2000 prisoners", by the noun behind;
    # "week of 2 December" begins with the week, and "end of 2024" with the end.
    r"\b(?P<how>in|during|throughout|from|at"
    r"|(?:(?<!\bweek\ )(?<!\bweekend\ )(?<!\bend\ )(?<!\bstart\ )(?<!\bbeginning\ )(?<!\bmiddle\ )of|for)"
    rf"(?!\s+\d{{4}}\s+(?!{_NO_NOUN}\b)[a-z])"
    r"|(?:on|over|within)(?!\s+\d{4}\b(?!-)))\s+"
)
_DATE = re.sub(r"\?P<\w+>", "?:", DATE)
_FULL_DATE = re.sub(r"\?P<\w+>", "?:", FULL_DATE)
_JOINS = r"(?:\s*(?:\band\b|\bto\b|\buntil\b|\btill\b|-|–|—)\s*(?:the\s+)?)"
# “May” is a verb and “march” a noun, unless they are written as names.
_MONTH = rf"(?:(?!(?-i:may|march)\b)(?:{MONTH}))"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_MONTH_AND_DAY = rf"(?:{_DAY}\s+(?:of\s+)?{_MONTH}\b|{_MONTH}\b\.?(?:\s+{_DAY}\b)?)"
_YEARLESS = rf"{PART}?(?:the\s+)?(?:(?:{WEEKDAY}),?\s+(?:the\s+)?)?{yearless(_MONTH)}(?:(?<=\b\w{{3}})\.)?"
# What is "about a year ago" or "more than 20 years ago" is of no calendar year.
_ROUGHLY = ("about", "around", "nearly", "almost", "over", "some", "than", "least", "most", "roughly", "and")
_AGO = "".join(rf"(?<!\b{word}\ )" for word in _ROUGHLY)
_AGO += rf"(?<![\d.,]){AGO}"
# What stands beside a time and is held against it: "higher than they were a year ago".
_HELD_AGAINST = patterns.compile(
    r"\b(?:than\b[^,;:.?!]*|(?:compared|relative)\s+(?:to|with)\s+|from\s+|versus\s+|vs\.?\s+)\Z",
    re.IGNORECASE,
)
_HELD_WITHIN = 80  # characters
_LATEST = rf"(?:{_YEARLESS}|{ON_WEEKDAY}|{WEEKEND}|{_AGO})"
# Given names as well, behind words that ask for a person: "after May", "painted by Jan".
_ALSO_NAMES = frozenset({"may", "jan"})
_ASKS_FOR_A_PERSON = frozenset({"after", "before", "by", "from"})
_BOUNDS = frozenset({"since", "after", "from", "until", "till", "before", "by", "up to"})
_OPENS_A_MONTH = _BOUNDS | {"in", "during", "throughout"}
_OPENS_A_WEEKDAY = _BOUNDS | {"on"}
_OPENS_A_WEEKEND = _BOUNDS | {"on", "over", "at", "during", "throughout"}
_POSSESSIVE = patterns.compile(r"[’']s\b")
_A_NOUN = patterns.compile(rf"\s+(?!{_NO_NOUN}\b)[a-z]")

Window = tuple[dt.date | None, dt.date | None]
_Reading = Callable[[re.Match[str]], Days | None]


@dataclass(frozen=True, slots=True)
class _Times:
    """Where times of one kind stand in a question: two that bound one, one bound, a time as such."""

    between: tuple[re.Pattern[str], ...]
    since: re.Pattern[str]
    until: re.Pattern[str]
    within: tuple[re.Pattern[str], ...]


def _compiled(between: tuple[str, ...], time: str, within: tuple[str, ...]) -> _Times:
    return _Times(
        tuple(patterns.compile(one, _FLAGS) for one in between),
        patterns.compile(
            rf"\b(?P<how>since|after{_NO_EVENT}|from)\s+{time}(?P<on>\s+on(?:wards?)?\b)?", _FLAGS
        ),
        patterns.compile(rf"\b(?P<how>until|till|before|by|up\s+to){_NO_EVENT}\s+{time}", _FLAGS),
        tuple(patterns.compile(rf"{opens}{time}", _FLAGS) for opens in within),
    )


_DATED = _compiled(
    (
        rf"\b(?:between|from|in|on|during)\s+(?:the\s+)?(?P<first>{_DATE}|{YEAR}|{PARTIAL_DATE})"
        rf"{_JOINS}(?P<last>{_DATE}|{DAY_AND_YEAR}|present\b|now\b|today\b)",
    ),
    _TIME,
    (_WITHIN, r"\b"),
)
_UNDATED = _compiled(
    (
        rf"\b(?:between|from|in|on|during)\s+(?:the\s+)?(?P<first>{_MONTH_AND_DAY}|{_DAY})"
        rf"{_JOINS}(?P<last>{_MONTH_AND_DAY}|{_DAY}\b)",
    ),
    _LATEST,
    (r"\b(?:(?P<how>in|on|over|during|throughout|at|of)\s+)?",),
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A window, its days included, and the words of the question that name it."""

    since: dt.date | None = None
    until: dt.date | None = None
    words: tuple[str, ...] = ()


NONE = Spoken()


def window_of(question: str, *, today: dt.date, of_state: bool = False) -> Spoken:
    """The window that the question speaks of. Without a year, a time is the latest that has begun by `today`.

    `of_state`: the question asks how a matter stands or went, which is asked in the present.
    """
    if not _MAY_NAME_A_TIME.search(question):
        return NONE
    dated = _spoken(question, _DATED, lambda match: _dated(match, today), newest=dt.date.max)
    if dated is not None:
        return dated
    if may_be_of_another_year(question, today):
        return NONE

    def latest(match: re.Match[str]) -> Days | None:
        return _undated(match, today, of_state=of_state)

    return _spoken(question, _UNDATED, latest, newest=today) or NONE


def _spoken(question: str, times: _Times, reads: _Reading, *, newest: dt.date) -> Spoken | None:
    """The window that times of one kind name: NONE where it holds no day, None without any."""
    for pattern in times.between:
        for match, days in _read(pattern, question, reads):
            return Spoken(*days, (match.group(),))
    since = until = None
    said: list[str] = []
    for match, days in _read(times.since, question, reads):
        first, last = _bounds(days, match)
        since = shifted(last, 1) if match["how"].lower() == "after" else first
        said.append(match.group())
        break
    for match, days in _read(times.until, question, reads):
        first, last = _bounds(days, match)
        before = match["how"].lower() == "before" and (match["edge"] or "").lower() != "end"
        until = shifted(first, -1) if before else last
        said.append(match.group())
        break
    if said:
        turned = since is not None and since > min(until or newest, newest)
        return NONE if turned else Spoken(since, until, tuple(said))
    for pattern in times.within:
        for match, days in _read(pattern, question, reads):
            return Spoken(*_divided(days, match), (match.group(),))
    return None


def _read(pattern: re.Pattern[str], question: str, reads: _Reading) -> Iterator[tuple[re.Match[str], Days]]:
    for match in pattern.finditer(question):
        if (days := reads(match)) is not None:
            yield match, days


def _bounds(days: Days, match: re.Match[str]) -> Days:
    """What begins or ends another time: of "the end of 2021" its last day."""
    first, last = days
    match (match["edge"] or "").lower():
        case "start" | "beginning":
            return first, first
        case "end":
            return last, last
        case _:
            return _divided(days, match)


def _divided(days: Days, match: re.Match[str]) -> Days:
    """The part of a time that is meant: of "late 2021" the last third."""
    part = match["part"] or match["edge"]
    # "The end of the 2018 season" is that of the season.
    of_event = match.groupdict().get("year3") and _A_NOUN.match(match.string, match.end())
    return part_of(days, part.lower()) if part and not of_event else days


def _dated(match: re.Match[str], today: dt.date) -> Days | None:
    """The days of a time with its year, or one that counts from today; None for no real date."""
    parts = match.groupdict()
    if "first" in parts:
        return _between(match, today)
    # "The pledge from 2021" was made in that year; only "from 2021 on" goes on.
    if "on" in parts and match["how"].lower() == "from" and not match["on"]:
        return None
    if "how" not in parts and not _is_named_alone(match):
        return None
    days = named_days(match, today)
    return _week_of(days, match) if days and match["span"] else days


def _is_named_alone(match: re.Match[str]) -> bool:
    """Whether a time is one without a word that opens it. A year is a number, a decade may be the first of
    two, and what goes on to the end of a year is longer than that end."""
    if match["edge"]:
        return match.string[: match.start()].split()[-1:] != ["to"]
    return not match["decade"] and (match["part"] is not None or match["year3"] is None)


def _between(match: re.Match[str], today: dt.date) -> Days | None:
    """From the first day of the earlier date to the last day of the later."""
    last = today.isoformat() if match["last"].lower() in {"present", "now", "today"} else match["last"]
    return range_of(match["first"], last, today)


def _week_of(days: Days, match: re.Match[str]) -> Days:
    """The week that is named by one of its days: the seven that begin or end there, or those from Monday to
    Sunday; of a weekend its two. Of a longer time it is not known which."""
    first, last = days
    if first != last:
        return days
    monday, sunday = calendar_unit(first, "week", 0)
    if match["span"].lower() == "weekend":
        return shifted(sunday, -1), sunday
    match match["bounds"].lower():
        case "of":
            return monday, sunday
        case "ending":
            return shifted(first, -6), first
        case _:
            return first, shifted(first, 6)


def _undated(match: re.Match[str], today: dt.date, *, of_state: bool) -> Days | None:
    """The latest days that a time without its year may mean; None where it may be no time at all."""
    parts = match.groupdict()
    how = " ".join((parts.get("how") or "").lower().split())
    if how == "from" and not parts.get("on"):
        return None
    if parts.get("many"):
        before = match.string[: match.start("many")][-_HELD_WITHIN:]
        return None if _HELD_AGAINST.search(before) else named_days(match, today)
    weekend = (parts.get("weekend") or "").lower()
    # "Last weekend" lies behind, and is no name: "last weekend's final".
    past = "last" in weekend or "past" in weekend
    alone = stands_alone(match.string, match.end()) or (past and _POSSESSIVE.match(match.string, match.end()))
    behind = past or how == "since" or looks_back(match.string, *match.span(), of_state=of_state)
    if not (alone and behind):
        return None
    if "first" in parts:
        return latest_range(match["first"], match["last"], today)
    return named_days(match, today) if _is_opened(match, how) else None


def _is_opened(match: re.Match[str], how: str) -> bool:
    """Whether a word stands before a time that makes it one; not before a name: "painted by Jan"."""
    if match["weekday"]:
        return how in _OPENS_A_WEEKDAY or match["last_day"] is not None
    if match["weekend"]:
        return how in _OPENS_A_WEEKEND or match["weekend"].lower() != "the"
    if match["day_before"] or match["day_behind"] or match["part"] or match["edge"]:
        return True
    if how in _ASKS_FOR_A_PERSON and match["yearless"].lower() in _ALSO_NAMES:
        return False
    before = match.string[match.start() : match.start("yearless")].lower().split()
    return how in _OPENS_A_MONTH and before[-1:] != ["the"]
