"""`rag ask`, `rag search`, `rag verify`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag import wiring
from rag.cli.commands import ABSTAINED, FAILED, read_text, settings_of
from rag.cli.options import (
    Articles,
    AsJson,
    AsOf,
    Explain,
    IncludeUndated,
    IndexFolder,
    IntentOption,
    Languages,
    NoRerank,
    Question,
    Since,
    Sources,
    Timeline,
    TopK,
    Until,
    filters_of,
    intent_of,
    question_of,
)
from rag.cli.remedies import REMEDIES_IN_JSON
from rag.cli.terminal import flat, output, print_json, shortened
from rag.errors import QuestionError

if TYPE_CHECKING:
    from rag.answering import Verdict


def ask(
    context: typer.Context,
    question: Question = None,
    *,
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    source: Sources = None,
    language: Languages = None,
    article: Articles = None,
    include_undated: IncludeUndated = False,
    intent: IntentOption = None,
    timeline: Timeline = False,
    top_k: TopK = None,
    no_rerank: NoRerank = False,
    explain: Explain = False,
    as_json: AsJson = False,
    index: IndexFolder = None,
) -> None:
    """Answer a question with verbatim, dated, sourced quotes.

    Where the articles do not answer it, says so, shows the nearest passages and exits with 3.
    A DATE is a day, a month or a year: 2024-11-12, 2024-11 or 2024.
    """
    meant = intent_of(intent, timeline=timeline)
    settings = settings_of(context, index=index, reranker=wiring.NO_RERANKER if no_rerank else None)
    asked = question_of(question, longest=settings.max_question_characters)
    filters = filters_of(
        as_of=as_of,
        since=since,
        until=until,
        include_undated=include_undated,
        sources=source,
        languages=language,
        articles=article,
    )
    answer = wiring.open_answerer(settings).ask(asked, filters=filters, intent=meant, top_k=top_k)
    if as_json:
        from rag.answering.contract import answer_json

        print_json(answer_json(answer, remedies=REMEDIES_IN_JSON))
    else:
        from rag.cli.rendering import show_answer

        show_answer(answer, output(), explain=explain)
    if answer.abstained:
        raise typer.Exit(ABSTAINED)


def search(
    context: typer.Context,
    question: Question = None,
    *,
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    source: Sources = None,
    language: Languages = None,
    article: Articles = None,
    include_undated: IncludeUndated = False,
    top_k: TopK = None,
    no_rerank: NoRerank = False,
    explain: Explain = False,
    as_json: AsJson = False,
    index: IndexFolder = None,
) -> None:
    """Show the passages nearest to a question, best first.

    Exits with 3 when there is none. A DATE is a day, a month or a year: 2024-11-12, 2024-11 or 2024.
    """
    settings = settings_of(context, index=index, reranker=wiring.NO_RERANKER if no_rerank else None)
    asked = question_of(question, longest=settings.max_question_characters)
    filters = filters_of(
        as_of=as_of,
        since=since,
        until=until,
        include_undated=include_undated,
        sources=source,
        languages=language,
        articles=article,
    )
    result = wiring.open_answerer(settings).search(asked, filters=filters, top_k=top_k)
    if as_json:
        from rag.answering.contract import search_json

        print_json(search_json(result, remedies=REMEDIES_IN_JSON))
    else:
        from rag.cli.rendering import show_search

        show_search(result, output(), explain=explain)
    if not result.passages:
        raise typer.Exit(ABSTAINED)


def verify(
    context: typer.Context,
    citations: Annotated[
        Path | None,
        typer.Argument(
            metavar="CITATIONS",
            help="JSON file: an answer of `rag ask --json`, or a list of citations; `-`: standard input.",
        ),
    ] = None,
    as_json: AsJson = False,
    index: IndexFolder = None,
) -> None:
    """Check that each citation still is what its article says, as the index holds it.

    The files of the articles are not read: after a change of them, `rag ingest` first. Exits with 1
    when a citation is not intact.
    """
    settings = settings_of(context, index=index)
    text = read_text(citations, "list of citations")
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise QuestionError(f"the list of citations is not JSON: {error}") from error
    except (ValueError, RecursionError) as error:
        raise QuestionError(
            "the list of citations holds a number too long or a value too deep; give the citations of an "
            "answer"
        ) from error
    from rag.answering.contract import claims_from_json, verdict_json
    from rag.answering.verifying import verify_claims

    verdicts = verify_claims(claims_from_json(value), wiring.open_index(settings).snapshot())
    if as_json:
        print_json({"verdicts": [verdict_json(verdict) for verdict in verdicts]})
    elif verdicts:
        output().table(
            ["state", "article", "characters", "quote"],
            [
                [
                    verdict.state,
                    flat(verdict.claim.article_id),
                    _places(verdict),
                    shortened(flat(verdict.claim.quote)),
                ]
                for verdict in verdicts
            ],
        )
    else:
        output().line("There is no citation to check.")
    if any(verdict.state != "intact" for verdict in verdicts):
        raise typer.Exit(FAILED)


def _places(verdict: Verdict) -> str:
    """Where the quote was claimed to stand, and where it stands now if elsewhere."""
    claimed = (verdict.claim.start, verdict.claim.end)
    now = (verdict.start, verdict.end)
    places = [claimed] if now in {claimed, (None, None)} else [claimed, now]
    return " → ".join(f"{start}–{end}" for start, end in places)
