"""Many things wrong at once, in one sentence: whoever mends a file mends all of them, not one in each run."""

from __future__ import annotations

from collections.abc import Sequence

from rag.errors import EvaluationError

_TOLD = 40  # before the others are only counted


def refusal(mistakes: Sequence[str], *, where: str, remedy: str = "") -> EvaluationError:
    """The error that tells the mistakes, of which there is one at least: numbered where there are more."""
    if len(mistakes) == 1:
        return EvaluationError(f"{where}, {mistakes[0]}{remedy}")
    told = " ".join(f"({number}) {one};" for number, one in enumerate(mistakes[:_TOLD], start=1))
    more = f" and {len(mistakes) - _TOLD} more" if len(mistakes) > _TOLD else ""
    return EvaluationError(f"{where} has {len(mistakes)} mistakes: {told.rstrip(';')}{more}{remedy}")
