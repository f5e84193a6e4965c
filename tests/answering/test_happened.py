"""What happened in a time is not told by what was published before it."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from archives import ALWAYS, answering, record
from candidates import candidate, names, ranked
from hypothesis import given
from hypothesis import strategies as st

from rag.answering import Answerer, Options
from rag.answering.choosing import choose_fact
from rag.answering.contract import answer_json
from rag.answering.contrary import TOO_EARLY, with_contraries, with_contrary
from rag.answering.english.happened import Happened, happened_in
from rag.answering.quoting import Quotable, of_its_time
from rag.answering.ranking import RECENCY_BOUND, TOO_EARLY_BEHIND, Ranked, prefer_window, too_early
from rag.answering.understanding import understand
from rag.answering.within import ANY_TIME
from rag.types import Contrary, Filters, Scores

TODAY = dt.date(2026, 1, 15)
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31))


def happened(question: str, *, today: dt.date = TODAY) -> Happened | None:
    understanding = understand(question, today=today)
    return happened_in(
        question,
        since=understanding.since,
        until=understanding.until,
        dates=understanding.dates,
        today=today,
    )


@pytest.mark.parametrize(
    ("question", "since", "words", "outcome"),
    [
        ("Who won the cup in 2025?", "2025-01-01", "2025", True),
        ("Who won the cup of 2025?", "2025-01-01", "2025", True),
        ("who won the 2025 cup", "2025-01-01", "2025", True),
        ("cup 2025 winner", "2025-01-01", "2025", True),
        ("2025 election result", "2025-01-01", "2025", True),
        ("Which candidate won the 2024 election?", "2024-01-01", "2024", True),
        ("How many people died in the flood of Oster in March 2024?", "2024-03-01", "March 2024", True),
        ("How many died due to floods in 2024?", "2024-01-01", "2024", True),
        ("Who was the first woman to win it in 2024?", "2024-01-01", "2024", True),
        ("Which football champions league team won in 2025?", "2025-01-01", "2025", True),
        ("Who was the winner of the 2025 cup?", "2025-01-01", "2025", True),
        ("Is it true that Oster won the cup in 2025?", "2025-01-01", "2025", False),
        ("What was decided on Friday?", "2026-01-09", "Friday", False),
        ("How old was the mayor when he died in 2025?", "2025-01-01", "2025", False),
        ("What was the death penalty called in 2025?", "2025-01-01", "2025", False),
        ("What was decided in May?", "2025-05-01", "May", False),
        ("Did the strike end in 2025?", "2025-01-01", "2025", False),
        ("What did the mayor do in 2025?", "2025-01-01", "2025", False),
        ("What did the mayor say on Friday?", "2026-01-09", "Friday", False),
        ("Was the bill passed in May 2025?", "2025-05-01", "May 2025", False),
        ("Was Voss mayor in 2024?", "2024-01-01", "2024", False),
        ("who won the cup in may 2025", "2025-05-01", "may 2025", True),
        ("Who was elected president in 2024?", "2024-01-01", "2024", True),
        ("who won the oster primary in 2024", "2024-01-01", "2024", True),
        ("Was Voss convicted in May 2024?", "2024-05-01", "May 2024", True),
        ("Which league lost its place in 2024?", "2024-01-01", "2024", False),
        ("Which storm hit Arda in 2025?", "2025-01-01", "2025", False),
        ("Whom did the council pick as mayor in 2025?", "2025-01-01", "2025", False),
        ("When did May resign in 2025?", "2025-01-01", "2025", False),
        ("What has been built since 2024?", "2024-01-01", "2024", False),
        ("What was closed between March and May 2025?", "2025-03-01", "between March and May 2025", False),
        ("What was closed from March 2025 to May 2025?", "2025-03-01", "from March 2025 to May 2025", False),
        ("What happened this week?", "2026-01-11", "this week", False),
    ],
)
def test_what_is_asked_has_happened(question: str, since: str, words: str, outcome: bool) -> None:
    found = happened(question)
    assert found is not None
    assert (found.since.isoformat(), found.words, found.outcome) == (since, words, outcome)


@pytest.mark.parametrize(
    "question",
    [
        # It lies ahead, or may be settled before.
        "When will the 2028 games begin?",
        "Where are the 2025 games held?",
        "Where is the cup held in 2025?",
        "Do the games end in 2025?",
        "Who is running for mayor in 2025?",
        "Who ran for mayor in 2025?",
        "Can Oster win the 2025 cup?",
        "What was planned for 2025?",
        "How much growth did the bank forecast in 2025?",
        "Which emissions did the state pledge to cut in 2025?",
        "What did the council agree to cut in 2025?",
        "What was expected to open in 2025?",
        "Which bridge was due to open in 2025?",
        "Who was tipped to win the 2025 cup?",
        "Which city won the 2025 games?",
        "When were the 2025 results due?",
        "What did the bank say about growth in 2025?",
        "What would a strike in 2025 have cost?",
        "Who won the first debate in 2025?",
        "Will Oster win the cup in 2025?",
        "May Oster win the 2025 cup?",
        "Won't Oster win the 2025 cup?",
        # An outcome that only says of whom something is asked.
        "Where was the man who won the 2025 cup born?",
        "Which club did the winner of the 2025 cup play for?",
        "champions league 2025 stadium",
        "Who won the 2024–25 cup?",
        # The year names what others spoke of, or for which it was made.
        "Who criticised the 2025 reform?",
        "Where was the 2025 cup awarded?",
        "Who signed the budget of 2025?",
        "Who was killed, by the 2025 report?",
        "Who won the 2025 person of the year?",
        "How much did Oster lose in fiscal 2025?",
        "What was agreed for 2025?",
        "What was built by 2025?",
        "Who was mayor until 2025?",
        "What was built after 2024?",
        "Who won the 2024-25 cup?",
        # No time, or none that has begun.
        "Who won the cup?",
        "Who won the cup in 2027?",
        "Who won the 2027 cup?",
        "Who won the 2024 and 2025 cups?",
        "How many doses were given in the 0000 cup?",
    ],
)
def test_what_may_have_been_told_before(question: str) -> None:
    assert happened(question) is None


def test_the_question_proper_is_asked_of_its_own_time() -> None:
    """ "Voss retired this week. How many cups did he win?" asks of no week."""
    leading = "Voss retired this week."
    understanding = understand(f"{leading} How many cups did he win?", today=TODAY)
    assert understanding.dates
    given = partial(
        happened_in,
        since=understanding.since,
        until=understanding.until,
        dates=understanding.dates,
        today=TODAY,
    )
    assert given("How many cups did he win?") is None
    assert given(leading) is not None


@given(since=DAYS, published=DAYS, words=st.sampled_from(["this week", "Friday", "2025", "May"]))
def test_only_what_is_older_is_too_early(since: dt.date, published: dt.date, words: str) -> None:
    """A day is not the same everywhere, and of a week the last seven days may be meant."""
    slack = dt.timedelta(1 if words in {"2025", "May"} else 7)
    asked = Happened(since, None, words, outcome=True)
    told = candidate("one", published=published.isoformat())
    assert too_early(told, asked, relative=True) == asked.is_after(published) == (published < since - slack)
    assert not too_early(candidate("one"), asked, relative=True)


def test_a_month_or_a_year_is_too_early_as_a_whole() -> None:
    asked = Happened(dt.date(2024, 2, 10), dt.date(2024, 2, 10), "10 February 2024", outcome=True)
    for published, early in (("2024", False), ("2023", True), ("2024-02", False), ("2024-01", True)):
        assert too_early(candidate("one", published=published), asked, relative=True) is early, published
    assert not Happened(dt.date.min, None, "0001", outcome=True).is_after(dt.date(1990, 1, 1))


@pytest.mark.parametrize(
    ("text", "of_a_thing", "of_an_outcome"),
    [
        ("Oster hosts the cup.", True, True),
        ("Oster is to host the cup in May 2025.", False, True),
        ("Oster is to host the cup next year.", False, True),
        ("Voss has led it since 2019.", True, True),
        ("Oster hosted the cup in 2019.", True, True),
    ],
)
def test_what_is_announced_is_told_before_and_an_outcome_is_not(
    text: str, of_a_thing: bool, of_an_outcome: bool
) -> None:
    days = dt.date(2025, 1, 1), dt.date(2025, 12, 31)
    told = candidate("one", text=text, published="2024-06-01")
    assert too_early(told, Happened(*days, "2025", outcome=False), relative=True) is of_a_thing
    assert too_early(told, Happened(*days, "2025", outcome=True), relative=True) is of_an_outcome


def test_a_day_is_as_much_as_it_says() -> None:
    for words, first_of_time in (("2025", "2024-12-31"), ("this week", "2024-12-25")):
        asked = Happened(dt.date(2025, 1, 1), None, words, outcome=True)
        day = dt.date.fromisoformat(first_of_time)
        assert (asked.is_after(day), asked.is_after(day - dt.timedelta(1))) == (False, True)


def test_what_begins_today_has_begun() -> None:
    assert happened("Who won the 2026 cup?", today=dt.date(2026, 1, 1)) is not None
    assert happened("Who won the cup in 2026?", today=dt.date(2026, 1, 1)) is not None


def sentence(article_id: str, score: float, published: str | None) -> Quotable:
    text = f"Oster won the cup, {article_id} says."
    found = candidate(article_id, text=text, published=published)
    return Quotable(Ranked(found, score, Scores(rerank=score)), 0, len(text), text, score)


@pytest.mark.parametrize("question", ["Who won the cup in 2025?", "Was the cup won in 2025?"])
def test_it_weighs_where_it_is_too_early(question: str) -> None:
    """Also of a question whether something is so, which nothing says the opposite of."""
    old, new, undated = (
        sentence("old", 6.0, "2023-02-01"),
        sentence("new", 4.0, "2025-02-01"),
        sentence("undated", 3.5, None),
    )
    asked = happened(question)
    (early,) = prefer_window([old.ranked], ANY_TIME, happened=asked)
    sentences = [replace(old, ranked=early), new, undated]
    read = with_contraries(question, sentences, happened=asked)
    assert [one.card.article_id for one in read] == ["new", "undated", "old"]
    assert [one.contrary for one in read] == [None, None, Contrary("2025", "2023-02-01", "published")]
    assert read[-1].score == 6.0 - TOO_EARLY
    # It is no opposite that is told beside an answer, and is not quoted beside what may be of that time.
    assert with_contrary(read[:2], read, most=3) == read[:2]
    assert of_its_time(read) == read[:2] and of_its_time(read[2:]) == read[2:]
    assert with_contraries(question, sentences) == sentences


def test_what_is_too_early_stands_behind_what_answers_half_as_well() -> None:
    asked = happened("Who won the cup in 2025?")
    ranking = [
        ranked("old", 1.0, published="2023-01-01"),
        ranked("undated", 0.65),
        ranked("new", 0.4, published="2025-03-01"),
        ranked("far", 0.2, published="2026-03-01"),
    ]
    window = dt.date(2025, 1, 1), dt.date(2025, 12, 31)
    assert names(prefer_window(ranking, window)) == ["old", "undated", "new", "far"]
    timely = prefer_window(ranking, window, happened=asked)
    assert names(timely) == ["undated", "new", "old", "far"]
    assert {one.scores.recency for one in timely} == {-TOO_EARLY_BEHIND, 0.0, RECENCY_BOUND}
    assert prefer_window(timely, window, happened=asked) == timely
    # Of an event that is named by its year no window is known.
    assert names(prefer_window(ranking, ANY_TIME, happened=asked)) == ["undated", "old", "new", "far"]


def test_what_is_too_early_takes_no_place_of_what_may_tell() -> None:
    early = [
        replace(sentence(f"old{n}", 5.0, "2023-02-01"), contrary=Contrary("2025", "2023-02-01", "published"))
        for n in range(3)
    ]
    fitting = sentence("new", 4.0, "2025-02-01")
    texts = [replace(one, text=f"{n} {one.text}") for n, one in enumerate([*early, fitting])]
    assert [one.card.article_id for one in choose_fact(texts, most=3)] == ["new"]
    assert len(choose_fact(texts[:3], most=3)) == 3


QUESTION = "Who won the harbour cup of Arda in 2025?"
OLD = record("old", "Oster won the harbour cup of Arda, and Brask hopes for 2025.", "2023-02-12")
NEW = record("new", "Brask won the harbour cup.", "2025-02-12")


@pytest.fixture
def archive(tmp_path: Path) -> Answerer:
    return answering(tmp_path, [OLD])


def test_an_archive_that_ends_before_does_not_tell(archive: Answerer, tmp_path: Path) -> None:
    plain = archive.ask("Who won the harbour cup of Arda?", today=TODAY)
    early = archive.ask(QUESTION, today=TODAY)
    assert early.confidence < plain.confidence / 5
    assert (early.explanation.happened, plain.explanation.happened) == (("2025",), ())
    assert early.explanation.contrary == Contrary("2025", "2023-02-12", "published")
    assert early.explanation.contrary.words == "the evidence is of 2023-02-12, before “2025”"
    assert answer_json(early)["explanation"]["contrary"] == {
        "asked": "2025",
        "told": "2023-02-12",
        "kind": "published",
    }
    # What was published in that time tells, and leads.
    both = answering(tmp_path, [OLD, NEW]).ask(QUESTION, today=TODAY)
    assert [one.card.article_id for one in both.citations] == ["new"]
    assert both.explanation.contrary is None
    # What is of another time does not make it surer.
    alone = answering(tmp_path, [NEW]).ask(QUESTION, today=TODAY)
    assert both.confidence == pytest.approx(alone.confidence, abs=0.01)
    assert early.citations[0].card.article_id == "old"


def test_an_abstention_tells_it(tmp_path: Path) -> None:
    held = answering(tmp_path, [OLD], options=Options(abstain_below=0.99)).ask(QUESTION, today=TODAY)
    assert held.abstained and held.message is not None
    assert "The evidence is of 2023-02-12, before “2025”." in held.message


def test_a_day_as_of_which_it_is_asked_is_the_day_of_asking(archive: Answerer) -> None:
    """As of 2024 what happens in 2025 has not happened, and nothing is too early for it."""
    answer = archive.ask(QUESTION, filters=Filters(as_of=dt.date(2024, 6, 1)), today=TODAY)
    assert answer.explanation.contrary is None
    later = archive.ask(QUESTION, filters=Filters(as_of=dt.date(2025, 6, 1)), today=TODAY)
    assert later.explanation.contrary is not None
    # Nor has it where the day lies ahead of the day of asking.
    ahead = archive.ask(
        "Who won the harbour cup of Arda in 2027?", filters=Filters(as_of=dt.date(2028, 6, 1)), today=TODAY
    )
    assert ahead.explanation.contrary is None


@pytest.mark.parametrize("question", ["Who won the cup of Arda as of 2025?", "cup winner as of May 2025"])
def test_a_time_as_of_which_it_asks_is_none_in_which_it_happened(archive: Answerer, question: str) -> None:
    answer = archive.ask(question, today=TODAY)
    assert answer.explanation.happened == ()
    assert answer.explanation.contrary is None


def test_whatever_is_added_none_is_quoted_that_is_too_early(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is added for a subject, for a link or as an outcome is held against the time as well."""
    monkeypatch.setattr(
        "rag.answering.answerer.with_subjects", lambda chosen, quotables, compared, most: list(quotables)
    )
    answer = answering(tmp_path, [OLD, NEW]).ask(QUESTION, today=TODAY)
    assert [one.card.article_id for one in answer.citations] == ["new"]


def test_a_search_puts_it_behind_and_without_time_nothing_is_too_early(tmp_path: Path) -> None:
    records = [OLD, NEW, record("else", "Brask is a town.", "2025-02-12")]
    options = replace(ALWAYS, abstain_below=0.0)
    found = answering(tmp_path, records, options=options).search(QUESTION, today=TODAY)
    assert [one.card.article_id for one in found.passages][:2] == ["new", "old"]
    # Also where an event is named by its year, and no time.
    named = answering(tmp_path, records).search("2025 Arda cup winner Oster", today=TODAY)
    assert (named.explanation.window, named.explanation.happened) == ((None, None), ("2025",))
    assert {one.card.article_id: one.scores.recency for one in named.passages}["old"] == -TOO_EARLY_BEHIND
    timeless = answering(tmp_path, records, options=replace(options, time=False))
    assert timeless.search(QUESTION, today=TODAY).passages[0].card.article_id == "old"
    assert timeless.ask(QUESTION, today=TODAY).explanation.contrary is None


def test_of_several_questions_each_tells_it(archive: Answerer) -> None:
    question = "Who won the harbour cup of Arda in 2023 and who won the Brask cup in 2025?"
    first, second = archive.ask(question, today=TODAY).explanation.parts
    assert first.contrary is None
    assert second.contrary == Contrary("2025", "2023-02-12", "published")


def test_what_comes_later_bears_on_nothing(tmp_path: Path) -> None:
    """As of June an article of December changes neither what is too early, nor how sure the answer is."""
    later = record("later", "Brask won the harbour cup of Arda in 2025.", "2025-12-01")
    asked = Filters(as_of=dt.date(2025, 6, 1))
    alone, beside = (
        answering(tmp_path, records).ask(QUESTION, filters=asked, today=TODAY)
        for records in ([OLD], [OLD, later])
    )
    assert beside.explanation == alone.explanation
    assert alone.explanation.contrary is not None
    assert (beside.confidence, beside.citations, beside.passages) == (
        alone.confidence,
        alone.citations,
        alone.passages,
    )


def test_how_a_matter_stands_is_told_by_what_is_old(archive: Answerer) -> None:
    for intent in ("status", "timeline"):
        assert archive.ask(QUESTION, intent=intent, today=TODAY).explanation.happened == ()


def test_what_is_planned_is_told_before(archive: Answerer) -> None:
    answer = archive.ask("Who is to win the harbour cup of Arda in 2025?", today=TODAY)
    assert answer.explanation.contrary is None


@given(st.text(alphabet="whodinst 2025 may,.?", max_size=200), DAYS)
def test_any_question_is_read(question: str, today: dt.date) -> None:
    found = happened(question, today=today)
    assert found is None or (found.since <= today and found.words in question)


def test_a_long_question_is_read_in_bounded_time() -> None:
    started = time.perf_counter()
    for words in ("say ", "who won in 2025 ", "was told "):
        happened((words * 2000)[:2000])
    assert time.perf_counter() - started < 3
