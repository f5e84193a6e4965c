"""The numbers of a question, and whether a text has them: by their value, however either writes them.

What a text has is read in every way that it may mean, a question in the one way that it says: a number that
is told to be missing must be missing.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from rag import patterns
from rag.answering.english import lexicon
from rag.answering.english.dates import DATE_WORDS, MONTH, RELATIVE
from rag.answering.english.figures import bounded
from rag.answering.english.times import AGO, DIGITS
from rag.turning import ONES, SCALES, TENS, THOUSANDS, number_at

_TOKEN = patterns.compile(r"\d+(?:[.,:’']\d+)*|[^\W\d_]+")
_JOINED = patterns.compile(r"[\s-]*")
# "25 000", with any space.
_SPACED = patterns.compile(r"(?<![\d.,])\d{1,3}(?:\s\d{3})+(?![\d])")
_ROMAN = patterns.compile(r"\b(?=[IVX]+\b)X{0,3}(?:IX|IV|V?I{0,3})\b")
_FRACTION = patterns.compile(r"(?<![\d/.,])(\d{1,2})/([1-9]\d?)(?![\d/])")
_RAISED = patterns.compile(r"[¹²³⁰⁴-⁹]+|[₀-₉]+|[①-⑳]+")
# "9/11" and "24/7" are no counts, nor is a part written so.
_BESIDE_A_SLASH = patterns.compile(r"(?<![\d.,])\d{1,2}(?:/\d{1,2})+(?![\d.,]*\d)")
# "10 Downing Street", but not "40 Peruvian boats", "40 Peruvians" and "40 MPs": those are counted.
_NAMED_BEHIND = patterns.compile(r"\s+([A-Z][a-z]+(?:\s[A-Z][a-z]+)?)\b(?!-)")
_MOST_IN_A_NAME = 999
_ABBREVIATED = {"k": 10**3, "m": 10**6, "mn": 10**6, "b": 10**9, "bn": 10**9, "t": 10**12, "tn": 10**12}
_PLURALS = {f"{word}s": value for word, value in SCALES.items()}
_SCALED = SCALES | _PLURALS | _ABBREVIATED
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12}
_ORDINALS |= {f"{word}th": value for word, value in ONES.items() if value > 3}
_ORDINALS |= {f"{word.removesuffix('y')}ieth": value for word, value in TENS.items()}
_ORDINALS |= {"hundredth": 100, "thousandth": 1000}
_ENDINGS = frozenset({"st", "nd", "rd", "th"})
_FRACTIONS = {"half": 1 / 2, "halves": 1 / 2, "halved": 1 / 2, "third": 1 / 3, "thirds": 1 / 3}
_FRACTIONS |= {"quarter": 1 / 4, "quarters": 1 / 4, "fifth": 1 / 5, "fifths": 1 / 5, "tenth": 1 / 10}
# Other words for a number.
_SAID_OTHERWISE = {
    2: "both couple pair pairs twice double doubled doubles doubling twofold duo twin twins",
    3: "thrice triple tripled triples treble trebled threefold trio triplets",
    4: "quadruple quadrupled fourfold quartet",
    5: "fivefold quintet",
    10: "decade decades tenfold",
    12: "dozen",
    14: "fortnight",
    50: "half halves",
    100: "century centuries",
}
_OTHERWISE = {word: value for value, words in _SAID_OTHERWISE.items() for word in words.split()}
# Of one and two in words a text may speak without a number: "a ship", "the ships".
_FEWEST_IN_WORDS = 3
# What stands between a word like "about" and its number.
_CURRENCY = patterns.compile(r"(?:\b(?:[A-Z]{1,3}|Rs)\b\.?)?\s*[$€£¥₹]?\s*\Z")
_PREFIXED = patterns.compile(
    r"(?<![^\W_])(?:Rs|RM|LKR|INR|PKR|BDT|NPR|USD|EUR|GBP|JPY|CNY|RMB|AUD|CAD|SGD|AED|SAR|KES|NGN|ZAR)\Z"
)
_IN_A_NAME = patterns.compile(r"[^\W\d_][-–]?\Z")
_OR_MORE = patterns.compile(r"\s*(?:\+|(?:or|and)\s+(?:more|over|above)\b|plus\b)", re.IGNORECASE)
_PASSES = patterns.compile(
    r"\b(?:pass|cross|top|surpass|outnumber|breach)(?:e[sd]|ing|s|ped|ping)?\s+(?:the\s+)?\Z", re.IGNORECASE
)
_LONGEST = 12  # words of a number
_MOST_BESIDE = 50
# What bounds a number stands right before it.
_BEFORE = 60
# The month is one only with a day: "may" is a verb. A year within a longer name is a time as well.
_TIMES = (
    DATE_WORDS,
    patterns.compile(
        rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)?(?:\s*[-–]\s*\d{{1,2}})?\s+(?:of\s+)?(?:{MONTH})\b)", re.IGNORECASE
    ),
    patterns.compile(
        rf"\b(?:{MONTH})\b\.?\s+\d{{1,2}}(?:st|nd|rd|th)?(?:\s*[-–]\s*\d{{1,2}})?(?![\d,.]*\d)", re.IGNORECASE
    ),
    patterns.compile(DIGITS),
    patterns.compile(r"(?<![\d.,])(?:1[89]|20)\d{2}\s*[-–/]\s*\d{2}(?:\d{2})?(?![\d.,]*\d)"),
    patterns.compile(RELATIVE, re.IGNORECASE),
    patterns.compile(rf"\b(?:{AGO})", re.IGNORECASE),
    patterns.compile(r"[’']?\b\d{2,4}s\b"),
    patterns.compile(
        r"\b\d{1,2}(?:[:.]\d{2})?\s*(?:[ap]\.?m\b|o[’']clock\b|h(?:ou)?rs\b)|\b\d{1,2}:\d{2}(?::\d{2})?\b",
        re.IGNORECASE,
    ),
)
_EXACT = 1e-9
_TENTH = 0.1


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number of a question, `[start, end)` of it, and what it may mean: ranges, both ends included."""

    start: int
    end: int
    ranges: tuple[tuple[float, float], ...]
    in_a_name: bool = False
    """It may belong to a name or a date ("10 Downing Street", "9/11"): a text without it need not lack it."""

    def stands_in(self, values: Iterable[float]) -> bool:
        return any(
            low - _EXACT * abs(low) <= value <= high + _EXACT * abs(high)
            for value in values
            for low, high in self.ranges
        )

    def is_about(self, other: Numeral) -> bool:
        """Whether one reading of each lies within a tenth of the other."""
        return any(
            low <= (1 + _TENTH) * other_high and other_low <= (1 + _TENTH) * high
            for low, high in self.ranges
            for other_low, other_high in other.ranges
        )


def values_in(text: str) -> frozenset[float]:
    """All that the numbers of a text may mean."""
    # "½" and the digits of other scripts become plain ones; "2½" is not 21 halves, nor is "10¹" 101.
    text = _RAISED.sub(r" | \g<0> ", re.sub(r"([½⅓⅔¼¾⅕⅛])", r" \1 ", text))
    text = unicodedata.normalize("NFKC", text).replace("\u2044", "/")
    values = {value for number in _numbers(text) for value, _ in number.readings}
    values.update(float("".join(spaced.split())) for spaced in _SPACED.findall(text))
    values.update(float(_roman(roman)) for roman in _ROMAN.findall(text))
    words = [word.casefold() for word in _TOKEN.findall(text)]
    for before, word in pairwise(["", *words]):
        for names in (ONES, TENS, _OTHERWISE, _ORDINALS):
            if word in names:
                values |= {float(names[word]), float(names[word] + TENS.get(before, 0))}
    return frozenset(values | _with_fractions(text, words, values))


def numerals_in(question: str, *, times: Iterable[str] = ()) -> list[Numeral]:
    """The numbers of a question in order, without those of its times (`times` are words of it that are one),
    those within a name ("F-16"), and 0 and 1, which a text may have without a word for them."""
    taken = [match.span() for pattern in _TIMES for match in pattern.finditer(question)]
    taken += [(at, at + len(words)) for words in times if words and (at := question.find(words)) >= 0]
    slashed = [match.span() for match in _BESIDE_A_SLASH.finditer(question)]
    found = []
    for number in _numbers(question):
        start, end = number.start, number.end
        if any(first < end and start < last for first, last in taken) or _is_of_a_name(question, number):
            continue
        readings = number.readings[-number.scaled :] if number.scaled else number.readings
        if any(value in {0, 1} for value, _ in readings):
            continue
        before = _CURRENCY.sub(" ", question[max(0, start - _BEFORE) : start])
        if _OR_MORE.match(question, end) or _PASSES.search(before):
            ranges = [(value - half, math.inf) for value, half in readings]
        else:
            ranges = [bounded(before, value - half, value + half) for value, half in readings]
        in_a_name = any(first <= start < last for first, last in slashed) or _names_what_is_behind(
            question, number
        )
        found.append(Numeral(start, end, tuple(ranges), in_a_name))
    return found


@dataclass(frozen=True, slots=True)
class _Number:
    """Digits or words at `[start, end)`; each reading is a value and half of the last place that it is
    written to. `scaled`: a word like "million" says that one of so many last readings is meant."""

    start: int
    end: int
    readings: tuple[tuple[float, float], ...]
    spelled: bool = False
    scaled: int = 0


def _numbers(text: str) -> Iterator[_Number]:
    tokens = list(_TOKEN.finditer(text))
    place = 0
    while place < len(tokens):
        first = tokens[place]
        word = first.group().casefold()
        if word[0].isdecimal():
            number, place = _in_digits(text, tokens, place)
            yield number
        elif word in ONES or word in TENS or word in SCALES:
            run = [word]
            while (
                place + len(run) < len(tokens)
                and _JOINED.fullmatch(
                    text, tokens[place + len(run) - 1].end(), tokens[place + len(run)].start()
                )
                and len(run) < _LONGEST
            ):
                run.append(tokens[place + len(run)].group().casefold())
            read = number_at(run, 0)
            if read is None:
                place += 1
                continue
            value, length = float(read[0]), read[1]
            step = SCALES.get(run[length - 1], 1)
            end = tokens[place + length - 1].end()
            yield _Number(first.start(), end, ((value, _half(value, step)),), spelled=True)
            place += length
        else:
            place += 1


def _in_digits(text: str, tokens: list[re.Match[str]], place: int) -> tuple[_Number, int]:
    """The number that begins with the token, with the words that multiply it, and the place behind it."""
    token = tokens[place]
    readings = [(value, _half(value, step)) for value, step in _readings(token.group())]
    written = len(readings)
    end, scaled = token.end(), 0
    behind = place + 1
    while behind < len(tokens) and _JOINED.fullmatch(text, end, tokens[behind].start()):
        word = tokens[behind].group().casefold()
        if word in _ENDINGS and end == tokens[behind].start():
            end, behind = tokens[behind].end(), behind + 1
            break
        factor = _SCALED.get(word)
        if factor is None:
            break
        readings += [(value * factor, half * factor) for value, half in readings]
        scaled = 0 if word in _ABBREVIATED else written
        end, behind = tokens[behind].end(), behind + 1
    return _Number(token.start(), end, tuple(readings), scaled=scaled), behind


def _readings(digits: str) -> Iterator[tuple[float, float]]:
    """The values that digits with their signs may mean, each with the step of its last place."""
    plain = THOUSANDS.sub("", digits.replace("’", ",").replace("'", ",")).replace(",", ".").replace(":", ".")
    parts = plain.split(".")
    if len(parts) <= 2:
        yield float(plain), 10.0 ** -len(parts[1]) if len(parts) == 2 else 1.0
    if len(parts) > 1 and all(len(part) == 3 for part in parts[1:]):
        yield float("".join(parts)), 1.0
    if len(parts) > 2 or ":" in digits or ("," in digits and len(parts) > 1):
        yield from ((float(part), 1.0) for part in parts)


def _half(value: float, step: float) -> float:
    """Half of the last place, as far as what rounds to the number is still about the same."""
    return min(step / 2, 0.05 * value) if value >= 10 else min(step / 2, 0.5)


def _is_of_a_name(question: str, number: _Number) -> bool:
    """Whether a number names ("F-16", "Six Nations"), or is too small a word to count anything."""
    before = question[max(0, number.start - _BEFORE) : number.start]
    if number.spelled:
        named = question[number.start].isupper() and (
            before.strip(" \"“‘'(") or question[number.end :].lstrip()[:1].isupper()
        )
        alone = question[number.start : number.end].casefold() in SCALES
        return bool(named) or alone or number.readings[-1][0] < _FEWEST_IN_WORDS
    return bool(_IN_A_NAME.search(before)) and not _PREFIXED.search(before)


def _names_what_is_behind(question: str, number: _Number) -> bool:
    behind = _NAMED_BEHIND.match(question, number.end)
    if not behind or number.spelled or number.scaled or number.readings[0][0] > _MOST_IN_A_NAME:
        return False
    return not any(word.endswith("s") or word in lexicon.PLACES for word in behind[1].casefold().split())


def _roman(numeral: str) -> int:
    values = [{"I": 1, "V": 5, "X": 10}[sign] for sign in numeral]
    return sum(-value if value < max(values[at:]) else value for at, value in enumerate(values))


def _with_fractions(text: str, words: Sequence[str], values: Set[float]) -> set[float]:
    """What halves and the like make of the numbers beside them: "one and a half million", "two-thirds"."""
    parts = {_FRACTIONS[word] for word in words if word in _FRACTIONS}
    parts |= {int(one) / int(other) for one, other in _FRACTION.findall(text)}
    if not parts:
        return set()
    scales = {1, 100, *(_SCALED[word] for word in words if word in _SCALED)}
    beside = {0.0, 1.0, *sorted(value for value in values if value < 1000)[:_MOST_BESIDE]}
    return {
        made * scale
        for part in parts
        for number in beside
        for made in (number + part, number * part)
        for scale in scales
        if made
    }
