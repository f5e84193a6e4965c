"""What a question asks for: its intent, and the time that it speaks of.

Rules over words, in English. A time expression is only one when it names a time: "in 2021", "since last
year", "latest"; "before the visit" names an event and restricts nothing. What the question says of time
guides the ranking; only "as of" restricts, as the option of that name does.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import partial

from rag import patterns
from rag.answering.english.lexicon import ASKING
from rag.answering.questions import proper_of
from rag.answering.standpoints import standpoint_of, unread_in
from rag.answering.windows import window_of
from rag.answering.within import is_short
from rag.types import Intent

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
_IS = r"(?:'s|’s|\ is)"
# How it is now.
GOES_ON = rf"""(?:what{_IS}\ going\ on\ (?:with|in|at)
  | what{_IS}\ the\ situation\ (?:with|regarding|at|in|on|of)
  | where\ are\ (?:we|things)\ (?:with|on))"""
# What became of it, unless a time is named, and of prices when the war began.
BECAME = (
    r"what\ (?:(?:has|have|had|ever)\ )?(?:happened\ to|(?:became|become|came)\ of)"
    r"(?![^?]*\b(?:when|while|after|before|during|between|because|due|once|if|in\ \d{4})\b)"
)
ENDED = r"\A\W*how\ (?:did|will)\ (?P<ended>[^?]+?)\ (?P<end>end(?:\ up)?|turn\ out)\W*\Z"
# Asked for, and not told of: "Who wrote the news about it?", "What is in the software update?"
NEWS = r"""(?:(?:\A\W*|\b(?:is|are)\ there\ )(?:any|some)\ (?:news|updates?)\ (?:on|about|regarding|of)\b
  | \A\W*(?:(?:the|latest|recent)\ )*(?:news|updates?)\ (?:on|about|regarding)\b)"""
UPDATE = (
    rf"\A(?![^?]*\b(?:{ASKING}|the|an?|is|are|was|were|did|does|do|can|could|to|name|list|software|security|system)\b)"
    r"(?P<updated>[^?]*\w)\ (?P<update>updates?)\W*\Z"
)
# "Is the strike over?", "Are they still in custody?": what is asked in the present changes.
STILL = (
    r"\A\W*(?:is|are|does|do|has|have)\ [^?]*\b(?<!\ba\ )(?<!\bthe\ )(?P<still>(?-i:still))\b"
    r"(?!\ (?:life|lifes|images?|photos?|pictures?|births?|waters?)\b)"
)
OVER = (
    r"\A\W*(?:is|are)\ (?P<over>[^?]+?)\ (?:(?:now|already|finally)\ )?"
    r"(?P<how>over|ongoing|under\ ?way|finished|settled|resolved)(?:\ (?:now|yet|already))?\W*\Z"
)
_STATUS = patterns.compile(
    rf"""(?:{NEWS} | {UPDATE} | {STILL} | {OVER})|\b(?:{GOES_ON} |
        {STATUS} | latest | newest | most\ recent(?:ly)? | recent\ (?:news|developments?)
      | so\ far | to\ date | as\ of\ (?:now|today) | right\ now | nowadays | at\ present | at\ the\ moment
      | currently | up\ to\ date
      | {CURRENT}
      | (?:any|an)?\ ?updates?\ (?:on|about|regarding)
      | what(?:'s|’s|\ is)\ (?:the\ )?(?:news|happening|new(?=\s*(?:\W*$|(?:with|on|about|in)\b)))
      | where\ (?:do|does|did)\ [^?]*\bstand{ALONE}
      | how\ (?:do|does)\ (?:things|matters|we|they|it)\ stand | how\ far\ (?:along|has|have)
      | (?:state\ of\ play) | what\ stage | progress\ (?:on|of|in|with|towards?)
      | how\ (?:is|are)\ [^?]*\b(?:progressing|going(?!\ to\b)|coming\ along|getting\ on)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_BECAME = patterns.compile(rf"\b(?:{BECAME})\b|{ENDED}", re.IGNORECASE)
# In lower case: at the end of a question "Pakistan Today" is a newspaper. "From 2019 to now" ends a time.
_NOW_AT_END = patterns.compile(r"(?<!\bto )(?<!\band )(?<!\buntil )(?<!\btill )\b(?:now|today)\W*$")
_YEAR = patterns.compile(r"(?<!\d)(?:1[5-9]|20)\d{2}(?!\d)")
_TIMELINE = patterns.compile(
    rf"""\b(?:
        time\s?line | chronolog(?:y|ical(?:ly)?) | sequence\ of\ events | step\ by\ step | course\ of\ events
      | over\ (?:time|the\ (?:years|months|weeks)) | {HISTORY}
      | how\ (?:has|have|did|had)\ [^?]*\b
        (?:evolved?|develop(?:ed)?|unfold(?:ed)?|(?P<changed>changed?)|progress(?:ed)?){ALONE}
      | trace\ (?:the|how) | from\ the\ beginning
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood. `since` and `until` are the window that the question itself speaks of.

    `form_words` ask for a status or a timeline, `dates` name a time. A date that is none, such as 31
    February, says nothing, but behind "as of" it would have restricted: `unread` are the words of an "as of"
    whose time cannot be read, `as_of_words` those of one that restricts.
    """

    intent: Intent
    form_words: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    as_of: dt.date | None = None
    unread: str | None = None
    as_of_words: str | None = None


def understand(question: str, *, today: dt.date) -> Understanding:
    """Intent and time of a question; "last year" and the like count from `today`."""
    dates: list[str] = []
    status = _STATUS.search(question) or _NOW_AT_END.search(question)
    timeline = _TIMELINE.search(question)
    intent: Intent = "timeline" if timeline else "status" if status else "fact"
    form_words = tuple(
        words.strip()
        for words in (timeline and timeline[0], status and status[status.lastgroup or 0])
        if words
    )
    as_of = as_of_words = None
    standpoint = standpoint_of(question, today=today)
    if standpoint is not None:
        # The bar keeps the words before and behind from making a time together.
        question = f"{question[: standpoint.start]}|{question[standpoint.end :]}"
    if standpoint is not None and standpoint.day is not None:
        as_of, as_of_words = standpoint.day, standpoint.words
        dates.append(standpoint.words)
        standpoint = unread_in(question)
    unread = standpoint.words if standpoint is not None else None
    # What was said of two months as of May is said of those before it.
    reading = partial(window_of, today=min(as_of or today, today), of_state=intent != "fact")
    window, proper = reading(question), proper_of(question)
    if proper != question and _YEAR.search(" ".join((own := reading(proper)).words)):
        # What leads up to it may tell of another time: "In 2019 the bank failed. Who bought it in 2021?"
        window = own
    dates.extend(window.words)
    if timeline and not status and timeline["changed"] and is_short((window.since, window.until)):
        # "How did the rate change in June?": by how much. What takes months has a course.
        intent, form_words = "fact", ()
    became = _BECAME.search(question)
    if intent == "fact" and became and not window.words:
        intent, form_words = "status", (became[became.lastgroup or 0].strip(),)
    return Understanding(
        intent, form_words, tuple(dates), window.since, window.until, as_of, unread, as_of_words
    )
