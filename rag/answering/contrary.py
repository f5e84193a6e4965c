"""What says the opposite of a question does not answer it: "Who opposed the bill" is not answered by who
backed it, nor "Which states did not sign" by those that did.

The cross-encoder hardly tells them apart, since they share nearly all words. What is said otherwise by a
synonym is not seen; what is seen here may be wrong, so it weighs and does not forbid.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import replace

from rag import patterns
from rag.answering.english.lexicon import FUNCTION_WORDS
from rag.answering.english.numerals import Numeral, numerals_in, values_in
from rag.answering.english.stems import WORD, has_word, stem_of, stems_of
from rag.answering.english.subjects import word_set
from rag.answering.questions import proper_of
from rag.answering.quoting import Quotable, best_first
from rag.turning import denies, opposed_places, sides_of
from rag.types import Contrary

CONTRARY = math.log(10)
"""Of ten sentences that say the opposite of a question one answers it: by so much its log odds are lower."""

_ASKS_FOR = patterns.compile(r"\b(?:who|whom|whose|what|which|when|where|why|how)\b", re.IGNORECASE)
# What asks whether something is so is answered by its opposite too.
_WHETHER = patterns.compile(
    r"\W*(?:(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must|am|shall"
    r"|ai)(?:n[’']t)?|won[’']t|can[’']?t|shan[’']t)\b",
    re.IGNORECASE,
)
# "Not" with a capital letter is of a title, but for "NOT".
_DENIED = patterns.compile(r"\b(?:not|NOT|never|NEVER|cannot|no longer|[a-z]+n[’']t)\b")
_DENIES_NOTHING = patterns.compile(
    r"\b(?:(?:whether\s+)?or\s+not|if\s+not|why\s+not|not\s+(?:only|just|least|to\s+mention))\b",
    re.IGNORECASE,
)
# A clause of its own, and not of what is described ("athletes who cannot compete").
_ASKING_CLAUSE = patterns.compile(
    r"(?:\A|[.?!,;:])\W*(?:\w+\W+)?\b(?:who|whom|whose|what|which|when|where|why|how)\b", re.IGNORECASE
)
# Behind one of these a denial is of something said, or of what is described, and not of what is asked for.
_OF_ANOTHER_CLAUSE = patterns.compile(
    r"[,;:]|\b(?:that|who|because|while|although|though|and|but|if|than|as|whether"
    r"|s(?:ay|ays|aid)|tell|told|believ\w+|argu\w+|claim\w*|conclud\w+|propos\w+|show\w*|th(?:ink|inks|ought)"
    r"|kn(?:ow|own|ew)|admit\w*|warn\w*|plead\w*|pled|agree\w*|decid\w+|promis\w+|vow\w*|ask\w*)\b",
    re.IGNORECASE,
)
# By these too a sentence denies what a question denies.
_WITHHOLDS = patterns.compile(
    r"\b(?:lack|reject|refus|refrain|fail|declin|oppos|skip|boycott|miss(?:ed|es|ing)\b|absen|abstain|stop|ceas|halt"
    r"|prevent|avoid|restrict|ban(?:s|ned)?\b|bar(?:s|red|ring)\b|block|few\b|fewer\b|hardly|scarcely|barely|rarely"
    r"|seldom|except|instead|rather\s+than|yet\s+to\b|only\b|delay|postpon|withdr|withh|cancel|exclu|omit|exempt|unlike"
    r"|unless|neglect|ignor|dismiss|suspend|drop(?:s|ped)\b|scrap|abandon|all\s+but\b|but\s+(?:for|not)\b|far\s+from"
    r"|short\s+of|veto|quit|opted\s+out|(?:stay|kept|keep)\w*\s+(?:away|out)|pull(?:ed|s|ing)?\s+out|set\s+aside"
    r"|unable|impossible|unavailable|ineligible|illegal|inactiv|dis(?:agree|allow|approv|qualif|regard)"
    r"|free\s+of|clear\s+of|non-)",
    re.IGNORECASE,
)
# Words of the table whose opposites often tell the same from another side (who beat whom tells who lost; who
# has less, who has more), that are often said of different things (two times, two directions), or that have
# many senses.
_FROM_ANOTHER_SIDE = word_set("""
    win wins won winning survive survives survived lose loses lost losing forfeit forfeits forfeited beat
    beats beaten beating lead leads led leading trail trails trailed trailing victory victories defeat defeats
    winner winners loser losers loss losses gain gains capture captures captured seize seizes seized conquer
    conquered surrender surrendered attack attacks attacked defend defends defended buy buys bought purchase
    purchases purchased acquire acquires acquired sell sells sold divest borrow borrows borrowed lend lends
    lent import imports imported export exports exported pay pays paid owe owes owed receive receives received
    send sends sent give gives gave given take takes took taken earn earns earned spend spends spent save
    saves saved join joins joined leave leaves left enter enters entered exit exits exited arrive arrives
    arrived come comes came go goes went gone depart departs departed flee flees fled return returns returned
    buyer buyers seller sellers employer employers employee employees worker workers teacher teachers pupil
    pupils student students victim victims suspect suspects perpetrator attacker attackers civilian civilians
    soldier soldiers troops military adult adults children child minors prosecution prosecutor prosecutors
    plaintiff defence defendant defendants supply demand revenue revenues income earnings spending expenditure
    costs assets liabilities debts democrat democrats democratic republican republicans conservative
    conservatives liberal liberals ruling governing government opposition national federal local provincial
    regional he him his she her hers man men woman women male males female females boy boys girl girls husband
    wife king queen peace peaceful ceasefire truce war violent violence fighting offensive friend friends
    friendly ally allies enemy enemies foe hostile rival rivals more greater higher bigger larger less fewer
    lower smaller better worse stronger weaker faster slower richer poorer stricter tougher easier harder up
    upward upwards down downward downwards above over below under beneath against for pro anti only also hold
    holds held break breaks broke broken free frees freed clear clears cleared keep keeps kept drop drops
    dropped lift lifts lifted stay stays stayed remain remains remained bring brings brought find finds found
    record fear fears hope hopes fire fires fired land lands landed land sea air black white red green yellow
    home abroad effect force north south east west northern southern eastern western northeast northwest
    southeast southwest northeastern northwestern southeastern southwestern city cities urban rural
    countryside village villages son sons daughter daughters before after since until previous next earlier
    later early late past future coming today yesterday tomorrow pass passed passes passing sign signs signed
    signing begins begin end ends stop stops open opened opening close closed
""")
_YEAR = patterns.compile(r"1\d{3}|20\d{2}")
_CURRENCY_BEFORE = patterns.compile(r"(?:[$€£¥₹]|\b(?:Rs|[A-Z]{3})\.?)\s*\Z")
_LONGEST_CURRENCY = 6
_ORDINAL = patterns.compile(r"\d(?:st|nd|rd|th)\Z")
# So many words on either side of a word tell what it is said of.
_BESIDE = 3


def with_contraries(
    question: str, quotables: Sequence[Quotable], *, dates: Sequence[str] = ()
) -> list[Quotable]:
    """The sentences, best first; those that say the opposite of the question with as much less of a logit.

    A sentence does that in a word that is opposed to one of the question's which its passage lacks, both
    beside the same other word; in another number of the same, where its passage lacks that of the question;
    or where the question alone denies something. Nothing is the opposite of a question that asks whether
    something is so. `dates` are the words of the question that name a time.
    """
    asked = proper_of(question)
    if not _ASKS_FOR.search(asked) or _WHETHER.match(asked):
        return list(quotables)
    denied = _denial_in(asked)
    numerals = [one for one in numerals_in(asked, times=dates) if not one.in_a_name]
    read: list[Quotable] = []
    for one in quotables:
        contrary = _lacks(denied, asked, one) if denied else _opposed(asked, one)
        contrary = contrary or _of_another_number(asked, numerals, one)
        read.append(replace(one, score=one.score - CONTRARY, contrary=contrary) if contrary else one)
    return sorted(read, key=best_first)


def _denial_in(question: str) -> str | None:
    """The word by which the question denies what it asks for: "Which states did not sign?" """
    plain = _DENIES_NOTHING.sub(lambda found: "_" * len(found.group()), question)
    for denied in _DENIED.finditer(plain):
        clauses = [one.end() for one in _ASKING_CLAUSE.finditer(plain, 0, denied.start())]
        first = _ASKS_FOR.search(plain, 0, denied.start())
        start = clauses[-1] if clauses else first and first.end()
        if start is not None and not _OF_ANOTHER_CLAUSE.search(plain, start, denied.start()):
            return denied.group()
    return None


def _lacks(denial: str, question: str, told: Quotable) -> Contrary | None:
    """Whether neither the sentence nor its headline denies anything; opposites are not looked at then: "did
    not rise" is "fell", and "not paid" is "unpaid"."""
    text = f"{told.card.title}\n{told.text}"
    if denies(text) or _WITHHOLDS.search(text):
        return None
    asked, words = ([word.group().lower() for word in WORD.finditer(each)] for each in (question, text))
    return None if any(opposed_places(asked, words)) else Contrary(denial)


def _opposed(question: str, told: Quotable) -> Contrary | None:
    asked, words = list(WORD.finditer(question)), list(WORD.finditer(told.text))
    plain, others = ([word.group().lower() for word in each] for each in (asked, words))
    pairs = [
        (place, other)
        for place, other in opposed_places(plain, others)
        if not {plain[place], others[other]} & _FROM_ANOTHER_SIDE
        and _beside(plain, place) & _beside(others, other)
    ]
    evidence = WORD.findall(f"{told.card.title}\n{told.ranked.candidate.text}")
    return next(
        (
            Contrary(asked[place].group(), words[other].group())
            for place, other in pairs
            if not (_is_said(plain[place], evidence) or _is_said(others[other], plain))
            # The opposite itself may deny: "refused".
            and not denies(f"{told.text[: words[other].start()]}{told.text[words[other].end() :]}")
        ),
        None,
    )


def _of_another_number(question: str, numerals: Sequence[Numeral], told: Quotable) -> Contrary | None:
    """ "12 academies" of the question, where the sentence has 16 academies and its passage no 12."""
    others = numerals_in(told.text) if numerals else []
    if not others:
        return None
    values = values_in(f"{told.card.title}\n{told.ranked.candidate.text}")
    for one in numerals:
        if one.stands_in(values):
            continue
        kind, counted = _kind_of(question, one), _behind(question, one.end)
        for other in others:
            words = told.text[other.start : other.end]
            same = _kind_of(told.text, other) == kind and not _YEAR.fullmatch(words)
            if same and not one.is_about(other) and _is_same(counted, _behind(told.text, other.end)):
                return Contrary(question[one.start : one.end], words)
    return None


def _kind_of(text: str, number: Numeral) -> tuple[bool, bool]:
    """Whether it is an amount of money, and whether it is a place in an order."""
    money = _CURRENCY_BEFORE.search(text[max(0, number.start - _LONGEST_CURRENCY) : number.start])
    return money is not None, _ORDINAL.search(text[number.start : number.end]) is not None


def _behind(text: str, end: int) -> list[str]:
    """The stems of the first words behind a number that mean something: what it counts is among them."""
    words = itertools.islice(WORD.finditer(text, end), _BESIDE)
    return [stem_of(word.group()) for word in words if word.group().lower() not in FUNCTION_WORDS]


def _is_same(counted: Sequence[str], other: Sequence[str]) -> bool:
    """Whether the first word behind one number is behind the other too: "national academies", "academies"."""
    return bool({*counted[:1]} & {*other} or {*other[:1]} & {*counted})


def _is_said(word: str, words: Sequence[str]) -> bool:
    """Whether one of the words is this one in another form, or opposed to the same."""
    return has_word(stems_of(" ".join(words)), word) or not sides_of([word]).isdisjoint(sides_of(words))


def _beside(words: Sequence[str], place: int) -> set[str]:
    """The stems of the words that mean something beside the one at a place."""
    near = [*words[max(0, place - _BESIDE) : place], *words[place + 1 : place + 1 + _BESIDE]]
    return {stem_of(word) for word in near if word not in FUNCTION_WORDS}
