"""The "it" that stands for nothing: "It is reported that", "It was raining", "It was Khan who left"."""

from __future__ import annotations

from rag import patterns
from rag.answering.english.lexicon import any_of

_KNOWN = any_of(
    """reported believed said understood known thought claimed alleged announced argued estimated agreed
    decided hoped feared noted warned proposed learned learnt observed mentioned emphasised emphasized
    highlighted recalled accepted acknowledged speculated suggested revealed confirmed established
    recommended assumed rumoured rumored stated felt expected clear unclear likely unlikely possible
    probable certain uncertain true evident obvious apparent doubtful significant ironic surprising
    important essential vital crucial necessary imperative sad good right wrong no_surprise no_secret
    no_coincidence no_wonder no_longer_clear a_fact a_pity a_shame a_matter_of"""
)
_JUDGED = any_of(
    """important possible impossible necessary unnecessary difficult hard harder easy easier essential
    vital crucial too_early too_late too_soon early premature good better best bad nice sad time high_time
    worth worthwhile common unusual rare customary illegal wrong right dangerous safe fair natural normal
    tempting useful up_to interesting encouraging heartening disappointing worrying alarming fitting
    gratifying challenging proposed planned hoped intended recommended advisable prudent mandatory
    compulsory reasonable"""
)
_BE = any_of(
    """is was has_been had_been will_be would_be may_be might_be could_be must_be must_have_been can_be
    should_be became becomes remains remained seems seemed appears appeared"""
)
_ADVERBS = r"(?:\s(?:not|also|now|still|only|\w+ly|long|often|been|being|yet|to\sbe|so|very|more))*"
_WEATHER = any_of("raining snowing pouring cold hot warm dark foggy windy freezing known clear unclear seen")
_HOURS = any_of("noon midnight dawn dusk around monday tuesday wednesday thursday friday saturday sunday")
_PLACED = any_of(
    "until because why where here there this these then when only in on at with under during through"
)
_RANKED = r"(?:the|his|her|their|its)\s(?:first|second|third|fifth|last|latest|only|\w+est|\w+th)"
# "It was Khan who left": what is meant follows.
_CLEFT = r"(?:[A-Z]|(?:the|an?|his|her|their)\s)[^.;]{0,120}?\s(?:that|who|which|whose|when)"
_HAPPENING = (
    r"(?:(?:just|also|soon|then|later)\s)*(?:seem|appear|happen|turn|transpire|follow|emerge)(?:e?[sd])?(?:\sout)?,?\s"
    + any_of("that as_if as_though like to_me to_him to_us to_her to_them")
)
_IDIOMS = any_of(
    "goes_without makes_sense hurts_to depends pays_to remains_to_be used_to_be_that may_be_that"
)
_TAKING = (
    rf"(?:{any_of('will would may could can might')}\s)?{any_of('take takes took rain rained snow snowed')}"
)
_BEING = "|".join(
    (
        rf"{_KNOWN}(?:\s\w+){{0,6}}?,?\s{any_of('that whether if how why when who where what')}",
        rf"{_JUDGED}\s{any_of('to for that of')}",
        _WEATHER,
        _HOURS,
        _PLACED,
        _RANKED,
        _CLEFT,
        r"\d+",
        r"a\s(?:\w+\s)?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day",
    )
)
_EXPLETIVE = patterns.compile(
    rf"(?:[’']s|\s{_BE})(?:n[’']t)?{_ADVERBS}\s(?:{_BEING})\b"
    rf"|[’'\s](?:has|had)\s(?:\w+ly\s|long\s|not\s)*{any_of('rained snowed taken emerged become_clear')}\b"
    rf"|\s(?:{_HAPPENING}|{_TAKING}|{_IDIOMS})\b"
    rf"|\s(?:does|did)(?:n[’']t|\snot)\s{any_of('matter help hurt take rain')}\b"
)


def stands_for_nothing(behind: str) -> bool:
    """Whether an "it" before these words refers to nothing that was named; so taken where in doubt."""
    return _EXPLETIVE.match(behind) is not None
