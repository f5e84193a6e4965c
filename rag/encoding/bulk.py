"""Bulk embedding on an NVIDIA GPU: sentence-transformers, in half precision, in batches as large as fit.

Half precision makes no other encoder. A fingerprint names the model's files, not the arithmetic: the store
keeps vectors in half precision whoever made them, and what a GPU gives lies within a cosine of 0.999 of what
the CPU gives, which ranks alike. So an index that a GPU embedded is asked and carried on where there is none,
and nothing is embedded again. A row's last bits may depend here on the batch that it is computed in.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.encoding.reference import ReferenceEncoder, load_sentence_transformer, told_in_a_sentence
from rag.errors import EncoderUnavailable

if TYPE_CHECKING:
    from rag.encoding import Vectors

_BYTES = {"f16": 2, "bf16": 2, "f32": 4}
# What a transformer holds at once for a token of a batch, in numbers per dimension of its vectors: the hidden
# states, those of the wider inner layer, and attention where it is not computed in place. A guess upwards;
# where it still is too low, the batch does not fit and is halved.
_NUMBERS_PER_DIMENSION = 64
# Others may take memory meanwhile, and torch needs some for what it multiplies in.
_SHARE_OF_MEMORY = 0.5
# A GPU is busy long before this; larger batches only hold up the first row.
_MOST_TOKENS = 131_072


@dataclass(frozen=True, slots=True)
class Device:
    """What torch computes on: its name for torch, and how many bytes are free there."""

    name: str
    free_memory: Callable[[], int]


def choose_device(wanted: str) -> Device | None:
    """The GPU for "cuda"; for "auto" the GPU, or None where there is none to use.

    Raises EncoderUnavailable where "cuda" cannot be had, ValueError for another word.
    """
    if wanted not in {"auto", "cuda"}:
        raise ValueError(f"device {wanted!r} is not one of auto, cpu, cuda")
    problem = _missing()
    if problem is None:
        import torch

        return Device("cuda", lambda: torch.cuda.mem_get_info()[0])
    if wanted == "auto":
        return None
    raise EncoderUnavailable(f"no GPU can be used: {problem}, or embed on the processor with --device cpu")


def _missing() -> str | None:
    """What keeps torch from using an NVIDIA GPU and what to do about it, None when nothing does."""
    if importlib.util.find_spec("torch") is None:
        return "torch is not installed; install a build of it for CUDA"
    import torch

    if torch.cuda.is_available():
        return None
    if torch.version.cuda is None:
        return f"torch {torch.__version__} is built without CUDA; install a build of it for CUDA"
    return f"torch {torch.__version__} finds no NVIDIA GPU; see whether `nvidia-smi` lists one"


def tokens_that_fit(free: int, *, dimension: int, precision: str) -> int:
    """How many tokens a batch may have, padding included, in so many bytes of free memory."""
    each = _NUMBERS_PER_DIMENSION * dimension * _BYTES[precision]
    return max(1, min(int(free * _SHARE_OF_MEMORY) // each, _MOST_TOKENS))


def load_bulk_encoder(
    folder: Path, device: Device, *, name: str, fingerprint: str, precision: str = "auto"
) -> BulkEncoder:
    """The model in `folder` on `device`; `precision` auto is half. Raises EncoderUnavailable."""
    if precision == "auto":
        precision = "f16"
    model = load_sentence_transformer(folder, local=True, precision=precision, device=device.name)
    with told_in_a_sentence(folder, device.name):
        # A GPU that this build of torch has no code for says so at the first computation.
        model.encode("ready", show_progress_bar=False)
        tokens = tokens_that_fit(
            device.free_memory(), dimension=model.get_embedding_dimension(), precision=precision
        )
    return BulkEncoder(model, name=name, fingerprint=fingerprint, batch_tokens=tokens)


class BulkEncoder(ReferenceEncoder):
    """Encoder over a SentenceTransformer on a GPU: texts of like length together, as many as memory holds."""

    def __init__(self, model: Any, *, name: str, fingerprint: str, batch_tokens: int) -> None:
        super().__init__(model, name=name, fingerprint=fingerprint)
        self._batch_tokens = batch_tokens

    def _embed(self, texts: Sequence[str], lengths: Sequence[int], prompt: str) -> Vectors:
        rows = np.empty((len(texts), self.dimension), np.float32)
        # The longest first: what is too large shows at once, and shorter ones reuse its memory.
        order = sorted(range(len(texts)), key=lambda place: -lengths[place])
        while order:
            longest = max(lengths[order[0]], 1)
            batch = order[: max(self._batch_tokens // longest, 1)]
            computed = self._computed([texts[place] for place in batch], prompt)
            if computed is None:
                self._halve(len(batch), longest)
                continue
            if not np.isfinite(computed).all():
                raise EncoderUnavailable(
                    f"{self.name} overflows in half precision; set RAG_PRECISION=bf16, or f32"
                )
            rows[batch] = computed
            order = order[len(batch) :]
        return rows

    def _computed(self, texts: list[str], prompt: str) -> Vectors | None:
        """Their rows, None when memory does not hold them together."""
        from torch import OutOfMemoryError

        try:
            with self._lock:
                vectors = self._model.encode(
                    texts,
                    prompt=prompt,
                    batch_size=len(texts),
                    convert_to_tensor=True,
                    show_progress_bar=False,
                )
                return np.asarray(vectors.float().cpu().numpy())
        except OutOfMemoryError:
            return None

    def _halve(self, size: int, longest: int) -> None:
        """Smaller batches from now on. Raises EncoderUnavailable when not even one text fits."""
        import torch

        if size == 1:
            raise EncoderUnavailable(
                f"the GPU has not the memory for one text of {longest} tokens with {self.name}; "
                "end what else uses it, or embed on the processor with --device cpu"
            )
        self._batch_tokens = size * longest // 2
        torch.cuda.empty_cache()
