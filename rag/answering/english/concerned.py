"""What a verb group is about: the noun of what is done, begins or is put off.

Of a passive it stands before ("the bridge was opened"), of a verb with an object behind ("opened the
bridge"), else before again ("the talks began"). Only the last noun of its phrase counts: "the licences of
the port" are licences, and "the port traders" traders.
"""

from __future__ import annotations

from rag import patterns
from rag.answering.english.subjects import subject_of, word_set

_PASSIVE = patterns.compile(r"\b(?:is|are|was|were|be|been|being)\b")
_BEHIND_PASSIVE = patterns.compile(
    r"\b(?:is|are|was|were|be|been|being)\s+(?:(?:again|also|now|\w+ly)\s+)*\Z"
)
_CLAUSE = patterns.compile(r"[,;:()—–“”\"]|\b(?:that|which|who)\b")
_WORD_OR_MARK = patterns.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*|[^\w\s]")
_ENDS_PHRASE = word_set(
    """of in on at to for from with without by about over under after before during until since against among
    amid near between into through across towards upon within as because if when while where which that who
    whose and or but than despite following ahead along behind via per off up out down"""
)


def concerned(text: str, start: int, end: int) -> str | None:
    """The stem of the noun that the verb group `[start, end)` is about; None where no phrase tells it."""
    passive = _PASSIVE.search(text[start:end]) or _BEHIND_PASSIVE.search(text[:start])
    noun = None if passive else _noun_of(text[end:])
    clause = max((cut.end() for cut in _CLAUSE.finditer(text, 0, start)), default=0)
    return noun or _noun_of(text[clause:start])


def _noun_of(text: str) -> str | None:
    noun = None
    for match in _WORD_OR_MARK.finditer(text):
        word = match.group()
        if word.lower() in _ENDS_PHRASE or not word[0].isalnum():
            break
        stems = subject_of(word).words
        if stems and not word.endswith("ly"):
            noun = min(stems)
    return noun
