"""Two numbers side by side, in as many places as tell which is the greater."""

from __future__ import annotations

_PLACES = range(2, 10)


def told_apart(one: float, other: float) -> tuple[str, str]:
    """Both numbers, so that they compare as shown as they do: 0.348 and 0.350, which are both 0.35."""
    for places in _PLACES:
        told = f"{one:.{places}f}", f"{other:.{places}f}"
        if (float(told[0]) < float(told[1]), float(told[0]) == float(told[1])) == (one < other, one == other):
            return told
    return repr(one), repr(other)
