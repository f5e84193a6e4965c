"""Seats of government that stand for their states: where a state is meant, of what names it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from archives import ALWAYS, answering, record
from candidates import candidate, quotable
from hypothesis import given
from hypothesis import strategies as st
from test_asked import NotingReranker

from rag.answering import Answerer, Options
from rag.answering.asked import BY_ITS_STATE, WITHOUT_SUBJECT, Asked
from rag.answering.confidence import signs_of
from rag.answering.english.seats import seats_in
from rag.answering.english.states import State, states_by_seat, states_in
from rag.answering.lacking import lacking
from rag.answering.synonyms import read_synonyms
from rag.answering.widening import KnownName, OtherForm
from rag.types import Citation

TODAY = dt.date(2026, 11, 22)
STATES = sorted(set(states_by_seat().values()), key=lambda state: state.name)
STATE = st.sampled_from(STATES)
SEAT = STATE.flatmap(lambda state: st.tuples(st.just(state), st.sampled_from(state.seats)))


def standing(question: str) -> list[str]:
    return [seat.words for seat in seats_in(question)]


@pytest.mark.parametrize(
    ("question", "seats"),
    [
        # Who acts, is acting, or did.
        ("How much grain did Moscow sell to Ankara?", "Moscow Ankara"),
        ("Has London recognised the council?", "London"),
        ("Didn't Beijing object or condemn it? Won't Beijing agree?", ""),
        ("Won't Beijing agree?", "Beijing"),
        ("Has Tokyo not yet denied it?", ""),
        ("Has Tokyo not denied it?", "Tokyo"),
        ("Does Tehran have nuclear weapons?", "Tehran"),
        ("Did Islamabad get the crude cheaper?", "Islamabad"),
        ("Did Colombo sign the loan agreement?", "Colombo"),
        ("the loan that Colombo signed with Beijing", "Colombo Beijing"),
        ("What deal did Moscow and Islamabad sign in April?", "Moscow Islamabad"),
        ("Which deals did Islamabad make with Moscow?", "Islamabad Moscow"),
        ("What did Islamabad get from Moscow?", "Islamabad Moscow"),
        ("What was Moscow's offer to Islamabad?", "Moscow Islamabad"),
        ("How have relations between Moscow and Islamabad evolved?", "Moscow Islamabad"),
        ("What did Moscow say and what did Islamabad reply?", "Moscow Islamabad"),
        ("Did Kyiv work with Warsaw on it?", "Kyiv Warsaw"),
        ("Why is Tokyo arming its coast?", "Tokyo"),
        ("Is Ankara ready to talk?", "Ankara"),
        ("Was Islamabad warned by New Delhi?", "Islamabad New Delhi"),
        ("Which states refused what Berlin proposed?", "Berlin"),
        ("Is there a chance of Islamabad joining the bank?", "Islamabad"),
        # What it has, and what is done to it.
        ("Is the Kremlin's crude cheaper?", "Kremlin"),
        ("Who is Pyongyang's new foreign minister?", "Pyongyang"),
        ("Did Moscow's envoy blame Washington?", "Moscow Washington"),
        ("Which tariffs did Brussels impose on Hanoi?", "Brussels Hanoi"),
        ("Were tariffs imposed by Washington?", "Washington"),
        ("Which states have sided with Kyiv?", "Kyiv"),
        ("Is there pressure on Harare?", "Harare"),
        ("What did Colombo owe to Beijing and New Delhi?", "Colombo Beijing New Delhi"),
        ("How much does Colombo owe Tehran for oil?", "Colombo Tehran"),
        ("How large is trade between Hanoi and Seoul?", "Hanoi Seoul"),
        ("Did Moscow send a train to Kyiv?", "Moscow"),
        ("Did Kyiv send it to Paris prison?", "Kyiv"),
        # Several together.
        ("Did Washington, EU and Ankara agree?", "Washington Ankara"),
        ("What do Moscow and Minsk want in Kabul?", "Moscow Minsk"),
        ("Did Riyadh, Cairo and Doha agree?", "Riyadh Cairo Doha"),
        ("What did Washington, London and Paris offer Kyiv?", "Washington London Paris Kyiv"),
        ("Did Moscow & Minsk agree?", "Moscow Minsk"),
        # Offices are no cities.
        ("Did the White House approve the sale?", "White House"),
        ("what did new delhi offer colombo", "new delhi colombo"),
        ("What did New\u00a0Delhi say?", "New\u00a0Delhi"),
    ],
)
def test_what_a_state_does_or_how_it_is_dealt_with_is_of_the_state(question: str, seats: str) -> None:
    assert " ".join(standing(question)) == seats


@pytest.mark.parametrize(
    "question",
    """
    How many people live in Moscow?
    Who is the mayor of Moscow?
    When did the minister fly to Islamabad?
    Did Rome fly to Doha?
    Was Moscow attacked by drones?
    Is Kabul safe?
    Will London be flooded?
    When did Baghdad fall?
    When did Paris host the games?
    Did Madrid beat Rome?
    Did Madrid sign the striker?
    Does Paris have a metro?
    Has Colombo imposed a curfew?
    Did Athens restore the temple?
    How many cases did Bangkok report?
    How many tourists does Colombo expect this year?
    What is Moscow's metro called?
    What did London's police force buy?
    What has the mayor of London announced?
    What did the court in Paris decide?
    Which people in Ottawa said so?
    Who in the Kremlin rejected the plan?
    How far is it from Moscow to Kyiv?
    Which letters went from Kyiv to London?
    Is there a direct flight between Colombo and Beijing?
    Is there a deal on the highway between Islamabad and Lahore?
    What is the time difference between London and Tokyo?
    Who won the final between Paris and Madrid?
    Who was arrested by London police?
    Who was charged with London prosecutors?
    Did Washington state ban rifles?
    Did Paris mayor Anne Hidalgo agree?
    What did the Bank of China lend to Colombo port?
    What did the Washington Post say?
    What did George Washington say?
    Which of these things George Washington said?
    What did George Washington's army do?
    Who sold the house to Ankara?
    Did Paris Hilton agree?
    Which Moscow-based company agreed?
    Did the non-Moscow talks end?
    Is there a chance of Moscow burning?
    Did Moscow yet again, quite simply, agree?
    When was the White House built?
    Did the White House get a new roof?
    Was the offer against Moscow law?
    """.strip().splitlines(),
)
def test_a_city_stays_a_city(question: str) -> None:
    assert standing(question.strip()) == []


def test_who_names_the_state_or_the_city_as_well_means_the_city() -> None:
    assert standing("What did Beijing tell reporters?") == ["Beijing"]
    assert standing("What did Beijing tell reporters in Beijing?") == []
    assert standing("Did Moscow tell Russians?") == []
    assert standing("Did Khartoum accuse South Sudan?") == ["Khartoum"]
    assert standing("Did Beijing send ships to the South China Sea?") == ["Beijing"]


@given(found=SEAT, spelling=st.sampled_from([str, str.title, str.lower, str.upper]))
def test_every_seat_stands_for_its_state_where_it_acts_and_not_where_something_is_there(
    found: tuple[State, str], spelling: Callable[[str], str]
) -> None:
    state, seat = found[0], spelling(found[1])
    [stands] = seats_in(f"What did {seat} say on the dam?")
    assert stands.state == state and stands.words == seat
    assert standing(f"What happened in {seat}?") == []
    assert states_in(f"the {seat} dam") == []


LETTERS = st.sampled_from(["İ", "ı", "K", "ſ", "’", " ", "\n", "\u00a0", "a", "s"])


@given(found=SEAT, place=st.integers(0, 12), letters=st.text(LETTERS, max_size=3))
def test_whatever_letters_stand_in_a_seat_nothing_fails(
    found: tuple[State, str], place: int, letters: str
) -> None:
    seat = found[1][:place] + letters + found[1][place + len(letters) :]
    for written in (seat, seat.upper(), seat.lower()):
        assert all(one.state in STATES for one in seats_in(f"What did {written} say to {seat}?"))


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a_state_stands_where_its_name_or_its_people_do_and_not_in_anothers(state: State) -> None:
    for form in state.forms:
        for text in (f"The {form} talks ended.", f"{form}s met.", f"It is {form}'s."):
            assert state.stands_in(text)
            # "Philippines" is one of them, and the state.
            by_name = form in state.names or "Philippines" in text
            assert state.stands_in(text, by_people=False) == by_name
            assert [one for *_, one in states_in(text)] == [state]
        assert not state.stands_in(f"Pre{form}ly, they told us and the lot.")
        if " " not in form:
            assert not state.stands_in(f"Off the {form} Sea it sank.")
        if not form.startswith(("South", "North")):
            for another in ("South", "North", "Northern", "Latin", "Native"):
                assert not state.stands_in(f"In {another} {form} waters.")
    assert not state.stands_in("They told us so.")
    for space in ("\n", "\u00a0"):
        form = state.forms[0].replace(" ", space)
        assert [one for *_, one in states_in(f"The {form} talks ended.")] == [state]
    for seat in state.seats:
        assert state.seat_stands_in(f"In {seat} nothing was said.")
        assert state.seat_stands_in(f"{seat}'s answer was no.")
        for longer in (f"The {seat} Post wrote.", f"Denzel {seat} wrote.", f"A {seat}-based firm wrote."):
            assert not state.seat_stands_in(longer)
        assert not state.seat_stands_in(f"They ate {seat.lower()} beans.")


@given(found=SEAT)
def test_a_state_takes_the_place_of_its_seat_in_any_form_of_the_question(found: tuple[State, str]) -> None:
    state, seat = found
    question = f"What did {seat} say?"
    [stands] = seats_in(question)
    with_state = f"What did {state.name} say?"
    assert stands.replaced_in(question) == with_state
    assert stands.replaced_in(f"When was it, and {question}") == f"When was it, and {with_state}"
    # A name that was put before it has no capitals.
    assert stands.replaced_in(f"{seat.lower()} post: {question}").startswith(seat.lower())
    assert stands.replaced_in("What was it?") == "What was it?"


def test_what_is_the_seats_own_is_the_states() -> None:
    for question, read in [
        ("Is the Kremlin's crude cheap?", "Is Russia's crude cheap?"),
        ("What is Washington's response?", "What is the United States' response?"),
        ("What is Kyiv’s response?", "What is Ukraine’s response?"),
    ]:
        [seat] = seats_in(question)
        assert seat.replaced_in(question) == read


def test_two_seats_of_one_state_are_read_each_in_its_place() -> None:
    question = "Did Moscow agree, and what did the Kremlin say? Did Moscow deny it?"
    read = question
    for seat in seats_in(question):
        read = seat.replaced_in(read)
    assert read == "Did Russia agree, and what did Russia say? Did Russia deny it?"
    assert len(seats_in(question)) == 2


TEXTS = [
    "Russia said.",
    "Moscow said.",
    "Russians in Moscow.",
    "Pakistan said.",
    "Russia told Islamabad.",
    "No.",
]


@given(
    texts=st.lists(st.sampled_from(TEXTS)),
    behind=st.sampled_from(["", "What did Moscow say? When did Moscow tell it Islamabad?"]),
)
def test_each_text_is_read_as_asked_or_with_the_states_that_it_names(texts: list[str], behind: str) -> None:
    question = "What did Moscow tell Islamabad?"
    asked = Asked((question,), (question,), seats=seats_in(question), behind=behind)
    assert len(asked.seats) == 2
    reranker = NotingReranker()
    card = candidate("a").article.card
    logits = asked.logits([(card, text) for text in texts], reranker)

    def read(form: str, text: str) -> float:
        worded = form.replace("Moscow", "Russia") if "Russia" in text else form
        worded = worded.replace("Islamabad", "Pakistan") if "Pakistan" in text else worded
        by_state_alone = worded != form and text != "Russians in Moscow."
        return reranker.logit(worded, text) - BY_ITS_STATE * by_state_alone

    expected = [read(question, text) for text in texts]
    alone = replace(asked, behind="").logits([(card, text) for text in texts], NotingReranker())
    assert alone == pytest.approx(expected)
    if behind:
        others = [read(behind, text) for text in texts]
        expected = [min(one + WITHOUT_SUBJECT, other) for one, other in zip(expected, others, strict=True)]
    assert logits == pytest.approx(expected)
    assert len(reranker.read) == asked.readings * len(texts)
    assert "What did Russia tell Pakistan?" in asked.beside_the_first


@pytest.mark.parametrize(
    "hostile",
    [
        "Moscow " * 20_000,
        "between " + "Moscow and " * 20_000,
        "did Moscow say, " * 20_000,
        "the " * 60_000 + "Kremlin",
        "A" * 200_000 + " Moscow",
        "Did " + "Rome's new " * 20_000 + "envoy",
        "Did Moscow " + "not " * 50_000,
        "What did " + "Xx, " * 50_000 + " Moscow say",
    ],
)
def test_hostile_questions_take_bounded_time(hostile: str) -> None:
    began = time.process_time()
    seats_in(hostile)
    assert time.process_time() - began < 3


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


@pytest.mark.parametrize("most", [8, 9, 12, 20])
def test_no_more_pairs_are_read_for_a_seat_than_may_be(archive: Answerer, most: int) -> None:
    led = "Snow closed the schools of Moscow. How many doses did Moscow give to Islamabad?"
    bounded = Answerer(
        archive.index, archive.encoder, archive.reranker, options=replace(ALWAYS, rerank_pairs=most)
    )
    for question in (QUESTION, led, f"Who closed the harbour? {QUESTION}"):
        answer = bounded.ask(question, today=TODAY)
        assert 0 < (answer.explanation.pairs_read or 0) <= most


def test_what_no_cross_encoder_read_is_not_told_as_read(archive: Answerer) -> None:
    found = archive.search(QUESTION, rerank=False, today=TODAY).explanation
    assert found.also_read == () and any(one.kind == "seat" for one in found.aliases)
    assert "How many doses did Russia give to Pakistan?" in archive.search(QUESTION).explanation.also_read


def test_what_the_city_did_itself_leads(tmp_path: Path) -> None:
    both = [
        record("state", "Britain bought 900 buses for the regions in May."),
        record("city", "London bought 500 buses for the regions in May."),
    ]
    answer = answering(tmp_path, both).ask("How many buses did London buy in May?", today=TODAY)
    assert answer.citations[0].card.article_id == "city"
    assert "How many buses did Britain buy in May?" in answer.explanation.also_read


def test_a_question_of_the_city_is_left_to_the_city(archive: Answerer) -> None:
    question = "What happened in Moscow in May?"
    plain = Answerer(
        archive.index, archive.encoder, archive.reranker, options=Options(abstain_below=0.0, alias_weight=0.0)
    )
    answer = archive.ask(question, today=TODAY)
    assert answer.explanation.aliases == ()
    assert answer.citations == plain.ask(question, today=TODAY).citations


QUESTIONED = [
    ("What did the minister of Russia say?", "Moscow said no.", (), ()),
    ("What did the minister of Russia say?", "Minsk said no.", ("Russia",), ("Russia",)),
    ("What did the minister of South Korea say?", "Seoul said no.", (), ()),
    ("What did the minister of South Korea say?", "Pyongyang said no.", ("South", "Korea"), ("South Korea",)),
    ("What did the minister of the United States say?", "Washington said no.", (), ()),
    ("What did the African Union say?", "Pretoria said no.", ("African", "Union"), ("African Union",)),
    ("What did the Kremlin say?", "Moscow said no.", (), ()),
    ("What did the Kremlin say?", "Russia said no.", (), ()),
    # What calls the people alone is as much as of the state's own name.
    ("What did the Kremlin say?", "Russian envoys said no.", ("Kremlin",), ()),
]


@pytest.mark.parametrize(("question", "quote", "missing", "unquoted"), QUESTIONED)
def test_a_state_is_in_what_has_its_seat(
    question: str, quote: str, missing: tuple[str, ...], unquoted: tuple[str, ...]
) -> None:
    names = [
        KnownName(
            seat.start,
            seat.end,
            tuple(OtherForm(form, "seat", "listed") for form in seat.state.forms),
            seat.state,
            seat,
        )
        for seat in seats_in(question)
    ]
    names += [KnownName(start, end, state=state) for start, end, state in states_in(question)]
    best = quotable("a", quote, 1.0)
    assert signs_of(question, [best], [best.ranked], names=names).missing == missing
    cited = Citation(1, best.ranked.candidate.article.card, 0, len(quote), quote, best.ranked.scores)
    assert lacking(question, [cited], articles={}, passages=[], names=names).names == unquoted


def test_forms_that_are_given_come_before_those_of_the_state(tmp_path: Path) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_text(
        "Kremlin = Presidential Administration\nMoscow Agreement = Grain Accord\n", encoding="utf-8"
    )
    archive = answering(tmp_path, NEWS)
    given = Answerer(
        archive.index, archive.encoder, archive.reranker, options=ALWAYS, synonyms=read_synonyms(file)
    )
    told = given.search("Did the Kremlin deny it?", today=TODAY).explanation.aliases
    assert [one.form for one in told] == ["Presidential Administration", "Russia", "Russian"]
    told = given.search("What did the Moscow agreement say?", today=TODAY).explanation.aliases
    assert [one.form for one in told] == ["Grain Accord"]
    # In the order of the question, whoever told them.
    question = "Did Washington tell the Kremlin?"
    places = [question.index(one.asked) for one in given.search(question, today=TODAY).explanation.aliases]
    assert places == sorted(places) and len(set(places)) == 2
    # Words know no capitals: "us" is no state.
    told = given.search("Did Washington deny it?", today=TODAY).explanation.aliases
    assert "US" not in {one.form for one in told} and "American" in {one.form for one in told}
