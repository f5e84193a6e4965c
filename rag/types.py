"""The vocabulary: frozen values that every part of the product speaks in.

All offsets count characters (Python `str` indices) of `Article.text`; spans are half-open.
"""

from __future__ import annotations

import calendar
import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from rag.errors import QuestionError

Precision = Literal["year", "month", "day", "minute", "unknown"]
DateOrigin = Literal["metadata", "text", "file name", "unknown"]
TitleOrigin = Literal["metadata", "text", "first sentence"]
Intent = Literal["fact", "status", "timeline"]
Reason = Literal[
    "no articles",
    "nothing published by then",
    "nothing published in that time",
    "nothing matches",
    "not answered",
]
Remedy = Literal["include undated", "list sources", "list ids", "explain"]
AliasKind = Literal["abbreviation", "surname", "synonym", "seat"]
ContraryKind = Literal["said", "year", "published", "later"]
MomentPrecision = Literal["day", "weekend", "week", "month", "year"]
NoticeKind = Literal["correction", "retraction"]
CitationState = Literal["intact", "context changed", "moved", "source changed", "source gone"]

ARTICLE_ENDINGS = (".txt", ".md", ".jsonl")
"""What the names of articles' files end with, in any capitals: other files are passed over."""

# Characters of a title that models read before a text: more would push the text out of their window.
_LONGEST_CONTEXT = 300
# The fewest pairs that a cross-encoder may be bounded to: of less, passages leave nothing for sentences.
FEWEST_PAIRS = 8


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open `[start, end)` in characters of an article's text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Mask:
    """A span that is not the article's own prose, and why: it is never indexed or quoted."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Published:
    """When an article was published, as far as it is known.

    `value` is ISO 8601 cut to the precision ("2021", "2021-04", "2021-04-07",
    "2023-06-13T11:57", the last with "+05:00" or "Z" behind it where the zone is known), or None.
    `not_before` is a day ("2021-04-07") that an undated article must be later than or equal to,
    because its text speaks of that day as past. It is shown as a bound and never used as the date.
    """

    value: str | None = None
    precision: Precision = "unknown"
    origin: DateOrigin = "unknown"
    not_before: str | None = None

    @property
    def earliest(self) -> dt.date | None:
        """The first day that `value` can mean; None when unknown."""
        return None if self.value is None else _first_day(self.value)

    @property
    def latest(self) -> dt.date | None:
        """The last day that `value` can mean; None when unknown."""
        first = self.earliest
        if first is None or self.precision in {"day", "minute"}:
            return first
        if self.precision == "year":
            return first.replace(month=12, day=31)
        return first.replace(day=calendar.monthrange(first.year, first.month)[1])


# Candidates are put in order by their dates, several times for each question.
@functools.lru_cache(maxsize=4096)
def _first_day(value: str) -> dt.date:
    parts = [int(part) for part in value[:10].split("-")]
    return dt.date(*[*parts, 1, 1][:3])


@dataclass(frozen=True, slots=True)
class ArticleCard:
    """What a reader must know of an article beside its words, the same wherever it is shown."""

    article_id: str
    title: str
    source: str | None
    url: str | None
    published: Published
    article_sha256: str
    title_origin: TitleOrigin = "metadata"

    def in_context(self, text: str) -> str:
        """Words of the article behind its title, the way models read them; alone where they begin with it.

        A title that is only the first sentence is no context: it would drown a short text.
        """
        title = self.title[:_LONGEST_CONTEXT]
        if self.title_origin == "first sentence" or text.startswith(title):
            return text
        return f"{title}\n{text}"


@dataclass(frozen=True, slots=True)
class Article:
    """One source document as read. `text` is never rewritten: masks and sentences point into it.

    `sha256` is of `text` in UTF-8; `source_sha256` of the bytes it was read from (the whole file, or
    the one line of a .jsonl). `sentences` are the whole sentences of the article proper in reading
    order: none overlaps a mask, and together with the masks and white space they cover the text.
    """

    id: str
    title: str
    title_origin: TitleOrigin
    text: str
    sha256: str
    source_sha256: str
    published: Published = field(default_factory=Published)
    source: str | None = None
    url: str | None = None
    language: str | None = None
    masks: tuple[Mask, ...] = ()
    sentences: tuple[Span, ...] = ()
    metadata: Mapping[str, object] = field(default_factory=dict)

    @property
    def card(self) -> ArticleCard:
        return ArticleCard(
            self.id, self.title, self.source, self.url, self.published, self.sha256, self.title_origin
        )


@dataclass(frozen=True, slots=True)
class Chunk:
    """A contiguous slice of one article, the unit of indexing. `tokens` counts cl100k_base tokens."""

    article_id: str
    start: int
    end: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Filters:
    """What may be retrieved at all. Empty tuples and None do not restrict.

    An article is inside a window only when every day its date can mean is inside. One whose date is
    unknown is inside no window unless `include_undated`, and even then not when its `not_before`
    lies behind `as_of` or `until`. Capitals make no difference in the names of sources.
    """

    as_of: dt.date | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    include_undated: bool = False
    sources: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    article_ids: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises QuestionError for a value of another type, which would fail later or match nothing."""
        for name in ("as_of", "since", "until"):
            day = getattr(self, name)
            if day is not None and (not isinstance(day, dt.date) or isinstance(day, dt.datetime)):
                raise QuestionError(f"{name} is {day!r}; give a day, as datetime.date(2024, 1, 15)")
        if not isinstance(self.include_undated, bool):
            raise QuestionError(f"include_undated is {self.include_undated!r}; give True or False")
        for name in ("sources", "languages", "article_ids"):
            names = getattr(self, name)
            if not isinstance(names, tuple) or not all(isinstance(one, str) for one in names):
                raise QuestionError(f"{name} is {names!r}; give a tuple of strings, as ('one',)")

    @property
    def dated(self) -> bool:
        """Whether a date window is set, so that undated articles are left out by default."""
        return any((self.as_of, self.since, self.until))


@dataclass(frozen=True, slots=True)
class Scores:
    """The parts of a passage's score; None where a part did not run.

    dense: cosine. lexical: BM25. fused: convex combination of the two after min-max, in [0, 1], or a
    copy's, where that is higher.
    rerank: the cross-encoder's logit. recency: what time added to the ranking score, in [0, 1], by
    being recent, or published in the time asked about or naming it; below 0 where it was published too early
    to tell what is asked about. hop: the cross-encoder's logit when the
    name that led to the passage stands in the question, or beside it.
    """

    dense: float | None = None
    lexical: float | None = None
    fused: float | None = None
    rerank: float | None = None
    recency: float | None = None
    hop: float | None = None


@dataclass(frozen=True, slots=True)
class Hop:
    """A link that was followed: a passage of `source` names `name`, so written, that `target` is about.

    `stands_for` are the words of the question in whose place the name was read ("the director of Aldri");
    None where it was read beside the question.
    """

    name: str
    source: str
    target: str
    stands_for: str | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk as shown to a reader. `text` is exactly the article's `[start, end)`.

    `nearest` is the sentence of it that comes nearest to answering; None where its sentences were not read,
    as of a search.
    """

    card: ArticleCard
    start: int
    end: int
    text: str
    scores: Scores
    nearest: Span | None = None


@dataclass(frozen=True, slots=True)
class ResolvedDate:
    """Words of a quote that name a time by the day of publication, and the days that they mean.

    `words` are exactly the article's `[start, end)`. `first` and `last` are both included; a week runs from
    Monday to Sunday.
    """

    start: int
    end: int
    words: str
    first: dt.date
    last: dt.date
    precision: MomentPrecision


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Another citation, by its number, gives another figure for the same.

    `words` are the figure in this quote, `other_words` the one in the other; both verbatim.
    """

    number: int
    words: str
    other_words: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What an article says of its own mistakes: `words` are exactly its `[start, end)`."""

    kind: NoticeKind
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Citation:
    """The link from a sentence of the answer to its evidence: `quote` is exactly `[start, end)`.

    A quote is whole sentences that stand together: the one that answers, behind those that name what it
    speaks of. What it takes up from further off ("this increase") is a quote of its own before it. `number`
    counts from 1 and is one per article. `also_in` names the other articles that state the same, the
    article's copies among them. `dates` are the relative times in the quote, resolved. `superseded_by` is
    the number of a later citation that tells what became of what this one plans or counts so far. `notices`
    are what the article says of its own mistakes. `of_time` says whether the quote is of the time that the
    question names, published in it or naming one of it; None where it names none. `answers` are the numbers,
    from 1, of the questions that it is quoted for, where the question holds several.
    """

    number: int
    card: ArticleCard
    start: int
    end: int
    quote: str
    scores: Scores
    also_in: tuple[str, ...] = ()
    dates: tuple[ResolvedDate, ...] = ()
    superseded_by: int | None = None
    contradicts: tuple[Disagreement, ...] = ()
    notices: tuple[Notice, ...] = ()
    of_time: bool | None = None
    answers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WidenedBy:
    """Another form of a name in the question that was taken for it.

    It was looked for among words as well, unless the question has its words already, as it has a surname with
    the full name; and where the evidence has it the name is not missing. `asked` is the name as the question
    writes it, `learned_from` the id of an article that tells the form (the first of those admitted), or the
    line of the synonyms file. Of a seat of government that stands for its state it is a list of rag's own.
    """

    asked: str
    form: str
    kind: AliasKind
    learned_from: str


@dataclass(frozen=True, slots=True)
class Contrary:
    """In which word a question and a sentence say opposite things, or another number of the same. `told` is
    None for a denial ("not") of the question that the sentence has in no form.

    Of what tells of another `year` of a thing that recurs it is that year, and of what was `published` before
    the time that a question `asked` of it is the day: what happened then it cannot tell. So it is of what was
    published long after that time, `later`, in an article that says nothing of it.
    """

    asked: str
    told: str | None = None
    kind: ContraryKind = "said"

    @property
    def is_of_another_time(self) -> bool:
        """Whether it tells of another time, and not the opposite."""
        return self.kind != "said"

    @property
    def words(self) -> str:
        if self.kind == "published":
            return f"the evidence is of {self.told}, before “{self.asked}”"
        if self.kind == "later":
            return f"the evidence is of {self.told}, long after “{self.asked}”, and names no such time"
        if self.told is None:
            return f"the question says “{self.asked}”, and the evidence denies nothing"
        return f"the evidence says “{self.told}”, not “{self.asked}”"

    @property
    def sentence(self) -> str:
        return f"{self.words[0].upper()}{self.words[1:]}."


@dataclass(frozen=True, slots=True)
class PartAsked:
    """One of the questions that a question holds: `asked_as`, behind what it needs to be understood.

    `confidence` is that its quotes answer it; `answered` says whether they are shown. `window` is the time
    that it names, and `window_met` whether one of its quotes is of that; None where there is no such time or
    no quote. `contrary` is where what is quoted for it, or would be, says the opposite or is of another time.
    """

    question: str
    asked_as: str
    confidence: float
    answered: bool
    window: tuple[str | None, str | None] = (None, None)
    window_met: bool | None = None
    contrary: Contrary | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why the answer is what it is, in facts: what was understood, restricted and applied.

    `time_words` are the words of the question that name a time, `happened` those of a time in which it takes
    something to have happened, so that nothing tells it that was published before, `form_words` those by
    which it asks how a matter stands or went, and `topic` is what the cross-encoder read for such a question
    (None where it read the question as asked). `also_read` are the forms of the question that it read beside:
    the question proper where sentences lead up to it and, for what was published in the window, it without
    the words of the time.
    `reranked` counts the passages that the cross-encoder read, `pairs_read` all that
    it read, sentences too, and `pairs_left_out` what it did not because of `rerank_pairs`. `collapsed` names
    the copies that were found, each with the article that stands for it, by id. Of an answer,
    `window_met` says whether a quote is of the time that the question names, published in it or naming one of
    it (None where there is no such time or no quote), `relevance` is the mean logit of the best sentence and
    the best passage (0 is even odds that they answer), the best `among` so many passages that the filters
    admit, `missing` are names and numbers of the question that the best sentence's passage lacks, a time only
    where that passage and what is shown are of another one,
    `names_unquoted` and `numbers_unquoted` those that no quote has, itself, in its headline or its source,
    `contrary` is where what is quoted says the opposite of the question or, of an abstention, where the best
    sentence does, and `abstain_below` is the confidence that was needed. `as_of_words` are the words of the
    question that leave out what was published later (None also where an option of the same or an earlier day
    does).

    `parts` are the questions that it holds, where they are several, and each has its own window, which stands
    above only where it is that of all that name a time; `window_met` says whether each of them is met.
    `relevance` and `missing` are of the part that the confidence is of, and `reranked` counts a passage for
    each part that it was read for.
    """

    window: tuple[str | None, str | None] = (None, None)
    time_words: tuple[str, ...] = ()
    happened: tuple[str, ...] = ()
    as_of_words: str | None = None
    form_words: tuple[str, ...] = ()
    topic: str | None = None
    also_read: tuple[str, ...] = ()
    window_met: bool | None = None
    undated_left_out: int = 0
    recency_applied: bool = False
    hops: tuple[Hop, ...] = ()
    reranked: int = 0
    pairs_read: int = 0
    pairs_left_out: int = 0
    citations_dropped: int = 0
    aliases: tuple[WidenedBy, ...] = ()
    collapsed: Mapping[str, str] = field(default_factory=dict)
    relevance: float | None = None
    among: int | None = None
    missing: tuple[str, ...] = ()
    contrary: Contrary | None = None
    names_unquoted: tuple[str, ...] = ()
    numbers_unquoted: tuple[str, ...] = ()
    abstain_below: float | None = None
    parts: tuple[PartAsked, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The passages nearest to a question, best first; without any, `message` says why.

    `remedies` are what may be done about it, each for the edge to put in words of its own. `notes` tell of
    names in the filters that no article has, beside others; `did_you_mean` is as that of an answer.
    """

    question: str
    passages: tuple[Passage, ...]
    generation: str
    explanation: Explanation
    timings_ms: Mapping[str, float]
    message: str | None = None
    remedies: tuple[Remedy, ...] = ()
    notes: tuple[str, ...] = ()
    did_you_mean: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The contract: one answer, the same over CLI, HTTP and Python.

    When `abstained`, `answer` is None, `citations` is empty, `reason` and `message` say why, and
    `passages` still shows the nearest. `remedies` are what may be done about it, each for the edge to put in
    words of its own: as an option, as a field. `notes` tell of names in the filters that no article has,
    beside others. `did_you_mean` is the question in the spelling of the articles, where no article has a word
    of it.
    """

    question: str
    intent: Intent
    as_of: dt.date
    answer: str | None
    abstained: bool
    reason: Reason | None
    message: str | None
    confidence: float
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    generation: str
    explanation: Explanation
    timings_ms: Mapping[str, float]
    remedies: tuple[Remedy, ...] = ()
    notes: tuple[str, ...] = ()
    did_you_mean: str | None = None
