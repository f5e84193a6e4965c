"""Signs of evidence: which names of a question are missing in what was found."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from pathlib import Path

import pytest
from archives import answering, record
from candidates import quotable, written

from rag.answering.confidence import Signs, confidence_of, log_among, shares_a_name, signs_of
from rag.answering.understanding import understand
from rag.types import Filters


@pytest.mark.parametrize("reranked", [True, False])
def test_the_best_of_more_passages_is_less_sure(reranked: bool) -> None:
    """As far as it was fitted: outside as at the nearest of what was."""
    found = Signs(relevance=4.0, cosine=0.7, covered=0.5, missing_names=0.0)
    sure = [
        confidence_of(replace(found, among=among), reranked=reranked)
        for among in (0, 5, 1_000, 8_000, 20_000, 50_000, 80_000, 10**6, 10**7)
    ]
    assert sure == sorted(sure, reverse=True)
    assert sure[0] == sure[2] > sure[5] > sure[6] and sure[7] == sure[8]


def test_what_counts_is_what_the_filters_admit(tmp_path: Path) -> None:
    """A later article, another source and what was deleted change neither the number nor the confidence."""
    records = [
        record(f"a{n}", f"The port of Arda lost {n} boats.", f"2021-0{n}-01", source="A") for n in (1, 2)
    ]
    late = [record(f"b{n}", f"Bris lost {n} boats, it said.", f"2022-0{n}-01", source="B") for n in (1, 2, 3)]
    question, few = "How many boats did the port of Arda lose?", []
    for archive_of in (records, records + late):
        archive = answering(tmp_path, archive_of)
        for filters in (Filters(as_of=dt.date(2021, 12, 31)), Filters(sources=("A",)), Filters()):
            answer = archive.ask(question, filters=filters, today=dt.date(2026, 11, 22))
            few.append((answer.explanation.among, answer.confidence))
    assert [among for among, _ in few] == [2, 2, 2, 2, 2, 5]
    assert len(set(few[:5])) == 1
    archive = answering(tmp_path, records)
    assert archive.ask(question, today=dt.date(2026, 11, 22)).explanation.among == 2


def test_how_many_there_are_counts_between_the_fewest_and_the_most() -> None:
    assert log_among(0, 10, 1000) == log_among(10, 10, 1000) == 0
    assert log_among(100, 10, 1000) == pytest.approx(math.log(10))
    assert log_among(1000, 10, 1000) == log_among(10**9, 10, 1000) == pytest.approx(math.log(100))


def test_what_opens_an_article_is_evidence_beside_the_passage_it_was_read_with() -> None:
    further = quotable("a", "It was sold in May.", 1.0)
    lede = replace(further, text="Veld sold the port.")
    assert signs_of("What did Veld sell?", [further], [further.ranked]).missing == ("Veld",)
    found = signs_of("When was the port of Veld sold?", [lede], [further.ranked])
    assert not found.missing and found.covered == 1


def signs(question: str, evidence: str) -> Signs:
    best = quotable("a", evidence, 1.0)
    return signs_of(question, [best], [best.ranked])


def missing(question: str, evidence: str) -> tuple[str, ...]:
    return signs(question, evidence).missing


@pytest.mark.parametrize(
    ("question", "evidence", "lacks"),
    [
        ("What lies between Veld and Oster?", "The Veld-Oster corridor was opened.", ()),
        ("What is the Veld-Oster corridor?", "The corridor between Veld and Oster was opened.", ()),
        ("What is the Veld-Oster corridor?", "The corridor to Oster was opened.", ("Veld-Oster",)),
        ("When did the F-16 land?", "The F-35 landed; 16 men got out of row F.", ("F-16",)),
        ("India's troops entered which part of Veld?", "Troops entered the north.", ("Veld",)),
        ("Indian troops entered which part of India?", "Troops entered the north.", ("India",)),
        ("Khan told whom that Khan would resign?", "He told the mayor.", ("Khan",)),
        ("Were $25,000 lost?", "There were $100,000 lost.", ("25,000",)),
        ("Were $25,000 lost?", "Twenty-five thousand dollars were lost.", ()),
        ("Were 7 hurt, of 1.5 million?", "Seven of 1,500,000 were hurt.", ()),
        ("Did 88 percent fall? Correct? And Veld did NOT.", "It fell.", ("88", "Veld")),
        ("Did Dr. Roth fall?", "It fell.", ("Dr", "Roth")),
    ],
)
def test_the_names_that_are_missing(question: str, evidence: str, lacks: tuple[str, ...]) -> None:
    assert missing(question, evidence) == lacks


SPELLINGS = [
    ("Veldé", "Velde"),
    ("Zoë Krantz", "Zoe Krantz"),
    ("O’Brandt", "O'Brandt"),
    ("J.D. Roth", "JD Roth"),
    ("J. D. Roth", "JD Roth"),
    ("J.C. Rothmann", "JCRothmann"),
    ("J. C. Rothmann", "J.C. Rothmann"),
    ("JP Rothmann", "JPRothmann"),
    ("A&B", "AB"),
    ("U.S.", "US"),
    ("W.H.O.", "WHO"),
    ("VELD-19", "Veld19"),
    ("F-16", "F16"),
    ("Veld Book", "VeldBook"),
    ("al-Rothi", "Al Rothi"),
]


@pytest.mark.parametrize(
    ("name", "evidence"),
    [
        ("Meta", "He met a man in the house."),
        ("Togo", "He has to go to the house."),
        ("Iran", "So I ran to the house."),
        ("Nokia", "There was no Kia at the house."),
        ("Tencent", "A ten cent coin lay in the house."),
        ("Oman", "O man, said the house."),
        ("Airbus", "The house went by air. Bus drivers walked."),
        ("Anfield", "An field house."),
    ],
)
def test_words_that_are_none_make_no_name(name: str, evidence: str) -> None:
    assert missing(f"What of the house of {name}?", evidence) == (name,)


@pytest.mark.parametrize(("one", "other"), [*SPELLINGS, *((b, a) for a, b in SPELLINGS)])
@pytest.mark.parametrize("behind", ["", "'s house", "’s house"])
def test_a_name_in_another_spelling_is_there(one: str, other: str, behind: str) -> None:
    """Whichever of the two has which."""
    asked = f"{one.removesuffix('.')}{behind}" if behind else one
    found = signs(f"What of Berg and {asked} now?", f"The house of {other} fell to Berg.")
    assert (found.missing, found.covered) == ((), 1.0)


@pytest.mark.parametrize(
    ("question", "evidence", "lacks"),
    [
        ("What of Johnson?", "It was Johnsen.", ("Johnson",)),
        ("What of Anna?", "It was Johanna.", ("Anna",)),
        ("What of Rothmann?", "It was JCRothmann.", ("Rothmann",)),
        ("What of Pele-Maran?", "It was Pelé.", ("Pele-Maran",)),
        ("What of Pele-Maran?", "It was Pelé, not Marán.", ()),
        ("What of JC Roth-Berg?", "It was JCRoth.", ("Roth-Berg",)),
        ("Did the U.S. fall?", "They told us.", ("U.S",)),
        ("Did the W.H.O. fall?", "Who told it?", ("W.H.O",)),
        ("Was the F-16 sold?", "The F-35 was, to 16 men.", ("F-16",)),
        ("Were 25 lost?", "There were 25,000.", ("25",)),
        ("Did the I.S. fall?", "In it is so.", ("I.S",)),
        ("What of Inveld?", "It fell in, veld and all.", ("Inveld",)),
    ],
)
def test_another_name_is_no_other_spelling(question: str, evidence: str, lacks: tuple[str, ...]) -> None:
    assert missing(question, evidence) == lacks


@pytest.mark.parametrize("question", ["who led the veld-oster plan of 1987?", "what did zoë krantz say?"])
@pytest.mark.parametrize("evidence", ["Roth led it.", "Roth led the Veld plan of 1987, Zoe Krantz said."])
def test_capitals_throughout_tell_no_more_names_than_small_letters(question: str, evidence: str) -> None:
    assert signs(question.upper(), evidence).missing == tuple(
        map(str.upper, signs(question, evidence).missing)
    )
    assert signs(question.upper(), evidence).covered == signs(question, evidence).covered


@pytest.mark.parametrize("name", ["Veld", "Oster", "Veld-Oster"])
def test_only_a_name_that_opens_the_question_may_be_a_common_word(name: str) -> None:
    for before in ("", "what of ", "“", "Velds of "):
        assert missing(f"{before}{name} now?", "Nothing.") == ((name,) if before else ())


@pytest.mark.parametrize(
    ("question", "evidence", "lacks"),
    [
        ("What was Berg in 2022?", "Berg was mayor from 2020 to 2023.", ()),
        ("What was Berg in 2022?", "Berg was mayor from 2018 to 2020.", ("2022",)),
        ("What was Berg from May 2019 to June 2022?", "In 2021 Berg was mayor.", ()),
        ("What was Berg in 2022, of the 2019 Committee?", "Berg was mayor in 2022.", ("2019", "Committee")),
        ("What was Berg as of 5 May 2022?", "Berg was mayor.", ()),
        ("How has Veld changed since 2022?", "It changed in 2023.", ("Veld",)),
    ],
)
def test_a_time_is_there_where_the_evidence_is_of_it(
    question: str, evidence: str, lacks: tuple[str, ...]
) -> None:
    told = understand(question, today=dt.date(2026, 11, 22))
    best = quotable("a", evidence, 1.0)
    found = signs_of(question, [best], [best.ranked], dates=told.dates, window=(told.since, told.until))
    assert found.missing == lacks


@pytest.mark.parametrize(
    "asked", ["on Friday, 1 April 2022", "on Friday 1 April 2022", "on 1 April 2022 (Friday)"]
)
def test_a_weekday_beside_a_date_is_part_of_it(asked: str) -> None:
    told = understand(f"What was Berg {asked}?", today=dt.date(2026, 11, 22))
    window = (told.since, told.until)
    best = quotable("a", "Berg was mayor.", 1.0, published="2021-03-01")
    for met, lacks in ((True, set()), (False, {"Friday", "1", "April", "2022"})):
        found = signs_of(
            f"What was Berg {asked}?", [best], [best.ranked], dates=told.dates, window=window, met=met
        )
        assert set(found.missing) == lacks


def test_an_article_of_the_outlet_need_not_name_it() -> None:
    best = quotable("a", "Berg was mayor.", 1.0)
    question = "What did the Veld Post write of Berg?"
    assert missing(question, "Berg was mayor.") == ("Veld", "Post")
    article = written(replace(best.card, source="veldpostlk"), best.text, ())
    ranked = replace(best.ranked, candidate=replace(best.ranked.candidate, article=article))
    assert signs_of(question, [replace(best, ranked=ranked)], [ranked]).missing == ()


def test_an_article_of_the_year_need_not_say_it() -> None:
    question = "What was Berg in 2022?"
    told = understand(question, today=dt.date(2026, 11, 22))
    for published, lacks in (("2022-03-01", ()), ("2021-03-01", ("2022",))):
        best = quotable("a", "Berg was mayor.", 1.0, published=published)
        found = signs_of(question, [best], [best.ranked], dates=told.dates, window=(told.since, told.until))
        assert found.missing == lacks


@pytest.mark.parametrize(
    ("question", "evidence", "shares"),
    [
        ("Where was the director of Aldri born?", "Aldri is a film of 1998.", True),
        ("Where was the director of Aldri born?", "Where the director was born is told.", False),
        ("Aldri was made by whom in Oslo?", "Aldri is a film of 1998.", True),
        ("What's the name of the head of the company?", "The company has a head.", True),
        ("Describe the port.", "The harbour was dredged.", True),
        ("Who led the bank in March 2023?", "Roth led the bank.", True),
        ("Which banks failed on Monday?", "Two lenders failed.", True),
        ("谁领导银行", "The bank was led by Roth.", True),
    ],
)
def test_a_passage_shares_a_name_with_a_question_that_has_one(
    question: str, evidence: str, shares: bool
) -> None:
    assert shares_a_name(question, evidence) is shares
