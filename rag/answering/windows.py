"""The window of time that a question speaks of: "since 2019", "in early June", "between March and May".

It guides the ranking and restricts nothing, but a wrong one misleads: words that may be no time name none.
What is written with its year or counts from today ("last year") comes before what leaves its year out.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rag import patterns
from rag.answering.english.dates import (
    DATE,
    DAY_AND_YEAR,
    MONTH,
    MONTHS,
    PARTIAL_DATE,
    RELATIVE,
    YEAR,
    Days,
    calendar_unit,
    range_of,
    shifted,
)
from rag.answering.english.lookback import (
    ends_keywords,
    follows_a_count,
    is_a_word,
    is_of_a_title,
    looks_back,
    may_be_of_another_year,
    stands_alone,
    stands_among_keywords,
)
from rag.answering.english.times import (
    AGO,
    DIGITS,
    NARROWS,
    NO_NOUN,
    OF_THE_YEAR,
    OF_YEAR,
    ON_WEEKDAY,
    QUARTER,
    WEEKDAY,
    WEEKEND,
    bounds,
    latest_range,
    named_days,
    narrowed,
    yearless,
)

# Only ASCII letters and digits: "Aprıl" and "٢٠٢١" are no words of these rules.
_FLAGS = re.IGNORECASE | re.ASCII
# What every time in a question has; most questions do not, and are not searched any further.
_MAY_BE_DATED = patterns.compile(r"\d|\b(?:this|last|past|previous|yesterday)\b", _FLAGS)
_MAY_BE_UNDATED = patterns.compile(
    rf"\b(?:ago|weekend|(?:quarter|half)\s+of\s+the\s+year|{MONTH}|{WEEKDAY})\b", _FLAGS
)
# More times than a question names.
_MOST = 20
# "The week of Monday, 2 December 2024".
_WEEK = (
    r"(?:(?P<span>week(?:end)?)\s+(?P<bounds>of|beginning|starting|commencing|ending|to)\s+(?:on\s+)?"
    rf"(?:(?:{WEEKDAY}),?\s+)?(?:the\s+)?)?"
)
_TIME = rf"{NARROWS}?(?:(?:the\s+)?(?:{_WEEK}(?:year\s+)?(?:{DIGITS}|{DATE})|{OF_YEAR}|{QUARTER})|{RELATIVE})"
# "After the 2018 election" names an event by its year, "by the May 2019 floods" by its month as well.
_NO_EVENT = rf"(?!\s+the\s+(?:(?:{MONTH})\b\.?\s+)?\d{{4}}\s+(?!deadline\b|target\b)[a-z])"
# What was after or before an event is not of its time.
_BESIDE_AN_EVENT = patterns.compile(
    r"\b(?:after|until|till|before|up\s+to|prior\s+to|ahead\s+of|following)\s+(?:the\s+\w+\s+)?\Z",
    re.IGNORECASE,
)
# What a time begins or ends, and what lies in it. "Over 2000" and "within 2000" begin a quantity, and so does
# "of 2000 prisoners", by the noun behind.
_OPENS = (
    rf"(?:(?P<how>since|(?:after|until|till|before|by|(?<!-)up\s+to){_NO_EVENT}|between|in|during|throughout|from|at"
    rf"|(?:of|for)(?!\s+\d{{4}}\s+(?!{NO_NOUN}\b)[a-z])|(?:on|over|within)(?!\s+\d{{4}}\b(?!-)))\s+)?"
)
_DATE = re.sub(r"\?P<\w+>", "?:", DATE)
_JOINS = (
    r"(?P<joins>\s*(?:\b(?:and|or|to|until|till|through|versus|vs)\b\.?|[-–—/])\s*(?:(?:in|on)\s+)?"
    r"(?:the\s+)?)"
)
_EITHER = patterns.compile(r"\b(?:or|versus|vs)\b", re.IGNORECASE)
_OPENS_TWO = r"\b(?:(?P<how>between|from|in|on|during)\s+(?:the\s+)?)?"
# “May” is a verb and “march” a noun, unless they are written as names, or as a day: "5 march".
_MONTH = rf"(?:(?!(?-i:may|march)\b)(?:{MONTH}))"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_BEHIND_A_DAY = r"(?:(?<=\d )|(?<=(?:st|nd|rd|th) )|(?<=\bof ))"
_OF_A_DAY = rf"(?-i:{_BEHIND_A_DAY}(?:may|march)|(?:may|march)(?=\s+\d))"
_MONTH_OR_DAY = rf"(?:{_MONTH}|{_OF_A_DAY})"
_MONTH_AND_DAY = rf"(?:{_DAY}\s+(?:of\s+)?{_MONTH}\b|{_MONTH}\b\.?(?:\s+{_DAY}\b)?)"
_YEARLESS = (
    rf"{NARROWS}?(?:the\s+)?(?:(?:{WEEKDAY}),?\s+(?:the\s+)?)?{yearless(_MONTH_OR_DAY)}(?:(?<=\b\w{{3}})\.)?"
)
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
_LATEST = rf"(?:(?:the\s+)?{OF_THE_YEAR}|{_YEARLESS}|{ON_WEEKDAY}|{WEEKEND}|{_AGO})"
_DATED = patterns.compile(rf"\b{_OPENS}(?P<time>{_TIME})", _FLAGS)
_DATED_SPAN = patterns.compile(
    rf"{_OPENS_TWO}(?P<first>{_DATE}|{YEAR}|{PARTIAL_DATE})"
    rf"{_JOINS}(?P<last>{_DATE}|{DAY_AND_YEAR}|present\b|now\b|today\b)",
    _FLAGS,
)
_UNDATED = patterns.compile(rf"\b{_OPENS}(?P<time>{_LATEST})", _FLAGS)
_UNDATED_SPAN = patterns.compile(
    rf"{_OPENS_TWO}(?P<first>{_MONTH_AND_DAY}|{_DAY}){_JOINS}(?P<last>{_MONTH_AND_DAY}|{_DAY}\b)", _FLAGS
)
_JOINED = patterns.compile(_JOINS, _FLAGS)
_JOINED_BEFORE = patterns.compile(
    r"(?:\b(?:and|or|to|until|till|through|versus|vs\.?)\s+|[-–—/]\s*)(?:the\s+)?\Z", re.IGNORECASE
)
_SECOND_DAY = patterns.compile(
    rf"(?:\d(?:st|nd|rd|th)?|\b(?:{MONTH})\.?)"
    r"(?:,?\s*\b(?:and|or|to|until|till|through|versus|vs\.?)\s+|\s*[-–—/,]\s*)(?:the\s+)?\Z",
    _FLAGS,
)
# A week, or an evening, that is named by a day is more, or another, than that day.
_OF_MORE = patterns.compile(
    rf"\b(?:week(?:end)?|eve|day|night|morning|month|year)s?\s+(?:of|beginning|starting|commencing|ending|to|after"
    rf"|before)\s+(?:on\s+)?(?:(?:{WEEKDAY}),?\s+)?(?:the\s+)?\Z",
    re.IGNORECASE,
)
_ONWARDS = patterns.compile(r"\s+on(?:wards?)?\b", _FLAGS)
_NAMED_MONTH = patterns.compile(rf"\b{_MONTH}\b", _FLAGS)
# Given names as well, behind words that ask for a person: "after May", "painted by Jan".
_ALSO_NAMES = frozenset({"may", "jan"})
_ASKS_FOR_A_PERSON = frozenset({"after", "before", "by", "from"})
_BOUNDS = frozenset({"since", "after", "from", "until", "till", "before", "by", "up to"})
_ENDS_ONE = frozenset({"until", "till", "before", "by", "up to"})
_OPEN_TWO = frozenset({"between", "from", "in", "on", "during"})
_OPENS_A_MONTH = _BOUNDS | {"in", "during", "throughout"}
_OPENS_A_WEEKDAY = _BOUNDS | {"on"}
_OPENS_A_WEEKEND = _BOUNDS | {"on", "over", "at", "during", "throughout"}
# An earlier one among keywords is a number as well: "covid deaths 1500".
_FIRST_YEAR = 1900
# Days that name what happened on them, whichever year it was.
_KNOWN_DAYS = frozenset({(1, 6), (9, 11), (10, 7)})
_SUNDAY = 6
_POSSESSIVE = patterns.compile(r"[’']s\b")

_Reading = Callable[[re.Match[str]], Days | None]


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
    dated = None
    if _MAY_BE_DATED.search(question):
        dated = _spoken(question, _DATED_SPAN, _DATED, lambda match: _dated(match, today))
    if dated is not None:
        return dated
    if not _MAY_BE_UNDATED.search(question) or may_be_of_another_year(question, today):
        return NONE

    def latest(match: re.Match[str]) -> Days | None:
        return _undated(match, today, of_state=of_state)

    spoken = _spoken(question, _UNDATED_SPAN, _UNDATED, latest) or NONE
    # "After November" has not begun.
    return NONE if spoken.since is not None and spoken.since > today else spoken


def _spoken(question: str, span: re.Pattern[str], time: re.Pattern[str], reads: _Reading) -> Spoken | None:
    """The window that times of one kind name: NONE where it holds no day, None without any."""
    for match, days in _read(span, question, reads):
        return Spoken(*days, (match.group(),))
    times = list(_read(time, question, reads))
    for (first, begins), (last, ends) in itertools.pairwise(times):
        joined = _JOINED.fullmatch(question, first.end(), last.start("time"))
        if joined and _how(first) in _OPEN_TWO and begins[0] <= ends[1]:
            days = narrowed(begins, first)[0], narrowed(ends, last)[1]
            return Spoken(*days, (question[first.start() : last.end()],))
    bounded = _bounded(question, times)
    if bounded is not None:
        return bounded
    # What a word opens comes before what stands alone.
    for opened in (True, False):
        for match, days in times:
            if bool(_how(match)) is opened and _how(match) != "between" and not _is_second(match):
                return Spoken(*narrowed(days, match), (match.group(),))
    return None


def _is_second(match: re.Match[str]) -> bool:
    """Whether a part of a year or month is the second of two that were not read as one: "Q1 and Q3 2023" is
    not Q3 alone, and what goes on to the end of a year is longer than that end."""
    named = match.groupdict()
    if _how(match) or not any(named.get(group) for group in ("part", "edge", "of_nth", "piece", "short")):
        return False
    return (
        _JOINED_BEFORE.search(match.string[max(0, match.start() - _HELD_WITHIN) : match.start()]) is not None
    )


def _bounded(question: str, times: list[tuple[re.Match[str], Days]]) -> Spoken | None:
    """The window from the first time that begins one to the first that ends one."""
    since = until = None
    said: dict[str, str] = {}
    for match, days in times:
        first, last = bounds(days, match)
        how = _how(match)
        onwards = _ONWARDS.match(question, match.end()) if how == "from" else None
        # "The pledge from 2021" was made in that year; only "from 2021 on" goes on.
        if (how in {"since", "after"} or onwards) and "since" not in said:
            since = shifted(last, 1) if how == "after" else first
            said["since"] = question[match.start() : onwards.end() if onwards else match.end()]
        elif how in _ENDS_ONE and "until" not in said:
            before = how == "before" and (match["edge"] or "").lower() != "end"
            until = shifted(first, -1) if before else last
            said["until"] = match.group()
    if not said:
        return None
    turned = since is not None and since > (until or dt.date.max)
    return NONE if turned else Spoken(since, until, tuple(said[end] for end in sorted(said)))


def _how(match: re.Match[str]) -> str:
    return " ".join((match["how"] or "").lower().split())


def _read(pattern: re.Pattern[str], question: str, reads: _Reading) -> Iterator[tuple[re.Match[str], Days]]:
    for match in itertools.islice(pattern.finditer(question), _MOST):
        if (days := reads(match)) is not None:
            yield match, days


def _dated(match: re.Match[str], today: dt.date) -> Days | None:
    """The days of a time with its year, or one that counts from today; None for no real date."""
    if "first" in match.groupdict():
        return _between(match, today)
    if not (match["how"] or _is_named_alone(match) or _is_the_last_keyword(match, today)):
        return None
    if not match["how"] and _BESIDE_AN_EVENT.search(match.string, 0, match.start()):
        return None
    days = named_days(match, today)
    if days and (match["unit"] or "").lower() == "week" and days == calendar_unit(days[0], "week", 0):
        return _from_sunday(days, today)
    return _week_of(days, match) if days and match["span"] else days


def _from_sunday(days: Days, today: dt.date) -> Days:
    """This or last week with the one that is called so where a week begins on Sunday: a day before, and on a
    Sunday six days behind."""
    shift = 6 if today.weekday() == _SUNDAY else -1
    return min(days[0], shifted(days[0], shift)), max(days[1], shifted(days[1], shift))


def _is_named_alone(match: re.Match[str]) -> bool:
    """Whether a time is one without a word that opens it. A year is a number, and a decade may be the first
    of two."""
    return bool(match["edge"] or match["of_nth"]) or (
        not match["decade"] and (bool(match["part"]) or match["year3"] is None)
    )


def _is_the_last_keyword(match: re.Match[str], today: dt.date) -> bool:
    """Whether a year that has begun ends a row of keywords: "puerto rico earthquake 2020"."""
    year, (start, end) = match["year3"], match.span("time")
    return bool(
        year
        and match["time"] == year
        and _FIRST_YEAR <= int(year) <= today.year
        and ends_keywords(match.string, start, end)
    )


def _between(match: re.Match[str], today: dt.date) -> Days | None:
    """From the first day of the earlier date to the last day of the later."""
    first, joins, last = match["first"], match["joins"], match["last"].lower()
    if not match["how"]:
        # "January-July 2024" and "5-10 May 2024" need no word that opens them, "from 5 to 8 May 2024" does.
        either = _EITHER.search(joins) is not None
        close = _NAMED_MONTH.search(first) or "-" in first
        close = close or (first.isdigit() and (either or joins in {"-", "–", "—"}))
        if not close or "and" in joins.lower() or last.isdigit():
            return None
    if last in {"present", "now", "today"}:
        return range_of(first, today.isoformat(), today) if match["how"] else None
    return range_of(first, match["last"], today)


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
        case "ending" | "to":
            return shifted(first, -6), first
        case _:
            return first, shifted(first, 6)


def _undated(match: re.Match[str], today: dt.date, *, of_state: bool) -> Days | None:
    """The latest days that a time without its year may mean; None where it may be no time at all."""
    parts, how, text = match.groupdict(), _how(match), match.string
    if parts.get("many"):
        held = _HELD_AGAINST.search(text[: match.start("many")][-_HELD_WITHIN:])
        return None if held else named_days(match, today)
    # "Last weekend" lies behind, and is no name: "last weekend's final".
    past = not {"last", "past"}.isdisjoint((parts.get("weekend") or "").lower().split())
    day = "first" in parts or parts["day_before"] or parts["day_behind"]
    alone = (
        stands_alone(text, match.end())
        or (past and _POSSESSIVE.match(text, match.end()))
        or (day and not how and stands_among_keywords(text, *match.span()))
    )
    opened = (bool(how) or _is_of_days(match)) if "first" in parts else _is_opened(match, how)
    if not (alone and opened) or (how and is_of_a_title(text, match.start())):
        return None
    if day and not _is_a_day(match, how):
        return None
    # The verb is asked last: it costs most. What lasts since a time is told in the present.
    if not (past or how == "since" or looks_back(text, *match.span(), of_state=of_state)):
        return None
    if "first" in parts:
        return latest_range(match["first"], match["last"], today)
    return named_days(match, today)


def _is_of_days(match: re.Match[str]) -> bool:
    """Whether two days, the first with its month or a dash behind, need no word that opens them: "26 April to
    28 April", "5-8 May"; "5 to 8 May" may be two numbers of something else."""
    first, joins = match["first"], match["joins"].strip()
    close = _NAMED_MONTH.search(first) or joins in {"-", "–", "—"}
    days = any(map(str.isdigit, first)) and any(map(str.isdigit, match["last"]))
    return bool(close and days and joins.lower().split()[:1] != ["and"] and not _EITHER.search(joins))


def _is_a_day(match: re.Match[str], how: str) -> bool:
    """Whether a number beside a month is a day of it, and not the second of two that were not read as one.

    Not in "covid-19 april", nor in "the 5 may win".
    """
    text, parts = match.string, match.groupdict()
    near = text[: match.start("first" if "first" in parts else "time")][-_HELD_WITHIN:]
    if _OF_MORE.search(near):
        return False
    if "first" in parts:
        return True
    start = match.start("day_before" if parts["day_before"] else "yearless")
    if not how and (_SECOND_DAY.search(near) or (parts["day_before"] and follows_a_count(text, start))):
        return False
    return not is_a_word(text, start, match.end(), opened=bool(how))


def _is_opened(match: re.Match[str], how: str) -> bool:
    """Whether a word stands before a time that makes it one; not before a name: "painted by Jan"."""
    if how == "from" and not _ONWARDS.match(match.string, match.end()):
        how = ""  # "passed from May to Corbyn"
    if match["weekday"] or match["weekend"]:
        named = match["last_day"] is not None or (match["weekend"] or "the").lower() != "the"
        return named or how in (_OPENS_A_WEEKDAY if match["weekday"] else _OPENS_A_WEEKEND)
    month = (match["yearless"] or "").lower()
    if day := match["day_before"] or match["day_behind"]:
        return (MONTHS[month], int(day)) not in _KNOWN_DAYS
    if match["part"] or match["edge"] or match["of_nth"]:
        return True
    person = how in _ASKS_FOR_A_PERSON and month in _ALSO_NAMES
    before = match.string[match.start() : match.start("yearless")].lower().split() if month else []
    return how in _OPENS_A_MONTH and not person and before[-1:] != ["the"]
