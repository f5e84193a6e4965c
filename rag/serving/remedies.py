"""What may be done about an abstention, in the words of HTTP: fields of a request, and addresses."""

from __future__ import annotations

from collections.abc import Mapping

from rag.types import Remedy

REMEDIES: Mapping[Remedy, str] = {
    "include undated": "`include_undated` asks the undated too.",
    "list sources": "The list of articles (/v1/articles) shows the source of each.",
    "list ids": "The list of articles (/v1/articles) shows the id of each.",
    "explain": "`explanation` says why.",
}
