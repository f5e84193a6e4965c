"""What a text is about, by the words that it has in common with a topic."""

from __future__ import annotations

import functools
from collections.abc import Set

from rag.answering.english.figures import figures_of
from rag.answering.english.lexicon import FUNCTION_WORDS, PLACES, TIMES
from rag.answering.english.stems import WORD, parts_of, stem_of
from rag.answering.english.subjects import word_set

_NO_CONTENT = FUNCTION_WORDS | word_set("is are was were be been do does did has have had")
# So many letters of two words are alike where they are forms of one: not of "interest" and "international".
_ALIKE_UP_TO = 6
# "It was the talk of the town." tells nothing that is new.
_FEWEST_WORDS = 9
# What is asked about may be how much it is.
_AMOUNTS = """
    price prices cost costs fare fares fee fees tariff tariffs tax taxes rate rates wage wages salary salaries
    inflation unemployment growth exports imports reserves revenue profit profits earnings sales output
    production debt deficit arrivals cases deaths toll casualties infections population temperature turnout
"""


def content_of(text: str) -> Set[str]:
    """How the words begin that say what it is about: "prices" as "price"."""
    words = {word.lower() for word in WORD.findall(text)} - _NO_CONTENT
    return {stem_of(part).rstrip("e")[:_ALIKE_UP_TO] for word in words for part in (word, *parts_of(word))}


def is_news(text: str, *, headline: str, best: str, about: Set[str]) -> bool:
    """Whether what opens an article tells a turn of the matter (`about` is the content of its topic), and not
    of another matter between the same parties.

    Below its headline it has half of its words, those of places apart, or most of those that the article's
    `best` sentence has; and figures, where that has them and they are asked about: "prices will be revised"
    is no news to who asks how they went.
    """
    words = content_of(text)
    if len(text.split()) < _FEWEST_WORDS or not about & words:
        return False
    if about & _amounts() and figures_of(best) and not figures_of(text):
        return False
    matter = about - _places() or about
    told = matter & (words | content_of(headline))
    wanted = matter & content_of(best)
    return 2 * len(told & wanted) > len(wanted) or 2 * len(told) >= len(matter)


def tells_the_same(one: str, other: str, *, about: Set[str]) -> bool:
    """Whether half of the words that the shorter of two texts has, beside those of the matter and of times,
    are the other's as well. What gives other figures tells something else: it may contradict."""
    words, of_other = (content_of(text) - about - _times() for text in (one, other))
    figures = [frozenset((figure.value, figure.unit) for figure in figures_of(text)) for text in (one, other)]
    differ = all(figures) and figures[0] != figures[1]
    return not differ and 2 * len(words & of_other) >= min(len(words), len(of_other))


@functools.cache
def _amounts() -> Set[str]:
    return content_of(_AMOUNTS)


@functools.cache
def _times() -> Set[str]:
    return content_of(" ".join(TIMES))


@functools.cache
def _places() -> Set[str]:
    return content_of(" ".join([*PLACES, "United States", "United Kingdom"]))
