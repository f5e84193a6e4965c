"""Which names and numbers of a question none of its quotes has: what is quoted may be of another matter.

A quote is read with its headline and its source. A notice that is wrong is worse than none, so whatever may
be an ordinary word, or stand there in another form, is not told.
"""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from rag import patterns
from rag.answering.english import lexicon
from rag.answering.english.numerals import numerals_in, values_in
from rag.answering.english.places import PLACES, Places, home_of
from rag.answering.english.stems import has_word, stems_of
from rag.answering.english.subjects import word_set
from rag.answering.english.times import time_spans
from rag.answering.outlets import outlet_spans
from rag.answering.questions import asides_in
from rag.answering.widening import KnownName
from rag.store import fold, is_short_word
from rag.types import Citation

_WORD = patterns.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")
_GAP = patterns.compile(r"[\s-]+")
_INITIAL = patterns.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_BEHIND_INITIAL = patterns.compile(r"\.\s?")
_POSSESSIVE = patterns.compile(r"[’']s?\Z")
_CAPITALISED = r"[A-ZÀ-ÖØ-Þ][\w’'-]*"
_IN_FULL = patterns.compile(
    rf"\b{_CAPITALISED}(?:\s+(?:(?:of|on|for|and|the|in|to)\s+){{0,2}}{_CAPITALISED}){{1,9}}"
)
_OPENS = patterns.compile(r"(?:\A|[.?!:;…|(\"“‘—–]|\s[-'])\W*\Z")
# Between a word and the mark that it opens behind there are a few signs at most.
_BESIDE = 40
# A question with more names is a text that was pasted, and each name costs time.
_MOST_NAMES = 40
# "MPs", of which "MP" is the name.
_SHORT_FORMS = patterns.compile(r"(?<=[A-ZÀ-ÖØ-Þ]{2})s\Z")
# It belongs to "U.S." anywhere, and to "John F." but at the end: "Did they sell Vitamin C."
_DOT = patterns.compile(r"(?<=\.\w)\.|(?<=\s\w)\.(?=.*\w)", re.DOTALL)
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
_FUNCTION_WORDS = _NO_NAMES - lexicon.TIMES
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


def all_lacking(several: Iterable[Lacking]) -> Lacking:
    """What any of them tells, in their order."""
    names: dict[str, None] = {}
    numbers: dict[str, None] = {}
    for one in several:
        names |= dict.fromkeys(one.names)
        numbers |= dict.fromkeys(one.numbers)
    return Lacking(tuple(names), tuple(numbers))


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
        if not one.in_a_name
        and not one.stands_in(values)
        and not any(start <= one.start < end for start, end in asides)
    ]
    taken = [*asides, *time_spans(question, times), *((one.start, one.end) for one in numerals)]
    for source in dict.fromkeys(citation.card.source for citation in citations):
        taken += outlet_spans(question, source)
    text, folded = "\n".join(shown), " ".join(map(fold, shown))
    # Articles may be long, and whether a person is introduced in them is rarely asked.
    whole = functools.cache(lambda: [f" {fold(text)} " for text in articles.values()])
    for name in names:
        alone = name.stands_in(text, folded, introduced=False, by_people=True)
        if alone or (
            name.stands_in(text, folded, introduced=True, by_people=True)
            and any(f" {fold(question[name.start : name.end])} " in text for text in whole())
        ):
            taken.append((name.start, name.end))
    evidence = _Evidence.of(text, whole="\n".join([*shown, *articles.values()]))
    written = _Written("\n".join([*passages, *articles.values()]), further)
    told = list(_names(question, evidence, taken=taken, written=written))
    return Lacking(tuple(dict.fromkeys(told)), tuple(dict.fromkeys(numbers)))


@dataclass(frozen=True)
class _Written:
    """How words are written in what was found. To look for a string first takes a tenth of an expression."""

    text: str
    further: Callable[[], Iterable[str]]

    def small(self, word: str) -> bool:
        plain = word.lower()
        return plain in self.text and re.search(rf"\b{re.escape(plain)}\b", self.text) is not None

    def inside(self, word: str) -> bool:
        """Whether it is written so inside a sentence."""
        return f" {word}" in self.text and bool(re.search(rf"[a-z,] {re.escape(word)}\b", self.text))

    def nowhere(self, beginning: str) -> bool:
        begins = rf"\b{re.escape(beginning)}"

        def has(text: str) -> bool:
            return beginning in text and re.search(begins, text) is not None

        return not (has(self._folded) or any(map(has, self._further)))

    @functools.cached_property
    def _folded(self) -> str:
        return self.text.casefold()

    @functools.cached_property
    def _further(self) -> tuple[str, ...]:
        return tuple(text.casefold() for text in self.further())


@dataclass(frozen=True)
class _Evidence:
    """What is shown, read in the ways in which a name may stand in it."""

    stems: Set[str]
    words: tuple[str, ...]
    folded: str
    squeezed: str
    initials: str
    capitals: Set[str]
    whole: str
    """The articles as well, for places alone: news of a country leaves its name to the reader."""

    @classmethod
    def of(cls, text: str, *, whole: str) -> _Evidence:
        words = tuple(dict.fromkeys(fold(text).split()))
        capitals = [word for word in _WORD.findall(text) if word[0].isupper()]
        return cls(
            stems=stems_of(text),
            words=words,
            folded=f" {fold(text)} ",
            squeezed="".join(fold(text).split()),
            initials=f"{_initials(capitals)} {_initials(_WORD.findall(text))}",
            capitals={
                part.replace(".", "").casefold()
                for word in capitals
                for part in word.split("-")
                if part.isupper()
            },
            whole=whole,
        )

    @functools.cached_property
    def _places(self) -> Places:
        return Places(self.whole)

    def has(self, word: str) -> bool:
        word = _singular(word)
        phrase = fold(word)
        folded = "".join(phrase.split())
        letters = "".join(filter(str.isalpha, folded))
        return (
            not folded
            or f" {phrase} " in self.folded
            or has_word(self.stems, word)
            or (len(folded) > _SHORTEST_STEM and folded not in PLACES and folded in self.squeezed)
            # "COVID" for "COVID-19".
            or (len(letters) >= _SHORTEST_STEM and letters != folded and letters in self.words)
            or (word.isupper() and len(folded) > 1 and folded in self.initials)
            or self._places.has(folded)
            or self._has_spelling(folded)
            or ("-" in word and all(part[:1].isalpha() and self.has(part) for part in word.split("-")))
        )

    def _has_spelling(self, folded: str) -> bool:
        """Whether a word is as good as this one: names of other scripts are written in many ways. Zambia is
        another country than Gambia."""
        # It passes over most words by their length and letters.
        if len(folded) < _SHORTEST_SPELLING:
            return False
        near = difflib.get_close_matches(folded, self.words, 3, _ALIKE)
        return any(home_of(folded) is None or home_of(one) in {None, home_of(folded)} for one in near)


def _initials(words: Iterable[str]) -> str:
    return "".join(part[0] for word in words for part in word.split("-") if part).casefold()


def _names(
    question: str, evidence: _Evidence, *, taken: Iterable[tuple[int, int]], written: _Written
) -> Iterator[str]:
    """The names of the question that the evidence lacks; words that stand together are one name."""
    if not any(map(str.islower, question)):
        return  # capitals throughout
    spans = [*taken, *_abbreviated(question, evidence.capitals)]
    titled = _is_titled(question)
    looked_at = 0
    for run in _runs(question):
        looked_at += len(run)
        if looked_at > _MOST_NAMES:
            return
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
            if any(_is_name(one, question, written, titled=titled) for one in together):
                end = together[-1].end()
                dot = _DOT.match(question, end)
                yield _POSSESSIVE.sub("", question[together[0].start() : dot.end() if dot else end])
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
        joined = run and _joined(run[-1], word)
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


def _joined(word: re.Match[str], other: re.Match[str]) -> bool:
    """Whether two words stand side by side, or an initial before a name."""
    gap = word.string[word.end() : other.start()]
    initial = _INITIAL.fullmatch(word.group())
    return bool(_GAP.fullmatch(gap) or (initial and _BEHIND_INITIAL.fullmatch(gap)))


def _is_name(word: re.Match[str], question: str, written: _Written, *, titled: bool) -> bool:
    """Whether a word is surely a name, and more than the sort of one."""
    text = _singular(word.group())
    plain = text.casefold()
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
    opens = titled or _OPENS.search(question, max(0, word.start() - _BESIDE), word.start())
    return bool(not opens or written.inside(text) or (not titled and _is_unheard(word, question, written)))


def _is_unheard(word: re.Match[str], question: str, written: _Written) -> bool:
    """Whether an opening word is that of no thing: it did something, ends as no word of English commonly
    does, and nothing that was found has it, though what has a word of the question is found first."""
    plain = _plain(word.group())
    return bool(
        _VERB.match(question, word.end())
        and not is_short_word(plain)
        and not _ORDINARY_ENDING.search(plain)
        and written.nowhere(plain)
    )


def _is_titled(question: str) -> bool:
    """Whether it is written as headlines are, with capitals that tell nothing."""
    words = [word for word in _WORD.finditer(question) if word.group()[0].isalpha()]
    small = {word.start() for word in words[1:] if _plain(word.group()) in _FUNCTION_WORDS}
    if any(word.start() in small and word.group().istitle() and len(word.group()) > 1 for word in words):
        return True
    content = [word.group() for word in words if word.start() not in small]
    return len(content) >= _TITLED and all(word[0].isupper() for word in content)


def _is_shaped(word: str) -> bool:
    return bool(_SHAPED.match(_POSSESSIVE.sub("", word)))


def _may_be_a_surname(word: str) -> bool:
    """Whether a word names a person by itself: then the names before it are that person's."""
    plain = _plain(word)
    return not (plain in _GENERIC or plain in lexicon.PLACES or _is_shaped(word))


def _singular(word: str) -> str:
    """Without the s of a possessive or of several: "NATO's", "MPs"."""
    return _SHORT_FORMS.sub("", _POSSESSIVE.sub("", word))


def _plain(word: str) -> str:
    return _POSSESSIVE.sub("", word).casefold()
