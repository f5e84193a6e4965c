"""Bulk embedding as on a GPU, tried on the processor: torch in half precision, and memory that runs out."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tiny_models import TEXTS

from rag import wiring
from rag.encoding import Encoder, ModelSource, bulk, load_encoder
from rag.encoding.bulk import BulkEncoder, Device, choose_device, load_bulk_encoder, tokens_that_fit
from rag.encoding.reference import load_sentence_transformer
from rag.errors import EncoderUnavailable
from rag.settings import Settings

MEMORY = 1 << 30
# The processor, taken for a GPU.
STAND_IN = Device("cpu", lambda: MEMORY)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "choose_device", lambda wanted: STAND_IN)


@pytest.fixture(scope="module")
def tiny(make_encoder: Callable[..., Path]) -> Path:
    return make_encoder("Bert", prompts={"query": "[query] ", "document": "passage "})


class Narrow:
    """A model on a GPU whose memory holds so many tokens at a time, padding included."""

    def __init__(self, model: Any, room: int) -> None:
        self._model, self._room = model, room
        self.sizes: list[int] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def encode(self, texts: Sequence[str], **options: Any) -> Any:
        longest = max(len(self._model.tokenizer(options["prompt"] + text).input_ids) for text in texts)
        if len(texts) * longest > self._room:
            raise torch.OutOfMemoryError("CUDA out of memory")
        self.sizes.append(len(texts))
        return self._model.encode(texts, **options)


def narrow(folder: Path, *, room: int, batch_tokens: int) -> tuple[BulkEncoder, Narrow]:
    model = Narrow(load_sentence_transformer(folder, local=True), room)
    return BulkEncoder(model, name="tiny", fingerprint="", batch_tokens=batch_tokens), model


def test_half_precision_on_the_bulk_path_is_the_same_encoder(
    stand_in: None, encoder: Encoder, models: ModelSource
) -> None:
    halves = load_encoder(encoder.name, models=models, device="cuda")
    assert isinstance(halves, BulkEncoder)
    same = ("name", "fingerprint", "dimension", "max_tokens")
    assert [getattr(halves, name) for name in same] == [getattr(encoder, name) for name in same]
    texts = [file.read_text(encoding="utf-8")[40:240] for file in sorted((ROOT / "seeds").glob("*.txt"))]
    assert len(texts) == 5
    assert halves.count(texts) == encoder.count(texts)
    for query in (False, True):
        cosines = (halves.encode(texts[:3], query=query) * encoder.encode(texts[:3], query=query)).sum(axis=1)
        assert cosines.min() >= 0.999


def test_what_a_gpu_embedded_is_asked_and_carried_on_without_one(
    stand_in: None, models: ModelSource, tmp_path: Path
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "mill.txt").write_text(
        "date 2025-02-12\nTalks on the steel mill resumed in Moscow on Monday.\n"
    )
    (corpus / "bridge.txt").write_text("date 2024-11-12\nThe harbour bridge reopens after repairs.\n")
    on_gpu = Settings(
        index=tmp_path / "index", cache=models.cache, offline=True, device="cuda", reranker="none"
    )
    on_cpu = on_gpu.model_copy(update={"device": "cpu"})
    first = wiring.ingest([corpus], on_gpu)
    assert (first.articles, first.embedded) == (2, first.chunks)
    passages = wiring.open_answerer(on_cpu).search("where were the talks about the mill").passages
    assert passages[0].card.article_id == "mill"
    again = wiring.ingest([corpus], on_cpu)
    assert (again.embedded, again.generation) == (0, first.generation)


@pytest.mark.parametrize("precision", ["auto", "f32", "bf16"])
def test_rows_are_those_of_the_texts_alone_in_every_precision(
    tiny: Path, source: ModelSource, precision: str
) -> None:
    bulk_encoder = load_bulk_encoder(tiny, STAND_IN, name="tiny", fingerprint="", precision=precision)
    reference = load_encoder(str(tiny), models=source, precision="f32")
    texts = [*TEXTS, "\ud800"]
    for query in (False, True):
        rows = bulk_encoder.encode(texts, query=query)
        assert rows.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
        assert (rows * reference.encode(texts, query=query)).sum(axis=1).min() >= 0.999
    assert bulk_encoder.encode([]).shape == (0, bulk_encoder.dimension)
    with pytest.raises(ValueError, match="window holds"):
        bulk_encoder.encode(["the " * 200])


@pytest.mark.parametrize("room", [100, 150, 10_000])
def test_a_batch_that_does_not_fit_is_halved_until_it_does(tiny: Path, room: int) -> None:
    texts = [text for text in TEXTS for _ in range(4)]
    plenty, _ = narrow(tiny, room=1_000_000, batch_tokens=1_000_000)
    tight, model = narrow(tiny, room=room, batch_tokens=10_000)
    np.testing.assert_allclose(tight.encode(texts), plenty.encode(texts), atol=1e-5)
    assert sum(model.sizes) == len(texts)
    # What was learned is kept: shorter texts go together, and the next call tries nothing too large.
    before = len(model.sizes)
    assert before == 1 if room == 10_000 else model.sizes[0] < model.sizes[-1]
    tight.encode(texts)
    assert len(model.sizes) <= 2 * before


def test_a_text_that_does_not_fit_alone_is_told_with_the_way_out(tiny: Path) -> None:
    encoder, _ = narrow(tiny, room=20, batch_tokens=10_000)
    with pytest.raises(EncoderUnavailable, match=r"one text of \d+ tokens with tiny; .*--device cpu"):
        encoder.encode(TEXTS)


def test_batches_follow_the_memory_that_is_free() -> None:
    sizes = [tokens_that_fit(free, dimension=384, precision="f16") for free in (0, 1 << 30, 2 << 30, 1 << 40)]
    assert sizes[0] == 1
    assert sizes[1] < sizes[2] < sizes[3]
    assert sizes[3] == tokens_that_fit(1 << 50, dimension=384, precision="f16")
    # A gibibyte holds a few dozen passages at least, and no more tokens than its bytes allow.
    assert 32 * 256 < sizes[1] < (1 << 30) // (384 * 2)
    assert tokens_that_fit(1 << 30, dimension=384, precision="f32") == sizes[1] // 2


def test_a_model_that_half_precision_cannot_hold_is_refused_and_not_indexed(tiny: Path) -> None:
    model = load_sentence_transformer(tiny, local=True, precision="f16")
    with torch.no_grad():
        model[0].auto_model.encoder.layer[0].output.dense.weight.fill_(60_000.0)
    encoder = BulkEncoder(model, name="tiny", fingerprint="", batch_tokens=1000)
    with pytest.raises(EncoderUnavailable, match="RAG_PRECISION=bf16"):
        encoder.encode(TEXTS)


@pytest.mark.parametrize(
    ("missing", "told"),
    [("torch", "torch is not installed"), ("build", "built without CUDA"), ("gpu", "finds no NVIDIA GPU")],
)
def test_without_a_gpu_cuda_is_refused_with_the_remedy_and_auto_does_without(
    missing: str, told: str, monkeypatch: pytest.MonkeyPatch, source: ModelSource, tiny: Path
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.version, "cuda", "13.0" if missing == "gpu" else None)
    if missing == "torch":
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EncoderUnavailable, match=f"{told}.*--device cpu") as raised:
        load_encoder("nowhere/to-be-had", models=source, device="cuda")
    assert "\n" not in str(raised.value)
    assert choose_device("auto") is None
    assert not isinstance(load_encoder(str(tiny), models=source, device="auto"), BulkEncoder)


def test_where_there_is_a_gpu_it_is_taken_and_its_memory_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (7, 80))
    for wanted in ("cuda", "auto"):
        device = choose_device(wanted)
        assert device is not None
        assert (device.name, device.free_memory()) == ("cuda", 7)
    with pytest.raises(ValueError, match="'tpu' is not one of auto, cpu, cuda"):
        choose_device("tpu")


def test_a_gpu_that_fails_when_it_is_first_used_is_told_in_one_sentence(tiny: Path) -> None:
    # Torch's device without memory loads any model and computes nothing, like a GPU that a build of torch has
    # no code for.
    with pytest.raises(EncoderUnavailable, match=r"meta tensors.*--device cpu") as raised:
        load_bulk_encoder(tiny, Device("meta", lambda: MEMORY), name="tiny", fingerprint="")
    assert "\n" not in str(raised.value)


def test_the_ordinary_ingest_never_imports_torch(models: ModelSource, tmp_path: Path) -> None:
    (tmp_path / "steel.txt").write_text("date 2025-02-12\nTalks on the steel mill resumed on Monday.\n")
    code = (
        "import sys; from pathlib import Path; from rag import wiring; from rag.settings import Settings\n"
        f"settings = Settings(index=Path({str(tmp_path / 'index')!r}), cache=Path({str(models.cache)!r}), "
        "offline=True)\n"
        f"assert wiring.ingest([Path({str(tmp_path / 'steel.txt')!r})], settings).embedded == 1\n"
        "assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
