r"""What can be compared: a store, a snapshot of one, or a dump in any RDF format.

>>> side = Dump.parse("x.nt", b'<a:b> <a:c> "d" .', "nt")
>>> side.graphs(), side.ntriples([""])
([''], [('', b'<a:b> <a:c> "d" .\n')])
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kb.errors import SourceError, UsageError
from kb.manifest import versions

if TYPE_CHECKING:
    from kb.store import Store

__all__ = ["SUFFIXES", "Dump", "Side", "Snapshot", "merged", "open_side"]

#: Suffixes of the dumps that can be read.
SUFFIXES = ("nq", "nt", "trig", "ttl", "jsonld", "rdf", "xml")


class Side(Protocol):
    """A set of graphs as N-Triples; ``""`` is the graph without a name."""

    def graphs(self) -> list[str]:
        """IRIs of the graphs, sorted."""

    def ntriples(self, graphs: Sequence[str] | None = None) -> list[tuple[str, bytes]]:
        """Return graphs with what they hold, in any order; one that is not there holds nothing."""

    def digests(self) -> Mapping[str, str]:
        """Digests of the graphs that have one: of equal digests the content is equal."""


class Dump:
    """Graphs in memory, by name."""

    def __init__(self, texts: Mapping[str, bytes]) -> None:
        self._texts = texts

    @classmethod
    def parse(cls, name: str, content: bytes | Path, form: str) -> Dump:
        """Read RDF; ``form`` is one of :data:`SUFFIXES`, ``name`` is what error messages call it.

        Raises
        ------
        SourceError
            It does not parse; the message says the line, where the format has lines.

        """
        import pyoxigraph

        where = {"path": str(content)} if isinstance(content, Path) else {"input": content}
        rdf = pyoxigraph.RdfFormat.from_extension(form)
        try:
            parsed = pyoxigraph.parse(**where, format=rdf)
            text = pyoxigraph.serialize(parsed, format=pyoxigraph.RdfFormat.N_QUADS) or b""
        except (SyntaxError, ValueError) as error:
            raise SourceError(f"{name}: cannot be read as .{form}: {' '.join(str(error).split())}") from error
        lines: dict[str, list[bytes]] = {}
        for line in text.splitlines():
            graph, triple = _split(line)
            lines.setdefault(graph, []).append(triple)
        return cls({graph: b"".join(triples) for graph, triples in lines.items()})

    def graphs(self) -> list[str]:
        """IRIs of the graphs, sorted."""
        return sorted(self._texts)

    def ntriples(self, graphs: Sequence[str] | None = None) -> list[tuple[str, bytes]]:
        """Return graphs with what they hold."""
        return [(name, self._texts.get(name, b"")) for name in (self.graphs() if graphs is None else graphs)]

    def digests(self) -> Mapping[str, str]:
        """Nothing is known beforehand."""
        return {}


class Snapshot:
    """A store, with the versions of its graphs: reading is a pure function, so a document need not be compared again.

    ``versions`` is empty where nothing was noted, as of a store that was not filled by this package.
    """

    def __init__(self, store: Store, versions: Mapping[str, str]) -> None:
        self._store, self._versions = store, versions

    def graphs(self) -> list[str]:
        """IRIs of the graphs, sorted."""
        return self._store.graphs()

    def ntriples(self, graphs: Sequence[str] | None = None) -> list[tuple[str, bytes]]:
        """Return graphs with what they hold."""
        return self._store.ntriples(graphs)

    def digests(self) -> Mapping[str, str]:
        """Reader and document of each graph."""
        return self._versions


def merged(side: Side) -> Side:
    """Forget which graph states what: a dump of triples can only be compared with the union of the graphs."""
    return Dump({"": b"".join(text for _, text in side.ntriples())})


@contextmanager
def open_side(location: str) -> Iterator[Side]:
    """Open what the user named.

    Parameters
    ----------
    location
        A dump (its suffix says the format), the folder or address of a store, ``FOLDER@previous`` for the snapshot
        before the present one, or ``FOLDER@12`` for the snapshot of that number.

    Raises
    ------
    SourceError
        No such file, or a dump that does not parse.
    UsageError
        A file of an unknown suffix, or a snapshot that does not exist.
    StoreError
        A folder that is no store, or a damaged one.

    """
    from kb.store import is_address
    from kb.store.embedded import open_snapshot
    from kb.store.remote import open_address

    path = Path(location)
    folder, at, snapshot = location.rpartition("@")
    if is_address(location):
        if at and "/" not in snapshot:
            raise UsageError(f"{folder}: a store behind an address keeps no snapshots; name two stores, or a dump")
        with open_address(location) as remote:
            yield Snapshot(remote, remote.versions())
    elif path.is_file():
        suffix = path.suffix.lower().removeprefix(".")
        if suffix not in SUFFIXES:
            known = " ".join(f".{name}" for name in SUFFIXES)
            raise UsageError(f"{location}: a dump ends in one of {known}")
        yield Dump.parse(location, path, suffix)
    elif at and not path.exists() and Path(folder).is_dir():
        store, manifest = open_snapshot(Path(folder), snapshot)
        with store:
            yield Snapshot(store, versions(manifest))
    elif path.is_dir():
        store, manifest = open_snapshot(path)
        with store:
            yield Snapshot(store, versions(manifest))
    else:
        raise SourceError(f"{location}: no such file or store")


def _split(line: bytes) -> tuple[str, bytes]:
    r"""Part a line of N-Quads, as Oxigraph writes it, into the graph's name and a line of N-Triples.

    >>> _split(b'<a:b> <a:c> "of <x>" <a:g> .')
    ('a:g', b'<a:b> <a:c> "of <x>" .\n')
    """
    rest, last, _ = line.rsplit(b" ", 2)
    # Without a graph the last term is the object: a literal, whose end holds a quote, or the third term.
    if last.startswith((b"<", b"_:")) and b'"' not in last and rest.count(b" ") > 1:
        return last.strip(b"<>").decode(), rest + b" .\n"
    return "", line + b"\n"
