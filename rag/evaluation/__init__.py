"""Measuring the product: gold questions with a gate, and any data set in BEIR layout."""

from rag.evaluation.bars import Bar, load_bars
from rag.evaluation.baseline import (
    Baseline,
    accept,
    load_accepted,
    load_baseline,
    options_of,
    require_replaceable,
)
from rag.evaluation.beir import (
    Dataset,
    Query,
    at_least,
    corpus_to_jsonl,
    load_dataset,
    load_foreign,
    spread,
)
from rag.evaluation.dataset import evaluate_dataset, fingerprints_of, title_of
from rag.evaluation.gate import GateResult, check_gate, gate_json
from rag.evaluation.gold import GoldQuestion
from rag.evaluation.loading import load_gold
from rag.evaluation.measure import evaluate_gold
from rag.evaluation.page import open_page, write_section
from rag.evaluation.protocol import Answering
from rag.evaluation.render import render, render_gate
from rag.evaluation.report import DatasetReport, GoldReport, LostArticle, report_json

__all__ = [
    "Answering",
    "Bar",
    "Baseline",
    "Dataset",
    "DatasetReport",
    "GateResult",
    "GoldQuestion",
    "GoldReport",
    "LostArticle",
    "Query",
    "accept",
    "at_least",
    "check_gate",
    "corpus_to_jsonl",
    "evaluate_dataset",
    "evaluate_gold",
    "fingerprints_of",
    "gate_json",
    "load_accepted",
    "load_bars",
    "load_baseline",
    "load_dataset",
    "load_foreign",
    "load_gold",
    "open_page",
    "options_of",
    "render",
    "render_gate",
    "report_json",
    "require_replaceable",
    "spread",
    "title_of",
    "write_section",
]
