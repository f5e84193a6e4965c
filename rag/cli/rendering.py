"""An answer as people read it: quotes marked in their passage, each with its source and date."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from rag.cli.dates import day_words, published_words
from rag.cli.explaining import show_explanation
from rag.cli.marks import date_lines, disagreement_lines, notice_lines, superseded_words
from rag.cli.screen import Screen
from rag.cli.terminal import flat
from rag.types import Answer, ArticleCard, Citation, Explanation, Passage, SearchResult

CONTEXT = 240
"""Characters shown on either side of the quotes of a passage."""
QUOTE_STYLE = "bold underline"


def show_answer(answer: Answer, screen: Screen, *, explain: bool) -> None:
    if answer.abstained:
        screen.line(Text.assemble(("No answer: ", "bold"), flat(answer.message or answer.reason or "")))
        if answer.passages:
            screen.line()
            screen.line("The nearest passages, which do not answer it:")
            _show_passages(answer.passages, screen, bullets="·" * len(answer.passages), limit=CONTEXT)
    else:
        screen.line(flat(answer.answer or ""), style="bold")
        for line in disagreement_lines(answer.citations):
            screen.line(f"Figures differ: {line}", style="yellow")
        for number in dict.fromkeys(citation.number for citation in answer.citations):
            cited = [citation for citation in answer.citations if citation.number == number]
            screen.line()
            _show_evidence(cited, answer.passages, screen)
    screen.line()
    screen.line(_summary(answer), style="dim")
    if explain:
        show_explanation(answer, screen)


def show_search(result: SearchResult, screen: Screen, *, explain: bool) -> None:
    if not result.passages:
        screen.line(Text.assemble(("No passage: ", "bold"), flat(result.message or "nothing matches.")))
    numbers = [f"{position}." for position in range(1, len(result.passages) + 1)]
    _show_passages(result.passages, screen, bullets=numbers)
    if result.passages and (left_out := _undated(result.explanation)):
        screen.line()
        screen.line(left_out, style="dim")
    if explain:
        show_explanation(result, screen)


def source_and_date(card: ArticleCard) -> str:
    return flat(" · ".join([card.source or "source unknown", published_words(card.published)]))


def mark(text: str, spans: Sequence[tuple[int, int]], *, before: int, after: int, styled: bool) -> Text:
    """`text[before:after]` on one line with `spans` of `text` marked: by style, or by »…« without one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    shown = Text("" if before == 0 else "… ")
    position = before
    for start, end in merged:
        shown.append(flat(text[position:start]))
        words = flat(text[start:end])
        shown.append(words if styled else f"»{words}«", style=QUOTE_STYLE if styled else "")
        position = end
    shown.append(flat(text[position:after]))
    return shown.append("" if after == len(text) else " …")


def _show_evidence(cited: Sequence[Citation], passages: Sequence[Passage], screen: Screen) -> None:
    card = cited[0].card
    screen.line(Text.assemble((f"[{cited[0].number}] ", "bold"), (flat(card.title), "bold")))
    told = [source_and_date(card), superseded_words(cited), *date_lines(cited)]
    screen.line(" · ".join(part for part in told if part), style="cyan", indent=4)
    for line in notice_lines(cited):
        screen.line(line, style="yellow", indent=4)
    for passage, quotes in _by_passage(cited, passages):
        spans = [(quote.start - passage.start, quote.end - passage.start) for quote in quotes]
        first, last = min(start for start, _ in spans), max(end for _, end in spans)
        before = min(_word_start(passage.text, first - CONTEXT), first)
        after = max(_word_end(passage.text, last + CONTEXT), last)
        marked = mark(passage.text, spans, before=before, after=after, styled=screen.styled)
        screen.line(marked, indent=4)
    url = f" · {flat(card.url)}" if card.url else ""
    screen.line(f"{flat(card.article_id)}, characters {_places(cited)}{url}", style="dim", indent=4)


def _places(cited: Sequence[Citation]) -> str:
    """Where the quotes stand, and the other articles that have them: said once where all have all of them."""
    also = ["".join(f" · also in {flat(other)}" for other in citation.also_in) for citation in cited]
    places = [f"{citation.start}–{citation.end}" for citation in cited]
    if len(set(also)) == 1:
        return ", ".join(places) + also[0]
    return ", ".join(
        place + (f" ({told[3:]})" if told else "") for place, told in zip(places, also, strict=True)
    )


def _by_passage(
    cited: Sequence[Citation], passages: Sequence[Passage]
) -> list[tuple[Passage, list[Citation]]]:
    """Each quote with the first passage that holds it; one that none holds is a passage of its own."""
    groups: dict[tuple[int, int], tuple[Passage, list[Citation]]] = {}
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
        groups.setdefault((holding.start, holding.end), (holding, []))[1].append(citation)
    return list(groups.values())


def _show_passages(
    passages: Sequence[Passage], screen: Screen, *, bullets: Sequence[str], limit: int | None = None
) -> None:
    for bullet, passage in zip(bullets, passages, strict=True):
        screen.line()
        screen.line(Text.assemble((f"{bullet} ", "bold"), (flat(passage.card.title), "bold")))
        screen.line(source_and_date(passage.card), style="cyan", indent=4)
        after = len(passage.text) if limit is None else _word_end(passage.text, limit)
        screen.line(mark(passage.text, [], before=0, after=after, styled=screen.styled), indent=4)
        place = f"{flat(passage.card.article_id)}, characters {passage.start}–{passage.end}"
        screen.line(place, style="dim", indent=4)


def _summary(answer: Answer) -> str:
    parts = [
        answer.intent,
        f"confidence {answer.confidence:.2f}",
        f"as of {day_words(answer.as_of)}",
        "newer articles were preferred" if answer.explanation.recency_applied else "",
        "no quote is of the time asked about" if answer.explanation.window_met is False else "",
        _unquoted(answer.explanation),
        _undated(answer.explanation),
    ]
    return " · ".join(part for part in parts if part)


def _unquoted(explanation: Explanation) -> str:
    """The names and numbers in the question that no quote has: what is quoted may be of another matter."""
    told = [
        f"no quote {verb} {' or '.join(map(flat, words))}"
        for verb, words in (("names", explanation.names_unquoted), ("has", explanation.numbers_unquoted))
        if words
    ]
    return " · ".join(told)


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
