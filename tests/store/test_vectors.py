"""Many vectors are put into lists: nearly all is found, scores are exact, and the manifest says so."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from corpora import QUESTIONS, build, prose, retrieve, seen

import rag.store.vectors
from rag.store import Index
from rag.store.embeddings import Floats
from rag.store.vectors import PROMISED_RECALL, VectorIndex, VectorKind, build_vectors


def clustered(count: int, dimension: int = 24, *, seed: int = 3) -> Floats:
    """Unit vectors around a few centres, as those of texts lie around their subjects."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(40, dimension))
    vectors = centres[random.integers(0, 40, count)] + 0.6 * random.normal(size=(count, dimension))
    vectors = vectors.astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


VECTORS = clustered(6000)
# Questions are of the same subjects and lie a little apart from all passages.
ASKED = VECTORS[::150] + 0.05
ASKED /= np.linalg.norm(ASKED, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> tuple[VectorIndex, VectorKind]:
    file = tmp_path_factory.mktemp("vectors") / "v"
    kind = build_vectors(file, VECTORS.__getitem__, count=6000, dimension=24, exact_up_to=5999)
    return VectorIndex(file, kind, VECTORS.__getitem__), kind


def test_the_kind_goes_by_size_and_says_what_it_finds(
    tmp_path: Path, listed: tuple[VectorIndex, VectorKind]
) -> None:
    exact = build_vectors(tmp_path / "v", VECTORS.__getitem__, count=6000, dimension=24, exact_up_to=6000)
    assert exact == VectorKind("exact")
    _, kind = listed
    assert (kind.name, kind.held_out) == ("inverted lists", 200)
    assert kind.recall >= PROMISED_RECALL and 1 <= kind.probes <= kind.lists


def recall(index: VectorIndex, question: Floats, allowed: np.ndarray) -> float:  # type: ignore[type-arg]
    cosines = VECTORS[allowed] @ question
    number = min(10, len(allowed))
    tenth = np.sort(cosines)[-number]
    found, _ = index.search(question, depth=50, allowed=None if len(allowed) == 6000 else allowed)
    assert set(found.tolist()) <= set(allowed.tolist())
    return float((VECTORS[found] @ question >= tenth - 1e-5).sum().clip(max=number)) / number


@pytest.mark.parametrize("share", [1.0, 0.5, 0.1, 0.01, 0.001])
def test_a_filter_of_any_selectivity_keeps_the_recall(
    listed: tuple[VectorIndex, VectorKind], share: float
) -> None:
    index, _ = listed
    random = np.random.default_rng(5)
    allowed = np.sort(random.choice(6000, int(6000 * share), replace=False)).astype(np.int64)
    shares = [recall(index, question, allowed) for question in ASKED]
    assert np.mean(shares) >= 0.98


@pytest.mark.parametrize("number", [0, 1, 7, 60])
def test_all_of_a_few_are_found_wherever_they_lie(
    listed: tuple[VectorIndex, VectorKind], number: int
) -> None:
    index, _ = listed
    allowed = np.sort(np.random.default_rng(number).choice(6000, number, replace=False)).astype(np.int64)
    for question in ASKED[:5]:
        found, _ = index.search(question, depth=60, allowed=allowed)
        assert sorted(found.tolist()) == allowed.tolist()


def test_scores_are_of_the_stored_vectors_and_set_the_order(listed: tuple[VectorIndex, VectorKind]) -> None:
    index, _ = listed
    for question in ASKED:
        found, cosines = index.search(question, depth=30)
        assert cosines == pytest.approx(VECTORS[found] @ question, abs=1e-6)
        assert found.tolist() == found[np.lexsort((found, -cosines))].tolist()


def test_no_row_is_scored_otherwise_for_those_beside_it(listed: tuple[VectorIndex, VectorKind]) -> None:
    index, _ = listed
    for question in ASKED[:10]:
        found, cosines = index.search(question, depth=30)
        alone = [index.score(question, np.array([row])).tolist() for row in found]
        assert [[cosine] for cosine in cosines.tolist()] == alone
        for part in (found[:7], found[3:], found[::-1]):
            places = [found.tolist().index(row) for row in part]
            assert index.score(question, part).tolist() == cosines[places].tolist()


@pytest.mark.parametrize("kind", ["exact", "lists"])
def test_a_search_takes_the_thread_that_asks_and_no_other(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, exact_up_to = tmp_path / "v", 6000 if kind == "exact" else 0
    built = build_vectors(file, VECTORS.__getitem__, count=6000, dimension=24, exact_up_to=exact_up_to)
    index = VectorIndex(file, built, VECTORS.__getitem__)
    faiss = rag.store.vectors._import_faiss()
    method = "_nearest_of_all" if kind == "exact" else "_nearest_in_lists"
    searching, threads = getattr(VectorIndex, method), []

    def watched(*given: object) -> object:
        threads.append(faiss.omp_get_max_threads())
        return searching(*given)

    monkeypatch.setattr(VectorIndex, method, watched)
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(3)
    try:
        index.search(ASKED[0], depth=5)
        assert (threads, faiss.omp_get_max_threads()) == ([1], 3)
    finally:
        faiss.omp_set_num_threads(before)


def test_lists_that_find_too_little_are_searched_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without any structure the neighbours of a passage lie in all lists.
    random = np.random.default_rng(9)
    noise = random.normal(size=(4000, 48)).astype(np.float32)
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    kind = build_vectors(tmp_path / "v", noise.__getitem__, count=4000, dimension=48, exact_up_to=0)
    assert kind.probes > 8 and kind.recall >= PROMISED_RECALL
    monkeypatch.setattr(rag.store.vectors, "PROMISED_RECALL", 1.1)
    kind = build_vectors(tmp_path / "w", noise.__getitem__, count=4000, dimension=48, exact_up_to=0)
    assert kind.probes == kind.lists


def test_an_index_of_lists_answers_as_an_exact_one_and_its_manifest_tells_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    articles = {f"a{number:03}": prose(number) for number in range(120)}
    build(tmp_path / "exact", articles)
    monkeypatch.setattr(rag.store.vectors, "EXACT_UP_TO", 100)
    build(tmp_path / "lists", articles)
    manifest = Index.open(tmp_path / "lists").snapshot().manifest
    (segment,) = manifest.segments
    assert segment.vectors.name == "inverted lists"
    assert manifest.as_json()["segments"][0]["vectors"] == asdict(segment.vectors)
    exact, lists = (Index.open(tmp_path / name).snapshot() for name in ("exact", "lists"))
    for question in QUESTIONS:
        scored = {
            (found.chunk.article_id, found.chunk.start): (found.dense, found.lexical)
            for found in retrieve(exact, question, depth=40)
        }
        for found in retrieve(lists, question, depth=20):
            known = scored.get((found.chunk.article_id, found.chunk.start))
            assert known is None or known == (found.dense, found.lexical)
    # As often as it is built, and whatever the history.
    build(tmp_path / "again", dict(list(articles.items())[::2]))
    build(tmp_path / "again", articles)
    assert seen(tmp_path / "again") == seen(tmp_path / "lists")
