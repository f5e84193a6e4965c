"""An exported graph is the model: same vectors and scores, whatever the architecture, pooling and prompts."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tiny_models import TEXTS

from rag.encoding import Encoder, ModelSource, Reranker, load_encoder, load_reranker
from rag.encoding.adapters import GraphEncoder, GraphReranker
from rag.encoding.reference import (
    ReferenceEncoder,
    ReferenceReranker,
    load_cross_encoder,
    load_sentence_transformer,
)
from rag.errors import EncoderUnavailable

LEAST_COSINE = {"f32": 0.9999, "bf16": 0.999}
KINDS = {
    "bert, first token": {"architecture": "Bert", "pooling": "cls"},
    "bert, mean, not normalised": {"architecture": "Bert", "pooling": "mean", "normalize": False},
    "bert, prompts": {"prompts": {"query": "[query] ", "passage": "passage talks "}},
    "bert, default prompt": {"prompts": {"other": "mills mills "}, "default_prompt": "other"},
    "distilbert, no token types": {"architecture": "DistilBert", "pooling": "mean"},
    "roberta, own positions": {"architecture": "Roberta", "pooling": "mean"},
    "mpnet, relative positions": {"architecture": "MPNet", "pooling": "max"},
    "qwen, left padding": {"architecture": "Qwen2", "pooling": "lasttoken", "padding_side": "left"},
}


def reference_encoder(folder: Path) -> ReferenceEncoder:
    return ReferenceEncoder(load_sentence_transformer(folder, local=True), name="", fingerprint="")


@pytest.mark.parametrize("kind", KINDS)
def test_encoders_are_equal(kind: str, make_encoder: Callable[..., Path], source: ModelSource) -> None:
    folder = make_encoder(**KINDS[kind])
    reference = reference_encoder(folder)
    for precision, query in itertools.product(LEAST_COSINE, (False, True)):
        exported = load_encoder(str(folder), models=source, precision=precision)
        assert isinstance(exported, GraphEncoder)
        cosines = (exported.encode(TEXTS, query=query) * reference.encode(TEXTS, query=query)).sum(axis=1)
        assert cosines.min() >= LEAST_COSINE[precision]
        assert exported.count(TEXTS) == reference.count(TEXTS)
        assert (exported.dimension, exported.max_tokens) == (reference.dimension, reference.max_tokens)


def test_the_reference_is_sentence_transformers_itself(make_encoder: Callable[..., Path]) -> None:
    folder = make_encoder(prompts={"query": "[query] ", "passage": "passage talks "})
    model = load_sentence_transformer(folder, local=True)
    encoder = ReferenceEncoder(model, name="", fingerprint="")
    np.testing.assert_allclose(encoder.encode(TEXTS), model.encode(TEXTS, prompt_name="passage"), atol=1e-5)
    np.testing.assert_allclose(encoder.encode(TEXTS, query=True), model.encode_query(TEXTS), atol=1e-5)


def test_what_cannot_be_exported_is_run_by_sentence_transformers(
    make_encoder: Callable[..., Path], source: ModelSource
) -> None:
    # Pooling that leaves the prompt out needs to know its length, which a graph is not told.
    folder = make_encoder(include_prompt=False, prompts={"query": "pakistan steel mills talks "})
    for _ in ("exported in vain", "remembered"):
        encoder = load_encoder(str(folder), models=source, precision="f32")
        assert isinstance(encoder, ReferenceEncoder)
        assert encoder.name == folder.name
    model = load_sentence_transformer(folder, local=True)
    np.testing.assert_allclose(encoder.encode(TEXTS, query=True), model.encode_query(TEXTS), atol=1e-5)
    half = load_encoder(str(folder), models=source, precision="bf16")
    assert (half.encode(TEXTS) * encoder.encode(TEXTS)).sum(axis=1).min() >= LEAST_COSINE["bf16"]


@pytest.mark.parametrize("architecture", ["Bert", "DistilBert", "Roberta"])
def test_rerankers_are_equal(
    architecture: str, make_reranker: Callable[..., Path], source: ModelSource
) -> None:
    folder = make_reranker(architecture)
    reference = ReferenceReranker(load_cross_encoder(folder, local=True), name="", fingerprint="")
    exported = load_reranker(str(folder), models=source, precision="f32")
    assert isinstance(exported, GraphReranker)
    texts = [*TEXTS, "steel mills talks " * 200]  # the last is beyond the window and loses its end
    np.testing.assert_allclose(
        exported.score("was steel talks", texts), reference.score("was steel talks", texts), atol=1e-3
    )


def test_a_reranker_with_several_scores_a_pair_is_refused(
    make_reranker: Callable[..., Path], source: ModelSource
) -> None:
    folder = make_reranker(labels=3)
    with pytest.raises(EncoderUnavailable, match="3 scores"):
        load_reranker(str(folder), models=source)


@pytest.mark.parametrize("precision", LEAST_COSINE)
def test_the_default_encoder_equals_sentence_transformers(
    precision: str, encoder: Encoder, models: ModelSource
) -> None:
    folder = models.cache / "models" / encoder.name
    exported = load_encoder(encoder.name, models=models, precision=precision)
    reference = reference_encoder(folder)
    for query in (False, True):
        cosines = (exported.encode(TEXTS, query=query) * reference.encode(TEXTS, query=query)).sum(axis=1)
        assert cosines.min() >= LEAST_COSINE[precision]


def test_the_default_reranker_gives_the_scores_of_its_model_card(
    reranker: Reranker, models: ModelSource
) -> None:
    question = "How many people live in Berlin?"
    texts = [
        "Berlin has a population of 3,520,031 registered inhabitants in an area of 891.82 square kilometers.",
        "New York City is famous for the Metropolitan Museum of Art.",
    ]
    exact = load_reranker(reranker.name, models=models, precision="f32").score(question, texts)
    # The carrier quantised the weights, so the card's 9.451 and -11.161 are met to a fifth.
    np.testing.assert_allclose(exact, [9.267, -11.187], atol=2e-3)
    np.testing.assert_allclose(reranker.score(question, texts), exact, atol=0.1)
