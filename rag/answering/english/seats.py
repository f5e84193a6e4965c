"""Seats of government that stand for the state: "Did Moscow agree" where an article says that Russia did.

Only where the question speaks of what a state does or says, or how it is dealt with: "in Moscow" and
"Moscow's metro" are the city. Every doubt is for the city, for which nothing is read otherwise.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from rag import patterns
from rag.answering.english.states import State, states_by_seat
from rag.answering.english.subjects import word_set

_AUXILIARY = r"(?:did|do|does|will|would|can|could|should|must|may|might|shall)"
# What a city does as well, or only a city.
_OF_A_CITY = (
    r"(?:be(?:en|ing)?|host|stag|experienc|celebrat|smell|sleep|slept|flood|burn|sink|sank|rain|shak|lie|lying|rank"
    r"|cost|look|feel|beat|play|win|won|lose|losing|lost|grow|compar)(?:s|e|ed|es|ing|en)?\b"
)
_ACTS = patterns.compile(rf"\b(?:{_AUXILIARY}|has|have|had)(?:n[o’']t)?\s+\Z", re.IGNORECASE)
_ACTING = patterns.compile(rf"\s+(?:(?:not|ever|also|still|already|now|again)\s+)?(?!{_OF_A_CITY})[a-z]+")
_IS = patterns.compile(r"\b(?:is|are|was|were)(?:n[o’']t)?\s+\Z", re.IGNORECASE)
_DOING = patterns.compile(
    rf"\s+(?:(?:not|still|now|also|already)\s+)?(?!{_OF_A_CITY})"
    r"(?:[a-z]{2,}ing|ready|willing|prepared|determined|responsible|opposed|obliged)\b"
)
_SAYS = patterns.compile(
    r"\s+(?:sa(?:id|ys)|t(?:old|ells)|want(?:s|ed)|agree[sd]|refuse[sd]|reject(?:s|ed)|den(?:ies|ied)|accuse[sd]"
    r"|claim(?:s|ed)|announce[sd]|threaten(?:s|ed)|warn(?:s|ed)|impose[sd]|offer(?:s|ed)|propose[sd]|demand(?:s|ed)"
    r"|insist(?:s|ed)|pledge[sd]|promise[sd]|vow(?:s|ed)|sign(?:s|ed)|sen(?:t|ds)|suppl(?:ies|ied)|support(?:s|ed)"
    r"|approve[sd]|order(?:s|ed)|decide[sd]|plan(?:s|ned)|intend(?:s|ed)|expect(?:s|ed)|seeks|sought|condemn(?:s|ed)"
    r"|welcome[sd]|respond(?:s|ed)|react(?:s|ed)|believe[sd]|thinks|thought|recognise[sd]|recognize[sd]"
    r"|call(?:s|ed)\s+for)\b"
)
# "the chance of Islamabad joining the bank"
_OF = patterns.compile(r"\b(?:of|about|for|without|despite)\s+\Z", re.IGNORECASE)
_JOINING = patterns.compile(rf"\s+(?:not\s+)?(?!{_OF_A_CITY})[a-z]{{2,}}ing\b")
_OWN = patterns.compile(
    r"[’']s?\s+(?:[\w-]+\s+){0,2}?(?:ambassador|envoy|diplomat|minister|ministry|government|premier|chancellor"
    r"|parliament|force|troop|arm(?:y|ies)|navy|military|soldier|fleet|missile|weapon|arsenal|polic(?:y|ies)"
    r"|position|stance|view|demand|response|reaction|remark|comment|statement|offer|proposal|plan|crude|oil|gas"
    r"|grain|export|import|ally|allies|relations|ties|sanction|tariff|war|invasion|offensive|counteroffensive"
    r"|aggression|decision|promise|pledge|threat|claim|accusation|denial|support|backing|aid|assistance|help|role"
    r"|influence|interest|intention|strategy|goal|aim|intelligence|spy|spies|debt|loan|trade|programme|program"
    r"|membership|accession|refusal|rejection|approval|consent|permission|request|call|concern|objection"
    r"|condition|terms|delegation|negotiator|representative|spokesman|spokesperson|spokeswoman|leadership|regime"
    r"|sovereignty|neutrality|withdrawal|attack|vote|veto)s?\b"
)
_DEALT_WITH = patterns.compile(
    r"\b(?:with|by|against|towards?|(?:sanction|tariff|dut(?:y|ie)|lev(?:y|ie)|embargo|ban)(?:s|es)?\s+on|pressure\s+on"
    r"|impos(?:e|es|ed|ing)\s+(?:[\w-]+\s+){0,3}?(?:up)?on"
    r"|(?:all(?:y|ies)|critics?|enem(?:y|ies)|behest|request|government)\s+of"
    r"|(?:fault|blam|accus|urg|warn|ask|press|critici[sz]|condemn|back|support|help|assist|arm|thank|threaten"
    r"|persuad|allow|forc|expect|prais|trust|view|consult)(?:e?s|ed?|ing)?|tell(?:s|ing)?|told|wants?)\s+\Z",
    re.IGNORECASE,
)
_BETWEEN = patterns.compile(r"\bbetween\s+\Z", re.IGNORECASE)
_TO_OR_FROM = patterns.compile(r"\b(?:to|from|for)\s+\Z", re.IGNORECASE)
_TRAVEL = patterns.compile(
    r"\b(?:go(?:es|ing)?|went|gone|travel\w*|fl(?:y|ies|ew|own|ying)|flights?|visit\w*|arriv\w*|com(?:e|es|ing)|came"
    r"|mov(?:e|es|ed|ing)|trains?|trips?|driv\w*|drove|roads?|rail\w*|return\w*|express|distance|far|miles?|km"
    r"|kilomet\w*|routes?|lines?|match|games?|born|live[sd]?|living)\b",
    re.IGNORECASE,
)
_GIVES = patterns.compile(
    r"\b(?:hand(?:s|ed|ing)?\s+over|giv\w+|gave|s(?:ell|ells|elling|old|end|ends|ending|ent)|suppl\w+|l(?:end|ends|ent)"
    r"|offer\w*|donat\w+|deliver\w*|exports?|exported|imports?|imported|buys?|bought|loans?|aid|demand\w*|messages?"
    r"|warnings?|ow(?:e|es|ed)|paid|pays?)\b",
    re.IGNORECASE,
)
_NAME = r"(?:[Tt]he\s+)?[A-ZÀ-ÖØ-Þ][\w’'-]*(?:\s+[A-ZÀ-ÖØ-Þ][\w’'-]*)?"
# "Moscow and Islamabad": what is said of one is said of both.
_JOINED_BEHIND = patterns.compile(rf"(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*){_NAME}){{1,3}}")
_JOINED_BEFORE = patterns.compile(rf"(?:{_NAME}(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*)){{1,3}}\Z")
_PART_OF_A_NAME = patterns.compile(r"(?:-\w|,?\s+(?:[A-ZÀ-ÖØ-Þ]|\d))")
# Not what a question or a clause begins with.
_NAME_BEFORE = patterns.compile(
    r"\b(?!(?i:the|and|did|does|do|will|would|can|could|should|must|may|might|has|have|had|is|are|was|were|what|which"
    r"|who|whom|why|how|when|where|whether|if|that|since|after|before|while|as|for|on|with|by|from|to|of|between"
    r"|against|although|because|until)(?:n[o’']t)?\s)[A-ZÀ-ÖØ-Þ][\w.’'-]*\s+\Z"
)
_LONGEST_BEFORE = 120
_POSSESSIVE = patterns.compile(r"[’']s?\Z")
_OF_MANY = word_set("south north united kingdom republic union")


@dataclass(frozen=True, slots=True)
class Seat:
    """`[start, end)` of a question is a seat of government, in these `words`, that stands for its state."""

    start: int
    end: int
    words: str
    state: State

    def stands_in(self, text: str) -> bool:
        return _seat_called(self.words).search(text) is not None

    def read_in(self, question: str, text: str) -> str:
        """The question as it is read of a text: with the state in the place of its seat, where the text names
        the one and not the other."""
        if self.stands_in(text) or not self.state.stands_in(text):
            return question
        return _seat_called(self.words).sub(self._replaced, question)

    def _replaced(self, match: re.Match[str]) -> str:
        if not match["own"]:
            return self.state.name
        return self.state.name + ("'" if self.state.name.endswith("s") else match["own"])


def seats_in(question: str) -> tuple[Seat, ...]:
    """The seats in the question that stand for their states, in order.

    None of a state that the question names as well, or whose seat is somewhere in it the city.
    """
    mentions = [
        (Seat(*match.span("seat"), match["seat"], state), match)
        for match in _any_seat().finditer(question)
        if not (state := states_by_seat()[match["seat"].casefold()]).stands_in(question)
    ]
    if not mentions:
        return ()
    acting = [_stands_for_its_state(question, match) for _, match in mentions]
    # What one state gives is given to another.
    if (any(acting) or _GIVES.search(question)) and not _TRAVEL.search(question):
        acting = [
            sure or _is_given(question, match) for sure, (_, match) in zip(acting, mentions, strict=True)
        ]
    cities = {seat.state for sure, (seat, _) in zip(acting, mentions, strict=True) if not sure}
    return tuple(seat for seat, _ in mentions if seat.state not in cities)


def names_a_seat_of(word: str, text: str) -> bool:
    """Whether the text has a seat of the state that a word of its name, or of its people's, tells of: what
    Moscow says and what happens there is of Russia."""
    seats = _seats_of().get(_POSSESSIVE.sub("", word).casefold(), ()) if word[:1].isupper() else ()
    return any(_seat_called(seat).search(text) for seat in seats)


def _stands_for_its_state(question: str, match: re.Match[str]) -> bool:
    """Whether what is said around a seat is said of a state."""
    if _is_in_a_name(question, match):
        return False
    if match["own"]:
        return _OWN.match(question, match.start("own")) is not None
    before, behind = question[max(0, match.start() - _LONGEST_BEFORE) : match.start()], match.end()
    if joined := _JOINED_BEHIND.match(question, behind):
        behind = joined.end()
    before = _JOINED_BEFORE.sub("", before)
    return bool(
        _DEALT_WITH.search(before)
        or (_BETWEEN.search(before) and not _TRAVEL.search(question))
        or (_ACTS.search(before) and _ACTING.match(question, behind))
        or (_IS.search(before) and _DOING.match(question, behind))
        or (_OF.search(before) and _JOINING.match(question, behind))
        or _SAYS.match(question, behind)
    )


def _is_given(question: str, match: re.Match[str]) -> bool:
    before = _JOINED_BEFORE.sub("", question[max(0, match.start() - _LONGEST_BEFORE) : match.start()])
    return bool(_TO_OR_FROM.search(before)) and not (match["own"] or _is_in_a_name(question, match))


def _is_in_a_name(question: str, match: re.Match[str]) -> bool:
    """Whether it is part of a longer name: "the Washington Post", "Moscow-based", "George Washington"."""
    before = question[max(0, match.start() - _LONGEST_BEFORE) : match.start()]
    return bool(_PART_OF_A_NAME.match(question, match.end()) or _NAME_BEFORE.search(before))


@functools.cache
def _seats_of() -> dict[str, tuple[str, ...]]:
    """The seats by the words of what their states are called, without those that many have."""
    seats: dict[str, tuple[str, ...]] = {}
    for seat, state in states_by_seat().items():
        words = {word.casefold() for form in state.forms for word in form.split()} - _OF_MANY
        seats |= {word: (*seats.get(word, ()), seat) for word in words}
    return seats


@functools.cache
def _any_seat() -> re.Pattern[str]:
    return _seat_called("|".join(map(re.escape, sorted(states_by_seat(), key=len, reverse=True))))


@functools.lru_cache(maxsize=256)
def _seat_called(seats: str) -> re.Pattern[str]:
    """What finds any of the seats, and whether something is said to be its own."""
    words = re.sub(r"\\? ", r"\\s+", seats)
    return patterns.compile(
        rf"(?<![\w-])(?:the\s+)?(?P<seat>{words})(?P<own>[’']s?(?!\w))?(?![\w-])", re.IGNORECASE
    )
