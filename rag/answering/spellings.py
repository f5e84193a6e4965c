"""The same word in another spelling: accents left out, initials with dots or without, parts joined or not.

Nothing here is fuzzy: both spellings have the same letters and digits, but for accents and the ending.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from functools import cached_property

from rag import patterns
from rag.answering.english.stems import has_word, stem_of
from rag.store import Word, fold, is_short_word, words_of

# The words of "J. C. Roth".
_MOST_JOINED = 3
# What has fewer letters is joined of capitals alone: "J. D.", but not "is it".
_SHORTEST_JOINED = 4
_GAP = patterns.compile(r"(?:[.&/’'-]|\s){1,3}")
_POSSESSIVE = patterns.compile(r"[’']s?(?!\w)")


class Spellings:
    """The words of a question that its evidence has, however either spells them.

    It is read where a word is missing as it stands, which is rare.
    """

    def __init__(self, question: str, evidence: str) -> None:
        self._question = question
        self._evidence = evidence

    def has(self, word: re.Match[str]) -> bool:
        """Whether the evidence has this word of the question, or all that a hyphen joins in it, or what it
        makes with those beside it.

        Numbers are read by their values elsewhere: who says "25,000" does not say "25".
        """
        parts = ["".join(fold(part).split()) for part in word.group().split("-")]
        whole = "".join(parts)
        if whole.isdigit():
            return False
        if any(start <= word.start() and word.end() <= end for start, end in self._spans):
            return True
        if is_short_word(whole) and whole not in self._capitals:
            return False
        return has_word(self._stems, "-".join(parts)) or whole in self._stems or whole in self._joined

    @cached_property
    def _words(self) -> list[Word]:
        return words_of(self._evidence)

    @cached_property
    def _folded(self) -> Set[str]:
        return frozenset(word.folded for word in self._words)

    @cached_property
    def _stems(self) -> Set[str]:
        return self._folded | set(map(stem_of, self._folded))

    @cached_property
    def _capitals(self) -> Set[str]:
        """What stands in capitals throughout: "US" is not "us"."""
        text = self._evidence
        return {word.folded for word in self._words if text[word.start : word.end].isupper()}

    @cached_property
    def _joined(self) -> Set[str]:
        """What several names or initials of the evidence make: "met a" makes no "Meta"."""
        names = [word for word in self._words if _is_written_as_a_name(self._evidence, word)]
        return {joined for _, _, joined in _joined(self._evidence, names)}

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        """Where words of the question make one of the evidence, or what several of it make."""
        spans = []
        for start, end, joined in _joined(self._question, words_of(self._question)):
            if joined in self._folded or joined in self._joined:
                possessive = _POSSESSIVE.match(self._question, end)
                spans.append((start, possessive.end() if possessive else end))
        return spans


def _is_written_as_a_name(text: str, word: Word) -> bool:
    written = text[word.start : word.end]
    return not written[0].islower() and (len(written) == 1 or not is_short_word(word.folded))


def _joined(text: str, words: Sequence[Word]) -> Iterator[tuple[int, int, str]]:
    """`[start, end)` of two or three of a text's words that stand side by side, and the one that they make.
    Numbers make none."""
    for place, first in enumerate(words):
        made, before = first.folded, first
        for word in words[place + 1 : place + _MOST_JOINED]:
            gap = text[before.end : word.start]
            # A full stop ends a sentence, but behind an initial.
            ends = ". " in gap and len(before.folded) > 1
            if ends or not _GAP.fullmatch(gap):
                break
            made, before = made + word.folded, word
            names = len(made) >= _SHORTEST_JOINED or text[first.start : word.end].isupper()
            if names and not made.isdigit():
                yield first.start, word.end, made
