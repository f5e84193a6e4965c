"""A question that holds several is answered of each, and what nothing answers is told."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from pathlib import Path

import pytest
from archives import ALWAYS, ENCODER, RERANKER, Record, answering, generated, record, said, write
from hypothesis import given
from hypothesis import strategies as st

from rag.answering import Answerer
from rag.answering.citing import Quote
from rag.answering.english.stems import WORD
from rag.answering.parting import MOST, questions_in
from rag.answering.questions import sentences_in
from rag.answering.quoting import Quotable
from rag.errors import QuestionError
from rag.indexing.ingest import ingest
from rag.types import Citation, Filters

TODAY = dt.date(2026, 11, 22)
TWO = "Who financed the gas pipeline with Lavrov, and who inspected the port with Qureshi?"
SEVERAL = (
    TWO,
    "Who financed the gas pipeline for Dar? Who inspected the steel mills with Dar? Who let Khorev postpone?",
    "Which engineers did Khorev bring and what did Fedorov inspect in March 2021?",
    "I am writing on the port. Who inspected it with Dar? Who reopened the trade corridor?",
)
ONE = (
    "Which minister, who resigned in May and who later joined the bank, is in jail?",
    "Who is the man who led Arda and who sold it?",
    "What is the difference between what Russia said and what Ukraine said?",
    "Did the police say what was stolen and who was arrested?",
    "Which team that won the cup and who lost the final was coached by Holm?",
    "What did Russia and what the bank did to it have in common?",
    'Who wrote "What is love and who was he"?',
    "Who sang “Where is my home and when was I there”?",
    "Who sang 'Where is my home and when was I there'?",
    '"Who won the Arda vote? Who lost it?"',
    "When and where was Modi born?",
    "Who won the cup, and where and when was the final played?",
    "Is this true? Did the minister resign?",
    "Who chairs the club? Can you answer briefly?",
    "When she died, Queen Elizabeth II left four dogs. Who will take care of them?",
    "What did Biden and what did Trump say about NATO?",
    "How did Sweden and how did Norway respond?",
    "Where did the plane and when did the boat of Arda leave?",
    "Who voted for and who voted against the bill?",
    "Who owns and who runs the Daily Flash?",
    "who won and who lost",
    "When was Navalny, who died in prison, arrested and who ordered it?",
    "Who was Jamal Khashoggi, who died in Istanbul, and why was he killed?",
    "What is the name of the ship that sank and whose crew was rescued?",
    "Who founded Arda. When did it collapse? Who audited it?",
    "Who founded Arda? When did it collapse? List its auditors.",
    "Who founded Arda? When did it collapse? I also need to know who audited it.",
    "Who led Arda? Its rival led whom?",
    "How many people do the bank and what used to be its rival employ?",
    "Who chairs the club and what is it?",
    "steel mills and what they cost",
    " ".join(f"Who came {place}?" for place in range(MOST + 1)),
)
OPENINGS = (
    "who won the vote",
    "what did Arda say",
    "where was Bris founded",
    "how many boats did the port of Cato lose",
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    return answering(tmp_path_factory.mktemp("parting"), generated(60, undated=4))


def places(citations: tuple[Citation, ...]) -> list[tuple[str, int, int]]:
    return [(one.card.article_id, one.start, one.end) for one in citations]


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "Who chairs the Arda Club and how many boats did Bris lose in 2020?",
            [("Who chairs the Arda Club?", ""), ("How many boats did Bris lose in 2020?", "")],
        ),
        # What points back, or names nothing, is led by what it needs: by an earlier one that has a name.
        (
            "who chairs the Arda Club, and where was it founded",
            [("Who chairs the Arda Club?", ""), ("Where was it founded?", "Who chairs the Arda Club?")],
        ),
        (
            "Who leads Arda? What does he study? And whom did he succeed?",
            [
                ("Who leads Arda?", ""),
                ("What does he study?", "Who leads Arda?"),
                ("Whom did he succeed?", "Who leads Arda?"),
            ],
        ),
        (
            "Who won the vote; how many came to Arda?",
            [("Who won the vote?", "How many came to Arda?"), ("How many came to Arda?", "")],
        ),
        (
            "how many people died and how many were hurt in the flood",
            [
                ("How many people died?", "How many were hurt in the flood?"),
                ("How many were hurt in the flood?", "How many people died?"),
            ],
        ),
        # Not by one that itself points back, nor where it says enough.
        (
            "Who bought the airport and who voted against it?",
            [("Who bought the airport?", ""), ("Who voted against it?", "Who bought the airport?")],
        ),
        (
            "what did the old bridge of stone cost and how many tonnes does the new crane lift",
            [
                ("What did the old bridge of stone cost?", ""),
                ("How many tonnes does the new crane lift?", ""),
            ],
        ),
        # The last mark may be missing.
        (
            "Who founded Arda? When did it collapse? Who audited it",
            [
                ("Who founded Arda?", ""),
                ("When did it collapse?", "Who founded Arda?"),
                ("Who audited it?", "Who founded Arda?"),
            ],
        ),
        (
            "what did the audit find about the mill and what did holm say & will it be closed",
            [
                ("What did the audit find about the mill?", ""),
                ("What did holm say?", "What did the audit find about the mill?"),
                ("Will it be closed?", "What did the audit find about the mill?"),
            ],
        ),
        (
            "Who visited the U.S. and how did Arda greet him?",
            [("Who visited the U.S.?", ""), ("How did Arda greet him?", "Who visited the U.S.?")],
        ),
        # In a list, the last of which has an "and".
        (
            "When was Arda reopened, what did the repairs of Bris cost and who led Cato?",
            [
                ("When was Arda reopened?", ""),
                ("What did the repairs of Bris cost?", ""),
                ("Who led Cato?", ""),
            ],
        ),
        (
            "In 2020, who led Arda & who led Bris?",
            [("In 2020, who led Arda?", ""), ("In 2020, who led Bris?", "")],
        ),
        (
            "Who leads Arda – and who's the head of Bris?",
            [("Who leads Arda?", ""), ("Who's the head of Bris?", "")],
        ),
        ("1. Who leads Arda? 2. Who leads Bris?", [("Who leads Arda?", ""), ("Who leads Bris?", "")]),
        ("Who led Arda and who led Bris and who led Arda?", [("Who led Arda?", ""), ("Who led Bris?", "")]),
    ],
)
def test_each_question_stands_by_itself(question: str, parts: list[tuple[str, str]]) -> None:
    assert [(one.text, one.lead) for one in questions_in(question)] == parts


def test_what_leads_up_to_them_stands_before_each() -> None:
    parts = questions_in("I write on the port of Arda. Who leads it? When was it built?")
    before = "I write on the port of Arda. "
    assert [(one.words, one.before, one.lead) for one in parts] == [
        ("Who leads it?", before, ""),
        ("When was it built?", before, "Who leads it?"),
    ]
    assert parts[1].asked_as == f"{before}Who leads it? When was it built?"


@pytest.mark.parametrize("question", ONE)
def test_what_is_one_question_stays_one(question: str) -> None:
    assert [(one.asked_as, one.lead) for one in questions_in(question)] == [(question, "")]


@given(
    parts=st.lists(st.sampled_from(OPENINGS), min_size=1, max_size=MOST + 2, unique=True),
    joint=st.sampled_from([" and ", ", and ", "; ", "? ", "? And ", " & "]),
)
def test_no_word_of_a_question_is_lost_or_moved(parts: list[str], joint: str) -> None:
    question = joint.join(parts) + "?"
    found = questions_in(question)
    assert len(found) == len(parts)
    own = [WORD.findall(one.words.lower()) for one in found]
    assert own == [WORD.findall(one.lower()) for one in parts]
    assert all(one.lead in {other.words for other in found} - {one.words} | {""} for one in found)


@pytest.mark.parametrize(
    "text",
    [
        "Who led it and ",
        "what a ",
        "who was it, ",
        "? ",
        "“who was it and ",
        "and which a b ",
        "In 2020, ",
        "(",
    ],
)
def test_hostile_text_takes_no_time(text: str) -> None:
    began = time.perf_counter()
    for question in ((text * 2000)[:2000], f"Who led it {text * 2000}"[:2000]):
        questions_in(question)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("question", SEVERAL)
def test_an_answer_is_made_of_the_answers_to_each(archive: Answerer, question: str) -> None:
    """The same sentences in the same order, each once and numbered by article without a gap."""
    answer = archive.ask(question, today=TODAY)
    parts, asked = answer.explanation.parts, questions_in(question)
    assert [part.asked_as for part in parts] == [one.asked_as for one in asked]
    share = -(-archive.options.max_quotes // len(parts))
    alike = Answerer(archive.index, ENCODER, RERANKER, options=replace(ALWAYS, max_quotes=share))
    for number, (part, one) in enumerate(zip(parts, asked, strict=True), start=1):
        quoted = [cited for cited in answer.citations if number in cited.answers]
        assert quoted and part.answered
        if not one.lead and not one.tail:
            alone = alike.ask(one.text, today=TODAY)
            assert set(places(tuple(quoted))) == set(places(alone.citations))
            assert part.confidence == alone.confidence
    assert len(set(places(answer.citations))) == len(answer.citations)
    numbers = dict.fromkeys(one.number for one in answer.citations)
    assert list(numbers) == list(range(1, len({one.card.article_id for one in answer.citations}) + 1))
    assert all(list(one.answers) == sorted(set(one.answers)) and one.answers for one in answer.citations)
    firsts = [one.answers[0] for one in answer.citations]
    assert firsts == sorted(firsts)
    assert answer.confidence == min(part.confidence for part in parts)
    assert answer.question == question
    for citation in answer.citations:
        text = archive.index.snapshot().text_of(citation.card.article_id)
        assert text[citation.start : citation.end] == citation.quote
    assert said(answer) == said(archive.ask(question, today=TODAY))
    stages = {"understand", "words", "encode", "retrieve", "rerank", "quote"}
    assert stages < answer.timings_ms.keys()
    assert sum(answer.timings_ms[stage] for stage in stages) <= answer.timings_ms["total"]


def test_what_is_asked_as_one_is_not_parted(archive: Answerer) -> None:
    for question in ("Who inspected the port?", f"{TWO} Give me the timeline."):
        answer = archive.ask(question, today=TODAY)
        assert answer.explanation.parts == ()
        assert all(one.answers == () for one in answer.citations)
    assert archive.ask(TWO, intent="status", today=TODAY).explanation.parts == ()
    assert len(archive.ask(TWO, intent="fact", today=TODAY).explanation.parts) == 2


def club(*more: Record) -> list[Record]:
    return [
        record("club", "The chair of the Arda Club is Mary Holm, who won the vote."),
        *more,
        *generated(5),
    ]


SURE = replace(ALWAYS, abstain_below=0.35)


def test_of_parts_that_are_not_answered_none_is_quoted_and_each_is_told(tmp_path: Path) -> None:
    archive = answering(tmp_path, club(), options=SURE)
    question = "Who is the chair of the Arda Club and how many llamas did Zanzibar export?"
    answer = archive.ask(question, today=TODAY)
    assert [part.answered for part in answer.explanation.parts] == [True, False]
    assert [(one.card.article_id, one.answers) for one in answer.citations] == [("club", (1,))]
    assert answer.confidence == answer.explanation.parts[0].confidence
    assert "Zanzibar" in answer.explanation.names_unquoted
    nothing = archive.ask("How many llamas did Zanzibar export and who sold Uruguay?", today=TODAY)
    assert nothing.abstained and nothing.citations == () and nothing.passages
    assert not any(part.answered for part in nothing.explanation.parts)
    assert nothing.confidence == max(part.confidence for part in nothing.explanation.parts)


def test_what_answers_one_question_is_no_answer_to_the_next(tmp_path: Path) -> None:
    """Behind "who is the chair", whoever is the chair would answer anything; by itself nothing does."""
    archive = answering(tmp_path, club(), options=SURE)
    first, second = "Who is the chair of the Arda Club?", "When did she resign?"
    behind = archive.ask(f"{first[:-1]}. {second}", today=TODAY)
    assert behind.explanation.parts == () and [one.card.article_id for one in behind.citations] == ["club"]
    parts = archive.ask(f"{first} {second}", today=TODAY).explanation.parts
    assert [part.asked_as for part in parts] == [first, f"{first} {second}"]
    assert [part.answered for part in parts] == [True, False]


def test_without_a_cross_encoder_none_is_asked_behind_another(archive: Answerer) -> None:
    """Cosines do not tell what answers it from what answers that other one."""
    led = "Who financed the gas pipeline with Lavrov and who inspected it?"
    assert len(archive.ask(led, today=TODAY).explanation.parts) == 2
    assert archive.ask(led, rerank=False, today=TODAY).explanation.parts == ()
    assert len(archive.ask(TWO, rerank=False, today=TODAY).explanation.parts) == 2


def test_a_part_whose_quotes_do_not_hold_is_not_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = answering(
        tmp_path, club(record("port", "The port of Bris was sold by Otto Falk.")), options=SURE
    )
    question = "Who is the chair of the Arda Club and who sold the port of Bris?"
    whole = archive.ask(question, today=TODAY)
    assert [part.answered for part in whole.explanation.parts] == [True, True]
    monkeypatch.setattr("rag.answering.answerer._holds", lambda check, one: one.card.article_id != "port")
    answer = archive.ask(question, today=TODAY)
    assert [part.answered for part in answer.explanation.parts] == [True, False]
    assert [one.card.article_id for one in answer.citations] == ["club"]
    assert answer.explanation.citations_dropped == 1
    assert answer.confidence == answer.explanation.parts[0].confidence


def test_a_quote_that_does_not_hold_in_the_end_is_told_as_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that held before the quotes of several questions were put together."""
    archive = answering(
        tmp_path, club(record("port", "The port of Bris was sold by Otto Falk.")), options=SURE
    )
    held: set[tuple[str, int]] = set()

    def holds_once(check: object, one: Quote | Quotable) -> bool:
        place = one.card.article_id, one.start
        if isinstance(one, Quotable) or place[0] == "club" or place not in held:
            held.add(place)
            return True
        return False

    monkeypatch.setattr("rag.answering.answerer._holds", holds_once)
    answer = archive.ask("Who is the chair of the Arda Club and who sold the port of Bris?", today=TODAY)
    assert [one.card.article_id for one in answer.citations] == ["club"]
    assert answer.explanation.citations_dropped == 1
    assert [part.answered for part in answer.explanation.parts] == [True, False]


def test_what_one_question_says_is_not_opposed_to_what_answers_another(tmp_path: Path) -> None:
    records = club(record("bill", "The council of Bris backed the bill of the harbour."))
    archive = answering(tmp_path, records)
    contrary = archive.ask(
        "Who opposed the bill of the harbour and who backed it?", today=TODAY
    ).explanation.contrary
    assert contrary is not None and contrary.words == "the evidence says “backed”, not “opposed”"
    both = archive.ask(
        "Who backed the bill of the harbour and who opposed the bill of the harbour?", today=TODAY
    )
    assert both.explanation.contrary == contrary


def test_the_day_as_of_which_one_is_asked_is_that_of_all(archive: Answerer) -> None:
    """Look-ahead in a part that does not name the day would be look-ahead all the same."""
    question = "Who financed the gas pipeline with Lavrov and who inspected the port as of 15 June 2021?"
    answer = archive.ask(question, today=TODAY)
    assert len(answer.explanation.parts) == 2 and answer.citations
    assert answer.as_of == dt.date(2021, 6, 15)
    assert answer.explanation.as_of_words == "as of 15 June 2021"
    for shown in (*answer.citations, *answer.passages):
        assert (shown.card.published.value or "") <= "2021-06-15"
    with pytest.raises(QuestionError):
        archive.ask("Who financed the port of Arda and who sold it as of 31 June 2021?", today=TODAY)
    with pytest.raises(QuestionError, match="several days"):
        archive.ask("Who led the port as of May 2021 and who led Arda as of May 2020?", today=TODAY)
    early = Filters(as_of=dt.date(1990, 1, 1))
    assert archive.ask(TWO, filters=early, today=TODAY).reason == "nothing published by then"


def test_each_question_has_its_own_time(tmp_path: Path) -> None:
    records = [
        record("club", "The chair of the Arda Club is Mary Holm.", "2023-05-01"),
        record("boats", "The port of Bris lost 40 boats to the storm.", "2020-03-01"),
    ]
    archive = answering(tmp_path, records, options=replace(ALWAYS, max_quotes=1))
    boats = "how many boats did the port of Bris lose in 2020"
    year = ("2020-01-01", "2020-12-31")
    answer = archive.ask(f"Who is the chair of the Arda Club? {boats.capitalize()}?", today=TODAY)
    told = [(one.card.article_id, one.of_time) for one in answer.citations]
    assert told == [("club", None), ("boats", True)]
    assert (answer.explanation.window, answer.explanation.window_met) == (year, True)
    assert [part.window for part in answer.explanation.parts] == [(None, None), year]
    # At the end of a sentence it may be that of all; what is not of it is told.
    answer = archive.ask(f"Who is the chair of the Arda Club and {boats}?", today=TODAY)
    assert [(one.card.article_id, one.of_time) for one in answer.citations] == [
        ("club", False),
        ("boats", True),
    ]
    assert [(part.window, part.window_met) for part in answer.explanation.parts] == [
        (year, False),
        (year, True),
    ]
    # Of two times none is that of all; one that is not met is told though the other is.
    answer = archive.ask(f"Who was the chair of the Arda Club in 2019 and {boats}?", today=TODAY)
    assert [(part.window[0], part.window_met) for part in answer.explanation.parts] == [
        ("2019-01-01", False),
        ("2020-01-01", True),
    ]
    assert (answer.explanation.window, answer.explanation.window_met) == ((None, None), False)
    # The year of the question that leads another one is not that one's.
    answer = archive.ask(f"{boats} and when was it founded?", today=TODAY)
    assert [part.window for part in answer.explanation.parts] == [year, (None, None)]


@pytest.mark.parametrize("most", [8, 15, 16, 40])
def test_what_may_be_read_is_shared_out(archive: Answerer, most: int) -> None:
    bounded = Answerer(archive.index, ENCODER, RERANKER, options=replace(ALWAYS, rerank_pairs=most))
    for question in (TWO, "Who financed the gas pipeline with Lavrov and who inspected it?"):
        answer = bounded.ask(question, today=TODAY)
        assert 0 < answer.explanation.pairs_read <= most
        assert len(answer.explanation.parts) == (0 if most < 16 else 2)
    unread = Answerer(archive.index, ENCODER, None, options=replace(ALWAYS, rerank_pairs=8))
    assert len(unread.ask(TWO, today=TODAY).explanation.parts) == 2


def test_the_passages_of_each_are_shown_in_turn(archive: Answerer) -> None:
    answer = archive.ask(TWO, today=TODAY, top_k=4)
    assert len(answer.passages) == 4
    shown = [(one.card.article_id, one.start) for one in answer.passages]
    assert len(set(shown)) == 4
    for place, part in enumerate(answer.explanation.parts):
        alone = archive.ask(part.asked_as, today=TODAY, top_k=1).passages[0]
        assert (alone.card.article_id, alone.start) in shown[: place + 1]


def test_all_parts_are_asked_of_one_generation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = answering(tmp_path, club())
    read = archive._read

    def read_and_commit(found: object) -> object:
        evidence = read(found)  # type: ignore[arg-type]
        write(tmp_path / "corpus", club(record("late", "The port of Bris was sold by Otto Falk.")))
        ingest([tmp_path / "corpus"], index_folder=tmp_path / "index", encoder=ENCODER)
        return evidence

    monkeypatch.setattr(archive, "_read", read_and_commit)
    answer = archive.ask("Who is the chair of the Arda Club and who sold the port of Bris?", today=TODAY)
    cited = {one.card.article_id for one in (*answer.citations, *answer.passages)}
    assert "club" in cited and "late" not in cited
    monkeypatch.undo()
    assert archive.index.snapshot().generation != answer.generation


def test_a_copy_that_one_of_them_finds_is_told(tmp_path: Path) -> None:
    story = (
        "The port of Bris was sold by Otto Falk to a fund from Cato. The sale took two years, and a council"
        " had asked for another buyer. Nine ships lie there today, and forty people work on its piers."
    )
    records = club(record("first", story, "2024-01-01"), record("again", story, "2024-01-03"))
    archive = answering(tmp_path, records)
    answer = archive.ask("Who is the chair of the Arda Club and who sold the port of Bris?", today=TODAY)
    assert answer.explanation.collapsed == {"again": "first"}
    assert [one.also_in for one in answer.citations if one.card.article_id == "first"] == [("again",)]


def test_the_sentences_of_a_question_are_found_as_before() -> None:
    """What a part is read behind is put before it as a sentence of its own."""
    for question in SEVERAL:
        for one in questions_in(question):
            assert len(sentences_in(one.asked_as)) == len(sentences_in(one.before)) + 1 + bool(one.lead)
            assert one.asked_as.startswith(one.before) and one.asked_as.endswith(one.words)
