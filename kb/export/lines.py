"""Statements in order with flat memory: sorted chunks in temporary files, merged.

What is streamed are blocks: whole lines, as many as are worth one step of Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from heapq import merge
from itertools import count, groupby, islice
from pathlib import Path
from threading import Lock
from typing import IO, TYPE_CHECKING, cast

from kb.errors import StoreError

if TYPE_CHECKING:
    from kb.store import Store

__all__ = ["blocks", "sorted_both", "sorted_quads", "sorted_triples"]

#: Bytes that are sorted in memory at once, by each of two threads, and that graphs which wait hold in all.
CHUNK = 4_000_000
#: How many files are merged at once; systems let a process open some hundreds.
FILES = 128
#: Lines of a block.
LINES = 5000
#: Graphs that are sorted before the first of them is passed on; most are of one document, and small.
GRAPHS = 16


def sorted_triples(store: Store, graph: str | None = None) -> Iterator[bytes]:
    """Stream the statements of a graph, or of all, as sorted lines of N-Triples, each once, in blocks.

    Raises
    ------
    StoreError
        There is no room for the temporary files.

    """
    from concurrent.futures import ThreadPoolExecutor

    names = store.graphs() if graph is None else [graph]
    with ExitStack() as stack:
        folder = _Folder(stack)

        def dumped(share: Sequence[str]) -> list[Iterable[bytes]]:
            sorter = _Sorter(folder)
            for name in share:
                store.dump(cast("IO[bytes]", sorter), name)
            return sorter.runs()

        shares = [share for share in (names[0::2], names[1::2]) if share]
        with ThreadPoolExecutor(2) as threads:  # engines let Python go on while they look terms up
            runs = [run for share in threads.map(dumped, shares) for run in share]
        yield from blocks(_merged(runs, folder))


def sorted_quads(store: Store, graph: str | None = None) -> Iterator[bytes]:
    """Stream the statements of a graph, or of all, as N-Quads, graph by graph and sorted in each, in blocks."""
    with ExitStack() as stack:
        for name, block in _by_graph(store, graph, _Folder(stack)):
            yield _with_graph(block, name)


def sorted_both(store: Store, quads: IO[bytes], triples: IO[bytes], graph: str | None = None) -> None:
    """Write what :func:`sorted_quads` and :func:`sorted_triples` stream, and read the store once for both."""
    with ExitStack() as stack:
        folder = _Folder(stack)
        sorter = _Sorter(folder)
        for name, block in _by_graph(store, graph, folder):
            quads.write(_with_graph(block, name))
            sorter.write(block)
        triples.writelines(blocks(_merged(sorter.runs(), folder)))


def blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Join lines into blocks."""
    remaining = iter(lines)
    while block := b"".join(islice(remaining, LINES)):
        yield block


def _by_graph(store: Store, graph: str | None, folder: _Folder) -> Iterator[tuple[str, bytes]]:
    """Stream sorted N-Triples in blocks, graph by graph, each with the name of its graph."""
    from concurrent.futures import ThreadPoolExecutor

    names = store.graphs() if graph is None else [graph]

    def dumped(name: str) -> list[Iterable[bytes]]:
        sorter = _Sorter(folder)
        store.dump(cast("IO[bytes]", sorter), name)
        return sorter.runs(CHUNK // GRAPHS)

    with ThreadPoolExecutor(2) as threads:
        for start in range(0, len(names), GRAPHS):
            batch = names[start : start + GRAPHS]
            for name, runs in zip(batch, threads.map(dumped, batch), strict=True):
                for block in blocks(_merged(runs, folder)):
                    yield name, block


def _with_graph(block: bytes, graph: str) -> bytes:
    return block.replace(b" .\n", f" <{graph}> .\n".encode())  # a line feed within a text is written as \\n


def _merged(runs: list[Iterable[bytes]], folder: _Folder) -> Iterator[bytes]:
    while len(runs) > FILES:
        runs = [folder.spill(merge(*runs[start : start + FILES])) for start in range(0, len(runs), FILES)]
    for line, _ in groupby(merge(*runs) if len(runs) > 1 else runs[0] if runs else ()):
        yield line


class _Folder:
    """Temporary files, made when the first one is needed and gone with the stack."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._lock = Lock()
        self._path: Path | None = None
        self._numbers = count()

    def spill(self, lines: Iterable[bytes]) -> Iterable[bytes]:
        """Put lines into a file; what comes back can be read once."""
        import tempfile

        try:
            with self._lock:
                if self._path is None:
                    made = tempfile.TemporaryDirectory(prefix="jwst-kb-")
                    self._path = Path(self._stack.enter_context(made))
                path = self._path / str(next(self._numbers))
            with path.open("wb", buffering=1 << 20) as stream:
                stream.writelines(lines)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise StoreError(
                f"{tempfile.gettempdir()}: no room to sort in ({reason}); name another folder by TMPDIR"
            ) from error
        return _read(path)


class _Sorter:
    """A binary stream for lines in any order."""

    def __init__(self, folder: _Folder) -> None:
        self._folder = folder
        self._parts: list[bytes] = []
        self._size = 0
        self._runs: list[Iterable[bytes]] = []

    def write(self, data: bytes) -> int:
        self._parts.append(data)
        self._size += len(data)
        if self._size >= CHUNK:
            whole, end, rest = b"".join(self._parts).rpartition(b"\n")
            self._runs.append(self._folder.spill(sorted((whole + end).splitlines(keepends=True))))
            self._parts, self._size = [rest], len(rest)
        return len(data)

    def flush(self) -> None:
        """Nothing to do; streams have it."""

    def runs(self, most: int = CHUNK) -> list[Iterable[bytes]]:
        """Sorted lines, each run apart; the last one never sees a disk unless it has more bytes than ``most``."""
        rest: Iterable[bytes] = sorted(b"".join(self._parts).splitlines(keepends=True))
        if self._size > most:
            rest = self._folder.spill(rest)
        self._parts = []
        return [*self._runs, rest] if self._size else self._runs


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=1 << 17) as stream:
        yield from stream
