"""Why an answer is what it is, in words that a researcher understands, and the parts of each score."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from rag.cli.screen import Screen
from rag.cli.terminal import counted, flat
from rag.types import Answer, Explanation, Intent, Scores, SearchResult

MOST_COPIES = 5
"""Copies that an explanation names."""
# The contract calls it recency; in a question with a window it is for being of that time.
_COLUMNS = {"recency": "time"}
_INTENTS: dict[Intent, str] = {
    "fact": "a fact: the passages that answer best come first, whatever their date",
    "status": "a status: the newest article that answers comes first, then what came before it",
    "timeline": "a timeline: quotes of different times stand in the order of their dates",
}


def show_explanation(shown: Answer | SearchResult, screen: Screen) -> None:
    screen.line()
    for name, fact in _facts(shown):
        screen.line(f"{name:<13} {flat(fact)}")
    if shown.passages:
        screen.line()
        screen.line(_sorted_by(shown))
        parts = [field.name for field in fields(Scores)]
        rows = [
            [
                f"{flat(passage.card.article_id)} {passage.start}–{passage.end}",
                *(_score(getattr(passage.scores, part)) for part in parts),
            ]
            for passage in shown.passages
        ]
        screen.table(["passage", *(_COLUMNS.get(part, part) for part in parts)], rows)


def _facts(shown: Answer | SearchResult) -> Iterator[tuple[str, str]]:
    explanation = shown.explanation
    if isinstance(shown, Answer):
        yield "asked for", f"{_INTENTS[shown.intent]}{_by(explanation)}"
    if explanation.topic is not None:
        yield (
            "read as",
            f"“{explanation.topic}”, without the words that ask for the form of the answer or say its time",
        )
    for part in explanation.parts:
        answered = "answered" if part.answered else "not answered"
        since, until = part.window
        time = f", of {since or 'the beginning'} to {until or 'the end'}" if since or until else ""
        yield "holds", f"“{part.asked_as}”: {answered}, confidence {part.confidence:.2f}{time}"
    if explanation.also_read:
        yield "also as", " and as ".join(f"“{form}”" for form in explanation.also_read)
    yield "window", _window(explanation)
    if (words := explanation.as_of_words) is not None:
        yield "left out", f"what was published later, by “{words}” in the question"
    yield "time", _time(explanation)
    yield "aliases", _aliases(explanation)
    yield "hops", _hops(shown)
    yield "copies", _copies(explanation)
    yield "undated", f"{counted(explanation.undated_left_out, 'article')} of unknown date left out"
    yield "reranked", _reranked(explanation)
    if isinstance(shown, Answer):
        yield "confidence", _confidence(shown)
    yield "generation", shown.generation
    yield "milliseconds", ", ".join(f"{stage} {spent:.1f}" for stage, spent in shown.timings_ms.items())


def _reranked(explanation: Explanation) -> str:
    read = f"{counted(explanation.reranked, 'passage')} read beside the question"
    if more := explanation.pairs_read - explanation.reranked:
        read += f", and {more} more of passages and sentences"
    left_out = explanation.pairs_left_out
    return f"{read}; {left_out} left out, as `rerank_pairs` bounds it" if left_out else read


def _by(explanation: Explanation) -> str:
    """; from “latest”."""
    return f"; from {_quoted(explanation.form_words)}" if explanation.form_words else ""


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join(f"“{one}”" for one in words)


def _window(explanation: Explanation) -> str:
    since, until = explanation.window
    said = _quoted(explanation.time_words)
    if since is None and until is None:
        said = said or _quoted(explanation.happened)
        return f"none; of time the question says {said}" if said else "none; the question names no time"
    days = f"{since or 'the beginning'} to {until or 'the end'}"
    return f"{days}, from {said}"


def _time(explanation: Explanation) -> str:
    """For what time added to the ranking, as the column of that name shows."""
    if explanation.recency_applied:
        return "newer articles were preferred: the newer one is, the greater its bounded bonus in the ranking"
    windows = (explanation.window, *(part.window for part in explanation.parts))
    told = []
    if any(window != (None, None) for window in windows):
        told.append(
            "a bounded bonus in the ranking for what was published in the window or names a time of it"
        )
    if explanation.happened:
        told.append(f"less for what was published before {_quoted(explanation.happened)} and cannot tell it")
    return "; ".join(told) or "nothing was added in the ranking: newer articles were not preferred"


def _sorted_by(shown: Answer | SearchResult) -> str:
    """By what the passages below are sorted."""
    scores = [passage.scores for passage in shown.passages]
    by = "by rerank and fused together" if any(one.rerank is not None for one in scores) else "by fused"
    time = " and time added" if any(one.recency for one in scores) else ""
    hop = "; one with a hop by that, behind the passage that led to it"
    return f"Passages, best first: {by}{time}{hop if any(one.hop is not None for one in scores) else ''}."


def _aliases(explanation: Explanation) -> str:
    """PSM: also Pakistan Steel Mills (abbreviation in 000_ea…); Moscow: also Russia (seat in rag's own
    list)."""
    told = [
        f"{alias.asked}: also {alias.form} ({alias.kind} in {alias.learned_from})"
        for alias in explanation.aliases
    ]
    return "; ".join(told) or "none"


def _hops(shown: Answer | SearchResult) -> str:
    """Petter Naess, named in films/aldri, for “the director of Aldri” led to people/naess. Of an answer those
    that led to a quote: what stands behind the others is not shown above."""
    hops = shown.explanation.hops
    if isinstance(shown, Answer) and not shown.abstained:
        cited = {citation.card.article_id for citation in shown.citations}
        hops = tuple(hop for hop in hops if hop.target in cited)
    told = [
        f"{hop.name}, named in {hop.source},"
        f"{f' for “{hop.stands_for}”' if hop.stands_for else ''} led to {hop.target}"
        for hop in hops
    ]
    if more := len(shown.explanation.hops) - len(hops):
        told.append(f"{counted(more, 'other')} led to nothing that is quoted")
    return "; ".join(told) or "none"


def _copies(explanation: Explanation) -> str:
    told = [f"{copy} of {original}" for copy, original in explanation.collapsed.items()]
    more = f" and {len(told) - MOST_COPIES} more" if len(told) > MOST_COPIES else ""
    return f"{len(told)} collapsed: {', '.join(told[:MOST_COPIES])}{more}" if told else "none found"


def _confidence(answer: Answer) -> str:
    """What the confidence was made of, and what was needed."""
    from rag.answering.comparing import told_apart

    explanation = answer.explanation
    if explanation.relevance is None:
        return "nothing was found that could be quoted"
    reading = "likelier than not" if explanation.relevance > 0 else "less likely than not"
    among = f", as the best of {counted(explanation.among, 'passage')}" if explanation.among else ""
    parts = [f"by relevance ({explanation.relevance:+.1f}) the best evidence answers {reading}{among}"]
    if explanation.missing:
        parts.append(f"it lacks {', '.join(explanation.missing)}")
    if explanation.contrary:
        parts.append(explanation.contrary.words)
    if explanation.abstain_below is not None:
        relation = "below" if answer.confidence < explanation.abstain_below else "at or above"
        sure, needed = told_apart(answer.confidence, explanation.abstain_below)
        parts.append(f"{sure} is {relation} the {needed} that is needed")
    return "; ".join(parts)


def _score(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
