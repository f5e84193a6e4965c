"""Letters that are ASCII ones in another case, and endless digits: read or not, they stop no answer."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answering.english.figures import compare, figures_of
from rag.answering.english.moments import resolve
from rag.answering.english.statements import Statement
from rag.answering.english.superseding import supersedes
from rag.answering.questions import once
from rag.answering.topics import topic_of
from rag.answering.understanding import understand
from rag.turning import turned
from rag.types import ArticleCard, Published, Span

# "ſ" is an "s" in another case, "ı" and "İ" are an "i", the sign for kelvin is a "k".
_LOOKALIKES = str.maketrans({"s": "ſ", "i": "ı", "I": "İ", "k": "\u212a"})
_WORDS = """this last next week month year current yesterday tomorrow six days ago two weeks said on Friday
Monday in April since August of March 5 million dollars billion euros Rs 20 crore sixty-six thousand tons
percent ships between and to from the strike will begin is set to was cancelled signed by status latest as of
2021 first 3rd 1980s 12 killed people since until ,"""
_PIECES = st.sampled_from(
    [*_WORDS.split(), *_WORDS.translate(_LOOKALIKES).split(), "9" * 400, f"1{'0' * 5000}th"]
)
TEXTS = st.lists(_PIECES, max_size=14).map(" ".join)
DAY = Published("2024-11-12", "day", "metadata")


@settings(deadline=None)  # the tables of opposites are made at the first call
@given(one=TEXTS, other=TEXTS)
def test_no_letters_of_a_text_stop_its_reading(one: str, other: str) -> None:
    for text in (one, other):
        for date in resolve(text, Span(0, len(text)), DAY):
            assert date.words == text[date.start : date.end]
        figures_of(text)
        understood = understand(text, today=dt.date(2024, 11, 12))
        topic_of(once(text), understood.intent)
    turned(one, other)
    cards = [
        ArticleCard(name, "Report", None, None, Published(day, "day", "metadata"), "0" * 64)
        for name, day in (("a", "2024-11-12"), ("b", "2024-11-15"))
    ]
    earlier, later = (
        Statement.read(card, text, Span(0, len(text))) for card, text in zip(cards, (one, other), strict=True)
    )
    supersedes(later, earlier)
    compare(earlier, later)


@pytest.mark.parametrize(
    "text", ["They arrived laſt week.", "They came ſix days ago.", "It opens tomorrow, not yeſterday."]
)
def test_a_word_with_such_a_letter_is_no_word_of_the_rules(text: str) -> None:
    words = [date.words for date in resolve(text, Span(0, len(text)), DAY)]
    assert all(word.isascii() for word in words)
    assert figures_of("It cost 5 mıllıon dollars.") == []
