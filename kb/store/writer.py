"""Writing the store on disk (:mod:`kb.store.embedded`): one writer at a time, whose work is there whole or not at all.

A writer works on ``snapshots/new`` and then moves the pointer, so a killed writer leaves nothing but debris, which the
next one sweeps away.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import StoreError
from kb.store.embedded import (
    NAME,
    VERSION,
    check_files,
    check_format,
    current,
    is_unclaimed,
    lengths,
    manifest_of,
    one_line,
    open_folder,
)
from kb.store.lock import WriterLock

if TYPE_CHECKING:
    import pyoxigraph

    from kb.store.oxigraph import OxigraphStore

__all__ = ["Writer", "writing"]


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[Writer]:
    """Hold the store of a folder for writing; what is not committed leaves no trace.

    Raises
    ------
    StoreError
        Another writer holds it, the folder is something else, or the disk is full or read-only.

    """
    with _told(folder):
        if not is_unclaimed(folder):
            check_format(folder)
        folder.mkdir(parents=True, exist_ok=True)
        with WriterLock(folder / "lock"):
            if not (folder / "FORMAT").exists():
                _replace(folder / "FORMAT", f"{NAME} {VERSION}\n")
            (folder / "snapshots").mkdir(exist_ok=True)
            writer = Writer(folder)
            try:
                yield writer
            finally:
                writer.sweep()


class Writer:
    """A build in progress: a new snapshot, apart from what readers see until :meth:`commit`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._staging = folder / "snapshots" / "new"
        self._engine: pyoxigraph.Store | None = None
        self._present = current(folder) if (folder / "CURRENT").exists() else None
        self._before: Path | None = None
        numbers = [int(path.name) for path in (folder / "snapshots").iterdir() if path.name.isdecimal()]
        if self._present is not None:
            number = int(self._present.name)
            older = [n for n in numbers if n < number]
            self._before = self._present.with_name(str(max(older))) if older else None
        self.sweep()

    @property
    def manifest(self) -> dict[str, Any]:
        """What the build before noted down; empty where there was none."""
        return manifest_of(self._present) if self._present is not None else {}

    @property
    def begun(self) -> bool:
        """Whether there is a new snapshot to write to."""
        return self._engine is not None

    @property
    def engine(self) -> pyoxigraph.Store:
        """The new snapshot's Oxigraph store; keep no reference to it beyond :meth:`commit`."""
        if self._engine is None:
            raise StoreError(f"{self._folder}: no snapshot was begun")
        return self._engine

    @property
    def scratch(self) -> Path:
        """Folder for files of this build; what is left there is swept away with them."""
        return self._staging.parent

    def check(self) -> None:
        """Raise :class:`kb.errors.StoreError` where files of the present snapshot are gone or cut off."""
        if self._present is not None:
            check_files(self._present)

    def present(self) -> OxigraphStore | None:
        """Open what readers see now."""
        return open_folder(self._folder) if self._present is not None else None

    def stated(self, graph: str) -> bytes:
        """Return what the present snapshot has in a graph, as N-Triples."""
        present = self.present()
        if present is None:
            return b""
        with present:
            ((_, text),) = present.ntriples([graph])
        return text

    def begin(self, *, copy: bool) -> None:
        """Start a new snapshot: a copy of the present one (hard links, milliseconds) or an empty one."""
        import pyoxigraph

        self._staging.mkdir()
        data = str(self._staging / "data")
        if copy and self._present is not None:
            open_folder(self._folder).engine.backup(data)
        self._engine = pyoxigraph.Store(data)

    def commit(self, manifest: dict[str, Any]) -> None:
        """Make the new snapshot the present one: all bytes on disk first, then the pointer, in one step."""
        self.engine.flush()
        self._engine = None  # closes the files
        text = json.dumps(manifest, ensure_ascii=False, sort_keys=True)
        (self._staging / "manifest.json").write_text(text, encoding="utf-8")
        (self._staging / "files.json").write_text(json.dumps(lengths(self._staging / "data")), encoding="utf-8")
        for path in [*self._staging.rglob("*"), self._staging]:
            _sync(path)
        number = int(self._present.name) + 1 if self._present is not None else 1
        snapshot = self._staging.with_name(str(number))
        self._staging.rename(snapshot)
        _sync(snapshot.parent)
        _replace(self._folder / "CURRENT", f"{number}\n")
        self._before, self._present = self._present, snapshot

    def sweep(self) -> None:
        """Delete every snapshot but the present one and the one before, and what killed builds left."""
        self._engine = None
        keep = {self._present, self._before}
        for path in (self._folder / "snapshots").iterdir():
            if path in keep:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Say in one line what the disk refused."""
    try:
        yield
    except OSError as error:
        text = one_line(error)
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or "No space" in text or "too large" in text:
            raise StoreError(
                f"{folder}: no space left on the disk; the store is unchanged, free some or build elsewhere"
            ) from error
        raise StoreError(f"{folder}: cannot be written ({text}); the store is unchanged") from error


def _replace(path: Path, text: str) -> None:
    """Write a small file so that it holds the old text or the new one whenever the machine stops."""
    beside = path.with_name(path.name + ".new")
    beside.write_text(text, encoding="utf-8")
    _sync(beside)
    beside.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    """Force a file or the entries of a folder to disk."""
    if path.is_dir() and os.name == "nt":
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
