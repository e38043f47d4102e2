"""A store, or part of it, as files: one writer per format, chosen by the file's suffix.

The same content gives the same bytes, whatever the order of the builds that made it.  A file is written beside its
place and moved there when it is whole.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kb.errors import StoreError, UsageError

if TYPE_CHECKING:
    from kb.export.source import Source
    from kb.store import Store

__all__ = ["FOLDER_FORMATS", "FORMATS", "Format", "format_of", "told", "write", "writer"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: what it is, of what (``rdf``, ``table``, ``view``, ``folder``), and the function that writes it."""

    meaning: str
    kind: str
    function: str


#: Suffix → format.
FORMATS = {
    "ttl": Format("Turtle", "rdf", "rdf.write_turtle"),
    "nt": Format("N-Triples", "rdf", "rdf.write_ntriples"),
    "nq": Format("N-Quads, with the graph of each document", "rdf", "rdf.write_nquads"),
    "trig": Format("TriG, with the graph of each document", "rdf", "rdf.write_trig"),
    "jsonld": Format("JSON-LD, compact", "rdf", "jsonld.write_jsonld"),
    "rdf": Format("RDF/XML", "rdf", "rdf.write_xml"),
    "csv": Format("a table", "table", "table.write_csv"),
    "parquet": Format("a table, as Parquet", "table", "parquet.write_parquet"),
    "vot": Format("a table, as VOTable with UCDs and units", "table", "votable.write_votable"),
    "graphml": Format("nodes and links, for networkx, igraph, Gephi", "view", "view.write_graphml"),
    "gexf": Format("nodes and links with colours, for Gephi", "view", "view.write_gexf"),
}
#: Formats of several files.
FOLDER_FORMATS = {"neo4j": Format("CSV files for neo4j-admin", "folder", "neo4j.write_neo4j")}
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def format_of(path: str | Path) -> str:
    """Return the format that a file's suffix asks for.

    Raises
    ------
    UsageError
        There is none for it.

    >>> format_of("all.TTL")
    'ttl'
    """
    suffix = Path(path).suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        known = " ".join(f".{name}" for name in FORMATS)
        raise UsageError(f"{path}: no format for the suffix {suffix or '(none)'}; choose one of {known}")
    return suffix


def writer(form: str) -> Callable[[Source, Any], None]:
    """Return the function that writes a format.

    Raises
    ------
    UsageError
        There is no such format.

    """
    found = (FORMATS | FOLDER_FORMATS).get(form)
    if found is None:
        raise UsageError(f"no format {form!r}; choose one of {' '.join(FORMATS | FOLDER_FORMATS)}")
    module, _, function = found.function.partition(".")
    made: Callable[[Source, Any], None] = getattr(import_module(f"kb.export.{module}"), function)
    return made


def write(
    source: Store | Source,
    target: str | Path | IO[bytes],
    form: str | None = None,
    *,
    describe: bool = False,
    published: str | None = None,
) -> None:
    """Write a store, or part of it, to a file or a binary stream.

    Parameters
    ----------
    source
        What to write.
    target
        A path, replaced only when all is written, or a stream.
    form
        One of :data:`FORMATS`; by default what the path's suffix asks for.
    describe
        Whether to write ``<path>.void.ttl`` too, which describes a dump of RDF for catalogues.
    published
        Address of the folder from which the file can be downloaded, for the description.

    Raises
    ------
    UsageError
        The format, graph or table does not exist, or the package that writes the format is not installed.
    StoreError
        The file cannot be written.

    """
    from kb.export.source import Source

    path = Path(target) if isinstance(target, (str, Path)) else None
    if form is None:
        if path is None:
            raise UsageError(f"name the format of a stream; choose one of {' '.join(FORMATS)}")
        form = format_of(path)
    if form in FOLDER_FORMATS:
        raise UsageError(f"{form} is a folder of files; name one: kb export folder/ -f {form}")
    put = writer(form)
    if not isinstance(source, Source):
        source = Source(source)
    if source.graph is not None and source.graph not in source.store.graphs():
        raise UsageError(f"{source.graph}: the store has no such graph")
    if describe and (path is None or FORMATS[form].kind != "rdf"):
        raise UsageError(f"only files of RDF are described, not {'streams' if path is None else form}")
    if path is None:
        put(source, target)
        return
    with _beside(path) as stream:
        put(source, stream)
    if describe:
        from kb.export.describe import write_description

        with _beside(path.with_name(path.name + ".void.ttl")) as stream:
            write_description(source, stream, {path.name: path.stat().st_size}, published)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Say in one line what the disk refused."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        what = "; free some space or choose another disk" if error.errno in _FULL else ""
        raise StoreError(f"{path}: cannot be written ({reason}){what}") from error


@contextmanager
def _beside(path: Path) -> Iterator[IO[bytes]]:
    """Give a stream to a file that takes its place when all went well, and is gone when not.

    A device or a pipe is written to as it is, since nothing may stand in its place; a link stays a link, and a file
    keeps its mode.
    """
    if path.exists() and not path.is_file():
        with told(path), path.open("wb") as stream:
            yield stream
        return
    path = path.resolve()
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    with told(path):
        try:
            with beside.open("wb") as stream:
                yield stream
            if path.exists():
                beside.chmod(path.stat().st_mode & 0o7777)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
