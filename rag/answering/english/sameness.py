"""Whether two sentences say the same: one fact that several articles tell, of which one is quoted.

Where it is not sure, they do not. To quote one fact twice costs a line; to name a source as saying what it
does not say costs the truth. So the words must be the same in the same order, but for a few that change
nothing and the time: any other word may, and in languages that are not known here all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rag import patterns
from rag.answering.english.subjects import TIMES, stem, word_set
from rag.turning import lacks_a_figure, turned

_WORD = patterns.compile(r"\w+")
# A sentence stands in a copy when the smaller set of words is, to this share, inside the larger.
_STANDS = 0.8
# They tell neither who did it, nor to whom, nor whether it is so. Other prepositions do: to, from, for, by.
_LIGHT = word_set(
    """
    a an the that which who this these those of in on at and also its his her their
    has have had do does did
    say says said saying tell tells told add adds added report reports reported state states stated
    announce announces announced according
    """
)


def says_the_same(one: str, other: str) -> bool:
    """Whether two sentences say the same; the one may tell a time that the other does not."""
    if one == other:
        return bool(_content(one))
    first, second = _content(one), _content(other)
    if not first or not second:
        return False
    own = set(first) ^ set(second)
    if not own <= TIMES or _in_order(first, second) != _in_order(second, first):
        return False
    return not (lacks_a_figure(one, other) or lacks_a_figure(other, one) or turned(one, other))


def stands_in_copy(sentence: str, other: str) -> bool:
    """Whether a sentence of an article's copy is this one of its original, edited: most words are the same,
    and none turns it. That the articles tell one story is known."""
    first, second = (frozenset(_WORD.findall(text.lower())) for text in (sentence, other))
    fewer, more = sorted((len(first), len(second)))
    if not fewer or len(first & second) < _STANDS * fewer or fewer < _STANDS * 0.5 * more:
        return False
    return not (lacks_a_figure(sentence, other) or lacks_a_figure(other, sentence) or turned(sentence, other))


def _content(text: str) -> list[str]:
    return [stem(word) for word in _WORD.findall(text.lower()) if word not in _LIGHT]


def _in_order(words: Sequence[str], other: Sequence[str]) -> list[str]:
    """The words that both sentences have once; a time may stand anywhere."""
    once, there = Counter(words), Counter(other)
    return [word for word in words if once[word] == there[word] == 1 and word not in TIMES]
