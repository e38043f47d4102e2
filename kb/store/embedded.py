"""The store on disk: a folder of Oxigraph snapshots, a pointer to the present one, and a lock for writers.

    FORMAT              what this folder is, and the version of its layout
    CURRENT             number of the present snapshot; replaced in one step
    lock                held by the process that writes
    snapshots/12/data   an Oxigraph store, never written again once CURRENT names it
    snapshots/12/manifest.json
    snapshots/12/search-….sqlite   the full-text index, put there by the first search (see kb/search/index.py)
    snapshots/11/…      the one before

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

from kb.errors import StoreError, UsageError
from kb.store.lock import WriterLock
from kb.store.oxigraph import OxigraphStore

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["Writer", "open_folder", "open_snapshot", "read_manifest", "writing"]

NAME = "jwst-kb-store"
VERSION = 1


def open_folder(folder: Path) -> OxigraphStore:
    """Open the present snapshot for reading.

    Raises
    ------
    StoreError
        No store there, not a store, of a newer version, without a finished build, or damaged.

    """
    return _open(folder)[0]


def open_snapshot(folder: Path, name: str = "") -> tuple[OxigraphStore, dict[str, Any]]:
    """Open a snapshot for reading, with what its build noted down; raises as :func:`open_folder` does.

    Parameters
    ----------
    folder
        The store.
    name
        ``previous`` or the number of a snapshot; the present one where there is none.

    Raises
    ------
    UsageError
        There is no such snapshot; the message names those there are.

    """
    if not name:
        store, snapshot = _open(folder)
        return store, _manifest(snapshot)
    import pyoxigraph

    snapshot = _kept(folder, name)
    try:
        store = OxigraphStore(pyoxigraph.Store.read_only(str(snapshot / "data")), f"{folder}@{name}")
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(
            f"{folder}@{name}: cannot be opened ({_one_line(error)}); a build may have removed it"
        ) from error
    return store, _manifest(snapshot)


def _kept(folder: Path, name: str) -> Path:
    """Folder of an earlier snapshot."""
    _check_format(folder)
    present = int(_current(folder).name)
    kept = sorted(int(path.name) for path in (folder / "snapshots").iterdir() if path.name.isdecimal())
    before = [number for number in kept if number < present]
    if name == "previous" and not before:
        raise UsageError(f"{folder}: this store was built once, so nothing came before; compare with a dump or a store")
    number = before[-1] if name == "previous" else int(name) if name.isdecimal() else -1
    if number not in kept:
        raise UsageError(f"{folder}: no snapshot {name!r}; there is {', '.join(map(str, kept))} and previous")
    return folder / "snapshots" / str(number)


def _open(folder: Path) -> tuple[OxigraphStore, Path]:
    import pyoxigraph

    _check_format(folder)
    for attempt in (1, 2, 3):
        snapshot = _current(folder)
        try:
            return OxigraphStore(pyoxigraph.Store.read_only(str(snapshot / "data")), str(folder), snapshot), snapshot
        except (OSError, RuntimeError, ValueError) as error:
            # Two builds may have ended since the pointer was read, and the second swept this snapshot away.
            if attempt == 3 or _current(folder) == snapshot:
                raise StoreError(
                    f"{folder}: the store is damaged ({_one_line(error)}); delete the folder and run `kb build` again"
                ) from error
    raise AssertionError("unreachable")


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what the last build noted down about itself."""
    _check_format(folder)
    return _manifest(_current(folder))


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[Writer]:
    """Hold the store of a folder for writing; what is not committed leaves no trace.

    Raises
    ------
    StoreError
        Another writer holds it, the folder is something else, or the disk is full or read-only.

    """
    with _told(folder):
        if not _is_unclaimed(folder):
            _check_format(folder)
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
        self._present = _current(folder) if (folder / "CURRENT").exists() else None
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
        return _manifest(self._present) if self._present is not None else {}

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


def _is_unclaimed(folder: Path) -> bool:
    """Whether nothing is there but what a build leaves that was killed in its first moments."""
    if not folder.exists():
        return True
    return folder.is_dir() and {path.name for path in folder.iterdir()} <= {"lock", "FORMAT.new"}


def _check_format(folder: Path) -> None:
    if _is_unclaimed(folder):
        raise StoreError(f"{folder}: no store here; make one with `kb build`, or name another with --store")
    try:
        name, _, version = (folder / "FORMAT").read_text(encoding="utf-8").strip().partition(" ")
    except (OSError, UnicodeDecodeError):
        name, version = "", ""
    if name != NAME or not version.isdecimal():
        raise StoreError(f"{folder}: this is no store of the knowledge base; give another path")
    if int(version) > VERSION:
        raise StoreError(
            f"{folder}: written by a newer version (store version {version}, this one knows {VERSION}); "
            "upgrade jwst-kb, or build into another folder"
        )


def _current(folder: Path) -> Path:
    try:
        number = int((folder / "CURRENT").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StoreError(f"{folder}: no build of this store was finished; run `kb build`") from None
    except (OSError, ValueError) as error:
        reason = _one_line(error)
        raise StoreError(f"{folder}/CURRENT cannot be read ({reason}); run `kb build` into a new folder") from error
    return folder / "snapshots" / str(number)


def _manifest(snapshot: Path) -> dict[str, Any]:
    """Read what a build noted down; without it a next build would take the documents for gone, and drop them."""
    path = snapshot / "manifest.json"
    try:
        loaded = json.loads(path.read_bytes())
        if not isinstance(loaded, dict):
            raise ValueError("no object in it")
    except (OSError, ValueError) as error:
        folder = snapshot.parent.parent
        raise StoreError(
            f"{path}: the store is damaged ({_one_line(error)}); delete {folder} and run `kb build` again"
        ) from error
    return loaded


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Say in one line what the disk refused."""
    try:
        yield
    except OSError as error:
        text = _one_line(error)
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


def _one_line(error: Exception) -> str:
    return " ".join((getattr(error, "strerror", None) or str(error)).split())
