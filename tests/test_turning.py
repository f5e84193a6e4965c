"""One word that turns what a sentence says, and the words that do not."""

from __future__ import annotations

import re

import pytest
from edits import Newsroom
from hypothesis import example, given
from hypothesis import strategies as st

from rag.answering.english.figures import figures_of
from rag.turning import THOUSANDS, denies, lacks_a_figure, turned

# One sentence with the words that turn it.
TURNED = [
    # courts
    ("The court {} the former mayor on all counts.", "convicted", "acquitted"),
    ("The appeals court {} the ruling against the company.", "upheld", "overturned"),
    ("Police {} the two journalists late on Monday.", "arrested", "released"),
    ("The jury found the banker {} of fraud.", "guilty", "innocent"),
    ("The judge ruled that the strike was {}.", "legal", "illegal"),
    ("The judge {} bail to the three men.", "granted", "refused"),
    ("The {} of the minister surprised his party.", "conviction", "acquittal"),
    # votes and decisions
    ("Parliament {} the bill on Tuesday.", "approved", "rejected"),
    ("Parliament {} the bill on Tuesday.", "approved", "debated"),
    ("The council {} the repair of the bridge.", "approved", "postponed"),
    ("President Doval {} the water law on Sunday.", "signed", "vetoed"),
    ("Health officials {} the outbreak in the city.", "confirmed", "suspected"),
    ("{} in the election on Sunday.", "Marek Doval beat Lena Hruba", "Lena Hruba beat Marek Doval"),
    ("{} in the town of Kesten.", "Mr. Doval beat Mrs. Hruba", "Mrs. Hruba beat Mr. Doval"),
    ("{} in the town of Kesten.", "Doval was shot by Hruba", "Hruba was shot by Doval"),
    ("The union {} the offer of the company.", "accepted", "refused"),
    ("The minister {} reports of a deal with the bank.", "confirmed", "denied"),
    ("The government {} the ban on exports of wheat.", "lifted", "tightened"),
    ("The council voted {} the new stadium.", "for", "against"),
    ("Lawmakers {} the plan of the president.", "support", "oppose"),
    ("The board {} its chief engineer.", "appointed", "dismissed"),
    ("Aid groups {} the decision of the council.", "praised", "criticised"),
    ("The city {} short rentals in the centre.", "allows", "bans"),
    ("Thousands of {} marchers filled the square.", "pro-government", "anti-government"),
    # figures that move
    ("The central bank {} its key rate on Thursday.", "raised", "cut"),
    ("Shares of the airline {} sharply in Oslo.", "rose", "fell"),
    ("The report describes an {} in road deaths.", "increase", "decrease"),
    ("The airline posted a {} for the quarter.", "profit", "loss"),
    ("The clinic treated {} patients than last year.", "more", "fewer"),
    ("The committee expects {} prices in spring.", "higher", "lower"),
    ("The gap between rich and poor has {}.", "widened", "narrowed"),
    ("Relations between the two have {}.", "improved", "worsened"),
    ("Oil is trading {} 80 dollars.", "above", "below"),
    ("The company {} 40 planes.", "bought", "sold"),
    ("Rebels {} the town of Sarn.", "captured", "lost"),
    # beginnings and ends
    ("The bridge over the Arn was {} on Monday.", "opened", "closed"),
    ("Talks on the dam {} in Geneva.", "began", "ended"),
    ("The firm {} production of the engine.", "resumed", "suspended"),
    ("The country {} the trade bloc.", "joined", "left"),
    ("The army {} troops along the river.", "deployed", "withdrew"),
    ("Crews {} the old town hall.", "rebuilt", "demolished"),
    ("Hikers {} the lost dog.", "found", "lost"),
    ("The team {} the final in Bergen.", "won", "lost"),
    ("The union {} the strike on Monday.", "announced it would begin", "called off"),
    ("The firm {} 300 workers in Lund.", "hired", "laid off"),
    ("The tribunal {} the claim of the miners.", "upheld", "threw out"),
    ("Voters {} the treaty.", "backed", "turned down"),
    ("The hostages were {}.", "freed", "killed"),
    ("The suspect is {}.", "in custody", "at large"),
    # with a prefix
    ("The water of the lake is {}.", "safe", "unsafe"),
    ("A repair of the line is {}, engineers said.", "possible", "impossible"),
    ("The terms were {} to the workers.", "acceptable", "unacceptable"),
    ("The march was {} throughout.", "violent", "non-violent"),
    # order, directions, kinds
    ("The mayor left {} the vote.", "before", "after"),
    ("The {} trial of the vaccine failed.", "first", "second"),
    ("Rain is expected in the {} of the country.", "north", "south"),
    ("Most of the unemployed are {}.", "men", "women"),
    ("Prices grew fastest in {} districts.", "urban", "rural"),
    ("The {} house debated the treaty.", "upper", "lower"),
    ("The {} minister gave evidence.", "former", "current"),
    ("The talks were held in {}.", "public", "private"),
    ("The blast left 12 people {}.", "dead", "injured"),
    ("Ferries run {} in winter.", "daily", "weekly"),
    # denials
    ("The minister has {}resigned.", "", "not "),
    ("The company {} pay the fine.", "will", "won’t"),
    ("The ministry {} the attack.", "announced", "ruled out"),
    ("The two sides {} a deal.", "reached", "failed to reach"),
    ("The plane landed {} its passengers.", "with", "without"),
    # numbers
    ("The quake killed {} people in the valley.", "dozens of", "hundreds of"),
    ("The quake killed {} people in the valley.", "hundreds of", "1,204"),
    ("The quake killed {} people in the valley.", "twelve", "13"),
    ("The quake killed {} people in the valley.", "1.5 million", "1.5 billion"),
    ("The fire destroyed {} of the forest.", "half", "a third"),
    ("{} members of the board stepped down.", "All", "Most"),
    ("The club won {} on Saturday.", "2-1", "3-1"),
    ("The company closed {} of its plants.", "two", "several"),
    ("Output has {} since 2019.", "doubled", "tripled"),
    # names
    ("Delegates elected {} as their leader.", "Mira Dahl", "Erik Sund"),
    ("{} signed the treaty in May.", "Russia", "China"),
    ("Talks resumed on {} in the capital.", "Monday", "Friday"),
    ("The president flew to {} for the summit.", "Iran", "Iraq"),
    ("The president flew to {} for the summit.", "Austria", "Australia"),
    # plan and event
    ("The tunnel {} on Friday.", "will open", "opened"),
    ("The tunnel {} on Friday.", "will be opened", "was opened"),
    ("The tunnel {} on Friday.", "is to be opened", "was opened"),
    ("The leaders agreed {} a treaty in June.", "to sign", "and signed"),
    ("The minister {} over the affair.", "will resign", "has resigned"),
    ("The king {} his brother in spring.", "is going to meet", "met"),
    ("Ms Dahl {} the head of the bank.", "will become", "became"),
]
SAME = [
    ("The minister said the bridge was safe.", "The minister announced the bridge was safe."),
    ("Prices rose by 5 percent in May.", "Prices rose by 5 per cent in May."),
    ("Prices rose by 5 percent in May.", "Prices climbed by five percent in May."),
    ("Prices rose by 5% in May.", "Prices rose by 5 percent in May."),
    ("The World Health Organisation warned of a wave.", "The World Health Organization warned of a wave."),
    ("Talks resumed today in Oslo.", "Talks resumed on Monday in Oslo."),
    ("At least 12 people were killed.", "12 people were killed."),
    ("At least 12 people were killed.", "No fewer than 12 people were killed."),
    ("About 12 people were hurt.", "Around 12 people were hurt."),
    ("More than 1,200 people fled.", "Over 1200 people fled."),
    ("The port cost Rs 1,20,000 in all.", "The port cost Rs 120,000 in all."),
    ("The port cost Rs 1.2 lakh in all.", "The port cost Rs 1,20,000 in all."),
    ("The port cost Rs 5 crore in all.", "The port cost Rs 50 million in all."),
    ("The port cost two crores in all.", "The port cost 2 crore in all."),
    ("The un-armed convoy left.", "The unarmed convoy left."),
    ("UN-backed talks began in Oslo.", "Talks backed by the UN began in Oslo."),
    ("On Monday Russia sent 50,000 doses to Oslo.", "Russia sent 50,000 doses to Oslo on Monday."),
    ("The court convicted the mayor.", "The mayor was convicted by the court, his lawyer said."),
    ("Mr Khan opened the bridge.", "Khan opened the bridge."),
    ("President Putin met the envoys.", "Vladimir Putin met the envoys."),
    ("Prime Minister Khan met the envoys.", "Mr Khan met the envoys."),
    ("The UN sent food to the valley.", "The United Nations sent food to the valley."),
    ("The U.S. sent food to the valley.", "The US sent food to the valley."),
    ("The US sent food to the valley.", "The United States sent food to the valley."),
    ("Britain joined the talks.", "The UK joined the talks."),
    ("The loan of Russia was paid.", "The Russian loan was paid."),
    ("The envoy of Poland spoke.", "The Polish envoy spoke."),
    ("The army entered Kyiv.", "The army entered Kiev."),
    ("The talks begin on Jan. 5 in Oslo.", "The talks begin on January 5 in Oslo."),
    ("M. Dahl won the race.", "Mira Dahl won the race."),
    ("Khorev did not say when it opens.", "Khorev has not said when it opens."),
    ("Neither side nor the bank commented.", "The side and the bank did not comment."),
    ("The flood has not only cut the road.", "The flood has cut the road."),
    ("The labour ministry favours a defence deal.", "The labor ministry favors a defense deal."),
    ("Talks on the mills collapsed, officials said.", "Negotiations on the mills collapsed, officials said."),
    ("Police arrested two men.", "Officers detained two men."),
    ("KARACHI: Talks begin this week.", "Talks begin this week."),
    ("Shares rose and bonds fell.", "Bonds fell and shares rose."),
    (
        "The bill was approved after being rejected in May.",
        "After being rejected in May the bill was approved.",
    ),
    ("The firm earned $1.5m in May.", "The firm earned $1.5 million in May."),
    ("The firm earned 1,500,000 dollars.", "The firm earned 1.5 million dollars."),
    ("Twenty-five people were rescued.", "25 people were rescued."),
    ("The second phase starts in May.", "The 2nd phase starts in May."),
    ("A few towns were cut off.", "Several towns were cut off."),
    ("The minister told Reuters the deal was done.", "The minister told AFP the deal was done."),
    ("The dam will be finished in May.", "The dam is to be finished in May."),
    ("The port would open in May, he said.", "The port will open in May, he said."),
    ("He managed to open the port.", "He opened the port."),
    ("The export of grain grew.", "Grain exports grew."),
    ("Officials played down the risk to the port.", "Officials downplayed the risk to the port."),
    ("Workers form a union in the port.", "Workers inform a union in the port."),
    ("The Polish parliament passed the law.", "The Polish parliament adopted the law on a stormy night."),
    ("The mayor’s plan was approved.", "The plan of the mayor was approved."),
    ("Zelenskiy met the envoys.", "Zelensky met the envoys."),
    ("São Paulo was flooded.", "Sao Paulo was flooded."),
]


@pytest.mark.parametrize(("sentence", "one", "other"), TURNED)
def test_one_word_turns_what_is_said(sentence: str, one: str, other: str) -> None:
    assert turned(sentence.format(one), sentence.format(other))
    assert turned(sentence.format(other), sentence.format(one))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_is_said_in_other_words_is_not_turned(one: str, other: str) -> None:
    assert not turned(one, other)
    assert not turned(other, one)


SENTENCES = sorted({*(text.format(word) for text, *words in TURNED for word in words), *sum(SAME, ())})


@given(st.sampled_from(SENTENCES), st.sampled_from(SENTENCES))
def test_turning_is_mutual(one: str, other: str) -> None:
    assert turned(one, other) == turned(other, one)


@given(st.text(), st.text())
def test_turning_is_mutual_for_any_text(one: str, other: str) -> None:
    assert turned(one, other) == turned(other, one)


@given(st.text() | st.sampled_from(SENTENCES))
def test_nothing_turns_a_sentence_against_itself(sentence: str) -> None:
    assert not turned(sentence, sentence)
    assert not turned(sentence, f" {sentence} ")


@given(st.sampled_from(SENTENCES), st.sampled_from(SENTENCES))
@example("The UN sent food to the valley.", "The US sent food to the valley.")
@example("China signed the treaty in May.", "Russia signed the treaty in May.")
def test_what_both_say_turns_nothing(one: str, other: str) -> None:
    assert not turned(f"{one} {other}", f"{other} {one}")


@pytest.mark.parametrize("share", [0.05, 0.1, 0.2, 0.3])
def test_other_words_and_fillers_do_not_turn_a_sentence(share: float) -> None:
    newsroom = Newsroom(7)
    sentences = [sentence for _ in range(25) for sentence in newsroom.article(20)]
    edited = [(old, new) for old in sentences for new in newsroom.edited([old], share)]
    assert sum(turned(old, new) for old, new in edited) <= 0.002 * len(edited)


@pytest.mark.parametrize(
    "sentence", ["He can’t pay.", "He has not paid.", "He isn t there.", "He failed to pay."]
)
def test_a_denial_is_known(sentence: str) -> None:
    assert denies(sentence)


@pytest.mark.parametrize(
    "sentence", ["He paid.", "No fewer than 12 paid.", "Not only he paid.", "No. 5 paid."]
)
def test_what_looks_like_a_denial_is_none(sentence: str) -> None:
    assert not denies(sentence)


@pytest.mark.parametrize(
    ("one", "other", "lacking"),
    [
        ("It sent 50,000 doses.", "It sent doses.", True),
        ("It sent doses.", "It sent 50,000 doses.", False),
        ("It sent 12 doses.", "It sent twelve doses.", False),
        ("It sent 1.5m doses.", "It sent 1,500,000 doses.", False),
        ("COVID-19 spread.", "COVID spread.", True),
        ("It sent 1,20,000 doses.", "It sent 120,000 doses.", False),
        ("It sent 1,20,000 doses.", "It sent 1.2 lakh doses.", False),
    ],
)
def test_a_figure_is_found_in_any_writing(one: str, other: str, lacking: bool) -> None:
    assert lacks_a_figure(one, other) == lacking


@given(number=st.integers(1000, 10**12))
def test_a_number_is_one_however_its_digits_are_grouped(number: int) -> None:
    digits = str(number)
    head, tail = digits[:-3], digits[-3:]
    pairs = re.sub(r"(?<=\d)(?=(?:\d\d)+$)", ",", head) + f",{tail}"
    for written in (f"{number:,}", pairs):
        assert THOUSANDS.sub("", written) == digits
        assert not turned(f"It cost {written} rupees.", f"It cost {digits} rupees.")
        [figure] = figures_of(f"It cost {written} rupees.")
        assert figure.value == pytest.approx(number)
