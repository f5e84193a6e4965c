"""The gate: no question gone, no broken quote, no bar lost, no significant loss beside what was accepted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, get_args

from rag.errors import EvaluationError
from rag.evaluation.bars import Bar, load_json
from rag.evaluation.comparing import (
    Change,
    Loss,
    changes,
    fewest_to_fail,
    gone_metrics,
    losses,
    other_metrics,
)
from rag.evaluation.metrics import option_for
from rag.evaluation.phrases import counted, listed
from rag.evaluation.report import DatasetReport, GoldReport, QueryKind, metrics_json

# How many cores there were decides the times alone, of which a baseline holds none.
_NO_MATTER = frozenset({"cores"})
_ANOTHER = "or name another file with --baseline"


@dataclass(frozen=True, slots=True)
class Baseline:
    """The accepted result: per question its kind, words, fingerprint and scores."""

    dataset: str
    conditions: tuple[str, ...]
    identity: Mapping[str, object]
    questions: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class OtherQuestions:
    """The ids of the questions in which a result and the accepted one differ: those that were not there then,
    those that are not there now, and those that are there otherwise."""

    added: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GateResult:
    """`breaches` and `losses` fail the gate; `unreached`, `changed` and `notes` only inform.

    `questions` are those that only one of the two results has, or that were edited; all but added ones are
    breaches.
    `compared` is the number of questions that the baseline has too, unedited, and `smallest_probability` the
    smallest of all metrics that chance alone loses so much. `unreached` are the bars that neither this result
    nor the accepted one reaches: open, and always shown. From `fewest_to_fail` questions on, worse in one
    metric by as much each, chance is ruled out; None where there are too few for that at all.
    """

    breaches: tuple[str, ...]
    losses: tuple[Loss, ...]
    unreached: tuple[str, ...]
    changed: tuple[Change, ...]
    notes: tuple[str, ...]
    questions: OtherQuestions
    compared: int
    smallest_probability: float
    fewest_to_fail: int | None

    @property
    def passed(self) -> bool:
        return not self.breaches and not self.losses


def load_baseline(path: Path, *, remedy: str = "make one with `rag eval --accept`") -> Baseline:
    """Raises NotFound when there is no file, EvaluationError when it is not a baseline, naming the question
    that is not told as it must be; both end with the remedy."""
    match load_json(path, remedy):
        case {"dataset": str(dataset), "identity": dict(identity), "questions": dict(questions), **others}:
            conditions = others.get("conditions", [])
            if isinstance(conditions, list):
                for name, row in questions.items():
                    if wrong := _wrong_with(row):
                        raise EvaluationError(
                            f"{path} is not a baseline, question {name!r}: {wrong}; {remedy}"
                        )
                return Baseline(dataset, tuple(map(str, conditions)), identity, questions)
    raise EvaluationError(f"{path} is not a baseline; {remedy}")


def _wrong_with(row: object) -> str | None:
    """What keeps the row of a question from being compared; None where it can be."""
    if not isinstance(row, dict):
        return f"is {row!r}, no object"
    if not isinstance(row.get("kind"), str):
        return f"kind is {row.get('kind')!r}, no word"
    scores, quotes = row.get("scores"), row.get("quotes")
    if not isinstance(scores, dict):
        return f"scores are {scores!r}, no object"
    for metric, score in scores.items():
        # NaN is no better and no worse than any score, and so would let every loss pass.
        if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1:
            return f"{metric} is {score!r}, no share from 0 to 1"
    # Older baselines tell no quotes.
    if quotes is not None and not (isinstance(quotes, list) and all(isinstance(one, str) for one in quotes)):
        return f"quotes are {quotes!r}, no list of places"
    return None


def options_of(baseline: Baseline) -> tuple[str, ...]:
    """The options of a data set without which a result has not all that the accepted one has."""
    rows = [row for row in baseline.questions.values() if row["kind"] in get_args(QueryKind)]
    metrics = {metric for row in rows for metric in row["scores"]}
    return tuple(sorted({option for metric in metrics if (option := option_for(metric)) is not None}))


def load_accepted(path: Path) -> Baseline | None:
    """The baseline that accepting would replace; None where there is none yet.

    Raises EvaluationError when the file is something else, or its folder is not there.
    """
    if not path.parent.is_dir():
        raise EvaluationError(f"there is no folder {path.parent}; make it, {_ANOTHER}")
    return load_baseline(path, remedy=f"remove it, {_ANOTHER}") if path.exists() else None


def accept(report: GoldReport | DatasetReport, path: Path, *, bars: tuple[Bar, ...] = ()) -> None:
    """Write the report as the new baseline; the same result gives the same bytes.

    Raises EvaluationError when the result has a broken quote or a failed question: neither is a measure; when
    the file is of something else; and when the result misses a bar that the one accepted before reaches:
    accepting must not reopen it.
    """
    breaches = report.breaches if isinstance(report, GoldReport) else []
    if breaches or report.errors:
        raise EvaluationError(
            f"a result with {counted(len(breaches), 'broken quote')} and "
            f"{counted(len(report.errors), 'failed question')} cannot be accepted; mend that first"
        )
    earlier = load_accepted(path)
    if earlier is not None:
        _require_same(report, earlier)
        if not _common(report, earlier):
            raise EvaluationError(f"{path} holds none of these questions unedited; remove it, {_ANOTHER}")
        if lost := _against_bars(report, earlier, bars)[0]:
            raise EvaluationError(f"a bar that was reached is missed ({'; '.join(lost)}); mend that first")
    baseline = {
        "dataset": report.dataset,
        **({"conditions": report.conditions} if isinstance(report, DatasetReport) else {}),
        "identity": _lasting(report.identity),
        "metrics": metrics_json(report.metrics),
        "questions": {
            result.id: {
                "kind": result.kind,
                "question": result.question,
                "fingerprint": result.fingerprint,
                "scores": result.scores,
                # Places alone: the words stand in the articles, and the file stays small.
                "quotes": [one.place for one in result.shown],
            }
            for result in report.results
        },
    }
    text = json.dumps(baseline, indent=1, sort_keys=True, ensure_ascii=False)
    path.write_text(text + "\n", "utf-8", newline="\n")


def check_gate(
    report: GoldReport | DatasetReport, baseline: Baseline, bars: tuple[Bar, ...], *, strict: bool = False
) -> GateResult:
    """Compare a result with what must hold and with what held before.

    Per metric, the questions that both have unedited are compared by a one-sided paired permutation test;
    the p values are adjusted after Holm at 0.05. An accepted question that is gone or edited is a breach: an
    answer that got worse could leave that way. With `strict` each question that is worse in any score is one
    too. Raises EvaluationError when the baseline is of something else, or has no question in common: then
    nothing would be compared.
    """
    _require_same(report, baseline)
    before = _common(report, baseline)
    if not before:
        raise EvaluationError(
            "no question stands in the baseline unedited; name the baseline of these questions with "
            "--baseline, or remove it and run with --accept alone"
        )
    lost, unreached = _against_bars(report, baseline, bars)
    fallen, smallest = losses(report.results, before)
    others = _other_questions(report, baseline)
    changed = changes(
        report.results, before, {name: row.get("quotes") for name, row in baseline.questions.items()}
    )
    return GateResult(
        breaches=(
            *_broken(report),
            *_gone(report, others),
            *gone_metrics(report.results, before),
            *lost,
            *(_worse(changed) if strict else ()),
        ),
        losses=fallen,
        unreached=unreached,
        changed=changed,
        notes=(*_notes(report, baseline, others), *other_metrics(report.results, before)),
        questions=others,
        compared=len(before),
        smallest_probability=smallest,
        fewest_to_fail=1 if strict else fewest_to_fail(report.results, before),
    )


def gate_json(result: GateResult) -> dict[str, object]:
    """`passed` and everything that it rests on."""
    return {"passed": result.passed, **asdict(result)}


def _require_same(report: GoldReport | DatasetReport, baseline: Baseline) -> None:
    """Raises EvaluationError when the baseline is of something else."""
    measured, accepted = _title(report), ", ".join((baseline.dataset, *baseline.conditions))
    if measured != accepted:
        raise EvaluationError(
            f"the baseline is of {accepted!r}, and this is {measured!r}; name another with --baseline"
        )


def _common(report: GoldReport | DatasetReport, baseline: Baseline) -> dict[str, Mapping[str, float]]:
    """The accepted scores of the questions that are in both, unedited."""
    return {
        result.id: baseline.questions[result.id]["scores"]
        for result in report.results
        if baseline.questions.get(result.id, {}).get("fingerprint") == result.fingerprint
    }


def _broken(report: GoldReport | DatasetReport) -> list[str]:
    failed = [f"{question}: failed: {error}" for question, error in report.errors.items()]
    if isinstance(report, DatasetReport):
        return failed
    return failed + [f"{one.question_id}: {one.kind}: {one.where} {one.reason}" for one in report.breaches]


def _against_bars(
    report: GoldReport | DatasetReport, baseline: Baseline, bars: tuple[Bar, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The bars that the report misses: those the accepted result reaches, and those that neither does."""
    accepted = [(str(row["kind"]), row["scores"]) for row in baseline.questions.values()]
    results = [(result.kind, result.scores) for result in report.results]
    missed = {bar: sentence for bar in bars if (sentence := bar.missed(results))}
    reopened = {bar for bar in missed if not bar.missed(accepted)}
    return (
        tuple(missed[bar] for bar in missed if bar in reopened),
        tuple(missed[bar] for bar in missed if bar not in reopened),
    )


def _other_questions(report: GoldReport | DatasetReport, baseline: Baseline) -> OtherQuestions:
    now = {result.id: result.fingerprint for result in report.results}
    then = {name: row.get("fingerprint") for name, row in baseline.questions.items()}
    return OtherQuestions(
        added=tuple(sorted(now.keys() - then.keys())),
        missing=tuple(sorted(then.keys() - now.keys())),
        edited=tuple(sorted(name for name in now.keys() & then.keys() if now[name] != then[name])),
    )


def _gone(report: GoldReport | DatasetReport, others: OtherQuestions) -> Iterator[str]:
    """The accepted questions that nothing holds any more, with what brings them back."""
    if others.missing:
        limited = isinstance(report, DatasetReport) and report.queries < report.available
        restore = "ask them too (--limit as when they were accepted)" if limited else "restore them"
        yield _told("missing", others.missing, f"{restore}, or accept the result without them")
    if others.edited:
        yield _told("edited", others.edited, "restore them, or accept them as they are now")


def _worse(changed: Sequence[Change]) -> Iterator[str]:
    if names := [change.id for change in changed if change.worse]:
        worse = counted(len(names), "question is", "questions are")
        yield f"{worse} worse in some score, and --strict allows none: {listed(names)}"


def _told(what: str, names: Sequence[str], remedy: str) -> str:
    count = counted(len(names), "accepted question is", "accepted questions are")
    return f"{count} {what}: {listed(names)}; {remedy} (--accept without --gate)"


def _notes(report: GoldReport | DatasetReport, baseline: Baseline, others: OtherQuestions) -> tuple[str, ...]:
    added = [f"questions added since the baseline: {listed(others.added)}"] if others.added else []
    return (*added, *_differences(_lasting(baseline.identity), _lasting(report.identity)))


def _differences(then: Mapping[str, object], now: Mapping[str, object]) -> Iterator[str]:
    """What is told of one result and not of the other, or told otherwise."""
    for key in dict.fromkeys((*now, *then)):
        old, new = then.get(key), now.get(key)
        if isinstance(new, Mapping) and isinstance(old, Mapping):
            yield from _differences(old, new)
        elif old != new:
            before, after = ("not told" if value is None else value for value in (old, new))
            yield f"{key} was {before}, is {after}"


def _title(report: GoldReport | DatasetReport) -> str:
    return report.title if isinstance(report, DatasetReport) else report.dataset


def _lasting(identity: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in identity.items() if name not in _NO_MATTER}
