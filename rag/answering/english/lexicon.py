"""Closed lists of English words that tell what a name or a description stands for: general, of no archive."""

from __future__ import annotations

from rag.answering.english.subjects import word_set


def any_of(text: str) -> str:
    """A pattern for any of the words; "_" stands for the space in a longer one."""
    return f"(?:{'|'.join(text.split())})".replace("_", r"\s")


# How a question begins that asks for something, and not whether it is so.
ASKING = any_of("who whom whose what which when where why how")
# What stands before its subject in a question.
AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must)(?:n[’']t)?\b"
)
# Offices and callings: "the ambassador", "Ambassador Khorev".
ROLES = word_set(
    """ambassador envoy diplomat consul minister premier president chancellor monarch king queen prince
    princess emperor pope bishop archbishop cardinal imam rabbi priest senator congressman congresswoman
    lawmaker legislator mp governor mayor councillor commissioner secretary chief chairman chairwoman
    chairperson chair director executive ceo founder owner boss head leader spokesman spokeswoman
    spokesperson official officer general admiral colonel major captain commander sergeant lieutenant
    sheriff detective judge justice lawyer attorney prosecutor professor scientist researcher economist
    analyst doctor surgeon author writer novelist poet journalist reporter editor actor actress singer
    musician rapper composer filmmaker artist painter player striker midfielder defender goalkeeper forward
    quarterback batsman bowler coach manager captain driver pilot astronaut activist campaigner candidate
    nominee politician businessman businesswoman entrepreneur billionaire speaker adviser advisor aide
    treasurer deputy""",
)
SAME_ROLE = {"envoy": "ambassador", "adviser": "advisor", "chairperson": "chair", "chairwoman": "chair"}
SAME_ROLE |= {"chairman": "chair", "spokeswoman": "spokesperson", "spokesman": "spokesperson"}
MALE = word_set(
    """mr sir lord king prince emperor pope chairman spokesman congressman actor businessman batsman""",
)
FEMALE = word_set(
    """mrs ms miss lady dame queen princess baroness chairwoman spokeswoman congresswoman actress
    businesswoman""",
)
# Before a name only: never a description of their own.
TITLES = word_set(
    """mr mrs ms miss dr prof sir lord lady dame baroness sen rep gov gen lt col maj capt cmdr adm sgt rev
    pm fm st hon pres sheikh ayatollah mullah maulana mufti mp mep""",
)
PORTFOLIOS = word_set(
    """foreign finance interior defence defense health education energy trade justice labour labor economy
    environment agriculture transport information culture home state treasury planning railways sports""",
)
# May stand between "the" and a role or a body.
MODIFIERS = PORTFOLIOS | word_set(
    """prime vice deputy acting interim former ex then current new newly late outgoing incoming senior top
    chief junior veteran young elder retired visiting state-owned private public local national federal
    central regional provincial opposition ruling police army military navy press company party government
    bank club school union tech oil gas energy insurance media news supreme high executive managing general
    world football rock pop film""",
)
# What a body is called, and of which sort it is: "any" fits every sort.
BODIES = {
    word: sort
    for sort, nouns in {
        "company": """company firm corporation carrier airline automaker carmaker manufacturer maker
            retailer startup start-up bank lender insurer brewer publisher broadcaster newspaper developer
            supplier operator brand inc corp ltd llc plc co holdings motors airlines airways electric
            industries petroleum pharmaceuticals telecom technologies systems enterprises chemicals
            foods textiles mills shipyards""",
        "office": """agency ministry department commission council committee board authority regulator
            watchdog bureau office secretariat administration directorate fund""",
        "party": "party alliance movement union federation coalition league front congress",
        "court": "court tribunal",
        "school": "university college institute school academy",
        "team": "club team united fc athletic rovers wanderers",
        "any": """organisation organization group institution network association foundation body society
            trust""",
    }.items()
    for word in nouns.split()
}
# Parts of names that are neither persons nor bodies that speak.
NO_PERSON = word_set(
    """street road avenue city town village island islands republic kingdom states state sea ocean river
    lake bay gulf strait valley province county district region airport stadium house palace park square
    bridge hotel hospital station port north south east west northern southern eastern western central new
    san los las el sri hong saudi great upper lower middle cape fort mount puerto costa buenos tel kuala
    rio hills cup games open championship championships olympics prize award awards act bill treaty accord
    resolution war battle day week month year century times post news tribune herald journal guardian daily
    radio tv television press parliament senate assembly congress cabinet army navy force forces police
    guard series episode film album book highway railway line corridor pipeline project plan operation wall
    covid article section chapter world european african asian american british bank arena grand prix medal
    olympic rights affairs security stream express global international national royal democratic
    republican conservative labour liberal people's foreign prime vice deputy chief general supreme high
    common super first second""",
)
# What an acronym may stand for without being a body.
NO_BODY = word_set(
    "US USA UK UAE GDP TV AM PM COVID AIDS HIV DNA CEO CFO MP MEP FM ID IT AI II III IV OK USD EUR GBP"
)
NO_BODY |= word_set("GMT EST UTC BST PKR LNG PC CD DVD NGO IPO VAT")
TIMES = word_set(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july
    august september october november december christmas easter ramadan eid spring summer autumn winter""",
)
# Words that open a sentence with a capital letter and name nothing.
FUNCTION_WORDS = word_set(
    """the a an this that these those he she it they we you i his her its their our my your who what when
    where why how which in on at by for from with to of as after before since until till while during
    despite although though because if unless once whereas and but or so yet nor then also however moreover
    furthermore meanwhile instead still later earlier now today yesterday tomorrow there here both all some
    many most several few no not nobody one two three four five six seven eight nine ten only even just
    under over about according following regarding concerning amid among between against without within
    like unlike such each every another other last next more less until upon per via out up down yes let
    afterwards nevertheless nonetheless additionally besides hence thus therefore indeed perhaps again""",
)
PARTICLES = word_set("van von der den de del della di da dos du la le al el ul ur bin bint ibn ben abu y")

_COUNTRIES = """
    afghanistan albania algeria andorra angola argentina armenia australia austria azerbaijan bahamas
    bahrain bangladesh barbados belarus belgium belize benin bhutan bolivia bosnia botswana brazil britain
    brunei bulgaria burundi cambodia cameroon canada chad chile china colombia congo croatia cuba cyprus
    czechia denmark djibouti dominica ecuador egypt england eritrea estonia eswatini ethiopia fiji finland
    france gabon gambia georgia germany ghana greece greenland grenada guatemala guinea guyana haiti
    honduras hungary iceland india indonesia iran iraq ireland israel italy jamaica japan jordan
    kazakhstan kenya kiribati korea kosovo kuwait kyrgyzstan laos latvia lebanon lesotho liberia libya
    liechtenstein lithuania luxembourg madagascar malawi malaysia maldives mali malta mauritania mauritius
    mexico moldova monaco mongolia montenegro morocco mozambique myanmar namibia nauru nepal netherlands
    nicaragua niger nigeria norway oman pakistan palestine panama paraguay peru philippines poland
    portugal qatar romania russia rwanda samoa scotland senegal serbia seychelles singapore slovakia
    slovenia somalia spain sudan suriname sweden switzerland syria taiwan tajikistan tanzania thailand
    togo tonga tunisia turkey türkiye turkmenistan tuvalu uganda ukraine uruguay uzbekistan vanuatu
    vatican venezuela vietnam wales yemen zambia zimbabwe america europe africa asia antarctica us usa uk
    uae eu california texas florida kashmir gaza crimea"""
# Capitals, cities of some ten million, and a few more that news names without their country.
_CITIES = """
    moscow beijing washington london paris berlin brussels tehran delhi islamabad kyiv kiev tokyo seoul
    pyongyang ankara riyadh cairo madrid rome vienna athens warsaw budapest prague lisbon dublin oslo
    stockholm helsinki copenhagen canberra ottawa jakarta bangkok hanoi manila colombo dhaka kathmandu
    kabul baghdad damascus beirut jerusalem amman doha dubai nairobi pretoria abuja lagos brasilia bogota
    caracas lima santiago havana geneva karachi lahore mumbai kolkata chennai bengaluru hyderabad
    ahmedabad shanghai guangzhou shenzhen tianjin chongqing wuhan osaka istanbul kinshasa luanda sydney
    chicago boston kremlin pentagon whitehall westminster"""
_PEOPLES = """
    afghan albanian algerian american angolan argentine armenian australian austrian azerbaijani
    bangladeshi belarusian belgian bolivian bosnian brazilian british bulgarian cambodian canadian chilean
    chinese colombian croatian cuban czech danish dutch ecuadorian egyptian english estonian ethiopian
    european finnish french georgian german ghanaian greek haitian hungarian icelandic indian indonesian
    iranian iraqi irish israeli italian jamaican japanese jordanian kazakh kenyan korean kuwaiti kyrgyz
    lankan latvian lebanese libyan lithuanian malaysian mexican moldovan mongolian moroccan nepalese
    nigerian norwegian omani pakistani palestinian peruvian philippine polish portuguese qatari romanian
    russian rwandan saudi scottish senegalese serbian singaporean slovak slovenian somali soviet spanish
    sudanese swedish swiss syrian taiwanese tajik tanzanian thai tunisian turkish ukrainian ugandan uzbek
    venezuelan vietnamese welsh yemeni zambian zimbabwean african asian arab western"""
PEOPLES = word_set(_PEOPLES)
PLACES = word_set(_COUNTRIES) | word_set(_CITIES) | PEOPLES
# Places that are first names as well: "Jordan Hale", but also "Georgia Power".
GIVEN_NAMES = word_set(
    """america asia boston chad cuba georgia geneva havana india ireland israel jamaica jordan kenya lima
    london malta paris santiago sydney vienna""",
)
NO_SURNAMES = word_set(
    """accord accords agreement aquarium basin cement climate coal declaration energy fashion gas match metro
    oil pact power protocol rift steel sugar summit talks tech textile tobacco water""",
)
# Offices that a company or a team may hold as well: "Georgia Power, owner of the plant".
ANYBODYS = word_set("author candidate driver forward founder head leader nominee owner player star")
# Nouns that take up what the sentence before said as a whole: "This decision", "Such moves".
TAKING_UP = word_set(
    """move step decision development announcement statement claim comment remark news figure number
    increase rise drop decline fall change measure plan proposal event incident effort process trend result
    view position situation approach fact idea issue problem policy case achievement success failure act
    action""",
)
