"""A model's exported graph: OpenVINO's form of a model folder, made once and kept in the cache.

A graph folder holds `graph.xml` and `graph.bin`, the tokenizer, and `graph.json` that says what the graph
takes and gives and which bytes it consists of. It is keyed by the model's fingerprint. `exporting` makes it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from rag.encoding.catalogue import Role
from rag.encoding.fingerprints import file_hashes
from rag.encoding.sources import FoundModel

FORMAT = 2
GRAPH_FILE = "graph.xml"
TOKENIZER_FILE = "tokenizer.json"
DESCRIPTION_FILE = "graph.json"


@dataclass(frozen=True, slots=True)
class Graph:
    """What is known of an exported graph without opening it.

    `problem` says why the model could not be exported; the other fields are then empty.
    """

    format: int
    problem: str | None
    inputs: tuple[str, ...] = ()
    width: int = 0
    max_tokens: int = 0
    pad_token: int = 0
    padded: bool = True
    query_prompt: str = ""
    document_prompt: str = ""


def graph_folder(model: FoundModel, role: Role, *, cache: Path) -> Path:
    return cache / "graphs" / f"{role}-{model.fingerprint}"


def read_graph(folder: Path, *, cache: Path, recheck: bool = False) -> Graph | None:
    """The graph in `folder`, None when there is none, or it is of another format, cut short or altered."""
    try:
        described = json.loads((folder / DESCRIPTION_FILE).read_bytes())
        if described.pop("format") != FORMAT:
            return None
        hashes = described.pop("sha256")
        graph = Graph(format=FORMAT, **{**described, "inputs": tuple(described["inputs"])})
        if hashes != file_hashes(folder, hashes, cache=cache, recheck=recheck):
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return graph
