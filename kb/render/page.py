"""The page: pyvis around a template of ours that asks the network for nothing."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import UsageError
from kb.render.layout import FOCUS_SCALE, LABEL_LENGTH, positions

if TYPE_CHECKING:
    import networkx

__all__ = ["page", "write_page"]

#: More than this and a label is drawn only when its node is looked at closely.
LABELLED = 400

#: Outlines of the shapes in the legend, in a box of 20 by 20 around the origin.
OUTLINES = {
    "dot": "M-7,0a7,7 0 1,0 14,0a7,7 0 1,0 -14,0",
    "square": "M-6.5-6.5h13v13h-13z",
    "triangle": "M0-7.5L7.5,6h-15z",
    "triangleDown": "M0,7.5L7.5-6h-15z",
    "diamond": "M0-8.5L6.5,0L0,8.5L-6.5,0z",
    "hexagon": "M8,0L4,7h-8L-8,0L-4-7h8z",
    "star": "M0-9L2.4-3.2L8.6-2.8L3.8,1.2L5.3,7.3L0,4L-5.3,7.3L-3.8,1.2L-8.6-2.8L-2.4-3.2z",
}


def write_page(graph: networkx.MultiDiGraph[str], path: Path, *, title: str | None = None) -> None:
    """Write a graph as an interactive page; the same graph gives the same bytes.

    Parameters
    ----------
    graph
        As made by :func:`kb.graph.to_networkx`.
    path
        The file to write; it is replaced only when the page is whole.
    title
        What stands above the picture; by default the label of the focus.

    Raises
    ------
    UsageError
        The graph is empty, or the file cannot be written.

    """
    text = page(graph, title=title)
    try:
        if path.exists() and not path.is_file():  # a device or a pipe: nothing to put in its place
            path.write_text(text, encoding="utf-8")
            return
        path = path.resolve()  # a link stays one
        beside = path.with_name(f".{path.name}.{os.getpid()}.new")
        try:
            beside.write_text(text, encoding="utf-8")
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror})") from error


def page(graph: networkx.MultiDiGraph[str], *, title: str | None = None) -> str:
    """Return a graph as the text of an HTML page.

    Raises
    ------
    UsageError
        There is nothing to draw.

    """
    if not graph:
        raise UsageError("there is nothing to draw: the graph is empty")
    from jinja2 import ChoiceLoader, Environment, FileSystemLoader
    from pyvis.network import Network

    network = Network(directed=True, cdn_resources="in_line", heading=title or _title(graph))
    # pyvis' own template links Bootstrap from a CDN even when told not to; ours takes only its copy of vis-network.
    ours = FileSystemLoader(Path(__file__).parent)
    network.templateEnv = Environment(loader=ChoiceLoader([ours, FileSystemLoader(network.template_dir)]))  # noqa: S701
    network.templateEnv.globals["legend"] = _legend(graph)
    network.path = "page.html"
    # add_node and add_edge look through all that is there for each new one.
    network.nodes = _nodes(graph)
    network.edges = _edges(graph)
    network.set_options(_options())
    return str(network.generate_html())


def _nodes(graph: networkx.MultiDiGraph[str]) -> list[dict[str, Any]]:
    from kb.graph import style

    looks = style()["nodes"]
    places = positions(graph)
    made = []
    for node, data in graph.nodes(data=True):
        look = looks[data["type"]]
        x, y = places[node]
        entry = {
            "id": node,
            "label": _clip(data["short"]) if len(graph) <= LABELLED or data["type"] == "Instrument" else "",
            "full": data["label"],
            "kind": look["name"],
            "title": f"{data['label']}\n{look['name']}",
            "shape": look["shape"],
            "color": look["color"],
            "size": look["size"] * (FOCUS_SCALE if data.get("distance") == 0 else 1),
            "x": x,
            "y": y,
        }
        made.append(entry | {key: data[key] for key in ("role", "line") if key in data})
    return made


def _edges(graph: networkx.MultiDiGraph[str]) -> list[dict[str, Any]]:
    return [
        {"id": number, "from": start, "to": end, "title": name}
        for number, (start, end, name) in enumerate(graph.edges(keys=True))
    ]


def _legend(graph: networkx.MultiDiGraph[str]) -> list[dict[str, Any]]:
    from kb.graph import style

    counts = Counter(type_ for _, type_ in graph.nodes(data="type"))
    return [
        {"name": look["name"], "color": look["color"], "path": OUTLINES[look["shape"]], "count": counts[type_]}
        for type_, look in style()["nodes"].items()
        if counts[type_]
    ]


def _options() -> str:
    import json

    return json.dumps(
        {
            "physics": {"enabled": False},
            "interaction": {"hover": True, "tooltipDelay": 120, "keyboard": {"enabled": True, "bindToWindow": False}},
            "nodes": {"borderWidth": 0, "font": {"size": 12, "strokeWidth": 4, "face": "system-ui, sans-serif"}},
            "edges": {"width": 1, "smooth": False, "arrows": {"to": {"enabled": False}}, "selectionWidth": 1},
        }
    )


def _title(graph: networkx.MultiDiGraph[str]) -> str:
    focus = next((label for node, label in graph.nodes(data="label") if graph.nodes[node].get("distance") == 0), None)
    return str(focus) if focus else "JWST observing programs"


def _clip(text: str) -> str:
    return text if len(text) <= LABEL_LENGTH else text[: LABEL_LENGTH - 1].rstrip() + "…"
