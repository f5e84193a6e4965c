"""The questions that one question holds, each to be asked by itself: what answers one leaves another open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag import patterns
from rag.answering.questions import names_in, points_back, says_something, sentences_in
from rag.turning.opposites import IRREGULAR_PASTS

# More are no question but a list, and each takes the time of a whole one.
MOST = 6
_ASKING = r"(?:who|whom|whose|what|which|when|where|why|how)"
_AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)(?:n[’']t)?\b"
)
_BEFORE = r"(?:(?:by|in|on|at|for|to|with|of|from|about|under|against|since|until)\s+)?"
_WORD = (
    r"(?!(?:the|an?|he|she|it|they|we|you|his|her|its|their|this|that|these|those|which|who|and|or|else|to)\b)"
    r"(?-i:[a-z])[\w’'-]*"
)
_PAST = rf"(?:[a-z]{{2,}}ed|{'|'.join(sorted(IRREGULAR_PASTS))})"
# How a question begins: with the auxiliary before its subject, or with that. "What the bank did" is none.
_BEGINS = rf"""(?:
    {_BEFORE}(?:(?:who|whom|what|when|where|why|how)\s+{_AUXILIARY}|(?:who|what|when|where|how)[’']s\b)
  | {_BEFORE}(?:what|which|whose|how)(?:\s+{_WORD}){{1,4}}\s+{_AUXILIARY}
  | who\s+{_WORD}
  | what\s+(?:happened|caused|became)\b
  | (?:(?:which|whose|what)\s+{_WORD}|how\s+(?:many|much))(?:\s+{_WORD}){{0,3}}?\s+{_PAST}\b
  | {_AUXILIARY}\s+(?:he|she|it|they|that|this|there)\b
)"""
_AND = r"(?:,?\s+(?:and|&)\s+(?:also\s+)?|;\s*(?:and\s+)?)"
_JOINS = patterns.compile(rf"{_AND}(?={_BEGINS})", re.VERBOSE | re.IGNORECASE)
# Between the first of a list, whose last has an "and".
_LISTS = patterns.compile(rf",\s+(?={_BEGINS})", re.VERBOSE | re.IGNORECASE)
_ASKS = patterns.compile(
    rf"""\W*(?:(?:and|but|also|so|then)\s+)?(?:(?:please\s+)?tell\s+me\s+)?
    (?:{_BEFORE}{_ASKING}\b|(?!\w+\s+you\b){_AUXILIARY})""",
    re.VERBOSE | re.IGNORECASE,
)
_OPENING = patterns.compile(r"\W*(?:and|but|also|so|then)\s+(?=\w)", re.IGNORECASE)
_WHEN = patterns.compile(
    r"(?:as\s+of|in|on|during|since|after|before|by|until)\s[^,?]{1,40},\s+", re.IGNORECASE
)
_ASKING_WORD = patterns.compile(rf"\b{_ASKING}\b", re.IGNORECASE)
# A question as far as its verb: "which minister" is none.
_OPENS = patterns.compile(
    rf"""\W*(?:(?:please\s+)?tell\s+me\s+)?(?:
        {_BEGINS}
      | {_AUXILIARY}\s
      | {_BEFORE}(?:what|which|whose|how)(?:\s+(?!(?:that|{_ASKING})\b)[^\s,]+){{1,6}}?\s+
        (?:{_AUXILIARY}|{_PAST}\b)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_OPENS_WITH = patterns.compile(rf"\W*(?:(?:please\s+)?tell\s+me\s+)?{_BEFORE}{_ASKING}\b", re.IGNORECASE)
_QUOTED = patterns.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“]*“|‘[^’]*’(?!\w)|(?<!\w)'[^']*'(?!\w)|\([^)]*\)")
_AROUND = " \t?!,;–—-"


@dataclass(frozen=True, slots=True)
class Question:
    """A question to be asked by itself, what leads up to all of them, and another one that it needs to be
    understood: "" for none."""

    words: str
    before: str = ""
    lead: str = ""

    @property
    def text(self) -> str:
        return f"{self.before}{self.words}"

    @property
    def asked_as(self) -> str:
        return f"{self.lead} {self.text}".strip()


def parts_of(question: str) -> list[Question]:
    """The questions that it holds, in its order; itself alone where it is one.

    "Who chairs the club and where was it founded?" is two. What only leads up to them, or says of what time
    they are ("In 2020, …"), stands before each. One that points back ("it"), or that names nothing, is led by
    another one that names something, an earlier one if there is any.
    """
    told: list[str] = []
    parts: list[str] = []
    quoted = [one.span() for one in _QUOTED.finditer(question)]
    sentences = list(sentences_in(question))
    if any(start < end < stop for _, end in sentences for start, stop in quoted):
        return [Question(question)]
    for start, end in sentences:
        sentence = question[start:end]
        when = _WHEN.match(sentence)
        body = when.end() if when else 0
        # "When she died, she left four dogs." asks nothing.
        if _ASKS.match(sentence, body) and (len(sentences) == 1 or "?" in sentence[-3:]):
            inside = [(first - start, last - start) for first, last in quoted]
            parts += [f"{sentence[:body]}{one}" for one in _parted(sentence, body, inside)]
        elif "?" in sentence[-3:]:
            return [Question(question)]
        elif says_something(sentence) and any(map(str.isalpha, sentence)):
            told.append(sentence)
    spoken = list(dict.fromkeys(f"{one[:1].upper()}{one[1:]}?" for one in parts))
    if not 2 <= len(spoken) <= MOST or not all(map(says_something, spoken)):
        return [Question(question)]
    before = "".join(f"{one} " for one in told)
    return [
        Question(one, before, _lead_of(place, spoken, told=bool(told))) for place, one in enumerate(spoken)
    ]


def _parted(sentence: str, start: int, quoted: Sequence[tuple[int, int]]) -> Iterator[str]:
    """What a sentence asks from `start` on, parted where another question begins in it."""
    joins = list(_JOINS.finditer(sentence, start))
    lists = list(_LISTS.finditer(sentence, start, joins[-1].start())) if joins else []
    for seam in sorted([*joins, *lists], key=lambda one: one.start()):
        inside = any(first < seam.end() and seam.start() < last for first, last in quoted)
        if not inside and seam.start() > start and _is_whole(sentence[start : seam.start()]):
            yield _bare(sentence[start : seam.start()])
            start = seam.end()
    yield _bare(sentence[start:])


def _is_whole(before: str) -> bool:
    """Whether it is a question that ends here. Not where it has told of something with "who", "what" and the
    like: what follows goes on about that ("Did they say what was stolen and who did it?")."""
    opening = _OPENS_WITH.match(before)
    told = _ASKING_WORD.search(before, opening.end() if opening else 0)
    return told is None and says_something(before) and _OPENS.match(before) is not None


def _bare(part: str) -> str:
    opening = _OPENING.match(part)
    return part[opening.end() if opening else 0 :].strip(_AROUND)


def _lead_of(place: int, parts: Sequence[str], *, told: bool) -> str:
    """The question that another one needs to be understood. `told`: something leads up to all of them."""
    part, earlier, later = parts[place], parts[:place], parts[place + 1 :]
    back = bool(earlier) and points_back(part)
    if not back and (told or names_in(part)):
        return ""
    naming = [one for one in reversed(earlier) if names_in(one)]
    if not back and not naming:
        naming = [one for one in later if names_in(one)]
    return next(iter([*naming, *earlier]), "")
