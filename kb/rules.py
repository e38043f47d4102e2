"""What follows from all documents together: the CONSTRUCT queries of ``ontology/shared`` and ``ontology/rules``.

Each runs once, in the order of the numbers that begin their file names.  Those of one number run side by side: a rule
sees what lower numbers made, and nothing recurses.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby, repeat
from pathlib import Path
from typing import TYPE_CHECKING

from kb.errors import VocabularyError
from kb.iris import DERIVED_GRAPH, PREFIXES, SHARED_GRAPH, VOCABULARY_GRAPH

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["GRAPHS", "files", "run", "updates", "vocabulary_quads"]

#: The graphs that are made anew by each build; all others belong to documents.
GRAPHS = (VOCABULARY_GRAPH, SHARED_GRAPH, DERIVED_GRAPH)

_WORTH_BULK = 20_000


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
    with ThreadPoolExecutor(2) as threads:  # Oxigraph lets Python go on meanwhile

        def add(new: Mapping[str, Iterable[bytes]]) -> None:
            # In the order of the answers, which is that of an index: a third faster to write than any other.
            fresh = {name: [line for line in dict.fromkeys(new[name]) if line not in made[name]] for name in new}
            for name, lines in fresh.items():
                made[name].update(lines)
            list(threads.map(_load, repeat(store), fresh.keys(), fresh.values()))

        # Which objects are one needs trigonometry, and the documents only; rules build on it.
        add({DERIVED_GRAPH: same_objects(store)})
        for _, paths in groupby(_rules(folder), _number):
            new: dict[str, list[bytes]] = {}
            together = list(paths)
            for path, lines in zip(together, threads.map(_made, repeat(store), together), strict=True):
                new.setdefault(_graph(path), []).extend(lines)
            add(new)
    return sum(map(len, made.values()))


def _rules(folder: Path) -> list[Path]:
    return sorted((path for path in files(folder) if path.suffix == ".rq"), key=_number)


def _number(rule: Path) -> str:
    return rule.name.partition("-")[0]


def _graph(rule: Path) -> str:
    return SHARED_GRAPH if rule.parent.name == "shared" else DERIVED_GRAPH


def updates(folder: Path) -> list[str]:
    """Return the same rules as SPARQL updates, for a store that is loaded by other means; to be run in this order."""
    made = [f"DROP SILENT GRAPH <{name}>" for name in (SHARED_GRAPH, DERIVED_GRAPH)]
    return made + [_update(path, _graph(path)) for path in _rules(folder)]


def _update(path: Path, graph: str) -> str:
    text = re.sub(r"(?m)^\s*#.*\n", "", path.read_text(encoding="utf-8"))
    found = re.fullmatch(r"\s*CONSTRUCT\s*\{([^{}]*)\}\s*(WHERE\b.*)", text, re.DOTALL)
    if found is None:
        raise VocabularyError(f"{path}: a rule is one CONSTRUCT query, its prefixes those of the knowledge base")
    return f"INSERT {{ GRAPH <{graph}> {{{found[1]}}} }}\n{found[2]}"


def _load(store: pyoxigraph.Store, graph: str, lines: Sequence[bytes]) -> None:
    import pyoxigraph

    # Bulk loading costs a third, but leaves files of its own, which slow every question about a small store by a third.
    load = store.bulk_load if len(lines) > _WORTH_BULK else store.load
    load(b"".join(lines), pyoxigraph.RdfFormat.N_TRIPLES, to_graph=pyoxigraph.NamedNode(graph), lenient=True)


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
