"""An answer as people read it: quotes marked in their passage, each with its source and date."""

from __future__ import annotations

import string
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.text import Text

from rag.cli.dates import day_words, published_words
from rag.cli.explaining import show_explanation
from rag.cli.marks import date_lines, disagreement_lines, elsewhere_words, notice_lines, superseded_words
from rag.cli.remedies import REMEDIES
from rag.cli.screen import Screen
from rag.cli.terminal import flat
from rag.types import Answer, ArticleCard, Citation, Explanation, Passage, SearchResult

CONTEXT = 240
"""Characters shown on either side of the quotes of a passage."""
QUOTE_STYLE = "bold underline"
_LETTERS = string.ascii_lowercase
# What may part a headline from the text below it.
_BREAK = 4
_UNTIMELY = "no quote is of the time asked about"
_Place = tuple[int, int, int]


def show_answer(answer: Answer, screen: Screen, *, explain: bool) -> None:
    if answer.abstained:
        screen.line(
            Text.assemble(
                ("No answer: ", "bold"), flat(_why(answer, explained=explain) or answer.reason or "")
            )
        )
        _show_meant(answer, screen)
        if answer.explanation.parts:
            screen.line(f"It was asked as {_listed(part.question for part in answer.explanation.parts)}.")
        if answer.passages:
            screen.line()
            screen.line("The nearest passages, which do not answer it:")
            _show_passages(answer.passages, screen, bullets="·" * len(answer.passages), limit=CONTEXT)
    else:
        labels = _labels(answer.citations)
        for line, style in _answer_lines(answer, labels):
            screen.line(line, style=style)
        for line in disagreement_lines(answer.citations):
            screen.line(f"Figures differ: {line}", style="yellow")
        for line in _reservations(answer):
            screen.line(f"Note: {line}", style="yellow")
        for number in dict.fromkeys(citation.number for citation in answer.citations):
            cited = sorted(
                (citation for citation in answer.citations if citation.number == number),
                key=lambda citation: citation.start,
            )
            screen.line()
            _show_evidence(cited, answer, screen, labels)
    screen.line()
    if not answer.abstained:
        _show_meant(answer, screen)
    show_notes(answer.notes, screen)
    screen.line(_summary(answer), style="dim")
    if explain:
        show_explanation(answer, screen)


def show_search(result: SearchResult, screen: Screen, *, explain: bool) -> None:
    if not result.passages:
        screen.line(
            Text.assemble(
                ("No passage: ", "bold"), flat(_why(result, explained=explain) or "nothing matches.")
            )
        )
    _show_meant(result, screen)
    numbers = [f"{position}." for position in range(1, len(result.passages) + 1)]
    _show_passages(result.passages, screen, bullets=numbers)
    left_out = [
        f"“{flat(words)}” leaves out what is later" if (words := result.explanation.as_of_words) else "",
        _undated(result.explanation),
    ]
    if result.notes:
        screen.line()
        show_notes(result.notes, screen)
    if result.passages and any(left_out):
        screen.line()
        screen.line(" · ".join(filter(None, left_out)), style="dim")
    if explain:
        show_explanation(result, screen)


def _show_meant(shown: Answer | SearchResult, screen: Screen) -> None:
    if shown.did_you_mean:
        screen.line(f"Did you mean “{flat(shown.did_you_mean)}”?", style="yellow")


def show_notes(notes: Sequence[str], screen: Screen) -> None:
    for note in notes:
        screen.line(flat(note), style="yellow")


def source_and_date(card: ArticleCard) -> str:
    return flat(" · ".join([card.source or "source unknown", published_words(card.published)]))


def mark(
    text: str,
    spans: Sequence[tuple[int, int]],
    *,
    before: int,
    after: int,
    styled: bool,
    before_it: bool = False,
) -> Text:
    """`text[before:after]` on one line with `spans` of `text` marked: by style, or by »…« without one.

    "…" stands where text is left out, at its beginning also where more stands `before_it`.
    """
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    shown = Text("… " if before > 0 or before_it else "")
    position = before
    for start, end in merged:
        shown.append(flat(text[position:start]))
        words = flat(text[start:end])
        shown.append(words if styled else f"»{words}«", style=QUOTE_STYLE if styled else "")
        position = end
    shown.append(flat(text[position:after]))
    return shown.append(" …" if after < len(text) else "")


def _answer_lines(answer: Answer, labels: Mapping[_Place, str]) -> Iterator[tuple[str, str]]:
    """The quotes with their labels, each in its style; of several questions below that which they answer.
    What is no mere sequence of quotes stays as it is."""
    told = answer.answer or ""
    parts = answer.explanation.parts
    if told != " ".join(f"“{citation.quote}” [{citation.number}]" for citation in answer.citations):
        yield flat(told), "bold"
        return
    if not parts:
        yield _quoted(answer.citations, labels), "bold"
    for number, part in enumerate(parts, start=1):
        yield flat(part.question), "cyan"
        if part.answered:
            yield _quoted([one for one in answer.citations if number in one.answers], labels), "bold"
        else:
            why = f" {flat(part.contrary.sentence)}" if part.contrary else ""
            yield f"Nothing answers this surely enough: confidence {part.confidence:.2f}.{why}", "yellow"
        if part.window_met is False:
            yield f"Note: {_UNTIMELY}", "yellow"


def _quoted(citations: Sequence[Citation], labels: Mapping[_Place, str]) -> str:
    return flat(" ".join(f"{_in_marks(one.quote)} [{labels[_place(one)]}]" for one in citations))


def _listed(several: Iterable[str]) -> str:
    *others, last = [f"“{flat(one)}”" for one in several]
    return f"{', '.join(others)} and {last}" if others else last


def _in_marks(quote: str) -> str:
    """The quote in marks that are not those with which it begins or ends itself."""
    doubled = quote.startswith(("“", '"')) or quote.endswith(("”", '"'))
    return f"‘{quote}’" if doubled else f"“{quote}”"


def _place(citation: Citation) -> _Place:
    return citation.number, citation.start, citation.end


def _labels(citations: Sequence[Citation]) -> dict[_Place, str]:
    """The number of each, with a letter where the answer quotes several times from one article."""
    several = Counter(citation.number for citation in citations)
    labels: dict[_Place, str] = {}
    for citation in citations:
        told = sum(number == citation.number for number, _, _ in labels)
        letter = _LETTERS[told] if several[citation.number] > 1 and told < len(_LETTERS) else ""
        labels.setdefault(_place(citation), f"{citation.number}{letter}")
    return labels


def _show_evidence(
    cited: Sequence[Citation], answer: Answer, screen: Screen, labels: Mapping[_Place, str]
) -> None:
    """The quotes of one article, in its order, where they stand."""
    card = cited[0].card
    screen.line(Text.assemble((f"[{cited[0].number}] ", "bold"), (flat(card.title), "bold")))
    elsewhere = elsewhere_words(cited, answer.explanation.window)
    told = [source_and_date(card), elsewhere, superseded_words(cited), *date_lines(cited)]
    screen.line(" · ".join(part for part in told if part), style="cyan", indent=4)
    for line in notice_lines(cited):
        screen.line(line, style="yellow", indent=4)
    for excerpt in _excerpts(cited, answer.passages, styled=screen.styled):
        screen.line(excerpt, indent=4)
    screen.line(_whereabouts(card, _places(cited, labels)), style="dim", indent=4)


def _excerpts(cited: Sequence[Citation], passages: Sequence[Passage], *, styled: bool) -> Iterator[Text]:
    """What stands around the quotes of one article, which are in its order; no word of it twice."""
    runs = _by_passage(cited, passages)
    shown = 0
    for place, (passage, quotes) in enumerate(runs):
        spans = [(quote.start - passage.start, quote.end - passage.start) for quote in quotes]
        first, last = spans[0][0], max(end for _, end in spans)
        before = min(_word_start(passage.text, max(first - CONTEXT, shown - passage.start)), first)
        after = _word_end(passage.text, last + CONTEXT)
        if place + 1 < len(runs):
            after = min(after, runs[place + 1][1][0].start - passage.start)
        after = max(after, last)
        late = _opens_late(passage.card, passage.start)
        yield mark(passage.text, spans, before=before, after=after, styled=styled, before_it=late)
        shown = passage.start + after


def _opens_late(card: ArticleCard, start: int) -> bool:
    """Whether more of an article stands before a place in it than its headline, which is shown above."""
    return start > len(card.title) + _BREAK


def _whereabouts(card: ArticleCard, places: str) -> str:
    url = f" · {flat(card.url)}" if card.url else ""
    return f"{flat(card.article_id)}, characters {places}{url}"


def _places(cited: Sequence[Citation], labels: Mapping[_Place, str]) -> str:
    """Where the quotes stand, and the other articles that have them: said once where all have all of them."""
    also = ["".join(f" · also in {flat(other)}" for other in citation.also_in) for citation in cited]
    places = [
        f"{citation.start}–{citation.end}"
        if len(cited) == 1
        else f"[{labels[_place(citation)]}] {citation.start}–{citation.end}"
        for citation in cited
    ]
    if len(set(also)) == 1:
        return ", ".join(places) + also[0]
    return ", ".join(
        place + (f" ({told[3:]})" if told else "") for place, told in zip(places, also, strict=True)
    )


def _by_passage(
    cited: Sequence[Citation], passages: Sequence[Passage]
) -> list[tuple[Passage, list[Citation]]]:
    """Runs of quotes with the first passage that holds them; one that none holds is a passage of its own."""
    runs: list[tuple[Passage, list[Citation]]] = []
    for citation in cited:
        holding = next(
            (
                passage
                for passage in passages
                if passage.card.article_id == citation.card.article_id
                and passage.start <= citation.start
                and citation.end <= passage.end
            ),
            Passage(citation.card, citation.start, citation.end, citation.quote, citation.scores),
        )
        if not runs or (runs[-1][0].start, runs[-1][0].end) != (holding.start, holding.end):
            runs.append((holding, []))
        runs[-1][1].append(citation)
    return runs


def _show_passages(
    passages: Sequence[Passage], screen: Screen, *, bullets: Sequence[str], limit: int | None = None
) -> None:
    for bullet, passage in zip(bullets, passages, strict=True):
        screen.line()
        screen.line(Text.assemble((f"{bullet} ", "bold"), (flat(passage.card.title), "bold")))
        screen.line(source_and_date(passage.card), style="cyan", indent=4)
        before, after = (0, len(passage.text)) if limit is None else _nearest(passage, limit)
        late = _opens_late(passage.card, passage.start)
        shown = mark(passage.text, [], before=before, after=after, styled=screen.styled, before_it=late)
        screen.line(shown, indent=4)
        screen.line(_whereabouts(passage.card, f"{passage.start}–{passage.end}"), style="dim", indent=4)


def _nearest(passage: Passage, most: int) -> tuple[int, int]:
    """What of its text is shown: from the sentence that comes nearest to answering on, and that whole."""
    if passage.nearest is None:
        return 0, _word_end(passage.text, most)
    before, whole = passage.nearest.start - passage.start, passage.nearest.end - passage.start
    return before, max(whole, _word_end(passage.text, before + most))


def _summary(answer: Answer) -> str:
    parts = [
        answer.intent,
        f"confidence {answer.confidence:.2f}",
        f"as of {day_words(answer.as_of)}{_by(answer.explanation)}",
        "newer articles were preferred" if answer.explanation.recency_applied else "",
        _undated(answer.explanation),
    ]
    return " · ".join(part for part in parts if part)


def _why(shown: Answer | SearchResult, *, explained: bool) -> str | None:
    from rag.answering.contract import with_remedies

    words = {remedy: told for remedy, told in REMEDIES.items() if not (explained and remedy == "explain")}
    return with_remedies(shown, words)


def _by(explanation: Explanation) -> str:
    """That the question itself restricts what is asked: nobody gave an option for it."""
    return " by the question's own words, which leave out what is later" if explanation.as_of_words else ""


def _reservations(answer: Answer) -> list[str]:
    """What the quotes lack of the question: told before they are read."""
    # Of several questions each tells it by itself.
    untimely = answer.explanation.window_met is False and not answer.explanation.parts
    contrary = answer.explanation.contrary.words if answer.explanation.contrary else ""
    told = (_UNTIMELY if untimely else "", contrary, *_unquoted(answer.explanation))
    return [line for line in told if line]


def _unquoted(explanation: Explanation) -> list[str]:
    """The names and numbers in the question that no quote has: what is quoted may be of another matter."""
    return [
        f"no quote {verb} {' or '.join(map(flat, words))}"
        for verb, words in (("names", explanation.names_unquoted), ("has", explanation.numbers_unquoted))
        if words
    ]


def _undated(explanation: Explanation) -> str:
    count = explanation.undated_left_out
    if not count:
        return ""
    return f"{count} undated {'article' if count == 1 else 'articles'} left out (--include-undated uses them)"


def _word_start(text: str, position: int) -> int:
    """`position`, moved on to where a word begins; 0 when it lies before the text."""
    if position <= 0:
        return 0
    return text.find(" ", position) + 1


def _word_end(text: str, position: int) -> int:
    """`position`, moved back to where a word ends; the end when it lies behind the text."""
    if position >= len(text):
        return len(text)
    return max(text.rfind(" ", 0, position), 0)
