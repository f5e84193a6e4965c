"""What each metric is called, and what can be said of it before anything is measured."""

from __future__ import annotations

# One score for each question, of gold questions, of data sets or of both.
_RANKING = ("R@1", "R@2", "R@5", "R@10", "R@20", "RR@10", "nDCG@10", "Success@1", "Success@5")
_GOLD = (
    *("quote_integrity", "provenance", "citation_recall", "citation_precision", "citation_precision@1"),
    *("recency@1", "stale_first", "order", "wrong_marks", "mark_precision", "mark_recall", "intent"),
)
_OF_QUOTES = (
    *("answer_in_first_quote", "answer_in_three_quotes", "answer_in_retrieved"),
    *("answer_in_first_quote_before_abstaining", "answer_in_three_quotes_before_abstaining"),
    *("answer_in_first_quote_given_retrieved", "answer_in_three_quotes_given_retrieved"),
)
_ANSWERED = ("false_answers", "false_abstentions")
_WITH_FOREIGN = ("foreign_answered", "retrieved_held_back")
PER_QUESTION = (*_GOLD, *_RANKING, *_ANSWERED, *_OF_QUOTES, *_WITH_FOREIGN)
"""Every metric that is a mean over questions."""

OF_ALL = (*("AURC", "AUROC", "ECE", "AURC_right", "AUROC_right", "ECE_right", "AURC_string", "ECE_string"),)
"""Metrics that no single question has."""

LOWER_IS_BETTER = frozenset(
    {
        *("false_answers", "false_abstentions", "foreign_answered", "retrieved_held_back", "stale_first"),
        "wrong_marks",
        *("AURC", "AURC_right", "AURC_string", "ECE", "ECE_right", "ECE_string"),
    }
)

BY_OUTCOME = frozenset(
    {
        *("mark_precision", "foreign_answered", "retrieved_held_back"),
        *("answer_in_first_quote_given_retrieved", "answer_in_three_quotes_given_retrieved"),
    }
)
"""Metrics that a question has or has not by what was found: one that is gone need not have been left out."""


def option_for(metric: str) -> str | None:
    """The option of a data set with which the metric is measured; None where it always is."""
    if metric in _WITH_FOREIGN:
        return "--foreign FILE"
    return "--quotes" if metric in {*_OF_QUOTES, *_ANSWERED} else None
