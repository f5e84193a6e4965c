"""`rag models`: which models there are, where they lie, and fetching them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag import wiring
from rag.cli.commands import settings_of
from rag.cli.options import AsJson, Quiet
from rag.cli.terminal import flat, output, print_json
from rag.errors import NotFound

if TYPE_CHECKING:
    from rag.encoding.catalogue import Role
    from rag.settings import Settings


def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the models: those that the settings name, and the others known by name.

    Every file is read again. What is damaged is told as not ready; `rag models fetch` makes it good.
    """
    settings = settings_of(context)
    states = _described(settings)
    if as_json:
        print_json({"models": states})
        return
    output().table(
        ["model", "role", "in use", "found in", "ready", "licence", "sha256"],
        [
            [
                flat(state["name"]),
                state["role"],
                "yes" if state["in_use"] else "no",
                state["where"] or "–",
                "yes" if state["ready"] else "no",
                state["licence"] or "–",
                (state["fingerprint"] or "–")[:12],
            ]
            for state in states
        ],
    )


def fetch(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="NAME", help="Models to fetch, as `show` names them; none: those in use."),
    ] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Fetch models and the vocabulary of tokens, and make them ready: nothing else needs a network.

    They are kept in the user's cache, and what is there already is not fetched again. For a model of the
    hub, name it in the settings first (RAG_ENCODER, RAG_RERANKER).
    """
    from rag.encoding.loading import fetch_models

    settings = settings_of(context)
    roles = _roles(settings)
    wanted = _wanted(names or (), settings, roles)

    def tell(what: str) -> None:
        if not quiet and not as_json:
            output().line(f"{flat(what)} …")

    fetch_models(
        [(name, roles[name]) for name in wanted], models=wiring.model_source(settings), progress=tell
    )
    if as_json:
        print_json({"models": [state for state in _described(settings) if state["ready"]]})


def _used(settings: Settings) -> list[str]:
    return [name for name in (settings.encoder, settings.reranker) if name != wiring.NO_RERANKER]


def _roles(settings: Settings) -> dict[str, Role]:
    """The models that the settings name, then the others known by name, each with its role."""
    from rag.encoding.catalogue import KNOWN_MODELS

    roles: dict[str, Role] = {settings.encoder: "encoder"}
    if settings.reranker != wiring.NO_RERANKER:
        roles[settings.reranker] = "reranker"
    for model in KNOWN_MODELS:
        roles.setdefault(model.name, model.role)
    return roles


def _wanted(names: Sequence[str], settings: Settings, roles: dict[str, Role]) -> list[str]:
    for name in names:
        if name not in roles:
            raise NotFound(
                f"there is no model {name!r} among {', '.join(roles)}; "
                "for one of the hub set RAG_ENCODER or RAG_RERANKER"
            )
    return list(names) or _used(settings)


def _described(settings: Settings) -> list[dict[str, Any]]:
    """What there is to say of each model, and whether the settings use it, those used first."""
    from rag.encoding.loading import describe_models

    used = _used(settings)
    described = [
        {
            **asdict(status),
            "folder": str(status.folder) if status.folder else None,
            "in_use": status.role == "vocabulary" or status.name in used,
        }
        for status in describe_models(wiring.model_source(settings), names=used)
    ]
    return sorted(described, key=lambda state: not state["in_use"])
