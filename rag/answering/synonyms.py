"""Other forms of names that the user gives: a small file, one group of forms a line.

# a comment
PSM = Pakistan Steel Mills = Karachi Steel Mills
Bombay = Mumbai
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rag.errors import SettingsError
from rag.store import LONGEST_NAME, fold, is_short_word, words_of


@dataclass(frozen=True, slots=True)
class Synonym:
    """Another form, and where it was given. `in_capitals`: means the name only when asked in capitals."""

    form: str
    place: str
    in_capitals: bool


@dataclass(frozen=True, slots=True)
class Synonyms:
    """The other forms of each folded form, in the order of the file."""

    forms: Mapping[str, tuple[Synonym, ...]] = field(default_factory=dict)


NO_SYNONYMS = Synonyms()


def read_synonyms(file: Path) -> Synonyms:
    """Raises SettingsError, which names the file and the line."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise SettingsError(f"the synonyms file {file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"the synonyms file {file} is not text in UTF-8: {error}") from error
    forms: dict[str, dict[str, Synonym]] = {}
    for number, line in enumerate(lines, start=1):
        content = line.partition("#")[0].strip()
        if not content:
            continue
        group = _group_of(content, f"{file}, line {number}")
        for folded in group:
            # An abbreviation spelt like a small word is known by its capitals; as another form it is not
            # looked for at all, since the lexical index cannot tell WHO from "who".
            others = forms.setdefault(folded, {})
            for other, form in group.items():
                if other != folded and not is_short_word(other):
                    place = f"{file.name}, line {number}"
                    others.setdefault(other, Synonym(form, place, is_short_word(folded)))
    return Synonyms({folded: tuple(others.values()) for folded, others in forms.items() if others})


def _group_of(content: str, place: str) -> dict[str, str]:
    """The forms of a line by their folded form."""
    group: dict[str, str] = {}
    for given in content.split("="):
        form = " ".join(given.split())
        count = len(words_of(form))
        if not count:
            raise SettingsError(
                f"{place}: {content!r} has an empty form; write two or more with = between them"
            )
        if count > LONGEST_NAME:
            raise SettingsError(
                f"{place}: {form!r} has {count} words, and a form may have {LONGEST_NAME}; shorten it"
            )
        group.setdefault(fold(form), form)
    if len(group) < 2:
        raise SettingsError(f"{place}: {content!r} is one form alone; write two or more with = between them")
    return group
