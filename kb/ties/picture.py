"""Part of the graph of ties as a picture."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.ties import Things, Tie, type_of

if TYPE_CHECKING:
    import networkx

    from kb.store import Store
    from kb.ties.path import Way

__all__ = ["drawing", "ways", "write_picture"]

#: What the style calls the types.
_STYLED = {
    "program": "Program",
    "object": "SkyObject",
    "person": "Person",
    "activity": "CalibrationActivity",
    "template": "Template",
    "instrument": "Instrument",
}
#: Where ways have no more things than this, there is room for their whole names.
_ROOMY = 5


def write_picture(store: Store, graph: networkx.MultiDiGraph[str], path: Path, *, title: str | None = None) -> None:
    """Draw what :func:`drawing` or :func:`ways` made, with all that is known of its nodes; the suffix says how.

    Raises
    ------
    UsageError
        There is nothing to draw, or the file cannot be written.

    """
    from kb.facts import describe
    from kb.render import write_picture

    describe(store, graph)
    write_picture(graph, path, title=title)


def drawing(store: Store, ties: Iterable[Tie], *, focus: Iterable[str] = ()) -> networkx.MultiDiGraph[str]:
    """Return ties as a graph like that of :func:`kb.graph.to_networkx`; its links also have their ``evidence``."""
    import networkx

    edges = {(tie.start, tie.end, tie.link): tie.evidence for tie in ties}
    middle = set(focus)
    nodes = sorted({node for one, other, _ in edges for node in (one, other)} | middle)
    things = Things.of(store, nodes)
    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for node in nodes:
        graph.add_node(node, **_look(node, things), **({"distance": 0} if node in middle else {}))
    graph.add_edges_from(
        (one, other, name, {"name": name} | ({"evidence": evidence} if evidence else {}))
        for (one, other, name), evidence in sorted(edges.items())
    )
    return graph


def ways(store: Store, found: list[Way]) -> networkx.MultiDiGraph[str]:
    """Return the ways that join two things as such a graph: every link reads from the first thing to the second."""
    steps = [
        tie if tie.start == one else replace(tie, start=one, end=other, link=tie.back, back=tie.link)
        for way in found
        for (one, other), ties in zip(pairwise(way.nodes), way.ties, strict=True)
        for tie in ties
    ]
    ends = (found[0].nodes[0], found[0].nodes[-1])
    graph = drawing(store, steps, focus=ends)
    first, last = (graph.nodes[end]["short"] for end in ends)
    if max(len(way.nodes) for way in found) <= _ROOMY:
        for data in graph.nodes.values():
            data["short"] = data["label"]
    graph.graph.update(layout="ways", ways=[way.nodes for way in found], title=f"{first} to {last}")
    return graph


def _look(node: str, things: Things) -> dict[str, Any]:
    from kb.graph import style

    type_ = "PlannedReferenceProgram" if node in things.planned else _STYLED[type_of(node)]
    look, label = style()["nodes"][type_], things.label(node)
    short = re.match(look.get("short", ".+"), label)
    return {"label": label, "short": short[0] if short else label, "type": type_, "color": look["color"]}
