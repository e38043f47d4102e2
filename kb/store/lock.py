"""One writer at a time: an exclusive lock file that dies with the process that holds it."""

from __future__ import annotations

import os
from pathlib import Path

from kb.errors import StoreError

__all__ = ["WriterLock"]

_held: set[int] = set()
_fork_is_watched = False


class WriterLock:
    """Held from :meth:`__enter__` to :meth:`__exit__`; the file says which process holds it.

    The operating system lets go of the lock when the process ends, however it ends.

    Raises
    ------
    StoreError
        Another writer holds it.

    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1

    def __enter__(self) -> WriterLock:
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(file)
        except OSError:
            os.lseek(file, 0, os.SEEK_SET)
            holder = os.read(file, 32).decode(errors="replace").strip()
            os.close(file)
            who = f"process {holder}" if holder else "another process"
            raise StoreError(
                f"{self._path.parent}: {who} is writing this store; wait until it is done or stop it"
            ) from None
        os.lseek(file, 0, os.SEEK_SET)
        os.ftruncate(file, 0)
        os.write(file, str(os.getpid()).encode())
        self._file = file
        _watch_forks()
        _held.add(file)
        return self

    def __exit__(self, *details: object) -> None:
        _held.discard(self._file)
        os.ftruncate(self._file, 0)
        _lock(self._file, free=True)  # closing would do, but for a child that was forked a moment ago
        os.close(self._file)


def _lock(file: int, *, free: bool = False) -> None:
    """Lock a file or raise OSError at once; or unlock it."""
    if os.name == "nt":
        import msvcrt

        os.lseek(file, 1 << 20, os.SEEK_SET)  # beyond the text, which others may read
        msvcrt.locking(file, msvcrt.LK_UNLCK if free else msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_UN if free else fcntl.LOCK_EX | fcntl.LOCK_NB)


def _watch_forks() -> None:
    """Let forked children drop the lock, which they would else hold on to when this process is killed."""
    global _fork_is_watched
    if not _fork_is_watched and hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_drop_all)
        _fork_is_watched = True


def _drop_all() -> None:
    for file in _held:
        os.close(file)
    _held.clear()
