"""The accepted result as it is stored: what later ones are held against, question by question."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from rag.errors import EvaluationError, NotFound, StorageError
from rag.evaluation.bars import Bar, against_bars, load_json
from rag.evaluation.metrics import option_for
from rag.evaluation.phrases import counted
from rag.evaluation.report import (
    DatasetReport,
    GoldReport,
    QueryKind,
    QueryResult,
    QuestionResult,
    metrics_json,
)

_FORMAT = 2
# How many cores there were decides the times alone, of which a baseline holds none.
_NO_MATTER = frozenset({"cores"})
_ANOTHER = "or name another file with --baseline"
_RESTORE = f"restore it, {_ANOTHER}"


@dataclass(frozen=True, slots=True)
class Baseline:
    """The accepted result: per question its kind, words, fingerprint and scores, the places of its quotes,
    the confidence and a digest of each part that a reader sees besides.

    `lost_articles` is how many articles of the corpus could not be read then; where that is not told, none.
    `unknown_articles` are those that a data set judged relevant and that were not in the index then; None
    where that is not told.
    """

    dataset: str
    conditions: tuple[str, ...]
    identity: Mapping[str, object]
    questions: Mapping[str, Mapping[str, Any]]
    format: int = _FORMAT
    lost_articles: int = 0
    unknown_articles: frozenset[str] | None = None

    def require_same(self, title: str) -> None:
        """Raises EvaluationError when it is the baseline of something else."""
        accepted = ", ".join((self.dataset, *self.conditions))
        if title != accepted:
            raise EvaluationError(
                f"the baseline is of {accepted!r}, and this is {title!r}; name another with --baseline"
            )

    def comparable(self, title: str, fingerprints: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
        """What `common` gives. Raises EvaluationError when the baseline is of something else, or has no
        question in common: then nothing would be compared."""
        self.require_same(title)
        accepted = self.common(fingerprints)
        if not accepted:
            raise EvaluationError(
                "no question stands in the baseline unedited; restore the questions, or name their own "
                "baseline with --baseline"
            )
        return accepted

    def common(self, fingerprints: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
        """What it holds of the questions, given by id, that are in both and unedited."""
        return {
            name: self.questions[name]
            for name, fingerprint in fingerprints.items()
            if self.questions.get(name, {}).get("fingerprint") == fingerprint
        }


def load_baseline(path: Path, *, accepting: str = "rag eval --accept") -> Baseline:
    """Raises NotFound when there is no file, EvaluationError when it is not a baseline, naming the question
    that is not told as it must be, or when it is one of another format.

    `accepting` is the command that makes such a baseline, for whoever has none.
    """
    if not path.exists():
        raise NotFound(f"there is no file {path}; make one with `{accepting}`")
    baseline = _read(path)
    if baseline.format != _FORMAT:
        raise EvaluationError(
            f"{path} was accepted by another version of rag: it has the format {baseline.format} and not "
            f"{_FORMAT}; accept the result anew with `{accepting}`"
        )
    return baseline


def _read(path: Path) -> Baseline:
    match load_json(path, _RESTORE):
        case {"dataset": str(dataset), "identity": dict(identity), "questions": dict(questions), **others}:
            for name, row in questions.items():
                if wrong := _wrong_with(row):
                    raise EvaluationError(f"{path} is not a baseline, question {name!r}: {wrong}; {_RESTORE}")
            match {"conditions": [], "format": 1, "lost_articles": 0, **others}:
                case {"conditions": list(conditions), "format": int(version), "lost_articles": int(lost)} if (
                    lost >= 0 and not isinstance(lost, bool)
                ):
                    return Baseline(
                        dataset=dataset,
                        conditions=tuple(map(str, conditions)),
                        identity=identity,
                        questions=questions,
                        format=version,
                        lost_articles=lost,
                        unknown_articles=_unknown_articles(path, others.get("unknown_articles")),
                    )
    raise EvaluationError(f"{path} is not a baseline; {_RESTORE}")


def _unknown_articles(path: Path, told: object) -> frozenset[str] | None:
    """Raises EvaluationError where they are told, and not as they must be."""
    if told is None:
        return None
    if not (isinstance(told, list) and all(isinstance(one, str) for one in told)):
        raise EvaluationError(f"{path} is not a baseline: unknown_articles are no list of ids; {_RESTORE}")
    return frozenset(told)


def _wrong_with(row: object) -> str | None:
    """What keeps the row of a question from being compared; None where it can be."""
    if not isinstance(row, dict):
        return f"is {row!r}, no object"
    for name in ("kind", "fingerprint"):
        if not isinstance(row.get(name), str):
            return f"{name} is {row.get(name)!r}, no word"
    scores = row.get("scores")
    if not isinstance(scores, dict):
        return f"scores are {scores!r}, no object"
    # NaN is no better and no worse than any score, and so would let every loss pass.
    for name, share in (*scores.items(), ("confidence", row.get("confidence", 0))):
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            return f"{name} is {share!r}, no share from 0 to 1"
    return _wrong_with_words(row.get("quotes", []), row.get("presented", {}))


def _wrong_with_words(quotes: object, presented: object) -> str | None:
    if not (isinstance(quotes, list) and all(isinstance(one, str) for one in quotes)):
        return f"quotes are {quotes!r}, no list of places"
    if not (isinstance(presented, dict) and all(isinstance(one, str) for one in presented.values())):
        return f"presented is {presented!r}, no object of digests"
    return None


def options_of(baseline: Baseline) -> tuple[str, ...]:
    """The options of a data set without which a result has not all that the accepted one has."""
    rows = [row for row in baseline.questions.values() if row["kind"] in get_args(QueryKind)]
    metrics = {metric for row in rows for metric in row["scores"]}
    return tuple(sorted({option for metric in metrics if (option := option_for(metric)) is not None}))


def load_accepted(path: Path) -> Baseline | None:
    """The baseline that accepting would replace, of any format; None where there is none yet.

    Raises EvaluationError when the file is something else, or its folder is not there, StorageError when
    nothing can be written there.
    """
    if not path.parent.is_dir():
        raise EvaluationError(f"there is no folder {path.parent}; make it, {_ANOTHER}")
    earlier = _read(path) if path.exists() else None
    try:
        with _beside(path).open("w"):
            pass
        _beside(path).unlink()
    except (OSError, RuntimeError) as error:  # a link that leads to itself is the latter
        raise _unwritable(path, error) from error
    if earlier is not None and not os.access(path, os.W_OK):
        raise StorageError(f"{path} must not be written; permit it, {_ANOTHER}")
    return earlier


def require_replaceable(earlier: Baseline, path: Path, title: str, fingerprints: Mapping[str, str]) -> None:
    """Raises EvaluationError unless it is the baseline of some of these questions, given by id."""
    earlier.require_same(title)
    # Of another format the fingerprints say nothing.
    known = earlier.format != _FORMAT and earlier.questions.keys() & fingerprints.keys()
    if not (known or earlier.common(fingerprints)):
        raise EvaluationError(f"{path} holds none of these questions unedited; restore them, {_ANOTHER}")


def accept(report: GoldReport | DatasetReport, path: Path, *, bars: tuple[Bar, ...] = ()) -> None:
    """Write the report as the new baseline; the same result gives the same bytes.

    Raises EvaluationError when the result has a broken quote or a failed question: neither is a measure; when
    the file is of something else; and when the result misses a bar that the one accepted before reaches:
    accepting must not reopen it. StorageError when it cannot be written; then the file is as it was.
    """
    breaches = report.breaches if isinstance(report, GoldReport) else []
    if breaches or report.errors:
        raise EvaluationError(
            f"a result with {counted(len(breaches), 'broken quote')} and "
            f"{counted(len(report.errors), 'failed question')} cannot be accepted; mend that first"
        )
    earlier = load_accepted(path)
    if earlier is not None:
        fingerprints = {result.id: result.fingerprint for result in report.results}
        require_replaceable(earlier, path, report.title, fingerprints)
        if lost := against_bars(bars, report.results, earlier.questions.values())[0]:
            raise EvaluationError(f"a bar that was reached is missed ({'; '.join(lost)}); mend that first")
    baseline = {
        "format": _FORMAT,
        "dataset": report.dataset,
        **(_of_set(report) if isinstance(report, DatasetReport) else {}),
        "identity": lasting(report.identity),
        **({"lost_articles": len(report.lost_articles)} if report.lost_articles else {}),
        "metrics": metrics_json(report.metrics),
        "questions": {result.id: _row(result) for result in report.results},
    }
    text = json.dumps(baseline, indent=1, sort_keys=True, ensure_ascii=False)
    _replace(path, text + "\n")


def _of_set(report: DatasetReport) -> dict[str, object]:
    """What is kept of a data set alone; of articles that are missing none as well, as that is no silence."""
    return {"conditions": report.conditions, "unknown_articles": report.unknown_articles}


def _replace(path: Path, text: str) -> None:
    """Whole or not at all: half of a baseline would be none, and the earlier one gone."""
    pending = _beside(path)
    try:
        pending.write_text(text, "utf-8", newline="\n")
        pending.replace(path.resolve())
    except OSError as error:
        pending.unlink(missing_ok=True)
        raise _unwritable(path, error) from error


def _beside(path: Path) -> Path:
    """What is written first; where the path is a link, beside the file that is meant."""
    target = path.resolve()
    return target.with_name(f"{target.name}.{os.getpid()}.new")


def _unwritable(path: Path, error: OSError | RuntimeError) -> StorageError:
    reason = error.strerror if isinstance(error, OSError) else None
    return StorageError(f"{path} cannot be written ({reason or error}); mend that, {_ANOTHER}")


def _row(result: QuestionResult | QueryResult) -> dict[str, object]:
    """A question as it is kept: that it was abstained from is told by its having no quotes."""
    row: dict[str, object] = {
        "kind": result.kind,
        "question": result.question,
        "fingerprint": result.fingerprint,
        "scores": result.scores,
        # Places alone: the words stand in the articles, and the file stays small.
        "quotes": [one.place for one in result.shown],
        "presented": result.presented,
    }
    return row if result.confidence is None else {**row, "confidence": rounded(result.confidence)}


def rounded(confidence: float) -> float:
    """As a baseline holds it: what is beyond is not told to a reader either."""
    return round(confidence, 2)


def lasting(identity: Mapping[str, object]) -> dict[str, object]:
    """What of an identity decides more than times."""
    return {name: value for name, value in identity.items() if name not in _NO_MATTER}
