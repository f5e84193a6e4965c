"""What holds for every encoder and reranker, tried on the real ones: rows stand alone, nothing is clipped."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.encoding import Encoder, ModelSource, Reranker, load_encoder, load_reranker

WORDS = ["steel", "mills", "the", "talks", "2021", "پاکستان", "😀", "privatisation", "a\x00b", "\ud800", "’"]
texts_of_words = st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)
few = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module", params=["f32", "bf16"])
def any_encoder(request: pytest.FixtureRequest, encoder: Encoder, models: ModelSource) -> Encoder:
    return load_encoder(encoder.name, models=models, precision=request.param)


@pytest.fixture(scope="module", params=["f32", "bf16"])
def any_reranker(request: pytest.FixtureRequest, reranker: Reranker, models: ModelSource) -> Reranker:
    return load_reranker(reranker.name, models=models, precision=request.param)


@few
@given(text=texts_of_words, others=st.lists(texts_of_words, max_size=12), place=st.integers(0, 12))
def test_a_text_has_the_same_vector_in_any_company(
    any_encoder: Encoder, text: str, others: list[str], place: int
) -> None:
    alone = any_encoder.encode([text])[0]
    place = min(place, len(others))
    together = any_encoder.encode([*others[:place], text, *others[place:]])
    assert together[place].tobytes() == alone.tobytes()


@few
@given(text=texts_of_words, others=st.lists(texts_of_words, max_size=8), place=st.integers(0, 8))
def test_a_pair_has_the_same_score_in_any_company(
    any_reranker: Reranker, text: str, others: list[str], place: int
) -> None:
    alone = any_reranker.score("what of the talks", [text])[0]
    place = min(place, len(others))
    together = any_reranker.score("what of the talks", [*others[:place], text, *others[place:]])
    assert together[place].tobytes() == alone.tobytes()


@few
@given(texts=st.lists(texts_of_words, max_size=8), query=st.booleans())
def test_vectors_are_unit_rows(any_encoder: Encoder, texts: list[str], query: bool) -> None:
    vectors = any_encoder.encode(texts, query=query)
    assert vectors.shape == (len(texts), any_encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_the_window_is_filled_and_never_exceeded(encoder: Encoder) -> None:
    room = encoder.max_tokens - encoder.count([""])[0]
    assert encoder.count(["the " * room]) == [encoder.max_tokens]
    assert encoder.encode(["the " * room]).shape == (1, encoder.dimension)
    with pytest.raises(ValueError, match=f"{encoder.max_tokens + 1} tokens"):
        encoder.encode(["short", "the " * (room + 1)])


def test_a_pair_loses_the_end_of_its_text_only(reranker: Reranker) -> None:
    question = "what is the status of the talks"
    head = "The talks on the mills ended without agreement. " * 60
    assert reranker.score(question, [head + "one end"]) == reranker.score(question, [head + "another"])
    assert reranker.score(question, ["one end. " + head]) != reranker.score(question, ["another. " + head])


def test_a_question_that_fills_the_window_is_refused(reranker: Reranker) -> None:
    with pytest.raises(ValueError, match="window"):
        reranker.score("talks " * 600, ["a text"])


def test_no_texts_give_no_rows(encoder: Encoder, reranker: Reranker) -> None:
    assert encoder.encode([]).shape == (0, encoder.dimension)
    assert encoder.count([]) == []
    assert reranker.score("a question", []).shape == (0,)


def test_threads_share_one_encoder_and_one_reranker(encoder: Encoder, reranker: Reranker) -> None:
    texts = [" ".join(WORDS[: 1 + number % 8]) * (1 + number % 3) for number in range(40)]
    texts = [text.replace("\ud800", "") for text in texts]
    vectors = encoder.encode(texts)
    scores = reranker.score("steel talks", texts)
    with ThreadPoolExecutor(8) as pool:
        again = list(pool.map(lambda text: encoder.encode([text])[0], texts))
        rescored = list(pool.map(lambda text: reranker.score("steel talks", [text])[0], texts))
    assert np.array_equal(np.stack(again), vectors)
    assert np.array_equal(np.array(rescored), scores)


def test_the_number_of_threads_does_not_change_a_vector(encoder: Encoder, models: ModelSource) -> None:
    texts = ["Pakistan Steel Mills talks", "the gas supply " * 40]
    single = load_encoder(encoder.name, models=models, threads=1)
    np.testing.assert_allclose(single.encode(texts), encoder.encode(texts), atol=1e-6)


def test_threads_are_tied_to_no_core(encoder: Encoder) -> None:
    """A thread that computes would wait for its core beside one that runs Python, however idle another is."""
    compiled = encoder._runner._request.get_compiled_model()  # type: ignore[attr-defined]
    assert compiled.get_property("ENABLE_CPU_PINNING") is False


def test_near_texts_are_near(encoder: Encoder) -> None:
    question, near, far = encoder.encode(
        ["How is the steel plant doing?", "The mill has stood idle since 2015.", "She scored two goals."]
    )
    assert question @ near > question @ far + 0.05
