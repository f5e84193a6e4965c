"""A sentence that ends with a colon is quoted with what it announces."""

from __future__ import annotations

from pathlib import Path

import pytest
from archives import answering, record
from hypothesis import given
from hypothesis import strategies as st
from stories import story

from rag.answering.english.announcing import with_announced
from rag.answering.english.antecedents import LONGEST_QUOTE

WINNERS = "The winners are:"


def announced(sentences: list[str], separator: str = " ") -> str:
    """What is quoted of the second sentence of a story."""
    article = story(sentences, separator)
    return with_announced(article, article.sentences[1]).of(article.text)


def test_the_sentence_behind_it_is_told() -> None:
    assert (
        announced(["It rained.", WINNERS, "Anna Berg and Karl Dahl.", "More."])
        == f"{WINNERS} Anna Berg and Karl Dahl."
    )
    assert announced(["It rained.", "She said: “", "I won.”", "More."]) == "She said: “"
    assert announced(["It rained.", "They won.", "More."]) == "They won."
    assert announced(["It rained.", WINNERS]) == WINNERS


@pytest.mark.parametrize("mark", ["- ", "• ", "1. ", "2) ", "(a) ", "* "])
def test_of_a_list_all_are_told(mark: str) -> None:
    items = [f"{mark}Anna Berg", f"{mark}Karl Dahl", f"{mark}Lena Marsh"]
    assert announced(["It rained.", WINNERS, *items, "It was late."], "\n") == "\n".join([WINNERS, *items])
    assert announced(["It rained.", WINNERS, *items, "It was late."], "\n\n").endswith("Lena Marsh")
    # Not on lines of their own, they are no list.
    assert announced(["It rained.", WINNERS, *items]) == f"{WINNERS} {items[0]}"


def test_what_is_no_prose_parts_them() -> None:
    article = story(["It rained.", WINNERS, "Anna Berg."], " [advertisement] ")
    assert with_announced(article, article.sentences[1]) == article.sentences[1]


@given(
    sentences=st.lists(
        st.sampled_from(["It rained.", WINNERS, "- Anna Berg", "word " * 30 + "ends."]), min_size=1
    ),
    separator=st.sampled_from([" ", "\n", "\n\n"]),
    data=st.data(),
)
def test_it_goes_on_to_the_end_of_a_sentence_and_can_be_read(
    sentences: list[str], separator: str, data: st.DataObject
) -> None:
    article = story(sentences, separator)
    sentence = data.draw(st.sampled_from(list(article.sentences)))
    span = with_announced(article, sentence)
    assert span.start == sentence.start
    assert span.end in {one.end for one in article.sentences}
    longer = span != sentence
    assert not longer or sentence.of(article.text).endswith(":")
    assert not longer or len(span.of(article.text).split()) <= LONGEST_QUOTE


def test_it_is_quoted_so(tmp_path: Path) -> None:
    told = "The winners of the cup are:\n- Anna Berg\n- Karl Dahl"
    text = f"The cup was held in May.\n\n{told}\n\nThe sea was calm."
    answer = answering(tmp_path, [record("cup", text)]).ask("Who are the winners of the cup?")
    assert any(citation.quote.endswith(told) for citation in answer.citations)
