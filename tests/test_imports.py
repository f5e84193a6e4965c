"""Who imports whom, held by walking the syntax trees. The table is that of the design."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EVERYONE = {"rag", "types", "errors", "languages", "packages"}
MAY_IMPORT = {
    "types": set[str](),
    "errors": set[str](),
    "packages": set[str](),
    "languages": set[str](),
    "turning": set[str](),
    "patterns": set[str](),
    "copies": {"turning", "patterns"},
    "tokens": set[str](),
    "settings": set[str](),
    "encoding": set[str](),
    "store": set[str](),
    "indexing": {"store", "encoding", "tokens", "copies"},
    "answering": {"store", "encoding", "tokens", "copies", "turning", "patterns"},
    "evaluation": {"answering"},
    "serving": {"answering", "indexing"},
    "wiring": {"settings", "store", "encoding", "tokens", "indexing", "answering", "serving"},
    "cli": {
        *("wiring", "settings", "store", "encoding", "tokens"),
        *("indexing", "answering", "evaluation", "serving"),
    },
    "__main__": {"cli"},
}
ONLY_IN = {"faiss": {"store"}, "tantivy": {"store"}, "tiktoken": {"tokens"}, "rensa": {"copies"}}
RUNTIMES = {"torch", "transformers", "sentence_transformers", "openvino", "tokenizers", "safetensors", "onnx"}


@dataclass(frozen=True, slots=True)
class Import:
    """`part` of rag imports `module` at `place`; `deferred` when only a function's call does it."""

    part: str
    module: str
    place: str
    deferred: bool


def imports_of(file: Path) -> Iterator[Import]:
    inner = file.relative_to(ROOT / "rag")
    part = inner.parts[0] if len(inner.parts) > 1 else inner.stem
    package = ["rag", *inner.parts[:-1]]

    def walk(node: ast.AST, deferred: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if is_type_checking(child):
                # Types are the same dependency to a reader, and free to the machine.
                yield from walk(child, True)
                continue
            names: list[str] = []
            if isinstance(child, ast.Import):
                names = [alias.name for alias in child.names]
            elif isinstance(child, ast.ImportFrom):
                base = package[: len(package) - child.level + 1] if child.level else []
                module = ".".join([*base, *([child.module] if child.module else [])])
                names = [f"{module}.{alias.name}" for alias in child.names] if module == "rag" else [module]
            for name in names:
                yield Import(part, name, f"{inner}:{child.lineno}", deferred)  # type: ignore[attr-defined]
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            yield from walk(child, deferred or function)

    yield from walk(ast.parse(file.read_text(encoding="utf-8")), False)


def is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


IMPORTS = [one for file in sorted((ROOT / "rag").rglob("*.py")) for one in imports_of(file)]


def own_part(module: str) -> str | None:
    """The part of rag that a module belongs to; None when it is not ours."""
    parts = module.split(".")
    if parts[0] != "rag":
        return None
    # `from rag import __version__` names nothing but the package itself.
    return parts[1] if len(parts) > 1 and not parts[1].startswith("__") else "rag"


def test_every_part_of_the_package_is_in_the_table() -> None:
    parts = {path.stem for path in (ROOT / "rag").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert parts - {"__init__", "__pycache__"} <= set(MAY_IMPORT)
    assert len(IMPORTS) > 100


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_a_part_imports_only_what_it_may(part: str) -> None:
    allowed = MAY_IMPORT[part] | EVERYONE | {part}
    wrong = [one for one in IMPORTS if one.part == part and own_part(one.module) not in allowed | {None}]
    assert not wrong


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_imported_in_one_place_only(library: str) -> None:
    wrong = [
        one for one in IMPORTS if one.module.split(".")[0] == library and one.part not in ONLY_IN[library]
    ]
    assert not wrong


def test_model_runtimes_are_imported_only_inside_functions_of_encoding() -> None:
    used = [one for one in IMPORTS if one.module.split(".")[0] in RUNTIMES]
    assert not [one for one in used if one.part != "encoding" or not one.deferred]


def test_settings_are_read_at_the_edge_only() -> None:
    readers = {one.part for one in IMPORTS if own_part(one.module) == "settings"}
    assert readers <= {"cli", "wiring", "settings"}


def test_the_command_line_defers_everything_heavy() -> None:
    light = {"rag", "cli", "errors", "types", "wiring", None}
    edge = [one for one in IMPORTS if one.part in {"cli", "wiring", "__main__"} and not one.deferred]
    assert not [one for one in edge if own_part(one.module) not in light]


def test_nobody_imports_one_part_s_private_names() -> None:
    wrong = [
        f"{file.relative_to(ROOT)}: {alias.name}"
        for file in sorted((ROOT / "rag").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rag")
        for alias in node.names
        if alias.name.startswith("_") and not alias.name.startswith("__")
    ]
    assert not wrong
