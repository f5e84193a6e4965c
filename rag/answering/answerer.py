"""A question to an answer, from end to end. No language model: quotes, and the reasons for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import partial

from rag.answering import choosing, quoting
from rag.answering import confidence as calibrated
from rag.answering.abstaining import Abstention, abstention
from rag.answering.citing import Quote, cite, quotes_of
from rag.answering.contrary import with_contraries, with_contrary
from rag.answering.covering import Subject, compared_in, subjects_quoted, with_subjects
from rag.answering.english.notices import names_later
from rag.answering.english.sought import sought_by
from rag.answering.finding import Clock, Finder, Found, WhileEncoding
from rag.answering.gathering import (
    NO_EVIDENCE,
    Evidence,
    Part,
    contrary_to,
    copies_in,
    evidence_of,
    explanation_of,
    ranked_in_turn,
    timings,
)
from rag.answering.lacking import Lacking, all_lacking, lacking
from rag.answering.linking import with_links
from rag.answering.noting import notes_of
from rag.answering.options import DEFAULT_OPTIONS, Options
from rag.answering.outcomes import with_outcome
from rag.answering.questions import proper_of
from rag.answering.quoting import Quotable
from rag.answering.ranking import Ranked, Recency, recency_among
from rag.answering.standing_in import read_as_quoted
from rag.answering.suggesting import did_you_mean
from rag.answering.synonyms import NO_SYNONYMS, Synonyms
from rag.answering.topics import topic_of
from rag.answering.verifying import Claim, IntegrityCheck, Verdict, verify_claims
from rag.answering.within import ANY_TIME, Window
from rag.encoding import Encoder, Reranker
from rag.errors import QuestionError
from rag.store import Index
from rag.types import (
    Answer,
    Citation,
    Contrary,
    Explanation,
    Filters,
    Intent,
    Passage,
    Reason,
    SearchResult,
    Span,
)

# How a matter went takes more quotes than where it stands.
_TIMES_AS_MANY = 3


class Answerer:
    """Answers questions from an index; safe to share between threads. It keeps no state of any question."""

    def __init__(
        self,
        index: Index,
        encoder: Encoder,
        reranker: Reranker | None,
        *,
        options: Options = DEFAULT_OPTIONS,
        synonyms: Synonyms = NO_SYNONYMS,
    ) -> None:
        """Raises IndexMismatch when the index was built with another encoder."""
        self.index = index
        self.encoder = encoder
        self.reranker = reranker
        self.options = options
        self._finder = Finder(index, encoder, options=options, synonyms=synonyms)

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
        clock = Clock()
        question = self._finder.checked(question)
        check, parts = self._gathered(
            question, filters, intent=intent, rerank=rerank, today=today, clock=clock
        )
        first, evidence = parts[0].found, evidence_of(parts)
        chosen = evidence.quotes if evidence.suffices else ()
        # Once more: those of several questions may have become one.
        quotes = [quote for quote in chosen if _holds(check, quote)]
        dropped = len(chosen) - len(quotes)
        cited_as = cite(quotes, [q for q in evidence.quotables if _holds(check, q)], copies=copies_in(parts))
        kept = tuple(
            _with_true_notices(check, citation, first.filters.as_of)
            for citation in map(partial(_with_parts, parts), cited_as, quotes)
        )
        reason = None if kept else self._reason(parts)
        ranking = ranked_in_turn(parts)
        cited = [one.ranked for quote in quotes for one in quote.chosen]
        unquoted = self._lacking(parts, quotes, kept)
        contrary = _contrary_to(parts, evidence)
        told = self._told(reason, parts, evidence.confidence, contrary) if reason else None
        return Answer(
            question=question,
            intent=first.understanding.intent,
            as_of=first.filters.as_of or first.today,
            answer=" ".join(f"“{citation.quote}” [{citation.number}]" for citation in kept) if kept else None,
            abstained=not kept,
            reason=reason,
            message=told.message if told else None,
            confidence=round(evidence.confidence, 4),
            citations=kept,
            passages=_with_nearest(self._passages(ranking, check, top_k), evidence.quotables),
            generation=first.snapshot.generation,
            explanation=replace(
                self._explained(parts, ranking, top_k, cited, quotes),
                citations_dropped=sum(part.dropped for part in parts) + dropped,
                relevance=round(evidence.signs.relevance, 4) if evidence.signs else None,
                among=evidence.signs.among if evidence.signs else None,
                missing=evidence.signs.missing if evidence.signs else (),
                contrary=contrary,
                names_unquoted=unquoted.names,
                numbers_unquoted=unquoted.numbers,
                abstain_below=self.options.abstain_below,
            ),
            remedies=told.remedies if told else (),
            notes=notes_of(first.snapshot, first.filters),
            did_you_mean=did_you_mean(question, parts, encoder=self.encoder),
            # Last, so that nothing of the work is left out.
            timings_ms=timings(parts),
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
        check, parts = self._gathered(
            self._finder.checked(question),
            filters,
            intent=None,
            rerank=rerank,
            today=today,
            clock=Clock(),
        )
        return replace(evidence_of(parts), passages=self._passages(ranked_in_turn(parts), check, top_k))

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

        The thread waits for the encoder within `while_encoding()`: a server lets other threads run then.
        """
        found = self._finder.find(
            question,
            filters,
            intent=None,
            reranker=self._reader(rerank),
            today=today,
            while_encoding=while_encoding,
        )
        whole = [Part(found, NO_EVIDENCE)]
        passages = self._passages(found.ranking, IntegrityCheck(found.snapshot), top_k)
        told = None if passages else self._told(self._reason(whole), whole, 0.0)
        return SearchResult(
            question=found.question,
            passages=passages,
            message=told.message if told else None,
            generation=found.snapshot.generation,
            explanation=self._explained(whole, found.ranking, top_k),
            remedies=told.remedies if told else (),
            notes=notes_of(found.snapshot, found.filters),
            # It takes longer than all else of a search that reads nothing.
            did_you_mean=did_you_mean(found.question, whole, encoder=self.encoder) if found.reading else None,
            # Last, so that nothing of the work is left out.
            timings_ms=found.clock.stop(),
        )

    def verify(self, claims: Sequence[Claim]) -> list[Verdict]:
        """What became of each claim, in order."""
        return verify_claims(claims, self.index.snapshot())

    def _gathered(
        self,
        question: str,
        filters: Filters,
        *,
        intent: Intent | None,
        rerank: bool,
        today: dt.date | None,
        clock: Clock,
    ) -> tuple[IntegrityCheck, list[Part]]:
        """What is found and read for each question in it, of each before the next is looked for.

        Quotes are checked before they are numbered, so that the numbers of an answer have no gap.
        """
        parts: list[Part] = []
        snapshot = self._finder.snapshot()
        check = IntegrityCheck(snapshot)
        for found in self._finder.find_each(
            question,
            filters,
            snapshot,
            intent=intent,
            reranker=self._reader(rerank),
            today=today,
            clock=clock,
        ):
            evidence = self._read(found)
            held = [quote for quote in evidence.quotes if _holds(check, quote)]
            dropped = len(evidence.quotes) - len(held) if evidence.suffices else 0
            suffices = evidence.suffices and bool(held)
            parts.append(Part(found, replace(evidence, quotes=held, suffices=suffices), dropped))
        return check, parts

    def _lacking(self, parts: Sequence[Part], held: Sequence[Quote], kept: Sequence[Citation]) -> Lacking:
        articles = {quote.card.article_id: quote.article.text for quote in held}

        def of(found: Found) -> Lacking:
            return lacking(
                found.question,
                kept,
                articles=articles,
                # To read the others takes time, and what they say matters rarely.
                passages=[ranked.candidate.text for ranked in found.ranking[: self.options.rerank_depth]],
                further=lambda: (ranked.candidate.text for ranked in found.ranking),
                names=found.names,
                times=found.understanding.dates,
            )

        return all_lacking(of(part.found) for part in parts)

    def _reader(self, rerank: bool) -> Reranker | None:
        return self.reranker if rerank else None

    def _read(self, found: Found) -> Evidence:
        """The sentences of the best passages, and how sure an answer made of the best would be."""
        understanding = found.understanding
        timely = self.options.time
        window = (understanding.since, understanding.until) if timely else ANY_TIME
        recency = recency_among(found.ranking if timely else (), until=understanding.until)
        passages = choosing.passages_to_read(
            found.ranking, intent=understanding.intent, recency=recency, window=window
        )
        quotables = quoting.read_sentences(
            passages,
            found.asked,
            encoder=self.encoder,
            reranker=found.reading,
            ledes=0 if understanding.intent == "fact" else choosing.LEDE,
        )
        if understanding.intent == "fact":
            quotables = with_contraries(
                found.question,
                quotables,
                dates=understanding.dates,
                happened=found.happened,
                edition=found.edition,
                window=window,
            )
            quotables = read_as_quoted(quotables, found.asked, reranker=found.reading)
        found.clock.lap("quote")
        if not quotables:
            return NO_EVIDENCE
        # How sure an answer is rests on what was found for the question as asked: a name put beside it makes
        # much that is about that name look like an answer.
        asked = [quotable for quotable in quotables if not quotable.ranked.answers_with] or quotables
        compared = compared_in(found.question, found.names) if understanding.intent == "fact" else []
        chosen = quoting.of_its_time(self._choose(quotables, found, recency, window, compared))
        ranking = found.ranking
        if chosen and not (chosen[0].contrary and chosen[0].contrary.is_of_another_time):
            # What is of another time does not make it surer.
            asked = quoting.of_its_time(asked)
            ranking = [one for one in ranking if not one.is_too_early] or ranking
        dated = (understanding.since, understanding.until)
        signs = calibrated.signs_of(
            found.question,
            asked,
            ranking,
            among=found.snapshot.count_chunks(found.filters),
            names=found.names,
            dates=understanding.dates,
            window=dated,
            met=dated != ANY_TIME and any(quoting.is_of(one, dated) for one in chosen),
            quoted=subjects_quoted(chosen, compared),
        )
        if chosen and chosen[0].contrary is None:
            # Another leads, of the time asked about.
            signs = replace(signs, contrary=None)
        sure = calibrated.confidence_of(signs, reranked=found.reading is not None)
        suffices = bool(chosen) and sure >= self.options.abstain_below
        return Evidence(signs, sure, quotables, quotes_of(chosen), suffices)

    def _choose(
        self,
        quotables: Sequence[Quotable],
        found: Found,
        recency: Recency,
        window: Window,
        compared: Sequence[Subject],
    ) -> list[Quotable]:
        """The sentences to quote; of several questions that are asked at once each has its share of them."""
        most = -(-self.options.max_quotes // found.of_how_many)
        topic = topic_of(found.question, found.understanding.intent, dates=found.understanding.dates)
        until = found.understanding.until
        match found.understanding.intent:
            case "fact":
                has_sought = sought_by(found.question, proper=proper_of(found.question))
                chosen = choosing.choose_fact(quotables, most=most, window=window, has_sought=has_sought)
                led = with_outcome(chosen, quotables, most=most, until=until)
                led = with_contrary(led, quotables, most=most, window=window)
                covering = with_subjects(led, quotables, compared, most=most)
                return with_links(covering, quotables, most=most, compared=len(compared))
            case "status":
                chosen = choosing.choose_status(quotables, topic, most=most, recency=recency, until=until)
                return with_outcome(chosen, quotables, most=most, until=until)
            case "timeline":
                most *= _TIMES_AS_MANY
                return choosing.choose_timeline(quotables, topic, most=most, window=window)

    def _passages(
        self, ranking: Sequence[Ranked], check: IntegrityCheck, top_k: int | None
    ) -> tuple[Passage, ...]:
        shown = self._shown(ranking, top_k)
        check.snapshot.read_together(ranked.candidate.article for ranked in shown)
        passages = [
            Passage(
                card=ranked.candidate.article.card,
                start=ranked.candidate.chunk.start,
                end=ranked.candidate.chunk.end,
                text=ranked.candidate.text,
                scores=ranked.scores,
            )
            for ranked in shown
        ]
        return tuple(p for p in passages if check.holds(p.card, p.start, p.end, p.text))

    def _shown(self, ranking: Sequence[Ranked], top_k: int | None) -> Sequence[Ranked]:
        shown = self.options.top_k if top_k is None else top_k
        if shown < 1:
            raise QuestionError(f"top_k is {shown}; at least 1 passage is shown")
        return ranking[:shown]

    def _explained(
        self,
        parts: Sequence[Part],
        ranking: Sequence[Ranked],
        top_k: int | None,
        cited: Sequence[Ranked] = (),
        quotes: Sequence[Quote] = (),
    ) -> Explanation:
        """With the links that led to a passage which is shown or cited, and what the cross-encoder read."""
        hops = [ranked.hop for ranked in (*self._shown(ranking, top_k), *cited) if ranked.hop]
        readings = [part.found.reading for part in parts if part.found.reading]
        told = explanation_of(parts, quotes)
        return replace(
            told,
            also_read=tuple(form for form in told.also_read if any(form in one.forms for one in readings)),
            hops=tuple(dict.fromkeys(hops)),
            pairs_read=sum(reading.pairs for reading in readings),
            pairs_left_out=sum(reading.left_out for reading in readings),
        )

    def _reason(self, parts: Sequence[Part]) -> Reason:
        first = parts[0].found
        if first.snapshot.manifest.articles == 0:
            return "no articles"
        if any(part.found.ranking for part in parts):
            return "not answered"
        # Whether an article outside the dates would match is not looked at: that would be look-ahead.
        if first.filters.since:
            return "nothing published in that time"
        return "nothing published by then" if first.filters.dated else "nothing matches"

    def _told(
        self, reason: Reason, parts: Sequence[Part], confidence: float, contrary: Contrary | None = None
    ) -> Abstention:
        found, told = parts[0].found, explanation_of(parts)
        return abstention(
            reason,
            snapshot=found.snapshot,
            filters=found.filters,
            undated_left_out=told.undated_left_out,
            as_of_words=told.as_of_words,
            confidence=confidence,
            needed=self.options.abstain_below,
            reranked=found.reading is not None,
            contrary=contrary,
        )


def _with_nearest(passages: Sequence[Passage], quotables: Sequence[Quotable]) -> tuple[Passage, ...]:
    """Each with the best of the sentences that stand in it."""

    def nearest(passage: Passage) -> Span | None:
        inside = [
            one
            for one in quotables
            if one.card.article_id == passage.card.article_id
            and passage.start <= one.start
            and one.end <= passage.end
        ]
        best = max(inside, key=lambda one: one.score, default=None)
        return Span(best.start, best.end) if best else None

    return tuple(replace(passage, nearest=nearest(passage)) for passage in passages)


def _contrary_to(parts: Sequence[Part], evidence: Evidence) -> Contrary | None:
    """Where what is quoted says the opposite of what it is quoted for, or is of another time; of an
    abstention, where the best sentence is so."""
    if not evidence.suffices:
        return evidence.signs.contrary if evidence.signs else None
    return next((told for part in parts if part.evidence.suffices and (told := contrary_to(part))), None)


def _with_parts(parts: Sequence[Part], citation: Citation, quote: Quote) -> Citation:
    """Whether it is of the time that the question names which it answers, and which that is of several."""
    told = [of_time for part in parts if (of_time := part.is_of_time(quote)) is not None]
    answers = [number for number, part in enumerate(parts, start=1) if part.chose(quote)]
    return replace(
        citation,
        of_time=any(told) if told else None,
        answers=tuple(answers) if len(parts) > 1 else (),
    )


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
