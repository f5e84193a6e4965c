"""How often terms stand in rows, however many of either are asked for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.store import forward
from rag.store.forward import ForwardIndex, ForwardWriter

WORDS = st.sampled_from(["port", "ferry", "bank", "gas", "mills"])
ROWS = st.lists(st.lists(WORDS, max_size=6), min_size=1, max_size=8)


@pytest.mark.parametrize("at_once", [1, 7, 2**24])
@given(rows=ROWS, terms=st.lists(WORDS, max_size=6), data=st.data())
def test_each_term_is_counted_in_each_row(
    at_once: int, rows: list[list[str]], terms: list[str], data: st.DataObject
) -> None:
    places = data.draw(st.lists(st.integers(0, len(rows) - 1), unique=True).map(sorted))
    with TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        patch.setattr(forward, "_MOST_COMPARED", at_once)
        with ForwardWriter.open(Path(name)) as writer:
            for row in rows:
                writer.add(row)
        index = ForwardIndex(Path(name), writer.ends())
        times = index.times(np.array(places, np.int64), terms)
        expected = [[Counter(rows[place])[term] for term in terms] for place in places]
        assert times.shape == (len(places), len(terms))
        assert times.tolist() == expected
