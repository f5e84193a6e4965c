"""Which of the names in a passage a question means that asks by a relation: "the director of Aldri".

"Aldri is a film directed by Petter Naess and produced by Max Feld" names two people, and the one that stands
beside the word of the question is meant. Nothing is parsed: nearness in the sentence decides, and where no
word of the question stands in a sentence with a name, nothing is decided.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

from rag.answering.english.lexicon import FUNCTION_WORDS
from rag.store import Word, fold, name_runs, words_of

_SHORTEST = 4
# "Director" and "directed", "composer" and "composed" begin alike to this share of the longer.
_ALIKE = 0.6
# A name so many words further off than the nearest stands as near: "Nils Lund of Oslo, the director".
_AS_NEAR = 3
# A comma parts more than a word does: "directed by Petter Naess, with music by Nils Lund".
_COMMA = 3

_Run = Sequence[Word]


def meant(names: Iterable[str], question: str, sentences: Iterable[str]) -> set[str]:
    """Those of the folded `names` that stand nearest to a word of the question in one of the sentences; all
    of them where no other name than those of the question stands with such a word."""
    names = set(names)
    nearest = [name for sentence in sentences for name in _nearest(question, sentence)]
    if not nearest:
        return names
    return {name for name in names if any(_holds(one, name) or _holds(name, one) for one in nearest)}


def _nearest(question: str, sentence: str) -> list[str]:
    """The folded names nearest to each word of the sentence that the question has."""
    asked = [word.folded for word in words_of(question) if _asks(question[word.start : word.end])]
    known = fold(question)
    runs = [run for run in name_runs(sentence) if not _holds(known, _name(run))]
    if not runs:
        return []
    found = []
    for word in words_of(sentence):
        if not any(_kin(word.folded, one) for one in asked):
            continue
        distances = [_distance(sentence, word, run) for run in runs]
        nearest = min(distances)
        found += [
            _name(run)
            for run, distance in zip(runs, distances, strict=True)
            if distance <= nearest + _AS_NEAR
        ]
    return found


def _asks(word: str) -> bool:
    """Whether a word of the question may say what is asked: it is no name and no function word."""
    return len(word) >= _SHORTEST and word.islower() and word not in FUNCTION_WORDS


def _kin(word: str, other: str) -> bool:
    """Whether two words are the same, or begin alike as forms of one do."""
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(word, other, strict=False)))
    return word == other or (same >= _SHORTEST and same >= _ALIKE * max(len(word), len(other)))


def _distance(sentence: str, word: Word, run: _Run) -> int:
    """In words between the word and the run, a comma counting for several."""
    before, behind = sorted(((word.start, word.end), (run[0].start, run[-1].end)))
    between = sentence[before[1] : behind[0]]
    return len(between.split()) + _COMMA * between.count(",")


def _name(run: _Run) -> str:
    return " ".join(word.folded for word in run)


def _holds(text: str, name: str) -> bool:
    """Whether a folded text has a folded name word by word."""
    return re.search(rf"(?<!\S){re.escape(name)}(?!\S)", text) is not None
