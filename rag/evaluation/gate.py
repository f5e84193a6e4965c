"""The gate: no question gone, no broken quote, no bar lost, no significant loss beside what was accepted."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from rag.evaluation.bars import Bar, against_bars
from rag.evaluation.baseline import Baseline, lasting
from rag.evaluation.comparing import (
    CONFIDENCE_TOLERANCE,
    Change,
    Loss,
    changes,
    edits,
    fewest_to_fail,
    gone_metrics,
    losses,
    other_metrics,
)
from rag.evaluation.phrases import counted, listed
from rag.evaluation.report import DatasetReport, GoldReport, LostArticle

_MISPLACED = (
    f"answered with a confidence that fell by more than {CONFIDENCE_TOLERANCE:g} though the articles answer, "
    "or rose though they do not"
)

_SILENT = (
    "the baseline does not tell which judged articles the index held: one that is gone since fails nothing "
    "until the result is accepted anew"
)


@dataclass(frozen=True, slots=True)
class OtherQuestions:
    """The ids of the questions in which a result and the accepted one differ: those that were not there then,
    those that are not there now, and those that are there otherwise."""

    added: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GateResult:
    """`breaches` and `losses` fail the gate; `unreached`, `changed`, `edited` and `notes` only inform.

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
    edited: tuple[Change, ...] = ()

    @property
    def worse(self) -> tuple[str, ...]:
        """The questions on which --strict fails, those first whose answer is lost."""
        return tuple(change.id for change in self.changed if change.worsened)

    @property
    def passed(self) -> bool:
        return not self.breaches and not self.losses


def check_gate(
    report: GoldReport | DatasetReport, baseline: Baseline, bars: tuple[Bar, ...], *, strict: bool = False
) -> GateResult:
    """Compare a result with what must hold and with what held before.

    Per metric, the questions that both have unedited are compared by a one-sided paired permutation test;
    the p values are adjusted after Holm at 0.05. An accepted question that is gone or edited is a breach: an
    answer that got worse could leave that way; so is an article that could not be read, where more could be
    then, and one that is gone though an accepted judgement names it. With `strict` each question that is
    worse in any score, or of which the confidence is misplaced, is one too. Raises
    EvaluationError as `Baseline.comparable` does.
    """
    accepted = baseline.comparable(report.title, {result.id: result.fingerprint for result in report.results})
    before = {name: row["scores"] for name, row in accepted.items()}
    lost, unreached = against_bars(bars, report.results, baseline.questions.values())
    fallen, smallest = losses(report.results, before)
    others = _other_questions(report, baseline)
    changed = changes(report.results, accepted)
    edited = edits(report.results, baseline.questions)
    lost_articles = [_lost(report.lost_articles, baseline)] if report.lost_articles else []
    more_lost = len(report.lost_articles or ()) > baseline.lost_articles
    return GateResult(
        breaches=(
            *_broken(report),
            *(lost_articles if more_lost else ()),
            *_gone(report, others, edited),
            *_gone_articles(report, accepted, baseline),
            *gone_metrics(report.results, before),
            *lost,
            *(_worse(changed) if strict else ()),
        ),
        losses=fallen,
        unreached=unreached,
        changed=changed,
        notes=(
            *(() if more_lost else lost_articles),
            *_notes(report, baseline, others),
            *other_metrics(report.results, before),
        ),
        questions=others,
        compared=len(before),
        smallest_probability=smallest,
        fewest_to_fail=1 if strict else fewest_to_fail(report.results, before),
        edited=edited,
    )


def gate_json(result: GateResult) -> dict[str, object]:
    """`passed` and everything that it rests on; `worse` are the questions on which --strict fails, by id."""
    return {"passed": result.passed, "worse": list(result.worse), **asdict(result)}


def _broken(report: GoldReport | DatasetReport) -> list[str]:
    failed = [f"{question}: failed: {error}" for question, error in report.errors.items()]
    if isinstance(report, DatasetReport):
        return failed
    return failed + [f"{one.question_id}: {one.kind}: {one.where} {one.reason}" for one in report.breaches]


def _lost(articles: Sequence[LostArticle], baseline: Baseline) -> str:
    """The accepted result holds how many were lost and not which: the numbers of lines change."""
    before = baseline.lost_articles
    then = f"{counted(before, 'was', 'were') if before else 'none was'} in the accepted result"
    names = listed([str(one) for one in articles])
    told = f"{counted(len(articles), 'article')} of the corpus could not be read, {then}: {names}"
    if len(articles) <= before:
        return told
    return f"{told}; mend what is lost, or accept the result without it (--accept without --gate)"


def _other_questions(report: GoldReport | DatasetReport, baseline: Baseline) -> OtherQuestions:
    now = {result.id: result.fingerprint for result in report.results}
    then = {name: row.get("fingerprint") for name, row in baseline.questions.items()}
    return OtherQuestions(
        added=tuple(sorted(now.keys() - then.keys())),
        missing=tuple(sorted(then.keys() - now.keys())),
        edited=tuple(sorted(name for name in now.keys() & then.keys() if now[name] != then[name])),
    )


def _gone(
    report: GoldReport | DatasetReport, others: OtherQuestions, edited: Sequence[Change]
) -> Iterator[str]:
    """The accepted questions that nothing holds any more, with what brings them back."""
    if others.missing:
        limited = isinstance(report, DatasetReport) and report.queries < report.available
        restore = "ask them too (--limit as when they were accepted)" if limited else "restore them"
        yield _told("missing", others.missing, f"{restore}, or accept the result without them")
    if others.edited:
        parts = {change.id: f" ({', '.join(change.edited)})" for change in edited if change.edited}
        names = [f"{name}{parts.get(name, '')}" for name in others.edited]
        yield _told("edited", names, "restore them, or accept them as they are now")


def _gone_articles(
    report: GoldReport | DatasetReport, accepted: Container[str], baseline: Baseline
) -> Iterator[str]:
    """The articles that accepted judgements name and that the index held then: a score that no article can
    reach any more has not got worse by more than chance explains."""
    if isinstance(report, GoldReport) or baseline.unknown_articles is None:
        return
    judged = [one for result in report.results if result.id in accepted for one in result.unknown_articles]
    if gone := sorted(set(judged) - baseline.unknown_articles):
        names = "article that accepted judgements name is", "articles that accepted judgements name are"
        told = f"{counted(len(gone), *names)} gone: {listed(gone)}"
        yield f"{told}; restore what is gone, or accept the result without it (--accept without --gate)"


def _worse(changed: Sequence[Change]) -> Iterator[str]:
    for names, how in (
        ([change.id for change in changed if change.worse], "worse in some score"),
        ([change.id for change in changed if change.misplaced], _MISPLACED),
    ):
        if names:
            worse = counted(len(names), "question is", "questions are")
            yield f"{worse} {how}, and --strict allows none: {listed(names)}"


def _told(what: str, names: Sequence[str], remedy: str) -> str:
    count = counted(len(names), "accepted question is", "accepted questions are")
    return f"{count} {what}: {listed(names)}; {remedy} (--accept without --gate)"


def _notes(report: GoldReport | DatasetReport, baseline: Baseline, others: OtherQuestions) -> tuple[str, ...]:
    unknown = () if isinstance(report, GoldReport) else report.unknown_articles
    silent = [_SILENT] if unknown and baseline.unknown_articles is None else []
    added = [f"questions added since the baseline: {listed(others.added)}"] if others.added else []
    return (*silent, *added, *_differences(lasting(baseline.identity), lasting(report.identity)))


def _differences(then: Mapping[str, object], now: Mapping[str, object]) -> Iterator[str]:
    """What is told of one result and not of the other, or told otherwise."""
    for key in dict.fromkeys((*now, *then)):
        old, new = then.get(key), now.get(key)
        if isinstance(new, Mapping) and isinstance(old, Mapping):
            yield from _differences(old, new)
        elif old != new:
            before, after = ("not told" if value is None else value for value in (old, new))
            yield f"{key} was {before}, is {after}"
