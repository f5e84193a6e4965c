"""The reference adapters: any sentence-transformers model, run by torch. Imports torch.

An exported graph is held to what these give, and they serve where a model cannot be exported.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.encoding.rows import refuse_long, refuse_long_question, unit, well_formed
from rag.errors import EncoderUnavailable

if TYPE_CHECKING:
    from rag.encoding import Vectors

# Names under which models keep their prompt for passages. sentence-transformers takes the first that is
# there, and puts an empty "document" into every model; here the first that says something is taken.
_DOCUMENT_PROMPTS = ("document", "passage", "corpus")
# For models whose tokenizer names no limit.
_LONGEST_WINDOW = 8192


def load_sentence_transformer(
    model: str | Path, *, local: bool, precision: str = "f32", device: str = "cpu"
) -> Any:
    """A SentenceTransformer on a device of torch's. Raises EncoderUnavailable when it cannot be loaded."""
    with told_in_a_sentence(model, device):
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(str(model), **_options(local, precision, device)).eval()


def load_cross_encoder(model: str | Path, *, local: bool, precision: str = "f32") -> Any:
    """A CrossEncoder on the CPU. Raises EncoderUnavailable unless it loads and gives one score a pair."""
    with told_in_a_sentence(model):
        from sentence_transformers import CrossEncoder

        loaded = CrossEncoder(str(model), **_options(local, precision, "cpu")).eval()
    if loaded.num_labels != 1:
        raise EncoderUnavailable(
            f"{Path(model).name} gives {loaded.num_labels} scores a pair; choose a reranker that gives one"
        )
    return loaded


def window_of(model: Any) -> int:
    """The most tokens that a loaded model takes, special tokens included."""
    return int(min(model.max_seq_length or _LONGEST_WINDOW, _LONGEST_WINDOW))


def prompts_of(model: Any) -> tuple[str, str]:
    """The prompts that a loaded encoder puts before a question and before a passage, "" for none."""
    prompts = model.prompts
    document = next((prompts[name] for name in _DOCUMENT_PROMPTS if prompts.get(name)), "")
    return prompts.get("query") or "", document


class ReferenceEncoder:
    """Encoder over a SentenceTransformer. One text at a time, so that a row depends on its text alone."""

    def __init__(self, model: Any, *, name: str, fingerprint: str) -> None:
        self._model = model
        self._lock = Lock()
        self._query_prompt, self._document_prompt = prompts_of(model)
        self.name = name
        self.fingerprint = fingerprint
        self.dimension = int(model.get_embedding_dimension())
        self.max_tokens = window_of(model)

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        prompt = self._query_prompt if query else self._document_prompt
        clean = [well_formed(text) for text in texts]
        lengths = self._lengths(clean, prompt)
        refuse_long(lengths, self.max_tokens)
        return unit(self._embed(clean, lengths, prompt))

    def count(self, texts: Sequence[str]) -> list[int]:
        return self._lengths([well_formed(text) for text in texts], self._document_prompt)

    def _embed(self, texts: Sequence[str], lengths: Sequence[int], prompt: str) -> Vectors:
        """The model's own rows; `lengths` are the texts' tokens, prompt included."""
        rows = np.empty((len(lengths), self.dimension), np.float32)
        for row, text in enumerate(texts):
            with self._lock:
                # An empty prompt is given as such: the model's default prompt must not take its place.
                vector = self._model.encode(
                    text, prompt=prompt, convert_to_tensor=True, show_progress_bar=False
                )
            rows[row] = vector.float().numpy()
        return rows

    def _lengths(self, texts: Sequence[str], prompt: str) -> list[int]:
        if not texts:  # a tokenizer takes no empty list
            return []
        tokenized = self._model.tokenizer(
            [prompt + text for text in texts], truncation=False, padding=False, verbose=False
        )
        return [len(tokens) for tokens in tokenized.input_ids]


class ReferenceReranker:
    """Reranker over a CrossEncoder: raw logits, one pair at a time."""

    def __init__(self, model: Any, *, name: str, fingerprint: str) -> None:
        self._model = model
        self._lock = Lock()
        self.name = name
        self.fingerprint = fingerprint

    def score(self, question: str, texts: Sequence[str]) -> Vectors:
        from torch.nn import Identity

        asked = well_formed(question)
        length = len(self._model.tokenizer(asked, "", truncation=False, verbose=False).input_ids)
        refuse_long_question(length, window_of(self._model))
        scores = np.empty(len(texts), np.float32)
        for row, text in enumerate(texts):
            with self._lock:
                scores[row] = self._model.predict(
                    [(asked, well_formed(text))],
                    activation_fn=Identity(),
                    processing_kwargs={"text": {"truncation": "only_second"}},
                    show_progress_bar=False,
                )[0]
        return scores


def _options(local: bool, precision: str, device: str) -> dict[str, Any]:
    import torch

    dtype = {"bf16": torch.bfloat16, "f16": torch.float16}.get(precision, torch.float32)
    return {"device": device, "local_files_only": local, "model_kwargs": {"dtype": dtype}}


@contextmanager
def quiet() -> Iterator[None]:
    """Keep the libraries' remarks and progress bars off the user's terminal."""
    from transformers.utils import logging as transformers_logging

    loggers = [logging.getLogger(name) for name in ("sentence_transformers", "transformers")]
    levels = [logger.level for logger in loggers]
    transformers_logging.disable_progress_bar()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for logger in loggers:
            logger.setLevel(logging.ERROR)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


@contextmanager
def told_in_a_sentence(model: str | Path, device: str = "cpu") -> Iterator[None]:
    """What goes wrong while a model is made ready becomes EncoderUnavailable."""
    try:
        import sentence_transformers  # noqa: F401 - where models are baked in, it is left out
        from safetensors import SafetensorError
    except ModuleNotFoundError as error:
        raise EncoderUnavailable(
            f"{model} is not ready for use, and {error.name}, which would make it so, is not installed; run "
            "`rag models fetch` for it where it is installed and take that cache, or name another model"
        ) from error

    with quiet():
        try:
            yield
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            reason = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
            instead = "" if device == "cpu" else ", or embed on the processor with --device cpu"
            raise EncoderUnavailable(
                f"sentence-transformers cannot load {model} ({reason}); name another model or mend its folder"
                f"{instead}"
            ) from error
