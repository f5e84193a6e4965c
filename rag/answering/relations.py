"""Which of the names in a passage a question means that asks by a relation: "the director of Aldri".

"Aldri is a film directed by Petter Naess and produced by Max Feld" names two people, and the one that stands
beside the word by which the question asks is meant. Only such words decide ("the director of", "directed
by"): any other word of the question stands beside names that it does not mean. Nothing is parsed: nearness
in the sentence decides, and where no such word stands in a sentence with a name, nothing is decided.

Where one is decided, the question can be asked of it: "where was the director of Aldri born" is "where was
Petter Naess born" for what tells of Petter Naess.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

from rag import patterns
from rag.answering.english.lexicon import FUNCTION_WORDS
from rag.answering.english.subjects import word_set
from rag.store import Word, fold, name_runs, without_qualifier, words_of

_SHORTEST = 4
# "The director of", "Aldri's director", "who directed" and "directed by"; in lower case, as names are not.
_W = rf"([a-z]{{{_SHORTEST},}})"
_RELATION = patterns.compile(
    rf"\b{_W}(?=\s+(?:of|by)\b)|[’']s\s+(?:\w+\s+){{0,2}}{_W}|\b(?:[Ww]ho|that|which)\s+(?:(?:is|was|were)\s+)?{_W}"
)
# "Director" and "directed", "composer" and "composed" begin alike to this share of the longer.
_ALIKE = 0.6
# A name so many words further off than the nearest stands as near: "Nils Lund of Oslo, the director".
_AS_NEAR = 3
# Each name between is a word more, so that no more of one side can be as near.
_MOST = _AS_NEAR + 1
# A comma parts more than a word does: "directed by Petter Naess, with music by Nils Lund".
_COMMA = 3

# "The director of the film" in front of "Aldri", and "’s director" behind it.
_BEFORE = patterns.compile(rf"\b[Tt]he\s+{_W}\s+(?:of|by)\s+(?:the\s+)?(?:[a-z-]+\s+){{0,2}}[\"“‘']?\Z")
_BEHIND = patterns.compile(rf"[\"”]?(?:\s\([^()]*\))?(?:[’']s|(?<=s)[’'])\s+{_W}(?![\w-])")
_THE = patterns.compile(r"\bthe \Z", re.IGNORECASE)
# Brackets and quotation marks belong to what they stand behind: "Aldri (1999 film)".
_CLOSING = patterns.compile(r"[\"”’']?(?:\s\([^()]*\))?")
# What is asked of several at once is asked of neither alone; of "Aldri's sequel" the director is another.
_GOES_ON = patterns.compile(r"[’']|\s*(?:,|&|\band\b|\bor\b)\s*[\"“]?[^\Wa-z_]")

# No name stands for what is measured or told of something.
_NO_NAME = word_set(
    """price cost rate value worth number share total amount level date time year place cause reason result
    outcome effect impact status size height length population area age part kind type case lack start
    beginning rise fall name title history future role"""
)

_WHO = patterns.compile(r"\W*whom?\b", re.IGNORECASE)
# "Who did the director of Aldri marry", "who is he married to": somebody else is asked for.
_OF_ANOTHER = patterns.compile(
    r"\A\W*whom?\s+(?:did|does|do)\b|\b(?:to|for|with|by|from|under|against|after)\W*\Z", re.IGNORECASE
)
# What else tells who stands in a relation: "a son of" names the father.
_CHILD, _MARRIED = word_set("son daughter child born"), word_set("wife husband married widow widower")
_TOLD_BY = {
    "father": _CHILD,
    "mother": _CHILD,
    "parent": _CHILD,
    "parents": _CHILD,
    "wife": _MARRIED,
    "husband": _MARRIED,
    "spouse": _MARRIED,
}
# Without another word nothing is asked of somebody but who he is.
_ASK_WHO = FUNCTION_WORDS | word_set(
    "is was were are be been do did does has have had name tell me whom whose"
)

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


def tells_who(question: str, sentences: Iterable[str]) -> bool:
    """Whether the sentences name who is asked for: "Who is the director of Aldri?" takes no second article.

    So where somebody is asked for by one relation and by nothing else, and a word for it stands there with
    another name than those of the question.
    """
    asked = _relations(question)
    if len(asked) != 1 or not _WHO.match(question) or _OF_ANOTHER.search(question):
        return False
    known = fold(question)
    return any(
        _kin(word.folded, asked[0]) or word.folded in _TOLD_BY.get(asked[0], ())
        for sentence in sentences
        if any(not _holds(known, _name(run)) for run in name_runs(sentence))
        for word in words_of(sentence)
    )


def stood_for(name: str, question: str, sentences: Sequence[str], *, title: str) -> str | None:
    """The words of the question that a folded name of the sentences stands for: "the director of Aldri".

    They stand below `title`, and what is asked about is named there or in it. None where the name stands to
    that in another relation, or in none that can be told.
    """
    decided: set[str] = set()
    for start, end in _known_spans(question, [title, *sentences]):
        relation, first, last = _around(question, start, end)
        if not relation or relation in _NO_NAME or relation in decided:
            continue
        decided.add(relation)
        nearest = [one for sentence in sentences for one in _beside([relation], question, sentence)]
        if any(_holds(one, name) or _holds(name, one) for one in nearest):
            return question[first:last] if _asks(question[:first] + question[last:]) else None
    return None


def _asks(rest: str) -> bool:
    """Whether anything is asked of somebody in these words, beside who it is."""
    return any(word.folded not in _ASK_WHO for word in words_of(rest))


def _known_spans(question: str, lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the question has a headline, the first of the lines, or a name that stands in one of them."""
    for whole in dict.fromkeys((lines[0], without_qualifier(lines[0]))):
        found = re.search(rf"(?<!\w){re.escape(whole)}(?!\w)", question, re.IGNORECASE) if whole else None
        if found:
            yield found.span()
    text = fold("\n".join(lines))
    for run in name_runs(question):
        if _holds(text, _name(run)):
            yield run[0].start, run[-1].end


def _around(question: str, start: int, end: int) -> tuple[str, int, int]:
    """The word by which a question asks for somebody through the name at `[start, end)`, folded, and where
    the words begin and end that ask for him; an empty word where there is none."""
    if owner := _BEHIND.match(question, end):
        article = _THE.search(question[:start])
        return fold(owner[1]), article.start() if article else start, owner.end()
    closing = _CLOSING.match(question, end)
    last = closing.end() if closing else end
    relation = None if _GOES_ON.match(question, last) else _BEFORE.search(question[:start])
    return (fold(relation[1]), relation.start(), last) if relation else ("", start, end)


def _nearest(question: str, sentence: str) -> list[str]:
    """The folded names nearest to each word of the sentence by which the question asks."""
    return _beside(_relations(question), question, sentence)


def _beside(asked: Sequence[str], question: str, sentence: str) -> list[str]:
    """The folded names of the sentence, but for those of the question, nearest to each of its words that is
    kin to one of those `asked` for."""
    known = fold(question)
    runs = [run for run in name_runs(sentence) if not _holds(known, _name(run))]
    if not runs:
        return []
    starts = [run[0].start for run in runs]
    found: dict[str, None] = {}
    for word in words_of(sentence):
        if not any(_kin(word.folded, one) for one in asked):
            continue
        # Farther on either side no name is nearer: a long list of them is not measured to its end.
        place = bisect_right(starts, word.start)
        sides = (reversed(runs[max(0, place - _MOST) : place]), runs[place : place + _MOST])
        measured = [(_name(run), _distance(sentence, word, run)) for side in sides for run in side]
        nearest = min(distance for _, distance in measured)
        found |= {name: None for name, distance in measured if distance <= nearest + _AS_NEAR}
    return list(found)


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
