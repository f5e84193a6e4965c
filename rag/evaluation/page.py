"""The page of what was measured: one section per data set, replaced when it is measured again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from rag.errors import EvaluationError
from rag.evaluation.drawing import risk_coverage_svg
from rag.evaluation.metrics import LOWER_IS_BETTER
from rag.evaluation.report import DatasetReport
from rag.evaluation.words import ablation_columns, ablation_rows, interval, notes

OPENING = "# Quality\n\nWritten by `rag eval --dataset DIR --write FILE`; how to read it: evals/RUNNING.md.\n"
_SECTION = re.compile(r"^## ", re.MULTILINE)


def open_page(path: Path) -> str:
    """The page as it stands, the bare opening when there is none.

    Raises EvaluationError when it cannot be read or is another file.
    """
    try:
        page = path.read_text(encoding="utf-8") if path.exists() else OPENING
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"the page {path} cannot be read ({error}); name another file") from error
    if not page.startswith(OPENING):
        raise EvaluationError(f"{path} was not written by `rag eval --write`; name another file")
    return page


def write_section(path: Path, report: DatasetReport) -> int | None:
    """Put the report on the page and its curve beside it.

    Returns how many questions the section was about in whose place it stands; None where there was none.
    Raises EvaluationError when that cannot be.
    """
    before = open_page(path)
    replaced = re.search(rf"^## {re.escape(report.title)}\n\n([\d,]+) of ", before, re.MULTILINE)
    page = replace_section(before, report.title, _section(report))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if report.risk_coverage:
            drawing = risk_coverage_svg(report.title, report.risk_coverage)
            (path.parent / _figure_name(report)).write_text(drawing, encoding="utf-8")
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise EvaluationError(
            f"the page {path} cannot be written ({error.strerror}); name another file"
        ) from error
    return int(replaced[1].replace(",", "")) if replaced else None


def replace_section(page: str, title: str, section: str) -> str:
    """The page with this section in the place of that of the same title; sections are in order of title."""
    opening, *others = _SECTION.split(page)
    sections = {other.partition("\n")[0]: other.rstrip("\n") for other in others}
    sections[title] = f"{title}\n\n{section}".rstrip("\n")
    parts = [opening.rstrip("\n"), *(f"## {sections[name]}" for name in sorted(sections))]
    return "\n\n".join(parts) + "\n"


def _section(report: DatasetReport) -> str:
    parts = [f"{report.queries:,} of {report.available:,} questions{_failed(report)}.", _metrics(report)]
    parts += list(notes(report))
    if report.thresholds is not None:
        parts.append(_thresholds(report))
    if report.ablation:
        parts.append(_ablation(report))
    if report.risk_coverage:
        parts.append(f"![risk and coverage]({_figure_name(report)})")
    parts.append(_settings(report.identity))
    p50, p95 = report.latency_ms["p50"], report.latency_ms["p95"]
    cores = report.identity.get("cores", "unknown")
    parts.append(f"Time of {report.latency_of}, {cores} cores: p50 {p50:.0f} ms, p95 {p95:.0f} ms.")
    return "\n\n".join(parts)


def _failed(report: DatasetReport) -> str:
    return f", of which {len(report.errors)} failed and count as wrong" if report.errors else ""


def _metrics(report: DatasetReport) -> str:
    rows = [
        [
            name,
            f"{estimate.value:.3f}",
            interval(estimate),
            str(estimate.n),
            "lower" if name in LOWER_IS_BETTER else "higher",
        ]
        for name, estimate in report.metrics.items()
    ]
    return _table(["metric", "value", "95 % interval", "n", "better"], rows)


def _ablation(report: DatasetReport) -> str:
    rows = [[name, *cells] for name, cells in ablation_rows(report)]
    return (
        "Each row beside the one before it, `fused` beside the better of those above (↑ ↓: questions that "
        "it makes better and worse; p: two-sided paired permutation test, after Holm over the rows):\n\n"
        + _table(["system", *ablation_columns(report)], rows)
    )


def _thresholds(report: DatasetReport) -> str:
    assert report.thresholds is not None
    rows = [
        [f"{step:.2f}", *("–" if share is None else f"{share:.3f}" for share in shares)]
        for step, *shares in report.thresholds.points
    ]
    return "What abstaining below each confidence costs:\n\n" + _table(
        ["abstain below", "foreign answered", "retrieved held back"], rows
    )


def _settings(identity: Mapping[str, object]) -> str:
    return "Measured with " + ", ".join(_facts(identity)) + "."


def _facts(identity: Mapping[str, object]) -> Iterator[str]:
    for name, value in identity.items():
        if name == "cores" or value is None:
            continue  # cores decide the time alone, and stand beside it
        if name == "versions" and isinstance(value, Mapping):
            yield f"rag {value['rag']}"
        elif isinstance(value, Mapping):
            yield from _facts(value)
        else:
            short = str(value)[:12] if name.endswith("fingerprint") else value
            yield f"{name.replace('_', ' ')} {short}"


def _table(columns: list[str], rows: list[list[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _figure_name(report: DatasetReport) -> str:
    return f"risk-coverage-{re.sub(r'[^a-z0-9]+', '-', report.title.lower()).strip('-')}.svg"
