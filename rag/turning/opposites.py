"""Words that are opposed in the news, with their forms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache


def word_set(words: str) -> frozenset[str]:
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
        prohibit forbid outlaw defeat decline delay postpone shelve defer suspend debate
    support favour endorse champion | oppose resist
    confirm | reject block withdraw
    agree | disagree refuse break
    sign | scrap cancel reject break veto
    enact introduce impose reimpose tighten toughen | lift ease loosen relax remove repeal scrap abolish waive
    keep retain maintain preserve | scrap abandon drop abolish lose ditch
    appoint hire recruit nominate elect reinstate | dismiss sack fire oust remove expel
    confirm admit acknowledge verify concede | deny dispute refute | suspect
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
    strong stronger strongest strongly | weak weaker weakest weakly
    mild moderate slight | severe extreme serious
    external outer outward | internal inner inward
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
    often frequently usually normally generally commonly | rarely seldom
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
PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non")
# What begins as a prefix does, before a word of its own.
NO_PREFIX = word_set("""
    come comes coming form formed forms formation port ported ports side sides tend tended tends vest
    vested vests
    play played plays patch cover covered covers press pressed presses flow flows put puts charge charged
    charges
    count counts pose posed poses deed land lands crease creased come doors tent tense stall stalled
    habit habited
    head heads tact tract tracts field fields position positions posing pact pacts part parts pulse
    still stance stances state states sure sured sight sights
    """)


# What only looks as if it were denied by its beginning.
_WHOLE = word_set("""
    improve improves improved disease diseases intake intakes dismiss dismissed dissolve dissolves dissolved
    disclose discloses disclosed dislodge dislodged immigrant immigrants immigration impress impressed
    """)


def past_of(verb: str) -> set[str]:
    """The past forms that a verb may have, more of them than there are."""
    if verb in PASTS:
        return set(PASTS[verb])
    forms = {verb + "ed", verb + verb[-1] + "ed"}
    if verb.endswith("e"):
        forms.add(verb + "d")
    if verb.endswith("y"):
        forms.add(verb[:-1] + "ied")
    return forms


def forms_of(verb: str) -> set[str]:
    """The forms that a verb may have, more of them than there are."""
    stem = verb.removesuffix("e")
    forms = {verb, verb + "s", verb + "es", verb + "ing", stem + "ing", verb + verb[-1] + "ing"}
    if verb.endswith("y"):
        forms.add(verb[:-1] + "ies")
    return forms | past_of(verb)


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
def fold(word: str) -> str:
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


PASTS = {words[0]: tuple(words[1:]) for line in _IRREGULAR.split(";") if (words := line.split())}
IRREGULAR_PASTS = frozenset(past for pasts in PASTS.values() for past in pasts)


@cache
def opposites() -> dict[str, frozenset[tuple[int, int]]]:
    """For each word of the tables, the group and the side on which it stands."""
    places: dict[str, set[tuple[int, int]]] = {}
    groups = [
        *([{form for word in side for form in forms_of(word)} for side in group] for group in _sides(_VERBS)),
        *([set(side) for side in group] for group in _sides(_WORDS)),
    ]
    for group, sides in enumerate(groups):
        for side, words in enumerate(sides):
            for word in words:
                places.setdefault(fold(word), set()).add((group, side))
    return {word: frozenset(found) for word, found in places.items()}


@dataclass(frozen=True, slots=True)
class _Word:
    """A folded word, where it stands in the table, and what it may deny by its prefix."""

    folded: str
    places: frozenset[tuple[int, int]]
    bases: frozenset[str]


@lru_cache(maxsize=2**14)
def _read(word: str) -> _Word:
    folded = fold(word)
    return _Word(folded, opposites().get(folded, frozenset()), frozenset(without_prefix(folded)))


def opposed_places(words: Sequence[str], others: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where a word of one list and one of the other are opposed: of one group, on different sides, or one
    the other with a prefix that denies it; in the order of `others`."""
    sides: dict[int, list[tuple[int, int]]] = {}
    bare: dict[str, list[int]] = {}
    denied: dict[str, list[int]] = {}
    for place, word in enumerate(map(_read, words)):
        for group, side in word.places:
            sides.setdefault(group, []).append((side, place))
        bare.setdefault(word.folded, []).append(place)
        for base in word.bases:
            denied.setdefault(base, []).append(place)
    for other, word in enumerate(map(_read, others)):
        if not (word.places or word.bases or word.folded in denied):
            continue
        found = {place for group, side in word.places for own, place in sides.get(group, ()) if own != side}
        found.update(denied.get(word.folded, ()), *(bare.get(base, ()) for base in word.bases))
        yield from ((place, other) for place in sorted(found))


def sides_of(words: Iterable[str]) -> set[tuple[int, int]]:
    """The groups of the table, with the side of each, on which one of the words stands."""
    return {place for word in words for place in _read(word).places}


def without_prefix(word: str) -> set[str]:
    """What a folded word may deny by its prefix: "unclear" denies "clear"."""
    if word in _WHOLE:
        return set()
    bases = {word.removeprefix(prefix) for prefix in PREFIXES if word.startswith(prefix)}
    return {base for base in bases if len(base) > 3 and base not in NO_PREFIX}
