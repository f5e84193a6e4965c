"""How sure an answer is: the probability that the quotes shown hold the answer.

A logistic regression over a few signs of evidence. Its weights stand in `calibration.json` with the data
they were fitted on; `evals/calibrate.py` fits them. They are never fitted on the questions that judge the
product.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from rag import patterns
from rag.answering.contrary import weight_of
from rag.answering.english.lexicon import FUNCTION_WORDS
from rag.answering.english.numerals import numerals_in, values_in
from rag.answering.english.stems import WORD, has_word, parts_of, stem_of, stems_of
from rag.answering.english.subjects import TIMES
from rag.answering.english.times import time_spans
from rag.answering.outlets import outlet_spans
from rag.answering.questions import asides_in
from rag.answering.quoting import Quotable
from rag.answering.ranking import Ranked, of_window
from rag.answering.spellings import Spellings
from rag.answering.widening import KnownName
from rag.answering.within import ANY_TIME, Window
from rag.store import fold
from rag.types import Contrary

# The end of a sentence, and not of "Dr." or "J.".
_SENTENCE_ENDS = patterns.compile(r"(?:[?!…]|(?:\d|\w{4})\.)[\"”’')]*\s+[\"“‘'(]*\Z")
_FUNCTION_WORDS = frozenset(
    """
    a an and any are as at be been being but by can could did do does doing done for from get give had has
    have he her him his how i if in into is it its itself just many may me might more most much must my of off
    on one or our out over shall she should so some such tell than that the their them then there these they
    this those to us was we were what when where which while who whom whose why will with would you your about
    after before during since until between latest current currently status state now today new news
    """.split()  # noqa: SIM905 - a list of a hundred strings is not easier to read
)


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for and against the best quote being an answer. Each is a plain number.

    relevance: the mean of the best sentence's and the best passage's logits; without a cross-encoder the
    sentence's score alone. cosine: the highest cosine of a passage. covered: share of the question's content
    words in the best sentence's passage or its title. missing_names: how many names and numbers of the
    question are in neither. among: how many passages could have been found, which the filters admit: the best
    of more has a higher logit, also where none answers.
    """

    relevance: float
    cosine: float
    covered: float
    missing_names: float
    among: int = 0
    missing: tuple[str, ...] = ()
    """Those names and numbers, as the question writes them."""
    contrary: Contrary | None = None
    """Where the best sentence says the opposite of the question."""


def signs_of(
    question: str,
    quotables: Sequence[Quotable],
    ranking: Sequence[Ranked],
    *,
    among: int = 0,
    names: Sequence[KnownName] = (),
    dates: Sequence[str] = (),
    window: Window = ANY_TIME,
    met: bool = False,
    quoted: Sequence[tuple[int, int]] = (),
) -> Signs:
    """The signs of the best sentence (the first of `quotables`, which must not be empty): of the one that
    answers best below its headline, as it was fitted. A fact may be led by another that is as good there.

    The words of a name of which the evidence has another form are in the evidence, as a state is in what has
    its seat of government, and so is what it spells or counts in another way, and the name of the outlet that
    published it. So are `dates`, the words of the question that say a time, where the evidence is of the
    `window` that they name, or what is shown is (`met`): an article of 2022 need not say the year, and "from
    1992 to 2008" tells what was in 1998. So is what stands at `quoted` in the question, the subjects of which
    it has a quote each: no passage need have both that are compared. What a sentence names that only speaks
    of who asks does not count.
    """
    best = quotables[0]
    candidate = best.ranked.candidate
    # What opens an article may be read with a passage that lies further down.
    evidence = "\n".join(dict.fromkeys((candidate.article.card.title, candidate.text, best.text)))
    known = stems_of(evidence)
    formed = any(name.forms for name in names)
    folded, article = (fold(evidence), fold(candidate.article.text)) if formed else ("", "")
    told = [
        name
        for name in names
        if name.stands_in(
            evidence,
            folded,
            introduced=f" {fold(question[name.start : name.end])} " in f" {article} ",
            # No more is told by a seat than its state's own name would.
            by_people=False,
        )
    ]
    spans = [*quoted, *((name.start, name.end) for name in told)]
    spans += outlet_spans(question, candidate.article.card.source)
    if met or window == ANY_TIME or of_window(candidate, *window):
        spans += time_spans(question, dates)
    numerals = numerals_in(question, times=dates)
    if numerals:
        values = values_in(evidence)
        spans += [(one.start, one.end) for one in numerals if one.stands_in(values)]

    spellings = Spellings(question, evidence)

    def found(word: re.Match[str]) -> bool:
        if has_word(known, word.group()):
            return True
        if any(start < word.end() and word.start() < end for start, end in spans):
            return True
        return spellings.has(word)

    asides = asides_in(question)
    content = [
        word
        for word in WORD.finditer(question)
        if word.group().lower() not in _FUNCTION_WORDS
        and not any(start <= word.start() < end for start, end in asides)
    ]
    covered = sum(map(found, content))
    missing = [word for word in content if _is_name(word) and not found(word)]
    # What says the opposite weighs by itself, once.
    read = best.score + weight_of(best.contrary)
    # Of what has no sentence nothing can be quoted.
    logits = [
        ranked.scores.rerank
        for ranked in ranking
        if ranked.scores.rerank is not None and ranked.candidate.sentences
    ]
    return Signs(
        relevance=(read + max(logits)) / 2 if logits else read,
        cosine=max(ranked.candidate.dense for ranked in ranking),
        covered=covered / len(content) if content else 0.0,
        missing_names=float(len(missing)),
        among=among,
        missing=tuple(word.group() for word in missing),
        contrary=best.contrary,
    )


def shares_a_name(question: str, evidence: str) -> bool:
    """Whether a name of the question stands in the evidence, or the question has none.

    Times are no names. The first word is one only beside others: it has a capital letter anyway.
    """
    names = [
        word
        for word in WORD.finditer(question)
        if word.group() != word.group().lower()
        and re.split("['’]", word.group().lower())[0] not in _FUNCTION_WORDS | TIMES
    ]
    if not any(map(_is_name, names)):
        return True
    known = stems_of(evidence)
    return any(stem_of(part) in known for name in names for part in (name.group(), *parts_of(name.group())))


def confidence_of(signs: Signs, *, reranked: bool) -> float:
    """The probability, in (0, 1), that the quotes shown hold the answer. What a contrary weighs is not
    fitted: too few questions have one."""
    fitted = _calibration()["reranked" if reranked else "retrieved"]
    weights: dict[str, float] = fitted["weights"]
    logit = fitted["intercept"] + math.fsum(weight * getattr(signs, name) for name, weight in weights.items())
    logit += fitted["per_log"] * log_among(signs.among, fitted["fewest"], fitted["most"])
    logit -= weight_of(signs.contrary)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def log_among(among: int, fewest: int, most: int) -> float:
    """How many times the fewest passages there are, as a logarithm: 0 for fewer, and of more than the most as
    of those. Between the two it was fitted, and nothing is known beyond."""
    return math.log(min(max(among, fewest), most) / fewest)


@functools.cache
def _calibration() -> dict[str, dict[str, Any]]:
    content = resources.files("rag.answering").joinpath("calibration.json").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, Any]] = json.loads(content)
    return loaded


def _is_name(word: re.Match[str]) -> bool:
    """Whether a word of the question is a number or is written like a name, not only as the first word of it
    or of a sentence in it; "NOT" is written so to stress it. Capitals throughout tell nothing."""
    if any(character.isdigit() for character in word.group()):
        return True
    if not any(map(str.islower, word.string)):
        return False
    before = word.string[: word.start()]
    return (
        word.group()[0].isupper()
        and bool(before.strip())
        and word.group().lower() not in FUNCTION_WORDS
        and not _SENTENCE_ENDS.search(before)
    )
