"""The outlet that a question names ("What did the Daily Post write …"), held against an article's source.

Sources are written as archives write them: with spaces or without, with the end of an address or none.
"""

from __future__ import annotations

from rag.store import fold, words_of

# Words of an outlet's name.
_LONGEST = 5
# What must be named of a source without spaces: so many letters, and three fifths of all.
_SHORTEST = 4
_SHARE = 0.6
# "ft.lk": what stands behind is the end of an address.
_LONGEST_ENDING = 3
_BEFORE_NAMES = ("www", "the")


def outlet_spans(question: str, source: str | None) -> list[tuple[int, int]]:
    """Where the question names the source, or what it begins with. One word alone has a capital letter: "the
    island" may be any."""
    parts = fold(source or "").split()
    while parts and parts[0] in _BEFORE_NAMES:
        parts = parts[1:]
    if not parts:
        return []
    whole = "".join(parts).removeprefix("the")
    ending = len(parts)
    while ending > 1 and len(parts[ending - 1]) <= _LONGEST_ENDING:
        ending -= 1
    beginnings = {"".join(parts[:count]) for count in range(ending, len(parts) + 1)}
    words = words_of(question)
    spans = []
    for first, word in enumerate(words):
        for length in range(min(_LONGEST, len(words) - first), 0, -1):
            named = "".join(one.folded for one in words[first : first + length])
            said = question[word.start].isupper() or length > 1
            begins = len(named) >= max(_SHORTEST, _SHARE * len(whole)) and whole.startswith(named)
            if said and (begins or named in beginnings):
                spans.append((word.start, words[first + length - 1].end))
                break
    return spans
