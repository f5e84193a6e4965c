"""An outlet that a question names is held against the source, as archives write it."""

from __future__ import annotations

import pytest

from rag.answering.outlets import outlet_spans


def named(question: str, source: str | None) -> list[str]:
    return [question[start:end] for start, end in outlet_spans(question, source)]


@pytest.mark.parametrize("question", ["What did the Veld Post write?", "what did veld post write?"])
@pytest.mark.parametrize(
    "source", ["veldpost", "veldpostlk", "Veld Post", "www.veldpost.com", "veld-post.co.uk", "The Veld Post"]
)
def test_a_source_is_named_with_spaces_or_without(question: str, source: str) -> None:
    [words] = named(question, source)
    assert words.lower().removeprefix("the ") == "veld post"


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("What did the Veld Post write?", "oosttimes"),
        ("What did the Veld Post write?", None),
        ("What did Veld write?", "veldpostonline"),
        ("Who bought the island?", "islandlk"),  # without a capital it may be any
        ("What did AP write?", "apnewsandmore"),
    ],
)
def test_another_source_is_not(question: str, source: str | None) -> None:
    assert named(question, source) == []


@pytest.mark.parametrize(("said", "source"), [("Island", "islandlk"), ("VP", "vp.lk"), ("VP", "VP")])
def test_one_word_with_a_capital_may_be_all_of_it(said: str, source: str) -> None:
    assert named(f"What did {said} write?", source) == [said]
