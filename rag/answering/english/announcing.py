"""What a sentence announces that ends with a colon: "The four winners are:" tells nothing without them."""

from __future__ import annotations

import bisect

from rag import patterns
from rag.answering.english.antecedents import LONGEST_QUOTE
from rag.store import StoredText
from rag.types import Span

_ANNOUNCES = patterns.compile(r"[:：]['\"”’*_)]{0,3}\s*\Z")
# What marks one of a list.
_MARK = patterns.compile(r"\s*(?:[-–—*•·▪●◦‣]|\(?(?:\d{1,2}|[a-z])[.)]|\d{1,2}\s)")


def with_announced(article: StoredText, span: Span) -> Span:
    """The span, one or more whole sentences of the article, with what its last one announces: the sentence
    behind it, and of a list as many as one can read in a quote.

    As it is where it announces nothing, where something else stands between, or where not even one fits.
    """
    text = article.text
    if not _ANNOUNCES.search(span.of(text)):
        return span
    sentences = article.sentences
    place = bisect.bisect_left([one.start for one in sentences], span.end)
    before = span
    for number, one in enumerate(sentences[place:]):
        between = text[before.end : one.start]
        if between.strip() or len(text[span.start : one.end].split()) > LONGEST_QUOTE:
            break
        if number and not ("\n" in between and _MARK.match(one.of(text))):
            break
        before = one
    return Span(span.start, before.end)
