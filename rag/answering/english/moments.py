"""Times that a quote names by the day on which it was published: "this week", "on Wednesday", "in March".

Each is resolved only where the words leave one reading; where they leave two, nothing is said. Not read: a
time inside somebody's speech (the day it counts from is that of the speech), "the last week" and "the next
day" (they count from elsewhere), seasons, quarters, "three years ago" (mostly rounded).
"""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag import patterns
from rag.answering.english.dates import COUNTS, MONTH, MONTHS, Days, calendar_unit, month_of, shifted
from rag.answering.english.mentions import LONGEST_READ
from rag.answering.english.notices import is_note
from rag.answering.english.subjects import word_set
from rag.answering.english.tenses import Cue, Tense, cues_of, tense_at
from rag.types import MomentPrecision, Published, ResolvedDate, Span

_WEEKDAYS = {name: number for number, name in enumerate(calendar.day_name)}
_WEEKDAY = "|".join(_WEEKDAYS)
_SUNDAY = 6
_SATURDAY = 5
_COUNTED = {name: count for name, count in COUNTS.items() if name not in {"few", "couple of"}}
_COUNTED |= {"a": 1, "one": 1}
_STEPS = {"last": -1, "this": 0, "current": 0, "next": 1}
# Words that are looked up are read in ASCII letters only: where case does not count, "ſ" would be an "s".
# A capital letter tells March from a march; the names themselves are the same as in questions.
_MONTH = rf"(?-i:(?=[A-Z]))(?a:{MONTH})"
_THIS = "(?a:this|last|next)"
_NO_NAME = r"(?!\s+(?-i:[A-Z]))(?![’']s)"
_OF_YEAR = rf"(?:,?\s+(?:of\s+)?(?P<year_step>{_THIS})\s+year\b)?"

_PERIOD = patterns.compile(
    rf"(?<!the )\b(?:(?P<side>earlier|later)\s+)?(?:(?P<which>{_THIS})|the\s+(?P<current>(?a:current)))\s+"
    r"(?P<unit>(?a:week|month|year))\b(?!\s+of\b)",
    re.IGNORECASE,
)
_AGO = patterns.compile(
    rf"(?<!about )(?<!around )(?<!nearly )(?<!almost )(?<!over )(?<!some )(?<!than )(?<!least )(?<!roughly )"
    rf"\b(?P<count>(?a:{'|'.join(_COUNTED)})|\d{{1,2}})\s+(?P<unit>(?a:day|week))s?\s+ago\b",
    re.IGNORECASE,
)
_NEAR_DAY = patterns.compile(
    r"(?<!before )(?<!after )(?<!better )(?<!of )\b(?P<word>(?a:yesterday|tomorrow))\b(?![’']s)",
    re.IGNORECASE,
)
# "Today" also means nowadays; "said today" and "was today reached" do not. Pakistan Today is a newspaper.
_TODAY = patterns.compile(r"\b(?:earlier\s+|later\s+)?today\b(?![’']s)")
_SAID = word_set(
    "said told announced met arrived signed approved held began opened launched died released published "
    "reported confirmed declared issued voted"
)
_WEEKDAY_NAMED = patterns.compile(
    rf"(?<!\bMail )\b(?:(?:late\s+|early\s+)?(?P<on>on)|(?P<which>{_THIS}))\s+"
    rf"(?-i:(?P<weekday>{_WEEKDAY}))\b"
    r"(?:\s+(?:morning|afternoon|evening|night)\b)?"
    rf"(?:,?\s+(?:of\s+)?(?P<week>{_THIS})\s+week\b)?"
    rf"{_NO_NAME}(?!,?\s+(?:the\s+)?\d)(?!,\s+(?:{MONTH})\b)"
    rf"(?!\s+(?:and|or|to|through)\s+(?-i:{_WEEKDAY}))",
    re.IGNORECASE,
)
_SAID_WEEKDAY = patterns.compile(rf"(?<=\bsaid )(?P<weekday>{_WEEKDAY})\b(?!\s+[A-Z])(?!,?\s+\d)")
# "Voted Saturday": a day without "on" right behind a verb that takes no day for its object, and before no
# noun: "opened Sunday schools".
_DID = word_set(
    "voted met arrived signed held died announced arrested killed injured wounded detained charged sentenced "
    "resigned elected approved rejected reported confirmed declared"
)
_BEHIND_ONE = "|".join(rf"(?<=\b{verb} )" for verb in sorted(_DID))
_DID_WEEKDAY = patterns.compile(
    rf"(?:{_BEHIND_ONE})(?P<did>(?P<weekday>{_WEEKDAY}))\b"
    r"(?=\s*(?:[.,;:!?)]|\Z)|\s+(?:in|at|near|by|after|before|against|to|that|outside|when|as|over)\b)(?!,?\s+\d)"
)
# "On Monday (14)", "tomorrow (March 14)".
_IN_BRACKETS = patterns.compile(
    rf"\s*\((?:(?P<word>[A-Z][a-z]+)\.?\s*)?(?P<day>\d{{1,2}})(?!\d|[:.–-]\d|\s+(?!(?i:{MONTH})\b)[A-Za-z])"
    rf"(?:\s+(?P<behind>(?i:{MONTH}))\b\.?)?(?:,?\s+(?P<year>\d{{4}})\b)?"
)
# Read only where brackets tell the day: by itself "this morning" may be that of a story taken over.
_PART_OF_DAY = patterns.compile(
    r"\b(?P<part>(?a:this\s+(?:morning|afternoon|evening)|tonight|last\s+(?:night|evening)))(?=\s*\()",
    re.IGNORECASE,
)
_WEEKEND = patterns.compile(
    r"\b(?:(?:over|at|during)\s+the|(?P<which>(?a:this|last)))\s+weekend\b", re.IGNORECASE
)
_DAY_OF_MONTH = patterns.compile(
    rf"\b(?:on|since|by|until)\s+(?:(?-i:(?P<weekday>{_WEEKDAY})),?\s+)?"
    rf"(?:(?:the\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})"
    rf"|(?P<month2>{_MONTH})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?)\b"
    rf"{_OF_YEAR}(?!,?\s+(?:of\s+)?\d{{4}})(?![:.]?\d)(?!\s*(?:[-–/&]|to|and|or)\s*\d){_NO_NAME}",
    re.IGNORECASE,
)
_DAY_WITHOUT_YEAR = patterns.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})"
    rf"|(?P<month2>{_MONTH})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?)\b(?!,?\s+(?:of\s+)?\d{{4}})(?![:.]?\d)",
    re.IGNORECASE,
)
_WEEKDAY_BEHIND = patterns.compile(
    rf"\s*\((?P<bracketed>{_WEEKDAY})\)"
    rf"|,\s+(?:a\s+)?(?P<weekday>{_WEEKDAY})(?=\s*(?:[.,;:!?)]|\Z)|\s+(?:at|in)\b)"
)
# A day is not taken for one most of a year off where its like on the other side lies this near: "elected on
# 14 November", written that October, may be said of the coming one, and "will open on 2 May", written in
# June, of the one before. Of 108 such days in an archive 91 were wrong.
_NEAR = dt.timedelta(days=120)
_MONTH_NAMED = patterns.compile(
    rf"\b(?:(?:in|since|by|until|during)\s+(?:(?:early|late|mid)[\s-]+)?|(?P<which>{_THIS})\s+)"
    rf"(?P<month>{_MONTH})\b{_OF_YEAR}(?!\.?,?\s+(?:of\s+)?\d)(?!\s*(?:[-–/]|to|and|or)\s*(?:\d|{MONTH})){_NO_NAME}",
    re.IGNORECASE,
)
_YEAR = patterns.compile(r"(?<!\d)(?:1[5-9]|20)\d{2}(?!\d|,\d)")
_YEARS_AGO = patterns.compile(
    r"\b(?:years?|decades?|century|centuries)\s+(?:ago|earlier|before)\b", re.IGNORECASE
)
# So many days of a month or year must lie between its one end and the day on which "earlier" or "later" in it
# is said, for that not to be the one beside it.
_DAYS_INTO = 3
_FORTNIGHT = 14
# How far back a year counts as the year that a sentence is about.
_TOLD_BEFORE = 300


@dataclass(frozen=True, slots=True)
class _Place:
    """A match in a sentence, the day it counts from, and what stands around it. `cues` are those of the
    sentence, read once."""

    match: re.Match[str]
    sentence: str
    cues: Callable[[], Sequence[Cue]]
    day: dt.date
    other_year: bool

    def tense(self) -> Tense:
        tense = tense_at(self.sentence, self.match.start(), self.match.end(), cues=self.cues())
        # "The bridge is closed until August", "was extended until March": the verb says nothing of that time.
        lasting = self.match.group().lower().startswith("until")
        return "unclear" if lasting and tense == "past" else tense


def resolve(text: str, quote: Span, published: Published) -> tuple[ResolvedDate, ...]:
    """The relative times inside `quote`, a span of the article's `text`, in their order.

    None where the day of publication is not known, and none in what is too long for a sentence or is an
    editor's note. A time without its year is left alone where the quote or the words shortly before it name a
    year other than that of publication, or speak of years ago: they may tell of that one.
    """
    day = published.earliest
    if day is None or published.precision not in {"day", "minute"} or quote.end - quote.start > LONGEST_READ:
        return ()
    sentence = quote.of(text)
    if is_note(sentence):
        return ()
    told = text[max(0, quote.start - _TOLD_BEFORE) : quote.end]
    other_year = any(int(year) != day.year for year in _YEAR.findall(told)) or bool(_YEARS_AGO.search(told))
    spoken = list(_spoken(sentence))
    cues = functools.cache(lambda: cues_of(sentence))
    found: dict[int, ResolvedDate] = {}
    for pattern, reading in _READINGS:
        for match in pattern.finditer(sentence):
            start, end = match.span()
            taken = any(
                start < one.end - quote.start and one.start - quote.start < end for one in found.values()
            )
            if taken or any(first < end and start < last for first, last in spoken):
                continue
            if _read_otherwise(sentence[:start], match.group(), sentence[end:]):
                continue
            read = reading(_Place(match, sentence, cues, day, other_year))
            if read is not None:
                (first, last), precision = read
                place = quote.start + start
                found[place] = ResolvedDate(place, quote.start + end, match.group(), first, last, precision)
    return tuple(found[place] for place in sorted(found))


def names_day(text: str, day: dt.date, published: Published) -> bool:
    """Whether the text names this day without its year, and no other year, and was published so near to it
    that no other year's is meant, whatever the verb: "agreed to work on 12 April", of 10 April."""
    told = published.earliest
    if told is None or abs(told - day) > _NEAR or any(int(year) != day.year for year in _YEAR.findall(text)):
        return False
    return any(
        MONTHS[(match["month"] or match["month2"]).lower()] == day.month
        and int(match["day"] or match["day2"]) == day.day
        for match in _DAY_WITHOUT_YEAR.finditer(text)
    )


_POSSESSIVE = patterns.compile(
    r"(?:\b(?:his|her|its|their|my|our|your|whose|every|each)|[’'](?:s\b)?)\s+\Z", re.IGNORECASE
)
# "A year ago this week", "fifty years ago on 26 March", "two years later this month".
_SO_FAR_FROM = patterns.compile(
    r"\b(?:years?|decades?|centur(?:y|ies)|months?|weeks?|days?)(?:,?\s+(?:ago|before|after|earlier|later|prior|from|"
    r"to(?:\s+the\s+day)?)\b)+,?\s",
    re.IGNORECASE,
)
_REPEATED = patterns.compile(r"\s+(?:mornings|afternoons|evenings|nights|every|each)\b", re.IGNORECASE)
_FAR_OFF = patterns.compile(
    r",?\s+(?:[\w-]+\s+){0,2}?(?:years?|decades?|centur(?:y|ies)|months?)\s+"
    r"(?:ago|before|after|earlier|later|prior)\b"
    r"|,?\s+(?:of\s+)?(?:the|that)\s+(?:\w+\s+)?year\b",
    re.IGNORECASE,
)


def _read_otherwise(before: str, time: str, behind: str) -> bool:
    """Whether what stands around a time lets it be read as another: "his last week in office", "on Friday
    nights", "on 5 March, two decades ago", "on 5 June of the previous year"."""
    if _POSSESSIVE.search(before) or _REPEATED.match(behind) or _FAR_OFF.match(behind):
        return True
    return any(len(before) <= far.end() for far in _SO_FAR_FROM.finditer(before + time))


_Read = tuple[Days, MomentPrecision] | None


def _period(place: _Place) -> _Read:
    match = place.match
    which = (match["which"] or match["current"]).lower()
    unit: MomentPrecision = {"week": "week", "month": "month", "year": "year"}[match["unit"].lower()]  # type: ignore[assignment]
    # On a Sunday "this week" is the one that ends to some and the one that begins to others.
    if unit == "week" and place.day.weekday() == _SUNDAY:
        return None
    first, last = calendar_unit(place.day, unit, _STEPS[which])
    # "Earlier this month", written on the 2nd, is mostly said of the month before.
    into = {"earlier": place.day - first, "later": last - place.day}.get((match["side"] or "").lower())
    least = 1 if unit == "week" else _DAYS_INTO
    if into is not None and which in {"this", "current"} and into.days < least:
        return None
    return (first, last), unit


def _ago(place: _Place) -> _Read:
    said = place.match["count"].lower()
    count = _COUNTED[said] if said in _COUNTED else int(said)
    if place.match["unit"].lower() == "day":
        return (calendar_unit(place.day, "day", -count), "day") if 1 <= count <= 10 else None
    if not 1 <= count <= 4 or place.day.weekday() == _SUNDAY:
        return None
    return calendar_unit(place.day, "week", -count), "week"


def _near_day(place: _Place) -> _Read:
    days = -1 if place.match["word"].lower() == "yesterday" else 1
    return _told_in_brackets(place, (days, days - 1)) or _day_as_said(place, shifted(place.day, days))


def _part_of_day(place: _Place) -> _Read:
    days = -1 if place.match["part"].lower().startswith("last") else 0
    return _told_in_brackets(place, (days, days - 1))


def _today(place: _Place) -> _Read:
    if told := _told_in_brackets(place, (0, -1)):
        return told
    before = place.sentence[: place.match.start()].split()
    said = place.match.group() != "today" or (before and before[-1] in {"here", "was", "were", *_SAID})
    beside = any(
        cue.tense == "past" and place.sentence[place.match.end() : cue.start].isspace()
        for cue in place.cues()
    )
    return _day_as_said(place, place.day) if said or beside else None


def _weekday(place: _Place) -> _Read:
    parts = place.match.groupdict()
    number, today = _WEEKDAYS[parts["weekday"]], place.day.weekday()
    if told := _told_in_brackets(place, range(-_FORTNIGHT, _FORTNIGHT), weekday=number):
        return told
    if parts.get("week"):
        monday = calendar_unit(place.day, "week", _STEPS[parts["week"].lower()])[0]
        return _one(shifted(monday, number)) if today != _SUNDAY else None
    match (parts.get("which") or "").lower():
        case "last":
            # Otherwise it may be the one of this week or of the week before.
            clear, days = today <= number and today != _SUNDAY, number - today - 7
        case "next":
            clear, days = number <= today != _SUNDAY, number - today + 7
        case which:
            tense = place.tense() if parts.get("on") or parts.get("did") or which else "past"
            # "Will meet on Monday", written on a Monday, may be today or in a week.
            ahead = (number - today) % 7
            past = tense == "past" and not which
            clear = not place.other_year and (past or (tense == "future" and ahead > 0))
            days = -((today - number) % 7) if past else ahead
    return _day_as_said(place, shifted(place.day, days)) if clear else None


def _day_as_said(place: _Place, day: dt.date) -> _Read:
    """The day, unless the article says in brackets that it is another day of the month."""
    said = _IN_BRACKETS.match(place.sentence, place.match.end())
    return _one(day) if said is None or int(said["day"]) == day.day else None


def _told_in_brackets(place: _Place, days: Iterable[int], *, weekday: int | None = None) -> _Read:
    """The one day so many days off that is this weekday and that the article gives in brackets, "on Monday
    (14)": then neither the verb nor another year beside it leaves a doubt. An article that came out the day
    after it was written tells so as well."""
    said = _IN_BRACKETS.match(place.sentence, place.match.end())
    if said is None:
        return None
    word = said["word"] or said["behind"]
    month = MONTHS.get(word.lower()) if word else None
    if word and month is None:
        return None
    fits = [
        day
        for off in days
        if (day := shifted(place.day, off)).day == int(said["day"])
        and month in {None, day.month}
        and (said["year"] is None or int(said["year"]) == day.year)
        and weekday in {None, day.weekday()}
    ]
    return _one(fits[0]) if len(fits) == 1 else None


def _weekend(place: _Place) -> _Read:
    day, which = place.day, (place.match["which"] or "").lower()
    saturday = shifted(day, _SATURDAY - day.weekday())
    if day.weekday() >= _SATURDAY:
        return ((saturday, shifted(saturday, 1)), "weekend") if which == "this" else None
    tense = "past" if which == "last" else place.tense()
    if which == "this" and tense != "future":
        return None
    if tense == "past":
        saturday = shifted(saturday, -7)
    return ((saturday, shifted(saturday, 1)), "weekend") if tense in {"past", "future"} else None


def _day_of_month(place: _Place) -> _Read:
    match, day = place.match, place.day
    month = MONTHS[(match["month"] or match["month2"]).lower()]
    number = int(match["day"] or match["day2"])
    behind = _WEEKDAY_BEHIND.match(place.sentence, match.end())
    named = match["weekday"] or (behind and (behind["bracketed"] or behind["weekday"]))
    weekday = _WEEKDAYS[named] if named else None
    if match["year_step"]:
        resolved = _real(day.year + _STEPS[match["year_step"].lower()], month, number)
    elif place.other_year:
        return None
    else:
        years = (day.year - 1, day.year, day.year + 1)
        candidates = [one for year in years if (one := _real(year, month, number)) is not None]
        latest = max((one for one in candidates if one <= day), default=None)
        coming = min((one for one in candidates if one > day), default=None)
        if weekday is not None:
            # It fits one of the two at most, whatever the verb: "will meet on Friday, November 1".
            past = latest is not None and latest.weekday() == weekday
        else:
            tense = place.tense()
            if tense == "unclear":
                return None
            past = tense == "past"
        resolved, other = (latest, coming) if past else (coming, latest)
        if other is not None and abs(other - day) <= _NEAR:
            return None
    if resolved is None or (weekday is not None and resolved.weekday() != weekday):
        return None
    return _one(resolved)


def _month(place: _Place) -> _Read:
    match, day = place.match, place.day
    month = MONTHS[match["month"].lower()]
    which = (match["which"] or "").lower()
    if match["year_step"]:
        year = day.year + _STEPS[match["year_step"].lower()]
    elif which == "this":
        year = day.year
    elif which:
        # "Last March" is the March before this one, or that of last year: resolved where both are the same.
        agrees = day.month <= month if which == "last" else day.month >= month
        if not agrees:
            return None
        year = day.year + _STEPS[which]
    elif place.other_year or month == day.month:
        return None
    else:
        tense = place.tense()
        if tense == "unclear":
            return None
        before, behind = (day.year if month < day.month else day.year - 1), day.year + (month < day.month)
        year = before if tense == "past" else behind
    first = _real(year, month, 1)
    return (month_of(first), "month") if first is not None else None


def _one(day: dt.date) -> _Read:
    return (day, day), "day"


def _real(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


_READINGS: tuple[tuple[re.Pattern[str], Callable[[_Place], _Read]], ...] = (
    (_DAY_OF_MONTH, _day_of_month),
    (_WEEKDAY_NAMED, _weekday),
    (_SAID_WEEKDAY, _weekday),
    (_DID_WEEKDAY, _weekday),
    (_MONTH_NAMED, _month),
    (_WEEKEND, _weekend),
    (_PERIOD, _period),
    (_AGO, _ago),
    (_NEAR_DAY, _near_day),
    (_TODAY, _today),
    (_PART_OF_DAY, _part_of_day),
)


def _spoken(sentence: str) -> Iterator[tuple[int, int]]:
    """What stands in quotation marks; a mark without its partner opens or closes at the sentence's end."""
    opened: int | None = None
    for match in re.finditer(r"[“”\"]|(?<!\w)‘|’(?!\w)", sentence):
        mark, place = match.group(), match.start()
        if mark in "“‘" or (mark == '"' and opened is None):
            opened = place if opened is None else opened
        elif opened is not None:
            yield opened, match.end()
            opened = None
        elif mark == "”":
            yield 0, match.end()
    if opened is not None:
        yield opened, len(sentence)
