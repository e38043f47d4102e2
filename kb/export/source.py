"""What an export is of: a whole store, one graph of it, a neighbourhood, or what the answer of a question speaks of.

A part is a small store of its own: what each of its nodes states, and of all that these statements lead to the type,
the label and what else ``shapes.ttl`` asks of it (concepts of the vocabulary whole), so that nothing in it is a bare
address and all of it conforms.  Every writer takes a part like a whole.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import UsageError

if TYPE_CHECKING:
    import networkx

    from kb.store import Store
    from kb.store.results import Value

__all__ = ["Source", "neighbourhood", "nodes_of_question", "of_question"]


@dataclass(frozen=True)
class Source:
    """What to write.

    Attributes
    ----------
    store
        The statements.
    graph
        IRI of the one named graph to write; RDF formats only.
    table
        Name of the table that formats of tables write.
    collapsed
        Whether the view for graph tools leaves observations and targets out and ties programs to what they lead to.
    view
        Makes the view for graph tools, where it is another than that of the whole store.
    nodes
        IRIs of a part's own nodes.  What stands there only because these lead to it is no row of a table: most of
        what a row says is not there.
    cache
        Folder for what several formats have in common, so that it is asked of the store once.

    """

    store: Store
    graph: str | None = None
    table: str = "observations"
    collapsed: bool = False
    view: Callable[[bool], networkx.MultiDiGraph[str]] | None = field(default=None, repr=False)
    nodes: frozenset[str] | None = None
    cache: Path | None = None
    _kept: dict[str, Any] = field(default_factory=dict, repr=False)

    def blocks(self, *, quads: bool = False) -> Iterator[bytes]:
        """Stream the statements as sorted lines of N-Triples, each once, or of N-Quads, graph by graph; in blocks."""
        from kb.export.lines import blocks, sorted_both, sorted_quads, sorted_triples

        if self.cache is None:
            yield from (sorted_quads if quads else sorted_triples)(self.store, self.graph)
            return
        with_graphs, without = self.cache / "quads", self.cache / "triples"
        if not without.exists():
            with with_graphs.open("wb") as first, without.open("wb") as second:
                sorted_both(self.store, first, second, self.graph)
        with (with_graphs if quads else without).open("rb") as lines:
            yield from blocks(lines)

    def rows(self) -> list[tuple[Value, ...]]:
        """Return the rows of the table.

        Raises
        ------
        UsageError
            There is no such table, or only one graph is wanted: a row needs several.

        """
        from kb.export.table import load

        if self.graph is not None:
            raise UsageError("tables are of the whole store or of a neighbourhood; leave out the graph")
        table = load(self.table)
        made: list[tuple[Value, ...]] = self._once(self.table, lambda: table.rows(self.store))
        place = next((place for place, column in enumerate(table.columns) if column.name == "iri"), None)
        if self.nodes is None or place is None:
            return made
        return [row for row in made if row[place] in self.nodes]

    def to_networkx(self) -> networkx.MultiDiGraph[str]:
        """Return the view for graph tools."""
        from kb.graph import to_networkx

        view = self.view or (lambda collapsed: to_networkx(self.store, collapsed=collapsed))
        made: networkx.MultiDiGraph[str] = self._once("", lambda: view(self.collapsed))
        return made

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        """Make something, or with a cache take it where it is what was made last; no more than that is held."""
        if self.cache is None:
            return make()
        if name not in self._kept:
            self._kept.clear()
            self._kept[name] = make()
        return self._kept[name]


def neighbourhood(store: Store, focus: str, depth: int) -> Source:
    """Return what lies within some steps of a thing.

    Parameters
    ----------
    store
        Where to look.
    focus
        What a person types: ``7487``, ``HD 2811``, ``miri``, or an IRI.
    depth
        Steps, as :func:`kb.graph.to_networkx` counts them.

    Raises
    ------
    UsageError
        Nothing has that name.

    """
    from kb.graph import to_networkx
    from kb.names import find

    iri = find(store, focus)[1]
    nodes = set(to_networkx(store, focus=iri, depth=depth).nodes)
    if not nodes:  # activities, findings and such are no nodes of the view: themselves, and what leads to them
        leading = store.query(f"SELECT DISTINCT ?node {{ ?node ?property <{iri}> }}")
        nodes = {iri, *(str(node) for (node,) in leading)}
    return Source(
        _part(store, nodes),
        view=lambda collapsed: to_networkx(store, focus=iri, depth=depth, collapsed=collapsed),
        nodes=frozenset(nodes),
    )


def of_question(
    store: Store, name: str, values: Mapping[str, object], tell: Callable[[str], object] = warnings.warn
) -> Source:
    """Return what the answer of a saved question speaks of: all nodes that the question's variables are bound to.

    ``tell`` is called as :func:`kb.asking.bind` does.

    Raises
    ------
    UsageError
        Unknown question or parameter, a value that names nothing, or an empty answer.

    """
    nodes = nodes_of_question(store, name, values, tell)
    return Source(_part(store, nodes), nodes=frozenset(nodes))


def nodes_of_question(
    store: Store, name: str, values: Mapping[str, object], tell: Callable[[str], object] = warnings.warn
) -> set[str]:
    """Return the nodes that the variables of a saved question are bound to in its answer.

    ``tell`` is called as :func:`kb.asking.bind` does.

    Raises
    ------
    UsageError
        Unknown question or parameter, a value that names nothing, or an empty answer.

    """
    from kb.asking import bind
    from kb.questions import load
    from kb.store.results import Iri

    question = load(name)
    sparql = _all_variables(bind(store, question, values, tell))
    nodes = {str(value) for row in store.query(sparql) for value in row if isinstance(value, Iri)}
    if not nodes:
        raise UsageError(f"the answer of {name} is empty: nothing to write")
    return nodes


def _all_variables(sparql: str) -> str:
    r"""Turn a saved question into one for the solutions behind its answer, before these are grouped.

    >>> _all_variables("SELECT ?n (COUNT(?o) AS ?c)\nWHERE {\n  ?p ?n ?o\n}\nGROUP BY ?n\nORDER BY ?n")
    'SELECT DISTINCT *\nWHERE {\n  ?p ?n ?o\n}'
    """
    import re

    return re.sub(r"^SELECT\b.*?(?=^WHERE\b)(.*^\})[^}]*\Z", r"SELECT DISTINCT *\n\1", sparql, flags=re.M | re.S)


def _needed_properties() -> list[str]:
    """Return the properties that a shape asks of its nodes, and the type."""
    import pyoxigraph

    from kb.iris import PREFIXES
    from kb.vocabulary import ontology_dir

    shapes = pyoxigraph.Store()
    shapes.load(path=ontology_dir() / "shapes.ttl", format=pyoxigraph.RdfFormat.TURTLE)
    found: Any = shapes.query(
        "SELECT DISTINCT ?property { ?shape sh:path/(sh:alternativePath/rdf:rest*/rdf:first)? ?property ;"
        " sh:minCount ?least FILTER (?least > 0 && isIRI(?property)) }",
        prefixes=PREFIXES | {"sh": "http://www.w3.org/ns/shacl#"},
    )
    return sorted({PREFIXES["rdf"] + "type", *(solution["property"].value for solution in found)})


def _part(store: Store, nodes: Iterable[str]) -> Store:
    """Copy what nodes state into a store in memory, with what names the things that this leads to."""
    import pyoxigraph

    from kb.iris import PREFIXES
    from kb.store.oxigraph import OxigraphStore

    part = pyoxigraph.Store()
    form = pyoxigraph.RdfFormat.N_QUADS
    type_, concept = pyoxigraph.NamedNode(PREFIXES["rdf"] + "type"), pyoxigraph.NamedNode(PREFIXES["skos"] + "Concept")
    needed = _needed_properties()
    known: set[str] = set()
    whole = set(nodes)
    copied = set(whole)
    while whole:  # concepts are copied whole, since tables want their notations, templates' instruments and such
        part.bulk_load(store.about(sorted(whole)), form, lenient=True)
        known |= whole
        while rim := {quad.object.value for quad in part if isinstance(quad.object, pyoxigraph.NamedNode)} - known:
            part.bulk_load(store.about(sorted(rim), needed), form, lenient=True)
            known |= rim
        concepts: Iterable[Any] = part.quads_for_pattern(None, type_, concept)
        whole = {quad.subject.value for quad in concepts} - copied
        copied |= whole
    return OxigraphStore(part, store.location)
