"""Quote integrity: what is cited is what stands in the article, character by character."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from rag.errors import IndexDamaged, NotFound
from rag.store import Snapshot
from rag.types import ArticleCard, CitationState


@dataclass(frozen=True, slots=True)
class Claim:
    """A citation as somebody holds it: the quote, and where it is said to stand."""

    article_id: str
    start: int
    end: int
    quote: str
    article_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a claim. `start` and `end` are where the quote stands now; None where nowhere.

    intact: at its place, in the same article text. context changed: at its place, but the article's text is
    another elsewhere. moved: at another place of the article. source changed: the article no longer says it.
    source gone: there is no such article.
    """

    claim: Claim
    state: CitationState
    start: int | None
    end: int | None


def verify_claims(claims: Sequence[Claim], snapshot: Snapshot) -> list[Verdict]:
    """A verdict for each claim, in order."""
    return [_verify(claim, snapshot) for claim in claims]


def _verify(claim: Claim, snapshot: Snapshot) -> Verdict:
    try:
        article = snapshot.article(claim.article_id)
    except (NotFound, UnicodeEncodeError):  # no stored article's id has half a character in it
        return Verdict(claim, "source gone", None, None)
    if _stands(claim.quote, article.text, claim.start, claim.end):
        unaltered = claim.article_sha256 in {None, article.sha256}
        return Verdict(claim, "intact" if unaltered else "context changed", claim.start, claim.end)
    start = _nearest(article.text, claim.quote, claim.start)
    if start is None:
        return Verdict(claim, "source changed", None, None)
    return Verdict(claim, "moved", start, start + len(claim.quote))


def _stands(words: str, text: str, start: int, end: int) -> bool:
    """Whether the words are exactly `[start, end)`, which a slice alone does not say beyond either end."""
    return 0 <= start < end <= len(text) and text[start:end] == words


def _nearest(text: str, quote: str, start: int) -> int | None:
    """The place nearest to `start` where the quote stands, of two the first; None where it stands nowhere.

    A text that grew at its head moves everything alike. One search to either side finds it: a quote that
    overlaps itself stands at too many places to look at each.
    """
    if not quote:
        return None
    start = min(max(start, 0), len(text))
    behind = text.find(quote, start)
    # Read backwards, because only a search forwards takes no longer for a quote that repeats itself.
    backwards = text[: start + len(quote)][::-1].find(quote[::-1])
    before = min(start + len(quote), len(text)) - len(quote) - backwards if backwards >= 0 else -1
    found = [place for place in (before, behind) if place >= 0]
    return min(found, key=lambda place: abs(place - start), default=None)


class IntegrityCheck:
    """The check on the way out: re-reads each article from the store and holds the words against it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._texts: dict[str, tuple[str, str] | None] = {}

    def holds(self, card: ArticleCard, start: int, end: int, words: str) -> bool:
        """Whether the stored article has exactly these words there and still the text it was hashed with."""
        if card.article_id not in self._texts:
            self._texts[card.article_id] = self._read(card.article_id)
        stored = self._texts[card.article_id]
        if stored is None:
            return False
        text, digest = stored
        return digest == card.article_sha256 and _stands(words, text, start, end)

    def _read(self, article_id: str) -> tuple[str, str] | None:
        try:
            text = self.snapshot.text_of(article_id)
        except (NotFound, IndexDamaged):
            return None
        return text, hashlib.sha256(text.encode()).hexdigest()
