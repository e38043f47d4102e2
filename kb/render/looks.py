"""What pages and drawings show of a node: its shape, and what it is grouped and coloured by; and their heading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx

__all__ = ["CORNERS", "OUTLINES", "colouring", "heading", "values"]

#: Corners of the shapes, in a box of 20 by 20 around the origin; none for a circle.
CORNERS: dict[str, list[tuple[float, float]]] = {
    "dot": [],
    "square": [(-6.5, -6.5), (6.5, -6.5), (6.5, 6.5), (-6.5, 6.5)],
    "triangle": [(0, -7.5), (7.5, 6), (-7.5, 6)],
    "triangleDown": [(0, 7.5), (7.5, -6), (-7.5, -6)],
    "diamond": [(0, -8.5), (6.5, 0), (0, 8.5), (-6.5, 0)],
    "house": [(0, -8), (7, -1.5), (7, 7), (-7, 7), (-7, -1.5)],
    "hexagon": [(8, 0), (4, 7), (-4, 7), (-8, 0), (-4, -7), (4, -7)],
    "star": [
        *[(0, -9), (2.4, -3.2), (8.6, -2.8), (3.8, 1.2), (5.3, 7.3)],
        *[(0, 4), (-5.3, 7.3), (-3.8, 1.2), (-8.6, -2.8), (-2.4, -3.2)],
    ],
}
#: The same as paths of SVG.
OUTLINES = {
    shape: "M" + "L".join(f"{x:g},{y:g}" for x, y in corners) + "z"
    if corners
    else "M-7.5,0a7.5,7.5 0 1,0 15,0a7.5,7.5 0 1,0 -15,0"
    for shape, corners in CORNERS.items()
}


def values(data: dict[str, Any]) -> dict[str, str]:
    """Return the values of a node by which it is grouped: its instrument, category, cycle, role, as far as known."""
    from kb.graph import style

    facts = dict(data.get("facts", ()))
    found = {name: facts.get(group["fact"]) for name, group in style()["groups"].items()}
    found |= {"instrument": data.get("instrument"), "role": data.get("role")}
    return {name: str(value) for name, value in found.items() if value is not None}


def colouring(graph: networkx.MultiDiGraph[str]) -> str:
    """Return what the colours of a picture mean at first: ``instrument``, ``cycle`` or ``type``."""
    group = {"map": "instrument", "timeline": "cycle"}.get(graph.graph.get("layout", ""), "type")
    known = group == "type" or any(group in values(data) for _, data in graph.nodes(data=True))
    return group if known else "type"


def heading(graph: networkx.MultiDiGraph[str]) -> str:
    """Return what stands above a picture that was given no title: its own, or the labels of its foci."""
    if "title" in graph.graph:
        return str(graph.graph["title"])
    foci = [str(data["label"]) for _, data in graph.nodes(data=True) if data.get("distance") == 0]
    return " · ".join(foci[:3]) + ("" if len(foci) <= 3 else " …") if foci else "JWST observing programs"
