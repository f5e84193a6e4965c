"""The questions that one question holds, each to be asked by itself: what answers one leaves another open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag import patterns
from rag.answering.english.lexicon import ASKING, AUXILIARY
from rag.answering.questions import names_in, points_back, says_something, sentences_in
from rag.turning.opposites import IRREGULAR_PASTS

# More are no question but a list, and each takes the time of a whole one.
MOST = 6
_BEFORE = r"(?:(?:by|in|on|at|for|to|with|of|from|about|under|against|since|until)\s+)?"
_WORD = (
    r"(?!(?:the|an?|he|she|it|they|we|you|his|her|its|their|this|that|these|those|which|who|and|or|else|to)\b)"
    r"(?-i:[a-z])[\w’'-]*"
)
_PAST = rf"(?:[a-z]{{2,}}ed|{'|'.join(sorted(IRREGULAR_PASTS))})"
# How a question begins: with the auxiliary before its subject, or with that. "What the bank did" is none.
_BEGINS = rf"""(?:
    {_BEFORE}(?:(?:who|whom|what|when|where|why|how)\s+{AUXILIARY}|(?:who|what|when|where|how)[’']s\b)
  | {_BEFORE}(?:what|which|whose|how)(?:\s+{_WORD}){{1,4}}\s+{AUXILIARY}
  | who\s+{_WORD}
  | what\s+(?:happened|caused|became)\b
  | (?:(?:which|whose|what)\s+{_WORD}|how\s+(?:many|much))(?:\s+{_WORD}){{0,3}}?\s+{_PAST}\b
  | {AUXILIARY}\s+(?:he|she|it|they|that|this|there)\b
)"""
_AND = r"(?:,?\s+(?:and|&)\s+(?:also\s+)?|;\s*(?:and\s+)?)"
_JOINS = patterns.compile(rf"{_AND}(?={_BEGINS})", re.VERBOSE | re.IGNORECASE)
# Between the first of a list, whose last has an "and"; "who was" and "which won" may go on about somebody.
_LISTS = patterns.compile(
    rf",\s+(?={_BEFORE}(?:what|when|where|why|how(?:\s+{_WORD}){{0,4}})\s+{AUXILIARY})", re.IGNORECASE
)
_OPENING = patterns.compile(r"\W*(?:and|but|also|so|then)\s+(?=\w)", re.IGNORECASE)
_WHEN = patterns.compile(
    r"(?:as\s+of|in|on|during|since|after|before|by|until)\s[^,?]{1,40},\s+", re.IGNORECASE
)
_TELL = r"\W*(?:(?:and|but|also|so|then)\s+)?(?:(?:please\s+)?tell\s+me\s+)?"
# A question as far as its verb: "which minister" is none, nor is what asks for a form ("can you be brief").
_OPENS = patterns.compile(
    rf"""{_TELL}(?:
        {_BEGINS}
      | (?!\w+\s+you\b){AUXILIARY}\s
      | {_BEFORE}(?:what|which|whose|how)(?:\s+(?!(?:that|{ASKING})\b)[^\s,]+){{1,6}}?\s+
        (?:{AUXILIARY}|{_PAST}\b)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_ASKING_WORD = patterns.compile(rf"\b{ASKING}\b", re.IGNORECASE)
_OPENS_WITH = patterns.compile(rf"{_TELL}{_BEFORE}{ASKING}\b", re.IGNORECASE)
# What its verb is still to come for, or its object: "what did Russia", "who voted for", "who owns".
_TORN = patterns.compile(
    rf"""{_TELL}(?:
        [^,]*?\b(?:do|does|did)(?:n[’']t)?(?:\s+(?:the|an?|his|her|its|their))?\s+[\w’'-]+
      | (?:who|what|(?:which|whose)\s+\w+)\s+(?!{AUXILIARY})[\w’'-]+(?:\s+
        (?:for|against|of|at|in|on|about|with|to|by|from|as|into|over|under))?
    )\s*\Z""",
    re.VERBOSE | re.IGNORECASE,
)
_ABOUT_WHOM = patterns.compile(r"\W*(?:,?\s*and\s+)?(?:who|whose|which)\b", re.IGNORECASE)
_THAT = patterns.compile(r"\bthat\b", re.IGNORECASE)
_COMMANDS = patterns.compile(
    r"\W*(?:(?:and|but|also|so|then|please)\s+)*(?:list|name|give|tell|show|explain|describe|summari[sz]e)\b"
    r"|.*\b(?:need|want|like)\s+to\s+know\b",
    re.IGNORECASE,
)
_QUOTED = patterns.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“]*“|‘[^’]*’(?!\w)|(?<!\w)'[^']*'(?!\w)|\([^)]*\)")
# So many words that mean something say by themselves what a question is about.
_ENOUGH = 4
_AROUND = " \t?!,;–—-"


@dataclass(frozen=True, slots=True)
class Question:
    """A question to be asked by itself, with what it is asked behind; "" for none.

    `before` leads up to all of them. `lead` is another one that it needs to be understood. `tail` is the last
    one of its sentence, whose time is also its own where it names none ("who won and who lost in 2020").
    """

    words: str
    before: str = ""
    lead: str = ""
    tail: str = ""

    @property
    def text(self) -> str:
        return f"{self.before}{self.words}"

    @property
    def asked_as(self) -> str:
        return f"{self.before}{self.lead} {self.words}" if self.lead else self.text


def questions_in(question: str) -> list[Question]:
    """The questions that it holds, in its order; itself alone where it is one, or may be.

    "Who chairs the club and where was it founded?" is two. What only leads up to them, or says of what time
    they are ("In 2020, …"), stands before each. One that points back ("it"), or that names nothing and says
    little, is led by an earlier one, one that names something if there is any; the first by the last one of
    its sentence, which may say what both are about.
    """
    told: list[str] = []
    sentences: list[list[str]] = []
    quoted = [one.span() for one in _QUOTED.finditer(question)]
    spans = list(sentences_in(question))
    if any(start < end < stop for _, end in spans for start, stop in quoted):
        return [Question(question)]
    for place, (start, end) in enumerate(spans):
        sentence = question[start:end]
        asks = "?" in sentence[-3:]
        when = _WHEN.match(sentence)
        body = when.end() if when else 0
        if _OPENS.match(sentence, body) and (asks or place + 1 == len(spans)):
            inside = [(first - start, last - start) for first, last in quoted]
            sentences.append([f"{sentence[:body]}{one}" for one in _split(sentence, body, inside)])
        elif asks or _OPENS.match(sentence, body) or _COMMANDS.match(sentence):
            return [Question(question)]
        elif says_something(sentence) and any(map(str.isalpha, sentence)):
            # "When she died, she left four dogs." asks nothing.
            told.append(sentence)
    spoken: dict[str, str] = {}
    for asked in sentences:
        for one in asked:
            spoken.setdefault(_as_question(one), _as_question(asked[-1]))
    parts = list(spoken)
    if not 2 <= len(parts) <= MOST or not all(map(says_something, parts)):
        return [Question(question)]
    before = "".join(f"{one} " for one in told)
    found = []
    for place, one in enumerate(parts):
        tail = spoken[one] if spoken[one] != one else ""
        found.append(Question(one, before, _lead_of(place, parts, told=bool(told), tail=tail), tail))
    return found


def _split(sentence: str, start: int, quoted: Sequence[tuple[int, int]]) -> Iterator[str]:
    """What a sentence asks from `start` on, split where another question begins in it."""
    joins = list(_JOINS.finditer(sentence, start))
    lists = list(_LISTS.finditer(sentence, start, joins[-1].start())) if joins else []
    for seam in sorted([*joins, *lists], key=lambda one: one.start()):
        inside = any(first < seam.end() and seam.start() < last for first, last in quoted)
        before, behind = sentence[start : seam.start()], sentence[seam.end() :]
        if not inside and _is_whole(before) and not (_ABOUT_WHOM.match(behind) and _THAT.search(before)):
            yield _bare(before)
            start = seam.end()
    yield _bare(sentence[start:])


def _is_whole(before: str) -> bool:
    """Whether it is a question that ends here. Not where it has told of something with "who", "what" and the
    like: what follows goes on about that ("Did they say what was stolen and who did it?")."""
    opening = _OPENS_WITH.match(before)
    told = _ASKING_WORD.search(before, opening.end() if opening else 0)
    return (
        told is None
        and says_something(before)
        and _OPENS.match(before) is not None
        and _TORN.match(before) is None
    )


def _bare(part: str) -> str:
    opening = _OPENING.match(part)
    return part[opening.end() if opening else 0 :].strip(_AROUND)


def _as_question(part: str) -> str:
    return f"{part[:1].upper()}{part[1:]}?"


def _lead_of(place: int, parts: Sequence[str], *, told: bool, tail: str) -> str:
    """The question that another one needs to be understood. `told`: something leads up to all of them."""
    part, earlier = parts[place], parts[:place]
    back = bool(earlier) and points_back(part)
    if not back and (told or names_in(part) or says_something(part, at_least=_ENOUGH)):
        return ""
    naming = [one for one in reversed(earlier) if names_in(one)]
    # "How many died and how many were hurt in the flood": what both are about may stand behind.
    behind = [tail] if tail and not back and not points_back(tail) else []
    return next(iter([*naming, *earlier, *behind]), "")
