"""`rag eval`: measure the answers, and hold them against what was accepted."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag import wiring
from rag.cli.commands import FAILED, settings_of
from rag.cli.datasets import Measurement, indexed, measure_dataset
from rag.cli.dates import read_date
from rag.cli.options import AsJson, IndexFolder, Quiet
from rag.cli.terminal import Progress, errors, flat, output, print_json, progress
from rag.errors import NotFound, RagError

if TYPE_CHECKING:
    from rag.evaluation import Bar, Baseline, DatasetReport, GateResult, GoldQuestion, GoldReport, LostArticle
    from rag.settings import Settings

GOLD = Path("evals/gold.jsonl")
BARS = Path("evals/bars.json")
BASELINE = Path("evals/baseline.json")
PAGE = Path("benchmarks/quality.md")
CORPUS = Path("seeds")
# The day on which the gold questions were written, so that "this year" means the same in every run.
ASKED_ON = "2026-11-22"
_OF_SHOWING = frozenset({"gate", "strict", "accept", "quiet", "as_json"})


def evaluate(
    context: typer.Context,
    *,
    gold: Annotated[Path, typer.Option("--gold", metavar="FILE", help="Gold questions to ask.")] = GOLD,
    corpus: Annotated[
        Path, typer.Option("--corpus", metavar="DIR", help="Articles that the gold was written for.")
    ] = CORPUS,
    gate: Annotated[
        bool,
        typer.Option("--gate", help="Fail on a broken quote, a lost bar or a loss beyond chance."),
    ] = False,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict", help="With --gate: fail on any question that is worse in a score or its confidence."
        ),
    ] = False,
    accept: Annotated[
        bool,
        typer.Option("--accept", help="Make the result the baseline, for --gate to come."),
    ] = False,
    baseline: Annotated[
        Path | None,
        typer.Option("--baseline", metavar="FILE", help=f"Another baseline than {BASELINE}."),
    ] = None,
    bars: Annotated[
        Path | None,
        typer.Option(
            "--bars", metavar="FILE", help=f"What means must reach; {BARS} belongs to {BASELINE} alone."
        ),
    ] = None,
    dataset: Annotated[
        Path | None,
        typer.Option("--dataset", metavar="DIR", help="Measure on a folder in BEIR layout instead."),
    ] = None,
    split: Annotated[
        str | None, typer.Option("--split", metavar="NAME", help="With --dataset: which file of qrels/.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            min=1,
            metavar="N",
            help="Ask only so many questions, spread over the file.",
        ),
    ] = None,
    today: Annotated[
        str,
        typer.Option(
            "--today", metavar="DATE", help="Day of asking, of questions without a date of their own."
        ),
    ] = ASKED_ON,
    quotes: Annotated[
        bool, typer.Option("--quotes", help="With --dataset: measure quotes and abstention as well.")
    ] = False,
    own_date: Annotated[
        bool, typer.Option("--own-date", help="With --dataset: ask each question as of its own date.")
    ] = False,
    ablate: Annotated[
        bool, typer.Option("--ablate", help="With --dataset: also measure with parts left out.")
    ] = False,
    least_relevance: Annotated[
        int | None,
        typer.Option(
            "--least-relevance",
            min=1,
            metavar="N",
            help="With --dataset: only judgements of at least N, and questions that have one.",
        ),
    ] = None,
    foreign: Annotated[
        Path | None,
        typer.Option(
            "--foreign",
            metavar="FILE",
            help="With --quotes: also ask these questions, which nothing answers.",
        ),
    ] = None,
    write: Annotated[
        Path | None,
        typer.Option("--write", metavar="FILE", help=f"With --dataset: put the result on a page, as {PAGE}."),
    ] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
    index: IndexFolder = None,
) -> None:
    """Measure retrieval, quotes and abstention, with intervals.

    Exits with 1 when the gate fails. Asks the gold questions of an index of the corpus, kept in the
    user's cache and brought up to date first; with --index of that index as it is.
    """
    belonging = {
        **{"--split": split, "--quotes": quotes, "--own-date": own_date, "--ablate": ablate},
        **{"--least-relevance": least_relevance, "--foreign": foreign, "--write": write},
    }
    lost = [name for name, value in belonging.items() if value not in {None, False}]
    own_gold = (gold, corpus) != (GOLD, CORPUS)
    if dataset is None and lost:
        raise typer.BadParameter(f"{lost[0]} belongs to --dataset.")
    if dataset is not None and own_gold:
        raise typer.BadParameter(
            "--gold and --corpus do not go with --dataset, which has both in its folder."
        )
    if foreign is not None and not quotes:
        raise typer.BadParameter("--foreign belongs to --quotes.")
    if (gate or accept) and dataset is None and limit is not None:
        raise typer.BadParameter("--gate and --accept need all gold questions: no --limit.")
    if (gate or accept) and (dataset is not None or own_gold) and baseline is None:
        raise typer.BadParameter(
            "--gate and --accept need a --baseline of their own with --dataset, --gold or --corpus."
        )
    if (baseline or bars) and not (gate or accept):
        raise typer.BadParameter("--baseline and --bars belong to --gate and --accept.")
    if strict and not gate:
        raise typer.BadParameter("--strict belongs to --gate.")
    day = read_date("--today", today, last=True)
    settings = settings_of(context, index=index)
    conclusion = _Conclusion.of(
        gate=gate,
        strict=strict,
        accepted_in=(baseline or BASELINE) if accept else None,
        baseline=baseline,
        bars=bars,
        accepting=_accepting(context),
    )
    if dataset is not None:
        conclusion.require({"--quotes": quotes, "--foreign FILE": foreign is not None})
    if dataset is None:
        questions = _read_gold(gold, corpus, limit=limit)
        conclusion.expect("gold", {question.id: question.fingerprint for question in questions})
        with progress(quiet=quiet) as advance:
            unread: tuple[LostArticle, ...] | None = None
            if index is None:
                settings, unread = indexed(corpus, corpus, settings, advance)
            report = _measure_gold(settings, questions, gold, corpus, today=day, advance=advance)
        report = replace(report, lost_articles=unread)
        passed = conclusion.show(report, quiet=quiet, as_json=as_json)
        raise typer.Exit(0 if passed else FAILED)
    measurement = Measurement(
        folder=dataset,
        split=split,
        least_relevance=least_relevance,
        limit=limit,
        quotes=quotes,
        foreign=foreign,
        own_date=own_date,
        ablate=ablate,
        page=write,
    )
    with progress(quiet=quiet) as advance:
        measured = measure_dataset(
            settings,
            measurement,
            ingested=index is not None,
            today=day,
            expect=conclusion.expect,
            advance=advance,
        )
    passed = conclusion.show(measured, quiet=quiet, as_json=as_json)
    raise typer.Exit(0 if passed else FAILED)


def _accepting(context: typer.Context) -> str:
    """The command that accepts what this one measures, with its options."""
    words = ["rag", "eval"]
    for option in context.command.params:
        source = context.get_parameter_source(option.name or "")
        value = context.params.get(option.name or "")
        if source is None or source.name != "COMMANDLINE" or option.name in _OF_SHOWING or not value:
            continue
        words += [option.opts[0]] if value is True else [option.opts[0], str(value)]
    return shlex.join([*words, "--accept"])


def _read_gold(gold: Path, corpus: Path, *, limit: int | None) -> Sequence[GoldQuestion]:
    """Before anything is ingested, which takes longer than a mistake should."""
    from rag.evaluation import load_gold, spread

    questions = spread(load_gold(gold), limit)
    if not corpus.is_dir():
        raise NotFound(f"there is no folder {corpus}; name the articles of the gold with --corpus DIR")
    return questions


def _measure_gold(
    settings: Settings,
    questions: Sequence[GoldQuestion],
    gold: Path,
    corpus: Path,
    *,
    today: dt.date,
    advance: Progress | None,
) -> GoldReport:
    from rag.evaluation import evaluate_gold

    answerer = wiring.open_answerer(settings)
    return evaluate_gold(
        answerer,
        questions,
        gold_file=gold,
        corpus=corpus,
        today=today,
        settings=wiring.measured_with(settings, answerer),
        progress=advance,
    )


@dataclass(frozen=True, slots=True)
class _Conclusion:
    """What becomes of a result. The baseline and the bars are read before it is there, and that it can be
    accepted is known: a wrong name costs no hour."""

    held_against: Baseline | None
    bars: tuple[Bar, ...]
    strict: bool
    accepted_in: Path | None
    replaced: Baseline | None

    @classmethod
    def of(
        cls,
        *,
        gate: bool,
        strict: bool,
        accepted_in: Path | None,
        baseline: Path | None,
        bars: Path | None,
        accepting: str,
    ) -> _Conclusion:
        """The bars of this project go with its baseline, and with no other."""
        from rag.evaluation import load_accepted, load_bars, load_baseline

        path = baseline or BASELINE
        if bars is None and path == BASELINE and (gate or accepted_in):
            bars = BARS
        if gate and path == BASELINE and not path.exists():
            raise NotFound(
                f"there is no file {path}; restore it, run this in the folder that holds evals/, or name "
                "gold of your own with --gold, --corpus and --baseline"
            )
        return cls(
            replaced=load_accepted(accepted_in) if accepted_in else None,
            held_against=load_baseline(path, accepting=accepting) if gate else None,
            bars=load_bars(bars) if bars else (),
            strict=strict,
            accepted_in=accepted_in,
        )

    def require(self, given: Mapping[str, bool]) -> None:
        """Raises BadParameter for an option without which the result lacks what the accepted one has."""
        from rag.evaluation import options_of

        needed = options_of(self.held_against) if self.held_against is not None else ()
        if lacking := [option for option in needed if not given[option]]:
            raise typer.BadParameter(
                f"the baseline was accepted with {' and '.join(lacking)}; add that, or accept another one."
            )

    def expect(self, title: str, fingerprints: Mapping[str, str]) -> None:
        """Raises EvaluationError where the baseline is none of what is to be asked, given by id."""
        from rag.evaluation import require_replaceable

        if self.held_against is not None:
            self.held_against.comparable(title, fingerprints)
        if self.replaced is not None and self.accepted_in is not None:
            require_replaceable(self.replaced, self.accepted_in, title, fingerprints)

    def show(self, report: GoldReport | DatasetReport, *, quiet: bool, as_json: bool) -> bool:
        """Accept what did not fail, and show the report and, however quiet, the gate's verdict and that it
        was accepted. Whether all of it went well."""
        from rag.evaluation import check_gate, gate_json, render, render_gate, report_json

        result: GateResult | None = None
        if self.held_against is not None:
            result = check_gate(report, self.held_against, self.bars, strict=self.strict)
        passed = result is None or result.passed
        refused = self._accept(report, passed=passed)
        if as_json:
            told: dict[str, object] = {"gate": gate_json(result)} if result is not None else {}
            if self.accepted_in is not None:
                told |= {"accepted": refused is None, **({"refused": refused} if refused else {})}
            print_json({**report_json(report), **told})
        else:
            if not quiet:
                render(report, output().console)
            if result is not None:
                render_gate(result, output().console)
            if self.accepted_in is not None and refused is None:
                output().line(f"Accepted in {flat(str(self.accepted_in))}.")
        if refused is not None:
            errors().line(f"rag: {flat(refused)}")
        return passed and refused is None

    def _accept(self, report: GoldReport | DatasetReport, *, passed: bool) -> str | None:
        """Why the result was not accepted where it was to be."""
        from rag.evaluation import accept

        if self.accepted_in is None:
            return None
        if not passed:
            return f"{self.accepted_in} stays as it is, as the gate failed"
        try:
            accept(report, self.accepted_in, bars=self.bars)
        except RagError as error:
            return str(error)
        return None
