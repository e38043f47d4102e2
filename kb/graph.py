"""A networkx view: any part of the knowledge base as nodes and links.

``ontology/style.json`` says which properties are links, in which directions a neighbourhood follows them, and what
each type of node looks like.  Only the focus is opened into its observations and targets; other programs stay single
nodes.  Everybody's hubs, instruments and templates, are entered but left only from the focus, else the neighbourhood of
one program would be everything.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from kb.iris import ONTOLOGY

if TYPE_CHECKING:
    import networkx

    from kb.store import Store

__all__ = ["among", "slots", "style", "to_networkx"]

Link: TypeAlias = dict[str, Any]
Edge: TypeAlias = tuple[str, str, str]
"""Subject, object and name of a link."""

#: How many nodes are asked about at once.
BATCH = 2000


@lru_cache(maxsize=1)
def style() -> dict[str, Any]:
    """Return what ``ontology/style.json`` holds."""
    from kb.vocabulary import ontology_dir

    loaded: dict[str, Any] = json.loads((ontology_dir() / "style.json").read_text(encoding="utf-8"))
    return loaded


def to_networkx(
    store: Store, focus: str | Sequence[str] | None = None, depth: int = 3, *, collapsed: bool = False
) -> networkx.MultiDiGraph[str]:
    """Return part of the knowledge base as a graph of networkx, in an order that is always the same.

    Parameters
    ----------
    store
        Where to look.
    focus
        IRI of the node in the middle, or of several; ``None`` for the whole knowledge base.
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
    foci = [focus] if isinstance(focus, str) else list(focus or ())
    if not foci:
        distances: dict[str, int] = {}
        kinds = ("links", "shortcuts") if collapsed else ("links",)
        edges = {edge for kind in kinds for link in style()[kind] for edge in _edges(store, link)}
    else:
        distances, edges = _neighbourhood(store, foci, depth, collapsed=collapsed)
    return _graph(store, sorted(distances) if foci else None, edges, distances, collapsed=collapsed)


def among(store: Store, nodes: Iterable[str], focus: Iterable[str] = ()) -> networkx.MultiDiGraph[str]:
    """Return some nodes with all links among them, as :func:`to_networkx` does; ``focus`` stands at distance 0."""
    known = set(nodes)
    edges = {edge for kind in ("links", "shortcuts") for edge in _between(store, known, kind)}
    opened = {start for start, _, name in edges if name == "has observation"}
    shortcuts = {link["name"] for link in style()["shortcuts"]} - {link["name"] for link in style()["links"]}
    edges = {edge for edge in edges if not (edge[2] in shortcuts and edge[0] in opened)}
    return _graph(store, sorted(known), edges, dict.fromkeys(focus, 0))


def _graph(
    store: Store, nodes: list[str] | None, edges: set[Edge], distances: dict[str, int], *, collapsed: bool = False
) -> networkx.MultiDiGraph[str]:
    import networkx

    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    graph.add_nodes_from(
        (node, attributes)
        for node, attributes in sorted(_nodes(store, nodes, entries=not collapsed or nodes is not None))
        if distances.get(node) == 0 or not (collapsed and style()["nodes"][attributes["type"]].get("entry"))
    )
    for node, distance in distances.items():
        if node in graph:
            graph.nodes[node]["distance"] = distance
    graph.add_edges_from(
        (start, end, name, {"name": name}) for start, end, name in sorted(edges) if start in graph and end in graph
    )
    return graph


def _neighbourhood(
    store: Store, foci: Sequence[str], depth: int, *, collapsed: bool = False
) -> tuple[dict[str, int], set[Edge]]:
    """Nodes with their distance, and links, of what lies within ``depth`` steps."""
    distances = dict.fromkeys(foci, 0)
    edges: set[Edge] = set()
    shortcuts: set[Edge] = set()
    frontier = list(foci)
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


def _between(store: Store, nodes: Iterable[str], kind: str = "links") -> Iterator[Edge]:
    """Links of a kind among some nodes."""
    known = set(nodes)
    for link in style()[kind]:
        yield from (edge for edge in _edges(store, link, "from", sorted(known)) if edge[1] in known)


def _edges(store: Store, link: Link, end: str = "", nodes: list[str] | None = None) -> Iterator[Edge]:
    """Links of one kind: all, or those that start or end (``from``, ``to``) at the given nodes."""
    for slot in slots(end, nodes):
        for start, stop in store.query(f"SELECT DISTINCT ?from ?to WHERE {{ {slot} {link['pattern']} }}"):
            yield str(start), str(stop), link["name"]


def _nodes(store: Store, nodes: list[str] | None, *, entries: bool = True) -> Iterator[tuple[str, dict[str, Any]]]:
    """Nodes of the types that the style knows, with their attributes; a node of several types is the first's."""
    looks: dict[str, Any] = style()["nodes"]
    rank = {look.get("class", ONTOLOGY + name): place for place, (name, look) in enumerate(looks.items())}
    wanted = {iri for iri, look in zip(rank, looks.values(), strict=True) if entries or not look.get("entry")}
    classes = " ".join(map("<{}>".format, sorted(wanted)))
    # Of given nodes all types are asked: where both are listed, engines look through all nodes of these types.
    listed = f"VALUES ?class {{ {classes} }}" if nodes is None else ""
    types: dict[str, int] = {}
    more: dict[str, dict[str, Any]] = {"label": {}, "line": {}, "role": {}}
    for slot in slots("node", nodes):
        for node, type_ in store.query(f"SELECT ?node ?class WHERE {{ {slot} {listed} ?node a ?class }}"):
            if type_ not in wanted:
                continue
            found = rank[str(type_)]
            types[str(node)] = min(found, types.get(str(node), found))
        # Asked apart: joined to thousands of nodes it takes several times as long.
        for name, path in (("label", "rdfs:label"), ("line", "jkb:line"), ("role", "jkb:role/rdfs:label")):
            for node, value in store.query(f"SELECT ?node ?value WHERE {{ {slot} ?node {path} ?value }}"):
                known = more[name].get(str(node), value)
                more[name][str(node)] = min(known, value, key=str)
    labels, lines, roles = more.values()
    for node_iri, place in types.items():
        if node_iri in labels:
            label = str(labels[node_iri])
            yield node_iri, _attributes(list(looks)[place], label, lines.get(node_iri), roles.get(node_iri))


def _attributes(type_: str, label: str, line: object, role: object) -> dict[str, Any]:
    import re

    look = style()["nodes"][type_]
    short = re.match(look.get("short", ".+"), label)
    attributes = {"label": label, "short": short[0] if short else label, "type": type_, "color": look["color"]}
    return attributes | {key: value for key, value in (("line", line), ("role", role)) if value is not None}


def slots(name: str, nodes: list[str] | None) -> Iterator[str]:
    """Give clauses that bind a variable to some nodes, a batch at a time; one that does not bind it for ``None``."""
    if nodes is None:
        yield ""
        return
    for start in range(0, len(nodes), BATCH):
        yield f"VALUES ?{name} {{ {' '.join(f'<{node}>' for node in nodes[start : start + BATCH])} }}"
