"""What a data set's report says beside its metrics: the same lines and cells on a terminal and on a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from rag.evaluation.ablation import COMPARED, Comparison
from rag.evaluation.comparing import Change
from rag.evaluation.metrics import LOWER_IS_BETTER
from rag.evaluation.phrases import NAMED, listed
from rag.evaluation.presented import OF_QUOTES
from rag.evaluation.report import DatasetReport, GoldReport
from rag.evaluation.statistics import Estimate

_MISSED_OF_GOLD = ("citation_recall", "false_answers", "recency@1", "order", "wrong_marks", "intent")
_MISSED_OF_SET = ("answer_in_three_quotes", "R@10", "false_answers", "foreign_answered")


def notes(report: DatasetReport) -> Iterator[str]:
    """What is said above the ablation table: what is missing, dates, lengths of quotes, foreign questions,
    gains."""
    yield from unread(report)
    if report.undated:
        yield f"Questions without a date of their own, asked without a limit: {report.undated}."
    for what, names in (
        ("Articles judged relevant that the index does not hold", report.unknown_articles),
        ("Judged queries that are not among the queries", report.unknown_queries),
    ):
        if names:
            yield f"{what}: {len(names)} ({listed(names)})."
    if report.quote_words:
        first, every = report.quote_words["first"], report.quote_words["all"]
        yield f"Median quote: the first {first:g} words, all {every:g} words."
    yield from by_chance(report)
    if report.thresholds is not None:
        asked, skipped = report.thresholds.foreign, report.thresholds.skipped
        yield f"Foreign questions: {asked} asked; {skipped} skipped, as a retrieved article holds the answer."
    for metric, gain in report.gains.items():
        change = f"{gain.difference.value:+.3f} ({interval(gain.difference, '+.3f')})"
        chance = _probability(gain.probability)
        yield f"The whole beside the best single retriever, {gain.beside}: {metric} {change}, p {chance}."


def unread(report: DatasetReport | GoldReport) -> Iterator[str]:
    """How many articles are not there, though the corpus has them; which, ingest tells, and the JSON."""
    if report.lost_articles:
        yield f"Articles of the corpus that could not be read: {len(report.lost_articles)}."


def by_chance(report: DatasetReport | GoldReport) -> Iterator[str]:
    """What calibration error chance alone explains; nothing where none was measured."""
    if report.chance_ece is not None:
        yield (
            f"Chance alone gives so many questions an ECE of {report.chance_ece:.3f}: a confidence that is "
            "right in every case has it too."
        )


def misses(report: DatasetReport | GoldReport) -> Iterator[str]:
    """The first questions that were not answered as they should be, with what was quoted, and how many more
    there are; not those that failed, which are told apart."""
    judged = _MISSED_OF_GOLD if isinstance(report, GoldReport) else _MISSED_OF_SET
    missed = []
    for result in report.results:
        wrong = {
            metric: result.scores[metric]
            for metric in judged
            if metric in result.scores and result.scores[metric] != float(metric not in LOWER_IS_BETTER)
        }
        if wrong and result.error is None:
            missed.append((result, wrong))
    for result, wrong in missed[:NAMED]:
        scores = ", ".join(f"{metric} {score:g}" for metric, score in wrong.items())
        told = "" if result.abstained is None else f"; quoted: {quoted([one.place for one in result.shown])}"
        yield f"{result.id} “{result.question}”: {scores}{told}"
    if len(missed) > NAMED:
        yield f"and {len(missed) - NAMED} more, all of which --json tells"


def quoted(places: Sequence[str]) -> str:
    """Where the quotes of an answer stand, or that there are none."""
    return ", ".join(places) or "nothing"


def steps(scores: Mapping[str, tuple[float, float]]) -> str:
    """Each metric from what it was to what it is."""
    return ", ".join(f"{metric} {old:g} → {new:g}" for metric, (old, new) in scores.items())


def edited(change: Change) -> str:
    """An edited question, in what it is another, and how it is answered then and now."""
    parts = f" ({', '.join(change.edited)})" if change.edited else ""
    scores = steps({**change.worse, **change.better}) or "the same scores"
    told = otherwise(change)
    return f"{change.id} “{change.question}”{parts}: {scores}{f'; {told}' if told else ''}"


def otherwise(change: Change) -> str:
    """In what else than its scores a question is answered otherwise; empty where in nothing."""
    told, parts = [], change.differs
    if change.requoted and change.quoted_before is not None:
        then, now = quoted(change.quoted_before), quoted(change.quoted_after)
        told.append(f"{_requoted(change)}: was {then}, now {now}")
        parts = tuple(part for part in parts if part not in OF_QUOTES)
    if change.confidence is not None:
        before, after = change.confidence
        told.append(f"confidence {before:g} → {after:g}")
    if parts:
        told.append(f"other {' and '.join(parts)}")
    return "; ".join(told)


def _requoted(change: Change) -> str:
    scores = "" if change.better or change.worse else ", same scores"
    if sorted(change.quoted_before or ()) == sorted(change.quoted_after):
        return f"the same quotes in another order{scores}"
    # Of an answer and of an abstention the words differ as well.
    moved = bool(change.quoted_after) and "words" not in change.differs
    return f"{'the same words at other places' if moved else 'other quotes'}{scores}"


def interval(estimate: Estimate, form: str = ".3f") -> str:
    """A dash where there is none."""
    if estimate.low is None or estimate.high is None:
        return "–"
    return f"{estimate.low:{form}} – {estimate.high:{form}}"


def ablation_columns(report: DatasetReport) -> list[str]:
    """The metrics, each that is compared with two columns more: its change and its probability."""
    columns = []
    for metric in _metrics(report):
        columns += [metric, f"Δ {metric}", "p"] if metric in COMPARED else [metric]
    return columns


def ablation_rows(report: DatasetReport) -> Iterator[tuple[str, list[str]]]:
    """(system, cells); the first row has nothing before it."""
    for name, row in report.ablation.items():
        cells = []
        for metric in _metrics(report):
            cells.append(f"{row.metrics[metric].value:.3f}")
            if metric in COMPARED:
                cells += _compared(row.comparisons.get(metric))
        yield name, cells


def _metrics(report: DatasetReport) -> list[str]:
    return [
        metric for metric in report.metrics if all(metric in row.metrics for row in report.ablation.values())
    ]


def _compared(comparison: Comparison | None) -> tuple[str, str]:
    if comparison is None:
        return "", ""
    counts = f"{comparison.better}↑ {comparison.worse}↓"
    return f"{comparison.difference:+.3f} ({counts})", _probability(comparison.adjusted)


def _probability(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"{value:.3f}"
