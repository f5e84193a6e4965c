"""What a figure depends on beside the code: the processor, the memory, the versions, the commit."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import subprocess
import sys
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

FLAGS = {"avx2": "AVX2", "avx512f": "AVX-512", "amx_bf16": "AMX"}
OURS = ("openvino", "faiss-cpu", "tantivy", "numpy")
THEIRS = (
    "torch",
    "sentence-transformers",
    "transformers",
    "faiss-cpu",
    "langchain-core",
    "langchain-community",
    "langchain-huggingface",
    "llama-index-core",
    "haystack-ai",
    "txtai",
    "numpy",
)
_VERSIONS = """
import json, sys
from importlib import metadata
print(json.dumps({name: metadata.version(name) for name in sys.argv[1:]}))
"""


def machine() -> dict[str, Any]:
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "flags": _flags(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
    }


def versions(peers: Path | None) -> dict[str, dict[str, str]]:
    ours = {name: metadata.version(name) for name in OURS}
    if peers is None:
        return {"rag": ours}
    told = subprocess.run([peers, "-c", _VERSIONS, *THEIRS], stdout=subprocess.PIPE, check=True).stdout
    return {"rag": ours, "peers": json.loads(told)}


def commit(root: Path) -> str | None:
    """The commit that was measured, and whether files differ from it; None outside a repository."""
    try:
        name = _git(root, ["rev-parse", "--short", "HEAD"])
        changed = _git(
            root, ["status", "--porcelain", "--untracked-files=no", "--", "rag", "benchmarks/*.py"]
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return f"{name}, with changes" if changed else name


def today() -> str:
    return dt.datetime.now(dt.UTC).date().isoformat()


def _git(root: Path, words: Sequence[str]) -> str:
    done = subprocess.run(["git", "-C", root, *words], capture_output=True, check=True, text=True)
    return done.stdout.strip()


def _processor() -> str:
    name = _cpu("model name") or platform.processor() or platform.machine()
    family, model = _cpu("cpu family"), _cpu("model\t")
    return f"{name} (family {family}, model {model})" if family and model else name


def _flags() -> list[str]:
    held = _cpu("flags").split()
    return [name for flag, name in FLAGS.items() if flag in held]


def _cpu(key: str) -> str:
    """What Linux tells of the first processor under a key; empty elsewhere."""
    if sys.platform != "linux":
        return ""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(key)), "")
