"""Which of the names in a passage a question means that asks by a relation: "the director of Aldri".

"Aldri is a film directed by Petter Naess and produced by Max Feld" names two people, and the one that stands
beside the word by which the question asks is meant. Only such words decide ("the director of", "directed
by"): any other word of the question stands beside names that it does not mean. Nothing is parsed: nearness
in the sentence decides, and where no such word stands in a sentence with a name, nothing is decided.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

from rag import patterns
from rag.answering.english.lexicon import FUNCTION_WORDS
from rag.store import Word, fold, name_runs, words_of

_SHORTEST = 4
# "The director of", "Aldri's director", "who directed" and "directed by"; in lower case, as names are not.
_W = rf"([a-z]{{{_SHORTEST},}})"
_RELATION = patterns.compile(
    rf"\b{_W}(?=\s+(?:of|by)\b)|[’']s\s+(?:\w+\s+){{0,2}}{_W}|\b(?:who|that|which)\s+(?:(?:is|was|were)\s+)?{_W}"
)
# "Director" and "directed", "composer" and "composed" begin alike to this share of the longer.
_ALIKE = 0.6
# A name so many words further off than the nearest stands as near: "Nils Lund of Oslo, the director".
_AS_NEAR = 3
# A comma parts more than a word does: "directed by Petter Naess, with music by Nils Lund".
_COMMA = 3

_Run = Sequence[Word]


def meant(names: Iterable[str], question: str, sentences: Iterable[str]) -> set[str]:
    """Those of the folded `names` that stand nearest to a word by which the question asks, in a sentence.

    All of them where no other name than those of the question stands with such a word.
    """
    names = set(names)
    nearest = [name for sentence in sentences for name in _nearest(question, sentence)]
    if not nearest:
        return names
    return {name for name in names if any(_holds(one, name) or _holds(name, one) for one in nearest)}


def _nearest(question: str, sentence: str) -> list[str]:
    """The folded names nearest to each word of the sentence by which the question asks."""
    asked = _relations(question)
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


def _relations(question: str) -> list[str]:
    """The words by which a question asks for somebody or something through another, folded."""
    words = (word for match in _RELATION.finditer(question) for word in match.groups() if word)
    return [fold(word) for word in words if word not in FUNCTION_WORDS]


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
