"""Articles to chunks: whole sentences packed to a target, never beyond the encoder's window."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rag.errors import ArticleError
from rag.types import Article, Chunk, Mask, Span

# Even a tokenizer that falls back to bytes spends at most as many tokens on the title.
_TITLE_BYTES = 120
# No piece longer than this is ever handed to a token counter: byte-pair merging of one long "word"
# takes time that grows with its square.
_LONGEST_PIECE = 4000
_CHARACTERS_PER_TOKEN = 4
_CLAUSE_END = re.compile(r"[;:,،؛、，；：][\"”’')\]]*\s|\s[–—]\s|[،؛、，；：]")
_SPACE = re.compile(r"\s+")
_ENDS = frozenset(".!?…:;,")
_LONGEST_HEAD = 60


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, or a part of one that is too long by itself."""

    start: int
    end: int
    tokens: int
    whole: bool


def encoder_input(article: Article, chunk_text: str) -> str:
    """What the encoder reads for a chunk: the title as context, then the chunk, which is never cut.

    The title is left out where the chunk begins with it, and cut after a word where it is long.
    """
    title = " ".join(article.title.split())
    opening = " ".join(chunk_text[: 2 * len(title) + 10].split())
    if opening.casefold().startswith(title.rstrip("….").casefold()):
        return chunk_text
    if len(title.encode()) > _TITLE_BYTES:
        cut = title.encode()[:_TITLE_BYTES].decode(errors="ignore")
        title = cut.rsplit(" ", 1)[0]
    return f"{title}\n{chunk_text}"


def chunk_article(
    article: Article,
    *,
    count_tokens: Callable[[str], int],
    encoder_count: Callable[[str], int],
    target_tokens: int,
    encoder_window: int,
    overlap_sentences: int,
) -> list[Chunk]:
    """The chunks of `article` in reading order; every sentence is in at least one.

    A chunk holds at most `target_tokens` by `count_tokens`, and its `encoder_input` at most
    `encoder_window` by `encoder_count`. It begins and ends with a sentence, unless one sentence alone
    is too long: that is parted at clauses, else words, else characters. A line that heads what follows
    ends none that is followed. A chunk repeats the last
    `overlap_sentences` of the one before where they fit; none reaches across a mask. An article without a
    sentence is one chunk, of as much of its beginning as fits: the encoder reads it for its title.

    Raises ArticleError when the window has no room for a single character beside the title.
    """
    measure = _Measure(article, count_tokens, encoder_count, target_tokens, encoder_window)
    if not article.sentences:
        start = next(mask.start for mask in article.masks if mask.kind != "front matter")
        unit = next(measure.units(Span(start, len(article.text.rstrip()))))
        return [Chunk(article.id, unit.start, unit.end, unit.tokens)]
    chunks: list[Chunk] = []
    for run in _runs(article.sentences, article.masks):
        units = [unit for span in run for unit in measure.units(span)]
        chunks.extend(_pack(article.id, units, measure, overlap_sentences))
    return chunks


@dataclass(frozen=True, slots=True)
class _Measure:
    """Whether a slice of one article fits, and how a sentence that does not is parted."""

    article: Article
    count_tokens: Callable[[str], int]
    encoder_count: Callable[[str], int]
    target_tokens: int
    encoder_window: int

    def fits(self, start: int, end: int) -> bool:
        return self.fitting_tokens(start, end) is not None

    def fitting_tokens(self, start: int, end: int) -> int | None:
        """Tokens of a slice that fits, None for one that does not."""
        if end - start > max(_LONGEST_PIECE, 2 * _CHARACTERS_PER_TOKEN * self.target_tokens):
            return None
        piece = self.article.text[start:end]
        tokens = self.count_tokens(piece)
        if tokens > self.target_tokens:
            return None
        return (
            tokens if self.encoder_count(encoder_input(self.article, piece)) <= self.encoder_window else None
        )

    def heads(self, unit: _Unit) -> bool:
        """Whether it is a short line of its own without an end, as a place above its news."""
        text = self.article.text
        line = text[unit.start : unit.end]
        # To look at all that stands before each line would take time that grows with the square.
        opens = text[max(0, unit.start - _LONGEST_HEAD) : unit.start].rstrip(" \t").endswith("\n")
        closes = text[unit.end : unit.end + 1] == "\n"
        ended = line.rstrip("\"'”’)")[-1:] in _ENDS
        return opens and closes and len(line) <= _LONGEST_HEAD and not ended

    def units(self, span: Span) -> Iterator[_Unit]:
        """The sentence at `span`, in parts where it is too long by itself."""
        tokens = self.fitting_tokens(span.start, span.end)
        if tokens is not None:
            yield _Unit(span.start, span.end, tokens, whole=True)
            return
        text = self.article.text
        start = span.start
        guess = _CHARACTERS_PER_TOKEN * self.target_tokens
        while start < span.end:
            end = self._longest(start, span.end, guess)
            if end < span.end:
                end = self._natural_end(start, end)
            guess = max(16, (end - start) * 5 // 4)
            yield _Unit(start, end, self.count_tokens(text[start:end]), whole=False)
            start = end
            while start < span.end and text[start].isspace():
                start += 1

    def _longest(self, start: int, limit: int, guess: int) -> int:
        """An end that fits: the guess, or what is left of it after shrinking."""
        end = min(limit, start + min(guess, _LONGEST_PIECE))
        while not self.fits(start, end):
            if end - start == 1:
                raise ArticleError(
                    f"article {self.article.id!r} cannot be split to fit: {self.target_tokens} tokens and an "
                    f"encoder window of {self.encoder_window} leave no room; raise them"
                )
            end = start + max(1, (end - start) * 3 // 4)
        return end

    def _natural_end(self, start: int, end: int) -> int:
        """The last clause end, else word end, in the second half, else where no letter is torn."""
        text = self.article.text
        half = start + (end - start) // 2
        for pattern in (_CLAUSE_END, _SPACE):
            cuts = [match.end() for match in pattern.finditer(text, half, end)]
            for cut in reversed(cuts):
                trimmed = start + len(text[start:cut].rstrip())
                if trimmed > start and self.fits(start, trimmed):
                    return trimmed
        cut = end
        while cut - 1 > half and (unicodedata.combining(text[cut]) or text[cut] in "\u200d\ufe0f"):
            cut -= 1
        return cut if self.fits(start, cut) else end


def _runs(sentences: Sequence[Span], masks: Sequence[Mask]) -> Iterator[list[Span]]:
    """The sentences in groups between which a mask lies."""
    run: list[Span] = []
    index = 0
    for sentence in sentences:
        while index < len(masks) and masks[index].start < sentence.start:
            if run and masks[index].start >= run[-1].end:
                yield run
                run = []
            index += 1
        run.append(sentence)
    if run:
        yield run


def _pack(article_id: str, units: Sequence[_Unit], measure: _Measure, overlap: int) -> Iterator[Chunk]:
    covered = began = 0
    while covered < len(units):
        first = covered
        # Units together may be fewer tokens than each: never from where the chunk before begins, which it
        # would hold whole.
        while first > began + 1 and covered - first < overlap and units[first - 1].whole:
            if not measure.fits(units[first - 1].start, units[covered].end):
                break
            first -= 1
        last = covered
        tokens = sum(unit.tokens for unit in units[first : covered + 1])
        while last + 1 < len(units) and tokens + units[last + 1].tokens <= measure.target_tokens:
            last += 1
            tokens += units[last].tokens
        start = units[first].start
        # Parts do not add up exactly, and the encoder counts otherwise than the target.
        while last > covered and not measure.fits(start, units[last].end):
            last -= 1
        if last + 1 < len(units):
            told = [one for one in range(covered, last + 1) if not measure.heads(units[one])]
            last = told[-1] if told else last
        end = units[last].end
        yield Chunk(article_id, start, end, measure.count_tokens(measure.article.text[start:end]))
        covered, began = last + 1, first
