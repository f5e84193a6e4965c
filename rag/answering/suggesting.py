"""“Did you mean”: a question with a word that no article has, asked again in the articles' spelling.

It is offered, never asked in place of the question: an archive that has Gambia alone has nothing of Zambia.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from rag.answering.english.lexicon import FUNCTION_WORDS
from rag.answering.gathering import Part
from rag.answering.known_words import is_known_whole
from rag.encoding import Encoder
from rag.store import Spellings, Word, may_be_misspelt, one_edit_away, words_of

# A question with more words that no article has is no question with slips.
_MOST = 5


def did_you_mean(question: str, parts: Sequence[Part], *, encoder: Encoder) -> str | None:
    """The question with each misspelt word as admitted articles write one that is one edit from it: the one
    that most of the passages found for the question have, and else one that most of all have.

    Misspelt is what no admitted article has and the encoder does not know whole, as it does the words of its
    language and the great names. A name that has other forms is known; a word in capitals is an abbreviation;
    and what is written as a name is meant as one. None where nothing is misspelt, or nothing that articles
    write is near.
    """
    first = parts[0].found
    snapshot, filters = first.snapshot, first.filters
    known = set(_named(parts))
    words = [
        word for word in words_of(question) if word.folded not in known and _may_be_misspelt(word, question)
    ]
    folded = {question[word.start : word.end]: word.folded for word in words}
    misspelt = [
        written
        for written in snapshot.without(sorted(folded), filters=filters)
        if not is_known_whole(folded[written], encoder)
    ]
    if not 0 < len(misspelt) <= _MOST:
        return None
    spellings = Spellings({ranked.candidate.text for part in parts for ranked in part.found.ranking})

    def alike(written: str) -> Iterator[str]:
        yield from spellings.commonest_first(one_edit_away(folded[written]))
        yield from snapshot.written_alike(folded[written], filters=filters)

    rewritten = question
    for word in reversed(words):
        written = question[word.start : word.end]
        if written in misspelt:
            as_name = word.start > 0 and written[0].isupper() and not question.isupper()
            meant = next((one for one in alike(written) if _may_be_meant(one, as_name=as_name)), written)
            if written[0].isupper() and meant.islower():
                meant = meant.capitalize()
            rewritten = rewritten[: word.start] + meant + rewritten[word.end :]
    return rewritten if rewritten != question else None


def _may_be_meant(spelling: str, *, as_name: bool) -> bool:
    """Not what every text has, and for a name only what articles write as one."""
    return spelling.lower() not in FUNCTION_WORDS and (spelling[0].isupper() or not as_name)


def _may_be_misspelt(word: Word, question: str) -> bool:
    written = question[word.start : word.end]
    return (
        may_be_misspelt(word.folded)
        and (not written.isupper() or question.isupper())
        # A mark that stands on a letter of its own, or a hyphen that is not seen, does not end a word.
        and not any(unicodedata.category(beside)[0] in "MC" for beside in _beside(word, question))
    )


def _beside(word: Word, question: str) -> str:
    """The characters before and behind a word."""
    return question[max(0, word.start - 1) : word.start] + question[word.end : word.end + 1]


def _named(parts: Sequence[Part]) -> Iterator[str]:
    """The folded words of names that have other forms."""
    for found in (part.found for part in parts):
        for name in found.names:
            yield from (word.folded for word in words_of(found.question[name.start : name.end]))
