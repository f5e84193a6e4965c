"""What is shipped: the declared dependencies, the pins, the wheel, the image, and the Makefile's promises."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import pytest
from dockerfile import Stage, read_stages
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import rag
from rag.encoding import compiling

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# Declared though nothing in rag/ imports it.
NOT_IMPORTED = {"pip": "run as a process, to fetch the packages that carry models"}
# Only fetching and converting a model needs these, so the image leaves them out once that is done.
CONVERSION = {"onnx", "pip", "sentence-transformers", "torch", "transformers"}
STAGES = read_stages(ROOT / "Dockerfile")
BASE, BUILD, IMAGE = STAGES


def imported_packages() -> set[str]:
    """Names of the distributions that rag/ imports, wherever in a file it does."""
    modules = set()
    for file in (ROOT / "rag").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.split(".")[0])
    installed = metadata.packages_distributions()
    foreign = modules - sys.stdlib_module_names - {"rag"}
    return {canonicalize_name(installed[module][0]) for module in foreign}


def installed_packages() -> dict[str, str]:
    return {canonicalize_name(one.name): one.version for one in metadata.distributions()}


def pinned_packages() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}


def needed(names: Iterable[str]) -> set[str]:
    """The packages named and all that they require in turn, as their installed metadata say."""
    found: set[str] = set()
    waiting = [Requirement(name) for name in names]
    followed: set[tuple[str, str]] = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        for extra in ("", *requirement.extras):
            if (name, extra) in followed:
                continue
            followed.add((name, extra))
            found.add(name)
            inner = [Requirement(line) for line in metadata.requires(name) or ()]
            waiting += [one for one in inner if one.marker is None or one.marker.evaluate({"extra": extra})]
    return found


def test_what_is_imported_is_declared_and_the_other_way_round() -> None:
    declared = {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}
    assert declared == imported_packages() | set(NOT_IMPORTED)


def test_every_installed_package_is_pinned_at_its_version() -> None:
    # torch's CPU build carries a local version, 2.13.0+cpu.
    installed = {name: version.split("+")[0] for name, version in installed_packages().items()}
    del installed["rag"]
    pinned = pinned_packages()
    assert {name: version for name, version in installed.items() if pinned.get(name) != version} == {}


def test_nothing_is_pinned_that_nobody_needs() -> None:
    names = [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]
    assert set(pinned_packages()) - needed(names) == set()


def test_no_gpu_library_is_installed() -> None:
    brought = sorted(name for name in installed_packages() if name.startswith("nvidia"))
    assert not brought, "run `make clean`, then make with TORCH_INDEX_URL=<an index of torch's CPU builds>"


def test_the_wheel_holds_the_code_its_data_and_nothing_else(tmp_path: Path) -> None:
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(built) as wheel:
        names = set(wheel.namelist())
    assert {"rag/answering/calibration.json", "rag/py.typed", "rag/cli/__init__.py"} <= names
    assert {name.split("/")[0] for name in names} == {"rag", f"rag-{rag.__version__}.dist-info"}
    assert not [name for name in names if "__pycache__" in name]


def test_the_changelog_ends_at_the_version() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d{2}-\d{2}$", changelog, re.MULTILINE)
    assert released[0] == rag.__version__


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
def test_a_stage_starts_from_a_pinned_image_or_an_earlier_stage(stage: Stage) -> None:
    earlier = {one.name for one in STAGES[: STAGES.index(stage)]}
    assert stage.parent in earlier or re.fullmatch(r"[a-z/]+:\d+\.\d+\.\d+-[a-z-]+", stage.parent)


def test_every_installation_of_the_image_is_pinned() -> None:
    commands = [
        command
        for run in BUILD.all("RUN")
        for command in re.split(r"&&|;", run.value)
        if "pip install" in command
    ]
    assert len(commands) >= 3
    assert all("--constraint constraints.txt" in command for command in commands)
    assert not any(re.search(r"\b(curl|wget|apt-get)\b", run.value) for run in BUILD.all("RUN"))


def test_the_image_copies_only_what_is_there_and_let_through() -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_through = {line.removeprefix("!").rstrip("/") for line in lines if line.startswith("!")}
    copied = {word.rstrip("/") for copy in BUILD.all("COPY") for word in copy.words()[:-1]}
    assert "*" in lines
    assert copied == let_through
    assert all((ROOT / name).exists() for name in copied)
    assert [copy.flags for copy in IMAGE.all("COPY")] == [{"from": "build"}]


def test_the_image_runs_offline_unprivileged_and_watched() -> None:
    settings: dict[str, str] = {}
    for stage in (BASE, IMAGE):
        for instruction in stage.all("ENV"):
            settings |= instruction.pairs()
    assert settings["RAG_OFFLINE"] == "true"
    assert settings["HF_HUB_OFFLINE"] == "1"
    (user,) = IMAGE.all("USER")
    assert all(int(part) > 0 for part in user.value.split(":"))
    (port,) = IMAGE.all("EXPOSE")
    assert port.value == settings["RAG_PORT"]
    (health,) = IMAGE.all("HEALTHCHECK")
    assert "/readyz" in health.value
    assert IMAGE.all("ENTRYPOINT")[0].words() + IMAGE.all("CMD")[0].words() == ["rag", "serve"]
    assert not IMAGE.all("RUN") and not IMAGE.all("ARG")


def test_the_health_check_is_python_that_compiles() -> None:
    (health,) = IMAGE.all("HEALTHCHECK")
    command = ast.literal_eval(health.value.partition("CMD ")[2])
    compile(command[-1], "HEALTHCHECK", "exec")


def test_no_secret_is_written_into_the_image() -> None:
    written = [
        name for stage in STAGES for key in ("ENV", "ARG") for one in stage.all(key) for name in one.pairs()
    ]
    assert not [name for name in written if re.search(r"KEY|TOKEN|PASSWORD|SECRET", name)]
    assert "://" not in (ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_the_image_leaves_out_exactly_what_only_conversion_needs() -> None:
    declared = [line for line in PROJECT["dependencies"] if Requirement(line).name not in CONVERSION]
    (uninstall,) = [
        command for run in BUILD.all("RUN") for command in run.value.split("&&") if "pip uninstall" in command
    ]
    removed = set(uninstall.split("--yes")[1].split())
    assert removed == needed(PROJECT["dependencies"]) - needed(declared)


def test_no_step_of_the_image_leaves_a_graph_compiled_for_its_own_processor(tmp_path: Path) -> None:
    """Whatever opens a model keeps 130 MB for the processor that built the image, of use to no other."""
    opens = re.compile(r"\brag (ingest|ask|search|eval|serve)\b")
    opening = [run.value for run in BUILD.all("RUN") if opens.search(run.value)]
    assert opening
    for value in opening:
        removing = next((command for command in value.split("&&") if "compiled-" in command), "")
        assert removing and value.index(removing) > value.index("rag ")
        graph = tmp_path / "a cache" / "graphs" / "encoder-0"
        kept = graph / f"{compiling._PREFIX}0-f32-0"
        kept.mkdir(parents=True)
        (graph / "graph.xml").touch()
        environment = {**os.environ, "RAG_CACHE": str(tmp_path / "a cache")}
        subprocess.run(["bash", "-euo", "pipefail", "-c", removing], env=environment, check=True)
        assert [file.name for file in graph.iterdir()] == ["graph.xml"]


def make(*arguments: str, folder: Path = ROOT, **environment: str) -> str:
    """What make would run, or prints, with the caller's settings of rag as given."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("RAG_", "MAKE"))}
    done = subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=folder,
        env={**own, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose path has a blank, with an environment whose `rag` prints its arguments."""
    folder = tmp_path / "a checkout"
    (folder / "rag").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "constraints.txt", "rag/__init__.py"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    binaries = folder / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "python").symlink_to(sys.executable)
    (binaries / "rag").write_text(
        '#!/bin/sh\ntest "$1" = ask || exit 0\nprintf "[%s]" "$@"\nexit "${ASKED:-0}"\n'
    )
    (binaries / "rag").chmod(0o755)
    (binaries.parent / "folder").write_text(f"{folder.resolve()}\n")
    (binaries.parent / "installed").touch()
    return folder


@pytest.mark.parametrize(
    "question",
    ["who's there?", 'he said "no"', "a price of $5 $(shell exit 1) $$", "`id`; exit 1 # \\", "-h", "آج؟"],
)
@pytest.mark.parametrize("way", ["argument", "environment"])
def test_any_question_reaches_the_command_as_it_is(checkout: Path, question: str, way: str) -> None:
    if way == "argument":
        printed = make("ask", f"Q={question}", folder=checkout)
    else:
        printed = make("ask", folder=checkout, Q=question)
    assert printed == f"[ask][--][{question}]"


def test_abstaining_is_not_an_error_to_make_and_failing_is(checkout: Path) -> None:
    make("ask", folder=checkout, ASKED="3")
    with pytest.raises(AssertionError, match="Error 1"):
        make("ask", folder=checkout, ASKED="1")


def test_nothing_is_installed_again_until_what_is_declared_changes(checkout: Path) -> None:
    assert "pip" not in make("--dry-run", "ask", folder=checkout)
    (checkout / ".venv" / "folder").write_text("/elsewhere\n")
    assert "pip" in make("--dry-run", "ask", folder=checkout)


@pytest.mark.parametrize("moved", [True, False])
def test_a_half_made_or_moved_environment_is_made_again(checkout: Path, moved: bool) -> None:
    (checkout / ".venv" / ("folder" if moved else "unfinished")).write_text("elsewhere")
    (checkout / ".venv" / "installed").unlink()
    python = checkout.parent / "python"
    python.write_text('#!/bin/sh\ntest "$2" = venv && { printf "%s " "$@" >&2; exit 9; }\nexit 0\n')
    python.chmod(0o755)
    with pytest.raises(AssertionError, match=r"-m venv --clear \.venv"):
        make("ask", f"PYTHON={python}", folder=checkout)
    assert not (checkout / ".venv" / "installed").exists()


def test_the_caller_s_settings_do_not_reach_what_is_measured() -> None:
    steps = make("--dry-run", "test", RAG_TOP_K="1", RAG_ENCODER="other", RAG_CACHE="kept").splitlines()
    measured = [step for step in steps if re.search(r"/(pytest|rag eval|rag models)", step)]
    assert len(measured) == 3
    for step in measured:
        assert "-u RAG_TOP_K" in step
        assert "-u RAG_ENCODER" in step
        assert "RAG_CACHE" not in step


def test_the_bench_pins_its_peers_and_brings_torch_first(checkout: Path) -> None:
    pinned = "benchmarks/peers/requirements.txt"
    (checkout / pinned).parent.mkdir(parents=True)
    (checkout / pinned).write_bytes((ROOT / pinned).read_bytes())
    steps = make("--dry-run", "bench", "ARTICLES=my news.jsonl", folder=checkout, RAG_TOP_K="1").splitlines()
    installed = [step for step in steps if ".venv-peers/bin/python -m pip install" in step]
    assert [step.split()[-1] for step in installed] == ["pip", "torch", pinned]
    assert all(re.search(r"--(constraint|requirement) \S+\.txt", step) for step in installed)
    assert '--articles "my news.jsonl"' in steps[-1]
    assert "-u RAG_TOP_K" in steps[-1]


def test_help_names_every_target() -> None:
    listed = set(re.findall(r"^make (\S+)", make("help"), re.MULTILINE))
    (phony,) = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == set(phony.split()) - {"again"}
