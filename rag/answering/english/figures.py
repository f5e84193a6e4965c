"""Figures in quotes: a number with its unit and subject, and when two of them cannot both be right.

Two figures contradict each other only when unit, subject and time are the same and their values cannot be
two roundings of one. The subject is the same when the clauses have the same words, but for a few that narrow
nothing: whatever only one of them adds makes another subject. A year, a date, an age, an ordinal and a length
of time are no figures; "150,000 more" is no total; a forecast contradicts no count. Where a doubt is left,
nothing is said.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

from rag import patterns
from rag.answering.english.statements import Statement
from rag.answering.english.subjects import points_back, stem, subject_of, word_set
from rag.answering.english.tenses import cues_of
from rag.turning import ONES, SCALES, TENS, THOUSANDS, denies

# "One" alone is mostly an article.
_SMALL = {word: value for word, value in ONES.items() if value > 1}
_DIGIT_WORDS = [word for word, value in ONES.items() if 0 < value < 10]
_SCALES = {**SCALES, "mn": 10**6, "bn": 10**9, "tn": 10**12}
_CURRENCIES = {
    **{"us$": "usd", "usd": "usd", "$": "usd", "dollar": "usd", "a$": "aud", "c$": "cad"},
    **{"€": "eur", "eur": "eur", "euro": "eur", "£": "gbp", "gbp": "gbp", "pound": "gbp"},
    **{"rs": "rupee", "rs.": "rupee", "pkr": "rupee", "inr": "rupee", "₹": "rupee", "rupee": "rupee"},
    **{"rouble": "rouble", "ruble": "rouble", "yuan": "yuan", "yen": "yen", "¥": "yen"},
}
# What is looked up is read in ASCII letters only: where case does not count, "ı" would be an "i".
# The "rs" of "years" is no sign.
_SIGN = r"(?a:(?<!\w)(?:US\$|A\$|C\$|USD|EUR|GBP|PKR|INR|Rs\.?)|[$€£₹¥])"
# What has more digits than a number of news is none, and may be too large to reckon with.
_DIGITS = r"\d{1,3}(?:,\d{2,3}){0,6},\d{3}(?:\.\d+)?|\d{1,18}(?:\.\d+)?"
_SMALL_WORDS = "|".join(sorted(_SMALL, key=len, reverse=True))
_WORDS = rf"(?a:(?:{'|'.join(TENS)})(?:[ -](?:{'|'.join(_DIGIT_WORDS)}))?|{_SMALL_WORDS})"
_SCALE = rf"(?a:[ -]?(?:{'|'.join(_SCALES)})s?\b)"
_NUMBER = patterns.compile(
    rf"(?P<sign>{_SIGN})?\s?(?<![\w.,:/-])(?P<number>{_DIGITS}|\b(?:{_WORDS})\b)(?P<scale>{_SCALE})?"
    rf"(?:\s?(?P<range>-|–|\bto\b)\s?(?:{_SIGN})?(?P<upper>{_DIGITS})(?P<upper_scale>{_SCALE})?)?"
    r"(?![\d:/]|[.,]\d|-\w|[’']|(?:st|nd|rd|th|am|pm|[A-Za-z])\b)",
    re.IGNORECASE,
)
_PERCENT = patterns.compile(r"\s?(?:%|percent\b|per\s?cent\b)(?!\s*(?:age\s*)?points?\b)", re.IGNORECASE)
_MONEY = patterns.compile(
    r"\s(?:US\s)?(?P<name>(?a:dollar|euro|pound|rupee|rouble|ruble|yuan|yen))s?\b", re.IGNORECASE
)
_NOUN = patterns.compile(r"\s+(?P<word>[a-z]+(?:-[a-z]+)*)")
_GENERAL = word_set("people men women children police troops personnel")
# A word that ends as a plural does and is none, or that counts time.
_NO_UNIT = word_set(
    "seconds minutes hours days weeks months years decades times points was is has does this its his us "
    "ours yes plus less thus as always perhaps across towards others percent goals runs wickets strokes "
    "passes yards"
)
_STOPS = word_set(
    "of in on at to for from and or but by with were was are is had has have who that which than as when "
    "while after before since per a an the not"
)
_MORE = patterns.compile(
    r"\b(?:another|(?:an?\s+)?additional|a\s+further|further|extra|more|other)\s+$", re.IGNORECASE
)
_MORE_BEHIND = patterns.compile(r"\s+(?:more(?!\s+than)|additional|further|extra|other)\b", re.IGNORECASE)
_AT_LEAST = patterns.compile(
    r"\b(?:more\s+than|over|above|at\s+least|no\s+fewer\s+than|no\s+less\s+than|upwards\s+of|exceed\w*)\s+$",
    re.IGNORECASE,
)
_AT_MOST = patterns.compile(
    r"\b(?:less\s+than|fewer\s+than|under|below|up\s+to|as\s+many\s+as|at\s+most|no\s+more\s+than|as\s+much\s+as)"
    r"\s+$",
    re.IGNORECASE,
)
_ABOUT = patterns.compile(
    r"\b(?:about|around|some|roughly|approximately|nearly|almost|close\s+to|an?\s+estimated|estimated)\s+$",
    re.IGNORECASE,
)
_ROLE = patterns.compile(r"\b(?P<role>from|to|by)\s+(?:[a-z]+\s+){0,2}$", re.IGNORECASE)
# "49 of the 67 counties" are a part and its whole.
_PART = patterns.compile(
    rf"(?:{_DIGITS}|\b(?:{_WORDS}))\s+(?:out\s+)?of\s+(?:[\w’']+\s+){{0,3}}$", re.IGNORECASE
)
_OF_WHOLE = patterns.compile(rf"\s+(?:out\s+)?of\s+(?:[\w’']+\s+){{0,3}}(?:{_DIGITS})", re.IGNORECASE)
_BETWEEN = patterns.compile(r"\bbetween\s+$", re.IGNORECASE)
_AND = patterns.compile(
    rf"^\s+and\s+(?:{_SIGN})?(?P<upper>{_DIGITS})(?P<upper_scale>{_SCALE})?", re.IGNORECASE
)
_AGE = patterns.compile(r"\b(?:aged|age)\s+$", re.IGNORECASE)
_NAMED = patterns.compile(r"(?:\b[A-Z][\w’'-]*|\bNo\.?)\s+$")
_YEAR = patterns.compile(r"(?:1[5-9]|20)\d{2}")
# A forecast, a target or a condition is no count.
_AHEAD = patterns.compile(
    r"\b(?:will|would|could|(?-i:may)|might|should|if|expect\w*|forecast\w*|project(?:ed|ion\w*|s)|target\w*|plan\w*|"
    r"aim\w*|propos\w*|estimat\w*|predict\w*|intend\w*|seek\w*|demand\w*|offer\w*|hop(?:e|es|ed|ing)|potential\w*)\b",
    re.IGNORECASE,
)
_CLAUSE = patterns.compile(
    r"[,;:](?!\d)|[–—()]|\s-\s|\b(?:while|whereas|but|although|compared|against|after|and)\b"
)
_PERIOD = patterns.compile(
    r"\b(?:(?:first|second|third|fourth|last|previous|this|current|next|same|that)\s+(?:financial\s+|fiscal\s+)?"
    r"(?:quarter|half|season|term|decade|century|period|round|phase|stage|wave|summer|winter|spring|autumn)"
    r"|Q[1-4]|H[12]|(?:fiscal|financial)\s+year|so\s+far|to\s+date|per\s+\w+|an?\s+(?:day|week|month|year)|annual\w*|"
    r"yearly|monthly|weekly|daily|quarterly|overnight|year-on-year|month-on-month|"
    r"January|February|March|April|June|July|August|September|October|November|December|(?<=in\s)May|"
    r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|yesterday|today|since|earlier|previous\w*|"
    r"initial\w*|original\w*|(?:this|last|next|past)\s+\w+|ago)\b",
    re.IGNORECASE,
)
# What only grows while it is counted: a later, higher count is news, not disagreement.
_GROWING = frozenset(
    stem(word) for word in ("killed", "injured", "cases", "infected", "arrested", "detained", "displaced")
) | frozenset(
    stem(word)
    for word in ("missing", "rescued", "evacuated", "recovered", "vaccinated", "signatures", "donated")
)
# What a thing is once and for all, so that the day on which it is told does not matter.
_LASTING = frozenset(stem(word) for word in ("worth", "cost"))
_NEAR = 10  # days within which two accounts without a time of their own tell of one event
_FEWEST = 2  # words beside the unit that two figures of one subject have in common
# What may stand on one side only: it leaves the subject as wide as it was.
_NARROWS_NOTHING = frozenset(
    stem(word)
    for word in word_set(
        "reported reportedly reach reaches reached stand stands stood amount amounted totalled totaled came "
        "number rate level figure sum count whole entire altogether alone sharply slightly significantly "
        "steeply considerably"
    )
)
# What narrows a subject although the words of a subject leave it out.
_NARROWS = word_set(
    "first two other own each every both additional extra further without within under below above over "
    "before until most many few more less early newly recently"
)
_WORD_OR_NUMBER = patterns.compile(r"\d+(?:[.,]\d+)*|[a-z]+", re.IGNORECASE)
_DATA_SHOW = patterns.compile(
    r"^\W*(?:the\s+)?(?:official\s+|government\s+)?(?:data|figures|statistics)\s+show(?:s|ed)?\b(?:\s+that\b)?",
    re.IGNORECASE,
)
# Who "reported 20 cases" has them; who said that there are 20 need not.
_HAS_THEM = patterns.compile(r"\b(?:reported|confirmed|announced|added|claimed|revealed|noted)\s+$")
# A part of the sentence that begins so narrows what is counted wherever it stands: "among women, …".
_NARROWING = patterns.compile(
    r"\s*(?:in|on|at|of|for|from|to|by|with|without|within|among|amongst|across|under|over|below|above|outside|"
    r"inside|near|around|along|through|throughout|between|during|excluding|including|except|besides)\b",
    re.IGNORECASE,
)
# "…, seasonally adjusted": a verb without anybody who does it.
_PARTICIPLE = patterns.compile(r"\s*(?:not\s+)?(?:\w+ly\s+)?[a-z]+ed\b")
# What happened again is counted again.
_AGAIN = patterns.compile(
    r"\b(?:new(?!\s+(?:york|zealand|delhi|jersey|mexico|orleans|hampshire|guinea|south|caledonia|england))"
    r"|another|second|third|fourth|fifth|fresh|separate|again)\b",
    re.IGNORECASE,
)
_APPOSED = patterns.compile(r"\s*(?:the|an?)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit: `[start, end)` of the text, its value, and the values that the words allow.

    `narrowed` is what stands between the number and its noun ("12 armed men"); `more` when it adds to another
    figure; `role` is "from", "to", "by" or none.
    """

    start: int
    end: int
    value: float
    low: float
    high: float
    unit: str
    narrowed: str
    more: bool
    role: str | None

    def excludes(self, other: Figure) -> bool:
        """Whether no value is both."""
        return self.high <= other.low or other.high <= self.low


def figures_of(text: str) -> list[Figure]:
    """The figures of a sentence, in order; what has no unit is none."""
    figures: list[Figure] = []
    for match in _NUMBER.finditer(text):
        start = match.start("sign") if match["sign"] else match.start("number")
        if figures and start < figures[-1].end:
            continue
        before = text[: match.start() if match["sign"] else match.start("number")]
        low, high = _values(match["number"], match["scale"] or match["upper_scale"])
        end = match.end()
        if match["upper"]:
            high = _values(match["upper"], match["upper_scale"])[1]
        elif _BETWEEN.search(before) and (pair := _AND.match(text[end:])):
            high, end = _values(pair["upper"], pair["upper_scale"])[1], end + pair.end()
        if high < low:
            continue  # "5-3" is a score, not a range
        unit = _unit(text, match["sign"], end)
        if unit is None or _OF_WHOLE.match(text, end) or _is_no_figure(match, unit, before):
            continue
        name, narrowed, end, more = unit
        value = (low + high) / 2
        low, high = bounded(before, low, high)
        more = more or _MORE.search(before) is not None
        role = _ROLE.search(before)
        said = role["role"].lower() if role else None
        figures.append(Figure(start, end, value, low, high, name, narrowed, more, said))
    return figures


def _values(number: str, scale: str | None) -> tuple[float, float]:
    """The values that are written so when rounded: half of the last digit that is not 0, at most 5 %."""
    factor = _SCALES[scale.strip(" -").lower().removesuffix("s")] if scale else 1
    digits = THOUSANDS.sub("", number)
    if not digits[0].isdigit():
        tens, _, ones = digits.lower().replace("-", " ").partition(" ")
        value = (TENS.get(tens) or ONES[tens]) + (ONES[ones] if ones else 0)
        return _around(value * factor, 0.5 * factor)
    whole, _, part = digits.partition(".")
    if part:
        step = 10.0 ** -len(part)
    else:
        step = 10.0 ** (len(whole) - len(whole.rstrip("0"))) if whole.strip("0") else 1.0
    return _around(float(digits) * factor, step * factor / 2)


def _around(value: float, tolerance: float) -> tuple[float, float]:
    tolerance = min(tolerance, 0.05 * value) if value >= 10 else min(tolerance, 0.5)
    return value - tolerance, value + tolerance


def bounded(before: str, low: float, high: float) -> tuple[float, float]:
    """What a number from `low` to `high` may mean behind these words: "about", "more than", "up to"."""
    middle = (low + high) / 2
    if _AT_LEAST.search(before):
        return middle, math.inf
    if _AT_MOST.search(before):
        return 0.0, middle
    if _ABOUT.search(before):
        return min(low, 0.9 * middle), max(high, 1.1 * middle)
    return low, high


def _unit(text: str, sign: str | None, end: int) -> tuple[str, str, int, bool] | None:
    """The unit behind `end`, what narrows it, where it ends, and whether a word beside it says "more"."""
    if sign:
        return _CURRENCIES[sign.lower()], "", end, bool(_MORE_BEHIND.match(text, end))
    for pattern in (_PERCENT, _MONEY):
        if match := pattern.match(text, end):
            name = "%" if pattern is _PERCENT else _CURRENCIES[match["name"].lower()]
            return name, "", match.end(), bool(_MORE_BEHIND.match(text, match.end()))
    more = _MORE_BEHIND.match(text, end)
    place = first = more.end() if more else end
    for _ in range(3):
        match = _NOUN.match(text, place)
        if match is None or match["word"] in _STOPS or match["word"] in _NO_UNIT:
            return None
        word, place = match["word"], match.end()
        if word in _GENERAL or (
            word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3
        ):
            behind = _MORE_BEHIND.match(text, place)
            return stem(word), text[first : match.start()], place, bool(more or behind)
    return None


def _is_no_figure(match: re.Match[str], unit: tuple[str, str, int, bool], before: str) -> bool:
    counted = bool(match["sign"]) or unit[0] in {"%", *_CURRENCIES.values()}
    year = _YEAR.fullmatch(match["number"]) and not match["scale"]
    if _AGE.search(before) or _PART.search(before):
        return True
    # "Resolution 242", "Flight 370": the number is part of a name.
    return not counted and bool(year or (_NAMED.search(before) and match["number"][0].isdigit()))


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two figures for one thing, verbatim. `kind`: they disagree, or the later counts on from the earlier."""

    kind: Literal["disagree", "grown"]
    words: str
    other_words: str


def compare(one: Statement, other: Statement) -> Comparison | None:
    """What the figures of two quotes make of each other; None where nothing is sure.

    "grown" only where `other` was published later.
    """
    times = _kind_of_times(one, other)
    if times == "apart" or not _comparable(one, other):
        return None
    found: list[tuple[bool, str, Comparison]] = []
    for first in _alone(one.said):
        for second in _alone(other.said):
            if not _rivals(first, second, times):
                continue
            said = _said_of(one, first), _said_of(other, second)
            if any(_AHEAD.search(words) for words in said) or not _one_subject(*said, unit=first.unit):
                continue
            kind = _kind(times, first, second, _content(said[0]) | {first.unit})
            if kind is not None and not (kind == "grown" and _happened_again(one, other)):
                words = one.text[first.start : first.end], other.text[second.start : second.end]
                found.append((kind != "disagree", first.unit, Comparison(kind, *words)))
    # A statement has one figure of a unit here, so that this order is the same from either side.
    return min(found, key=lambda each: each[:2])[2] if found else None


def _comparable(one: Statement, other: Statement) -> bool:
    """Whether two statements name no other thing each, and both assert or both deny."""
    if points_back(one.said) or points_back(other.said):
        return False
    if subject_of(one.said).contradicted_by(subject_of(other.said)):
        return False
    # Without a time of their own, two statements may tell of two events that only the titles tell apart.
    if not one.times()[0] and subject_of(one.card.title).contradicted_by(subject_of(other.card.title)):
        return False
    return denies(one.said) == denies(other.said)


def _alone(text: str) -> list[Figure]:
    """The figures that are the only ones of their unit: of two, which is meant would be a guess."""
    figures = figures_of(text)
    counts = Counter(figure.unit for figure in figures)
    return [figure for figure in figures if counts[figure.unit] == 1 and not figure.more]


_Times = Literal["same", "later", "near", "apart"]


def _kind_of_times(one: Statement, other: Statement) -> _Times:
    """Whether two statements speak of the same time.

    same: told on one day, or of a time that was over for both. later: `other` was told some days on. near:
    that, the other way round. apart: of different times, too long after, or never known to be of one.
    """
    if one.day is None or other.day is None or one.card.article_id == other.card.article_id:
        return "apart"
    periods, others = _periods(one), _periods(other)
    if periods != others:
        return "apart"
    apart = (other.day - one.day).days
    over = all(isinstance(period, dt.date) and period < min(one.day, other.day) for period in periods)
    if apart == 0 or (periods and over):
        return "same"
    if abs(apart) > _NEAR:
        return "apart"
    return "later" if apart > 0 else "near"


def _kind(
    times: _Times, first: Figure, second: Figure, shared: frozenset[str]
) -> Literal["disagree", "grown"] | None:
    if times == "same":
        return "disagree"
    if shared & _GROWING:
        return "grown" if times == "later" and second.value > first.value else None
    return "disagree" if shared & _LASTING and first.excludes(second) else None


def _happened_again(one: Statement, other: Statement) -> bool:
    """Whether a quote or a headline says that there were several such events."""
    return any(_AGAIN.search(f"{each.card.title}\n{each.text}") for each in (one, other))


def _rivals(first: Figure, second: Figure, times: _Times) -> bool:
    """Whether one unit, used in one way, has two values that cannot both be, or one that has outgrown."""
    if first.unit != second.unit or first.role != second.role:
        return False
    # "At least 12" allows 31, and is out of date when 31 are counted.
    return first.excludes(second) or (times == "later" and first.high == math.inf and second.low >= first.low)


def _said_of(statement: Statement, figure: Figure) -> str:
    """What the statement says of the figure: its clause and all that narrows it, without number and times."""
    text = statement.times()[1]
    if not text[: figure.start].strip() and _HAS_THEM.search(statement.text[: figure.start]):
        text = statement.text[: figure.start] + text[figure.start :]
    head = _DATA_SHOW.sub(_blank, text[: figure.start])
    for pattern in (_AT_LEAST, _AT_MOST, _ABOUT):
        head = pattern.sub(_blank, head)
    text = head + text[figure.start :]
    cuts = [cut for cut in _CLAUSE.finditer(text) if cut.end() <= figure.start or cut.start() >= figure.end]
    starts = [0, *(cut.end() for cut in cuts)]
    ends = [*(cut.start() for cut in cuts), len(text)]
    joined = [cut.group() for cut in cuts]
    parts = [figure.narrowed]
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        part = text[start:end]
        if start <= figure.start and figure.end <= end:
            parts += [text[start : figure.start], text[figure.end : end]]
            continue
        link = joined[number - 1 if start > figure.start else number]
        participle = link != "and" and _PARTICIPLE.match(part)
        narrows = _NARROWING.match(part) or participle or not cues_of(part)
        # "12 percent, the most in ten years" says more of it; "Khan and the union" are two together.
        if narrows and (link == "and" or not _APPOSED.match(part)):
            parts.append(part)
    return " | ".join(parts)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _one_subject(one: str, other: str, *, unit: str) -> bool:
    """Whether two clauses say one thing of one subject: what one of them names the other names too.

    A word on one side only narrows it ("youth unemployment"), or is another direction or fate.
    """
    first, second = _content(one), _content(other)
    return first == second and len(first - {unit}) >= _FEWEST and _names(one, other) == _names(other, one)


def _content(text: str) -> frozenset[str]:
    """The words of a clause that tell what it counts, its other numbers among them."""
    words = (match.group().lower() for match in _WORD_OR_NUMBER.finditer(text))
    narrowing = (word for word in words if word[0].isdigit() or word in _NARROWS)
    return (subject_of(text).words - _NARROWS_NOTHING) | frozenset(narrowing)


def _names(text: str, other: str) -> list[str]:
    """The names that both have, as they follow each other: from Veld to Oster is not from Oster to Veld."""
    names = subject_of(text).names & subject_of(other).names
    found = [word for match in re.finditer(r"[^\W\d_]+", text) if (word := stem(match.group())) in names]
    return sorted(found) if "between" in text and "between" in other else found


def _periods(statement: Statement) -> frozenset[object]:
    """The times that a statement speaks of: the last day of each that is known, the words of any other."""
    days, rest = statement.times()
    words = (" ".join(match.group().lower().split()) for match in _PERIOD.finditer(rest))
    return frozenset([*(last for _, last in days), *words])
