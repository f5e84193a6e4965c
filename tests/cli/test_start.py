"""A question asked on the command line is answered soon: it loads what it needs, and looks for no garbage."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rag.encoding import Encoder
from rag.indexing.ingest import ingest

SEEDS = Path(__file__).parents[2] / "seeds"
NOT_NEEDED = {
    *("torch", "transformers", "sentence_transformers", "huggingface_hub", "onnx", "scipy", "sklearn"),
    *("tiktoken", "sentencex", "py3langid", "ir_measures", "asyncio", "fastapi", "uvicorn", "httpx2"),
    *("rag.indexing", "rag.evaluation", "rag.serving"),
    # A converter of models, and the masked arrays that some of numpy's own functions load.
    *("openvino.tools.ovc", "numpy.ma"),
}
ASK = """
import gc, sys
from rag.cli import main
collections = []
gc.callbacks.append(lambda phase, info: collections.append(info["generation"]))
sys.argv[0] = "rag"
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
assert not collections, collections
assert gc.get_freeze_count() > len(gc.get_objects())
print(*sorted(name for name, module in sys.modules.items() if module), file=sys.stderr)
"""


@pytest.mark.parametrize("more", [(), ("--no-rerank",)])
def test_a_question_loads_only_what_it_needs_and_looks_for_no_garbage(
    more: tuple[str, ...], encoder: Encoder, tmp_path: Path
) -> None:
    ingest([SEEDS], index_folder=tmp_path / "index", encoder=encoder)
    done = subprocess.run(
        [sys.executable, "-c", ASK, "ask", "what is the status of Pakistan Steel Mills talks", *more],
        env={**os.environ, "PYTHONPATH": str(SEEDS.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Khorev said Pakistan and Russia are expected" in done.stdout
    assert not NOT_NEEDED & set(done.stderr.split())
