"""Words one edit apart: all of them, no others, and alike from both sides."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from rag.store.alike import Spellings, one_edit_away

WORD = st.text(alphabet="abc", min_size=1, max_size=6)


def apart(one: str, other: str) -> int:
    """The edits from one to the other, no letter edited twice, by their recurrence."""
    if not one or not other:
        return len(one) + len(other)
    least = min(
        apart(one[:-1], other) + 1,
        apart(one, other[:-1]) + 1,
        apart(one[:-1], other[:-1]) + (one[-1] != other[-1]),
    )
    if one[-2:] == other[-2:][::-1] and len(one) > 1 < len(other):
        least = min(least, apart(one[:-2], other[:-2]) + 1)
    return least


@given(WORD, WORD)
def test_exactly_what_is_one_edit_apart_is_one_edit_away(one: str, other: str) -> None:
    assert (other in one_edit_away(one)) == (apart(one, other) == 1)


@given(st.text(alphabet=string.ascii_lowercase, min_size=2, max_size=12), st.data())
def test_who_is_one_edit_away_has_one_edit_back(word: str, data: st.DataObject) -> None:
    other = data.draw(st.sampled_from(sorted(one_edit_away(word))))
    assert word in one_edit_away(other)


@given(st.permutations(["Mills mills Mills MILLS Miles", "mills Hills", "Mills hills hills", "Hills"]))
def test_what_most_texts_have_is_first_as_most_of_them_write_it(texts: list[str]) -> None:
    spellings = Spellings(texts)
    assert spellings.commonest_first({"mills", "hills", "miles"}) == ["Hills", "Mills", "Miles"]
    assert spellings.commonest_first({"bills"}) == []
