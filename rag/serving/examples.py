"""The examples that OpenAPI shows, made by the same functions as the responses themselves."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import replace

from rag.answering import Claim, Verdict
from rag.answering.contract import answer_json, article_json, search_json, verdict_json
from rag.types import (
    Answer,
    Article,
    Chunk,
    Citation,
    Explanation,
    Mask,
    Passage,
    Published,
    Scores,
    SearchResult,
    Span,
)

REQUEST_ID = "4f7c0e1f6a0b4c4d9d0e0c5a7b1f2e3d"
_GENERATION = "000007-5ad1c2e0"
_QUESTION = "when does the harbour bridge reopen"
_QUOTE = "The harbour bridge reopens on Monday, the port authority said."
_TEXT = f"{_QUOTE} Repairs took three weeks. Read more: Ferry timetable changes"
_PROSE = _TEXT.index(" Read more")
_SHA256 = hashlib.sha256(_TEXT.encode()).hexdigest()
_SCORES = Scores(dense=0.71, lexical=9.2, fused=0.93, rerank=4.1, recency=None)
_TIMINGS = {"words": 0.9, "encode": 1.2, "retrieve": 1.3, "rerank": 40.2, "total": 51.0}
_EXPLANATION = Explanation(reranked=20)
_ARTICLE = Article(
    id="2024/harbour-bridge",
    title="Harbour bridge reopens",
    title_origin="metadata",
    text=_TEXT,
    sha256=_SHA256,
    source_sha256=_SHA256,
    published=Published("2024-11-12", "day", "metadata"),
    source="The Harbour Times",
    language="en",
    masks=(Mask(_PROSE + 1, len(_TEXT), "related"),),
    sentences=(Span(0, len(_QUOTE)), Span(len(_QUOTE) + 1, _PROSE)),
)
_CARD = _ARTICLE.card
_PASSAGE = Passage(_CARD, 0, _PROSE, _TEXT[:_PROSE], _SCORES)
_CLAIM = Claim(_ARTICLE.id, 0, len(_QUOTE), _QUOTE, _SHA256)

_ANSWER = answer_json(
    Answer(
        question=_QUESTION,
        intent="fact",
        as_of=dt.date(2024, 12, 31),
        answer=f"“{_QUOTE}” [1]",
        abstained=False,
        reason=None,
        message=None,
        confidence=0.83,
        citations=(Citation(1, _CARD, 0, len(_QUOTE), _QUOTE, _SCORES),),
        passages=(replace(_PASSAGE, nearest=Span(0, len(_QUOTE))),),
        generation=_GENERATION,
        explanation=_EXPLANATION,
        timings_ms=_TIMINGS,
    )
)
_SEARCH = search_json(SearchResult(_QUESTION, (_PASSAGE,), _GENERATION, _EXPLANATION, _TIMINGS))

RESPONSES: Mapping[tuple[str, str], object] = {
    ("/v1/ask", "get"): _ANSWER,
    ("/v1/ask", "post"): _ANSWER,
    ("/v1/search", "post"): _SEARCH,
    ("/v1/articles", "get"): {
        "articles": [article_json(_ARTICLE)],
        "next": "/v1/articles?limit=1&after=MjAyNC9oYXJib3VyLWJyaWRnZQ",
        "notes": [],
        "generation": _GENERATION,
    },
    ("/v1/articles/{article_id}", "get"): {
        **article_json(_ARTICLE, [Chunk(_ARTICLE.id, 0, _PROSE, 19)]),
        "generation": _GENERATION,
    },
    ("/v1/verify", "post"): {"verdicts": [verdict_json(Verdict(_CLAIM, "intact", 0, len(_QUOTE)))]},
    ("/healthz", "get"): {"status": "up"},
    ("/readyz", "get"): {
        "status": "ready",
        "generation": _GENERATION,
        "articles": 1200,
        "chunks": 5400,
        "encoder": "bge-small-en-v1.5",
        "reranker": "ms-marco-MiniLM-L-12-v2",
    },
}
"""By path and method."""

REQUESTS: Mapping[tuple[str, str], Mapping[str, object]] = {
    ("/v1/ask", "post"): {
        "A question": {"question": _QUESTION},
        "As of a month, from one source": {
            "question": "what is the latest on the harbour bridge",
            "as_of": "2024-12",
            "sources": ["The Harbour Times"],
            "top_k": 3,
        },
    },
    ("/v1/search", "post"): {"A search": {"question": _QUESTION, "top_k": 10, "rerank": False}},
    ("/v1/verify", "post"): {"A citation out of an answer": {"citations": _ANSWER["citations"]}},
}
"""By path and method, each named by what it shows."""
