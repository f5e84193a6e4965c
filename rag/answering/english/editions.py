"""Of which year something is that recurs: "the 2021 Grammys", "Halloween 2022", "the 2019 election".

What tells of one edition tells nothing of another, and shares all words with it but one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from rag import patterns
from rag.answering.english.dates import DATE_WORDS, Days
from rag.answering.english.lexicon import FUNCTION_WORDS
from rag.answering.english.stems import WORD, stem_of
from rag.answering.english.subjects import TIMES, word_set

_BEFORE = patterns.compile(r"([^\W\d_][\w’'-]*)\s+\Z")
_BEHIND = patterns.compile(r"\s+([^\W\d_][\w’'-]*)")
_LONGEST_WORD = 60
# "In 2021 Brask" names a year and no Brask of it.
_OPENS_A_TIME = word_set("in since of by until till from to through during after before about around and or")
# "2019–20" are two years.
_GOES_ON = patterns.compile(r"\s?[-–—/]\s?\d")


def year_in(question: str, *, since: dt.date | None, until: dt.date | None) -> int | None:
    """The one year that a question names; None where it names more, or where the time that it speaks of, from
    `since` to `until`, is more than that year."""
    years = set()
    for match in DATE_WORDS.finditer(question):
        if match["decade"] or _GOES_ON.match(question, match.end()):
            return None
        years.add(int(match["year3"] or match["year"] or match["year2"] or match["iso"][:4]))
    if len(years) != 1:
        return None
    year = years.pop()
    if (since, until) == (None, None):
        return year or None
    return year if since and until and since.year == until.year == year else None


def days_of(year: int) -> Days:
    """The first and the last day of a year."""
    return dt.date(year, 1, 1), dt.date(year, 12, 31)


def other_year(question: str, year: int, text: str) -> str | None:
    """Another year, as the text writes it, of a thing that the question names; None where it names none."""
    named = {
        stem_of(word)
        for word in WORD.findall(question)
        if word.lower() not in FUNCTION_WORDS | TIMES and not word[0].isdigit()
    }
    return next(
        (other for other, things in _years_of_things(text) if int(other) != year and things & named), None
    )


def _years_of_things(text: str) -> Iterator[tuple[str, set[str]]]:
    """Each year that a text names by itself, with the stems of the words right before and behind it."""
    for match in DATE_WORDS.finditer(text):
        if match["year3"] and not _GOES_ON.match(text, match.end()):
            before = _BEFORE.search(text[max(0, match.start() - _LONGEST_WORD) : match.start()])
            behind = _BEHIND.match(text, match.end())
            word = before[1].lower() if before else ""
            things = {stem_of(word)} if word and word not in FUNCTION_WORDS | TIMES else set()
            if behind and word not in _OPENS_A_TIME:
                things.add(stem_of(behind[1]))
            yield match["year3"], things
