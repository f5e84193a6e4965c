"""What an article says of its own mistakes: that it was corrected, or taken back.

Only where the words leave no doubt that the article speaks of itself. "This story has been updated" is no
correction, "a version of this story appeared in May" neither, and a column of corrections speaks of others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag import patterns
from rag.types import Notice, NoticeKind, Span

# A line that is longer is no paragraph, and tells more than the notice.
_LONGEST = 600
# An article with more of them is a column of corrections.
_MOST = 3

_ITSELF = r"this\s+(?:article|story|post|piece|page|dispatch|headline|caption|graphic|video)"
_PIECE = (
    r"(?:story|article|report|column|post|piece|page|headline|caption|graphic|chart|map|list|video|photo|gallery"
    r"|obituary|review|interview|editorial|newsletter|item)"
)
_EARLIER = (
    r"(?:earlier|previous|prior|original|initial)\s+(?:versions?|headlines?|editions?)\s+of\s+"
    rf"(?:this|the(?:\s+following)?)\s+{_PIECE}\b"
)
_WRONG = (
    r"(?:mis(?!s(?:ed|ing|ion)\b)\w+|incorrect\w*|inaccura\w+|wrong(?:ly)?|erroneous\w*|mistake\w*|errors?"
    r"|gave\s+(?:the|an?)\s+(?:wrong|incorrect)|should\s+have)"
)
# Within a sentence; the dot of "Sept. 18" ends none.
_ON = r"(?:[^.\n]|\.(?=\s+\d|\w)){0,200}?"
_FLAGS = re.IGNORECASE | re.MULTILINE
_BEGINS = r"^[ \t*_•·(\[]*"

_LABELLED = patterns.compile(
    rf"{_BEGINS}(?:corrections?|clarifications?)(?:\s*(?:&|and|/)\s*(?:corrections?|clarifications?))?"
    r"(?:\s*\([^)\n]{1,40}\)|,?\s+[\w., ]{1,30}(?=:))?\s*[:–—-][*_]*\s"
    rf"(?=[^\n]{{0,400}}?\b(?:{_ITSELF}|{_EARLIER}|(?:article|story|report|caption|headline|graphic|we)\b"
    rf"[^\n]{{0,200}}?\b{_WRONG}|{_WRONG}))",
    _FLAGS,
)
_VERSION = patterns.compile(rf"\b{_EARLIER}{_ON}\b{_WRONG}\b", _FLAGS)
_STATED = patterns.compile(
    rf"(?:{_BEGINS}|(?<=[.:!?”\"]\s)|(?<=—\s)){_ITSELF}\s+(?:has\s+(?:since\s+)?been|was|is)\s+(?:since\s+)?"
    r"(?:corrected\b|(?:updated|amended|edited|changed|revised)\s+(?:on\s+[^.\n]{3,40}?\s+)?"
    r"(?:to\s+(?:correct|fix|clarify)\b|(?:because|as|after)\s+(?:an?|the)\s+(?:earlier|previous|original)\b)"
    r"|amended\s+on\s+\d)",
    _FLAGS,
)
_IN_BRACKETS = patterns.compile(
    r"^\s*\(\s*(?:(?:adds|updates|refiles|recasts)\b[^)\n]{0,80}?\b)?(?:to\s+correct|corrects)\b[^)\n]{4,300}\)",
    _FLAGS,
)
_TAKEN_BACK = patterns.compile(
    rf"{_BEGINS}retraction\s*[:–—-]\s|\b{_ITSELF}\s+(?:has\s+(?:since\s+)?been|was|is)\s+(?:retracted|withdrawn)\b"
    rf"|\b(?:have|has)\s+(?:retracted|withdrawn)\s+{_ITSELF}\b",
    _FLAGS,
)
_ENDS = tuple('.!?)]*_”"')
# One of these is in whatever is found; most articles have none.
_HINTS = ("correct", "clarif", "retract", "withdrawn", "version", "headline", "edition", "amended", "fix")
_PATTERNS: tuple[tuple[NoticeKind, re.Pattern[str]], ...] = (
    ("retraction", _TAKEN_BACK),
    ("correction", _LABELLED),
    ("correction", _VERSION),
    ("correction", _STATED),
    ("correction", _IN_BRACKETS),
)


def notices_in(text: str, sentences: Sequence[Span]) -> tuple[Notice, ...]:
    """What the article says of its own mistakes, in its order; each whole, with what is right where it says.

    `sentences` are those of the article, ascending.
    """
    folded = text.casefold()
    if not any(hint in folded for hint in _HINTS):
        return ()
    found: list[Notice] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            span = _around(text, match, sentences)
            if not any(span.start < other.end and other.start < span.end for other in found):
                found.append(Notice(kind, span.start, span.end, span.of(text)))
    return tuple(sorted(found, key=lambda one: one.start)) if len(found) <= _MOST else ()


def _around(text: str, match: re.Match[str], sentences: Sequence[Span]) -> Span:
    """The paragraph of a match; where that is too long, its sentence and the one behind it."""
    start = text.rfind("\n", 0, match.end()) + 1
    end = match.end()
    while True:
        end = text.find("\n", end)
        end = len(text) if end < 0 else end
        # A line that is wrapped goes on in the next.
        if end == len(text) or text[:end].endswith(_ENDS) or text[end : end + 2].isspace():
            break
        end += 1
    line = _stripped(text, start, end)
    if line.end - line.start <= _LONGEST:
        return line
    return next(_pairs(match, sentences), Span(match.start(), match.end()))


def _pairs(match: re.Match[str], sentences: Sequence[Span]) -> Iterator[Span]:
    for place, sentence in enumerate(sentences):
        if sentence.start <= match.start() < sentence.end:
            last = next(reversed(sentences[place : place + 2]))
            yield Span(sentence.start, last.end) if last.end - sentence.start <= _LONGEST else sentence


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
