"""For generated text of every kind and every format, all spans point exactly into the text as read."""

from __future__ import annotations

import hashlib
import json
import tempfile
from itertools import pairwise
from pathlib import Path

from generated import articles, texts
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.indexing.reading import Problem, read_corpus
from rag.types import Article


def check(article: Article) -> None:
    text = article.text
    spans = [(span.start, span.end) for span in article.sentences]
    masks = [(mask.start, mask.end) for mask in article.masks]
    every = sorted(spans + masks)
    assert spans == sorted(spans) and masks == sorted(masks)
    assert all(0 <= start < end <= len(text) for start, end in every)
    assert all(one[1] <= two[0] for one, two in pairwise(every)), "spans and masks overlap"
    for start, end in spans:
        assert text[start:end] == text[start:end].strip()
        assert "\n\n" not in text[start:end]
    outside, position = "", 0
    for start, end in every:
        outside += text[position:start]
        position = end
    assert not (outside + text[position:]).strip(), "text that is neither sentence nor mask"
    assert article.sentences
    assert article.title.strip()
    assert article.sha256 == hashlib.sha256(text.encode("utf-8")).hexdigest()


@given(article=articles())
@settings(max_examples=150, deadline=None)
def test_sentences_and_masks_part_any_text(article: Article) -> None:
    check(article)


def read_one(name: str, data: bytes) -> tuple[list[Article], list[Problem]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        found = list(read_corpus([path]))
    articles = [item for item in found if isinstance(item, Article)]
    return articles, [item for item in found if isinstance(item, Problem)]


@given(text=texts(), mark=st.booleans(), name=st.sampled_from(["a.txt", "a.md"]))
@settings(max_examples=100, deadline=None)
def test_a_file_is_its_text_character_by_character(text: str, mark: bool, name: str) -> None:
    plain = text.encode("utf-8", "replace")
    articles, problems = read_one(name, (b"\xef\xbb\xbf" if mark else b"") + plain)
    assert len(articles) + sum(problem.lost for problem in problems) == 1
    for article in articles:
        expected = plain.decode("utf-8")
        assert article.text == (expected.removeprefix("\ufeff") if not mark else expected)
        check(article)


@given(text=st.one_of(texts(), st.text(st.characters(), max_size=60)))
@settings(max_examples=100, deadline=None)
def test_a_line_is_its_text_with_lone_surrogates_replaced(text: str) -> None:
    line = json.dumps({"id": "one", "text": text, "title": text[:30]}).encode()
    articles, problems = read_one("a.jsonl", line + b"\n")
    assert len(articles) + sum(problem.lost for problem in problems) == 1
    for article in articles:
        repaired = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        assert len(article.text) == len(json.loads(line)["text"])
        assert article.text.replace("\ufffd", "") == repaired.replace("\ufffd", "")
        check(article)
