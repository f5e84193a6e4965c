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
from rag.answering.english.lexicon import ASKING
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
_ASKS = patterns.compile(rf"\b{ASKING}\b", re.IGNORECASE)
_NEXT_WORD = patterns.compile(r"\s+([\w-]+)")
# What is named by its day: "26 April attack". Any other noun may stand behind a day in a row of keywords, of
# which none belongs to the next: "rupee close 26 april dollar".
_NAMED_BY_A_DAY = word_set(
    """
    accident accord accords act address agreement agreements anniversary appeal assault attack attacks ballot
    battle blast blasts blaze bomb bomber bombers bombing bombings bombs bridge broadcast celebration
    celebrations ceasefire ceremony clash clashes collapse commission committee conference constitution coup
    crackdown crash cyclone day deadline deal debate declaration decree demonstration demonstrations derby
    derailment disaster earthquake election elections eve event events explosion explosions festival fight
    final fire fixture flood floods function game genocide hearing holiday holidays hurricane incident
    incidents inquiry insurrection invasion judgement judgment killing killings landslide launch law lecture
    letter march massacre massacres match measures meet meeting memo memorandum memorial movement murder
    murders mutiny night offensive operation order outage parade party picnic plot poll polls procession
    proclamation protest protester protesters protests pogrom quake race raid raids rally rebellion
    referendum report resolution revolt revolution riot rioters riots road ruling score session shooting
    shootings show siege speech square stampede statement storm street strike strikes suicide suicides summit
    survivor survivors suspect suspects talks tragedy treaty trial truce tsunami unrest uprising verdict
    victim victims vigil violence visit vote voting war weekend
    """
)
# Words of a whole sentence, in which a day before a noun says which: "How is the 26 april trade seen?"
_OF_A_SENTENCE = patterns.compile(
    r"\b(?:the|an?|is|are|was|were|be|been|has|have|had|do|does|did|will|would|shall|should|can|could|may(?!\s+\d)"
    r"|might|must|that|this|these|those|their|its|his|her)\b(?<!\d\ may)(?<!\d(?:st|nd|rd|th)\ may)",
    re.IGNORECASE,
)
# In lower case; no other month is a word that stands behind or before a number.
_VERB_OR_NOUN = patterns.compile(r"\b(?:may|march)\b")
_THE_FIVE = patterns.compile(r"\b(?:the|all|these|those|our|their|its)\s+\d{1,2}\s+(?:may|march)\Z")
_LAST_WORD = patterns.compile(r"([\w’'-]+)\s+\Z")
# Behind these a number is no day: "covid-19 april cases", "season 5 april".
_NUMBERED = patterns.compile(
    r"(?:[-–—$€£₹#.,/]|\b(?:covid|corona|rs|usd|inr|lkr|no|nos|number|under|top|chapter|article|section|clause|phase"
    r"|round|stage|level|grade|class|type|version|season|series|episode|part|volume|day|week|windows|iphone|formula"
    r"|channel|platform|group|than|only|all|these|those|about|around|over|nearly|least|most|aged?)\.?\s*)\Z",
    re.IGNORECASE,
)
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


def stands_among_keywords(text: str, start: int, end: int) -> bool:
    """Whether a day `[start, end)` stands in a row of keywords, before a noun that is not named by it.

    No article, verb "to be" and the like stand in the question, nor a preposition before the day: "killed in
    26 April clashes".
    """
    behind, before = _NEXT_WORD.match(text[end : end + _LONGEST_WORD]), _LAST_WORD.search(text[:start])
    return (
        behind is not None
        and behind[1].islower()
        and behind[1] not in _NAMED_BY_A_DAY
        and not _ANOTHER_TIME.match(text[end : end + _LONGEST_WORD])
        and (before is None or before[1].lower() not in _NO_NOUN)
        and not _OF_A_SENTENCE.search(text)
    )


def ends_keywords(text: str, start: int, end: int) -> bool:
    """Whether a year `[start, end)` is the last of a row of keywords, and the only one in it.

    Nothing asks there, and no article, verb "to be" or the like makes a sentence of it. After a count, or a
    preposition, it is a number.
    """
    before = _LAST_WORD.search(text[:start])
    return (
        not text[end:].strip(" ?.!")
        and before is not None
        and not before[1][-1].isdigit()
        and before[1].lower() not in _NO_NOUN
        and len(text[:start].split()) > 1
        and not follows_a_count(text, start)
        and not _ANY_YEAR.search(text[:start])
        and not _OF_A_SENTENCE.search(text)
        and not _ASKS.search(text)
    )


def follows_a_count(text: str, start: int) -> bool:
    """Whether what stands before a number makes it one that is no day: "covid-19 april", "season 5 may"."""
    return _NUMBERED.search(text[max(0, start - _LONGEST_WORD) : start]) is not None


def is_a_word(text: str, start: int, end: int, *, opened: bool) -> bool:
    """Whether "5 may" or "5 march" in lower case may be a verb behind a number: "which of the 5 may win".

    At the end of what is said it is a day, and so are "may 5" behind a word that opens a time and "5 march"
    there or among keywords; "the 5 march" without the ending of an ordinal is not.
    """
    said = text[start:end]
    if not _VERB_OR_NOUN.search(said):
        return False
    if _THE_FIVE.search(text[max(0, start - _LONGEST_WORD) : end]):
        return True
    if _CLOSES.match(text, end):
        return False
    behind_its_day = said[0].isdigit()
    if opened:
        return behind_its_day and said.endswith("may")
    return not (behind_its_day and said.endswith("march") and stands_among_keywords(text, start, end))


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
    # Without the time itself: in "exports in May" is no verb.
    rest = f"{sentence[: start - first]}|{sentence[end - first :]}"
    return (
        of_state
        or "past" in tenses
        or _IS_TOLD.search(sentence) is not None
        or not ("future" in tenses or _PRESENT.search(rest))
    )


def may_be_of_another_year(text: str, today: dt.date) -> bool:
    """Whether the text names another year, or tells what recurs: then no time is of this one for sure."""
    years = {int(year) for year in _ANY_YEAR.findall(text)}
    return bool(years - {today.year}) or _RECURS.search(text) is not None
