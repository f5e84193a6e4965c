"""What a page says to its reader about itself: offers of newsletters, consent to the use of data, questions
about its advertisements.

Such a paragraph is whole sentences, so that below a headline it looks like an answer. It is told by two
things together: it speaks to the reader, and what it says is what a publication has to offer or to ask, with
no sentence of anything else. What tells of somebody who said something stays.
"""

from __future__ import annotations

import re

_LONGEST = 900
# A sentence that only speaks to the reader is short.
_LONGEST_ASIDE = 160
_LONGEST_OFFER = 300
_FEW_WORDS = 6

_SIGN_UP = r"(?:sign(?:ing)?[ -]?up|subscrib(?:e|ing))"
# Nothing but a page says this, to whomever.
_SURELY = re.compile(
    r"\b(?:is|was) this ad\b|\bvideo ad feedback\b|\bad (?:never loaded|froze or did not|was too loud)\b"
    r"|\bversion of this (?:story|article|post) (?:first |originally )?(?:appeared|ran|was published) in"
    r" [^.!?]{3,80}\bnewsletter\b",
    re.IGNORECASE,
)
_OFFERS = re.compile(
    "|".join(
        (
            rf"\b{_SIGN_UP}\b[^.!?]{{0,80}}\b(?:newsletters?|inbox|subscriber)\b",
            rf"\A\W*{_SIGN_UP}\b[^.!?]{{0,80}}\b(?:e-?mails?|alerts?)\b",
            rf"\bnewsletters?\b[^.!?]{{0,80}}\b(?:{_SIGN_UP}|inbox|delivered)\b",
            r"\b(?:sign[ -]?up|subscribe) (?:for free )?(?:right )?(?:here|now|today)\W*\Z",
            r"\b(?:delivered|directly|right|sent|straight) (?:in|to|into) your inbox\b",
            r"\A\W*(?:get|receive|want|need)\b[^.!?]{0,80}\byour inbox\b",
            r"\A\W*(?:get|join|receive|try|would you like)\b[^.!?]{0,60}\bnewsletters?\b",
            r"\bnewsletter (?:brings|delivers|gives|offers|provides) you\b",
            r"\bsupport(?:ing)? (?!for\b)(?:\w+ )?(?:independent|local|our|quality|strong) (?:\w+ )?"
            r"journalism\b",
            r"\b(?:become|get|start) an? (?:\w+ )?digital subscri(?:ber|ption)\b",
            r"\bour privacy (?:policy|notice)\b|\bwe use cookies\b|\bunsubscribe (?:at any time|here)\b",
            r"\bplease tick\b|\bwe (?:will )?use the (?:data|details|information) you\b",
            r"\bour trusted partners?\b|[‘'“\"]we[’'”\"] (?:includes?|means|refers to)\b",
            r"\bearn us\b[^.!?]{0,40}\bcommissions?\b|\bwe (?:may )?earn\b[^.!?]{0,40}\bcommissions?\b",
            r"\b(?:purchases?|buy)\b[^.!?]{0,40}\b(?:our|these) links?\b",
            r"\bindependently (?:chosen|selected)\b|\bwherever you get your podcasts\b",
            r"\A\W*follow (?!the\b|along\b)[^.,!?]{0,50}\bon (?:twitter|facebook|instagram|tiktok|threads"
            r"|linkedin|flipboard|whatsapp|telegram|x\b)",
            r"\A\W*(?:find|join|like) us on [A-Z]",
        )
    ),
    re.IGNORECASE,
)
_SPEAKS = re.compile(r"\b(?:you|your|yours|you[’'](?:re|ve|ll|d)|our|us|me|here)\b", re.IGNORECASE)
_BIDS = re.compile(
    r"\W*(?:get|sign|subscribe|join|follow|support|listen|play|check|click|tap|download|stay|read|watch|see|consider"
    r"|become|like|want|need|looking|prefer|love|register|thank|contact|reach)\b",
    re.IGNORECASE,
)
_REPORTS = re.compile(
    r"\b(?:said|says|told|added|announced|confirmed|warned|stated|claimed|alleged|insisted|reported"
    r"|according to)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[“\"][^”\"]{3,}[”\"]")
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?])[\"”’)]*\s+(?=[\"“‘(A-Z0-9])")


def is_of_the_page(text: str) -> bool:
    """Whether a paragraph is of the page and not of the article on it."""
    if len(text) > _LONGEST:
        return False
    told = _QUOTED.sub(" ", text)
    sentences = _BETWEEN_SENTENCES.split(told)
    if _REPORTS.search(told) or not all(map(_may_be, sentences)):
        return False
    return any(map(_SURELY.search, sentences)) or (
        any(map(_OFFERS.search, sentences)) and any(map(_addresses_the_reader, sentences))
    )


def _may_be(sentence: str) -> bool:
    if _SURELY.search(sentence) or _OFFERS.search(sentence):
        return len(sentence) <= _LONGEST_OFFER
    aside = _addresses_the_reader(sentence) and len(sentence) <= _LONGEST_ASIDE
    return aside or len(sentence.split()) <= _FEW_WORDS


def _addresses_the_reader(sentence: str) -> bool:
    return bool(_SPEAKS.search(sentence) or _BIDS.match(sentence))
