"""Of which year something is that recurs: "the 2021 Grammys", "Halloween 2022", "the cup in 2019".

What tells of one edition tells nothing of another, and shares all words with it but one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from rag import patterns
from rag.answering.english.dates import DATE_WORDS, is_one_of_two
from rag.answering.english.lexicon import FUNCTION_WORDS
from rag.answering.english.stems import stem_of
from rag.answering.english.subjects import TIMES, word_set

_BEFORE = patterns.compile(r"([^\W\d_][\w’'-]*)\s+\Z")
_BEHIND = patterns.compile(r"\s+([^\W\d_][\w’'-]*)")
_LONGEST_WORD = 60
_NO_THING = FUNCTION_WORDS | TIMES
# "In 2021 Brask" names a year and no Brask of it.
_OPENS_A_TIME = word_set(
    "in at since of by until till from to through during after before about around and or early late mid"
)
# "The cup in 2021" is that of 2021, and the port in 2021 is any year's.
_RECURS_IN = patterns.compile(
    r"(?i)\b(awards?|bowl|budget|championships?|conference|convention|cup|derby|elections?|emmys|expo|fair|festival"
    r"|finals?|gala|games|grammys|league|marathon|masters|olympics|open|oscars|prize|race|season|series|summit|tour"
    r"|tournament|trophy)\s+(?:in|of)\s+\Z"
)
# Games of 2020 were held in 2021, and kept their name.
_PUT_OFF = {2020, 2021}
_POSTPONED = frozenset(map(stem_of, ("olympics", "paralympics", "games", "euro", "expo")))


@dataclass(frozen=True, slots=True)
class Edition:
    """One year of a thing, which is known by the stems of the words beside that year."""

    year: int
    things: frozenset[str]

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """The first and the last day of the year."""
        return dt.date(self.year, 1, 1), dt.date(self.year, 12, 31)

    def _is(self, other: Edition) -> bool:
        """Whether it is the same: what was put off from 2020 to 2021 has two years."""
        put_off = {self.year, other.year} == _PUT_OFF and not _POSTPONED.isdisjoint(self.things)
        return self.year == other.year or put_off

    def another_in(self, text: str) -> str | None:
        """Another year of the same thing, as the text writes it; None where it names none."""
        others = (one for one in _editions_in(text) if not self._is(one))
        return next((str(one.year) for one in others if one.things & self.things), None)


def edition_in(question: str, *, since: dt.date | None, until: dt.date | None) -> Edition | None:
    """What a question names by its year; None where it names more years than one, or the time that it speaks
    of, from `since` to `until`, is more than that year."""
    years = set()
    for match in DATE_WORDS.finditer(question):
        if match["decade"]:
            return None
        years.add(int(match["year3"] or match["year"] or match["year2"] or match["iso"][:4]))
    if len(years) != 1:
        return None
    year = years.pop()
    within = (since, until) == (None, None) or (since and until and since.year == until.year == year)
    things = frozenset[str]().union(*(one.things for one in _editions_in(question)))
    return Edition(year, things) if within and things else None


def _editions_in(text: str) -> Iterator[Edition]:
    """What stands right before and behind each year that a text names by itself, and what recurs and stands
    before "in" and the year."""
    for match in DATE_WORDS.finditer(text):
        if match["year3"] and not is_one_of_two(match):
            head = text[max(0, match.start() - _LONGEST_WORD) : match.start()]
            before, behind = _BEFORE.search(head), _BEHIND.match(text, match.end())
            word = before[1].lower() if before else ""
            things = [word] if word else []
            if behind and word not in _OPENS_A_TIME:
                things.append(behind[1].lower())
            if named := _RECURS_IN.search(head):
                things.append(named[1].lower())
            meant = frozenset(stem_of(thing) for thing in things if thing not in _NO_THING)
            yield Edition(int(match["year3"]), meant)
