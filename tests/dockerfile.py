"""The Dockerfile as data: enough of its language for the one that this repository has."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_CONTINUED = re.compile(r"\\\n")
_COMMENT = re.compile(r"^\s*#.*\n", re.MULTILINE)
_PAIR = re.compile(r'([\w.]+)=(?:"([^"]*)"|(\S*))')
_VARIABLE = re.compile(r"\$\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its keyword, its flags (`--from=build` → {"from": "build"}) and the rest."""

    keyword: str
    flags: dict[str, str]
    value: str

    def words(self) -> list[str]:
        """The value as words, in the exec form as well as the plain one."""
        if self.value.startswith("["):
            return [str(word) for word in json.loads(self.value)]
        return self.value.split()

    def pairs(self) -> dict[str, str]:
        """The value of ENV, ARG or LABEL."""
        return {name: quoted or plain for name, quoted, plain in _PAIR.findall(self.value)}


@dataclass(frozen=True, slots=True)
class Stage:
    """A FROM and what follows it."""

    name: str
    parent: str
    instructions: tuple[Instruction, ...]

    def all(self, keyword: str) -> list[Instruction]:
        return [one for one in self.instructions if one.keyword == keyword]


def read_stages(file: Path) -> list[Stage]:
    """The stages in order; one without a name has its number."""
    stages: list[Stage] = []
    for instruction in _instructions(file.read_text(encoding="utf-8")):
        if instruction.keyword == "FROM":
            parent, *name = instruction.value.split()
            stages.append(Stage(name[1] if name else str(len(stages)), parent, ()))
            continue
        last = stages.pop()
        stages.append(Stage(last.name, last.parent, (*last.instructions, instruction)))
    return stages


def expand(value: str, variables: dict[str, str]) -> str:
    """`${NAME}` replaced, as in ENV and WORKDIR; what a shell makes of a RUN is not our matter."""
    return _VARIABLE.sub(lambda found: variables[found[1]], value)


def _instructions(text: str) -> Iterator[Instruction]:
    for line in _CONTINUED.sub("", _COMMENT.sub("", text)).splitlines():
        if not line.strip():
            continue
        keyword, _, value = line.strip().partition(" ")
        flags = {}
        while flag := re.match(r"--([a-z-]+)=(\S+)\s+", value.lstrip()):
            flags[flag[1]] = flag[2]
            value = value.lstrip()[flag.end() :]
        yield Instruction(keyword.upper(), flags, value.strip())
