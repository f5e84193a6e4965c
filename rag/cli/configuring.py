"""`rag config`: what holds, and where it comes from."""

from __future__ import annotations

import typer

from rag.cli.options import AsJson
from rag.cli.terminal import errors, flat, output, print_json


def config(context: typer.Context, as_json: AsJson = False) -> None:
    """Show every setting, its value and where it comes from.

    A RAG_* environment variable (RAG_TOP_K) goes over rag.toml (top_k), which goes over the default.
    """
    from pydantic import SecretStr

    from rag.settings import load_settings

    loaded = load_settings(context.find_root().obj)
    values: dict[str, object] = {}
    for key in type(loaded.settings).model_fields:
        value = getattr(loaded.settings, key)
        if isinstance(value, SecretStr):
            value = "set"
        values[key] = value if isinstance(value, int | float | None) else str(value)
    if as_json:
        print_json(
            {
                "file": str(loaded.file) if loaded.file else None,
                "settings": {
                    key: {"value": value, "origin": loaded.origins[key]} for key, value in values.items()
                },
            }
        )
    else:
        rows = [
            [key, "unset" if value is None else flat(str(value)), flat(loaded.origins[key])]
            for key, value in values.items()
        ]
        output().table(["setting", "value", "from"], rows)
    for variable, meant in loaded.unknown_variables.items():
        remedy = f"; did you mean {meant}?" if meant else ""
        errors().line(f"rag: {variable} is no setting{remedy}")
