"""How numbers and names are told in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

NAMED = 12  # before the others are only counted


def counted(number: int, what: str, many: str | None = None) -> str:
    """The number with what there is so much of, in its plural where it is not one."""
    return f"{number} {what}" if number == 1 else f"{number} {many or what + 's'}"


def listed(names: Sequence[str]) -> str:
    """The names, of many only the first and how many more there are."""
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
