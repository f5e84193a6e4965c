"""How sure an answer is: the probability that the quotes shown hold the answer.

A logistic regression over a few signs of evidence. Its weights stand in `calibration.json` with the data
they were fitted on; `evals/calibrate.py` fits them. They are never fitted on the questions that judge the
product.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from typing import Any

from rag.answering.quoting import Quotable
from rag.answering.ranking import Ranked

_WORD = re.compile(r"\w+(?:[’'.-]\w+)*")
_FUNCTION_WORDS = frozenset(
    """
    a an and any are as at be been being but by can could did do does doing done for from get give had has
    have he her him his how i if in into is it its itself just many may me might more most much must my of off
    on one or our out over shall she should so some such tell than that the their them then there these they
    this those to us was we were what when where which while who whom whose why will with would you your about
    after before during since until between latest current currently status state now today new news
    """.split()  # noqa: SIM905 - a list of a hundred strings is not easier to read
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand|million|"
    r"billion|half|third|quarter|twice|double|several|first|second)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:1[0-9]{3}|20[0-9]{2})\b|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*\b|"
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:today|yesterday|tomorrow|week|month|year|decade|"
    r"century|morning|evening|night|spring|summer|autumn|winter)s?\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![.!?“\"]\s)(?<!^)\b[A-Z][\w’'-]+")
_WANTED = (
    (
        re.compile(
            r"\bhow (?:many|much|old|long|far|tall|big|large|often)\b|\bwhat (?:percent|number)", re.I
        ),
        _NUMBER,
    ),
    (re.compile(r"\b(?:when|what (?:year|month|day|date)|which (?:year|month|day))\b", re.I), _TIME),
    (
        re.compile(r"\b(?:who|whom|whose|where|which (?:country|city|person|company|team|state))\b", re.I),
        _NAME,
    ),
)


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for and against the best quote being an answer. Each is a plain number.

    sentence: the best sentence's logit. passage: the best passage's logit, 0 without a cross-encoder.
    cosine: the highest cosine of a passage. covered: share of the question's content words in the best
    sentence or its passage. missing_names: names and numbers of the question that are in neither.
    wanted_kind: 1 when the question asks for a number, a time or a name and the best sentence has one that
    the question has not, −1 when it has none, 0 when no kind is asked for.
    """

    sentence: float
    passage: float
    cosine: float
    covered: float
    missing_names: float
    wanted_kind: float


def signs_of(question: str, quotables: Sequence[Quotable], ranking: Sequence[Ranked]) -> Signs:
    """The signs of the best sentence (the first of `quotables`, which must not be empty)."""
    best = quotables[0]
    candidate = best.ranked.candidate
    evidence = f"{candidate.article.card.title}\n{candidate.text}"
    known = {_stem(word) for word in _WORD.findall(evidence)}
    content = [word for word in _WORD.findall(question) if word.lower() not in _FUNCTION_WORDS]
    found = [word for word in content if _stem(word) in known]
    names = [word for position, word in enumerate(content) if _is_name(word, question)]
    return Signs(
        sentence=best.score,
        passage=max(
            (ranked.scores.rerank for ranked in ranking if ranked.scores.rerank is not None), default=0.0
        ),
        cosine=max(ranked.candidate.dense for ranked in ranking),
        covered=len(found) / len(content) if content else 0.0,
        missing_names=float(sum(_stem(word) not in known for word in names)),
        wanted_kind=_wanted_kind(question, best.text),
    )


def confidence_of(signs: Signs, *, reranked: bool) -> float:
    """The probability, in (0, 1), that the quotes shown hold the answer."""
    fitted = _calibration()["reranked" if reranked else "retrieved"]
    weights: dict[str, float] = fitted["weights"]
    logit = fitted["intercept"] + math.fsum(weights[name] * value for name, value in asdict(signs).items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


@functools.cache
def _calibration() -> dict[str, dict[str, Any]]:
    content = resources.files("rag.answering").joinpath("calibration.json").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, Any]] = json.loads(content)
    return loaded


def _stem(word: str) -> str:
    """The first letters of a word without its endings: enough to see the same word in another form."""
    plain = word.lower().replace("’", "'").removesuffix("'s").rstrip("'")
    for ending in ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "ly"):
        if plain.endswith(ending) and len(plain) - len(ending) >= 4:
            return plain[: -len(ending)]
    return plain


def _is_name(word: str, question: str) -> bool:
    """Whether a word of the question is a number or is written like a name, not only as its first word."""
    if any(character.isdigit() for character in word):
        return True
    return word[0].isupper() and not question.lstrip().startswith(word)


def _wanted_kind(question: str, sentence: str) -> float:
    for asks, kind in _WANTED:
        if asks.search(question):
            asked = {_stem(word) for word in _WORD.findall(question)}
            fresh = [match for match in kind.findall(sentence) if _stem(match) not in asked]
            return 1.0 if fresh else -1.0
    return 0.0
