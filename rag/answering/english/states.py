"""States and their seats of government, with what articles call them."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from rag import patterns

# Seats = the state as it is read in their place, and what else it is called; what its people are called.
# Without seats that mostly mean something else (Sofia, Santiago, Victoria) or whose state does (Georgia,
# Jordan), and without those that are disputed. Brussels stands for the Union far more often than for Belgium.
_STATES = """
    Abu Dhabi = the United Arab Emirates, UAE; Emirati
    Abuja = Nigeria; Nigerian
    Accra = Ghana; Ghanaian
    Addis Ababa = Ethiopia; Ethiopian
    Algiers = Algeria; Algerian
    Ankara = Turkey, Türkiye; Turkish
    Ashgabat = Turkmenistan; Turkmen
    Asmara = Eritrea; Eritrean
    Astana = Kazakhstan; Kazakh
    Asunción, Asuncion = Paraguay; Paraguayan
    Athens = Greece; Greek
    Baghdad = Iraq; Iraqi
    Baku = Azerbaijan; Azerbaijani, Azeri
    Bamako = Mali; Malian
    Bangkok = Thailand; Thai
    Beijing = China; Chinese
    Beirut = Lebanon; Lebanese
    Belgrade = Serbia; Serbian
    Berlin = Germany; German
    Bern, Berne = Switzerland; Swiss
    Bishkek = Kyrgyzstan; Kyrgyz
    Bogotá, Bogota = Colombia; Colombian
    Brasília, Brasilia = Brazil; Brazilian
    Bratislava = Slovakia; Slovak
    Brussels = the European Union, EU; European
    Bucharest = Romania; Romanian
    Budapest = Hungary; Hungarian
    Buenos Aires = Argentina; Argentine, Argentinian
    Cairo = Egypt; Egyptian
    Canberra = Australia; Australian
    Caracas = Venezuela; Venezuelan
    Chisinau, Chișinău = Moldova; Moldovan
    Colombo = Sri Lanka; Sri Lankan
    Copenhagen = Denmark; Danish
    Dakar = Senegal; Senegalese
    Damascus = Syria; Syrian
    Dhaka = Bangladesh; Bangladeshi
    Doha = Qatar; Qatari
    Dublin = Ireland; Irish
    Dushanbe = Tajikistan; Tajik
    Hanoi = Vietnam; Vietnamese
    Harare = Zimbabwe; Zimbabwean
    Havana = Cuba; Cuban
    Helsinki = Finland; Finnish
    Islamabad = Pakistan; Pakistani
    Jakarta = Indonesia; Indonesian
    Juba = South Sudan; South Sudanese
    Kabul = Afghanistan; Afghan
    Kampala = Uganda; Ugandan
    Kathmandu = Nepal; Nepali, Nepalese
    Khartoum = Sudan; Sudanese
    Kigali = Rwanda; Rwandan
    Kinshasa = Congo, DRC; Congolese
    Kuala Lumpur = Malaysia; Malaysian
    Kyiv, Kiev = Ukraine; Ukrainian
    La Paz = Bolivia; Bolivian
    Lima = Peru; Peruvian
    Lisbon = Portugal; Portuguese
    Ljubljana = Slovenia; Slovenian
    London, Downing Street, Whitehall = Britain, UK, United Kingdom; British
    Luanda = Angola; Angolan
    Lusaka = Zambia; Zambian
    Madrid = Spain; Spanish
    Managua = Nicaragua; Nicaraguan
    Manila = the Philippines; Philippine, Filipino
    Maputo = Mozambique; Mozambican
    Minsk = Belarus; Belarusian
    Mogadishu = Somalia; Somali
    Moscow, Kremlin = Russia; Russian
    Muscat = Oman; Omani
    Nairobi = Kenya; Kenyan
    Naypyidaw, Naypyitaw = Myanmar, Burma; Burmese
    New Delhi = India; Indian
    Niamey = Niger; Nigerien
    Nicosia = Cyprus; Cypriot
    Oslo = Norway; Norwegian
    Ottawa = Canada; Canadian
    Ouagadougou = Burkina Faso; Burkinabe
    Paris, Élysée = France; French
    Phnom Penh = Cambodia; Cambodian
    Prague = the Czech Republic, Czechia; Czech
    Pretoria = South Africa; South African
    Pyongyang = North Korea, DPRK; North Korean
    Quito = Ecuador; Ecuadorian
    Rabat = Morocco; Moroccan
    Reykjavík, Reykjavik = Iceland; Icelandic
    Riga = Latvia; Latvian
    Riyadh = Saudi Arabia; Saudi
    Rome = Italy; Italian
    Sanaa, Sana'a, Sana’a = Yemen; Yemeni
    Sarajevo = Bosnia; Bosnian
    Seoul = South Korea; South Korean
    Skopje = North Macedonia; Macedonian
    Stockholm = Sweden; Swedish
    Taipei = Taiwan; Taiwanese
    Tallinn = Estonia; Estonian
    Tashkent = Uzbekistan; Uzbek
    Tehran, Teheran = Iran; Iranian
    Thimphu = Bhutan; Bhutanese
    Tirana = Albania; Albanian
    Tokyo = Japan; Japanese
    Tripoli = Libya; Libyan
    Tunis = Tunisia; Tunisian
    Ulaanbaatar = Mongolia; Mongolian
    Vienna = Austria; Austrian
    Vientiane = Laos; Laotian
    Vilnius = Lithuania; Lithuanian
    Warsaw = Poland; Polish
    Washington, White House = the United States, US, U.S., USA, America; American
    Yerevan = Armenia; Armenian
    Zagreb = Croatia; Croatian
"""


# Seats that are no cities.
OFFICES = frozenset({"kremlin", "white house", "downing street", "whitehall", "élysée"})
# Words before and behind the name of a state that make it another's, or a sea's.
_ANOTHERS = ("South", "North", "Northern", "Latin", "Central", "Native", "African", "Equatorial")
_NO_STATE = r"(?!\s+(?:Ocean|Sea|Gulf)\b)"
# Capitals that a question or a clause begins with.
OPENING = (
    r"(?i:the|and|did|does|do|will|would|can|could|should|must|may|might|has|have|had|is|are|was|were|wo|ca|what|which"
    r"|who|whom|why|how|when|where|whether|if|that|since|after|before|while|as|for|on|in|at|with|by|from|to|of|but"
    r"|between|against|although|because|until|under|near|both|yet|now|also|even)(?:n[o’']t)?"
)
_OPENS = patterns.compile(rf"{OPENING}\Z")
_CAPITALISED_BEFORE = patterns.compile(r"([A-ZÀ-ÖØ-Þ][\w.’'-]*)\s+\Z")
_CAPITALISED_BEHIND = patterns.compile(r"(?:-\w|\s+(?:[A-ZÀ-ÖØ-Þ]|\d)|,\s+(?:D\.?C|[A-Z]{2}\b))")
_LONGEST_WORD = 40


@dataclass(frozen=True, slots=True)
class State:
    """A state as it is read in a question, what it is called without the article, what its people are, and
    its seats of government."""

    name: str
    names: tuple[str, ...]
    peoples: tuple[str, ...]
    seats: tuple[str, ...]

    @property
    def forms(self) -> tuple[str, ...]:
        return (*self.names, *self.peoples)

    def stands_in(self, text: str, *, by_people: bool = True) -> bool:
        """Whether the text names the state, or as well its people, with the capitals that tell "US" from
        "us"."""
        return _called(self.forms if by_people else self.names).search(text) is not None

    def seat_stands_in(self, text: str) -> bool:
        """Whether the text has a seat of it, with its capitals, and not in a longer name."""
        return any(
            not stands_in_a_name(text, match.start(), match.end())
            for match in _written(self.seats).finditer(text)
        )


def state_of(seat: str) -> State | None:
    """The state of a seat, in whatever capitals it is written."""
    return states_by_seat().get(" ".join(seat.split()).casefold())


def states_in(text: str) -> list[tuple[int, int, State]]:
    """Where the text names a state or its people, `[start, end)`, in order."""
    return [
        (match.start(), match.end(), _states_by_form()[" ".join(match["form"].split())])
        for match in _called(tuple(_states_by_form())).finditer(text)
    ]


def stands_in_a_name(text: str, start: int, end: int) -> bool:
    """Whether `[start, end)` is part of a longer name: "the Washington Post", "Moscow-based", "Denzel
    Washington"."""
    if _CAPITALISED_BEHIND.match(text, end):
        return True
    before = _CAPITALISED_BEFORE.search(text[max(0, start - _LONGEST_WORD) : start])
    return before is not None and not _OPENS.match(before[1])


@functools.cache
def states_by_seat() -> dict[str, State]:
    """The state of each seat, without capitals."""
    states: dict[str, State] = {}
    for line in _STATES.strip().splitlines():
        written, _, called = line.strip().partition(" = ")
        names, _, peoples = called.partition("; ")
        name, *others = names.split(", ")
        seats = tuple(written.split(", "))
        state = State(name, (name.removeprefix("the "), *others), tuple(peoples.split(", ")), seats)
        states |= dict.fromkeys(map(str.casefold, seats), state)
    return states


@functools.cache
def _states_by_form() -> dict[str, State]:
    return {form: state for state in states_by_seat().values() for form in state.forms}


@functools.cache
def any_seat() -> re.Pattern[str]:
    """What finds any `seat` in a question, with its article, and where something is said to be its `own`."""
    seats = "|".join(_spaced(seat) for seat in sorted(states_by_seat(), key=len, reverse=True))
    return patterns.compile(
        rf"(?<![\w-])(?:the\s+)?(?P<seat>{seats})(?P<own>[’']s?(?!\w))?(?![\w-])", re.IGNORECASE
    )


@functools.lru_cache(maxsize=256)
def _written(seats: tuple[str, ...]) -> re.Pattern[str]:
    return patterns.compile(rf"(?<![\w-])(?:{'|'.join(map(_spaced, seats))})(?!\w)")


@functools.lru_cache(maxsize=256)
def _called(forms: tuple[str, ...]) -> re.Pattern[str]:
    """What finds any of these `form`s, also in the plural that a people has ("Russians")."""
    longest_first = "|".join(_spaced(form) for form in sorted(forms, key=len, reverse=True))
    before = "".join(rf"(?<!\b{word}\s)" for word in _ANOTHERS)
    return patterns.compile(rf"(?<![\w-]){before}(?P<form>{longest_first})s?(?!\w){_NO_STATE}")


def _spaced(words: str) -> str:
    return r"\s".join(map(re.escape, words.split()))
