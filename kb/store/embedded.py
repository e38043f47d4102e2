"""The store on disk: a folder of Oxigraph snapshots, a pointer to the present one, and a lock for writers.

    FORMAT              what this folder is, and the version of its layout
    CURRENT             number of the present snapshot; replaced in one step
    lock                held by the process that writes
    snapshots/12/data   an Oxigraph store, never written again once CURRENT names it
    snapshots/12/manifest.json
    snapshots/12/files.json   how long each file of data is: what was cut off or lost shows without reading it
    snapshots/12/search-….sqlite   the full-text index, put there by the first search (see kb/search/index.py)
    snapshots/11/…      the one before

This reads it; :mod:`kb.store.writer` makes the snapshots.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

from kb.errors import StoreError, UsageError
from kb.store.oxigraph import OxigraphStore

__all__ = [
    "NAME",
    "VERSION",
    "check_files",
    "check_format",
    "current",
    "is_unclaimed",
    "lengths",
    "manifest_of",
    "one_line",
    "open_folder",
    "open_snapshot",
    "read_manifest",
]

NAME = "jwst-kb-store"
VERSION = 1
#: A service without the beginning of its address: localhost:7878, kb.example.org:8890/sparql.
_HOST = re.compile(r"[\w.-]+:\d+(?:/.*)?")


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
        return store, manifest_of(snapshot)
    import pyoxigraph

    snapshot = _kept(folder, name)
    try:
        store = OxigraphStore(pyoxigraph.Store.read_only(str(snapshot / "data")), f"{folder}@{name}")
    except (OSError, RuntimeError, ValueError) as error:
        raise StoreError(
            f"{folder}@{name}: cannot be opened ({one_line(error)}); a build may have removed it"
        ) from error
    return store, manifest_of(snapshot)


def _kept(folder: Path, name: str) -> Path:
    """Folder of an earlier snapshot."""
    check_format(folder)
    present = int(current(folder).name)
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

    check_format(folder)
    for attempt in (1, 2, 3):
        snapshot = current(folder)
        try:
            return OxigraphStore(pyoxigraph.Store.read_only(str(snapshot / "data")), str(folder), snapshot), snapshot
        except (OSError, RuntimeError, ValueError) as error:
            # Two builds may have ended since the pointer was read, and the second swept this snapshot away.
            if attempt == 3 or current(folder) == snapshot:
                raise StoreError(
                    f"{folder}: the store is damaged ({one_line(error)}); delete the folder and run `kb build` again"
                ) from error
    raise AssertionError("unreachable")


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what the last build noted down about itself."""
    check_format(folder)
    return manifest_of(current(folder))


def is_unclaimed(folder: Path) -> bool:
    """Whether nothing is there but what a build leaves that was killed in its first moments."""
    if not folder.exists():
        return True
    return folder.is_dir() and {path.name for path in folder.iterdir()} <= {"lock", "FORMAT.new"}


def check_format(folder: Path) -> None:
    """Raise :class:`kb.errors.StoreError` unless a folder is a store of a version that this one knows."""
    if is_unclaimed(folder):
        if _HOST.fullmatch(str(folder)) and not folder.exists():
            raise StoreError(f"{folder}: no folder; an address begins with http:// or https://")
        raise StoreError(f"{folder}: no store here; make one with `kb build`, or name another with --store")
    try:
        name, _, version = (folder / "FORMAT").read_text(encoding="utf-8").strip().partition(" ")
    except (OSError, UnicodeDecodeError):
        name, version = "", ""
    if name != NAME or not version.isdecimal():
        raise StoreError(f"{folder}: this is not a store of the knowledge base; give another path")
    if int(version) > VERSION:
        raise StoreError(
            f"{folder}: written by a newer version (store version {version}, this one knows {VERSION}); "
            "upgrade jwst-kb, or build into another folder"
        )


def current(folder: Path) -> Path:
    """Return the folder of the present snapshot."""
    try:
        number = int((folder / "CURRENT").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise StoreError(f"{folder}: no build of this store was finished; run `kb build`") from None
    except (OSError, ValueError) as error:
        reason = one_line(error) if isinstance(error, OSError) else "no number of a snapshot"
        raise StoreError(f"{folder}/CURRENT cannot be read ({reason}); run `kb build` into a new folder") from error
    return folder / "snapshots" / str(number)


def manifest_of(snapshot: Path) -> dict[str, Any]:
    """Return what a build noted down of its snapshot.

    Without it a next build would take the documents for gone and drop them, so a snapshot that lacks it is damaged.
    """
    path = snapshot / "manifest.json"
    try:
        loaded = json.loads(path.read_bytes())
        if not isinstance(loaded, dict):
            raise ValueError("no object in it")
    except (OSError, ValueError) as error:
        folder = snapshot.parent.parent
        raise StoreError(
            f"{path}: the store is damaged ({one_line(error)}); delete {folder} and run `kb build` again"
        ) from error
    return loaded


def check_files(snapshot: Path) -> None:
    """Raise :class:`kb.errors.StoreError` where a file of a snapshot is gone or not as long as it was; reads none.

    A snapshot of a version that did not note the lengths down passes.
    """
    noted = snapshot / "files.json"
    if not noted.exists():
        return
    try:
        before, now = dict(json.loads(noted.read_bytes())), lengths(snapshot / "data")
    except (OSError, ValueError, TypeError):
        before, now = {noted.name: 1}, {noted.name: 0}
    for name in sorted(before):
        if now.get(name) != before[name]:
            folder = snapshot.parent.parent
            raise StoreError(
                f"{snapshot}: the store is damaged ({name} is {'shorter or longer' if name in now else 'gone'});"
                f" delete {folder} and run `kb build` again"
            )


def lengths(data: Path) -> dict[str, int]:
    """Return the bytes of each file of a closed Oxigraph store, those left out that opening it may change."""
    with os.scandir(data) as files:
        return {
            file.name: file.stat().st_size for file in files if not file.name.startswith("LO")
        }  # LOG, LOG.old, LOCK


def one_line(error: Exception) -> str:
    """Return what an error says, white space collapsed."""
    return " ".join((getattr(error, "strerror", None) or str(error)).split())
