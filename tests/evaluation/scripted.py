"""A system that says what it was told to say, over a small archive of real articles."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from rag.errors import NotFound, QuestionError
from rag.evaluation.gold import Evidence, GoldQuestion
from rag.types import (
    Answer,
    Article,
    ArticleCard,
    Citation,
    Explanation,
    Filters,
    Intent,
    Passage,
    Published,
    Scores,
)

ANYTHING = Filters()
TEXTS = {
    "old": "The mill was shut in 2015. Talks began in May. Nobody knew the price of steel.",
    "new": "The mill will open again. Talks were resumed on Monday. Überraschung 🚂 in Karachi.",
    "other": "Rain is expected in the hills. The match was drawn after five days of play.",
}
PUBLISHED = {
    "old": Published("2015-05", "month", "metadata"),
    "new": Published("2016-02-01", "day", "metadata"),
}


def article(article_id: str, text: str) -> Article:
    digest = hashlib.sha256(text.encode()).hexdigest()
    published = PUBLISHED.get(article_id, Published())
    return Article(article_id, article_id, "metadata", text, digest, digest, published)


@dataclass(frozen=True)
class Identity:
    name: str = "scripted"
    fingerprint: str = "0" * 64


@dataclass(frozen=True)
class Manifest:
    generation: str = "000001-0123abcd"
    articles: int = 3
    chunks: int = 9
    encoder: Identity = field(default_factory=Identity)
    options: Mapping[str, object] = field(default_factory=lambda: {"chunk_tokens": 200})


@dataclass
class Archive:
    """Index and snapshot in one: there is only one generation."""

    texts: Mapping[str, str] = field(default_factory=lambda: dict(TEXTS))
    manifest: Manifest = field(default_factory=Manifest)

    def snapshot(self) -> Archive:
        return self

    def article(self, article_id: str) -> Article:
        if article_id not in self.texts:
            raise NotFound(f"There is no article {article_id}.")
        return article(article_id, self.texts[article_id])

    def names_had(self, field: str, filters: Filters) -> set[str]:
        """No article has a source or a language."""
        return set(filters.article_ids) & self.texts.keys() if field == "id" else set()

    def write(self, folder: Path) -> Path:
        for name, text in self.texts.items():
            (folder / f"{name}.txt").write_bytes(text.encode())
        return folder


@dataclass(frozen=True)
class Found:
    passages: tuple[Passage, ...]


def card(article_id: str) -> ArticleCard:
    text = TEXTS.get(article_id, "")
    digest = hashlib.sha256(text.encode()).hexdigest()
    return ArticleCard(article_id, article_id, None, None, PUBLISHED.get(article_id, Published()), digest)


def passage(article_id: str, start: int = 0, end: int | None = None) -> Passage:
    text = TEXTS.get(article_id, "x" * 10)
    end = len(text) if end is None else end
    return Passage(card(article_id), start, end, text[start:end], Scores())


def citation(article_id: str, words: str) -> Citation:
    start = TEXTS[article_id].index(words)
    return Citation(1, card(article_id), start, start + len(words), words, Scores())


def evidence(article_id: str, words: str) -> Evidence:
    start = TEXTS[article_id].index(words)
    return Evidence(article_id, start, start + len(words), words)


def answer(
    *citations: Citation,
    passages: tuple[Passage, ...] = (),
    confidence: float | None = None,
    intent: Intent = "fact",
) -> Answer:
    """An answer with these citations; an abstention without."""
    abstained = not citations
    return Answer(
        question="",
        intent=intent,
        as_of=dt.date(2025, 1, 1),
        answer=None if abstained else " ".join(f"“{one.quote}” [{one.number}]" for one in citations),
        abstained=abstained,
        reason="not answered" if abstained else None,
        message="The articles do not answer." if abstained else None,
        confidence=confidence if confidence is not None else (0.0 if abstained else 1.0),
        citations=citations,
        passages=passages,
        generation="1",
        explanation=Explanation(),
        timings_ms={},
    )


@dataclass(frozen=True)
class Quote:
    text: str
    card: ArticleCard
    start: int
    end: int


@dataclass(frozen=True)
class Examined:
    passages: tuple[Passage, ...]
    quotes: tuple[Quote, ...]
    confidence: float
    suffices: bool


@dataclass
class Scripted:
    """question → answer and ranking; a question it was not told of raises QuestionError.

    `withheld` are the quotes it would show where it abstains.
    """

    answers: Mapping[str, Answer]
    rankings: Mapping[str, tuple[Passage, ...]] = field(default_factory=dict)
    withheld: Mapping[str, tuple[Citation, ...]] = field(default_factory=dict)
    index: Archive = field(default_factory=Archive)
    asked: list[tuple[str, Filters]] = field(default_factory=list)
    days: list[dt.date | None] = field(default_factory=list)

    def ask(
        self,
        question: str,
        *,
        filters: Filters = ANYTHING,
        top_k: int | None = None,
        today: dt.date | None = None,
    ) -> Answer:
        self.asked.append((question, filters))
        self.days.append(today)
        if question not in self.answers:
            raise QuestionError(f"No script for {question!r}.")
        said = self.answers[question]
        return replace(said, passages=self.rankings.get(question, said.passages)[:top_k])

    def examine(
        self,
        question: str,
        *,
        filters: Filters = ANYTHING,
        top_k: int | None = None,
        today: dt.date | None = None,
    ) -> Examined:
        said = self.ask(question, filters=filters, top_k=top_k, today=today)
        quotes = said.citations or self.withheld.get(question, ())
        shown = tuple(Quote(one.quote, one.card, one.start, one.end) for one in quotes)
        return Examined(said.passages, shown, said.confidence, not said.abstained)

    def search(
        self,
        question: str,
        *,
        filters: Filters = ANYTHING,
        top_k: int | None = None,
        today: dt.date | None = None,
    ) -> Found:
        self.asked.append((question, filters))
        self.days.append(today)
        if question not in self.rankings:
            raise QuestionError(f"No script for {question!r}.")
        return Found(self.rankings[question][:top_k])


def gold() -> tuple[GoldQuestion, ...]:
    """One question of each sort that is scored in its own way."""
    shut, resumed = (
        evidence("old", "The mill was shut in 2015."),
        evidence("new", "Talks were resumed on Monday."),
    )
    began = evidence("old", "Talks began in May.")
    return (
        GoldQuestion("f", "fact", "When was it shut?", True, "1", ((shut,),), intent="fact"),
        GoldQuestion("s", "status", "What of the talks?", True, "2", ((resumed,),), newest_first="new"),
        GoldQuestion(
            "t", "timeline", "How went it?", True, "3", ((began,), (resumed,)), order=("old", "new")
        ),
        GoldQuestion("n", "near-miss", "What does steel cost?", False, "4"),
        GoldQuestion("o", "off-corpus", "Who won the cup?", False, "5"),
    )


def perfect() -> Scripted:
    shut, resumed = (
        citation("old", "The mill was shut in 2015."),
        citation("new", "Talks were resumed on Monday."),
    )
    began = citation("old", "Talks began in May.")
    return Scripted(
        {
            "When was it shut?": answer(shut),
            "What of the talks?": answer(resumed),
            "How went it?": answer(began, resumed),
            "What does steel cost?": answer(passages=(passage("old"),)),
            "Who won the cup?": answer(),
        },
        {
            "When was it shut?": (passage("old"), passage("new")),
            "What of the talks?": (passage("new"), passage("old")),
            "How went it?": (passage("old"), passage("new")),
        },
    )


def silent() -> Scripted:
    questions = [question.question for question in gold()]
    return Scripted(dict.fromkeys(questions, answer()), dict.fromkeys(questions, ()))
