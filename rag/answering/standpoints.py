"""The day from which a question looks: what its "as of" names.

"As of" restricts, so none is passed over in silence: what begins like a time and cannot be read as one is
told as such, for without it later articles would be shown. "As of the 2017 census" names an event, and "as
many as on 9/11" compares: neither restricts.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from rag import patterns
from rag.answering.english.dates import COUNTS, DATE, MONTH, RELATIVE, Days, ago
from rag.answering.english.times import (
    AGO,
    ENDS,
    OF_YEAR,
    PART,
    WEEKDAY,
    named_days,
    part_of,
    yearless,
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
# The time of a day is that day: "the evening of 3 May", "5 p.m. on Friday", "noon yesterday".
_ZONE = r"(?-i:GMT|UTC|BST|C?E[SD]?T|C[SD]?T|M[SD]?T|P[SD]?T|IST|PKT|MSK|JST|AES?T)\b|local\s+time"
_HOUR = r"(?:[01]?\d|2[0-3])"
_OF_DAY = (
    r"(?P<of_day>(?:the\s+)?(?:(?:early|late)\s+)?(?:morning|afternoon|evening|night)\s+(?:of|on)\s+"
    r"|(?:the\s+)?close\s+of\s+(?:business|trade|trading|play)\s+on\s+"
    rf"|(?:noon|midday|midnight|{_HOUR}(?:[:.][0-5]\d)?\s*[ap]\.?m\b\.?|{_HOUR}:[0-5]\d)"
    rf"(?:,?\s+(?:{_ZONE}))?,?\s+(?:(?:of|on)\s+)?)"
)
# "The night of 3 May to 4 May", "3 May (2023)": which day it is, only what follows tells.
_DAY_GOES_ON = patterns.compile(
    r"\s*(?:[(\[/–—-]|\b(?:to|or|and|in|of|until|till|through)\b)[^?]{0,20}?\d", _FLAGS
)
_NUMBERS = r"(?P<numbers>\d+(?P<sign>[-/.])\d+(?:(?P=sign)\d+)?)"
_AS_OF = patterns.compile(
    rf"{_OPENS}(?:{_OF_DAY})?(?:{PART}?(?:the\s+)?(?:year\s+)?"
    rf"(?:(?:{_NUMBERS}|{DATE}){ENDS}|{OF_YEAR}|{RELATIVE}|{yearless()})"
    rf"|(?:(?:early|late)\s+)?(?P<weekday>{WEEKDAY})\b(?!,?\s+(?:(?:the\s+)?\d|last|this|next|{MONTH})|\s+(?:and|or|to)\b)|{AGO})",
    _FLAGS,
)
# What may stand between "as of" and the time that it names, and how long ago that is.
_QUALIFIES = (
    r"the|an?|of|to|in|early|mid|middle|late|end|start|beginning|close|part|year|month|day|date|about|around"
    r"|roughly|circa|approximately|spring|summer|autumn|fall|winter|first|second|third|fourth|last|next|half"
    r"|quarter|q[1-4]|h[12]|fiscal|fy"
)
_HOW_LONG = rf"this|some|several|many|few|more|less|than|over|nearly|almost|one|\d{{1,3}}|{'|'.join(COUNTS)}"
# "As of the week of 5 March 2023": other words stand before the date.
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
    rf"|(?:(?:{_QUALIFIES}|{_HOW_LONG})[\s–-]+)*(?:(?:{WEEKDAY}|spring|summer|autumn|winter|christmas|easter"
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
            if match["of_day"] and (days[0] != days[1] or _DAY_GOES_ON.match(question, match.end())):
                continue
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
    return ago(match["many"], match["length"], today) if match["many"] else named_days(match, today)


def _day_in(days: Days, match: re.Match[str], today: dt.date) -> dt.date:
    part = (match["part"] or match["edge"] or "end").lower()
    day = days[0] if part in {"start", "beginning"} else part_of(days, part)[1]
    return min(day, today) if match["yearless"] else day
