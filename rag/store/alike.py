"""Words that differ by one slip of the finger, as a question's word and an article's may.

One edit is a letter too many, too few, in another's place, or two that changed places: Damerau, "A technique
for computer detection and correction of spelling errors" (1964), who found four of five misspellings to be
one. All words one edit away are listed and looked up, as in Norvig, "How to write a spelling corrector"
(2007): what is known of them does not depend on where in the index they stand.
"""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Collection, Iterable

from rag.store.names import words_of

# Of a shorter word too many others are one edit away; a longer one is a code or an address.
SHORTEST, LONGEST = 4, 40


def may_be_misspelt(folded: str) -> bool:
    """Whether a folded word is one of letters, of a length at which one edit leaves it to be recognised."""
    return folded.isalpha() and SHORTEST <= len(folded) <= LONGEST


def one_edit_away(folded: str) -> set[str]:
    """The strings one edit from a folded word, itself not among them; letters put in are those of English."""
    parts = [(folded[:place], folded[place:]) for place in range(len(folded) + 1)]
    fewer = {head + tail[1:] for head, tail in parts if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in parts if len(tail) > 1}
    replaced = {head + one + tail[1:] for head, tail in parts if tail for one in string.ascii_lowercase}
    more = {head + one + tail for head, tail in parts for one in string.ascii_lowercase}
    return (fewer | swapped | replaced | more) - {folded}


def commonest_spelling(texts: Iterable[str], folded: Collection[str]) -> str | None:
    """How the texts most often write one of these folded words; of equals the first by alphabet."""
    written = Counter(
        text[word.start : word.end] for text in texts for word in words_of(text) if word.folded in folded
    )
    return min(written, key=lambda spelling: (-written[spelling], spelling), default=None)
