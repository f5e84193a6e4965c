"""`rag ingest`, `rag compact` and `rag doctor`: build the index, and check it."""

from __future__ import annotations

import dataclasses
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag import wiring
from rag.cli.commands import FAILED, settings_of
from rag.cli.options import AsJson, DeviceOption, IndexFolder, Quiet
from rag.cli.terminal import counted, errors, flat, output, print_json, progress
from rag.errors import QuestionError

if TYPE_CHECKING:
    from rag.indexing.ingest import IngestReport
    from rag.indexing.reading import Problem

# Of the lines of one file that have the same wrong with them so many are told, and the others counted.
_LINES_TOLD = 3
# What differs between reasons of one kind: names and values in quotes, numbers, and lists.
_PARTICULARS = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”|\d+|: .*")


def ingest(
    context: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH",
            help="Files and folders of articles; `-` reads a list of paths, one a line, from standard input.",
        ),
    ],
    *,
    add: Annotated[
        bool,
        typer.Option(
            "--add",
            help="Keep the articles that are under none of the paths, and read none of them: quick in a "
            "large archive too. What an ingest that was killed had not finished is dropped.",
        ),
    ] = False,
    allow_empty: Annotated[
        bool, typer.Option("--allow-empty", help="Allow a run that removes every article of the index.")
    ] = False,
    device: DeviceOption = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
    index: IndexFolder = None,
) -> None:
    """Make the index hold the articles under the paths.

    What has not changed costs nothing; what is under none of the paths any more is removed, unless
    --add is given. Exits with 1 when an article was lost (the others are indexed): each problem is told
    with its file and reason on standard error. Files of other formats within a folder are passed over, and
    counted there by their ending.
    """
    if add and allow_empty:
        raise QuestionError(
            "--add removes nothing, so that --allow-empty means nothing with it; leave it out"
        )
    settings = settings_of(context, index=index, device=device)
    with progress(quiet=quiet) as advance:
        if add:
            report = wiring.add(_paths(paths), settings, progress=advance)
        else:
            report = wiring.ingest(_paths(paths), settings, allow_empty=allow_empty, progress=advance)
    if as_json:
        print_json(dataclasses.asdict(report))
    elif not quiet:
        _show_report(report)
    if add:
        for one in report.replaced:
            alike = one.before == one.title
            before = "quite another text of that headline" if alike else f"“{flat(one.before)}”"
            errors().line(
                f"rag: {flat(one.id)}: “{flat(one.title)}” replaces {before}, which had the same id; if they "
                "are two articles, give one another id (a file's is its path below the folder that is named)"
            )
    for told in _told(report.problems):
        errors().line(f"rag: {flat(told)}")
    if report.passed_over:
        from rag.indexing.reading import told_passed_over
        from rag.types import ARTICLE_ENDINGS

        passed = flat(told_passed_over(report.passed_over))
        errors().line(f"rag: passed over {passed}; read are {', '.join(ARTICLE_ENDINGS)}")
    if any(problem.lost for problem in report.problems):
        raise typer.Exit(FAILED)


def compact(
    context: typer.Context, quiet: Quiet = False, as_json: AsJson = False, index: IndexFolder = None
) -> None:
    """Join the segments of the index that `ingest --add` has left; mend what is damaged.

    Each takes a little time in every question. Those that are too many, or of which much has left, are
    written anew as one, and questions go on being answered meanwhile. Where a file of the generation is
    damaged, all are written anew from the store; what was damaged is set aside. Where CURRENT names no
    generation, it names the last one again. Nothing is embedded, and no article is needed. What is lost
    with manifest.json or store.sqlite, only an ingest of the articles makes again. An ingest without --add
    does all of this.
    """
    from rag.store import compact_index

    before, after = compact_index(settings_of(context, index=index).index)
    mended = not before.segments
    counts = {"before": len(before.segments), "segments": len(after.segments)}
    if as_json:
        print_json({"generation": after.generation, **counts, "mended": mended})
    elif not quiet:
        if mended:
            output().line(f"generation {before.generation} was damaged, and is built anew from the store")
        else:
            output().line(f"{counted(counts['before'], 'segment')} before, {counts['segments']} now")
        output().line(f"generation {after.generation}", style="dim")


def doctor(context: typer.Context, as_json: AsJson = False, index: IndexFolder = None) -> None:
    """Check what the index claims against what it stores.

    Exits with 1 when something does not hold.
    """
    from rag.store import check_index

    findings = check_index(settings_of(context, index=index).index)
    if as_json:
        print_json({"findings": [dataclasses.asdict(finding) for finding in findings]})
    else:
        output().table(
            ["check", "result", "detail"],
            [
                [finding.check, "ok" if finding.sound else "BROKEN", flat(finding.detail)]
                for finding in findings
            ],
        )
    if not all(finding.sound for finding in findings):
        raise typer.Exit(FAILED)


def _paths(given: list[str]) -> list[Path]:
    """The paths given; for `-` those on stdin, one a line, or NUL between them as `find -print0` writes."""
    paths: list[Path] = []
    for path in given:
        if not path:  # it would name the current folder, as the path of a variable that is not set
            raise QuestionError("a path is empty; name a file or folder, and the current folder as `.`")
        if path != "-":
            paths.append(Path(path))
            continue
        listed = sys.stdin.buffer.read()
        separator = b"\0" if b"\0" in listed else b"\n"
        names = [name.removesuffix(b"\r") for name in listed.split(separator)]
        # File names are bytes; surrogateescape is how Python names one that is not UTF-8.
        paths.extend(Path(name.decode("utf-8", "surrogateescape")) for name in names if name)
    if not paths:
        raise QuestionError("the list of paths on standard input is empty; give at least one")
    return paths


def _told(problems: Iterable[Problem]) -> Iterator[str]:
    """Each problem in a line; of lines of one file that are alike the first, and how many more."""
    for path, of_file in groupby(problems, key=lambda problem: problem.path):
        kinds: dict[tuple[str | None, bool], list[Problem]] = {}
        for problem in of_file:
            kind = None if problem.line is None else _PARTICULARS.sub("", problem.reason)
            kinds.setdefault((kind, problem.lost), []).append(problem)
        for (kind, lost), alike in kinds.items():
            told = alike if kind is None else alike[:_LINES_TOLD]
            end = " (lost)" if lost else ""
            for problem in told:
                place = path if problem.line is None else f"{path}, line {problem.line}"
                yield f"{place}: {problem.reason}{end}"
            more = len({problem.line for problem in alike[len(told) :]})
            if more:
                lines = "1 more line" if more == 1 else f"{more:,} more lines"
                yield f"{path}: and {lines} of that file like this{end}"


def _show_report(report: IngestReport) -> None:
    changes = f"{report.added} added, {report.changed} changed, {report.removed} removed, "
    screen = output()
    lost = sum(problem.lost for problem in report.problems)
    told = f", {lost} lost" if lost else ""
    screen.line(f"{counted(report.articles, 'article')}: {changes}{report.unchanged} unchanged{told}")
    embedded = f"{report.embedded} embedded" if report.embedded else "nothing to embed"
    if report.copies:
        screen.line(f"{report.copies} of them tell the same as an earlier one in the same words")
    if report.undated:
        verb, them = ("is", "it") if report.undated == 1 else ("are", "them")
        screen.line(
            f"{report.undated} of {report.articles} {verb} of unknown date: --since, --until and --as-of "
            f"leave {them} out"
        )
    screen.line(f"{counted(report.chunks, 'chunk')}: {embedded}, {report.truncated} truncated")
    if report.compaction_due:
        screen.line("the index has many segments by now; `rag compact` joins them when it suits")
    screen.line(f"generation {report.generation} in {report.seconds:.1f} s", style="dim")
