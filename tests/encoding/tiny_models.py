"""The parts of tiny models with random weights, and the texts that they are compared on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

TEXTS = [
    "The talks ended.",
    "Pakistan Steel Mills was closed in 2015, and the talks with three bidders began six years later.",
    "",
    "A sentence of middling length about gas, dues and workers.",
    "zz " * 40,
]
WORDS = ["the", "talks", "mills", "steel", "pakistan", "was", "gas", "dues", "ended", "[query]", "passage"]


def write_tokenizer(folder: Path, *, padding_side: str = "right") -> None:
    """A word-piece tokenizer of single letters and a few words."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    letters = [chr(code) for code in range(33, 127)]
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    pieces = [*special, *letters, *(f"##{letter}" for letter in letters), *WORDS]
    vocabulary = {piece: number for number, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=128,
        padding_side=padding_side,
        model_input_names=["input_ids", "attention_mask"],
    ).save_pretrained(folder)


def tiny_config(architecture: str) -> Any:
    import transformers

    size = {"vocab_size": 256, "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2}
    more = {
        "Bert": {"intermediate_size": 64, "max_position_embeddings": 130},
        "Roberta": {"intermediate_size": 64, "max_position_embeddings": 130, "type_vocab_size": 1},
        "MPNet": {"intermediate_size": 64, "max_position_embeddings": 130},
        "DistilBert": {"hidden_dim": 64, "max_position_embeddings": 130},
        "Qwen2": {"intermediate_size": 64, "num_key_value_heads": 2, "max_position_embeddings": 130},
    }[architecture]
    config = getattr(transformers, f"{architecture}Config")
    # Weights this far from zero give vectors that differ visibly; at the usual 0.02 all texts look alike.
    return config(**size, **more, initializer_range=0.2, pad_token_id=0)
