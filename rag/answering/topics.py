"""What a question is about, without the words that only ask for the form of the answer.

"What is the latest on the gas pipeline" asks for the newest that is said of the gas pipeline. No article
says "the latest on": a cross-encoder that reads these words finds every sentence a little beside the point.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence

from rag import patterns
from rag.answering.english.lookback import stands_alone
from rag.answering.english.subjects import word_set
from rag.answering.english.times import time_spans
from rag.answering.understanding import (
    ALONE,
    BECAME,
    CURRENT,
    ENDED,
    GOES_ON,
    HISTORY,
    NEWS,
    OVER,
    STATUS,
    STILL,
    UPDATE,
)
from rag.types import Intent

_FRAME = patterns.compile(
    rf"""\b(?:
        (?:any\ |an\ )?updates?\ (?:on|about|regarding) | {NEWS} | {BECAME} | {GOES_ON}
      | what(?:'s|’s|\ is)\ (?:the\ )?(?:happening|news|new)\ (?:with|on|about|in)
      | state\ of\ play | {STATUS} | latest(?:\ news)?
      | newest | most\ recent(?:ly)? | currently | current\ (?:state|stage|situation)\ of | {CURRENT}
      | present(?=\ (?:status|state)) | so\ far | to\ date | up\ to\ date | as\ of\ now | right\ now
      | nowadays | at\ present | at\ the\ moment
      | time\s?line | chronolog(?:y|ical(?:ly)?) | sequence\ of\ events | course\ of\ events | step\ by\ step
      | {HISTORY} | over\ (?:time|the\ (?:years|months|weeks)) | from\ the\ beginning
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_HOW = patterns.compile(
    r"^\W*how\ (?:has|have|did|had|is|are)\ (?P<topic>.+?)\s+"
    rf"(?:(?:evolv|develop|unfold|chang|progress)\w*{ALONE}|(?:going|coming\ along|getting\ on)\b)"
    r"(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_WENT = patterns.compile(
    r"^\W*how\ (?:has|have|did|had)\ (?P<topic>.+?)\s+(?:go|gone|went|proceed(?:ed)?|come\ (?:about|to\ pass)"
    r"|play(?:ed)?\ out|turn(?:ed)?\ out|happen(?:ed)?|run)(?P<rest>\W*)$",
    re.IGNORECASE | re.DOTALL,
)
_STAND = patterns.compile(
    rf"^\W*(?:where|how)\ (?:do|does|did)\ (?P<topic>.+?)\s+stand{ALONE}(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_FINISHED = patterns.compile(f"{OVER}|{ENDED}|{UPDATE}", re.IGNORECASE)
_ASKED_STILL = patterns.compile(STILL, re.IGNORECASE)
_STILL = patterns.compile(r"\bstill\b", re.IGNORECASE)
_LEADING = word_set(
    "what what's what’s where how which is are was were do does did has have give tell show trace me things "
    "matters we it there the a an any of on about with in for to and now today"
)
_TRAILING = word_set("now today of on about with the")
_IN_CALENDAR = patterns.compile(rf"\d|\b(?:{'|'.join(calendar.month_name[1:])})\b", re.IGNORECASE)
# What is left of "what happened on 5 May".
_SAYING_NOTHING = _LEADING | word_set("happen happens happened going took take taken place else news events")
_STOPPED_TWICE = patterns.compile(r"([.?!])\.")
_SPACED = patterns.compile(r"\s+([,.;:?!])")
_TOKEN = patterns.compile(r"\w(?:[\w'’.-]*\w)?")
_WORD = patterns.compile(r"\w{3,}")
_DEVELOPS = patterns.compile(rf"\s+(?:evolv|develop|unfold|chang|progress)\w*{ALONE}", re.IGNORECASE)


def topic_of(question: str, intent: Intent, *, dates: Sequence[str] = ()) -> str:
    """The topic of a status or timeline question; a fact, or what has no other words, stays as it is.

    So does a question whose topic would lose a name: "US aid" is not aid. `dates` are the words in it that
    say a time, for which the ranking and the quotes are chosen anyhow: read as well, they would find the few
    passages that repeat them ("in 2024") and hold the others for beside the point.
    """
    if intent == "fact":
        return question
    times = _apart(question, dates)
    topic = _without(question, times)
    if match := _HOW.match(topic) or _WENT.match(topic) or _STAND.match(topic):
        topic = f"{match['topic']} {match['rest']}"
    elif match := _FINISHED.match(topic):
        topic = match["over"] or match["ended"] or match["updated"]
    elif _ASKED_STILL.match(topic):
        topic = _STILL.sub(" ", topic)
    topic = _bare(" ".join(_FRAME.sub(" ", topic).split()))
    if not _WORD.search(topic) or not _names(question, but=times) <= set(_TOKEN.findall(topic)):
        return question
    return topic


def without_times(question: str, dates: Sequence[str]) -> str:
    """The question without those of the `dates` that stand apart; as it is where it asks of nothing else.

    An article of 26 April 2024 seldom says so. "This week" and "on Friday" stay: articles say that as well.
    """
    rest = _without(question, _apart(question, filter(_IN_CALENDAR.search, dates)))
    rest = _STOPPED_TWICE.sub(r"\1", _SPACED.sub(r"\1", " ".join(rest.split()))).lstrip(" ,;")
    asks_of = {token.group().lower() for token in _TOKEN.finditer(_bare(rest))}
    return rest if asks_of - _SAYING_NOTHING else question


def _apart(question: str, dates: Iterable[str]) -> list[tuple[int, int]]:
    """Where times stand that tell when, and not which: "the March 2024 floods" are these floods."""
    return [
        (start, end)
        for start, end in time_spans(question, dates)
        if stands_alone(question, end) or _DEVELOPS.match(question, end)
    ]


def _without(question: str, spans: Sequence[tuple[int, int]]) -> str:
    """The question with a space in the place of each of its characters in the spans."""
    return "".join(
        " " if any(start <= place < end for start, end in spans) else character
        for place, character in enumerate(question)
    )


def _bare(topic: str) -> str:
    """Without the words that stand at the ends of a question only to ask it, unless they are written as
    names: "the A to Z plan", "Pakistan Today"."""
    tokens = list(_TOKEN.finditer(topic))
    first, last = 0, len(tokens)
    while first < last and _only_asks(tokens, first, _LEADING):
        first += 1
    while last > first and _only_asks(tokens, last - 1, _TRAILING):
        last -= 1
    return topic[tokens[first].start() : tokens[last - 1].end()] if first < last else ""


def _only_asks(tokens: Sequence[re.Match[str]], place: int, words: frozenset[str]) -> bool:
    word = tokens[place].group()
    if word == "us":
        return place > 0 and tokens[place - 1].group().lower() in {"give", "tell", "show"}
    return word.lower() in words and (place == 0 or word == word.lower())


def _names(question: str, *, but: Sequence[tuple[int, int]] = ()) -> set[str]:
    """The words that are written like names, without those of the times; the first one always is."""
    times = {token for start, end in but for token in _TOKEN.findall(question[start:end])}
    return {
        token.group()
        for token in list(_TOKEN.finditer(question))[1:]
        if token.group() != token.group().lower() and token.group() not in times
    }
