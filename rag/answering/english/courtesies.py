"""A question without what is only said to whoever is asked: "Hi, could you please tell me who won?"

Read with that, a question is another one: the cross-encoder is less sure of what answers it. Rules over
words, in English. A title may begin so too ("Hello, Dolly!", "Do You Know Who I Am"), so a question has to
follow, and "you" and "me" have no capitals.
"""

from __future__ import annotations

import re

from rag import patterns
from rag.answering.english.lexicon import ASKING, AUXILIARY

_GREETING = r"""(?:hi|hello|hey|greetings|dear\s+(?-i:[a-z]+)|good\s+(?:morning|afternoon|evening|day))
    (?:\s+(?:there|all|everyone|team))?\s*[,.!:;–—-]+\s*"""
_PLEASE = r"(?:(?:please|kindly),?\s+)?"
_I = r"i(?-i:[’']m|\s+am|\s+was)\s+(?:just\s+)?"
_OPENER = rf"""(?:
    {_PLEASE}(?:can|could|would|will)\s+(?-i:you)\s+{_PLEASE}
      (?:tell\s+(?-i:me)|let\s+(?-i:me)\s+know|help\s+(?-i:me)\s+find\s+out)
  | {_PLEASE}(?:tell|show)\s+(?-i:me)
  | (?:do|would)\s+(?-i:you)\s+(?:happen\s+to\s+)?know
  | (?:does|do)\s+(?-i:any(?:one|body))\s+(?:here\s+)?know
  | i(?-i:[’']d|\s+would)?\s+(?:just\s+)?(?-i:like|want|wanted|need|love)\s+to\s+(?:know|ask|find\s+out)
  | {_I}(?:wondering|curious|(?:trying|looking)\s+to\s+(?:know|learn|find\s+out))
  | (?:just\s+)?(?:an?\s+|one\s+|my\s+)?(?:quick\s+|short\s+|simple\s+)?question(?=\s*[:–—-])
)\s*[,:–—-]*\s+{_PLEASE}"""
_ASKS = rf"(?:(?:by|in|on|at|for|to|with|of|from|about|under|since|until)\s+)?{ASKING}\b|{AUXILIARY}"
# Behind these what is asked may also be told: "tell me the number of the dead", "do you know if it fell".
_TELLS = r"(?:if|whether)\s+(?=\w)|(?=(?:the|how)\s)"
_COURTESIES = patterns.compile(
    rf"(?:{_GREETING})?(?:(?:{_OPENER})+(?:(?={_ASKS})|{_TELLS})|{_PLEASE}(?-i:(?=[a-z]))(?={_ASKS}))",
    re.IGNORECASE | re.VERBOSE,
)


def without_courtesies(question: str) -> str:
    """The question from where it asks; as it is where nothing is said before that."""
    said = _COURTESIES.match(question)
    return question[said.end() :] if said else question
