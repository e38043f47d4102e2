"""A store, or one graph of it, as a file: one writer per format, chosen by the file's suffix.

The same content gives the same bytes, whatever the order of the builds that made it.  A file is written beside its
place and moved there when it is whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

from kb.errors import StoreError, UsageError

if TYPE_CHECKING:
    from kb.store import Store

__all__ = ["FORMATS", "format_of", "write"]

#: Suffix → what it is; ``csv`` is the table of observations, all others hold the graph.
FORMATS = {
    "ttl": "Turtle, sorted",
    "nt": "N-Triples, sorted",
    "nq": "N-Quads, sorted, with the graph of each document",
    "trig": "TriG, sorted, with the graph of each document",
    "jsonld": "JSON-LD, compact",
    "rdf": "RDF/XML",
    "csv": "the table of observations and their targets",
}


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


def write(store: Store, target: str | Path | IO[bytes], form: str | None = None, graph: str | None = None) -> None:
    """Write a store to a file or a binary stream.

    Parameters
    ----------
    store
        What to write.
    target
        A path, replaced only when all is written, or a stream.
    form
        One of :data:`FORMATS`; by default what the path's suffix asks for.
    graph
        IRI of the one graph to write; all by default.

    Raises
    ------
    UsageError
        The format or the graph does not exist.
    StoreError
        The file cannot be written.

    """
    if form is None:
        if not isinstance(target, (str, Path)):
            raise UsageError(f"name the format of a stream; choose one of {' '.join(FORMATS)}")
        form = format_of(target)
    if form not in FORMATS:
        raise UsageError(f"no format {form!r}; choose one of {' '.join(FORMATS)}")
    if graph is not None and graph not in store.graphs():
        raise UsageError(f"{graph}: the store has no such graph")
    writer = _writer(form)
    if not isinstance(target, (str, Path)):
        writer(store, target, graph)
        return
    path = Path(target)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with beside.open("wb") as stream:
            writer(store, stream, graph)
        beside.replace(path)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written ({(error.strerror or str(error)).lower()})") from error
    finally:
        beside.unlink(missing_ok=True)


def _writer(form: str) -> Callable[[Store, IO[bytes], str | None], None]:
    if form == "csv":
        from kb.export.table import write_observations

        return write_observations
    if form == "jsonld":
        from kb.export.jsonld import write_jsonld

        return write_jsonld
    from kb.export import rdf

    return {
        "nt": rdf.write_ntriples,
        "nq": rdf.write_nquads,
        "ttl": rdf.write_turtle,
        "rdf": rdf.write_xml,
        "trig": rdf.write_trig,
    }[form]
