"""Texts of a drawing: which labels are drawn, where they stand, and how Graphviz is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kb.render.labels import Box, Label, spots, width_of, wrapped
from kb.render.layout import LABEL_LENGTH

if TYPE_CHECKING:
    import networkx

__all__ = ["LABELLED", "clipped", "drawn_labels", "extent", "text_node"]

#: Up to so many nodes all have their labels, which the layout keeps apart.
LABELLED = 300
INK, FAINT = "#1b1f24", "#5b636d"
#: Under text, so that lines do not run through it.
HALO = "#ffffffc8"
#: Points of a line of text per point of its font; characters of a line where labels are broken.
HIGH, BROKEN = 1.25, 26


def drawn_labels(
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
    usual = 11.0 if len(graph) <= LABELLED else max(11.0, extent(where) / 110)
    broken = graph.graph.get("layout") in ("ways", "timeline")  # few nodes in rows have room for broken lines
    named = _names_of_links(graph, where)
    texts, points, wanted = {}, {}, []
    for node in chosen:
        data, (x, y, size) = graph.nodes[node], where[node]
        middle = data.get("distance") == 0
        strong = middle or looks[data["type"]].get("always")
        points[node] = max(12.0, extent(where) / 90) if strong or whole else usual
        longest = round(1.7 * LABEL_LENGTH) if broken else LABEL_LENGTH
        texts[node] = wrapped(clipped(data["short"], longest), BROKEN if broken else longest)
        width = points[node] * max(map(width_of, texts[node])) * (1.12 if strong else 1)
        tall = HIGH * points[node] * len(texts[node])
        wanted.append(Label(x, y, size + 3 + 5 * middle, width, tall, data.get("side", "")))
    straight = [(*where[start][:2], *where[end][:2]) for start, end in pairs] if len(graph) <= LABELLED else []
    boxes = spots(wanted, straight, [box for _, box in named])
    lines = [text_node(f"e{place}", name, *_middle(box), 9, faint=True) for place, (name, box) in enumerate(named)]
    for place, (node, box) in enumerate(zip(chosen, boxes, strict=True)):
        bold = graph.nodes[node].get("distance") == 0 or bool(looks[graph.nodes[node]["type"]].get("always"))
        lines.append(text_node(f"t{place}", "\n".join(texts[node]), *_middle(box), points[node], bold=bold))
    return lines, boxes


def _names_of_links(
    graph: networkx.MultiDiGraph[str], where: dict[str, tuple[int, int, float]]
) -> list[tuple[str, Box]]:
    """Names of the links of a path, in the middle of each."""
    if graph.graph.get("layout") != "ways":
        return []
    named: list[tuple[str, Box]] = []
    for start, end in dict.fromkeys((start, end) for start, end in graph.edges()):
        x, y = ((where[start][axis] + where[end][axis]) / 2 for axis in (0, 1))
        name = ", ".join(sorted(graph[start][end]))
        half = 9 * width_of(name) / 2
        named.append((name, (x - half, y - 6, x + half, y + 6)))
    return named


def _middle(box: Box) -> tuple[float, float]:
    """Middle of a box as Graphviz counts, upwards."""
    return (box[0] + box[2]) / 2, -(box[1] + box[3]) / 2


def _labelled(graph: networkx.MultiDiGraph[str], where: dict[str, tuple[int, int, float]]) -> set[str]:
    """Nodes whose label is drawn: all, or of very many the instruments and the largest that lie apart."""
    from kb.graph import style

    if len(graph) <= LABELLED:
        return set(graph)
    looks = style()["nodes"]
    weight = {node: looks[graph.nodes[node]["type"]]["weight"] * graph.degree(node) for node in graph}
    weight |= {node: 1e9 for node, distance in graph.nodes(data="distance") if distance == 0}
    apart = extent(where) / 14
    chosen: list[str] = []
    for node in sorted(graph, key=lambda node: (-weight[node], node)):
        x, y, _ = where[node]
        if all(abs(x - where[one][0]) > apart * 1.6 or abs(y - where[one][1]) > apart * 0.4 for one in chosen):
            chosen.append(node)
        if len(chosen) >= 40:
            break
    return set(chosen)


def extent(where: dict[str, tuple[int, int, float]]) -> float:
    """Width of a picture, in points."""
    xs = [x for x, _, _ in where.values()]
    return float(max(xs) - min(xs) + 1)


def text_node(
    name: str, text: str, x: float, y: float, points: float, *, bold: bool = False, faint: bool = False
) -> str:
    """Return a node of Graphviz that is nothing but text, its middle at a place; y counts upwards, all in points."""
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


def clipped(text: str, longest: int = LABEL_LENGTH) -> str:
    """Shorten a text to so many characters.

    >>> clipped("Absolute flux calibration", 14)
    'Absolute flux…'
    """
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
