"""Measuring the product: gold questions with a gate, and any data set in BEIR layout."""

from rag.evaluation.beir import Dataset, Query, corpus_to_jsonl, load_dataset
from rag.evaluation.dataset import ablate, evaluate_dataset
from rag.evaluation.gate import (
    Bar,
    Baseline,
    GateResult,
    accept,
    check_gate,
    gate_json,
    load_bars,
    load_baseline,
)
from rag.evaluation.gold import GoldQuestion, load_gold
from rag.evaluation.measure import evaluate_gold
from rag.evaluation.protocol import Answering
from rag.evaluation.render import render, render_ablation, render_gate
from rag.evaluation.report import DatasetReport, GoldReport, ablation_json, report_json

__all__ = [
    "Answering",
    "Bar",
    "Baseline",
    "Dataset",
    "DatasetReport",
    "GateResult",
    "GoldQuestion",
    "GoldReport",
    "Query",
    "ablate",
    "ablation_json",
    "accept",
    "check_gate",
    "corpus_to_jsonl",
    "evaluate_dataset",
    "evaluate_gold",
    "gate_json",
    "load_bars",
    "load_baseline",
    "load_dataset",
    "load_gold",
    "render",
    "render_ablation",
    "render_gate",
    "report_json",
]
