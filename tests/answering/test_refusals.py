"""What is refused, in one sentence with the remedy: questions that are none, and the wrong encoder."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from archives import ALWAYS, answering, generated, record, write
from fakes import HashingEncoder

from rag.answering import Answerer
from rag.errors import IndexMismatch, QuestionError
from rag.indexing.ingest import ingest
from rag.store import Index
from rag.types import Filters

RECORDS = generated(6)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    urdu = record("urdu", "پاکستان اسٹیل ملز کے مذاکرات جاری ہیں۔ روس نے مدد کی۔", "2024-11-12")
    return answering(tmp_path_factory.mktemp("archive"), [*RECORDS, urdu])


@pytest.mark.parametrize(
    "question", ["", "  \n\t ", "?!…", "\x00", "\x00 \x00?", "\ud800", "🚀🚀", " " * 100_000]
)
def test_a_question_without_a_word_is_refused(archive: Answerer, question: str) -> None:
    for call in (archive.ask, archive.search):
        with pytest.raises(QuestionError, match="the question is empty; ask for instance"):
            call(question)


def test_a_question_that_is_too_long_is_refused_with_both_lengths(archive: Answerer) -> None:
    with pytest.raises(QuestionError, match=r"100000 characters, 2000 are read at most; shorten it"):
        archive.ask("x" * 100_000)


def test_a_question_as_long_as_may_be_is_read(archive: Answerer) -> None:
    assert archive.ask("x" * archive.options.longest_question).question


def test_a_question_pasted_ten_times_is_no_surer(archive: Answerer) -> None:
    asked, pasted = (archive.ask("who postponed the mills? " * count) for count in (1, 10))
    assert (pasted.question, pasted.confidence) == (asked.question, asked.confidence)
    assert pasted.citations == asked.citations


def test_a_question_beyond_the_encoders_window_is_refused_not_clipped(archive: Answerer) -> None:
    with pytest.raises(
        QuestionError, match=r"^the question has 403 tokens, the encoder reads 256; shorten it$"
    ):
        archive.ask("a b " * 200 + "c")


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("  who\n postponed\tit ?", "who postponed it ?"),
        ("who\x00postponed it", "who postponed it"),
        ("who postponed \ud83d it", "who postponed ? it"),
        ("who postponed it 🚀", "who postponed it 🚀"),
        ("\u202eمن أجل الميناء؟", "\u202eمن أجل الميناء؟"),
        ("\ufeffwho postponed it", "\ufeffwho postponed it"),
    ],
)
def test_strange_characters_are_survived(archive: Answerer, question: str, read: str) -> None:
    assert archive.ask(question).question == read
    assert archive.search(question).question == read


def test_a_question_in_urdu_finds_its_article(archive: Answerer) -> None:
    answer = archive.ask("پاکستان اسٹیل ملز کے مذاکرات")
    assert answer.citations[0].card.article_id == "urdu"
    assert answer.citations[0].quote == "پاکستان اسٹیل ملز کے مذاکرات جاری ہیں۔"


@pytest.mark.parametrize(
    "query", ['"', "a AND (b", "title:x", "mills~9^2", '+-&&||!(){}[]^"~*?:\\/a', "NOT a"]
)
def test_what_looks_like_query_syntax_is_only_words(archive: Answerer, query: str) -> None:
    question = f"{query} mills"
    assert archive.search(question).passages


@pytest.mark.parametrize("words", ["as of 2024-13", "as of 1066", "as at 3/4/2022", "as of 30 February 2024"])
def test_a_day_that_cannot_be_read_is_refused_and_nothing_later_shown(archive: Answerer, words: str) -> None:
    for call in (archive.ask, archive.search, archive.examine):
        with pytest.raises(QuestionError, match=f"“{words}” names no day .* write the date as 2023-05-31"):
            call(f"Who ran the mills {words}?")
    # The remedy that is named helps: the question may stay as it is.
    assert archive.ask(f"Who ran the mills {words}?", filters=Filters(as_of=dt.date(2024, 1, 1))).as_of


OTHER = HashingEncoder(name="other")


def mismatch(built: HashingEncoder, used: HashingEncoder) -> str:
    return (
        rf"built with the encoder {built.name} \({built.fingerprint[:12]}\), but {used.name} "
        rf"\({used.fingerprint[:12]}\) is set; run `rag ingest`.* RAG_ENCODER={built.name}"
    )


def test_another_encoder_of_the_same_dimension_is_refused(tmp_path: Path) -> None:
    archive = answering(tmp_path, RECORDS)
    assert archive.encoder.dimension == OTHER.dimension
    with pytest.raises(IndexMismatch, match=mismatch(HashingEncoder(), OTHER)):
        Answerer(archive.index, OTHER, archive.reranker)
    with pytest.raises(IndexMismatch, match=mismatch(HashingEncoder(), OTHER)):
        Answerer(Index.open(archive.index.folder), OTHER, None)


def test_an_index_rebuilt_with_another_encoder_is_refused_by_those_who_live(tmp_path: Path) -> None:
    archive = answering(tmp_path, RECORDS)
    assert archive.ask("the port").citations
    ingest([tmp_path / "corpus"], index_folder=tmp_path / "index", encoder=OTHER)
    for call in (archive.ask, archive.search):
        with pytest.raises(IndexMismatch, match=mismatch(OTHER, HashingEncoder())):
            call("the port")
    assert Answerer(archive.index, OTHER, archive.reranker, options=ALWAYS).ask("the port").citations


def test_what_was_ingested_since_is_in_the_next_answer(tmp_path: Path) -> None:
    archive = answering(tmp_path, RECORDS)
    before = archive.ask("Who sings in Lahore?").generation
    write(tmp_path / "corpus", [record("new", "Zeb sings in Lahore.", "2025-01-01")])
    ingest([tmp_path / "corpus"], index_folder=tmp_path / "index", encoder=HashingEncoder(), allow_empty=True)
    answer = archive.ask("Who sings in Lahore?")
    assert answer.generation != before
    assert [passage.card.article_id for passage in answer.passages] == ["new"]
    assert replace(answer.citations[0].card, article_sha256="").article_id == "new"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *itertools.product(("as_of", "since", "until"), ("2024-01-15", dt.datetime.min, 2024)),
        *itertools.product(("sources", "languages", "article_ids"), ("one", ["one"], (1,), None)),
        *itertools.product(("include_undated",), ("no", 0, None)),
    ],
)
def test_a_filter_of_another_type_is_refused_at_once_with_what_to_give(field: str, value: object) -> None:
    with pytest.raises(
        QuestionError, match=rf"^{field} is .*; give (a day, as|a tuple of strings, as|True or False)"
    ):
        Filters(**{field: value})  # type: ignore[arg-type]
