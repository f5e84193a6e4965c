"""A bar that could hold nothing is refused by name: of no metric, in no direction, at no share."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scripted import citation, gold, perfect

from rag.errors import RagError
from rag.evaluation import Bar, Query, evaluate_gold, load_bars
from rag.evaluation.asking import Asked
from rag.evaluation.metrics import BY_OUTCOME, LOWER_IS_BETTER, OF_ALL, PER_QUESTION
from rag.evaluation.quotes import confidence_metrics, foreign_answered, held_back, quote_scores
from rag.evaluation.ranking import ARTICLE_MEASURES


def load(folder: Path, *rows: object) -> tuple[Bar, ...]:
    path = folder / "bars.json"
    path.write_text(json.dumps(rows), "utf-8")
    return load_bars(path)


@pytest.mark.parametrize("metric", PER_QUESTION)
def test_a_bar_goes_in_the_direction_in_which_its_metric_can_get_worse(tmp_path: Path, metric: str) -> None:
    right, wrong = ("most", "least") if metric in LOWER_IS_BETTER else ("least", "most")
    assert load(tmp_path, {"metric": metric, right: 0.5}) == (Bar(metric, **{right: 0.5}),)
    with pytest.raises(
        RagError, match=rf"bars\.json, bar 1: {metric} is better .*write {right} and no {wrong}$"
    ):
        load(tmp_path, {"metric": metric, wrong: 0.5})


@given(st.text(max_size=20).filter(lambda name: name not in {*PER_QUESTION, *OF_ALL}))
def test_a_metric_that_nothing_measures_is_refused_with_those_there_are(name: str) -> None:
    folder = Path(__file__).parent
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_text", lambda *_: json.dumps([{"metric": name, "least": 0.5}]))
        with pytest.raises(RagError, match=r"bar 1: there is no metric .* the metrics are .*citation_recall"):
            load_bars(folder / "bars.json")


@pytest.mark.parametrize("metric", OF_ALL)
def test_what_no_question_measures_has_no_bar(tmp_path: Path, metric: str) -> None:
    with pytest.raises(RagError, match=f"{metric} is of all questions at once"):
        load(tmp_path, {"metric": metric, "most": 0.5})


@pytest.mark.parametrize("share", [95, -0.1, float("nan"), float("inf"), True])
def test_a_bar_is_a_share(tmp_path: Path, share: float) -> None:
    with pytest.raises(RagError, match="write a share from 0 to 1"):
        load(tmp_path, {"metric": "R@5", "least": share})


@pytest.mark.parametrize("metric", PER_QUESTION)
def test_a_bar_that_nothing_misses_is_refused_and_the_one_beside_it_is_not(
    tmp_path: Path, metric: str
) -> None:
    direction, nothing_misses, hardest = ("most", 1, 0) if metric in LOWER_IS_BETTER else ("least", 0, 1)
    for share in (nothing_misses, float(nothing_misses)):
        with pytest.raises(RagError, match=rf"bar 1: {direction} is {share}, which nothing misses"):
            load(tmp_path, {"metric": metric, direction: share})
    (bar,) = load(tmp_path, {"metric": metric, direction: hardest})
    assert bar.missed([("fact", {metric: nothing_misses})]) is not None


@given(
    right=st.dictionaries(st.sampled_from(["metric", "least", "kinds"]), st.none()),
    wrong=st.text(max_size=8).filter(lambda key: key not in {"metric", "kinds", "least", "most"}),
)
def test_a_key_that_there_is_not_is_named_whatever_else_is_wrong(right: dict[str, None], wrong: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_text", lambda *_: json.dumps([{**right, wrong: ["fact"]}]))
        with pytest.raises(RagError) as caught:
            load_bars(Path("bars.json"))
    assert f"bar 1: there is no key {wrong!r}; the keys are metric, kinds, least, most" in str(caught.value)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"metric": "R5", "least": "high"}, "there is no metric 'R5'"),
        ({"metric": "R5", "least": 0.5, "most": 0.6}, "there is no metric 'R5'"),
        ({"least": 0.5}, "there is no metric None"),
        ({"metric": ["R@5"], "least": 0.5}, r"there is no metric \['R@5'\]"),
        ({"metric": "R@5", "least": 0.5, "most": 0.6}, "R@5 is better .* write least and no most"),
        ({"metric": "R@5"}, "R@5 has no least"),
        ({"metric": "R@5", "least": "high"}, "least is 'high'; write a share"),
        ({"metric": "R@5", "least": 10**400}, "least is 1000*; write a share"),
        (["R@5"], r"is \['R@5'\]; write an object"),
    ],
)
def test_what_is_wrong_with_a_bar_is_told(tmp_path: Path, row: object, told: str) -> None:
    with pytest.raises(RagError, match=rf"bars\.json, bar 2: {told}"):
        load(tmp_path, {"metric": "R@5", "least": 0.5}, row)


WRONG: list[tuple[object, list[str]]] = [
    ({"metric": "R@5", "least": 0.5}, []),
    ({"metric": "R@5", "least": 2}, ["least is 2; "]),
    ({"metric": "R5", "kinds": ["facts"]}, ["there is no metric 'R5'; ", "there is no kind 'facts'; "]),
    (
        {"metric": "R@5", "most": 1, "least": 0},
        ["R@5 is better the higher", "least is 0, which nothing misses; "],
    ),
    (
        {"metric": "false_answers", "kinds": 1, "x": 0},
        ["there is no key 'x'; ", "false_answers has no most; ", "kinds is 1; "],
    ),
    ({"metric": "R@5", "least": 0.5, "kinds": [["fact"]]}, ["there is no kind ['fact']; "]),
    ({"metric": "R@5", "least": False}, ["least is False; write a share"]),
    ("R@5", ["is 'R@5'; write an object"]),
]


@given(st.lists(st.sampled_from(WRONG), max_size=6))
def test_all_that_is_wrong_in_a_file_is_told_at_once_by_its_bar(rows: list[tuple[object, list[str]]]) -> None:
    expected = [f"bar {number}: {one}" for number, (_, wrong) in enumerate(rows, start=1) for one in wrong]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_text", lambda *_: json.dumps([row for row, _ in rows]))
        if not expected:
            assert load_bars(Path("bars.json")) == (Bar("R@5", least=0.5),) * len(rows)
            return
        with pytest.raises(RagError) as caught:
            load_bars(Path("bars.json"))
    told = str(caught.value)
    opening = "bars.json, " if len(expected) == 1 else f"bars.json has {len(expected)} mistakes: (1) "
    assert told.startswith(opening + expected[0])
    places = [
        told.index(f"({number}) {one}") for number, one in enumerate(expected, start=1) if len(expected) > 1
    ]
    assert places == sorted(places)


def test_every_metric_that_is_measured_is_known_by_its_name_and_kind() -> None:
    """And none is known that is not measured."""
    query = Query("1", "when", ("2015",), False)
    quotes: dict[str, Any] = {"quotes": (), "ranking": ("old",), "answered": True, "answer_retrieved": True}
    asked = Asked(query, 1.0, confidence=0.5, **quotes)
    unanswerable = dataclasses.replace(asked, query=Query("2", "who", (), True), answer_retrieved=False)
    report = evaluate_gold(*_judged())
    judged = {"1": {"old": 1}}
    of_one = {
        *(name for result in report.results for name in result.scores),
        *map(str, ARTICLE_MEASURES),
        *quote_scores(asked),
        *quote_scores(unanswerable),
        *held_back(asked, judged),
        *foreign_answered(unanswerable),
    }
    assert of_one == set(PER_QUESTION)
    assert {*report.metrics, *confidence_metrics([asked, unanswerable], judged)} - of_one == set(OF_ALL)
    assert of_one >= BY_OUTCOME


def _judged() -> Any:
    """Gold with a timeline of which a mark is made, so that all of its metrics are measured."""
    marked = dataclasses.replace(gold()[2], supersedes=(("new", "old"),), contradicts=())
    system = perfect()
    old, new = citation("old", "Talks began in May."), citation("new", "Talks were resumed on Monday.")
    said = system.answers[marked.question]
    citations = (dataclasses.replace(old, superseded_by=2), dataclasses.replace(new, number=2))
    system.answers = {**system.answers, marked.question: dataclasses.replace(said, citations=citations)}
    return system, (*gold()[:2], marked, *gold()[3:])
