"""The contract as JSON: the same keys, in the same order, over CLI, HTTP and Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any

from rag.answering.verifying import Claim, Verdict
from rag.errors import QuestionError
from rag.types import (
    Answer,
    Article,
    ArticleCard,
    Chunk,
    Citation,
    Passage,
    Remedy,
    ResolvedDate,
    Scores,
    SearchResult,
)

Json = dict[str, Any]

_PARTS_OF_SCORES = tuple(part.name for part in fields(Scores))


def answer_json(answer: Answer, *, remedies: Mapping[Remedy, str] | None = None) -> Json:
    """The answer contract; the message of an abstention goes on with the words for each of its remedies."""
    return {
        "question": answer.question,
        "intent": answer.intent,
        "as_of": answer.as_of.isoformat(),
        "answer": answer.answer,
        "abstained": answer.abstained,
        "reason": answer.reason,
        "message": with_remedies(answer, remedies),
        "did_you_mean": answer.did_you_mean,
        "notes": list(answer.notes),
        "confidence": round(answer.confidence, 4),
        "citations": [citation_json(citation) for citation in answer.citations],
        "passages": [passage_json(passage) for passage in answer.passages],
        "generation": answer.generation,
        "explanation": asdict(answer.explanation),
        "timings_ms": dict(answer.timings_ms),
    }


def search_json(result: SearchResult, *, remedies: Mapping[Remedy, str] | None = None) -> Json:
    """The passages of a search; `remedies` as of an answer."""
    return {
        "question": result.question,
        "message": with_remedies(result, remedies),
        "did_you_mean": result.did_you_mean,
        "notes": list(result.notes),
        "passages": [passage_json(passage) for passage in result.passages],
        "generation": result.generation,
        "explanation": asdict(result.explanation),
        "timings_ms": dict(result.timings_ms),
    }


def with_remedies(shown: Answer | SearchResult, words: Mapping[Remedy, str] | None) -> str | None:
    """The message, with what may be done about it where there are words for it; None without a message."""
    if shown.message is None or words is None:
        return shown.message
    return " ".join([shown.message, *(words[one] for one in shown.remedies if one in words)])


def citation_json(citation: Citation) -> Json:
    return {
        "number": citation.number,
        **card_json(citation.card),
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "article_sha256": citation.card.article_sha256,
        "scores": _scores_json(citation.scores),
        "also_in": list(citation.also_in),
        "dates": [_date_json(date) for date in citation.dates],
        "superseded_by": citation.superseded_by,
        "contradicts": [asdict(other) for other in citation.contradicts],
        "notices": [asdict(notice) for notice in citation.notices],
        "of_time": citation.of_time,
        "answers": list(citation.answers),
    }


def _date_json(date: ResolvedDate) -> Json:
    return {
        "start": date.start,
        "end": date.end,
        "words": date.words,
        "first": date.first.isoformat(),
        "last": date.last.isoformat(),
        "precision": date.precision,
    }


def passage_json(passage: Passage) -> Json:
    return {
        **card_json(passage.card),
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "article_sha256": passage.card.article_sha256,
        "scores": _scores_json(passage.scores),
        "nearest": _nearest_json(passage),
    }


def _nearest_json(passage: Passage) -> Json | None:
    if passage.nearest is None:
        return None
    start, end = passage.nearest.start, passage.nearest.end
    return {"start": start, "end": end, "text": passage.text[start - passage.start : end - passage.start]}


def _scores_json(scores: Scores) -> Json:
    """Rounded: the last digits of a float depend on the processor."""
    return {
        part: None if (value := getattr(scores, part)) is None else round(value, 4)
        for part in _PARTS_OF_SCORES
    }


def card_json(card: ArticleCard) -> Json:
    return {
        "article_id": card.article_id,
        "title": card.title,
        "source": card.source,
        "url": card.url,
        "published": card.published.value,
        "published_precision": card.published.precision,
        "published_origin": card.published.origin,
        "published_not_before": card.published.not_before,
    }


def article_json(article: Article, chunks: Sequence[Chunk] | None = None) -> Json:
    """An article; with `chunks` also its text, its masks, its sentences and those chunks."""
    described = {
        **card_json(article.card),
        "title_origin": article.title_origin,
        "language": article.language,
        "characters": len(article.text),
        "article_sha256": article.sha256,
        "source_sha256": article.source_sha256,
        "metadata": dict(article.metadata),
    }
    if chunks is None:
        return described
    return {
        **described,
        "text": article.text,
        "masks": [asdict(mask) for mask in article.masks],
        "sentences": [asdict(sentence) for sentence in article.sentences],
        "chunks": [{"start": chunk.start, "end": chunk.end, "tokens": chunk.tokens} for chunk in chunks],
    }


def verdict_json(verdict: Verdict) -> Json:
    return {
        "article_id": verdict.claim.article_id,
        "quote": verdict.claim.quote,
        "claimed": {"start": verdict.claim.start, "end": verdict.claim.end},
        "state": verdict.state,
        "start": verdict.start,
        "end": verdict.end,
    }


def claims_from_json(content: object) -> list[Claim]:
    """The claims in an answer, in `{"citations": […]}` or in a list of citations.

    Raises QuestionError naming the citation and the field that is missing or of another kind.
    """
    citations = content.get("citations") if isinstance(content, Mapping) else content
    if not isinstance(citations, list):
        raise QuestionError(
            "there are no citations to verify; give an answer of `rag ask --json`, or a list of them"
        )
    return [_claim(number, citation) for number, citation in enumerate(citations, start=1)]


def _claim(number: int, citation: object) -> Claim:
    if not isinstance(citation, Mapping):
        raise QuestionError(f"citation {number} is no object; give article_id, start, end and quote")
    for name, kind in (("article_id", str), ("start", int), ("end", int), ("quote", str)):
        if not isinstance(citation.get(name), kind) or isinstance(citation.get(name), bool):
            raise QuestionError(
                f"citation {number} has {citation.get(name)!r} as its {name}; it must be {kind.__name__}"
            )
    digest = citation.get("article_sha256")
    if digest is not None and not isinstance(digest, str):
        raise QuestionError(
            f"citation {number} has {digest!r} as its article_sha256; it must be str or left out"
        )
    return Claim(citation["article_id"], citation["start"], citation["end"], citation["quote"], digest)
