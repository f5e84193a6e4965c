"""Where the paragraphs of a text lie: found by line shape and blank lines, never by rewriting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_ENDS_SENTENCE = re.compile(r"[.!?…。！？؟۔।][\s\"'”’»›)\]*_]*\Z")
# What may stand behind the end of a sentence: marks of footnotes, "[1]" and "[^1]", and links.
_BEHIND_THE_END = re.compile(
    r"(?:\s{0,3}\[\^?\d{1,3}\]|\s{1,3}(?:https?://|pic\.twitter\.com/)\S{1,200}+)+\Z"
)
_INNER_END = re.compile(r"[a-z0-9)\]”’\"][.!?][\"”’')\]]*\s+[\"“‘(\[]?[A-Z]|[。！？؟۔।]\s*\S")
_BULLET = re.compile(r"[-–—•·*◾▪●■►➤>+]|\(?\d{1,3}[.)]|[a-zA-Z][.)]\s")
_WRAP_LIMIT = 130


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of an article: `text` is exactly the article's `[start, end)`, without outer space.

    `gap` says that a blank line (or the start of the text) stands before it.
    """

    start: int
    end: int
    text: str
    gap: bool = True

    @property
    def words(self) -> int:
        return len(self.text.split())

    @property
    def ends_sentence(self) -> bool:
        return bool(_ENDS_SENTENCE.search(self.words_alone[-20:]))

    @property
    def words_alone(self) -> str:
        """The text less the marks of footnotes and the links behind the end of its last sentence."""
        tail = self.text[-240:]
        behind = _BEHIND_THE_END.search(tail) if tail[-1] == "]" or "/" in tail else None
        if behind is None or not _ENDS_SENTENCE.search(tail[: behind.start()][-20:]):
            return self.text
        return self.text[: len(self.text) - len(tail) + behind.start()]

    @property
    def bullet(self) -> bool:
        return bool(_BULLET.match(self.text))

    @property
    def prose(self) -> bool:
        """Whether it reads as running text rather than a heading, a label or a button."""
        if self.ends_sentence:
            return self.words >= 4 or len(self.text) >= 40 or not self.text.isascii()
        return len(self.text) >= 200 or bool(_INNER_END.search(self.text))


def paragraphs(text: str) -> list[Paragraph]:
    """The paragraphs of `text` in order; together with white space they cover it.

    A line is a paragraph of its own, unless the text was wrapped by hand or machine at a fixed width:
    then the lines of a block are one paragraph wherever the next word would not have fitted before
    the break. A line that goes on in lower case after a long one without an end is joined as well.
    """
    lines = list(_lines(text))
    width = _wrap_width(lines)
    found: list[Paragraph] = []
    first = 0
    for index, line in enumerate(lines, start=1):
        if index < len(lines) and not lines[index].gap and _continues(line, lines[index], width):
            continue
        start = lines[first].start
        found.append(Paragraph(start, line.end, text[start : line.end], lines[first].gap))
        first = index
    return found


def _lines(text: str) -> Iterator[Paragraph]:
    previous_end = 0
    for match in _LINE.finditer(text):
        line = match.group()
        stripped = line.strip()
        if not stripped:
            continue
        start = match.start() + len(line) - len(line.lstrip())
        breaks = text[previous_end:start].replace("\r\n", "\n")
        gap = previous_end == 0 or sum(breaks.count(character) for character in "\n\r\v\f\x85\u2028") > 1
        gap = gap or "\u2029" in breaks
        yield Paragraph(start, start + len(stripped), stripped, gap)
        previous_end = start + len(stripped)


def _wrap_width(lines: list[Paragraph]) -> int | None:
    """The column at which the text was wrapped, or None when its lines are its paragraphs.

    Wrapped text shows two signs: no line is longer than a page is wide, and most lines that another
    line follows directly stop in the middle of a sentence and could not have taken one more word.
    """
    if len(lines) < 3:
        return None
    width = max(len(line.text) for line in lines)
    if not 30 <= width <= _WRAP_LIMIT:
        return None
    pairs = [(lines[i], lines[i + 1]) for i in range(len(lines) - 1) if not lines[i + 1].gap]
    full = sum(_no_room(first, second, width) for first, second in pairs)
    open_ended = sum(_no_room(first, second, width) and not first.ends_sentence for first, second in pairs)
    if len(pairs) < 2 or full < 0.7 * len(pairs) or open_ended < 0.5 * len(pairs):
        return None
    return width


def _no_room(first: Paragraph, second: Paragraph, width: int) -> bool:
    return len(first.text) + 1 + len(second.text.split(maxsplit=1)[0]) > width


def _continues(line: Paragraph, following: Paragraph, width: int | None) -> bool:
    if following.bullet:
        return False
    if width is not None:
        return _no_room(line, following, width)
    broken_off = len(line.text) >= 40 and not line.ends_sentence and line.text[-1] not in ":;"
    return broken_off and following.text[0].islower()
