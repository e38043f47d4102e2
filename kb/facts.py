"""What is known of each node of a graph, added to it for pictures: facts, main instrument, observations at hand.

``ontology/style.json`` lists the facts in the order in which a card shows them, each with the pattern that finds it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from kb.graph import slots, style

if TYPE_CHECKING:
    import networkx

    from kb.store import Store

__all__ = ["describe"]

#: Above this many nodes it is quicker to ask about all there are.
FEW = 1500

_INSTRUMENT = (
    """?node jkb:hasObservation ?observation . ?observation jkb:usesTemplate/jkb:ofInstrument/rdfs:label ?value"""
)
_ENTRIES = """?node jkb:hasObservation ?entry . ?entry rdfs:label ?label
    OPTIONAL { ?entry jkb:usesTemplate ?template } OPTIONAL { ?entry jkb:hasTarget/jkb:object ?object }
    OPTIONAL { ?entry jkb:order ?order } OPTIONAL { ?entry jkb:line ?line }"""


def describe(store: Store, graph: networkx.MultiDiGraph[str], *, entries: bool = True) -> None:
    """Add what is known of the nodes of a graph to it.

    Parameters
    ----------
    store
        Where the graph was taken from.
    graph
        As made by :func:`kb.graph.to_networkx`.  Nodes get ``facts`` (pairs of name and value, in the order of the
        style) and ``instrument``, the one that most observations of a program use, most programs of an object, and so
        on.
    entries
        Whether programs also get ``entries``: label, line, template and objects of each observation that is not a
        node of the graph, so that a page can show them when asked to.

    """
    nodes = None if len(graph) > FEW else sorted(graph)
    facts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    there = {kind for _, kind in graph.nodes(data="type")}
    for fact in style()["facts"]:
        if there.isdisjoint(fact["of"]):
            continue
        for node, value in sorted(_pairs(store, fact["pattern"], nodes)):
            if node in graph:
                facts[node].append((fact["name"], value))
    for node, data in graph.nodes(data=True):
        data["facts"] = facts[node]
    _instruments(store, graph, nodes)
    if entries:
        _entries(store, graph, nodes)


def _pairs(store: Store, pattern: str, nodes: list[str] | None) -> set[tuple[str, str]]:
    from kb.results import shorten

    found = set()
    for slot in slots("node", nodes):
        for node, value in store.query(f"SELECT DISTINCT ?node ?value WHERE {{ {slot} {pattern} }}"):
            found.add((str(node), "yes" if value is True else shorten(value)))
    return found


def _instruments(store: Store, graph: networkx.MultiDiGraph[str], nodes: list[str] | None) -> None:
    """Find the instrument that a node has most to do with; the first of the alphabet where several have it equally."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for slot in slots("node", nodes):
        query = f"""SELECT ?node ?value (COUNT(DISTINCT ?observation) AS ?n)
            WHERE {{ {slot} {_INSTRUMENT} }} GROUP BY ?node ?value"""
        for node, value, count in store.query(query):
            votes[str(node)][str(value)] += int(str(count))
    kinds = graph.nodes(data="type")
    labels = {node: graph.nodes[node]["label"] for node, kind in kinds if kind == "Instrument"}
    for node, label in labels.items():
        votes[node][label] += 1
        for other in graph.predecessors(node):
            votes[other][label] += 1
    # From programs and templates to what hangs on them, outwards.
    for kind in ("Observation", "Target", "SkyObject", "Person", "CalibrationActivity"):
        for node in [node for node, type_ in kinds if type_ == kind]:
            near = {*graph.predecessors(node), *graph.successors(node)} - labels.keys()
            for other in near:
                if votes[other] and graph.nodes[other]["type"] != "SkyObject":
                    votes[node][_main(votes[other])] += 1
    for node, data in graph.nodes(data=True):
        if votes[node]:
            data["instrument"] = _main(votes[node])


def _main(votes: Counter[str]) -> str:
    return min(votes, key=lambda label: (-votes[label], label))


def _entries(store: Store, graph: networkx.MultiDiGraph[str], nodes: list[str] | None) -> None:
    programs = nodes and [node for node in nodes if graph.nodes[node]["type"] == "Program"]
    found: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for slot in slots("node", programs):
        query = f"SELECT ?node ?entry ?label ?order ?line ?template ?object WHERE {{ {slot} {_ENTRIES} }}"
        for node, entry, label, order, line, template, thing in store.query(query):
            if str(node) not in graph or str(entry) in graph:
                continue
            made = found[str(node)].setdefault(
                str(entry), {"id": str(entry), "label": str(label), "order": order or 0, "line": line, "links": set()}
            )
            made["links"] |= {str(end) for end in (template, thing) if end is not None and str(end) in graph}
    for program, entries in found.items():
        ordered = sorted(entries.values(), key=lambda entry: (entry["order"], entry["id"]))
        graph.nodes[program]["entries"] = [entry | {"links": sorted(entry["links"])} for entry in ordered]
