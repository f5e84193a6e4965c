"""Who and what a sentence names: persons with their offices, bodies, places, by the shape of the words.

Rules over English text, without a model and without guessing: a single word with a capital letter is a
person only when the article has given that surname a first name or a title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from rag import patterns
from rag.answering.english import lexicon

Kind = Literal["person", "body", "place", "unknown"]

# Beyond this a "sentence" is a table or a list, and no prose that names anybody for a reader.
LONGEST_READ = 2000
_LONGEST_NAME = 5
# Characters on either side of a name in which its office stands.
_NEAR = 120
_CAPITAL = r"[A-ZÀ-ÖØ-Þ]"
_NAME_WORD = (
    rf"(?:(?:{_CAPITAL}\.)+|(?:Mrs?|Ms|Dr|Prof|Gen|Sen|Rep|Gov|Lt|Col|Maj|Capt|Sgt|St)\."
    rf"|{_CAPITAL}[\w-]*(?:[’']{_CAPITAL}[\w-]*)*)"
)
_PARTICLE = "|".join(sorted(lexicon.PARTICLES))
_RUN = patterns.compile(
    rf"(?<![\w’'])(?:(?:al|el)-)?{_NAME_WORD}(?:[ \t](?:(?:{_PARTICLE})[ \t]){{0,2}}{_NAME_WORD})*"
)
_ROLE = "|".join(sorted(lexicon.ROLES, key=len, reverse=True))
# What an office is of: "of the Russian Federation", "for Trade and Industry".
_OF = rf"(?: (?:of|to|for|in|at|the|and(?= {_CAPITAL})|{_CAPITAL}[\w’'.-]*))*"
_BEFORE = patterns.compile(
    rf"(?P<words>(?:\b[\w’'-]+ ){{0,3}})\b(?P<role>(?i:{_ROLE}))(?P<whose>{_OF}),? ?\Z"
)
_BEHIND = patterns.compile(
    rf", (?:the |a |an |his |her |its |their )?(?P<words>(?:[\w’'-]+ ){{0,4}}?)(?P<role>(?i:{_ROLE}))\b"
    rf"(?P<whose>{_OF})"
)
_NO_PERSON = lexicon.NO_PERSON | lexicon.TIMES | lexicon.PLACES
# Words that alone make no name: "Monday", "the Committee".
_NAMELESS = lexicon.TIMES | frozenset(lexicon.BODIES)
_WORD = patterns.compile(r"[^\W_]+")
_PLACED = patterns.compile(
    r"\b(?:in|at|near|into|across|around|outside|inside|via|off|throughout|the)\s+\Z", re.IGNORECASE
)
_BRAND = patterns.compile(rf"[a-z]{_CAPITAL}{{2}}|\b[A-Z]{{3,}}\b")
_OFFICE_OF = patterns.compile(rf"\b(?i:{_ROLE}){_OF} (?:of|for|to|at)(?: the)? \Z")
# "Georgia Tech president Ana Costa": the office is another's.
_JOINED_OFFICE = patterns.compile(rf"(?:[’']s?)? (?:[\w-]+ ){{0,3}}?(?i:{_ROLE})s?\b")
_OF_OFFICES = _NO_PERSON | frozenset(lexicon.BODIES)
_AGED = patterns.compile(r", \d{2}(?:,|\b)|, (?:aged|born)\b")
_PERSONAL = patterns.compile(rf",? (?:who\b|whose\b)|{_AGED.pattern}")
# What only a person does or suffers.
_LIVED = patterns.compile(
    r" (?:(?:also|later|then|never|once|now|just) )?(?:(?:was|were|has been|had been|is|be) )?(?:\w+ly )?"
    r"(?:born|died|married|divorced|resigned|smiled|laughed|wept|nodded|shrugged|grinned|frowned|arrested|jailed"
    r"|imprisoned|sworn in|sentenced|convicted|hospitali[sz]ed|injured|wounded|murdered|buried|widowed)\b"
)
_LEAD = patterns.compile(rf"{_CAPITAL}[^,]{{0,100}}, (?:the )?\Z")


@dataclass(frozen=True, slots=True)
class Office:
    """A role as written: `word` is the role itself, `words` all of the phrase, in lower case."""

    word: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a sentence, `[start, end)` of it; `words` are those of the name without titles."""

    start: int
    end: int
    words: tuple[str, ...]
    kind: Kind
    offices: tuple[Office, ...] = ()
    subject: bool = False

    @property
    def last(self) -> str:
        return self.words[-1]

    @property
    def sorts(self) -> frozenset[str]:
        """The sorts of body that its words tell; empty where they tell none."""
        return frozenset(
            lexicon.BODIES[word.lower()] for word in self.words if word.lower() in lexicon.BODIES
        )


@dataclass(frozen=True, slots=True)
class Known:
    """The persons that an article has introduced: by surname, the offices given to them."""

    offices: dict[str, tuple[Office, ...]]

    @classmethod
    def of(cls, sentences: Iterable[str]) -> Known:
        offices: dict[str, tuple[Office, ...]] = {}
        for sentence in sentences:
            for mention in mentions(sentence, cls({})):
                if mention.kind == "person" and mention.last.lower() not in lexicon.PLACES:
                    offices[mention.last] = offices.get(mention.last, ()) + mention.offices
        return cls(offices)


def mentions(sentence: str, known: Known) -> list[Mention]:
    """The names in a sentence, in order; times are none."""
    if len(sentence) > LONGEST_READ:
        return []
    found = []
    for match in _RUN.finditer(sentence):
        mention = _mention(sentence, match, known)
        if mention is not None:
            found.append(mention)
    return found


def _mention(sentence: str, match: re.Match[str], known: Known) -> Mention | None:
    places = [(word.group(), match.start() + word.start()) for word in re.finditer(r"\S+", match.group())]
    while places and _lower(places[0][0]) in lexicon.FUNCTION_WORDS | lexicon.PARTICLES:
        places.pop(0)
    if not places or all(_lower(word) in _NAMELESS for word, _ in places):
        return None
    start = places[0][1]
    words = [word for word, _ in places]
    of_office = len(words) > 1 and _lower(words[0]) in _OF_OFFICES
    if of_office and _OFFICE_OF.search(sentence, max(0, start - _NEAR), start):
        # "Minister of Foreign Affairs Lena Marsh": the name begins behind the office's own.
        # The "president of Georgia Tech" is not called Tech.
        while len(words) > 1 and _lower(words[0]) in (
            _OF_OFFICES if len(words) > 2 else _OF_OFFICES - lexicon.PLACES
        ):
            words.pop(0)
    kind: Kind | None = _plain_kind(words)
    titled = [place for place, word in enumerate(words) if _lower(word) in lexicon.ROLES | lexicon.TITLES]
    offices: list[Office] = []
    if kind != "body" and titled:
        if titled[-1] == len(words) - 1:
            return None  # an office without a name
        title, words = words[: titled[-1] + 1], words[titled[-1] + 1 :]
        offices.append(_office(title))
        kind = _plain_kind(words) or "person"
    if kind is None or offices:
        before, behind = sentence[max(0, start - _NEAR) : start], sentence[match.end() : match.end() + _NEAR]
        offices += _offices_around(before, behind)
        kind = kind or _kind(words, before, behind, offices, known)
    return Mention(start, match.end(), tuple(words), kind, tuple(offices), _opens(sentence[:start]))


def _plain_kind(words: Sequence[str]) -> Kind | None:
    """What the words of the name tell by themselves."""
    lower = [_lower(word) for word in words]
    if any(word in lexicon.BODIES for word in lower):
        return "body"
    if len(words) > 1 and any(_BRAND.search(word) and word not in lexicon.NO_BODY for word in words):
        return "body"
    if len(words) == 1 and words[0].isupper() and len(words[0]) > 1:
        return "place" if lower[0] in lexicon.PLACES else "unknown" if words[0] in lexicon.NO_BODY else "body"
    if all(word in lexicon.PLACES for word in lower):
        return "place"
    return None


def _kind(words: Sequence[str], before: str, behind: str, offices: Sequence[Office], known: Known) -> Kind:
    lower = [_lower(word) for word in words]
    if (
        len(words) > _LONGEST_NAME
        or any(character.isdigit() for word in words for character in word)
        or any(word in _NO_PERSON for word in lower[1:])
    ):
        return "unknown"
    if lower[0] in _NO_PERSON:
        return "person" if _is_given_name(words, before, behind, offices, known) else "unknown"
    if len(words) > 1:
        return "unknown" if _PLACED.search(before) and not offices else "person"
    if words[0] in known.offices or offices or _PERSONAL.match(behind):
        return "person"
    return "unknown"


def _is_given_name(
    words: Sequence[str], before: str, behind: str, offices: Sequence[Office], known: Known
) -> bool:
    """Whether a name that opens with a place is a person's for sure: companies and teams are called so too,
    and like a person they say and win, and have a president who is "of" them."""
    first, *others = (_lower(word) for word in words)
    if not others or first not in lexicon.GIVEN_NAMES:
        return False
    if any(word in lexicon.NO_SURNAMES or word.startswith(("saint-", "st-")) for word in others):
        return False
    if _PLACED.search(before) or _OFFICE_OF.search(before) or _JOINED_OFFICE.match(behind):
        return False
    if any(office.word not in lexicon.ANYBODYS for office in offices) or words[-1] in known.offices:
        return True
    return (_AGED.match(behind) or _LIVED.match(behind)) is not None


def _offices_around(before: str, behind: str) -> list[Office]:
    """The offices that stand directly before a name and, behind a comma, after it."""
    found = []
    # Looked up first: the patterns are slow, and most names have no office beside them.
    if _has_role(before) and (match := _BEFORE.search(before)):
        found.append(_office_of(match))
    if behind.startswith(", ") and _has_role(behind) and (match := _BEHIND.match(behind)):
        found.append(_office_of(match))
    return found


def _has_role(text: str) -> bool:
    return not lexicon.ROLES.isdisjoint(_WORD.findall(text.lower()))


def _office_of(match: re.Match[str]) -> Office:
    return _office([*match["words"].split(), match["role"], *match["whose"].split()], match["role"])


def _office(phrase: Sequence[str], word: str | None = None) -> Office:
    return Office(
        role_of(word or phrase[-1], [one.lower() for one in phrase]), frozenset(_lower(one) for one in phrase)
    )


def role_of(word: str, phrase: Iterable[str]) -> str:
    """The role without regard to sex and synonym; a prime minister and a vice president are other roles."""
    word = _lower(word)
    phrase = set(phrase)
    if word == "minister" and "prime" in phrase:
        return "premier"
    if word == "pm":
        return "premier"
    word = lexicon.SAME_ROLE.get(word, word)
    return f"vice {word}" if phrase & {"vice", "deputy"} and word != "deputy" else word


def _opens(before: str) -> bool:
    """Whether nothing stands before but an article or a lead-in that ends in a comma."""
    before = before.lstrip("\"“‘'«([ ")
    return before in {"", "The ", "the "} or _LEAD.fullmatch(before) is not None


def _lower(word: str) -> str:
    return word.rstrip(".").lower()
