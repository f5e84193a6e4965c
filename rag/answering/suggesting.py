"""“Did you mean”: a question with a word that no article has, asked again in the articles' spelling.

It is offered, never asked in place of the question: an archive that has Gambia alone has nothing of Zambia.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.answering.gathering import Part
from rag.answering.known_words import is_known_whole
from rag.encoding import Encoder
from rag.store import commonest_spelling, may_be_misspelt, one_edit_away, words_of


def did_you_mean(question: str, parts: Sequence[Part], *, encoder: Encoder) -> str | None:
    """The question with each misspelt word as admitted articles write one that is one edit from it: the one
    that most of the passages found for the question have, and else most of all.

    Misspelt is what no admitted article has and the encoder does not know whole, as it does the words of its
    language and the great names. A name that has other forms is known. None where nothing is misspelt, or
    nothing that articles write is near.
    """
    first = parts[0].found
    snapshot, filters = first.snapshot, first.filters
    words = [
        word
        for word in words_of(question)
        if may_be_misspelt(word.folded) and not _is_abbreviation(question[word.start : word.end], question)
    ]
    asked = {word.folded for word in words}.difference(_named(parts))
    misspelt = [
        folded
        for folded in snapshot.without(sorted(asked), filters=filters)
        if not is_known_whole(folded, encoder)
    ]
    if not misspelt:
        return None
    passages = [ranked.candidate.text for part in parts for ranked in part.found.ranking]
    meant = {
        folded: commonest_spelling(passages, one_edit_away(folded))
        or snapshot.written_alike(folded, filters=filters)
        for folded in misspelt
    }
    rewritten = question
    for word in reversed(words):
        if spelling := meant.get(word.folded):
            capital = question[word.start].isupper() and spelling.islower()
            spelling = spelling.capitalize() if capital else spelling
            rewritten = rewritten[: word.start] + spelling + rewritten[word.end :]
    return rewritten if rewritten != question else None


def _is_abbreviation(word: str, question: str) -> bool:
    return word.isupper() and not question.isupper()


def _named(parts: Sequence[Part]) -> Iterator[str]:
    """The folded words of names that have other forms."""
    for found in (part.found for part in parts):
        for name in found.names:
            yield from (word.folded for word in words_of(found.question[name.start : name.end]))
