"""Permissions that hold for the superuser too, who may run the tests."""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator
from pathlib import Path

_VERSION = 0x20080522
_OVERRIDES = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


@contextlib.contextmanager
def without_permission(*paths: Path, mode: int = 0) -> Iterator[None]:
    """Within it the paths have this mode, and this thread is refused what that forbids."""
    modes = {path: path.stat().st_mode for path in paths}
    libc = ctypes.CDLL(None)
    header, held = (ctypes.c_uint32 * 2)(_VERSION, 0), (ctypes.c_uint32 * 6)()
    assert libc.capget(header, held) == 0
    less = (ctypes.c_uint32 * 6)(*held)
    less[0] &= ~_OVERRIDES
    for path in paths:
        path.chmod(mode)
    assert libc.capset(header, less) == 0
    try:
        yield
    finally:
        libc.capset(header, held)
        for path in reversed(paths):
            path.chmod(modes[path])
