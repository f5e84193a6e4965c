"""Names as they are looked up: folded forms, and what an alias is to the store.

A form is folded word by word, so that "PSM's", "psm" and "P.S.M." are one, as are "North-South Corridor" and
"north south corridor". A folded form is its folded words with one space between them.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
from typing import Literal, NamedTuple

LearnedKind = Literal["abbreviation", "surname"]
LONGEST_NAME = 6
"""Words of the longest form that is known by its folded words."""

_WORD = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![^\W_]))?|[^\W_]+")
_PLURAL = re.compile(r"[A-Z]{2,}s")
_BRITISH = re.compile(r"isation(?=s?\Z)")
_APOSTROPHES = "’'"
# Words of up to three letters that English uses in lower case, function words first. Where an
# abbreviation is spelt like one, only its capitals tell it from the word.
_SHORT_WORDS = frozenset(
    """
    a an the and or but nor if as at by for from in into of off on onto out over per than to up via with i me
    my we us our you he him his she her it its who how why what when where which that this they them these
    those is am are was be been do did does has had have can may will not no yes so too all any both each few
    own one two six ten now then here there about after again also down just more most only other same some
    such very while would could should were your their before between
    act add age ago aid aim air arm art ask bad bag ban bar bat bay bed bee beg bet bid big bit bow box boy
    bug bus buy cab cap car cat cop cow cry cup cut dam day die dig dog dry due ear eat egg end era eye fan
    far fat fee fit fix fly fog fox fun fur gap gas get god got gun guy gym hat hen hit hot hub ice ill ink
    jam jar jaw jet job joy key kid kit lab lap law lay led leg let lid lie lip log lot low mad man map mat
    men met mid mix mob mud net new nod nut oak oar odd oil old ore owe pad pan pat pay pen pet pie pig pin
    pit pop pot put ran rat raw red rid rob rod row rub rug run sad sap sat saw say sea see set sex shy sin
    sip sir sit ski sky son sow spa spy sum sun tag tap tax tea tie tip toe top toy try use van vet vow war
    way web wet win wit won zip zoo go hi oh ox ad mom dad mum pro sub kin cue cub tab tar tan hop hip rip
    """.split()  # noqa: SIM905 - a list of three hundred strings is not easier to read
)


class Word(NamedTuple):
    """A word of a text: `[start, end)` and its folded form."""

    start: int
    end: int
    folded: str


@dataclass(frozen=True, slots=True)
class Alias:
    """An article tells that what is written as `form` is also written as `other`.

    `in_capitals`: the form is spelt like an ordinary word, and means the name only where it is written in
    capitals.
    """

    form: str
    other: str
    kind: LearnedKind
    in_capitals: bool = False


@dataclass(frozen=True, slots=True)
class KnownAlias:
    """What articles tell alike: the `folded` form is also written as `other`.

    `article_id` is the first by id of the `articles` that tell it.
    """

    folded: str
    other: str
    kind: LearnedKind
    in_capitals: bool
    article_id: str
    articles: int


def words_of(text: str, *, capitalised: bool = False) -> list[Word]:
    """The words of a text in order: letters and digits, without the s of a possessive.

    With `capitalised` only those with a capital letter in front, which are a few.
    """
    words = []
    for match in _WORD.finditer(text):
        word, (start, end) = match.group(), match.span()
        if capitalised and not word[0].isupper():
            continue
        if word in {"s", "S"} and start > 1 and text[start - 1] in _APOSTROPHES:
            continue
        if folded := _folded(word):
            words.append(Word(start, end, folded))
    return words


def fold(form: str) -> str:
    return " ".join(word.folded for word in words_of(form))


# Half of the words of a text are among a few hundred.
@functools.lru_cache(maxsize=65_536)
def _folded(word: str) -> str:
    if _PLURAL.fullmatch(word):
        word = word[:-1]
    # Bold and other styled letters have their case only once they are plain.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word.casefold()).casefold())
    plain = "".join(character for character in plain if character.isalnum())
    # Papers write one body's name in either spelling.
    return _BRITISH.sub("ization", plain)


def is_short_word(folded: str) -> bool:
    """Whether a folded word is a letter, a function word or another short word of ordinary English."""
    return len(folded) == 1 or folded in _SHORT_WORDS
