"""Other forms of names: they find what says the same by another name, and nothing that they should not."""

from __future__ import annotations

import datetime as dt
import json
import random
from dataclasses import replace
from pathlib import Path

import pytest
from archives import ALWAYS, answering, record, said
from fakes import HashingEncoder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.answering import Answerer, read_synonyms
from rag.errors import SettingsError
from rag.indexing.ingest import ingest
from rag.store.reader import Reader
from rag.types import Answer, Filters, WidenedBy

TODAY = dt.date(2026, 11, 22)
BOARD = "The Karachi Steel Board (KSB) was founded. Its gates were opened."
RECORDS = [
    record("a1", BOARD, "2020-01-15", source="Dawn"),
    record("a2", "The KSB was closed by Igor Khorev. On Friday Khorev left.", "2020-03-01", source="AFP"),
    record("a3", "Kabul Sports Bureau (KSB) players trained. KSB won.", "2020-06-01", source="AFP"),
    record("a4", "The Karachi Sailing Bloc (KSB) raced. Nobody fell.", "2020-09-01", source="AFP"),
    record("a5", "The Kabul Sports Bureau (KSB) lost a match.", "2020-10-01", source="Dawn"),
    record("a6", "The World Health Organization (WHO) sent vaccines.", "2020-11-01", source="Dawn"),
    record("a7", "Someone who said it left the harbour.", "2020-12-01", source="Dawn"),
    record("a8", "The Department of Energy (DoE) paid. DoE wells ran.", "2020-12-02", source="Dawn"),
]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    return answering(tmp_path_factory.mktemp("widening"), RECORDS)


def aliases(answerer: Answerer, question: str, filters: Filters = Filters()) -> set[tuple[str, str, str]]:
    told = answerer.search(question, filters=filters, today=TODAY).explanation.aliases
    return {(alias.asked, alias.form, alias.learned_from) for alias in told}


@pytest.mark.parametrize(
    "asked", ["Karachi Steel Board", "karachi steel board", "the Karachi Steel Board's gates"]
)
def test_a_long_form_is_widened_with_the_short_one(archive: Answerer, asked: str) -> None:
    [(written, form, learned_from)] = aliases(archive, f"what of {asked}?")
    assert (written.lower(), form, learned_from) == ("karachi steel board", "KSB", "a1")


@pytest.mark.parametrize("asked", ["KSB", "ksb", "KSBs", "ksbs", "K.S.B."])
def test_a_short_form_takes_the_two_forms_that_the_most_articles_tell(archive: Answerer, asked: str) -> None:
    """Of the two that one article tells, the first by text."""
    assert {form for _, form, _ in aliases(archive, f"{asked} talks")} == {
        "Kabul Sports Bureau",
        "Karachi Sailing Bloc",
    }


def test_what_one_form_finds_the_other_finds(archive: Answerer) -> None:
    short = Filters(article_ids=("a1",))
    assert aliases(archive, "KSB", short) == {("KSB", "Karachi Steel Board", "a1")}
    assert aliases(archive, "Karachi Steel Board", short) == {("Karachi Steel Board", "KSB", "a1")}


def test_the_longest_name_is_widened_and_none_within_it(archive: Answerer) -> None:
    assert aliases(
        archive, "did Igor Khorev of the Kabul Sports Bureau (KSB) go", Filters(sources=("AFP",))
    ) == {
        ("Igor Khorev", "Khorev", "a2"),
        ("Kabul Sports Bureau", "KSB", "a3"),
        ("KSB", "Kabul Sports Bureau", "a3"),
        ("KSB", "Karachi Sailing Bloc", "a4"),
    }


@pytest.mark.parametrize(
    "question",
    ["who said it", "Who said it?", "WHO SAID IT", "those who left", "it", "Khorev", "who does it"],
)
def test_a_common_word_is_not_widened(archive: Answerer, question: str) -> None:
    assert aliases(archive, question) == set()


def test_capitals_make_a_name_of_a_common_word(archive: Answerer) -> None:
    assert aliases(archive, "what did the WHO send") == {("WHO", "World Health Organization", "a6")}
    # The other way round would find every "who".
    assert aliases(archive, "what did the World Health Organization send") == set()


def test_what_the_filters_leave_out_has_told_nothing(archive: Answerer) -> None:
    for filters in (
        Filters(as_of=dt.date(2020, 1, 14)),
        Filters(sources=("AFP",)),
        Filters(languages=("ur",)),
        Filters(since=dt.date(2020, 2, 1)),
    ):
        assert not any(form == "Karachi Steel Board" for _, form, _ in aliases(archive, "KSB", filters))
    assert aliases(archive, "KSB", Filters(as_of=dt.date(2020, 1, 15))) == {
        ("KSB", "Karachi Steel Board", "a1")
    }


QUESTIONS = [
    "what of the KSB",
    "who closed the Karachi Steel Board",
    "Igor Khorev",
    "the WHO and the ksb in 2020",
]


@pytest.mark.parametrize("as_of", ["2020-01-15", "2020-03-01", "2020-06-30", "2020-10-31"])
def test_as_of_a_day_is_the_archive_of_that_day(archive: Answerer, tmp_path: Path, as_of: str) -> None:
    """Not one digit may differ, and no alias of a later article is used."""
    earlier = [one for one in RECORDS if one["published"] <= as_of]
    then = answering(tmp_path, earlier)
    filters = Filters(as_of=dt.date.fromisoformat(as_of))
    for question in QUESTIONS:
        for rerank in (True, False):
            whole, part = (
                said(answerer.ask(question, filters=filters, today=TODAY, rerank=rerank))
                for answerer in (archive, then)
            )
            del whole["generation"], part["generation"]
            assert json.dumps(whole) == json.dumps(part)
            told_by = {alias["learned_from"] for alias in whole["explanation"]["aliases"]}
            assert told_by <= {one["id"] for one in earlier}


def test_a_deleted_article_has_told_nothing_and_the_rest_stays(tmp_path: Path) -> None:
    archive = answering(tmp_path, RECORDS)
    reader = archive.index.snapshot()
    answering(tmp_path, [one for one in RECORDS if one["id"] != "a3"])
    assert aliases(archive, "Kabul Sports Bureau") == {("Kabul Sports Bureau", "KSB", "a5")}
    answering(tmp_path, [one for one in RECORDS if one["id"] not in {"a3", "a5"}])
    assert aliases(archive, "Kabul Sports Bureau") == set()
    assert aliases(archive, "KSB") == {
        ("KSB", "Karachi Sailing Bloc", "a4"),
        ("KSB", "Karachi Steel Board", "a1"),
    }
    # Whoever holds the earlier generation still sees what it told.
    assert [alias.article_id for alias in reader.aliases(["kabul sports bureau"], Filters())] == ["a3"]


def test_a_second_ingest_does_nothing_and_tells_the_same(tmp_path: Path) -> None:
    first = answering(tmp_path, RECORDS)
    before = [json.dumps(said(first.ask(question, today=TODAY))) for question in QUESTIONS]
    again = ingest([tmp_path / "corpus"], index_folder=tmp_path / "index", encoder=HashingEncoder())
    assert (again.embedded, again.unchanged) == (0, len(RECORDS))
    assert [json.dumps(said(first.ask(question, today=TODAY))) for question in QUESTIONS] == before


def test_a_question_costs_one_look_into_the_store(archive: Answerer, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    query = Reader._query

    def counted(self: Reader, sql: str, values: list[object]) -> object:
        looked.append(sql)
        return query(self, sql, values)

    monkeypatch.setattr(Reader, "_query", counted)
    archive.search(" ".join(["the KSB of the Karachi Steel Board"] * 30))
    assert sum("aliases" in sql for sql in looked) == 1


# --------------------------------------------------------------------------------------------- what it is for


def test_evidence_that_has_only_the_other_form_is_found_and_without_it_is_not(tmp_path: Path) -> None:
    """Among hundreds that share words of the name and of the question, though never the whole name."""
    chance = random.Random(11)
    name, other = ["harbour", "works", "authority"], ["chief", "crane", "port", "minister", "city", "head"]
    records = [
        record(
            f"d{number:03}",
            f"The {chance.choice(other)} of the {' '.join(chance.sample(name, 2))} was late. "
            f"Its {chance.choice(other)} had {number + 2} visitors.",
        )
        for number in range(300)
    ]
    records.append(record("told", "The Harbour Works Authority (HWA) opened a school for divers."))
    records.append(record("evidence", "The HWA lost Nora Lind over a contract for barges."))
    question = "Whom did the Harbour Works Authority lose?"
    # By words alone: the vectors of these tests are bags of words and know of no other form.
    options = replace(ALWAYS, dense_weight=0.0)
    with_names = answering(tmp_path, records, reranker=None, options=options)
    without = Answerer(with_names.index, with_names.encoder, None, options=replace(options, alias_weight=0.0))
    found, missed = with_names.search(question), without.search(question)
    assert [passage.card.article_id for passage in found.passages[:2]] == ["told", "evidence"]
    assert "evidence" not in {passage.card.article_id for passage in missed.passages}
    assert found.explanation.aliases == (WidenedBy("Harbour Works Authority", "HWA", "abbreviation", "told"),)
    assert missed.explanation.aliases == ()


def test_a_surname_is_that_of_another_where_the_article_does_not_give_the_name(tmp_path: Path) -> None:
    lanes = "Imran Khan opened the bus lanes. Khan spoke for an hour."
    question = "Why did Imran Khan say that the ferry fares stay as they are?"
    said = "Khan said that the ferry fares stay as they are."
    far_apart = " ".join(f"The harbour has a gate with the number {number}." for number in range(60))
    missing = {}
    for name in ("Imran", "Sadiq"):
        fares = f"{name} Khan came by boat. {far_apart} {said}"
        evidence = answering(tmp_path / name, [record("lanes", lanes), record("fares", fares)]).examine(
            question, today=TODAY
        )
        assert evidence.signs is not None and evidence.quotables[0].text == said
        assert "Khan came" not in evidence.quotables[0].ranked.candidate.text
        missing[name] = evidence.signs.missing
    assert missing == {"Imran": (), "Sadiq": ("Imran",)}


def test_a_name_is_not_missing_where_the_evidence_has_another_form_of_it(tmp_path: Path) -> None:
    records = [
        record("told", "The Harbour Works Authority (HWA) opened a school for divers."),
        record("evidence", "Nora Lind chairs the HWA and its council of divers."),
    ]
    question = "who chairs the Harbour Works Authority council of divers"
    with_names = answering(tmp_path, records)
    without = Answerer(
        with_names.index, with_names.encoder, with_names.reranker, options=replace(ALWAYS, alias_weight=0.0)
    )
    only = Filters(article_ids=("told", "evidence"))
    here, there = (one.examine(question, filters=only).signs for one in (with_names, without))
    assert here and there
    assert (here.missing_names, there.missing_names) == (0.0, 3.0)
    assert here.covered == 1.0 > there.covered


@pytest.mark.parametrize("question", ["why did Igor Khorev leave", "the Karachi Steel Board (KSB) in 2020"])
def test_a_form_that_the_question_has_is_not_looked_for_twice(archive: Answerer, question: str) -> None:
    only = Filters(article_ids=("a1", "a2"))
    without = Answerer(
        archive.index, archive.encoder, archive.reranker, options=replace(ALWAYS, alias_weight=0.0)
    )
    here, there = (one.search(question, filters=only) for one in (archive, without))
    assert here.explanation.aliases
    assert here.passages == there.passages


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    question=st.lists(
        st.sampled_from(["KSB", "ksb", "the", "Igor", "Khorev", "Karachi", "Steel", "Board", "’s", "🚂"])
    ).map(" ".join)
)
def test_what_is_said_to_be_asked_stands_in_the_question(archive: Answerer, question: str) -> None:
    answer: Answer = archive.ask(f"x {question}", today=TODAY)
    assert all(alias.asked in answer.question and alias.form for alias in answer.explanation.aliases)


# -------------------------------------------------------------------------------------------------- synonyms


def test_a_synonym_is_used_in_every_direction_and_its_line_told(archive: Answerer, tmp_path: Path) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_text(
        "# names of the mill\n\nSteel Board = Old Mill = KSB  # all one\nUS = United States\n",
        encoding="utf-8",
    )
    answerer = Answerer(archive.index, archive.encoder, archive.reranker, synonyms=read_synonyms(file))
    line = "synonyms.txt, line 3"
    assert aliases(answerer, "the old mill") == {("old mill", "Steel Board", line), ("old mill", "KSB", line)}
    both = answerer.search("the KSB").explanation.aliases
    assert {(alias.form, alias.kind) for alias in both} == {
        ("Steel Board", "synonym"),
        ("Old Mill", "synonym"),
        ("Kabul Sports Bureau", "abbreviation"),
        ("Karachi Sailing Bloc", "abbreviation"),
    }
    assert aliases(answerer, "tell us more") == aliases(answerer, "the United States") == set()
    assert aliases(answerer, "the US vaccine") == {("US", "United States", "synonyms.txt, line 4")}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PSM = Mills\nSCO\n", r"synonyms\.txt, line 2: 'SCO' is one form alone"),
        (b"\nPSM = = Mills", r"line 2: 'PSM = = Mills' has an empty form"),
        (b"PSM = P.S.M.", r"line 1: .* one form alone"),
        (
            b"A B = one two three four five six seven",
            r"line 1: 'one two .*' has 7 words, and a form may have 6",
        ),
        (b"\xff\xfe", r"synonyms\.txt is not text in UTF-8"),
    ],
)
def test_a_synonyms_file_that_does_not_hold_is_told_by_line(
    tmp_path: Path, content: bytes, told: str
) -> None:
    file = tmp_path / "synonyms.txt"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=told):
        read_synonyms(file)
    with pytest.raises(SettingsError, match=r"none\.txt cannot be read: No such file"):
        read_synonyms(tmp_path / "none.txt")
