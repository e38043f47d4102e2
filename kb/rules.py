"""What follows from all documents together: the CONSTRUCT queries of ``ontology/shared`` and ``ontology/rules``.

Each runs once, in the order of the numbers that begin their file names, ``shared`` first.  Those of one number run side
by side: a rule sees what lower numbers made, and nothing recurses.
"""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import VocabularyError
from kb.iris import DERIVED_GRAPH, PREFIXES, SHARED_GRAPH, VOCABULARY_GRAPH

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pyoxigraph

__all__ = ["GRAPHS", "files", "run", "updates", "vocabulary_quads"]

#: The graphs that are made anew by each build; all others belong to documents.
GRAPHS = (VOCABULARY_GRAPH, SHARED_GRAPH, DERIVED_GRAPH)


def files(folder: Path) -> list[Path]:
    """Everything of an ontology folder that these graphs depend on, in the order in which it is used."""
    return [
        folder / "jwst-kb.ttl",
        *sorted((folder / "vocabulary").glob("*.ttl")),
        *sorted((folder / "shared").glob("*.rq")),
        *sorted((folder / "rules").glob("*.rq")),
    ]


def vocabulary_quads(folder: Path) -> bytes:
    """Return the ontology and its vocabularies as N-Quads in the graph of the vocabulary.

    Raises
    ------
    VocabularyError
        A file does not parse.

    """
    import pyoxigraph

    # A store in between writes numbers as all stores will: 14.0 as 14.
    graph = pyoxigraph.NamedNode(VOCABULARY_GRAPH)
    store = pyoxigraph.Store()
    for path in files(folder):
        if path.suffix == ".ttl":
            try:
                store.bulk_load(path=path, format=pyoxigraph.RdfFormat.TURTLE, to_graph=graph)
            except SyntaxError as error:
                raise VocabularyError(f"{path}: {' '.join(str(error).split())}") from error
    return store.dump(format=pyoxigraph.RdfFormat.N_QUADS) or b""


def run(store: pyoxigraph.Store, folder: Path) -> int:
    """Fill the graphs of the shared nodes and of what is derived.

    Parameters
    ----------
    store
        A store that holds the documents and the vocabulary, and nothing in these two graphs.
    folder
        The ontology.

    Returns
    -------
    int
        The number of statements made.

    Raises
    ------
    VocabularyError
        A rule does not parse or is no CONSTRUCT query.

    """
    from concurrent.futures import ThreadPoolExecutor

    from kb.sky.same import same_objects

    made: dict[str, set[bytes]] = {SHARED_GRAPH: set(), DERIVED_GRAPH: set()}
    rules = [path for path in files(folder) if path.suffix == ".rq"]
    with ThreadPoolExecutor(2) as threads:  # Oxigraph lets Python go on meanwhile
        # Which objects are one needs trigonometry, and the documents only; rules build on it.
        made[DERIVED_GRAPH] |= set(same := same_objects(store))
        _load(store, DERIVED_GRAPH, same, threads)
        for (kind, _), paths in groupby(rules, lambda path: (path.parent.name, path.name.partition("-")[0])):
            name = SHARED_GRAPH if kind == "shared" else DERIVED_GRAPH
            new = set[bytes]().union(*threads.map(lambda path: _made(store, path), paths)) - made[name]
            made[name] |= new
            _load(store, name, list(new), threads)
    return sum(map(len, made.values()))


def updates(folder: Path) -> list[str]:
    """Return the same rules as SPARQL updates, for a store that is loaded by other means; to be run in this order."""
    made = [f"DROP SILENT GRAPH <{name}>" for name in (SHARED_GRAPH, DERIVED_GRAPH)]
    for path in files(folder):
        if path.suffix == ".rq":
            name = SHARED_GRAPH if path.parent.name == "shared" else DERIVED_GRAPH
            made.append(_update(path, name))
    return made


def _update(path: Path, graph: str) -> str:
    text = re.sub(r"(?m)^\s*#.*\n", "", path.read_text(encoding="utf-8"))
    found = re.fullmatch(r"\s*CONSTRUCT\s*\{([^{}]*)\}\s*(WHERE\b.*)", text, re.DOTALL)
    if found is None:
        raise VocabularyError(f"{path}: a rule is one CONSTRUCT query, its prefixes those of the knowledge base")
    return f"INSERT {{ GRAPH <{graph}> {{{found[1]}}} }}\n{found[2]}"


def _load(store: pyoxigraph.Store, graph: str, lines: list[bytes], threads: Executor) -> None:
    """Add to a graph, in two halves at once; bulk loading is faster, but leaves small files that slow every reading."""
    import pyoxigraph

    def load(half: list[bytes]) -> None:
        form = pyoxigraph.RdfFormat.N_TRIPLES
        store.load(b"".join(half), form, to_graph=pyoxigraph.NamedNode(graph), lenient=True)

    list(threads.map(load, (lines[0::2], lines[1::2])))


def _made(store: pyoxigraph.Store, path: Path) -> list[bytes]:
    """Return the statements that a query makes, as lines of N-Triples."""
    import pyoxigraph

    try:
        answer = store.query(path.read_text(encoding="utf-8"), prefixes=PREFIXES, use_default_graph_as_union=True)
    except SyntaxError as error:
        raise VocabularyError(f"{path}: {' '.join(str(error).split())}") from error
    if not isinstance(answer, pyoxigraph.QueryTriples):
        raise VocabularyError(f"{path}: a rule is a CONSTRUCT query")
    return (answer.serialize(format=pyoxigraph.RdfFormat.N_TRIPLES) or b"").splitlines(keepends=True)
