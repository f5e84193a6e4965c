"""The options that several commands share, and what they mean together."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from rag.cli.commands import read_standard_input
from rag.cli.dates import read_date
from rag.errors import QuestionError
from rag.types import Filters, Intent

Question = Annotated[
    str | None, typer.Argument(metavar="QUESTION", help="The question; `-` reads it from standard input.")
]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="Use only what was published by then: no look-ahead."),
]
Since = Annotated[
    str | None, typer.Option("--since", metavar="DATE", help="Use only what was published from then on.")
]
Until = Annotated[
    str | None, typer.Option("--until", metavar="DATE", help="Use only what was published until then.")
]
Sources = Annotated[
    list[str] | None, typer.Option("--source", metavar="NAME", help="Only this source; may be repeated.")
]
Languages = Annotated[
    list[str] | None,
    typer.Option("--language", metavar="CODE", help="Only this language, such as `en`; may be repeated."),
]
Articles = Annotated[
    list[str] | None, typer.Option("--article", metavar="ID", help="Only this article; may be repeated.")
]
IncludeUndated = Annotated[
    bool, typer.Option("--include-undated", help="Within dates, also use articles whose date is unknown.")
]
IntentOption = Annotated[
    Intent | None,
    typer.Option("--intent", help="What is asked for; without it the question's own words tell."),
]
Timeline = Annotated[bool, typer.Option("--timeline", help="Short for `--intent timeline`.")]
TopK = Annotated[int | None, typer.Option("--top-k", min=1, metavar="N", help="How many passages to keep.")]
NoRerank = Annotated[bool, typer.Option("--no-rerank", help="Leave the reranker out: faster, less exact.")]
Explain = Annotated[
    bool,
    typer.Option(
        "--explain",
        help="Say why: dates, names, links, copies, what the confidence and the scores are made of.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, for machines.")]
IndexFolder = Annotated[
    Path | None, typer.Option("--index", metavar="PATH", help="Folder of the index.", show_default=False)
]
DeviceOption = Annotated[
    Literal["cpu", "cuda", "auto"] | None,
    typer.Option(
        "--device", help="What embeds: the processor, an NVIDIA GPU (`cuda`), or the GPU if there is one."
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar and no report.")]


def question_of(argument: str | None, *, longest: int) -> str:
    """The question given, or from stdin for `-` and when a pipe stands there.

    Raises QuestionError when it is missing, empty, too long or not text.
    """
    if argument is None or argument == "-":
        if argument is None and sys.stdin.isatty():
            raise QuestionError('no question was given; write it in quotes: rag ask "what is …"')
        argument = read_standard_input("question")
    question = argument.strip()
    if not question:
        raise QuestionError("the question is empty; ask one in words")
    if len(question) > longest:
        raise QuestionError(
            f"the question has {len(question):,} characters and may have {longest:,}; "
            "ask a shorter one or raise max_question_characters"
        )
    if any("\ud800" <= character <= "\udfff" for character in question):
        raise QuestionError("the question is not valid UTF-8; send it as UTF-8")
    return question


def intent_of(intent: Intent | None, *, timeline: bool) -> Intent | None:
    """Raises QuestionError when both options are given and say different things."""
    if timeline and intent not in {None, "timeline"}:
        raise QuestionError(f"--timeline and --intent {intent} contradict each other; give one of them")
    return "timeline" if timeline else intent


def filters_of(
    *,
    as_of: str | None = None,
    since: str | None = None,
    until: str | None = None,
    include_undated: bool = False,
    sources: list[str] | None = None,
    languages: list[str] | None = None,
    articles: list[str] | None = None,
) -> Filters:
    """Raises QuestionError for a bad date and for dates that leave no day."""
    from rag.languages import language_code

    first = read_date("--since", since, last=False) if since is not None else None
    ends = {
        option: read_date(option, value, last=True)
        for option, value in (("--until", until), ("--as-of", as_of))
        if value is not None
    }
    for option, end in ends.items():
        if first is not None and first > end:
            raise QuestionError(f"--since {first} lies after {option} {end}, so that no day is left")
    return Filters(
        as_of=ends.get("--as-of"),
        since=first,
        until=ends.get("--until"),
        include_undated=include_undated,
        sources=tuple(sources or ()),
        # As the languages of articles are kept.
        languages=tuple(language_code(said) or said for said in languages or ()),
        article_ids=tuple(articles or ()),
    )
