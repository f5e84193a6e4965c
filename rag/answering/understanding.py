"""What a question asks for: its intent, and the time that it speaks of.

Rules over words, in English. A time expression is only one when it names a time: "in 2021", "since last
year", "latest"; "before the visit" names an event and restricts nothing. What the question says of time
guides the ranking; only "as of" restricts, as the option of that name does.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from rag import patterns
from rag.answering.english.dates import (
    DATE,
    DATE_ENDS,
    DAY_AND_YEAR,
    FULL_DATE,
    PARTIAL_DATE,
    RELATIVE,
    YEAR,
    Days,
    calendar_unit,
    days_of,
    range_of,
    shifted,
)
from rag.answering.standpoints import standpoint_of, unread_in
from rag.types import Intent

# "The week of Monday, 2 December 2024".
_WEEK = (
    r"(?:(?P<span>week(?:end)?)\s+(?P<edge>of|beginning|starting|commencing|ending)\s+(?:on\s+)?"
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?(?:the\s+)?)?"
)
_TIME = rf"(?:(?:the\s+)?{_WEEK}{DATE}|{RELATIVE})"
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
STATUS = rf"{_NO_LEGAL}status\b(?!\ quo)"
# Neither the account of a balance, nor a river's or a wire's.
CURRENT = (
    r"current(?=\ (?!accounts?\b|affairs\b|assets\b|liabilities\b|(?:in|of|from|through|and|is|was)\b)\w)"
)
# A history that somebody has is an illness or a record.
HISTORY = r"(?<!have\ a\ )(?<!has\ a\ )(?<!had\ a\ )(?<!with\ a\ )(?<!any\ )(?<!no\ )(?<!long\ )history\ of"
# Where talks stand, but not who stands trial; how a law has changed, but not how somebody changed it.
ALONE = r"\b(?!\ (?!(?:{})\b)\w)".format(
    "on|with|in|at|after|as|over|since|under|between|among|from|through|throughout|during|by|for|to|of|and|now|today"
    "|currently|so|when|while|if|because|recently|regarding|about|these|this|last"
)
_STATUS = patterns.compile(
    rf"""\b(?:
        {STATUS} | latest | newest | most\ recent(?:ly)? | recent\ (?:news|developments?)
      | so\ far | to\ date | as\ of\ (?:now|today) | right\ now | nowadays | at\ present | at\ the\ moment
      | currently | up\ to\ date
      | {CURRENT}
      | (?:any|an)?\ ?updates?\ (?:on|about|regarding)
      | what(?:'s|’s|\ is)\ (?:the\ )?(?:news|happening|new(?=\s*(?:\W*$|(?:with|on|about|in)\b)))
      | where\ (?:do|does|did)\ [^?]*\bstand{ALONE} | how\ far\ (?:along|has|have)
      | (?:state\ of\ play) | what\ stage | progress\ (?:on|of|in|with|towards?)
      | how\ (?:is|are)\ [^?]*\b(?:progressing|going(?!\ to\b)|coming\ along|getting\ on)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
# In lower case: at the end of a question "Pakistan Today" is a newspaper. "From 2019 to now" ends a time.
_NOW_AT_END = patterns.compile(r"(?<!\bto )(?<!\band )(?<!\buntil )(?<!\btill )\b(?:now|today)\W*$")
_TIMELINE = patterns.compile(
    rf"""\b(?:
        time\s?line | chronolog(?:y|ical(?:ly)?) | sequence\ of\ events | step\ by\ step | course\ of\ events
      | over\ (?:time|the\ (?:years|months|weeks)) | {HISTORY}
      | how\ (?:has|have|did|had)\ [^?]*\b
        (?:evolved?|develop(?:ed)?|unfold(?:ed)?|changed?|progress(?:ed)?){ALONE}
      | trace\ (?:the|how) | from\ the\ beginning
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
# Only ASCII letters and digits: "Aprıl" and "٢٠٢١" are no words of these rules.
_FLAGS = re.IGNORECASE | re.ASCII
_UNNAMED_DATE = re.sub(r"\?P<\w+>", "?:", DATE)
# What every time in a question has; most questions do not, and are not searched any further.
_MAY_NAME_A_TIME = patterns.compile(r"\d|\b(?:this|last|past|previous|yesterday|present|now|today)\b", _FLAGS)
_BETWEEN = patterns.compile(
    rf"\b(?:between|from|in|on|during)\s+(?:the\s+)?(?P<first>{_UNNAMED_DATE}|{YEAR}|{PARTIAL_DATE})"
    rf"\s*(?:\band\b|\bto\b|\buntil\b|\btill\b|-|–|—)\s*(?:the\s+)?(?P<last>{_UNNAMED_DATE}|{DAY_AND_YEAR}|present\b|now\b|today\b)",
    _FLAGS,
)
_SINCE = patterns.compile(
    rf"\b(?P<how>since|after{_NO_EVENT}|from)\s+{_TIME}(?P<on>\s+on(?:wards?)?\b)?", _FLAGS
)
_UNTIL = patterns.compile(rf"\b(?P<how>until|till|before|by|up\s+to){_NO_EVENT}\s+{_END}{_TIME}", _FLAGS)
_NO_NOUN = (
    r"(?:in|on|at|to|by|from|for|of|with|and|or|but|was|were|is|are|has|have|had|did|does|do|as|that|which|who|when"
    r"|where|what|how|why|the|an?|until|till|before|after|since|between|because|about)"
)
_WITHIN = patterns.compile(
    # "Over 2000" and "within 2000" begin a quantity, and so does "of 2000 prisoners", by the noun behind;
    # "week of 2 December" begins with the week.
    r"\b(?:in|during|throughout|from|at"
    rf"|(?:(?<!\bweek\ )(?<!\bweekend\ )of|for)(?!\s+\d{{4}}\s+(?!{_NO_NOUN}\b)[a-z])"
    r"|(?:on|over|within)(?!\s+\d{4}\b(?!-)))\s+"
    rf"(?:(?:the\s+)?(?:early|late|mid)[\s-]+)?{_TIME}",
    _FLAGS,
)
_BARE = patterns.compile(rf"\b(?:{_WEEK}(?:{FULL_DATE}){DATE_ENDS}|{RELATIVE})", _FLAGS)

_Window = tuple[dt.date | None, dt.date | None]


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood. `since` and `until` are the window that the question itself speaks of.

    `form_words` ask for a status or a timeline, `dates` name a time. A date that is none, such as 31
    February, says nothing, but behind "as of" it would have restricted: `unread` are the words of an "as of"
    whose time cannot be read.
    """

    intent: Intent
    form_words: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    as_of: dt.date | None = None
    unread: str | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """All words of the question that said what was understood."""
        return (*self.form_words, *self.dates)


def understand(question: str, *, today: dt.date) -> Understanding:
    """Intent and time of a question; "last year" and the like count from `today`."""
    dates: list[str] = []
    status = _STATUS.search(question) or _NOW_AT_END.search(question)
    timeline = _TIMELINE.search(question)
    intent: Intent = "timeline" if timeline else "status" if status else "fact"
    form_words = tuple(match.group().strip() for match in (timeline, status) if match)
    as_of = None
    standpoint = standpoint_of(question, today=today)
    if standpoint is not None:
        # The bar keeps the words before and behind from making a time together.
        question = f"{question[: standpoint.start]}|{question[standpoint.end :]}"
    if standpoint is not None and standpoint.day is not None:
        as_of = standpoint.day
        dates.append(standpoint.words)
        standpoint = unread_in(question)
    unread = standpoint.words if standpoint is not None else None
    # What was said of two months as of May is said of those before it.
    (since, until), said = _window(question, min(as_of or today, today))
    dates.extend(said)
    return Understanding(intent, form_words, tuple(dates), since, until, as_of, unread)


def _window(question: str, today: dt.date) -> tuple[_Window, list[str]]:
    """The window that the question speaks of, and the words that say so."""
    if not _MAY_NAME_A_TIME.search(question):
        return (None, None), []
    if (match := _BETWEEN.search(question)) and (between := _between(match, today)):
        return between, [match.group()]
    since = until = None
    said: list[str] = []
    if (match := _SINCE.search(question)) and (days := _days(match, today)):
        how = match["how"].lower()
        # "The pledge from 2021" was made in that year; only "from 2021 on" goes on.
        if how != "from" or match["on"]:
            since = shifted(days[1], 1) if how == "after" else days[0]
            said.append(match.group())
    if (match := _UNTIL.search(question)) and (days := _days(match, today)):
        before = match["how"].lower() == "before" and not match["end"]
        until = shifted(days[0], -1) if before else days[1]
        said.append(match.group())
    if said:
        turned = since is not None and until is not None and since > until
        return ((None, None), []) if turned else ((since, until), said)
    match = _WITHIN.search(question) or _BARE.search(question)
    if match and (days := _days(match, today)):
        return days, [match.group()]
    return (None, None), []


def _days(match: re.Match[str], today: dt.date) -> Days | None:
    """The days of a time; of a week that is named by one of them the seven that begin or end there, or those
    from Monday to Sunday, of a weekend its two. None for no real date."""
    days = days_of(match, today)
    if days is None or match["span"] is None or days[0] != days[1]:
        return days
    first, _ = days
    monday, sunday = calendar_unit(first, "week", 0)
    if match["span"].lower() == "weekend":
        return shifted(sunday, -1), sunday
    match match["edge"].lower():
        case "of":
            return monday, sunday
        case "ending":
            return shifted(first, -6), first
        case _:
            return first, shifted(first, 6)


def _between(match: re.Match[str], today: dt.date) -> Days | None:
    """From the first day of the earlier date to the last day of the later."""
    last = today.isoformat() if match["last"].lower() in {"present", "now", "today"} else match["last"]
    return range_of(match["first"], last, today)
