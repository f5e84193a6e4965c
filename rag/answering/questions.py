"""The question in the words that were typed or pasted: once, and without what only leads up to it."""

from __future__ import annotations

import re
from itertools import pairwise

from rag import patterns
from rag.answering.english.lexicon import FUNCTION_WORDS, TITLES
from rag.answering.english.subjects import word_set

# What may stand where one copy ends and the next begins. Signs that a name or a number has are none of it.
_SEAM = " .,;:!?¿¡…\"'“”‘’«»()[]|/–—-"
_BETWEEN_TWO = " ,;:|/–—-"
_CLOSING = (".", "?", "!", "…")
# A name may be a word or two said again: "Duran Duran", "New York New York".
_FEWEST = 3
# What ends a sentence, a full stop only before a capital: "approx. five".
_END = patterns.compile(r"(?:[?!…]+|\.+(?=[\"'”’)\]]*\s+[\"'“‘(\[]?[A-Z\d]))[\"'”’)\]]*\s+")
_LAST_WORD = patterns.compile(r"[\w.’'-]+$")
_INITIALS = patterns.compile(r"(?:[A-Za-z]\.)*[A-Za-z]")
_NO_END = TITLES | word_set("vs no nos rs jr inc ltd co corp mt dept govt approx est art sec")
_WORD = patterns.compile(r"\w+(?:[’'-]\w+)*")
# "I" before another verb may be a number: "World War I began".
_OF_WHO_ASKS = patterns.compile(
    r"\bI(?:[’'](?:m|ve|d|ll)|\s+(?:am|was|have|had|need|want|would|know|think|read|heard|saw|work|write|do"
    r"|can|could|will|hope|found|keep|just|also|believe|remember|understand))\b"
    r"|\b(?:me|[Mm]y|[Ww]e|[Oo]ur)\b"
)
_SAYING_NOTHING = FUNCTION_WORDS | word_set(
    """am are be been being can could did do does doing had has have is may might shall should was were will
    would correct right true false really please thanks thank hello hi hey ok okay tell know question it's
    that's"""
)
_ASKS_FOR = patterns.compile(r"\W*(?:who|whom|whose|what|which|when|where|why|how)\b", re.IGNORECASE)
# So many words that mean something stand by themselves: "Is this true?" does not.
_FEWEST_MEANT = 2


def proper_of(question: str) -> str:
    """The question proper: the sentences that ask, without those that lead up to them.

    Where none has a question mark it is the last one that is not of who asks ("I am writing on …"). The whole
    question where it is one sentence, or where too little would be left to stand by itself.
    """
    sentences = [question[start:end] for start, end in _sentences(question)]
    telling = [one for one in sentences if len(_meant(one)) >= _FEWEST_MEANT]
    if any(one not in telling and _ASKS_FOR.match(one) for one in sentences):
        return question
    asking = [one for one in telling if one.rstrip("\"'”’)]").endswith("?")]
    others = [one for one in telling if not _OF_WHO_ASKS.search(one)] or telling
    proper = asking or others[-1:]
    return " ".join(proper) if proper and len(sentences) > 1 else question


def asides_in(question: str) -> list[tuple[int, int]]:
    """Where sentences stand that only speak of who asks: no quote need have what they name."""
    proper = proper_of(question)
    return [
        (start, end)
        for start, end in _sentences(question)
        if question[start:end] not in proper and _OF_WHO_ASKS.search(question, start, end)
    ]


def _sentences(question: str) -> list[tuple[int, int]]:
    """Where each sentence begins and ends, with its punctuation."""
    found: list[tuple[int, int]] = []
    start = 0
    for end in _END.finditer(question):
        word = _LAST_WORD.search(question[start : end.start()])
        stop = question[end.start()] == "."
        if stop and word and (_INITIALS.fullmatch(word.group()) or word.group().lower() in _NO_END):
            continue
        found.append((start, start + len(question[start : end.end()].rstrip())))
        start = end.end()
    return [*found, (start, len(question))] if start < len(question) else found


def _meant(sentence: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(sentence)} - _SAYING_NOTHING


def once(question: str) -> str:
    """One of them, where the words of the question are two or more times the same sequence.

    Said again, a question asks nothing more, but all that holds its words would look the surer. Fewer than
    three different words are a question only where each copy is closed by its punctuation. Case counts
    nowhere, punctuation not where one copy meets the next. The first copy is kept. Words are parted by one
    space.
    """
    words = question.split(" ")
    # A sign that stands alone is no word; it goes with the one before it.
    starts = [place for place, word in enumerate(words) if word.strip(_SEAM)]
    for length in range(1, len(starts) // 2 + 1):
        if len(starts) % length:
            continue
        bounds = [*starts[::length], len(words)]
        copies = [" ".join(words[start:end]) for start, end in pairwise(bounds)]
        first = _bare(copies[0])
        whole = len(set(first.split())) >= _FEWEST or all(copy.endswith(_CLOSING) for copy in copies[:-1])
        if whole and all(_bare(copy) == first for copy in copies):
            return " ".join(words[: bounds[1]]).rstrip(_BETWEEN_TWO)
    return question


def _bare(copy: str) -> str:
    return copy.strip(_SEAM).casefold()
