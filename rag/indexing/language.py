"""Which language an article is in, from its own letters."""

from __future__ import annotations

from rag.errors import StorageError
from rag.languages import language_code

_ENOUGH = 24
_SAMPLE = 1000


def detect_language(text: str) -> str | None:
    """ISO 639-1 code of the language of `text`, or None when it has too few letters to tell.

    Raises StorageError when the temporary folder has no room for the detector's table.
    """
    sample = " ".join(text[: 2 * _SAMPLE].split())[:_SAMPLE]
    if sum(character.isalpha() for character in sample) < _ENOUGH:
        return None
    import py3langid

    try:
        return language_code(str(py3langid.classify(sample)[0]))  # it says `kik` for Kikuyu
    except OSError as error:  # it unpacks its table into a temporary file the first time
        raise StorageError(
            f"the temporary folder cannot be written ({error.strerror or error}); free some space in it, or "
            "set TMPDIR to another"
        ) from error
