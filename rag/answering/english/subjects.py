"""What a sentence is about: its content words and names, without who said it and when.

Two sentences that share their subject may still say different things of it; two that do not are never held
against each other. So every doubt here counts against a common subject.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass

from rag import patterns


def word_set(text: str) -> frozenset[str]:
    """The words of a list written as text."""
    return frozenset(text.split())


_WORD = patterns.compile(r"[^\W\d_]+(?:[’'.-][^\W\d_]+)*")
_EMPTY = word_set(
    """
    a about according additional after again all almost also although an and another any
    approximately are around as at be because been before being below between billion both but by
    can cent could crore currently did do does down dr during each earlier early either exactly
    extra few first for from further had has have he her here him his how however hundred i if in
    into is it its itself just lakh last late later least less like many may meanwhile might million
    more most mr mrs much must near nearly newly next no nor not now of off on one only or other our
    out over overall own per percent recently roughly same she should since so some still such than
    that the their them then there these they this those thousand through to today tomorrow too
    total trillion two under until up upon very was we well were what when where which while who
    whom whose why will with within without would yesterday yet you your
    """
)
TIMES = frozenset(name.lower() for name in (*calendar.month_name, *calendar.day_name) if name)
TIMES |= word_set("day week weekend month year days weeks months years morning afternoon evening night")
SAYING = (
    r"(?:said|says|told|added|announced|reported|confirmed|stated|informed|noted|claimed|stressed|warned|"
    r"emphasized|emphasised|mentioned|maintained|revealed|insisted)"
)
"""By which news tells who said something."""
_POINTS_BACK = patterns.compile(
    r"\W*(?:he|she|it|they|we|i|this|these|those|that|its|their|his|her)\b", re.IGNORECASE
)
# "Khorev also stated that …" and "…, the ministry said on Tuesday": who said it is not what it is about.
_WHO_SAID = patterns.compile(
    rf"^[^,;:]{{0,90}}?\b{SAYING}\b(?:\s+(?:reporters|journalists|parliament))?"
    rf"(?:\s+on\s+(?:{'|'.join(calendar.day_name)}))?(?:\s+in\s+an?\s+\w+)?(?:\s+that\b|\s*,|:|(?=\s))"
    rf"|,\s+[^,;:]{{0,90}}?\b{SAYING}\b[^,;:]{{0,40}}[.]?$"
    r"|\baccording to\b[^,;:]{0,60}(?:,|[.]?$)"
)
# Words that mean the same in news, and verbs with their irregular forms; the first stands for all.
_ALIKE = """
begin began begun start commence launch resume kick
hold held convene took take taken place
kill dead die death fatality fatal toll
injure injury wound hurt
talk negotiation negotiate consultation consult
rise rose risen grow grew grown growth increase climb
fall fell fallen drop decline decrease
meet met meeting
sell sold sale
buy bought
build built
send sent
leave left
pay paid
give gave given
make made
choose chose chosen
elect election
hear heard
find found
win won
lose lost
fly flew flown
break broke broken
bring brought
catch caught
draw drew drawn
drive drove driven
lay laid
lead led
run ran
shoot shot
speak spoke spoken
spend spent
strike struck
write wrote written
withdraw withdrew withdrawn
fight fought
keep kept
seek sought
become became
sink sank sunk
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """`words` are stems, names among them; `names` only those written with a capital letter."""

    words: frozenset[str]
    names: frozenset[str]

    def contradicted_by(self, other: Subject) -> bool:
        """Whether each names what the other does not: two mills, two cities."""
        return bool(self.names - other.words) and bool(other.names - self.words)

    def shared(self, other: Subject) -> float:
        """The share of the smaller set of words that is in the larger; 0 where either is empty."""
        smaller = min(len(self.words), len(other.words))
        return len(self.words & other.words) / smaller if smaller else 0.0


def subject_of(text: str) -> Subject:
    words, names = set(), set()
    for match in _WORD.finditer(text):
        lower = match.group().lower()
        if lower in _EMPTY or lower in TIMES or len(lower) < 2:
            continue
        words.add(stem(lower))
        if match.group()[0].isupper():
            names.add(stem(lower))
    return Subject(frozenset(words), frozenset(names))


def points_back(text: str) -> bool:
    """Whether what the sentence is about stands before it: "He was arrested"."""
    return _POINTS_BACK.match(text) is not None


def without_speaker(text: str) -> str:
    """The sentence with spaces in the place of who said it, so that offsets keep their meaning."""
    return _WHO_SAID.sub(lambda match: " " * len(match.group()), text)


def stem(word: str) -> str:
    """A word without its commonest ending; words that mean the same in news become one."""
    word = re.sub(r"[’']s?$", "", word.lower())
    cut = _cut(word)
    return _LIKE.get(word, _LIKE.get(cut, cut))


def _cut(word: str) -> str:
    for ending in ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ied", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: -len(ending)] + ("y" if ending in {"ies", "ied"} else "")
            break
    if word.endswith("e") and len(word) > 3:
        word = word[:-1]
    # "Cancelled" and "cancel", "planned" and "plan" are one.
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] in "bdgklmnprt" else word


_LIKE = {
    form: group.split()[0]
    for group in _ALIKE.strip().splitlines()
    for word in group.split()
    for form in (word, _cut(word))
}
