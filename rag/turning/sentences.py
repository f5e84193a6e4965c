"""Whether a word turns what two sentences say, though they share nearly all others.

"The court convicted the mayor" and "The court acquitted the mayor" tell of a reversal, not of one fact told
twice. Only the words in which the two differ are looked at, so that what both say turns nothing. What turns
is closed and can be read here: denials, opposites, numbers, names, and a plan against the event. Where it is
not sure that two sentences agree, it says that they do not: to tell one fact twice costs a line, to hide a
reversal costs the truth.

It is English only; of other languages it knows names and numbers in digits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.turning.numbers import numbers_of
from rag.turning.opposites import IRREGULAR_PASTS, fold, opposites, past_of, without_prefix, word_set

_DENIAL = re.compile(
    r"\b(?:not|no|never|none|neither|nor|nobody|nothing|nowhere|without|cannot|den(?:y|ies|ied|ying)|denials?"
    r"|(?:fail(?:s|ed|ing)?|refus(?:e|es|ed|ing)|declin(?:e|es|ed|ing)|unable)\s+to|rul(?:e|es|ed|ing)\s+out)\b"
    r"|n[’' ]t\b",
    re.IGNORECASE,
)
# Written otherwise, they are said alike; what looks like a denial here is none.
_PHRASES = (
    (re.compile(r"\bno\s+(?:fewer|less)\s+than\b|\bat\s+least\b", re.IGNORECASE), " atleast "),
    (
        re.compile(r"\bno\s+more\s+than\b|\bat\s+(?:the\s+)?most\b|\bup\s+to(?=\s+\d)", re.IGNORECASE),
        " atmost ",
    ),
    (re.compile(r"\bnot\s+(?:only|just|least)\b|\bno\s+doubt\b|\bmore\s+and\s+more\b", re.IGNORECASE), " "),
    (re.compile(r"\bneither\b(?=.*\bnor\b)", re.IGNORECASE | re.DOTALL), " "),
    (re.compile(r"\b[Nn]os?\.?(?=\s*\d)"), " number "),
    (re.compile(r"\b(?:la(?:id|y|ys|ying))\s+off\b", re.IGNORECASE), " dismissed "),
    (re.compile(r"\bcall(?:ed|s|ing)?\s+off\b", re.IGNORECASE), " canceled "),
    (re.compile(r"\bturn(?:ed|s|ing)?\s+down\b", re.IGNORECASE), " rejected "),
    (
        re.compile(r"\b(?:str[iu](?:ck|ke|kes|king)|thr(?:ow|ew|own|ows))\s+(?:down|out)\b", re.IGNORECASE),
        " overturned ",
    ),
    (re.compile(r"\bst(?:ep|eps|epped|epping|ood|and|ands)\s+down\b", re.IGNORECASE), " resigned "),
    (re.compile(r"\bpull(?:ed|s|ing)?\s+out\b", re.IGNORECASE), " withdrew "),
    (re.compile(r"\bat\s+large\b", re.IGNORECASE), " atlarge "),
    (re.compile(r"\bper\s+cent\b", re.IGNORECASE), "percent"),
    (re.compile(r"\ba\s+few\b", re.IGNORECASE), " several "),
    # "UN-backed" is backed by the United Nations.
    (re.compile(r"\b([Nn]on|[Uu]n|[Dd]is)-(?=\w)"), r"\1"),
    (re.compile(r"\b((?:[A-Z]\.){2,})(?!\w)"), lambda found: found[1].replace(".", "") + " "),
)

# "2-1" is one number, a score; "10:30" and "1,204" are one too.
_WORD = re.compile(
    r"\d++(?:[.,]\d++)?+(?:k|mn|bn|tn|m)\b|\d++(?:[.,:]\d++)*+(?:[-–]\d++(?:[.,]\d++)*+)*+(?!\w)|\w+",
    re.IGNORECASE,
)

# Names that tell who speaks or how he is called, not whom it is about.
_TITLES = word_set("""
    mr mrs ms miss dr prof professor sir lord lady dame pm prime minister ministers president vice
    premier chancellor senator sen representative rep governor gov mayor king queen prince princess pope
    judge justice chief general gen colonel col major captain capt lieutenant lt sergeant sgt admiral
    secretary foreign defence defense interior finance attorney ambassador director chairman chairwoman
    chairperson ceo mp the reuters ap afp agence presse associated press bloomberg bbc cnn tass xinhua
    pti ani apa dpa ministry department office party government state county inc ltd corp plc co company
    i
    """)
# Written in several ways; each line is one name.
_ALIASES = {
    word: line.split()[0]
    for line in """
        us usa american americans america states
        uk british britain britons
        eu european europe
        un nations
        russia russians kremlin
        france french
        spain spanish
        netherlands dutch holland
        denmark danish danes
        greece greek greeks
        switzerland swiss
        ireland irish
        scotland scottish scots
        wales welsh
        kyiv kiev
        beijing peking
        january jan
        february feb
        august aug
        september sep sept
        october oct
        november nov
        december dec
        monday mon
        tuesday tue tues
        wednesday wed
        thursday thu thurs
        friday fri
        saturday sat
        sunday sun
        saint st
    """.strip().splitlines()
    for word in line.split()
}
_DEMONYMS = ("ians", "ian", "ans", "an", "ns", "n", "is", "i", "ese", "ish")
_COUNTRY_ENDS = ("", "a", "e", "y", "ia", "ey", "en", "and", "s", "land")
# A sentence begins with these without naming anybody.
_OPENERS = word_set("""
    a an the this that these those it its he his she her they their we our you your i my who what when
    where why how which while whereas if unless because since as at by for from in into on onto of off
    over under to with within after before during between among about against along around across
    despite according also but and or so yet still then there here now today yesterday tomorrow tonight
    meanwhile however moreover later earlier last next one two some many most few several all both each
    every no not never none nobody nothing neither police parliament congress government inflation
    unemployment trade oil gas gold rain snow people president prime minister chief former new old local
    foreign senior young women men prosecutors parliamentarians two three four five six seven eight nine
    ten eleven twelve dozens hundreds thousands more less at once only even just almost nearly about
    such other another first second third fighting voting work production council court mayor
    """)
# Named like a plural, and none.
_NAMED_IN_S = word_set("wales naples athens brussels algiers netherlands philippines cannes")
_NO_NAME_ENDS = ("ing", "ly", "ment", "tion", "ity", "ness")
# "Told reporters: Talks begin": a capital letter behind these says nothing.
_BEGINS_BEHIND = ':.!?"“”‘(—–'

_END = re.compile(r"(\w{3,})[.!?][\"”’)]*\s+\S")

# What governs an infinitive that lies ahead; behind the others "to" tells of what is done.
_AHEAD = word_set("will would shall ll to")
_SURE = word_set("will shall ll")
_DONE_BEFORE_TO = word_set("""
    managed helped began begun started continued used went rushed hurried able returned came had have has
    forced
    """)
_WENT_BY = word_set("was were has have had did")
_BETWEEN = word_set("be have been also now soon then not only formally officially again")
_REPORTING = word_set("said told announced reported confirmed added stated warned quoted been")


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is compared of a sentence.

    `words` are folded, `order` has them as they stand. `counts` are its numbers and quantities and `ordinals`
    its places in an order, each in one writing; `figures` are those of them that it writes in digits. `names`
    are folded words with a capital letter, `initials` what their runs abbreviate to. `planned` are the past
    forms of what it says will happen, `happened` those of what has; `denials` is how often it denies.
    """

    words: Counter[str]
    order: tuple[str, ...]
    counts: Counter[str]
    ordinals: Counter[str]
    figures: frozenset[str]
    names: frozenset[str]
    initials: frozenset[str]
    planned: frozenset[str]
    happened: frozenset[str]
    denials: int


def turned(one: str, other: str) -> bool:
    """Whether words that only one of two sentences has turn its meaning against the other's."""
    if one == other:
        return False
    first, second = _read(one), _read(other)
    return (
        _denials_differ(first, second)
        or _counts_differ(first, second)
        or _opposed(first.words - second.words, second.words - first.words)
        or _names_differ(first, second)
        or (_names_swapped(first, second) and not (_has_several(one) or _has_several(other)))
        or _planned_and_happened(first, second)
        or _planned_and_happened(second, first)
    )


def denies(text: str) -> bool:
    """Whether a sentence denies something."""
    return _DENIAL.search(_plainly(text)) is not None


def lacks_a_figure(one: str, other: str) -> bool:
    """Whether a number that `one` writes in digits stands in `other` in no writing."""
    return bool(_read(one).figures - _all_numbers(_read(other)))


def _all_numbers(reading: _Reading) -> frozenset[str]:
    return frozenset(reading.counts) | frozenset(reading.ordinals)


def _plainly(text: str) -> str:
    for pattern, instead in _PHRASES:
        text = pattern.sub(instead, text)
    return text


# The sentences of an original are read again for each of its copies.
@lru_cache(maxsize=4096)
def _read(sentence: str) -> _Reading:
    text = _plainly(sentence)
    found = list(_WORD.finditer(text))
    written = [match.group() for match in found]
    begins = [_begins(text, match.start()) for match in found]
    folded = [fold(word) for word in written]
    counts, ordinals, figures = numbers_of(folded)
    names = frozenset(_names(written, folded, begins))
    planned, happened = _verbs(folded)
    return _Reading(
        words=Counter(word for word in folded if not word[0].isdigit()),
        order=tuple(folded),
        counts=counts,
        ordinals=ordinals,
        figures=figures,
        names=names,
        initials=frozenset(_initials(written)),
        planned=planned,
        happened=happened,
        denials=len(_DENIAL.findall(text)),
    )


def _begins(text: str, start: int) -> bool:
    before = text[:start].rstrip()
    return not before or before[-1] in _BEGINS_BEHIND


# ---- denials and opposites


def _denials_differ(one: _Reading, other: _Reading) -> bool:
    return bool(one.denials) != bool(other.denials) or one.denials % 2 != other.denials % 2


def _opposed(one: Counter[str], other: Counter[str]) -> bool:
    """Whether the own words of two sentences stand on different sides of a group, or one is the other with a
    prefix that denies it."""
    first, second = _by_group(one), _by_group(other)
    if any(first[group] != second[group] for group in first.keys() & second.keys()):
        return True
    return _prefixed(one, other) or _prefixed(other, one)


def _by_group(words: Iterable[str]) -> dict[int, set[int]]:
    sides: dict[int, set[int]] = {}
    for word in words:
        for group, side in opposites().get(word, ()):
            sides.setdefault(group, set()).add(side)
    return sides


def _prefixed(words: Iterable[str], bare: Counter[str]) -> bool:
    return any(base in bare for word in words for base in without_prefix(word))


# ---- numbers


def _counts_differ(one: _Reading, other: _Reading) -> bool:
    for first, second in ((one.counts, other.counts), (one.ordinals, other.ordinals)):
        if first - second and second - first:
            return True
    return False


# ---- names


def _names_differ(one: _Reading, other: _Reading) -> bool:
    """Whether each names what the other does not, by another form of the name either."""
    return bool(_own_names(one, other)) and bool(_own_names(other, one))


def _names_swapped(one: _Reading, other: _Reading) -> bool:
    """Whether the names that both have stand in another order among the same words: who beat whom."""
    shared = one.names & other.names
    first, second = ([word for word in each.order if word in shared] for each in (one, other))
    swapped = first != second and sorted(first) == sorted(second)
    return swapped and _but_for(shared, one) == _but_for(shared, other)


def _has_several(text: str) -> bool:
    """Whether it is several sentences, whose order tells nothing; "Mrs. Hart" ends none."""
    return any(match[1].lower() not in _TITLES for match in _END.finditer(text))


def _but_for(names: frozenset[str], reading: _Reading) -> list[str]:
    return [word for word in reading.order if word not in names and word not in _TITLES]


def _own_names(one: _Reading, other: _Reading) -> set[str]:
    own = {name for name in one.names if name not in other.words}
    return {
        name
        for name in own
        if name not in other.initials
        and not any(_is_one_name(name, known) for known in other.names)
        and not any(name[0] in short for short in one.initials & other.names)
    }


def _is_one_name(one: str, other: str) -> bool:
    if _ALIASES.get(one, one) == _ALIASES.get(other, other):
        return True
    if 1 in {len(one), len(other)} and one[0] == other[0] and one != other:
        return True  # "M. Dahl" is Mira Dahl
    return _is_of(one, other) or _is_of(other, one)


def _is_of(demonym: str, country: str) -> bool:
    """Whether a word tells that something is of a country: Russian of Russia, Polish of Poland."""
    if country == demonym + "y":
        return True
    for suffix in _DEMONYMS:
        stem = demonym.removesuffix(suffix)
        shortened = stem != demonym and len(stem) > 2 and country.startswith(stem)
        if shortened and country[len(stem) :] in _COUNTRY_ENDS:
            return True
    return False


def _names(written: list[str], folded: list[str], begins: list[bool]) -> Iterator[str]:
    for place, (word, low) in enumerate(zip(written, folded, strict=True)):
        if not word[0].isupper() or low in _TITLES:
            continue
        followed = place + 1 < len(written) and written[place + 1][0].isupper() and not begins[place + 1]
        if not begins[place] or _begins_as_name(low, followed):
            yield low


def _begins_as_name(word: str, followed: bool) -> bool:
    """Whether the first word of a sentence is a name.

    What is none and stands there without an article is mostly a plural, or made of a verb.
    """
    if word in _OPENERS:
        return False
    if followed or word in _NAMED_IN_S:
        return True
    plural = word.endswith("s") and not word.endswith(("as", "is", "os", "us", "ss"))
    return not plural and not word.endswith(_NO_NAME_ENDS)


def _initials(written: list[str]) -> Iterator[str]:
    """What the runs of capitalised words abbreviate to: "United Nations" to "un"."""
    capitals = [
        word[0].lower() if word[0].isupper() else "" if word in {"of", "and", "for", "the"} else " "
        for word in written
    ]
    for run in "".join(capitals).split():
        for start in range(len(run)):
            for end in range(start + 2, min(len(run), start + 6) + 1):
                yield run[start:end]


# ---- plan and event


def _planned_and_happened(plan: _Reading, event: _Reading) -> bool:
    """Whether one says that something will happen of which the other says that it has."""
    if (plan.planned - event.planned - plan.happened) & event.happened:
        return True
    ahead, behind = plan.words - event.words, event.words - plan.words
    return any(word in ahead for word in _SURE) and any(word in behind for word in _WENT_BY)


def _verbs(words: list[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The past forms of what will happen, and those of what has happened."""
    planned: set[str] = set()
    places: set[int] = set()
    for place, word in enumerate(words):
        if word not in _AHEAD or (place and word == "to" and words[place - 1] in _DONE_BEFORE_TO):
            continue
        verb = place + 1
        while verb < len(words) and (words[verb] in _BETWEEN or words[verb].endswith("ly")):
            verb += 1
        if verb < len(words):
            places.add(verb)
            passive = words[verb - 1] in {"be", "been", "have"} or "be" in words[place:verb]
            planned.update({words[verb]} if passive else past_of(words[verb]))
    happened = {
        word
        for place, word in enumerate(words)
        if place not in places and (word.endswith("ed") or word in IRREGULAR_PASTS)
    }
    return frozenset(planned), frozenset(happened - _REPORTING)
