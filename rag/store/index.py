"""An index folder as readers see it: always one whole generation, the newest published."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from rag.errors import IndexMissing
from rag.store import generations
from rag.store.database import storage_errors
from rag.store.snapshot import Snapshot

# Between reading CURRENT and locking what it names, a writer can publish and remove; once more then.
_ATTEMPTS = 20


class Index:
    """A handle on an index folder; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._seen: tuple[int, int, int] | None = None

    @classmethod
    def open(cls, folder: Path) -> Index:
        """Open the live generation. Raises IndexMissing, IndexDamaged or IndexMismatch."""
        index = cls(folder)
        index.snapshot()
        return index

    def snapshot(self) -> Snapshot:
        """The newest published generation. It stays whole for as long as it is held, whatever is published.

        When nothing was published since the last call this costs one `stat`.
        """
        with self._lock, storage_errors(self.folder):
            seen = self._stat()
            if self._snapshot is None or seen != self._seen:
                # The earlier snapshot is let go, not closed: questions under way still hold it.
                self._snapshot = self._open_live()
                self._seen = seen
            return self._snapshot

    def close(self) -> None:
        """Let go of the generation held."""
        with self._lock:
            self._snapshot = None
            self._seen = None

    def _stat(self) -> tuple[int, int, int]:
        try:
            status = os.stat(self.folder / generations.CURRENT_FILE)  # noqa: PTH116 - on every question
        except FileNotFoundError:
            raise generations.no_index(self.folder) from None
        return status.st_ino, status.st_mtime_ns, status.st_size

    def _open_live(self) -> Snapshot:
        for _ in range(_ATTEMPTS):
            name = generations.read_current(self.folder)
            lock = generations.lock_for_reading(self.folder, name)
            if lock is None:
                continue
            try:
                manifest = generations.read_manifest(self.folder, name)
                generations.check_files(self.folder, manifest, hash_up_to=generations.HASHED)
                return Snapshot(self.folder, manifest, lock)
            except BaseException:
                os.close(lock)
                raise
        raise IndexMissing(
            f"generation {name} that {self.folder / generations.CURRENT_FILE} names is not there; "
            "run `rag compact` to have it name the last one, or `rag ingest` with your corpus"
        )
