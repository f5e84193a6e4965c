"""Words that differ by one slip of the finger, as a question's word and an article's may.

One edit is a letter too many, too few, in another's place, or two that changed places: Damerau, "A technique
for computer detection and correction of spelling errors" (1964), who found four of five misspellings to be
one. All words one edit away are listed and looked up, as in Norvig, "How to write a spelling corrector"
(2007): what is known of them does not depend on where in the index they stand.
"""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterable, Set

from rag.store.names import words_of

# Of a shorter word too many others are one edit away; a longer one is a code or an address.
SHORTEST, LONGEST = 5, 40


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


class Spellings:
    """How some texts write their words."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts_with: Counter[str] = Counter()
        self._written: dict[str, Counter[str]] = {}
        for text in texts:
            words = {(word.folded, text[word.start : word.end]) for word in words_of(text)}
            self._texts_with.update({folded for folded, _ in words})
            for folded, spelling in words:
                self._written.setdefault(folded, Counter())[spelling] += 1

    def commonest_first(self, folded: Set[str]) -> list[str]:
        """Those of the folded words that some text has, each as most texts write it: first what most texts
        have, of equals the first by alphabet."""
        known = sorted(folded & self._written.keys(), key=lambda one: (-self._texts_with[one], one))
        written = [self._written[word] for word in known]
        return [min(each, key=lambda spelling: (-each[spelling], spelling)) for each in written]
