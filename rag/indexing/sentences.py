"""Whole sentences as spans: monotone, disjoint, trimmed, and with the masks they cover the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import sentencex

from rag.indexing import datelines
from rag.indexing.layout import Paragraph
from rag.types import Mask, Span

_CLOSING = r"[\"'”’»›)\]]"
_FLAG = r"[\U0001F1E6-\U0001F1FF\U0001F300-\U0001FAFF\u2600-\u27BF\uFE0F\u200D]"
_WEB = r"(?!(?:[Cc]om|[Nn]et|[Oo]rg|[Ii]nfo|[Gg]ov|[Ee]du|JS|js)\b)"
_MISSED = re.compile(
    # "in 1990.She" and "territory.“We": no space after the end, but surely a new sentence
    rf"(?:(?<=[^\W\d_]{{2}})|(?<=\d{{4}})|(?<=[)\]%”’]))[.!?…]{_CLOSING}*(?={_WEB}[\"“‘]?[A-Z][a-z’']|[\"“‘][A-Z])"
    # "a draw… Fans"
    rf"|…{_CLOSING}*(?=\s+[\"“‘]?[A-Z])"
    # "We won! 🇵🇰 The next": the emoji belongs to what it follows
    rf"|(?<=[.!?…])\s*{_FLAG}+(?=\s+[\"“‘]?[A-Z])"
)
_ADDRESS = re.compile(r"://|@|\bwww\.|\.(?:com|net|org)\b", re.IGNORECASE)
_LONGEST_WORD = 200
# sentencex takes time that grows with the square of the quotation marks in what it is given.
_WINDOW = 8000
# Some languages' rules take seconds over a window that is one word; the English ones do not.
_ENDLESS_WORD = re.compile(rf"\S{{{2 * _LONGEST_WORD}}}")
_BEFORE_NUMBER = re.compile(
    r"\b(?:Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Nos?|Rs|pp?"
    r"|[Vv]ols?|[Ff]igs?|[Cc]h(?:ap)?|[Pp]aras?|[Aa]pprox)\.\s+\Z"
)
# Before a capital these end a sentence as often as not.
_BEFORE_LOWER = re.compile(
    r"\b(?:govt|dept|pct|approx|avg|est|max|incl|excl|hrs|kms?|kgs?|lbs?|cts)\.\s+\Z", re.IGNORECASE
)
_VOLUME = re.compile(r"\b(?:[Vv]ols?|[Cc]hap|Pt)\.\s+\Z")
_ROMAN = re.compile(r"[IVXLC]+\b(?![’'])")
# Of a person, or of what a firm is called: "Sdn. Bhd.", "Pte. Ltd.".
_TITLE = re.compile(
    r"\b(?:Sdn|Pte|Pty|Pvt|Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Maj|Capt|Cmdr|Brig|Adm|Sgt|Rev|Ven|Hon|Pres|Amb|St|Mt|Messrs|vs|e\.g"
    r"|i\.e|cf|approx)\.\s+\Z"
)
_INITIAL = re.compile(r"(?:\b[A-Z][\w’'-]+\s+|(?:^|[\s(“‘\"']))(?:[A-Z]\.\s?)*[A-Z]\.\s+\Z")
_STATES = ("U.S.", "U.K.", "U.N.", "E.U.", "U.A.E.")
# "P.M. Silva" is a name, "5 P.M." an hour.
_HOUR = re.compile(r"(?:(?<![^\W\d_])[ap]\.\s?m|\d\s?[AP]\.\s?M)\.\s+\Z")
_ZONE = (
    r"(?:[ECMPA][SD]?T|GMT|UTC|[BIJKHP]ST|PKT|MSK|SGT|SLST|NPT|[CEW]ES?T|AE[SD]?T|NZ[SD]T|SAST|[WCE]AT|WIB)\b"
    r"|(?:Eastern|Central|Mountain|Pacific)(?=\s*[,.;:)/]|\s+(?:Standard|Daylight|on)\b)"
    # "Eastern time", "Sri Lanka Standard Time", but not what opens a sentence
    r"|(?!(?:This|That|The|Some|Each|Every|Any|Next|Last|Half|Full|Extra|Prime|It|At|By|In)\b)"
    r"(?:[A-Z][\w’'-]*\s+){1,3}(?:local\s+|standard\s+)?[Tt]ime\b"
)
# What an hour is told with. "Monday's" is more often the subject of the next sentence.
_OF_AN_HOUR = re.compile(
    rf"{datelines.DATE}|(?:{datelines.WEEKDAY}(?<!Sun)|{datelines.WEEKDAY}(?<=day)s)(?![\w’'])|{_ZONE}"
)
_OPENING_QUOTE = re.compile(r"(?<=[\s.!?”’])[\"“‘]\Z")


def sentences(found: Sequence[Paragraph], masks: Sequence[Mask], *, language: str | None) -> list[Span]:
    """The sentences of the paragraphs `found` outside `masks`; none crosses a paragraph or a mask."""
    spans: list[Span] = []
    next_mask = 0
    for paragraph in found:
        while next_mask < len(masks) and masks[next_mask].end <= paragraph.start:
            next_mask += 1
        position, index = paragraph.start, next_mask
        while index < len(masks) and masks[index].start < paragraph.end:
            _split(paragraph, position, masks[index].start, language, spans)
            position = max(position, masks[index].end)
            index += 1
        _split(paragraph, position, paragraph.end, language, spans)
    return spans


def _split(paragraph: Paragraph, start: int, end: int, language: str | None, spans: list[Span]) -> None:
    if end <= start:
        return
    text = paragraph.text[start - paragraph.start : end - paragraph.start]
    pieces: list[Span] = []
    for piece_start, piece_end in _bounds(text, language or "en"):
        piece = text[piece_start:piece_end]
        trimmed = piece.strip()
        if not trimmed:
            continue
        first = piece_start + len(piece) - len(piece.lstrip())
        span = Span(first, first + len(trimmed))
        if pieces and not any(character.isalnum() for character in trimmed):
            pieces[-1] = Span(pieces[-1].start, span.end)
        else:
            pieces.append(span)
    spans.extend(Span(start + piece.start, start + piece.end) for piece in pieces)


def _bounds(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Cuts of `text` that cover it: those of sentencex, less the wrong and with the missed ones."""
    cuts = {cut for cut in _proposed(text, language) if not _wrong(text, cut)}
    cuts.update(match.end() for match in _MISSED.finditer(text) if not _in_address(text, match.end()))
    return pairwise([0, *sorted(cut for cut in cuts if 0 < cut < len(text)), len(text)])


def _proposed(text: str, language: str) -> Iterator[int]:
    """Where sentencex would cut, found window by window; a window opens with a sentence if one ends late."""
    start = 0
    while start < len(text):
        window = text[start : start + _WINDOW]
        rules = "en" if _ENDLESS_WORD.search(window) else language
        starts = [found["start_index"] for found in sentencex.get_sentence_boundaries(rules, window)]
        for offset in starts:
            if offset == 0:
                continue
            cut = start + offset
            # The quotation mark that opens the next sentence is left behind with the one before.
            dangling = _OPENING_QUOTE.search(text, max(0, cut - 3), cut)
            yield dangling.start() if dangling and not text[cut : cut + 1].isspace() else cut
        last = starts[-1] if starts else 0
        ends = start + len(window) == len(text)
        start += len(window) if ends or last < _WINDOW // 2 else last


def _in_address(text: str, cut: int) -> bool:
    """Whether `cut` lies inside a web or mail address."""
    before = re.search(r"\S*\Z", text[max(0, cut - _LONGEST_WORD) : cut])
    after = re.match(r"\S*", text[cut : cut + _LONGEST_WORD])
    word = (before.group() if before else "") + (after.group() if after else "")
    return _ADDRESS.search(word) is not None


def _wrong(text: str, cut: int) -> bool:
    """Whether a cut lies in an address, or parts what belongs together, or a mark from its sentence."""
    before, after = text[max(0, cut - 40) : cut], text[cut : cut + 1]
    if not before[-1:].isspace() and not after.isspace() and _in_address(text, cut):
        return True
    return after in set(",.;:)…") or _parts(before, text, cut)


def _parts(before: str, text: str, cut: int) -> bool:
    """Whether a cut parts an abbreviation, an initial or an hour from what it is told with."""
    after = text[cut : cut + 1]
    if _HOUR.search(before):
        return _OF_AN_HOUR.match(text, cut) is not None
    if after.isdigit():
        return _BEFORE_NUMBER.search(before) is not None
    if after.islower():
        return _BEFORE_LOWER.search(before) is not None
    if not after.isupper() or before.rstrip().endswith(_STATES):
        return False
    volume = _VOLUME.search(before) is not None and _ROMAN.match(text, cut) is not None
    return volume or _TITLE.search(before) is not None or _INITIAL.search(before) is not None
