"""A question to an answer, from end to end. No language model: quotes, and the reasons for them."""

from __future__ import annotations

import datetime as dt
import time
import weakref
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from rag.answering import choosing, quoting
from rag.answering import confidence as calibrated
from rag.answering.abstaining import abstention
from rag.answering.budget import BoundedReranker
from rag.answering.citing import Quote, cite, quotes_of
from rag.answering.collapsing import Copies, Verdicts, collapse, joined
from rag.answering.confidence import Signs
from rag.answering.english.notices import names_later
from rag.answering.hopping import follow_names
from rag.answering.outcomes import with_outcome
from rag.answering.questions import once
from rag.answering.quoting import Quotable
from rag.answering.ranking import (
    Ranked,
    Recency,
    fuse,
    in_turn,
    prefer_recent,
    prefer_window,
    recency_among,
    rerank,
)
from rag.answering.synonyms import NO_SYNONYMS, Synonyms
from rag.answering.topics import topic_of
from rag.answering.understanding import Understanding, understand
from rag.answering.verifying import Claim, IntegrityCheck, Verdict, verify_claims
from rag.answering.widening import KnownName, explained, known_names, to_look_for
from rag.encoding import Encoder, Reranker, Vectors
from rag.errors import IndexMismatch, QuestionError, SettingsError
from rag.store import Index, Name, Snapshot
from rag.types import (
    FEWEST_PAIRS,
    Answer,
    Citation,
    Explanation,
    Filters,
    Intent,
    Passage,
    Reason,
    SearchResult,
)

# Where copies took the places of other candidates, at most so many times the depth is fetched.
_DEEPEST = 16
# How a matter went takes more quotes than where it stands.
_TIMES_AS_MANY = 2


WhileEncoding = Callable[[], AbstractContextManager[None]]
"""What surrounds the encoder's work on a question."""


@dataclass(frozen=True, slots=True)
class Options:
    """How answers are made. depth: candidates of each retriever. top_k: passages shown.

    dense_weight: share of the cosine in fusion, in [0, 1]. alias_weight: what another form of a name is
    worth, as a share of the form asked, in [0, 1]; 0 looks up none. copies: whether articles that tell one
    story in the same words take one place. rerank_depth: candidates that the
    cross-encoder reads. rerank_pairs: what it reads at most for one answer, passages and sentences; None:
    whatever there is. hops: whether names in the best passages are followed, which needs the cross-encoder.
    time: whether what a question says of time reorders the ranking and chooses quotes; "as of" restricts in
    any case. max_quotes: in one answer; in a timeline twice as many.
    abstain_below: the probability under which nothing is claimed. longest_question: in characters.
    """

    depth: int = 50
    dense_weight: float = 0.5
    # Above the two thirds of a name that a passage has which lacks one of its three words.
    alias_weight: float = 0.8
    copies: bool = True
    rerank_depth: int = 16
    rerank_pairs: int | None = None
    hops: bool = True
    time: bool = True
    top_k: int = 5
    max_quotes: int = 3
    abstain_below: float = 0.35
    longest_question: int = 2000

    def __post_init__(self) -> None:
        """Raises SettingsError."""
        if self.rerank_pairs is not None and self.rerank_pairs < FEWEST_PAIRS:
            raise SettingsError(
                f"rerank_pairs is {self.rerank_pairs}, but it should be {FEWEST_PAIRS} or more; None is all"
            )


class Answerer:
    """Answers questions from an index; safe to share between threads. It keeps no state of any question."""

    def __init__(
        self,
        index: Index,
        encoder: Encoder,
        reranker: Reranker | None,
        *,
        options: Options = Options(),
        synonyms: Synonyms = NO_SYNONYMS,
    ) -> None:
        """Raises IndexMismatch when the index was built with another encoder."""
        self.index = index
        self.encoder = encoder
        self.reranker = reranker
        self.options = options
        self.synonyms = synonyms
        # Of one generation each: a later one may hold the same text cut into other sentences.
        self._verdicts: weakref.WeakKeyDictionary[Snapshot, Verdicts] = weakref.WeakKeyDictionary()
        self._matching(index.snapshot())

    def ask(
        self,
        question: str,
        *,
        filters: Filters = Filters(),
        intent: Intent | None = None,
        top_k: int | None = None,
        rerank: bool = True,
        today: dt.date | None = None,
    ) -> Answer:
        """The answer, or an abstention that says why. `today` is the day "last year" counts from.

        Raises QuestionError for a question that is empty, too long or "as of" a time that cannot be read,
        IndexMismatch when the index has been rebuilt with another encoder.
        """
        found = self._find(question, filters, intent=intent, reranked=rerank, today=today)
        evidence = self._read(found)
        sure, quotables = evidence.confidence, evidence.quotables
        check = IntegrityCheck(found.snapshot)
        quotes = evidence.quotes if evidence.suffices else []
        # Checked before they are numbered, so that the numbers of an answer have no gap.
        held = [quote for quote in quotes if _holds(check, quote)]
        cited_as = cite(held, [q for q in quotables if _holds(check, q)], copies=found.copies)
        kept = tuple(_with_true_notices(check, citation, found.filters.as_of) for citation in cited_as)
        reason = None if kept else self._reason(found)
        cited = [one.ranked for quote in held for one in quote.chosen]
        return Answer(
            question=found.question,
            intent=found.understanding.intent,
            as_of=found.filters.as_of or found.today,
            answer=" ".join(f"“{citation.quote}” [{citation.number}]" for citation in kept) if kept else None,
            abstained=not kept,
            reason=reason,
            message=self._message(reason, found, sure) if reason else None,
            confidence=round(sure, 4),
            citations=kept,
            passages=self._passages(found, check, top_k),
            generation=found.snapshot.generation,
            explanation=replace(
                self._explained(found, top_k, cited),
                window_met=_meets(found.understanding, held),
                citations_dropped=len(quotes) - len(held),
                relevance=round(evidence.signs.relevance, 4) if evidence.signs else None,
                missing=evidence.signs.missing if evidence.signs else (),
                abstain_below=self.options.abstain_below,
            ),
            timings_ms=found.clock.stop(),
        )

    def examine(
        self,
        question: str,
        *,
        filters: Filters = Filters(),
        top_k: int | None = None,
        rerank: bool = True,
        today: dt.date | None = None,
    ) -> Evidence:
        """What an answer would rest on, whether or not it is enough for one. Raises as `ask` does."""
        found = self._find(question, filters, intent=None, reranked=rerank, today=today)
        check = IntegrityCheck(found.snapshot)
        evidence = self._read(found)
        held = [quote for quote in evidence.quotes if _holds(check, quote)]
        return replace(evidence, quotes=held, passages=self._passages(found, check, top_k))

    def search(
        self,
        question: str,
        *,
        filters: Filters = Filters(),
        top_k: int | None = None,
        rerank: bool = True,
        today: dt.date | None = None,
        while_encoding: WhileEncoding = nullcontext,
    ) -> SearchResult:
        """The passages nearest to the question, best first. Raises as `ask` does.

        The encoder works on the question within `while_encoding()`: a server lets other threads run then.
        """
        found = self._find(
            question, filters, intent=None, reranked=rerank, today=today, while_encoding=while_encoding
        )
        passages = self._passages(found, IntegrityCheck(found.snapshot), top_k)
        return SearchResult(
            question=found.question,
            passages=passages,
            message=None if passages else self._message(self._reason(found), found, 0.0),
            generation=found.snapshot.generation,
            explanation=self._explained(found, top_k),
            timings_ms=found.clock.stop(),
        )

    def verify(self, claims: Sequence[Claim]) -> list[Verdict]:
        """What became of each claim, in order."""
        return verify_claims(claims, self.index.snapshot())

    def _find(
        self,
        question: str,
        filters: Filters,
        *,
        intent: Intent | None,
        reranked: bool,
        today: dt.date | None,
        while_encoding: WhileEncoding = nullcontext,
    ) -> _Found:
        clock = _Clock()
        question = self._checked(question)
        today = today or dt.datetime.now().astimezone().date()
        understanding = understand(question, today=filters.as_of or today)
        if intent is not None:
            understanding = replace(understanding, intent=intent)
        if understanding.unread is not None and filters.as_of is None:
            raise QuestionError(
                f"“{understanding.unread}” names no day that can be read; write the date as 2023-05-31, "
                "or use --as-of"
            )
        if understanding.as_of is not None:
            filters = replace(filters, as_of=min(understanding.as_of, filters.as_of or understanding.as_of))
        _check_window(filters)
        reading = (
            BoundedReranker(self.reranker, self.options.rerank_pairs) if reranked and self.reranker else None
        )
        asked = topic_of(question, understanding.intent) if reading else question
        snapshot = self._matching(self.index.snapshot())
        clock.lap("understand")
        with while_encoding():
            vector = self._encoded(question)
        clock.lap("encode")
        names = self._names(question, snapshot, filters)
        looked_for = to_look_for(question, names, weight=self.options.alias_weight)
        ranking, copies = self._retrieve(snapshot, vector, question, filters, looked_for)
        clock.lap("retrieve")
        # A time that is named comes before recency: together they would break the bound.
        windowed = self.options.time and bool(understanding.since or understanding.until)
        recent = self.options.time and understanding.intent == "status" and not windowed
        if reading is not None:
            if understanding.intent != "fact":
                ranking = in_turn(ranking, recent=recent)
            depth = reading.passages(min(self.options.rerank_depth, len(ranking)))
            ranking = rerank(ranking, asked, reranker=reading, depth=depth)
            clock.lap("rerank")
            if self.options.hops:
                ranking = follow_names(
                    ranking,
                    question,
                    vector,
                    snapshot=snapshot,
                    filters=filters,
                    names=looked_for,
                    reranker=reading,
                    dense_weight=self.options.dense_weight,
                    asked=asked,
                )
                # A name may lead to a story that is there already.
                ranking, found_again = self._collapse(ranking, snapshot)
                copies = joined(copies, found_again)
                clock.lap("hop")
        if windowed:
            ranking = prefer_window(ranking, since=understanding.since, until=understanding.until)
        elif recent:
            ranking = prefer_recent(ranking)
        explanation = Explanation(
            window=(_iso(understanding.since), _iso(understanding.until)),
            time_words=understanding.words,
            topic=asked if asked != question else None,
            undated_left_out=snapshot.count_left_out_undated(filters),
            recency_applied=recent,
            reranked=sum(ranked.scores.rerank is not None for ranked in ranking),
            aliases=explained(question, names),
            collapsed={name: copy.original for name, copy in copies.items()},
        )
        return _Found(
            question,
            understanding,
            asked,
            names,
            filters,
            today,
            snapshot,
            ranking,
            copies,
            reading,
            explanation,
            clock,
        )

    def _names(self, question: str, snapshot: Snapshot, filters: Filters) -> tuple[KnownName, ...]:
        if self.options.alias_weight == 0:
            return ()
        return known_names(question, snapshot, filters=filters, synonyms=self.synonyms)

    def _retrieve(
        self,
        snapshot: Snapshot,
        vector: Vectors,
        question: str,
        filters: Filters,
        names: Sequence[Name],
    ) -> tuple[list[Ranked], Copies]:
        """The fused candidates without copies, and those; from deeper down where copies took their places."""
        depth = self.options.depth
        while True:
            candidates = snapshot.retrieve(vector, question, filters=filters, depth=depth, names=names)
            ranking, copies = self._collapse(
                fuse(candidates, dense_weight=self.options.dense_weight), snapshot
            )
            enough = not copies or len(ranking) >= self.options.depth
            # Where fewer are found than were asked for, there are no more.
            if enough or len(candidates) < depth or depth >= _DEEPEST * self.options.depth:
                return ranking, copies
            depth *= 2

    def _collapse(self, ranking: Sequence[Ranked], snapshot: Snapshot) -> tuple[list[Ranked], Copies]:
        if not self.options.copies:
            return list(ranking), {}
        return collapse(ranking, self._verdicts.setdefault(snapshot, {}))

    def _read(self, found: _Found) -> Evidence:
        """The sentences of the best passages, and how sure an answer made of the best would be."""
        understanding = found.understanding
        timely = self.options.time
        window = (understanding.since, understanding.until) if timely else quoting.ANY_TIME
        recency = recency_among(found.ranking if timely else (), until=understanding.until)
        passages = choosing.passages_to_read(
            found.ranking, intent=understanding.intent, recency=recency, window=window
        )
        quotables = quoting.read_sentences(
            passages, found.asked, encoder=self.encoder, reranker=found.reading
        )
        found.clock.lap("quote")
        if not quotables:
            return Evidence(None, 0.0, [], [])
        # How sure an answer is rests on what was found for the question as asked: a name put beside it makes
        # much that is about that name look like an answer.
        asked = [quotable for quotable in quotables if not quotable.ranked.answers_with] or quotables
        signs = calibrated.signs_of(
            found.question,
            asked,
            found.ranking,
            names=found.names,
            dates=understanding.dates,
            window=(understanding.since, understanding.until),
        )
        sure = calibrated.confidence_of(signs, reranked=found.reading is not None)
        chosen = self._choose(quotables, understanding, recency, window)
        suffices = bool(chosen) and sure >= self.options.abstain_below
        return Evidence(signs, sure, quotables, quotes_of(chosen), suffices)

    def _choose(
        self,
        quotables: Sequence[Quotable],
        understanding: Understanding,
        recency: Recency,
        window: quoting.Window,
    ) -> list[Quotable]:
        most = self.options.max_quotes
        match understanding.intent:
            case "fact":
                chosen = choosing.choose_fact(quotables, most=most, window=window)
            case "status":
                chosen = choosing.choose_status(
                    quotables, most=most, recency=recency, until=understanding.until
                )
            case "timeline":
                return choosing.choose_timeline(quotables, most=_TIMES_AS_MANY * most, window=window)
        return with_outcome(chosen, quotables, most=most, until=understanding.until)

    def _passages(self, found: _Found, check: IntegrityCheck, top_k: int | None) -> tuple[Passage, ...]:
        passages = [
            Passage(
                card=ranked.candidate.article.card,
                start=ranked.candidate.chunk.start,
                end=ranked.candidate.chunk.end,
                text=ranked.candidate.text,
                scores=ranked.scores,
            )
            for ranked in self._shown(found, top_k)
        ]
        return tuple(p for p in passages if check.holds(p.card, p.start, p.end, p.text))

    def _shown(self, found: _Found, top_k: int | None) -> list[Ranked]:
        shown = self.options.top_k if top_k is None else top_k
        if shown < 1:
            raise QuestionError(f"top_k is {shown}; at least 1 passage is shown")
        return found.ranking[:shown]

    def _explained(self, found: _Found, top_k: int | None, cited: Sequence[Ranked] = ()) -> Explanation:
        """With the links that led to a passage which is shown or cited, and what the cross-encoder read."""
        hops = [ranked.hop for ranked in (*self._shown(found, top_k), *cited) if ranked.hop]
        return replace(
            found.explanation,
            hops=tuple(dict.fromkeys(hops)),
            pairs_read=found.reading.pairs if found.reading else 0,
            pairs_left_out=found.reading.left_out if found.reading else 0,
        )

    def _reason(self, found: _Found) -> Reason:
        if found.snapshot.manifest.articles == 0:
            return "no articles"
        if found.ranking:
            return "not answered"
        # Whether an article outside the dates would match is not looked at: that would be look-ahead.
        return "nothing published by then" if found.filters.dated else "nothing matches"

    def _message(self, reason: Reason, found: _Found, confidence: float) -> str:
        return abstention(
            reason,
            snapshot=found.snapshot,
            filters=found.filters,
            undated_left_out=found.explanation.undated_left_out,
            confidence=confidence,
            needed=self.options.abstain_below,
            reranked=found.reading is not None,
        )

    def _checked(self, question: str) -> str:
        """The question in one line, once. Raises QuestionError when it is empty or too long."""
        question = " ".join(question.replace("\x00", " ").split()).encode("utf-8", "replace").decode()
        if not any(character.isalnum() for character in question):
            raise QuestionError("the question is empty; ask for instance “what is the status of the talks”")
        question = once(question)
        if len(question) > self.options.longest_question:
            raise QuestionError(
                f"the question has {len(question)} characters, {self.options.longest_question} are read at "
                "most; shorten it"
            )
        return question

    def _encoded(self, question: str) -> Vectors:
        """The question's unit vector `[dimension]`. Raises QuestionError when its window is too small."""
        try:
            vector: Vectors = self.encoder.encode([question], query=True)[0]
        except ValueError as error:
            # No article is clipped silently, and neither is a question.
            raise QuestionError(f"the question cannot be read whole ({error}); shorten it") from error
        return vector

    def _matching(self, snapshot: Snapshot) -> Snapshot:
        built = snapshot.manifest.encoder
        if built.fingerprint != self.encoder.fingerprint:
            raise IndexMismatch(
                f"the index was built with the encoder {built.name} ({built.fingerprint[:12]}), but "
                f"{self.encoder.name} ({self.encoder.fingerprint[:12]}) is set; run `rag ingest` with your "
                f"corpus to build it anew, or set RAG_ENCODER={built.name}"
            )
        return snapshot


def _meets(understanding: Understanding, quotes: Sequence[Quote]) -> bool | None:
    """Whether a quote is of the time that the question names; None without such a time, or a quote."""
    window = (understanding.since, understanding.until)
    if window == quoting.ANY_TIME or not quotes:
        return None
    return any(quoting.is_of(one, window) for quote in quotes for one in quote.chosen)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The signs (None without a sentence), what they make of the confidence, and the sentences.

    `quotes` are what an answer shows when the confidence suffices: the sentences that were chosen, each with
    what it needs to read on its own. `passages` are the nearest, best first, as `search` gives them.
    """

    signs: Signs | None
    confidence: float
    quotables: list[Quotable]
    quotes: list[Quote]
    suffices: bool = False
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """What was understood and found, before anything is quoted."""

    question: str
    understanding: Understanding
    asked: str
    """What the cross-encoder reads for the question: its topic, where it asks how a matter stands or went."""
    names: tuple[KnownName, ...]
    filters: Filters
    today: dt.date
    snapshot: Snapshot
    ranking: list[Ranked]
    copies: Copies
    reading: BoundedReranker | None
    explanation: Explanation
    clock: _Clock


class _Clock:
    """Milliseconds of each stage."""

    def __init__(self) -> None:
        self._began = self._last = time.perf_counter()
        self._laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self._laps[stage] = round(1000 * (now - self._last), 3)
        self._last = now

    def stop(self) -> dict[str, float]:
        return self._laps | {"total": round(1000 * (time.perf_counter() - self._began), 3)}


def _check_window(filters: Filters) -> None:
    """Raise QuestionError for a window that no day is in."""
    end = min((day for day in (filters.until, filters.as_of) if day), default=None)
    if filters.since and end and filters.since > end:
        raise QuestionError(f"the window from {filters.since} to {end} holds no day; exchange or widen them")


def _with_true_notices(check: IntegrityCheck, citation: Citation, as_of: dt.date | None) -> Citation:
    """With the notices that stand in the article, and that do not tell themselves that they came later."""
    held = [
        one
        for one in citation.notices
        if check.holds(citation.card, one.start, one.end, one.words)
        and not (as_of is not None and names_later(one, as_of))
    ]
    return replace(citation, notices=tuple(held))


def _holds(check: IntegrityCheck, one: Quotable | Quote) -> bool:
    return check.holds(one.card, one.start, one.end, one.text)


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
