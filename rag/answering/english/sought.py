"""What kind of thing a question asks for, and whether a sentence has one that the question does not name.

"How many" is not answered without a number, nor "when" without a time, "who" without a name. Rules over
English words; where a question asks for neither, or in other words, nothing is said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Literal

from rag import patterns
from rag.answering.english.lexicon import TIMES
from rag.answering.english.mentions import Known, mentions
from rag.turning import ONES, SCALES, TENS

Kind = Literal["number", "time", "person", "place"]

_FORMS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "number",
        patterns.compile(
            r"\bhow\s+(?:many|much|long|old|far|high|tall|fast|often|large|big|deep|wide|heavy)\b"
            r"|\b(?:what|which)\s+(?:percentage|percent|share|proportion|amount|number|age|rate|price|total)\b"
            r"|\bat\s+what\b|\bby\s+how\b",
            re.IGNORECASE,
        ),
    ),
    (
        "time",
        patterns.compile(
            r"\bwhen\b|\b(?:what|which)\s+(?:year|date|day|month|time|century|decade)\b", re.IGNORECASE
        ),
    ),
    ("person", patterns.compile(r"\b(?:who|whom|whose)\b", re.IGNORECASE)),
    (
        "place",
        patterns.compile(
            r"\bwhere\b|\b(?:what|which)\s+(?:city|country|place|town|state|region|province|district|county|village"
            r"|continent|island|nation)\b",
            re.IGNORECASE,
        ),
    ),
)
_OTHER_NUMBERS = ("dozen", "half", "third", "quarter", "once", "twice", "both")
_NUMBER = patterns.compile(
    rf"\d[\d,.]*|\b(?:{'|'.join(sorted({*ONES, *TENS, *SCALES, *_OTHER_NUMBERS}))})s?\b", re.IGNORECASE
)
# With a capital letter: "it may open" names no month.
_TIME = patterns.compile(
    rf"\b(?:1\d{{3}}|20\d\d|{'|'.join(sorted(map(str.capitalize, TIMES)))}|spring|summer|autumn|winter"
    r"|century|decade|[Yy]esterday|[Tt]oday|[Tt]omorrow|[Tt]onight|(?:[Ll]ast|[Nn]ext|[Tt]his)\s+(?:week|month|year))\b"
)
_PLACED = patterns.compile(
    r"\b(?:in|at|from|to|near|of|into|outside|across|between|and|off|,)\s+(?:the\s+)?\Z", re.IGNORECASE
)
_WORD = patterns.compile(r"[\w’'-]+")
_NOBODY = Known.of(())


def sought_by(question: str, *, proper: str) -> Callable[[str], bool] | None:
    """What tells of a sentence whether it has something of the kind that the question asks for, and that no
    word of the question names; None where no kind is known.

    `proper` is the question without what leads up to it: the first of its words that ask tells the kind.
    """
    found = [(match.start(), kind) for kind, form in _FORMS if (match := form.search(proper))]
    if not found:
        return None
    kind = min(found)[1]
    named = {word.casefold() for word in _WORD.findall(question)}
    return lambda sentence: any(named.isdisjoint(one.casefold().split()) for one in _of_kind(sentence, kind))


def _of_kind(sentence: str, kind: Kind) -> Iterator[str]:
    if kind in {"number", "time"}:
        pattern = _NUMBER if kind == "number" else _TIME
        yield from (match.group().rstrip(".,") for match in pattern.finditer(sentence))
        return
    for name in mentions(sentence, _NOBODY):
        placed = name.kind == "place" or _PLACED.search(sentence, 0, name.start) is not None
        if placed if kind == "place" else name.kind != "place":
            yield " ".join(name.words)
