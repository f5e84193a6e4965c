"""Fitting the confidence: from observations whose weights are known it gives those weights back."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

SCRIPT = Path(__file__).parents[2] / "evals" / "calibrate.py"
KNOWN = {
    "reranked": {"intercept": -1.5, "weights": {"relevance": 0.4, "missing_names": -0.5}, "per_log": -0.6},
    "retrieved": {
        "intercept": -2.0,
        "weights": {"relevance": 0.6, "cosine": 2.0, "covered": 1.5, "missing_names": -0.4},
        "per_log": -0.3,
    },
}


def script() -> Any:
    spec = importlib.util.spec_from_file_location("calibrate", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def observations(number: int) -> list[dict[str, Any]]:
    """Of each sort so many, right as often as the known weights say."""
    generator = np.random.default_rng(7)
    rows = []
    for sort, known in KNOWN.items():
        weights: Any = known["weights"]
        for place in range(number):
            signs = {
                "relevance": float(generator.normal(0, 4)),
                "cosine": float(generator.uniform(0, 1)),
                "covered": float(generator.uniform(0, 1)),
                "missing_names": float(generator.integers(0, 4)),
            }
            among = int(generator.choice([2_000, 8_000, 50_000]))
            logit = known["intercept"] + sum(weight * signs[name] for name, weight in weights.items())
            logit += float(known["per_log"]) * np.log(among / 2_000)  # type: ignore[arg-type]
            rows.append(
                {
                    "set": "off-corpus" if place % 10 == 0 else "news",
                    "reranked": sort == "reranked",
                    "right": int(generator.random() < 1 / (1 + np.exp(-logit))),
                    "signs": signs,
                    "among": among,
                }
            )
    return rows


def written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Path]:
    """The script, and a file of its own in place of the product's, as the product has it."""
    calibrate, file = script(), folder / "calibration.json"
    file.write_bytes(calibrate.CALIBRATION.read_bytes())
    monkeypatch.setattr(calibrate, "CALIBRATION", file)
    return calibrate, file


def test_known_weights_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    calibrate, file = written(tmp_path, monkeypatch)
    rows = observations(40_000)
    before = file.read_text()
    calibrate.fit(rows, held=False, write=False)
    assert file.read_text() == before
    calibrate.fit(rows, held=False, write=True)
    fitted = json.loads(file.read_text())
    for sort, known in KNOWN.items():
        assert fitted[sort]["weights"] == pytest.approx(known["weights"], abs=0.15)
        assert fitted[sort]["intercept"] == pytest.approx(known["intercept"], abs=0.2)
        assert fitted[sort]["per_log"] == pytest.approx(known["per_log"], abs=0.05)
        assert (fitted[sort]["fewest"], fitted[sort]["most"]) == (2_000, 50_000)
    # A confidence that is right in every case has no more error than chance gives so many.
    shown = [line for line in capsys.readouterr().out.splitlines() if " all " in line]
    assert all(float(line.split("ECE=")[1].split()[0]) < 0.02 for line in shown) and len(shown) == 4


def test_held_weights_stay_and_what_more_passages_add_is_fitted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calibrate, file = written(tmp_path, monkeypatch)
    content = json.loads(file.read_text())
    for sort, known in KNOWN.items():
        content[sort] |= {"intercept": known["intercept"], "weights": known["weights"], "per_log": 3.0}
    file.write_text(json.dumps(content))
    calibrate.fit(observations(10_000), held=True, write=True)
    for sort, known in KNOWN.items():
        fitted = json.loads(file.read_text())[sort]
        assert (fitted["intercept"], fitted["weights"]) == (known["intercept"], known["weights"])
        assert fitted["per_log"] == pytest.approx(known["per_log"], abs=0.08)


def test_what_is_fitted_has_the_shape_of_what_is_used() -> None:
    used = json.loads(script().CALIBRATION.read_text())
    for sort, known in KNOWN.items():
        assert used[sort].keys() == known.keys() | {"fewest", "most"}
        assert used[sort]["weights"].keys() == known["weights"].keys()  # type: ignore[attr-defined]
