"""A picture in the language of Graphviz: every node, label and line at its place, with nothing left to lay out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kb.render.dot_labels import LABELLED, clipped, drawn_labels, extent, text_node
from kb.render.labels import width_of
from kb.render.layout import places
from kb.render.looks import colouring, heading, values

if TYPE_CHECKING:
    import networkx

__all__ = ["dot"]

#: Inches of a sheet, A4 across without its margins.
SHEET = (10.7, 7.3)
SHAPES = {"dot": "circle", "triangleDown": "invtriangle"}
EDGE, MARK = "#7d868f", "#0b5cad"


def dot(graph: networkx.MultiDiGraph[str], *, title: str | None = None) -> str:
    """Return the text that Graphviz draws: every node at its place, its label below it.

    Parameters
    ----------
    graph
        As made by :func:`kb.graph.to_networkx`.
    title
        What stands above the picture; by default the label of the focus.

    """
    where = places(graph)
    fills = _fills(graph)
    pairs = _pairs(graph)
    labels, boxes = drawn_labels(graph, where, pairs, whole=graph.graph.get("layout") == "map")
    small = len(graph) <= LABELLED
    lines = [
        "digraph {",
        f'graph [size="{SHEET[0]},{SHEET[1]}", outputorder=edgesfirst, splines=line, overlap=true, '
        "pad=0.2, bgcolor=white];",
        'node [fixedsize=true, label="", penwidth=0.6, color=white, style=filled, fontname=Helvetica];',
        f"edge [arrowhead=none, penwidth={_strength(graph)['width']}];",
        # Symbols lie upon the labels of a small picture, which no layout of many nodes can keep clear of them.
        *(labels if small else ()),
        *_symbols(graph, where, fills),
        *_links(graph, where, pairs, fills),
        *(() if small else labels),
    ]
    for place, (text, x, y) in enumerate(_headings(graph)):
        lines.append(text_node(f"h{place}", text, x, -y, 15, bold=True))
    sides = [x for x, _, _ in where.values()] + [box[side] for box in boxes for side in (0, 2)]
    lines += _legend(graph, where, (min(sides) + max(sides)) / 2, title or heading(graph))
    return "\n".join([*lines, "}"]) + "\n"


def _strength(graph: networkx.MultiDiGraph[str]) -> dict[str, Any]:
    """Width and strength of lines for as many as there are."""
    from kb.graph import style

    found: dict[str, Any] = next(edge for edge in style()["edges"] if graph.number_of_edges() <= edge["upto"])
    return found


def _pairs(graph: networkx.MultiDiGraph[str]) -> list[tuple[str, ...]]:
    """Nodes that a line joins, each pair once."""
    joined = (
        tuple(sorted((start, end))) for start, end, quiet in graph.edges(data="quiet") if start != end and not quiet
    )
    return list(dict.fromkeys(joined))


def _is_hub(graph: networkx.MultiDiGraph[str], node: str) -> bool:
    from kb.graph import style

    return bool(style()["nodes"][graph.nodes[node]["type"]].get("hub"))


def _symbols(
    graph: networkx.MultiDiGraph[str], where: dict[str, tuple[int, int, float]], fills: dict[str, str]
) -> Iterator[str]:
    """Symbols of nodes, hubs last and so on top, with a ring around what the picture is about."""
    from kb.graph import style

    number = {node: place for place, node in enumerate(graph)}
    for node, (x, y, size) in sorted(where.items(), key=lambda one: _is_hub(graph, one[0])):
        data = graph.nodes[node]
        shape = style()["nodes"][data["type"]]["shape"]
        width = 2 * size / 72
        yield (
            f'n{number[node]} [pos="{x},{-y}", shape={SHAPES.get(shape, shape)}, width={width:.3f}, '
            f'height={width:.3f}, fillcolor="{fills[node]}"];'
        )
        if data.get("distance") == 0:
            ring = 1.14 * width + 7 / 72
            yield (
                f'r{number[node]} [pos="{x},{-y}", shape=circle, width={ring:.3f}, height={ring:.3f}, style="", '
                f'color="{MARK}", penwidth=1.4];'
            )


def _links(
    graph: networkx.MultiDiGraph[str],
    where: dict[str, tuple[int, int, float]],
    pairs: list[tuple[str, ...]],
    fills: dict[str, str],
) -> Iterator[str]:
    """Lines; on the map each has the colour of the lighter of its ends."""
    from kb.graph import style

    looks, shown = style()["nodes"], _strength(graph)
    whole = graph.graph.get("layout") == "map"
    number = {node: place for place, node in enumerate(graph)}
    for start, end in pairs:
        hub = _is_hub(graph, start) or _is_hub(graph, end)
        # Long links are fainter, else they cover what lies between, as on the page.
        far = math.dist(where[start][:2], where[end][:2]) // shown["far"] if "far" in shown and not hub else 0
        strength = round(255 * shown["hub" if hub else "alpha"] / (1 + min(far, 3)))
        colour = fills[start if looks[graph.nodes[start]["type"]]["weight"] <= 1 else end] if whole else EDGE
        yield f'n{number[start]} -> n{number[end]} [color="{colour}{strength:02x}"];'


def _fills(graph: networkx.MultiDiGraph[str]) -> dict[str, str]:
    """Colour of each node: by instrument on the map, by cycle in a timeline, else by type."""
    from kb.graph import style

    looks = style()
    group = colouring(graph)
    if group == "type":
        return {node: looks["nodes"][kind]["color"] for node, kind in graph.nodes(data="type")}
    colours = looks["groups"][group]["colors"]
    return {node: colours.get(values(data).get(group), looks["plain"])[0] for node, data in graph.nodes(data=True)}


def _headings(graph: networkx.MultiDiGraph[str]) -> list[tuple[str, int, int]]:
    from kb.render.timeline import headings

    return headings(graph) if graph.graph.get("layout") == "timeline" else []


def _legend(
    graph: networkx.MultiDiGraph[str], where: dict[str, tuple[int, int, float]], middle: float, title: str
) -> list[str]:
    """Title above, and below a row of the symbols that occur with their counts."""
    from collections import Counter

    from kb.graph import style

    looks = style()
    ys = [y for _, y, _ in where.values()]
    unit = max(12.0, extent(where) / 90)
    top, bottom = -min(ys) + 6 * unit, -max(ys) - 6 * unit
    lines = [
        text_node("title", clipped(title, 90), middle, top + (60 if _headings(graph) else 0), 1.4 * unit, bold=True)
    ]
    group = colouring(graph)
    if group == "type":
        counts = Counter(kind for _, kind in graph.nodes(data="type"))
        known = [(look["plural"], look["color"], look["shape"], counts[kind]) for kind, look in looks["nodes"].items()]
    else:
        counts = Counter(values(data).get(group) for _, data in graph.nodes(data=True))
        named = "cycle " if group == "cycle" else ""
        colours = looks["groups"][group]["colors"]
        known = [(f"{named}{name}:" if named else name, pair[0], "dot", counts[name]) for name, pair in colours.items()]
    entries = [entry for entry in known if entry[3]]
    x = middle - 0.5 * sum(_width(name, count, unit) for name, _, _, count in entries)
    for place, (name, colour, shape, count) in enumerate(entries):
        lines.append(
            f'l{place} [pos="{x:.0f},{bottom:.0f}", shape={SHAPES.get(shape, shape)}, width={unit / 72:.3f}, '
            f'height={unit / 72:.3f}, fillcolor="{colour}"];'
        )
        width = _width(name, count, unit)
        lines.append(text_node(f"m{place}", f"{name} {count:,}", x + width / 2 - 0.5 * unit, bottom, unit))
        x += width
    return lines


def _width(name: str, count: int, unit: float) -> float:
    return (width_of(f"{name} {count:,}") + 3) * unit
