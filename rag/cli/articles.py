"""`rag articles`: what the index holds."""

from __future__ import annotations

from typing import Annotated

import typer

from rag import wiring
from rag.cli.commands import settings_of
from rag.cli.dates import published_words
from rag.cli.options import (
    AsJson,
    AsOf,
    IncludeUndated,
    IndexFolder,
    Languages,
    Since,
    Sources,
    Until,
    filters_of,
)
from rag.cli.terminal import flat, output, print_json, shortened


def list_articles(
    context: typer.Context,
    *,
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    source: Sources = None,
    language: Languages = None,
    include_undated: IncludeUndated = False,
    after: Annotated[
        str | None, typer.Option("--after", metavar="ID", help="Start behind this article.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=1_000_000, metavar="N", help="How many to list.")
    ] = 100,
    as_json: AsJson = False,
    index: IndexFolder = None,
) -> None:
    """List the articles by id, with what is known of each."""
    settings = settings_of(context, index=index)
    filters = filters_of(
        as_of=as_of,
        since=since,
        until=until,
        include_undated=include_undated,
        sources=source,
        languages=language,
    )
    snapshot = wiring.open_index(settings).snapshot()
    # One more than shown tells whether there are more.
    articles = snapshot.list_articles(after=after, limit=limit + 1, filters=filters)
    from rag.answering.noting import notes_of
    from rag.cli.rendering import show_notes

    notes = notes_of(snapshot, filters, of_all=True)
    shown = articles[:limit]
    following = shown[-1].id if len(articles) > limit else None
    if as_json:
        from rag.answering.contract import article_json

        told = [article_json(article) for article in shown]
        print_json({"articles": told, "next": following, "notes": list(notes)})
        return
    screen = output()
    rows = [
        [
            flat(article.id),
            published_words(article.published),
            flat(article.source or "–"),
            article.language or "–",
            shortened(flat(article.title)) if screen.console.is_terminal else flat(article.title),
        ]
        for article in shown
    ]
    screen.table(["id", "published", "source", "language", "title"], rows)
    show_notes(notes, screen)
    if following is not None:
        screen.line(f"There are more: --after {flat(following)}", style="dim")


def show(
    context: typer.Context,
    article: Annotated[str, typer.Argument(metavar="ID", help="The article's id.")],
    as_json: AsJson = False,
    index: IndexFolder = None,
) -> None:
    """Show one article: what is known of it, its text, its masks and its chunks."""
    snapshot = wiring.open_index(settings_of(context, index=index)).snapshot()
    found = snapshot.article(article)
    chunks = snapshot.chunks_of(article)
    if as_json:
        from rag.answering.contract import article_json

        print_json(article_json(found, chunks))
        return
    facts = [
        ("title", f"{found.title} ({found.title_origin})"),
        ("source", found.source or "unknown"),
        ("published", published_words(found.published)),
        ("language", found.language or "unknown"),
        ("url", found.url or "none"),
        ("sha256", found.sha256),
        ("sentences", str(len(found.sentences))),
        ("masks", ", ".join(f"{mask.kind} {mask.start}–{mask.end}" for mask in found.masks) or "none"),
        ("chunks", ", ".join(f"{chunk.start}–{chunk.end}" for chunk in chunks) or "none"),
    ]
    screen = output()
    for name, fact in facts:
        screen.line(f"{name:<10} {flat(fact)}")
    screen.line()
    for paragraph in found.text.splitlines():
        screen.line(flat(paragraph))
