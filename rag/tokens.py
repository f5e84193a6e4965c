"""Tokens as tiktoken counts them (cl100k_base): the unit of a chunk's target size. The only tiktoken import.

The vocabulary is a file pinned by hash, so every count is the same everywhere; where it is cached is
the only thing that may differ. It is read here, past tiktoken's own cache, which would go to the network
for a missing file and delete one that it does not like.
"""

from __future__ import annotations

import base64
import re
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from rag.packages import CL100K, vocabulary_file

if TYPE_CHECKING:
    import tiktoken

# As in tiktoken_ext.openai_public.cl100k_base.
_PATTERN = (
    r"""'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|"""
    r"""\s++$|\s*[\r\n]|\s+(?!\S)|\s"""
)
_SPECIAL_TOKENS = {
    "<|endoftext|>": 100257,
    "<|fim_prefix|>": 100258,
    "<|fim_middle|>": 100259,
    "<|fim_suffix|>": 100260,
    "<|endofprompt|>": 100276,
}
# tiktoken's regular expression backtracks over a run of white space and overflows its stack in a long
# one, so a text is cut inside such a run; no prose is ever cut.
_LONG_BLANK = re.compile(r"\s{2000}")

_encodings: dict[str, tiktoken.Encoding] = {}


def load_vocabulary(*, cache: Path, offline: bool) -> None:
    """Make `count_tokens` work from the vocabulary in `cache`, fetched there if need be.

    Raises EncoderUnavailable when it is neither in the cache nor to be had.
    """
    import tiktoken

    if CL100K.name in _encodings:
        return
    file = vocabulary_file(CL100K, cache=cache, offline=offline)
    pairs = (line.split() for line in file.read_bytes().splitlines())
    ranks = {base64.b64decode(token): int(rank) for token, rank in pairs}
    _encodings[CL100K.name] = tiktoken.Encoding(
        "cl100k_base", pat_str=_PATTERN, mergeable_ranks=ranks, special_tokens=_SPECIAL_TOKENS
    )


def count_tokens(text: str) -> int:
    """Tokens of `text`, in bounded time for any text; exact unless it has 2000 blanks in a row, and then
    to within a few tokens.

    Special-token text such as `<|endoftext|>` counts as the ordinary characters it is in an article.
    Raises EncoderUnavailable as `load_vocabulary`, which is called for the user's default cache when
    nobody has called it.
    """
    if CL100K.name not in _encodings:
        load_vocabulary(cache=platformdirs.user_cache_path("rag"), offline=False)
    encoding = _encodings[CL100K.name]
    cuts = [0, *(blank.end() for blank in _LONG_BLANK.finditer(text)), len(text)]
    return sum(len(encoding.encode_ordinary(text[start:end])) for start, end in pairwise(cuts))
