"""The numbers of a sentence, each in one writing."""

from __future__ import annotations

import re
from collections import Counter

THOUSANDS = re.compile(r",(?=(?:\d{2},)*\d{3}(?:\D|$))")
"""A comma between the digits of one number, in threes ("120,000") or as in South Asia ("1,20,000")."""
_SUFFIXED = re.compile(r"(\d+(?:\.\d+)?)(k|m|mn|bn|tn)", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_ORDINAL = re.compile(r"(\d{1,9})(?:st|nd|rd|th)", re.IGNORECASE)
ONES = {
    word: value
    for value, word in enumerate(
        re.findall(
            r"\w+",
            """
            zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
            sixteen seventeen eighteen nineteen
            """,
        )
    )
}
"""Words for 0 to 19."""
TENS = {
    word: 10 * value
    for value, word in enumerate(
        re.findall(r"\w+", "twenty thirty forty fifty sixty seventy eighty ninety"), start=2
    )
}
SCALES = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1000,
    "lakh": 10**5,
    "million": 10**6,
    "crore": 10**7,
    "billion": 10**9,
    "trillion": 10**12,
}
"""Words that multiply the number before them."""
_SCALES = SCALES | {"lakhs": 10**5, "crores": 10**7}
_SPELLED = ONES.keys() | TENS.keys() | _SCALES.keys()
_SHORT_SCALES = {"k": 1000, "m": 10**6, "mn": 10**6, "bn": 10**9, "tn": 10**12}
_ORDINALS = {
    word: value
    for value, word in enumerate(
        re.findall(
            r"\w+", "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
        ),
        start=1,
    )
}
# How much, without a number; words of one line mean one quantity.
_QUANTITIES = {
    word: line.split()[0]
    for line in """
        dozens tens
        scores
        hundreds
        thousands
        millions
        billions
        trillions
        half halved halves
        thirds
        quarter quarters
        all every entire
        most majority
        many
        several handful
        few
        none
        x2 double doubled doubles twice twofold
        x3 triple tripled trebled thrice threefold
        2 both
        1 single
    """.strip().splitlines()
    for word in line.split()
}


def numbers_of(words: list[str]) -> tuple[Counter[str], Counter[str], frozenset[str]]:
    """The counts, the ordinals and those written in digits, in the order of a sentence's folded words."""
    counts: Counter[str] = Counter()
    ordinals: Counter[str] = Counter()
    figures: set[str] = set()
    place = 0
    while place < len(words):
        word = words[place]
        read = number_at(words, place)
        if read:
            value, behind = read
            counts[value] += 1
            if any(part[0].isdigit() for part in words[place:behind]):
                figures.add(value)
            place = behind
            continue
        place += 1
        ordinal = _ordinal(word)
        if ordinal:
            value = f"{ordinal}."
            fraction = place > 1 and words[place - 2] in {"a", "one"} and words[place : place + 1] == ["of"]
            (counts if fraction else ordinals)[value] += 1
            if word not in _ORDINALS:
                figures.add(value)
        elif word in _QUANTITIES:
            counts[_QUANTITIES[word]] += 1
        elif _DIGIT.search(word):
            counts[word] += 1
            figures.add(word)
    return counts, ordinals, frozenset(figures)


def _ordinal(word: str) -> int | None:
    written = _ORDINAL.fullmatch(word)
    return int(written[1]) if written else _ORDINALS.get(word)


def number_at(words: list[str], start: int) -> tuple[str, int] | None:
    """The number that begins here, in one writing, and where it ends."""
    first = words[start]
    if first[0].isdigit():
        suffixed = _SUFFIXED.fullmatch(first)
        digits = THOUSANDS.sub("", suffixed[1] if suffixed else first).replace(":", ".").replace("–", "-")
        try:
            value = float(digits)
        except ValueError:
            return (digits, start + 1) if not any(map(str.isalpha, digits)) else None
        behind = start + 1
        if suffixed:
            value *= _SHORT_SCALES[suffixed[2].lower()]
        while behind < len(words) and words[behind] in _SCALES:
            value *= _SCALES[words[behind]]
            behind += 1
        return f"{value:.15g}", behind
    return _spelled_at(words, start) if first in _SPELLED else None


def _spelled_at(words: list[str], start: int) -> tuple[str, int] | None:
    total, current, place = 0, 0, start
    while place < len(words):
        word = words[place]
        if word in ONES and (
            current % 100 == 0 or (current % 10 == 0 and current % 100 > 10 and ONES[word] < 10)
        ):
            current += ONES[word]
            place += 1
        elif word in TENS and current % 100 == 0:
            current += TENS[word]
            place += 1
        elif word in _SCALES and (current or place == start):
            current = max(current, 1) * _SCALES[word]
            if _SCALES[word] >= 1000:
                total, current = total + current, 0
            place += 1
        elif (
            word == "and"
            and place > start
            and words[place - 1] in {"hundred", "thousand"}
            and place + 1 < len(words)
            and (words[place + 1] in ONES or words[place + 1] in TENS)
        ):
            place += 1
        else:
            break
        if words[place - 1] == "zero":
            break
    return (str(total + current), place) if place > start else None
