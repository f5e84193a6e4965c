"""From the top passages to the few whole sentences that answer.

Sentences are the article's own spans, found at ingest; nothing is ever joined, trimmed or rewritten here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag import patterns
from rag.answering.asked import Asked
from rag.answering.budget import BoundedReranker
from rag.answering.english.moments import names_day, resolve
from rag.answering.english.periods import bears_on, speaks_of
from rag.answering.english.sameness import says_the_same
from rag.answering.english.subjects import TIMES
from rag.answering.ranking import Ranked, date_order
from rag.answering.within import Window, published_in
from rag.encoding import Encoder, Reranker
from rag.store import StoredText
from rag.types import ArticleCard, Contrary, Span

# A sentence answers beside the best one when its logit is at most this much lower: a twelfth of its odds.
# Cosines, scaled as they are, lie closer.
MARGIN, MARGIN_OF_COSINES = 2.5, 2.0
# "Where is it held?" is no answer to who asks where it was held; what stands behind it is.
ASKS_ITSELF = 3.0
# What may be of another time than the headline: "a year earlier", "In FY23", "From January to July".
_SPEAKS_OF_A_TIME = patterns.compile(
    rf"\b(?:{'|'.join(sorted(TIMES))}|decades?|century|centuries|quarters?|season|today|yesterday|tonight|ago"
    r"|before|earlier|previous(?:ly)?|prior|since|until|last|past|next|later|after|then|once|former(?:ly)?"
    r"|FY\s?\d|[QH][1-4]\b)|\d{4}|['’]\d\d",
    re.IGNORECASE,
)
_QUOTES = patterns.compile(r"[\"“”«»„]")


@dataclass(frozen=True, slots=True)
class Quotable:
    """A sentence that may be quoted: `[start, end)` of its article, and how well it answers.

    `score` is a logit of the cross-encoder, which reads it below its headline and, where that is better, with
    what it is quoted with (`standing_in`); without one, the cosine to the question, scaled alike. What is
    `contrary` to the question has less of a score.
    """

    ranked: Ranked
    start: int
    end: int
    text: str
    score: float
    contrary: Contrary | None = None

    @property
    def article(self) -> StoredText:
        return self.ranked.candidate.article

    @property
    def card(self) -> ArticleCard:
        return self.article.card


def read_sentences(
    passages: Sequence[Ranked],
    asked: Asked,
    *,
    encoder: Encoder,
    reranker: BoundedReranker | None,
    ledes: int = 0,
) -> list[Quotable]:
    """The sentences of the passages with their scores, best first; each sentence once.

    So many sentences that open an article, its `ledes`, are read with its passage, wherever that lies. Those
    of a passage that a name makes answer are held against the question with that name in it. Of more
    sentences than may be read, those of the last passages are left out.
    """
    found: dict[tuple[str, int], tuple[Ranked, int, int, str]] = {}
    for ranked in passages:
        article = ranked.candidate.article
        for sentence in (*ranked.candidate.sentences, *article.sentences[:ledes]):
            place = (article.card.article_id, sentence.start)
            found.setdefault(place, (ranked, sentence.start, sentence.end, sentence.of(article.text)))
    sentences = list(found.values())
    if reranker is not None and sentences:
        sentences = sentences[: reranker.sentences(len(sentences))]
    if not sentences:
        return []
    if reranker is not None:
        scores = logits_of([(ranked, text) for ranked, _, _, text in sentences], asked, reranker)
    else:
        texts = [ranked.candidate.article.card.in_context(text) for ranked, _, _, text in sentences]
        scores = _cosines(asked.forms[0], texts, encoder)
    quotables = [
        Quotable(ranked, start, end, text, score - ASKS_ITSELF * asks(text))
        for (ranked, start, end, text), score in zip(sentences, scores, strict=True)
    ]
    return sorted(quotables, key=best_first)


def logits_of(texts: Sequence[tuple[Ranked, str]], asked: Asked, reranker: Reranker) -> list[float]:
    """How well each text of a passage answers below its headline."""
    logits = [0.0] * len(texts)
    for hop in dict.fromkeys(ranked.answers_with for ranked, _ in texts):
        places = [place for place, (ranked, _) in enumerate(texts) if ranked.answers_with == hop]
        cards = [texts[place][0].candidate.article.card for place in places]
        below = [(card, card.in_context(texts[place][1])) for card, place in zip(cards, places, strict=True)]
        for place, logit in zip(places, asked.told(hop).logits(below, reranker), strict=True):
            logits[place] = logit
    return logits


def asks(sentence: str) -> bool:
    """Whether a sentence asks, and quotes nobody who does."""
    return sentence.rstrip("\"'”’)*_ ").endswith("?") and not _QUOTES.search(sentence)


def beside_the_best(quotables: Sequence[Quotable]) -> list[Quotable]:
    """Those of the sentences, best first, that answer nearly as well as the best."""
    margin = margin_of(quotables)
    return [one for one in quotables if one.score >= quotables[0].score - margin]


def of_its_time(quotables: Sequence[Quotable]) -> list[Quotable]:
    """Those that may be of the time that a question asks about; all where none may."""
    fitting = [one for one in quotables if one.contrary is None or not one.contrary.is_of_another_time]
    return fitting or list(quotables)


def margin_of(quotables: Sequence[Quotable]) -> float:
    """How much less well than the best a sentence may answer beside it."""
    return MARGIN if any(one.ranked.scores.rerank is not None for one in quotables) else MARGIN_OF_COSINES


def _cosines(question: str, texts: Sequence[str], encoder: Encoder) -> list[float]:
    """Cosines to the question, on a scale like that of logits."""
    fitting = [_fitted(text, encoder) for text in texts]
    cosines = encoder.encode(fitting) @ encoder.encode([question], query=True)[0]
    return [20 * float(cosine) - 10 for cosine in cosines]


def _fitted(text: str, encoder: Encoder) -> str:
    """As much of the text's beginning as the encoder's window holds."""
    while encoder.count([text])[0] > encoder.max_tokens:
        text = text[: len(text) // 2]
    return text


def is_of(quotable: Quotable, window: Window) -> bool:
    """Whether a sentence names a time in the window ("on Friday" is one), leaves that to its headline, or was
    published in it.

    Not one that names an earlier time by its day of publication: "last month" is not of this one. What is
    said today of next month is. "Exports in August", of September, tells all that speaks of no other time of
    August; "Port to open in August", of June or of an unknown day, tells so of nothing.
    """
    sentence = Span(quotable.start, quotable.end)
    published = quotable.card.published
    if speaks_of(quotable.text, *window, told=published.latest):
        return True
    day_asked = window[0] if window[0] == window[1] else None
    if day_asked is not None and names_day(quotable.text, day_asked, published):
        return True
    named = [(date.first, date.last) for date in resolve(quotable.article.text, sentence, published)]
    if any(bears_on(days, *window, told=published.latest) for days in named):
        return True
    day = published.earliest
    begun = day is not None and (window[0] is None or day >= window[0])
    left_to_headline = begun and not _SPEAKS_OF_A_TIME.search(quotable.text)
    if left_to_headline and speaks_of(quotable.card.title, *window, told=published.latest):
        return True
    return published_in(quotable.card, *window) and not any(
        day is not None and last < day for _, last in named
    )


def answering(quotables: Sequence[Quotable]) -> list[Quotable]:
    """Those of the sentences, best first, that answer.

    A sentence answers when the cross-encoder holds that likelier than not (its logit is above 0), or when
    it is nearly as good as the best.
    """
    floor = min(0.0, quotables[0].score - margin_of(quotables)) if quotables else 0.0
    return [quotable for quotable in quotables if quotable.score >= floor]


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


def best_first(quotable: Quotable) -> tuple[float, int, str, int]:
    return (-quotable.score, date_order(quotable.card), quotable.card.article_id, quotable.start)
