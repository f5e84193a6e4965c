"""Reports for people. The console is the caller's, so that width, colour and target are too."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from rag.evaluation.comparing import Change
from rag.evaluation.gate import GateResult
from rag.evaluation.metrics import LOWER_IS_BETTER
from rag.evaluation.phrases import counted
from rag.evaluation.report import DatasetReport, GoldReport
from rag.evaluation.statistics import Estimate
from rag.evaluation.words import (
    ablation_columns,
    ablation_rows,
    by_chance,
    edited,
    interval,
    misses,
    notes,
    otherwise,
    steps,
    unread,
)

_ROWS = "each row beside the one before it, fused beside the better of those above"
_BY_KIND = ("citation_recall", "citation_precision", "R@5", "intent", "false_answers", "false_abstentions")


def render(report: GoldReport | DatasetReport, console: Console) -> None:
    """The metrics with their intervals; for gold also the kinds, the broken quotes and the failures."""
    if isinstance(report, DatasetReport):
        title = f"{report.title}: {report.queries} of {counted(report.available, 'question')}"
        latency = f"per question, {report.latency_of}"
    else:
        title, latency = f"{report.dataset}: {counted(len(report.results), 'question')}", "per question"
    _line(console, f"[table.title]{escape(title)}[/]")
    console.print(_metrics_table(report.metrics))
    if isinstance(report, GoldReport):
        for line in (*by_chance(report), *unread(report)):
            _line(console, escape(line))
        _line(console, "[table.title]by kind[/]")
        console.print(_kinds_table(report))
        for breach in report.breaches:
            told = f"{breach.question_id}: {breach.where} {breach.reason}"
            _line(console, f"[red]{breach.kind}[/] {escape(told)}")
    else:
        for line in notes(report):
            _line(console, escape(line))
        if report.ablation:
            _line(console, f"[table.title]{_ROWS}[/]")
            console.print(_ablation_table(report))
    for line in misses(report):
        _line(console, f"[yellow]missed[/] {escape(line)}")
    for question, error in report.errors.items():
        _line(console, f"[red]failed[/] {escape(f'{question}: {error}')}")
    _line(console, f"{latency}: p50 {report.latency_ms['p50']:.0f} ms, p95 {report.latency_ms['p95']:.0f} ms")


def _line(console: Console, text: str) -> None:
    """Off a terminal nothing is wrapped: whatever reads a pipe reads it by lines. So titles stand above
    their tables as lines too: rich would wrap them at the width of the table."""
    console.print(text, soft_wrap=not console.is_terminal)


def _ablation_table(report: DatasetReport) -> Table:
    """One row per system and one column per metric; behind each compared one the p of its change."""
    table = Table("system")
    for name in ablation_columns(report):
        table.add_column(name, justify="right")
    for name, cells in ablation_rows(report):
        table.add_row(escape(name), *cells)
    return table


def render_gate(result: GateResult, console: Console) -> None:
    """What failed the gate, which questions changed, which bars are open, and whether it passed."""
    for note in result.notes:
        _line(console, f"[yellow]note[/] {escape(note)}")
    for change in result.changed:
        _render_change(change, console)
    for change in result.edited:
        _line(console, f"[yellow]edited[/] {escape(edited(change))}")
    for breach in result.breaches:
        _line(console, f"[red]breach[/] {escape(breach)}")
    for loss in result.losses:
        _line(
            console,
            f"[red]loss[/] {loss.metric} {loss.before:.3f} → {loss.after:.3f} (p {loss.probability:.4f})",
        )
    for bar in result.unreached:
        _line(console, f"[yellow]not reached yet[/] {escape(bar)}")
    _line(console, _counts(result))
    if told := _weakness(result):
        _line(console, f"[yellow]note[/] {told}")
    if result.passed and result.worse:
        worse = counted(len(result.worse), "question is", "questions are")
        them = "it" if len(result.worse) == 1 else "them"
        _line(console, f"[green]The gate passed[/]; {worse} worse, {_how(result)}; --strict fails on {them}.")
    elif result.passed:
        _line(console, "[green]The gate passed.[/]")
    else:
        breaches = counted(len(result.breaches), "breach", "breaches")
        losses = counted(len(result.losses), "loss", "losses")
        _line(console, f"[red]The gate failed: {breaches}, {losses}.[/]")


def _how(result: GateResult) -> str:
    """In what the questions are worse that do not fail the gate."""
    alone = sum(change.in_confidence_alone for change in result.changed)
    untested = "in confidence alone, which is not tested for chance"
    scored = len(result.worse) - alone
    if alone and scored:
        return f"{scored} in some score, within chance, and {alone} {untested}"
    return untested if alone else "within chance"


def _counts(result: GateResult) -> str:
    worse = sum(bool(change.worse) for change in result.changed)
    alone = sum(change.in_confidence_alone for change in result.changed)
    better = sum(bool(change.better) for change in result.changed)
    other = sum(not (change.better or change.worsened) for change in result.changed)
    of = counted(result.compared, "question")
    its = "its" if alone == 1 else "their"
    alike = f" {counted(other, 'is', 'are')} answered otherwise at the same scores." if other else ""
    if not (worse or better):
        told = f", and {counted(alone, 'is', 'are')} worse in {its} confidence alone" if alone else ""
        return f"Of {of} none has another score{told}.{alike}"
    if result.losses:
        told = f"beyond chance in {', '.join(loss.metric for loss in result.losses)}"
    else:
        smallest = f"smallest p after Holm: {result.smallest_probability:.3f}"
        told = f"no metric lost more than chance explains ({smallest})"
    more = f", {alone} more in {its} confidence alone," if alone else ""
    return (
        f"Of {of} {counted(worse, 'is', 'are')} worse in some score{more} and {better} better: {told}.{alike}"
    )


def _weakness(result: GateResult) -> str | None:
    """What the tests cannot see; None where they see a tenth of the questions fall."""
    fewest = result.fewest_to_fail
    if fewest is None:
        return (
            f"The tests of chance cannot fail on {counted(result.compared, 'question')}, however many become "
            "worse: --strict fails on any that is."
        )
    if fewest == 1 or 10 * fewest <= result.compared:
        return None
    return (
        f"The tests of chance fail when {fewest} of these {result.compared} questions or more are worse in "
        "one metric and none is better: --strict fails on any that is worse."
    )


def _render_change(change: Change, console: Console) -> None:
    named = f"{change.id} “{change.question}”"
    lost = ("worse", named) if change.lost is None else ("lost", f"{named} {change.lost}")
    for (word, what), colour, scores in (
        (lost, "red", change.worse),
        (("better", named), "green", change.better),
    ):
        if scores:
            _line(console, f"[{colour}]{word}[/] {escape(f'{what}: {steps(scores)}')}")
    told = otherwise(change)
    if change.in_confidence_alone and change.confidence is not None:
        before, after = change.confidence
        sure = "less sure" if after < before else "more sure"
        _line(console, f"[red]{sure}[/] {escape(f'{named}: {told}')}")
    elif told and not (change.better or change.worse):
        _line(console, f"[yellow]other[/] {escape(f'{named}: {told}')}")
    elif told:
        _line(console, escape(f"  {told}"))


def _metrics_table(metrics: Mapping[str, Estimate]) -> Table:
    table = Table("metric")
    table.add_column("value", justify="right")
    table.add_column("95 % interval", justify="right")
    table.add_column("n", justify="right")
    table.add_column("better")
    for name, estimate in metrics.items():
        better = "lower" if name in LOWER_IS_BETTER else "higher"
        table.add_row(name, f"{estimate.value:.3f}", interval(estimate), str(estimate.n), better)
    return table


def _kinds_table(report: GoldReport) -> Table:
    table = Table("kind")
    for name in ("questions", *_BY_KIND):
        table.add_column(name.replace("_", " "), justify="right")
    for kind, metrics in report.by_kind.items():
        count = sum(result.kind == kind for result in report.results)
        values = [f"{metrics[name].value:.3f}" if name in metrics else "" for name in _BY_KIND]
        table.add_row(kind, str(count), *values)
    return table
