"""Whether a word turns what two sentences say, though they share nearly all others.

"The court convicted the mayor" and "The court acquitted the mayor" tell of a reversal, not of one fact told
twice. Only the words in which the two differ are looked at, so that what both say turns nothing. What turns
is closed and can be read here: denials, opposites, numbers, names, and a plan against the event. Where it is
not sure that two sentences agree, it says that they do not: to tell one fact twice costs a line, to hide a
reversal costs the truth.

It is English only; of other languages it knows names and numbers in digits.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache


def _word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# A verb stands with all of its forms; "|" divides the sides, and any two sides of one line are opposed.
_VERBS = """
    convict condemn sentence | acquit exonerate clear pardon free absolve
    arrest detain jail imprison hold | release free
    charge indict prosecute accuse | clear exonerate acquit
    uphold affirm confirm | overturn quash annul reverse dismiss
    execute | pardon reprieve spare
    free release rescue | kill execute
    grant give award | deny refuse withhold revoke
    seize confiscate freeze impound | return release unfreeze

    approve adopt pass endorse ratify accept authorise allow permit clear legalise | reject refuse block
        veto ban bar
        prohibit forbid outlaw defeat decline
    support favour endorse champion | oppose resist
    confirm | reject block withdraw
    agree | disagree refuse break
    sign | scrap cancel reject break
    enact introduce impose reimpose tighten toughen | lift ease loosen relax remove repeal scrap abolish waive
    keep retain maintain preserve | scrap abandon drop abolish lose ditch
    appoint hire recruit nominate elect reinstate | dismiss sack fire oust remove expel
    confirm admit acknowledge verify concede | deny dispute refute
    praise welcome applaud hail laud | criticise condemn denounce slam deplore
    comply respect honour observe | violate breach flout break
    include | exclude omit
    attend | boycott skip miss
    encourage urge | discourage
    trust believe | doubt
    blame | absolve thank

    raise rise increase climb grow gain jump surge soar expand boost hike lift double triple | cut lower fall
        decrease decline drop shrink slip slump plunge tumble reduce slash sink dip plummet halve
    improve recover rebound ease | worsen deteriorate
    ease calm subside | escalate intensify mount
    strengthen appreciate | weaken depreciate
    accelerate quicken | slow decelerate
    widen | narrow
    win survive | lose forfeit
    qualify | eliminate
    beat | lose
    lead | trail
    succeed | fail
    advance | retreat withdraw
    capture seize conquer | lose surrender
    attack | defend
    promote | demote relegate
    buy purchase acquire | sell divest
    borrow | lend
    import | export
    nationalise | privatise
    pay | owe receive
    send | receive
    give | take
    earn | spend
    save | spend waste

    begin start launch open commence resume restart reopen | end stop close finish halt suspend conclude
        cease shut
        cancel
    continue proceed | end stop halt cancel suspend postpone
    open reopen | close shut
    begin start open | postpone delay cancel
    bring | postpone
    join enter | leave quit exit
    stay remain | leave quit resign depart go
    arrive come | depart leave go
    flee evacuate | return
    deploy invade occupy | withdraw
    build construct erect rebuild | demolish destroy raze dismantle
    create establish found | abolish dissolve disband
    unite reunite merge | divide split
    reveal disclose publish | conceal hide withhold
    find recover | lose
    rescue save | abandon
    protect | endanger threaten
    marry | divorce
    hope | fear
    hold | collapse break
    remember | forget
    extend prolong renew | shorten end expire
    recover | die
    land arrive | crash
    hire | fire dismiss
"""
# The irregular pasts of the verbs of news, for the table and for plans.
_IRREGULAR = """
    arise arose arisen; beat beaten; become became; begin began begun; bid bid; break broke broken;
    bring brought; build built; buy bought; catch caught; choose chose chosen; come came; cut cut; draw
    drew drawn;
    drive drove driven; fall fell fallen; feel felt; fight fought; find found; flee fled; fly flew flown;
    forbid forbade forbidden; forget forgot forgotten; freeze froze frozen; give gave given; go went gone;
    grow grew grown; hear heard; hide hid hidden; hit hit; hold held; hurt hurt; keep kept; lay laid;
    lead led; leave left; lend lent; lose lost; make made; meet met; overturn overturned; pay paid; put put;
    quit quit; read read; rebuild rebuilt; ride rode ridden; rise rose risen; run ran; see saw seen; seek
    sought;
    sell sold; send sent; set set; shoot shot; shrink shrank shrunk; shut shut; sink sank sunk; sit sat;
    speak spoke spoken; spend spent; split split; spread spread; stand stood; steal stole stolen;
    strike struck stricken; swear swore sworn; take took taken; teach taught; tear tore torn; throw threw
    thrown;
    uphold upheld; wear wore worn; win won; withdraw withdrew withdrawn; withhold withheld; write wrote
    written
"""
# Words that stand as they are written here.
_WORDS = """
    guilty | innocent cleared
    legal lawful legally | illegal illegally unlawful
    conviction convictions | acquittal acquittals
    approval approvals acceptance | rejection rejections refusal veto
    confirmation | denial denials
    support backing backed backs supported | opposition opposed opposes against rejected rejects rejecting
    for favour | against
    pro | anti
    ban bans banned | legalisation legalised permitted allowed
    majority | minority
    ruling governing government | opposition
    democrat democrats democratic | republican republicans
    conservative conservatives | liberal liberals
    prosecution prosecutor prosecutors plaintiff | defence defendant defendants
    custody jail | atlarge free
    victim victims | suspect suspects perpetrator attacker attackers

    more greater higher bigger larger | less fewer lower smaller
    most highest biggest largest maximum record | least lowest smallest minimum
    atleast | atmost
    above over | below under beneath
    up upward upwards | down downward downwards
    high | low
    big large major | small minor
    growth rise increase expansion boom gains upturn | decline decrease recession contraction fall drop cuts
        reduction downturn slump
    profit profits profitable surplus gain gains | loss losses deficit lossmaking
    assets | liabilities debts
    revenue revenues income earnings | spending expenditure costs
    supply | demand
    inflation | deflation
    imports | exports
    success successes | failure failures
    victory victories win wins triumph | defeat defeats loss losses
    winner winners | loser losers
    heavy | light
    strong stronger strongest | weak weaker weakest
    fast faster quick | slow slower
    good better best | bad worse worst poor
    positive | negative
    optimistic | pessimistic
    expensive | cheap
    rich richer wealthy | poor poorer
    strict stricter tough tougher | lenient

    killed dead died dies die deaths death fatalities fatally | injured wounded hurt injuries wounds | alive
        survived survivors survives unharmed unhurt rescued | missing
    births birth born | deaths death died
    healthy well | sick ill
    safe safely | dangerous dangerously
    true | false
    right | wrong
    peace peaceful ceasefire truce | war violent violence fighting offensive
    friend friends friendly ally allies | enemy enemies foe hostile rival rivals
    open opened | closed shut
    easy easier | hard harder difficult
    possible likely | unlikely impossible
    mandatory compulsory obligatory | optional voluntary
    temporary temporarily | permanent permanently
    partial partially partly | full fully complete completely total totally entirely
    same identical | different
    effect force | expires expired lapses lapsed
    always | never rarely seldom
    often frequently | rarely seldom
    only | also
    public publicly | private privately
    success | failure
    presence | absence
    present | absent
    willing | reluctant

    before until prior | after since following
    early earlier | late later
    last past previous | next coming upcoming
    first opening | last final
    yesterday | tomorrow
    morning | afternoon evening night
    day daytime | night nighttime
    daily | weekly | monthly | quarterly | annual annually yearly
    spring | summer | autumn | winter
    start beginning outset opening | end ending close closure
    arrival entry | departure exit
    old older oldest | new newer newest young younger youngest
    former ex | current incumbent
    gold | silver | bronze

    north northern | south southern | east eastern | west western | northeast northeastern | northwest
        northwestern
        | southeast southeastern | southwest southwestern
    upper | lower
    left | right
    leftist | rightist
    inside within indoors | outside outdoors
    front | back rear
    land | sea air
    urban city cities | rural countryside village villages
    domestic domestically | foreign overseas abroad
    national federal | local provincial regional
    men man male males he him his boy boys father husband son sons brother king | women woman female
        females she her
        hers girl girls mother wife daughter daughters sister queen
    adult adults men women | child children boys girls minors
    civilian civilians | soldier soldiers troops military
    buyer buyers | seller sellers
    employer employers | employee employees workers
    teacher teachers | pupil pupils students
    black | white
    red | green | yellow
    hot hotter | cold colder
    warm warmer | cool cooler
    wet | dry
    drought | flood flooding floods
"""
_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non")
# What begins as a prefix does, before a word of its own.
_NO_PREFIX = _word_set("""
    come comes coming form formed forms formation port ported ports side sides tend tended tends vest
    vested vests
    play played plays patch cover covered covers press pressed presses flow flows put puts charge charged
    charges
    count counts pose posed poses deed land lands crease creased come doors tent tense stall stalled
    habit habited
    head heads tact tract tracts field fields position positions posing pact pacts part parts pulse
    still stance stances state states sure sured sight sights
    """)

_DENIAL = re.compile(
    r"\b(?:not|no|never|none|neither|nor|nobody|nothing|nowhere|without|cannot|den(?:y|ies|ied|ying)|denials?"
    r"|(?:fail(?:s|ed|ing)?|refus(?:e|es|ed|ing)|declin(?:e|es|ed|ing)|unable)\s+to|rul(?:e|es|ed|ing)\s+out)\b"
    r"|n[’' ]t\b",
    re.IGNORECASE,
)
# Written otherwise, they are said alike; what looks like a denial here is none.
_PHRASES = (
    (re.compile(r"\bno\s+(?:fewer|less)\s+than\b|\bat\s+least\b", re.IGNORECASE), " atleast "),
    (
        re.compile(r"\bno\s+more\s+than\b|\bat\s+(?:the\s+)?most\b|\bup\s+to(?=\s+\d)", re.IGNORECASE),
        " atmost ",
    ),
    (re.compile(r"\bnot\s+(?:only|just|least)\b|\bno\s+doubt\b|\bmore\s+and\s+more\b", re.IGNORECASE), " "),
    (re.compile(r"\bneither\b(?=.*\bnor\b)", re.IGNORECASE | re.DOTALL), " "),
    (re.compile(r"\b[Nn]os?\.?(?=\s*\d)"), " number "),
    (re.compile(r"\b(?:la(?:id|y|ys|ying))\s+off\b", re.IGNORECASE), " dismissed "),
    (re.compile(r"\bcall(?:ed|s|ing)?\s+off\b", re.IGNORECASE), " canceled "),
    (re.compile(r"\bturn(?:ed|s|ing)?\s+down\b", re.IGNORECASE), " rejected "),
    (
        re.compile(r"\b(?:str[iu](?:ck|ke|kes|king)|thr(?:ow|ew|own|ows))\s+(?:down|out)\b", re.IGNORECASE),
        " overturned ",
    ),
    (re.compile(r"\bst(?:ep|eps|epped|epping|ood|and|ands)\s+down\b", re.IGNORECASE), " resigned "),
    (re.compile(r"\bpull(?:ed|s|ing)?\s+out\b", re.IGNORECASE), " withdrew "),
    (re.compile(r"\bat\s+large\b", re.IGNORECASE), " atlarge "),
    (re.compile(r"\bper\s+cent\b", re.IGNORECASE), "percent"),
    (re.compile(r"\ba\s+few\b", re.IGNORECASE), " several "),
    (re.compile(r"\b(non|un|dis)-(?=\w)", re.IGNORECASE), r"\1"),
    (re.compile(r"\b((?:[A-Z]\.){2,})(?!\w)"), lambda found: found[1].replace(".", "") + " "),
)

# "2-1" is one number, a score; "10:30" and "1,204" are one too.
_WORD = re.compile(
    r"\d++(?:[.,]\d++)?+(?:k|mn|bn|tn|m)\b|\d++(?:[.,:]\d++)*+(?:[-–]\d++(?:[.,]\d++)*+)*+(?!\w)|\w+",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r",(?=\d{3}(?:\D|$))")
_SUFFIXED = re.compile(r"(\d+(?:\.\d+)?)(k|m|mn|bn|tn)", re.IGNORECASE)
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)", re.IGNORECASE)
_ONES = {
    word: value
    for value, word in enumerate(
        re.findall(
            r"\w+",
            """
            zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
            sixteen
            seventeen eighteen nineteen
            """,
        )
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        re.findall(r"\w+", "twenty thirty forty fifty sixty seventy eighty ninety"), start=2
    )
}
_SCALES = {
    "hundred": 100,
    "thousand": 1000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "dozen": 12,
}
_SHORT_SCALES = {"k": 1000, "m": 10**6, "mn": 10**6, "bn": 10**9, "tn": 10**12}
_ORDINALS = {
    word: value
    for value, word in enumerate(
        re.findall(
            r"\w+", "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
        ),
        start=1,
    )
}
# How much, without a number; words of one line mean one quantity.
_QUANTITIES = {
    word: line.split()[0]
    for line in """
        dozens tens
        scores
        hundreds
        thousands
        millions
        billions
        trillions
        half halved halves
        thirds
        quarter quarters
        all every entire
        most majority
        many
        several handful
        few
        none
        x2 double doubled doubles twice twofold
        x3 triple tripled trebled thrice threefold
        2 both
        1 single
    """.strip().splitlines()
    for word in line.split()
}

# Names that tell who speaks or how he is called, not whom it is about.
_TITLES = _word_set("""
    mr mrs ms miss dr prof professor sir lord lady dame pm prime minister ministers president vice premier
    chancellor senator sen representative rep governor gov mayor king queen prince princess pope judge justice
    chief general gen colonel col major captain capt lieutenant lt sergeant sgt admiral secretary foreign
    defence
    defense interior finance attorney ambassador director chairman chairwoman chairperson ceo mp the
    reuters ap afp agence presse associated press bloomberg bbc cnn tass xinhua pti ani apa dpa
    ministry department office party government state county inc ltd corp plc co company i
    """)
# Written in several ways; each line is one name.
_ALIASES = {
    word: line.split()[0]
    for line in """
        us usa american americans america states
        uk british britain britons
        eu european europe
        un nations
        russia russians kremlin
        france french
        spain spanish
        netherlands dutch holland
        denmark danish danes
        greece greek greeks
        switzerland swiss
        ireland irish
        scotland scottish scots
        wales welsh
        kyiv kiev
        beijing peking
        january jan
        february feb
        august aug
        september sep sept
        october oct
        november nov
        december dec
        monday mon
        tuesday tue tues
        wednesday wed
        thursday thu thurs
        friday fri
        saturday sat
        sunday sun
        saint st
    """.strip().splitlines()
    for word in line.split()
}
_DEMONYMS = ("ians", "ian", "ans", "an", "ns", "n", "is", "i", "ese", "ish")
_COUNTRY_ENDS = ("", "a", "e", "y", "ia", "ey", "en", "and", "s", "land")
# A sentence begins with these without naming anybody.
_OPENERS = _word_set("""
    a an the this that these those it its he his she her they their we our you your i my who what when
    where why
    how which while whereas if unless because since as at by for from in into on onto of off over under
    to with
    within after before during between among about against along around across despite according also but
    and or so yet still then there here now today yesterday tomorrow tonight meanwhile however moreover
    later earlier
    last next one two some many most few several all both each every no not never none nobody nothing neither
    police parliament congress government inflation unemployment trade oil gas gold rain snow people president
    prime minister chief former new old local foreign senior young women men prosecutors parliamentarians
    two three four five six seven eight nine ten eleven twelve dozens hundreds thousands more less at once
    only even just almost nearly about such other another first second third fighting voting work production
    council court mayor
    """)
# Named like a plural, and none.
_NAMED_IN_S = _word_set("wales naples athens brussels algiers netherlands philippines cannes")
_NO_NAME_ENDS = ("ing", "ly", "ment", "tion", "ity", "ness")
# "Told reporters: Talks begin": a capital letter behind these says nothing.
_BEGINS_BEHIND = ':.!?"“”‘(—–'

# What governs an infinitive that lies ahead; behind the others "to" tells of what is done.
_AHEAD = _word_set("will would shall ll to")
_SURE = _word_set("will shall ll")
_DONE_BEFORE_TO = _word_set("""
    managed helped began begun started continued used went rushed hurried able returned came had have has
    forced
    """)
_WENT_BY = _word_set("was were has have had did")
_BETWEEN = _word_set("be have been also now soon then not only formally officially again")
_REPORTING = _word_set("said told announced reported confirmed added stated warned quoted been")


def _past_of(verb: str) -> set[str]:
    """The past forms that a verb may have, more of them than there are."""
    if verb in _PASTS:
        return set(_PASTS[verb])
    forms = {verb + "ed", verb + verb[-1] + "ed"}
    if verb.endswith("e"):
        forms.add(verb + "d")
    if verb.endswith("y"):
        forms.add(verb[:-1] + "ied")
    return forms


def _forms_of(verb: str) -> set[str]:
    stem = verb.removesuffix("e")
    forms = {verb, verb + "s", verb + "es", verb + "ing", stem + "ing", verb + verb[-1] + "ing"}
    if verb.endswith("y"):
        forms.add(verb[:-1] + "ies")
    return forms | _past_of(verb)


def _sides(table: str) -> Iterator[list[list[str]]]:
    """The groups of a table, each as its sides; an indented line or one that opens with "|" goes on."""
    lines: list[str] = []
    for line in table.splitlines():
        if line.startswith(" " * 8) and lines:
            lines[-1] += " " + line
        elif line.strip():
            lines.append(line)
    for line in lines:
        yield [side.split() for side in line.split("|")]


@lru_cache(maxsize=2**14)
def _fold(word: str) -> str:
    """A word without its case, its accents and the difference of British and American spelling."""
    plain = unicodedata.normalize("NFKD", word.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)) or word.casefold()
    plain = re.sub(r"(?<=\w{3})is(?=(?:e|ed|es|er|ers|ing|ation|ations)$)", "iz", plain)
    plain = re.sub(r"(?<=\w{3})our(?=s?$|ed$|ing$|able$)", "or", plain)
    plain = (
        re.sub(r"(?<=\w{3})re(?=s?$)", "er", plain) if plain.startswith(("cent", "theat", "met")) else plain
    )
    plain = re.sub(r"ence(?=s?$)", "ense", plain) if plain.startswith(("def", "off", "lic")) else plain
    return re.sub(r"(?<=\w{3})(?:iy|yy|yi)$", "y", plain)


_PASTS = {words[0]: tuple(words[1:]) for line in _IRREGULAR.split(";") if (words := line.split())}
_IRREGULAR_PASTS = frozenset(past for pasts in _PASTS.values() for past in pasts)


def _opposites() -> dict[str, frozenset[tuple[int, int]]]:
    """For each word of the tables, the group and the side on which it stands."""
    places: dict[str, set[tuple[int, int]]] = {}
    groups = [
        *(
            [{form for word in side for form in _forms_of(word)} for side in group]
            for group in _sides(_VERBS)
        ),
        *([set(side) for side in group] for group in _sides(_WORDS)),
    ]
    for group, sides in enumerate(groups):
        for side, words in enumerate(sides):
            for word in words:
                places.setdefault(_fold(word), set()).add((group, side))
    return {word: frozenset(found) for word, found in places.items()}


_OPPOSITES = _opposites()


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is compared of a sentence.

    `words` are folded. `counts` are its numbers and quantities and `ordinals` its places in an order, each in
    one writing; `figures` are those of them that it writes in digits. `names` are folded words with a capital
    letter, `initials` what their runs abbreviate to. `planned` are the past forms of what it says will
    happen,
    `happened` those of what has; `denials` is how often it denies.
    """

    words: Counter[str]
    counts: Counter[str]
    ordinals: Counter[str]
    figures: frozenset[str]
    names: frozenset[str]
    initials: frozenset[str]
    planned: frozenset[str]
    happened: frozenset[str]
    denials: int


def turned(one: str, other: str) -> bool:
    """Whether words that only one of two sentences has turn its meaning against the other's."""
    if one == other:
        return False
    first, second = _read(one), _read(other)
    return (
        _denials_differ(first, second)
        or _counts_differ(first, second)
        or _opposed(first.words - second.words, second.words - first.words)
        or _names_differ(first, second)
        or _planned_and_happened(first, second)
        or _planned_and_happened(second, first)
    )


def denies(text: str) -> bool:
    """Whether a sentence denies something."""
    return _DENIAL.search(_plainly(text)) is not None


def lacks_a_figure(one: str, other: str) -> bool:
    """Whether a number that `one` writes in digits stands in `other` in no writing."""
    return bool(_read(one).figures - _all_numbers(_read(other)))


def _all_numbers(reading: _Reading) -> frozenset[str]:
    return frozenset(reading.counts) | frozenset(reading.ordinals)


def _plainly(text: str) -> str:
    for pattern, instead in _PHRASES:
        text = pattern.sub(instead, text)
    return text


def _read(sentence: str) -> _Reading:
    text = _plainly(sentence)
    found = list(_WORD.finditer(text))
    written = [match.group() for match in found]
    begins = [_begins(text, match.start()) for match in found]
    folded = [_fold(word) for word in written]
    counts, ordinals, figures = _numbers(folded)
    names = frozenset(_names(written, folded, begins))
    planned, happened = _verbs(folded)
    return _Reading(
        words=Counter(word for word in folded if not word[0].isdigit()),
        counts=counts,
        ordinals=ordinals,
        figures=figures,
        names=names,
        initials=frozenset(_initials(written)),
        planned=planned,
        happened=happened,
        denials=len(_DENIAL.findall(text)),
    )


def _begins(text: str, start: int) -> bool:
    before = text[:start].rstrip()
    return not before or before[-1] in _BEGINS_BEHIND


# ---- denials and opposites


def _denials_differ(one: _Reading, other: _Reading) -> bool:
    return bool(one.denials) != bool(other.denials) or one.denials % 2 != other.denials % 2


def _opposed(one: Counter[str], other: Counter[str]) -> bool:
    """Whether the own words of two sentences stand on different sides of a group, or one is the other with a
    prefix that denies it."""
    first, second = _by_group(one), _by_group(other)
    if any(first[group] != second[group] for group in first.keys() & second.keys()):
        return True
    return _prefixed(one, other) or _prefixed(other, one)


def _by_group(words: Iterable[str]) -> dict[int, set[int]]:
    sides: dict[int, set[int]] = {}
    for word in words:
        for group, side in _OPPOSITES.get(word, ()):
            sides.setdefault(group, set()).add(side)
    return sides


def _prefixed(words: Iterable[str], bare: Counter[str]) -> bool:
    bases = {word.removeprefix(prefix) for word in words for prefix in _PREFIXES if word.startswith(prefix)}
    return any(len(base) > 3 and base not in _NO_PREFIX and base in bare for base in bases)


# ---- numbers


def _counts_differ(one: _Reading, other: _Reading) -> bool:
    for first, second in ((one.counts, other.counts), (one.ordinals, other.ordinals)):
        if first - second and second - first:
            return True
    return False


def _numbers(words: list[str]) -> tuple[Counter[str], Counter[str], frozenset[str]]:
    """The counts, the ordinals and those written in digits, in the order of a sentence's folded words."""
    counts: Counter[str] = Counter()
    ordinals: Counter[str] = Counter()
    figures: set[str] = set()
    place = 0
    while place < len(words):
        word = words[place]
        read = _number_at(words, place)
        if read:
            value, behind = read
            counts[value] += 1
            if any(part[0].isdigit() for part in words[place:behind]):
                figures.add(value)
            place = behind
            continue
        place += 1
        ordinal = _ordinal(word)
        if ordinal:
            value = f"{ordinal}."
            fraction = place > 1 and words[place - 2] in {"a", "one"} and words[place : place + 1] == ["of"]
            (counts if fraction else ordinals)[value] += 1
            if word not in _ORDINALS:
                figures.add(value)
        elif word in _QUANTITIES:
            counts[_QUANTITIES[word]] += 1
        elif any(character.isdigit() for character in word):
            counts[word] += 1
            figures.add(word)
    return counts, ordinals, frozenset(figures)


def _ordinal(word: str) -> int | None:
    written = _ORDINAL.fullmatch(word)
    return int(written[1]) if written else _ORDINALS.get(word)


def _number_at(words: list[str], start: int) -> tuple[str, int] | None:
    """The number that begins here, in one writing, and where it ends."""
    first = words[start]
    if first[0].isdigit():
        suffixed = _SUFFIXED.fullmatch(first)
        digits = _THOUSANDS.sub("", suffixed[1] if suffixed else first).replace(":", ".").replace("–", "-")
        try:
            value = float(digits)
        except ValueError:
            return (digits, start + 1) if not any(map(str.isalpha, digits)) else None
        behind = start + 1
        if suffixed:
            value *= _SHORT_SCALES[suffixed[2].lower()]
        while behind < len(words) and words[behind] in _SCALES:
            value *= _SCALES[words[behind]]
            behind += 1
        return f"{value:.15g}", behind
    return _spelled_at(words, start)


def _spelled_at(words: list[str], start: int) -> tuple[str, int] | None:
    total, current, place = 0, 0, start
    while place < len(words):
        word = words[place]
        if word in _ONES and (
            current % 100 == 0 or (current % 10 == 0 and current % 100 > 10 and _ONES[word] < 10)
        ):
            current += _ONES[word]
            place += 1
        elif word in _TENS and current % 100 == 0:
            current += _TENS[word]
            place += 1
        elif word in _SCALES and (current or place == start):
            current = max(current, 1) * _SCALES[word]
            if _SCALES[word] >= 1000:
                total, current = total + current, 0
            place += 1
        elif (
            word == "and"
            and place > start
            and words[place - 1] in {"hundred", "thousand"}
            and place + 1 < len(words)
            and (words[place + 1] in _ONES or words[place + 1] in _TENS)
        ):
            place += 1
        else:
            break
        if words[place - 1] == "zero":
            break
    return (str(total + current), place) if place > start else None


# ---- names


def _names_differ(one: _Reading, other: _Reading) -> bool:
    """Whether each names what the other does not, by another form of the name either."""
    return bool(_own_names(one, other)) and bool(_own_names(other, one))


def _own_names(one: _Reading, other: _Reading) -> set[str]:
    own = {name for name in one.names if name not in other.words}
    return {
        name
        for name in own
        if name not in other.initials
        and not any(_is_one_name(name, known) for known in other.names)
        and not any(name[0] in short for short in one.initials & other.names)
    }


def _is_one_name(one: str, other: str) -> bool:
    if _ALIASES.get(one, one) == _ALIASES.get(other, other):
        return True
    if 1 in {len(one), len(other)} and one[0] == other[0] and one != other:
        return True  # "M. Dahl" is Mira Dahl
    return _is_of(one, other) or _is_of(other, one)


def _is_of(demonym: str, country: str) -> bool:
    """Whether a word tells that something is of a country: Russian of Russia, Polish of Poland."""
    if country == demonym + "y":
        return True
    for suffix in _DEMONYMS:
        stem = demonym.removesuffix(suffix)
        shortened = stem != demonym and len(stem) > 2 and country.startswith(stem)
        if shortened and country[len(stem) :] in _COUNTRY_ENDS:
            return True
    return False


def _names(written: list[str], folded: list[str], begins: list[bool]) -> Iterator[str]:
    for place, (word, low) in enumerate(zip(written, folded, strict=True)):
        if not word[0].isupper() or low in _TITLES:
            continue
        followed = place + 1 < len(written) and written[place + 1][0].isupper() and not begins[place + 1]
        if not begins[place] or _begins_as_name(low, followed):
            yield low


def _begins_as_name(word: str, followed: bool) -> bool:
    """Whether the first word of a sentence is a name.

    What is none and stands there without an article is mostly a plural, or made of a verb.
    """
    if word in _OPENERS:
        return False
    if followed or word in _NAMED_IN_S:
        return True
    plural = word.endswith("s") and not word.endswith(("as", "is", "os", "us", "ss"))
    return not plural and not word.endswith(_NO_NAME_ENDS)


def _initials(written: list[str]) -> Iterator[str]:
    """What the runs of capitalised words abbreviate to: "United Nations" to "un"."""
    capitals = [
        word[0].lower() if word[0].isupper() else "" if word in {"of", "and", "for", "the"} else " "
        for word in written
    ]
    for run in "".join(capitals).split():
        for start in range(len(run)):
            for end in range(start + 2, min(len(run), start + 6) + 1):
                yield run[start:end]


# ---- plan and event


def _planned_and_happened(plan: _Reading, event: _Reading) -> bool:
    """Whether one says that something will happen of which the other says that it has."""
    if (plan.planned - event.planned - plan.happened) & event.happened:
        return True
    ahead, behind = plan.words - event.words, event.words - plan.words
    return any(word in ahead for word in _SURE) and any(word in behind for word in _WENT_BY)


def _verbs(words: list[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The past forms of what will happen, and those of what has happened."""
    planned: set[str] = set()
    places: set[int] = set()
    for place, word in enumerate(words):
        if word not in _AHEAD or (place and word == "to" and words[place - 1] in _DONE_BEFORE_TO):
            continue
        verb = place + 1
        while verb < len(words) and (words[verb] in _BETWEEN or words[verb].endswith("ly")):
            verb += 1
        if verb < len(words):
            places.add(verb)
            passive = words[verb - 1] in {"be", "been", "have"} or "be" in words[place:verb]
            planned.update({words[verb]} if passive else _past_of(words[verb]))
    happened = {
        word
        for place, word in enumerate(words)
        if place not in places and (word.endswith("ed") or word in _IRREGULAR_PASTS)
    }
    return frozenset(planned), frozenset(happened - _REPORTING)
