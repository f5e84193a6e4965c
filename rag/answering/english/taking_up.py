"""What a sentence takes up: "this wage increment" and "made this announcement" speak of what another says.

`openings` knows a sentence that begins with a stand-in. Here one points back in its main clause: without the
sentence that it takes up, nobody can tell what was announced. It is told only where the one before has the
doing itself ("increased"), or the words were said there; else nothing is guessed.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag import patterns
from rag.answering.english import lexicon
from rag.answering.english.antecedents import read_alone
from rag.answering.english.lexicon import any_of
from rag.answering.english.mentions import LONGEST_READ
from rag.answering.english.subjects import stem, word_set
from rag.store import StoredText
from rag.types import Span

# Further off, news repeats the noun; nearer, "this" is what was just said.
_MOST_BACK = 2
# A main clause is told sooner; an endless sentence must not cost time.
_LONGEST_CLAUSE = 300
_WORD = patterns.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_BACK = patterns.compile(
    r"\b(?P<points>the\s(?:said|above)|this|these|those|that|such(?:\san?)?)\s"
    r"(?=(?P<phrase>[\w’'-]+(?:\s[\w’'-]+){0,2}))",
    re.IGNORECASE,
)
# What a clause before it says may be what it takes up: "Prices rose, and this increase …".
_CLAUSE = patterns.compile(
    r"[;:?!]|\s[–—-]\s"
    rf"|,\s{any_of('and but which who while whereas as so because since though although or yet')}\b"
    rf"|\s{any_of('if because although though unless when')}\s"
)
# "That" before a noun points where it stands behind one of these; behind others it opens a clause.
_BEFORE_THAT = word_set("in of to on by for with from about against after under over behind")
_TOLD_BEHIND = patterns.compile(r"\s(?:of|to|for|that|who|which|as|whose|where|between|by)\b")
_MAKING = any_of("made make makes making issued expressed")
_MADE = patterns.compile(rf"\b{_MAKING}\s\Z")
_WAS_MADE = patterns.compile(r"\s(?:were|was)\s(?:also\s)?(?:made|issued|expressed)\b")
_SAYINGS = word_set("announcement statement claim comment remark observation revelation disclosure")
_COUNTS = word_set("figure number amount sum")
# They sum up more than a sentence, or nothing that was said: "in this case".
_DIFFUSE = word_set(
    """case fact act view event position situation issue problem effort process approach idea result trend
    news development policy success"""
)
# By which words a sentence does what the noun takes up.
_DOINGS = {
    noun: frozenset(stem(doing) for doing in (*nouns.split(), *doings.split()))
    for nouns, doings in {
        "announcement": "announced declared",
        "claim allegation accusation": "claimed alleged accused",
        "decision": "decided resolved opted",
        "increase rise hike increment": "increased raised rose hiked",
        "decline drop fall decrease reduction cut": "declined fell reduced cut lowered slashed",
        "agreement deal pact accord": "agreed signed memorandum",
        "proposal suggestion recommendation": "proposed suggested recommended",
        "plan": "planned planning",
        "change amendment reform revision": "changed amended reformed revised",
        "appointment": "appointed",
        "approval": "approved",
        "ban": "banned prohibited",
        "request demand appeal": "requested asked demanded appealed urged",
        "warning": "warned",
        "pledge promise": "pledged promised vowed",
        "ruling verdict": "ruled convicted acquitted",
        "attack incident": "attacked killed shot injured stabbed crashed exploded collided",
    }.items()
    for noun in nouns.split()
}
_NOUNS = (lexicon.TAKING_UP - _DIFFUSE) | _DOINGS.keys() | _SAYINGS | _COUNTS


@dataclass(frozen=True, slots=True)
class Pointing:
    """ "This wage increment": `noun`, in the singular, takes something up; `words` are stems of what stands
    between. `said` where the text before is what was made: "made this announcement"."""

    noun: str
    words: frozenset[str]
    said: bool

    def shared_with(self, text: str) -> int:
        """How many words of the phrase the text has, where it does what the noun takes up; else 0."""
        if self.noun in _COUNTS:
            done = any(map(str.isdigit, text))
        else:
            done = not _stems(text).isdisjoint(_DOINGS.get(self.noun, {stem(self.noun)}))
        return 1 + len(self.words & _stems(text)) if done else 0


def pointings_of(sentence: str) -> list[Pointing]:
    """By what nouns a sentence takes up in its main clause what another one says, in their order."""
    if len(sentence) > LONGEST_READ:
        return []
    clause = _CLAUSE.search(sentence, 0, _LONGEST_CLAUSE)
    main = sentence[: clause.start() if clause else _LONGEST_CLAUSE]
    return [one for match in _BACK.finditer(main) if (one := _pointing(main, match)) is not None]


def taken_up(article: StoredText, sentence: Span) -> Span | None:
    """The sentence before one of the article that this takes up.

    None where it takes up none, and where it cannot be told which one.
    """
    pointings = pointings_of(sentence.of(article.text))
    place = bisect.bisect_left([one.start for one in article.sentences], sentence.start) if pointings else 0
    best, most = None, 0
    for one in reversed(article.sentences[max(0, place - _MOST_BACK) : place]):
        told = one.of(article.text)
        shared = max(pointing.shared_with(told) for pointing in pointings)
        if shared > most and not _hands_on(told, pointings):
            best, most = one, shared
    if best is None and place > 0 and any(pointing.said for pointing in pointings):
        return article.sentences[place - 1]
    return best


def dangles(article: StoredText, sentence: Span) -> bool:
    """Whether a sentence of the article takes up what nobody who reads it alone can tell."""
    if not pointings_of(sentence.of(article.text)):
        return False
    return taken_up(article, sentence) is None and read_alone(article, sentence) == sentence


def _hands_on(told: str, pointings: Sequence[Pointing]) -> bool:
    """Whether a sentence takes up the same itself."""
    return any(own.noun == pointing.noun for own in pointings_of(told) for pointing in pointings)


def _pointing(main: str, match: re.Match[str]) -> Pointing | None:
    words = match["phrase"].split()
    place = next((place for place, word in enumerate(words) if _noun_of(word) in _NOUNS), None)
    if place is None or not lexicon.FUNCTION_WORDS.isdisjoint(map(str.lower, words[:place])):
        return None  # "these notes that decisions need"
    noun = _noun_of(words[place])
    end = match.start("phrase") + len(" ".join(words[: place + 1]))
    before = main[: match.start("points")]
    if not _points(match["points"].lower(), before, main[end:], plural=noun != words[place].lower()):
        return None
    said = noun in _SAYINGS and (_MADE.search(before) or _WAS_MADE.match(main, end)) is not None
    pointing = Pointing(noun, frozenset(stem(word) for word in words[:place]), said)
    # "Those who claim that … make such claims": it takes up what it says itself.
    return None if pointing.shared_with(before) else pointing


def _points(word: str, before: str, behind: str, *, plural: bool) -> bool:
    """Whether the demonstrative is one of its noun, which what follows does not tell."""
    if plural if word in {"this", "that"} else word in {"these", "those"} and not plural:
        return False  # "the office that issues permits"
    last = before.rsplit(maxsplit=1)[-1].lower() if before.strip() else ""
    if word == "that" and last and last not in _BEFORE_THAT:
        return False
    return not (word in {"that", "those"} or word.startswith("such")) or not _TOLD_BEHIND.match(behind)


def _noun_of(word: str) -> str:
    bare = word.lower()
    return bare if bare in _NOUNS else bare.removesuffix("s")


def _stems(text: str) -> set[str]:
    """Of the words in lower case, and of the first: names do nothing."""
    found = list(_WORD.finditer(text))
    return {stem(one.group()) for place, one in enumerate(found) if place == 0 or one.group()[0].islower()}
