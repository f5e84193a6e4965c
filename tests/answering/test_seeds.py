"""The user's own question, with the real models, over the five articles."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest

from rag.answering import Answerer
from rag.answering.contract import answer_json, claims_from_json
from rag.encoding import Encoder, Reranker
from rag.indexing.ingest import ingest
from rag.store import Index
from rag.types import Answer, Filters

SEEDS = Path(__file__).parents[2] / "seeds"
QUESTION = "what is the status of Pakistan Steel Mills talks"


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, reranker: Reranker) -> Answerer:
    folder = tmp_path_factory.mktemp("seeds")
    ingest([SEEDS], index_folder=folder, encoder=encoder)
    return Answerer(Index.open(folder), encoder, reranker)


@pytest.fixture(scope="module")
def answer(answerer: Answerer) -> Answer:
    return answerer.ask(QUESTION)


def test_the_question_is_answered_newest_first(answer: Answer) -> None:
    assert not answer.abstained
    assert answer.intent == "status"
    published = [citation.card.published.value for citation in answer.citations]
    assert published[0] == "2025-02-12"
    assert "2024-11-12" in published[1:]


def test_every_quote_is_its_slice_of_the_file(answer: Answer) -> None:
    """Read from the file by hand, not through any reader of ours."""
    for citation in answer.citations:
        text = (SEEDS / f"{citation.card.article_id}.txt").read_bytes().decode("utf-8")
        assert text[citation.start : citation.end] == citation.quote
        assert hashlib.sha256(text.encode()).hexdigest() == citation.card.article_sha256


def test_this_week_is_the_week_of_the_article(answer: Answer) -> None:
    [date] = [date for one in answer.citations for date in one.dates if date.words == "this week"]
    assert (date.first, date.last) == (dt.date(2024, 11, 11), dt.date(2024, 11, 17))


def test_every_citation_is_verified(answerer: Answerer, answer: Answer) -> None:
    verdicts = answerer.verify(claims_from_json(answer_json(answer)))
    assert [verdict.state for verdict in verdicts] == ["intact"] * len(answer.citations)


def test_before_2025_only_the_earlier_talks_are_known(answerer: Answerer) -> None:
    then = answerer.ask(QUESTION, filters=Filters(as_of=dt.date(2024, 12, 31)))
    assert not then.abstained
    assert then.citations[0].card.published.value == "2024-11-12"
    assert all(one.card.published.value <= "2024-12-31" for one in (*then.citations, *then.passages))


def test_what_the_articles_do_not_hold_is_not_answered(answerer: Answerer) -> None:
    answer = answerer.ask("Who won the cricket world cup in 1992?")
    assert (answer.abstained, answer.reason, answer.citations) == (True, "not answered", ())
    assert answer.passages
