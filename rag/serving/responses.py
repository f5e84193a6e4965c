"""What the responses hold, as OpenAPI tells it. The JSON itself is made by `rag.answering.contract`."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from rag.types import (
    AliasKind,
    CitationState,
    ContraryKind,
    DateOrigin,
    Intent,
    MomentPrecision,
    NoticeKind,
    Precision,
    Reason,
    TitleOrigin,
)


class ScoresShown(BaseModel):
    """The parts of a score; null where a part did not run."""

    dense: float | None = Field(description="Cosine of question and text.")
    lexical: float | None = Field(description="BM25.")
    fused: float | None = Field(
        description="Both, each scaled to 0…1 and combined; a copy's, where that is higher."
    )
    rerank: float | None = Field(description="The cross-encoder's logit.")
    recency: float | None = Field(
        description="What time added: by being recent, or published in the time asked about or naming it; "
        "below 0 where it was published too early to tell what is asked about."
    )
    hop: float | None = Field(
        description="The cross-encoder's logit with the name that led to the passage in the question."
    )


class Card(BaseModel):
    """What a reader must know of an article beside its words."""

    article_id: str
    title: str
    source: str | None
    url: str | None
    published: str | None = Field(description="ISO 8601 cut to the precision; null when unknown.")
    published_precision: Precision
    published_origin: DateOrigin = Field(description="How the date is known.")
    published_not_before: str | None = Field(
        description="A day that an undated article must be later than or equal to; never used as its date."
    )
    article_sha256: str = Field(description="SHA-256 of the article's text in UTF-8.")


class DateShown(BaseModel):
    """Words of a quote that name a time by the day of publication, and the days that they mean."""

    start: int = Field(ge=0, description="In characters of the article's text, as those of the quote.")
    end: int = Field(ge=0)
    words: str
    first: str = Field(description="First day, YYYY-MM-DD.")
    last: str = Field(description="Last day, included; a week runs from Monday to Sunday.")
    precision: MomentPrecision


class DisagreementShown(BaseModel):
    """Another citation gives another figure for the same."""

    number: int = Field(ge=1, description="The other citation's number; its quote has `other_words`.")
    words: str = Field(description="The figure in this quote.")
    other_words: str = Field(description="The figure in the other.")


class NoticeShown(BaseModel):
    """What an article says of its own mistakes: exactly the characters `start` to `end` of its text."""

    kind: NoticeKind
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    words: str


class CitationShown(Card):
    """A quote, one or more whole sentences: exactly the characters `start` to `end` of the article's text."""

    number: int = Field(
        ge=1,
        description="From 1, one number per article: all quotes of one share it. The place in the list tells "
        "one quote from another.",
    )
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    quote: str
    scores: ScoresShown
    also_in: list[str] = Field(description="Other articles that state the same, copies among them.")
    dates: list[DateShown] = Field(description="Relative times in the quote, resolved.")
    superseded_by: int | None = Field(
        ge=1, description="Number of a later citation that tells what became of this one; null for none."
    )
    contradicts: list[DisagreementShown]
    notices: list[NoticeShown] = Field(description="Corrections that the article says it had, verbatim.")
    of_time: bool | None = Field(
        description="Whether it is of the time that the question names; null where none is named."
    )
    answers: list[int] = Field(
        description="Places, from 1, in `explanation.parts` of what it is quoted for; empty for one question."
    )


class NearestShown(BaseModel):
    """A sentence of a passage: exactly the characters `start` to `end` of the article's text."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str


class PassageShown(Card):
    """A chunk: exactly the characters `start` to `end` of the article's text."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str
    scores: ScoresShown
    nearest: NearestShown | None = Field(
        description="The sentence of it that comes nearest to answering; it need not answer. Null where its "
        "sentences were not read, as of a search."
    )


class WidenedByShown(BaseModel):
    """Another form of a name in the question that was taken for it."""

    asked: str = Field(description="The name as the question writes it.")
    form: str
    kind: AliasKind
    learned_from: str = Field(
        description="An article that tells it, the line of the synonyms file, or a list of rag's own."
    )


class HopShown(BaseModel):
    """A link that was followed: a passage of `source` names `name`, which `target` is about."""

    name: str
    source: str = Field(description="The id of the article that names it.")
    target: str = Field(description="The id of the article that it led to.")
    stands_for: str | None = Field(
        description="Words of the question in whose place the name was read; null: it was read beside it."
    )


class ContraryShown(BaseModel):
    """In which word a sentence says the opposite of the question, or another number of the same; that it
    tells of another year of a thing; or that it was published before what is asked about happened."""

    asked: str
    told: str | None = Field(
        description="The other year, or the day of what was `published`; null: it has no denial, as the "
        "question has."
    )
    kind: ContraryKind


class PartShown(BaseModel):
    """One of the questions that a question holds."""

    question: str
    asked_as: str = Field(description="The same, behind what it needs to be understood.")
    confidence: float = Field(ge=0, le=1)
    answered: bool = Field(description="Whether quotes that answer it are shown.")
    window: list[str | None] = Field(min_length=2, max_length=2, description="Time that it names.")
    window_met: bool | None = Field(description="Whether one of its quotes is of that time.")
    contrary: ContraryShown | None = Field(description="As of the whole answer.")


class ExplanationShown(BaseModel):
    """Why the result is what it is: what was understood, restricted and applied."""

    window: list[str | None] = Field(
        min_length=2,
        max_length=2,
        description="Time that the question names, first and last day: preferred, restricts nothing.",
    )
    time_words: list[str] = Field(description="Words of the question that name a time.")
    happened: list[str] = Field(
        description="Words of a time in which it takes something to have happened: nothing published before "
        "tells it."
    )
    as_of_words: str | None = Field(
        description="Words of the question that leave out what was published later; null for none."
    )
    form_words: list[str] = Field(description="Words by which it asks for a status or a timeline.")
    topic: str | None = Field(
        description="What the cross-encoder read, of how a matter stands or went; null: the question."
    )
    also_read: list[str] = Field(
        description="Other forms of the question that it read: the question proper, and without its time."
    )
    window_met: bool | None = Field(
        description="Whether a quote is of that time, of several questions one for each; null where none is "
        "named, or nothing quoted."
    )
    undated_left_out: int
    recency_applied: bool
    hops: list[HopShown]
    reranked: int = Field(description="Passages that the cross-encoder read.")
    pairs_read: int = Field(description="All that it read, sentences too.")
    pairs_left_out: int = Field(description="What it did not read because of `rerank_pairs`.")
    citations_dropped: int
    aliases: list[WidenedByShown]
    collapsed: dict[str, str] = Field(
        description="Copies that were found, by article id: the id of the article that stands for each."
    )
    relevance: float | None = Field(
        description="Mean logit of the best sentence and the best passage; 0 is even odds that they answer."
    )
    among: int | None = Field(description="So many passages could have been found: the filters admit them.")
    missing: list[str] = Field(description="Names and numbers of the question that the evidence lacks.")
    contrary: ContraryShown | None = Field(
        description="In which word what is quoted says the opposite of the question, or that it is of "
        "another time than it asks about; null for none."
    )
    names_unquoted: list[str] = Field(
        description="Names of the question that no quote has, itself, in its headline or its source."
    )
    numbers_unquoted: list[str] = Field(
        description="Numbers of the question that no quote has, however written."
    )
    abstain_below: float | None = Field(description="The confidence that an answer needs; null for a search.")
    parts: list[PartShown] = Field(description="The questions that it holds, where they are several.")


MEANT = Field(
    description="The question in the articles' spelling, where no article has a word of it; else null."
)
NOTES = Field(description="Sources, ids and languages that were asked for and no article has, in sentences.")


class AnswerShown(BaseModel):
    """When `abstained`, `answer` is null, `citations` empty, and `passages` shows the nearest."""

    question: str
    intent: Intent
    as_of: str
    answer: str | None
    abstained: bool
    reason: Reason | None
    message: str | None
    did_you_mean: str | None = MEANT
    notes: list[str] = NOTES
    confidence: float = Field(ge=0, le=1)
    citations: list[CitationShown]
    passages: list[PassageShown]
    generation: str
    explanation: ExplanationShown
    timings_ms: dict[str, float]


class SearchShown(BaseModel):
    question: str
    message: str | None = Field(description="Why there is no passage; null where there is one.")
    did_you_mean: str | None = MEANT
    notes: list[str] = NOTES
    passages: list[PassageShown]
    generation: str
    explanation: ExplanationShown
    timings_ms: dict[str, float]


class MaskShown(BaseModel):
    """A span that is not the article's own prose: it is never indexed or quoted."""

    start: int
    end: int
    kind: str


class SpanShown(BaseModel):
    start: int
    end: int


class ChunkShown(BaseModel):
    start: int
    end: int
    tokens: int


class ArticleListed(Card):
    title_origin: TitleOrigin
    language: str | None
    characters: int
    source_sha256: str = Field(description="SHA-256 of the bytes that the article was read from.")
    metadata: dict[str, object]


class ArticleShown(ArticleListed):
    text: str
    masks: list[MaskShown]
    sentences: list[SpanShown]
    chunks: list[ChunkShown]
    generation: str


class ArticlesPage(BaseModel):
    articles: list[ArticleListed]
    next: str | None = Field(description="Address of the next page; null on the last.")
    notes: list[str] = NOTES
    generation: str


class VerdictShown(BaseModel):
    """What became of a citation; `start` and `end` say where its quote stands now, null where nowhere."""

    article_id: str
    quote: str
    claimed: SpanShown = Field(description="Where the citation says that its quote stands.")
    state: CitationState
    start: int | None
    end: int | None


class VerdictsShown(BaseModel):
    verdicts: list[VerdictShown] = Field(description="One for each citation, in their order.")


class Health(BaseModel):
    status: Literal["up"]


class Ready(BaseModel):
    status: Literal["ready"]
    generation: str
    articles: int
    chunks: int
    encoder: str
    reranker: str | None


class InvalidField(BaseModel):
    field: str
    message: str


class Problem(BaseModel):
    """RFC 9457."""

    type: str = Field(description="urn:rag:problem:<slug>, stable.")
    title: str
    status: int
    detail: str
    instance: str = Field(description="urn:rag:request:<id>, as in X-Request-ID and the log.")
    errors: list[InvalidField] = Field([], description="On invalid-request: the fields that do not hold.")
