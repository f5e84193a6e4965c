"""Chains: one subject told over time by several articles, made from rules over invented names.

Each chain has three to five dated articles. The newest says how things stand; in every third it does so in
other words than those before. Each has an undated copy of its first article, and beside the chains there are
newer articles that name a subject and tell nothing of its matter.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

from archives import Record, record

from rag.evaluation.gold import Evidence, GoldQuestion
from rag.types import Article

PLACES = [
    *("Tarnow", "Maren", "Kesra", "Dorin", "Sarno", "Brask", "Tovar", "Halden", "Orland", "Pelago", "Velmar"),
    *("Ostrin", "Quellen", "Ristov", "Umbra", "Wexley", "Yarrow", "Zelin", "Calder", "Fenwick", "Girona"),
    *("Ilmen", "Jorvik", "Lorne", "Nestor", "Pernik", "Savona", "Trebil", "Varnes", "Korsun"),
]
MATTERS = ["bridge", "refinery", "ferry accord", "steel mill", "gas pipeline", "fishing treaty"]
STAGES = {
    "announced": "The government announced the {subject}.",
    "planned": "The {subject} will be signed this month, the minister said.",
    "delayed": "The signing of the {subject} has been delayed.",
    "agreed": "Both sides agreed on the terms of the {subject}.",
    "signed": "The {subject} was signed on {weekday}.",
    "cancelled": "The {subject} has been cancelled.",
}
OTHERWISE = {
    "signed": "Ministers put their names to the papers for the {subject}.",
    "cancelled": "The cabinet of {place} has walked away from the deal for good.",
}
COURSES = [
    ("announced", "planned", "signed"),
    ("announced", "planned", "delayed", "signed"),
    ("announced", "agreed", "planned", "delayed", "cancelled"),
    ("planned", "delayed", "agreed", "signed"),
    ("announced", "planned", "cancelled"),
]
FILLER = [
    "Traders in the town waited for news.",
    "The council meets again after the holidays.",
    "Rain is forecast for the whole district.",
    "Local papers carried the story on their front pages.",
]


@dataclass(frozen=True)
class Chain:
    """`told` are the article ids from the oldest on, each with the sentence that tells the stage."""

    id: str
    question: str
    told: tuple[tuple[str, str], ...]
    copy: str
    otherwise: bool


def chains(count: int = 30) -> tuple[list[Chain], list[Record]]:
    chance = random.Random(11)
    made: list[Chain] = []
    records: list[Record] = []
    for number, place in zip(range(count), PLACES, strict=False):
        subject = f"{place} {MATTERS[number % len(MATTERS)]}"
        course = COURSES[number % len(COURSES)]
        otherwise = number % 3 == 2
        day = dt.date(2021, 1, 4) + dt.timedelta(chance.randrange(200))
        told = []
        for step, stage in enumerate(course):
            newest = step == len(course) - 1
            words = (OTHERWISE if otherwise and newest else STAGES)[stage]
            weekday = (day - dt.timedelta(chance.randrange(1, 5))).strftime("%A")
            sentence = words.format(subject=subject, place=place, weekday=weekday)
            text = " ".join([sentence, *chance.sample(FILLER, 2)])
            article_id = f"c{number:02}-{step}"
            records.append(article(article_id, place, text, day))
            told.append((article_id, sentence))
            day += dt.timedelta(chance.randrange(10, 28))
        copy = f"c{number:02}-copy"
        first = next(one for one in records if one["id"] == told[0][0])
        records.append(article(copy, place, first["text"], None))
        distractor = f"A school choir from {place} won a prize abroad. {chance.choice(FILLER)}"
        records.append(article(f"c{number:02}-choir", place, distractor, day))
        question = chance.choice(
            ["What is the status of the {}?", "latest on the {}", "Where does the {} stand now?"]
        )
        made.append(Chain(f"c{number:02}", question.format(subject), tuple(told), copy, otherwise))
    return made, records


def article(article_id: str, place: str, text: str, day: dt.date | None) -> Record:
    return {**record(article_id, text, day.isoformat() if day else None), "title": f"News from {place}"}


def questions(made: list[Chain], articles: dict[str, Article]) -> Iterator[GoldQuestion]:
    """Each chain as a gold question: any of its articles may be shown, the newest must lead."""
    for chain in made:
        places = [*chain.told, (chain.copy, chain.told[0][1])]
        evidence = [_evidence(articles[article_id], sentence) for article_id, sentence in places]
        yield GoldQuestion(
            id=chain.id,
            kind="status",
            question=chain.question,
            answerable=True,
            fingerprint=chain.id,
            evidence=(tuple(evidence),),
            intent="status",
            newest_first=chain.told[-1][0],
        )


def _evidence(article: Article, sentence: str) -> Evidence:
    start = article.text.index(sentence)
    return Evidence(article.id, start, start + len(sentence), sentence)
