"""When a later article tells what became of what an earlier one planned.

"The port deal will be signed this week" is superseded by "the port deal was signed on Friday" and by "the
signing of the port deal has been postponed". Both must speak of the same thing in the same words, both must
be dated to the day, and the later must not tell of another time or another edition. What happened or was put
off must be what was planned: who cancels licences of the port that was to be sold puts off no sale. Repeating
the plan, approving of it or saying something else of the subject supersedes nothing.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag import patterns
from rag.answering.english.concerned import concerned
from rag.answering.english.statements import Statement
from rag.answering.english.subjects import points_back, stem, subject_of, word_set
from rag.answering.english.tenses import Tense, cues_of

_CHANGED = patterns.compile(
    r"(?<!to be )(?<!had been )(?<!will be )(?<!would be )(?<!could be )(?<!may be )\b"
    r"(?:postponed|delayed|cancell?ed|scrapped|abandoned|suspended|shelved|rescheduled|called\s+off|pushed\s+back|put\s+off|collapsed)\b",
    re.IGNORECASE,
)
_DOUBT = patterns.compile(
    r"\b(?:not|no|never|neither|nor|without|denied|denies|if|unless|whether|could|(?-i:may)|might|almost|nearly|"
    r"hop(?:e|es|ed))\b|n[’']t\b",
    re.IGNORECASE,
)
# What these say of a subject says nothing of what happens to it.
_NO_ACTION = frozenset(
    stem(word)
    for word in word_set(
        "be have get go come make take give say see continue remain help need want become keep focus expect "
        "include consider look seek try allow like also mean depend support work provide serve play"
    )
)
_NUMBERED = patterns.compile(
    r"\b\d+(?:st|nd|rd|th)\b|\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|"
    r"phases?|stages?|sections?|segments?|tranches?|terminals?|legs?|rounds?|instal+ments?)\b",
    re.IGNORECASE,
)
_PLANNING = frozenset(
    map(stem, word_set("plan expect schedule set due hope aim intend slate minister official say"))
)
# What calls the plan by no more than that.
_A_PLAN = frozenset(map(stem, word_set("plan scheme proposal idea")))
_STEM = 5  # letters that "minister" and "ministry" begin with
_SAME = 0.75  # share of the shorter sentence's words that are in the longer
_FEWEST = 3  # words in common, what happens among them
# How long after its time the same words still tell of a plan: after a day or a week, after a longer time or
# the announcement of a plan without one, and after such an announcement that it is off.
_WEEK = dt.timedelta(7)
_SOON, _BEHIND, _UNDATED = dt.timedelta(14), dt.timedelta(60), dt.timedelta(120)


def supersedes(later: Statement, earlier: Statement) -> bool:
    """Whether the later statement tells what became of the plan in the earlier one."""
    if earlier.day is None or later.day is None or not earlier.day < later.day:
        return False
    plan, event = earlier.said, later.said
    vague = _DOUBT.search(plan) or "?" in plan + event or points_back(plan) or points_back(event)
    planned = [] if vague else _planned(plan)
    told = later.times()[1]  # as long as `event`, with spaces for days, so that none passes for a thing
    if planned and (changed := _CHANGED.search(event)) and not _CHANGED.search(plan):
        # Who cancels a thing often names it alone, without what was to happen to it.
        same = _same(plan, _CHANGED.sub(" ", event), fewest=_FEWEST - 1)
        off = concerned(told, *changed.span())
        put_off = off in _A_PLAN or any(
            _is_one(off, one.action) or _is_one(off, one.thing) for one in planned
        )
        return same and put_off and _fits(earlier, later, undated=_UNDATED)
    done = [
        other
        for one in planned
        for other in _happened(told)
        if one.action == other.action and _is_one(one.thing, other.thing)
    ]
    if not done or not _same(plan, event, fewest=_FEWEST):
        return False
    own = _own(event, plan)
    if own and _own(plan, event):
        return False  # the strike at the port is not the one at the airport
    if any(own & subject_of(_before(told, deed.start)).words for deed in done):
        return False  # the trial of his brother is not his own
    # What the plan still lies ahead of is something else.
    begun = all(first <= later.day for first, _ in earlier.times()[0])
    return begun and _fits(earlier, later, undated=_BEHIND)


def _same(plan: str, event: str, *, fewest: int) -> bool:
    """Whether both speak of one thing: most words of the shorter, no name and no ordinal of its own each."""
    before, after = subject_of(plan), subject_of(event)
    if before.contradicted_by(after) or len(before.words & after.words) < fewest:
        return False
    if not before.names & after.names:
        return False
    return before.shared(after) >= _SAME and _parts(plan) == _parts(event)


def _own(text: str, other: str) -> set[str]:
    """The words of a sentence of which the other has no form, but for those that tell of planning."""
    words, others = subject_of(text).words, subject_of(other).words
    return {
        word
        for word in words - others - _PLANNING
        if not any(one[:_STEM] == word[:_STEM] for one in others if len(one) >= _STEM)
    }


@dataclass(frozen=True, slots=True)
class _Deed:
    """What is done, and the noun that it is done to or that does it, as stems; where its verb stands."""

    action: str
    thing: str | None
    start: int


def _planned(text: str) -> list[_Deed]:
    """What a sentence says will happen."""
    return list(_deeds(text, "future"))


def _happened(text: str) -> list[_Deed]:
    """What a sentence says has happened; nothing where it denies or doubts, or where it still lies ahead."""
    if _DOUBT.search(text):
        return []
    ahead = {deed.action for deed in _deeds(text, "future")}
    return [deed for deed in _deeds(text, "past") if deed.action not in ahead]


def _deeds(text: str, tense: Tense) -> Iterator[_Deed]:
    for cue in cues_of(text):
        if cue.tense == tense and cue.action and (action := stem(cue.action)) not in _NO_ACTION:
            yield _Deed(action, concerned(text, cue.start, cue.end), cue.start)


def _before(text: str, verb: int) -> str:
    """What stands before a verb in its clause."""
    return re.split(r"[,;:]", text[:verb])[-1]


def _is_one(one: str | None, other: str | None) -> bool:
    """Whether two stems are of one word: "complete" and "completion"."""
    return one is not None and other is not None and one[:_STEM] == other[:_STEM]


def _fits(earlier: Statement, later: Statement, *, undated: dt.timedelta) -> bool:
    """Whether the later can tell of what the earlier plans: not of a time before it, nor long behind it."""
    assert earlier.day is not None
    assert later.day is not None
    if any(last < earlier.day for _, last in later.times()[0]):
        return False
    planned = earlier.times()[0]
    if not planned:
        return later.day <= earlier.day + undated
    first, last = max(planned, key=lambda days: days[1])
    return later.day - last <= (_SOON if last - first <= _WEEK else _BEHIND)


def _parts(text: str) -> frozenset[str]:
    """The 23rd summit is not the 24th, and a phase of a line is not the line."""
    return frozenset(match.group().lower() for match in _NUMBERED.finditer(text))
