"""A tiny real archive with the Answerer's methods: it answers with the sentence that shares most words."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from rag.answering import Claim, Verdict
from rag.errors import NotFound, QuestionError
from rag.types import (
    Answer,
    Article,
    Chunk,
    Citation,
    Explanation,
    Filters,
    Intent,
    Mask,
    Passage,
    Published,
    Scores,
    SearchResult,
    Span,
)

TEXTS = {
    "2021/ferry": "The ferry sank off Karachi. Nobody was hurt, police said.",
    "2022/wheat price": "Wheat prices rose by nine percent in March. Bakers complained.",
    "2023/سیلاب": "Floods cut the road to Gwadar 🌊. The army built a bridge.",
    "2024/harbour-bridge": "The harbour bridge reopens on Monday. Repairs took weeks. Read more: Ferries",
    "2025/steel": "The steel mill talks resumed in Moscow. A memorandum was signed.",
}
NO_FILTERS = Filters()
TIMINGS = {"encode": 1.0, "retrieve": 2.0, "rerank": 3.0, "total": 6.0}


def article_of(article_id: str, text: str) -> Article:
    prose = text.split(" Read more", maxsplit=1)[0]
    sentences = tuple(Span(*match.span()) for match in re.finditer(r"\S[^.]*\.", prose))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Article(
        id=article_id,
        title=article_id.rsplit("/", maxsplit=1)[-1],
        title_origin="text",
        text=text,
        sha256=digest,
        source_sha256=digest,
        published=Published(f"{article_id[:4]}-06", "month", "file name"),
        source="The Harbour Times",
        language="en",
        masks=(Mask(len(prose), len(text), "related"),) if len(text) > len(prose) else (),
        sentences=sentences,
    )


@dataclass(frozen=True)
class FakeIdentity:
    name: str = "hashing"


@dataclass(frozen=True)
class FakeManifest:
    generation: str
    articles: int
    chunks: int
    encoder: FakeIdentity = FakeIdentity()


class FakeSnapshot:
    def __init__(self, generation: str, texts: dict[str, str]) -> None:
        self.generation = generation
        self.manifest = FakeManifest(generation, len(texts), len(texts))
        self.articles = {name: article_of(name, texts[name]) for name in sorted(texts)}

    def article(self, article_id: str) -> Article:
        if article_id not in self.articles:
            raise NotFound(f"no article has the id {article_id!r}")
        return self.articles[article_id]

    def list_articles(
        self, *, after: str | None = None, limit: int = 100, filters: Filters | None = None
    ) -> list[Article]:
        sources = filters.sources if filters else ()
        ids = filters.article_ids if filters else ()
        behind = [each for name, each in self.articles.items() if after is None or name > after]
        behind = [each for each in behind if not ids or each.id in ids]
        return [each for each in behind if not sources or each.source in sources][:limit]

    def sources(self, filters: Filters) -> list[str]:
        return sorted({article.source for article in self.list_articles(filters=filters) if article.source})

    def names_had(self, field: str, filters: Filters) -> set[str]:
        return {str(getattr(article, field)) for article in self.list_articles(filters=filters)}

    def count_articles(self, filters: Filters) -> int:
        return len(self.list_articles(filters=filters))

    def chunks_of(self, article_id: str) -> list[Chunk]:
        article = self.article(article_id)
        return [Chunk(article_id, article.sentences[0].start, article.sentences[-1].end, 12)]


@dataclass
class FakeIndex:
    live: FakeSnapshot
    closed: bool = False

    def snapshot(self) -> FakeSnapshot:
        return self.live

    def close(self) -> None:
        self.closed = True


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower())) - {"the", "to", "was", "in", "a", "on"}


@dataclass
class FakeAnswerer:
    """`before_answering` runs inside every question, and then `encode`: to be slow, or to fail."""

    index: FakeIndex = field(default_factory=lambda: FakeIndex(FakeSnapshot("000001-aaaaaaaa", TEXTS)))
    reranker: FakeIdentity | None = FakeIdentity("overlap")
    before_answering: Callable[[str], None] = lambda question: None
    encode: Callable[[str], None] = lambda question: None

    def ask(
        self,
        question: str,
        *,
        filters: Filters = NO_FILTERS,
        intent: Intent | None = None,
        top_k: int | None = None,
        rerank: bool = True,
    ) -> Answer:
        found = self.search(question, filters=filters, top_k=top_k, rerank=rerank)
        best = found.passages[0] if found.passages else None
        answered = best is not None and (best.scores.lexical or 0) > 0
        citations = ()
        if best is not None and answered:
            span = self.index.snapshot().article(best.card.article_id).sentences[0]
            quote = best.text[: span.end - best.start]
            citations = (Citation(1, best.card, span.start, span.end, quote, best.scores),)
        return Answer(
            question=question,
            intent=intent or "fact",
            as_of=filters.as_of or dt.date(2026, 11, 22),
            answer=f"“{citations[0].quote}” [1]" if citations else None,
            abstained=not citations,
            reason=None if citations else "nothing matches",
            message=None if citations else "No article speaks of this.",
            confidence=0.9 if citations else 0.1,
            citations=citations,
            passages=found.passages,
            generation=found.generation,
            explanation=found.explanation,
            timings_ms=found.timings_ms,
        )

    def search(
        self,
        question: str,
        *,
        filters: Filters = NO_FILTERS,
        top_k: int | None = None,
        rerank: bool = True,
        while_encoding: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> SearchResult:
        self.before_answering(question)
        if not question.strip():
            raise QuestionError("the question is empty: ask something")
        with while_encoding():
            self.encode(question)
        snapshot = self.index.snapshot()
        passages = []
        for article in snapshot.list_articles(filters=filters):
            latest = article.published.latest
            if filters.as_of and (latest is None or latest > filters.as_of):
                continue
            chunk = snapshot.chunks_of(article.id)[0]
            text = article.text[chunk.start : chunk.end]
            shared = float(len(words(question) & words(text)))
            scores = Scores(dense=0.5, lexical=shared, fused=0.5, rerank=shared if rerank else None)
            passages.append(Passage(article.card, chunk.start, chunk.end, text, scores))
        passages.sort(key=lambda passage: (-(passage.scores.lexical or 0), passage.card.article_id))
        return SearchResult(
            question, tuple(passages[: top_k or 5]), snapshot.generation, Explanation(), TIMINGS
        )

    def verify(self, claims: Sequence[Claim]) -> list[Verdict]:
        for claim in claims:
            self.before_answering(claim.quote)
        return [self._verdict(claim) for claim in claims]

    def _verdict(self, claim: Claim) -> Verdict:
        article = self.index.snapshot().articles.get(claim.article_id)
        if article is None:
            return Verdict(claim, "source gone", None, None)
        if article.text[claim.start : claim.end] == claim.quote:
            return Verdict(claim, "intact", claim.start, claim.end)
        place = article.text.find(claim.quote)
        if place < 0:
            return Verdict(claim, "source changed", None, None)
        return Verdict(claim, "moved", place, place + len(claim.quote))
