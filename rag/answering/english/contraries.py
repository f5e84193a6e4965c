"""Where a sentence says the opposite of what a question says: by an opposed word, or without its denial."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from rag import patterns
from rag.answering.english.lexicon import ASKING, FUNCTION_WORDS
from rag.answering.english.stems import WORD, has_word, stem_of, stems_of
from rag.answering.english.subjects import word_set
from rag.turning import denies, forms_of, opposed_places, sides_of

_ASKS_FOR = patterns.compile(rf"\b{ASKING}\b", re.IGNORECASE)
# What asks whether something is so is answered by its opposite too.
_WHETHER = patterns.compile(
    r"\W*(?:(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must|am|shall"
    r"|ai)(?:n[’']t)?|won[’']t|can[’']?t|shan[’']t)\b",
    re.IGNORECASE,
)
# What gives a reason need not deny.
_REASON = patterns.compile(r"\b(?:why|how|for\s+what\s+reason)\b(?!\s+(?:many|much)\b)", re.IGNORECASE)
# "Not" with a capital letter is of a title, but for "NOT".
_DENIED = patterns.compile(r"\b(?:not|NOT|never|NEVER|cannot|no longer|[a-z]+n[’']t)\b")
_DENIES_NOTHING = patterns.compile(
    r"\b(?:(?:whether\s+)?or\s+not|if\s+not|why\s+not|not\s+(?:only|just|least|to\s+mention))\b",
    re.IGNORECASE,
)
# A clause of its own, and not of what is described ("athletes who cannot compete").
_ASKING_CLAUSE = patterns.compile(rf"(?:\A|[.?!,;:])\W*(?:\w+\W+)?\b{ASKING}\b", re.IGNORECASE)
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
    r"|free\s+of|clear\s+of|non-|remain|steady\b|intact\b|insufficien|inadequa|incomplet|invalid|unclear|unknown"
    r"|zero\b|off\s+limits|pending|outstanding\b|false\b|fake|fabricat|acquit|prohibit|forbid|against\b|for\s+the\s+first\s+time)",
    re.IGNORECASE,
)
# What side of a vote somebody is on.
_VOTE = patterns.compile(
    r"\b(?:vot(?:e|es|ed|ing)|spoke|speak|speaks|campaign\w*|argu\w+)\s+(?:(?P<against>against)|for|in\s+favou?r)\b"
    r"|\b(?:(?P<opposed>against)|in\s+favou?r\s+of)\s+(?=(?:the|a|an|this|it)\b)",
    re.IGNORECASE,
)
# "Claimed the lives of two" for "killed", which "injured" beside it does not oppose.
_DIED = patterns.compile(r"\b(?:kill\w*|die[sd]?|dead|deaths?|fatal\w*|lives|toll)\b", re.IGNORECASE)
# Words of the table whose opposites often tell the same from another side (who beat whom tells who lost; who
# has less, who has more), that are often said of different things (two times, two directions), or that have
# many senses.
_FROM_ANOTHER_SIDE = frozenset(
    form
    for verb in word_set("""
        win survive lose forfeit beat lead trail gain capture seize conquer surrender attack defend buy
        purchase acquire sell divest borrow lend import export pay owe receive send give take earn spend
        save join leave enter exit arrive come go depart flee return hold break free clear keep drop
        lift lower stay remain bring find fear hope fire land pass sign begin end stop open close raise
        """)
    for form in forms_of(verb)
) | word_set("""
    alive victory victories defeat defeats winner winners loser losers loss losses buyer buyers seller
    sellers employer employers employee employees workers teacher teachers pupil pupils students victim
    victims suspect suspects perpetrator attacker attackers civilian civilians soldier soldiers troops
    military adult adults children child minors prosecution prosecutor prosecutors plaintiff defence
    defense defendant defendants supply demand revenue revenues income earnings spending expenditure
    costs assets liabilities debts democrat democrats democratic republican republicans conservative
    conservatives liberal liberals ruling governing government opposition national federal local
    provincial regional he him his she her hers man men woman women male males female females boy boys
    girl girls son sons daughter daughters husband wife king queen peace peaceful ceasefire truce war
    violent violence fighting offensive friend friends friendly ally allies enemy enemies foe hostile
    rival rivals more greater higher bigger larger less fewer smaller better worse stronger weaker
    faster slower richer poorer stricter tougher easier harder most least up upward upwards down
    downward downwards above over below under beneath against for pro anti only also record sea air
    black white red green yellow abroad effect force north south east west northern southern eastern
    western northeast northwest southeast southwest northeastern northwestern southeastern southwestern
    city cities urban rural countryside village villages before after since until previous next earlier
    later early late past coming yesterday tomorrow day night
""")
_OF_TIME = word_set(
    """monday tuesday wednesday thursday friday saturday sunday day week weekend month quarter year decade
    century night evening morning summer winter spring autumn time january february march april may june july
    august september october november december"""
)
_TIME_BEHIND = patterns.compile(
    r"\b(?:this|that|last|next|after|before|since|ago|later|earlier)\b", re.IGNORECASE
)
# "The first bridge in 46 years" and "since 1978" tell when the last one was built; what the first one did in
# five days, or was in 1890, does not.
_FIRST_SINCE = patterns.compile(
    r"first\b(?:(?!\b(?:will|would|can|could|is|are|was|were|has|have|had)\b)[^.;,]){0,80}?"
    r"\b(?:since\s+[\w’'“\"]"
    r"|in\s+(?:(?:nearly|almost|over|more\s+than|about|around|some|at\s+least)\s+)?(?:an?\s+|\d{1,3}\s+|[a-z]+(?:[\s-][a-z]+)?\s+)"
    r"(?:years|months|decades?|centur(?:y|ies)|generations?)\b)",
    re.IGNORECASE,
)
_NAMED_BEHIND = patterns.compile(r"\s+[A-Z][a-z]")
# Of a sentence and a question no more opposed words are looked at: it takes their product.
_MOST_PAIRS = 200
# What is voted on is among so many words behind.
_VOTED_ON = 4
# So many words on either side of a word tell what it is said of.
_BESIDE = 3


def asks_for_something(question: str) -> bool:
    """Whether a question asks for something, and not whether something is so."""
    return _ASKS_FOR.search(question) is not None and not _WHETHER.match(question)


def denial_in(question: str) -> str | None:
    """The word by which the question denies what it asks for: "Which states did not sign?" None where it asks
    for a reason."""
    if _REASON.search(question):
        return None
    plain = _DENIES_NOTHING.sub(lambda found: "_" * len(found.group()), question)
    for denied in _DENIED.finditer(plain):
        clauses = [one.end() for one in _ASKING_CLAUSE.finditer(plain, 0, denied.start())]
        first = _ASKS_FOR.search(plain, 0, denied.start())
        start = clauses[-1] if clauses else first and first.end()
        if start is not None and not _OF_ANOTHER_CLAUSE.search(plain, start, denied.start()):
            return denied.group()
    return None


def denies_something(text: str, question: str) -> bool:
    """Whether a text denies something, or has an opposite of a word of the question: "did not rise" is
    "fell", and "not paid" is "unpaid"."""
    if denies(text) or _WITHHOLDS.search(text):
        return True
    asked, words = ([word.group().lower() for word in WORD.finditer(each)] for each in (question, text))
    return any(opposed_places(asked, words))


def opposites_in(question: str, sentence: str, *, title: str, passage: str) -> Iterator[tuple[str, str]]:
    """The words of a question that are opposed to one of the sentence, each with that one: beside the same
    other word, and where neither the passage has the word of the question nor the question that of the
    sentence, nor either what stands on the same side. So are the two sides of one vote. Of a question that
    denies something none are: why a project has not resumed is told of one that is suspended."""
    if denies(question):
        return
    if (sides := _sides_of_a_vote(question, sentence)) is not None:
        yield sides
    asked, told = list(WORD.finditer(question)), list(WORD.finditer(sentence))
    plain, others = ([word.group().lower() for word in each] for each in (asked, told))
    pairs = [
        (place, other)
        for place, other in itertools.islice(opposed_places(plain, others), _MOST_PAIRS)
        if not {plain[place], others[other]} & _FROM_ANOTHER_SIDE
        and not _is_measured(plain, place)
        and _beside(plain, place) & _beside(others, other)
    ]
    if not pairs:
        return
    known, meant, below = stems_of(passage), _Said.of(question), _Said.of(f"{title}\n{sentence}")
    for place, other in pairs:
        if (
            not has_word(known, plain[place])
            and not below.has(plain[place])
            and not meant.has(others[other])
            and not (_is_in_a_name(question, asked[place]) or _is_in_a_name(sentence, told[other]))
            and not (_DIED.search(plain[place]) and _DIED.search(sentence))
            and not (plain[place] in {"last", "final"} and _FIRST_SINCE.match(sentence, told[other].start()))
            # The opposite itself may deny: "refused".
            and not denies(f"{sentence[: told[other].start()]}{sentence[told[other].end() :]}")
        ):
            yield asked[place].group(), told[other].group()


@dataclass(frozen=True, slots=True)
class _Said:
    """The words of a text in any form, and the sides on which they stand."""

    stems: Set[str]
    sides: Set[tuple[int, int]]

    @classmethod
    def of(cls, text: str) -> _Said:
        return cls(stems_of(text), sides_of(WORD.findall(text)))

    def has(self, word: str) -> bool:
        """Whether it has the word in another form, or one that is opposed to the same."""
        return has_word(self.stems, word) or not self.sides.isdisjoint(sides_of([word]))


def _sides_of_a_vote(question: str, sentence: str) -> tuple[str, str] | None:
    """The sides where the question asks for one side of a vote and the sentence tells of the other alone, on
    the same matter."""
    asked, told = _VOTE.search(question), list(_VOTE.finditer(sentence))
    if asked is None or not told:
        return None
    against = _is_against(asked)
    if any(_is_against(one) == against for one in told):
        return None
    matter = set(stems_behind(question, asked.end(), most=_VOTED_ON))
    if all(matter.isdisjoint(stems_behind(sentence, one.end(), most=_VOTED_ON)) for one in told):
        return None
    return ("against", "for") if against else ("for", "against")


def _is_against(vote: re.Match[str]) -> bool:
    return vote["against"] is not None or vote["opposed"] is not None


def _is_measured(words: Sequence[str], place: int) -> bool:
    """Whether a word asks for a measure ("how old", "how long did it last") or tells a time ("last May")."""
    if words[place] in {"last", "first", "past"} and not _OF_TIME.isdisjoint(words[place + 1 : place + 2]):
        return True
    return "how" in words[max(0, place - 1) : place] or (words[place] == "last" and "long" in words)


def _is_in_a_name(text: str, word: re.Match[str]) -> bool:
    """Whether it is the beginning of a name: the "New" of "New York"."""
    return word.group()[0].isupper() and _NAMED_BEHIND.match(text, word.end()) is not None


def _beside(words: Sequence[str], place: int) -> set[str]:
    """The stems of the words that mean something beside the one at a place."""
    near = [*words[max(0, place - _BESIDE) : place], *words[place + 1 : place + 1 + _BESIDE]]
    return {stem_of(word) for word in near if word not in FUNCTION_WORDS}


def stems_behind(text: str, end: int, *, most: int) -> list[str]:
    """The stems of those of the first `most` words behind a place that mean something."""
    words = itertools.islice(WORD.finditer(text, end), most)
    return [stem_of(word.group()) for word in words if word.group().lower() not in FUNCTION_WORDS]


def stems_of_counted(text: str, end: int, *, most: int) -> list[str]:
    """As `stems_behind`, for what a number counts: "10 years this week" counts no weeks."""
    time = _TIME_BEHIND.search(text, end)
    return stems_behind(text[: time.start()] if time else text, end, most=most)
