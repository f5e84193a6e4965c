"""Other forms of a name, as an article itself tells them.

Abbreviations after Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in
biomedical text" (PSB 2003): a short form in brackets behind its long form, or the other way round, is
believed when its letters stand in the long form in order. News is held to more: every word of the long form
must give its first letter, but for function words, so that "talks with Pakistan Steel Mills (PSM)" tells of
three words and no more.

Surnames: a full name whose last word stands alone later in the article. Only the full name is given the
surname as its other form: whatever holds the full name holds the surname already.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.store import LONGEST_NAME, Alias, fold, is_short_word, words_of
from rag.types import Article

CountTokens = Callable[[str], int]

# Characters before a bracket in which its long form is looked for.
_REACH = 200
_BRACKETS = re.compile(r"\(([^()]{2,200})\)")
_SHORT = re.compile(r"[A-Z][A-Za-z.&-]{1,14}")
_SHORT_BEFORE = re.compile(r"(?<![\w.&-])([A-Z][A-Za-z.&-]{1,14})[\"”’']*\s*\Z")
_BETWEEN = re.compile(r"(?:[’']s)?[\"”’',\s]*")
_POSSESSIVE = re.compile(r"[’']s?\Z")
_MOST_LETTERS = 10
# "e" and "ul" join the words of a name as "of" does.
_LONGEST_JOINT = 3
_JOINTS = frozenset({"with", "from", "into", "under", "against", "between"})

_NAME_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_LONGEST_FULL_NAME = 4
# What stands before a person's name and is no part of it.
_TITLES = frozenset(
    """
    mr mrs ms miss dr prof professor sir dame lord lady president vice prime minister chancellor premier
    secretary ambassador envoy consul general colonel major captain lieutenant brigadier admiral marshal
    commander chief chairman chairwoman chairperson chair director governor mayor senator representative
    congressman congresswoman deputy speaker judge justice attorney king queen prince princess pope bishop
    archbishop cardinal imam mufti sheikh maulana coach spokesman spokeswoman spokesperson leader
    foreign finance interior defence defense information commerce energy power health education transport
    trade industry agriculture labour state adviser advisor officer inspector police
    """.split()  # noqa: SIM905 - a list of eighty strings is not easier to read
)
_CALENDAR = frozenset(name.lower() for name in (*calendar.month_name, *calendar.day_name) if name)
# The first words of places, whose last ones are no surnames: "Korea" does not mean the one that was named in
# full, and nobody is called Lanka.
_PLACE_WORDS = frozenset(
    """
    north south east west new central upper lower great greater saint san santa são sri hong sierra costa
    puerto burkina buenos los las el kuala addis tel cape fort port mount lake
    """.split()  # noqa: SIM905 - as in the other lists of words
)


@dataclass(frozen=True, slots=True)
class _Part:
    """A word of a long form, or a part of one with hyphens."""

    start: int
    end: int
    letters: str
    joint: bool


def learn_aliases(article: Article, *, count_tokens: CountTokens) -> tuple[Alias, ...]:
    """What the article's sentences tell, each once and in a fixed order, abbreviations in both directions.

    `count_tokens` tells ordinary words from names: a vocabulary of tokens holds those words whole.
    """

    def ordinary(folded: str) -> bool:
        if is_short_word(folded):
            return True
        # Of three letters and fewer it holds nearly every combination, words or not.
        return len(folded) > 3 and count_tokens(f" {folded}") == 1

    sentences = [sentence.of(article.text) for sentence in article.sentences]
    told = [*_abbreviations(sentences, ordinary), *_surnames(sentences, ordinary)]
    once = {(fold(alias.form), fold(alias.other), alias.kind): alias for alias in reversed(told)}
    return tuple(once[key] for key in sorted(once))


def _abbreviations(sentences: Iterable[str], ordinary: Callable[[str], bool]) -> Iterator[Alias]:
    for sentence in sentences:
        for match in _BRACKETS.finditer(sentence):
            found = _defined(sentence[max(0, match.start() - _REACH) : match.start()], match.group(1))
            if found is None:
                continue
            short, long = found
            folded = fold(short)
            if not folded or folded == fold(long) or len(words_of(long)) > LONGEST_NAME:
                continue
            spelt_like_a_word = ordinary(folded)
            yield Alias(short, long, "abbreviation", in_capitals=spelt_like_a_word)
            # The lexical index cannot tell WHO from "who": as another form it would find every pronoun.
            if not spelt_like_a_word:
                yield Alias(long, short, "abbreviation")


def _defined(before: str, inside: str) -> tuple[str, str] | None:
    """Short and long form that a bracket tells, given what stands before it."""
    before = before.rpartition(")")[2]
    inside = re.split(r"[,;:]", inside)[0].strip(" \t\"“”‘’'")
    if _SHORT.fullmatch(inside) and (letters := _letters_of(inside)):
        long = _long_before(before, letters)
        return (_plain_short(inside), long) if long else None
    if (match := _SHORT_BEFORE.search(before)) and (letters := _letters_of(match.group(1))):
        parts = _parts_of(inside)
        while parts and parts[0].joint:
            parts = parts[1:]
        if _agrees(parts, letters, within=False) or _agrees(parts, letters, within=True):
            return _plain_short(match.group(1)), _shown(inside, parts)
    return None


def _letters_of(short: str) -> str:
    """The letters that a long form must give, in lower case; none for what is no short form."""
    plain = _plain_short(short)
    letters = [character for character in plain if character.isalpha()]
    capitals = sum(map(str.isupper, letters))
    if not 2 <= len(letters) <= _MOST_LETTERS or capitals < 2 or 2 * capitals < len(letters):
        return ""
    return "".join(letters).lower()


def _plain_short(short: str) -> str:
    """Without the s of a plural, and with the dots of "P.S.M." left out."""
    short = short.replace(".", "")
    return short[:-1] if len(short) > 2 and short.endswith("s") and short[:-1].isupper() else short


def _long_before(before: str, letters: str) -> str | None:
    """The shortest run of words right before a bracket that gives the letters."""
    parts = _parts_of(before)
    if not parts or not _BETWEEN.fullmatch(before[parts[-1].end :]):
        return None
    # As many words as Schwartz and Hearst look at.
    most = min(len(letters) + 5, 2 * len(letters))
    for within in (False, True):
        for count in range(2, min(most, len(parts)) + 1):
            run = parts[-count:]
            if not run[0].joint and _agrees(run, letters, within=within):
                return _shown(before, run)
    return None


def _parts_of(text: str) -> list[_Part]:
    parts = []
    for word in words_of(text):
        plain = text[word.start : word.end]
        joint = plain.islower() and (len(plain) <= _LONGEST_JOINT or plain in _JOINTS)
        parts.append(_Part(word.start, word.end, word.folded, joint))
    return parts


def _agrees(parts: Sequence[_Part], letters: str, *, within: bool) -> bool:
    """Whether the parts give the letters in order, each part its first; joints may give theirs or none.

    `within`: a part may give letters behind its first too, as "Television" does for TV in PTV.
    """
    if len(parts) < 2:
        return False
    # How many letters may be given once the part is read.
    given = {0}
    for part in parts:
        after = set[int]()
        for count in given:
            if part.joint and part is not parts[-1]:
                after.add(count)
            if count < len(letters) and part.letters[0] == letters[count]:
                position = count + 1
                after.add(position)
                for letter in part.letters[1:] if within else "":
                    if position < len(letters) and letter == letters[position]:
                        position += 1
                        after.add(position)
        given = after
    return len(letters) in given


def _shown(text: str, parts: Sequence[_Part]) -> str:
    return " ".join(text[parts[0].start : parts[-1].end].split())


def _surnames(sentences: Sequence[str], ordinary: Callable[[str], bool]) -> Iterator[Alias]:
    full_names: dict[str, dict[str, str]] = {}
    alone: set[str] = set()
    for sentence in sentences:
        for written, opens in _capitalised(sentence):
            run = _without_titles(written)
            if run and (ordinary(fold(run[0])) if opens else is_short_word(fold(run[0]))):
                del run[0]
            if not run:
                continue
            surname = run[-1]
            if len(run) == 1:
                if surname in full_names:
                    alone.add(surname)
            elif _may_be_person(run, ordinary):
                plain = " ".join(word for word in run if len(word) > 1)
                full_names.setdefault(surname, {}).setdefault(plain, " ".join(run))
    for surname in sorted(alone):
        names = full_names[surname]
        # Of two who share it, the one that stands alone may be either.
        if len(names) > 1:
            continue
        for plain, as_written in names.items():
            for form in dict.fromkeys((plain, as_written)):
                yield Alias(form, surname, "surname")


def _capitalised(sentence: str) -> Iterator[tuple[list[str], bool]]:
    """Runs of words written like names, and whether the run opens the sentence; initials are single letters.

    None of a headline, where every word is written so.
    """
    matches = list(_NAME_WORD.finditer(sentence))
    long_words = [match.group() for match in matches if len(match.group()) > _LONGEST_JOINT]
    if len(long_words) > _LONGEST_FULL_NAME and not any(map(str.islower, long_words)):
        return
    run: list[str] = []
    opens = False
    end = 0
    for match in matches:
        written = match.group()
        word = _POSSESSIVE.sub("", written)
        between = sentence[end : match.start()]
        initial = len(word) == 1 and word.isupper()
        named = word[:1].isupper() and any(map(str.islower, word))
        joined = between == " " or (between == ". " and run and len(run[-1]) == 1)
        if run and not ((named or initial) and joined):
            yield run, opens
            run = []
        if named or (initial and run):
            if not run:
                opens = not any(map(str.isalnum, sentence[: match.start()]))
            run.append(word)
            # Behind a possessive another name begins.
            if word != written:
                yield run, opens
                run = []
        end = match.end()
    if run:
        yield run, opens


def _without_titles(run: Sequence[str]) -> list[str]:
    """What stands behind the last title, month or day of the week: "Friday President Khorev"."""
    before = [place for place, word in enumerate(run[:-1]) if word.lower() in _TITLES | _CALENDAR]
    last = max(before, default=-1)
    return list(run[last + 1 :])


def _may_be_person(run: Sequence[str], ordinary: Callable[[str], bool]) -> bool:
    return (
        len(run) <= _LONGEST_FULL_NAME
        and sum(len(word) > 1 for word in run) >= 2
        and len(run[0]) > 1
        and len(run[-1]) > 2
        and run[0].lower() not in _PLACE_WORDS
        and run[-1].lower() not in _CALENDAR
        # "Attorney-at-law" is no name.
        and run[-1].rpartition("-")[2][:1].isupper()
        and not ordinary(fold(run[-1]))
    )
