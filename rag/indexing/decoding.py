"""Bytes to characters: UTF-8, or an encoding that can be told with confidence, or a refusal by name."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

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
        return _detected(data)


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


def _detected(data: bytes) -> Decoded:
    if data[:_SAMPLE].count(0) > 0.01 * len(data[:_SAMPLE]):
        raise Undecodable("is binary, not text")
    from charset_normalizer import from_bytes

    matches = from_bytes(data[:_SAMPLE])
    # Many tables differ in a few letters: the one under which the text is most like a language is taken,
    # and of equals the commonest.
    best = max(
        (match for match in matches if match.percent_chaos <= _MOST_CHAOS),
        key=lambda match: (match.percent_coherence, match.encoding == "cp1252"),
        default=None,
    )
    if best is None or best.percent_coherence < _LEAST_COHERENCE:
        raise Undecodable("is not UTF-8 and its encoding cannot be told with confidence; save it as UTF-8")
    encoding = best.encoding
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Undecodable(f"is not UTF-8, nor {encoding} to its end; save it as UTF-8") from error
    return _checked(text, (f"is not UTF-8 and was read as {encoding}",))
