"""Gold's evidence: what rests on it, whether it still stands in the articles, and whether the filters of its
question let it through."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from difflib import SequenceMatcher
from itertools import combinations, islice

from rag.errors import NotFound
from rag.evaluation.gold import Evidence, GoldQuestion
from rag.evaluation.phrases import listed
from rag.evaluation.protocol import Archive, NamedField
from rag.languages import language_code
from rag.types import Article, Citation, Filters, Published

Find = Callable[[str], Article]
"""The article of an id; raises NotFound."""

_TIMES_AS_LONG = 4
_A_PARAGRAPH = 600  # characters, some hundred words
_ENDS = frozenset(".!?…")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_CLOSING = "\"'”’»)"


def rests_on(citation: Citation, group: Sequence[Evidence]) -> bool:
    """Whether a citation meets a requirement: it holds at least half of the characters of one of the
    alternatives or is whole sentences of it, and is no longer than a paragraph of 600 characters, or than
    four times that alternative.

    Less would be words cut out of what answers, and in more of them a reader has to look for it himself. In
    another article than the alternative's, as a copy of it, the very words count, with all figures; where the
    citation names that article in `also_in`, also half of them in their order: a copy may be edited.
    """
    return any(_holds(citation, one) for one in group)


def stands_for(citation: Citation, groups: Sequence[Sequence[Evidence]]) -> str:
    """The article of the evidence that a citation says to be stated in as well, where it rests on that; else
    its own: copies make way for one of them, and whoever wrote the question need not have known it."""
    alternatives = [one for group in groups for one in group]
    own = citation.card.article_id
    if own in {one.article_id for one in alternatives}:
        return own
    named = [one for one in alternatives if one.article_id in citation.also_in]
    return next((one.article_id for one in named if _holds(citation, one)), own)


def has_half_of(text: str, one: Evidence) -> bool:
    """Whether a text of another article has at least half of the very words, however lines are broken, and
    all figures: what recurs is told in the same words each time, and with others."""
    told, needed = _on_one_line(text), _on_one_line(one.quote)
    half = max(1, (len(needed) + 1) // 2)
    if not set(_NUMBER.findall(needed)) <= set(_NUMBER.findall(told)):
        return False
    return any(needed[start : start + half] in told for start in range(len(needed) - half + 1))


def _holds(citation: Citation, one: Evidence) -> bool:
    needed = one.end - one.start
    if citation.end - citation.start > max(_A_PARAGRAPH, _TIMES_AS_LONG * needed):
        return False
    if citation.card.article_id != one.article_id:
        return _holds_copied(citation, one)
    if 2 * (min(citation.end, one.end) - max(citation.start, one.start)) >= needed:
        return True
    start, end = citation.start - one.start, citation.end - one.start
    return 0 <= start < end <= needed and _whole_sentences(one.quote, start, end)


def _holds_copied(citation: Citation, one: Evidence) -> bool:
    if has_half_of(citation.quote, one):
        return True
    quote, needed = _on_one_line(citation.quote), _on_one_line(one.quote)
    start = needed.find(quote)
    if start >= 0 and _whole_sentences(needed, start, start + len(quote)):
        return True
    return one.article_id in citation.also_in and _is_edited(quote.split(), needed.split())


def _is_edited(words: Sequence[str], needed: Sequence[str]) -> bool:
    """Whether half of the words are there in their order; single ones, and pairs, are in any sentence."""
    blocks = SequenceMatcher(None, needed, words, autojunk=False).get_matching_blocks()
    return 2 * sum(block.size for block in blocks if block.size > 2) >= len(needed)


def _whole_sentences(text: str, start: int, end: int) -> bool:
    """Whether a sentence can begin and end here, as far as its marks tell; a gold file's evidence is read
    without the product's own reader of sentences, which is measured."""
    begins = not text[:start].strip() or (text[start - 1].isspace() and _ends(text[:start]))
    return begins and (not text[end:].strip() or _ends(text[start:end]))


def _ends(text: str) -> bool:
    return text.rstrip().rstrip(_CLOSING)[-1:] in _ENDS


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def stale_evidence(gold: Sequence[GoldQuestion], find: Find) -> Iterator[str]:
    """A sentence on everything in which the questions do not fit the articles, with what mends it.

    An article that is gone is told once, with all questions that rest on it; words that moved, with their new
    offsets; and evidence that the question's own filters shut out, as no answer could ever show it.
    """
    gone: dict[str, list[str]] = {}
    for question in gold:
        held: dict[str, Article] = {}
        for place, one in _places(question):
            try:
                held[one.article_id] = article = find(one.article_id)
            except NotFound:
                gone.setdefault(one.article_id, []).append(question.place)
                continue
            if article.text[one.start : one.end] != one.quote:
                yield f"{question.place}, {place}: {one.article_id} {_moved(article.text, one)}"
        yield from _shut_out(question, held)
    for article_id, questions in gone.items():
        resting = listed(list(dict.fromkeys(questions)))
        yield f"{resting}: the index holds no article {article_id}"


def empty_filters(gold: Sequence[GoldQuestion], archive: Archive) -> Iterator[str]:
    """A sentence on each question to be abstained from whose filters name only what no article has: whatever
    is asked, nothing is found, and a slip of the pen would pass as a right abstention.

    A language may be meant so, and is told only where it is none. Dates may be too early on purpose.
    """
    for question in gold:
        given = question.filters
        of_field: tuple[tuple[NamedField, str, tuple[str, ...], Filters], ...] = (
            ("source", "sources", given.sources, Filters(sources=given.sources)),
            ("id", "article_ids", given.article_ids, Filters(article_ids=given.article_ids)),
            ("language", "languages", given.languages, Filters(languages=given.languages)),
        )
        for field, key, names, alone in of_field:
            meant = field == "language" and any(language_code(name) for name in names)
            if question.answerable or not names or meant or archive.names_had(field, alone):
                continue
            none = f"no article has the {field} {' or '.join(map(repr, names))}"
            yield f"{question.place}, filters.{key}: {none}"


def misdated(gold: Sequence[GoldQuestion], find: Find) -> Iterator[str]:
    """A sentence on everything that questions expect of an order in time and that the dates of the articles
    contradict, as the index knows them: only a wrong answer could be right.

    What a date leaves open is no contradiction, as of a year and a day in it. Articles that are gone are told
    by `stale_evidence`, and so is a first one that the filters shut out.
    """
    for question in gold:
        held: dict[str, Article] = {}
        for name in dict.fromkeys(one.article_id for group in question.evidence for one in group):
            with suppress(NotFound):
                held[name] = find(name)
        for key, told in (
            ("newest_first", _not_newest(question, held)),
            ("order", _disordered(question, held)),
            ("supersedes", _reversed(question, held)),
        ):
            yield from (f"{question.place}, {key}: {sentence}" for sentence in told)


def _not_newest(question: GoldQuestion, held: Mapping[str, Article]) -> Iterator[str]:
    first = held.get(question.newest_first or "")
    if first is None:
        return
    if first.published.value is None:
        yield f"{first.id} is undated, and never leads; name the newest dated article that answers"
    for other in held.values():
        if _is_later(other, first) and left_out(question.filters, other) is None:
            yield f"{_of(first)}, and {_of(other)}"


def _disordered(question: GoldQuestion, held: Mapping[str, Article]) -> Iterator[str]:
    listed_in = [held[name] for name in question.order if name in held]
    for article in listed_in:
        if article.published.value is None:
            yield f"{article.id} is undated; only dated articles have a place in it"
    # Each with each, as what is of a year lies between no two days of it; one pair is enough to mend it by.
    turned = (pair for pair in combinations(listed_in, 2) if _is_later(*pair))
    for one, other in islice(turned, 1):
        yield f"{_of(one)}, and {_of(other)}, which stands behind it"


def _reversed(question: GoldQuestion, held: Mapping[str, Article]) -> Iterator[str]:
    for later, earlier in question.supersedes or ():
        if later in held and earlier in held and _is_later(held[earlier], held[later]):
            yield f"{_of(held[later])}, and {_of(held[earlier])}, which it cannot supersede"


def _is_later(one: Article, other: Article) -> bool:
    """Whether it is, whatever days the two dates mean."""
    first, last = one.published.earliest, other.published.latest
    return first is not None and last is not None and first > last


def _of(article: Article) -> str:
    return f"{article.id} is of {article.published.value}"


def _places(question: GoldQuestion) -> Iterator[tuple[str, Evidence]]:
    for number, group in enumerate(question.evidence):
        for position, one in enumerate(group):
            yield f"evidence[{number}][{position}]", one


def _moved(text: str, one: Evidence) -> str:
    starts = []
    start = text.find(one.quote)
    while start >= 0:
        starts.append(start)
        start = text.find(one.quote, start + 1)
    at = f"[{one.start}, {one.end}) is not the quote, which"
    if not starts:
        return f"{at} stands nowhere in the article: find its words anew"
    nearest = min(starts, key=lambda start: (abs(start - one.start), start))
    several = f", the nearest of {len(starts)} places" if len(starts) > 1 else ""
    return f"{at} stands at [{nearest}, {nearest + len(one.quote)}) now{several}"


def _shut_out(question: GoldQuestion, held: dict[str, Article]) -> Iterator[str]:
    """Needed evidence of which the filters leave no alternative, and articles to be cited that they hide."""
    reasons = {
        name: reason
        for name, article in held.items()
        if (reason := left_out(question.filters, article)) is not None
    }
    for number, group in enumerate(question.evidence):
        if all(one.article_id in reasons for one in group):
            told = "; ".join(dict.fromkeys(f"{one.article_id} {reasons[one.article_id]}" for one in group))
            yield f"{question.place}, filters: they shut out evidence[{number}]: {told}"
    if question.newest_first in reasons:
        first = question.newest_first
        yield f"{question.place}, filters: they shut out newest_first: {first} {reasons[first]}"
    if out := [name for name in question.order if name in reasons]:
        told = "; ".join(f"{name} {reasons[name]}" for name in out)
        yield f"{question.place}, filters: they shut out part of order: {told}"


def left_out(filters: Filters, article: Article) -> str | None:
    """Why the filters do not admit the article, as the index knows it; None where they do.

    Written down apart from the product's own rule: gold judges that as well. What “as of” in the question's
    own words leaves out is not looked at: reading them right is the product's part, and is measured.
    """
    if filters.article_ids and article.id not in filters.article_ids:
        return "is not among article_ids"
    sources = {name.casefold() for name in filters.sources}
    if sources and (article.source is None or article.source.casefold() not in sources):
        return f"has the source {article.source!r}"
    if filters.languages and article.language not in filters.languages:
        return f"has the language {article.language!r}"
    return _outside(filters, article.published) if filters.dated else None


def _outside(filters: Filters, published: Published) -> str | None:
    first, last = published.earliest, published.latest
    end = min((day for day in (filters.as_of, filters.until) if day is not None), default=None)
    if first is not None and last is not None:
        outside = (end is not None and last > end) or (filters.since is not None and first < filters.since)
        return f"is of {published.value}" if outside else None
    if not filters.include_undated:
        return "is undated"
    too_late = end is not None and published.not_before is not None and published.not_before > str(end)
    return f"is undated and not before {published.not_before}" if too_late else None
