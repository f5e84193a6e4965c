"""The question in the words that were typed or pasted: once, and without what only leads up to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rag import patterns
from rag.answering.english.lexicon import ASKING, AUXILIARY, FUNCTION_WORDS, PLACES, TITLES
from rag.answering.english.stems import WORD, stem_of, stems_of
from rag.answering.english.subjects import TIMES, word_set

# What may stand where one copy ends and the next begins. Signs that a name or a number has are none of it.
_SEAM = " .,;:!?¿¡…\"'“”‘’«»()[]|/–—-"
_BETWEEN_TWO = " ,;:|/–—-"
_CLOSING = (".", "?", "!", "…")
# A name may be a word or two said again: "Duran Duran", "New York New York".
_FEWEST = 3
# What ends a sentence, a full stop only before a capital: "approx. five".
_END = patterns.compile(r"(?:[?!…]+|(?<!\.)\.+(?=[\"'”’)\]]*\s+[\"'“‘(\[]?[A-Z\d]))[\"'”’)\]]*\s+")
_LAST_WORD = patterns.compile(r"[\w.’'-]+$")
_INITIALS = patterns.compile(r"(?:[A-Za-z]\.)*[A-Za-z]")
_NO_END = TITLES | word_set("vs no nos rs jr inc ltd co corp mt dept govt approx est art sec")
# "I" before another verb may be a number: "World War I began".
_OF_WHO_ASKS = patterns.compile(
    r"\bI(?:[’'](?:m|ve|d|ll)|\s+(?:am|was|have|had|need|want|would|know|think|read|heard|saw|work|write|do"
    r"|can|could|will|hope|found|keep|just|also|believe|remember|understand))\b"
    r"|\b(?:me|[Mm]y|[Ww]e|[Oo]ur)\b"
)
# Where a name tells for whom or from where somebody asks: "I am writing for the Gazette".
_OF_THE_ASKER = patterns.compile(r"\b(?:for|at|from)\s+(?:the\s+|an?\s+)?\Z")
_POINTS_BACK = patterns.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|theirs?|this|that|these|those|there)\b", re.IGNORECASE
)
_SAYING_NOTHING = FUNCTION_WORDS | word_set(
    """am are be been being can could did do does doing had has have is may might shall should was were will
    would correct right true false really please thanks thank hello hi hey ok okay tell know question it's
    that's me us help need want"""
)
_ASKS_FOR = patterns.compile(rf"\W*{ASKING}\b", re.IGNORECASE)
# "My uncle is ill, what did the hospital say?": not "My uncle, who is ill, …", which goes on about him.
_TURNS_TO_ASK = patterns.compile(
    r"[,;:–—-]\s+(?:(?:and|so|but|now)\s+)?"
    rf"(?=how\s+(?:many|much)\b|(?:what|how|why|whose)\b(?:\s+[\w’'-]+){{0,3}}?\s+{AUXILIARY}"
    r"|(?:when|where|which|whom)\b(?:\s+[\w’'-]+){0,2}?\s+(?:do|does|did)\b|(?:who|which)\b[^,;:]*\?\W*\Z)",
    re.IGNORECASE,
)
_OPENS_ASKING = patterns.compile(rf"\W*(?:{ASKING}\b|{AUXILIARY})", re.IGNORECASE)
# So many words that mean something stand by themselves: "Is this true?" does not.
_FEWEST_MEANT = 2


def proper_of(question: str) -> str:
    """The question proper: the sentences that ask, without those that lead up to them.

    Where none has a question mark it is the last one that is not of who asks ("I am writing on …"). The whole
    question where it is one sentence, or where one that asks says too little to stand by itself.
    """
    sentences = [question[start:end] for start, end in sentences_in(question)]
    telling = [one for one in sentences if len(_meant(one)) >= _FEWEST_MEANT]
    short = [one for one in sentences if one not in telling]
    if any(_ASKS_FOR.match(one) or (_asks(one) and _meant(one)) for one in short):
        return question
    asking = [one for one in telling if _asks(one)]
    others = [one for one in telling if not _OF_WHO_ASKS.search(one)] or telling
    proper = asking or others[-1:]
    return " ".join(proper) if proper and len(sentences) > 1 else question


def leading_names(question: str) -> frozenset[str]:
    """The stems of the names that only stand in what leads up to the question proper, without those of who
    asks: what has none of them is of another matter."""
    proper = proper_of(question)
    if proper == question:
        return frozenset()
    asides = asides_in(question)
    return frozenset(
        stem_of(name.group())
        for start, end in sentences_in(question)
        if question[start:end] not in proper
        for name in _names(question, start, end)
        if not any(first <= name.start() < last for first, last in asides)
    ) - stems_of(proper)


def named_by_the_asker(question: str) -> tuple[str, ...]:
    """The names of `leading_names` in what is told of who asks, as they are written: they say what the
    question proper is about, and little else there does."""
    proper = proper_of(question)
    names = leading_names(question) if proper != question else frozenset()
    if not names:
        return ()
    found: list[tuple[int, int]] = []
    for start, end in sentences_in(question):
        if question[start:end] in proper or not _OF_WHO_ASKS.search(question, start, end):
            continue
        for name in _names(question, start, end):
            if stem_of(name.group()) not in names:
                continue
            if found and question[found[-1][1] : name.start()].isspace():
                found[-1] = (found[-1][0], name.end())
            else:
                found.append(name.span())
    return tuple(dict.fromkeys(question[start:end] for start, end in found))


def asides_in(question: str) -> list[tuple[int, int]]:
    """The parts of the question that only speak of who asks: no quote need have what they name.

    Their names are the asker's own behind "for", "at" and "from" alone, and not where the question proper
    points back to them ("We work for the bank. Who leads it?").
    """
    proper = proper_of(question)
    if proper == question:
        return []
    back = points_back(proper)
    asides: list[tuple[int, int]] = []
    for start, end in sentences_in(question):
        if question[start:end] in proper or not _OF_WHO_ASKS.search(question, start, end):
            continue
        rest, of_asker = start, -1
        for name in _names(question, start, end):
            told_for = _OF_THE_ASKER.search(question, start, name.start()) or of_asker == name.start() - 1
            if told_for and not back:
                of_asker = name.end()
                continue
            asides.append((rest, name.start()))
            rest = name.end()
        asides.append((rest, end))
    return [(start, end) for start, end in asides if start < end]


def names_in(question: str) -> list[str]:
    """The words that are written like names, but for times."""
    return [word.group() for word in _names(question, 0, len(question))]


def _names(question: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The words of a sentence that are written like names, but for times; the first one, which has a capital
    letter anyway, where it is a place or all in capitals."""
    for word in WORD.finditer(question, start, end):
        written, plain = word.group(), word.group().lower()
        capitals = written.isupper() and len(written) > 1
        first = not question[start : word.start()].strip(" \"'“‘(")
        named = plain not in _SAYING_NOTHING | TITLES or (capitals and plain in PLACES)
        if (
            written[0].isupper()
            and named
            and plain not in TIMES
            and (not first or capitals or plain in PLACES)
        ):
            yield word


def _asks(sentence: str) -> bool:
    return sentence.rstrip("\"'”’)]").endswith("?")


def sentences_in(question: str) -> list[tuple[int, int]]:
    """Where each sentence begins and ends, with its punctuation; what is told of who asks ends where it turns
    to asking."""
    return [part for start, end in _punctuated(question) for part in _turning(question, start, end)]


def _turning(question: str, start: int, end: int) -> list[tuple[int, int]]:
    speaks = _OF_WHO_ASKS.search(question, start, end)
    if speaks is None or _OPENS_ASKING.match(question, start, end):
        return [(start, end)]
    for turn in reversed(list(_TURNS_TO_ASK.finditer(question, speaks.end(), end))):
        told = question[start : turn.start()]
        # In what is quoted somebody else may turn so.
        if told.count("“") == told.count("”") and told.count('"') % 2 == 0:
            return [(start, turn.start() + 1), (turn.end(), end)]
    return [(start, end)]


def _punctuated(question: str) -> list[tuple[int, int]]:
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


def points_back(text: str) -> bool:
    """Whether a word of it stands for what was named before: "he", "this"."""
    return _POINTS_BACK.search(text) is not None


def says_something(text: str, *, at_least: int = 1) -> bool:
    """Whether it has a word, or so many, that mean something by themselves."""
    return len(_meant(text)) >= at_least


def _meant(sentence: str) -> set[str]:
    return {word.lower() for word in WORD.findall(sentence)} - _SAYING_NOTHING


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
