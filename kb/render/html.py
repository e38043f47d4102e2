"""The page: pyvis around a template of ours that asks the network for nothing.

``page/`` holds the template, its style sheet and scripts.  Nodes and links travel as columns, which is a third of the
size of a list of objects; what cards show is packed where it is much, and unpacked by the first card.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import UsageError
from kb.iris import BASE
from kb.render.labels import SIDES
from kb.render.layout import places
from kb.render.looks import CORNERS, OUTLINES, colouring, heading, values

if TYPE_CHECKING:
    import networkx

__all__ = ["MOST", "page"]

#: More nodes than this are refused: no page of them is quick, and nobody sees anything in it.
MOST = 60_000
#: Facts longer than this, in characters, are packed.
PACKED = 300_000
#: On pages of more nodes than the first, values keep no more characters than the second; the program page has the rest.
MANY, LONGEST = 2500, 320
PARTS = ("scene", "paint", "labels", "view", "legend", "search", "card", "entries", "table", "save", "share")


def page(graph: networkx.MultiDiGraph[str], *, title: str | None = None) -> str:
    """Return a graph as the text of an HTML page; the same graph gives the same text.

    Parameters
    ----------
    graph
        As made by :func:`kb.graph.to_networkx`; :func:`kb.facts.describe` adds what cards show.
    title
        What stands above the picture; by default the label of the focus.

    Raises
    ------
    UsageError
        There is nothing to draw, or far too much.

    """
    if not graph:
        raise UsageError("there is nothing to draw: the graph is empty")
    if len(graph) > MOST:
        raise UsageError(
            f"{len(graph):,} nodes are too many for one page (at most {MOST:,}): choose a --focus, a smaller --depth,"
            " or leave --observations out"
        )
    from jinja2 import ChoiceLoader, Environment, FileSystemLoader
    from pyvis.network import Network

    above = title or heading(graph)
    network = Network(directed=True, cdn_resources="in_line", heading=above)
    # pyvis' own template links Bootstrap from a CDN even when told not to; ours takes only its copy of vis-network.
    ours = FileSystemLoader(Path(__file__).parent / "page")
    loader = ChoiceLoader([ours, FileSystemLoader(network.template_dir)])
    environment = Environment(loader=loader)  # noqa: S701
    environment.filters["columns"] = _columns
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    groups = _groups(graph)
    network.templateEnv = environment
    network.path = "page.html"
    # add_node and add_edge look through all that is there for each new one.
    network.nodes = _nodes(graph, groups)
    network.edges = _edges(graph)
    network.set_options(json.dumps(_options(graph)))
    environment.globals |= {
        # As it is: reading half a megabyte of script as a template takes long.
        "text": lambda name: loader.get_source(environment, name)[0].removesuffix("\n"),
        "about": _about(graph, groups, above),
        "more": _more(graph),
        "parts": [f"{name}.js" for name in PARTS],
    }
    return str(network.generate_html())


def _columns(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """Turn rows into columns; one that says nothing (all -1) is left out."""
    columns = {name: [row[name] for row in rows] for name in (rows[0] if rows else ("from", "to", "kind", "hub"))}
    return {name: column for name, column in columns.items() if not column or any(value != -1 for value in column)}


def _short_id(node: str) -> str:
    return node.removeprefix(BASE)


def _nodes(graph: networkx.MultiDiGraph[str], groups: dict[str, list[str]]) -> list[dict[str, Any]]:
    from kb.graph import style

    kinds = {name: place for place, name in enumerate(style()["nodes"])}
    number = {node: place for place, node in enumerate(graph)}
    where = places(graph)
    owner = {end: number[start] for start, end, name in graph.edges(keys=True) if name == "has observation"}
    for start, end, name in graph.edges(keys=True):
        if name in ("has target", "defines target") and graph.nodes[end]["type"] == "Target":
            owner.setdefault(end, owner.get(start, number[start]))
    made = []
    for node, data in graph.nodes(data=True):
        x, y, size = where[node]
        own = values(data)
        made.append(
            {
                "id": _short_id(node),
                "label": data["label"],
                "short": "" if data["short"] == data["label"] else data["short"],
                "kind": kinds[data["type"]],
                "x": x,
                "y": y,
                "size": size,
                "entry": owner.get(node, -1),
                "focus": int(data.get("distance") == 0),
                "side": SIDES.index(data["side"]) if "side" in data else -1,
            }
            | {name: known.index(own[name]) if name in own else -1 for name, known in groups.items()}
        )
    return made


def _groups(graph: networkx.MultiDiGraph[str]) -> dict[str, list[str]]:
    """Values of each group that occur, those that the style colours first, in its order."""
    from kb.graph import style

    occur: dict[str, set[str]] = {name: set() for name in style()["groups"]}
    for _, data in graph.nodes(data=True):
        for name, value in values(data).items():
            occur[name].add(value)
    return {
        name: [value for value in group["colors"] if value in occur[name]]
        + sorted(occur[name] - group["colors"].keys())
        for name, group in style()["groups"].items()
    }


def _edges(graph: networkx.MultiDiGraph[str]) -> list[dict[str, int]]:
    from kb.graph import style

    number = {node: place for place, node in enumerate(graph)}
    kinds = {name: place for place, name in enumerate(_link_names(graph))}
    looks = style()["nodes"]
    return [
        {
            "from": number[start],
            "to": number[end],
            "kind": kinds[name],
            "hub": int(any(looks[graph.nodes[node]["type"]].get("hub", False) for node in (start, end))),
            "says": data.get("evidence") or -1,
            "quiet": 1 if data.get("quiet") else -1,
        }
        for start, end, name, data in graph.edges(keys=True, data=True)
    ]


def _link_names(graph: networkx.MultiDiGraph[str]) -> list[str]:
    from kb.graph import style

    known = dict.fromkeys(link["name"] for kind in ("links", "shortcuts") for link in style()[kind])
    return [*known, *sorted({name for _, _, name in graph.edges(keys=True)} - known.keys())]


def _kinds() -> list[dict[str, Any]]:
    """Looks of each type of node, in the order of the style, as the scripts read them."""
    from kb.graph import style

    return [
        {"name": look["name"], "shape": look["shape"], "colour": [look["color"], look["dark"]]}
        | {"path": OUTLINES[look["shape"]], "points": CORNERS[look["shape"]] or None, "weight": look["weight"]}
        | {"hub": look.get("hub", False), "always": look.get("always", False), "observation": name == "Observation"}
        for name, look in style()["nodes"].items()
    ]


def _legend(kinds: list[dict[str, Any]], groups: dict[str, list[str]]) -> list[dict[str, Any]]:
    """What can be switched: types by their plurals, then the values of each group."""
    from kb.graph import style

    looks = style()
    plurals = [look["plural"] for look in looks["nodes"].values()]
    types = [dict(kind, name=plural) for kind, plural in zip(kinds, plurals, strict=True)]
    return [{"name": "type", "values": types}] + [
        {
            "name": name,
            "values": [
                {
                    "name": value,
                    "colour": looks["groups"][name]["colors"].get(value, looks["plain"]),
                    "path": OUTLINES["dot"],
                }
                for value in known
            ],
        }
        for name, known in groups.items()
    ]


def _about(graph: networkx.MultiDiGraph[str], groups: dict[str, list[str]], above: str) -> dict[str, Any]:
    """What the page must know besides nodes and links."""
    from kb.graph import style
    from kb.render.timeline import headings

    looks, kinds = style(), _kinds()
    whole, timeline = (graph.graph.get("layout") == name for name in ("map", "timeline"))
    shown = next(edge for edge in looks["edges"] if graph.number_of_edges() <= edge["upto"])
    return {
        "base": BASE,
        "file": re.sub(r"[^\w.-]+", "-", above).strip("-")[:60] or "picture",
        "types": kinds,
        "groups": _legend(kinds, groups),
        "links": _link_names(graph),
        "shortcuts": [link["name"] for link in looks["shortcuts"]],
        "entryLink": looks["links"][0]["name"],
        "plain": looks["plain"],
        "colour": colouring(graph),
        "edge": shown,
        "labels": 34 if whole else max(60, len(graph) if len(graph) < 600 else 60),
        "stretch": {"ways": 3, "timeline": 4, "map": 1}.get(graph.graph.get("layout", ""), 1.7),
        "named": graph.graph.get("layout") == "ways",
        "margin": [60, 60] if whole else [170, 90],
        "headings": headings(graph) if timeline else [],
        "close": 6 if whole else 1.6,
        "entrySize": 2.2 if whole else 6,
    }


def _more(graph: networkx.MultiDiGraph[str]) -> dict[str, str]:
    """Facts and observations of each node, in its order; packed where they are much."""
    number = {node: place for place, node in enumerate(graph)}
    names = list(dict.fromkeys(name for _, facts in graph.nodes(data="facts", default=()) for name, _ in facts))
    entries = [
        [
            [
                entry["id"].removeprefix(f"{node}/"),
                entry["label"],
                entry["line"],
                [number[end] for end in entry["links"]],
            ]
            for entry in found
        ]
        for node, found in graph.nodes(data="entries", default=())
    ]
    longest = LONGEST if len(graph) > MANY else None
    facts = [
        [[names.index(name), _cut(value, longest)] for name, value in found]
        for _, found in graph.nodes(data="facts", default=())
    ]
    text = json.dumps({"names": names, "facts": facts, "entries": entries}, ensure_ascii=False, separators=(",", ":"))
    if len(text) <= PACKED:
        return {"type": "application/json", "text": re.sub(r"[<>&]", lambda found: f"\\u{ord(found[0]):04x}", text)}
    packed = gzip.compress(text.encode("utf-8", "replace"), mtime=0)
    return {"type": "application/gzip", "text": base64.b64encode(packed).decode()}


def _cut(value: str, longest: int | None) -> str:
    return value if longest is None or len(value) <= longest else value[: longest - 1].rstrip() + "…"


def _options(graph: networkx.MultiDiGraph[str]) -> dict[str, Any]:
    return {
        "autoResize": True,
        "physics": {"enabled": False},
        "layout": {"improvedLayout": False},
        "interaction": {"hover": True, "hoverConnectedEdges": False, "selectConnectedEdges": False}
        | {"dragNodes": len(graph) < 1000, "zoomSpeed": 0.8},
        "nodes": {"borderWidth": 0, "borderWidthSelected": 0, "chosen": False},
    }
