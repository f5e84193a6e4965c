"""Regular expressions that are compiled when they are first used.

The rules for English hold more than a hundred, of which a question needs a third. To compile them all would
be a tenth of the start of a command.
"""

from __future__ import annotations

import re
from typing import Any, cast

_METHODS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")


class _Pattern:
    """Stands for a compiled expression: has its methods once one was asked for."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def compile(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, but that a mistake in it is raised where it is first used."""
    return cast("re.Pattern[str]", _Pattern(pattern, flags))
