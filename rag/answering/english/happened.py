"""What a question takes to have happened, and in which time: what was published before cannot tell it.

"Who won the cup in 2025" is not answered by an article of 2023, whatever it says of 2025. "Who is to host it
in 2030" may be, and so may what was planned, promised or forecast. Rules over words, in English; where they
leave a doubt, nothing is taken to have happened.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag import patterns
from rag.answering.english.dates import DATE_WORDS
from rag.answering.english.tenses import tense_at
from rag.answering.english.times import time_spans
from rag.types import ArticleCard

# What looks ahead, or tells what others do: it may be told before its time.
_LOOKS_AHEAD = patterns.compile(
    r"""\b(?:
        will|won['’]t|would|shall|should|could|might|may(?=\ [a-z])|(?:is|are|was|were|be)\ due
      | going\ to|set\ to|to\ (?:be|win|host|become)|committed\ to|run(?:s|ning)?\ for|call(?:s|ed)?\ for
      | plan(?:s|ned|ning)?|expect\w*|schedul\w*|slated|suppos\w*|likely|hop(?:e[sd]?|ing)|intend\w*
      | aim(?:s|ed|ing)?|forecast(?:s|ed)?|predict\w*|project(?:ed|ions?)|estimat\w*|prospects?|outlook|odds
      | favou?rites?|tipped|promis\w*|pledg\w*|vow\w*|commitments?|targets?|deadlines?|proposals?|bids?
      | budgets?|contend\w*|qualif\w*|upcoming|next|future|ahead|warn(?:s|ed|ings?)?|wants?|wanted
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
# What somebody said of a time may have been said before it.
_SAID_OF = patterns.compile(
    r"\b(?:say|says|said|tell|told|claim\w*|argu\w+|think|thought|write|wrote|writes)\b"
    r".*\b(?:about|on|of|that|regarding)\b",
    re.IGNORECASE,
)
# Words before a time that make it the one that something is for, or that ends another.
_OF_ANOTHER = patterns.compile(r"(?:for|of|by|until|till|before|up\s+to|from|as\s+of)\b", re.IGNORECASE)
_OPENER = patterns.compile(
    r"(?:(?:in|on|at|over|within|during|throughout|since|after)\s+)?(?:the\s+)?", re.IGNORECASE
)
# Verbs that are the same in the present stand in the past behind who or what does something.
_PAST_TENSE = patterns.compile(
    r"\bdid\b|\A\W*(?:who|what|which(?:\s+[\w’'-]+){1,3}?)\s+"
    r"(?:beat|burst|cast|cost|cut|got|hit|hurt|put|quit|set|shut|split|spread)\b",
    re.IGNORECASE,
)
# An event that is named by its year is over where its outcome is asked for.
_IS_OVER = patterns.compile(
    r"\b(?:w[io]n|winners?|winning|beat(?:en)?|defeat(?:ed)?|lose|lost|scored?|medals?|champions?|crowned|elected"
    r"|results?\ of|turnout|died|dead|deaths?|killed|injured|wounded|displaced|destroyed)\b",
    re.IGNORECASE,
)
_DIGIT = patterns.compile(r"\d")
# A day is not the same everywhere, and who says "this week" may mean the last seven days.
_SLACK, _SLACK_OF_WEEKS = dt.timedelta(1), dt.timedelta(7)


@dataclass(frozen=True, slots=True)
class Happened:
    """A time whose first day is `since`, as the question calls it."""

    since: dt.date
    words: str

    def is_after(self, card: ArticleCard) -> bool:
        """Whether all of it lies behind the day on which an article was published, if that is known."""
        latest = card.published.latest
        if latest is None:
            return False
        slack = _SLACK if _DIGIT.search(self.words) else _SLACK_OF_WEEKS
        return latest < max(self.since, dt.date.min + slack) - slack


def happened_in(
    question: str, *, since: dt.date | None, dates: Sequence[str], today: dt.date
) -> Happened | None:
    """The time in which what is asked about has happened, by the words of the question; None for none.

    It is the question proper, of which what leads up to it was taken: "Federer retired this week. How many
    titles did he win?" asks of no week. `since` is the first day of the time that it names in the words
    `dates`. A year by which an event is named counts where it is asked how that ended. What has not begun by
    `today` has not happened.
    """
    if _LOOKS_AHEAD.search(question) or _SAID_OF.search(question):
        return None
    spans = time_spans(question, dates)
    if spans:
        return _named(question, since, dates, spans, today)
    years = [match for match in DATE_WORDS.finditer(question) if match["year3"]]
    if len(years) != 1 or not _IS_OVER.search(question) or not 0 < int(years[0]["year3"]) <= today.year:
        return None
    return Happened(dt.date(int(years[0]["year3"]), 1, 1), years[0].group())


def _named(
    question: str,
    since: dt.date | None,
    dates: Sequence[str],
    spans: Sequence[tuple[int, int]],
    today: dt.date,
) -> Happened | None:
    if since is None or since > today or any(map(_OF_ANOTHER.match, dates)):
        return None
    start, end = spans[0]
    # Verbs are read in lower case: "Was it passed?"
    asked = question[:1].lower() + question[1:]
    if not (_PAST_TENSE.search(asked) or _IS_OVER.search(asked) or tense_at(asked, start, end) == "past"):
        return None
    return Happened(since, _OPENER.sub("", dates[0], count=1))
