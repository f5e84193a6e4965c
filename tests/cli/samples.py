"""Answers to show, and an answerer that gives them and remembers what it was asked."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field, replace
from typing import Any

from rag.errors import RagError
from rag.types import (
    Answer,
    ArticleCard,
    Citation,
    Explanation,
    Filters,
    Passage,
    Published,
    Scores,
    SearchResult,
)

STEEL = (
    "The mills were founded in 1973. Talks on the new mill resumed in Moscow, the ministry said. "
    "A memorandum is to be signed in May. Nobody gave a price."
)
BRIDGE = "The bridge reopens on Monday. Repairs took three weeks."
SCORES = Scores(dense=0.71, lexical=9.2, fused=0.93, rerank=4.1, recency=None)


def card(article_id: str, text: str, published: Published, source: str | None) -> ArticleCard:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return ArticleCard(article_id, f"Title of {article_id}", source, None, published, digest)


STEEL_CARD = card("2025/steel", STEEL, Published("2025-02-12", "day", "text"), "The Harbour Times")
BRIDGE_CARD = card("bridge", BRIDGE, Published(not_before="2021-04-07"), None)


def citation(number: int, of: ArticleCard, text: str, quote: str, **more: Any) -> Citation:
    start = text.index(quote)
    return Citation(number, of, start, start + len(quote), quote, SCORES, **more)


QUOTES = (
    citation(1, STEEL_CARD, STEEL, "Talks on the new mill resumed in Moscow, the ministry said."),
    citation(1, STEEL_CARD, STEEL, "A memorandum is to be signed in May.", also_in=("2025/other",)),
    citation(2, BRIDGE_CARD, BRIDGE, "The bridge reopens on Monday."),
)
PASSAGES = (
    Passage(STEEL_CARD, 0, len(STEEL), STEEL, SCORES),
    Passage(BRIDGE_CARD, 0, len(BRIDGE), BRIDGE, replace(SCORES, rerank=None)),
)
ANSWERED = Answer(
    question="what of the mills",
    intent="status",
    as_of=dt.date(2026, 11, 22),
    answer=" ".join(f"“{quote.quote}” [{quote.number}]" for quote in QUOTES),
    abstained=False,
    reason=None,
    message=None,
    confidence=0.83,
    citations=QUOTES,
    passages=PASSAGES,
    generation="000007-5ad1c2e0",
    explanation=Explanation(undated_left_out=2, recency_applied=True, reranked=20),
    timings_ms={"encode": 2.1, "total": 51.0},
)
ABSTAINED = replace(
    ANSWERED,
    answer=None,
    abstained=True,
    reason="not answered",
    message="The articles do not say what the mill costs.",
    confidence=0.12,
    citations=(),
)


FOUND = SearchResult(ANSWERED.question, PASSAGES, ANSWERED.generation, ANSWERED.explanation, {"total": 3.0})


@dataclass
class FixedAnswerer:
    """Gives one answer to everything, or raises one error; `asked` is what it was called with."""

    answer: Answer = ANSWERED
    found: SearchResult = FOUND
    error: RagError | None = None
    asked: dict[str, Any] = field(default_factory=dict)
    settings: Any = None

    def ask(self, question: str, **options: Any) -> Answer:
        self.asked = {"question": question, **options}
        if self.error is not None:
            raise self.error
        return self.answer

    def search(self, question: str, *, filters: Filters, top_k: int | None) -> Any:
        self.asked = {"question": question, "filters": filters, "top_k": top_k}
        return self.found
