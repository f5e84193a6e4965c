"""Which language a text is in, from its own letters."""

from __future__ import annotations

_ENOUGH = 24
_SAMPLE = 1000


def detect_language(text: str) -> str | None:
    """ISO 639-1 code of the language of `text`, or None when it has too few letters to tell."""
    sample = " ".join(text[: 2 * _SAMPLE].split())[:_SAMPLE]
    if sum(character.isalpha() for character in sample) < _ENOUGH:
        return None
    import py3langid

    return str(py3langid.classify(sample)[0])
