"""Tiny models with random weights, made as ordinary sentence-transformers folders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_models import tiny_config, write_tokenizer

from rag.encoding import ModelSource
from rag.encoding.reference import quiet

MakeEncoder = Callable[..., Path]


@pytest.fixture(scope="session")
def make_encoder(tmp_path_factory: pytest.TempPathFactory) -> MakeEncoder:
    """Makes the folder of a tiny encoder: `make_encoder("Bert", pooling="cls", normalize=True, …)`."""

    def make(
        architecture: str = "Bert",
        *,
        pooling: str = "mean",
        normalize: bool = True,
        include_prompt: bool = True,
        prompts: dict[str, str] | None = None,
        default_prompt: str | None = None,
        padding_side: str = "right",
        seed: int = 0,
    ) -> Path:
        import torch
        import transformers
        from sentence_transformers import SentenceTransformer
        from sentence_transformers.models import Normalize, Pooling, Transformer

        base = tmp_path_factory.mktemp(architecture)
        torch.manual_seed(seed)
        with quiet():
            getattr(transformers, f"{architecture}Model")(tiny_config(architecture)).save_pretrained(base)
            write_tokenizer(base, padding_side=padding_side)
            modules = [Transformer(str(base), max_seq_length=120)]
            modules.append(Pooling(32, pooling_mode=pooling, include_prompt=include_prompt))
            modules += [Normalize()] if normalize else []
            folder = tmp_path_factory.mktemp(f"{architecture}-{pooling}")
            SentenceTransformer(
                modules=modules, prompts=prompts, default_prompt_name=default_prompt, device="cpu"
            ).save_pretrained(str(folder), create_model_card=False)
        return folder

    return make


@pytest.fixture(scope="session")
def make_reranker(tmp_path_factory: pytest.TempPathFactory) -> MakeEncoder:
    """Makes the folder of a tiny cross-encoder: `make_reranker("Bert", labels=1)`."""

    def make(architecture: str = "Bert", *, labels: int = 1) -> Path:
        import torch
        import transformers

        folder = tmp_path_factory.mktemp(f"{architecture}-reranker")
        torch.manual_seed(1)
        config = tiny_config(architecture)
        config.num_labels = labels
        with quiet():
            model_class = getattr(transformers, f"{architecture}ForSequenceClassification")
            model_class(config).save_pretrained(folder)
            write_tokenizer(folder)
        return folder

    return make


@pytest.fixture
def source(tmp_path: Path) -> ModelSource:
    """An empty cache of the test's own, offline."""
    return ModelSource(folder=None, cache=tmp_path / "cache", offline=True)
