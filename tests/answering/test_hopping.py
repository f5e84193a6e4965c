"""The second hop: found where only a name leads, silent elsewhere, and never above what it came from."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from archives import ALWAYS, ENCODER, Record, answering, record, said, write
from fakes import OverlapReranker, words_of

from rag.answering import Answerer
from rag.encoding import Vectors
from rag.indexing.ingest import add
from rag.store import Index, segments
from rag.types import Filters, Intent

QUESTION = "Where was the director of Aldri born?"
TODAY = dt.date(2026, 1, 1)


@dataclass(frozen=True)
class HeadlineReranker(OverlapReranker):
    """How much of a text's headline stands in the question, from −8 to 8; notes what it read."""

    read: list[tuple[str, str]] = field(default_factory=list)

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        self.read.extend((question, text) for text in texts)
        asked = set(words_of(question))
        headlines = [words_of(text.split("\n", 1)[0]) for text in texts]
        return np.array(
            [16 * sum(word in asked for word in words) / max(1, len(words)) - 8 for words in headlines],
            np.float32,
        )


def about(title: str, text: str, published: str = "2020-01-15") -> Record:
    return {**record(title, text, published), "title": title}


FILM = about(
    "Aldri", "The picture was shot in Bergen by Petter Naess. It was the director of the year who made it."
)
PERSON = about("Petter Naess", "A Norwegian who grew up in Oslo, he learned the trade from his uncle.")
OTHERS = [
    about(
        f"Report {number}", f"The director of museum {number} was born where the river ends. So it was told."
    )
    for number in range(40)
]


def archive(folder: Path, records: Sequence[Record], reranker: OverlapReranker | None = None) -> Answerer:
    return answering(folder, records, reranker=reranker or HeadlineReranker())


def ids(answerer: Answerer, question: str = QUESTION, *, hops: bool = True, **options: object) -> list[str]:
    asked = Answerer(answerer.index, ENCODER, answerer.reranker, options=replace(ALWAYS, hops=hops))
    found = asked.search(question, today=TODAY, top_k=60, **options)  # type: ignore[arg-type]
    return [passage.card.article_id for passage in found.passages]


def test_an_article_that_only_a_name_leads_to_stands_behind_the_one_that_names_it(tmp_path: Path) -> None:
    answerer = archive(tmp_path, [FILM, PERSON, *OTHERS])
    assert ids(answerer)[:2] == ["Aldri", "Petter Naess"]
    assert "Petter Naess" not in ids(answerer, hops=False)[:10]
    answer = answerer.ask(QUESTION, today=TODAY)
    assert [(hop.name, hop.source, hop.target) for hop in answer.explanation.hops] == [
        ("Petter Naess", "Aldri", "Petter Naess")
    ]
    lifted = answer.passages[1].scores
    assert lifted.hop is not None and lifted.rerank is not None
    assert lifted.hop - lifted.rerank >= 5


@dataclass(frozen=True)
class TellingReranker(HeadlineReranker):
    """What tells where somebody grew up has one logit once the question names him, and another before."""

    told: float = 6.0
    untold: float = -8.0

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        logits = super().score(question, texts)
        tells = np.array(["grew up" in text for text in texts])
        return np.where(tells, np.float32(self.told if "petter naess" in question else self.untold), logits)


@pytest.mark.parametrize(
    ("untold", "told", "follows"),
    [(-8.0, 6.0, True), (-8.0, -2.9, True), (-8.0, -3.1, False), (-12.0, -4.9, True), (-12.0, -5.1, False)],
)
def test_what_the_name_brings_near_to_an_answer_is_shown_and_only_an_answer_is_quoted(
    tmp_path: Path, untold: float, told: float, follows: bool
) -> None:
    answerer = archive(tmp_path, [FILM, PERSON, *OTHERS], TellingReranker(told=told, untold=untold))
    found = answerer.search(QUESTION, today=TODAY, top_k=60)
    assert [hop.target for hop in found.explanation.hops] == (["Petter Naess"] if follows else [])
    names = [passage.card.article_id for passage in found.passages]
    assert names[0] == "Aldri"
    assert ("Petter Naess" in names[:10]) is follows
    quotables = answerer.examine(QUESTION, today=TODAY).quotables
    assert ("Petter Naess" in {quotable.card.article_id for quotable in quotables}) is (told > 0)


def test_what_only_leads_on_is_read_for_quotes_as_if_nothing_had_led_to_it(tmp_path: Path) -> None:
    """It is there without the link too, in so small an archive."""
    answerer = archive(tmp_path, [FILM, PERSON], TellingReranker(told=-2.9))
    without = Answerer(answerer.index, ENCODER, answerer.reranker, options=replace(ALWAYS, hops=False))
    read = [
        {
            (one.card.article_id, one.start, one.score)
            for one in asked.examine(QUESTION, today=TODAY).quotables
        }
        for asked in (answerer, without)
    ]
    assert answerer.search(QUESTION, today=TODAY).explanation.hops
    assert read[0] == read[1] and {name for name, _, _ in read[0]} == {"Aldri", "Petter Naess"}


@pytest.mark.parametrize("later", ["Aldri", "Petter Naess", "Anna Berg", "Zoe Quist"])
def test_a_link_leads_to_the_same_whichever_article_came_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, later: str
) -> None:
    """A segment's rows are not in the order of the articles' ids beyond it."""
    film = about("Aldri", f"{FILM['text']} The frames are by Anna Berg and the sound is by Zoe Quist.")
    others = [about(name, f"{name} works for the museum of the city.") for name in ("Anna Berg", "Zoe Quist")]
    records = [film, PERSON, *others, *OTHERS]
    at_once = said(archive(tmp_path / "once", records).ask(QUESTION, today=TODAY))
    assert {hop["target"] for hop in at_once["explanation"]["hops"]} >= {"Petter Naess"}
    for name in ("SMALL", "RATIO"):
        monkeypatch.setattr(segments, name, 0)  # nothing is joined
    archive(tmp_path / "grown", [one for one in records if one["id"] != later])
    write(tmp_path / "more", [one for one in records if one["id"] == later])
    add([tmp_path / "more"], index_folder=tmp_path / "grown" / "index", encoder=ENCODER)
    index = Index.open(tmp_path / "grown" / "index")
    assert len(index.snapshot().manifest.segments) == 2
    grown = said(Answerer(index, ENCODER, HeadlineReranker(), options=ALWAYS).ask(QUESTION, today=TODAY))
    assert {**grown, "generation": at_once["generation"]} == at_once


def test_the_links_told_are_those_of_the_passages_shown_and_of_the_quotes(tmp_path: Path) -> None:
    answerer = archive(tmp_path, [FILM, PERSON, *OTHERS])
    for top_k, links in ((1, 0), (2, 1), (60, 1)):
        # The answer quotes the person's article, whether or not its passage is shown.
        assert len(answerer.ask(QUESTION, today=TODAY, top_k=top_k).explanation.hops) == 1
        assert len(answerer.search(QUESTION, today=TODAY, top_k=top_k).explanation.hops) == links


def test_who_is_asked_for_is_not_followed(tmp_path: Path) -> None:
    """The article that names him answers; his own need not say so, and would lead."""
    film = about("Aldri", "The picture was shot in Bergen. Aldri was directed by Petter Naess that year.")
    answerer = archive(tmp_path, [film, PERSON, *OTHERS])
    assert answerer.ask(QUESTION, today=TODAY).citations[0].card.article_id == "Petter Naess"
    answer = answerer.ask("Who was the director of Aldri?", today=TODAY)
    assert answer.explanation.hops == () and answer.citations[0].card.article_id == "Aldri"


def test_a_name_that_the_question_gives_is_not_followed(tmp_path: Path) -> None:
    answerer = archive(tmp_path, [FILM, PERSON, *OTHERS])
    question = "Where was Petter Naess, the director of Aldri, born?"
    assert answerer.ask(question, today=TODAY).explanation.hops == ()
    assert ids(answerer, question) == ids(answerer, question, hops=False)


@pytest.mark.parametrize("ordinary", [False, True])
def test_what_is_also_written_as_an_ordinary_word_is_no_name(tmp_path: Path, ordinary: bool) -> None:
    beside = "An envoy of the king came." if ordinary else "A messenger of the king came."
    film = about(
        "Aldri", f"The picture was shot in Bergen for Envoy. {beside} It was the director of the year."
    )
    answerer = archive(tmp_path, [film, about("Envoy", PERSON["text"]), *OTHERS])
    assert ("Envoy" in ids(answerer)[:2]) is not ordinary


def test_a_passage_about_another_matter_leads_nowhere(tmp_path: Path) -> None:
    """It has none of the names that are asked about, and a link from it would answer of another event."""
    text = f"{FILM['text']} Where the director of it was born is told there: where a director is born."
    film = about("The director was born", text)
    answerer = archive(tmp_path / "without", [film, PERSON, *OTHERS])
    assert answerer.ask(QUESTION, today=TODAY).explanation.hops == ()
    film = about("The director was born", f"{text} Its name is Aldri.")
    assert archive(tmp_path / "with", [film, PERSON, *OTHERS]).ask(QUESTION, today=TODAY).explanation.hops


def test_where_no_article_is_about_what_is_named_the_ranking_stays(tmp_path: Path) -> None:
    answerer = archive(tmp_path, [FILM, *OTHERS])
    assert ids(answerer) == ids(answerer, hops=False)


def test_a_linked_passage_that_the_name_does_not_make_an_answer_stays_away(tmp_path: Path) -> None:
    """Overlap of words: told the name, the article about the person still says nothing of the question."""
    answerer = archive(tmp_path, [FILM, PERSON, *OTHERS], OverlapReranker())
    assert ids(answerer) == ids(answerer, hops=False)


class NarrowReranker(HeadlineReranker):
    """A window that holds the question and no more."""

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        if len(question) > len(QUESTION):
            raise ValueError("the question takes more tokens than the window holds")
        return super().score(question, texts)


def test_a_name_for_which_the_window_has_no_room_is_not_followed(tmp_path: Path) -> None:
    answerer = archive(tmp_path, [FILM, PERSON, *OTHERS], NarrowReranker())
    answer = answerer.ask(QUESTION, today=TODAY)
    assert answer.citations and answer.explanation.hops == ()


def test_a_name_of_very_many_articles_leads_nowhere(tmp_path: Path) -> None:
    crowd = [about("Petter Naess", f"Part {number} of what he told of Oslo.") for number in range(70)]
    crowd = [{**one, "id": f"p{number}"} for number, one in enumerate(crowd)]
    answerer = archive(tmp_path, [FILM, *crowd])
    assert answerer.ask(QUESTION, today=TODAY).explanation.hops == ()


def test_few_passages_are_read_for_it(tmp_path: Path) -> None:
    people = [
        f"{first} {last}" for first in ("Ada", "Bo", "Cy") for last in ("Moe", "Naess", "Olsen", "Pihl")
    ]
    film = about("Aldri", f"The director of Aldri was born. With {', '.join(people)}.")
    reranker = HeadlineReranker()
    answerer = archive(
        tmp_path, [film, *(about(name, f"Of {name} little is told.") for name in people)], reranker
    )
    reranker.read.clear()
    answerer.search(QUESTION, today=TODAY)
    told = [question for question, _ in reranker.read if question != QUESTION]
    assert 0 < len(told) <= 8
    assert len(reranker.read) <= answerer.options.rerank_depth + 16


@pytest.mark.parametrize("seed", range(12))
def test_the_first_passage_stays_first_and_none_overtakes_what_names_it(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    names = [f"{a} {b}" for a in ("Ada", "Bo", "Cy", "Di") for b in ("Moe", "Naess", "Olsen")]
    records = [
        about(name, f"{' and '.join(chance.sample(names, 2))} met where the director was born, it was said.")
        for name in names
    ]
    answerer = archive(tmp_path, records, chance.choice([HeadlineReranker(), OverlapReranker()]))
    question = f"Where was the director of {chance.choice(names)} born?"
    with_hops, without = ids(answerer, question), ids(answerer, question, hops=False)
    assert with_hops[0] == without[0]
    assert set(with_hops) >= set(without)
    for hop in answerer.ask(question, today=TODAY).explanation.hops:
        assert with_hops.index(hop.source) < with_hops.index(hop.target)


def test_a_later_article_leads_nowhere_as_of_an_earlier_day(tmp_path: Path) -> None:
    """Neither as a target nor as the longer name that hides a shorter one (law 4)."""
    later = about("Petter Naess of Oslo", "He came home in the end.", "2021-06-01")
    film = {**FILM, "text": "The picture was shot in Bergen by Petter Naess of Oslo, the director of Aldri."}
    then = Filters(as_of=dt.date(2020, 12, 31))
    whole = archive(tmp_path / "whole", [film, PERSON, later, *OTHERS])
    earlier = archive(tmp_path / "earlier", [film, PERSON, *OTHERS])
    answers = [said(one.ask(QUESTION, filters=then, today=TODAY)) for one in (whole, earlier)]
    for answer in answers:
        del answer["generation"]
    assert answers[0] == answers[1]
    assert [hop["target"] for hop in answers[0]["explanation"]["hops"]] == ["Petter Naess"]
    assert "Petter Naess of Oslo" in ids(whole)[:2]


def test_the_answer_quotes_both_articles_and_is_no_surer_for_it(tmp_path: Path) -> None:
    answerer = archive(tmp_path, [FILM, PERSON, *OTHERS])
    answer = answerer.ask(QUESTION, today=TODAY)
    # What answers leads, and what names it stands behind.
    assert [citation.card.article_id for citation in answer.citations[:2]] == ["Petter Naess", "Aldri"]
    assert "by Petter Naess" in answer.citations[1].quote
    without = Answerer(answerer.index, ENCODER, answerer.reranker, options=replace(ALWAYS, hops=False))
    assert answer.confidence <= without.ask(QUESTION, today=TODAY).confidence


def test_of_how_a_matter_stands_the_topic_is_read_with_the_name_as_without(tmp_path: Path) -> None:
    reranker = HeadlineReranker()
    answerer = archive(tmp_path, [FILM, PERSON, *OTHERS], reranker)
    reranker.read.clear()
    answer = answerer.ask("what is the status of the director of Aldri", today=TODAY)
    assert answer.explanation.topic == "director of Aldri"
    asked = {question for question, _ in reranker.read}
    assert asked == {"director of Aldri", "petter naess: director of Aldri"}


def test_the_name_is_read_in_the_place_of_the_words_that_it_stands_for(tmp_path: Path) -> None:
    film = about("Aldri", "The picture was shot in Bergen. Aldri was directed by Petter Naess that year.")
    reranker = HeadlineReranker()
    answerer = archive(tmp_path, [film, PERSON, *OTHERS], reranker)
    reranker.read.clear()
    answer = answerer.ask(QUESTION, today=TODAY)
    [hop] = answer.explanation.hops
    assert (hop.name, hop.stands_for) == ("Petter Naess", "the director of Aldri")
    asked = {question for question, text in reranker.read if text.startswith("Petter Naess\n")}
    assert asked == {QUESTION, "Where was Petter Naess born?"}


@pytest.mark.parametrize(
    ("named", "follows"),
    [("Petter left with Naess", True), ("Naess Hansen left", False), ("Naess Hansen and Naess left", True)],
)
def test_the_first_word_of_a_longer_name_is_no_name(tmp_path: Path, named: str, follows: bool) -> None:
    film = about("Aldri", f"The director of Aldri was ill. Of those who came {named}.")
    answerer = archive(tmp_path, [film, about("Naess", PERSON["text"]), *OTHERS])
    assert bool(answerer.search(QUESTION, today=TODAY).explanation.hops) is follows


@pytest.mark.parametrize(
    ("office", "named", "follows"),
    [
        ("Chief Whip", "Chief Whip left", True),
        ("Chief Whip", "Chief Whip Petter Hansen left", False),
        ("Chief Whip", "Chief Whip Petter Hansen and the Chief Whip left", True),
        # A name that is no office may be longer in one place.
        ("Harbour Guard", "Harbour Guard Group left", True),
    ],
)
def test_what_is_called_before_a_person_is_no_name(
    tmp_path: Path, office: str, named: str, follows: bool
) -> None:
    """The "Chief Whip" of "Chief Whip Petter Hansen" is what he is, and not another who is one."""
    film = about("Aldri", f"The director of Aldri was ill. Of those who came {named}.")
    answerer = archive(tmp_path, [film, about(office, PERSON["text"]), *OTHERS])
    assert bool(answerer.search(QUESTION, today=TODAY).explanation.hops) is follows


@pytest.mark.parametrize(
    ("untold", "told", "answers"), [(1.0, 4.1, True), (1.0, 3.9, False), (-3.5, -0.1, False)]
)
def test_what_stands_in_the_ranking_by_itself_keeps_its_place_and_is_read_with_the_name(
    tmp_path: Path, untold: float, told: float, answers: bool
) -> None:
    """It answers worse by itself, but not by so much that the name would have to lift it."""
    answerer = archive(tmp_path, [FILM, PERSON], TellingReranker(told=told, untold=untold))
    without = Answerer(answerer.index, ENCODER, answerer.reranker, options=replace(ALWAYS, hops=False))
    assert ids(answerer) == ids(without) == ["Aldri", "Petter Naess"]
    answer = answerer.ask(QUESTION, today=TODAY)
    assert (answer.citations[0].card.article_id == "Petter Naess") is answers


@pytest.mark.parametrize("intent", ["status", "timeline"])
def test_of_how_a_matter_stands_what_keeps_its_place_is_read_as_without_the_name(
    tmp_path: Path, intent: Intent
) -> None:
    answerer = archive(tmp_path, [FILM, PERSON], TellingReranker(told=4.1, untold=1.0))
    without = Answerer(answerer.index, ENCODER, answerer.reranker, options=replace(ALWAYS, hops=False))
    answer, expected = (one.ask(QUESTION, intent=intent, today=TODAY) for one in (answerer, without))
    assert (answer.citations, answer.confidence) == (expected.citations, expected.confidence)
    assert answer.explanation.hops == ()


@pytest.mark.parametrize(("told", "follows"), [(6.1, True), (5.9, False)])
def test_what_was_not_found_takes_more_to_come_in(tmp_path: Path, told: float, follows: bool) -> None:
    """Then it is neither shown nor quoted, though it answers."""
    reranker = TellingReranker(told=told, untold=1.0)
    answerer = archive(tmp_path, [FILM, PERSON, *OTHERS], reranker)
    few = Answerer(answerer.index, ENCODER, reranker, options=replace(ALWAYS, depth=3))
    answer = few.ask(QUESTION, today=TODAY, top_k=60)
    assert ("Petter Naess" in {passage.card.article_id for passage in answer.passages}) is follows
    assert bool(answer.explanation.hops) is follows


def test_what_is_compared_is_quoted_of_each_though_one_answers_far_better(tmp_path: Path) -> None:
    films = [
        about("Aldri", "The film Aldri came out in 1999."),
        about("The film Bris", "The film Bris came out in 2001."),
    ]
    answer = archive(tmp_path, films).ask("Which film came out first, Aldri or Bris?", today=TODAY)
    assert [citation.card.article_id for citation in answer.citations] == ["Aldri", "The film Bris"]
