"""A question to what is found for it: understood, retrieved, read and ranked. Nothing is quoted yet."""

from __future__ import annotations

import datetime as dt
import functools
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace

from rag.answering.asked import Asked, asked_of
from rag.answering.beside import beside
from rag.answering.budget import BoundedReranker
from rag.answering.collapsing import Copies, Verdicts, joined
from rag.answering.english.courtesies import without_courtesies
from rag.answering.english.editions import Edition, edition_in
from rag.answering.english.happened import Happened, happened_in
from rag.answering.hopping import follow_names
from rag.answering.options import Options
from rag.answering.parting import Question, questions_in
from rag.answering.questions import once, proper_of
from rag.answering.ranking import Ranked, in_turn, of_time_first, prefer_recent, prefer_window, rerank
from rag.answering.retrieving import Retriever
from rag.answering.synonyms import Synonyms
from rag.answering.understanding import Understanding, understand
from rag.answering.widening import KnownName, explained, known_names, to_look_for, to_read
from rag.answering.within import ANY_TIME, published_in
from rag.encoding import Encoder, Reranker, Vectors, WindowExceeded
from rag.errors import IndexMismatch, QuestionError
from rag.store import Index, Snapshot
from rag.types import FEWEST_PAIRS, Explanation, Filters, Intent

# Of so many passages a question's words are looked up while it is encoded. Over a million both at once take a
# fifth less than one by one; over a hundred thousand, each in the other's way on two cores, they take longer.
_LONG_TO_LOOK_UP = 300_000


WhileEncoding = Callable[[], AbstractContextManager[None]]
"""What surrounds a thread's waiting for the encoder."""


class Clock:
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


@dataclass(frozen=True, slots=True)
class Found:
    """What was understood and found for a question, one of so many at once, before anything is quoted."""

    asked_for: Question
    of_how_many: int
    understanding: Understanding
    happened: Happened | None
    edition: Edition | None
    asked: Asked
    """What the cross-encoder reads for the question; without one, the question behind what leads it."""
    names: tuple[KnownName, ...]
    filters: Filters
    today: dt.date
    snapshot: Snapshot
    ranking: list[Ranked]
    copies: Copies
    reading: BoundedReranker | None
    explanation: Explanation
    clock: Clock

    @property
    def question(self) -> str:
        """The question without another one that leads it."""
        return self.asked_for.text


class Finder:
    """Finds what an index has for a question; safe to share between threads."""

    def __init__(self, index: Index, encoder: Encoder, *, options: Options, synonyms: Synonyms) -> None:
        """Raises IndexMismatch when the index was built with another encoder."""
        self.index = index
        self.encoder = encoder
        self.options = options
        self.synonyms = synonyms
        # Of one generation each: a later one may hold the same text cut into other sentences.
        self._verdicts: weakref.WeakKeyDictionary[Snapshot, Verdicts] = weakref.WeakKeyDictionary()
        self._matching(index.snapshot())

    def snapshot(self) -> Snapshot:
        """The newest generation. Raises IndexMismatch when it was built with another encoder."""
        return self._matching(self.index.snapshot())

    def find_each(
        self,
        question: str,
        filters: Filters,
        snapshot: Snapshot,
        *,
        intent: Intent | None,
        reranker: Reranker | None,
        today: dt.date | None,
        clock: Clock,
    ) -> Iterator[Found]:
        """What is found, in this generation, for each of the questions that it holds, in their order; for the
        question itself where it is one, or asks how a matter stands or went. Raises as `Answerer.ask` does.

        `question` was checked. A day as of which one is asked is that of all. What the cross-encoder may read
        is shared out; without one, nothing tells what answers one from what answers the question before it.
        """
        today = today or dt.datetime.now().astimezone().date()
        several, restricting = questions_in(question), None
        if len(several) > 1:
            if len({day for one in several if (day := understand(one.words, today=today).as_of)}) > 1:
                raise QuestionError("the question is asked as of several days; ask of each day by itself")
            understanding, admitted = _understood(question, filters, intent=intent, today=today)
            most = self.options.rerank_pairs
            few = reranker is not None and most is not None and most < FEWEST_PAIRS * len(several)
            unread = reranker is None and any(one.lead for one in several)
            if few or unread or understanding.intent != "fact":
                several = [Question(question)]
            else:
                # The words that restrict may stand in one of them alone.
                filters, intent, restricting = admitted, "fact", understanding.as_of_words
        for number, one in enumerate(several):
            found = self._find(
                one,
                filters,
                intent=intent,
                reranker=reranker,
                today=today,
                snapshot=snapshot,
                of_how_many=len(several),
                clock=Clock() if number else clock,
            )
            told = found.explanation
            yield replace(found, explanation=replace(told, as_of_words=restricting or told.as_of_words))

    def find(
        self,
        question: str,
        filters: Filters,
        *,
        intent: Intent | None,
        reranker: Reranker | None,
        today: dt.date | None,
        while_encoding: WhileEncoding = nullcontext,
    ) -> Found:
        """What is found for the question as one. Raises as `Answerer.ask` does."""
        clock = Clock()
        return self._find(
            Question(self.checked(question)),
            filters,
            intent=intent,
            reranker=reranker,
            today=today or dt.datetime.now().astimezone().date(),
            snapshot=self.snapshot(),
            while_encoding=while_encoding,
            clock=clock,
        )

    def _find(
        self,
        one: Question,
        filters: Filters,
        *,
        intent: Intent | None,
        reranker: Reranker | None,
        today: dt.date,
        snapshot: Snapshot,
        clock: Clock,
        while_encoding: WhileEncoding = nullcontext,
        of_how_many: int = 1,
    ) -> Found:
        """Found behind what it needs to be understood, and read by itself as well.

        Of what may be read, and quoted, it takes one part of so many.
        """
        question, whole = one.text, one.asked_as
        understanding, filters = _understood(question, filters, intent=intent, today=today)
        if one.tail and (understanding.since, understanding.until) == ANY_TIME:
            shared = understand(one.tail, today=filters.as_of or today)
            understanding = replace(understanding, since=shared.since, until=shared.until, dates=shared.dates)
        asked = Asked.whole(whole)
        reading = None
        if reranker is not None:
            asked = replace(
                asked_of(question, understanding, timely=self.options.time), behind=whole if one.lead else ""
            )
            most = self.options.rerank_pairs
            reading = BoundedReranker(reranker, most and most // of_how_many, readings=asked.readings)
        clock.lap("understand")
        encoding = beside(self._encoded, whole) if snapshot.count_vectors() >= _LONG_TO_LOOK_UP else None
        names = self._names(whole, snapshot, filters)
        if reading is not None:
            asked = asked.named(
                to_read(whole, names, self.encoder), tuple(name.seat for name in names if name.seat)
            )
        looked_for = to_look_for(whole, names, weight=self.options.alias_weight)
        look_up = functools.partial(snapshot.by_words, whole, filters=filters, names=looked_for)
        words = look_up(depth=self.options.depth)
        clock.lap("words")
        with nullcontext() if encoding and encoding.done() else while_encoding():
            vector = encoding.result() if encoding else self._encoded(whole)
        clock.lap("encode")
        # A time that is named comes before recency: together they would break the bound.
        window = (understanding.since, understanding.until) if self.options.time else ANY_TIME
        retriever = Retriever(snapshot, self.options, self._verdicts.setdefault(snapshot, {}))
        ranking, copies = retriever.retrieve(vector, words, look_up, filters=filters, window=window)
        clock.lap("retrieve")
        happened, edition = self._times_of(question, understanding, min(filters.as_of or today, today))
        recent = self.options.time and understanding.intent == "status" and window == ANY_TIME
        if window != ANY_TIME:
            # What was published in the window is of it, whatever it says.
            snapshot.read_together(
                ranked.candidate.article
                for ranked in ranking
                if not published_in(ranked.candidate.article.card, *window)
            )
        if reading is not None:
            depth = reading.passages(min(self.options.rerank_depth, len(ranking)))
            if window != ANY_TIME:
                ranking = of_time_first(ranking, window, depth=depth)
            if understanding.intent != "fact":
                ranking = in_turn(
                    ranking, recent=recent, newest=self.options.time and window == ANY_TIME, depth=depth
                )
            ranking = rerank(ranking, asked, reranker=reading, depth=depth)
            clock.lap("rerank")
            if self.options.hops:
                ranking = follow_names(
                    ranking,
                    whole,
                    vector,
                    snapshot=snapshot,
                    filters=filters,
                    names=looked_for,
                    reranker=reading,
                    dense_weight=self.options.dense_weight,
                    asked=asked,
                    # How a matter stands is told by what was found for it.
                    in_place=understanding.intent == "fact",
                )
                # A name may lead to a story that is there already.
                ranking, found_again = retriever.collapse(ranking)
                copies = joined(copies, found_again)
                clock.lap("hop")
        if window != ANY_TIME or happened is not None:
            ranking = prefer_window(ranking, window, happened=happened)
        elif recent:
            ranking = prefer_recent(ranking)
        explanation = Explanation(
            window=(_iso(understanding.since), _iso(understanding.until)),
            time_words=understanding.dates,
            happened=(happened.words,) if happened else (),
            as_of_words=understanding.as_of_words,
            form_words=understanding.form_words,
            topic=asked.forms[0] if asked.forms[0] not in {question, whole} else None,
            also_read=asked.beside_the_first,
            undated_left_out=snapshot.count_left_out_undated(filters),
            recency_applied=recent,
            reranked=sum(ranked.scores.rerank is not None for ranked in ranking),
            aliases=explained(whole, names),
            collapsed={name: copy.original for name, copy in copies.items()},
        )
        return Found(
            one,
            of_how_many,
            understanding,
            happened,
            edition,
            asked,
            self._names(question, snapshot, filters) if one.lead else names,
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

    def _times_of(
        self, question: str, understanding: Understanding, today: dt.date
    ) -> tuple[Happened | None, Edition | None]:
        """What a question for a fact takes to have happened, and what it names by its year."""
        if understanding.intent != "fact" or not self.options.time:
            return None, None
        proper = proper_of(question)
        since, until = understanding.since, understanding.until
        happened = happened_in(proper, since=since, until=until, dates=understanding.dates, today=today)
        return happened, edition_in(proper, since=since, until=until)

    def checked(self, question: str) -> str:
        """The question in one line, once, without what is only said to whoever is asked. Raises QuestionError
        when it is empty or too long."""
        question = " ".join(question.replace("\x00", " ").split()).encode("utf-8", "replace").decode()
        if not any(character.isalnum() for character in question):
            raise QuestionError("the question is empty; ask for instance “what is the status of the talks”")
        question = without_courtesies(once(question))
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
        except WindowExceeded as error:
            # No article is clipped silently, and neither is a question.
            raise QuestionError(
                f"the question has {error.tokens} tokens, the encoder reads {error.window}; shorten it"
            ) from error
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


def _understood(
    question: str, filters: Filters, *, intent: Intent | None, today: dt.date
) -> tuple[Understanding, Filters]:
    """What the question asks for, and the filters with the day as of which it asks.

    Raises QuestionError for a day that cannot be read, and for a window that no day is in.
    """
    understanding = understand(question, today=filters.as_of or today)
    if intent is not None:
        # What the question asks for is not what makes it one of that kind.
        understanding = replace(understanding, intent=intent, form_words=())
    if understanding.unread is not None and filters.as_of is None:
        raise QuestionError(
            f"“{understanding.unread}” names no day that can be read; write the date as 2023-05-31, "
            "or use --as-of"
        )
    asked = understanding.as_of
    if asked is not None and filters.as_of is not None and filters.as_of <= asked:
        # Without these words as much would be left out.
        understanding = replace(understanding, as_of_words=None)
    elif asked is not None:
        filters = replace(filters, as_of=asked)
    _check_window(filters)
    return understanding, filters


def _check_window(filters: Filters) -> None:
    """Raise QuestionError for a window that no day is in."""
    end = min((day for day in (filters.until, filters.as_of) if day), default=None)
    if filters.since and end and filters.since > end:
        raise QuestionError(f"the window from {filters.since} to {end} holds no day; exchange or widen them")


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
