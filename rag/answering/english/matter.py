"""What a text is about, by the words that it has in common with a topic."""

from __future__ import annotations

import functools
import re
from collections.abc import Set
from dataclasses import dataclass

from rag import patterns
from rag.answering.english.figures import figures_of
from rag.answering.english.lexicon import FUNCTION_WORDS, PLACES
from rag.answering.english.stems import WORD, parts_of, stem_of
from rag.answering.english.subjects import word_set

_NO_CONTENT = FUNCTION_WORDS | word_set("is are was were be been being do does did has have had")
# So many letters of two words are alike where they are forms of one: not of "interest" and "international".
_ALIKE_UP_TO = 6
# "It was the talk of the town." tells nothing that is new.
_FEWEST_WORDS = 9
_HOW_MUCH = patterns.compile(
    r"\b(?:prices?|costs?|fares?|fees|tariffs|rates?|wages?|salar(?:y|ies)|inflation|unemployment|exports|imports"
    r"|reserves|revenues?|profits?|earnings|output|(?<!court )cases|toll|infections|turnout|arrivals)\b",
    re.IGNORECASE,
)
# Places of two words, of which one by itself is none.
_TWO_WORDS = patterns.compile(
    r"\b(?:united (?:states|kingdom|nations)|sri lanka|new zealand|hong kong|costa rica|saudi arabia"
    r"|(?:north|south) (?:korea|africa)|new (?:york|delhi)|el (?:salvador|paso)|los angeles|san francisco"
    r"|puerto rico)\b",
    re.IGNORECASE,
)


def content_of(text: str) -> Set[str]:
    """How the words begin that say what it is about: "prices" as "price"."""
    words = {word.lower() for word in WORD.findall(text)} - _NO_CONTENT
    return {stem_of(part).rstrip("e")[:_ALIKE_UP_TO] for word in words for part in (word, *parts_of(word))}


@dataclass(frozen=True, slots=True)
class Matter:
    """What is asked about: the content of all its words, that of those apart from places (of all where there
    are no others), and whether it is asked how much something is."""

    words: Set[str]
    own: Set[str]
    how_much: bool

    @classmethod
    def of(cls, topic: str) -> Matter:
        words = content_of(topic)
        elsewhere = _places() | content_of(" ".join(_TWO_WORDS.findall(topic)))
        return cls(words, words - elsewhere or words, _HOW_MUCH.search(topic) is not None)

    def is_told_by(self, text: str, *, headline: str, best: str) -> bool:
        """Whether what opens an article tells a turn of the matter, and not of another one between the same
        parties.

        Below its headline it has half of the matter's own words, or most of those that the article's `best`
        sentence has; and figures, where that has them and it is asked how much: "prices will be revised" is
        no news to who asks how they went.
        """
        words = content_of(text)
        if len(text.split()) < _FEWEST_WORDS or not self.words & words:
            return False
        if self.how_much and figures_of(best) and not figures_of(text):
            return False
        told = self.own & (words | content_of(headline))
        wanted = self.own & content_of(best)
        return 2 * len(told & wanted) > len(wanted) or 2 * len(told) >= len(self.own)


@functools.cache
def _places() -> Set[str]:
    return content_of(" ".join(PLACES))
