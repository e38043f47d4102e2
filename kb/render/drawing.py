"""Pictures for paper and slides: the places of the page, drawn by Graphviz as SVG, PNG or PDF."""

from __future__ import annotations

import math
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

from kb.errors import UsageError
from kb.render.layout import LABEL_LENGTH, places

if TYPE_CHECKING:
    import networkx

__all__ = ["FORMATS", "drawing"]

FORMATS = ("svg", "png", "pdf")
#: More nodes than this are too many for one sheet.
MOST = 12_000
#: Up to so many nodes all have their labels, which the layout keeps apart.
LABELLED = 300
#: Inches of a sheet, A4 across without its margins; dots per inch of a PNG.
SHEET, DOTS = (10.7, 7.3), 200
SHAPES = {"dot": "circle", "triangleDown": "invtriangle"}
INK, FAINT, EDGE = "#1b1f24", "#5b636d", "#7d868f"
SECONDS = 120


def drawing(graph: networkx.MultiDiGraph[str], form: str, *, title: str | None = None) -> bytes:
    """Return a graph as a drawing; the same graph gives the same drawing with the same Graphviz.

    Parameters
    ----------
    graph
        As made by :func:`kb.graph.to_networkx`.
    form
        One of :data:`FORMATS`.
    title
        What stands above it; by default the label of the focus.

    Raises
    ------
    UsageError
        There is nothing to draw or far too much, or Graphviz is not installed.

    """
    if not graph:
        raise UsageError("there is nothing to draw: the graph is empty")
    if len(graph) > MOST:
        raise UsageError(
            f"{len(graph):,} nodes are too many for one sheet (at most {MOST:,}): choose a --focus, or .html"
        )
    if shutil.which("neato") is None:
        raise UsageError("drawing svg, png and pdf needs Graphviz: apt-get install graphviz, or write .html")
    command = ["neato", "-n2", f"-T{form}", *([f"-Gdpi={DOTS}"] if form == "png" else [])]
    done = subprocess.run(
        command,
        input=dot(graph, title=title).encode("utf-8", "replace"),
        capture_output=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode != 0 or not done.stdout:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise UsageError(f"Graphviz could not draw it: {said[-1] if said else 'it said nothing'}")
    return done.stdout


def dot(graph: networkx.MultiDiGraph[str], *, title: str | None = None) -> str:
    """Return the text that Graphviz draws: every node at its place, its label below it."""
    from kb.graph import style
    from kb.render.html import heading

    looks = style()
    where = places(graph)
    whole = graph.graph.get("layout") == "map"
    shown = next(edge for edge in looks["edges"] if graph.number_of_edges() <= edge["upto"])
    labelled = _labelled(graph, where)
    lines = [
        "digraph {",
        f'graph [size="{SHEET[0]},{SHEET[1]}", outputorder=edgesfirst, splines=line, overlap=true, '
        "pad=0.2, bgcolor=white];",
        'node [fixedsize=true, label="", penwidth=0.6, color=white, style=filled, fontname=Helvetica];',
        f"edge [arrowhead=none, penwidth={shown['width']}];",
    ]
    number = {node: place for place, node in enumerate(graph)}
    fills = _fills(graph)
    for node, (x, y, size) in where.items():
        data = graph.nodes[node]
        look = looks["nodes"][data["type"]]
        width = 2 * size / 72
        lines.append(
            f'n{number[node]} [pos="{x},{-y}", shape={SHAPES.get(look["shape"], look["shape"])}, width={width:.3f}, '
            f'height={width:.3f}, fillcolor="{fills[node]}"];'
        )
        if node in labelled:
            strong = data.get("distance") == 0 or look.get("always")
            points = max(12, _extent(where) / 90) if strong or whole else 11
            lines.append(
                _text(f"t{number[node]}", _clip(data["short"]), x, -y - size - 0.7 * points, points, bold=bool(strong))
            )
    for start, end in dict.fromkeys(tuple(sorted(pair)) for pair in graph.edges() if pair[0] != pair[1]):
        hub = any(looks["nodes"][graph.nodes[node]["type"]].get("hub") for node in (start, end))
        # Long links are fainter, else they cover what lies between, as on the page.
        far = math.dist(where[start][:2], where[end][:2]) // shown["far"] if "far" in shown and not hub else 0
        strength = round(255 * shown["hub" if hub else "alpha"] / (1 + min(far, 3)))
        colour = fills[start if looks["nodes"][graph.nodes[start]["type"]]["weight"] <= 1 else end] if whole else EDGE
        lines.append(f'n{number[start]} -> n{number[end]} [color="{colour}{strength:02x}"];')
    for place, (text, x, y) in enumerate(_headings(graph)):
        lines.append(_text(f"h{place}", text, x, -y, 15, bold=True))
    lines += _legend(graph, where, title or heading(graph))
    return "\n".join([*lines, "}"]) + "\n"


def _fills(graph: networkx.MultiDiGraph[str]) -> dict[str, str]:
    """Colour of each node: by instrument on the map, by cycle in a timeline, else by type."""
    from kb.graph import style
    from kb.render.html import colouring, values

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


def _legend(graph: networkx.MultiDiGraph[str], where: dict[str, tuple[int, int, float]], title: str) -> list[str]:
    """Title above, and below a row of the symbols that occur with their counts."""
    from collections import Counter

    from kb.graph import style
    from kb.render.html import colouring, values

    looks = style()
    xs, ys = [x for x, _, _ in where.values()], [y for _, y, _ in where.values()]
    unit = max(12.0, _extent(where) / 90)
    middle, top, bottom = (min(xs) + max(xs)) / 2, -min(ys) + 6 * unit, -max(ys) - 6 * unit
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
        lines.append(_text(f"m{place}", f"{name} {count:,}", x + width / 2 - 0.4 * unit, bottom, unit))
        x += width
    return lines


def _width(name: str, count: int, unit: float) -> float:
    return (0.55 * len(f"{name} {count:,}") + 3) * unit


def _text(name: str, text: str, x: float, y: float, points: float, *, bold: bool = False) -> str:
    font = ', fontname="Helvetica-Bold"' if bold else ""
    return (
        f'{name} [pos="{x:.0f},{y:.0f}", shape=plaintext, style="", fixedsize=false, margin=0, fontsize={points:.1f}, '
        f'fontcolor="{INK}"{font}, label={_quoted(text)}];'
    )


def _quoted(text: Any) -> str:
    r"""Write text so that Graphviz draws it as it is.

    >>> print(_quoted('a "b" \\N'))
    "a \"b\" \\N"
    """
    plain = "".join(letter if letter.isprintable() else " " for letter in str(text))
    # Graphviz reads entities of HTML in labels, which text from documents is not.
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;") + '"'


def _clip(text: str, longest: int = LABEL_LENGTH) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
