"""A result beside an earlier one, question by question."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from rag.evaluation.baseline import rounded
from rag.evaluation.identity import edited_parts
from rag.evaluation.metrics import BY_OUTCOME, LOWER_IS_BETTER, option_for
from rag.evaluation.phrases import counted, listed
from rag.evaluation.report import Shown
from rag.evaluation.statistics import holm, loss_probability

ALPHA = 0.05
CONFIDENCE_TOLERANCE = 0.05
"""A threshold is set in steps of so much, and a reader can hardly tell less. Another precision of the same
models moves the confidence of no gold question by more than 0.003: this is no noise."""
# These two have no tolerance: one breach fails the gate, so no test is spent on them.
_ABSOLUTE = frozenset({"quote_integrity", "provenance"})

_RIGHT = ("citation_recall", "answer_in_three_quotes")
_FALSE_ANSWERS = frozenset({"false_answers", "foreign_answered"})
_UNCHANGED = 4  # behind the groups in which changes are told

Scores = Mapping[str, Mapping[str, float]]
"""Question id → metric → score."""


class Scored(Protocol):
    """A question's scores, of gold or of a data set; `fingerprint` changes when the question is edited."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def question(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def scores(self) -> Mapping[str, float]: ...
    @property
    def shown(self) -> Sequence[Shown]: ...
    @property
    def confidence(self) -> float | None: ...
    @property
    def answerable(self) -> bool | None: ...
    @property
    def presented(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Loss:
    """A metric that fell significantly: its means before and after over the questions common to both."""

    metric: str
    before: float
    after: float
    probability: float
    """Adjusted after Holm over all metrics compared."""


@dataclass(frozen=True, slots=True)
class Change:
    """A question that is answered otherwise than before: of the scores that differ metric → (before, after),
    and what else of the answer differs, also where no score does.

    `quoted_before` and `quoted_after` are the places of the quotes that were answered with; None where the
    baseline does not tell them. `confidence` is (before, after) where it differs, and `misplaced` says that
    it fell by more than the tolerance though the articles answer, or rose though they do not. `differs` names
    the other parts that a reader sees. `lost` says how where the answer was right and nothing of it is now.
    `edited` are the parts in which the question itself is another than then.
    """

    id: str
    question: str
    better: Mapping[str, tuple[float, float]]
    worse: Mapping[str, tuple[float, float]]
    quoted_before: tuple[str, ...] | None
    quoted_after: tuple[str, ...]
    confidence: tuple[float, float] | None = None
    misplaced: bool = False
    differs: tuple[str, ...] = ()
    lost: str | None = None
    edited: tuple[str, ...] = ()

    @property
    def worsened(self) -> bool:
        """Whether --strict fails on it."""
        return bool(self.worse) or self.misplaced

    @property
    def in_confidence_alone(self) -> bool:
        """Whether --strict fails on it though no score of it is worse."""
        return self.misplaced and not self.worse

    @property
    def requoted(self) -> bool:
        return self.quoted_before is not None and self.quoted_before != self.quoted_after


def losses(results: Sequence[Scored], before: Scores) -> tuple[tuple[Loss, ...], float]:
    """The metrics in which chance alone does not lose so much, over the questions that are in both, and the
    smallest probability of any metric, adjusted."""
    pairs: dict[str, list[tuple[float, float]]] = {}
    for result in results:
        for metric, after in result.scores.items():
            if metric not in _ABSOLUTE and metric in before.get(result.id, {}):
                pairs.setdefault(metric, []).append((before[result.id][metric], after))
    adjusted = holm(
        {
            metric: loss_probability([_gain(metric, *values) for values in scores])
            for metric, scores in pairs.items()
        }
    )
    found = tuple(
        Loss(
            metric,
            sum(old for old, _ in pairs[metric]) / len(pairs[metric]),
            sum(new for _, new in pairs[metric]) / len(pairs[metric]),
            probability,
        )
        for metric, probability in adjusted.items()
        if probability < ALPHA
    )
    return found, min(adjusted.values(), default=1.0)


def fewest_to_fail(results: Sequence[Scored], before: Scores) -> int | None:
    """From how many questions on, worse in one metric by as much each and none better, the tests fail.

    None where no metric is measured of so many: then they cannot. So many signs that all fall one way have
    p = ½ to the power of their number, times the number of metrics after Holm.
    """
    counts: dict[str, int] = {}
    for result in results:
        for metric in result.scores.keys() & before.get(result.id, {}).keys() - _ABSOLUTE:
            counts[metric] = counts.get(metric, 0) + 1
    fewest = math.floor(math.log2(max(len(counts), 1) / ALPHA)) + 1
    return fewest if fewest <= max(counts.values(), default=0) else None


def changes(results: Sequence[Scored], accepted: Mapping[str, Mapping[str, Any]]) -> tuple[Change, ...]:
    """Every question of both that is answered otherwise, whether or not chance explains it: those whose
    answer is lost, then those that are worse, those that are better alone, and those at the same scores.

    `accepted` holds the baseline's rows of those that are compared.
    """
    found = [_change(result, accepted[result.id]) for result in results if result.id in accepted]
    ranks = {change.id: _rank(change) for change in found}
    told = [change for change in found if ranks[change.id] < _UNCHANGED]
    return tuple(sorted(told, key=lambda change: ranks[change.id]))


def edits(results: Sequence[Scored], accepted: Mapping[str, Mapping[str, Any]]) -> tuple[Change, ...]:
    """What became of each question that both have and that was edited since: nothing is held against it, and
    it may be answered worse."""
    return tuple(
        replace(_change(result, row), edited=edited_parts(row["fingerprint"], result.fingerprint))
        for result in results
        if (row := accepted.get(result.id)) is not None and row["fingerprint"] != result.fingerprint
    )


def _rank(change: Change) -> int:
    differs = change.requoted or change.confidence or change.differs
    groups = (change.lost, change.worsened, change.better, differs)
    return next((rank for rank, holds in enumerate(groups) if holds), _UNCHANGED)


def _change(result: Scored, accepted: Mapping[str, Any]) -> Change:
    old = accepted["scores"]
    differing = {
        metric: (old[metric], new)
        for metric, new in result.scores.items()
        if metric in old and old[metric] != new
    }
    better = {metric: pair for metric, pair in differing.items() if _gain(metric, *pair) > 0}
    worse = {metric: pair for metric, pair in differing.items() if metric not in better}
    then, seen, sure = accepted.get("quotes"), accepted.get("presented"), accepted.get("confidence")
    now = None if result.confidence is None else rounded(result.confidence)
    confidence = None if sure is None or now is None or sure == now else (sure, now)
    return Change(
        id=result.id,
        question=result.question,
        better=better,
        worse=worse,
        quoted_before=None if then is None else tuple(then),
        quoted_after=tuple(one.place for one in result.shown),
        confidence=confidence,
        misplaced=confidence is not None and _misplaced(result.answerable, *confidence),
        differs=() if seen is None else tuple(_other_parts(seen, result.presented)),
        lost=_lost(worse, answers=bool(result.shown)),
    )


def _lost(worse: Mapping[str, tuple[float, float]], *, answers: bool) -> str | None:
    """A right answer cited some evidence, or held the answer; a right abstention said nothing."""
    if _FALSE_ANSWERS & worse.keys():
        # One that failed has the worst of all scores, and shows nothing.
        return "is answered, and must not be" if answers else "failed"
    if any(worse.get(metric, (0, 1))[1] == 0 for metric in _RIGHT):
        return "is answered wrongly" if answers else "is not answered any more"
    return None


def _misplaced(answerable: bool | None, before: float, after: float) -> bool:
    if answerable is None:
        return False
    # Sums of hundredths are no hundredths.
    return (before - after if answerable else after - before) > CONFIDENCE_TOLERANCE + 1e-9


def _other_parts(then: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in dict.fromkeys((*now, *then)):
        if then.get(name) != now.get(name):
            yield name


def other_metrics(results: Sequence[Scored], before: Scores) -> Iterator[str]:
    """A sentence on each metric that questions of both have now and had not then, or the other way round:
    no test compares it. What `gone_metrics` tells is left to it."""
    now = {result.id: result.scores for result in results if result.id in before}
    for metric, questions, mean in _only_in(before, now):
        if metric in BY_OUTCOME:
            yield f"{metric} was measured in the baseline, and no longer, {_on(questions, mean)}"
    for metric, questions, mean in _only_in(now, before):
        yield f"{metric} is measured, and was not in the baseline, {_on(questions, mean)}"


def gone_metrics(results: Sequence[Scored], before: Scores) -> Iterator[str]:
    """A sentence on each metric that questions of both had and have not any more, although it does not depend
    on what was found: it was not measured, and may have got worse unseen."""
    now = {result.id: result.scores for result in results if result.id in before}
    for metric, questions, mean in _only_in(before, now):
        if metric not in BY_OUTCOME:
            # Of gold questions, which are asked in one way only, no option measures it.
            option = option_for(metric) if any(one.kind == "query" for one in results) else None
            remedy = f"add {option}, or accept" if option else "accept"
            told = f"{metric} was measured in the baseline, and is not any more, {_on(questions, mean)}"
            yield f"{told}; {remedy} the result without it (--accept without --gate)"


def _only_in(here: Scores, there: Scores) -> Iterator[tuple[str, list[str], float]]:
    """Each metric that questions have here and not there: its name, these questions, its mean over them."""
    found: dict[str, list[str]] = {}
    for question in there.keys() & here.keys():
        for metric in here[question].keys() - there[question].keys():
            found.setdefault(metric, []).append(question)
    for metric, questions in sorted(found.items()):
        mean = sum(here[question][metric] for question in questions) / len(questions)
        yield metric, sorted(questions), mean


def _on(questions: Sequence[str], mean: float) -> str:
    return f"on {counted(len(questions), 'question')} (mean {mean:.3f}): {listed(questions)}"


def _gain(metric: str, before: float, after: float) -> float:
    return before - after if metric in LOWER_IS_BETTER else after - before
