"""Whether two sentences say the same: one fact that several articles tell, of which one is quoted.

Where it is not sure, they do not. To quote one fact twice costs a line; to name a source as saying what it
does not say costs the truth. So the words must be the same in the same order, and what only one of the two
has may add to what both say and not change it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set

from rag.answering.english.subjects import TIMES, stem, word_set
from rag.turning import is_past, lacks_a_figure, turned

_WORD = re.compile(r"\w+")
# They tell neither who did it, nor to whom, nor whether it is so. Other prepositions do: to, from, for, by.
_LIGHT = word_set(
    """
    a an the that which who this these those of in on at and also its his her their
    is are was were be been being has have had do does did
    say says said saying tell tells told add adds added report reports reported state states stated
    announce announces announced according
    """
)
# What is not so yet, is not known, or is not what the sentence itself says.
_OPEN = word_set(
    """
    will would shall may might could can should must if when whether unless until before ask asks asking
    question questions alleged allegedly reportedly apparently perhaps maybe possibly probably likely almost
    nearly plan plans planning expect expects hope hopes want wants propose proposes consider considers
    threaten threatens seek seeks demand demands urge urges claim claims believe believes fear fears
    suspect suspects deny denies refuse refuses reject rejects fail fails stop stops delay delays
    """
)
# So many times the words of the shorter one the longer may have.
_AS_LONG = 2


def says_the_same(one: str, other: str) -> bool:
    """Whether one of two sentences says what the other does, and no more than a detail beside it.

    A number or a name that only one gives is more than the other says, and so is a word on which both differ.
    """
    if one == other:
        return bool(_content(one))
    first, second = _content(one), _content(other)
    if not first or not second:
        return False
    own, others = set(first) - set(second), set(second) - set(first)
    if (own and others) or _in_order(first, second) != _in_order(second, first):
        return False
    shorter, longer = sorted((len(first), len(second)))
    if longer > _AS_LONG * shorter or _changes(own | others, f"{one} {other}"):
        return False
    return not (lacks_a_figure(one, other) or lacks_a_figure(other, one) or turned(one, other))


def _content(text: str) -> list[str]:
    return [stem(word) for word in _WORD.findall(text.lower()) if word not in _LIGHT]


def _in_order(words: Sequence[str], other: Sequence[str]) -> list[str]:
    """The words that both sentences have once; a time may stand anywhere."""
    once, there = Counter(words), Counter(other)
    return [word for word in words if once[word] == there[word] == 1 and word not in TIMES]


def _changes(own: Set[str], text: str) -> bool:
    """Whether a word of which `own` is the stem may change what is said: an action more, or a doubt."""
    words = {word for word in _WORD.findall(text.lower()) if word not in _LIGHT and stem(word) in own}
    return any(word in _OPEN or is_past(word) for word in words)
