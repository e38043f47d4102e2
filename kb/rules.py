"""What follows from all documents together: the CONSTRUCT queries of ``ontology/shared`` and ``ontology/rules``.

Rules run in the order of their file names, each once: a rule sees what those before it made, and nothing recurses.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import VocabularyError
from kb.iris import DERIVED_GRAPH, PREFIXES, SHARED_GRAPH, VOCABULARY_GRAPH

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["RULE_GRAPHS", "files", "run"]

#: Graphs that :func:`run` rebuilds whole.
RULE_GRAPHS = (VOCABULARY_GRAPH, SHARED_GRAPH, DERIVED_GRAPH)


def files(folder: Path) -> list[Path]:
    """Everything of an ontology folder that :func:`run` depends on, in the order in which it is used."""
    return [
        folder / "jwst-kb.ttl",
        *sorted((folder / "vocabulary").glob("*.ttl")),
        *sorted((folder / "shared").glob("*.rq")),
        *sorted((folder / "rules").glob("*.rq")),
    ]


def run(store: pyoxigraph.Store, folder: Path) -> None:
    """Fill the graphs of the vocabulary, the shared nodes and what is derived; they must be empty.

    Parameters
    ----------
    store
        A store that holds the graphs of the documents.
    folder
        The ontology.

    Raises
    ------
    VocabularyError
        A file of the ontology does not parse.

    """
    import pyoxigraph

    vocabulary = pyoxigraph.NamedNode(VOCABULARY_GRAPH)
    for path in files(folder):
        try:
            if path.suffix == ".ttl":
                store.load(path=path, format=pyoxigraph.RdfFormat.TURTLE, to_graph=vocabulary)
            else:
                graph = SHARED_GRAPH if path.parent.name == "shared" else DERIVED_GRAPH
                _construct(store, path.read_text(encoding="utf-8"), pyoxigraph.NamedNode(graph))
        except SyntaxError as error:
            raise VocabularyError(f"{path}: {' '.join(str(error).split())}") from error


def _construct(store: pyoxigraph.Store, query: str, graph: pyoxigraph.NamedNode) -> None:
    """Add what a query makes to a graph.  Queries leave out what a document states: a triple stands in one graph."""
    import pyoxigraph

    made = store.query(query, prefixes=PREFIXES, use_default_graph_as_union=True)
    if not isinstance(made, pyoxigraph.QueryTriples):
        raise SyntaxError("a rule is a CONSTRUCT query")
    # Bulk loading of text is three times as fast as adding the triples one by one.
    statements = made.serialize(format=pyoxigraph.RdfFormat.N_TRIPLES)
    if statements:
        store.bulk_load(statements, pyoxigraph.RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)
