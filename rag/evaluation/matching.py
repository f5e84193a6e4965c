"""Whether a text holds one of the answers that a data set gives."""

from __future__ import annotations

import functools
import re
import string
from collections.abc import Iterable

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans(dict.fromkeys(string.punctuation + "“”‘’«»—–…", " "))


def contains(texts: Iterable[str], answers: Iterable[str]) -> bool:
    """Whether a text holds an answer as whole words, both normalised."""
    said = [f" {_normalised(text)} " for text in texts]
    wanted = [f" {_normalised(answer)} " for answer in answers if _normalised(answer)]
    return any(answer in text for answer in wanted for text in said)


# The articles that many questions retrieve are normalised once: 2,000 of 5,000 characters are 20 MB.
@functools.lru_cache(maxsize=2_000)
def _normalised(text: str) -> str:
    """Lower case without articles, punctuation and extra space, after SQuAD (Rajpurkar et al., 2016).

    There punctuation vanishes; here it parts words, so that "Lanka's" holds "Lanka" and "2008–2010" holds
    "2008". Only the comma of thousands vanishes.
    """
    words = _THOUSANDS.sub("", text.lower()).translate(_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", words).split())
