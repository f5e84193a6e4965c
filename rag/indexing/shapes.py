"""The shapes of furniture: what a line of navigation, a byline, a link or a credit looks like."""

from __future__ import annotations

import re

from rag.indexing.datelines import DATE, DATED_LINE, ISO_DAY, LABELLED_DATE
from rag.indexing.layout import Paragraph


def _any_of(*patterns: str) -> str:
    return f"(?:{'|'.join(patterns)})"


POST_LIMIT = 900
POST_SIGNATURE = re.compile(rf"[—–―-]+\s*[^\n]{{1,80}}\(@\w{{1,30}}\)\s*{DATE}\s*\Z")
POST_MARK = re.compile(r"[#@]\w|\bpic\.twitter\.com/|https?://t\.co/|[\U0001F1E6-\U0001F1FF]")

MARKDOWN_HEADING = re.compile(r"(?P<level>#{1,6})[ \t]+(?P<words>.*?)[ \t#]*")

TRUNCATED = re.compile(r"\s*(?:\.\.\.+|…)\s*\Z|\s*\[(?:\.\.\.|…)\]\s*\Z")

_STORIES = _any_of(
    "stor(?:ies|y)", "news", "articles?", "posts?", "topics?", "reads?", "coverage", "content", "videos?"
)
RELATED_HEADING = re.compile(
    _any_of(
        r"(?:[\w' ]{0,25}\s)?(?:related|recommended|trending|popular|latest|m(?:o|u)st read|top|more)"
        rf"\s+{_STORIES}(?:\s+(?:for you|(?:from|in|on) .{{1,30}}))?\s*:?",
        r"(?:you )?(?:may|might) also like\s*:?",
        r"(?:read (?:more|also|next)|also read|more like this|recommended for you|editor'?s'? picks?)\s*:?",
        r"related(?: links?)?\s*:?",
        r"more from .{1,30}",
    ),
    re.IGNORECASE,
)

_NETWORK = _any_of(
    "facebook", "twitter", "whatsapp", "telegram", "linkedin", "instagram", "youtube", "pinterest",
    "e-?mail", "print", "share", "copy link",
)  # fmt: skip
_BUTTONS = re.compile(
    _any_of(
        r"(?:open|view|read|listen|continue) in (?:the )?app",
        r"e-?paper",
        r"home(?: ?page)?|menu|search|next|previous|back to top|skip to (?:main )?content",
        r"log ?in|sign ?(?:in|up|out)|register|subscribe(?: now| to .{1,40})?",
        rf"{_NETWORK}(?:[ |,/]+{_NETWORK})*|tweet|link copied!?|share (?:this|on|via)\b.{{0,40}}",
        r"comments?(?: \(\d+\))?|\d+ comments?|post a comment|reply|save|leave a (?:reply|comment).*",
        r"save my name, email, and website in this browser.*",
        r"follow(?: us)?(?: on .{1,40})?|advertisements?|sponsored(?: content)?|ad",
        r"(?:show|load|see|view) (?:more|all|comments)|listen(?: to (?:this )?article)?|watch live|live tv",
        r"photos?|videos?|hide caption.*|\d+ min(?:ute)?s? read|\d+ shares?",
        r"privacy policy|cookie policy|terms (?:of (?:use|service)|and conditions)|contact us|about us",
    ),
    re.IGNORECASE,
)
_ADDRESSES = re.compile(r"(?:\(?(?:https?://|www\.|pic\.twitter\.com/)\S+\)?\s*|\S+@\S+\.\w{2,}\s*)+")
_ORNAMENT = re.compile(r"[\W_]{1,4000}")
_READ_MORE = re.compile(
    r"[\[(*>»•►\s]*"
    + _any_of(
        _any_of(
            r"read(?: more| also| next| this| on| full story)?|also read|must read|more|for more",
            r"(?:see|watch)(?: more| now| also| this)?|listen|don'?t miss|recommended|further reading",
            r"related(?: news| stor(?:y|ies)| articles?)?|explained|click (?:here )?to read",
        )
        + r"\s*(?::|\||>|»|–|—|-\s)\s*\S.{0,250}",
        r"read more (?:on|about|at|from|in|here)\b.{0,150}",
    ),
    re.IGNORECASE,
)
# A marker that leads to another story is read as one though the headline ends in a stop: with a colon, or in
# capitals before words that are not. Two sentences behind it are prose.
_MARKER = _any_of(
    r"related(?: news| stor(?:y|ies)| articles?| coverage)?",
    r"(?:read|see) (?:more|also|next)|(?:also|must) read",
)
_MARKED_STORY = re.compile(
    rf"(?:(?i:{_MARKER})\s*[:|]\s*|{_MARKER.upper()}\s+(?=[\"“‘']?(?:[A-Z][a-z]|\d)))"
    r"[\"“‘']?[A-Z0-9](?:(?![.!?][\"”’']?\s+[\"“‘']?[A-Z]).){3,250}"
)
_LABELLED = re.compile(
    r"(?P<label>[^\W\d][^\W\d]*(?:[ ’'&/-]+[^\W\d]+){0,3}) ?[:|](?P<gap>\s?)(?P<words>[\"“‘']?[A-Z].{12,150})"
)
_TAGS = re.compile(
    r"(?:(?:related )?(?:tags?|topics?)|keywords?|filed under|categor(?:y|ies)|labels?|hashtags?)"
    r"\s*[:|]\s*.{1,600}"
    r"|(?:#\w+[\s,]*){2,}",
    re.IGNORECASE,
)
_DISCLAIMER = re.compile(r"\(?\s*disclaimers?\s*(?::|-|–|—).*", re.IGNORECASE | re.DOTALL)
_FEED_NOTE = re.compile(
    _any_of(
        r"auto-?\s?(?:published|generated)\b.{0,80}\b(?:feed|agency)",
        r"(?:published|generated) from an? (?:syndicated|agency|wire)\b",
        r"(?:story|report|article|post|copy|content)\b.{0,60}\bhas not been (?:edited|reviewed|modified)",
        r"all rights reserved",
        r"may not be (?:re)?(?:published|produced)\b.{0,60}\b(?:broadcast|rewritten|redistributed|without)",
        r"your e-?mail address will not be published",
        r"prices were accurate at the time this article was published",
    ),
    re.IGNORECASE | re.DOTALL,
)
_PROMOTION = re.compile(
    _any_of(
        r"subscribe (?:to|now|here|today)|sign up (?:for|here|to)|click here|for the full story, click",
        r"follow (?:us|\S+ (?:\S+ )?on (?:twitter|facebook|x|instagram))|like us on",
        r"download (?:the|our) (?:\S+ )?app|join (?:us|our) (?:on )?(?:whatsapp|telegram|channel)",
        r"get (?:the )?latest .{0,40}(?:app|newsletter|inbox|alerts)",
    )
    + r"\b",
    re.IGNORECASE,
)

_NAME = r"[A-Z][\w.’'-]*"
_CLOCK = (
    r"(?:,?\s+(?:at\s+)?\d{1,2}[:.]\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?(?:\s*\(?[A-Z]{1,4}\)?)?"
    r"(?:[+-][\d:]{2,5})?)?"
)
_BYLINE = re.compile(
    rf"(?:[Bb]y|BY)\s*:?\s+{_NAME}(?:,? (?:{_NAME}|and|&|of|de|da|di|van|von|bin|al|el)){{0,8}}"
    r"(?:\s*[|,•·/(–—-].{0,60})?"
    r"|(?:[Ff]rom|FROM) .{3,60} (?:[Rr]eports|[Ww]ires?|[Ss]taff)"
)
_DAY_IN_DIGITS = r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}"
_PUBLISHED = re.compile(
    r"(?:by\s+.{1,60}?[|,•·]\s*)?"
    r"(?:first |originally |last )?(?:published|updated|posted|modified|(?:publish )?date)(?: on| at)?[\s:]*"
    rf"(?:{DATE}|{_DAY_IN_DIGITS}).{{0,80}}",
    re.IGNORECASE,
)
_DATE_ALONE = re.compile(
    rf"(?:date\s*:?\s*)?(?:{DATE}|{ISO_DAY}|{_DAY_IN_DIGITS}){_CLOCK}"
    r"(?:\s*[|/•·-]\s*.{1,60})?",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"[\[(—–-]*\s*"
    + _any_of(
        _any_of(
            r"courtesy(?: of)?|sources?|credits?|(?:with )?(?:agency )?inputs? from|contribut(?:ing|ors?)",
            r"(?:(?:additional )?reporting|edited|editing|writing|written|compiled) by",
            r"(?:photo|image)s?(?: credits?| courtesy)?|(?:file )?(?:photo|picture|image)(?: by)?",
        )
        + r"\s*:\s*\S.{0,160}",
        r"(?:courtesy(?: of)?|with (?:agency )?inputs? from|(?:additional )?reporting by|editing by"
        r"|compiled by|(?:photo|photograph|pi[cx]s?) by)\s+(?-i:[A-Z]).{0,160}",
        rf"(?-i:{_NAME}(?: {_NAME}){{0,3}}/[A-Z][\w .]+(?:/[\w .]+)*)",
    ),
    re.IGNORECASE,
)
_SIGNATURE = re.compile(rf"[—–−-]+\s*(?:{_NAME},? ){{1,4}}{_NAME}(?:/.{{1,30}})?")
_CONTACT = re.compile(
    r"(?:contact|reach|follow|e-?mail|twitter|tel(?:ephone)?)\b.{0,160}(?:@|\d{3}).{0,160}",
    re.IGNORECASE,
)
_CONTRIBUTED = re.compile(
    r"[—–-]*\s*[\w .,’'&-]{3,120} contributed to (?:this|the) (?:report|story|article)\.?", re.IGNORECASE
)

_WHOLE_LINE: tuple[tuple[str, re.Pattern[str], int], ...] = (
    ("ornament", _ORNAMENT, 4000),
    ("navigation", _BUTTONS, 400),
    ("navigation", _ADDRESSES, 400),
    ("read more", _READ_MORE, 280),
    ("tags", _TAGS, 650),
    ("disclaimer", _DISCLAIMER, 700),
    ("byline", _PUBLISHED, 180),
    ("byline", LABELLED_DATE, 180),
    ("byline", _BYLINE, 110),
    ("date line", _DATE_ALONE, 110),
    ("date line", DATED_LINE, 110),
    ("credit", _CREDIT, 220),
)
_MAY_END_IN_A_STOP = {"ornament", "navigation", "disclaimer", "credit"}
_STOP = re.compile(r"(?<!\b[ap]\.m)(?<!\.\.)\.[\"”’)]*\Z")


def kind_of(paragraph: Paragraph) -> str | None:
    """The kind of furniture that the line's own shape shows wherever it stands, or None."""
    text = paragraph.text
    stop = _STOP.search(text[-10:]) is not None
    for kind, pattern, limit in _WHOLE_LINE:
        if len(text) <= limit and (not stop or kind in _MAY_END_IN_A_STOP) and pattern.fullmatch(text):
            return kind
    if _MARKED_STORY.fullmatch(text):
        return "read more"
    if len(text) <= 450 and _FEED_NOTE.search(text):
        return "disclaimer"
    if len(text) <= 250 and _PROMOTION.match(text):
        return "promotion"
    return None


def link_label(paragraph: Paragraph) -> str | None:
    """The label of a line that is a label, a colon and a headline: "LAST DANCE: Team wins the final"."""
    match = _LABELLED.fullmatch(paragraph.text)
    if match is None or (paragraph.ends_sentence and paragraph.text[-1] not in "?!"):
        return None
    words, shouted = match["words"], match["label"].isupper()
    asks = words.endswith("?") and not shouted and match["gap"]
    if asks or len(words.split()) < (4 if shouted else 6) or words[-1] in ":;," or ". " in words:
        return None
    return match["label"]


def signature(paragraph: Paragraph) -> bool:
    """Whether a line is a dash and a name."""
    return len(paragraph.text) <= 100 and _SIGNATURE.fullmatch(paragraph.text) is not None


def sign_off(paragraph: Paragraph) -> bool:
    """Whether a line that closes a text tells who wrote it or how to reach them."""
    text = paragraph.text
    if signature(paragraph):
        return True
    return len(text) <= 330 and any(pattern.fullmatch(text) for pattern in (_CONTACT, _CONTRIBUTED))


def plain(text: str) -> str:
    """Letters and digits only, lower case: for telling whether two lines say the same words."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def headline(paragraph: Paragraph) -> bool:
    """Whether a line above prose is as long as a headline and does not end as a sentence or label."""
    return (
        4 <= paragraph.words <= 25 and len(paragraph.text) <= 160 and not paragraph.text.endswith((".", ":"))
    )


def heading(paragraph: Paragraph) -> bool:
    """Whether a line is short, without an end, tells no figures and starts as a heading does."""
    text = paragraph.text
    return (
        len(text) <= 80
        and paragraph.words <= 10
        and not paragraph.prose
        and not paragraph.ends_sentence
        and not paragraph.bullet
        and text[-1] not in ":;,"
        and not text[0].islower()
        and text[0] not in "\"“‘'(["
        and len(re.findall(r"\d+", text)) <= (1 if paragraph.words <= 6 and ":" not in text else 0)
    )


def names(text: str) -> bool:
    """Whether every word is a name: two to five capitalised words and nothing else."""
    words = text.split()
    return 2 <= len(words) <= 5 and all(word[0].isupper() for word in words)
