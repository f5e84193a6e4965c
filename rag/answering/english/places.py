"""Whether a text names a place, or its people: “Malian” is of Mali, “English” of the UK, “SL” Sri Lanka."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import pairwise, takewhile

from rag import patterns
from rag.answering.english import lexicon
from rag.store import fold

_WORD = patterns.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")
_POSSESSIVE = patterns.compile(r"[’']s?\Z")
# Where a place or its people is called otherwise than by its first letters.
_SAME_PLACE = {
    "france": "french",
    "netherlands": "dutch",
    "holland": "dutch",
    "uk": "british britain english england",
    "britain": "uk english england",
    "us": "american america usa",
    "usa": "american america us",
    "america": "us usa",
    "uae": "emirati emirates",
    "eu": "european europe",
    "cyprus": "cypriot",
    "wales": "welsh",
    "maldives": "maldivian",
    "arabia": "saudi arab arabian",
    "lanka": "lankan",
    "ireland": "irish",
    "denmark": "danish dane",
    "spain": "spaniard",
    "philippines": "filipino",
    "niger": "nigerien",
    "kiev": "kyiv",
    "turkey": "turkiye turkish turk",
    "turkiye": "turkey turkish turk",
}
# Places that are called by no word of their names.
_CALLED = {"United States": "us usa america", "United Kingdom": "uk britain"}
# "Western" is of no place.
_PEOPLES = lexicon.PEOPLES - {"western"}
PLACES = frozenset(fold(place) for place in lexicon.PLACES - lexicon.PEOPLES) - {"turkiye"}
_SHORTEST_STEM = 3
_INITIALS_OF_A_PLACE = 2


@dataclass(frozen=True)
class Places:
    """The places that a text names, itself or by their people."""

    text: str

    @functools.cached_property
    def _words(self) -> Set[str]:
        """The words of the text, which may be long; few questions name a place that no quote has."""
        called = [words for name, words in _CALLED.items() if name in self.text]
        return frozenset(fold(" ".join([*set(self.text.split()), *called])).split())

    @functools.cached_property
    def _in_short(self) -> Set[str]:
        return frozenset(_places_in_short(self.text))

    def has(self, folded: str) -> bool:
        """Whether the folded word is of a place that the text names, or the people of."""
        one = folded.removesuffix("s")
        others = {folded, one, *_SAME_PLACE.get(folded, "").split()}
        others |= {
            place for place, people in _SAME_PLACE.items() if not {folded, one}.isdisjoint(people.split())
        }
        home = home_of(folded)
        if home is None and len(others) == len({folded, one}):
            return len(folded) == _INITIALS_OF_A_PLACE and folded.upper() in self._in_short
        if not self._words.isdisjoint({*others, *(f"{other}s" for other in others)}):
            return True
        return home is not None and any(
            other.startswith(home[:_SHORTEST_STEM]) and home_of(other) == home for other in self._words
        )


def _places_in_short(text: str) -> Iterator[str]:
    """The initials of the places of several words, in capitals."""
    for one, other in set(pairwise(_WORD.findall(text))):
        if one[0].isupper() and other[0].isupper():
            plain = _POSSESSIVE.sub("", other).casefold()
            if plain in lexicon.PLACES or home_of(plain) is not None:
                yield f"{one[0]}{other[0]}".upper()


@functools.lru_cache(maxsize=4096)
def home_of(word: str) -> str | None:
    """The place that a folded word names, or whose people: the one that begins most like it, of two the
    shorter. "Chinese" is of China and not of Chile, "Turkish" of Turkey. None for any other word."""
    one = word if word in _PEOPLES | PLACES else word.removesuffix("s")
    if one in PLACES:
        return one
    # Most words begin as no place does.
    near = [place for place in PLACES if place[:_SHORTEST_STEM] == one[:_SHORTEST_STEM]]
    if not near:
        return None
    home = max(near, key=lambda place: (_begin_alike(place, one), -len(place), place))
    alike = _begin_alike(home, one)
    # "Malian" has all of Mali, "Serb" all but two letters of Serbia; "Finnish" has three of Finland.
    enough = one in _PEOPLES or alike >= max(_SHORTEST_STEM + 1, len(home) - 2)
    return home if enough else None


def _begin_alike(one: str, other: str) -> int:
    """How many letters two words have in common at their beginnings."""
    return sum(1 for _ in takewhile(lambda letters: letters[0] == letters[1], zip(one, other, strict=False)))
