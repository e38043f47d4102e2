"""Part of the graph of ties as a picture."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.ties import Things, Tie, type_of

if TYPE_CHECKING:
    import networkx

    from kb.store import Store

__all__ = ["drawing", "write_picture"]

#: What the style calls the types.
_STYLED = {
    "program": "Program",
    "object": "SkyObject",
    "person": "Person",
    "template": "Template",
    "instrument": "Instrument",
}


def write_picture(store: Store, ties: Iterable[Tie], path: Path, *, focus: str | None = None, title: str) -> None:
    """Draw ties as a page; the one place that hands them over to :mod:`kb.render`.

    Raises
    ------
    UsageError
        There is nothing to draw, or the file cannot be written.

    """
    from kb.render import write_page

    write_page(drawing(store, ties, focus=focus), path, title=title)


def drawing(store: Store, ties: Iterable[Tie], *, focus: str | None = None) -> networkx.MultiDiGraph[str]:
    """Return ties as a graph like that of :func:`kb.graph.to_networkx`.

    Activities have no look of their own in pictures: the programs of one are tied to each other in a row, by its name.
    """
    import networkx

    edges: set[tuple[str, str, str]] = set()
    carried: dict[str, set[str]] = {}
    for tie in ties:
        if type_of(tie.end) == "activity":
            carried.setdefault(tie.end, set()).add(tie.start)
        else:
            edges.add((tie.start, tie.end, tie.link))
    for activity, programs in carried.items():
        name = Things.of(store, [activity]).label(activity)
        row = sorted((node for node in programs if type_of(node) == "program"), key=lambda node: (len(node), node))
        edges.update((one, other, f"both: {name}") for one, other in pairwise(row))
    nodes = sorted({node for one, other, _ in edges for node in (one, other)} | ({focus} if focus else set()))
    things = Things.of(store, nodes)
    graph: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for node in nodes:
        graph.add_node(node, **_look(node, things), **({"distance": 0} if node == focus else {}))
    graph.add_edges_from((one, other, name, {"name": name}) for one, other, name in sorted(edges))
    return graph


def _look(node: str, things: Things) -> dict[str, Any]:
    from kb.graph import style

    type_ = "PlannedReferenceProgram" if node in things.planned else _STYLED[type_of(node)]
    look, label = style()["nodes"][type_], things.label(node)
    short = re.match(look.get("short", ".+"), label)
    return {"label": label, "short": short[0] if short else label, "type": type_, "color": look["color"]}
