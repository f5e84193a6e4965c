"""What takes two articles is quoted from both: what answers, and what names whom or what that is about.

"Where was the director of Aldri born" is answered in the article about Petter Naess, where nothing says
that he directed Aldri: by itself it is the answer to another question. The cross-encoder prefers what has
the names of the question, which is where his is told, so it does not decide which of the two leads.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from rag.answering.quoting import MARGIN, Quotable
from rag.store import fold, without_qualifier
from rag.types import Hop

# "Which has the older director, Aldri or Bris" asks for two; what else is linked is rarely meant.
_MOST_LINKS = 2
# What was read with the name beside the question may be of another matter, the cost of a strike where that of
# a bridge is asked: it answers with no less than e⁻⁶ of the odds of what answers by itself, and, where its
# headline says more than the name ("Thanks to President Petter Naess"), as well as what stands beside that.
_MOST_BELOW = 6.0
# A headline is about what makes up half of it: "Reeves", of "Bill Reeves".
_SHARE = 0.5


def with_links(
    chosen: Sequence[Quotable], quotables: Sequence[Quotable], *, most: int, compared: int
) -> list[Quotable]:
    """The chosen sentences behind those that answer with a name, each beside the one that names it.

    What answers leads. Of two that are compared each stands behind what names it, which has the name of the
    question. The last of the chosen are given up beyond `most`, no part of a link is. `quotables` are best
    first, `compared` is how many subjects the question compares.
    """
    answers = _answers(quotables)[: min(most, max(1, compared), _MOST_LINKS)]
    links = [[answer, *_naming(hop, quotables)] for answer, hop in answers]
    if len(links) > 1:
        links = [link[::-1] for link in links]
    linked = [one for link in links for one in link]
    led = {(one.card.article_id, one.start): one for one in (*linked, *chosen)}
    return list(led.values())[: max(most, len(linked))]


def _answers(quotables: Sequence[Quotable]) -> list[tuple[Quotable, Hop]]:
    """The best sentence of each article that a name leads to, with the link, if it answers, best first; one
    of what one article led to."""
    found: list[tuple[Quotable, Hop]] = []
    alone = max((one.score for one in quotables if one.ranked.answers_with is None), default=0.0)
    for one in quotables:
        hop = one.ranked.answers_with
        if hop is None or one.score <= 0 or not _is_about(one.card.title, hop):
            continue
        if hop.stands_for is None and one.score < alone - _most_below(one.card.title, hop):
            continue
        if not any(hop.source == other.source or hop.target == other.target for _, other in found):
            found.append((one, hop))
    return found


def _most_below(title: str, hop: Hop) -> float:
    return _MOST_BELOW if fold(without_qualifier(title)) == fold(hop.name) else MARGIN


def _is_about(title: str, hop: Hop) -> bool:
    """Whether a headline is about the name that led there: "Prince Max of Bavaria" is not about Bavaria.

    A headline that only begins with the name tells what somebody does ("Petter Naess dies in Oslo"), and is
    about whom the question means only where that is known.
    """
    headline, name = f" {fold(without_qualifier(title))} ", f" {fold(hop.name)} "
    half = len(name.split()) >= _SHARE * len(headline.split())
    return (half and name in headline) or (hop.stands_for is not None and headline.startswith(name))


def _naming(hop: Hop, quotables: Sequence[Quotable]) -> list[Quotable]:
    """Of the article that names it, the best sentence that does, if one was read."""
    told = (one for one in quotables if one.card.article_id == hop.source)
    named = (one for one in told if f" {fold(hop.name)} " in f" {fold(one.text)} ")
    return list(islice(named, 1))
