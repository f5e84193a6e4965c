"""How a sentence opens: with a word that stands for somebody or something named before it, or not.

Rules over English words. Where a word may refer or not ("It was hard to reach"), it is taken not to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag import patterns
from rag.answering.english import lexicon
from rag.answering.english.expletives import stands_for_nothing
from rag.answering.english.lexicon import any_of
from rag.answering.english.mentions import role_of
from rag.answering.english.subjects import word_set

Sort = Literal["person", "thing", "several", "statement", "role", "body"]

_MARKS = "\"“”‘’'«»([…–—-•* \t"
_LONGEST_LEAD = 120
_PRONOUNS = "he she they it his her their its this these those such"
_LINKS = any_of("And But So Yet Or Then Now Also Nor Still Later Earlier Instead Afterwards Meanwhile Today")
_LINKING = patterns.compile(rf"{_LINKS}\s(?=(?:{any_of(_PRONOUNS)}|the)\b)")
# What opens a clause with a subject of its own, and what may as well open a mere time ("after the talks").
_CLAUSES = word_set("when while although though because if once unless whereas")
_TIMES_OR_CLAUSES = word_set("after as before since until till")
_LEADS = word_set(
    """in on at by for from with to during despite amid among between against without within like unlike
    under over about according following regarding concerning upon of throughout beyond besides asked born
    also however moreover furthermore meanwhile instead still later earlier now today yesterday then
    afterwards nevertheless nonetheless additionally hence thus therefore indeed perhaps again elsewhere
    separately first second third finally next further and but so yet or only even just given based known"""
)
_JOINED = patterns.compile(r"\A(?:And|But|So|Yet) ([a-z])")
_CLAUSE = patterns.compile(r"\w+ (?P<name>(?:[A-ZÀ-Þ][\w.-]*\s)+)[a-z]")
_PRONOUN = patterns.compile(rf"(?P<word>{any_of(_PRONOUNS)})\b(?P<rest>.*)", re.DOTALL | re.IGNORECASE)
_STYLE = patterns.compile(
    rf"\s{any_of('Majesty Majesties Highness Highnesses Excellency Holiness Honour Royal Grace')}\b"
)
_RELATIVE = patterns.compile(r",?\s(?:who|which|that|whose)\b")
_SPANS = any_of(
    """time week weeks month months year years morning afternoon evening night season weekend quarter
    century decade day days moment past last coming latest same"""
)
_TIME = patterns.compile(rf"\s(?:{_SPANS}|{any_of(' '.join(sorted(lexicon.TIMES)))})\b", re.IGNORECASE)
# What speaks of itself: "This article was first published in …".
_PAGES = any_of(
    """article story report page post material content site website video newspaper copy edition column
    section list map photo picture image document book paper series newsletter transcript translation"""
)
_PAGE = patterns.compile(rf"\s{_PAGES}\b")
_HELPERS = any_of("also all would will could may might should must can has had have does did")
_VERBS = any_of(
    """is was were are be been mean means meant come comes came include includes included show shows showed
    shown suggest suggests suggested serve serves served led lead leads make makes made follow follows
    followed happen happens happened occur occurs occurred help helps helped cause causes caused allow
    allows allowed bring brings brought result results resulted mark marks marked give gives gave prompt
    prompts prompted reflect reflects reflected represent represents represented require requires required
    destabilise destabilize increase increased reduce reduced raise raises raised apply applies applied
    turn turns turned put puts take takes took indicate indicates indicated"""
)
_STATING = patterns.compile(rf"[’']s\b|\s(?:{_HELPERS}(?:n[’']t)?\s)?(?:also\s|not\s)?{_VERBS}\b")
# "The minister stated this after the talks", "made these remarks": what was said stands before it.
_SAID_BEFORE = patterns.compile(
    r"\b(?:said|says|stated|revealed|told|noted|expressed|mentioned|disclosed|emphasi[sz]ed|stressed|made)\s+"
    r"(?:(?:this|these|the(?:se)?\s+(?:above\s+)?)\s*(?:remarks?|comments?|observations?|statements?|announcements?|"
    r"revelations?|claims?|pledges?|allegations?)|(?<!made )this)\b"
    r"(?=\s*(?:[.,;]|\Z)|\s+(?:while|when|during|at|in|on|after|before|to|yesterday|today|this|following|speaking|"
    r"addressing|responding|participating|joining)\b)"
)
_NO_NOUNS = word_set("as is was are were that")
_WORD = patterns.compile(r"[\w-]+")
_ACTIONS = any_of(
    """is was has had will would can could may might must should did does also later then now once still
    often never again and said says told tells added adds made gave took went came saw met held began left
    became won lost led sold bought built put sent set spoke wrote knew thought felt found paid hopes plans
    wants expects believes denies operates employs owns makes sells runs"""
)
# What may follow a description that is the subject: else it is half of a longer one ("the bank rate").
_ACTING = patterns.compile(rf"[’']s?\s|,\s[a-z]|\s(?:{_ACTIONS}|[a-z]+ed|[a-z]+ly)\b")
_NAMED_BEHIND = patterns.compile(r",?\s(?:of|for|to|at|in|from|that|who|which|whose|an?)\b|,?\s[A-ZÀ-Þ(]")


@dataclass(frozen=True, slots=True)
class Reference:
    """What a sentence opens with: a stand-in of this sort.

    `word` is the pronoun, the role or the body in lower case; `words` what else the description says.
    """

    sort: Sort
    word: str
    words: frozenset[str] = frozenset()


_STANDING_FOR = {
    "he": Reference("person", "he"),
    "his": Reference("person", "he"),
    "she": Reference("person", "she"),
    "her": Reference("person", "she"),
    "they": Reference("several", "they"),
    "their": Reference("several", "they"),
    "it": Reference("thing", "it"),
    "its": Reference("thing", "it"),
}


def reference_of(sentence: str) -> Reference | None:
    """The stand-in that the sentence opens with, at once or behind a lead-in; of one that only tells who said
    what stands before it ("the minister stated this …"), that. None where it has none."""
    bare = sentence.lstrip(_MARKS)
    spoken = bare != sentence and any(mark in sentence[: len(sentence) - len(bare)] for mark in "\"“‘'«")
    if not spoken and _SAID_BEFORE.search(bare):
        return Reference("statement", "this")
    opening = _subject(bare)
    return None if opening is None else _pronoun(opening, spoken) or _description(opening)


def _subject(bare: str) -> str | None:
    """The sentence from where its subject may begin: behind a lead-in in lower case, else at once."""
    if match := _LINKING.match(bare):
        return bare[match.end() :]
    bare = _JOINED.sub(lambda match: match[1].upper(), bare, count=1)
    comma = bare.find(", ", 0, _LONGEST_LEAD)
    first = bare[: max(comma, 0)].split(" ", 1)[0]
    leads = _LEADS | _CLAUSES | _TIMES_OR_CLAUSES
    if comma > 0 and (first.lower() in leads or re.fullmatch(r"[A-Z][a-z]+(?:ing|ly)", first)):
        named = _names_its_subject(bare[:comma]) or bare[comma + 2 : comma + 3].isupper()
        return None if named else bare[comma + 2 :]
    return bare if bare[:1].isupper() else None


def _names_its_subject(lead: str) -> bool:
    """ "When Khan arrived, he …": the clause before the comma may say who is meant."""
    opener, *behind = lead.lower().split(" ", 2)
    if opener in _CLAUSES and behind:
        return behind[0] not in _PRONOUNS.split() and not behind[0].endswith("ing")
    if opener not in _TIMES_OR_CLAUSES or (match := _CLAUSE.match(lead)) is None:
        return False
    named = [word.rstrip(".").lower() for word in match["name"].split()]
    return not all(word in lexicon.PLACES | lexicon.TIMES for word in named)


def _pronoun(opening: str, spoken: bool) -> Reference | None:
    match = _PRONOUN.match(opening)
    if match is None:
        return None
    word, rest = match["word"].lower(), match["rest"]
    if _STYLE.match(rest) or _RELATIVE.match(rest) or (word == "it" and stands_for_nothing(rest)):
        return None
    if word not in _STANDING_FOR:
        return _demonstrative(word, rest, spoken)
    # "It comes after …" takes up all that was said.
    if word == "it" and re.match(r"\s(?:comes?|came)\b", rest):
        return Reference("statement", word)
    return _STANDING_FOR[word]


def _demonstrative(word: str, rest: str, spoken: bool) -> Reference | None:
    if _TIME.match(rest) or _PAGE.match(rest):
        return None
    noun = re.match(r"\s(?:an?\s)?(?:[a-z-]+\s)?(?P<noun>[a-z-]+)", rest)
    nouns = re.findall(r"[a-z]+", noun.group()) if noun else []
    # In the mouth of a speaker "This is a great day" points at what is there, not at what was written.
    pointing = spoken and re.match(r"(?:[’']s|\s(?:is|was))\b", rest)
    if _STATING.match(rest):
        taking_up = word != "such" and not pointing
    elif word == "such":
        taking_up = bool(nouns) and nouns[0] not in _NO_NOUNS
    else:
        taking_up = any(one.removesuffix("s") in lexicon.TAKING_UP for one in nouns)
    return Reference("statement", word) if taking_up else None


def _description(opening: str) -> Reference | None:
    """ "The Russian foreign minister": a person or body that is described and not named there."""
    if not opening.startswith(("The ", "the ")):
        return None
    noun = None
    words: list[str] = []
    for match in _WORD.finditer(opening, 4, 4 + _LONGEST_LEAD):
        word = match.group().lower()
        if word in lexicon.ROLES or word in lexicon.BODIES:
            noun = match
        elif noun is not None or not _qualifies(match.group()):
            break
        words.append(word)
        if opening[match.end() : match.end() + 1] != " ":
            break
    if noun is None or _NAMED_BEHIND.match(opening, noun.end()) or not _ACTING.match(opening, noun.end()):
        return None
    word = noun.group().lower()
    if noun.group()[0].isupper() and word in lexicon.BODIES and len(words) > 1:
        return None  # "the High Court": a name
    if word in lexicon.ROLES:
        return Reference("role", role_of(word, words), frozenset(words))
    return Reference("body", word, frozenset(words))


def _qualifies(word: str) -> bool:
    return word.lower() in lexicon.MODIFIERS or word.lower() in lexicon.PLACES or "-" in word
