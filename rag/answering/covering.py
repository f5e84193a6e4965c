"""A question that names several subjects is answered of each of them, where the articles answer it."""

from __future__ import annotations

from collections.abc import Sequence

from rag.answering.english.lexicon import PEOPLES
from rag.answering.quoting import Quotable
from rag.answering.widening import KnownName
from rag.store import fold, name_runs


def with_subjects(
    chosen: Sequence[Quotable],
    quotables: Sequence[Quotable],
    question: str,
    *,
    names: Sequence[KnownName],
    most: int,
) -> list[Quotable]:
    """The chosen sentences, the last of them given up for those about subjects that none of them names.

    "Which came out first, Aldri or Bris" takes a quote of each, and the second best is another one of the
    first. A sentence is about a subject that its headline names; it has to answer, by a logit above 0, which
    the cross-encoder alone can tell. The lead stays. `quotables` are best first, `names` are those of the
    question that have other forms.
    """
    added: list[Quotable] = []
    for forms in _subjects(question, names):
        shown = [*chosen, *added]
        if len(added) + 1 >= most or any(_has(forms, f"{one.card.title}\n{one.text}") for one in shown):
            continue
        about = (one for one in quotables if _answers(one) and _has(forms, one.card.title))
        added += [one for one in [next(about, None)] if one is not None]
    return [*chosen[: most - len(added)], *added]


def _answers(one: Quotable) -> bool:
    return one.score > 0 and one.ranked.scores.rerank is not None


def _subjects(question: str, names: Sequence[KnownName]) -> list[list[str]]:
    """The folded names that the question writes with capitals, each with its other forms; no peoples, which
    say of what sort a subject is."""
    found = []
    for run in name_runs(question):
        start, end = run[0].start, run[-1].end
        if fold(question[start:end]) in PEOPLES:
            continue
        others = [form.form for one in names if start <= one.start and one.end <= end for form in one.forms]
        found.append([fold(question[start:end]), *map(fold, others)])
    return found


def _has(forms: Sequence[str], text: str) -> bool:
    folded = f" {fold(text)} "
    return any(f" {form} " in folded for form in forms)
