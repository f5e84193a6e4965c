"""Articles laid out by hand: sentences, what stands between them, and masks."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from candidates import published_on, written

from rag.store import StoredText
from rag.types import ArticleCard, Span


def story(
    sentences: Sequence[str],
    gaps: Sequence[str] | str = " ",
    *,
    title: str = "News",
    published: str | None = None,
    article_id: str = "a",
) -> StoredText:
    """An article of these sentences; `gaps` stand between them, one for all or each its own.

    What is more than white space in a gap is masked: it is in the text and in no sentence.
    """
    between = [gaps] * (len(sentences) - 1) if isinstance(gaps, str) else list(gaps)
    text, spans = "", []
    for sentence, gap in zip(sentences, [*between, ""], strict=True):
        spans.append(Span(len(text), len(text) + len(sentence)))
        text += sentence + gap
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return written(
        ArticleCard(article_id, title, None, None, published_on(published), digest), text, tuple(spans)
    )
