"""What a reader sees of an answer beside where its quotes stand and how sure it is.

Each part is kept as a digest: so a baseline stays small, and tells which part has become another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict

from rag.evaluation.identity import digest_of
from rag.types import Answer, ArticleCard, Citation

OF_QUOTES = frozenset({"words", "sources", "dates", "notices", "marks", "copies"})
"""The parts that go with the quotes: of other quotes they are others too."""


def words_alone(quotes: Iterable[str]) -> dict[str, str]:
    """The parts of a system that was examined and gave no answer: the quotes' words, where there are any."""
    return _digests({"words": list(quotes)})


def presented(answer: Answer) -> dict[str, str]:
    """The digest of each part that there is.

    `sources` are title, source, address and date beside each quote; `marks` what supersedes or contradicts it
    and which question it is quoted for; `reservations` what is said of all quotes or instead of them;
    `nearest` the passages shown beside an abstention.
    """
    return _digests(
        {
            "words": [one.quote for one in answer.citations],
            "sources": [[one.number, *_source(one.card)] for one in answer.citations],
            "dates": _each(answer, lambda one: [list(map(asdict, one.dates)), one.of_time]),
            "notices": _each(answer, lambda one: list(map(asdict, one.notices))),
            "marks": _each(
                answer,
                lambda one: [one.superseded_by, list(map(asdict, one.contradicts)), list(one.answers)],
            ),
            "copies": _each(answer, lambda one: list(one.also_in)),
            "message": [answer.reason, answer.message, *answer.remedies] if answer.abstained else [],
            "notes": [*answer.notes, answer.did_you_mean] if answer.notes or answer.did_you_mean else [],
            "reading": [answer.intent, answer.as_of.isoformat()],
            "reservations": _reservations(answer),
            "nearest": _nearest(answer) if answer.abstained else [],
        }
    )


def _source(card: ArticleCard) -> list[object]:
    """What stands beside a quote: not the hash, which is another wherever a word of the article is."""
    return [card.title, card.source, card.url, asdict(card.published)]


def _each(answer: Answer, part: Callable[[Citation], list[object]]) -> list[object]:
    """The part of each citation; nothing where none has anything of it."""
    parts = [part(one) for one in answer.citations]
    return list(parts) if any(value not in (None, []) for values in parts for value in values) else []


def _reservations(answer: Answer) -> list[object]:
    """Nothing where nothing is to be said."""
    explained = answer.explanation
    told = {
        "untimely": explained.window_met is False,
        "contrary": explained.contrary.words if explained.contrary is not None else None,
        "left out": explained.undated_left_out,
        "dropped": explained.citations_dropped,
        "unquoted": [*explained.names_unquoted, *explained.numbers_unquoted],
        "parts": [[part.question, part.answered, part.window_met] for part in explained.parts],
    }
    return [told] if any(told.values()) else []


def _nearest(answer: Answer) -> list[object]:
    return [
        [one.card.article_id, one.start, one.end, asdict(one.nearest) if one.nearest else None]
        for one in answer.passages
    ]


def _digests(parts: Mapping[str, list[object]]) -> dict[str, str]:
    return {name: digest_of(part) for name, part in parts.items() if part}
