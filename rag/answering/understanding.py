"""What a question asks for: its intent, and the time that it speaks of.

Rules over words, in English. A time expression is only one when it names a time: "in 2021", "since last
year", "latest"; "before the visit" names an event and restricts nothing. What the question says of time
guides the ranking; only "as of" restricts, as the option of that name does.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from rag.types import Intent

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
# "over 2000 people" and "of 2000 MW" count something; they name no year.
_COUNTED = (
    r"(?:%|(?:people|persons|men|women|children|workers|employees|troops|soldiers|students|families|homes|"
    r"houses|villages|schools|vehicles|trucks|doses|dollars|roubles|rubles|rupees|euros?|pounds|percent|per|"
    r"hundred|thousand|million|billion|trillion|crore|lakh|tons?|tonnes?|barrels|bales|acres|hectares|miles|"
    r"kilomet(?:er|re)s|met(?:er|re)s|feet|km|kg|mw|megawatts?|hours|days|weeks|months|years)\b)"
)
_FULL_DATE = (
    r"(?P<iso>(?:19|20)\d{2}-(?:0[1-9]|1[0-2])(?:-\d{2})?)"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})\.?,?\s+(?P<year>(?:19|20)\d{{2}})"
    rf"|(?P<month2>{_MONTH})\.?,?\s+(?:(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?(?P<year2>(?:19|20)\d{{2}})"
)
_DATE_ENDS = r"(?![\d-]|[.,]\d)"
_DATE = rf"(?:{_FULL_DATE}|(?P<year3>(?:19|20)\d{{2}})(?!\s*{_COUNTED})){_DATE_ENDS}"
_COUNTS = {"two": 2, "couple of": 2, "three": 3, "few": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
_COUNTS |= {"eight": 8, "nine": 9, "ten": 10, "twelve": 12}
_RELATIVE = (
    r"(?:(?P<the>the)\s+)?(?P<which>this|last|past|previous)\s+"
    rf"(?:(?P<count>\d{{1,3}}|{'|'.join(_COUNTS)})\s+)?"
    # The last day of a visit is counted from its own end, not from today.
    r"(?P<unit>day|week|month|year)s?\b(?!\s+of\b)"
    r"|(?P<yesterday>yesterday\b)"
)
_TIME = rf"(?:(?:the\s+)?{_DATE}|{_RELATIVE})"
_END = r"(?:(?:the\s+)?(?P<end>end)\s+of\s+)?"
# "after the 2018 election" names an event by its year.
_NO_EVENT = r"(?!\s+the\s+\d{4}\s+[a-z])"

# Some have a status that is no state of affairs: "the special status of Kashmir", "GSP+ status".
_LEGAL: tuple[str, ...] = (
    "special",
    "legal",
    "refugee",
    "nation",
    "mfn",
    "gsp",
    "gsp+",
    "plus",
    "observer",
    "candidate",
)
_LEGAL += ("member", "membership", "consultative", "diplomatic", "protected", "heritage", "citizenship")
_NO_LEGAL = "".join(rf"(?<!\b{re.escape(kind)}\ )" for kind in _LEGAL)
_STATUS = re.compile(
    rf"""\b(?:
        {_NO_LEGAL}status\b(?!\ quo) | latest | newest | most\ recent(?:ly)? | recent\ (?:news|developments?)
      | so\ far | to\ date | as\ of\ (?:now|today) | right\ now | nowadays | at\ present | at\ the\ moment
      | currently | up\ to\ date
      # Neither the account of a balance, nor a river's or a wire's.
      | current(?=\ (?!accounts?\b|affairs\b|assets\b|liabilities\b|(?:in|of|from|through|and|is|was)\b)\w)
      | (?:any|an)?\ ?updates?\ (?:on|about|regarding)
      | what(?:'s|’s|\ is)\ (?:the\ )?(?:news|happening|new(?=\s*(?:\W*$|(?:with|on|about|in)\b)))
      | where\ (?:do|does|did)\ [^?]*\bstand\b | how\ far\ (?:along|has|have)
      | (?:state\ of\ play) | what\ stage | progress\ (?:on|of|in|with|towards?)
      | how\ (?:is|are)\ [^?]*\b(?:progressing|going(?!\ to\b)|coming\ along|getting\ on)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
# In lower case: at the end of a question "Pakistan Today" is a newspaper.
_NOW_AT_END = re.compile(r"\b(?:now|today)\W*$")
_TIMELINE = re.compile(
    r"""\b(?:
        time\s?line | chronolog(?:y|ical(?:ly)?) | sequence\ of\ events | step\ by\ step | course\ of\ events
      | over\ (?:time|the\ (?:years|months|weeks)) | history\ of
      | how\ (?:has|have|did|had)\ [^?]*\b(?:evolved?|develop(?:ed)?|unfold(?:ed)?|changed?|progress(?:ed)?)
      | trace\ (?:the|how) | from\ the\ beginning
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
# Only ASCII letters and digits: "Aprıl" and "٢٠٢١" are no words of these rules.
_FLAGS = re.IGNORECASE | re.ASCII
_AS_OF = re.compile(rf"\bas\s+(?:of|at|on)\s+{_END}{_TIME}", _FLAGS)
_UNNAMED_DATE = re.sub(r"\?P<\w+>", "?:", _DATE)
_BETWEEN = re.compile(
    rf"\b(?:between|from|in|during)\s+(?P<first>{_UNNAMED_DATE}|(?:19|20)\d{{2}}|{_MONTH})"
    rf"\s*(?:\band\b|\bto\b|\buntil\b|\btill\b|-|–|—)\s*(?P<last>{_UNNAMED_DATE})",
    _FLAGS,
)
_WHOLE_DATE = re.compile(_DATE, _FLAGS)
_SINCE = re.compile(rf"\b(?P<how>since|after{_NO_EVENT}|from)\s+{_TIME}(?P<on>\s+on(?:wards?)?\b)?", _FLAGS)
_UNTIL = re.compile(rf"\b(?P<how>until|till|before|by|up\s+to){_NO_EVENT}\s+{_END}{_TIME}", _FLAGS)
_WITHIN = re.compile(
    # "over 2000" and "within 2000" begin a quantity.
    r"\b(?:in|during|throughout|of|for|from|at|(?:on|over|within)(?!\s+\d{4}\b(?!-)))\s+"
    rf"(?:(?:early|late|mid)[\s-]+)?{_TIME}",
    _FLAGS,
)
_BARE = re.compile(rf"\b(?:(?:{_FULL_DATE}){_DATE_ENDS}|{_RELATIVE})", _FLAGS)

_Days = tuple[dt.date, dt.date]
_Window = tuple[dt.date | None, dt.date | None]


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood. `since` and `until` are the window that the question itself speaks of.

    `words` are those that said so. A date that is none, such as 31 February, says nothing.
    """

    intent: Intent
    words: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    as_of: dt.date | None = None


def understand(question: str, *, today: dt.date) -> Understanding:
    """Intent and time of a question; "last year" and the like count from `today`."""
    words: list[str] = []
    status = _STATUS.search(question) or _NOW_AT_END.search(question)
    timeline = _TIMELINE.search(question)
    intent: Intent = "timeline" if timeline else "status" if status else "fact"
    words.extend(match.group().strip() for match in (timeline, status) if match)
    as_of = None
    if (match := _AS_OF.search(question)) and (days := _days(match, today)):
        as_of = days[1]
        words.append(match.group())
        # The bar keeps the words before and behind from making a time together.
        question = f"{question[: match.start()]}|{question[match.end() :]}"
    (since, until), said = _window(question, today)
    return Understanding(intent, (*words, *said), since, until, as_of)


def _window(question: str, today: dt.date) -> tuple[_Window, list[str]]:
    """The window that the question speaks of, and the words that say so."""
    if (match := _BETWEEN.search(question)) and (between := _between(match, today)):
        return between, [match.group()]
    since = until = None
    said: list[str] = []
    if (match := _SINCE.search(question)) and (days := _days(match, today)):
        how = match["how"].lower()
        # "The pledge from 2021" was made in that year; only "from 2021 on" goes on.
        if how != "from" or match["on"]:
            since = _shifted(days[1], 1) if how == "after" else days[0]
            said.append(match.group())
    if (match := _UNTIL.search(question)) and (days := _days(match, today)):
        before = match["how"].lower() == "before" and not match["end"]
        until = _shifted(days[0], -1) if before else days[1]
        said.append(match.group())
    if said:
        turned = since is not None and until is not None and since > until
        return ((None, None), []) if turned else ((since, until), said)
    match = _WITHIN.search(question) or _BARE.search(question)
    if match and (days := _days(match, today)):
        return days, [match.group()]
    return (None, None), []


def _between(match: re.Match[str], today: dt.date) -> _Days | None:
    """From the first day of the earlier date to the last day of the later."""
    last = _WHOLE_DATE.fullmatch(match["last"])
    # "Between June and August 2023": the year is said once.
    first = _WHOLE_DATE.fullmatch(match["first"]) or _WHOLE_DATE.fullmatch(
        f"{match['first']} {match['last'][-4:]}"
    )
    days = [_days(date, today) for date in (first, last) if date]
    if len(days) < 2 or days[0] is None or days[1] is None:
        return None
    return min(days[0][0], days[1][0]), max(days[0][1], days[1][1])


def _days(match: re.Match[str], today: dt.date) -> _Days | None:
    """First and last day of the date or relative time in the match; None for no real date."""
    parts = match.groupdict()
    if parts.get("yesterday"):
        return _shifted(today, -1), _shifted(today, -1)
    if parts.get("unit"):
        return _relative_days(parts, today)
    if parts["iso"]:
        numbers = [int(part) for part in parts["iso"].split("-")]
    else:
        year = parts["year"] or parts["year2"] or parts["year3"]
        month = parts["month"] or parts["month2"]
        day = parts["day"] or parts["day2"]
        numbers = [int(year), *([_MONTHS[month.lower()]] if month else []), *([int(day)] if day else [])]
    try:
        first = dt.date(*[*numbers, 1, 1][:3])
    except ValueError:
        return None
    if len(numbers) == 1:
        return first, first.replace(month=12, day=31)
    if len(numbers) == 2:
        return _month_of(first)
    return first, first


def _relative_days(parts: dict[str, str], today: dt.date) -> _Days:
    lengths = {"day": 1, "week": 7, "month": 30, "year": 365}
    which, unit = parts["which"].lower(), parts["unit"].lower()
    # "The last year" is the twelve months up to now, "last year" the one in the calendar.
    if parts["count"] or which == "past" or (which == "last" and parts["the"]):
        count = " ".join((parts["count"] or "1").lower().split())
        return _shifted(today, -lengths[unit] * int(_COUNTS.get(count, count))), today
    match unit:
        case "year":
            year = max(today.year - (which != "this"), dt.MINYEAR)
            return dt.date(year, 1, 1), dt.date(year, 12, 31)
        case "month":
            first = today.replace(day=1)
            return _month_of(first if which == "this" else _shifted(first, -1))
        case "week":
            monday = _shifted(today, -today.weekday() - (0 if which == "this" else 7))
            return monday, _shifted(monday, 6)
        case _:
            day = _shifted(today, -(which != "this"))
            return day, day


def _month_of(day: dt.date) -> _Days:
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _shifted(day: dt.date, days: int) -> dt.date:
    """So many days later, as far as the calendar goes."""
    ordinal = day.toordinal() + days
    return dt.date.fromordinal(min(max(ordinal, dt.date.min.toordinal()), dt.date.max.toordinal()))
