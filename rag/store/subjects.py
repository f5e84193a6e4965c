"""Which names an article is about, and which ones a text may mention.

They are learned from the articles themselves, without a list of names: an article is about what its title
says whole ("Lothair II") and about each name in its headline that its own text writes as a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.store.names import Word, fold, words_of

# A longer title is a sentence about something and not the name of it.
LONGEST_SUBJECT = 8
_QUALIFIER = re.compile(r"\s*\([^()]*\)\s*\Z")
_SENTENCE_END = re.compile(r"[.!?:;…\n]\W*\Z")
# Words that are no name alone or together.
_NO_NAME = frozenset(
    """
    a an the of in on at to for and or but by with from as is are was were be been it its he she his her they
    their them this that these those not no new who what when where why how i we us you our all one two first
    last more most some any than then there here so if mr mrs ms dr
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december
    """.split()  # noqa: SIM905 - a list of ninety strings is not easier to read
)


def subjects_of(title: str, text: str) -> tuple[str, ...]:
    """The folded names that an article is about, in ascending order.

    The whole title, without the brackets at its end too, unless it is longer than a name; and those names
    of the text that stand in the title word by word.
    """
    wholes = (fold(title), fold(without_qualifier(title)))
    found = {whole for whole in wholes if _may_be_name(whole)}
    headline = f" {wholes[0]} "
    for run in name_runs(text):
        name = " ".join(word.folded for word in run)
        if f" {name} " in headline and _may_be_name(name):
            found.add(name)
    return tuple(sorted(found))


def without_qualifier(title: str) -> str:
    """A title without the brackets at its end: "Aldri (1999 film)"."""
    return _QUALIFIER.sub("", title)


def spellings(text: str) -> Iterator[list[str]]:
    """For each word of the text, the folded names that it may be the beginning of, longest first.

    None for a word without a capital letter or a digit in front: no name begins with it.
    """
    words = words_of(text)
    for first, word in enumerate(words):
        opening = text[word.start]
        if not (opening.isupper() or opening.isdigit()):
            yield []
            continue
        spans = (words[first:last] for last in range(min(len(words), first + LONGEST_SUBJECT), first, -1))
        names = (" ".join(one.folded for one in span) for span in spans)
        yield [name for name in names if _may_be_name(name)]


def name_runs(text: str) -> Iterator[list[Word]]:
    """Words with a capital letter that follow each other, where no sentence begins with them."""
    run: list[Word] = []
    # Two of these with another word between them are not joined, for that word is between.
    for word in words_of(text, capitalised=True):
        if run and not _joined(text, run[-1], word):
            yield run
            run = []
        opens = word.start == 0 or _SENTENCE_END.search(text, max(0, word.start - 4), word.start)
        if run or not opens:
            run.append(word)
    if run:
        yield run


def _joined(text: str, word: Word, following: Word) -> bool:
    """Whether two words are parts of one name; behind an initial a full stop ends no sentence."""
    between = text[word.end : following.start]
    return between in {" ", "-"} or (between == ". " and word.end - word.start == 1)


def _may_be_name(name: str) -> bool:
    words = name.split()
    return (
        0 < len(words) <= LONGEST_SUBJECT
        and len(name) > 2
        and not name.isdigit()
        and any(word not in _NO_NAME for word in words)
    )
