"""Patterns that are compiled when they are first used are no other than those compiled at once."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import rag.answering
from rag import patterns

ROOT = Path(__file__).parents[1]
TEXT = "On 5 March 2023, and on 6 March."


def written() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern of the package that is compiled later, by its name."""
    found = pkgutil.walk_packages(rag.answering.__path__, "rag.answering.")
    for module in (importlib.import_module(name) for name in [*(one.name for one in found), "rag.copies"]):
        for name, value in vars(module).items():
            if isinstance(value, type(patterns.compile(""))):
                yield f"{module.__name__}.{name}", value


def test_nothing_is_compiled_before_it_is_used() -> None:
    wrong = patterns.compile("(")
    with pytest.raises(re.error):
        wrong.search(TEXT)


def test_every_method_is_that_of_the_pattern() -> None:
    text, flags = r"ON (?P<day>\d+) march", re.IGNORECASE
    at_once = re.compile(text, flags)
    for method in ("search", "match", "fullmatch", "findall", "split"):
        told = getattr(patterns.compile(text, flags), method)(TEXT)
        expected = getattr(at_once, method)(TEXT)
        assert str(told) == str(expected), method
    later = patterns.compile(text, flags)
    assert later.sub("then", TEXT) == at_once.sub("then", TEXT)
    assert [match.span() for match in later.finditer(TEXT, 3)] == [(21, 31)]
    assert (later.pattern, later.groups, later.flags) == (text, 1, at_once.flags)


def test_every_pattern_of_the_rules_can_be_compiled() -> None:
    found = dict(written())
    assert len(found) > 100
    for name, one in found.items():
        try:
            one.search(TEXT)
        except re.error as error:
            pytest.fail(f"{name}: {error}")


def test_the_rules_for_english_compile_nothing_while_they_are_loaded() -> None:
    files = [*(ROOT / "rag" / "answering").rglob("*.py"), ROOT / "rag" / "copies.py"]
    assert not [file for file in files if "re.compile(" in file.read_text(encoding="utf-8")]
