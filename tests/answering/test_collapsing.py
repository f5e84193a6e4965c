"""One story has one place, whatever copies of it there are, and nothing is lost or foreseen by that."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from archives import ALWAYS, Record, answering, record, said
from candidates import written
from edits import Newsroom
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering import Answerer, collapsing
from rag.answering.collapsing import Copies, Copy, Verdicts, collapse, copies_among, joined
from rag.answering.ranking import Ranked
from rag.copies import signature_of, wording_of
from rag.store import Candidate, StoredText
from rag.store.reader import Words
from rag.types import ArticleCard, Chunk, Filters, Hop, Published, Scores, Span

TODAY = dt.date(2026, 11, 22)
NEWSROOM = Newsroom(7)


def stored(
    article_id: str, sentences: Sequence[str], published: str | None, *, source: str | None = None
) -> StoredText:
    text = " ".join(sentences)
    starts = [sum(len(sentence) + 1 for sentence in sentences[:place]) for place in range(len(sentences))]
    spans = tuple(Span(start, start + len(one)) for start, one in zip(starts, sentences, strict=True))
    dated = Published(published, "day", "metadata") if published else Published()
    card = ArticleCard(article_id, article_id, source, None, dated, "0")
    return written(card, text, spans, signature_of(wording_of(text, spans)))


def ranked(article: StoredText, score: float, *, sentences: slice = slice(None)) -> Ranked:
    spans = article.sentences[sentences]
    chunk = Chunk(article.card.article_id, spans[0].start, spans[-1].end, 1)
    return Ranked(Candidate(chunk, article, 0.0, 0.0), score, Scores(fused=score))


def made() -> list[StoredText]:
    """Three stories, each with copies at several shares of change and an update, dated or not."""
    articles = []
    newsroom = Newsroom(8)
    for story in range(3):
        first = newsroom.article(10)
        articles.append(stored(f"{story}-first", first, "2024-03-02"))
        articles.append(stored(f"{story}-short", newsroom.without(first, 0.5), "2024-03-02"))
        for place, share in enumerate((0.0, 0.1, 0.2)):
            articles.append(
                stored(f"{story}-copy{place}", newsroom.edited(first, share), f"2024-03-0{3 + place}")
            )
        articles.append(stored(f"{story}-undated", first, None))
        articles.append(stored(f"{story}-update", newsroom.updated(first), "2024-03-04"))
    return articles


MADE = made()


def found_among(articles: Sequence[StoredText]) -> dict[str, str]:
    return copies_among(articles, {})


def collapsed(ranking: Sequence[Ranked]) -> tuple[list[Ranked], Copies]:
    return collapse(ranking, {})


def test_copies_are_of_the_earliest_and_updates_stand_alone() -> None:
    names = ("copy0", "copy1", "copy2", "short", "undated")
    assert found_among(MADE) == {f"{story}-{name}": f"{story}-first" for story in range(3) for name in names}


@settings(deadline=None, max_examples=40)
@given(st.permutations(MADE))
def test_the_order_of_candidates_does_not_matter(articles: list[StoredText]) -> None:
    assert found_among(articles) == found_among(MADE)
    ranking = [ranked(article, (place * 37 % 101) / 101) for place, article in enumerate(MADE)]
    shuffled = sorted(ranking, key=lambda one: articles.index(one.candidate.article))
    assert collapsed(shuffled) == collapsed(ranking)


@settings(deadline=None, max_examples=40)
@given(st.sets(st.sampled_from(range(len(MADE)))))
def test_what_is_not_admitted_decides_nothing(places: set[int]) -> None:
    """A copy is one of its original whoever else is there, and the first stands for all when it is there."""
    articles = [MADE[place] for place in sorted(places)]
    copies = found_among(articles)
    assert not copies.keys() & set(copies.values())
    assert copies.keys() | set(copies.values()) <= {article.card.article_id for article in articles}
    by_id = {article.card.article_id: article for article in articles}
    for copy, original in copies.items():
        assert found_among([by_id[copy], by_id[original]]) == {copy: original}
    for story in {name[0] for name in by_id if name.endswith("first")}:
        left = {name for name in by_id if name.startswith(story)} - copies.keys()
        assert left <= {f"{story}-first", f"{story}-update"}


@settings(deadline=None, max_examples=20)
@given(st.lists(st.sets(st.sampled_from(range(len(MADE)))), min_size=2, max_size=4))
def test_what_is_remembered_of_earlier_questions_changes_nothing(questions: list[set[int]]) -> None:
    verdicts: Verdicts = {}
    for places in questions:
        articles = [MADE[place] for place in sorted(places)]
        assert copies_among(articles, verdicts) == found_among(articles)


def test_only_what_may_be_a_copy_is_read() -> None:
    """Signatures, outlets and what is remembered settle most pairs; to read an article costs more."""

    def read() -> Words:
        raise AssertionError("read without need")

    def unread(article: StoredText, *, source: str | None = None) -> StoredText:
        return StoredText(replace(article.card, source=source), article.signature, read)

    verdicts: Verdicts = {}
    names = {one.card.article_id: one for one in MADE}
    first, copy, update, other = (names[name] for name in ("0-first", "0-copy1", "0-update", "1-first"))
    assert copies_among([first, update, other], verdicts) == {}
    assert copies_among([unread(first), unread(update), unread(other)], verdicts) == {}
    assert copies_among([unread(other), first, copy], verdicts) == {"0-copy1": "0-first"}
    # An outlet's own words must be the same almost throughout.
    rewritten = stored("0-again", NEWSROOM.edited([*first.text.split(". ")], 0.3), "2024-03-03")
    one_outlet = [unread(article, source="Gulf Daily") for article in (first, rewritten)]
    assert copies_among(one_outlet, {}) == {}
    with pytest.raises(AssertionError, match="read without need"):
        copies_among([unread(first), unread(rewritten)], {})


def test_so_many_verdicts_are_kept_and_forgetting_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    everything: Verdicts = {}
    expected = copies_among(MADE, everything)
    ids = {article.card.article_id for article in MADE}
    assert len(everything) > 2 and {one for pair in everything for one in pair} <= ids, "ids, not articles"
    monkeypatch.setattr(collapsing, "_MOST_VERDICTS", 2)
    verdicts: Verdicts = {}
    for _ in range(2):
        assert copies_among(MADE, verdicts) == expected
        assert 0 < len(verdicts) <= 2


def test_copies_of_copies_make_no_chain() -> None:
    newsroom = Newsroom(9)
    said_now, chain = newsroom.article(12), []
    for day in range(1, 9):
        chain.append(stored(f"d{day}", said_now, f"2024-03-0{day}"))
        said_now = newsroom.edited(said_now, 0.2)
    copies = found_among(chain)
    # Each is a copy of the one before it, and the last has little in common with the first.
    assert all(found_among(chain[place : place + 2]) for place in range(7))
    assert found_among([chain[0], chain[-1]]) == {}
    assert not copies.keys() & set(copies.values())
    by_id = {article.card.article_id: article for article in chain}
    assert all(found_among([by_id[copy], by_id[original]]) for copy, original in copies.items())
    assert len(set(copies.values())) > 1


def test_the_original_takes_the_better_place_and_the_other_passages_keep_theirs() -> None:
    sentences = NEWSROOM.article(8)
    original = stored("original", sentences, "2024-03-01")
    copy = stored("copy", NEWSROOM.edited(sentences, 0.1), "2024-03-02")
    other = stored("other", NEWSROOM.article(8), "2024-03-02")
    ranking = [
        ranked(copy, 0.9, sentences=slice(0, 4)),
        ranked(other, 0.7),
        ranked(original, 0.4, sentences=slice(0, 4)),
        ranked(copy, 0.3, sentences=slice(4, 8)),
        ranked(original, 0.2, sentences=slice(4, 8)),
    ]
    kept, copies = collapsed(ranking)
    assert copies == {"copy": Copy(copy, "original")}
    places = [(one.candidate.chunk.article_id, one.candidate.chunk.start, one.score) for one in kept]
    assert places == [
        ("original", 0, 0.9),
        ("other", 0, 0.7),
        ("original", original.sentences[4].start, 0.3),
    ]
    assert kept[0].scores.fused == 0.9


def test_a_passage_of_a_copy_stays_where_no_passage_of_the_original_can_take_its_place() -> None:
    sentences = NEWSROOM.article(8)
    original, copy = stored("original", sentences, "2024-03-01"), stored("copy", sentences, "2024-03-02")
    further = stored("further", sentences, "2024-03-03")
    ranking = [ranked(copy, 0.9, sentences=slice(0, 4)), ranked(original, 0.2, sentences=slice(4, 8))]
    kept, copies = collapsed(ranking)
    assert kept == ranking
    assert set(copies) == {"copy"}
    # That passage of further copies takes no second place, in whatever order they come.
    again = ranked(further, 0.8, sentences=slice(0, 4))
    for more in ([again, *ranking], [*ranking, again]):
        kept, copies = collapsed(more)
        assert kept == ranking
        assert set(copies) == {"copy", "further"}


def test_the_link_that_led_to_a_copy_leads_to_the_original() -> None:
    sentences = NEWSROOM.article(8)
    original, copy = stored("original", sentences, "2024-03-01"), stored("copy", sentences, "2024-03-02")
    led = replace(ranked(copy, 0.9), hop=Hop("petter naess", "film", "copy"))
    led = replace(led, scores=replace(led.scores, rerank=-3.0, hop=4.0))
    [kept], _ = collapsed([led, ranked(original, 0.2)])
    assert kept.candidate.article == original
    assert kept.hop == Hop("petter naess", "film", "original")
    assert (kept.score, kept.scores.rerank, kept.scores.hop) == (0.9, -3.0, 4.0)
    # The article that names it does not lead to itself.
    [kept], _ = collapsed([replace(led, hop=Hop("petter naess", "original", "copy")), ranked(original, 0.2)])
    assert kept.hop is None


def test_without_copies_or_signatures_nothing_changes() -> None:
    unsigned = [written(article.card, article.text, article.sentences) for article in MADE]
    for articles in (unsigned, [article for article in MADE if article.card.article_id.endswith("first")]):
        ranking = [ranked(article, 1 - place / 100) for place, article in enumerate(articles)]
        assert collapsed(ranking) == (ranking, {})


def test_what_stood_for_a_copy_may_be_found_to_be_one() -> None:
    articles = {name: stored(name, ["Rain fell."], "2024-03-01") for name in "bce"}
    earlier = {"c": Copy(articles["c"], "b"), "e": Copy(articles["e"], "d")}
    found = joined(earlier, {"b": Copy(articles["b"], "a")})
    assert {name: copy.original for name, copy in found.items()} == {"b": "a", "c": "a", "e": "d"}
    assert list(found) == ["b", "c", "e"]


# ---------------------------------------------------------------------------------------- in whole answers

BRIDGE = (
    "The harbour bridge at Karvel reopens on 14 March, the port authority said in a statement. "
    "Repairs of its northern arch took three weeks and cost 40 million crowns. "
    "Lorries of more than 30 tonnes must go by the old road until the summer. "
    "The mayor of Karvel thanked the 200 workers who had laboured at night."
)
REWRITTEN = BRIDGE.replace("said in a statement", "announced").replace("laboured", "worked")
DAM = (
    "The dam above Karvel holds 90 million cubic metres, engineers of the water board reported. "
    "Its gates will be opened when the river rises by two metres. "
    "Farmers in the lower valley asked for more water in the dry months."
)
COPIES = [
    record("wire", BRIDGE, "2024-03-01", source="Agency"),
    record("evening", REWRITTEN, "2024-03-02", source="Evening"),
    record("morning", f"{BRIDGE} By our own reporter.", "2024-03-03", source="Morning"),
    record("undated", BRIDGE, None, source="Unknown"),
    record("update", BRIDGE.replace("14 March", "21 March"), "2024-03-04", source="Evening"),
    record("dam", DAM, "2024-03-02", source="Agency"),
]
QUESTION = "When does the harbour bridge at Karvel reopen?"


def ids(answerer: Answerer, question: str = QUESTION, **options: object) -> list[str]:
    return [p.card.article_id for p in answerer.search(question, today=TODAY, **options).passages]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    return answering(tmp_path_factory.mktemp("copies"), COPIES)


@pytest.mark.parametrize("rerank", [True, False])
def test_a_story_has_one_place_and_names_its_copies(archive: Answerer, rerank: bool) -> None:
    answer = archive.ask(QUESTION, today=TODAY, rerank=rerank)
    assert sorted(ids(archive, rerank=rerank)) == ["dam", "update", "wire"]
    told = {citation.card.article_id: citation.also_in for citation in answer.citations}
    assert told["wire"] == ("evening", "morning", "undated")
    assert answer.explanation.collapsed == dict.fromkeys(("evening", "morning", "undated"), "wire")
    assert said(answer)["explanation"]["collapsed"] == answer.explanation.collapsed


@pytest.mark.parametrize("rerank", [True, False])
def test_with_the_option_off_every_copy_has_its_own_place(archive: Answerer, rerank: bool) -> None:
    apart = Answerer(archive.index, archive.encoder, archive.reranker, options=replace(ALWAYS, copies=False))
    result = apart.search(QUESTION, top_k=50, rerank=rerank, today=TODAY)
    found = {passage.card.article_id for passage in result.passages}
    assert not result.explanation.collapsed
    assert found > set(ids(archive, rerank=rerank))


def test_a_quote_names_only_the_copies_that_have_it(tmp_path: Path) -> None:
    told = NEWSROOM.article(12)
    records = [
        record("whole", " ".join(told), "2024-03-01", source="Agency"),
        record("short", " ".join(told[:4]), "2024-03-02", source="Evening"),
    ]
    archive = answering(tmp_path, records)
    for sentence, others in ((told[2], ("short",)), (told[9], ())):
        answer = archive.ask(f"{sentence} ?", today=TODAY)
        assert answer.explanation.collapsed == {"short": "whole"}
        [also] = [one.also_in for one in answer.citations if sentence in one.quote]
        assert also == others


def test_an_update_is_shown_beside_what_it_updates(archive: Answerer) -> None:
    answer = archive.ask(QUESTION, today=TODAY)
    quotes = " ".join(citation.quote for citation in answer.citations)
    assert "14 March" in quotes and "21 March" in quotes


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(article_ids=("evening",)), ["evening"]),
        (Filters(sources=("Morning",)), ["morning"]),
        (Filters(sources=("Morning", "Unknown")), ["morning"]),
        (Filters(since=dt.date(2024, 3, 2), until=dt.date(2024, 3, 3)), ["dam", "evening"]),
    ],
)
def test_a_filter_reaches_a_copy_alone(archive: Answerer, filters: Filters, found: list[str]) -> None:
    assert sorted(ids(archive, filters=filters)) == found


@pytest.mark.parametrize("undated", [False, True])
@pytest.mark.parametrize("as_of", ["2024-03-01", "2024-03-02", "2024-03-03"])
def test_later_copies_leave_no_trace(tmp_path: Path, archive: Answerer, as_of: str, undated: bool) -> None:
    earlier = answering(
        tmp_path,
        [
            one
            for one in COPIES
            if (one["published"] is None and undated) or (one["published"] or "9") <= as_of
        ],
    )
    filters = Filters(as_of=dt.date.fromisoformat(as_of), include_undated=undated)
    for question in (QUESTION, "what is the status of the harbour bridge", "timeline of the dam"):
        full, then = (said(one.ask(question, filters=filters, today=TODAY)) for one in (archive, earlier))
        for content in (full, then):
            del content["generation"], content["explanation"]["undated_left_out"]
        assert json.dumps(full) == json.dumps(then)


def many(copies: int, stories: int) -> list[Record]:
    newsroom, chance = Newsroom(11), random.Random(11)
    wire = newsroom.article(6)
    wire[0] = f"The harbour bridge at Karvel reopens. {wire[0]}"
    told = [record("wire", " ".join(wire), "2024-03-01", source="Agency")]
    for number in range(copies):
        text = " ".join(newsroom.edited(wire, chance.choice([0.0, 0.05, 0.1])))
        told.append(record(f"copy{number:03}", text, "2024-03-02", source=f"Paper {number}"))
    for number in range(stories):
        text = f"A bridge near Karvel was painted. {' '.join(newsroom.article(6))}"
        told.append(record(f"story{number:03}", text, "2024-03-02", source="Agency"))
    return told


def test_what_was_remembered_of_a_text_is_forgotten_when_it_is_read_anew(tmp_path: Path) -> None:
    """The language decides where sentences end, and stands neither in the text nor on the card."""
    sentences = Newsroom(7).article(10)
    more = "and Sra. Protesters burned down two large warehouses near its northern gate yesterday."
    told = [*sentences[:4], f"{sentences[4][:-1]} {more}", *sentences[5:]]
    records = [
        record("first", " ".join(sentences), "2024-03-01", source="Agency", language="es"),
        record("second", " ".join(told), "2024-03-02", source="Evening", language="es"),
    ]
    held = answering(tmp_path, records)
    question = "Who burned down two large warehouses?"
    assert held.ask(question, today=TODAY).explanation.collapsed == {"second": "first"}
    fresh = answering(tmp_path, [{**one, "language": "en"} for one in records])
    again, anew = (said(one.ask(question, today=TODAY)) for one in (held, fresh))
    assert again == anew
    assert "Protesters burned" in anew["answer"]


@pytest.mark.parametrize("nul", ["", "\0"])
def test_ingest_counts_what_answers_collapse(tmp_path: Path, nul: str) -> None:
    # Always the same words: of pairs as far apart as these, ingest misses one in some hundreds.
    newsroom = Newsroom(12)
    sentences = newsroom.article(12)
    long, short = " ".join(sentences), " ".join(newsroom.without(sentences, 0.5))
    archive = answering(
        tmp_path,
        [
            record("long", f"{long[:20]}{nul}{long[20:]}", "2024-03-01", source="Agency"),
            record("short", short, "2024-03-01", source="Evening"),
        ],
    )
    collapsed_now = archive.ask(sentences[0], today=TODAY).explanation.collapsed
    assert archive.index.snapshot().manifest.copies == len(collapsed_now)


@pytest.mark.parametrize("rerank", [True, False])
def test_sixty_copies_take_one_of_the_places(tmp_path: Path, rerank: bool) -> None:
    options = replace(ALWAYS, depth=8, rerank_depth=8)
    archive = answering(tmp_path, many(60, 12), options=options)
    shown = ids(archive, "harbour bridge at Karvel", top_k=8, rerank=rerank)
    assert shown[0] == "wire"
    assert len(shown) == len(set(shown)) == 8
    assert not any(name.startswith("copy") for name in shown)


def test_passages_of_one_article_are_not_collapsed_with_each_other(tmp_path: Path) -> None:
    story = " ".join(Newsroom(12).article(40))
    archive = answering(
        tmp_path, [record("one", story, "2024-03-01"), record("two", story, "2024-03-02", source="B")]
    )
    chunks = archive.index.snapshot().chunks_of("one")
    assert len(chunks) > 2
    found = archive.search(story.split(".")[0], top_k=50, today=TODAY).passages
    assert {(p.card.article_id, p.start) for p in found} == {("one", chunk.start) for chunk in chunks}
