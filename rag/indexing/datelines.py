"""Where and when at the edges of a paragraph: "KARACHI:", "(Agency) —", "(City/May 3, 2024)"."""

from __future__ import annotations

import re
from collections.abc import Iterator

MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
WEEKDAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?"
ISO_DAY = r"\d{4}[-/.]\d{2}[-/.]\d{2}"
_ORDINAL = r"(?:st|nd|rd|th)?"
_DAY = rf"(?:{MONTH}\s*\d{{1,2}}{_ORDINAL}|\d{{1,2}}{_ORDINAL}\s*{MONTH})"
DATE = rf"(?:(?:{WEEKDAY},?\s+)?{_DAY}(?:,?\s+\d{{4}})?\b|{ISO_DAY})"

# A day with its year, in all forms that are read, and the time of day that may stand on either side of it.
_TIME = (
    r"\d{1,2}[:.]\d{2}(?::\d{2})?(?:\s*[ap]\.?m\b\.?)?(?:\s*\(?(?-i:[A-Z]{1,4})\b\)?)?(?:[+-]\d{2}:?\d{2})?"
)
_FULL_DAY = (
    rf"(?:(?:{WEEKDAY},?\s+)?(?:{MONTH}(?:\s*|-)\d{{1,2}}{_ORDINAL}(?:,?\s+|,|-)\d{{4}}"
    rf"|\d{{1,2}}{_ORDINAL}(?:\.?\s*|\s+of\s+|-){MONTH}(?:,?\s*|-)\d{{4}})\b"
    rf"|{ISO_DAY}(?:T\d{{2}}:\d{{2}}(?::\d{{2}}(?:\.\d+)?)?(?:Z|[+-]\d{{2}}:?\d{{2}})?)?)"
)
_MOMENT = rf"(?:{_TIME},?\s+)?{_FULL_DAY}(?:,?\s+(?:at\s+|[-–—]\s*)?{_TIME})?"
_NAMES = r"(?-i:[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){0,4})"
AGENCIES = (
    r"Reuters|Xinhua|Bloomberg|(?:The )?Associated Press|Agence France-Presse|Kyodo(?: News)?|Interfax"
    r"|Anadolu(?: Agency)?"
)
LABELLED_DATE = re.compile(
    r"(?:first |originally |last )?(?:published|updated|posted|modified|(?:publish )?date)(?: on| at)?[\s:]*"
    rf"{_MOMENT}(?:\W.{{0,80}})?",
    re.IGNORECASE,
)
# A headline may name the day of what it tells behind a comma: who published on it is known only of a name
# before a bar, or of an agency. Of a span of days neither is one of publication.
DATED_LINE = re.compile(
    rf"[(\[]?(?:(?:{AGENCIES}|(?-i:AFP|AP|APP|ANI|DPA|IANS|PTI|TASS|UPI))\s*[,|/•·–—-]\s*|{_NAMES}\s*[|•·]\s*)?"
    rf"{_MOMENT}(?:[\s,|/•·–—-]+by:?\s+\D{{2,60}}|\s*[|/•·]\s*\D{{1,60}})?[)\]]?",
    re.IGNORECASE,
)

_CAPITAL = r"A-ZÀ-ÖØ-Þ"
_PLACE = rf"[{_CAPITAL}][\w’'.-]*(?:[ /]+[{_CAPITAL}][\w’'.-]*){{0,3}}"
_IN_CAPITALS = rf"[{_CAPITAL}][{_CAPITAL}’'.-]+(?:[ /]+[{_CAPITAL}][{_CAPITAL}’'.-]+){{0,3}}"
_NO_PLACE = (
    r"(?!(?:In|On|At|By|Since|Until|After|Before|The|From|Last|This|Next|Every|For|It|As"
    rf"|{WEEKDAY}|{MONTH})\b)"
)
_AGENCY = r"\(\s*[A-Z][^()]{1,80}\)"
# These are known to be agencies and no party or place ("PTI", "AP"), where they are not introduced:
# "Cable News Network (CNN)".
_KNOWN_AGENCY = rf"\(\s*(?:{AGENCIES}|CNN|BBC)(?: (?:Business|News|Sport))?\s*\)"
_NO_AGENCY = r"(?![^()]{0,80}\b(?:Agency|Broadcasting|Cable|Press|Presse|Reuters|Trust)\b[^()]{0,40}\()"
_DASH = r"(?:-{1,2}(?=\s)|–|—)"
# A bracket parts it from what follows by itself.
_CLOSED_DASH = r"(?:-{1,2}|–|—)"
_PROSE = r"(?=[A-Z\"“‘'])"
_LEADING_DATE = re.compile(
    rf"\s*(?:date\s*:?\s*)?{ISO_DAY}(?:[T ]\d{{2}}:\d{{2}}(?::\d{{2}})?Z?)?(?=\s)\s*[-–—:|]?\s*",
    re.IGNORECASE,
)
_DATELINES = tuple(
    re.compile(pattern)
    for pattern in (
        # SINGAPORE (Some Agency) Nov. 22, 2024–
        rf"{_IN_CAPITALS}(?:, ?{_PLACE})? ?{_AGENCY},? {DATE}\s*(?::|-{{1,2}}|–|—)\s*(?=\S)",
        # KARACHI: · WASHINGTON, Nov 3 (Agency) — · ISLAMABAD, (Agency - 12th Feb, 2025)
        rf"{_IN_CAPITALS}(?:, ?{_PLACE})?(?:,? {DATE})?(?:,? ?{_AGENCY})?\s*(?::|{_DASH})\s*(?=\S)",
        rf"{_IN_CAPITALS}(?:, ?{_PLACE})?,?(?: {DATE},?)? ?{_AGENCY}\s*{_PROSE}",
        # Moscow, June 13 (Agency) - · Moscow, June 13
        rf"{_NO_PLACE}{_PLACE}(?:, ?{_PLACE})?, {DATE}(?:,? ?{_AGENCY})?\s*(?:(?::|{_DASH})\s*|{_PROSE})",
        # Moscow (Agency) -
        rf"{_NO_PLACE}{_PLACE}(?:, ?{_PLACE})? ?{_AGENCY}\s*{_DASH}\s*(?=\S)",
        # Moscow, June 13 (Agency) -With a sentence
        rf"{_NO_PLACE}{_PLACE}(?:, ?{_PLACE})?, {DATE},? ?{_AGENCY}\s*{_CLOSED_DASH}\s*{_PROSE}",
        # Kyiv, Ukraine (CNN) With a sentence · WASHINGTON (Reuters) -With a sentence
        rf"{_NO_PLACE}{_NO_AGENCY}{_PLACE}(?:, ?{_PLACE})? ?{_KNOWN_AGENCY}\s*{_CLOSED_DASH}?\s*{_PROSE}",
        # COLOMBO (Agency);
        rf"{_NO_PLACE}{_PLACE}(?:, ?{_PLACE})? ?{_AGENCY}\s*;\s*{_PROSE}",
        # (Some Agency) -
        rf"\((?:the )?{_PLACE}(?: ?& ?{_PLACE})?\)\s*{_DASH}\s*{_PROSE}",
        # (Reuters) With a sentence · (Reuters) -With a sentence
        rf"{_KNOWN_AGENCY}\s*{_CLOSED_DASH}?\s*{_PROSE}",
        # London AGENCY Business —
        rf"{_NO_PLACE}(?:{_PLACE} )?[A-Z]{{2,5}}(?: [A-Z]\w+)?\s*—\s+(?=\S)",
        # May 22 (Agency) - · May 22, (Agency) - · (AGENCY) -
        rf"{DATE},? ?{_AGENCY}\s*(?:-{{1,2}}|–|—|:)\s*(?=\S)",
        rf"\([A-Z][A-Z&]+(?: [A-Z][\w&]+){{0,2}}\)\s*(?:-{{1,2}}|–|—|:)?\s*{_PROSE}",
    )
)
_LONGEST = 140
_DATED_END = re.compile(rf"\s*\((?:[A-Z][\w ]{{1,30}}/\s*)?{MONTH}\s*\d{{1,2}}[/, ]+\d{{4}}\)\s*\Z")
_SIGNED_END = re.compile(r"(?<=[.!?”’\"])\s*[(\[](?:[A-Z]{2,8})[)\]]\s*\Z")
_CAPTION_END = re.compile(
    r"(?<=[.!?”’\"])\s+(?:[A-Z][\w.’'-]+(?: [A-Z][\w.’'-]+){1,3}/[A-Z][\w ./]{2,80}"
    r"|Pi[cx]s? by [A-Z][\w .&]{3,60})\Z"
)
_BUTTON_END = re.compile(
    r"(?<=[.!?”’\"])\s+(?:(?:read more|continue reading|read full story)|(?:pic\.twitter\.com|https?://t\.co)/\S+)\s*\Z",
    re.IGNORECASE,
)
_CLOSINGS = (
    (_DATED_END, "date line"),
    (_SIGNED_END, "credit"),
    (_CAPTION_END, "credit"),
    (_BUTTON_END, "navigation"),
)


def openings(text: str) -> Iterator[tuple[int, int, str]]:
    """Spans `(start, end, kind)` of the date line and dateline that open a paragraph of prose.

    What follows a dateline must be able to stand as a sentence of its own.
    """
    position = 0
    date = _LEADING_DATE.match(text)
    if date is not None and date.end() < len(text):
        yield 0, len(date.group().rstrip()), "date line"
        position = date.end()
    head = text[position : position + _LONGEST + 40]
    for pattern in _DATELINES:
        match = pattern.match(head)
        if match is None or match.end() > _LONGEST or position + match.end() >= len(text):
            continue
        rest = text[position + match.end() :].lstrip("\"“‘'([")
        if rest and not rest[0].islower():
            yield position, position + len(match.group().rstrip()), "dateline"
            return


def closing(text: str) -> tuple[int, int, str] | None:
    """The span `(start, end, kind)` of what signs a paragraph at its end: a city with a day, an agency."""
    offset = max(0, len(text) - 140)
    for pattern, kind in _CLOSINGS:
        match = pattern.search(text[offset:])
        if match is not None and offset + match.start() > 0:
            start = offset + match.start()
            return start + len(match.group()) - len(match.group().lstrip()), len(text), kind
    return None


def without_opening(text: str) -> str:
    """`text` less its date line and dateline."""
    return text[max((end for _, end, _ in openings(text)), default=0) :].strip()
