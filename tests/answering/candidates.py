"""Candidates and rankings as retrieval would give them, made by hand."""

from __future__ import annotations

import hashlib

from rag.answering.quoting import Quotable
from rag.answering.ranking import Ranked
from rag.store import Candidate, StoredText, Words
from rag.store.database import pack_spans
from rag.types import ArticleCard, Chunk, Precision, Published, Scores, Span

PRECISIONS: dict[int, Precision] = {4: "year", 7: "month", 10: "day"}


def written(card: ArticleCard, text: str, sentences: tuple[Span, ...], signature: bytes = b"") -> StoredText:
    """A stored article with these words."""
    return StoredText(card, signature, lambda: Words(text, pack_spans(sentences)))


def published_on(value: str | None) -> Published:
    return Published(value, PRECISIONS[len(value)], "metadata") if value else Published()


def candidate(
    article_id: str,
    *,
    dense: float = 0.0,
    lexical: float = 0.0,
    published: str | None = None,
    start: int = 0,
    text: str = "Words.",
    title: str | None = None,
) -> Candidate:
    """A chunk that is one sentence, `start` characters into its article."""
    whole = " " * start + text
    span = Span(start, len(whole))
    digest = hashlib.sha256(whole.encode()).hexdigest()
    card = ArticleCard(article_id, title or article_id, None, None, published_on(published), digest)
    return Candidate(
        Chunk(article_id, span.start, span.end, 1), written(card, whole, (span,)), dense, lexical
    )


def ranked(article_id: str, score: float, *, published: str | None = None, start: int = 0) -> Ranked:
    return Ranked(candidate(article_id, published=published, start=start), score, Scores(fused=score))


def quotable(
    article_id: str, text: str, score: float, *, published: str | None = None, title: str | None = None
) -> Quotable:
    found = candidate(article_id, text=text, published=published, title=title)
    return Quotable(Ranked(found, score, Scores()), 0, len(text), text, score)


def names(ranking: list[Ranked]) -> list[str]:
    return [one.candidate.chunk.article_id for one in ranking]
