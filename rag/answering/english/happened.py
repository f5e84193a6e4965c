"""What a question takes to have happened, and in which time: what was published before cannot tell it.

"Who won the cup in 2025" is not answered by an article of 2023, whatever it says of 2025. What is announced
may be told before: where the summit of 2025 was held, who ran for mayor, which law took effect. So only an
outcome is surely not told before its time; of other things, what does not speak of that time does not tell
them. Rules over words, in English; where they leave a doubt, nothing is taken to have happened.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag import patterns
from rag.answering.english.dates import DATE_WORDS, MONTH, is_one_of_two
from rag.answering.english.tenses import tense_at
from rag.answering.english.times import time_spans

# What looks ahead, or is settled before: it may be told before its time. Inside a question May and Will are
# people.
_LOOKS_AHEAD = patterns.compile(
    r"""\A\W*(?:will|won['’]t|may)\b | \b(?:
        (?-i:will|may|won['’]t)|would|shall|should|could|might|can|must|needs?
      | (?:is|are|was|were|be)\ due|due(?!\ to\b)|going\ to|set\ to|(?:was|were|is|are|tipped)\ to\ \w+
      | committed\ to|(?:which|what)\ (?:city|cities|venue|stadium)
      | plan(?:s|ned|ning)?|expect(?!anc)\w*|schedul\w*|slated|suppos\w*|likely|hop(?:e[sd]?|ing)|intend\w*
      | aim(?:s|ed|ing)?|forecast(?:s|ed)?|predict\w*|project(?:ed|ions?)|estimat\w*|prospects?|outlook|odds
      | chances?|favou?rites?|promis\w*|pledg\w*|vow\w*|commitments?|targets?\ for|deadlines?|propos\w*|bids?
      | upcoming|future|ahead|warn(?:s|ed|ings?)?|wants?|wanted|call(?:s|ed)?\ for|agreed?\ to|decided?\ to
      | run(?:s|ning)?|ran|stood|stand(?:s|ing)?|seek(?:s|ing)?|sought|candidates?\ for|contend\w*|qualif\w*
      | nominat\w*|endors\w*|shortlist\w*|draws?|host(?:s|ed|ing)?|applied|before|prior\ to|run-?up|lead-?up
      | contracts?|rights|debates?|straw\ polls?|play-?offs?|defending|reigning
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
# What is asked in the present may be told before; "is it true that" is of no time, nor "what did they do".
_IN_THE_PRESENT = patterns.compile(
    r"\b(?:is|are|am)\b(?!\s+it\s+true\b)|\A(?!.*\bdid\b).*\b(?:do|does)\b", re.IGNORECASE
)
# What somebody said of a time may have been said before it.
_SAID_OF = patterns.compile(
    r"\b(?:say|says|said|tell|told|claim\w*|argu\w+|think|thought|write|wrote|writes)\b"
    r".*\b(?:about|on|of|that|regarding)\b",
    re.IGNORECASE,
)
# Words before a time that make it the one that something is for, or that ends another.
_OF_ANOTHER = patterns.compile(
    r"(?:for|of|by|after|until|till|before|up\s+to|as\s+of|from(?!.*\bto\b))\b", re.IGNORECASE
)
_OF = patterns.compile(r"of\b", re.IGNORECASE)
_OPENER = patterns.compile(
    r"(?:(?:in|on|of|at|over|within|during|throughout|since)\s+)?(?:the\s+)?", re.IGNORECASE
)
# Verbs that are the same in the present stand in the past behind who or what does something.
_PAST_TENSE = patterns.compile(
    r"\bdid\b|\A\W*(?:who|what|which(?:\s+[\w’'-]+){1,3}?)\s+"
    r"(?:beat|burst|cast|cost|cut|got|hit|hurt|put|quit|set|shut|split|spread)\b",
    re.IGNORECASE,
)
# How something ended, or what nobody knows before.
_OUTCOME = patterns.compile(
    r"""\b(?:
        w[io]n|winners?|winning|beat(?:en)?|defeat(?:ed)?|convicted|acquitted|arrested|scored?
      | (?:lose|lost)(?!\ (?:(?:its|their|his|her|a|the)\ )?(?:places?|spots?|status|members?|out)\b)
      | crowned|turnout|results?|outcome|champions?(?!\ (?:league|trophy))|elected|died
      | deaths?(?!\ (?:penalty|row))|killed|injured|wounded|displaced|destroyed|victims?|casualt\w+
      | surviv(?:ed|ors?)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_WITH_A_DATE = patterns.compile(rf"\d{{4}}|\b(?:{MONTH})\b", re.IGNORECASE)
# What is named by the year for which it is made.
_FOR_ITS_YEAR = patterns.compile(
    r"\b(?:fiscal|guides?|rankings?|reports?|stud(?:y|ies)|surveys?|acts?|laws?|of\s+the\s+year)\b",
    re.IGNORECASE,
)
# An outcome that only says of whom something else is asked: "the man who won the cup".
_OF_WHOM = patterns.compile(r"\w\s.*\b(?:who|that|when)\s", re.IGNORECASE)
_ASKS_ELSE = patterns.compile(r"\A\W*(?:where|why|how\s+old)\b|\bdid\b", re.IGNORECASE)
_DESCRIBES = frozenset({"winner", "champion", "victim", "survivor"})
# A day is not the same everywhere, and who says "this week" may mean the last seven days.
_SLACK, _SLACK_OF_WEEKS = dt.timedelta(1), dt.timedelta(7)


@dataclass(frozen=True, slots=True)
class Happened:
    """A time from its first to its last day, as the question calls it. Of an `outcome` nothing is told before
    it."""

    since: dt.date
    until: dt.date | None
    words: str
    outcome: bool

    def is_after(self, day: dt.date) -> bool:
        """Whether all of it lies behind a day."""
        slack = _SLACK if _WITH_A_DATE.search(self.words) else _SLACK_OF_WEEKS
        return day < max(self.since, dt.date.min + slack) - slack


def without_opener(words: str) -> str:
    """The words of a time without those that open it: "in 2025"."""
    opener = _OPENER.match(words)
    return words[opener.end() :] if opener else words


def happened_in(
    question: str,
    *,
    since: dt.date | None,
    until: dt.date | None,
    dates: Sequence[str],
    today: dt.date,
) -> Happened | None:
    """The time in which what is asked about has happened, by the words of the question; None for none.

    It is the question proper, of which what leads up to it was taken: "Voss retired this week. How many cups
    did he win?" asks of no week. `since` and `until` are the days of the time that it names in the words
    `dates`. A year by which an event is named counts where it is asked how that ended. What has not begun by
    `today` has not happened.
    """
    named = [(words, span) for words in dates for span in time_spans(question, [words])]
    # "What did he say on Friday": the word that opens a time says nothing of what was said.
    rest = question
    for _, (start, end) in named:
        rest = f"{rest[:start]}{'|' * (end - start)}{rest[end:]}"
    if _LOOKS_AHEAD.search(rest) or _IN_THE_PRESENT.search(rest) or _SAID_OF.search(rest):
        return None
    outcome = _asks_for_an_outcome(question)
    if not named:
        return _by_its_year(question, today) if outcome else None
    another = any(_OF_ANOTHER.match(words) and not (outcome and _OF.match(words)) for words, _ in named)
    if since is None or since > today or another:
        return None
    words, span = named[0]
    # Verbs are read in lower case: "Was it passed?"
    asked = question[:1].lower() + question[1:]
    if not (outcome or _PAST_TENSE.search(asked) or tense_at(asked, *span) == "past"):
        return None
    return Happened(since, until, without_opener(words), outcome)


def _asks_for_an_outcome(question: str) -> bool:
    """Whether it asks how something ended, and does not only say so of whom it asks something else."""
    found = _OUTCOME.search(question)
    if found is None or _OF_WHOM.search(question[: found.start()]):
        return False
    return not (found.group().lower().rstrip("s") in _DESCRIBES and _ASKS_ELSE.search(question))


def _by_its_year(question: str, today: dt.date) -> Happened | None:
    """The year of "the 2025 cup"."""
    years = [match for match in DATE_WORDS.finditer(question) if match["year3"]]
    if len(years) != 1 or is_one_of_two(years[0]) or _FOR_ITS_YEAR.search(question):
        return None
    words = years[0]["year3"]
    if int(words) > today.year:
        return None
    return Happened(dt.date(int(words), 1, 1), None, words, outcome=True)
