"""Names: which ones an article is about, and which ones a text mentions.

They are learned from the articles themselves, without a list of names: an article is about what its title
says whole ("Lothair II") and about each name in its headline that its own text writes as a name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

# A longer title is a sentence about something and not the name of it.
LONGEST_NAME = 8
_WORD = re.compile(r"\w+(?:[’'.&-]\w+)*")
_QUALIFIER = re.compile(r"\s*\([^()]*\)\s*\Z")
_SENTENCE_END = re.compile(r"[.!?:;…\n]\W*\Z")
# Words that are no name alone or together.
_NO_NAME = frozenset(
    """
    a an the of in on at to for and or but by with from as is are was were be been it its he she his her they
    their them this that these those not no new who what when where why how i we you us our all one two first
    last more most some any than then there here so if mr mrs ms dr
    """.split()  # noqa: SIM905 - a list of seventy strings is not easier to read
)


def fold_name(text: str) -> str:
    """A name as it is compared: words in lower case, without accents, possessives and punctuation."""
    plain = unicodedata.normalize("NFKD", text)
    letters = "".join(character for character in plain if not unicodedata.combining(character))
    return " ".join(_folded(match.group()) for match in _WORD.finditer(letters))


def subjects_of(title: str, text: str) -> tuple[str, ...]:
    """The folded names that an article is about, in ascending order.

    The whole title, without the brackets at its end too, unless it is longer than a name; and those names
    of the text that stand in the title word by word.
    """
    wholes = (fold_name(title), fold_name(_QUALIFIER.sub("", title)))
    found = {whole for whole in wholes if _may_be_name(whole)}
    headline = f" {wholes[0]} "
    for run in _runs(text):
        name = fold_name(run)
        if f" {name} " in headline and _may_be_name(name):
            found.add(name)
    return tuple(sorted(found))


def spellings(text: str) -> Iterator[list[str]]:
    """For each word of the text that may begin a name, the folded names it may be the beginning of.

    Longest first, of at most `LONGEST_NAME` words. A name begins with a capital letter or a digit.
    """
    words = [match.group() for match in _WORD.finditer(unicodedata.normalize("NFC", text))]
    folded = [fold_name(word) for word in words]
    for first, word in enumerate(words):
        if word[0].isupper() or word[0].isdigit():
            spans = (folded[first:last] for last in range(min(len(words), first + LONGEST_NAME), first, -1))
            names = (" ".join(filter(None, span)) for span in spans)
            yield [name for name in names if _may_be_name(name)]
        else:
            yield []


def _runs(text: str) -> Iterator[str]:
    """Words with a capital letter that follow each other, where no sentence begins with them."""
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(text):
        joined = run and text[run[-1].end() : match.start()] == " "
        if run and not (joined and match.group()[0].isupper()):
            yield text[run[0].start() : run[-1].end()]
            run = []
        if not match.group()[0].isupper():
            continue
        if run or not (
            match.start() == 0 or _SENTENCE_END.search(text, max(0, match.start() - 4), match.start())
        ):
            run.append(match)
    if run:
        yield text[run[0].start() : run[-1].end()]


def _may_be_name(name: str) -> bool:
    words = name.split()
    return (
        0 < len(words) <= LONGEST_NAME
        and len(name) > 2
        and not name.isdigit()
        and any(word not in _NO_NAME for word in words)
    )


def _folded(word: str) -> str:
    return word.lower().replace("’", "'").removesuffix("'s")
