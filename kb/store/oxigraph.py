"""The :class:`kb.store.Store` interface over an Oxigraph store, on disk or in memory."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import IO, TYPE_CHECKING, Any

from kb.errors import QueryError, StoreError
from kb.iris import PREFIXES
from kb.store.syntax import explain, spell_out

if TYPE_CHECKING:
    import pyoxigraph

    from kb.store.results import Quad, QueryResult

__all__ = ["PIECE", "OxigraphStore", "bulk_load", "pieces"]

#: Bytes that a thread loads at once.  Oxigraph needs five times as much memory for them; of smaller pieces it makes so
#: many files that it merges them in the background, which for a thousand programs costs as much as half the loading.
PIECE = 32_000_000
_AT_ONCE = 1 << 20


class OxigraphStore:
    """A read-only view of an Oxigraph store.

    >>> import pyoxigraph
    >>> store = OxigraphStore(pyoxigraph.Store(), "memory")
    >>> bool(store.query("ASK { ?program a jkb:Program }")), len(store)
    (False, 0)
    """

    def __init__(self, engine: pyoxigraph.Store, location: str, snapshot: Path | None = None) -> None:
        self._engine: pyoxigraph.Store | None = engine
        self._location = location
        #: Folder of the finished snapshot that this is, which never changes; ``None`` for any other store.
        self.snapshot = snapshot

    @property
    def location(self) -> str:
        """Path or address that the store was opened from."""
        return self._location

    @property
    def engine(self) -> pyoxigraph.Store:
        """The Oxigraph store itself, for what the interface does not offer."""
        if self._engine is None:
            raise StoreError(f"{self._location}: this store was closed; open it again")
        return self._engine

    def query(self, sparql: str) -> QueryResult:
        """Answer a query; see :class:`kb.store.Store`."""
        from kb.store.results import QueryResult

        try:
            answer = self.engine.query(spell_out(sparql), prefixes=PREFIXES, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise QueryError(explain(str(error), sparql)) from error
        except (ValueError, RuntimeError, OSError) as error:
            raise QueryError(f"the query cannot be answered: {' '.join(str(error).split())}") from error
        return QueryResult(answer)

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """Stream the statements of one graph or of all as plain values."""
        import pyoxigraph

        from kb.store.results import Iri, plain

        wanted = pyoxigraph.NamedNode(graph) if graph is not None else None
        for quad in self.engine.quads_for_pattern(None, None, None, wanted):
            subject, predicate, name = (Iri(getattr(term, "value", "")) for term in (quad[0], quad[1], quad[3]))
            yield subject, predicate, plain(quad[2]), name

    def dump(self, stream: IO[bytes], graph: str | None = None) -> None:
        """Write N-Quads, or N-Triples of one graph."""
        import pyoxigraph

        if graph is None:
            self.engine.dump(stream, pyoxigraph.RdfFormat.N_QUADS)
        else:
            self.engine.dump(stream, pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.NamedNode(graph))

    def ntriples(self, graphs: Sequence[str] | None = None) -> list[tuple[str, bytes]]:
        """Return graphs with what they hold as N-Triples."""
        from concurrent.futures import ThreadPoolExecutor

        import pyoxigraph

        names = self.graphs() if graphs is None else list(graphs)
        engine, form = self.engine, pyoxigraph.RdfFormat.N_TRIPLES

        def dumped(share: list[str]) -> list[tuple[str, bytes]]:
            return [(name, engine.dump(format=form, from_graph=pyoxigraph.NamedNode(name)) or b"") for name in share]

        with ThreadPoolExecutor(2) as threads:  # Oxigraph lets Python go on meanwhile
            return [pair for share in threads.map(dumped, (names[0::2], names[1::2])) for pair in share]

    def about(self, nodes: Sequence[str], properties: Sequence[str] | None = None) -> bytes:
        """Return what is stated of nodes as N-Quads."""
        import pyoxigraph

        named = pyoxigraph.NamedNode
        predicates = [None] if properties is None else [named(name) for name in properties]
        quads = (
            quad
            for node in nodes
            for predicate in predicates
            for quad in self.engine.quads_for_pattern(named(node), predicate, None, None)
        )
        return pyoxigraph.serialize(quads, format=pyoxigraph.RdfFormat.N_QUADS) or b""

    def graphs(self) -> list[str]:
        """IRIs of the graphs, sorted."""
        return sorted(name.value for name in self.engine.named_graphs())

    def __len__(self) -> int:
        return len(self.engine)

    def close(self) -> None:
        """Let go of the files."""
        self._engine = None

    def __enter__(self) -> OxigraphStore:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()


def bulk_load(engine: pyoxigraph.Store, texts: Iterable[bytes]) -> None:
    """Load N-Quads into an empty store, in two threads: Oxigraph uses one core for each call, and lets Python go on.

    Parameters
    ----------
    engine
        The store.
    texts
        Whole statements; each text is let go of once it is loaded.

    """
    from concurrent.futures import ThreadPoolExecutor

    import pyoxigraph

    waiting = _Waiting(texts)

    def load() -> None:
        for piece in pieces(waiting):
            engine.bulk_load(piece, pyoxigraph.RdfFormat.N_QUADS, lenient=True)

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(load) for _ in range(2)]:
            done.result()


def pieces(texts: Iterable[bytes]) -> Iterator[IO[bytes]]:
    """Give texts as streams, each of about :data:`PIECE` bytes; one is to be read before the next is asked for.

    >>> [piece.read() for piece in pieces([b"x" * PIECE, b"yy", b"z"])][1:]
    [b'yyz']
    """
    waiting = iter(texts)
    for text in waiting:
        # Oxigraph asks for a few kilobytes at a time, for which Python code would be in the way of the other thread.
        yield io.BufferedReader(_Piece(text, waiting), _AT_ONCE)


class _Piece(io.RawIOBase):
    """Texts as one stream, so that they need not be joined in memory."""

    def __init__(self, text: bytes, waiting: Iterator[bytes]) -> None:
        self._text, self._waiting = memoryview(text), waiting
        self._left = PIECE - len(text)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._text and self._left > 0:
            self._text = memoryview(next(self._waiting, b""))
            self._left -= len(self._text)
        size = min(len(buffer), len(self._text))
        buffer[:size], self._text = self._text[:size], self._text[size:]
        return size


class _Waiting:
    """An iterator that several threads take from."""

    def __init__(self, items: Iterable[bytes]) -> None:
        self._items, self._lock = iter(items), Lock()

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with self._lock:
            return next(self._items)
