"""`make docker-dry-run`: the Dockerfile's own steps, without Docker.

Every stage is an overlay over this machine's root, so that the RUN lines work on the paths they name and
leave nothing behind; this Python stands at /usr/local, as in the base image. Then the last stage is
started as its USER, with no network, a read-only root and a read-only index, and is asked a question.
The host's other programs shine through, so this shows that the steps work, not that the base image has
what they need. Needs root on Linux, for the mounts.
"""

from __future__ import annotations

import ctypes
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dockerfile import Instruction, Stage, expand, read_stages

ROOT = Path(__file__).parents[1]
QUESTION = "what is the status of Pakistan Steel Mills talks"
# Megabytes on disk. The base image cannot be measured here; this is what it takes, rounded up.
BASE_IMAGE = 135
BUDGET = 1300
NEW_MOUNTS = 0x00020000
NEW_NETWORK = 0x40000000


@dataclass(slots=True)
class Built:
    """A stage that was built: what it changed, its whole view, and what it hands to the next."""

    layer: Path
    view: Path
    environment: dict[str, str]
    folder: str = "/"
    shell: list[str] = field(default_factory=lambda: ["/bin/sh", "-c"])
    user: str = "0:0"
    health: list[str] = field(default_factory=list)
    entry: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)


def main() -> None:
    """Build and try in a process of its own; this one never sees its mounts, and can safely clean up."""
    if len(sys.argv) > 1:
        build_and_try(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory(prefix="rag image ") as folder:
        done = subprocess.run([sys.executable, __file__, folder], check=False)
    sys.exit(done.returncode)


def build_and_try(folder: Path) -> None:
    leave(NEW_MOUNTS)
    run(["mount", "--make-rprivate", "/"])
    built: dict[str, Built] = {}
    stages = read_stages(ROOT / "Dockerfile")
    for stage in stages:
        built[stage.name] = build(stage, built, folder)
    image = built[stages[-1].name]
    measure(image)
    use(image, folder)
    print("The steps of the Dockerfile work.")


def build(stage: Stage, built: dict[str, Built], folder: Path) -> Built:
    """Take the steps of one stage in a new layer over its parent's."""
    parent = built.get(stage.parent)
    upper, work, view = (folder / f"{stage.name}-{part}" for part in ("layer", "work", "view"))
    for path in (work, view):
        path.mkdir()
    if parent:  # a layer of its own cannot lie over its parent's, which lies below `/` as well
        shutil.copytree(parent.layer, upper, symlinks=True)
    else:
        upper.mkdir()
    # Within `folder` and by relative paths: the option cannot hold the blank in its name.
    options = f"lowerdir=/,upperdir={upper.name},workdir={work.name}"
    run(["mount", "-t", "overlay", "overlay", "-o", options, view.name], cwd=folder)
    run(["mount", "-t", "proc", "proc", str(view / "proc")])
    for shared in ("dev", "sys"):
        run(["mount", "--rbind", f"/{shared}", str(view / shared)])
    run(["mount", "--bind", "--read-only", sys.base_prefix, str(view / "usr/local")])
    result = Built(upper, view, dict(parent.environment) if parent else outer_environment())
    for instruction in stage.instructions:
        print(f"{stage.name}: {instruction.keyword} {instruction.value}"[:160], flush=True)
        follow(instruction, result, built)
    return result


def follow(instruction: Instruction, image: Built, built: Mapping[str, Built]) -> None:
    """Do what one instruction says; those that only describe the image do nothing."""
    match instruction.keyword:
        case "ARG":
            image.environment |= {name: os.environ.get(name, "") for name in instruction.pairs()}
        case "ENV":
            pairs = instruction.pairs().items()
            image.environment |= {name: expand(value, image.environment) for name, value in pairs}
        case "WORKDIR":
            image.folder = instruction.value
            inside(image.view, image.folder).mkdir(parents=True, exist_ok=True)
        case "COPY":
            *sources, target = instruction.words()
            copy(sources, inside(image.view, str(Path(image.folder) / target)), instruction, built)
        case "RUN":
            began = time.perf_counter()
            run(in_image(image, [*image.shell, instruction.value]), env=image.environment)
            print(f"  {time.perf_counter() - began:.0f} s", flush=True)
        case "SHELL":
            image.shell = instruction.words()
        case "USER":
            image.user = instruction.value
        case "ENTRYPOINT":
            image.entry = instruction.words()
        case "CMD":
            image.command = instruction.words()
        case "HEALTHCHECK":
            image.health = json.loads(instruction.value.removeprefix("CMD"))


def outer_environment() -> dict[str, str]:
    """As in a container, with the settings that this machine's pip needs.

    A libpython is looked for where the base image has it; this Python may know another place, which the
    image's user may not enter.
    """
    pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    paths = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LD_LIBRARY_PATH": "/usr/local/lib", "HOME": "/root"}
    return {**paths, **pip}


def copy(sources: Sequence[str], target: Path, instruction: Instruction, built: Mapping[str, Built]) -> None:
    """As COPY does: a folder gives what is in it, a file goes into a folder."""
    stage = instruction.flags.get("from")
    origin = built[stage].view if stage else ROOT
    ignore = None if stage else shutil.ignore_patterns("__pycache__")  # as .dockerignore
    for source in sources:
        path = inside(origin, source)
        if path.is_dir():
            shutil.copytree(path, target, dirs_exist_ok=True, symlinks=True, ignore=ignore)
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)


def measure(image: Built) -> None:
    """Hold the image's size to the budget."""
    parts = {"base image": BASE_IMAGE}
    for name in ("venv", "cache", "index"):
        du = subprocess.run(
            ["du", "--summarize", "--block-size=1M", str(image.view / "opt/rag" / name)],
            capture_output=True,
            text=True,
            check=True,
        )
        parts[name] = int(du.stdout.split()[0])
    total = sum(parts.values())
    print(", ".join(f"{name} {size} MB" for name, size in parts.items()), f"- {total} MB of {BUDGET}")
    if total > BUDGET:
        sys.exit(f"the image would take {total} MB, more than {BUDGET}")


def use(image: Built, folder: Path) -> None:
    """Serve, ask and ingest as the image's user, with nothing to write to but /tmp and no network."""
    view = image.view
    mounts = {"corpus": ROOT / "seeds", "opt/rag/index": folder / "index"}
    shutil.copytree(view / "opt/rag/index", mounts["opt/rag/index"])
    for target, source in mounts.items():
        (view / target).mkdir(exist_ok=True)
        run(["mount", "--bind", "--read-only", str(source), str(view / target)])
    run(["mount", "-o", "remount,ro", str(view)])
    run(["mount", "-t", "tmpfs", "-o", "mode=1777", "tmpfs", str(view / "tmp")])
    leave(NEW_NETWORK)
    run(["ip", "link", "set", "lo", "up"])
    for command in (
        ["ask", QUESTION],
        ["ingest", "/corpus", "--index", "/tmp/index"],
        ["doctor"],
    ):
        run(in_image(image, [*image.entry, *command]), env=image.environment)
    server = subprocess.Popen(in_image(image, [*image.entry, *image.command]), env=image.environment)
    try:
        wait_until_healthy(image, server)
        path = f"/v1/ask?{urllib.parse.urlencode({'q': QUESTION})}"
        connection = http.client.HTTPConnection("127.0.0.1", int(image.environment["RAG_PORT"]), timeout=60)
        connection.request("GET", path)
        answer = json.load(connection.getresponse())
        print(f"served: {answer['answer']}")
        if answer["abstained"] or not answer["citations"]:
            sys.exit("the served answer has no citation")
    finally:
        server.terminate()
        server.wait(timeout=60)


def wait_until_healthy(image: Built, server: subprocess.Popen[bytes]) -> None:
    began = time.perf_counter()
    probe = in_image(image, image.health)
    while subprocess.run(probe, env=image.environment, stderr=subprocess.DEVNULL, check=False).returncode:
        if server.poll() is not None or time.perf_counter() - began > 60:
            sys.exit("the server did not become healthy")
        time.sleep(0.2)
    print(f"healthy after {time.perf_counter() - began:.1f} s", flush=True)


def in_image(image: Built, command: Sequence[str]) -> list[str]:
    # `env --chdir` runs inside, where the folder means the image's.
    entered = [shutil.which("chroot") or "chroot", f"--userspec={image.user}", "--groups=", str(image.view)]
    return [*entered, "/usr/bin/env", f"--chdir={image.folder}", *command]


def inside(view: Path, path: str) -> Path:
    return view / path.lstrip("/")


def leave(what: int) -> None:
    """Leave this machine's mounts or network for ones that end with this process."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(what):
        sys.exit(f"no new namespace ({os.strerror(ctypes.get_errno())}): run this as root on Linux")


def run(command: Sequence[str], *, cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, env=env, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)[:200]} ended with {done.returncode}")


if __name__ == "__main__":
    main()
