"""Bytes to characters: UTF-8, or an encoding that can be told with confidence, or a refusal by name.

What is quoted must be what was written, so whatever was assumed is told with a word that shows it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.indexing.tables import table_of

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x7f]")
_MOST_CONTROLS = 0.01
_SAMPLE = 256 * 1024
_LEAST_COHERENCE = 40.0
_MOST_CHAOS = 10.0
# Characters of UTF-8 that are not ASCII, one or more.
_ENCODED = re.compile(
    rb"((?:[\xc2-\xdf][\x80-\xbf]|(?:\xe0[\xa0-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]|\xed[\x80-\x9f])[\x80-\xbf]"
    rb"|(?:\xf0[\x90-\xbf]|[\xf1-\xf3][\x80-\xbf]|\xf4[\x80-\x8f])[\x80-\xbf]{2})+)"
)
_ASCII = bytes(range(128))
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST_WORD = 30


class Undecodable(ValueError):
    """Bytes that are no text, or text in an encoding that cannot be told; the message says which."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text as read, with its line ends as they were, and what had to be assumed or repaired."""

    text: str
    notes: tuple[str, ...] = ()


def decode(data: bytes) -> Decoded:
    """The text in `data`, without its byte order mark. Raises Undecodable with the reason."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                text = data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise Undecodable(f"is marked as {encoding} but is not; save it as UTF-8") from error
            return _checked(text, () if encoding == "utf-8" else (f"was read as {encoding}",))
    try:
        return _checked(data.decode("utf-8"), ())
    except UnicodeDecodeError:
        if data[:_SAMPLE].count(0) > 0.01 * len(data[:_SAMPLE]):
            raise Undecodable("is binary, not text") from None
        return _mostly_utf8(data) or _detected(data)


def without_surrogates(text: str) -> tuple[str, int]:
    """`text` with each lone surrogate, which no encoding can store, as U+FFFD; and how many there were."""
    if text.isascii():
        return text, 0
    repaired, count = re.subn("[\ud800-\udfff]", "\ufffd", text)
    return repaired, count


def _checked(text: str, notes: tuple[str, ...]) -> Decoded:
    controls = len(_CONTROLS.findall(text))
    if controls > max(8, _MOST_CONTROLS * len(text)) or (controls and controls >= 0.3 * len(text)):
        raise Undecodable("is binary, not text")
    if "\0" in text:
        notes = (*notes, f"holds {text.count(chr(0))} NUL characters, which are left out of every quote")
    return Decoded(text, notes)


def _mostly_utf8(data: bytes) -> Decoded | None:
    """The text of which more is UTF-8, of what is not ASCII, than is not; None of another.

    Only the bytes that are not are read as another encoding. Under any other, few are UTF-8 by chance.
    """
    lines = data.splitlines(keepends=True)
    wrong = [number for number, line in enumerate(lines) if _ENCODED.sub(b"", line).translate(None, _ASCII)]
    rest = b"".join(_ENCODED.sub(b" ", lines[number]) for number in wrong)
    characters = sum(len(run.decode("utf-8")) for run in _ENCODED.findall(data))
    if characters <= len(rest.translate(None, _ASCII)):
        return None
    table = table_of(rest) or "cp1252"
    read = [line.decode("utf-8", "replace") for line in lines]
    shown = ""
    for number in wrong:
        # By the pattern's one group, every second part is UTF-8.
        parts = [
            part.decode("utf-8" if place % 2 else table, "replace")
            for place, part in enumerate(_ENCODED.split(lines[number]))
        ]
        read[number] = "".join(parts)
        shown = shown or _word_read(read[number], parts[::2])
    count = "1 line" if len(wrong) == 1 else f"{len(wrong):,} lines"
    return _checked("".join(read), (f"is UTF-8 but for {count}, read as {table}{shown}",))


def _word_read(text: str, parts: Sequence[str]) -> str:
    """The first word of `text` with a letter of the parts that is not ASCII, as an example in brackets."""
    letters = {letter for part in parts for letter in part if not letter.isascii()}
    for match in _WORD.finditer(text):
        if not letters.isdisjoint(match[0]):
            return f" (such as “{match[0][:_LONGEST_WORD]}”)"
    return ""


def _detected(data: bytes) -> Decoded:
    encoding = table_of(data) or _likeliest(data)
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Undecodable(f"is not UTF-8, nor {encoding} to its end; save it as UTF-8") from error
    return _checked(text, (f"is not UTF-8 and was read as {encoding}{_word_read(text, [text])}",))


def _likeliest(data: bytes) -> str:
    """The encoding, of all there are, under which `data` is most like a language. Raises Undecodable."""
    from charset_normalizer import from_bytes

    # Many tables differ in a few letters: of equals the commonest is taken.
    best = max(
        (match for match in from_bytes(data[:_SAMPLE]) if match.percent_chaos <= _MOST_CHAOS),
        key=lambda match: (match.percent_coherence, match.encoding == "cp1252"),
        default=None,
    )
    if best is None or best.percent_coherence < _LEAST_COHERENCE:
        raise Undecodable("is not UTF-8 and its encoding cannot be told with confidence; save it as UTF-8")
    return best.encoding
