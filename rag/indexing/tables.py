"""Which table of single bytes a text was written in, told by the words that its letters stand in.

A few accented names in an English article are too little for statistics of a language, but each word tells
something: under a wrong table its letters belong to no one alphabet ("Dvoøák"), or signs stand inside it
("Z³rich").
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Sequence

_WESTERN = (
    "àâæçèéêëîïôœùûüÿ",  # French
    "äöüß",  # German
    "áéíóúüñ",  # Spanish
    "àáâãçéêíóôõúü",  # Portuguese
    "àèéìîòù",  # Italian
    "àçèéíïòóúü",  # Catalan
    "åäöæøéü",  # Scandinavian
    "áéëèêïíóöúü",  # Dutch
    "äöõüšž",  # Estonian and Finnish
)
_CENTRAL = (
    "áčďéěíňóřšťúůýž",  # Czech
    "áčďéíĺľňóôŕšťúýž",  # Slovak, but for its rare "ä"
    "ąćęłńóśźż",  # Polish
    "áéíóöőúüű",  # Hungarian
    "ăâîşţ",  # Romanian
    "čćđšž",  # Croatian
    "çë",  # Albanian
    "äöüß",
)
_BALTIC = ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž", "ąćęłńóśźż")
_TURKISH = ("çğıöşüâîû", *_WESTERN)
_ICELANDIC = "áéíóúýðþæö"
_VIETNAMESE = "ăâđêôơưàáèéìíòóùúýãõ\u0300\u0301\u0303\u0309\u0323"

# By table, the alphabets of its languages, or the name of its script. Of tables that agree as well with the
# words the first one is taken.
_COMMON: dict[str, tuple[str, ...] | str] = {
    "cp1252": _WESTERN,
    "cp1254": _TURKISH,
    "cp1250": _CENTRAL,
    "cp1257": _BALTIC,
    "cp1255": "HEBREW",
    "cp1251": "CYRILLIC",
    "koi8_r": "CYRILLIC",
    "cp1253": "GREEK",
    "cp1256": "ARABIC",
    "cp1258": (),
}
# Of MS-DOS and the Macintosh. Hardly any archive is written in them, and they make words of much that is not:
# they are considered only where none of the others fits.
_RARE: dict[str, tuple[str, ...] | str] = {
    "iso8859_2": _CENTRAL,
    "cp850": _WESTERN,
    "cp852": _CENTRAL,
    "cp866": "CYRILLIC",
    "mac_roman": _WESTERN,
}
# Words of these letters alone are possible and less likely: under another table they are those of a language
# that is in the news more often, as "ð" is the Turkish "ğ".
_UNLIKELY = {"cp1252": _ICELANDIC, "cp1254": "ı", "cp1250": "đţ", "cp1258": _VIETNAMESE}
_ONLY_LAST = frozenset("ςךםןףץ")
_LIKELY, _DOUBTFUL = 10, 9
_LEAST_FITTING = 8  # on average
_ONE_LANGUAGE = 0.9

_BYTES_OF_WORDS = re.compile(rb"[A-Za-z\x80-\xff]+")
_MOST_WORDS = 5000
# What parts words. Of quotes only those that have no letter on one side: where MS-DOS had letters, cp1252 has
# quotes.
_BETWEEN = re.compile(r"[‘’–—…•·\xa0\xad]+|(?<![^\W\d_])[“”„‚«»‹›¿¡]+|[“”„‚«»‹›]+(?![^\W\d_])")
_SIGN = re.compile(r"[“”„‚«»‹›¿¡€£¥¢§©®™°±×÷µ¶†‡‰¼½¾¹²³ªº№¦¬]+|°[CFNSEWCF]|[kcdm]?m[²³]|[A-Za-z]+[ªº©®™]")


def table_of(data: bytes) -> str | None:
    """The table under which nearly all words of `data` that are not ASCII are words; None where none is."""
    words = _words_of(data)
    if not words:
        return None
    for tables in (_COMMON, _RARE):
        best, most = None, (_LEAST_FITTING * len(words), False)
        for table, languages in tables.items():
            fitting = _fitting(words, table, languages)
            if fitting > most and _is_whole(data, table):
                best, most = table, fitting
        if best is not None:
            return best
    return None


def _words_of(data: bytes) -> list[bytes]:
    """The first words of `data` that are not ASCII."""
    words: list[bytes] = []
    for match in _BYTES_OF_WORDS.finditer(data):
        if not match[0].isascii():
            words.append(match[0])
            if len(words) == _MOST_WORDS:
                break
    return words


def _is_whole(data: bytes, table: str) -> bool:
    try:
        data.decode(table)
    except UnicodeDecodeError:
        return False
    return True


def _fitting(words: Sequence[bytes], table: str, languages: tuple[str, ...] | str) -> tuple[int, bool]:
    """How well the words agree with the table; and whether all, or nearly, may be of one of its languages."""
    try:
        decoded = b"\n".join(words).decode(table).split("\n")
    except UnicodeDecodeError:
        return 0, False
    total = 0
    spelt: list[set[str]] = []
    for word in decoded:
        parts = [part for part in _BETWEEN.split(word) if part and not part.isascii()]
        total += min((_likelihood(part, table, languages) for part in parts), default=_LIKELY)
        spelt.append(set() if _SIGN.fullmatch(word) else _letters(word))
    alphabets = () if isinstance(languages, str) else languages
    least = _ONE_LANGUAGE * len(words)
    return total, any(sum(map(set(alphabet).issuperset, spelt)) >= least for alphabet in alphabets)


def _likelihood(word: str, table: str, languages: tuple[str, ...] | str) -> int:
    if _SIGN.fullmatch(word):
        return _LIKELY
    likely = _LIKELY
    if len(word) > 1 and word.isupper():
        likely = _DOUBTFUL  # in KOI8-R the capitals stand where cp1251 has small letters
    elif any(letter.isupper() and not letter.isascii() for letter in word[1:]):
        return 0
    if isinstance(languages, str):
        return likely if _is_in_script(word, languages) else 0
    letters = _letters(word)
    unlikely = letters.issubset(_UNLIKELY.get(table, ""))
    if any(letters.issubset(alphabet) for alphabet in languages):
        return _DOUBTFUL if unlikely and table != "cp1252" else likely
    return _DOUBTFUL if unlikely else 0


def _letters(word: str) -> set[str]:
    """The letters of the word that are not ASCII, and signs within it, in lower case."""
    return set(_BETWEEN.sub("", word).replace("İ", "ı").lower()).difference(string.ascii_lowercase)


def _is_in_script(word: str, script: str) -> bool:
    # In a table of another script what stands only at the end of a word, or never first, stands anywhere.
    if not _ONLY_LAST.isdisjoint(word[:-1]) or not unicodedata.category(word[0]).startswith("L"):
        return False
    return all(
        unicodedata.name(letter, "").startswith(script) and unicodedata.category(letter)[0] in "LM"
        for letter in word
    )
