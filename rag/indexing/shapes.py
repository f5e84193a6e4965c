"""The shapes of furniture: what a line of navigation, a byline, a link or a credit looks like."""

from __future__ import annotations

import re

from rag.indexing.datelines import DATE, DATED_LINE, ISO_DAY, LABELLED_DATE
from rag.indexing.forms import is_of_the_page
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
# Words that as often open a headline as they lead to another story.
_OPENS_HEADLINE = re.compile(r"(?:explained|must read|don'?t miss|watch|listen)\s*[:|–—-]", re.IGNORECASE)
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
# A note about the article itself says "this story", or the line is nothing else: the content of a treaty
# has not been modified either, and all rights reserved may be somebody's land.
_FEED_NOTE = re.compile(
    _any_of(
        r"(?:[^.]{0,60}\W)?this (?:story|report|article|post|copy|content|material)\b.{0,80}\b"
        + _any_of(
            r"has not been (?:edited|reviewed|modified)",
            r"auto-?\s?(?:published|generated)",
            r"(?:published|generated) from an? (?:syndicated|agency|wire)",
            r"may not be (?:re)?(?:published|produced)\b.{0,60}"
            r"\b(?:broadcast|rewritten|redistributed|without)",
        ),
        r"\W*auto-?\s?(?:published|generated)\b.{0,80}\b(?:feed|agency)",
        r"\W*(?:published|generated) from an? (?:syndicated|agency|wire)\b",
        r"\W*(?:copyright\b.{0,120}?|\(c\).{0,120}?|©.{0,120}?)?all rights reserved\b(?!,)",
        r".{0,120}?[.|]\s*all rights reserved\W*\Z",
        r".{0,60}?your e-?mail address will not be published",
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
_OFFERED = re.compile(
    r"\b(?:newsletters?|e-?mails?|inbox|alerts?|updates?|app|podcasts?|channel|journalism|brief(?:ing)?|digital"
    r"|daily|weekly|our|us|today|now|here|free)\b|[@#]",
    re.IGNORECASE,
)

# What states something and ends as a sentence is the article's own, whatever words stand in it. Capitals
# count: "May" is a month, and "Reports" a name.
_REPORTS = re.compile(
    r"\b(?:said|says|told|added|announced|confirmed|warned|stated|claimed|alleged|insisted|according to)\b"
)
_STATES = re.compile(
    rf"{_REPORTS.pattern}|\b(?:is|are|was|were|has|have|had|does|did|will|would|can|could|may|might|must"
    r"|should|shows?|met|began|begins|became|owes?|fell|rose|released|remains?|led)\b"
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
# Behind the day a time, or a place or a name; anything else is what happened on that day.
_DATE_ALONE = re.compile(
    rf"(?:date\s*:?\s*)?(?:{DATE}|{ISO_DAY}|{_DAY_IN_DIGITS}){_CLOCK}"
    rf"(?:\s*[-–]\s*(?:\d{{1,2}}\b|{DATE}|{_DAY_IN_DIGITS}))?"
    r"(?P<behind>\s*[|/•·-]\s*"
    + _any_of(
        r"\d{1,2}[:.]\d{2}.{0,40}|\d{1,2} ?[ap]\.?m\b.{0,40}|\d+ min(?:ute)?s? read",
        r"(?:last |first )?(?:updated?|published|posted|modified)\b.{0,50}",
        rf"(?:by )?(?-i:{_NAME}(?:,? {_NAME}){{0,4}})",
    )
    + r")?",
    re.IGNORECASE,
)
_NAMED_DAY = re.compile(rf"[(\[]?(?!{DATE}|{ISO_DAY}|{_DAY_IN_DIGITS}){_NAME}(?: {_NAME}){{0,4}}\s*[|•·]")
_DATED_ENTRY = re.compile(rf"(?:{DATE}|{_DAY_IN_DIGITS})\s*(?:[-–—]|:\s)\s*\S", re.IGNORECASE)
_TABLE_ROW = re.compile(r"\|(?:[^|\n]*\|){2,}\s*")
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
        # A film, with its length.
        r".{0,160}\b\d{1,2}:\d{2}\s+[-–]\s+source:\s+\S.{0,30}",
        rf"(?-i:{_NAME}(?: {_NAME}){{0,3}}(?:/{_NAME}(?: (?:{_NAME}|of|for|the|via|and|&)){{0,5}})+)",
    ),
    re.IGNORECASE,
)
_SIGNATURE = re.compile(rf"[—–−-]+\s*(?:{_NAME},? ){{1,4}}{_NAME}(?:/.{{1,30}})?")
_CONTACT = re.compile(r"(?:contact|reach|follow|e-?mail|twitter|tel(?:ephone)?)\b.{0,320}", re.IGNORECASE)
_REACHED_AT = re.compile(
    r"@\s?\w|\(at\)|\bwww\.|https?://|\b\w+\.com/|\+\d[\d ()-]{7,}"
    r"|(?<![\d-])(?:\(\d{2,4}\)|\d{3})[-.– ]+\d{3}[-.– ]?\d{3,4}(?![\d-])|(?<![\d-])\d{3}-\d{4}(?![\d-])"
)
_CONTRIBUTED = re.compile(
    r"[—–-]*\s*[\w .,/’'&-]{3,120} contributed to this (?:report|story|article)\.?", re.IGNORECASE
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
# Labels of facts, and of who speaks: what stands behind them is the article's own.
_FACT = re.compile(
    r"(?:.{0,40}\s)?(?:toll|casualties|injured|dead|scores?|results?|winners?|squads?|teams?|umpires?|toss"
    r"|(?:player|man|woman) of the (?:match|series|tournament)|verdict|ruling|decision|charges?|sentence"
    r"|penalty|deadline|venue|date|time|place|address|where|when|who|price|cost|fee|status"
    r"|from (?:left|right)|added|said|says|told|asked|reads|stated)|q|a",
    re.IGNORECASE,
)


def kind_of(paragraph: Paragraph) -> str | None:
    """The kind of furniture that the line's own shape shows wherever it stands, or None."""
    text = paragraph.text
    stop = _STOP.search(paragraph.words_alone[-10:]) is not None
    reports = stop and _REPORTS.search(text[:450]) is not None
    for kind, pattern, limit in _WHOLE_LINE:
        if len(text) > limit or (stop and kind not in _MAY_END_IN_A_STOP):
            continue
        own = stop and kind in {"navigation", "credit"} and _STATES.search(text)
        if not own and pattern.fullmatch(text):
            return kind
    if _MARKED_STORY.fullmatch(text):
        return "read more"
    if len(text) <= 450 and not reports and _FEED_NOTE.match(text):
        return "disclaimer"
    if len(text) <= 250 and not reports and _PROMOTION.match(text):
        offered = not stop or _OFFERED.search(text) or not _STATES.search(text)
        return "promotion" if offered else None
    return "promotion" if is_of_the_page(text) else None


def table_row(paragraph: Paragraph) -> bool:
    """Whether a line is a row of a Markdown table."""
    return len(paragraph.text) <= 1000 and _TABLE_ROW.fullmatch(paragraph.text) is not None


def dated_entry(paragraph: Paragraph) -> bool:
    """Whether a line is a day, a dash or colon, and more."""
    return _DATED_ENTRY.match(paragraph.text) is not None


def named_day(paragraph: Paragraph) -> bool:
    """Whether a date line begins with a name before a bar."""
    return _NAMED_DAY.match(paragraph.text) is not None


def more_than_a_date(paragraph: Paragraph) -> bool:
    """Whether a date line tells more than the day and the hour."""
    match = _DATE_ALONE.fullmatch(paragraph.text)
    return match is not None and match["behind"] is not None


def opens_headline(paragraph: Paragraph) -> bool:
    """Whether a line that looks like a link may be the headline: "Explained: Why the rupee falls"."""
    return _OPENS_HEADLINE.match(paragraph.text) is not None


def link_label(paragraph: Paragraph) -> str | None:
    """The label of a line that is a label, a colon and a headline: "LAST DANCE: Team wins the final"."""
    match = _LABELLED.fullmatch(paragraph.text)
    if match is None or (paragraph.ends_sentence and paragraph.text[-1] not in "?!"):
        return None
    words, shouted = match["words"], match["label"].isupper()
    if _labelled_fact(match):
        return None
    asks = words.endswith("?") and not shouted and match["gap"]
    fewest = 4 if shouted else 6 if match["gap"] else 3
    if asks or len(words.split()) < fewest or words[-1] in ":;," or ". " in words:
        return None
    return match["label"]


def link_unspaced(paragraph: Paragraph) -> bool:
    """Whether no space parts the label of a link from its headline, as two elements of a page do that were
    joined: "Storm damage:How to claim for your roof"."""
    match = _LABELLED.fullmatch(paragraph.text)
    return match is not None and not match["gap"] and _FACT.fullmatch(match["label"]) is None


def _labelled_fact(labelled: re.Match[str]) -> bool:
    """Whether a label stands before a fact, or before figures or names in a row.

    Where no space parts it from what follows it is that of a link, and in capitals mostly so; a question
    leads on as well, and so does a film with its length and source.
    """
    words, figures = labelled["words"], re.findall(r"\d[\d.,/–-]*", labelled["words"])
    if not labelled["gap"] or "|" in labelled.group():
        return False
    if _FACT.fullmatch(labelled["label"]):
        return not labelled["label"].isupper() or len(labelled["label"]) == 1 or bool(figures)
    listed = len(figures) > 1 or len(re.findall(r"[,;]\s", words)) > 2
    return listed and not labelled["label"].isupper() and "?" not in words and "Source:" not in words


def signature(paragraph: Paragraph) -> bool:
    """Whether a line is a dash and a name."""
    return len(paragraph.text) <= 100 and _SIGNATURE.fullmatch(paragraph.text) is not None


def sign_off(paragraph: Paragraph) -> bool:
    """Whether a line that closes a text tells who wrote it or how to reach them."""
    text = paragraph.text
    if signature(paragraph):
        return True
    if len(text) > 330:
        return False
    reached = _CONTACT.fullmatch(text) and _REACHED_AT.search(text) and not _REPORTS.search(text)
    return bool(reached or _CONTRIBUTED.fullmatch(text))


def plain(text: str) -> str:
    """Letters and digits only, lower case: for telling whether two lines say the same words."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def headline(paragraph: Paragraph) -> bool:
    """Whether a line above prose is as long as a headline and does not end as a sentence or label."""
    return (
        4 <= paragraph.words <= 25 and len(paragraph.text) <= 160 and not paragraph.text.endswith((".", ":"))
    )


def other_headline(paragraph: Paragraph) -> bool:
    """Whether a line below the last prose is a headline: as long as one, without an end, no list's item."""
    text = paragraph.text
    labelled = _LABELLED.fullmatch(text)
    return (
        5 <= paragraph.words <= 25
        and 30 <= len(text) <= 180
        and not paragraph.prose
        and not paragraph.bullet
        and not text[0].islower()
        and text[0] not in "([|"
        and text[-1] not in ":;,.)"
        and len(re.findall(r"\d+", text)) <= 3
        and not table_row(paragraph)
        and not dated_entry(paragraph)
        and (labelled is None or not _labelled_fact(labelled))
        and not _REPORTS.search(text)
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
        and text[0] not in "\"“‘'([|"
        and len(re.findall(r"\d+", text)) <= (1 if paragraph.words <= 6 and ":" not in text else 0)
    )


def names(text: str) -> bool:
    """Whether every word is a name: two to five capitalised words and nothing else."""
    words = text.split()
    return 2 <= len(words) <= 5 and all(word[0].isupper() for word in words)
