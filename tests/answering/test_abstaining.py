"""What an abstention says: how sure it was, which source there is not, and nothing of what comes later."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace

import pytest
from archives import NEVER, answering, record

from rag.answering import Answerer, answerer
from rag.answering.abstaining import nearest
from rag.answering.contract import answer_json
from rag.answering.noting import notes_of
from rag.types import Answer, Filters

TEXT = "The steel mills reopen in June. The port stays shut."


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
        "nearest passages are shown apart."
    )
    assert answer.remedies == ("explain",)


def test_without_the_reranker_an_abstention_says_so(archive: Answerer) -> None:
    with_it, without = (archive.ask("when do the mills reopen", rerank=rerank) for rerank in (True, False))
    assert "without the reranker more is held back" in (without.message or "")
    assert "without the reranker" not in (with_it.message or "")


def test_a_source_that_is_not_there_is_named_with_the_nearest(archive: Answerer) -> None:
    assert told(archive, sources=("harbor times",)) == (
        "No article is of the source “harbor times”. Near it: “The Harbour Times”, “Harbour Post”."
    )
    assert told(archive, sources=("Xinhua", "Le Monde")) == (
        "No article is of the source “Xinhua” or “Le Monde”."
    )


def test_a_source_that_is_there_is_not_what_is_missing(archive: Answerer) -> None:
    assert told(archive, sources=("Harbour Post", "Xinhua"), article_ids=("none",)) == (
        "No article in the index has the id “none”."
    )
    there = {article.source: article.id for article in archive.index.snapshot().list_articles()}
    assert told(archive, sources=("Harbour Post",), article_ids=(there["National Bank"],)) == (
        "No article in the index matches the filters."
    )


@pytest.mark.parametrize("name", ["the harbour times", "THE HARBOUR TIMES", "The Harbour Times"])
def test_capitals_make_no_difference_in_the_name_of_a_source(archive: Answerer, name: str) -> None:
    snapshot = archive.index.snapshot()
    filters = Filters(sources=(name, "nobody"))
    assert [article.source for article in snapshot.list_articles(filters=filters)] == ["The Harbour Times"]
    for shown in (archive.search("mills", filters=filters), archive.ask("mills", filters=filters)):
        assert {passage.card.source for passage in shown.passages} == {"The Harbour Times"}
    assert snapshot.count_articles(filters) == 1
    assert snapshot.count_left_out_undated(replace(filters, since=dt.date(2020, 1, 1))) == 0


@pytest.mark.parametrize(
    ("filters", "note"),
    [
        (
            {"sources": ("Harbour Post", "harbor times")},
            "is of the source “harbor times”. Near it: “The Harbour Times”",
        ),
        ({"article_ids": ("a", "nope")}, "has the id “nope”"),
        ({"languages": ("en", "fr", "xx")}, "is in “fr” or “xx”"),
    ],
)
def test_a_name_that_no_article_has_is_told_beside_one_that_some_has(
    archive: Answerer, filters: dict[str, tuple[str, ...]], note: str
) -> None:
    ids = {article.id.rsplit("/", 1)[-1]: article.id for article in archive.index.snapshot().list_articles()}
    if "article_ids" in filters:
        filters = {"article_ids": (next(iter(ids.values())), "nope")}
    asked = Filters(**filters)  # type: ignore[arg-type]
    for shown in (archive.search("mills", filters=asked), archive.ask("mills", filters=asked)):
        assert [note in one for one in shown.notes] == [True]
    ((field, names),) = filters.items()
    known = Filters(**{field: names[:1]})  # type: ignore[arg-type]
    assert archive.ask("mills", filters=known).notes == ()
    unknown = Filters(**{field: names[1:]})  # type: ignore[arg-type]
    assert archive.ask("mills", filters=unknown).notes == ()
    assert [note in one for one in notes_of(archive.index.snapshot(), unknown, of_all=True)] == [True]


def test_a_note_tells_nothing_of_what_comes_later(archive: Answerer) -> None:
    filters = Filters(sources=("The Harbour Times", "Harbour Post"), as_of=dt.date(2023, 12, 31))
    (note,) = archive.ask("mills", filters=filters).notes
    assert note.startswith("No article within the dates asked for is of the source “Harbour Post”.")


def test_an_id_that_is_not_there_is_named(archive: Answerer) -> None:
    assert told(archive, article_ids=("nope",)) == "No article in the index has the id “nope”."
    assert told(archive, article_ids=("nope", "none"), as_of=dt.date(2023, 12, 31)) == (
        "No article within the dates asked for has the id “nope” or “none”."
    )
    there = archive.index.snapshot().list_articles()[0].id
    assert told(archive, article_ids=("nope", there), sources=("Xinhua",)) == (
        "No article is of the source “Xinhua”."
    )


@pytest.mark.parametrize(
    ("dates", "within"),
    [
        ({}, ""),
        ({"until": dt.date(2030, 1, 1)}, " within the dates asked for"),
        ({"since": dt.date(2020, 1, 1)}, " within the dates asked for"),
    ],
)
def test_each_kind_of_name_of_which_no_article_has_any_is_told_once(
    archive: Answerer, dates: dict[str, dt.date], within: str
) -> None:
    language = f"No article{within} is in “fr”."
    assert (told(archive, languages=("fr", "fr"), **dates) or "").startswith(language)
    message = told(
        archive, sources=("Xinhua", "XINHUA"), languages=("fr",), article_ids=("no", "no"), **dates
    )
    assert (message or "").startswith(
        f"No article{within} is of the source “XINHUA”. "
        f"No article{within or ' in the index'} has the id “no”. {language}"
    )


def test_with_a_kind_of_which_some_are_known_the_others_are_told_beside_the_kind_of_which_none_is(
    archive: Answerer,
) -> None:
    filters = Filters(sources=("Harbour Post", "nope"), languages=("fr",))
    for shown in (archive.search("mills", filters=filters), archive.ask("mills", filters=filters)):
        assert shown.message == "No article is in “fr”."
        assert shown.notes == ("No article is of the source “nope”.",)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(as_of=dt.date(2023, 12, 31)),
        Filters(sources=("Harbour Post",), languages=("en",), article_ids=("nope",)),
        Filters(sources=("Harbour Post", "HARBOUR POST"), languages=("fr", "fr"), as_of=dt.date(2023, 1, 1)),
    ],
)
def test_where_no_note_is_possible_the_store_is_not_asked_for_one(
    archive: Answerer, monkeypatch: pytest.MonkeyPatch, filters: Filters
) -> None:
    snapshot = archive.index.snapshot()
    asked = list[str]()
    query = snapshot._reader._query
    monkeypatch.setattr(
        snapshot._reader, "_query", lambda sql, values: asked.append(sql) or query(sql, values)
    )
    assert notes_of(snapshot, filters) == () and asked == []
    notes_of(snapshot, replace(filters, sources=("Harbour Post", "The Harbour Times")))
    assert len(asked) >= 1


def test_the_total_of_the_times_includes_the_notes(
    archive: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(*_: object) -> tuple[str, ...]:
        time.sleep(0.3)
        return ()

    monkeypatch.setattr(answerer, "notes_of", slow)
    for shown in (archive.search("mills"), archive.ask("mills")):
        assert shown.timings_ms["total"] >= 300


def test_a_source_of_later_articles_is_not_told(archive: Answerer) -> None:
    assert told(archive, sources=("Harbour Post",), as_of=dt.date(2023, 12, 31)) == (
        "No article within the dates asked for is of the source “Harbour Post”. Near it: “The Harbour Times”."
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
    assert told(archive, languages=("fr",)) == "No article is in “fr”."
    assert told(archive, languages=("zh-Hant", "deu")) == "No article is in “zh-Hant” or “deu”."
    for name in ("English", "français", "EN"):
        sentence = told(archive, languages=("fr", name)) or ""
        plain = f"No article is in “fr” or “{name}”."
        assert sentence.startswith(f"{plain} “{name}” is no language code: English is `en`"), sentence
        (note,) = archive.ask("mills", filters=Filters(languages=("en", name))).notes
        assert note.startswith(f"No article is in “{name}”. “{name}” is no language code: English is `en`")
    assert "“English” and “French” are no language code" in (
        told(archive, languages=("English", "French")) or ""
    )


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("when do the mills reopen as of 31 December 2023", "not answered"),
        ("as of 2022, when do the mills reopen", "nothing published by then"),
    ],
)
def test_an_as_of_in_the_question_is_told_where_nothing_is_answered(
    archive: Answerer, question: str, reason: str
) -> None:
    for shown in (archive.ask(question), archive.search(question)):
        words = shown.explanation.as_of_words
        assert words is not None and words in question
        if isinstance(shown, Answer):
            assert shown.reason == reason
        if shown.message is not None:
            assert f"“{words}” in the question leaves out all that was published later" in shown.message
            assert "said without “as of”, the time leaves out nothing" in shown.message


def test_an_option_that_leaves_out_as_much_is_what_restricts(archive: Answerer) -> None:
    question = "when do the mills reopen as of 31 December 2023"
    for day, words in [(dt.date(2023, 12, 31), None), (dt.date(2024, 1, 1), "as of 31 December 2023")]:
        answer = archive.ask(question, filters=Filters(as_of=day))
        assert answer.explanation.as_of_words == words
        assert ("leaves out" in (answer.message or "")) == (words is not None)


def test_a_time_without_as_of_leaves_out_nothing_and_is_not_told_to(archive: Answerer) -> None:
    answer = archive.ask("when do the mills reopen on 31 December 2023")
    assert answer.explanation.as_of_words is None
    assert "leaves out" not in (answer.message or "")


@pytest.mark.parametrize(
    ("filters", "days"),
    [
        (Filters(since=dt.date(2030, 1, 1)), "2030-01-01 or later"),
        (Filters(until=dt.date(1999, 1, 1)), "1999-01-01 or earlier"),
        (
            Filters(since=dt.date(1998, 1, 1), until=dt.date(1999, 1, 1)),
            "1998-01-01 or later, 1999-01-01 or earlier",
        ),
    ],
)
def test_days_that_hold_nothing_are_named(archive: Answerer, filters: Filters, days: str) -> None:
    message = archive.ask("when do the mills reopen", filters=filters).message or ""
    assert message.startswith(f"No article within the dates asked for ({days}) matches.")


def test_a_message_says_what_is_so_and_leaves_to_each_edge_how_it_is_mended(archive: Answerer) -> None:
    """The same sentence stands in a terminal and in JSON, where there are no options."""
    for filters in [
        Filters(),
        Filters(sources=("Xinhua",)),
        Filters(article_ids=("nope",)),
        Filters(until=dt.date(1999, 1, 1)),
        Filters(as_of=dt.date(2023, 12, 31)),
    ]:
        answer = archive.ask("when do the mills reopen", filters=filters)
        assert answer.message and answer.remedies
        assert not any(sign in answer.message for sign in ("--", "`", "/v1/"))
        assert answer_json(answer)["message"] == answer.message
