"""“Did you mean”: offered for what no article writes, in the spelling of those that may be asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pytest
from archives import Record, answering, generated, record, write
from fakes import PiecesEncoder
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering import Answerer
from rag.indexing.ingest import add
from rag.store import Index, segments
from rag.store.alike import one_edit_away
from rag.types import Filters

WORDS_KNOWN_WHOLE = {"what", "agreed", "with", "about", "the", "who", "discussed", "zambia", "did", "say"}
NAMES = ["Khorev", "Qureshi", "Lavrov", "Fedorov", "Gambia", "engineers"]


PIECES = PiecesEncoder(known=frozenset(WORDS_KNOWN_WHOLE))
RECORDS = [
    *generated(30),
    record("b1", "Gambia closed the port. The ministry of Gambia said so.", "2021-05-01"),
]


def over(folder: Path, records: Sequence[Record]) -> Answerer:
    return answering(folder, records, encoder=PIECES)


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    return over(tmp_path_factory.mktemp("archive"), RECORDS)


def suggested(answerer: Answerer, question: str, filters: Filters = Filters()) -> str | None:
    found = answerer.search(question, filters=filters)
    assert answerer.ask(question, filters=filters).did_you_mean == found.did_you_mean
    return found.did_you_mean


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(NAMES), st.data())
def test_a_name_with_one_slip_is_offered_as_articles_write_it(
    answerer: Answerer, name: str, data: st.DataObject
) -> None:
    slips = one_edit_away(name.lower())
    slip = data.draw(st.sampled_from(sorted(one for one in slips if one.isalpha() and len(one) > 4)))
    others = {other.lower() for other in NAMES}
    if slip in others | WORDS_KNOWN_WHOLE or len(one_edit_away(slip) & others) > 1:
        return
    if answerer.index.snapshot().without([slip], filters=Filters()) == []:
        return  # another form of a word that articles have: "engineer"
    assert suggested(answerer, f"what did {slip} say") == f"what did {name} say"


@pytest.mark.parametrize(
    "question",
    [
        "What did Khorev and Qureshi say?",
        "Who did the engineer say agreed?",  # articles write "engineers", which has its stem
        "What did Zambia say?",  # a word of the encoder's, though articles have Gambia
        "What did KHOREW say?",  # an abbreviation
        "What did Xylophonist say?",  # nothing is near
        "What did Dal say?",  # too short to tell from "Dar"
        "Khor3v?",
        "",
    ],
)
def test_nothing_is_offered_for(question: str, answerer: Answerer) -> None:
    if question:
        assert suggested(answerer, question) is None


def test_all_slips_are_mended_and_the_rest_stays_as_it_was_asked(answerer: Answerer) -> None:
    asked = "What did Khroev, and Qurehsi's LAVRVO… say?"
    assert suggested(answerer, asked) == "What did Khorev, and Qureshi's LAVRVO… say?"  # an abbreviation
    assert suggested(answerer, asked.upper()) == "WHAT DID Khorev, AND Qureshi'S Lavrov… SAY?"


def test_a_word_of_later_articles_or_of_others_is_not_offered(tmp_path: Path) -> None:
    answerer = over(
        tmp_path,
        [
            record("early", "The mills were inspected.", "2020-01-01", source="A"),
            record("late", "Then Khorev inspected the mills.", "2021-01-01", source="B"),
        ],
    )
    question = "What did Khroev say about the mills?"
    assert suggested(answerer, question) == "What did Khorev say about the mills?"
    for filters in (Filters(as_of=dt.date(2020, 6, 1)), Filters(sources=("A",))):
        assert suggested(answerer, question, filters) is None


def test_of_two_words_that_are_near_the_one_of_the_matter_is_offered(tmp_path: Path) -> None:
    often = [record(f"often{number}", f"Marten number {number} ran.", "2020-01-01") for number in range(120)]
    answerer = over(tmp_path, [*often, record("once", "Martin sold the mills of Karachi.", "2020-01-01")])
    assert suggested(answerer, "Which mills of Karachi did Martxn sell?") is not None
    # Of the hundred passages nearest to this none is about martens.
    assert suggested(answerer, "Martxn") == "Marten"


def test_an_archive_that_grew_offers_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("SMALL", 0), ("RATIO", 0), ("WORN", 1)):  # nothing is joined
        monkeypatch.setattr(segments, name, value)
    questions = ["What did Khroev say?", "Qurehsi or Gambja?", "enginers of Lavrow"]
    at_once = over(tmp_path / "once", RECORDS)
    for number, one in enumerate(RECORDS):
        corpus = tmp_path / f"{number}"
        write(corpus, [one])
        if number:
            add([corpus], index_folder=tmp_path / "index", encoder=PIECES)
        else:
            over(tmp_path, [one])
    grown = Answerer(Index.open(tmp_path / "index"), PIECES, None)
    assert len(grown.index.snapshot().manifest.segments) > 1
    offered = [suggested(at_once, question) for question in questions]
    assert None not in offered
    assert [suggested(grown, question) for question in questions] == offered
