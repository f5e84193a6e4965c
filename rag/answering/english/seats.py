"""Seats of government that stand for the state: "Did Moscow agree" where an article says that Russia did.

Only where the question tells a deed or a matter of states, or names an envoy's like: "in Moscow", "Moscow's
metro" and "how many cases did Moscow report" are the city. Every doubt is for the city, for which nothing is
read otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag import patterns
from rag.answering.english.states import (
    OFFICES,
    OPENING,
    State,
    any_seat,
    stands_in_a_name,
    state_of,
    states_in,
)

# What states do to one another, and say; cities do little of it.
_DEEDS = """
    say tell announce deny claim insist accuse blame fault condemn criticise criticize denounce warn
    threaten urge demand want seek ask propose offer promise pledge vow agree refuse reject accept
    decline back support oppose veto recognise recognize respond react reply retaliate negotiate ratify
    join withdraw expel recall summon sanction annex invade bomb shell deploy arm enrich mobilise
    mobilize cede hand give sell buy purchase supply send ship export import lend loan borrow owe repay
    donate deliver grant intend plan fear believe think view see consider regard trust side cooperate
    collaborate release extradite interfere intervene meddle help assist aid apologise apologize
"""
_IRREGULAR = r"said|told|sought|withdrew|gave|sold|bought|sent|lent|thought|saw|denied|supplied"
_SIGNS = (
    r"sign(?:s|ed|ing)?\b(?=(?:\s+[\w-]+){0,6}?\s+(?:with|deal|agreement|treat|pact|accord|memorandum|contract"
    r"|protocol|declaration|loan))"
)
# Of these only with what makes them a matter of states.
_WITH_OBJECT = (
    r"(?:have|has|had)\b(?=(?:\s+[\w-]+){0,3}?\s+(?:nuclear|missile|warhead|weapon|troop|embass|ambassador|evidence"
    r"|claim|allies))"
    r"|(?:get|gets|got|getting|obtain\w*|secur(?:e|es|ed|ing))\b(?=(?:\s+[\w-]+){0,5}?\s+(?:loan|aid|crude|oil|gas"
    r"|weapon|vaccine|dose|grant|tranche|bailout|membership|support|help|from))"
    rf"|{_SIGNS}"
    r"|(?:work|train|talk|trad|fight|deal)\w*\b(?=\s+(?:together|alongside|with))|call(?:s|ed|ing)?\b(?=\s+(?:for|on))"
)
_MEASURES = patterns.compile(
    r"\b(?:sanction|tariff|dut(?:y|ies)|embargo|visa|exports?|imports?|restrictions\s+on|relations|ties|talks"
    r"|diplomatic|deals?|agreements?|treat(?:y|ies)|pacts?|accords?|memorand|loans?)"
)
_ADVERBS = r"(?:(?:not|ever|also|still|already|now|again|first|then|really|finally)\s+)*"
_AUXILIARY = patterns.compile(
    r"\b(?:(?:did|do|does|wo|would|ca|can|could|should|must|may|might|has|have|had)(?:n[o’']t)?|will)\s+\Z",
    re.IGNORECASE,
)
_IS = patterns.compile(r"\b(?:is|are|was|were)(?:n[o’']t)?\s+\Z", re.IGNORECASE)
_READY = patterns.compile(
    rf"\s+{_ADVERBS}(?:ready|willing|prepared|determined|responsible|opposed|obliged|committed)\b"
)
_OFFICE_ACTS = patterns.compile(rf"\s+{_ADVERBS}(?!(?:be|been|being|have|has|had|get|got)\b)[a-z]{{2,}}")
_THERE = patterns.compile(
    r"\b(?:in|at|near|from|outside|inside|of|around|across|within|through|to|for|on|into|behind)\s+\Z",
    re.IGNORECASE,
)
_CHANCE_OF = patterns.compile(
    r"\b(?:chance|prospect|possibilit(?:y|ie)|risk|talk|idea|hope|likelihood|report|threat)s?\s+of\s+\Z",
    re.IGNORECASE,
)
_OWN = patterns.compile(
    r"[’']s?\s+(?:[\w-]+\s+){0,2}?(?:ambassadors?|envoys?|diplomats?|(?:foreign|defen[cs]e|prime)\s+minist(?:ers?|ry)"
    r"|troops|army|navy|military|soldiers|fleet|missiles?|arsenal|stance|position|response|reaction|remarks?"
    r"|comments?|demands?|statement|ally|allies|sanctions|tariffs?|invasion|offensive|counteroffensive|aggression"
    r"|accusations?|denial|(?:foreign|nuclear|trade)\s+policy|intelligence|spies|sovereignty|neutrality|regime"
    r"|delegation|negotiators?|accession|withdrawal|offers?\s+to|exports|crude|loans?|embass(?:y|ies)"
    r"|warnings?|apology|territorial\s+claims?|borders?)\b"
)
_DEALT_WITH = patterns.compile(
    r"\b(?:with|by|against|towards?|(?:sanction|tariff|dut(?:y|ie)|lev(?:y|ie)|embargo)(?:s|es)?\s+on|pressure\s+on"
    r"|impos(?:e|es|ed|ing)\s+(?:[\w-]+\s+){0,3}?(?:up)?on|(?:all(?:y|ies)|behest|request)\s+of"
    r"|(?:fault|blam|accus|urg|warn|ask|press|critici[sz]|condemn|back|support|help|assist|arm|thank|threaten|persuad|sanction"
    r"|allow|expect|trust|view|consult)(?:e?s|ed?|ing)?|t(?:ell(?:s|ing)?|old)|wants?)\s+\Z",
    re.IGNORECASE,
)
_GIVES = patterns.compile(
    r"\b(?:g(?:ive[sn]?|iving|ave)|offer(?:s|ed|ing)?|l(?:end(?:s|ing)?|ent)|se(?:nd(?:s|ing)?|nt|ll(?:s|ing)?)|sold"
    r"|ow(?:e|es|ed)|promis(?:e|es|ed)|pa(?:y|ys|id)|grant(?:s|ed)?|suppl(?:y|ies|ied))\s+\Z",
    re.IGNORECASE,
)
_TO_OR_FROM = patterns.compile(r"\b(?:to|from)\s+\Z", re.IGNORECASE)
_BETWEEN = patterns.compile(
    r"\b(?:talks?|negotiations?|trade|commerce|relations|ties|tensions?|war|conflict|deals?|agreements?|treat(?:y|ies)"
    r"|pacts?|accords?|dialogue|disputes?|ceasefire|truce|cooperation|rapprochement|alliance|rivalry|meetings?|summit"
    r"|swap|understanding|memorandum|settlement)\s+(?:[\w-]+\s+){0,3}?between\s+\Z",
    re.IGNORECASE,
)
_TRAVEL = patterns.compile(
    r"\b(?:go(?:es|ing)?|went|gone|travel\w*|fl(?:y|ies|ew|own|ying)|flights?|visit\w*|arriv\w*|com(?:e|es|ing)|came"
    r"|mov(?:e|es|ed|ing)|trains?|trips?|driv\w*|drove|roads?|rail\w*|return\w*|express|distance|far|miles?|km"
    r"|kilomet\w*|routes?|lines?|match|games?|born|live[sd]?|living|letters?|collectors?|ferry|highway)\b",
    re.IGNORECASE,
)
# Behind what is dealt with no noun stands: "told by Moscow police".
_ENDS = patterns.compile(
    r"\s*(?:[?.,;:!)”\"]|\Z)|\s+(?:and|or|on|over|about|to|in|for|from|at|as|after|before|since|during|until|by|if|when"
    r"|that|which|who|is|are|was|were|has|have|had|will|would|did|do|does|may|must|of|with|against|not|so|this|last"
    r"|next|under|through|because|stand|stood|gone|begun|broken|[a-z]+(?:ing|ed))\b"
)
_NAME = rf"(?:[Tt]he\s+)?(?!{OPENING}\s)[A-ZÀ-ÖØ-Þ][\w’'-]*(?:\s+[A-ZÀ-ÖØ-Þ][\w’'-]*)?"
# "Moscow and Islamabad": what is said of one is said of both.
_JOINED_BEHIND = patterns.compile(rf"(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*){_NAME}){{1,3}}")
_JOINED_BEFORE = patterns.compile(rf"(?:{_NAME}(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*)){{1,3}}\Z")
_LONGEST_BEFORE = 120
# A question with more is a text that was pasted.
_MOST = 40


def _forms(verb: str) -> str:
    """A pattern for a regular verb in any form."""
    if verb.endswith("e"):
        return f"{verb[:-1]}(?:e|es|ed|ing)"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}(?:y|ies|ied|ying)"
    doubled = f"{verb[-1]}?" if verb[-1] in "lnpt" else ""
    return f"{verb}(?:s|es|{doubled}ed|{doubled}ing)?"


_ACTS = patterns.compile(
    rf"\s+{_ADVERBS}(?:(?:{'|'.join(map(_forms, _DEEDS.split()))}|{_IRREGULAR})\b|{_WITH_OBJECT})"
)
_SETS = patterns.compile(
    rf"\s+{_ADVERBS}(?:(?:impos|lift|eas|suspend|resum|restor|normali[sz]|cut|sign|reach)(?:e|es|ed|ing|s)?"
    r"|m(?:ake|akes|ade)|str(?:ike|ikes|uck))\b"
)
_DONE_BY = patterns.compile(
    rf"\s+{_ADVERBS}(?:(?:{'|'.join(map(_forms, _DEEDS.split()))}|{_IRREGULAR}))\s+by\b"
)
_DOING = patterns.compile(rf"\s+{_ADVERBS}(?=[a-z]+ing\b)(?:{'|'.join(map(_forms, _DEEDS.split()))})\b")
# Behind the seat itself, a deed that is no noun.
_DID = patterns.compile(
    rf"\s+{_ADVERBS}(?=[a-z]+(?:s|ed)\b|{_IRREGULAR})"
    rf"(?:{'|'.join(map(_forms, _DEEDS.split()))}|{_IRREGULAR})\b|\s+{_SIGNS}"
)


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat of government that stands for its state, at `[start, end)` of a question in these `words`."""

    start: int
    end: int
    words: str
    state: State

    def replaced_in(self, question: str) -> str:
        """The question, or a form of it, with the state in the place of its seat."""
        return re.sub(
            rf"(?<![\w-])(?:[Tt]he\s+)?{re.escape(self.words)}(?P<own>[’']s?(?!\w))?(?![\w-])",
            self._replaced,
            question,
        )

    def _replaced(self, match: re.Match[str]) -> str:
        if not match["own"]:
            return self.state.name
        return self.state.name + ("'" if self.state.name.endswith("s") else match["own"])


@dataclass(frozen=True, slots=True)
class _Mention:
    """A seat in a question, with what stands before and behind it and all that is joined to it."""

    seat: Seat
    before: str
    behind: int
    """Where what is joined to it ends."""
    own: int | None
    """Where "'s" begins."""
    named: bool
    """Part of a longer name: "the Washington Post"."""


def seats_in(question: str) -> tuple[Seat, ...]:
    """The seats in the question that stand for their states, in order, each wording once.

    None of a state that the question names as well, or whose seat is somewhere in it the city.
    """
    mentions = _mentions_in(question)
    acting = [_stands_for_its_state(question, one) for one in mentions]
    # What one state gives is given to another.
    if any(acting) and not _TRAVEL.search(question):
        acting = [sure or _is_given(question, one) for sure, one in zip(acting, mentions, strict=True)]
    cities = {one.seat.state for sure, one in zip(acting, mentions, strict=True) if not sure}
    found = {one.seat.words: one.seat for one in reversed(mentions) if one.seat.state not in cities}
    return tuple(sorted(found.values(), key=lambda seat: seat.start))


def _mentions_in(question: str) -> list[_Mention]:
    found: list[_Mention] = []
    named = {state for *_, state in states_in(question)} if any_seat().search(question) else set()
    for match in any_seat().finditer(question):
        state = state_of(match["seat"])
        if state is None or state in named:
            continue
        before = question[max(0, match.start() - _LONGEST_BEFORE) : match.start()]
        joined = _JOINED_BEHIND.match(question, match.end())
        found.append(
            _Mention(
                Seat(*match.span("seat"), match["seat"], state),
                _JOINED_BEFORE.sub("", before),
                joined.end() if joined else match.end(),
                match.start("own") if match["own"] else None,
                stands_in_a_name(question, match.start(), match.end()) and not joined,
            )
        )
        if len(found) > _MOST:
            return []
    return found


def _stands_for_its_state(question: str, one: _Mention) -> bool:
    """Whether what is said around a seat is said of a state."""

    def behind(*patterns: re.Pattern[str]) -> bool:
        return any(pattern.match(question, one.behind) for pattern in patterns)

    if one.named or one.own is not None:
        return not one.named and _OWN.match(question, one.own or 0) is not None
    if _AUXILIARY.search(one.before):
        acts = _OFFICE_ACTS if one.seat.words.casefold() in OFFICES else _ACTS
        return behind(acts) or (behind(_SETS) and _MEASURES.search(question) is not None)
    if _IS.search(one.before):
        return behind(_DOING, _READY, _DONE_BY)
    if _CHANCE_OF.search(one.before):
        return behind(_DOING)
    if _DEALT_WITH.search(one.before) or (_BETWEEN.search(one.before) and not _TRAVEL.search(question)):
        return behind(_ENDS)
    return behind(_DID) and not _THERE.search(one.before)


def _is_given(question: str, one: _Mention) -> bool:
    """Whether a state's deed is done to a seat: "hand over to Islamabad", "offer Colombo"."""
    given = _TO_OR_FROM.search(one.before) or _GIVES.search(one.before)
    return bool(given and _ENDS.match(question, one.behind))
