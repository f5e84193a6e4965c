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
_DATE = (
    rf"(?:(?P<iso>\d{{4}}-\d{{2}}(?:-\d{{2}})?)"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})\.?,?\s+(?P<year>(?:19|20)\d{{2}})"
    rf"|(?P<month2>{_MONTH})\.?\s+(?:(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?(?P<year2>(?:19|20)\d{{2}})"
    rf"|(?P<year3>(?:19|20)\d{{2}}))(?![\d-])"
)
_RELATIVE = r"(?P<which>this|last|past|previous)\s+(?:(?P<count>\d{1,3})\s+)?(?P<unit>day|week|month|year)s?"

_STATUS = re.compile(
    r"""\b(?:
        status | latest | newest | most\ recent(?:ly)? | recent\ (?:news|developments?) | so\ far | to\ date
      | as\ of\ now | right\ now | nowadays | at\ present | at\ the\ moment | currently | up\ to\ date
      | current\ (?:state|status|situation|position|stage|progress|plans?|level|standing)
      | (?:any|an)?\ ?updates?\ (?:on|about|regarding) | what(?:'s|’s|\ is)\ (?:the\ )?(?:news|new|happening)
      | where\ (?:do|does|did)\ [^?]*\bstand\b | how\ far\ (?:along|has|have)
      | (?:state\ of\ play) | what\ stage | progress\ (?:on|of|in|with|towards?)
      | how\ (?:is|are)\ [^?]*\b(?:progressing|going|coming\ along|getting\ on)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NOW_AT_END = re.compile(r"\b(?:now|today)\W*$", re.IGNORECASE)
_TIMELINE = re.compile(
    r"""\b(?:
        time\s?line | chronolog(?:y|ical(?:ly)?) | sequence\ of\ events | step\ by\ step | course\ of\ events
      | over\ (?:time|the\ (?:years|months|weeks)) | history\ of
      | how\ (?:has|have|did|had)\ [^?]*\b(?:evolved?|develop(?:ed)?|unfold(?:ed)?|changed?|progress(?:ed)?)
      | trace\ (?:the|how) | from\ the\ beginning
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_AS_OF = re.compile(rf"\bas\s+(?:of|at|on)\s+{_DATE}", re.IGNORECASE)
_BETWEEN = re.compile(
    r"\b(?:between|from)\s+(?P<first>(?:19|20)\d{2})\s*(?:and|to|until|-|–)\s*(?P<last>(?:19|20)\d{2})\b",
    re.IGNORECASE,
)
_SINCE = re.compile(rf"\b(?:since|after|from)\s+(?:the\s+)?(?:{_DATE}|{_RELATIVE})", re.IGNORECASE)
_UNTIL = re.compile(
    rf"\b(?:until|till|before|by|up\s+to)\s+(?:the\s+)?(?:end\s+of\s+)?{_DATE}", re.IGNORECASE
)
_WITHIN = re.compile(
    rf"\b(?:in|during|on|of|for|over|within)\s+(?:the\s+)?(?:{_DATE}|{_RELATIVE})", re.IGNORECASE
)
_BARE_RELATIVE = re.compile(rf"\b{_RELATIVE}\b", re.IGNORECASE)
_YESTERDAY = re.compile(r"\byesterday\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood. `since` and `until` are the window that the question itself speaks of."""

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

    as_of = since = until = None
    if match := _AS_OF.search(question):
        _, as_of = _days(match)
        words.append(match.group())
        return Understanding(intent, tuple(words), None, None, as_of)
    if match := _BETWEEN.search(question):
        years = sorted((int(match["first"]), int(match["last"])))
        since, until = dt.date(years[0], 1, 1), dt.date(years[1], 12, 31)
        words.append(match.group())
        return Understanding(intent, tuple(words), since, until)
    if match := _SINCE.search(question):
        first, last = _days(match, today)
        after = match.group().lower().startswith("after")
        since = last + dt.timedelta(days=1) if after and last and last < dt.date.max else first
        words.append(match.group())
    if match := _UNTIL.search(question):
        first, last = _days(match)
        before = match.group().lower().startswith("before")
        until = first - dt.timedelta(days=1) if before and first else last
        words.append(match.group())
    if since is None and until is None:
        match = _WITHIN.search(question) or _BARE_RELATIVE.search(question)
        if match:
            since, until = _days(match, today)
            words.append(match.group())
        elif match := _YESTERDAY.search(question):
            since = until = today - dt.timedelta(days=1)
            words.append(match.group())
    return Understanding(intent, tuple(words), since, until)


def _days(match: re.Match[str], today: dt.date | None = None) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of the date or relative time in the match; (None, None) for no real date."""
    parts = match.groupdict()
    if parts.get("unit") and today:
        return _relative_days(parts["which"].lower(), parts["count"], parts["unit"].lower(), today)
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
        return None, None
    if len(numbers) == 1:
        return first, first.replace(month=12, day=31)
    if len(numbers) == 2:
        return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return first, first


def _relative_days(which: str, count: str | None, unit: str, today: dt.date) -> tuple[dt.date, dt.date]:
    lengths = {"day": 1, "week": 7, "month": 30, "year": 365}
    if count or which == "past":
        return today - dt.timedelta(days=lengths[unit] * int(count or 1)), today
    match unit:
        case "year":
            year = today.year - (which != "this")
            return dt.date(year, 1, 1), dt.date(year, 12, 31)
        case "month":
            first = today.replace(day=1)
            if which != "this":
                first = (first - dt.timedelta(days=1)).replace(day=1)
            return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
        case "week":
            monday = today - dt.timedelta(days=today.weekday() + (0 if which == "this" else 7))
            return monday, monday + dt.timedelta(days=6)
        case _:
            day = today - dt.timedelta(days=which != "this")
            return day, day
