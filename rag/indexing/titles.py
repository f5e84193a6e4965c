"""The title and the source of an article, where its metadata do not say."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.indexing import datelines

_LONGEST = 160
_BYLINE = re.compile(
    rf"\A\s*(?i:by|from)\s*:?\s+(?P<agency>[A-Z]{{2,8}}|{datelines.AGENCIES})(?=\s*(?:[|,•·–—/(-]|\Z))"
)
_CREDIT = re.compile(
    r"[\[(—–\s-]*(?:courtesy(?: of)?|source|credits?|with (?:agency )?inputs? from|inputs? from)\s*:?\s*"
    r"(?P<agency>[^)\].;|]{2,60}?)\s*[)\].]*\Z",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"\(\s*(?P<agency>[^()]{2,80}?)\s*\)")
_NEVER = re.compile(r"(?!)(?P<agency>)")
_AGENCY_OF = {"byline": _BYLINE, "dateline": _BRACKET}
_DATE_BEHIND = re.compile(rf"[\s,;/–—-]*(?:{datelines.DATE}).*\Z", re.DOTALL)


def title_from_sentence(sentence: str) -> str:
    """A title for an article without one: its first sentence, cut after a word when it is long."""
    words = " ".join(sentence.split())
    if len(words) <= _LONGEST:
        return words
    return words[: _LONGEST - 1].rsplit(" ", 1)[0].rstrip(",;:–—- ") + "…"


def source_from_text(furniture: Iterable[tuple[str, str]], closing: Iterable[tuple[str, str]]) -> str | None:
    """The agency that a byline or dateline names, or else a credit below the last sentence.

    Both are (kind, text) of masks in order, all of them and those below; a credit higher up is that of
    a picture or a table.
    """
    for kind, text in furniture:
        match = _AGENCY_OF.get(kind, _NEVER).search(text)
        agency = _DATE_BEHIND.sub("", match["agency"]).strip() if match is not None else ""
        if agency and not any(character.isdigit() for character in agency):
            return agency
    for kind, text in closing:
        match = _CREDIT.match(text) if kind == "credit" else None
        if match is not None:
            return match["agency"].strip()
    return None
