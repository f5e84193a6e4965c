"""Chunks are exact slices of whole sentences that fit, and every sentence is in one, for any text."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from generated import articles
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import ArticleError
from rag.indexing.chunking import chunk_article, encoder_input
from rag.indexing.preparing import Draft, prepare
from rag.tokens import count_tokens
from rag.types import Article, Chunk, Mask


def words(text: str) -> int:
    """A fake tokenizer: a token for each word, and one for every eight characters of a long one."""
    return sum(1 + len(word) // 8 for word in text.split())


def characters(text: str) -> int:
    """A fake encoder's tokenizer that falls back to bytes, with two special tokens."""
    return len(text.encode("utf-8")) + 2


def chunked(article: Article, *, target: int = 60, window: int = 600, overlap: int = 1) -> list[Chunk]:
    return chunk_article(
        article,
        count_tokens=words,
        encoder_count=characters,
        target_tokens=target,
        encoder_window=window,
        overlap_sentences=overlap,
    )


def written(text: str, **fields: object) -> Article:
    return prepare(Draft("a", text, "", fields))[0]


@pytest.mark.parametrize("overlap", [0, 1, 2, 3])
@pytest.mark.parametrize("target", [2, 3, 4, 5, 6, 7])
def test_a_chunk_never_holds_the_one_before_it(target: int, overlap: int) -> None:
    """Nor where sentences together are fewer tokens than each by itself, as they are to a real tokenizer."""
    article = written("The port of Arda was closed. " * 3 + "Ships lay there. " * 9 + "It rained. " * 9)
    chunks = chunk_article(
        article,
        count_tokens=lambda text: -(-len(text) // 17),
        encoder_count=characters,
        target_tokens=target,
        encoder_window=600,
        overlap_sentences=overlap,
    )
    assert all(one.start < two.start and one.end < two.end for one, two in pairwise(chunks))


@settings(max_examples=60, deadline=None)
@given(
    article=articles(),
    target=st.integers(4, 80),
    window=st.integers(160, 700),
    overlap=st.integers(0, 3),
)
def test_chunks_of_any_article_hold_their_laws(
    article: Article, target: int, window: int, overlap: int
) -> None:
    chunks = chunked(article, target=target, window=window, overlap=overlap)
    for chunk in chunks:
        text = article.text[chunk.start : chunk.end]
        assert 0 <= chunk.start < chunk.end <= len(article.text)
        assert text == text.strip()
        assert chunk.tokens == words(text) <= target
        assert characters(encoder_input(article, text)) <= window
        assert encoder_input(article, text).endswith(text)
        assert not any(mask.start < chunk.end and chunk.start < mask.end for mask in article.masks)
    assert all(one.start < two.start and one.end < two.end for one, two in pairwise(chunks))
    inside = {position for chunk in chunks for position in range(chunk.start, chunk.end)}
    for sentence in article.sentences:
        for position in range(sentence.start, sentence.end):
            assert position in inside or article.text[position].isspace()


FOUR = "One line is here. Two lines are here. Three are here now. Four are here too."


def test_sentences_are_whole_where_they_fit_and_the_last_is_repeated() -> None:
    article = written(FOUR)
    assert [article.text[chunk.start : chunk.end] for chunk in chunked(article, target=9)] == [
        "One line is here. Two lines are here.",
        "Two lines are here. Three are here now.",
        "Three are here now. Four are here too.",
    ]


def test_without_room_the_overlap_goes_first() -> None:
    article = written(FOUR)
    assert [article.text[chunk.start : chunk.end] for chunk in chunked(article, target=6, overlap=3)] == [
        "One line is here.",
        "Two lines are here.",
        "Three are here now.",
        "Four are here too.",
    ]


def test_repeated_sentences_keep_their_own_places() -> None:
    article = written("It rained in Karachi. " * 40)
    chunks = chunked(article, target=12, overlap=0)
    assert [chunk.start for chunk in chunks] == sorted({chunk.start for chunk in chunks})
    assert chunks[-1].end == article.sentences[-1].end


def test_a_long_sentence_is_parted_at_clauses_before_words() -> None:
    clause = "the minister spoke of steel and of grain"
    article = written(f"On that day {clause}, {clause}; {clause}, {clause}, {clause} until night fell.")
    parts = [article.text[chunk.start : chunk.end] for chunk in chunked(article, target=22, overlap=0)]
    assert len(parts) > 1
    assert all(part[-1] in ",;" for part in parts[:-1])


PLACES = ("Aldri", "Bris", "Cato", "Dorn", "Esk", "Fjord", "Gard", "Holm", "Ilm", "Jade", "Karst", "Lom")


@pytest.mark.parametrize("target", [9, 12, 15, 18, 23])
@pytest.mark.parametrize("overlap", [0, 1])
def test_a_line_that_heads_what_follows_is_in_the_chunk_of_it(target: int, overlap: int) -> None:
    """Else a passage of one place ends with the name of another, and that one's lacks it."""
    told = [f"{place}\nThe port was closed on Monday. Ships lay off it." for place in PLACES]
    article = written("\n".join(["All of this is of one day.", *told]), title="Ports of the state")
    assert not article.masks
    chunks = [article.text[one.start : one.end] for one in chunked(article, target=target, overlap=overlap)]
    assert len(chunks) > 1
    assert not any(chunk.endswith(PLACES) for chunk in chunks)
    for place in PLACES:
        assert any(f"{place}\nThe port was closed on Monday." in chunk for chunk in chunks)


def test_lines_without_an_end_that_fill_a_chunk_are_one() -> None:
    article = written("\n".join(["The items of it are these."] + ["Steel of one mill"] * 9 + ["It rained."]))
    assert (
        "".join(article.text[one.start : one.end] for one in chunked(article, target=9, overlap=0)).count(
            "Steel of one mill"
        )
        == 9
    )


def test_no_chunk_reaches_across_a_mask() -> None:
    article = written(
        "The talks on the steel mills began on Monday in the capital.\n"
        "Read more: Another story about something else\n"
        "They are expected to end on Friday, the minister told reporters."
    )
    assert [mask.kind for mask in article.masks] == ["read more"]
    assert len(chunked(article, target=500)) == 2


@pytest.mark.parametrize("unit", ["a", "a.", "۔", "😀", "e\u0301", "1", "“", "<|endoftext|>"])
def test_a_megabyte_without_a_space_is_chunked_in_seconds(unit: str) -> None:
    began = time.monotonic()
    article = written("x" + unit * (1_000_000 // len(unit)))
    chunks = chunk_article(
        article,
        count_tokens=count_tokens,
        encoder_count=lambda piece: len(piece) // 2 + 2,
        target_tokens=200,
        encoder_window=256,
        overlap_sentences=0,
    )
    assert time.monotonic() - began < 20
    assert sum(chunk.end - chunk.start for chunk in chunks) == len(article.text)
    assert all(0 < chunk.tokens <= 200 for chunk in chunks)


def test_the_title_is_context_but_not_twice_and_not_for_ever() -> None:
    article = written("A long body of some words stands here.", title="Steel talks resume")
    assert encoder_input(article, "The body.") == "Steel talks resume\nThe body."
    assert encoder_input(article, "Steel  talks\nresume. The body.") == "Steel  talks\nresume. The body."
    endless = written("A long body of some words stands here.", title="Steel talks " * 500)
    assert encoder_input(endless, "The body.").endswith("\nThe body.")
    assert len(encoder_input(endless, "The body.")) < 150


def test_a_window_without_room_is_refused_by_name() -> None:
    article = written("A long body of some words stands here.", title="Steel talks resume")
    with pytest.raises(ArticleError, match=r"'a' cannot be split to fit: .* window of 8 "):
        chunked(article, window=8)


@pytest.mark.parametrize("text", ["Sign up here.", "\n Sign up here. \n", "Sign up here. " * 500])
def test_an_article_without_sentences_is_one_chunk_for_its_title(text: str) -> None:
    start = len(text) - len(text.lstrip())
    masks = (Mask(start, len(text.rstrip()), "promotion"),)
    [chunk] = chunked(Article("a", "t", "metadata", text, "", "", masks=masks))
    told = text[chunk.start : chunk.end]
    assert told == told.strip() and text.strip().startswith(told)
    front = "---\ntitle: t\n---\n"
    masks = (Mask(0, len(front), "front matter"), Mask(len(front) + start, len(front + text), "promotion"))
    [behind] = chunked(Article("a", "t", "metadata", front + text, "", "", masks=masks))
    assert (front + text)[behind.start : behind.end] == told
