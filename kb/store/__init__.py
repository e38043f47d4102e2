"""The store interface: what the rest of the package may ask of a triple store, whichever engine keeps it.

The default graph of every query is the union of all graphs.  Rows come back as plain Python values.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from kb.errors import StoreError

if TYPE_CHECKING:
    from kb.store.results import Quad, QueryResult

__all__ = ["Store", "default_path", "is_address", "open_store", "store_folder"]

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")  # two characters at least: C:/ is a folder


class Store(Protocol):
    """A finished, read-only set of graphs.  Engines implement it; :func:`open_store` chooses one."""

    @property
    def location(self) -> str:
        """Path or address that the store was opened from."""

    def query(self, sparql: str) -> QueryResult:
        """Answer a SPARQL 1.1 query over the union of all graphs.

        The prefixes of :data:`kb.iris.PREFIXES` need not be declared.

        Raises
        ------
        QueryError
            The query does not parse (the message says line and column) or is an update.

        """

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """Stream ``(subject, predicate, object, graph)`` as plain values, of one graph or of all, in no order."""

    def dump(self, stream: IO[bytes], graph: str | None = None) -> None:
        """Write N-Quads (N-Triples when ``graph`` is given) to a binary stream, in no order."""

    def ntriples(self, graphs: Sequence[str] | None = None) -> list[tuple[str, bytes]]:
        """Return graphs (all where none is named) with what they hold as N-Triples, in no order within a graph."""

    def about(self, nodes: Sequence[str], properties: Sequence[str] | None = None) -> bytes:
        """Return what is stated of nodes (by some properties only, where these are named) as N-Quads, in no order."""

    def graphs(self) -> list[str]:
        """IRIs of the graphs, sorted."""

    def __len__(self) -> int:
        """Return the number of quads."""

    def close(self) -> None:
        """Let go of the files; the store cannot be used afterwards."""

    def __enter__(self) -> Store: ...

    def __exit__(self, *details: object) -> None: ...


def default_path() -> Path:
    """Folder of the store when the user names none: in the user's data folder of this platform.

    >>> default_path().name
    'store'
    """
    if os.name == "nt":
        base = Path(os.environ.get("LOCALAPPDATA", "~/AppData/Local"))
    elif sys.platform == "darwin":
        base = Path("~/Library/Application Support")
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or "~/.local/share")
    return base.expanduser() / "jwst-kb" / "store"


def is_address(location: str | Path) -> bool:
    """Whether a store is behind an address rather than in a folder.

    >>> is_address("http://localhost:7878/query"), is_address("C:/stores/jwst")
    (True, False)
    """
    return bool(_ADDRESS.match(str(location)))


def store_folder(location: str | Path | None = None) -> Path:
    """Return the folder of a store, the user's own where none is named, before anything is made or opened.

    Raises
    ------
    StoreError
        It is an address.

    >>> store_folder("https://example.org/sparql")
    Traceback (most recent call last):
    kb.errors.StoreError: https://example.org/sparql: nothing is built there: build into a folder, then `kb push` it
    """
    if location is not None and is_address(location):
        raise StoreError(f"{location}: nothing is built there: build into a folder, then `kb push` it")
    return default_path() if location is None else Path(location)


def open_store(location: str | Path) -> Store:
    """Open a store for reading: a folder, or the address of a SPARQL query service.

    Raises
    ------
    StoreError
        Nothing there, not a store, written by a newer version, or damaged; a server that cannot be reached, or answers
        otherwise than ours; the message says what to do.

    """
    if is_address(location):
        from kb.store.remote import open_address

        return open_address(str(location))
    from kb.store.embedded import open_folder

    return open_folder(Path(location))
