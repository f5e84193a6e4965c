"""What a reader sees is compared as well: at the same scores another answer is told, not passed over."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from scripted import Scripted, answer, citation, evidence, gold, passage, perfect

from rag.errors import EvaluationError
from rag.evaluation import (
    Baseline,
    GateResult,
    accept,
    check_gate,
    evaluate_gold,
    gate_json,
    load_baseline,
    render_gate,
)
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.presented import presented
from rag.evaluation.report import GoldReport
from rag.types import (
    Answer,
    Contrary,
    Disagreement,
    Notice,
    PartAsked,
    Published,
    ResolvedDate,
    Span,
)

DAY = dt.date(2015, 5, 1)
FIRST, SECOND = citation("old", "The mill was shut in 2015."), citation("old", "Talks began in May.")
ANSWERED, ABSTAINED = answer(FIRST, SECOND), answer(passages=(passage("old"), passage("new")))
QUESTIONS = (
    GoldQuestion("f", "fact", "What of it?", True, "1", ((evidence("old", FIRST.quote),),)),
    GoldQuestion("n", "near-miss", "What does steel cost?", False, "2"),
)


def citing(**changes: object) -> Callable[[Answer], Answer]:
    def changed(one: Answer) -> Answer:
        first, *others = one.citations
        return dataclasses.replace(one, citations=(dataclasses.replace(first, **changes), *others))

    return changed


def explained(**changes: object) -> Callable[[Answer], Answer]:
    return lambda one: dataclasses.replace(one, explanation=dataclasses.replace(one.explanation, **changes))


def saying(**changes: Any) -> Callable[[Answer], Answer]:
    return lambda one: dataclasses.replace(one, **changes)


def of_card(**changes: Any) -> Callable[[Answer], Answer]:
    return citing(card=dataclasses.replace(FIRST.card, **changes))


CHANGES: list[tuple[str, Answer, Callable[[Answer], Answer]]] = [
    ("words", ANSWERED, citing(quote="The mill")),
    ("words", ANSWERED, lambda one: dataclasses.replace(one, citations=one.citations[::-1])),
    ("sources", ANSWERED, of_card(title="Mills")),
    ("sources", ANSWERED, of_card(source="Daily")),
    ("sources", ANSWERED, of_card(url="https://example.org")),
    ("sources", ANSWERED, of_card(published=Published("2024", "year", "text"))),
    ("sources", ANSWERED, citing(number=2)),
    ("dates", ANSWERED, citing(dates=(ResolvedDate(0, 3, "The", DAY, DAY, "day"),))),
    ("dates", ANSWERED, citing(of_time=False)),
    ("notices", ANSWERED, citing(notices=(Notice("retraction", 0, 3, "The"),))),
    ("marks", ANSWERED, citing(superseded_by=2)),
    ("marks", ANSWERED, citing(contradicts=(Disagreement(2, "1", "2"),))),
    ("marks", ANSWERED, citing(answers=(1,))),
    ("copies", ANSWERED, citing(also_in=("new",))),
    ("message", ABSTAINED, saying(message="")),
    ("message", ABSTAINED, saying(reason="nothing matches")),
    ("message", ABSTAINED, saying(remedies=("list ids",))),
    ("notes", ANSWERED, saying(notes=("No article is of that source.",))),
    ("notes", ABSTAINED, saying(did_you_mean="What does steel cost?")),
    ("reading", ANSWERED, saying(intent="status")),
    ("reading", ANSWERED, saying(as_of=DAY)),
    ("reservations", ANSWERED, explained(window_met=False)),
    ("reservations", ANSWERED, explained(contrary=Contrary("rejected", "approved"))),
    ("reservations", ANSWERED, explained(names_unquoted=("KCFR",))),
    ("reservations", ANSWERED, explained(undated_left_out=2)),
    ("reservations", ANSWERED, explained(parts=(PartAsked("Who?", "Who?", 0.5, True),))),
    ("nearest", ABSTAINED, saying(passages=())),
    ("nearest", ABSTAINED, saying(passages=ABSTAINED.passages[::-1])),
    (
        "nearest",
        ABSTAINED,
        saying(passages=(dataclasses.replace(ABSTAINED.passages[0], nearest=Span(0, 26)),)),
    ),
]


@pytest.mark.parametrize(("part", "said", "change"), CHANGES)
def test_each_part_that_a_reader_sees_has_a_digest_of_its_own(
    part: str, said: Answer, change: Callable[[Answer], Answer]
) -> None:
    before, after = presented(said), presented(change(said))
    differing = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    # What stands beside quotes stands in their order.
    assert part in differing
    assert differing == {part} or (part == "words" and differing <= {"words", "sources"})
    assert presented(said) == before


@pytest.mark.parametrize("changes", [{"article_sha256": "f" * 64}, {"title_origin": "text"}])
def test_what_no_reader_sees_of_a_source_is_no_other_source(changes: dict[str, str]) -> None:
    """An article that was edited elsewhere has another hash, and the same title, source, address and date."""
    assert presented(of_card(**changes)(ANSWERED)) == presented(ANSWERED)


def measured(*, said: Answer = ANSWERED, held_back: Answer = ABSTAINED) -> GoldReport:
    """Of a question that is answered and one that is abstained from."""
    names = [question.question for question in QUESTIONS]
    return evaluate_gold(Scripted(dict(zip(names, (said, held_back), strict=True))), QUESTIONS)


measured_once = functools.cache(measured)


def against(now: GoldReport, folder: Path, then: GoldReport | None = None, **options: bool) -> GateResult:
    accept(then or measured(), folder / "baseline.json")
    return check_gate(now, load_baseline(folder / "baseline.json"), (), **options)


def shown(result: GateResult) -> list[str]:
    console = Console(file=io.StringIO(), width=300)
    render_gate(result, console)
    lines: list[str] = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
    return lines


def test_the_same_answers_are_no_change(tmp_path: Path) -> None:
    assert against(measured(), tmp_path, strict=True).changed == ()


def test_other_quotes_at_the_same_scores_are_told_with_their_places(tmp_path: Path) -> None:
    other = answer(FIRST, dataclasses.replace(citation("new", "The mill will open again."), number=2))
    result = against(measured(said=other), tmp_path, strict=True)
    assert result.passed
    assert shown(result)[0] == (
        "other f “What of it?”: other quotes, same scores: was old [0, 26), old [27, 46), now old [0, 26), "
        "new [0, 25)"
    )
    assert "Of 2 questions none has another score. 1 is answered otherwise at the same scores." in shown(
        result
    )


def test_quotes_in_another_order_are_told(tmp_path: Path) -> None:
    """Also where the first of them rests on evidence as before."""
    both = (*QUESTIONS[0].evidence[0], evidence("old", SECOND.quote))
    questions = (dataclasses.replace(QUESTIONS[0], evidence=(both,)), QUESTIONS[1])
    then, now = (
        evaluate_gold(Scripted({"What of it?": said, "What does steel cost?": ABSTAINED}), questions)
        for said in (ANSWERED, answer(SECOND, FIRST))
    )
    (change,) = against(now, tmp_path, then).changed
    assert not (change.better or change.worse)
    assert "the same quotes in another order, same scores" in shown(against(now, tmp_path, then))[0]


def test_the_same_words_at_other_places_are_told_as_such(tmp_path: Path) -> None:
    """As when something was put in front of them in their article."""
    now = measured()
    moved = tuple(
        dataclasses.replace(one, start=one.start + 9, end=one.end + 9) for one in now.results[0].shown
    )
    results = (dataclasses.replace(now.results[0], shown=moved), now.results[1])
    told = shown(against(dataclasses.replace(now, results=results), tmp_path))[0]
    assert (
        "the same words at other places, same scores: was old [0, 26), old [27, 46), now old [9, 35)" in told
    )


@pytest.mark.parametrize(("part", "said", "change"), CHANGES)
def test_any_other_part_is_told_by_its_name_and_fails_nothing(
    part: str, said: Answer, change: Callable[[Answer], Answer], tmp_path: Path
) -> None:
    now = measured()
    place = 0 if said is ANSWERED else 1
    results = list(now.results)
    results[place] = dataclasses.replace(results[place], presented=presented(change(said)))
    result = against(dataclasses.replace(now, results=tuple(results)), tmp_path, strict=True)
    assert result.passed
    assert part in shown(result)[0].partition("”: other ")[2]
    gate: Any = json.loads(json.dumps(gate_json(result)))
    assert part in gate["changed"][0]["differs"]


@given(
    before=st.integers(0, 100),
    after=st.integers(0, 100),
    answerable=st.booleans(),
)
def test_strict_fails_on_a_confidence_that_is_further_from_what_it_should_be(
    before: int, after: int, answerable: bool
) -> None:
    """By more than a tolerance; a smaller change and the other direction are told alone."""

    def sure(hundredths: int) -> GoldReport:
        report = measured_once()
        place = 0 if answerable else 1
        results = list(report.results)
        results[place] = dataclasses.replace(results[place], confidence=hundredths / 100)
        return dataclasses.replace(report, results=tuple(results))

    then = sure(before)
    rows = {
        one.id: {
            **{"kind": one.kind, "fingerprint": one.fingerprint, "scores": one.scores},
            "confidence": one.confidence,
        }
        for one in then.results
    }
    baseline = Baseline("gold", (), then.identity, rows)
    worse = (before - after if answerable else after - before) > 5
    result = check_gate(sure(after), baseline, (), strict=True)
    assert result.passed is not worse
    assert check_gate(sure(after), baseline, ()).passed
    told = " ".join(shown(result))
    assert (f"confidence {before / 100:g} → {after / 100:g}" in told) is (before != after)
    assert ("1 question is answered with a confidence that fell by more than 0.05" in told) is worse


@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 0.5, 1.0]), st.integers(0, 100), st.booleans()),
        min_size=1,
        max_size=6,
    )
)
def test_how_many_are_worse_is_told_alike_wherever_it_is_told(asked: list[tuple[float, int, bool]]) -> None:
    """By the labels, by the count, by the last line and in the JSON."""
    results = [
        dataclasses.replace(
            measured_once().results[0],
            **{
                "id": f"q{place}",
                "scores": {"R@5": score},
                "confidence": sure / 100,
                "answerable": answerable,
            },
        )
        for place, (score, sure, answerable) in enumerate(asked)
    ]
    rows = {one.id: {"kind": one.kind, "fingerprint": one.fingerprint} for one in results}
    then = {name: {**row, "scores": {"R@5": 0.5}, "confidence": 0.5} for name, row in rows.items()}
    report = dataclasses.replace(measured_once(), results=tuple(results))
    result = check_gate(report, Baseline("gold", (), report.identity, then), ())
    labels = [re.match("worse|lost|less sure|more sure|better|other", line) for line in shown(result)]
    told = Counter(label.group() for label in labels if label)
    scored, alone = told["worse"] + told["lost"], told["less sure"] + told["more sure"]
    assert scored + alone == len(result.worse) == len(gate_json(result)["worse"])  # type: ignore[arg-type]
    counts, last = next(line for line in shown(result) if line.startswith("Of ")), shown(result)[-1]
    assert scored == int((re.search(r"(\d+) (?:is|are) worse in some", counts) or ["", 0])[1])
    assert alone == int(
        (re.search(r"(\d+) (?:more|is worse|are worse) in (?:its|their)", counts) or ["", 0])[1]
    )
    if result.passed:
        assert (re.findall(r"^The gate passed; (\d+)", last) or ["0"]) == [str(scored + alone)]
        assert ("confidence alone" in last) is bool(alone)
        assert ("within chance" in last) is bool(scored)
        parts = re.search(r"worse, (\d+) in some score, .* and (\d+) in confidence", last)
        assert (parts.groups() if parts else None) == (
            (str(scored), str(alone)) if scored and alone else None
        )
    assert told["other"] == int((re.search(r"(\d+) (?:is|are) answered otherwise", counts) or ["", 0])[1])


@pytest.mark.parametrize(("place", "sure", "label"), [(0, 0.9, "less sure"), (1, 0.1, "more sure")])
def test_a_question_that_is_worse_in_its_confidence_alone_has_a_label_of_its_own(
    tmp_path: Path, place: int, sure: float, label: str
) -> None:
    results = list(measured_once().results)
    results[place] = dataclasses.replace(results[place], confidence=sure)
    told = shown(against(dataclasses.replace(measured_once(), results=tuple(results)), tmp_path))
    one = results[place]
    assert told[0] == f"{label} {one.id} “{one.question}”: confidence {1 - place:g} → {sure:g}"
    assert told[1] == "Of 2 questions none has another score, and 1 is worse in its confidence alone."
    assert told[-1] == (
        "The gate passed; 1 question is worse, in confidence alone, which is not tested for chance; --strict "
        "fails on it."
    )


def test_beside_other_scores_the_other_parts_are_told_too(tmp_path: Path) -> None:
    wrong = dataclasses.replace(answer(citation("other", "Rain is expected")), confidence=0.36)
    lines = shown(against(measured(said=wrong), tmp_path))
    assert lines[0].startswith("lost f “What of it?” is answered wrongly: citation_recall 1 → 0")
    assert lines[1] == (
        "  other quotes: was old [0, 26), old [27, 46), now other [0, 16); confidence 1 → 0.36"
    )


def test_a_baseline_keeps_no_words_of_answers(tmp_path: Path) -> None:
    accept(evaluate_gold(perfect(), gold()), tmp_path / "baseline.json")
    content = (tmp_path / "baseline.json").read_text("utf-8")
    assert "Talks began" not in content
    assert "The articles do not answer" not in content


@pytest.mark.parametrize("version", [1, 3])
def test_a_baseline_of_another_format_is_refused_and_can_be_replaced(tmp_path: Path, version: int) -> None:
    """What it does not tell would be passed over."""
    path = tmp_path / "baseline.json"
    accept(measured(), path)
    accepted = path.read_bytes()
    older = {**json.loads(accepted), "format": version}
    for row in older["questions"].values():
        row["fingerprint"] = "as it was made then"
    path.write_text(json.dumps(older), "utf-8")
    with pytest.raises(
        EvaluationError, match=f"it has the format {version} and not 2; accept the result anew with"
    ):
        load_baseline(path)
    accept(measured(), path)
    assert path.read_bytes() == accepted
    older["questions"] = {f"other {name}": row for name, row in older["questions"].items()}
    path.write_text(json.dumps(older), "utf-8")
    with pytest.raises(EvaluationError, match="none of these questions"):
        accept(measured(), path)
