"""What differs as an RDF patch, which makes OLD's statements NEW's: RDF Delta's text format, or SPARQL Update.

Both are sorted, so that the same difference gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO
from uuid import NAMESPACE_URL, uuid5

from kb.diff.quads import GraphChange
from kb.errors import UsageError
from kb.iris import BASE

__all__ = ["write_patch", "write_update"]


def write_patch(changes: Sequence[GraphChange], stream: IO[bytes]) -> None:
    """Write an RDF patch (https://afs.github.io/rdf-delta/rdf-patch.html); its id is made from what it says.

    Raises
    ------
    UsageError
        A statement with a blank node, which has no name outside its file.

    """
    from hashlib import sha256

    _refuse_blank(changes)
    digest = sha256()
    for line in _patch_lines(changes):
        digest.update(line)
    stream.write(f"H id <urn:uuid:{uuid5(NAMESPACE_URL, BASE + digest.hexdigest())}> .\nTX .\n".encode())
    stream.writelines(_patch_lines(changes))
    stream.write(b"TC .\n")


def write_update(changes: Sequence[GraphChange], stream: IO[bytes]) -> None:
    """Write a SPARQL 1.1 Update: per graph what to delete, then what to insert.

    Raises
    ------
    UsageError
        A statement with a blank node, which an update cannot name.

    """
    _refuse_blank(changes)
    for change in changes:
        for verb, lines in (("DELETE", change.removed), ("INSERT", change.added)):
            if lines:
                opening, closing = (f"GRAPH <{change.graph}> {{\n", "} ") if change.graph else ("\n", "")
                stream.write(f"{verb} DATA {{ {opening}".encode())
                stream.writelines(lines)
                stream.write(f"{closing}}} ;\n".encode())


def _patch_lines(changes: Sequence[GraphChange]) -> Iterator[bytes]:
    for letter, side in ((b"D ", 0), (b"A ", 1)):
        for change in changes:
            end = f" <{change.graph}> .\n".encode() if change.graph else b" .\n"
            for line in (change.removed, change.added)[side]:
                yield letter + line[:-3] + end


def _refuse_blank(changes: Sequence[GraphChange]) -> None:
    for change in changes:
        for line in (*change.removed, *change.added):
            subject, _, rest = line.split(b" ", 2)
            if subject.startswith(b"_:") or rest.startswith(b"_:"):
                node = (subject if subject.startswith(b"_:") else rest.split(b" ")[0]).decode()
                raise UsageError(f"the blank node {node} differs, and a patch cannot name it; give it an IRI")
