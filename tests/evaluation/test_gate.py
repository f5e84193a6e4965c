"""Laws of the gate: the same result passes; a broken quote, a bar lost or a real loss does not."""

from __future__ import annotations

import dataclasses
import functools
import io
import json
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console
from scripted import Scripted, answer, citation, evidence, passage, silent
from scripted import gold as gold_questions

from rag.errors import EvaluationError, NotFound, RagError
from rag.evaluation import (
    Bar,
    Baseline,
    GateResult,
    accept,
    check_gate,
    evaluate_gold,
    gate_json,
    load_bars,
    load_baseline,
    options_of,
    render,
    render_gate,
    report_json,
)
from rag.evaluation.gate import OtherQuestions
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.metrics import BY_OUTCOME, LOWER_IS_BETTER
from rag.evaluation.report import GoldReport, LostArticle

WORDS = "The mill was shut in 2015."
QUESTIONS = tuple(
    GoldQuestion(
        f"f{number:02}", "fact", f"When [{number}]?", True, str(number), ((evidence("old", WORDS),),)
    )
    for number in range(30)
)


def report(*, lost: int = 0, failed: int = 0, questions: tuple[GoldQuestion, ...] = QUESTIONS) -> GoldReport:
    names = [question.question for question in questions]
    right, wrong = answer(citation("old", WORDS)), answer(citation("other", "Rain is expected"), confidence=1)
    answers = {name: wrong if place < lost else right for place, name in enumerate(names)}
    for name in names[:failed]:
        del answers[name]
    return evaluate_gold(Scripted(answers, dict.fromkeys(names, (passage("old"),))), questions)


def gate(now: GoldReport, then: GoldReport, folder: Path, bars: tuple[Bar, ...] = ()) -> GateResult:
    accept(then, folder / "baseline.json")
    return check_gate(now, load_baseline(folder / "baseline.json"), bars)


def baseline_of(then: GoldReport) -> Baseline:
    return Baseline(
        "gold",
        (),
        then.identity,
        {
            one.id: {"kind": one.kind, "fingerprint": one.fingerprint, "scores": one.scores}
            for one in then.results
        },
    )


def shown(result: GateResult) -> str:
    console = Console(file=io.StringIO(), width=200)
    render_gate(result, console)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_the_same_result_passes(tmp_path: Path) -> None:
    result = gate(report(lost=3), report(lost=3), tmp_path)
    assert result == GateResult((), (), (), (), (), OtherQuestions(), 30, 1.0, fewest_to_fail=8)
    assert result.passed


def test_a_significant_loss_fails_and_names_the_questions(tmp_path: Path) -> None:
    result = gate(report(lost=12), report(), tmp_path)
    assert not result.passed
    cited = {"citation_recall", "citation_precision", "citation_precision@1"}
    assert {loss.metric for loss in result.losses} == cited
    assert result.losses[0].before == 1
    assert result.losses[0].after == pytest.approx(18 / 30)
    assert [change.id for change in result.changed] == [f"f{number:02}" for number in range(12)]
    assert gate_json(result)["passed"] is False
    assert "lost f03 “When [3]?” is answered wrongly: citation_recall 1 → 0" in shown(result)


@pytest.mark.parametrize(("lost", "told"), [(1, "1 question is"), (3, "3 questions are")])
def test_a_loss_within_chance_passes_and_is_told_with_what_fails_on_it(
    tmp_path: Path, lost: int, told: str
) -> None:
    result = gate(report(lost=lost), report(), tmp_path)
    assert result.passed
    assert list(result.worse) == gate_json(result)["worse"] == [f"f{place:02}" for place in range(lost)]
    them = "it" if lost == 1 else "them"
    last = shown(result).splitlines()[-1]
    assert last == f"The gate passed; {told} worse, within chance; --strict fails on {them}."
    assert not check_gate(report(lost=lost), baseline_of(report()), (), strict=True).passed


def test_an_answer_that_is_lost_is_told_first(tmp_path: Path) -> None:
    """Before what is worse in part, better, or another answer at the same scores; each in file order."""
    then, worse = report(questions=QUESTIONS[:6]), {"R@1": 0.0}
    names = [question.question for question in QUESTIONS[:6]]
    right, wrong = answer(citation("old", WORDS)), answer(citation("other", "Rain is expected"))
    said = dict(zip(names, (right, right, wrong, answer(), right, right), strict=True))
    now = evaluate_gold(Scripted(said, dict.fromkeys(names, (passage("old"),))), QUESTIONS[:6])
    results = list(now.results)
    results[1] = dataclasses.replace(results[1], scores={**results[1].scores, **worse})
    results[4] = dataclasses.replace(results[4], presented={})
    result = gate(dataclasses.replace(now, results=tuple(results)), then, tmp_path)
    assert [(change.id, change.lost) for change in result.changed] == [
        ("f02", "is answered wrongly"),
        ("f03", "is not answered any more"),
        ("f01", None),
        ("f04", None),
    ]
    assert [line.split()[0] for line in shown(result).splitlines() if " f0" in line] == [
        *("lost", "lost", "worse", "other")
    ]


def test_an_abstention_that_became_an_answer_is_lost(tmp_path: Path) -> None:
    asked = (dataclasses.replace(QUESTIONS[0], answerable=False, evidence=(), kind="near-miss"), QUESTIONS[1])
    right = answer(citation("old", WORDS))
    then, now = (
        evaluate_gold(Scripted({"When [0]?": said, "When [1]?": right}), asked) for said in (answer(), right)
    )
    (change,) = gate(now, then, tmp_path).changed
    assert change.lost == "is answered, and must not be"
    (back,) = gate(then, now, tmp_path).changed
    assert (back.lost, back.worse) == (None, {})


def test_a_gain_passes_and_is_shown(tmp_path: Path) -> None:
    result = gate(report(), report(lost=12), tmp_path)
    assert result.passed
    assert "better f00" in shown(result)


def test_more_false_abstentions_are_a_loss(tmp_path: Path) -> None:
    names = [question.question for question in QUESTIONS]
    abstaining = evaluate_gold(
        Scripted(dict.fromkeys(names, answer()), dict.fromkeys(names, (passage("old"),))), QUESTIONS
    )
    result = gate(abstaining, report(), tmp_path)
    assert "false_abstentions" in {loss.metric for loss in result.losses}
    assert result.changed[0].worse["false_abstentions"] == (0, 1)


def test_one_broken_quote_fails(tmp_path: Path) -> None:
    bad = dataclasses.replace(citation("old", WORDS), quote=WORDS.replace("shut", "shot"))
    names = [question.question for question in QUESTIONS]
    answers = {**dict.fromkeys(names, answer(citation("old", WORDS))), names[7]: answer(bad)}
    broken = evaluate_gold(Scripted(answers, dict.fromkeys(names, (passage("old"),))), QUESTIONS)
    result = gate(broken, report(), tmp_path)
    assert not result.passed
    assert not result.losses
    with pytest.raises(EvaluationError, match="with 1 broken quote and 0 failed questions cannot"):
        accept(broken, tmp_path / "broken.json")
    assert result.breaches == (
        "f07: quote integrity: old [0, 26) is not the article's text at these offsets",
    )


def test_one_failed_question_fails(tmp_path: Path) -> None:
    result = gate(report(failed=1), report(), tmp_path)
    assert not result.passed
    assert result.breaches[0].startswith("f00: failed: ")


@pytest.mark.parametrize(
    ("bar", "holds"),
    [
        (Bar("citation_recall", least=0.9), True),
        (Bar("citation_recall", ("fact",), least=0.91), False),
        (Bar("false_abstentions", most=0.0), True),
        (Bar("false_answers", ("off-corpus",), most=0.1), False),  # nothing measures it
    ],
)
def test_a_bar_that_is_missed_is_told_and_a_bar_that_was_reached_must_hold(
    tmp_path: Path, bar: Bar, holds: bool
) -> None:
    as_before = gate(report(lost=3), report(lost=3), tmp_path, (bar,))
    assert as_before.passed
    assert (not as_before.unreached) is holds
    unmeasured = bar.kinds == ("off-corpus",)
    from_perfect = gate(report(lost=3), report(), tmp_path, (bar,))
    assert from_perfect.passed is (holds or unmeasured)


def losing(number: int | None) -> GoldReport:
    """A result of which so many articles could not be read; None of an index that was there."""
    lost = (
        None if number is None else tuple(LostArticle(f"{one}.md", None, "is empty") for one in range(number))
    )
    return dataclasses.replace(report(), lost_articles=lost)


@given(st.none() | st.integers(0, 3), st.none() | st.integers(0, 3))
def test_it_fails_where_more_articles_are_lost_than_when_it_was_accepted(
    then: int | None, now: int | None
) -> None:
    """Not more: they are told."""
    with tempfile.TemporaryDirectory() as folder:
        result = gate(losing(now), losing(then), Path(folder))
    assert result.passed == ((now or 0) <= (then or 0))
    told = [one for one in (*result.breaches, *result.notes) if "could not be read" in one]
    assert len(told) == bool(now)
    assert all(f"{one}.md: is empty" in told[0] for one in range(now or 0))


def test_a_baseline_without_lost_articles_says_nothing_of_them(tmp_path: Path) -> None:
    """So it is the same bytes as one that was accepted before they were told of."""
    texts = []
    for number in (None, 0, 1):
        accept(losing(number), tmp_path / f"{number}.json")
        texts.append((tmp_path / f"{number}.json").read_text())
    assert texts[0] == texts[1]
    assert "lost_articles" not in texts[0]
    assert json.loads(texts[2]) == {**json.loads(texts[0]), "lost_articles": 1}
    assert load_baseline(tmp_path / "None.json").lost_articles == 0


@pytest.mark.parametrize("count", [-1, True, "1", None, 1.5])
def test_a_baseline_with_no_number_of_lost_articles_is_none(tmp_path: Path, count: object) -> None:
    accept(report(), tmp_path / "baseline.json")
    content = json.loads((tmp_path / "baseline.json").read_text())
    (tmp_path / "baseline.json").write_text(json.dumps({**content, "lost_articles": count}))
    with pytest.raises(EvaluationError, match="is not a baseline"):
        load_baseline(tmp_path / "baseline.json")


def test_other_questions_are_left_out_of_the_comparison(tmp_path: Path) -> None:
    edited = (*QUESTIONS[:12], *(dataclasses.replace(one, fingerprint="new") for one in QUESTIONS[12:29]))
    result = gate(report(lost=29, questions=edited), report(questions=QUESTIONS[1:]), tmp_path)
    assert [change.id for change in result.changed] == [f"f{number:02}" for number in range(1, 12)]
    assert result.notes == ("questions added since the baseline: f00",)
    assert [breach.split("; ")[0] for breach in result.breaches] == [
        "1 accepted question is missing: f29",
        "17 accepted questions are edited: f12, f13, f14, f15, f16, f17, f18, f19, f20, f21, f22, f23 "
        "and 5 more",
    ]


def test_an_edited_question_is_told_with_what_of_it_and_its_scores_then_and_now(tmp_path: Path) -> None:
    """Nothing is held against it: it may have been edited because it is answered worse."""
    then, now = report(questions=QUESTIONS[:3]), report(lost=1, questions=QUESTIONS[:3])
    prints = ("words:1 evidence:2 filters:3", "words:1 evidence:4 filters:5")
    then, now = (
        dataclasses.replace(
            one,
            results=tuple(dataclasses.replace(it, fingerprint=mark) for it in one.results[:2])
            + one.results[2:],
        )
        for one, mark in zip((then, now), prints, strict=True)
    )
    result = gate(now, then, tmp_path)
    assert [(change.id, change.edited) for change in result.edited] == [
        ("f00", ("evidence", "filters")),
        ("f01", ("evidence", "filters")),
    ]
    assert result.changed == ()
    (breach,) = result.breaches
    assert breach.startswith("2 accepted questions are edited: f00 (evidence, filters), f01 (evidence, filt")
    lines = shown(result).splitlines()
    assert lines[0].startswith("edited f00 “When [0]?” (evidence, filters): citation_recall 1 → 0, ")
    assert lines[1] == "edited f01 “When [1]?” (evidence, filters): the same scores"
    content: Any = gate_json(result)
    assert content["edited"][0]["worse"]["citation_recall"] == (1, 0)


@functools.cache
def scored_alike() -> GoldReport:
    return report(questions=QUESTIONS[:6])


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_it_passes_only_with_every_accepted_question_as_it_was(data: st.DataObject) -> None:
    """Whatever is added: at the same scores it fails exactly when one is missing or edited, and names it."""
    whole = scored_alike()
    ids = [one.id for one in whole.results]
    added, missing, edited = (
        data.draw(st.sets(st.sampled_from(ids[place : place + 2]))) for place in (0, 2, 4)
    )
    now = dataclasses.replace(
        whole,
        results=tuple(
            dataclasses.replace(one, fingerprint="another" if one.id in edited else one.fingerprint)
            for one in whole.results
            if one.id not in missing
        ),
    )
    then = baseline_of(
        dataclasses.replace(whole, results=[one for one in whole.results if one.id not in added])
    )
    if not {*ids} - added - missing - edited:
        return
    result = check_gate(now, then, ())
    assert result.passed is (not missing and not edited)
    told = " ".join(result.breaches)
    assert {name for name in ids if name in told} == missing | edited
    assert result.questions == OtherQuestions(*map(tuple, map(sorted, (added, missing, edited))))


def test_a_metric_that_comes_and_goes_with_what_is_found_is_told(tmp_path: Path) -> None:
    """No test compares it, and nothing passes unseen."""
    without, marked = report(), with_score(report(), 0, "mark_precision", 0.0)
    told = "on 1 question (mean 0.000): f00"
    now, then = gate(marked, without, tmp_path), gate(without, marked, tmp_path)
    assert now.notes == (f"mark_precision is measured, and was not in the baseline, {told}",)
    assert then.notes == (f"mark_precision was measured in the baseline, and no longer, {told}",)
    assert now.passed
    assert then.passed


def with_score(one: GoldReport, place: int, metric: str, score: float | None) -> GoldReport:
    """The report with this score of the question at this place; without it for None."""
    results = list(one.results)
    others = {name: value for name, value in results[place].scores.items() if name != metric}
    scores = others if score is None else {**others, metric: score}
    results[place] = dataclasses.replace(results[place], scores=scores)
    return dataclasses.replace(one, results=tuple(results))


@settings(max_examples=50, deadline=None)
@given(
    place=st.integers(0, 5), metric=st.sampled_from(sorted({*scored_alike().results[0].scores} - BY_OUTCOME))
)
def test_what_was_measured_of_a_question_must_be_measured_again(place: int, metric: str) -> None:
    """Also of one question alone: what is not measured may have got worse unseen."""
    result = check_gate(with_score(scored_alike(), place, metric, None), baseline_of(scored_alike()), ())
    assert [breach.split(",")[0] for breach in result.breaches] == [f"{metric} was measured in the baseline"]
    assert f": f0{place}; accept the result without it" in result.breaches[0]


def test_it_says_how_many_changed_and_whether_chance_explains_it(tmp_path: Path) -> None:
    assert "Of 30 questions none has another score." in shown(gate(report(), report(), tmp_path))
    for now, then, counts, told in (
        (3, 0, "3 are worse in some score and 0 better", "1.000"),
        (4, 0, "4 are worse in some score and 0 better", "0.625"),  # ten metrics, one chance in sixteen
        (0, 30, "0 are worse in some score and 30 better", "1.000"),
    ):
        words = shown(gate(report(lost=now), report(lost=then), tmp_path))
        assert f"Of 30 questions {counts}: no metric lost more than chance explains" in words
        assert f"(smallest p after Holm: {told})." in words
    beyond = shown(gate(report(lost=12), report(), tmp_path))
    assert (
        "12 are worse in some score and 0 better: beyond chance in citation_precision, citation_precision@1, "
        "citation_recall." in beyond
    )


def test_a_line_is_one_line_on_no_terminal_whatever_its_width(tmp_path: Path) -> None:
    result = gate(report(lost=12, failed=1), report(), tmp_path)
    narrow = Console(file=io.StringIO(), width=20)
    render_gate(result, narrow)
    assert narrow.file.getvalue() == shown(result)  # type: ignore[attr-defined]
    assert max(map(len, shown(result).splitlines())) > 200


def test_nothing_in_common_is_refused_and_not_passed(tmp_path: Path) -> None:
    edited = tuple(dataclasses.replace(one, fingerprint="new") for one in QUESTIONS)
    with pytest.raises(EvaluationError, match="restore the questions, or name their own"):
        gate(report(questions=edited), report(), tmp_path)


def test_a_baseline_of_something_else_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="is of 'other'"):
        gate(report(), dataclasses.replace(report(), dataset="other"), tmp_path)


def test_a_baseline_of_something_else_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    accept(dataclasses.replace(report(), dataset="other"), path)
    with pytest.raises(EvaluationError, match=r"is of 'other'.* name another with --baseline"):
        accept(report(), path)
    path.unlink()
    accept(report(questions=QUESTIONS[:10]), path)
    with pytest.raises(
        EvaluationError, match="none of these questions unedited; restore them, or name another"
    ):
        accept(report(questions=QUESTIONS[10:]), path)
    accept(report(), path)
    assert len(load_baseline(path).questions) == 30


def test_what_accepting_cannot_replace_is_told_with_another_remedy_than_accepting(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text("[", "utf-8")
    with pytest.raises(
        EvaluationError, match=r"baseline\.json cannot be read .*; restore it, or name another"
    ):
        accept(report(), path)
    assert path.read_text("utf-8") == "["
    with pytest.raises(EvaluationError, match=r"there is no folder .*nowhere; make it, or name another file"):
        accept(report(), tmp_path / "nowhere" / "baseline.json")


def test_the_number_of_cores_is_no_difference(tmp_path: Path) -> None:
    one, other = (dataclasses.replace(report(), identity={"cores": number}) for number in (2, 4))
    assert gate(one, other, tmp_path).notes == ()


def test_another_model_is_told(tmp_path: Path) -> None:
    now = dataclasses.replace(report(), identity={**report().identity, "encoder": "another"})
    assert gate(now, report(), tmp_path).notes == ("encoder was scripted, is another",)


def test_what_only_one_of_two_results_tells_is_told(tmp_path: Path) -> None:
    """As a file of synonyms that was set then and is not now, or what an older baseline does not hold."""
    now, then = (
        dataclasses.replace(report(), identity=identity)
        for identity in (
            {"content": "2", "synonyms": None, "versions": {}},
            {"synonyms": "1", "versions": {"rag": "1"}},
        )
    )
    assert gate(now, then, tmp_path).notes == (
        "content was not told, is 2",
        "synonyms was 1, is not told",
        "rag was 1, is not told",
    )


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_tests_fail_from_just_so_many_questions_on(data: st.DataObject) -> None:
    """It says of few questions how many must be worse in one metric, and that is how many must be."""
    metrics = ["R@1", "R@5", "R@10", "citation_recall", "intent", "order"][: data.draw(st.integers(1, 6))]
    count = data.draw(st.integers(1, 14))
    base = report(questions=QUESTIONS[:14])

    def scoring(worse: int) -> GoldReport:
        rows = [
            {name: 0.0 if name == metrics[0] and place < worse else 1.0 for name in metrics}
            for place in range(count)
        ]
        results = [dataclasses.replace(one, scores=own) for one, own in zip(base.results, rows, strict=False)]
        return dataclasses.replace(base, results=tuple(results))

    then = baseline_of(scoring(0))
    fewest = check_gate(scoring(0), then, ()).fewest_to_fail
    failing = [worse for worse in range(count + 1) if not check_gate(scoring(worse), then, ()).passed]
    assert failing == ([] if fewest is None else list(range(fewest, count + 1)))


@pytest.mark.parametrize("lost", range(4))
def test_strict_fails_on_any_question_that_is_worse(lost: int) -> None:
    few = QUESTIONS[:7]
    then = baseline_of(report(questions=few))
    now = check_gate(report(lost=lost, questions=few), then, (), strict=True)
    assert now.passed is (lost == 0)
    assert sum(f"f{place:02}" in now.breaches[0] for place in range(7)) == lost if lost else not now.breaches
    better = check_gate(report(questions=few), baseline_of(report(lost=3, questions=few)), (), strict=True)
    assert better.passed
    assert "--strict" not in shown(better)
    loose = shown(check_gate(report(lost=lost, questions=few), then, ()))
    assert "The tests of chance cannot fail on 7 questions, however many become worse: --strict" in loose
    assert "The tests of chance fail when 8 of these 30 questions or more" in shown(
        check_gate(report(), baseline_of(report()), ())
    )


@pytest.mark.parametrize("asked", [1, 2, 9])
@pytest.mark.parametrize("lost", [0, 1, 2])
def test_one_is_told_of_as_one_and_more_as_more(tmp_path: Path, asked: int, lost: int) -> None:
    """In all that a run, its gate and accepting say."""
    few, then = QUESTIONS[:asked], tmp_path / "then.json"
    accept(report(questions=few), then)
    now = report(lost=lost, questions=few)
    bar = Bar("citation_recall", least=1)
    console = Console(file=io.StringIO(), width=200)
    render(now, console)
    with pytest.raises(EvaluationError) as refused:
        accept(report(failed=1, questions=few), then)
    texts = [console.file.getvalue(), str(refused.value)]  # type: ignore[attr-defined]
    texts += [
        shown(check_gate(one, load_baseline(then), (bar,), strict=True))
        for one in (now, with_score(now, 0, "mark_recall", 1), with_score(now, 0, "R@5", None))
    ]
    for text in texts:
        told = re.findall(r"(?<![.\d])(\d+) (?:accepted |broken |failed )?([a-z]+)( are| is)?\b", text)
        assert told
        for number, noun, verb in told:
            nouns = {"question", "quote", "breach", "loss", "is"}
            many = {"questions", "quotes", "breaches", "losses", "are"}
            assert noun not in (many if number == "1" else nouns), text
            assert verb != (" are" if number == "1" else " is"), text


def test_a_change_tells_what_was_quoted_before_and_now(tmp_path: Path) -> None:
    result = gate(report(lost=1), report(), tmp_path)
    (change,) = result.changed
    assert (change.quoted_before, change.quoted_after) == (("old [0, 26)",), ("other [0, 16)",))
    assert "  other quotes: was old [0, 26), now other [0, 16)" in shown(result)


def test_a_baseline_that_tells_no_quotes_is_still_read() -> None:
    (change,) = check_gate(report(lost=1), baseline_of(report()), ()).changed
    assert change.quoted_before is None


def test_the_report_names_what_missed_and_what_was_quoted() -> None:
    console = Console(file=io.StringIO(), width=200)
    render(report(lost=20), console)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert text.count("missed f") == 12
    assert "missed f03 “When [3]?”: citation_recall 0; quoted: other [0, 16)" in text
    assert "and 8 more, all of which --json tells" in text
    questions: Any = report_json(report(lost=1))["questions"]
    assert questions[0]["question"] == "When [0]?"
    assert questions[0]["citations"] == [
        {"article_id": "other", "start": 0, "end": 16, "quote": "Rain is expected"}
    ]
    abstained: Any = report_json(evaluate_gold(silent(), gold_questions()))["questions"]
    assert abstained[0]["message"] == "The articles do not answer."


@functools.cache
def eight() -> GoldReport:
    return report(questions=QUESTIONS[:8])


SCORED = st.fixed_dictionaries(
    {name: st.sampled_from([0.0, 0.5, 1.0]) for name in ("R@5", "citation_recall", "false_answers")}
)


@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_a_better_score_never_makes_the_gate_fail(data: st.DataObject) -> None:
    whole = eight()

    def scoring(scores: list[dict[str, float]]) -> GoldReport:
        results = [
            dataclasses.replace(one, scores=own) for one, own in zip(whole.results, scores, strict=True)
        ]
        return dataclasses.replace(whole, results=tuple(results))

    then, now = (data.draw(st.lists(SCORED, min_size=8, max_size=8)) for _ in range(2))
    place, metric = data.draw(st.integers(0, 7)), data.draw(st.sampled_from(sorted(now[0])))
    better = 0.0 if metric in LOWER_IS_BETTER else 1.0
    bars = (Bar("R@5", least=0.5), Bar("false_answers", ("fact",), most=0.5))
    held_against = baseline_of(scoring(then))
    before = check_gate(scoring(now), held_against, bars)
    now[place] = {**now[place], metric: better}
    after = check_gate(scoring(now), held_against, bars)
    assert after.passed or not before.passed
    assert after.smallest_probability >= before.smallest_probability - 1e-9


def test_accepting_twice_writes_the_same_bytes_and_no_times(tmp_path: Path) -> None:
    accept(report(lost=2), tmp_path / "one.json")
    accept(report(lost=2), tmp_path / "two.json")
    content = (tmp_path / "one.json").read_bytes()
    assert content == (tmp_path / "two.json").read_bytes()
    assert b"latency" not in content
    assert str(tmp_path).encode() not in content


def test_accepting_cannot_reopen_a_bar(tmp_path: Path) -> None:
    bar = Bar("citation_recall", ("fact",), least=0.99)
    path = tmp_path / "baseline.json"
    accept(report(lost=3), path, bars=(bar,))  # open from the start: accepted, and told as open
    accept(report(), path, bars=(bar,))
    reached = path.read_bytes()
    with pytest.raises(RagError, match="citation_recall"):
        accept(report(lost=3), path, bars=(bar,))
    assert path.read_bytes() == reached


def test_a_broken_result_is_not_accepted(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="1 failed"):
        accept(report(failed=1), tmp_path / "baseline.json")
    assert not (tmp_path / "baseline.json").exists()


@pytest.mark.parametrize("content", ["[", "[]", '{"questions": 3}', "[" * 100_000])
def test_what_is_no_baseline_is_refused_by_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "baseline.json").write_text(content, "utf-8")
    with pytest.raises(EvaluationError, match=r"baseline\.json"):
        load_baseline(tmp_path / "baseline.json")
    with pytest.raises(NotFound, match="rag eval --accept"):
        load_baseline(tmp_path / "none.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
ODD_ROWS = JSON | st.fixed_dictionaries(
    {},
    optional={
        "kind": st.just("fact") | st.just("query") | JSON,
        "fingerprint": st.sampled_from(["0", "1"]) | JSON,
        "scores": st.fixed_dictionaries({}, optional={"R@5": st.floats(0, 1) | JSON, "intent": JSON}) | JSON,
        "quotes": JSON,
        "confidence": st.floats(0, 1) | JSON,
        "presented": st.dictionaries(st.sampled_from(["words", "dates"]), st.just("0") | JSON) | JSON,
    },
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ODD_ROWS, min_size=1, max_size=2))
def test_a_baseline_is_refused_by_its_question_or_can_be_held_against(
    tmp_path: Path, rows: list[object]
) -> None:
    """Whatever its rows hold: no other error comes of it, then or later."""
    whole, path = scored_alike(), tmp_path / "baseline.json"
    accept(whole, path)
    content = json.loads(path.read_text("utf-8"))
    content["questions"] |= {f"f{place:02}": row for place, row in enumerate(rows)}
    path.write_text(json.dumps(content), "utf-8")
    bars = (Bar("R@5", least=0.5), Bar("intent", ("fact",), least=0.5))
    try:
        baseline = load_baseline(path)
    except EvaluationError as error:
        assert re.search(
            r"baseline\.json is not a baseline, question 'f0[01]': .*; restore it", str(error), re.S
        )
        return
    finally:
        path.unlink()
    result = check_gate(whole, baseline, bars, strict=True)
    assert shown(result)
    assert set(options_of(baseline)) <= {"--quotes", "--foreign FILE"}


ROW: dict[str, object] = {"kind": "fact", "fingerprint": "1", "scores": {}}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (3, "is 3, no object"),
        ({"scores": {}}, "kind is None, no word"),
        ({"kind": "fact"}, "fingerprint is None, no word"),
        (ROW | {"scores": 3}, "scores are 3, no object"),
        (ROW | {"scores": {"R@5": "high"}}, "R@5 is 'high', no share from 0 to 1"),
        (ROW | {"scores": {"R@5": float("nan")}}, "R@5 is nan, no share from 0 to 1"),
        (ROW | {"confidence": 2}, "confidence is 2, no share from 0 to 1"),
        (ROW | {"quotes": 3}, "quotes are 3, no list of places"),
        (ROW | {"presented": {"words": 3}}, "presented is {'words': 3}, no object of digests"),
    ],
)
def test_what_is_wrong_with_a_row_of_a_baseline_is_told(tmp_path: Path, row: object, told: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(json.dumps({"dataset": "gold", "identity": {}, "questions": {"a": row}}), "utf-8")
    with pytest.raises(EvaluationError, match=f"question 'a': {re.escape(told)}; restore it"):
        load_baseline(path)


@pytest.mark.parametrize(
    "content",
    [
        "{}",
        '[{"metric": "R@5"}]',
        '[{"metric": "R@5", "least": 1, "most": 1}]',
        '[{"metric": "R@5", "least": 1, "kinds": ["fakt"]}]',
        '[{"metric": "R@5", "least": 1, "kinds": 3}]',
        '[{"metric": "R@5", "least": 1, "kinds": "fact"}]',
    ],
)
def test_what_is_no_bar_is_refused_by_name(tmp_path: Path, content: str) -> None:
    (tmp_path / "bars.json").write_text(content, "utf-8")
    with pytest.raises(RagError, match=r"bars\.json"):
        load_bars(tmp_path / "bars.json")


def test_a_report_is_readable(tmp_path: Path) -> None:
    console = Console(file=io.StringIO(), width=200)
    render(report(lost=3, failed=1), console)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "citation_recall" in text
    assert "failed f00: No script for 'When [0]?'." in text
