"""Whether words such as "in March" or "on Friday" name a time that a question looks back at.

They may as well belong to a name ("in April Jones's book", "since the October 7 attack"), tell what recurs
("on every Friday", "What is the rainfall in July?") or lie ahead ("What opens in March?"). Rules over words,
in English; where they leave a doubt, it is no such time.
"""

from __future__ import annotations

import datetime as dt
import re

from rag import patterns
from rag.answering.english.dates import MONTH
from rag.answering.english.subjects import word_set
from rag.answering.english.tenses import cues_of, tense_at
from rag.answering.english.times import WEEKDAY

# A noun behind a time makes it an attribute: "in March elections". Only what surely is none may stand there.
_NO_NOUN = word_set(
    """
    a about above according across after against all alone along alongside also amid among an and any around
    as at be because been before being behind between but by can could did do does due during even except
    following for from had has have he her here his how if in inside instead into is it its just last like
    might must my near no not off on only onto onward onwards or our over per regarding shall she should
    since so such than that the their there these they this those though to too toward towards under unless
    up upon via was we were what when where whether which while who whom whose why will with within without
    would you
    """
)
_NEXT_WORD = patterns.compile(r"\s+([\w-]+)")
# What is between two times is read as such or not at all: "in March or April", "on Friday and Saturday".
_ANOTHER_TIME = patterns.compile(
    rf",?\s*(?:\b(?:and|or|to|through|until|till)\b|[-–—/])?\s*(?:early\s+|late\s+|mid[\s-])?"
    rf"(?:(?:the\s+)?\d|(?:{MONTH}|{WEEKDAY})\b)",
    re.IGNORECASE | re.ASCII,
)
_CLOSES = patterns.compile(r"\s*(?:$|[,;:?!)\]}|\"”]|[’'](?!s\b)|\.(?!\d)|[—–](?!\d)|\s-\s)")
_RECURS = patterns.compile(
    r"\b(?:every|each)\s+(?:year|month|week|weekend|day|morning|night|(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?\b"
    r"|\bevery\s+\d|\b(?:usually|typically|normally|traditionally|annually|always)\b"
    r"|\bsame\s+(?:day|week|month|year)\b|\b(?:birth|name)days?\b",
    re.IGNORECASE,
)
_WITHIN_SENTENCE = patterns.compile(r"[\w,;’']\s+\Z")
_BORN = patterns.compile(r"\bborn\s+\Z", re.IGNORECASE)
# "The three months ending June 30" are more than that day.
_ENDED = patterns.compile(r"\b(?:end(?:s|ed|ing)|through)\s+(?:on\s+)?\Z", re.IGNORECASE)
_PRESENT = patterns.compile(
    r"\b(?:is|are|am|do|does|may|might|can|could|should|must|shall)\b"
    r"|\b(?:what|who|where|how|when)[’']s\b",
    re.IGNORECASE,
)
_IS = patterns.compile(r"\b(?:is|are)\s+(?:\w+ly\s+)?\Z", re.IGNORECASE)
# What is known or said now is of what was: "What is known of the blast on 4 March?"
_IS_TOLD = patterns.compile(
    r"\b(?:is|are)\s+(?:\w+ly\s+)?"
    r"(?:known|said|told|reported|believed|thought|alleged|accused|suspected|blamed|charged|wanted)\b",
    re.IGNORECASE,
)
_SENTENCE_ENDS = patterns.compile(r"[.?!;]\s")
_ANY_YEAR = patterns.compile(r"(?<![\d,.])(?:1[5-9]|20)\d\d(?!\d|,\d)")
_LONGEST_WORD = 60
# As far from a time, in characters, its verb is looked for.
_FARTHEST = 300


def stands_alone(text: str, end: int) -> bool:
    """Whether a time that ends there is no part of a name: a mark, or a word that is no noun, comes next."""
    behind = text[end : end + _LONGEST_WORD]
    if _ANOTHER_TIME.match(behind):
        return False
    word = _NEXT_WORD.match(behind)
    return (word is not None and word[1] in _NO_NOUN) or _CLOSES.match(behind) is not None


def is_of_a_title(text: str, start: int) -> bool:
    """Whether what begins there is quoted, or has a capital inside a sentence: "directed Before August"."""
    before = text[max(0, start - _FARTHEST) : start]
    quoted = before.count('"') % 2 == 1 or before.rfind("“") > before.rfind("”")
    return quoted or (text[start].isupper() and _WITHIN_SENTENCE.search(before) is not None)


def looks_back(text: str, start: int, end: int, *, of_state: bool) -> bool:
    """Whether the verb there leaves the time `[start, end)` behind, as far as the words say.

    What is asked of a state (“the status of … in March”) is asked in the present.
    """
    before = text[:start]
    if _BORN.search(before[-_LONGEST_WORD:]) or _ENDED.search(before[-_LONGEST_WORD:]):
        return False
    nearest = max(0, start - _FARTHEST)
    first = max((cut.end() for cut in _SENTENCE_ENDS.finditer(before, nearest)), default=nearest)
    cut = _SENTENCE_ENDS.search(text, end, end + _FARTHEST)
    sentence = text[first : cut.start() if cut else end + _FARTHEST]
    if tense_at(sentence, start - first, end - first) == "future":
        return False
    # "Are headed", "is accused": what was done may lie ahead.
    cues = [cue for cue in cues_of(sentence) if not _IS.search(sentence[: cue.start][-_LONGEST_WORD:])]
    tenses = {cue.tense for cue in cues}
    return (
        of_state
        or "past" in tenses
        or _IS_TOLD.search(sentence) is not None
        or not ("future" in tenses or _PRESENT.search(sentence))
    )


def may_be_of_another_year(text: str, today: dt.date) -> bool:
    """Whether the text names another year, or tells what recurs: then no time is of this one for sure."""
    years = {int(year) for year in _ANY_YEAR.findall(text)}
    return bool(years - {today.year}) or _RECURS.search(text) is not None
