"""One question out of the words that were typed or pasted."""

from __future__ import annotations

from itertools import pairwise

# What may stand where one copy ends and the next begins. Signs that a name or a number has are none of it.
_SEAM = " .,;:!?¿¡…\"'“”‘’«»()[]|/–—-"
_BETWEEN_TWO = " ,;:|/–—-"
_CLOSING = (".", "?", "!", "…")
# A name may be a word or two said again: "Duran Duran", "New York New York".
_FEWEST = 3


def once(question: str) -> str:
    """One of them, where the words of the question are two or more times the same sequence.

    Said again, a question asks nothing more, but all that holds its words would look the surer. Fewer than
    three different words are a question only where each copy is closed by its punctuation. Case counts
    nowhere, punctuation not where one copy meets the next. The first copy is kept. Words are parted by one
    space.
    """
    words = question.split(" ")
    # A sign that stands alone is no word; it goes with the one before it.
    starts = [place for place, word in enumerate(words) if word.strip(_SEAM)]
    for length in range(1, len(starts) // 2 + 1):
        if len(starts) % length:
            continue
        bounds = [*starts[::length], len(words)]
        copies = [" ".join(words[start:end]) for start, end in pairwise(bounds)]
        first = _bare(copies[0])
        whole = len(set(first.split())) >= _FEWEST or all(copy.endswith(_CLOSING) for copy in copies[:-1])
        if whole and all(_bare(copy) == first for copy in copies):
            return " ".join(words[: bounds[1]]).rstrip(_BETWEEN_TWO)
    return question


def _bare(copy: str) -> str:
    return copy.strip(_SEAM).casefold()
