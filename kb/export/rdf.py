"""The RDF formats.  Statements are sorted as lines of N-Triples: what the store returns them in has no order."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO, TYPE_CHECKING, Any, cast

from kb.errors import UsageError
from kb.iris import PREFIXES

if TYPE_CHECKING:
    import pyoxigraph

    from kb.export.source import Source

__all__ = ["statements", "write_nquads", "write_ntriples", "write_trig", "write_turtle", "write_xml"]

# Characters that no XML 1.0 document can hold, not even as a reference, in a line of N-Triples; what is searched first,
# since hardly any block has one, are bytes without which none can be there.
_RAW = bytes({*range(0x20)} - {*b"\t\n\r"})
_ESCAPED = (b"\\b", b"\\f", b"\\u", b"\xef\xbf")
_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]|(?<!\\)(?:\\\\)*\\(?:[bf]|u00[01]|uFFF[EF])")


def statements(blocks: Iterable[bytes], *, quads: bool = False) -> Iterator[pyoxigraph.Quad]:
    """Parse blocks of N-Triples, or N-Quads, as they come."""
    import pyoxigraph

    form = pyoxigraph.RdfFormat.N_QUADS if quads else pyoxigraph.RdfFormat.N_TRIPLES
    return chain.from_iterable(pyoxigraph.parse(block, form, lenient=True) for block in blocks)


def write_ntriples(source: Source, stream: IO[bytes]) -> None:
    """Write N-Triples."""
    stream.writelines(source.blocks())


def write_nquads(source: Source, stream: IO[bytes]) -> None:
    """Write N-Quads, graph by graph."""
    stream.writelines(source.blocks(quads=True))


def write_turtle(source: Source, stream: IO[bytes]) -> None:
    """Write Turtle."""
    import pyoxigraph

    # TriG of nothing but the default graph is Turtle, and spares making a triple of each quad.
    found = statements(source.blocks())
    pyoxigraph.serialize(found, stream, pyoxigraph.RdfFormat.TRIG, prefixes=PREFIXES)


def write_xml(source: Source, stream: IO[bytes]) -> None:
    """Write RDF/XML.

    Raises
    ------
    UsageError
        A text holds a character that XML cannot carry.

    """
    import pyoxigraph

    found = statements(map(_fit_for_xml, source.blocks()))
    triples = (quad.triple for quad in found)
    pyoxigraph.serialize(
        triples, cast("IO[bytes]", _KeepsReturns(stream)), pyoxigraph.RdfFormat.RDF_XML, prefixes=PREFIXES
    )


def write_trig(source: Source, stream: IO[bytes]) -> None:
    """Write TriG, graph by graph."""
    import pyoxigraph

    found = statements(source.blocks(quads=True), quads=True)
    pyoxigraph.serialize(found, stream, pyoxigraph.RdfFormat.TRIG, prefixes=PREFIXES)


class _KeepsReturns(io.RawIOBase):
    """Writes carriage returns as references, since XML parsers read bare ones as line feeds."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream

    def write(self, data: Any, /) -> int:
        self._stream.write(bytes(data).replace(b"\r", b"&#13;"))
        return len(data)


def _fit_for_xml(block: bytes) -> bytes:
    if any(part in block for part in _ESCAPED) or len(block.translate(None, _RAW)) < len(block):
        for line in block.splitlines():
            if _NOT_XML.search(line):
                subject, predicate, _ = line.decode().split(" ", 2)
                raise UsageError(
                    f"{subject} has a control character in {predicate}, which XML cannot carry; "
                    "choose another format, say .ttl"
                )
    return block
