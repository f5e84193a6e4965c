"""Whether what a sentence says of a time lies ahead or behind, by the verb that governs the place.

Rules over words, in English, with three outcomes: past, future, or not known. A verb that may look either
way ("was expected to", "agreed to meet") is not known, and neither is a place that no verb is near to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rag import patterns
from rag.answering.english.subjects import word_set

Tense = Literal["past", "future", "unclear"]

_IRREGULAR = word_set(
    """
    said told met held took gave made came went began broke built bought brought caught chose drew drove fell
    felt fought found flew grew heard kept knew laid led left lost paid ran rose saw sold sent shot sat spoke
    spent stood struck swore threw thought won wrote became sank sought withdrew
    """
)
_NO_VERB = word_set(
    "hundred sacred naked wicked unprecedented related based united armed alleged limited mixed detailed "
    "interested concerned aged unlimited"
)
_SCHEDULED = r"(?:expected|scheduled|set|due|planned|slated|supposed|likely|going|about|poised)"
_ADVERBS = r"(?:\s+(?:not|also|now|then|still|\w+ly))*"
# What opens the time itself is no verb: "will be on Friday".
_VERB = r"(?!(?:on|in|by|since|until)\b)[a-z]+"
# "To be officially opened": the verb is behind the adverb.
_BE = rf"(?:\s+be{_ADVERBS})?"
_ACTION = rf"{_BE}(?:\s+(?P<{{0}}>{_VERB}))?"
_PAST_WORD = rf"(?:[a-z]{{2,}}(?<!e)ed|{'|'.join(sorted(_IRREGULAR))})"
_PARTICIPLES = (
    "begun|taken|given|broken|fallen|risen|grown|chosen|driven|drawn|flown|known|sunk|sworn|written"
)
_CUE = patterns.compile(
    rf"""\b(?:
        (?P<future>
            (?:will|shall){_ADVERBS}{_ACTION.format("f1")}
          | would{_ADVERBS}(?:\s+have)?(?:\s+been)?{_BE}(?:\s+{_VERB})?
          | (?:is|are){_ADVERBS}\s+(?:{_SCHEDULED}\s+to|to){_ACTION.format("f2")}
          | (?:is|are|(?:has|have)\ been){_ADVERBS}\s+
            (?:scheduled|planned|due|set|slated|expected)\b(?!\s+up\b)
          | (?:plans?|hopes?|intends?|expects?|aims?)\s+to{_ACTION.format("f3")}
        )
      | (?P<unclear>
            (?:was|were|been|had){_ADVERBS}\s+(?:been\s+)?(?:{_SCHEDULED}\b(?:\s+to)?|to){_BE}(?:\s+{_VERB})?
          | {_SCHEDULED}\s+(?:for\b|to\b{_BE}(?:\s+{_VERB})?)
          | (?:planned|scheduled|slated|expected)\b
          | (?:may|might|could|can|should|must){_ADVERBS}{_BE}\s+{_VERB}
          | be{_ADVERBS}\s+{_VERB}
          # "Until a mayor is elected in June", "is being built": in the present, which may be either.
          | (?:is|are|am){_ADVERBS}(?:\s+being)?\s+(?:{_PAST_WORD}|{_PARTICIPLES})
          | to{_BE}\s+{_VERB}\b(?<!\ the)(?<!\ a)(?<!\ an)(?<!\ its)
        )
      | (?P<past>
            (?:was|were|did|had){_ADVERBS}(?:\s+been)?(?:\s+(?P<p1>{_PAST_WORD}))?
          | (?:has|have){_ADVERBS}(?:\s+been)?\s+(?P<p2>{_PAST_WORD}|been|{_PARTICIPLES})
          | (?P<p3>{_PAST_WORD})
        )
    )\b""",
    re.VERBOSE,
)
_ACTIONS = ("f1", "f2", "f3", "p1", "p2", "p3")
_REPORTING = patterns.compile(r"(?:said|told|added|announced|reported|confirmed|warned|stated|insisted)$")
# "Said in Moscow on Monday", but not "said the council meets on Monday".
_REPORTED_WHERE = patterns.compile(
    r"(?:\s+(?:here|reporters|journalists|parliament|lawmakers|late|early|"
    r"(?:in|at)\s+(?:an?\s+)?(?:[a-z]+\s+)?\w+))*\s*"
)
# A participle behind one of these is no verb of what happens: "the elected president", "will remain closed".
_BEFORE_NOUN = word_set(
    "the a an its his her their our newly recently of by for with this that these those any some more many "
    "all other no remain remains stay stays"
)
# "The talks led by Khan on Friday": who leads them says nothing of when. What he filed was filed then.
_LED_BY = patterns.compile(r"(?:led|chaired|headed|hosted|moderated|followed)\s+by\b")
# What a court fixes or a party calls for is often a day to come, and "on Friday" may be that of either.
_APPOINTING = patterns.compile(
    r"\b(?:fixed|rescheduled)\b|\b(?:called|summoned|invited)\b.*\bfor\b", re.DOTALL
)
_BOUNDARY = patterns.compile(r"[;:()—–\"“”]|[.!?]\s")
_SUBORDINATE = patterns.compile(
    r"\b(?:that|which|who|where|when|whether|after|before|while|if|until|because|and|but|as)\b", re.IGNORECASE
)
_RELATIVE = patterns.compile(
    r"\b(?:that|which|who|where|when|whether|after|before|while|if|until|because)\b", re.IGNORECASE
)
# What may stand before a time that opens a clause.
_OPENING = patterns.compile(
    r"\W*(?:(?:and|but|so|then|later|earlier|also|only|again|that|which|who)\s+)*", re.IGNORECASE
)
_FARTHEST = 8  # words between a verb and the time that it governs


@dataclass(frozen=True, slots=True)
class Cue:
    """A verb group `[start, end)` of a text, its tense, and what happens as a verb, if that is said."""

    start: int
    end: int
    tense: Tense
    action: str | None


# A word before a verb that makes it none is short.
_BESIDE = 60


def cues_of(text: str) -> list[Cue]:
    """The verb groups of a text, in order."""
    cues: list[Cue] = []
    for match in _CUE.finditer(text):
        tense: Tense = "future" if match["future"] else "past" if match["past"] else "unclear"
        words = match.group().split()
        if len(words) == 1:
            if not _is_verb(text, match.start(), words[0]):
                continue
            # "Is to be debated and voted on": the second verb is in the place of the first.
            joined = cues and text[cues[-1].end : match.start()].strip() == "and"
            if joined and cues[-1].tense != "past":
                tense = "unclear"
        action = next((match[name] for name in _ACTIONS if match[name]), None)
        cues.append(Cue(match.start(), match.end(), tense, action))
    return cues


def _is_verb(text: str, start: int, word: str) -> bool:
    before = re.search(r"([\w’'-]+)\s+$", text[max(0, start - _BESIDE) : start])
    if word in _NO_VERB or _LED_BY.match(text, start):
        return False
    return before is None or before[1].lower() not in _BEFORE_NOUN


def tense_at(text: str, start: int, end: int, *, cues: Sequence[Cue] | None = None) -> Tense:
    """The tense of the verb that governs `[start, end)` of a sentence.

    Who asks about many places of it reads its `cues` once.
    """
    cuts = list(_BOUNDARY.finditer(text))
    first = max((cut.end() for cut in cuts if cut.end() <= start), default=0)
    last = min((cut.start() for cut in cuts if cut.start() >= end), default=len(text))
    near = [
        cue for cue in (cues_of(text) if cues is None else cues) if cue.start >= first and cue.end <= last
    ]
    before = [cue for cue in near if cue.end <= start]
    after = [cue for cue in near if cue.start >= end]
    if before:
        cue = before[-1]
        gap = text[cue.end : start]
        if "," in gap:
            return _follows(after, text[cue.end : start], text, end, most=1)
        if _SUBORDINATE.search(gap) or len(gap.split()) > _FARTHEST:
            return "unclear"
        reported = _REPORTING.search(text[cue.start : cue.end])
        if reported and not _REPORTED_WHERE.fullmatch(gap):
            return "unclear"
        if cue.tense == "past" and _APPOINTING.search(text, cue.start, start):
            return "unclear"
        return cue.tense
    return _follows(after, text[first:start], text, end, most=_FARTHEST)


def _follows(after: list[Cue], head: str, text: str, end: int, *, most: int) -> Tense:
    """The tense of the first verb behind, when so few words at most are in between.

    `head` is what stands before the time without a verb that is known. It may hold one in the present: "the
    truce expires on Friday, officials said". So a comma keeps what is behind it apart, but for the one behind
    a time that opens its clause, and in "the strike that begins on Friday was called" the verb is another's.
    """
    if not after:
        return "unclear"
    gap = text[end : after[0].start]
    if _OPENING.fullmatch(head.rpartition(",")[2]):
        gap = gap.removeprefix(",")
    elif _RELATIVE.search(head):
        return "unclear"
    if "," in gap or _SUBORDINATE.search(gap) or len(gap.split()) > most:
        return "unclear"
    return after[0].tense
