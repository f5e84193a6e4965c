"""What an abstention says: how sure it was, which source there is not, and nothing of what comes later."""

from __future__ import annotations

import datetime as dt

import pytest
from archives import NEVER, answering, record

from rag.answering import Answerer
from rag.answering.abstaining import nearest
from rag.types import Filters

TEXT = "The steel mills reopen in June. The port stays shut."
LIST = "`rag articles list` (over HTTP: /v1/articles) shows the source of each."


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    records = [
        record("a", TEXT, "2023-05-01", source="The Harbour Times"),
        record("b", TEXT.replace("June", "July"), "2024-05-01", source="Harbour Post"),
        record("c", TEXT.replace("June", "May"), None, source="National Bank"),
        record("d", TEXT.replace("June", "April"), "2023-06-01"),
    ]
    return answering(tmp_path_factory.mktemp("archive"), records, options=NEVER)


def told(archive: Answerer, **filters: object) -> str | None:
    return archive.ask("when do the mills reopen", filters=Filters(**filters)).message  # type: ignore[arg-type]


def test_how_sure_it_was_is_held_against_what_is_needed(archive: Answerer) -> None:
    answer = archive.ask("when do the mills reopen")
    assert answer.message == (
        f"The articles do not answer this: confidence {answer.confidence:.2f}, and an answer needs 1.00. The "
        "nearest passages are shown apart; --explain (in JSON: `explanation`) says why."
    )


def test_without_the_reranker_an_abstention_says_so(archive: Answerer) -> None:
    with_it, without = (archive.ask("when do the mills reopen", rerank=rerank) for rerank in (True, False))
    assert "without the reranker more is held back" in (without.message or "")
    assert "without the reranker" not in (with_it.message or "")


def test_a_source_that_is_not_there_is_named_with_the_nearest(archive: Answerer) -> None:
    assert told(archive, sources=("harbor times",)) == (
        "No article is of the source “harbor times”. Near it: “The Harbour Times”, “Harbour Post”. " + LIST
    )
    assert told(archive, sources=("Xinhua", "Le Monde")) == (
        "No article is of the source “Xinhua” or “Le Monde”. " + LIST
    )


def test_a_source_that_is_there_is_not_what_is_missing(archive: Answerer) -> None:
    assert told(archive, sources=("Harbour Post", "Xinhua"), languages=("fr",)) == (
        "No article in the index matches the filters."
    )


def test_an_id_that_is_not_there_is_named(archive: Answerer) -> None:
    shows = "`rag articles list` (over HTTP: /v1/articles) shows the id of each."
    assert told(archive, article_ids=("nope",)) == f"No article in the index has the id “nope”. {shows}"
    assert told(archive, article_ids=("nope", "none"), as_of=dt.date(2023, 12, 31)) == (
        f"No article within the dates asked for has the id “nope” or “none”. {shows}"
    )
    there = archive.index.snapshot().list_articles()[0].id
    assert told(archive, article_ids=("nope", there), languages=("fr",)) == (
        "No article in the index matches the filters."
    )


def test_a_source_of_later_articles_is_not_told(archive: Answerer) -> None:
    assert told(archive, sources=("Harbour Post",), as_of=dt.date(2023, 12, 31)) == (
        "No article within the dates asked for is of the source “Harbour Post”. Near it: “The Harbour "
        f"Times”. {LIST}"
    )


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("urdupoint", ["UrduPoint / Pakistan Point News"]),
        ("Pakistan Point", ["UrduPoint / Pakistan Point News", "Pakistan Today"]),
        ("IAMS", ["IANS"]),
        ("Le Monde", []),
    ],
)
def test_the_nearest_share_words_or_spelling(name: str, found: list[str]) -> None:
    assert nearest(name, ["IANS", "Pakistan Today", "UrduPoint / Pakistan Point News"]) == found


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(sources=("Xinhua",)),
        Filters(sources=("Harbour Post",), as_of=dt.date(2023, 12, 31)),
        Filters(languages=("fr",)),
        Filters(until=dt.date(1999, 1, 1)),
    ],
)
def test_a_search_that_finds_nothing_says_why_as_an_answer_does(archive: Answerer, filters: Filters) -> None:
    found = archive.search("when do the mills reopen", filters=filters)
    answer = archive.ask("when do the mills reopen", filters=filters)
    assert found.message == (None if found.passages else answer.message)
    assert bool(found.message) != bool(found.passages)


def test_a_language_asked_for_by_its_name_is_told_how_to_be_asked_for(archive: Answerer) -> None:
    plain = "No article in the index matches the filters."
    assert told(archive, languages=("fr",)) == told(archive, languages=("zh-Hant", "deu")) == plain
    for name in ("English", "français", "EN"):
        sentence = told(archive, languages=("fr", name)) or ""
        assert sentence.startswith(f"{plain} “{name}” is no language code: English is `en`"), sentence
    assert "“English” and “French” are no language code" in (
        told(archive, languages=("English", "French")) or ""
    )
