"""What says the opposite of a question stands behind, weighs less, and is told."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from pathlib import Path

import pytest
from archives import answering, record
from candidates import candidate, written
from hypothesis import given
from hypothesis import strategies as st

from rag.answering import Options
from rag.answering.confidence import confidence_of, signs_of
from rag.answering.contract import answer_json
from rag.answering.contrary import CONTRARY, with_contraries, with_contrary
from rag.answering.quoting import Quotable
from rag.answering.ranking import Ranked
from rag.turning import opposed_places
from rag.turning.opposites import opposites
from rag.types import Contrary, Intent, Scores, Span

TODAY = dt.date(2026, 1, 1)


def told(
    text: str,
    score: float = 5.0,
    *,
    title: str = "The bill",
    passage: str = "",
    published: str | None = None,
) -> Quotable:
    """A sentence below a headline, in a passage that may say more."""
    whole = f"{text} {passage}".rstrip()
    one = candidate("bill", text=whole, published=published)
    card = replace(one.article.card, title=title)
    found = replace(one, article=written(card, whole, (Span(0, len(text)),)))
    return Quotable(Ranked(found, score, Scores(rerank=score)), 0, len(text), text, score)


def contrary(question: str, sentence: Quotable | str) -> Contrary | None:
    one = told(sentence) if isinstance(sentence, str) else sentence
    (read,) = with_contraries(question, [one])
    assert read.score == (one.score if read.contrary is None else one.score - CONTRARY)
    return read.contrary


@pytest.mark.parametrize(
    ("question", "sentence", "said"),
    [
        ("Who rejected the bill?", "The chamber approved the bill on Friday.", ("rejected", "approved")),
        ("Why did the court acquit the mayor?", "The court convicted the mayor.", ("acquit", "convicted")),
        ("How many people were injured?", "The blast killed five people.", ("injured", "killed")),
        ("When did the price of rice fall?", "The price of rice rose in May.", ("fall", "rose")),
        ("Who was the mother of Anna Voss?", "Karl was the father of Anna Voss.", ("mother", "father")),
        ("What is the lowest point?", "The highest point is Mount Arda.", ("lowest", "highest")),
        ("Who built the last bridge?", "Bovia built the first bridge in Arda.", ("last", "first")),
        ("Who built the last bridge?", "Bovia built the first bridge in March 1978.", ("last", "first")),
        ("Who built the last bridge?", "The first bridge was built in ten years.", ("last", "first")),
        ("When did the last train leave?", "The first train will leave in five days.", ("last", "first")),
        ("Who was the last king?", "The first king ruled, in two centuries of peace.", ("last", "first")),
        ("When was the oldest bridge built?", "The newest, first bridge since 1978.", ("oldest", "newest")),
        ("Which ruling was illegal?", "They called the ruling legal.", ("illegal", "legal")),
        ("Which ruling was fair?", "They called the ruling unfair.", ("fair", "unfair")),
        ("Which states did not sign the treaty?", "Ardia and Bovia sign the treaty.", ("not", None)),
        ("Who hasn't paid?", "Ardia has paid.", ("hasn't", None)),
        ("Who NEVER came?", "Ardia came.", ("NEVER", None)),
        ("Which theory is no longer taught?", "The theory of tides is taught.", ("no longer", None)),
        ("Who agreed to sign the treaty?", "Ardia refused to sign the treaty.", ("agreed", "refused")),
        ("When did 12 academies protest?", "On Monday 16 academies protest.", ("12", "16")),
        (
            "Who promised $40 million for the port?",
            "Ardia gave $25 million for the port.",
            ("40 million", "25 million"),
        ),
    ],
)
def test_an_opposite_or_a_denial_that_the_question_alone_has(
    question: str, sentence: str, said: tuple[str, str | None]
) -> None:
    assert contrary(question, sentence) == Contrary(*said)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        # It asks whether it is so: the opposite answers.
        ("Did the chamber reject the bill?", "The chamber approved the bill."),
        ("Didn't the chamber sign the bill?", "The chamber signed the bill."),
        # Both deny, the one by an opposite.
        ("Which states did not approve the bill?", "Bovia rejected the bill."),
        ("Which states rejected the bill?", "Bovia did not approve the bill."),
        ("Which states did not sign the treaty?", "Bovia refused to sign the treaty."),
        ("Which states did not sign the treaty?", "Only Bovia was absent."),
        ("Which states did not sign the treaty?", "The treaty was signed by all but Bovia."),
        # The same event from its other side.
        ("Who won the match?", "Ardia lost the match to Bovia."),
        ("Who bought the mill?", "Ardia sold the mill to Bovia."),
        ("Which country spent more on the port?", "Bovia spent less on the port than Ardia."),
        # Of something else.
        ("Who rejected the bill?", "The chamber approved the budget of last year."),
        # The question names both.
        ("Did rents rise or fall, and by how much did rents fall?", "Rents rise by 2 percent."),
        ("What made the price of rice rise or fall?", "The price of rice rose for want of rain."),
        # A denial of what is said or described, or none.
        ("Which athletes that cannot compete protested?", "Two runners protested."),
        ("Who said the bill would not pass?", "Karl Voss told of the bill's prospects."),
        ("Who wrote Not Now?", "Karl Voss wrote it."),
        ("Who sang Don't Go?", "Karl Voss sang it."),
        ("Who came to the port, if not the minister?", "Karl Voss came to the port."),
        ("What is said of the bill, whether or not it passes?", "Much is said of the bill."),
        ("Which states have not paid their dues?", "The dues of Bovia are unpaid."),
        # About the same number, another kind of number, a year, or a number of something else.
        ("Who promised 40 million for the port?", "Ardia gave 41.5 million for the port."),
        ("Who won the 1.7 billion jackpot?", "Ardia won the 1.765 billion jackpot."),
        ("Who paid for 40 schools?", "Ardia paid $25 for schools."),
        ("Who is 40th in schools?", "Ardia has 25 schools."),
        ("When did 12 academies protest?", "In 2016 academies protest."),
        ("When did 12 academies protest?", "On Monday 16 students protest before the academies."),
        # Denied by other words.
        ("Which prisoners were not included in the pardon?", "Three prisoners remain on death row."),
        ("What did the regulator not accept?", "It held the reductions insufficient."),
        ("Which fuel did not change in price?", "The price of diesel is steady."),
        ("What has never happened?", "The river froze for the first time."),
        ("Who was found not guilty?", "The court acquitted the mayor."),
        # A reason need not deny.
        ("Why did the train not run?", "A landslide covered the track."),
        ("Why has the project not resumed?", "The project is suspended for want of money."),
        ("When did Anna Voss die?", "Many ask what Anna Voss would say, were Anna Voss alive."),
        ("How long was it open after six weeks of strikes?", "It reopened after 10 years this week."),
        # A time, or a name.
        ("Who won the election last Sunday?", "Anna Voss won the election after her first in May."),
        ("Who broke the old record of Ardia?", "Anna Voss broke the record of New Ardia."),
        # The first in so long tells when the last was.
        ("When was the last bridge of Arda built?", "It is the first bridge built in Arda in 46 years."),
        ("Who built the last bridge?", "The first bridge since 1978 was built by Bovia."),
        ("Who built the last bridge?", "Bovia built its first bridge in Arda in nearly two decades."),
        # A measure, or another sense.
        ("How old is the building?", "The new building is of 1950."),
        ("How long did the strike last?", "The first strike took nine days."),
        ("What day did the crash happen?", "The crash happened last night."),
        ("How many migrants were sent home?", "Forty immigrants were sent home."),
        ("How many people were killed?", "The crash claimed the lives of two people and injured 39."),
        ("Who voted against the bill?", "Ninety members voted for the bill, and eighty voted against it."),
        ("Who voted against the bill?", "Ninety members voted for the budget."),
        ("Who sold the mill?", "The mill was bought by Ardia, buying it from Bovia."),
        ("Who is buying the mill?", "Selling the mill took Bovia a year."),
        # So many of a whole, a percentage, and money.
        ("How many of the 435 lawmakers voted?", "Of them 219 lawmakers voted."),
        ("Who leads the 15-member council?", "Nine council members chose her."),
        ("Who closed 12 percent of schools?", "Ardia closed 40 schools."),
        ("Who paid USD 40 for schools?", "Ardia built 25 schools."),
        ("Who lives at 10 Downing Street?", "He lives at 11 Downing Street."),
        # It asks whether it is so, whatever else it asks.
        ("Did the chamber, which met in May, reject the bill?", "The chamber approved the bill."),
        # Beside no same word.
        ("Who rejected the old, long and costly bill?", "The chamber approved a bill."),
        # It asks for nothing.
        ("chamber rejects bill", "The chamber approves the bill."),
    ],
)
def test_what_is_no_opposite(question: str, sentence: str) -> None:
    assert contrary(question, sentence) is None


def test_what_the_passage_or_the_headline_says_too_is_no_opposite() -> None:
    question, sentence = "Who rejected the bill?", "The chamber approved the bill."
    assert contrary(question, told(sentence)) is not None
    assert contrary(question, told(sentence, passage="The senate had rejected it.")) is None
    assert contrary(question, told(f"{sentence[:-1]} that the senate refused.")) is None  # on that side too
    assert contrary(question, told(sentence, title="Senate rejects bill")) is None
    counted = "When did 12 academies protest?"
    assert (
        contrary(counted, told("On Monday 16 academies protest.", passage="There were 12 at first.")) is None
    )
    denied = "Which states did not sign the treaty?"
    beside = told("Ardia signed the treaty.", title="Bovia refuses to sign the treaty")
    assert contrary(denied, beside) is None


def test_what_leads_up_to_the_question_is_not_looked_at() -> None:
    asked = "The senate rejected the bill. Who wrote the bill?"
    assert contrary(asked, "Karl Voss, who approved the bill, wrote the bill.") is None


def test_it_stands_behind_what_answers_about_as_well() -> None:
    question = "Who rejected the bill?"
    opposed, other = told("The chamber approved the bill.", 5.0), told("The senate voted it down.", 3.0)
    assert [one.text for one in with_contraries(question, [opposed, other])] == [other.text, opposed.text]
    worse = replace(other, score=5.0 - CONTRARY - 0.1)
    assert [one.text for one in with_contraries(question, [opposed, worse])] == [opposed.text, other.text]


def test_of_what_did_not_happen_the_opposite_is_quoted_last() -> None:
    question = "By how much did exports rise?"
    texts = [
        "Exports are up by 3 percent in July.",
        "Exports of tea are more by 2 percent.",
        "Exports fell by 9 percent.",
    ]
    others = [told(text, 5.0 - place) for place, text in enumerate(texts[:2])]
    for score, kept in ((5.0, True), (2.6, True), (2.4, False)):
        read = with_contraries(question, [*others, told(texts[2], score)])
        assert [one.text for one in read if one.contrary] == texts[2:]
        shown = [one for one in read if not one.contrary]
        told_last = with_contrary(shown, read, most=3)
        assert [one.text for one in told_last] == (texts if kept else texts[:2])
        third = told("Exports of steel are up too.", 3.0)
        assert [one.text for one in with_contrary([*shown, third], read, most=3)] == (
            texts if kept else [*texts[:2], third.text]
        )
        # Of two quotes none is given up, and what says the opposite already is enough.
        assert with_contrary(shown, read, most=2) == shown
        assert with_contrary(read, read, most=4) == read
    denied = with_contraries(
        "Which states did not sign?", [told("Ardia signed."), told("Bovia refused.", 4.0)]
    )
    assert with_contrary(denied[:1], denied, most=3) == denied[:1]


def test_its_odds_count_a_tenth_of_the_confidence() -> None:
    one = told("The chamber approved the bill.")
    question = "Who rejected the bill?"
    [read] = with_contraries(question, [one])
    assert read.contrary is not None
    sure, less = (
        confidence_of(signs_of(question, [each], [each.ranked]), reranked=True) for each in (one, read)
    )
    assert less / (1 - less) == pytest.approx(sure / (1 - sure) / 10)


ANY_WORD = st.sampled_from(
    ["Who", "Which", "did", "not", "the", "of", "bill", "port", "unfair", "fair", *sorted(opposites())[::7]]
)
SENTENCE = st.lists(ANY_WORD, min_size=1, max_size=12).map(" ".join)


@given(SENTENCE)
def test_nothing_is_the_opposite_of_itself(text: str) -> None:
    assert contrary(text, text) is None


@given(SENTENCE, st.lists(SENTENCE, max_size=5))
def test_no_sentence_is_lost_and_none_gains(question: str, texts: list[str]) -> None:
    quotables = [told(text, float(-place)) for place, text in enumerate(texts)]
    read = with_contraries(question, quotables)
    assert sorted(one.text for one in read) == sorted(texts)
    assert [one.score for one in read] == sorted((one.score for one in read), reverse=True)
    before = sorted((one.text, one.score) for one in quotables)
    back = sorted((one.text, one.score + CONTRARY * (one.contrary is not None)) for one in read)
    assert [text for text, _ in back] == [text for text, _ in before]
    assert [score for _, score in back] == pytest.approx([score for _, score in before])


@given(st.lists(ANY_WORD, max_size=8), st.lists(ANY_WORD, max_size=8))
def test_opposites_are_opposed_both_ways(words: list[str], others: list[str]) -> None:
    forth, back = set(opposed_places(words, others)), set(opposed_places(others, words))
    assert forth == {(place, other) for other, place in back}
    assert not set(opposed_places(words, words)) & {(place, place) for place in range(len(words))}


RECORDS = [record("bill", "The chamber approved the harbour bill on Friday.", "2025-03-01")]
TOLD = "the evidence says “approved”, not “rejected”"


def test_many_opposites_are_read_in_bounded_time() -> None:
    """It takes the words of the one times those of the other: only so many of them are looked at."""
    sentence = "exports fell as exports rose by a tenth " * 200
    question = "By how much did " + "exports rise and " * 100 + "tea fall?"
    started = time.perf_counter()
    with_contraries(question, [told(sentence)] * 10)
    assert time.perf_counter() - started < 3


@pytest.mark.parametrize(("published", "kept"), [("2023-05-01", True), ("2015-05-01", False), (None, False)])
def test_of_a_time_that_is_asked_about_the_opposite_is_of_it_too(published: str | None, kept: bool) -> None:
    question, window = "By how much did exports rise in 2023?", (dt.date(2023, 1, 1), dt.date(2023, 12, 31))
    best = told("Exports are up by 3 percent.", published="2023-06-01")
    read = with_contraries(question, [best, told("Exports fell by 9 percent.", published=published)])
    assert [one.contrary is not None for one in read] == [False, True]
    assert (with_contrary([best], read, most=3, window=window) == read) is kept
    assert with_contrary([best], read, most=3) == read


def test_it_weighs_where_it_leads(tmp_path: Path) -> None:
    """The best sentence says the opposite, and another leads for its time."""
    records = [
        record("all", "Which states did sign the new harbour treaty of Arda in May: all.", "2021-03-01"),
        record("one", "States refuse: the new harbour treaty of Arda.", "2023-03-02"),
    ]
    question = "Which states did not sign the new harbour treaty of Arda in 2023?"
    answerer = answering(tmp_path, records)
    evidence = answerer.examine(question, today=TODAY)
    assert evidence.quotables[0].contrary is not None
    assert evidence.quotes[0].card.article_id == "one"
    assert evidence.signs is not None and evidence.signs.contrary is None
    undated = answerer.examine("Which states did not sign the new harbour treaty of Arda?", today=TODAY)
    assert undated.quotes[0].card.article_id == "all"
    assert undated.signs is not None and undated.signs.contrary is not None


def test_an_answer_tells_it(tmp_path: Path) -> None:
    answer = answering(tmp_path, RECORDS).ask("Who rejected the harbour bill?", today=TODAY)
    assert answer.explanation.contrary == Contrary("rejected", "approved")
    assert answer.explanation.contrary.words == TOLD
    assert answer_json(answer)["explanation"]["contrary"] == {
        "asked": "rejected",
        "told": "approved",
        "kind": "said",
    }
    plain = answering(tmp_path, RECORDS).ask("Who approved the harbour bill?", today=TODAY)
    assert plain.explanation.contrary is None
    assert answer_json(plain)["explanation"]["contrary"] is None
    assert answer.confidence < plain.confidence


def test_an_opposite_that_is_quoted_beside_an_answer_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ "Exports fell" is quoted last, and told, where nothing that rose answers better by far."""
    question = "By how much did the exports of the old steel mills in Arda rise?"
    records = [
        record("rise", f"{question[:-1]} by itself: by 3 percent.", "2025-03-01"),
        record("fall", f"{question[:-6]} fall: by 9 percent.", "2025-03-02"),
    ]
    answer = answering(tmp_path, records).ask(question, today=TODAY)
    assert [one.card.article_id for one in answer.citations] == ["rise", "fall"]
    assert answer.explanation.contrary is not None
    assert answer.explanation.contrary.words == "the evidence says “fall”, not “rise”"
    # What is not shown is not told.
    monkeypatch.setattr("rag.answering.answerer._holds", lambda check, one: one.card.article_id != "fall")
    dropped = answering(tmp_path, records).ask(question, today=TODAY)
    assert [one.card.article_id for one in dropped.citations] == ["rise"]
    assert (dropped.explanation.contrary, dropped.explanation.citations_dropped) == (None, 1)


def test_an_abstention_tells_it(tmp_path: Path) -> None:
    answerer = answering(tmp_path, RECORDS, options=Options(abstain_below=0.99))
    held = answerer.ask("Who rejected the harbour bill?", today=TODAY)
    assert held.abstained and held.message is not None
    assert f"{TOLD[0].upper()}{TOLD[1:]}." in held.message
    denied = answerer.ask("Who did not approve the harbour bill?", today=TODAY).message
    assert denied is not None
    assert "The question says “not”, and the evidence denies nothing." in denied
    plain = answerer.ask("Who approved the harbour bill?", today=TODAY)
    assert plain.message is not None and "evidence" not in plain.message


@pytest.mark.parametrize("intent", ["status", "timeline"])
def test_how_a_matter_stands_or_went_has_no_opposite(tmp_path: Path, intent: Intent) -> None:
    answer = answering(tmp_path, RECORDS).ask("Who rejected the harbour bill?", intent=intent, today=TODAY)
    assert answer.explanation.contrary is None
