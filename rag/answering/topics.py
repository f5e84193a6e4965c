"""What a question is about, without the words that only ask for the form of the answer.

"What is the latest on the gas pipeline" asks for the newest that is said of the gas pipeline. No article
says "the latest on": a cross-encoder that reads these words finds every sentence a little beside the point.
"""

from __future__ import annotations

import re

from rag import patterns
from rag.answering.understanding import ALONE, CURRENT, HISTORY, STATUS
from rag.types import Intent

_FRAME = patterns.compile(
    rf"""\b(?:
        (?:any\ |an\ )?updates?\ (?:on|about|regarding) | state\ of\ play | {STATUS} | latest(?:\ news)?
      | newest | most\ recent(?:ly)? | currently | current\ (?:state|stage|situation)\ of | {CURRENT}
      | present(?=\ (?:status|state)) | so\ far | to\ date | up\ to\ date | as\ of\ now | right\ now
      | nowadays | at\ present | at\ the\ moment
      | time\s?line | chronolog(?:y|ical(?:ly)?) | sequence\ of\ events | course\ of\ events | step\ by\ step
      | {HISTORY} | over\ (?:time|the\ (?:years|months|weeks)) | from\ the\ beginning
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)
_HOW = patterns.compile(
    r"^\W*how\ (?:has|have|did|had|is|are)\ (?P<topic>.+?)\s+"
    rf"(?:(?:evolv|develop|unfold|chang|progress)\w*{ALONE}|(?:going|coming\ along|getting\ on)\b)"
    r"(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_STAND = patterns.compile(
    rf"^\W*where\ (?:do|does|did)\ (?P<topic>.+?)\s+stand{ALONE}(?P<rest>.*)$", re.IGNORECASE | re.DOTALL
)
_LEAD = patterns.compile(
    r"^(?:\W|\b(?:what(?:['’]s)?|where|how|which|is|are|was|were|do|does|did|has|have|give|tell|show|trace|me|us|"
    r"things|matters|we|it|there|the|a|an|any|of|on|about|with|in|for|to|and|now|today)\b)+",
    re.IGNORECASE,
)
_TRAIL = patterns.compile(r"(?:\W|\b(?:now|today|of|on|about|with|the)\b)+$", re.IGNORECASE)
_WORD = patterns.compile(r"\w{3,}")


def topic_of(question: str, intent: Intent) -> str:
    """The topic of a status or timeline question; a fact, or what has no other words, stays as it is."""
    if intent == "fact":
        return question
    topic = question
    if match := _HOW.match(topic) or _STAND.match(topic):
        topic = f"{match['topic']} {match['rest']}"
    topic = " ".join(_FRAME.sub(" ", topic).split())
    topic = _TRAIL.sub("", _LEAD.sub("", topic))
    return topic if _WORD.search(topic) else question
