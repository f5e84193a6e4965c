"""“Did you mean”: offered for what no article writes, in the spelling of those that may be asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from archives import ALWAYS, RERANKER, Record, answering, generated, record, write
from fakes import PiecesEncoder
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering import Answerer
from rag.answering.synonyms import read_synonyms
from rag.indexing.ingest import add
from rag.store import Index, segments
from rag.store.alike import one_edit_away
from rag.types import Filters

WORDS_KNOWN_WHOLE = frozenset({"what", "agreed", "with", "about", "the", "who", "did", "say", "gambie"})
NAMES = ["Khorev", "Qureshi", "Lavrov", "Fedorov", "Gambia", "engineers"]


PIECES = PiecesEncoder(known=WORDS_KNOWN_WHOLE)
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
        "What did the gambie say?",  # a word that the encoder knows whole
        "What did KHOREW say?",  # an abbreviation
        "What did Xylophonist say?",  # nothing is near
        "What did lavr say?",  # too short to be recognised
        "Khor3v?",
        "What did Kho\u0301rew say?",  # a mark that stands on a letter of its own
        "What did Kho\u00adrew say?",  # a hyphen that is not seen
        "What did khorev say withh qureshi?",  # "with" is in every text
        "What did Enginers say?",  # a name, and articles write no such name
        "Khorew Qurehsi Lavrow Fedorow Gambja enginerrs",  # as many slips are none
    ],
)
def test_nothing_is_offered_for(question: str, answerer: Answerer) -> None:
    assert suggested(answerer, question) is None


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("what did gmbia say", "what did Gambia say"),
        ("Enginerrs of the port?", "Engineers of the port?"),  # the capital begins the question
        ("Lavrow, Khorew, Qurehsi, Gambja, Fedorow", "Lavrov, Khorev, Qureshi, Gambia, Fedorov"),
    ],
)
def test_what_is_offered_for(question: str, meant: str, answerer: Answerer) -> None:
    assert suggested(answerer, question) == meant


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


def test_a_word_of_later_articles_alone_is_misspelt(tmp_path: Path) -> None:
    records = [
        record("early", "Khorev inspected the mills.", "2020-01-01"),
        record("late", "Khorew inspected the mills.", "2021-01-01"),
    ]
    answerer = over(tmp_path, records)
    assert suggested(answerer, "who is Khorew") is None
    assert suggested(answerer, "who is Khorew", Filters(as_of=dt.date(2020, 6, 1))) == "who is Khorev"


FEW = replace(ALWAYS, depth=3)
MATTER = [
    record(f"matter{number}", f"Martin sold mill {number} of Karachi.", "2020-01-01") for number in range(4)
]
OTHERS = [record(f"other{number}", f"Marten {number} ran.", "2020-01-01") for number in range(9)]


def test_of_two_words_that_are_near_the_one_of_the_matter_is_offered(tmp_path: Path) -> None:
    """It is in the few passages that are found; of all articles more have the other."""
    answerer = answering(tmp_path, [*MATTER, *OTHERS], encoder=PIECES, options=FEW)
    assert suggested(answerer, "who sold mill 2 of Karachi, martxn") == "who sold mill 2 of Karachi, Martin"
    assert answerer.index.snapshot().written_alike("martxn", filters=Filters()) == ["Marten", "Martin"]


def test_a_word_that_no_passage_found_has_is_offered_all_the_same(tmp_path: Path) -> None:
    records = [*MATTER, record("far", "Gambia closed a harbour.", "2020-01-01")]
    answerer = answering(tmp_path, records, encoder=PIECES, options=FEW)
    question = "mill 2 of Karachi sold gambja"
    found = {passage.card.article_id for passage in answerer.search(question).passages}
    assert "far" not in found
    assert suggested(answerer, question) == "mill 2 of Karachi sold Gambia"


def test_each_of_several_questions_is_looked_through(tmp_path: Path) -> None:
    near = [
        record(f"near{number}", f"The port of Gambia opened quay {number}.", "2020-01-01")
        for number in range(4)
    ]
    far = [record(f"far{number}", f"Gamboa {number} ran.", "2020-01-01") for number in range(9)]
    answerer = answering(tmp_path, [*near, *far, *MATTER], encoder=PIECES, options=FEW)
    question = "Who sold mill 2 of Karachi, and which quay did the port of gambja open?"
    answer = answerer.ask(question)
    assert len(answer.explanation.parts) == 2
    assert answer.did_you_mean == question.replace("gambja", "Gambia")


def test_how_often_and_how_it_is_written_is_counted_among_the_admitted(tmp_path: Path) -> None:
    def named(name: str, count: int, source: str) -> list[Record]:
        return [
            record(f"{source}{name}{number}", f"{name} {number} ran.", "2020-01-01", source=source)
            for number in range(count)
        ]

    both = [*named("Martin", 3, "A"), *named("Marten", 2, "A"), *named("Marten", 9, "B")]
    snapshot = over(tmp_path / "count", both).index.snapshot()
    assert snapshot.written_alike("martxn", filters=Filters()) == ["Marten", "Martin"]
    assert snapshot.written_alike("martxn", filters=Filters(sources=("A",))) == ["Martin", "Marten"]
    stem = [*named("Engineering", 5, "A"), *named("Engineers", 1, "B")]
    snapshot = over(tmp_path / "stem", stem).index.snapshot()
    assert snapshot.written_alike("enginxers", filters=Filters()) == ["Engineers"]
    assert snapshot.written_alike("enginxers", filters=Filters(sources=("A",))) == []
    # What has the first stem has none of the words.
    stems = [*named("Martins", 5, "A"), *named("Marten", 1, "A")]
    snapshot = over(tmp_path / "stems", stems).index.snapshot()
    assert snapshot.written_alike("martxn", filters=Filters()) == ["Marten"]


def test_what_has_other_forms_is_known(tmp_path: Path) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_text("Khorew = Albert Khorev\n", encoding="utf-8")
    plain = over(tmp_path, [record("a", "Albert Khorev inspected the mills.", "2020-01-01")])
    assert suggested(plain, "who is khorew") == "who is Khorev"
    told = Answerer(plain.index, PIECES, RERANKER, synonyms=read_synonyms(file))
    assert suggested(told, "who is khorew") is None


def test_a_word_in_either_spelling_of_english_is_not_misspelt(tmp_path: Path) -> None:
    text = "The nationalisation of the mills was delayed, and the rationalisation told."
    answerer = over(tmp_path, [record("a", text, "2020-01-01")])
    assert suggested(answerer, "why was the nationalisation of the mills delayed") is None


def test_an_archive_that_grew_offers_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("SMALL", 0), ("RATIO", 0), ("WORN", 1)):  # nothing is joined
        monkeypatch.setattr(segments, name, value)
    questions = ["What did Khroev say?", "Qurehsi or Gambja?", "the Lavrow enginerrs"]
    at_once = over(tmp_path / "once", RECORDS)
    for number, one in enumerate(RECORDS):
        corpus = tmp_path / f"{number}"
        write(corpus, [one])
        if number:
            add([corpus], index_folder=tmp_path / "index", encoder=PIECES)
        else:
            over(tmp_path, [one])
    grown = Answerer(Index.open(tmp_path / "index"), PIECES, RERANKER)
    assert len(grown.index.snapshot().manifest.segments) > 1
    offered = [suggested(at_once, question) for question in questions]
    assert None not in offered
    assert [suggested(grown, question) for question in questions] == offered


def test_a_search_that_reads_nothing_does_not_look_for_it(answerer: Answerer) -> None:
    assert answerer.search("what did Khroev say").did_you_mean is not None
    assert answerer.search("what did Khroev say", rerank=False).did_you_mean is None
    assert answerer.ask("what did Khroev say", rerank=False).did_you_mean is not None
