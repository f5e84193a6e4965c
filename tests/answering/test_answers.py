"""An answer from end to end: what is quoted, what is left out, and that nothing but the archive decides."""

from __future__ import annotations

import datetime as dt
import json
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from archives import ALWAYS, ENCODER, NEVER, answering, generated, record, said
from fakes import HashingEncoder, OverlapReranker
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.answering import Answerer, citing, finding
from rag.answering.contract import answer_json, passage_json, search_json
from rag.encoding import Vectors
from rag.errors import IndexDamaged
from rag.store import ByWords, Index, Snapshot
from rag.types import Answer, Filters, Notice, SearchResult, Span

QUESTIONS = [
    "Who postponed the gas pipeline?",
    "what is the status of the steel mills",
    "How has the vaccine supply evolved since 2020?",
    "What was inspected in March 2021?",
    "the port",
]
TODAY = dt.date(2026, 11, 22)
RECORDS = generated(24, undated=4)
FRIDAYS = record("shut", "The gas terminal was shut on Friday.", published="2023-06-13")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    return answering(tmp_path_factory.mktemp("archive"), RECORDS)


def numbers_said(answer: Answer) -> list[int]:
    return [int(number) for number in re.findall(r"” \[(\d+)\](?= “|$)", answer.answer or "")]


def check_whole(answer: Answer, answerer: Answerer) -> None:
    """What holds of every answer, whatever was asked."""
    snapshot = answerer.index.snapshot()
    assert (
        answer.abstained == (answer.answer is None) == (not answer.citations) == (answer.reason is not None)
    )
    assert (answer.message is None) == (answer.reason is None)
    for citation in answer.citations:
        article = snapshot.article(citation.card.article_id)
        assert article.text[citation.start : citation.end] == citation.quote
        assert citation.card.article_sha256 == article.sha256
        held = [s for s in article.sentences if citation.start <= s.start and s.end <= citation.end]
        assert (citation.start, citation.end) == (held[0].start, held[-1].end)
        assert not any(mask.start < citation.end and citation.start < mask.end for mask in article.masks)
        assert any(
            chunk.start <= held[-1].start and citation.end <= chunk.end
            for chunk in snapshot.chunks_of(article.id)
        )
        assert article.id not in citation.also_in
        for date in citation.dates:
            assert citation.start <= date.start < date.end <= citation.end
            assert article.text[date.start : date.end] == date.words
        for notice in citation.notices:
            assert article.text[notice.start : notice.end] == notice.words
    for passage in answer.passages:
        assert snapshot.article(passage.card.article_id).text[passage.start : passage.end] == passage.text
    numbers = {citation.card.article_id: citation.number for citation in answer.citations}
    assert all(numbers[citation.card.article_id] == citation.number for citation in answer.citations)
    assert sorted(numbers.values()) == list(range(1, len(numbers) + 1))
    assert numbers_said(answer) == [citation.number for citation in answer.citations]


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("rerank", [True, False])
def test_every_answer_is_whole(archive: Answerer, question: str, rerank: bool) -> None:
    answer = archive.ask(question, rerank=rerank, today=TODAY)
    assert not answer.abstained
    check_whole(answer, archive)
    assert answer.citations[0].number == 1
    reranked = [passage.scores.rerank is not None for passage in answer.passages]
    assert all(reranked) if rerank else not any(reranked)


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_examined_is_what_an_answer_rests_on(archive: Answerer, question: str) -> None:
    evidence = archive.examine(question, today=TODAY)
    answer = archive.ask(question, today=TODAY)
    assert answer.confidence == round(evidence.confidence, 4)
    assert [one.quote for one in answer.citations] == [one.text for one in evidence.quotes]
    assert evidence.passages == archive.search(question, today=TODAY).passages
    assert evidence.suffices
    sure = replace(archive.options, abstain_below=evidence.confidence)
    for options, suffices in ((sure, True), (replace(sure, abstain_below=evidence.confidence + 1e-9), False)):
        strict = Answerer(archive.index, archive.encoder, archive.reranker, options=options)
        assert strict.examine(question, today=TODAY).suffices == suffices
        assert strict.ask(question, today=TODAY).abstained != suffices


class Waiting(HashingEncoder):
    """An encoder that is done with a question only when it is let."""

    def __init__(self) -> None:
        self.let = threading.Event()

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        assert not query or self.let.wait(timeout=30)
        return super().encode(texts, query=query)


@pytest.mark.parametrize("many", [True, False])
def test_the_encoder_is_waited_for_within_what_is_told_to_surround_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: bool
) -> None:
    within: list[bool] = []
    encoder = Waiting()

    @contextmanager
    def told() -> Iterator[None]:
        within.append(True)
        encoder.let.set()
        try:
            yield
        finally:
            within.append(False)

    answerer = answering(tmp_path, RECORDS, encoder=encoder)
    if many:
        monkeypatch.setattr(finding, "_LONG_TO_LOOK_UP", 1)
    found = answerer.search(QUESTIONS[0], while_encoding=told)
    assert within == [True, False]
    assert found.passages == answerer.search(QUESTIONS[0]).passages
    assert within == [True, False]


def test_words_of_many_passages_are_looked_up_while_the_encoder_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = Waiting()
    by_words = Snapshot.by_words

    def looked_up(snapshot: Snapshot, *given: Any, **more: Any) -> ByWords:
        found = by_words(snapshot, *given, **more)
        encoder.let.set()
        return found

    answerer = answering(tmp_path, RECORDS, encoder=encoder)
    monkeypatch.setattr(Snapshot, "by_words", looked_up)
    monkeypatch.setattr(finding, "_LONG_TO_LOOK_UP", answerer.index.snapshot().count_vectors())
    assert answerer.search(QUESTIONS[0]).passages


def test_a_question_of_few_passages_is_encoded_by_who_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread more costs what it saves."""
    answerer = answering(tmp_path, RECORDS)
    monkeypatch.setattr(finding, "beside", lambda *given: pytest.fail("a thread"))
    assert answerer.search(QUESTIONS[0]).passages
    monkeypatch.setattr(finding, "_LONG_TO_LOOK_UP", answerer.index.snapshot().count_vectors() + 1)
    assert answerer.search(QUESTIONS[0]).passages


def test_masks_are_never_quoted(tmp_path: Path) -> None:
    page = (
        "City\nEpaper\n\nMills to reopen\n\nBy IANS | Published: June 13, 2023 11:57 AM\n\n"
        "The steel mills reopen in June, the minister told reporters in Karachi.\n\n"
        "Disclaimer: This post has been auto-published from an agency feed about the steel mills.\n\n"
        "Tags : Steel mills reopen Steel mills status\n"
    )
    archive = answering(tmp_path, [{"id": "page", "text": page}])
    assert archive.index.snapshot().article("page").masks
    for question in (
        "Who published the steel mills feed?",
        "steel mills disclaimer agency",
        "Epaper City tags",
    ):
        check_whole(archive.ask(question), archive)


def test_one_article_has_one_number_and_repeats_are_named(tmp_path: Path) -> None:
    doses = "Russia sent 50,000 doses of vaccine to Pakistan on Monday."
    archive = answering(
        tmp_path,
        [
            record("first", f"{doses} Russia also sent vaccine experts to Pakistan.", "2021-04-07"),
            record("second", doses, "2021-04-08"),
            record("third", doses.replace("50,000", "150,000"), "2021-04-09"),
        ],
    )
    answer = archive.ask("How many doses of vaccine has Russia sent to Pakistan on Monday?")
    check_whole(answer, archive)
    quotes = [citation.quote for citation in answer.citations]
    assert len(quotes) == len(set(quotes))
    assert sum("150,000" in quote for quote in quotes) == 1
    [told] = [citation for citation in answer.citations if " 50,000" in citation.quote]
    assert {told.card.article_id, *told.also_in} == {"first", "second"}


def test_a_status_leads_with_the_newest_and_a_timeline_with_the_oldest(tmp_path: Path) -> None:
    text = "The steel mills talks reached stage {}."
    archive = answering(
        tmp_path,
        [
            record("undated", text.format(9)),
            record("a", text.format(1), "2019-05-01"),
            record("b", text.format(3), "2024-11-12"),
            record("c", text.format(2), "2021-04"),
        ],
        options=replace(ALWAYS, max_quotes=4),
    )
    status = archive.ask("status of the steel mills talks")
    timeline = archive.ask("timeline of the steel mills talks")
    assert [c.card.article_id for c in status.citations] == ["b", "c", "a", "undated"]
    assert [c.card.article_id for c in timeline.citations] == ["a", "c", "b", "undated"]
    assert status.explanation.recency_applied
    assert not timeline.explanation.recency_applied
    # What is of the time that is named is preferred, and nothing else for being newer.
    assert not archive.ask("status of the steel mills talks in 2021").explanation.recency_applied
    assert not archive.ask("who runs the steel mills").explanation.recency_applied
    forced = archive.ask("the steel mills talks", intent="status")
    assert [c.card.article_id for c in forced.citations] == ["b", "c", "a", "undated"]


TOLD = [
    record("plan", "The Tarnow bridge will be opened this week, the mayor said.", "2024-03-05"),
    record("toll", "The Tarnow bridge fire killed 12 people.", "2024-03-06"),
    record("count", "The Tarnow bridge fire killed 19 people.", "2024-03-06"),
    record("opened", "The Tarnow bridge was opened on Friday.", "2024-03-09"),
    record("hearsay", "The Tarnow bridge will be opened this week."),
]


@pytest.mark.parametrize(
    ("day", "superseded"), [("2024-03-05", {}), ("2024-03-06", {}), ("2024-03-09", {"plan": "opened"})]
)
def test_a_timeline_marks_what_is_known_by_then_and_no_more(
    tmp_path: Path, day: str, superseded: dict[str, str]
) -> None:
    options = replace(ALWAYS, max_quotes=6)
    archive = answering(tmp_path / "all", TOLD, options=options)
    then = answering(
        tmp_path / "then", [one for one in TOLD if (one["published"] or "9") <= day], options=options
    )
    filters = Filters(as_of=dt.date.fromisoformat(day))
    question = "timeline of the Tarnow bridge"
    answer = archive.ask(question, filters=filters, today=TODAY)
    check_whole(answer, archive)
    ids = {one.number: one.card.article_id for one in answer.citations}
    assert {
        one.card.article_id: ids[one.superseded_by] for one in answer.citations if one.superseded_by
    } == superseded
    disputed = {one.card.article_id for one in answer.citations if one.contradicts}
    assert disputed == ({"toll", "count"} if day >= "2024-03-06" else set())
    resolved = {one.card.article_id: one.dates[0].first for one in answer.citations if one.dates}
    assert resolved["plan"] == dt.date(2024, 3, 4)
    known = then.ask(question, filters=filters, today=TODAY)
    assert said(answer)["citations"] == said(known)["citations"]


def test_of_how_a_matter_stands_the_newest_articles_are_read(tmp_path: Path) -> None:
    """Where there are more about it than the cross-encoder reads."""
    records = [
        record(
            f"pier{month}",
            f"The talks on the harbour pier went on{', the mayor told the council' * (month > 4)}.",
            published=f"2024-{month:02}-10",
        )
        for month in range(1, 10)
    ]
    answerer = answering(tmp_path, records, options=replace(ALWAYS, rerank_depth=3, copies=False))
    asked = {"status": "what is the status of the harbour pier", "fact": "who spoke of the harbour pier"}
    read = {
        intent: [
            passage.card.article_id
            for passage in answerer.search(question, top_k=9).passages
            if passage.scores.rerank is not None
        ]
        for intent, question in asked.items()
    }
    assert sorted(read["status"]) == ["pier7", "pier8", "pier9"]
    assert len(read["fact"]) == 3


def test_an_undated_article_resolves_and_marks_nothing(tmp_path: Path) -> None:
    archive = answering(tmp_path, TOLD, options=replace(ALWAYS, max_quotes=6))
    answer = archive.ask("timeline of the Tarnow bridge", today=TODAY)
    [undated] = [one for one in answer.citations if one.card.article_id == "hearsay"] or [None]
    assert undated is None or (undated.dates, undated.superseded_by, undated.contradicts) == ((), None, ())


@pytest.mark.parametrize(
    "question", ["status of the Tarnow bridge fire", "How many people did the fire kill?"]
)
def test_figures_that_contradict_are_told_whatever_is_asked(tmp_path: Path, question: str) -> None:
    answer = answering(tmp_path, TOLD).ask(question, today=TODAY)
    told = {one.card.article_id: one.contradicts for one in answer.citations if one.contradicts}
    assert set(told) == {"toll", "count"}
    assert {(each.words, each.other_words) for marks in told.values() for each in marks} == {
        ("12 people", "19 people"),
        ("19 people", "12 people"),
    }


def test_a_quote_begins_where_the_one_it_speaks_of_is_named(tmp_path: Path) -> None:
    told = "Ambassador Ivan Petrov came to Karachi. He inspected the steel mills with 40 engineers."
    earlier = record("a", f"{told} The port was closed. He promised the steel mills a loan.", "2021-04-07")
    later = record("b", told.replace("40", "90").replace("Ivan Petrov", "Lena Marsh"), "2022-04-07")
    question, filters = "Who inspected the steel mills with engineers?", Filters(as_of=dt.date(2021, 12, 31))
    archive = answering(tmp_path / "all", [earlier, later], options=replace(ALWAYS, max_quotes=1))
    alone = answering(tmp_path / "earlier", [earlier], options=replace(ALWAYS, max_quotes=1))
    answers = [one.ask(question, filters=filters, today=TODAY) for one in (archive, alone)]
    for answer in answers:
        check_whole(answer, archive)
        assert [citation.quote for citation in answer.citations] == [told]
    # What was chosen, and how sure it is, is the sentence that answers.
    [quote] = archive.examine(question, filters=filters, today=TODAY).quotes
    assert quote.text == told
    [chosen] = quote.chosen
    assert chosen.text == "He inspected the steel mills with 40 engineers."
    full, then = (said(answer) for answer in answers)
    del full["generation"], then["generation"]
    assert json.dumps(full) == json.dumps(then)


def corrupt(answerer: Answerer, sql: str) -> None:
    with sqlite3.connect(answerer.index.folder / "store.sqlite") as connection:
        assert connection.execute(sql).rowcount > 0
    connection.close()


@dataclass(frozen=True)
class Damaging(OverlapReranker):
    """The fake cross-encoder; when it is first asked, the store is damaged."""

    archive: Answerer = field(kw_only=True)
    damage: list[str] = field(kw_only=True)

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        while self.damage:
            corrupt(self.archive, self.damage.pop())
        return super().score(question, texts)


@pytest.mark.parametrize(
    "damage",
    [
        "replace(text, 'reached', 'RUINED')",
        "'inserted ' || text",
        "substr(text, 1, 10)",
        "text || ' '",
        "''",
    ],
)
def test_what_no_longer_matches_its_article_is_dropped_and_counted(tmp_path: Path, damage: str) -> None:
    text = "The steel mills talks reached stage {}."
    records = [record("a", text.format(1), "2019-05-01"), record("b", text.format(3), "2024-11-12")]
    archive = answering(tmp_path, records)
    question = "status of the steel mills talks"
    assert [c.card.article_id for c in archive.ask(question).citations] == ["b", "a"]

    # It becomes another one between being read and being quoted.
    archive.reranker = Damaging(
        archive=archive, damage=[f"UPDATE articles SET text = {damage} WHERE id = 'b'"]
    )
    answer = archive.ask(question)
    assert [c.card.article_id for c in answer.citations] == ["a"]
    assert {passage.card.article_id for passage in answer.passages} == {"a"}
    assert answer.explanation.citations_dropped == 1
    check_whole(answer, archive)

    # Who finds it so refuses it by name, and so does one who opens the index now.
    archive.reranker = OverlapReranker()
    for reader in (archive, Answerer(Index.open(archive.index.folder), archive.encoder, archive.reranker)):
        with pytest.raises(IndexDamaged, match=r"article 'b' is not what was written; run `rag ingest`"):
            reader.ask(question)


@pytest.mark.parametrize("ask", [Answerer.ask, Answerer.search])
def test_where_nothing_matches_its_article_nothing_is_shown(
    tmp_path: Path, ask: Callable[[Answerer, str], Answer | SearchResult]
) -> None:
    archive = answering(tmp_path, [record("a", "The steel mills talks reached stage 1.", "2019-05-01")])
    archive.reranker = Damaging(archive=archive, damage=["UPDATE articles SET text = upper(text)"])
    shown = ask(archive, "status of the steel mills talks")
    assert shown.passages == ()
    if isinstance(shown, Answer):
        assert (shown.answer, shown.citations, shown.explanation.citations_dropped) == (None, (), 1)


def test_without_enough_evidence_nothing_is_claimed_and_the_nearest_is_shown(tmp_path: Path) -> None:
    archive = answering(tmp_path, RECORDS, options=NEVER)
    answer = archive.ask("Who postponed the gas pipeline?")
    check_whole(answer, archive)
    assert (answer.abstained, answer.answer, answer.citations) == (True, None, ())
    assert answer.reason == "not answered"
    assert len(answer.passages) == archive.options.top_k


def test_an_empty_archive_says_so(tmp_path: Path) -> None:
    folder = tmp_path
    answering(folder, RECORDS[:1])
    archive = answering(folder, [])
    answer = archive.ask("Who postponed the gas pipeline?")
    check_whole(answer, archive)
    assert (answer.reason, answer.passages, answer.confidence) == ("no articles", (), 0.0)
    assert archive.search("the gas pipeline").passages == ()


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        (Filters(sources=("nobody",)), "nothing matches"),
        (Filters(languages=("xx",)), "nothing matches"),
        (Filters(article_ids=("a999",)), "nothing matches"),
        (Filters(as_of=dt.date(2019, 12, 31)), "nothing published by then"),
        (Filters(until=dt.date(2019, 12, 31)), "nothing published by then"),
        (Filters(as_of=dt.date.min), "nothing published by then"),
        (Filters(since=dt.date(2022, 1, 1)), "nothing published in that time"),
        (Filters(since=dt.date(2022, 1, 1), as_of=dt.date(2022, 6, 1)), "nothing published in that time"),
    ],
)
def test_filters_that_admit_nothing_say_so(archive: Answerer, filters: Filters, reason: str) -> None:
    answer = archive.ask("Who postponed the gas pipeline?", filters=filters)
    check_whole(answer, archive)
    assert (answer.reason, answer.passages, answer.confidence) == (reason, (), 0.0)
    assert answer.message
    assert answer.explanation.undated_left_out == (4 if filters.dated else 0)
    assert ("include undated" in answer.remedies) == filters.dated


def test_why_nothing_is_found_does_not_tell_of_later_articles(tmp_path: Path) -> None:
    later = record("later", "The gas pipeline was built.", "2021-01-01", source="Daily")
    filters = Filters(as_of=dt.date(2020, 1, 1), sources=("Daily",))
    with_it = answering(tmp_path / "with", [later]).ask("Who built the gas pipeline?", filters=filters)
    other = record("other", "The gas pipeline was built.", "2021-01-01", source="Weekly")
    without = answering(tmp_path / "without", [other]).ask("Who built the gas pipeline?", filters=filters)
    assert (with_it.reason, with_it.message) == (without.reason, without.message)


@pytest.mark.parametrize("as_of", ["2020-01-15", "2020-06-14", "2020-06-15", "2021-01-31", "2021-12-15"])
@pytest.mark.parametrize("question", QUESTIONS)
def test_as_of_a_day_is_the_archive_of_that_day(
    archive: Answerer, earlier: dict[str, Answerer], question: str, as_of: str
) -> None:
    """Nothing published later is retrieved, quoted, counted or ranked: not one digit may differ."""
    filters = Filters(as_of=dt.date.fromisoformat(as_of))
    for options in ({}, {"rerank": False}):
        full = said(archive.ask(question, filters=filters, today=TODAY, **options))
        then = said(earlier[as_of].ask(question, filters=filters, today=TODAY, **options))
        assert full["explanation"].pop("undated_left_out") == 4
        assert then["explanation"].pop("undated_left_out") == 0
        del full["generation"], then["generation"]
        assert json.dumps(full) == json.dumps(then)
        assert all(citation["published"] <= as_of for citation in full["citations"] + full["passages"])


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answerer]:
    """By day, the archive that held only what was published by then."""
    days = ["2020-01-15", "2020-06-14", "2020-06-15", "2021-01-31", "2021-12-15"]
    return {
        day: answering(
            tmp_path_factory.mktemp("earlier"),
            [one for one in RECORDS if one["published"] and one["published"] <= day],
        )
        for day in days
    }


def test_as_of_in_the_question_restricts_as_the_option_does(archive: Answerer) -> None:
    asked = archive.ask("Who postponed the gas pipeline as of June 2020?", today=TODAY)
    assert asked.as_of == dt.date(2020, 6, 30)
    assert asked.passages
    assert all(passage.card.published.value <= "2020-06-30" for passage in asked.passages)


def test_last_year_counts_from_the_as_of_day(archive: Answerer) -> None:
    for filters, year in ((Filters(), 2025), (Filters(as_of=dt.date(2021, 12, 31)), 2020)):
        asked = archive.ask("What was inspected last year?", filters=filters, today=TODAY)
        assert asked.explanation.window == (f"{year}-01-01", f"{year}-12-31")


def test_an_answer_tells_which_words_name_its_time_and_which_its_form(archive: Answerer) -> None:
    question = "What was the status of the gas pipeline in 2021?"
    told = archive.ask(question).explanation
    assert (told.time_words, told.form_words) == (("in 2021",), ("status",))
    # Where the intent was given, no words of the question made it so.
    assert archive.ask(question, intent="fact").explanation.form_words == ()


def test_it_is_told_when_no_quote_is_of_the_time_asked_about(archive: Answerer) -> None:
    """Published in it, or naming it: else a reader would take other news for it."""
    for question, met in (
        ("Who postponed the gas pipeline?", None),
        ("Who postponed the gas pipeline in 2021?", True),
        ("Who postponed the gas pipeline in March 1987?", False),
        ("What was inspected last year?", False),
    ):
        asked = archive.ask(question, today=TODAY)
        assert asked.citations and asked.explanation.window_met is met, question
        since, until = asked.explanation.window
        days = [one.card.published.value for one in asked.citations]
        assert bool(met) == any(day and since and until and since <= day <= until for day in days)
        assert met is (any(one.of_time for one in asked.citations) if met is not None else None)
    nothing = Answerer(archive.index, ENCODER, archive.reranker, options=NEVER)
    assert nothing.ask("What was inspected in 2021?", today=TODAY).explanation.window_met is None


def test_each_quote_says_whether_it_is_of_the_time_asked_about(tmp_path: Path) -> None:
    """One that is does not speak for the others."""
    texts = {
        "2024-07-09": "Rashid inspected the harbour crane.",
        "2024-10-08": "Karim inspected the harbour crane with Noor.",
        "2025-02-03": "Selma inspected the harbour crane on 11 July 2024.",
        "2025-03-03": "Ulla inspected the harbour crane in early 2024.",
    }
    records = [record(f"of-{day}", text, published=day) for day, text in texts.items()]
    answerer = answering(tmp_path, records, options=replace(ALWAYS, max_quotes=4))
    asked = answerer.ask("Who inspected the harbour crane in July 2024?", today=TODAY)
    of_time = {one.card.published.value: one.of_time for one in asked.citations}
    assert of_time == {day: day in {"2024-07-09", "2025-02-03"} for day in of_time}
    assert len(of_time) > 2 and set(of_time.values()) == {True, False}
    assert [one["of_time"] for one in answer_json(asked)["citations"]] == list(of_time.values())
    timeless = answerer.ask("Who inspected the harbour crane?", today=TODAY)
    assert {one.of_time for one in timeless.citations} == {None}


def test_a_time_without_its_year_is_no_name_that_the_evidence_lacks(tmp_path: Path) -> None:
    text = "{} inspected the harbour crane."
    records = [
        record("then", text.format("Rashid"), published="2026-03-04"),
        record("before", text.format("Karim"), published="2025-03-04"),
    ]
    answerer = answering(tmp_path, records)
    told = answerer.ask("Who inspected the harbour crane on 4 March?", today=TODAY)
    assert told.citations[0].card.article_id == "then"
    assert told.explanation.window == ("2026-03-04", "2026-03-04")
    assert (told.explanation.missing, told.explanation.window_met) == ((), True)
    # As of a day, the latest is that which had begun by then.
    before = answerer.ask("As of May 2025, who inspected the harbour crane on 4 March?", today=TODAY)
    assert before.explanation.window == ("2025-03-04", "2025-03-04")
    assert before.explanation.missing == ()


def test_what_no_quote_has_of_the_question_is_told_of_an_answer(tmp_path: Path) -> None:
    answerer = answering(tmp_path, [record("crane", "The harbour crane of Veld cost 40,000 crowns.")])
    told = answerer.ask("Did the harbour crane of Veld cost 25,000 crowns, as Brisko said?", today=TODAY)
    assert told.citations
    explained = told.explanation
    assert (explained.names_unquoted, explained.numbers_unquoted) == (("Brisko",), ("25,000",))


@pytest.mark.parametrize("form", ["what is the status of {}", "status of {}?", "the latest on {} right now"])
def test_the_words_that_ask_for_the_form_are_not_looked_for(tmp_path: Path, form: str) -> None:
    """An award is no sale, though it has the words of the question and more of them."""
    award = "What is of note on it is its status as the latest major airline, right now."
    records = [
        record("award", award, published="2024-10-01"),
        record("sale", "The airline sale was dropped for want of a buyer.", published="2024-10-01"),
    ]
    asked = answering(tmp_path, records).ask(form.format("the airline sale"), today=TODAY)
    assert asked.intent == "status"
    assert asked.citations[0].card.article_id == asked.passages[0].card.article_id == "sale"
    assert asked.explanation.topic == "airline sale"
    fact = answering(tmp_path, records).ask("Who made the airline sale?", today=TODAY)
    assert fact.explanation.topic is None


def test_a_timeline_quotes_three_times_as_many_articles(tmp_path: Path) -> None:
    records = [
        record(f"a{month}", f"Pier {month} of the port opened.", published=f"2024-{month:02}-01")
        for month in range(1, 9)
    ]
    answerer = answering(tmp_path, records, options=replace(ALWAYS, max_quotes=2))
    went = answerer.ask("How have the pier and the port developed?", today=TODAY)
    assert [one.card.article_id for one in went.citations][::5] == ["a1", "a8"]
    assert len(went.citations) == 6
    all_read = Answerer(answerer.index, answerer.encoder, answerer.reranker, options=ALWAYS)
    assert len(all_read.ask("How have the pier and the port developed?", today=TODAY).citations) == 8
    assert len(answerer.ask("Which pier of the port opened?", today=TODAY).citations) <= 2


def test_a_notice_that_is_not_in_the_article_is_not_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answerer = answering(tmp_path, [record("a", "The port was shut.", published="2024-10-01")])
    false = (Notice("correction", 0, 8, "The port"), Notice("retraction", 4, 8, "ship"))
    monkeypatch.setattr(citing, "notices_in", lambda text, sentences: false)
    [told] = answerer.ask("Was the port shut?", today=TODAY).citations
    assert told.notices == false[:1]


@pytest.mark.parametrize("question", ["What is the status of the ferry?", "How has the ferry evolved?"])
def test_one_article_of_many_passages_keeps_none_from_being_read(tmp_path: Path, question: str) -> None:
    """Where it is asked how a matter stands or went; of what was read only two passages are."""
    long = " ".join(f"The ferry left pier {n} and the ferry came back to it." for n in range(80))
    records = [
        record("long", long, published="2024-03-06"),
        record("short", "In Zamora, people say of it, the old ferry sank at last.", published="2024-12-20"),
    ]
    two = answering(tmp_path, records, options=replace(ALWAYS, rerank_depth=2))
    assert len(two.index.snapshot().chunks_of("long")) > 2
    asked = two.ask(question, today=TODAY)
    assert {one.card.article_id for one in asked.citations} == {"long", "short"}
    facts = two.ask("Where did the ferry go?", today=TODAY)
    assert {one.card.article_id for one in facts.passages if one.scores.rerank is not None} == {"long"}


@pytest.mark.parametrize(("day", "met"), [("9", True), ("2", False)])
def test_a_day_that_a_quote_names_by_its_publication_is_the_time_asked_about(
    tmp_path: Path, day: str, met: bool
) -> None:
    """The article is of Tuesday, so its Friday is the ninth."""
    asked = answering(tmp_path, [FRIDAYS]).ask(f"Was the gas terminal shut on {day} June 2023?", today=TODAY)
    assert [one.quote for one in asked.citations] == [FRIDAYS["text"]]
    assert [one.first.day for one in asked.citations[0].dates] == [9]
    assert asked.explanation.window_met is met


def test_the_earlier_of_two_as_of_days_holds(archive: Answerer) -> None:
    question = "Who postponed the gas pipeline as of June 2020?"
    for option, earliest in (("2020-03-31", "2020-03-31"), ("2021-12-31", "2020-06-30")):
        asked = archive.ask(question, filters=Filters(as_of=dt.date.fromisoformat(option)))
        assert asked.as_of.isoformat() == earliest
        assert all(passage.card.published.value <= earliest for passage in asked.passages)


def test_the_same_question_is_the_same_answer_alone_and_in_a_crowd(archive: Answerer) -> None:
    alone = {question: json.dumps(said(archive.ask(question, today=TODAY))) for question in QUESTIONS}
    with ThreadPoolExecutor(16) as threads:
        asked = QUESTIONS * 8
        answers = list(threads.map(lambda question: archive.ask(question, today=TODAY), asked))
    assert [json.dumps(said(answer)) for answer in answers] == [alone[question] for question in asked]


def test_the_contract_has_its_keys_in_their_order(archive: Answerer) -> None:
    content = json.loads(json.dumps(answer_json(archive.ask(QUESTIONS[0], today=TODAY))))
    assert in_order(
        "question intent as_of answer abstained reason confidence citations passages generation timings_ms",
        content,
    )
    cited = (
        "number article_id title source url published published_precision published_origin start end quote"
    )
    marks = "dates superseded_by contradicts notices"
    assert in_order(f"{cited} article_sha256 scores also_in {marks}", content["citations"][0])
    assert in_order("article_id title start end text article_sha256 scores", content["passages"][0])
    assert list(content["citations"][0]["scores"]) == [
        "dense",
        "lexical",
        "fused",
        "rerank",
        "recency",
        "hop",
    ]
    assert in_order("encode retrieve rerank total", content["timings_ms"])
    found = search_json(archive.search(QUESTIONS[0], today=TODAY))
    assert in_order("question passages generation explanation timings_ms", found)
    assert found["passages"] == [{**passage, "nearest": None} for passage in content["passages"]]


@pytest.mark.parametrize("rerank", [True, False])
def test_the_nearest_sentence_of_a_passage_is_its_best(archive: Answerer, rerank: bool) -> None:
    """Also of what is held back: there nothing is cited, and a reader is shown where the answer would be."""
    shown = 0
    for question in QUESTIONS:
        quotables = archive.examine(question, rerank=rerank, today=TODAY).quotables
        for passage in archive.ask(question, rerank=rerank, today=TODAY).passages:
            inside = [
                one
                for one in quotables
                if one.card == passage.card and passage.start <= one.start and one.end <= passage.end
            ]
            if not inside:
                assert passage.nearest is None
                continue
            shown += 1
            best = max(inside, key=lambda one: one.score)
            assert passage.nearest == Span(best.start, best.end)
            told = passage_json(passage)["nearest"]
            assert told == {"start": best.start, "end": best.end, "text": best.text}
    assert shown >= len(QUESTIONS)
    assert all(passage.nearest is None for passage in archive.search(QUESTIONS[0], today=TODAY).passages)


def test_scores_are_rounded_where_they_are_shown(archive: Answerer) -> None:
    content = answer_json(archive.ask(QUESTIONS[1], today=TODAY))
    shown = [content["confidence"]]
    for place in content["citations"] + content["passages"]:
        shown.extend(score for score in place["scores"].values() if score is not None)
    assert all(score == round(score, 4) for score in shown)


def in_order(names: str, content: dict[str, object]) -> bool:
    """Whether the object has all these keys, in this order; others may stand between them."""
    return [key for key in content if key in names.split()] == names.split()


@pytest.mark.parametrize("top_k", [None, 1, 7, 100])
def test_search_gives_as_many_as_asked_for_where_there_are_as_many(
    archive: Answerer, top_k: int | None
) -> None:
    chunks = sum(len(archive.index.snapshot().chunks_of(one["id"])) for one in RECORDS)
    result = archive.search("the gas pipeline", top_k=top_k)
    assert len(result.passages) == min(top_k or archive.options.top_k, chunks, archive.options.depth * 2)


@pytest.mark.parametrize("rerank", [True, False])
def test_filters_act_inside_retrieval(archive: Answerer, rerank: bool) -> None:
    few = Filters(article_ids=("a003", "a017", "a025"))
    for question in QUESTIONS:
        result = archive.search(question, filters=few, rerank=rerank, top_k=3)
        assert {p.card.article_id for p in result.passages} == {"a003", "a017", "a025"}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text(max_size=60).filter(lambda text: any(c.isalnum() for c in text)))
def test_any_question_gets_a_whole_answer(archive: Answerer, question: str) -> None:
    answer = archive.ask(question, today=TODAY)
    check_whole(answer, archive)
    json.dumps(answer_json(answer), ensure_ascii=False).encode()


def test_without_time_the_ranking_is_that_of_the_words_and_the_filters_still_hold(archive: Answerer) -> None:
    """What the ablation compares with: no date lifts a passage."""
    timeless = Answerer(archive.index, ENCODER, archive.reranker, options=replace(ALWAYS, time=False))
    question = "what is the latest on the gas pipeline in 2021"
    assert any(passage.scores.recency for passage in archive.search(question, today=TODAY).passages)
    found = timeless.search(question, today=TODAY, filters=Filters(as_of=dt.date(2021, 6, 30)), top_k=50)
    assert found.passages and not found.explanation.recency_applied
    assert all(passage.scores.recency is None for passage in found.passages)
    assert all((passage.card.published.value or "9") <= "2021-06-30" for passage in found.passages)


def test_what_has_a_headline_alone_is_found_and_neither_quoted_nor_a_sign(tmp_path: Path) -> None:
    """Below its headline a form of the page would look like an answer, and lift another article's."""
    form = record(
        "form", "How relevant is this ad to you?", "2025-03-01", title="Who opened the old bridge of Arda"
    )
    other = record("other", "The bridge of Arda was old, a guide said.", "2025-03-02")
    question = "Who opened the old bridge of Arda?"
    answer = answering(tmp_path / "both", [form, other]).ask(question, today=TODAY)
    alone = answering(tmp_path / "alone", [other]).ask(question, today=TODAY)
    assert [one.card.article_id for one in answer.passages] == ["form", "other"]
    assert {one.card.article_id for one in answer.citations} <= {"other"}
    assert answer.explanation.relevance == alone.explanation.relevance
    nothing = answering(tmp_path / "form", [form]).ask(question, today=TODAY)
    assert (nothing.abstained, nothing.confidence, len(nothing.passages)) == (True, 0.0, 1)
