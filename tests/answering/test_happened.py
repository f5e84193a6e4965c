"""What happened in a time is not told by what was published before it."""

from __future__ import annotations

import datetime as dt
import time
from functools import partial
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
from rag.answering.ranking import Ranked, recency_among, too_early
from rag.answering.understanding import understand
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
        ("What was decided on Friday?", "2026-01-09", "Friday", False),
        ("Did the strike end in 2025?", "2025-01-01", "2025", False),
        ("What did the mayor do in 2025?", "2025-01-01", "2025", False),
        ("What did the mayor say on Friday?", "2026-01-09", "Friday", False),
        ("Was the bill passed in May 2025?", "2025-05-01", "May 2025", False),
        ("Which storm hit Arda in 2025?", "2025-01-01", "2025", False),
        ("Whom did the council pick as mayor in 2025?", "2025-01-01", "2025", False),
        ("When did May resign in 2025?", "2025-01-01", "2025", False),
        ("What has been built since 2024?", "2024-01-01", "2024", False),
        ("What was closed between March and May 2025?", "2025-03-01", "between March and May 2025", False),
        ("What was closed from March 2025 to May 2025?", "2025-03-01", "from March 2025 to May 2025", False),
        ("What happened this week?", "2026-01-12", "this week", False),
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
        "What did the bank say about growth in 2025?",
        "What would a strike in 2025 have cost?",
        "Who won the first debate in 2025?",
        # The year names what others spoke of, or for which it was made.
        "Who criticised the 2025 reform?",
        "Where was the 2025 cup awarded?",
        "Who signed the budget of 2025?",
        "Who was killed, by the 2025 report?",
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
    assert too_early(told, asked) == asked.is_after(published) == (published < since - slack)
    assert not too_early(candidate("one"), asked)


def test_a_month_or_a_year_is_too_early_as_a_whole() -> None:
    asked = Happened(dt.date(2024, 2, 10), dt.date(2024, 2, 10), "10 February 2024", outcome=True)
    for published, early in (("2024", False), ("2023", True), ("2024-02", False), ("2024-01", True)):
        assert too_early(candidate("one", published=published), asked) is early, published
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
    assert too_early(told, Happened(*days, "2025", outcome=False)) is of_a_thing
    assert too_early(told, Happened(*days, "2025", outcome=True)) is of_an_outcome


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
