"""A networkx view: any part of the knowledge base as nodes and links.

``ontology/style.json`` says which properties are links, in which directions a neighbourhood follows them, and what
each type of node looks like.  Only the focus is opened into its observations and targets; other programs stay single
nodes.  Everybody's hubs, instruments and templates, are entered but left only from the focus, else the neighbourhood of
one program would be everything.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import networkx

    from kb.store import Store

__all__ = ["style", "to_networkx"]

Link: TypeAlias = dict[str, Any]
Edge: TypeAlias = tuple[str, str, str]
"""Subject, object and name of a link."""

ONTOLOGY = "https://w3id.org/jwst-kb/ontology#"
#: How many nodes are asked about at once.
BATCH = 2000


@lru_cache(maxsize=1)
def style() -> dict[str, Any]:
    """Return what ``ontology/style.json`` holds."""
    from kb.vocabulary import ontology_dir

    loaded: dict[str, Any] = json.loads((ontology_dir() / "style.json").read_text(encoding="utf-8"))
    return loaded


def to_networkx(
    store: Store, focus: str | None = None, depth: int = 3, *, collapsed: bool = False
) -> networkx.MultiDiGraph[str]:
    """Return part of the knowledge base as a graph of networkx, in an order that is always the same.

    Parameters
    ----------
    store
        Where to look.
    focus
        IRI of the node in the middle; ``None`` for the whole knowledge base.
    depth
        Steps from the focus; a program's observations and targets are one step away, templates and sky objects two,
        instruments and other programs at the same objects three.
    collapsed
        Whether to leave the entries of programs out (what the style calls ``entry``: observations and targets) and tie
        each program to what these lead to.

    Returns
    -------
    networkx.MultiDiGraph
        Nodes are IRIs with ``label``, ``short`` (for pictures), ``type``, ``color`` and, where known, ``line``,
        ``role`` and ``distance`` (steps from the focus).  Links have the key and attribute ``name``.

    """
    import networkx

    if focus is None:
        distances: dict[str, int] = {}
        kinds = ("links", "shortcuts") if collapsed else ("links",)
        edges = {edge for kind in kinds for link in style()[kind] for edge in _edges(store, link)}
    else:
        distances, edges = _neighbourhood(store, focus, depth, collapsed=collapsed)
    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    nodes = None if focus is None else sorted(distances)
    graph.add_nodes_from(
        (node, attributes)
        for node, attributes in sorted(_nodes(store, nodes))
        if node == focus or not (collapsed and style()["nodes"][attributes["type"]].get("entry"))
    )
    for node, distance in distances.items():
        if node in graph:
            graph.nodes[node]["distance"] = distance
    graph.add_edges_from(
        (start, end, name, {"name": name}) for start, end, name in sorted(edges) if start in graph and end in graph
    )
    return graph


def _neighbourhood(
    store: Store, focus: str, depth: int, *, collapsed: bool = False
) -> tuple[dict[str, int], set[Edge]]:
    """Nodes with their distance, and links, of what lies within ``depth`` steps."""
    distances = {focus: 0}
    edges: set[Edge] = set()
    shortcuts: set[Edge] = set()
    frontier = [focus]
    for distance in range(1, depth + 1):
        found: set[Edge] = set()
        for kind, into in (("links", edges), ("shortcuts", shortcuts)):
            for link in style()[kind]:
                step = set(_steps(store, link, frontier, at_focus=distance == 1))
                into |= step
                found |= step
        frontier = sorted({node for start, end, _ in found for node in (start, end)} - distances.keys())
        distances.update(dict.fromkeys(frontier, distance))
    opened = {start for start, _, name in edges if name == "has observation" and not collapsed}
    edges |= {edge for edge in shortcuts if edge[0] not in opened}
    edges.update(_between(store, distances))
    return distances, edges


def _steps(store: Store, link: Link, frontier: list[str], *, at_focus: bool) -> Iterator[Edge]:
    walk = set(link["walk"])
    if walk & {"forward", "from focus" if at_focus else "beyond"}:
        yield from _edges(store, link, "from", frontier)
    if walk & {"backward", "to focus" if at_focus else ""}:
        yield from _edges(store, link, "to", frontier)


def _between(store: Store, nodes: Iterable[str]) -> Iterator[Edge]:
    """Links among the nodes at the rim, which no step has followed."""
    known = set(nodes)
    for link in style()["links"]:
        yield from (edge for edge in _edges(store, link, "from", sorted(known)) if edge[1] in known)


def _edges(store: Store, link: Link, end: str = "", nodes: list[str] | None = None) -> Iterator[Edge]:
    """Links of one kind: all, or those that start or end (``from``, ``to``) at the given nodes."""
    for slot in _slots(end, nodes):
        for start, stop in store.query(f"SELECT DISTINCT ?from ?to WHERE {{ {slot} {link['pattern']} }}"):
            yield str(start), str(stop), link["name"]


def _nodes(store: Store, nodes: list[str] | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Nodes of the types that the style knows, with their attributes; a node of several types is the first's."""
    looks: dict[str, Any] = style()["nodes"]
    rank = {look.get("class", ONTOLOGY + name): place for place, (name, look) in enumerate(looks.items())}
    classes = " ".join(f"<{iri}>" for iri in rank)
    found: dict[str, tuple[int, dict[str, Any]]] = {}
    for slot in _slots("node", nodes):
        query = f"""SELECT ?node ?class ?label ?line ?role WHERE {{
            {slot} VALUES ?class {{ {classes} }}
            ?node a ?class ; rdfs:label ?label .
            OPTIONAL {{ ?node jkb:line ?line }} OPTIONAL {{ ?node jkb:role/rdfs:label ?role }}
        }} ORDER BY ?node ?class ?label ?line ?role"""
        for node, type_, label, line, role in store.query(query):
            place = rank[str(type_)]
            if str(node) not in found or place < found[str(node)][0]:
                found[str(node)] = (place, _attributes(list(looks)[place], str(label), line, role))
    for node_iri, (_, attributes) in found.items():
        yield node_iri, attributes


def _attributes(type_: str, label: str, line: object, role: object) -> dict[str, Any]:
    import re

    look = style()["nodes"][type_]
    short = re.match(look.get("short", ".+"), label)
    attributes = {"label": label, "short": short[0] if short else label, "type": type_, "color": look["color"]}
    return attributes | {key: value for key, value in (("line", line), ("role", role)) if value is not None}


def _slots(name: str, nodes: list[str] | None) -> Iterator[str]:
    if nodes is None:
        yield ""
        return
    for start in range(0, len(nodes), BATCH):
        yield f"VALUES ?{name} {{ {' '.join(f'<{node}>' for node in nodes[start : start + BATCH])} }}"
