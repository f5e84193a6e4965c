"""Whether two articles tell one story in the same words: wire copies and re-posts, edited or shortened.

A signature is made of each article at ingest and settles nearly every pair at a glance; the few that pass
are held against each other by their texts. Ingest counts copies by the same rule by which answers collapse
them, so it stands outside both. This is the only module that imports rensa.

The signature is MinHash after Broder, "On the resemblance and containment of documents" (1997): the share of
places in which two agree estimates the Jaccard similarity of what they were made of, here pairs of adjacent
words. The bounds were chosen on copies made by machine, with up to three words in ten changed
(`benchmarks/copies.py`): of a text so changed, about half of the pairs of words are left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from rag import patterns
from rag.turning import ONES, TENS, THOUSANDS, turned
from rag.types import ArticleCard, Span

Signatures = np.ndarray[Any, np.dtype[np.uint32]]
Shares = np.ndarray[Any, np.dtype[np.float64]]

PLACES = 128
_SEED = 1
# Below it no bound here is met but by a copy shortened to less than an eighth. Unrelated articles lie below.
LEAST_ALIKE = 0.1

# A sentence stands in the other article when this share of its pairs does; by chance it is a tenth.
_STANDS = 0.25
# Of an edited copy and its original, each stands in the other nearly whole: nothing was told beside it.
# Chance weighs more in few words, so that those must share more.
_EDITED_STANDS, _EDITED_SHARE, _EDITED_FEW_WORDS = 0.85, 0.35, 1.5
# A shortened copy stands in its original, which tells more.
_SHORTENED_STANDS, _SHORTENED_SHARE = 0.9, 0.8
# A sentence of more words than a byline tells something; it is one of the original's, edited, when this share
# of its words is there in that order. By chance it is a quarter to a third.
_BYLINE, _SAME_ORDER = 6, 0.5
# A sentence is held word by word against the one that has this share of its pairs and is not much longer: in
# one that was written anew the words differ without turning anything.
_CLEARLY, _AS_LONG = 0.7, 0.6
# What is printed again after more days than a wire story travels is a re-post, which changes little.
_WIRE_DAYS = 7
_REPOSTED_STANDS, _REPOSTED_SHARE = 0.95, 0.9
# An outlet that prints its own words again with changes reports anew: the weather, an arrest and then the
# trial, the next result. A reprint corrects next to nothing; its similarity is at least 0.92, and an estimate
# falls short of that by so much once in a thousand times.
_REPRINTED, _LEAST_ALIKE_REPRINTED = 0.96, 0.84
# Of the numbers of the article that has fewer, as many must be in the other.
_NUMBERS_AGREE = 0.8
# A form filled in for somebody else: half of the words that differ are names, and so are these of its names.
_MOSTLY_NAMES, _OTHER_NAMES = 0.5, 0.15

# Scripts without spaces between words are read character by character.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORD = patterns.compile(rf"\d+(?:[.,:]\d+)*|[{_UNSPACED}]|[^\W\d_{_UNSPACED}]+")
_SPELLED = {word: str(value) for word, value in (ONES | TENS).items() if value}
# Days and months tell one edition of a regular report from the next, as figures do.
_CALENDAR = frozenset(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july
    august september october november december
    """.split()  # noqa: SIM905 - a list of nineteen strings is not easier to read
)
# Of so many longer words of a headline a story has most; another text may have one, such as "will" or "with".
_HEADLINE, _LONG_WORD, _BY_CHANCE = 3, 4, 1 / 3
# "City Center (station)" is about City Center.
_BRACKETS = patterns.compile(r"\s*\([^()]*\)\s*\Z")
_NUMBER, _NOTHING = "#", ""

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as written, its words in their order, and its pairs of adjacent ones."""

    text: str
    words: tuple[str, ...]
    pairs: frozenset[Pair]


@dataclass(frozen=True, slots=True)
class Wording:
    """What is compared of an article.

    `beside` tells, for the words next to a number, which numbers stand there. `title` and `opening`, the
    first sentence, are words in their order, and `subject` holds the names of the title that the text writes
    as names.
    """

    sentences: tuple[Sentence, ...]
    pairs: frozenset[Pair]
    words: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]
    beside: dict[tuple[str, str, str], frozenset[str]]
    title: tuple[str, ...]
    opening: tuple[str, ...]
    subject: frozenset[str]

    @property
    def length(self) -> int:
        """In words."""
        return sum(len(sentence.words) for sentence in self.sentences)


@dataclass(frozen=True, slots=True)
class Distance:
    """How far apart two articles were published: `days` is None where a date is unknown."""

    days: int | None
    same_outlet: bool


def distance_of(one: ArticleCard, other: ArticleCard) -> Distance:
    """The distance of two articles; outlets that are not known are not the same."""
    first, second = one.published.latest, other.published.latest
    return Distance(
        days=abs((first - second).days) if first and second else None,
        same_outlet=one.source is not None and one.source == other.source,
    )


def canonical_order(card: ArticleCard, length: int) -> tuple[bool, int, int, str]:
    """A sort key that puts first the article that others can be copies of.

    The earliest; of one day the longest, in which a shortened copy stands; of unknown date last. `length` is
    in bytes of UTF-8.
    """
    latest = card.published.latest
    return latest is None, latest.toordinal() if latest else 0, -length, card.article_id


def wording_of(text: str, sentences: Iterable[Span], *, title: str = "") -> Wording:
    """The wording of an article whose sentences are these spans of `text`; its signature needs no title."""
    read: list[Sentence] = []
    words: set[str] = set()
    numbers: set[str] = set()
    names: set[str] = set()
    common: set[str] = set()
    opening: tuple[str, ...] = ()
    beside: dict[tuple[str, str, str], set[str]] = {}
    for span in sentences:
        found = _WORD.findall(text, span.start, span.end)
        plain = _plain(found)
        words.update(plain)
        opening = opening or tuple(plain)
        names.update(low for word, low in zip(found, plain, strict=True) if word[0].isupper())
        common.update(low for word, low in zip(found, plain, strict=True) if word[0].islower())
        places = [place for place, word in enumerate(plain) if _is_number(word)]
        numbers.update(plain[place] for place in places)
        if places:
            around = [_NOTHING, _NOTHING, *plain, _NOTHING, _NOTHING]
            for place in places:
                around[place + 2] = _NUMBER
            for place in places:
                for context in _contexts(*around[place : place + 5]):
                    beside.setdefault(context, set()).add(plain[place])
        if len(plain) > 1:
            read.append(Sentence(span.of(text), tuple(plain), frozenset(pairwise(plain))))
    heading = tuple(_plain(_WORD.findall(_BRACKETS.sub("", title))))
    return Wording(
        sentences=tuple(read),
        pairs=frozenset().union(*(sentence.pairs for sentence in read)),
        words=frozenset(words),
        numbers=frozenset(numbers),
        names=frozenset(names - numbers),
        beside={context: frozenset(said) for context, said in beside.items()},
        title=heading,
        opening=opening,
        subject=frozenset(names - numbers - common).intersection(heading),
    )


def pairs_of(text: str, sentences: Iterable[Span]) -> frozenset[Pair]:
    """The pairs of a wording alone: the rest of it takes many times as long to read."""
    pairs: set[Pair] = set()
    for span in sentences:
        pairs.update(pairwise(_plain(_WORD.findall(text, span.start, span.end))))
    return frozenset(pairs)


def _contexts(
    far_before: str, before: str, _number: str, after: str, far_after: str
) -> Iterable[tuple[str, str, str]]:
    """What says that two numbers stand at one place: the two words before it, behind it or around it."""
    for side, one, other in (
        ("before", far_before, before),
        ("around", before, after),
        ("after", after, far_after),
    ):
        if not {one, other} <= {_NUMBER, _NOTHING}:
            yield side, one, other


def _plain(words: Iterable[str]) -> list[str]:
    """The words in lower case; numbers in one of the ways of writing them."""
    return [
        _plain_number(word) if word[0].isdigit() else _SPELLED.get(word, word)
        for word in map(str.casefold, words)
    ]


def _plain_number(word: str) -> str:
    number = THOUSANDS.sub("", word).replace(":", ".").replace(",", ".")
    return number.rstrip("0").rstrip(".") if "." in number else number.lstrip("0") or "0"


def _is_number(plain: str) -> bool:
    return plain[0].isdigit() or plain in _CALENDAR


def signature_of(wording: Wording) -> bytes:
    """`PLACES` numbers of 32 bits, little-endian; empty for an article without two words in a row.

    Whoever changes what it is made of must raise `PIPELINE_VERSION`, so that all are made alike.
    """
    if not wording.pairs:
        return b""
    from rensa import RMinHash

    made = RMinHash(num_perm=PLACES, seed=_SEED)
    made.update([f"{one} {other}" for one, other in wording.pairs])
    return np.array(made.digest(), "<u4").tobytes()


def unpack_signatures(packed: Iterable[bytes]) -> Signatures:
    """Signatures `[n, PLACES]`, none of which may be empty."""
    return np.frombuffer(b"".join(packed), "<u4").reshape(-1, PLACES)


def alikeness(one: Signatures, others: Signatures) -> Shares:
    """The estimated similarity, in [0, 1], of `one` (broadcast) to each of `others` `[n, PLACES]`."""
    # Added up as bytes, which hold up to 255 places: four times as fast as the mean.
    shares: Shares = (one == others).sum(axis=-1, dtype=np.uint8) / PLACES
    return shares


def may_be_copy(alike: float, distance: Distance) -> bool:
    """Whether articles whose signatures are so much alike are worth holding against each other."""
    return alike >= (_LEAST_ALIKE_REPRINTED if distance.same_outlet else LEAST_ALIKE)


def shares_enough(copy: frozenset[Pair], original: frozenset[Pair]) -> bool:
    """Whether so many pairs of a copy are its original's that `is_copy` may hold; elsewhere it does not."""
    return bool(copy) and len(copy & original) >= _EDITED_SHARE * len(copy)


def is_copy(copy: Wording, original: Wording, distance: Distance) -> bool:
    """Whether `copy`, which comes after `original` in canonical order, says nothing that is not there.

    An update is no copy: the same words with other figures, the opposite of one of them, a sentence more, or
    a form filled in for somebody else. Nor are two articles, however alike, that are about two things, or
    whose text is about neither.
    """
    return (
        _same_words(copy, original, distance)
        and not _beside_the_headlines(copy, original)
        and not _tells_more(copy, original)
        and not _about_different(copy, original)
        and not _numbers_differ(copy, original)
        and not _mostly_names_differ(copy, original)
        and not _reverses(copy, original)
    )


def _same_words(copy: Wording, original: Wording, distance: Distance) -> bool:
    if not shares_enough(copy.pairs, original.pairs):
        return False
    share = _share(copy, original)
    standing = _standing(copy, original)
    if distance.same_outlet:
        share = min(share, _share(original, copy))
        standing = min(standing, _standing(original, copy))
        return min(share, standing) >= _REPRINTED
    if distance.days is not None and distance.days > _WIRE_DAYS:
        return share >= _REPOSTED_SHARE and standing >= _REPOSTED_STANDS
    if share >= _SHORTENED_SHARE and standing >= _SHORTENED_STANDS:
        return True
    least = _EDITED_SHARE + _EDITED_FEW_WORDS / copy.length**0.5
    return share >= least and min(standing, _standing(original, copy)) >= _EDITED_STANDS


def _share(part: Wording, whole: Wording) -> float:
    """The share of the pairs of `part` that are in `whole`."""
    return len(part.pairs & whole.pairs) / len(part.pairs) if part.pairs else 0.0


def _standing(part: Wording, whole: Wording) -> float:
    """The share of `part`, in words, whose sentences stand in `whole`."""
    standing = sum(len(sentence.words) for sentence in part.sentences if _stands(sentence, whole))
    return standing / part.length if part.sentences else 0.0


def _stands(sentence: Sentence, whole: Wording) -> bool:
    return len(sentence.pairs & whole.pairs) >= _STANDS * len(sentence.pairs)


def _tells_more(part: Wording, whole: Wording) -> bool:
    """Whether a sentence of `part`, longer than a byline, is none of `whole` with some words changed."""
    return any(
        len(sentence.words) > _BYLINE
        and not _stands(sentence, whole)
        and all(
            _in_order(sentence.words, other.words) < _SAME_ORDER * len(sentence.words)
            for other in whole.sentences
        )
        for sentence in part.sentences
    )


def _reverses(part: Wording, whole: Wording) -> bool:
    """Whether a sentence of `part` is one of `whole` with a word that turns its meaning.

    Only where it is that sentence nearly word by word.
    """
    for sentence in part.sentences:
        nearest = max(whole.sentences, key=lambda other: len(sentence.pairs & other.pairs))
        fewer, more = sorted((len(sentence.words), len(nearest.words)))
        if (
            sentence.words != nearest.words
            and len(sentence.pairs & nearest.pairs) >= _CLEARLY * len(sentence.pairs)
            and fewer >= _AS_LONG * more
            and turned(sentence.text, nearest.text)
        ):
            return True
    return False


def _in_order(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words the two have in the same order (their longest common subsequence)."""
    lengths = [0] * (len(other) + 1)
    for word in one:
        before = lengths
        lengths = [0]
        for place, another in enumerate(other):
            lengths.append(before[place] + 1 if word == another else max(lengths[place], before[place + 1]))
    return lengths[-1]


def _numbers_differ(one: Wording, other: Wording) -> bool:
    """Whether a number stands in the place of another, or too few agree where each has its own."""
    for context in one.beside.keys() & other.beside.keys():
        first, second = one.beside[context], other.beside[context]
        if first - second and second - first:
            return True
    if one.numbers <= other.numbers or other.numbers <= one.numbers:
        return False
    fewer = min(len(one.numbers), len(other.numbers))
    return len(one.numbers & other.numbers) < _NUMBERS_AGREE * fewer


def _about_different(one: Wording, other: Wording) -> bool:
    """Whether the titles name two things: each a name that the other article does not mention at all, or
    each the one that its own first sentence begins with."""
    ways = ((one, other), (other, one))
    if all(a.subject.difference(b.words, b.title) for a, b in ways):
        return True
    return all(_begins_with(a.opening, a.title) and not _begins_with(b.opening, a.title) for a, b in ways)


def _beside_the_headlines(one: Wording, other: Wording) -> bool:
    """Whether the texts say next to nothing of what is in one headline and not in the other.

    Such a text is not that of its article: it is the form of consent, or the notice to subscribers, that the
    site gave in its place. What both headlines have may be the site's own name.
    """
    first, second = ({word for word in each.title if len(word) >= _LONG_WORD} for each in (one, other))
    said = one.words | other.words
    return all(
        len(own) >= _HEADLINE and len(own & said) <= _BY_CHANCE * len(own)
        for own in (first - second, second - first)
    )


def _begins_with(opening: tuple[str, ...], title: tuple[str, ...]) -> bool:
    """Whether a sentence begins with this title, behind an article at most, and says something of it.

    A headline that is printed again above the text says nothing of itself.
    """
    begun = any(opening[start : start + len(title)] == title for start in (0, 1))
    return bool(title) and begun and len(opening) > len(title) + 1


def _mostly_names_differ(one: Wording, other: Wording) -> bool:
    return _has_other_names(one, other) and _has_other_names(other, one)


def _has_other_names(one: Wording, other: Wording) -> bool:
    """Whether what only `one` says is mostly names."""
    own = one.words - other.words - one.numbers
    names = own & one.names
    return bool(names) and len(names) >= max(_MOSTLY_NAMES * len(own), _OTHER_NAMES * len(one.names))
