"""A quote that reads on its own: it begins where the one it speaks of is named.

A sentence that opens with "He" or "The ambassador" takes the one before it along when that one names who
is meant: one contiguous span of the article, so that it stays verbatim. Where nothing near by names it,
the quote stays as it is: a stranger's name would be worse than none.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from itertools import pairwise

from rag import patterns
from rag.answering.english import lexicon
from rag.answering.english.lexicon import any_of
from rag.answering.english.mentions import LONGEST_READ, Known, Mention, Office, mentions
from rag.answering.english.openings import Reference, reference_of
from rag.answering.english.subjects import word_set
from rag.store import StoredText
from rag.types import Span

# Two long sentences of a newspaper. A quote above that is a passage, which stands beside it anyway. Only a
# sentence that is longer by itself is quoted longer.
LONGEST_QUOTE = 70
_MOST_BEFORE = 2
# A name is introduced nearer than that; an endless article must not cost time.
_SENTENCES_READ = 300
_COUNTED = any_of(
    """Both The_two The_three Two Three Four Five Several Many Some Most Hundreds_of Thousands_of Dozens_of"""
)
_SEVERAL = patterns.compile(
    rf"{_COUNTED}\s(?:[\w-]+\s){{0,3}}?[\w-]+(?:s|men|women|people)\b"
    r"|(?:The\s)?(?:[\w-]+\s){0,3}?(?:[\w-]+s|people|police|men|women|children)\s(?:are|were|have)\b"
)
_ONE = patterns.compile(
    r"(?:The|An?)\s(?P<noun>(?:[\w-]+\s){1,5}?)(?:also\s)?"
    r"(?:is|was|has|had|will|would|can|could|may|should|said|says|[a-z]+ed|aims|allows|calls|carries|comes|contains"
    r"|costs|covers|faces|falls|gives|goes|holds|includes|lies|makes|means|needs|offers|plans|provides|remains"
    r"|requires|rises|runs|seeks|sets|shows|stands|takes|uses|works)\b"
)
_PERSONS = lexicon.ROLES | word_set(
    """man woman boy girl father mother brother sister son daughter husband wife victim suspect person
    teenager student teacher"""
)


def read_alone(article: StoredText, span: Span) -> Span:
    """The span, with at most two sentences before it that name whom or what it opens with.

    `span` is a sentence of the article or a result of this function, which is then its own result. What
    is taken along is contiguous: only white space, with one break of paragraph at most, lies between. The
    whole has at most `LONGEST_QUOTE` words, or nothing more is taken along. A span that is no run of whole
    sentences is given back as it is.
    """
    starts = [sentence.start for sentence in article.sentences]
    first = bisect.bisect_left(starts, span.start)
    last = bisect.bisect_left(starts, span.end) - 1
    if not (first <= last and starts[first] == span.start and article.sentences[last].end == span.end):
        return span
    known: Known | None = None
    while (left := _MOST_BEFORE - (last - first)) > 0:
        opening = _text(article, first)
        reference = reference_of(opening) if len(opening) <= LONGEST_READ else None
        if reference is None:
            break
        if known is None:
            known = Known.of([article.card.title, *_texts(article, last - _SENTENCES_READ, last)])
        taken = _sentences_to_take(article, first, last, reference, known, most=left)
        if not taken or _words(article, first - taken, last) > LONGEST_QUOTE:
            break
        first -= taken
    return Span(article.sentences[first].start, span.end)


def _sentences_to_take(
    article: StoredText, first: int, last: int, reference: Reference, known: Known, *, most: int
) -> int:
    """How many sentences before `first` it takes until one names what is referred to; 0 for none."""
    for back in range(1, most + 1):
        if first - back < 0 or not _contiguous(article, first - back, last):
            return 0
        before = _text(article, first - back)
        if names(before, reference, known):
            return back
        # One that goes on about the same hands on what it stands for itself.
        handed = reference_of(before)
        if handed is None or not _goes_on(handed, reference):
            return 0
    return 0


def names(sentence: str, reference: Reference, known: Known) -> bool:
    """Whether a sentence names what a reference in the one behind it stands for."""
    found = mentions(sentence, known)
    bare = sentence.lstrip("\"“‘'«([ ")
    match reference.sort:
        case "statement":
            fits = True
        case "person":
            fits = any(_may_be(mention, reference.word, known) for mention in found)
        case "role":
            fits = any(_holds_office(mention, reference, known) for mention in found)
        case "body":
            fits = any(_is_body(mention, reference) for mention in found)
        case "thing":
            fits = any(_is_thing(mention) for mention in found) or _one_thing(bare)
        case "several":
            fits = any(mention.kind == "body" for mention in found)
            fits = fits or _joined(sentence, found) or _SEVERAL.match(bare) is not None
    return fits and len(sentence) <= LONGEST_READ


def _goes_on(handed: Reference, reference: Reference) -> bool:
    """Whether two openings may stand for the same."""
    alike = {"person": {"person", "role"}, "role": {"person", "role"}, "thing": {"thing", "body"}}
    alike["body"] = alike["thing"]
    if handed.sort not in alike.get(reference.sort, {reference.sort}):
        return False
    return {handed.word, reference.word} != {"he", "she"}


def _may_be(mention: Mention, pronoun: str, known: Known) -> bool:
    """Whether it is a person, and nothing in the person's titles says another sex."""
    if mention.kind != "person":
        return False
    words = {word for office in _offices(mention, known) for word in office.words}
    return not words & (lexicon.FEMALE if pronoun == "he" else lexicon.MALE)


def _holds_office(mention: Mention, reference: Reference, known: Known) -> bool:
    """Whether it is a person of the role, ministry and country described, as the article has it."""
    wanted = reference.words & lexicon.PORTFOLIOS
    peoples = [word for word in reference.words if word in lexicon.PEOPLES]
    return mention.kind == "person" and any(
        office.word == reference.word
        and wanted <= office.words
        and all(any(word[:4] == people[:4] for word in office.words) for people in peoples)
        for office in _offices(mention, known)
    )


def _offices(mention: Mention, known: Known) -> Sequence[Office]:
    return (*mention.offices, *known.offices.get(mention.last, ()))


def _is_body(mention: Mention, reference: Reference) -> bool:
    """Whether the name is of the sort described; a name that tells no sort must be the subject."""
    sort = lexicon.BODIES[reference.word]
    if mention.kind == "body":
        return sort == "any" or not mention.sorts or bool(mention.sorts & {sort, "any"})
    return mention.kind == "unknown" and sort == "company" and mention.subject and len(mention.words) == 1


def _is_thing(mention: Mention) -> bool:
    return mention.kind == "body" or (mention.subject and mention.kind != "person")


def _one_thing(bare: str) -> bool:
    """ "The pipeline will …": a thing that is introduced or spoken of by its own noun."""
    match = _ONE.match(bare)
    if match is None:
        return False
    nouns = match["noun"].lower().split()
    return not (set(nouns) & _PERSONS or nouns[-1].endswith("s"))


def _joined(sentence: str, found: Sequence[Mention]) -> bool:
    """Whether two names are joined by "and": the subjects, or two persons or bodies."""
    return any(
        sentence[one.end : other.start].strip() in {"and", "&"}
        and (one.subject or one.kind == other.kind != "place")
        for one, other in pairwise(found)
    )


def is_contiguous(article: StoredText, first: Span, last: Span) -> bool:
    """Whether two sentences, and those between, are parted only by white space with one break of paragraph
    at most."""
    starts = [sentence.start for sentence in article.sentences]
    return _contiguous(
        article, bisect.bisect_left(starts, first.start), bisect.bisect_left(starts, last.start)
    )


def _contiguous(article: StoredText, first: int, last: int) -> bool:
    """Whether only white space, and one break of paragraph at most, parts the sentences.

    Sentences, masks and white space cover an article, so what is more than white space is a mask.
    """
    gaps = [
        article.text[one.end : other.start]
        for one, other in zip(
            article.sentences[first:last], article.sentences[first + 1 : last + 1], strict=True
        )
    ]
    return not any(gap.strip() for gap in gaps) and sum(len(gap.splitlines()) > 1 for gap in gaps) <= 1


def _words(article: StoredText, first: int, last: int) -> int:
    return len(article.text[article.sentences[first].start : article.sentences[last].end].split())


def _text(article: StoredText, place: int) -> str:
    return article.sentences[place].of(article.text)


def _texts(article: StoredText, first: int, last: int) -> list[str]:
    return [_text(article, place) for place in range(max(0, first), last + 1)]
