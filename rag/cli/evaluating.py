"""`rag eval`: measure the answers, and hold them against what was accepted."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag import wiring
from rag.cli.commands import FAILED, settings_of
from rag.cli.options import AsJson, IndexFolder, Quiet
from rag.cli.terminal import Progress, errors, flat, output, print_json, progress

if TYPE_CHECKING:
    from rag.evaluation import DatasetReport, GateResult, GoldReport
    from rag.settings import Settings

GOLD = Path("evals/gold.jsonl")
BARS = Path("evals/bars.json")
BASELINE = Path("evals/baseline.json")
CORPUS = Path("seeds")
# The day on which the gold questions were written, so that "this year" means the same in every run.
ASKED_ON = dt.date(2026, 11, 22)


def evaluate(
    context: typer.Context,
    *,
    gold: Annotated[Path, typer.Option("--gold", metavar="FILE", help="Gold questions to ask.")] = GOLD,
    corpus: Annotated[
        Path, typer.Option("--corpus", metavar="DIR", help="Articles that the gold was written for.")
    ] = CORPUS,
    gate: Annotated[
        bool,
        typer.Option("--gate", help=f"Fail on a broken quote, a lost bar or a loss against {BASELINE}."),
    ] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help=f"Make the result the accepted one, in {BASELINE}.")
    ] = False,
    dataset: Annotated[
        Path | None,
        typer.Option("--dataset", metavar="DIR", help="Measure on a folder in BEIR layout instead."),
    ] = None,
    split: Annotated[
        str | None, typer.Option("--split", metavar="NAME", help="With --dataset: which file of qrels/.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, metavar="N", help="Ask only the first so many questions.")
    ] = None,
    quotes: Annotated[
        bool, typer.Option("--quotes", help="With --dataset: measure quotes and abstention as well.")
    ] = False,
    own_date: Annotated[
        bool, typer.Option("--own-date", help="With --dataset: ask each question as of its own date.")
    ] = False,
    ablate: Annotated[
        bool, typer.Option("--ablate", help="With --dataset: also measure with parts left out.")
    ] = False,
    quiet: Quiet = False,
    as_json: AsJson = False,
    index: IndexFolder = None,
) -> None:
    """Measure retrieval, quotes and abstention, with intervals.

    Exits with 1 when the gate fails. Asks the gold questions of an index of the corpus, kept in the
    user's cache and brought up to date first; with --index of that index as it is.
    """
    if dataset is None and (split is not None or quotes or own_date or ablate):
        raise typer.BadParameter("--split, --quotes, --own-date and --ablate belong to --dataset.")
    if (gate or accept) and (dataset is not None or limit is not None):
        raise typer.BadParameter("--gate and --accept need all gold questions: no --dataset, no --limit.")
    if quotes and ablate:
        raise typer.BadParameter("--ablate measures ranking alone: leave --quotes out.")
    settings = settings_of(context, index=index)
    if dataset is None:
        with progress(quiet=quiet) as advance:
            if index is None:
                settings = _indexed(corpus, corpus, settings, advance)
            report = _measure_gold(settings, gold, corpus, limit, advance)
        passed = _conclude(report, gate=gate, accept=accept, quiet=quiet, as_json=as_json)
        raise typer.Exit(0 if passed else FAILED)
    with progress(quiet=quiet) as advance:
        reports = _measure_dataset(
            settings,
            dataset,
            split=split,
            limit=limit,
            quotes=quotes,
            own_date=own_date,
            ablated=ablate,
            ingested=index is not None,
            advance=advance,
        )
    if as_json or not quiet:
        _show_dataset(reports, as_json=as_json)


def _measure_gold(
    settings: Settings, gold: Path, corpus: Path, limit: int | None, advance: Progress | None
) -> GoldReport:
    from rag.evaluation import evaluate_gold, load_gold

    questions = load_gold(gold)[:limit]
    answerer = wiring.open_answerer(settings)
    return evaluate_gold(answerer, questions, corpus=corpus, today=ASKED_ON, progress=advance)


def _conclude(report: GoldReport, *, gate: bool, accept: bool, quiet: bool, as_json: bool) -> bool:
    """Show the report and the gate's verdict, which is never kept quiet; accept it. Whether it passed."""
    from rag.evaluation import accept as accept_report
    from rag.evaluation import (
        check_gate,
        gate_json,
        load_bars,
        load_baseline,
        render,
        render_gate,
        report_json,
    )

    result: GateResult | None = None
    if gate:
        result = check_gate(report, load_baseline(BASELINE), load_bars(BARS))
    if as_json:
        print_json({**report_json(report), **({"gate": gate_json(result)} if result else {})})
    else:
        if not quiet:
            render(report, output().console)
        if result is not None:
            render_gate(result, output().console)
    if accept:
        accept_report(report, BASELINE, bars=load_bars(BARS))
    return result is None or result.passed


def _measure_dataset(
    settings: Settings,
    folder: Path,
    *,
    split: str | None,
    limit: int | None,
    quotes: bool,
    own_date: bool,
    ablated: bool,
    ingested: bool,
    advance: Progress | None,
) -> dict[str, DatasetReport]:
    """Reports by system, the whole one last; without `ablated` it is the only one."""
    from rag.evaluation import ablate, corpus_to_jsonl, evaluate_dataset, load_dataset

    dataset = load_dataset(folder, split=split)
    if not ingested:
        with tempfile.TemporaryDirectory() as workspace:
            settings = _indexed(folder, corpus_to_jsonl(dataset, Path(workspace)), settings, advance)
    if ablated:
        systems = wiring.open_ablated_answerers(settings)
        return ablate(systems, dataset, limit=limit, as_of=own_date, progress=advance)
    answerer = wiring.open_answerer(settings)
    return {
        "whole": evaluate_dataset(
            answerer, dataset, limit=limit, quotes=quotes, as_of=own_date, progress=advance
        )
    }


def _show_dataset(reports: Mapping[str, DatasetReport], *, as_json: bool) -> None:
    from rag.evaluation import ablation_json, render, render_ablation, report_json

    *_, whole = reports.values()
    if as_json:
        print_json(report_json(whole) if len(reports) == 1 else ablation_json(reports))
    elif len(reports) == 1:
        render(whole, output().console)
    else:
        render_ablation(reports, output().console)


def _indexed(name: Path, articles: Path, settings: Settings, advance: Progress | None) -> Settings:
    """Settings whose index, in the user's cache, holds the articles; one per corpus, model and chunking."""
    key = json.dumps(
        [str(name.resolve()), settings.encoder, settings.chunk_tokens, settings.overlap_sentences]
    )
    folder = settings.cache / "evaluations" / hashlib.sha256(key.encode()).hexdigest()[:16]
    own = settings.model_copy(update={"index": folder})
    report = wiring.ingest([articles], own, progress=advance)
    for problem in report.problems:
        if problem.lost:
            errors().line(f"rag: {flat(problem.path)}: {flat(problem.reason)} (lost)")
    return own
