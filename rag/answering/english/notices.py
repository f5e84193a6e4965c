"""What an article says of its own mistakes: that it was corrected, or taken back.

Only where the words leave no doubt that the article speaks of itself. "This story has been updated" is no
correction, "a version of this story appeared in May" neither, and a column of corrections speaks of others.
What somebody is quoted with speaks of another article.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence

from rag import patterns
from rag.answering.english.periods import periods_in
from rag.types import Notice, NoticeKind, Span

# A paragraph that is longer tells more than the notice.
_LONGEST = 600
# An article with more of them is a column of corrections.
_MOST = 3
# A line that is shorter and ends no sentence stands alone; a longer one may go on in the next.
_WRAPPED = 50
_ENDS = (".", "!", "?", ")", "]", "*", "_", "”", '"')

_FLAGS = re.IGNORECASE
_PIECE = (
    r"(?:story|article|report|column|post|piece|page|headline|caption|graphic|chart|map|list|video|photo|gallery"
    r"|obituary|review|interview|editorial|newsletter|item)"
)
# "This Nov. 12 story" is an agency's.
_ITSELF = (
    r"this\s+(?:\w{3,9}\.?\s+\d{1,2}\s+)?"
    r"(?:article|story|post|piece|page|dispatch|headline|caption|graphic|video)"
)
_EARLIER = r"(?:earlier|previous|prior|original|initial)\s+(?:versions?|headlines?|editions?)\s+of"
_WRONG = (
    r"(?:misstate[sd]?|misspel\w+|misidentified|misattributed|misquoted|misreported|misnamed|misdated|misheard"
    r"|mischaracteri[sz]ed|misrepresented|misdescribed|mislabell?ed|miscalculated|misinterpreted|mistake\w*"
    r"|overstated|understated|incorrect(?:ly)?|inaccura\w+|wrong(?:ly)?|erroneous(?:ly)?|errors?)\b"
)
# What an earlier version said is told where it no longer is.
_SAID = (
    r"(?:(?:had\s+)?(?:said|stated|gave|listed|named|reported|claimed|suggested|quoted|described|referred)\b"
    r"(?!\s+(?:by|for|as|from|in|on|at)\b))"
)
# What may stand before a notice in its paragraph; no quotation mark, behind which somebody speaks.
_BEGINS = r"\A[\s*_•·(\[–—-]*(?:(?:editor(?:ial|['’]s)?\s+)?notes?\s*[:–—-]\s*)?"
_SENTENCE = rf"(?:{_BEGINS}|(?<=[.!?]\s)|(?<=\s[–—]\s))"
_DAY = r"(?:\w+day,?\s+)?(?:\d{1,2}\s+\w+|\w+\s+\d{1,2})(?:,?\s+\d{4})?"
_CHANGED = r"(?:has\s+(?:since\s+)?been|was|is)\s+(?:since\s+)?"

_TAKEN_BACK = patterns.compile(
    rf"{_BEGINS}retraction\s*:\s"
    rf"|{_SENTENCE}this\s+(?:article|story|report)\s+(?:has\s+(?:since\s+)?been|was)\s+(?:retracted|withdrawn)\b(?!\s+from)"
    rf"|{_SENTENCE}this\s+(?:article|story)\s+(?:has\s+(?:since\s+)?been|was)\s+"
    r"(?:removed|taken\s+down|deleted)\s+(?:because|as|since)\s+(?:it|its|we|the\s+\w+)\s+"
    rf"(?:did\s+not|does\s+not|could\s+not|cannot|failed\b|(?:\w+\s+){{0,6}}{_WRONG})"
    r"|\bwe\s+have\s+(?:retracted|withdrawn)\s+this\s+(?:article|story|report)\b",
    _FLAGS,
)
_CORRECTED = patterns.compile(
    # "Corrections & clarifications: a previous version of the story …", "Correction: this article has been …"
    rf"{_BEGINS}(?:corrections?|clarifications?|corrected)(?:\s*(?:&|and|/)\s*(?:corrections?|clarifications?))?"
    rf"(?:\s*\([^)]{{1,40}}\)|,?\s+{_DAY})?\s*:[*_]*\s"
    rf"(?=.{{0,300}}?\b(?:this|these|the|an?|our|its|[A-Z][\w.]*)\s+(?:[\w.’'-]+\s+){{0,3}}?{_PIECE}s?\b)"
    rf"(?=.{{0,400}}?\b(?:{_WRONG}|{_CHANGED}(?:updated|corrected|amended|changed|clarified|revised)\b))"
    # "Correction: the story gave …", and then what is right, whatever it calls that.
    rf"|{_BEGINS}(?:correction|clarification)(?:\s*\([^)]{{1,40}}\)|,?\s+{_DAY})?\s*:[*_]*\s+"
    rf"(?:(?:an?\s+|the\s+|our\s+)?{_EARLIER}\s+(?:this|the|our)\s+{_PIECE}\b"
    rf"|(?:in\s+)?(?:this|our)\s+{_PIECE}\b(?=.{{0,300}}?\b(?:{_SAID}|{_WRONG}|(?:was|were|has|have|had)\b)))"
    rf"|{_SENTENCE}(?:an?\s+|the\s+|our\s+)?{_EARLIER}\s+this\s+{_PIECE}\s+(?:incorrectly\s+)?{_SAID}"
    rf"|{_SENTENCE}{_ITSELF}\s+(?:originally|previously|initially|earlier|at\s+first)\s+{_SAID}"
    rf"|{_SENTENCE}(?:an?\s+|the\s+|our\s+)?{_EARLIER}\s+this\s+{_PIECE}\b.{{0,250}}?\b{_WRONG}"
    rf"|{_SENTENCE}{_ITSELF}\s+{_CHANGED}(?:corrected\b"
    rf"|(?:updated|amended|edited|changed|revised)\s+(?:on\s+.{{3,40}}?\s+)?"
    r"(?:to\s+(?:correct|fix|clarify)\b|(?:because|as|after)\s+(?:an?|the)\s+(?:earlier|previous|original)\b)"
    rf"|amended\s+on\s+{_DAY}(?=\s*(?:[.;:)]|\Z|\s(?:to|after|because|following)\b)))"
    rf"|{_BEGINS}an?\s+(?:correction|clarification)\s+(?:has\s+been|was)\s+(?:made|added|appended)\s+to\s+this\s+{_PIECE}\b"
    r"|\A\s*\(\s*(?:(?:adds|updates|refiles|recasts)\b[^)]{0,80}?\b)?(?:to\s+correct|corrects)\b[^)]{4,300}\)",
    _FLAGS | re.DOTALL,
)
# "Editor's note: On Thursday morning, …", "For the latest, see our live updates."
_NOTE = patterns.compile(
    r"\A[\s*_•·(\[–—-]*(?:editor(?:ial|s?['’]s?)?\s+notes?\b[^.!?]{0,40}?[:–—-]"
    r"|(?:corrections?|clarifications?)(?:\s*(?:&|and|/)\s*(?:corrections?|clarifications?))?\s*:"
    r"|(?:for\s+(?:the\s+latest|more)\b.{0,80}?,\s+)?(?:please\s+)?(?:see|read|follow|visit)\s+our\b|click\s+here\b)",
    _FLAGS,
)
# One of these is in whatever is found; most articles have none.
_HINT = patterns.compile(
    r"correct|clarif|retract|withdrawn|removed|deleted|taken\s+down|amended|earlier|previous|prior|original|initial"
    r"|at\s+first",
    _FLAGS,
)


def notices_in(text: str, sentences: Sequence[Span]) -> tuple[Notice, ...]:
    """What the article says of its own mistakes, in its order: the paragraph, with what is right where it
    says. Of a long one the sentence and the one behind it.

    `sentences` are those of the article, ascending.
    """
    if not _HINT.search(text):
        return ()
    found: list[Notice] = []
    for said, whole in _paragraphs(text, sentences):
        kind = _kind_of(said.of(text))
        if kind is not None and (not found or whole.start >= found[-1].end):
            found.append(Notice(kind, whole.start, whole.end, whole.of(text)))
        if len(found) > _MOST:
            return ()
    return tuple(found)


def is_note(sentence: str) -> bool:
    """Whether a sentence opens as what an editor adds, on another day than the article's or
    to lead to another page."""
    return _NOTE.match(sentence) is not None


def names_later(notice: Notice, day: dt.date) -> bool:
    """Whether it names a time behind `day`: what was amended then was not known by that day."""
    return any(first > day for first, _ in periods_in(notice.words))


def _kind_of(words: str) -> NoticeKind | None:
    if not _HINT.search(words):
        return None
    if _TAKEN_BACK.search(words):
        return "retraction"
    return "correction" if _CORRECTED.search(words) else None


def _paragraphs(text: str, sentences: Sequence[Span]) -> Iterator[tuple[Span, Span]]:
    """Lines, wrapped ones joined, twice; in place of a long one each of its sentences, and the same with the
    one behind it."""
    start: int | None = None
    for line in re.finditer(r"[^\n]+", text):
        first = line.start() if start is None else start
        behind = text[line.end() + 1 : line.end() + 2]
        if behind.strip() and not _ended(line.group(), behind) and line.end() - first <= _LONGEST:
            start = first
            continue
        start = None
        span = _stripped(text, first, line.end())
        if span.end - span.start <= _LONGEST:
            yield span, span
        else:
            yield from _pairs(sentences, span)


def _ended(line: str, behind: str) -> bool:
    """Whether a line ends its paragraph: by its last character, or as it is short and the next one begins
    anew."""
    return line.rstrip().endswith(_ENDS) or (len(line) < _WRAPPED and not behind.islower())


def _pairs(sentences: Sequence[Span], line: Span) -> Iterator[tuple[Span, Span]]:
    inside = [one for one in sentences if line.start <= one.start and one.end <= line.end]
    for place, sentence in enumerate(inside):
        last = inside[min(place + 1, len(inside) - 1)]
        if last.end - sentence.start <= _LONGEST:
            yield sentence, Span(sentence.start, last.end)
        elif sentence.end - sentence.start <= _LONGEST:
            yield sentence, sentence


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
