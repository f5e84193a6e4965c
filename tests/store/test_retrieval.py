"""What both retrievers find: the nearest first, only what is admitted, and nothing learnt from the rest."""

from __future__ import annotations

import datetime as dt
import math
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from corpora import QUESTIONS, WORDS, build, prose, retrieve, seen_in
from fakes import HashingEncoder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.store import Index, Snapshot, lexical, reader
from rag.store.conditions import Every
from rag.store.lexical import K1, B
from rag.store.vectors import VectorIndex, VectorKind, build_vectors
from rag.types import Article, ArticleCard, Filters, Published

Fields = Mapping[str, str | dict[str, object]]


def snapshot_of(folder: Path, articles: Fields) -> Snapshot:
    build(folder, articles, allow_empty=True)
    return Index.open(folder).snapshot()


def test_the_nearest_vector_is_first_and_its_score_is_the_cosine(tmp_path: Path) -> None:
    random = np.random.default_rng(7)
    vectors = random.normal(size=(200, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    kind = build_vectors(tmp_path / "v", vectors.__getitem__, count=200, dimension=16)
    assert kind == VectorKind("exact")
    index = VectorIndex(tmp_path / "v", kind, vectors.__getitem__)
    assert (index.size, index.dimension) == (200, 16)
    for row in (0, 57, 199):
        cosines = vectors.astype(np.float64) @ vectors[row].astype(np.float64)
        found, cosines_found = index.search(vectors[row], depth=10)
        assert found[0] == row
        assert found.tolist() == np.argsort(-cosines)[:10].tolist()
        assert cosines_found.tolist() == index.score(vectors[row], found).tolist()
        assert cosines_found == pytest.approx(cosines[found], abs=1e-6)


@pytest.mark.parametrize("depth", [1, 7, 40, 150, 399, 400, 1000])
def test_equal_vectors_come_in_row_order_and_none_is_made_up(tmp_path: Path, depth: int) -> None:
    random = np.random.default_rng(depth)
    vectors = np.zeros((400, 8), np.float32)
    vectors[:, 0] = random.integers(1, 4, 400) / 3
    vectors[:, 1] = np.sqrt(1 - vectors[:, 0] ** 2)
    kind = build_vectors(tmp_path / "v", vectors.__getitem__, count=400, dimension=8)
    index = VectorIndex(tmp_path / "v", kind, vectors.__getitem__)
    question = np.eye(8, dtype=np.float32)[0]
    allowed = np.flatnonzero(random.integers(0, 2, 400)).astype(np.int64)
    for rows in (np.arange(400), allowed):
        expected = rows[np.lexsort((rows, -vectors[rows, 0]))][:depth]
        restricted = None if len(rows) == 400 else rows
        found, _ = index.search(question, depth=depth, allowed=restricted)
        assert found.tolist() == expected.tolist()


def test_bm25_is_the_formula(tmp_path: Path) -> None:
    # After title and stop words: terms by hand, lengths 3, 4 and 5; "steel" is in two of three.
    texts = {
        "a": "Steel talks began.",
        "b": "Steel, steel and more steel was shipped.",
        "c": "Rain fell over five harbour towns.",
    }
    snapshot = snapshot_of(
        tmp_path / "i", {name: {"text": text, "title": text} for name, text in texts.items()}
    )
    lengths = {"a": 3, "b": 5, "c": 6}
    analyzer = snapshot._analyzer
    assert {name: len(analyzer.terms(text)) for name, text in texts.items()} == lengths
    average = sum(lengths.values()) / 3
    idf = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5))
    expected = {
        name: idf * times * (K1 + 1) / (times + K1 * (1 - B + B * lengths[name] / average))
        for name, times in (("a", 1), ("b", 3))
    }
    found = {c.chunk.article_id: c.lexical for c in retrieve(snapshot, "steel", depth=3)}
    assert found == pytest.approx({**expected, "c": 0.0}, rel=1e-12)
    twice = {c.chunk.article_id: c.lexical for c in retrieve(snapshot, "steel steel", depth=3)}
    assert twice["a"] == pytest.approx(2 * expected["a"], rel=1e-12)


def bm25_by_hand(snapshot: Snapshot, question: str, admitted: set[str]) -> dict[tuple[str, int], float]:
    terms = snapshot._analyzer.terms
    chunks = {}
    for article in snapshot.list_articles(limit=10_000):
        if article.id in admitted:
            for chunk in snapshot.chunks_of(article.id):
                chunks[article.id, chunk.start] = terms(
                    article.card.in_context(article.text[chunk.start : chunk.end])
                )
    average = sum(map(len, chunks.values())) / max(len(chunks), 1)
    scores = dict.fromkeys(chunks, 0.0)
    for term in terms(question):
        holding = sum(term in words for words in chunks.values())
        idf = math.log(1 + (len(chunks) - holding + 0.5) / (holding + 0.5))
        for place, words in chunks.items():
            times = words.count(term)
            scores[place] += idf * times * (K1 + 1) / (times + K1 * (1 - B + B * len(words) / average))
    return scores


def test_an_archive_without_a_term_has_no_score_by_terms(tmp_path: Path) -> None:
    """Every word of it is one that questions leave out."""
    build(
        tmp_path / "index",
        {
            "a": {"text": "To be or not to be.", "title": "To be"},
            "b": {"text": "It was as it was.", "title": "It was"},
        },
    )
    found = retrieve(Index.open(tmp_path / "index").snapshot(), "Who was it at the port?")
    assert [candidate.lexical for candidate in found] == [0.0, 0.0]


def test_the_best_by_terms_are_the_best_of_all(tmp_path: Path) -> None:
    """Not only the best of those that tantivy's rounded lengths put first."""
    articles: Fields = {
        f"a{number:03}": {
            "text": f"{WORDS[number % 5]} {WORDS[number % 3]} " + "pad " * (number * 37 % 120) + "end.",
            "published": f"20{number % 20:02}-01-05",
        }
        for number in range(300)
    }
    build(tmp_path / "i", articles)
    snapshot = Index.open(tmp_path / "i").snapshot()
    for filters in (Filters(), Filters(as_of=dt.date(2004, 6, 1))):
        admitted = {article.id for article in snapshot.list_articles(limit=1000, filters=filters)}
        for question in ("steel", "port talks end", "steel harbour minister"):
            scores = bm25_by_hand(snapshot, question, admitted)
            for depth in (1, 4, 20):
                best = sorted((place for place in scores if scores[place] > 0), key=lambda p: (-scores[p], p))
                got = {
                    (c.chunk.article_id, c.chunk.start): c.lexical
                    for c in retrieve(snapshot, question, depth=depth, filters=filters)
                }
                assert set(best[:depth]) <= set(got)
                assert got == pytest.approx({place: scores[place] for place in got}, rel=1e-9)


# --------------------------------------------------------------------------------------------------- filters

DATES = (None, "2020", "2021", "2021-01", "2021-02", "2021-01-01", "2021-01-31", "2021-02-01", "2021-12-31")
ARTICLES = st.lists(
    st.fixed_dictionaries(
        {
            "published": st.sampled_from(DATES),
            "source": st.sampled_from([None, "Dawn", "AFP", "dawn"]),
            "number": st.integers(0, 30),
        }
    ),
    min_size=1,
    max_size=12,
)
DAYS = st.sampled_from(
    [None, *(dt.date(*day) for day in ((2020, 12, 31), (2021, 1, 1), (2021, 1, 31), (2021, 2, 28)))]
)
FILTERS = st.builds(
    Filters,
    as_of=DAYS,
    since=DAYS,
    until=DAYS,
    include_undated=st.booleans(),
    sources=st.sampled_from([(), ("Dawn",), ("AFP", "Dawn"), ("nobody",)]),
    languages=st.sampled_from([(), ("en",), ("ur",)]),
    article_ids=st.sampled_from([(), ("a00", "a03"), ("zz",)]),
)


def admits(filters: Filters, article: Article) -> bool:
    """The docstring of `Filters`, in plain Python."""
    for wanted, value in (
        ([name.casefold() for name in filters.sources], article.source and article.source.casefold()),
        (filters.languages, article.language),
        (filters.article_ids, article.id),
    ):
        if wanted and value not in wanted:
            return False
    ends = [day for day in (filters.as_of, filters.until) if day is not None]
    if not ends and filters.since is None:
        return True
    first, last = article.published.earliest, article.published.latest
    if first is None or last is None:
        floor = article.published.not_before
        bound = dt.date.fromisoformat(floor) if floor else dt.date.min
        return filters.include_undated and all(bound <= day for day in ends)
    return all(last <= day for day in ends) and (filters.since is None or first >= filters.since)


def fields_of(drawn: list[dict[str, object]]) -> dict[str, str | dict[str, object]]:
    return {
        f"a{place:02}": {
            "text": prose(int(str(given["number"])), 3),
            **{name: given[name] for name in ("published", "source") if given[name] is not None},
        }
        for place, given in enumerate(drawn)
    }


@pytest.mark.parametrize("depth", [1, 3, 8, 50])
def test_of_each_half_so_many_are_found_and_those_by_words_are_among_all(tmp_path: Path, depth: int) -> None:
    snapshot = snapshot_of(tmp_path / "i", {f"a{number}": prose(number, 3) for number in range(12)})
    vector = HashingEncoder().encode(["steel"], query=True)[0]
    for question in QUESTIONS:
        words = snapshot.by_words(question, filters=Filters(), depth=depth)
        deepest = snapshot.by_words(question, filters=Filters(), depth=1000)
        assert len(words.scores) == min(depth, len(deepest.scores))
        assert sorted(words.scores.values()) == sorted(deepest.scores.values())[-len(words.scores) :]
        found = snapshot.retrieve(vector, words)
        by_score = sorted((one.lexical for one in found), reverse=True)[: len(words.scores)]
        assert by_score == sorted(words.scores.values(), reverse=True)
        nothing = replace(words, scores={})
        assert len(snapshot.retrieve(vector, nothing)) == min(depth, snapshot.count_chunks(Filters()))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ARTICLES, st.lists(FILTERS, min_size=4, max_size=8), st.sampled_from([1, 3, 100]))
def test_only_the_admitted_are_found_and_as_many_as_exist(
    drawn: list[dict[str, object]], filterings: list[Filters], depth: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        snapshot = snapshot_of(Path(folder) / "i", fields_of(drawn))
        everything = snapshot.list_articles(limit=1000)
        for filters in filterings:
            admitted = {article.id for article in everything if admits(filters, article)}
            chunks = sum(len(snapshot.chunks_of(name)) for name in admitted)
            assert {a.id for a in snapshot.list_articles(limit=1000, filters=filters)} == admitted
            assert snapshot.count_articles(filters) == len(admitted)
            for question in QUESTIONS:
                found = retrieve(snapshot, question, depth=depth, filters=filters)
                assert {c.chunk.article_id for c in found} <= admitted
                assert min(depth, chunks) <= len(found) <= min(2 * depth, chunks)
                scores = bm25_by_hand(snapshot, question, admitted)
                assert {(c.chunk.article_id, c.chunk.start): c.lexical for c in found} == pytest.approx(
                    {
                        (c.chunk.article_id, c.chunk.start): scores[c.chunk.article_id, c.chunk.start]
                        for c in found
                    }
                )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ARTICLES, st.lists(FILTERS, min_size=2, max_size=4), st.sampled_from([1, 3, 100]))
def test_what_is_not_admitted_leaves_no_trace_in_what_is_found(
    drawn: list[dict[str, object]], filterings: list[Filters], depth: int
) -> None:
    """No look-ahead: an index of everything, filtered, equals an index of what is admitted, bit for bit."""
    with tempfile.TemporaryDirectory() as folder:
        fields = fields_of(drawn)
        whole = snapshot_of(Path(folder) / "whole", fields)
        for number, filters in enumerate(filterings):
            admitted = {a.id for a in whole.list_articles(limit=1000, filters=filters)}
            part = snapshot_of(
                Path(folder) / f"part{number}", {name: fields[name] for name in fields if name in admitted}
            )
            assert seen_in(whole, depth=depth, filters=filters) == seen_in(part, depth=depth)


def test_a_later_archive_does_not_change_which_chunks_are_found(tmp_path: Path) -> None:
    """Long later articles shift the mean length that tantivy ranks by; what is found must not move."""
    early: Fields = {
        f"a{number:03}": {
            "text": "Steel " * (1 + number % 4) + "talks " + "pad " * (number * 7 % 35) + "end.",
            "published": "2020-05-05",
        }
        for number in range(120)
    }
    late: Fields = {
        f"z{number:03}": {"text": "Steel was sold. " + prose(number, 40), "published": "2022-05-05"}
        for number in range(60)
    }
    alone = snapshot_of(tmp_path / "early", early)
    both = snapshot_of(tmp_path / "both", {**early, **late})
    window = Filters(as_of=dt.date(2021, 1, 1))
    for depth in (1, 5, 20):
        assert seen_in(both, depth=depth, filters=window) == seen_in(alone, depth=depth)


@pytest.mark.parametrize("depth", [1, 3])
def test_later_articles_that_are_short_do_not_change_which_chunks_are_found(
    tmp_path: Path, depth: int
) -> None:
    """They lower the mean length that tantivy ranks by, so that its scores of long articles are too low."""
    texts = ["Steel " * 3 + "pad " * 5] * 6 + ["Steel " * 10 + "pad " * 26]
    texts += [f"Wheat was sown in field {number} again and again." for number in range(20)]
    early: Fields = {
        f"a{number:02}": {"text": text, "published": "2020-05-05"} for number, text in enumerate(texts)
    }
    late: Fields = {
        f"z{number:03}": {"text": "Rain fell.", "published": "2022-05-05"} for number in range(300)
    }
    alone = snapshot_of(tmp_path / "early", early)
    both = snapshot_of(tmp_path / "both", {**early, **late})
    found, expected = (
        [(one.chunk, one.lexical) for one in retrieve(snapshot, "steel", depth=depth, filters=filters)]
        for snapshot, filters in ((both, Filters(as_of=dt.date(2021, 1, 1))), (alone, Filters()))
    )
    assert found == expected


def test_so_many_counts_of_terms_are_kept_and_forgetting_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles: Fields = {
        f"a{number:02}": {"text": prose(number), "published": "2020-05-05"} for number in range(20)
    }
    filters = Filters(as_of=dt.date(2021, 1, 1))
    expected = seen_in(snapshot_of(tmp_path / "i", articles), filters=filters)
    monkeypatch.setattr(lexical, "_MOST_FREQUENCIES", 2)
    held: list[dict[str, int]] = []
    counted = lexical.LexicalIndex._frequency

    def watched(index: lexical.LexicalIndex, term: str, condition: Every, known: dict[str, int]) -> int:
        held.append(known)
        return counted(index, term, condition, known)

    monkeypatch.setattr(lexical.LexicalIndex, "_frequency", watched)
    snapshot = Index.open(tmp_path / "i").snapshot()
    for _ in range(2):
        assert seen_in(snapshot, filters=filters) == expected
    terms = {"talk", "steel", "minist", "spoke", "rain", "wheat", "flood", "term", "zzz"}
    assert held and all(known is held[0] for known in held)
    assert 0 < len(held[0]) < len(terms), "the questions' terms were not all kept"


@pytest.mark.parametrize("most", [1, 3, 1000])
def test_what_tells_of_an_article_is_read_once_and_so_many_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    articles: Fields = {
        f"a{number:02}": {"text": prose(number), "published": "2020-05-05"} for number in range(20)
    }
    monkeypatch.setattr(reader, "_MOST_CARDS", most)
    asked: list[list[int]] = []
    read = reader.Reader._read_cards

    def watched(one: reader.Reader, keys: list[int]) -> dict[int, tuple[ArticleCard, bytes]]:
        asked.append(keys)
        return read(one, keys)

    monkeypatch.setattr(reader.Reader, "_read_cards", watched)
    snapshot = snapshot_of(tmp_path / "i", articles)
    expected = [[one.article.card for one in retrieve(snapshot, question)] for question in QUESTIONS]
    first, kept = len(asked), len(snapshot._reader._cards)
    assert first and kept < most + 20, "as many as are kept, and those of one question more"
    for _ in range(2):
        again = [[one.article.card for one in retrieve(snapshot, question)] for question in QUESTIONS]
        assert again == expected
    assert (len(asked) == first) == (most == 1000)
    stored = {card.article_id: snapshot.article(card.article_id).card for cards in expected for card in cards}
    assert all(stored[card.article_id] == card for cards in expected for card in cards)


def test_what_is_read_together_is_what_is_read_alone_and_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles: Fields = {f"a{number:02}": {"text": prose(number)} for number in range(20)}
    snapshot = snapshot_of(tmp_path / "i", articles)
    alone = {one.chunk.article_id: one.article.words for one in retrieve(snapshot, QUESTIONS[0])}
    found = [one.article for one in retrieve(snapshot, QUESTIONS[0])]
    assert len(alone) > 2 and not any(one.is_read for one in found)
    left, *others = dict.fromkeys(found)
    expected = others[0].words
    snapshot.read_together(others)
    assert not left.is_read and all(one.is_read for one in others)
    assert others[0].words is expected, "what was read is not read again"
    monkeypatch.delattr(reader.Reader, "_query")
    assert all(one.words == alone[one.card.article_id] for one in others)
    assert all(one.sentences == alone[one.card.article_id].sentences for one in others)


@pytest.mark.parametrize(
    ("published", "inside", "outside"),
    [
        ("2021", (2021, 12, 31), (2021, 12, 30)),
        ("2021-02", (2021, 2, 28), (2021, 2, 27)),
        ("2020-02", (2020, 2, 29), (2020, 2, 28)),
        ("2021-03-04", (2021, 3, 4), (2021, 3, 3)),
        ("2021-03-04T23:59:00+05:00", (2021, 3, 4), (2021, 3, 3)),
    ],
)
def test_as_of_admits_a_date_only_when_its_last_day_is_there(
    tmp_path: Path, published: str, inside: tuple[int, int, int], outside: tuple[int, int, int]
) -> None:
    snapshot = snapshot_of(tmp_path / "i", {"a": {"text": prose(1), "published": published}})
    assert snapshot.count_articles(Filters(as_of=dt.date(*inside))) == 1
    assert retrieve(snapshot, "steel", filters=Filters(as_of=dt.date(*inside))) != []
    assert snapshot.count_articles(Filters(as_of=dt.date(*outside))) == 0
    assert retrieve(snapshot, "steel", filters=Filters(as_of=dt.date(*outside))) == []


def test_the_undated_are_left_out_counted_and_bounded_by_what_they_speak_of(tmp_path: Path) -> None:
    snapshot = snapshot_of(
        tmp_path / "i",
        {
            "bounded": "The strike began on June 10, 2015. The plant has been idle since then, workers said.",
            "unknown": "Nothing here tells when. The minister spoke.",
            "dated": {"text": prose(1), "published": "2014-01-01"},
        },
    )
    bounded = snapshot.article("bounded").published
    assert bounded == Published(None, "unknown", "unknown", bounded.not_before) and bounded.not_before
    floor = dt.date.fromisoformat(bounded.not_before)
    before = Filters(as_of=floor - dt.timedelta(days=1))
    assert [a.id for a in snapshot.list_articles(filters=before)] == ["dated"]
    assert snapshot.count_left_out_undated(before) == 1  # "bounded" is known to be later
    assert snapshot.count_left_out_undated(Filters(as_of=floor)) == 2
    for day, expected in (
        (floor - dt.timedelta(days=1), ["dated", "unknown"]),
        (floor, ["bounded", "dated", "unknown"]),
    ):
        filters = Filters(as_of=day, include_undated=True)
        assert [a.id for a in snapshot.list_articles(filters=filters)] == expected
        assert {c.chunk.article_id for c in retrieve(snapshot, "x", depth=50, filters=filters)} == set(
            expected
        )
        assert snapshot.count_left_out_undated(filters) == 0
    assert snapshot.count_left_out_undated(Filters()) == 0


def test_a_question_or_filter_that_no_encoding_can_hold_finds_nothing_and_harms_nothing(
    tmp_path: Path,
) -> None:
    snapshot = snapshot_of(tmp_path / "i", {"a": prose(1)})
    assert retrieve(snapshot, "steel \ud800\0 talks") != []
    for filters in (Filters(sources=("\ud800",)), Filters(article_ids=("\udfff",), languages=("\0",))):
        assert retrieve(snapshot, "steel", filters=filters) == []
        assert snapshot.list_articles(filters=filters) == []
    kept = Filters(article_ids=("a", "\ud800"))
    assert [a.id for a in snapshot.list_articles(filters=kept)] == ["a"]
    assert len(retrieve(snapshot, "steel", filters=kept)) > 0
    many = Filters(article_ids=("a", *(f"b{number}" for number in range(40_000))))
    assert [a.id for a in snapshot.list_articles(filters=many)] == ["a"]


def test_pages_of_articles_join_to_the_whole_list(tmp_path: Path) -> None:
    names = [f"a{number}" for number in range(23)] + ["é", "z\0z", "𠀀"]
    snapshot = snapshot_of(tmp_path / "i", {name: prose(place, 1) for place, name in enumerate(names)})
    for limit in (1, 5, 100):
        collected: list[str] = []
        while page := snapshot.list_articles(after=collected[-1] if collected else None, limit=limit):
            assert len(page) <= limit
            collected += [article.id for article in page]
        assert collected == sorted(names, key=lambda name: name.encode())
    vector = HashingEncoder().encode(["steel"], query=True)[0]
    words = snapshot.by_words("steel", filters=Filters(), depth=10_000)
    assert len(snapshot.retrieve(vector, words)) == 26
