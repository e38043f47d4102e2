"""A picture in the language of Graphviz: every node, label and line at its place, with nothing left to lay out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from kb.render.labels import Box, Label, spots, width_of, wrapped
from kb.render.layout import LABEL_LENGTH, places
from kb.render.looks import colouring, heading, values

if TYPE_CHECKING:
    import networkx

__all__ = ["dot"]

#: Up to so many nodes all have their labels, which the layout keeps apart.
LABELLED = 300
#: Inches of a sheet, A4 across without its margins.
SHEET = (10.7, 7.3)
SHAPES = {"dot": "circle", "triangleDown": "invtriangle"}
INK, FAINT, EDGE, MARK = "#1b1f24", "#5b636d", "#7d868f", "#0b5cad"
#: Under text, so that lines do not run through it.
HALO = "#ffffffc8"
#: Points of a line of text per point of its font; characters of a line where labels are broken.
HIGH, BROKEN = 1.25, 26


def dot(graph: networkx.MultiDiGraph[str], *, title: str | None = None) -> str:
    """Return the text that Graphviz draws: every node at its place, its label below it."""
    from kb.graph import style

    looks = style()
    where = places(graph)
    whole = graph.graph.get("layout") == "map"
    shown = next(edge for edge in looks["edges"] if graph.number_of_edges() <= edge["upto"])
    lines = [
        "digraph {",
        f'graph [size="{SHEET[0]},{SHEET[1]}", outputorder=edgesfirst, splines=line, overlap=true, '
        "pad=0.2, bgcolor=white];",
        'node [fixedsize=true, label="", penwidth=0.6, color=white, style=filled, fontname=Helvetica];',
        f"edge [arrowhead=none, penwidth={shown['width']}];",
    ]
    number = {node: place for place, node in enumerate(graph)}
    fills = _fills(graph)
    pairs = list(
        dict.fromkeys(
            tuple(sorted((start, end))) for start, end, quiet in graph.edges(data="quiet") if start != end and not quiet
        )
    )
    labels, boxes = _labels(graph, where, pairs, whole=whole)
    if len(graph) <= LABELLED:  # symbols lie upon labels, which no layout of many can keep clear of them
        lines += labels
    for node, (x, y, size) in sorted(
        where.items(), key=lambda one: bool(looks["nodes"][graph.nodes[one[0]]["type"]].get("hub"))
    ):
        data = graph.nodes[node]
        look = looks["nodes"][data["type"]]
        width = 2 * size / 72
        lines.append(
            f'n{number[node]} [pos="{x},{-y}", shape={SHAPES.get(look["shape"], look["shape"])}, width={width:.3f}, '
            f'height={width:.3f}, fillcolor="{fills[node]}"];'
        )
        if data.get("distance") == 0:
            ring = 1.14 * width + 7 / 72
            lines.append(
                f'r{number[node]} [pos="{x},{-y}", shape=circle, width={ring:.3f}, height={ring:.3f}, style="", '
                f'color="{MARK}", penwidth=1.4];'
            )
    for start, end in pairs:
        hub = any(looks["nodes"][graph.nodes[node]["type"]].get("hub") for node in (start, end))
        # Long links are fainter, else they cover what lies between, as on the page.
        far = math.dist(where[start][:2], where[end][:2]) // shown["far"] if "far" in shown and not hub else 0
        strength = round(255 * shown["hub" if hub else "alpha"] / (1 + min(far, 3)))
        colour = fills[start if looks["nodes"][graph.nodes[start]["type"]]["weight"] <= 1 else end] if whole else EDGE
        lines.append(f'n{number[start]} -> n{number[end]} [color="{colour}{strength:02x}"];')
    if len(graph) > LABELLED:
        lines += labels
    for place, (text, x, y) in enumerate(_headings(graph)):
        lines.append(_text(f"h{place}", text, x, -y, 15, bold=True))
    sides = [x for x, _, _ in where.values()] + [box[side] for box in boxes for side in (0, 2)]
    lines += _legend(graph, where, (min(sides) + max(sides)) / 2, title or heading(graph))
    return "\n".join([*lines, "}"]) + "\n"


def _labels(
    graph: networkx.MultiDiGraph[str],
    where: dict[str, tuple[int, int, float]],
    pairs: list[tuple[str, ...]],
    *,
    whole: bool,
) -> tuple[list[str], list[Box]]:
    """Labels of nodes, and of the links of a path, with their boxes; the symbols, which none covers, come after."""
    from kb.graph import style

    looks = style()["nodes"]
    labelled = _labelled(graph, where)
    # The heaviest choose first.
    chosen = sorted(
        (node for node in where if node in labelled),
        key=lambda node: (graph.nodes[node].get("distance") != 0, -looks[graph.nodes[node]["type"]]["weight"], node),
    )
    usual = 11.0 if len(graph) <= LABELLED else max(11.0, _extent(where) / 110)
    broken = graph.graph.get("layout") in ("ways", "timeline")  # few nodes in rows have room for broken lines
    named: list[tuple[str, Box]] = []
    if graph.graph.get("layout") == "ways":
        for start, end in dict.fromkeys((start, end) for start, end in graph.edges()):
            x, y = ((where[start][axis] + where[end][axis]) / 2 for axis in (0, 1))
            name = ", ".join(sorted(graph[start][end]))
            half = 9 * width_of(name) / 2
            named.append((name, (x - half, y - 6, x + half, y + 6)))
    texts, points, wanted = {}, {}, []
    for node in chosen:
        data, (x, y, size) = graph.nodes[node], where[node]
        middle = data.get("distance") == 0
        strong = middle or looks[data["type"]].get("always")
        points[node] = max(12.0, _extent(where) / 90) if strong or whole else usual
        longest = round(1.7 * LABEL_LENGTH) if broken else LABEL_LENGTH
        texts[node] = wrapped(_clip(data["short"], longest), BROKEN if broken else longest)
        width = points[node] * max(map(width_of, texts[node])) * (1.12 if strong else 1)
        tall = HIGH * points[node] * len(texts[node])
        wanted.append(Label(x, y, size + 3 + 5 * middle, width, tall, data.get("side", "")))
    straight = [(*where[start][:2], *where[end][:2]) for start, end in pairs] if len(graph) <= LABELLED else []
    boxes = spots(wanted, straight, [box for _, box in named])
    lines = [
        _text(f"e{place}", name, (box[0] + box[2]) / 2, -(box[1] + box[3]) / 2, 9, faint=True)
        for place, (name, box) in enumerate(named)
    ]
    for place, (node, box) in enumerate(zip(chosen, boxes, strict=True)):
        bold = graph.nodes[node].get("distance") == 0 or bool(looks[graph.nodes[node]["type"]].get("always"))
        x, y = (box[0] + box[2]) / 2, -(box[1] + box[3]) / 2
        lines.append(_text(f"t{place}", "\n".join(texts[node]), x, y, points[node], bold=bold))
    return lines, boxes


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


def _labelled(graph: networkx.MultiDiGraph[str], where: dict[str, tuple[int, int, float]]) -> set[str]:
    """Nodes whose label is drawn: all, or of very many the instruments and the largest that lie apart."""
    from kb.graph import style

    if len(graph) <= LABELLED:
        return set(graph)
    looks = style()["nodes"]
    weight = {node: looks[graph.nodes[node]["type"]]["weight"] * graph.degree(node) for node in graph}
    weight |= {node: 1e9 for node, distance in graph.nodes(data="distance") if distance == 0}
    apart = _extent(where) / 14
    chosen: list[str] = []
    for node in sorted(graph, key=lambda node: (-weight[node], node)):
        x, y, _ = where[node]
        if all(abs(x - where[one][0]) > apart * 1.6 or abs(y - where[one][1]) > apart * 0.4 for one in chosen):
            chosen.append(node)
        if len(chosen) >= 40:
            break
    return set(chosen)


def _extent(where: dict[str, tuple[int, int, float]]) -> float:
    xs = [x for x, _, _ in where.values()]
    return float(max(xs) - min(xs) + 1)


def _legend(
    graph: networkx.MultiDiGraph[str], where: dict[str, tuple[int, int, float]], middle: float, title: str
) -> list[str]:
    """Title above, and below a row of the symbols that occur with their counts."""
    from collections import Counter

    from kb.graph import style

    looks = style()
    ys = [y for _, y, _ in where.values()]
    unit = max(12.0, _extent(where) / 90)
    top, bottom = -min(ys) + 6 * unit, -max(ys) - 6 * unit
    lines = [_text("title", _clip(title, 90), middle, top + (60 if _headings(graph) else 0), 1.4 * unit, bold=True)]
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
        lines.append(_text(f"m{place}", f"{name} {count:,}", x + width / 2 - 0.5 * unit, bottom, unit))
        x += width
    return lines


def _width(name: str, count: int, unit: float) -> float:
    return (width_of(f"{name} {count:,}") + 3) * unit


def _text(name: str, text: str, x: float, y: float, points: float, *, bold: bool = False, faint: bool = False) -> str:
    font = ', fontname="Helvetica-Bold"' if bold else ""
    return (
        f'{name} [pos="{x:.0f},{y:.0f}", shape=plaintext, style=filled, fillcolor="{HALO}", fixedsize=false, margin=0, '
        f'width=0, height=0, fontsize={points:.1f}, fontcolor="{FAINT if faint else INK}"{font}, '
        f"label={_quoted(text)}];"
    )


def _quoted(text: Any) -> str:
    r"""Write text so that Graphviz draws it as it is.

    >>> print(_quoted('a "b" \\N'))
    "a \"b\" \\N"
    """
    plain = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in str(text))
    # Graphviz reads entities of HTML in labels, which text from documents is not.
    plain = plain.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    return '"' + plain.replace("\n", "\\n") + '"'


def _clip(text: str, longest: int = LABEL_LENGTH) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
