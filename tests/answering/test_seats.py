"""Seats of government that stand for their states: where a state is meant, of what names it."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from archives import answering, record
from candidates import candidate, quotable
from hypothesis import given
from hypothesis import strategies as st
from test_asked import NotingReranker

from rag.answering import Answerer, Options
from rag.answering.asked import Asked
from rag.answering.confidence import signs_of
from rag.answering.english.seats import names_a_seat_of, seats_in
from rag.answering.english.states import states_by_seat
from rag.answering.lacking import lacking
from rag.types import Citation

TODAY = dt.date(2026, 11, 22)
SEATS = st.sampled_from(sorted(states_by_seat()))


def standing(question: str) -> list[str]:
    return [seat.words for seat in seats_in(question)]


@pytest.mark.parametrize(
    ("question", "seats"),
    [
        ("How much grain did Moscow sell to Ankara?", "Moscow Ankara"),
        ("How large is trade between Hanoi and Seoul?", "Hanoi Seoul"),
        ("Has London recognised the council?", "London"),
        ("Does Tehran have such missiles?", "Tehran"),
        ("Didn't Beijing object?", "Beijing"),
        ("Why is Tokyo arming its coast?", "Tokyo"),
        ("Is Ankara ready to talk?", "Ankara"),
        ("What do Moscow and Minsk want in Kabul?", "Moscow Minsk"),
        ("Is the Kremlin's crude cheaper?", "Kremlin"),
        ("Who is Pyongyang's new foreign minister?", "Pyongyang"),
        ("Did Moscow's envoy blame Washington?", "Moscow Washington"),
        ("Which tariffs did Brussels impose on Hanoi?", "Brussels Hanoi"),
        ("Were tariffs imposed by Washington?", "Washington"),
        ("Which states have sided with Kyiv?", "Kyiv"),
        ("Is there a chance of Islamabad joining the bank?", "Islamabad"),
        ("the loan that Colombo signed with Beijing", "Colombo Beijing"),
        ("Did the White House approve the sale?", "White House"),
        ("what did new delhi offer colombo", "new delhi"),
    ],
)
def test_what_a_state_does_or_is_dealt_with_is_of_the_state(question: str, seats: str) -> None:
    assert " ".join(standing(question)) == seats


@pytest.mark.parametrize(
    "question",
    [
        "How many people live in Moscow?",
        "Who is the mayor of Moscow?",
        "When did the minister fly to Islamabad?",
        "Was Moscow attacked by drones?",
        "What is Moscow's metro called?",
        "How far is it from Moscow to Kyiv?",
        "Is there a direct flight between Colombo and Beijing?",
        "What did the Washington Post report?",
        "What did George Washington sign?",
        "Did Paris Hilton agree?",
        "Which Moscow-based company won?",
        "When did Paris host the games?",
        "Did Madrid beat Rome?",
        "Will London be flooded?",
        "Is Kabul safe?",
        "When was the White House built?",
        "Where is Tokyo?",
        # The city as well, or the state by its name.
        "What did Beijing tell reporters in Beijing?",
        "Did Russia and Moscow agree?",
        "What did the US and Washington state agree on?",
    ],
)
def test_a_city_stays_a_city(question: str) -> None:
    assert standing(question) == []


@given(seat=SEATS)
def test_every_seat_stands_for_its_state_where_it_acts_and_not_where_something_is_there(seat: str) -> None:
    state = states_by_seat()[seat]
    [found] = seats_in(f"What did {seat.title()} say on the dam?")
    assert found.state == state and found.words == seat.title()
    assert standing(f"What happened in {seat.title()}?") == []
    assert state.stands_in(f"Talks of {state.name} ended.") and not state.stands_in("Talks of us ended.")
    for form in state.forms:
        assert state.stands_in(f"The {form} talks ended.")
        if " " not in form:
            assert names_a_seat_of(form, f"It was said in {seat.title()}.")
            assert names_a_seat_of(f"{form}'s", f"{seat.title()} said so.")
        assert not names_a_seat_of(form.lower(), f"It was said in {seat.title()}.")
        assert not names_a_seat_of(form, "It was said in the city.")


@given(seat=SEATS, other=SEATS)
def test_a_question_is_read_with_the_state_where_the_text_names_it_and_not_the_seat(
    seat: str, other: str
) -> None:
    question = f"What did {seat.title()} say?"
    [found] = seats_in(question)
    with_state = f"What did {found.state.name} say?"
    called = found.state.forms[-1]
    assert found.read_in(question, f"The {called} talks ended.") == with_state
    assert found.read_in(question, f"The {called} talks in {seat.title()} ended.") == question
    assert found.read_in(question, "The talks ended.") == question
    if states_by_seat()[other] != found.state:
        [elsewhere] = seats_in(f"What did {other.title()} say?")
        assert elsewhere.read_in(question, f"The {called} talks ended.") == question


def test_what_is_the_seats_own_is_the_states() -> None:
    for question, text, read in [
        ("Is the Kremlin's crude cheap?", "Russian crude", "Is Russia's crude cheap?"),
        ("Is Washington's offer old?", "A US offer", "Is the United States' offer old?"),
        ("Did Moscow agree?", "Prussian crude", "Did Moscow agree?"),
        ("Did Washington agree?", "They told us so.", "Did Washington agree?"),
    ]:
        [seat] = seats_in(question)
        assert seat.read_in(question, text) == read


@given(texts=st.lists(st.sampled_from(["Russia said.", "Moscow said.", "Russians in Moscow.", "No."])))
def test_each_text_is_read_once_with_the_question_as_it_fits(texts: list[str]) -> None:
    question = "What did Moscow say?"
    asked = Asked((question,), (question,), seats=seats_in(question))
    reranker = NotingReranker()
    card = candidate("a").article.card
    logits = asked.logits([(card, text) for text in texts], reranker)
    wordings = ["What did Russia say?" if text == "Russia said." else question for text in texts]
    assert logits == [reranker.logit(*pair) for pair in zip(wordings, texts, strict=True)]
    assert sorted(reranker.read) == sorted(zip(wordings, texts, strict=True))
    assert asked.proper.logits([(card, text) for text in texts], reranker) == logits


@pytest.mark.parametrize(
    "hostile",
    [
        "Moscow " * 3000,
        "between " + "Moscow and " * 3000,
        "did Moscow, " * 2000,
        "the " * 9000 + "Kremlin",
        "A" * 30_000 + " Moscow",
        "Did " + "Rome's new " * 3000 + "envoy",
    ],
)
def test_hostile_questions_take_bounded_time(hostile: str) -> None:
    began = time.process_time()
    seats_in(hostile)
    assert time.process_time() - began < 2


NEWS = [
    record("deal", "Russia gave Pakistan 150,000 doses of the vaccine in May."),
    record("city", "Snow closed the schools of Moscow in May, and the doses froze."),
    record("other", "The harbour of Karachi was closed for repairs in May."),
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    return answering(tmp_path_factory.mktemp("seats"), NEWS)


QUESTION = "How many doses did Moscow give to Islamabad?"


def test_an_archive_that_names_the_states_answers(archive: Answerer) -> None:
    answer = archive.ask(QUESTION, today=TODAY)
    assert answer.citations[0].card.article_id == "deal"
    assert answer.explanation.missing == () and answer.explanation.names_unquoted == ()
    told = {(one.asked, one.form, one.kind) for one in answer.explanation.aliases}
    assert ("Moscow", "Russia", "seat") in told and ("Islamabad", "Pakistan", "seat") in told
    assert answer.question == QUESTION


def test_without_other_forms_of_names_no_seat_stands_for_a_state(archive: Answerer) -> None:
    options = Options(abstain_below=0.0, alias_weight=0.0)
    without = Answerer(archive.index, archive.encoder, archive.reranker, options=options)
    answer = without.ask(QUESTION, today=TODAY)
    assert answer.explanation.aliases == ()
    assert answer.explanation.missing
    assert answer.confidence < archive.ask(QUESTION, today=TODAY).confidence


def test_a_question_of_the_city_is_left_to_the_city(archive: Answerer) -> None:
    question = "What happened in Moscow in May?"
    plain = Answerer(
        archive.index, archive.encoder, archive.reranker, options=Options(abstain_below=0.0, alias_weight=0.0)
    )
    answer = archive.ask(question, today=TODAY)
    assert answer.explanation.aliases == ()
    assert answer.citations == plain.ask(question, today=TODAY).citations


def test_a_state_is_in_what_has_its_seat() -> None:
    question = "What did the minister of Russia say?"
    for said, lacks in (("Moscow said no.", ()), ("Minsk said no.", ("Russia",))):
        best = quotable("a", said, 1.0)
        assert signs_of(question, [best], [best.ranked]).missing == lacks
        card = best.ranked.candidate.article.card
        cited = Citation(1, card, 0, len(said), said, best.ranked.scores)
        assert lacking(question, [cited], articles={}, passages=[]).names == lacks
