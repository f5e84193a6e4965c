"""The forms of a question: each text is read for all that fit it, and its best logit counts."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from archives import answering, record
from candidates import candidate
from fakes import OverlapReranker, PiecesEncoder, words_of
from hypothesis import given
from hypothesis import strategies as st

from rag.answering import Options
from rag.answering.asked import WITHOUT_SUBJECT, Asked, OtherName, asked_of
from rag.answering.understanding import understand
from rag.answering.widening import KnownName, OtherForm, to_read
from rag.answering.within import ANY_TIME
from rag.encoding import Vectors
from rag.types import AliasKind, Hop

TODAY = dt.date(2026, 11, 22)
MARCH = dt.date(2024, 3, 1), dt.date(2024, 3, 31)
DATES = st.sampled_from(["2024-02-28", "2024-03-01", "2024-03-31", "2024-04-01", "2024-03", "2024", None])


@dataclass(frozen=True)
class NotingReranker:
    """A logit of its own for each pair, the same every time; notes what it read."""

    read: list[tuple[str, str]] = field(default_factory=list)
    name: str = "noting"
    fingerprint: str = "noting"

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        self.read.extend((question, text) for text in texts)
        return np.asarray([self.logit(question, text) for text in texts], np.float32)

    @staticmethod
    def logit(question: str, text: str) -> float:
        return hashlib.sha256(f"{question}|{text}".encode()).digest()[0] / 16 - 8


def forms_of(question: str) -> Asked:
    return asked_of(question, understand(question, today=TODAY), timely=True)


@given(texts=st.lists(st.sampled_from(["He leads it.", "Nobody did.", "It rained.", "Yes."]), max_size=6))
def test_behind_another_question_both_readings_have_to_be_answered(texts: list[str]) -> None:
    asked = Asked(("How old is he?",), ("How old is he?",), behind="Who leads Arda? How old is he?")
    reranker = NotingReranker()
    card = candidate("a").article.card
    found = asked.logits([(card, text) for text in texts], reranker)
    behind = "Who leads Arda? How old is he?"
    assert found == pytest.approx(
        [
            min(reranker.logit("How old is he?", text) + WITHOUT_SUBJECT, reranker.logit(behind, text))
            for text in texts
        ]
    )
    assert len(reranker.read) == asked.readings * len(texts)
    assert behind in asked.beside_the_first


HOPS = [None, Hop("Mira Dahl", "a", "b"), Hop("Mira Dahl", "a", "b", stands_for="the head of the port")]


@given(dates=st.lists(DATES, max_size=8), hop=st.sampled_from(HOPS))
def test_the_best_form_counts_and_only_what_is_of_the_time_is_read_without_it(
    dates: list[str | None], hop: Hop | None
) -> None:
    asked = Asked(("led in March", "whole led in March"), ("led", "whole led"), MARCH)
    cards = [candidate(f"a{n}", published=date).article.card for n, date in enumerate(dates)]
    reranker = NotingReranker()
    logits = asked.told(hop).logits([(card, f"text {n}") for n, card in enumerate(cards)], reranker)
    name = f"{hop.name.lower()}: " if hop else ""
    wanted = []
    for n, date in enumerate(dates):
        inside = date in {"2024-03-01", "2024-03-31", "2024-03"}
        forms = [f"{name}{form}" for form in (asked.timeless if inside else asked.forms)]
        wanted.append(max(reranker.logit(form, f"text {n}") for form in forms))
    assert logits == pytest.approx(wanted)
    assert len(reranker.read) == asked.readings * len(dates)


@pytest.mark.parametrize(
    ("stands_for", "forms"),
    [
        ("", ("mira dahl: Where was the head of the port born?", "mira dahl: head of the port")),
        ("the head of the port", ("Where was Mira Dahl born?", "mira dahl: head of the port")),
        (
            "the head of the bank",
            ("mira dahl: Where was the head of the port born?", "mira dahl: head of the port"),
        ),
    ],
)
def test_a_name_stands_for_the_words_that_ask_for_it_or_beside_the_question(
    stands_for: str, forms: tuple[str, ...]
) -> None:
    asked = Asked(("Where was the head of the port born?", "head of the port"), ("", ""))
    assert asked.told(Hop("Mira Dahl", "a", "b", stands_for)).forms == forms
    assert asked.told(None) == asked


@given(texts=st.lists(st.sampled_from(["Dahl left.", "Mira Dahl's port", "The port.", "Oslo"]), max_size=6))
def test_the_question_proper_is_read_only_of_what_has_a_name_that_leads_up_to_it(texts: list[str]) -> None:
    """ "Tell me about Kenya. Who leads the bank?" is no question of any bank."""
    asked = Asked(("whole", "proper"), ("whole", "proper"), names=frozenset({"dahl", "kenya"}))
    card = candidate("a").article.card
    reranker = NotingReranker()
    logits = asked.logits([(card, text) for text in texts], reranker)
    named = [text for text in texts if "Dahl" in text]
    assert sorted(reranker.read) == sorted(
        [*(("whole", text) for text in texts), *(("proper", text) for text in named)]
    )
    for text, logit in zip(texts, logits, strict=True):
        forms = ("whole", "proper") if text in named else ("whole",)
        assert logit == pytest.approx(max(reranker.logit(form, text) for form in forms))
    # By itself it is read of all: what is told of which matter is known by then.


def test_the_question_proper_is_read_behind_what_who_asks_told_that_it_is_about() -> None:
    question = "I am writing on Mira Dahl and was told to ask here. When did she leave the bank?"
    asked, reranker = forms_of(question), NotingReranker()
    proper = "Mira Dahl: When did she leave the bank?"
    asked.logits([(candidate("a").article.card, "Dahl left.")], reranker)
    assert [words for words, _ in reranker.read] == [question, proper]
    assert asked.beside_the_first == (proper,)
    # A sentence by itself lacks its headline, and the question by itself what that says.


@pytest.mark.parametrize(
    "question", ["Who led the port?", "Who led the port after the strike", "what is the U.S. aid for?"]
)
def test_one_sentence_without_a_time_has_one_form(question: str) -> None:
    assert forms_of(question) == Asked((question,), (question,), ANY_TIME)
    assert forms_of(question).beside_the_first == ()


@pytest.mark.parametrize(
    ("question", "also"),
    [
        ("Who led the port in March 2024?", ("Who led the port?",)),
        ("rupee close on 26 April", ("rupee close",)),
        (
            "What did the board say about the port on Friday, 26 April 2024?",
            ("What did the board say about the port?",),
        ),
        ("how did the krone close friday 26 april 2024", ("how did the krone close",)),
        ("Who led the port on 26 April 2024 (Friday)?", ("Who led the port?",)),
        # Only where the words stand by themselves: "in 2024" is no part of a name.
        ("Who won Berlin 2024 and led in 2024?", ("Who won Berlin 2024 and led?",)),
        # Articles say these words too.
        ("Who led the port last week?", ()),
        ("Who led the port on Friday?", ()),
        # Nothing would be left to ask of, or the time says which thing is meant.
        ("What happened on 5 May 2024?", ()),
        ("Who paid for the March 2024 floods?", ()),
        (
            "The port was sold. Who led the port in March 2024?",
            ("Who led the port in March 2024?", "The port was sold. Who led the port?", "Who led the port?"),
        ),
    ],
)
def test_what_is_of_the_time_is_read_without_its_words(question: str, also: tuple[str, ...]) -> None:
    assert forms_of(question).beside_the_first == also
    understanding = understand(question, today=TODAY)
    untimely = asked_of(question, understanding, timely=False)
    assert untimely.forms == untimely.timeless == forms_of(question).forms


def test_a_status_is_read_as_its_topic_with_and_without_what_leads_up_to_it() -> None:
    asked = forms_of("The port was sold to Oman. What is the latest on the port strike in 2024?")
    assert asked.forms[-1] == "port strike"
    assert asked.forms == asked.timeless


def test_a_topic_is_read_behind_what_who_asks_told_that_it_is_about() -> None:
    asked = forms_of("I am writing on Mira Dahl. What is the latest on the port strike?")
    assert (asked.about, asked.forms[-1]) == ("Mira Dahl", "port strike")
    assert "Mira Dahl: port strike" in asked.beside_the_first


def test_what_is_of_a_time_is_read_behind_those_names_as_well() -> None:
    asked = forms_of("I am writing on Mira Dahl and ask. When did she leave the bank in March 2024?")
    assert "Mira Dahl: When did she leave the bank?" in asked.beside_the_first
    # The whole question has them anyhow.
    assert not any(form.startswith("Mira Dahl: I am") for form in asked.beside_the_first)


@dataclass(frozen=True)
class PatientlessReranker(OverlapReranker):
    """Nothing answers a question of more than a dozen words."""

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        return super().score(question, texts) - (20 if len(words_of(question)) > 12 else 0)


def test_what_leads_up_to_a_question_does_not_keep_it_from_being_answered(tmp_path: Path) -> None:
    told = record("a", "Mira Dahl led the port. The ferry was late.", "2024-03-05")
    archive = answering(tmp_path, [told], reranker=PatientlessReranker(), options=Options(abstain_below=0.35))
    asked = "Who led the port?"
    lead = "I am writing a piece of 40 pages for the Harbour Gazette on quays and everything around them."
    plain, led = archive.ask(asked, today=TODAY), archive.ask(f"{lead} {asked}", today=TODAY)
    assert led.answer == plain.answer == "“Mira Dahl led the port.” [1]"
    assert led.explanation.also_read == (asked,)
    assert led.explanation.missing == led.explanation.names_unquoted == led.explanation.numbers_unquoted == ()


def test_what_was_published_at_the_time_need_not_repeat_it(tmp_path: Path) -> None:
    """Of two alike, the one of the time leads; the question is answered though no article says when."""
    told = "The port closed at {} rupees a share, dealers said."
    records = [
        record(name, told.format(price), published)
        for name, price, published in (("a", 410, "2024-03-05"), ("b", 433, "2024-04-26"))
    ]
    archive = answering(tmp_path, records, options=Options(abstain_below=0.35))
    answer = archive.ask("port closed rupees share on 26 April 2024", today=TODAY)
    assert answer.citations[0].card.article_id == "b"
    assert "433" in answer.citations[0].quote
    assert answer.explanation.also_read


BOARD = "Karachi Steel Board"
NAMED = [
    "The KSB met.",
    "The ksb's head",
    "KSBs",
    f"The {BOARD} met.",
    f"The {BOARD} (KSB) met.",
    "It met.",
    "KSBX",
]


@given(st.lists(st.sampled_from(NAMED)))
def test_each_text_is_read_by_the_name_that_it_has(texts: list[str]) -> None:
    question = f"Who chairs the {BOARD}?"
    asked = Asked.whole(question).named((OtherName(BOARD, "KSB"),), ())
    reranker = NotingReranker()
    card = candidate("a").article.card
    logits = asked.logits([(card, text) for text in texts], reranker)
    by_the_other = ("The KSB met.", "The ksb's head", "KSBs")
    forms = ["Who chairs the KSB?" if text in by_the_other else question for text in texts]
    expected = [reranker.logit(form, text) for form, text in zip(forms, texts, strict=True)]
    assert logits == pytest.approx(expected)
    assert len(reranker.read) == len(texts)
    assert asked.beside_the_first == ("Who chairs the KSB?",)


def test_names_are_read_as_whole_words_and_in_every_form() -> None:
    board, union = OtherName(BOARD, "KSB"), OtherName("Lyari Guild", "LG")
    assert (
        board.replaced_in(f"Old {BOARD}s, the {BOARD}'s and {BOARD}-led")
        == f"Old {BOARD}s, the KSB's and {BOARD}-led"
    )
    asked = forms_of(f"I am writing on fuel. Who of the {BOARD} met the Lyari Guild in March 2024?")
    named = asked.named((board, union), ())
    both = "I am writing on fuel. Who of the KSB met the LG in March 2024?"
    assert {both, both.replace("LG", "Lyari Guild"), both.replace("KSB", BOARD)} <= set(
        named.beside_the_first
    )
    assert OtherName("NGOs", "aid group").is_meant_in("the aid group met")
    assert not OtherName("NGOs", "aid group").is_meant_in("the ngo, an aid group, met")


@pytest.mark.parametrize(
    ("words", "form", "kind", "known", "read"),
    [
        ("KSB", BOARD, "abbreviation", "", True),
        (BOARD, "KSB", "abbreviation", "", True),
        ("KSB", BOARD, "abbreviation", "ksb", False),
        (BOARD, "KSB", "abbreviation", "ksb", False),
        (BOARD, "KSB", "abbreviation", "karachi steel board", True),
        ("K.S.B.", BOARD, "abbreviation", "ksb", False),
        ("ksbs", BOARD, "abbreviation", "ksb", False),
        ("KSB", BOARD, "synonym", "ksb", True),
        ("Anna Berg", "Dahl", "surname", "", False),
        ("Moscow", "Russia", "seat", "", False),
    ],
)
def test_which_names_are_read_otherwise(
    words: str, form: str, kind: AliasKind, known: str, read: bool
) -> None:
    encoder = PiecesEncoder(known=frozenset(known.split()))
    question = f"Who met {words}?"
    name = KnownName(8, 8 + len(words), (OtherForm(form, kind, "a"),))
    assert to_read(question, [name], encoder) == ((OtherName(words, form),) if read else ())
    both = f"{question} ({form})"
    assert to_read(both, [name], encoder) == ()


def test_a_bracket_in_a_name_is_closed() -> None:
    name = KnownName(4, 18, (OtherForm("KSB", "synonym", "a"),))
    assert to_read("Who Board (Karachi)?", [name], PiecesEncoder()) == (OtherName("Board (Karachi)", "KSB"),)


BOARDS = [
    record("long", f"The {BOARD} (KSB) was set up to oversee the mills of the port."),
    record("plain", f"The {BOARD} met in the town hall of Lahore."),
    record("short", "Anna Berg, who chairs the KSB, inspected the harbour."),
    record("other", "Karl Dahl, who chairs the club, opened the harbour of Karachi."),
]


@pytest.mark.parametrize(
    ("known", "question", "also"),
    [
        ("", f"Who chairs the {BOARD}?", ("Who chairs the KSB?",)),
        ("", "Who chairs the KSB?", (f"Who chairs the {BOARD}?",)),
        ("ksb", f"Who chairs the {BOARD}?", ()),
        ("", f"Who chairs the {BOARD} (KSB)?", ()),
        ("", "What did Berg inspect?", ()),
    ],
)
def test_a_name_is_read_as_articles_write_it_unless_it_is_known_by_both(
    tmp_path: Path, known: str, question: str, also: tuple[str, ...]
) -> None:
    encoder = PiecesEncoder(known=frozenset(known.split()))
    archive = answering(tmp_path, BOARDS, encoder=encoder)
    answer = archive.ask(question, today=dt.date(2026, 1, 1))
    assert answer.explanation.also_read == also
    if BOARD in question:
        assert (answer.citations[0].card.article_id == "short") is bool(also)


def test_what_no_text_was_read_for_is_not_told_as_read(tmp_path: Path) -> None:
    """All that has the long form has the short one beside it."""
    archive = answering(tmp_path, [BOARDS[0], BOARDS[2]], encoder=PiecesEncoder())
    found = archive.ask("Who chairs the KSB?", today=dt.date(2026, 1, 1)).explanation
    assert [alias.form for alias in found.aliases] == [BOARD]
    assert found.also_read == ()
