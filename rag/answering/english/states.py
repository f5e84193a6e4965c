"""States and their seats of government, with what articles call them."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from rag import patterns

# Seats = the state as it is read in their place, then what else names it or its people. Without those that
# mostly mean something else (Sofia, Victoria, Georgetown), or whose state is disputed. Brussels stands for
# the Union far more often than for Belgium.
_STATES = """
    Abu Dhabi = the United Arab Emirates, UAE, Emirati
    Abuja = Nigeria, Nigerian
    Accra = Ghana, Ghanaian
    Addis Ababa = Ethiopia, Ethiopian
    Algiers = Algeria, Algerian
    Amman = Jordan, Jordanian
    Ankara = Turkey, Türkiye, Turkish
    Ashgabat = Turkmenistan, Turkmen
    Asmara = Eritrea, Eritrean
    Astana = Kazakhstan, Kazakh
    Asunción, Asuncion = Paraguay, Paraguayan
    Athens = Greece, Greek
    Baghdad = Iraq, Iraqi
    Baku = Azerbaijan, Azerbaijani, Azeri
    Bamako = Mali, Malian
    Bangkok = Thailand, Thai
    Beijing = China, Chinese
    Beirut = Lebanon, Lebanese
    Belgrade = Serbia, Serbian
    Berlin = Germany, German
    Bern, Berne = Switzerland, Swiss
    Bishkek = Kyrgyzstan, Kyrgyz
    Bogotá, Bogota = Colombia, Colombian
    Brasília, Brasilia = Brazil, Brazilian
    Bratislava = Slovakia, Slovak
    Brussels = the European Union, EU, European
    Bucharest = Romania, Romanian
    Budapest = Hungary, Hungarian
    Buenos Aires = Argentina, Argentine, Argentinian
    Cairo = Egypt, Egyptian
    Canberra = Australia, Australian
    Caracas = Venezuela, Venezuelan
    Chisinau, Chișinău = Moldova, Moldovan
    Colombo = Sri Lanka, Sri Lankan
    Copenhagen = Denmark, Danish
    Dakar = Senegal, Senegalese
    Damascus = Syria, Syrian
    Dhaka = Bangladesh, Bangladeshi
    Doha = Qatar, Qatari
    Dublin = Ireland, Irish
    Dushanbe = Tajikistan, Tajik
    Hanoi = Vietnam, Vietnamese
    Harare = Zimbabwe, Zimbabwean
    Havana = Cuba, Cuban
    Helsinki = Finland, Finnish
    Islamabad = Pakistan, Pakistani
    Jakarta = Indonesia, Indonesian
    Juba = South Sudan, South Sudanese
    Kabul = Afghanistan, Afghan
    Kampala = Uganda, Ugandan
    Kathmandu = Nepal, Nepali, Nepalese
    Khartoum = Sudan, Sudanese
    Kigali = Rwanda, Rwandan
    Kinshasa = Congo, Congolese, DRC
    Kuala Lumpur = Malaysia, Malaysian
    Kyiv, Kiev = Ukraine, Ukrainian
    La Paz = Bolivia, Bolivian
    Lima = Peru, Peruvian
    Lisbon = Portugal, Portuguese
    Ljubljana = Slovenia, Slovenian
    London, Downing Street, Whitehall = Britain, UK, United Kingdom, British
    Luanda = Angola, Angolan
    Lusaka = Zambia, Zambian
    Madrid = Spain, Spanish
    Managua = Nicaragua, Nicaraguan
    Manila = the Philippines, Philippine, Filipino
    Maputo = Mozambique, Mozambican
    Minsk = Belarus, Belarusian
    Mogadishu = Somalia, Somali
    Moscow, Kremlin = Russia, Russian
    Muscat = Oman, Omani
    Nairobi = Kenya, Kenyan
    Naypyidaw, Naypyitaw = Myanmar, Burma, Burmese
    New Delhi, Delhi = India, Indian
    Niamey = Niger, Nigerien
    Nicosia = Cyprus, Cypriot
    Oslo = Norway, Norwegian
    Ottawa = Canada, Canadian
    Ouagadougou = Burkina Faso, Burkinabe
    Paris, Élysée = France, French
    Phnom Penh = Cambodia, Cambodian
    Prague = the Czech Republic, Czechia, Czech
    Pretoria = South Africa, South African
    Pyongyang = North Korea, North Korean, DPRK
    Quito = Ecuador, Ecuadorian
    Rabat = Morocco, Moroccan
    Reykjavík, Reykjavik = Iceland, Icelandic
    Riga = Latvia, Latvian
    Riyadh = Saudi Arabia, Saudi
    Rome = Italy, Italian
    Sanaa, Sana'a = Yemen, Yemeni
    Santiago = Chile, Chilean
    Sarajevo = Bosnia, Bosnian
    Seoul = South Korea, South Korean
    Skopje = North Macedonia, Macedonian
    Stockholm = Sweden, Swedish
    Taipei = Taiwan, Taiwanese
    Tallinn = Estonia, Estonian
    Tashkent = Uzbekistan, Uzbek
    Tbilisi = Georgia, Georgian
    Tehran, Teheran = Iran, Iranian
    Thimphu = Bhutan, Bhutanese
    Tirana = Albania, Albanian
    Tokyo = Japan, Japanese
    Tripoli = Libya, Libyan
    Tunis = Tunisia, Tunisian
    Ulaanbaatar = Mongolia, Mongolian
    Vienna = Austria, Austrian
    Vientiane = Laos, Laotian
    Vilnius = Lithuania, Lithuanian
    Warsaw = Poland, Polish
    Washington, White House = the United States, US, U.S., USA, America, American
    Yerevan = Armenia, Armenian
    Zagreb = Croatia, Croatian
"""


@dataclass(frozen=True, slots=True)
class State:
    """A state as it is read in a question, and what else names it or its people."""

    name: str
    others: tuple[str, ...]

    @property
    def forms(self) -> tuple[str, ...]:
        """What names it, without the article."""
        return (self.name.removeprefix("the "), *self.others)

    def stands_in(self, text: str) -> bool:
        """Whether the text names the state or its people, with the capitals that tell "US" from "us"."""
        return _any_of(self.forms).search(text) is not None


@functools.cache
def states_by_seat() -> dict[str, State]:
    """The state of each seat, without capitals."""
    states: dict[str, State] = {}
    for line in _STATES.strip().splitlines():
        seats, _, called = line.strip().partition(" = ")
        name, *others = called.split(", ")
        states |= dict.fromkeys((seat.casefold() for seat in seats.split(", ")), State(name, tuple(others)))
    return states


@functools.lru_cache(maxsize=256)
def _any_of(forms: tuple[str, ...]) -> re.Pattern[str]:
    """What finds any of these names, also in the plural that a people has ("Russians")."""
    return patterns.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, forms))})s?(?!\w)")
