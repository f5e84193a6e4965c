"""Bars: what the means of metrics must reach, written down by a person."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, get_args

from rag.errors import EvaluationError, NotFound
from rag.evaluation.gold import Kind
from rag.evaluation.metrics import LOWER_IS_BETTER, OF_ALL, PER_QUESTION
from rag.evaluation.mistakes import refusal
from rag.evaluation.phrases import counted

_RESTORE = "restore it from version control"
_KEYS = ("metric", "kinds", "least", "most")


class Judged(Protocol):
    """A question's scores, and its kind."""

    @property
    def kind(self) -> str: ...
    @property
    def scores(self) -> Mapping[str, float]: ...


@dataclass(frozen=True, slots=True)
class Bar:
    """What a metric's mean must reach, over questions of some kinds; no kinds means all.

    Exactly one of `least` and `most` is set.
    """

    metric: str
    kinds: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None

    def __str__(self) -> str:
        over = f" over {', '.join(self.kinds)}" if self.kinds else ""
        return f"{self.metric}{over} " + (
            f"≥ {self.least:g}" if self.least is not None else f"≤ {self.most:g}"
        )

    def missed(self, results: Iterable[tuple[str, Mapping[str, float]]]) -> str | None:
        """How the scores (with the kind of their question) miss the bar; None when they reach it."""
        scores = [
            scores[self.metric]
            for kind, scores in results
            if self.metric in scores and (not self.kinds or kind in self.kinds)
        ]
        if not scores:
            return f"{self}: no question measures it"
        mean = sum(scores) / len(scores)
        # Sums of the same numbers in another order differ by rounding.
        holds = mean >= self.least - 1e-9 if self.least is not None else mean <= (self.most or 0.0) + 1e-9
        return None if holds else f"{self}: is {mean:.3f} over {counted(len(scores), 'question')}"


def against_bars(
    bars: Iterable[Bar], results: Iterable[Judged], accepted: Iterable[Mapping[str, Any]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The bars that the results miss: those that the accepted rows reach, and those that neither does."""
    now = [(result.kind, result.scores) for result in results]
    then = [(str(row["kind"]), row["scores"]) for row in accepted]
    missed = {bar: sentence for bar in bars if (sentence := bar.missed(now))}
    reopened = {bar for bar in missed if not bar.missed(then)}
    return (
        tuple(missed[bar] for bar in missed if bar in reopened),
        tuple(missed[bar] for bar in missed if bar not in reopened),
    )


def load_bars(path: Path) -> tuple[Bar, ...]:
    """Raises NotFound when there is no file, EvaluationError naming the file and all that is wrong with its
    bars: one that cannot be missed, or never be reached, would hold nothing."""
    rows = load_json(path, _RESTORE)
    if not isinstance(rows, list):
        raise EvaluationError(f"{path} holds no list of bars; {_RESTORE}")
    mistakes = [
        f"bar {number}: {wrong}" for number, row in enumerate(rows, start=1) for wrong in _wrong_with(row)
    ]
    if mistakes:
        raise refusal(mistakes, where=str(path))
    return tuple(Bar(**{**row, "kinds": tuple(row.get("kinds", ()))}) for row in rows)


def load_json(path: Path, remedy: str) -> object:
    """Raises NotFound when there is no file, EvaluationError when it is not JSON; each tells the remedy."""
    try:
        return json.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise NotFound(f"there is no file {path}; {remedy}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise EvaluationError(f"{path} cannot be read ({error}); {remedy}") from error


def _wrong_with(row: object) -> Iterator[str]:
    """A sentence on everything that keeps a row from being a bar."""
    if not isinstance(row, dict):
        yield f'is {row!r}; write an object, as {{"metric": "R@5", "least": 0.9}}'
        return
    if unknown := sorted(row.keys() - set(_KEYS)):
        yield f"there is no key {unknown[0]!r}; the keys are {', '.join(_KEYS)}"
    metric = row.get("metric")
    if isinstance(metric, str) and metric in PER_QUESTION:
        yield from _wrong_with_share(row, metric)
    elif metric in OF_ALL:
        yield f"{metric} is of all questions at once, and no question measures it"
    else:
        yield f"there is no metric {metric!r}; the metrics are {', '.join(PER_QUESTION)}"
    yield from _wrong_with_kinds(row.get("kinds", []))


def _wrong_with_share(row: Mapping[str, object], metric: str) -> Iterator[str]:
    better, right, wrong = (
        ("lower", "most", "least") if metric in LOWER_IS_BETTER else ("higher", "least", "most")
    )
    if wrong in row:
        yield f"{metric} is better the {better} it is; write {right} and no {wrong}"
    elif right not in row:
        yield f"{metric} has no {right}; write the share that it must reach"
    if right not in row:
        return
    share = row[right]
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        yield f"{right} is {share!r}; write a share from 0 to 1"
    elif share == (1 if right == "most" else 0):
        yield f"{right} is {share!r}, which nothing misses; write another share"


def _wrong_with_kinds(names: object) -> Iterator[str]:
    known = get_args(Kind)
    if not isinstance(names, list):
        yield f'kinds is {names!r}; write a list, such as ["fact"]'
    elif unknown := [name for name in names if name not in known]:
        yield f"there is no kind {unknown[0]!r}; the kinds are {', '.join(known)}"
