"""SHACL by pyshacl over the statements of a store.

Everything is loaded into one rdflib graph, whichever named graph it stands in: rules look from a document's nodes to
shared ones.  (An rdflib graph *over* the store is slower, and silently empty where the dataset is not named right.)
"""

from __future__ import annotations

import gc
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph
import pyshacl
from rdflib import RDF, RDFS, XSD, BNode, Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.plugins.stores.memory import SimpleMemory

from kb.errors import VocabularyError
from kb.iris import BASE, ONTOLOGY
from kb.results import shorten
from kb.store.results import Iri, Value
from kb.validate.report import ShapeCount, Violation

if TYPE_CHECKING:
    from rdflib.term import Node

    from kb.store import Store

__all__ = ["check"]

MAY_FIND_NOTHING, COUNTED_BY = URIRef(f"{ONTOLOGY}mayFindNothing"), URIRef(f"{ONTOLOGY}countedBy")
SEVERITIES = {str(SH.Violation): "error", str(SH.Warning): "warning", str(SH.Info): "info"}
#: How many nodes one query looks up.
BATCH = 500
TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)

# The document that a node stands in: that of its named graph, or, in a file without graphs, the one that leads to it.
_PLACES = """SELECT DISTINCT ?node ?file ?line WHERE {
  VALUES ?node { %s }
  { GRAPH ?graph { ?node ?property ?value . ?graph prov:wasDerivedFrom ?document } }
  UNION { ?document jkb:hasFinding|jkb:describes|dcterms:hasFormat ?node }
  UNION { ?program jkb:hasObservation|jkb:definesTarget|jkb:hasParticipation|jkb:hasReference ?node .
          ?document jkb:describes ?program }
  UNION { ?node jkb:fileName ?name BIND (?node AS ?document) }
  ?document jkb:fileName ?file
  OPTIONAL { ?node jkb:line ?line }
} ORDER BY ?node ?file ?line"""


def check(store: Store, path: Path, *, part: bool = False) -> tuple[list[Violation], list[ShapeCount], int]:
    """Apply the shapes of a Turtle file to a store; return the violations, and what each node shape looked at.

    Of a part, rules that another node breaks only because the part does not hold it are no violations; the number of
    these nodes, and of those that lack one that should lead to them, comes third.

    Raises
    ------
    VocabularyError
        The shapes cannot be read or applied.

    """
    shapes, data = _read(path), _load(store)
    node_shapes = sorted(shape for shape in shapes.subjects(RDF.type, SH.NodeShape) if isinstance(shape, URIRef))
    focus = {shape: _focus(data, shapes, shape) for shape in node_shapes}
    _, report, text = pyshacl.validate(data, shacl_graph=_flat(shapes), inplace=True)
    if not isinstance(report, Graph):
        raise VocabularyError(f"{path}: the shapes cannot be applied: {' '.join(text.split())}")
    results = list(report.objects(None, SH.result))
    outside = {result: node for result in results if part and (node := _outside(data, report, result)) is not None}
    results = [result for result in results if result not in outside]
    broken = [(report.value(result, SH.focusNode), report.value(result, SH.sourceShape)) for result in results]
    counts = []
    for shape, nodes in focus.items():
        rules = {shape, *shapes.objects(shape, SH.property)}
        number = sum(rule in rules and node in nodes for node, rule in broken)
        counts.append(ShapeCount(_local(shape), len(nodes), number, _needed(data, shapes, shape)))
    places = _places(store, {node for node, _ in broken})
    return [_violation(report, result, places) for result in results], counts, len(set(outside.values()))


def _outside(data: Graph, report: Graph, result: Node) -> Node | None:
    """Return the node that breaks a rule because a part does not hold it, or does not hold what leads to it."""
    rule, value = report.value(result, SH.sourceConstraintComponent), report.value(result, SH.value)
    if rule == SH.ClassConstraintComponent and value is not None and (value, None, None) not in data:
        return value
    path = report.value(result, SH.resultPath)
    if rule == SH.MinCountConstraintComponent and path is not None and _path(report, path).startswith("^"):
        return report.value(result, SH.focusNode)
    return None


def _read(path: Path) -> Graph:
    try:
        return Graph().parse(path, format="turtle")
    except Exception as error:  # rdflib's parser raises what it likes
        raise VocabularyError(f"{path}: {' '.join(str(error).split())}") from error


class _OneGraph(SimpleMemory):
    """A store of one graph.  pyshacl asks for one that knows of several, but that takes half as long again.

    It also asks for the number of statements at each violation, and counting them anew takes a quarter of a second.
    """

    context_aware = graph_aware = True
    _size: int | None = None

    def __len__(self, context: Any = None) -> int:
        if self._size is None:
            self._size = super().__len__(context)
        return self._size


def _load(store: Store) -> Graph:
    """Make an rdflib graph of a store, each term made once: a third of the time that rdflib's parser takes."""
    graph = Graph(store=_OneGraph())
    add = graph.store.add
    terms: dict[object, Node] = {}

    def term(of: object) -> Node:
        made = terms.get(of)
        if made is None:
            made = terms[of] = _term(of)
        return made

    collecting = gc.isenabled()
    gc.disable()  # nothing of what is made here is garbage
    try:
        for _, text in store.ntriples():
            for triple in pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_TRIPLES, lenient=True):
                add((term(triple.subject), term(triple.predicate), term(triple.object)), graph)
    finally:
        if collecting:
            gc.enable()
    return graph


def _term(of: object) -> Node:
    if isinstance(of, pyoxigraph.NamedNode):
        return URIRef(of.value)
    if isinstance(of, pyoxigraph.BlankNode):
        return BNode(of.value)
    assert isinstance(of, pyoxigraph.Literal)
    if of.language:
        return Literal(of.value, lang=of.language)
    # Not normalised: a number is reported as it is written.
    datatype = None if of.datatype.value == str(XSD.string) else URIRef(of.datatype.value)
    return Literal(of.value, datatype=datatype, normalize=False)


def _focus(data: Graph, shapes: Graph, shape: Node) -> set[Node]:
    """Return the nodes that a shape looks at, found without the help of the validator."""
    found: set[Node] = set()
    for wanted in shapes.objects(shape, SH.targetClass):
        for kind in data.transitive_subjects(RDFS.subClassOf, wanted):
            found.update(data.subjects(RDF.type, kind))
    for link in shapes.objects(shape, SH.targetSubjectsOf):
        found.update(data.subjects(link))
    for link in shapes.objects(shape, SH.targetObjectsOf):
        found.update(data.objects(None, link))
    return found


def _needed(data: Graph, shapes: Graph, shape: Node) -> bool:
    """Whether a shape fails when it finds no node."""
    if (shape, MAY_FIND_NOTHING, None) in shapes:
        return False
    counted = list(shapes.objects(shape, COUNTED_BY))
    # An empty graph counts nothing either, so only documents that say 0 excuse a shape.
    numbers = [str(number) for by in counted for number in data.objects(None, by)]
    return not numbers or set(numbers) != {"0"}


def _flat(shapes: Graph) -> Graph:
    """Give the property shapes the targets of their node shapes.

    It says the same, but pyshacl then applies each rule to all nodes at once and not node by node: 6 s instead of 37 s
    for a thousand programs.
    """
    flat = Graph()
    flat += shapes
    for shape, rule in shapes.subject_objects(SH.property):
        flat.remove((shape, SH.property, rule))
        for target in TARGETS:
            for value in shapes.objects(shape, target):
                flat.add((rule, target, value))
    return flat


def _violation(report: Graph, result: Node, places: dict[str, tuple[str, int | None]]) -> Violation:
    node, rule = report.value(result, SH.focusNode), report.value(result, SH.sourceShape)
    path, severity = report.value(result, SH.resultPath), report.value(result, SH.resultSeverity)
    at = None if path is None else _path(report, path)
    document, line = places.get(str(node), (None, None))
    return Violation(
        severity=SEVERITIES.get(str(severity), "error"),
        document=document,
        line=line,
        shape=_local(rule),
        node=_plain(node),
        property=at,
        value=_plain(report.value(result, SH.value)),
        message=" ".join(sorted(str(message) for message in report.objects(result, SH.resultMessage))),
    )


def _path(report: Graph, path: Node) -> str:
    """Write the path of a rule as SPARQL does: ``^`` backwards, ``|`` between alternatives."""
    if (alternatives := report.value(path, SH.alternativePath)) is not None:
        return "|".join(_path(report, part) for part in report.items(alternatives))
    if (backwards := report.value(path, SH.inversePath)) is not None:
        return f"^{_path(report, backwards)}"
    return str(shorten(_plain(path)))


def _places(store: Store, nodes: Iterable[Node | None]) -> dict[str, tuple[str, int | None]]:
    """Return the document and line of each node that has one."""
    wanted = sorted({node for node in nodes if isinstance(node, URIRef)})
    found: dict[str, tuple[str, int | None]] = {}
    for start in range(0, len(wanted), BATCH):
        values = " ".join(f"<{node}>" for node in wanted[start : start + BATCH])
        for node, file, line in store.query(_PLACES % values):
            found.setdefault(str(node), (str(file), line if isinstance(line, int) else None))
    return found


def _plain(term: Node | None) -> Value:
    """Turn an rdflib term into a plain value."""
    if isinstance(term, URIRef):
        return Iri(term)
    value = term.toPython() if isinstance(term, Literal) else term
    return value if isinstance(value, bool | int | float | Decimal) else None if value is None else str(value)


def _local(shape: Node | None) -> str:
    """Shorten the IRI of a shape to its name; shapes of others keep theirs."""
    return str(shape).removeprefix(f"{BASE}shape/")
