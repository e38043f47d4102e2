"""A file of RDF, opened like a store."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import SourceError, UsageError
from kb.iris import BASE, ONTOLOGY, PREFIXES

if TYPE_CHECKING:
    import pyoxigraph

    from kb.store import Store

__all__ = ["open_file"]

FORMATS = ("ttl", "nt", "nq", "trig", "rdf", "jsonld")
SCHEME = "http://www.w3.org/2004/02/skos/core#ConceptScheme"


def open_file(path: Path) -> tuple[Store, bool]:
    """Read a file of RDF into memory, and say whether it is a part of a knowledge base.

    ``-`` is standard input in TriG, which Turtle and N-Triples are too.  A file of ours that lacks a concept scheme of
    the vocabulary, or has no document, is a part, as ``kb export`` writes it of a neighbourhood or a graph: what it
    does not say of the vocabulary is put beside it, so that links to templates and instruments lead somewhere.

    Raises
    ------
    SourceError
        The file cannot be read, or does not parse; the message gives the line.
    UsageError
        No format has the suffix.

    """
    import pyoxigraph

    from kb import rules
    from kb.store.oxigraph import OxigraphStore
    from kb.vocabulary import ontology_dir

    suffix = "trig" if str(path) == "-" else path.suffix.lower().removeprefix(".")
    if path.is_dir():
        raise SourceError(f"{path}: a folder; give a file of RDF, or the folder of a store as kb --store {path}")
    if suffix not in FORMATS:
        known = " ".join(f".{name}" for name in FORMATS)
        raise UsageError(f"{path}: no RDF format for the suffix {suffix or '(none)'}; choose one of {known}")
    store = pyoxigraph.Store()
    try:
        text = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        store.bulk_extend(_quads(text, pyoxigraph.RdfFormat.from_extension(suffix)))
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({(error.strerror or str(error)).lower()})") from error
    except SyntaxError as error:
        where = f"line {error.lineno}, " if error.lineno else ""
        # The parser says again where it is, and in its own way.
        said = re.sub(
            r"^Parser error at line \d+ (?:between )?(columns? [^:]*): ", r"\1: ", " ".join(str(error.msg).split())
        )
        raise SourceError(f"{path}: {where}{said}") from error
    vocabulary = pyoxigraph.Store()
    vocabulary.load(rules.vocabulary_quads(ontology_dir()), pyoxigraph.RdfFormat.N_QUADS)
    classes = _classes(store)
    whole = _schemes(vocabulary) <= _schemes(store) and f"{ONTOLOGY}Document" in classes
    part = bool(classes) and not whole  # an empty file is a part of nothing
    if part:
        told = {quad.subject for quad in store}
        store.extend(quad for quad in vocabulary if quad.subject not in told)
    return OxigraphStore(store, str(path)), part


def _schemes(store: pyoxigraph.Store) -> set[str]:
    import pyoxigraph

    found = store.quads_for_pattern(None, None, pyoxigraph.NamedNode(SCHEME), None)
    return {quad.subject.value for quad in found if isinstance(quad.subject, pyoxigraph.NamedNode)}


def _classes(store: pyoxigraph.Store) -> set[str]:
    """Return the classes of the ontology that anything is of."""
    import pyoxigraph

    types = store.quads_for_pattern(None, pyoxigraph.NamedNode(PREFIXES["rdf"] + "type"), None, None)
    names = {quad.object.value for quad in types if isinstance(quad.object, pyoxigraph.NamedNode)}
    return {name for name in names if name.startswith(ONTOLOGY)}


def _quads(text: bytes, form: pyoxigraph.RdfFormat | None) -> Iterator[pyoxigraph.Quad]:
    """Parse, and give statements without a graph one, since a store has named graphs only."""
    import pyoxigraph

    unnamed, graph = pyoxigraph.DefaultGraph(), pyoxigraph.NamedNode(f"{BASE}graph/file")
    for quad in pyoxigraph.parse(text, form, base_iri=BASE):
        name = quad.graph_name
        yield quad if name != unnamed else pyoxigraph.Quad(quad.subject, quad.predicate, quad.object, graph)
