"""`rag models`: which models there are, where they lie, and fetching them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from rag import wiring
from rag.cli.commands import settings_of
from rag.cli.options import AsJson, Quiet
from rag.cli.terminal import flat, output, print_json
from rag.errors import NotFound

if TYPE_CHECKING:
    from rag.encoding.catalogue import Role
    from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class ModelState:
    """A model, and where it was found: None when it is not on this machine.

    `ready` means that using it needs neither a network nor a conversion.
    """

    name: str
    role: str
    in_use: bool
    found_in: str | None
    folder: str | None
    sha256: str | None
    ready: bool


def show(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the models: those that the settings name, and the others known by name."""
    settings = settings_of(context)
    states = [
        *(_state(name, role, settings) for name, role in _roles(settings).items()),
        _vocabulary_state(settings),
    ]
    if as_json:
        print_json({"models": [asdict(state) for state in states]})
        return
    output().table(
        ["model", "role", "in use", "found in", "ready", "sha256"],
        [
            [
                flat(state.name),
                state.role,
                "yes" if state.in_use else "no",
                state.found_in or "–",
                "yes" if state.ready else "no",
                (state.sha256 or "–")[:12],
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
    from rag.encoding.graphs import graph_folder, make_graph, read_graph
    from rag.encoding.sources import find_model
    from rag.packages import CL100K, vocabulary_file

    settings = settings_of(context)
    roles = _roles(settings)
    wanted = _wanted(names or (), settings, roles)
    vocabulary_file(CL100K, cache=settings.cache, offline=settings.offline)
    states = [_vocabulary_state(settings)]
    for name in wanted:
        if not quiet and not as_json and not _state(name, roles[name], settings).ready:
            output().line(f"{flat(name)}: fetching and converting …")
        model = find_model(name, models=wiring.model_source(settings), role=roles[name])
        folder = graph_folder(model, roles[name], cache=settings.cache)
        if read_graph(folder, cache=settings.cache) is None:
            make_graph(model, roles[name], cache=settings.cache)
        states.append(_state(name, roles[name], settings))
    if as_json:
        print_json({"models": [asdict(state) for state in states]})
    elif not quiet:
        for state in states:
            output().line(f"{flat(state.name)}: in {state.found_in}, {state.folder}")


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


def _state(name: str, role: Role, settings: Settings) -> ModelState:
    from rag.encoding.graphs import graph_folder, read_graph
    from rag.encoding.sources import find_here

    found = find_here(name, models=wiring.model_source(settings))
    ready = (
        found is not None
        and read_graph(graph_folder(found, role, cache=settings.cache), cache=settings.cache) is not None
    )
    return ModelState(
        name=name,
        role=role,
        in_use=name in _used(settings),
        found_in=found.where if found else None,
        folder=str(found.folder) if found else None,
        sha256=found.fingerprint if found else None,
        ready=ready,
    )


def _vocabulary_state(settings: Settings) -> ModelState:
    from rag.errors import EncoderUnavailable
    from rag.packages import CL100K, vocabulary_file

    try:
        file = vocabulary_file(CL100K, cache=settings.cache, offline=True)
    except EncoderUnavailable:
        file = None
    return ModelState(
        name=CL100K.name,
        role="vocabulary",
        in_use=True,
        found_in="cache" if file else None,
        folder=str(file.parent) if file else None,
        sha256=CL100K.sha256 if file else None,
        ready=file is not None,
    )
