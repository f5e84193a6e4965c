"""What may be done about an abstention, in the words of the command line."""

from __future__ import annotations

from collections.abc import Mapping

from rag.types import Remedy

REMEDIES: Mapping[Remedy, str] = {
    "include undated": "--include-undated asks the undated too.",
    "list sources": "`rag articles list` shows the source of each.",
    "list ids": "`rag articles list` shows the id of each.",
    "explain": "--explain says why.",
}
REMEDIES_IN_JSON: Mapping[Remedy, str] = {**REMEDIES, "explain": "`explanation` says why."}
"""JSON explains itself without being asked to."""
