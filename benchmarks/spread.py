"""Medians with their spread, and ratios that are taken within one repeat, so that drift falls out of them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    median: float
    least: float
    most: float

    def written(self, digits: int = 2, *, scale: float = 1.0) -> str:
        """`median (least–most)`."""
        median, least, most = (
            _significant(scale * one, digits) for one in (self.median, self.least, self.most)
        )
        return f"{median} ({least}–{most})"


def spread(values: Sequence[float]) -> Spread:
    return Spread(statistics.median(values), min(values), max(values))


def ratios(above: Sequence[float], below: Sequence[float]) -> Spread:
    """Of `above` to `below`, repeat by repeat."""
    return spread([one / other for one, other in zip(above, below, strict=True)])


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` of them lie, none of them invented."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _significant(value: float, digits: int) -> str:
    """At least so many significant digits, no exponent, whole numbers from 10 to the power of them on."""
    if value == 0:
        return "0"
    places = digits - 1
    size = abs(value)
    while size >= 10 and places > 0:
        size, places = size / 10, places - 1
    while size < 1 and places < 9:
        size, places = size * 10, places + 1
    return f"{value:,.{places}f}"
