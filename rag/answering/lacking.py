"""Which names and numbers of a question none of its quotes has: what is quoted may be of another matter.

A quote is read with its headline and its source. A notice that is wrong is worse than none, so whatever may
be an ordinary word, or stand there in another form, is not told.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from rag import patterns
from rag.answering.confidence import time_spans
from rag.answering.english import lexicon
from rag.answering.english.numerals import numerals_in, values_in
from rag.answering.english.stems import has_word, stems_of
from rag.answering.english.subjects import word_set
from rag.answering.outlets import outlet_spans
from rag.answering.questions import asides_in
from rag.answering.widening import KnownName
from rag.store import fold, is_short_word
from rag.types import Citation

_WORD = patterns.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")
_GAP = patterns.compile(r"[\s-]+")
_POSSESSIVE = patterns.compile(r"[’']s?\Z")
_CAPITALISED = r"[A-ZÀ-ÖØ-Þ][\w’'-]*"
_IN_FULL = patterns.compile(
    rf"\b{_CAPITALISED}(?:\s+(?:(?:of|on|for|and|the|in|to)\s+){{0,2}}{_CAPITALISED}){{1,9}}"
)
_OPENS = patterns.compile(r"(?:\A|[.?!:;…|(\"“‘—–]|\s[-'])\W*\Z")
# Capitals beyond the first letter, or beside a digit: no ordinary word is written so.
_SHAPED = patterns.compile(r"(?=\w*[A-ZÀ-ÖØ-Þ])\w*(?:\w[A-ZÀ-ÖØ-Þ]|[^\W\d_]\d|\d[^\W\d_])")
_TIME_SHAPED = patterns.compile(r"[QH][1-4]|FY\d*|\d+(?:st|nd|rd|th|s)|\d+[ap]m", re.IGNORECASE)
# Words that say what sort of thing a name is, or whose office: they name nothing by themselves.
_GENERIC = (
    lexicon.ROLES | lexicon.MODIFIERS | lexicon.TITLES | lexicon.NO_PERSON | frozenset(lexicon.BODIES)
) - lexicon.PLACES
_NO_NAMES = (
    lexicon.FUNCTION_WORDS
    | lexicon.TIMES
    | lexicon.PARTICLES
    | word_set(
        """is are was were be been being do does did done has have had will would can could may might must
        shall should am pm ad bc please tell list describe explain summarise summarize compare give show find
        name true false correct right wrong really ok okay mon tue tues wed thu thur thurs fri sat sun jan feb
        mar apr jun jul aug sep sept oct nov dec rs lkr inr pkr usd eur gbp us dollar dollars rupee rupees
        euro euros pound pounds percent per million billion trillion lakh crore thousand hundred dozen bn mn
        th st nd rd govt dept univ corp assn natl intl"""
    )
)
# Where a people is not called by the first letters of its place.
_SAME_PLACE = {
    "france": "french",
    "netherlands": "dutch",
    "holland": "dutch",
    "uk": "british britain english england",
    "britain": "uk english england",
    "usa": "american america us",
    "america": "us usa",
    "uae": "emirati emirates",
    "eu": "european europe",
    "cyprus": "cypriot",
    "wales": "welsh",
}
_SHORTEST_STEM = 3
# As much alike as two spellings of one name.
_ALIKE = 0.8
# Words with capitals that make a headline of a question without any other.
_TITLED = 5
_SHORTEST_SPELLING = 6
_VERB = patterns.compile(
    r"\s+(?:[a-z]{2,}ed|says?|said|cuts?|hits?|puts?|sets?|won|wins|sold|sells|bought|buys|told|tells|made|makes"
    r"|took|takes|gave|gives|lost|loses|led|leads|fell|falls|rose|rises|has|had|is|was|will|plans|raised"
    r"|claims?|reports?)\b"
)
_ORDINARY_ENDING = patterns.compile(
    r"(?:s|ed|ing|ly|er|or|ist|ion|ment|ness|ity|al|ous|ive|ful|less|able|ible|ance|ence|ancy|ency|ship|hood|ism"
    r"|ize|ise|ify|ate|ary|ory|ic|ics|ian|ee|ess|age|ure|men|man|woman|women|people|folk|land|y)\Z"
)


@dataclass(frozen=True, slots=True)
class Lacking:
    """What none of the quotes has, as the question writes it, in its order."""

    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()


NOTHING = Lacking()


def lacking(
    question: str,
    citations: Sequence[Citation],
    *,
    articles: Mapping[str, str],
    passages: Sequence[str],
    further: Callable[[], Iterable[str]] = tuple,
    names: Sequence[KnownName] = (),
    times: Sequence[str] = (),
) -> Lacking:
    """The names and numbers of the question that none of the citations has.

    `articles` are the texts of those cited, by id. `passages` tell how a word is written elsewhere; `further`
    are all that were found, which are rarely asked for. `times` are the words of the question that name a
    time: whether a quote is of it is told apart.
    """
    if not citations:
        return NOTHING
    shown = [f"{one.card.title}\n{one.quote}\n{one.card.source or ''}" for one in citations]
    numerals = numerals_in(question, times=times)
    values = values_in("\n".join(f"{one.card.title}\n{one.quote}" for one in citations)) if numerals else ()
    asides = asides_in(question)
    numbers = [
        question[one.start : one.end]
        for one in numerals
        if not one.stands_in(values) and not any(start <= one.start < end for start, end in asides)
    ]
    taken = [*asides, *time_spans(question, times), *((one.start, one.end) for one in numerals)]
    for citation in citations:
        taken += outlet_spans(question, citation.card.source)
    folded = " ".join(map(fold, shown))
    whole = [f" {fold(text)} " for text in articles.values()] if names else []
    for name in names:
        introduced = any(f" {fold(question[name.start : name.end])} " in text for text in whole)
        if name.stands_in(folded, introduced=introduced):
            taken.append((name.start, name.end))
    evidence = _Evidence.of("\n".join(shown), places="\n".join([*shown, *articles.values()]))
    written = _Written("\n".join([*passages, *articles.values()]), further)
    told = list(_names(question, evidence, taken=taken, written=written))
    return Lacking(tuple(dict.fromkeys(told)), tuple(dict.fromkeys(numbers)))


@dataclass(frozen=True, slots=True)
class _Written:
    """How words are written in what was found."""

    text: str
    further: Callable[[], Iterable[str]]

    def small(self, word: str) -> bool:
        return re.search(rf"\b{re.escape(word.lower())}\b", self.text) is not None

    def inside(self, word: str) -> bool:
        """Whether it is written so inside a sentence."""
        return re.search(rf"[a-z,] {re.escape(word)}\b", self.text) is not None

    def nowhere(self, beginning: str) -> bool:
        begins = re.compile(rf"\b{re.escape(beginning)}", re.IGNORECASE)
        return not begins.search(self.text) and not any(begins.search(text) for text in self.further())


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What is shown, read in the ways in which a name may stand in it."""

    stems: Set[str]
    words: tuple[str, ...]
    folded: str
    squeezed: str
    initials: str
    capitals: Set[str]
    places: Set[str]
    """The words of the articles as well: news of a country leaves its name to the reader."""

    @classmethod
    def of(cls, text: str, *, places: str) -> _Evidence:
        words = tuple(dict.fromkeys(fold(text).split()))
        capitals = [word for word in _WORD.findall(text) if word[0].isupper()]
        return cls(
            stems=stems_of(text),
            words=words,
            folded=f" {fold(text)} ",
            squeezed="".join(fold(text).split()),
            initials=f"{_initials(capitals)} {_initials(_WORD.findall(text))}",
            capitals={part.casefold() for word in capitals for part in word.split("-") if part.isupper()},
            places=frozenset(fold(places).split()) | set(_places_in_short(places)),
        )

    def has(self, word: str) -> bool:
        phrase = fold(word)
        folded = "".join(phrase.split())
        letters = "".join(filter(str.isalpha, folded))
        return (
            not folded
            or f" {phrase} " in self.folded
            or has_word(self.stems, word)
            or (len(folded) > _SHORTEST_STEM and folded in self.squeezed)
            # "COVID" for "COVID-19".
            or (len(letters) >= _SHORTEST_STEM and letters != folded and letters in self.words)
            or (word.isupper() and len(folded) > 1 and folded in self.initials)
            or self._has_place(folded)
            or self._has_spelling(folded)
            or ("-" in word and all(part[:1].isalpha() and self.has(part) for part in word.split("-")))
        )

    def _has_spelling(self, folded: str) -> bool:
        """Whether a word is as good as this one: names of other scripts are written in many ways."""
        return len(folded) >= _SHORTEST_SPELLING and any(
            difflib.SequenceMatcher(None, folded, other).ratio() >= _ALIKE for other in self.words
        )

    def _has_place(self, folded: str) -> bool:
        """Whether the word is of a place that the articles name, or the people of."""
        if not (folded in lexicon.PLACES or _names_a_people(folded)):
            return folded.upper() in self.places
        others = {folded, *_SAME_PLACE.get(folded, "").split()}
        others |= {place for place, people in _SAME_PLACE.items() if folded in people.split()}
        return not others.isdisjoint(self.places) or any(
            (other in lexicon.PLACES or _names_a_people(other)) and _one_stem(folded, other)
            for other in self.places
        )


def _initials(words: Iterable[str]) -> str:
    return "".join(part[0] for word in words for part in word.split("-") if part).casefold()


def _places_in_short(text: str) -> Iterator[str]:
    """The initials of the places of several words, in capitals."""
    for one, other in pairwise(_WORD.findall(text)):
        plain = _plain(other)
        if one[0].isupper() and other[0].isupper() and (plain in lexicon.PLACES or _names_a_people(plain)):
            yield f"{one[0]}{other[0]}".upper()


def _names_a_people(folded: str) -> bool:
    """Whether a people is called by the word with an ending."""
    return len(folded) > _SHORTEST_STEM and any(people.startswith(folded) for people in lexicon.PEOPLES)


def _one_stem(one: str, other: str) -> bool:
    """Whether two words for places begin alike, and one of them is a people's: "china" and "chinese"."""
    alike = one[:_SHORTEST_STEM] == other[:_SHORTEST_STEM]
    return alike and (one in lexicon.PEOPLES or other in lexicon.PEOPLES)


def _names(
    question: str, evidence: _Evidence, *, taken: Iterable[tuple[int, int]], written: _Written
) -> Iterator[str]:
    """The names of the question that the evidence lacks; words that stand together are one name."""
    if not any(map(str.islower, question)):
        return  # capitals throughout
    spans = [*taken, *_abbreviated(question, evidence.capitals)]
    for run in _runs(question):
        lacks = [
            not (
                any(start < word.end() and word.start() < end for start, end in spans)
                or evidence.has(word.group())
            )
            for word in run
        ]
        last = run[-1].group()
        if len(run) > 1 and not lacks[-1] and _may_be_a_surname(last):
            lacks = [missing and _is_shaped(word.group()) for word, missing in zip(run, lacks, strict=True)]
        together: list[re.Match[str]] = []
        for word, missing in [*zip(run, lacks, strict=True), (run[-1], False)]:
            if missing:
                together.append(word)
                continue
            if any(_is_name(one, question, written) for one in together):
                yield _POSSESSIVE.sub("", question[together[0].start() : together[-1].end()])
            together = []


def _abbreviated(question: str, capitals: Set[str]) -> Iterator[tuple[int, int]]:
    """Where the question has in full what is shown by its initials: "Bank for Rural Credit" as "BRC"."""
    for match in _IN_FULL.finditer(question):
        words = [word for word in _WORD.finditer(question, *match.span()) if word.group()[0].isupper()]
        for first in range(len(words) - 1):
            for last in range(first + 1, len(words)):
                if "".join(word.group()[0] for word in words[first : last + 1]).casefold() in capitals:
                    yield words[first].start(), words[last].end()


def _runs(question: str) -> Iterator[list[re.Match[str]]]:
    """The words with a capital letter that stand together, without those that are no part of a name."""
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(question):
        plain = _plain(word.group())
        named = word.group()[0].isupper() or _is_shaped(word.group())
        joined = run and _GAP.fullmatch(question, run[-1].end(), word.start())
        if run and not (named and joined):
            yield run
            run = []
        if named and plain not in _NO_NAMES and not _TIME_SHAPED.fullmatch(word.group()):
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _is_name(word: re.Match[str], question: str, written: _Written) -> bool:
    """Whether a word is surely a name, and more than the sort of one."""
    text, plain = _POSSESSIVE.sub("", word.group()), _plain(word.group())
    if plain in lexicon.PLACES:
        return True
    # Capitals also stress a word ("KILLED"), and of "Colombo-based" only a part is a name.
    parts = text.split("-")
    if set(map(_plain, parts)) <= _GENERIC or written.small(text) or any(map(str.islower, parts)):
        return False
    if _is_shaped(text):
        return not is_short_word(plain)
    if len(plain) < _SHORTEST_STEM:
        return False
    opens = _OPENS.search(question[: word.start()]) or _is_titled(question)
    return bool(not opens or written.inside(text) or _is_unheard(word, question, written))


def _is_unheard(word: re.Match[str], question: str, written: _Written) -> bool:
    """Whether an opening word is that of no thing: it did something, ends as no word of English commonly
    does, and nothing that was found has it, though what has a word of the question is found first."""
    plain = _plain(word.group())
    return bool(
        _VERB.match(question, word.end())
        and not _is_titled(question)
        and not is_short_word(plain)
        and not _ORDINARY_ENDING.search(plain)
        and written.nowhere(plain)
    )


def _is_titled(question: str) -> bool:
    """Whether it is written as headlines are, with capitals that tell nothing."""
    words = [word for word in _WORD.finditer(question) if word.group()[0].isalpha()]
    small = [word for word in words[1:] if _plain(word.group()) in _NO_NAMES - lexicon.TIMES]
    if any(word.group().istitle() and len(word.group()) > 1 for word in small):
        return True
    content = [word.group() for word in words if word not in small]
    return len(content) >= _TITLED and all(word[0].isupper() for word in content)


def _is_shaped(word: str) -> bool:
    return bool(_SHAPED.match(_POSSESSIVE.sub("", word)))


def _may_be_a_surname(word: str) -> bool:
    """Whether a word names a person by itself: then the names before it are that person's."""
    plain = _plain(word)
    return not (plain in _GENERIC or plain in lexicon.PLACES or _is_shaped(word))


def _plain(word: str) -> str:
    return _POSSESSIVE.sub("", word).casefold()
