"""Words by their beginnings: the same word in another form has the same stem."""

from __future__ import annotations

from collections.abc import Set

from rag import patterns

WORD = patterns.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?!\d)(?:\.\d+)?|\w+(?:[’'.-]\w+)*")


def stem_of(word: str) -> str:
    """The first letters of a word without its endings: enough to see the same word in another form."""
    plain = word.lower().replace("’", "'").removesuffix("'s").rstrip("'")
    for ending in ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "ly"):
        if plain.endswith(ending) and len(plain) - len(ending) >= 4:
            return plain[: -len(ending)]
    return plain


def stems_of(text: str) -> set[str]:
    """The stems of the words of a text, and of the parts of those that a hyphen joins."""
    return {stem_of(part) for word in WORD.findall(text) for part in (word, *parts_of(word))}


def has_word(stems: Set[str], word: str) -> bool:
    """Whether one of these stems is the word's, or each of its parts' is."""
    parts = [stem_of(part) for part in parts_of(word)]
    return stem_of(word) in stems or (bool(parts) and stems >= set(parts))


def parts_of(word: str) -> list[str]:
    """The words that a hyphen joins: "Pakistan-China" names both. "F-16" is one name."""
    parts = word.split("-")
    return parts if len(parts) > 1 and all(map(str.isalpha, parts)) else []
