"""The RDF formats.  Statements are sorted as lines of N-Triples: what the store returns them in has no order."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import IO, TYPE_CHECKING

from kb.iris import PREFIXES

if TYPE_CHECKING:
    import pyoxigraph

    from kb.store import Store

__all__ = ["sorted_lines", "write_nquads", "write_ntriples", "write_trig", "write_turtle", "write_xml"]


def sorted_lines(store: Store, graph: str | None = None) -> list[bytes]:
    """Return the statements of a graph, or of all, as sorted lines of N-Triples, each once."""
    texts = store.ntriples(None if graph is None else [graph])
    lines = sorted(line for _, text in texts for line in text.splitlines(keepends=True))
    return [line for line, _ in groupby(lines)]


def write_ntriples(store: Store, stream: IO[bytes], graph: str | None = None) -> None:
    """Write N-Triples."""
    stream.writelines(sorted_lines(store, graph))


def write_nquads(store: Store, stream: IO[bytes], graph: str | None = None) -> None:
    """Write N-Quads, graph by graph."""
    for name, text in sorted(store.ntriples(None if graph is None else [graph])):
        end = f"<{name}> .\n".encode()
        stream.writelines(line[:-2] + end for line in sorted(text.splitlines(keepends=True)))


def write_turtle(store: Store, stream: IO[bytes], graph: str | None = None) -> None:
    """Write Turtle."""
    import pyoxigraph

    # TriG of nothing but the default graph is Turtle, and spares making a triple of each quad.
    pyoxigraph.serialize(_parsed(store, graph), stream, pyoxigraph.RdfFormat.TRIG, prefixes=PREFIXES)


def write_xml(store: Store, stream: IO[bytes], graph: str | None = None) -> None:
    """Write RDF/XML."""
    import pyoxigraph

    triples = (quad.triple for quad in _parsed(store, graph))
    pyoxigraph.serialize(triples, stream, pyoxigraph.RdfFormat.RDF_XML, prefixes=PREFIXES)


def write_trig(store: Store, stream: IO[bytes], graph: str | None = None) -> None:
    """Write TriG, graph by graph."""
    import io

    import pyoxigraph

    text = io.BytesIO()
    write_nquads(store, text, graph)
    text.seek(0)
    quads = pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_QUADS, lenient=True)
    pyoxigraph.serialize(quads, stream, pyoxigraph.RdfFormat.TRIG, prefixes=PREFIXES)


def _parsed(store: Store, graph: str | None) -> Iterable[pyoxigraph.Quad]:
    import pyoxigraph

    return pyoxigraph.parse(b"".join(sorted_lines(store, graph)), pyoxigraph.RdfFormat.N_TRIPLES, lenient=True)
