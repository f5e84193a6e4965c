"""Token counts are tiktoken's own, take bounded time, and need no network."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import tiktoken.load
from hypothesis import given
from hypothesis import strategies as st

from rag.encoding import ModelSource
from rag.errors import EncoderUnavailable
from rag.packages import CL100K, vocabulary_file
from rag.tokens import count_tokens


@pytest.fixture(scope="module")
def original(models: ModelSource) -> tiktoken.Encoding:
    """cl100k_base as tiktoken itself defines it, its download replaced by the cached file."""
    from tiktoken_ext import openai_public

    file = vocabulary_file(CL100K, cache=models.cache, offline=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tiktoken.load, "read_file", lambda _: file.read_bytes())
        patch.setenv("TIKTOKEN_CACHE_DIR", "")
        return tiktoken.Encoding(**openai_public.cl100k_base())


@given(text=st.text(max_size=300))
def test_counts_are_those_of_tiktoken(original: tiktoken.Encoding, text: str) -> None:
    assert count_tokens(text) == len(original.encode(text, disallowed_special=()))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", 0),
        ("hello world", 2),
        ("What is the status of Pakistan Steel Mills talks?", 10),
        ("پاکستان", 5),
    ],
)
def test_known_counts(text: str, tokens: int) -> None:
    assert count_tokens(text) == tokens


def test_special_token_text_is_ordinary_text() -> None:
    assert count_tokens("<|endoftext|>") == 7


def test_a_lone_surrogate_is_counted() -> None:
    assert count_tokens("a \ud800 b") > 2


@pytest.mark.parametrize("character", ["a", "é", " ", "\n", " \n", "!", "1", "😀", "\u00a0", "<|endoftext|>"])
@pytest.mark.parametrize("end", ["", "x"])
def test_a_megabyte_without_a_break_takes_bounded_time(character: str, end: str) -> None:
    text = character * (1_000_000 // len(character)) + end
    started = time.perf_counter()
    tokens = count_tokens(text)
    assert time.perf_counter() - started < 10
    assert 1_000_000 / 1000 < tokens < 4_000_000


@given(blanks=st.integers(0, 7000), after=st.sampled_from(["", "x", "\n", "\nx"]))
def test_long_blanks_are_counted_to_within_a_few_tokens(
    original: tiktoken.Encoding, blanks: int, after: str
) -> None:
    text = "start" + " " * blanks + after
    exact = len(original.encode(text, disallowed_special=()))
    assert abs(count_tokens(text) - exact) <= 3 * (blanks // 2000)


def test_a_missing_vocabulary_is_told_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="rag models fetch") as raised:
        vocabulary_file(CL100K, cache=tmp_path, offline=True)
    assert str(tmp_path) in str(raised.value)


def test_a_damaged_vocabulary_is_never_read(tmp_path: Path, models: ModelSource) -> None:
    whole = vocabulary_file(CL100K, cache=models.cache, offline=True).read_bytes()
    damaged = tmp_path / "vocabularies" / CL100K.name
    damaged.parent.mkdir()
    damaged.write_bytes(whole[:-10])
    with pytest.raises(EncoderUnavailable):
        vocabulary_file(CL100K, cache=tmp_path, offline=True)
    assert damaged.exists()
