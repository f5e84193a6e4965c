"""A question that compares several subjects is answered of each of them, where the articles answer it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag import patterns
from rag.answering.english.lexicon import PEOPLES
from rag.answering.quoting import Quotable
from rag.answering.widening import KnownName
from rag.store import fold, name_runs

_OF_BOTH = patterns.compile(
    r"\b(?:both|same|each|alike|compared|between|in\s+common|differ(?:s|ed|ent|ences?)?)\b", re.IGNORECASE
)
_COMMA = patterns.compile(r"\W*,\W*")


@dataclass(frozen=True, slots=True)
class Subject:
    """What the question writes with capitals at `[start, end)`, folded, with its other forms.

    A surname is none of these: siblings share theirs.
    """

    start: int
    end: int
    forms: tuple[str, ...]

    def stands_in(self, text: str) -> bool:
        folded = f" {fold(text)} "
        return any(f" {form} " in folded for form in self.forms)


def with_subjects(
    chosen: Sequence[Quotable], quotables: Sequence[Quotable], subjects: Sequence[Subject], *, most: int
) -> list[Quotable]:
    """The chosen sentences, the last of them given up for those about what is compared and they do not name.

    "Which came out first, Aldri or Bris" takes a quote of each, and the second best is another one of the
    first. A sentence is about a subject that its headline names; it has to answer, by a logit above 0, which
    the cross-encoder alone can tell. The lead stays, and all of them where nothing is compared.
    `quotables` are best first, `subjects` are what is compared.
    """
    added: list[Quotable] = []
    for subject in subjects:
        shown = [*chosen, *added]
        if any(subject.stands_in(f"{one.card.title}\n{one.text}") for one in shown):
            continue
        about = next((one for one in quotables if _answers(one) and subject.stands_in(one.card.title)), None)
        if about is not None and len(added) + 1 < most:
            added.append(about)
    return [*chosen[: most - len(added)], *added]


def subjects_quoted(chosen: Sequence[Quotable], subjects: Sequence[Subject]) -> list[tuple[int, int]]:
    """Where the question names what it compares, if articles about several of these `subjects` are quoted."""
    found = {
        (subject.start, subject.end): {
            one.card.article_id for one in chosen if subject.stands_in(one.card.title)
        }
        for subject in subjects
    }
    articles = [one for one in found.values() if one]
    several = any(one != articles[0] for one in articles)
    return [span for span, ids in found.items() if ids] if several else []


def compared_in(question: str, names: Sequence[KnownName]) -> list[Subject]:
    """The subjects with "or" or "than" between them, or "and" where it is of both; of a list all.

    Of what one did to the other a quote of each tells nothing: "how much did Aldri pay for Bris". `names` are
    those of the question that have other forms.
    """
    # "Aldri, Bris or Cato": whether it is a list shows at its end.
    joining = r"or|than|versus|vs" + ("|and|&" if _OF_BOTH.search(question) else "")
    found: list[Subject] = []
    listed: list[Subject] = []
    for subject, following in pairwise(_subjects(question, names)):
        between = question[subject.end : following.start]
        listed.append(subject)
        if re.search(rf"(?<!\w)(?:{joining})(?:\W+\w+){{0,3}}\W*\Z", between, re.IGNORECASE):
            found += [*listed, following]
        if not _COMMA.fullmatch(between):
            listed = []
    return list(dict.fromkeys(found))


def _answers(one: Quotable) -> bool:
    return one.score > 0 and one.ranked.scores.rerank is not None


def _subjects(question: str, names: Sequence[KnownName]) -> list[Subject]:
    """What the question writes with capitals, but for peoples, which say of what sort a subject is."""
    found = []
    # In a question a colon opens no sentence: "Which came first: Aldri or Bris?"
    for run in name_runs(question.replace(":", ",")):
        start, end = run[0].start, run[-1].end
        others = [
            form.form
            for one in names
            if start <= one.start and one.end <= end
            for form in one.forms
            if form.kind != "surname"
        ]
        if (name := fold(question[start:end])) not in PEOPLES:
            found.append(Subject(start, end, (name, *map(fold, others))))
    return found
