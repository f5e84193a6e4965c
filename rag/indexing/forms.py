"""What a page says to its reader about itself: offers of newsletters, consent to the use of data, questions
about its advertisements.

Such a paragraph is whole sentences, so that below a headline it looks like an answer. It is told by two
things together: it speaks to the reader in every sentence, and one of them names what a publication has to
offer or to ask. What tells of somebody who said something stays.
"""

from __future__ import annotations

import re

_LONGEST = 900
# A sentence that only speaks to the reader is short.
_LONGEST_ASIDE = 160
_LONGEST_OFFER = 300
_FEW_WORDS = 6

_SIGN_UP = r"(?:sign(?:ing)?[ -]?up|subscrib(?:e|ing)|register)"
# Nothing but a page says this, to whomever.
_SURELY = re.compile(
    r"\bad feedback\b|\bads? (?:to you|never|froze|was too)\b"
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
            r"\b(?:in|to|into|hit) your inbox\b",
            r"\bnewsletters?\W*\Z|\A\W*(?:get|join|receive|try)\b[^.!?]{0,60}\bnewsletters?\b",
            r"\bnewsletter (?:brings|delivers|gives|offers|provides) you\b",
            r"\bsupport(?:ing)? (?:\w+ )?(?:independent|local|our|quality|strong) (?:\w+ )?journalism\b",
            r"\bdigital subscri(?:ber|ption)\b",
            r"\bprivacy (?:policy|notice)\b|\bwe use cookies\b|\bunsubscribe\b|\btick (?:here|the box)\b",
            r"\b(?:details|information|data) (?:that )?you (?:have |[’']ve )?(?:shared|provided|given)\b",
            r"\btrusted partners?\b|[‘'“\"]we[’'”\"] (?:includes?|means|refers to)\b",
            r"\bearn\b[^.!?]{0,40}\bcommissions?\b",
            r"\b(?:purchases?|buy)\b[^.!?]{0,40}\b(?:our|these) links?\b",
            r"\bindependently (?:chosen|selected)\b|\bwherever you get your podcasts\b",
            r"\A\W*(?:follow|find|like|join) (?!the\b|along\b)[^.!?]{0,50}\bon (?:twitter|facebook|instagram"
            r"|tiktok|threads|linkedin|flipboard|whatsapp|telegram|x\b)",
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
