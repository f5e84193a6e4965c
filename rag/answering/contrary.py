"""What says the opposite of a question does not answer it: "Who opposed the bill" is not answered by who
backed it, nor "Which states did not sign" by those that did.

Nor is what happened in a time answered by what was published before it, by what tells of another year, or by
an article of years later that says nothing of that time: "Who won the 2025 cup" is told neither by an article
of 2023 nor by "Cup 2026" nor by next year's cup in an article of 2029.

The cross-encoder hardly tells them apart, since they share nearly all words. What is said otherwise by a
synonym is not seen; what is seen here may be wrong, so it weighs and does not forbid.
"""

from __future__ import annotations

import datetime as dt
import functools
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from rag import patterns
from rag.answering.english.contraries import (
    asks_for_something,
    denial_in,
    denies_something,
    opposites_in,
    stems_of_counted,
)
from rag.answering.english.editions import Edition
from rag.answering.english.happened import Happened, without_opener
from rag.answering.english.lexicon import FUNCTION_WORDS
from rag.answering.english.numerals import Numeral, numerals_in, values_in
from rag.answering.english.periods import speaks_of
from rag.answering.english.stems import WORD, stem_of, stems_of
from rag.answering.questions import proper_of
from rag.answering.quoting import Quotable, best_first, is_of, margin_of
from rag.answering.ranking import of_window
from rag.answering.within import ANY_TIME, Window
from rag.store import StoredText
from rag.types import Contrary, ContraryKind

CONTRARY, TOO_EARLY, LATER = math.log(10), math.log(20), math.log(5)
"""Of ten sentences that say the opposite of a question, of twenty that were published too early to tell what
it asks about, and of five that were published long after it in articles that name no such time, one answers
it: by so much its log odds are lower."""
_WEIGHTS: Mapping[ContraryKind, float] = {
    "said": CONTRARY,
    "year": CONTRARY,
    "published": TOO_EARLY,
    "later": LATER,
}

# What is told within a year of a time may take it for granted.
_LONG_AFTER = dt.timedelta(366)

# A headline that denies is of what is asked where it has two words of the question.
_SHARED = 2
_YEAR = patterns.compile(r"1\d{3}|20\d{2}")
_CURRENCY_BEFORE = patterns.compile(r"(?:[$€£¥₹]|\b(?:Rs|[A-Z]{3})\.?)\s*\Z")
_LONGEST_BEFORE = 12
_ORDINAL = patterns.compile(r"\d(?:st|nd|rd|th)\Z")
# A question that has as few quotes gives none up.
_LEAST_PLACE = 3
# "21 of the 33 miners", "the 15-member council": of them fewer do something.
_WHOLE_BEFORE = patterns.compile(
    r"\bof\s+(?:the|his|her|its|their|all|these|those|some|about)?\s*\Z", re.IGNORECASE
)
_WHOLE_BEHIND = patterns.compile(r"-\w")
_OF_MONEY = patterns.compile(r"\s*(?:dollars?|rupees?|euros?|pounds?|yen|yuan)\b", re.IGNORECASE)
_OF_A_HUNDRED = patterns.compile(r"\s*(?:%|per\s?cent|percent)", re.IGNORECASE)
# What is counted is among so many words behind a number.
_COUNTED = 3


def weight_of(contrary: Contrary | None) -> float:
    """How much less of a logit a sentence has for it."""
    return 0.0 if contrary is None else _WEIGHTS[contrary.kind]


def with_contraries(
    question: str,
    quotables: Sequence[Quotable],
    *,
    dates: Sequence[str] = (),
    happened: Happened | None = None,
    edition: Edition | None = None,
    window: Window = ANY_TIME,
) -> list[Quotable]:
    """The sentences, best first; those with as much less of a logit that say the opposite of the question,
    are of passages too early to tell what `happened`, tell of another year than that of its `edition`, or are
    of articles long after the `window` that it speaks of, which name no time in it.

    A sentence says the opposite in a word that is opposed to one of the question's which its passage lacks,
    both beside the same other word; on the other side of a vote; in another number of the same, where its
    passage lacks that of the question; or where the question alone denies something. Nothing is the opposite
    of a question that asks whether something is so. `dates` are the words of the question that name a time.
    """
    asked = proper_of(question)
    for_something = asks_for_something(asked)
    if not (for_something or happened or edition or None not in window):
        return list(quotables)
    is_later = functools.cache(functools.partial(_is_later, window))
    denial = denial_in(asked)
    numerals = [
        one for one in numerals_in(asked, times=dates) if not (one.in_a_name or _is_whole(asked, one))
    ]

    def contrary_in(one: Quotable) -> Contrary | None:
        if happened is not None and one.ranked.is_too_early:
            return Contrary(happened.words, (one.card.published.value or "")[:10], "published")
        if edition is not None and (other := _of_another_year(edition, one)):
            return other
        if is_later(one.ranked.candidate.article):
            return Contrary(
                ", ".join(map(without_opener, dates)), (one.card.published.value or "")[:10], "later"
            )
        if not for_something:
            return None
        found = _lacks(denial, asked, one) if denial else _opposed(asked, one)
        return found or _of_another_number(asked, numerals, one)

    found = [(one, contrary_in(one)) for one in quotables]
    read = [replace(one, score=one.score - weight_of(told), contrary=told) for one, told in found]
    return sorted(read, key=best_first)


def with_contrary(
    chosen: Sequence[Quotable], quotables: Sequence[Quotable], *, most: int, window: Window = ANY_TIME
) -> list[Quotable]:
    """The chosen sentences and, behind them, one that says the opposite in so many words and would answer
    beside the best: that exports fell is told to whoever asks by how much they rose.

    It takes the place of the third at the least, and of a time that the question speaks of it has to be.
    `quotables` are best first.
    """
    if not chosen or any(one.contrary for one in chosen) or (len(chosen) == most and most < _LEAST_PLACE):
        return list(chosen)
    least = quotables[0].score - margin_of(quotables) - CONTRARY
    told = [one for one in quotables if _says(one.contrary) and one.score >= least]
    best = next((one for one in told if window == ANY_TIME or is_of(one, window)), None)
    return list(chosen) if best is None else [*chosen[: most - 1], best]


def _says(contrary: Contrary | None) -> bool:
    """Whether it says the opposite in so many words."""
    return contrary is not None and not contrary.is_of_another_time and contrary.told is not None


def _lacks(denial: str, question: str, told: Quotable) -> Contrary | None:
    """Whether neither the sentence denies anything nor its headline what is asked for."""
    if denies_something(told.text, question):
        return None
    meant = {stem_of(word) for word in WORD.findall(question) if word.lower() not in FUNCTION_WORDS}
    title = told.card.title
    of_it = len(meant & stems_of(title)) >= _SHARED and denies_something(title, question)
    return None if of_it else Contrary(denial)


def _opposed(question: str, told: Quotable) -> Contrary | None:
    passage = f"{told.card.title}\n{told.ranked.candidate.text}"
    found = opposites_in(question, told.text, title=told.card.title, passage=passage)
    return next((Contrary(asked, other) for asked, other in found), None)


def _of_another_number(question: str, numerals: Sequence[Numeral], told: Quotable) -> Contrary | None:
    """ "12 academies" of the question, where the sentence has 16 academies and its passage no 12."""
    others = numerals_in(told.text) if numerals else []
    if not others:
        return None
    values = values_in(f"{told.card.title}\n{told.ranked.candidate.text}")
    for one in numerals:
        if one.stands_in(values):
            continue
        kind, counted = _kind_of(question, one), stems_of_counted(question, one.end, most=_COUNTED)
        for other in others:
            words = told.text[other.start : other.end]
            same = _kind_of(told.text, other) == kind and not _YEAR.fullmatch(words)
            behind = stems_of_counted(told.text, other.end, most=_COUNTED)
            if same and not one.is_about(other) and _is_same(counted, behind):
                return Contrary(question[one.start : one.end], words)
    return None


def _of_another_year(edition: Edition, told: Quotable) -> Contrary | None:
    """ "The 2019 cup" of the question, where the headline or the sentence has "Cup 2021", and the passage
    does not name 2019. A headline is of 2019 as well where it was published then."""
    title, text = told.card.title, told.ranked.candidate.text
    headline, sentence = edition.another_in(title), edition.another_in(told.text)
    if headline is not None and of_window(told.ranked.candidate, *edition.days):
        headline = None
    if sentence is not None and speaks_of(f"{title}\n{text}", *edition.days):
        sentence = None
    other = headline or sentence
    return Contrary(str(edition.year), other, "year") if other else None


def _is_later(window: Window, article: StoredText) -> bool:
    """Whether it was published long after a window with two ends, and neither headline nor text names a time
    in that."""
    since, until = window
    published = article.card.published.earliest
    if since is None or until is None or published is None or until > dt.date.max - _LONG_AFTER:
        return False
    return published > until + _LONG_AFTER and not speaks_of(
        f"{article.card.title}\n{article.text}", since, until
    )


def _is_whole(question: str, number: Numeral) -> bool:
    """Whether it tells of how many something is a part."""
    before = question[max(0, number.start - _LONGEST_BEFORE) : number.start]
    return bool(_WHOLE_BEFORE.search(before) or _WHOLE_BEHIND.match(question, number.end))


def _kind_of(text: str, number: Numeral) -> tuple[bool, bool, bool]:
    """Whether it is an amount of money, a percentage, or a place in an order."""
    money = _CURRENCY_BEFORE.search(text[max(0, number.start - _LONGEST_BEFORE) : number.start])
    return (
        bool(money or _OF_MONEY.match(text, number.end)),
        _OF_A_HUNDRED.match(text, number.end) is not None,
        _ORDINAL.search(text[number.start : number.end]) is not None,
    )


def _is_same(counted: Sequence[str], other: Sequence[str]) -> bool:
    """Whether the first word behind one number is behind the other too: "national academies", "academies"."""
    return bool({*counted[:1]} & {*other} or {*other[:1]} & {*counted})
