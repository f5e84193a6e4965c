"""What somebody says is quoted with who says it: "I was told to leave the port." tells of nobody.

A speech of several sentences names its speaker once: where it ends ("…, Dahl said."), before it begins ("Dahl
said:"), or where it was broken off ("“It is late,” Dahl said. “We will go.”"). A paragraph that goes on with
the speech of the one before opens with a quotation mark again.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator

from rag import patterns
from rag.answering.english.antecedents import LONGEST_QUOTE, is_contiguous
from rag.answering.english.subjects import SAYING
from rag.store import StoredText
from rag.types import Span

_MARK = patterns.compile(r"[“”\"]")
_LETTER = patterns.compile(r"[^\W_]")
# Who "was told" says nothing.
_SAYS = patterns.compile(
    r"(?<!\bwas )(?<!\bwere )(?<!\bbeen )(?<!\bbe )(?<!\bis )(?<!\bare )"
    rf"\b(?:{SAYING}|tells|asked|asks|adds|wrote|writes"
    r"|tweeted|posted|explained|argued|argues|continued|declared|admitted|remarked|recalled|observed|replied"
    r"|responded|commented|concluded|pointed\s+out|[Aa]ccording\s+to)\b|\bquoted\s+as\s+saying\b"
)
# An endless speech must not cost time.
_MOST_READ = 20


def with_speaker(article: StoredText, span: Span) -> Span:
    """The span, one or more whole sentences of the article, with the sentences between it and the one that
    tells who says it, and that one; as it is where it is no whole sentences, or not all within quotation
    marks, where none tells it, and where that lies too far off to be read in one quote.

    Where the speech ends is looked first: what was told before it may be what somebody else said.
    """
    starts = [sentence.start for sentence in article.sentences]
    first = bisect.bisect_left(starts, span.start)
    last = bisect.bisect_left(starts, span.end) - 1
    if not first <= last or starts[first] != span.start or article.sentences[last].end != span.end:
        return span
    if any(_outside(article, place) for place in range(first, last + 1)):
        return span
    found = _end_of_speech(article, last)
    if found is None:
        found = _begin_of_speech(article, first)
    if found is None or not _SAYS.search(_outside(article, found)):
        return span
    ends = [article.sentences[min(first, found)], article.sentences[max(last, found)]]
    longer = Span(ends[0].start, ends[1].end)
    fits = len(longer.of(article.text).split()) <= LONGEST_QUOTE
    return longer if fits and is_contiguous(article, *ends) else span


def _end_of_speech(article: StoredText, last: int) -> int | None:
    """The sentence in which the speech ends and something is told of it, if there is one."""
    for place in range(last + 1, min(last + _MOST_READ, len(article.sentences))):
        if not _goes_on(article, place):
            return None
        if _outside(article, place):
            return place
    return None


def _begin_of_speech(article: StoredText, first: int) -> int | None:
    """The sentence behind which, or in which, the speech begins."""
    for place in range(first - 1, max(-1, first - _MOST_READ), -1):
        if _outside(article, place):
            return place
        if not _goes_on(article, place + 1):
            return None
    return None


def _goes_on(article: StoredText, place: int) -> bool:
    """Whether a sentence begins within quotation marks, or with one."""
    opened, _ = _read(article, place)
    return opened or _MARK.match(article.text, article.sentences[place].start) is not None


def _outside(article: StoredText, place: int) -> str:
    """What a sentence has outside quotation marks; "" where that has no letter."""
    _, outside = _read(article, place)
    return outside if _LETTER.search(outside) else ""


def _read(article: StoredText, place: int) -> tuple[bool, str]:
    """Whether a quotation mark is open where a sentence begins, and what stands outside of them in it. A
    paragraph closes what none before it has closed."""
    sentence = article.sentences[place]
    begins = article.text.rfind("\n", 0, sentence.start) + 1
    opened = False
    for mark in _MARK.finditer(article.text, begins, sentence.start):
        opened = _after(mark.group(), opened)
    return opened, "".join(_pieces(article.text, sentence, opened))


def _pieces(text: str, sentence: Span, opened: bool) -> Iterator[str]:
    position = sentence.start
    for mark in _MARK.finditer(text, sentence.start, sentence.end):
        if not opened:
            yield text[position : mark.start()]
        opened, position = _after(mark.group(), opened), mark.end()
    if not opened:
        yield text[position : sentence.end]


def _after(mark: str, opened: bool) -> bool:
    return mark == "“" or (mark == '"' and not opened)
