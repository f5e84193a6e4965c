"""Gold that does not fit the articles is refused at once, with what mends it: offsets, articles, filters."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path

import pytest
from corpora import build
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted import TEXTS, article, evidence, gold, perfect

from rag.errors import EvaluationError, NotFound
from rag.evaluation import GoldQuestion, evaluate_gold, load_gold
from rag.evaluation.evidence import Find, empty_filters, has_half_of, left_out, misdated, stale_evidence
from rag.evaluation.gold import Evidence
from rag.indexing.reading import read_corpus
from rag.store import Index, Snapshot
from rag.types import Article, Filters, Published


def question(*groups: tuple[Evidence, ...], **others: object) -> GoldQuestion:
    return dataclasses.replace(gold()[0], evidence=groups, **others)


def among(articles: Mapping[str, Article]) -> Find:
    def find(article_id: str) -> Article:
        if article_id not in articles:
            raise NotFound(article_id)
        return articles[article_id]

    return find


def told(articles: Mapping[str, Article], *questions: GoldQuestion) -> list[str]:
    return list(stale_evidence(questions, among(articles)))


@given(before=st.text("ab ", max_size=8), after=st.text("ab ", max_size=8), start=st.integers(0, 12))
def test_a_quote_that_moved_is_told_with_the_nearest_place_where_it_stands(
    before: str, after: str, start: int
) -> None:
    text = f"{before}ab{after}"
    one = Evidence("x", start, start + 2, "ab")
    sentences = told({"x": article("x", text)}, question((one,)))
    if text[start : start + 2] == "ab":
        assert sentences == []
        return
    places = [found.start() for found in re.finditer("(?=ab)", text)]
    (sentence,) = sentences
    found = re.search(r"stands at \[(\d+), (\d+)\) now", sentence)
    assert found is not None
    assert int(found[1]) in places
    assert int(found[2]) == int(found[1]) + 2
    assert abs(int(found[1]) - start) == min(abs(place - start) for place in places)
    assert (f"of {len(places)} places" in sentence) is (len(places) > 1)


def test_all_that_is_stale_is_told_at_once() -> None:
    """What moved, what is nowhere, and an article that is gone, once for all questions that rest on it."""
    here = evidence("old", "Talks began in May.")
    moved = dataclasses.replace(here, start=here.start + 2, end=here.end + 2)
    gone = dataclasses.replace(here, article_id="ghost")
    other = Evidence("old", 0, 4, "Thou")
    questions = (
        question((here, moved), id="a"),
        question((other,), (gone,), id="b"),
        question((here, gone), id="c"),
        question((here,), id="d"),
    )
    with pytest.raises(EvaluationError) as caught:
        evaluate_gold(perfect(), questions)
    assert str(caught.value) == (
        "the gold has 3 mistakes: "
        f"(1) a, evidence[0][1]: old [{moved.start}, {moved.end}) is not the quote, which stands at "
        f"[{here.start}, {here.end}) now; "
        "(2) b, evidence[0][0]: old [0, 4) is not the quote, which stands nowhere in the article: find its "
        "words anew; (3) b, c: the index holds no article ghost; correct the gold file, or ingest the "
        "articles that it was written for"
    )
    assert not perfect().asked


DAYS = [dt.date(2024, 2, day) for day in (1, 10, 20)]
DATED: list[dict[str, object]] = [
    {"published": "2024-02-10"},
    {"published": "2024-02"},
    {"published": "2024"},
    {"text": "The minister visited Karachi on 10 February 2024. Nobody knew the price of steel."},
    {},
]
FILTERS = st.builds(
    Filters,
    as_of=st.none() | st.sampled_from(DAYS),
    since=st.none() | st.sampled_from(DAYS),
    until=st.none() | st.sampled_from(DAYS),
    include_undated=st.booleans(),
    sources=st.sampled_from([(), ("IANS",), ("ians",), ("AFP", "Ians"), ("STRASSE",), ("AFP",)]),
    languages=st.sampled_from([(), ("en",)]),
    article_ids=st.sampled_from([(), ("x0",), ("y", "x1", "x7", "x12")]),
)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """An article of every date, source and language."""
    known = product(DATED, (None, "IANS", "ians", "BBC", "Straße"), ("en", "de"))
    rows = {
        f"x{number}": {"text": TEXTS["old"], "source": source, "language": language, **dated}
        for number, (dated, source, language) in enumerate(known)
    }
    folder = tmp_path_factory.mktemp("archive") / "index"
    build(folder, rows)
    return Index.open(folder).snapshot()


@settings(deadline=None)
@given(filters=FILTERS)
def test_what_is_left_out_is_what_no_search_admits(snapshot: Snapshot, filters: Filters) -> None:
    """Written down apart, the two rules agree."""
    admitted = {one.id for one in snapshot.list_articles(limit=99, filters=filters)}
    assert {one.id for one in snapshot.list_articles(limit=99) if left_out(filters, one) is None} == admitted


def test_the_archive_has_articles_of_every_sort(snapshot: Snapshot) -> None:
    articles = snapshot.list_articles(limit=99)
    assert {one.published.precision for one in articles} == {"day", "month", "year", "unknown"}
    assert {one.published.not_before for one in articles} == {None, "2024-02-10"}
    assert {one.source for one in articles} == {None, "IANS", "ians", "BBC", "Straße"}


UNKNOWN = {
    "sources": Filters(sources=("Nobody's Post", "Nowhere Times")),
    "article_ids": Filters(article_ids=("x999",)),
    "languages": Filters(languages=("Klingon",)),
}
# As written on purpose: one name of several, a language that no article is in, days before any article.
MEANT = (
    Filters(sources=("Nobody's Post", "ians")),
    Filters(article_ids=("x999", "x0")),
    Filters(languages=("ur",)),
    Filters(languages=("Klingon", "en")),
    Filters(until=dt.date(1990, 1, 1), sources=("AFP", "BBC")),
)


def test_an_abstention_whose_filters_name_only_what_no_article_has_is_no_question(snapshot: Snapshot) -> None:
    abstentions = [
        dataclasses.replace(gold()[3], id=key, filters=filters) for key, filters in UNKNOWN.items()
    ]
    assert list(empty_filters(abstentions, snapshot)) == [
        "sources, filters.sources: no article has the source \"Nobody's Post\" or 'Nowhere Times'",
        "article_ids, filters.article_ids: no article has the id 'x999'",
        "languages, filters.languages: no article has the language 'Klingon'",
    ]
    meant = [dataclasses.replace(gold()[3], filters=filters) for filters in MEANT]
    assert list(empty_filters(meant, snapshot)) == []


def test_a_measurement_with_an_abstention_that_cannot_fail_is_refused() -> None:
    system = perfect()
    question = dataclasses.replace(gold()[3], filters=UNKNOWN["article_ids"])
    with pytest.raises(
        EvaluationError, match=r"the gold, n, filters\.article_ids: no article has the id 'x999'"
    ):
        evaluate_gold(system, (*gold()[:3], question))
    assert not system.asked


def test_a_question_whose_filters_shut_out_its_evidence_is_named() -> None:
    """One alternative that is left is enough; the article that must lead is needed itself."""
    articles = {
        name: dataclasses.replace(article(name, text), published=Published(day, "day", "metadata"))
        for (name, text), day in zip(TEXTS.items(), ("2024-02-01", "2024-02-20", "2024-02-05"), strict=True)
    }
    old, new = evidence("old", "Talks began in May."), evidence("new", "Talks were resumed on Monday.")
    early = Filters(as_of=dt.date(2024, 2, 10))
    assert told(articles, question((old, new), filters=early)) == []
    assert told(articles, question((old,), (new,), filters=early)) == [
        "f, filters: they shut out evidence[1]: new is of 2024-02-20"
    ]
    assert told(articles, question((old, new), filters=early, newest_first="new", order=("old", "new"))) == [
        "f, filters: they shut out newest_first: new is of 2024-02-20",
        "f, filters: they shut out part of order: new is of 2024-02-20",
    ]
    only = Filters(article_ids=("other",))
    assert told(articles, question((old, new), filters=only)) == [
        "f, filters: they shut out evidence[0]: old is not among article_ids; new is not among article_ids"
    ]


SPANS = {
    "2024-02-01": "day",
    "2024-02-10": "day",
    "2024-02-20T18:30": "minute",
    "2024-02": "month",
    "2023-12-31": "day",
    "2024": "year",
    None: "unknown",
}


def days_of(value: str | None) -> set[dt.date]:
    """The days that a date may mean, of those that matter here."""
    days = {dt.date(2023, 12, 31), dt.date(2024, 12, 31), *DAYS}
    return {day for day in days if value is not None and str(day).startswith(value[:10])}


def dated(values: Sequence[str | None]) -> dict[str, Article]:
    """Articles of the first names, with the same words."""
    return {
        name: dataclasses.replace(article(name, TEXTS["old"]), published=Published(value, SPANS[value]))  # type: ignore[arg-type]
        for name, value in zip("abc", values, strict=False)
    }


def expecting(articles: Mapping[str, Article], **expected: object) -> list[str]:
    one = evidence("old", "Talks began in May.")
    groups = [(dataclasses.replace(one, article_id=name),) for name in articles]
    return list(misdated([question(*groups, **expected)], among(articles)))


@given(st.lists(st.sampled_from([*SPANS]), min_size=2, max_size=3))
def test_an_order_is_refused_exactly_where_no_days_of_its_articles_are_in_it(
    values: list[str | None],
) -> None:
    articles = dated(values)
    possible = any(list(days) == sorted(days) for days in product(*map(days_of, values)))
    assert (expecting(articles, order=tuple(articles)) == []) is possible


@given(st.lists(st.sampled_from([*SPANS]), min_size=1, max_size=3))
def test_the_first_is_refused_exactly_where_it_cannot_be_the_newest(values: list[str | None]) -> None:
    """Undated ones may answer, and never lead."""
    articles = dated(values)
    first, *others = map(days_of, values)
    possible = first and all(not days or min(days) <= max(first) for days in others)
    assert (expecting(articles, newest_first="a") == []) is bool(possible)


@given(st.lists(st.sampled_from([*SPANS]), min_size=2, max_size=2))
def test_a_pair_is_refused_exactly_where_the_later_one_is_earlier(values: list[str | None]) -> None:
    articles = dated(values)
    later, earlier = map(days_of, values)
    reversed_pair = bool(later and earlier) and max(later) < min(earlier)
    assert (expecting(articles, supersedes=(("a", "b"),)) != []) is reversed_pair
    assert expecting(articles, contradicts=(("a", "b"),)) == []


def test_what_the_dates_contradict_is_told_with_them_before_anything_is_asked() -> None:
    system = perfect()
    status, timeline = gold()[1:3]
    both = status.evidence + timeline.evidence
    wrong = (
        dataclasses.replace(status, evidence=both, newest_first="old"),
        dataclasses.replace(timeline, order=("new", "old"), supersedes=(("old", "new"),), contradicts=()),
    )
    with pytest.raises(EvaluationError) as caught:
        evaluate_gold(system, wrong)
    assert str(caught.value).startswith(
        "the gold has 3 mistakes: (1) s, newest_first: old is of 2015-05, and new is of 2016-02-01; "
        "(2) t, order: new is of 2016-02-01, and old is of 2015-05, which stands behind it; "
        "(3) t, supersedes: old is of 2015-05, and new is of 2016-02-01, which it cannot supersede; "
    )
    assert not system.asked


def test_an_order_is_told_to_be_wrong_once() -> None:
    articles = dated(["2024-02-10", "2024-02-01", "2023-12-31"])
    assert expecting(articles, order=("a", "b", "c")) == [
        "f, order: a is of 2024-02-10, and b is of 2024-02-01, which stands behind it"
    ]


def test_a_newer_article_that_the_filters_hide_need_not_be_the_first() -> None:
    articles = dated(["2024-02-01", "2024-02-10"])
    assert expecting(articles, newest_first="a") == [
        "f, newest_first: a is of 2024-02-01, and b is of 2024-02-10"
    ]
    assert expecting(articles, newest_first="a", filters=Filters(as_of=DAYS[0])) == []
    assert expecting(dated([None]), newest_first="a") == [
        "f, newest_first: a is undated, and never leads; name the newest dated article that answers"
    ]
    assert list(misdated([question(newest_first="a", order=("a", "b"))], among({}))) == []


def test_the_gold_of_this_project_fits_its_articles() -> None:
    root = Path(__file__).parents[2]
    articles = {one.id: one for one in read_corpus([root / "seeds"]) if isinstance(one, Article)}
    questions = load_gold(root / "evals" / "gold.jsonl")
    assert list(stale_evidence(questions, among(articles))) == []
    assert list(misdated(questions, among(articles))) == []


@pytest.mark.parametrize(
    ("text", "has"),
    [
        ("The bank left its rate at 8 percent on Monday, its governor said in Arda.", True),
        ("Arda: The bank left its rate\nat 8 percent on Monday.", True),
        # What recurs is told in the same words, with other figures.
        ("The bank left its rate at 9 percent on Monday, its governor said in Arda.", False),
        ("The bank left its rate as it was on Monday, its governor said in Arda.", False),
        ("In Arda the governor of the bank spoke of 8 percent.", False),
    ],
)
def test_another_article_has_the_words_of_evidence_with_its_figures(text: str, *, has: bool) -> None:
    quote = "The bank left its rate at 8 percent on Monday, its governor said."
    assert has_half_of(text, Evidence("a", 0, len(quote), quote)) is has
