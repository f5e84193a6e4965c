"""What happened in a time is not told by what was published before it."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from pathlib import Path

import pytest
from archives import answering, record
from candidates import candidate, ranked
from hypothesis import given
from hypothesis import strategies as st

from rag.answering import Answerer, Options
from rag.answering.choosing import PASSAGES_READ, passages_to_read
from rag.answering.contract import answer_json
from rag.answering.contrary import TOO_EARLY, with_contraries, with_contrary
from rag.answering.english.happened import Happened, happened_in
from rag.answering.quoting import Quotable
from rag.answering.ranking import Ranked, recency_among
from rag.answering.understanding import understand
from rag.types import Contrary, Filters, Scores

TODAY = dt.date(2026, 1, 15)
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31))


def happened(question: str, *, today: dt.date = TODAY) -> Happened | None:
    understanding = understand(question, today=today)
    return happened_in(question, since=understanding.since, dates=understanding.dates, today=today)


@pytest.mark.parametrize(
    ("question", "since", "words"),
    [
        ("Who won the cup in 2025?", "2025-01-01", "2025"),
        ("who won the 2025 cup", "2025-01-01", "2025"),
        ("cup 2025 winner", "2025-01-01", "2025"),
        ("Which candidate won the 2024 election?", "2024-01-01", "2024"),
        ("How many goals were scored at the 2024 games?", "2024-01-01", "2024"),
        ("How many people died in the flood of Oster in March 2024?", "2024-03-01", "March 2024"),
        ("How many died due to floods in 2024?", "2024-01-01", "2024"),
        ("What was decided on Friday?", "2026-01-09", "Friday"),
        ("Did the strike end in 2025?", "2025-01-01", "2025"),
        ("Was the bill passed in May 2025?", "2025-05-01", "May 2025"),
        ("Which storm hit Arda in 2025?", "2025-01-01", "2025"),
        ("Whom did the council pick as mayor in 2025?", "2025-01-01", "2025"),
        ("What has been built since 2024?", "2024-01-01", "2024"),
        ("What was closed between March and May 2025?", "2025-03-01", "between March and May 2025"),
        ("What happened this week?", "2026-01-12", "this week"),
    ],
)
def test_what_is_asked_has_happened(question: str, since: str, words: str) -> None:
    found = happened(question)
    assert found is not None
    assert (found.since.isoformat(), words in found.words) == (since, True)
    assert found.words in question


@pytest.mark.parametrize(
    "question",
    [
        # It lies ahead, or may have been told before.
        "When will the 2028 games begin?",
        "Where are the 2028 games held?",
        "Who is running for mayor in 2025?",
        "What was planned for 2025?",
        "How much growth did the bank forecast in 2025?",
        "Which emissions did the state pledge to cut in 2025?",
        "What was expected to open in 2025?",
        "Which bridge was due to open in 2025?",
        "Who was tipped to win the 2025 cup?",
        "What did the bank say about growth in 2025?",
        "What would a strike in 2025 have cost?",
        # The year names what others spoke of.
        "Who criticised the 2025 reform?",
        "Where was the 2025 cup awarded?",
        "Who signed the budget of 2025?",
        "What was agreed for 2025?",
        "What was built by 2025?",
        "Who was mayor until 2025?",
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
    given = {"since": understanding.since, "dates": understanding.dates, "today": TODAY}
    assert happened_in("How many cups did he win?", **given) is None
    assert happened_in(leading, **given) is not None


@given(since=DAYS, published=DAYS, weekly=st.booleans())
def test_only_what_is_older_is_too_early(since: dt.date, published: dt.date, weekly: bool) -> None:
    """A day is not the same everywhere, and of a week the last seven days may be meant."""
    card = candidate("one", published=published.isoformat()).article.card
    slack = dt.timedelta(7 if weekly else 1)
    told = Happened(since, "this week" if weekly else "2025").is_after(card)
    assert told == (published < since - slack)
    undated = replace(card, published=candidate("one").article.card.published)
    assert not Happened(since, "2025").is_after(undated)


def test_a_month_or_a_year_is_too_early_as_a_whole() -> None:
    for published, early in (("2024", False), ("2023", True), ("2024-02", False), ("2024-01", True)):
        card = candidate("one", published=published).article.card
        assert Happened(dt.date(2024, 2, 10), "10 February 2024").is_after(card) is early, published
    assert not Happened(dt.date.min, "0001").is_after(candidate("one", published="1990").article.card)


def sentence(article_id: str, score: float, published: str | None) -> Quotable:
    text = f"Oster won the cup, {article_id} says."
    found = candidate(article_id, text=text, published=published)
    return Quotable(Ranked(found, score, Scores(rerank=score)), 0, len(text), text, score)


@pytest.mark.parametrize("question", ["Who won the cup in 2025?", "Was the cup won in 2025?"])
def test_it_weighs_where_it_is_too_early(question: str) -> None:
    """Also of a question whether something is so, which nothing says the opposite of."""
    sentences = [
        sentence("old", 6.0, "2023-02-01"),
        sentence("new", 4.0, "2025-02-01"),
        sentence("undated", 3.5, None),
    ]
    read = with_contraries(question, sentences, happened=happened(question))
    assert [one.card.article_id for one in read] == ["new", "undated", "old"]
    assert [one.contrary for one in read] == [None, None, Contrary("2025", "2023-02-01", "published")]
    assert read[-1].score == 6.0 - TOO_EARLY
    # It is no opposite that is told beside an answer.
    assert with_contrary(read[:2], read, most=3) == read[:2]
    assert with_contraries(question, sentences) == sentences


def test_what_is_too_early_is_read_last() -> None:
    ranking = [ranked(f"old{n}", 0.9 - n / 100, published="2023-01-01") for n in range(PASSAGES_READ)]
    ranking += [ranked("new", 0.5, published="2025-03-01"), ranked("unread", -1.5, published="2025-03-01")]
    given = {"intent": "fact", "recency": recency_among(ranking)}
    read = [
        one.candidate.chunk.article_id
        for one in passages_to_read(ranking, **given, happened=happened("who won in 2025"))
    ]
    assert read == ["new", "old0", "old1", "old2", "old3"]
    assert "new" not in [one.candidate.chunk.article_id for one in passages_to_read(ranking, **given)]


QUESTION = "Who won the harbour cup of Arda in 2025?"
OLD = record("old", "Oster won the harbour cup of Arda, and Brask hopes for 2025.", "2023-02-12")
NEW = record("new", "Brask won the harbour cup of Arda.", "2025-02-12")


@pytest.fixture
def archive(tmp_path: Path) -> Answerer:
    return answering(tmp_path, [OLD])


def test_an_archive_that_ends_before_does_not_tell(archive: Answerer, tmp_path: Path) -> None:
    plain = archive.ask("Who won the harbour cup of Arda?", today=TODAY)
    early = archive.ask(QUESTION, today=TODAY)
    assert early.confidence < plain.confidence / 5
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
    assert both.confidence > early.confidence


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
