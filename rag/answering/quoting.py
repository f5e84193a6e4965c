"""From the top passages to the few whole sentences that answer.

Sentences are the article's own spans, found at ingest; nothing is ever joined, trimmed or rewritten here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.answering.ranking import Ranked, date_order
from rag.encoding import Encoder, Reranker
from rag.types import ArticleCard

# Passages whose sentences are read; further ones hold the best sentence too rarely to pay for their time.
PASSAGES_READ = 5
# A sentence answers beside the best one when its logit is at most this much lower: e⁻² of its odds.
_MARGIN = 2.0
# Two sentences say the same when the smaller set of words is, to this share, inside the larger.
_SAME_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Quotable:
    """A sentence that may be quoted: `[start, end)` of its article, and how well it answers.

    `score` is a logit of the cross-encoder; without one, the cosine to the question, scaled alike.
    """

    ranked: Ranked
    start: int
    end: int
    text: str
    score: float

    @property
    def card(self) -> ArticleCard:
        return self.ranked.candidate.article.card


def read_sentences(
    ranking: Sequence[Ranked], question: str, *, encoder: Encoder, reranker: Reranker | None
) -> list[Quotable]:
    """The sentences of the first passages with their scores, best first; each sentence once."""
    found: dict[tuple[str, int], tuple[Ranked, int, int, str]] = {}
    for ranked in ranking[:PASSAGES_READ]:
        chunk, article = ranked.candidate.chunk, ranked.candidate.article
        for sentence in article.sentences:
            if chunk.start <= sentence.start and sentence.end <= chunk.end:
                place = (chunk.article_id, sentence.start)
                found.setdefault(place, (ranked, sentence.start, sentence.end, sentence.of(article.text)))
    sentences = list(found.values())
    if not sentences:
        return []
    texts = [ranked.candidate.article.card.in_context(text) for ranked, _, _, text in sentences]
    scores = _sentence_scores(question, texts, encoder=encoder, reranker=reranker)
    quotables = [
        Quotable(ranked, start, end, text, score)
        for (ranked, start, end, text), score in zip(sentences, scores, strict=True)
    ]
    return sorted(quotables, key=_best_first)


def _sentence_scores(
    question: str, texts: Sequence[str], *, encoder: Encoder, reranker: Reranker | None
) -> list[float]:
    if reranker is not None:
        return [float(logit) for logit in reranker.score(question, texts)]
    fitting = [_fitted(text, encoder) for text in texts]
    cosines = encoder.encode(fitting) @ encoder.encode([question], query=True)[0]
    return [20 * float(cosine) - 10 for cosine in cosines]


def _fitted(text: str, encoder: Encoder) -> str:
    """As much of the text's beginning as the encoder's window holds."""
    while encoder.count([text])[0] > encoder.max_tokens:
        text = text[: len(text) // 2]
    return text


def choose_fact(quotables: Sequence[Quotable], *, most: int) -> list[Quotable]:
    """The best sentence, and those nearly as good that say something else."""
    chosen: list[Quotable] = []
    for quotable in quotables:
        if len(chosen) == most or (chosen and quotable.score < chosen[0].score - _MARGIN):
            break
        if not any(says_the_same(quotable.text, other.text) for other in chosen):
            chosen.append(quotable)
    return chosen


def choose_by_date(
    quotables: Sequence[Quotable], *, most: int, newest_first: bool, floor: float
) -> list[Quotable]:
    """The best sentence of each article that has one above `floor` (a logit), in the order of dates.

    Articles of unknown date come last either way: where they belong is not known.
    """
    best: dict[str, Quotable] = {}
    for quotable in quotables:
        known = any(says_the_same(quotable.text, other.text) for other in best.values())
        if quotable.score >= floor and quotable.card.article_id not in best and not known:
            best[quotable.card.article_id] = quotable
    # The best are kept, then put in order: an old sentence that answers beats a new one that hardly does.
    kept = sorted(best.values(), key=_best_first)[:most]
    dated = [quotable for quotable in kept if quotable.card.published.latest]
    undated = [quotable for quotable in kept if not quotable.card.published.latest]
    dated.sort(
        key=lambda quotable: (date_order(quotable.card), quotable.card.article_id), reverse=not newest_first
    )
    return [*dated, *undated]


def also_in(quotable: Quotable, quotables: Sequence[Quotable]) -> tuple[str, ...]:
    """The other articles that state the same, by id."""
    article_id = quotable.card.article_id
    return tuple(
        sorted(
            {
                other.card.article_id
                for other in quotables
                if other.card.article_id != article_id and says_the_same(quotable.text, other.text)
            }
        )
    )


def says_the_same(one: str, other: str) -> bool:
    """Whether two sentences use the same words, numbers included, nearly throughout."""
    first, second = _words(one), _words(other)
    smaller = min(len(first), len(second))
    if smaller == 0 or _numbers(first) != _numbers(second):
        return False
    return len(first & second) >= _SAME_SHARE * smaller and smaller >= _SAME_SHARE * 0.5 * max(
        len(first), len(second)
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower()))


def _numbers(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if any(character.isdigit() for character in word))


def _best_first(quotable: Quotable) -> tuple[float, int, str, int]:
    return (-quotable.score, date_order(quotable.card), quotable.card.article_id, quotable.start)
