"""The questions that one question holds, each to be asked by itself: what answers one leaves another open."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag import patterns
from rag.answering.questions import names_in, points_back, says_something, sentences_in
from rag.turning.opposites import IRREGULAR_PASTS

# More are no question but a list, and each takes the time of a whole one.
MOST = 4
_AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)(?:n[’']t)?\b"
)
_BEFORE = r"(?:(?:by|in|on|at|for|to|with|of|from|about|under|against|since|until)\s+)?"
_WORD = (
    r"(?!(?:the|an?|he|she|it|they|we|you|his|her|its|their|this|that|these|those|which|who|and|or|else|to)\b)"
    r"[a-z][\w’'-]*"
)
_PAST = rf"(?:[a-z]{{2,}}ed|{'|'.join(sorted(IRREGULAR_PASTS))})"
# How a question begins: with the auxiliary before its subject, or with that. "What the bank did" is none.
_BEGINS = rf"""(?:
    {_BEFORE}(?:who|whom|what|when|where|why|how)\s+{_AUXILIARY}
  | {_BEFORE}(?:what|which|whose|how)(?:\s+{_WORD}){{1,4}}\s+{_AUXILIARY}
  | who\s+{_WORD}
  | (?:(?:which|whose|what)\s+{_WORD}|how\s+(?:many|much))(?:\s+{_WORD}){{0,3}}?\s+{_PAST}\b
  | {_AUXILIARY}\s+(?:he|she|it|they)\b
)"""
_JOINS = patterns.compile(rf"\s*(?:,?\s+and\s+(?:also\s+)?|;\s*(?:and\s+)?)(?={_BEGINS})", re.VERBOSE)
_ASKS = patterns.compile(
    rf"\W*(?:(?:please\s+)?tell\s+me\s+)?(?:{_BEFORE}(?:who|whom|whose|what|which|when|where|why|how)\b|{_AUXILIARY})",
    re.IGNORECASE,
)
_RELATIVE = patterns.compile(r"\b(?:who|whom|whose|which|when|where|what|how|why)\b", re.IGNORECASE)
_END = " \t?!.,;"


def parts_of(question: str) -> tuple[str, ...]:
    """The questions that it holds, in its order and each to be asked by itself; itself alone where it is one.

    "Who chairs the club and where was it founded?" is two. What only leads up to them stands before each.
    One that points back ("he"), or that names nothing where another one does, is led by that other one, with
    a full stop behind it: "Who chairs the club. Where was it founded?"
    """
    told: list[str] = []
    parts: list[str] = []
    sentences = [question[start:end] for start, end in sentences_in(question)]
    for sentence in sentences:
        # "When she died, she left four dogs." asks nothing.
        if _ASKS.match(sentence) and (len(sentences) == 1 or "?" in sentence[-3:]):
            parts += _parted(sentence)
        else:
            told.append(sentence)
    if not 2 <= len(parts) <= MOST or not all(map(says_something, parts)):
        return (question,)
    before = "".join(f"{one} " for one in told)
    return tuple(f"{before}{_led(place, parts, told=bool(told))}?" for place in range(len(parts)))


def _parted(sentence: str) -> Iterator[str]:
    """A sentence that asks, parted where another question begins in it; without its closing marks."""
    start = 0
    for seam in _JOINS.finditer(sentence):
        if _joins_questions(sentence[start : seam.start()], sentence[seam.end() :]):
            yield sentence[start : seam.start()].strip(_END)
            start = seam.end()
    yield sentence[start:].strip(_END)


def _joins_questions(before: str, behind: str) -> bool:
    """Not what goes on about somebody ("the man who led Arda and who sold it"), nor what stands in quotes."""
    opening = _RELATIVE.search(behind)
    others = {one.group().lower() for one in list(_RELATIVE.finditer(before))[1:]}
    goes_on = opening is not None and opening.group().lower() in others
    quoted = before.count('"') % 2 == 1 or before.count("“") > before.count("”")
    return says_something(before) and not goes_on and not quoted


def _led(place: int, parts: list[str], *, told: bool) -> str:
    """A part, behind the one that it needs to be understood. `told`: something leads up to all of them."""
    part = parts[place]
    others = [*reversed(parts[:place]), *parts[place + 1 :]]
    leads = others[:1] if place and points_back(part) else []
    if not told and not names_in(part):
        leads = [one for one in others if names_in(one)][:1] or leads
    return ". ".join(f"{one[:1].upper()}{one[1:]}" for one in (*leads, part))
