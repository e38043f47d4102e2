"""The map: each instrument a flower of its programs, objects that several programs share the bridges between them."""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx

__all__ = ["flowers"]

SEED = 20220712
#: Pixels between a program and an object of its own, about.
STEP = 26.0
GOLDEN = math.pi * (3 - math.sqrt(5))


def flowers(graph: networkx.MultiDiGraph[str]) -> dict[str, tuple[int, int, float]]:
    """Return x, y and radius of every node of the map, in pixels.

    Programs hang on their main instrument, everything else on programs; links to templates are left out, since with
    them all flowers would become one.  Templates stand in a ring around their instrument.  Small parts that hang on
    nothing are packed in a row below.
    """
    import igraph

    kinds = dict(graph.nodes(data="type"))
    hearts = {data["label"]: node for node, data in graph.nodes(data=True) if data["type"] == "Instrument"}
    free = [node for node in graph if kinds[node] != "Template"]
    number = {node: place for place, node in enumerate(free)}
    weights: dict[tuple[int, int], float] = {}
    for start, end in graph.edges():
        if start != end and start in number and end in number and kinds[start] != "Instrument" != kinds[end]:
            pair = sorted((number[start], number[end]))
            weights[pair[0], pair[1]] = 1.0
    for node in free:
        heart = hearts.get(graph.nodes[node].get("instrument", ""))
        if heart and heart != node and kinds[node] in ("Program", "PlannedReferenceProgram"):
            weights[min(number[heart], number[node]), max(number[heart], number[node])] = 1.0
    pairs = sorted(weights)
    net = igraph.Graph(n=len(free), edges=pairs)
    igraph.set_random_number_generator(random.Random(SEED))  # noqa: S311 - a picture, no secret
    random.seed(SEED)
    parts = sorted(net.connected_components(), key=lambda part: (-len(part), part))
    where: dict[str, tuple[float, float]] = {}
    main = net.induced_subgraph(parts[0])
    drawn = main.layout_fruchterman_reingold(niter=600, grid="auto")
    vertices = sorted(parts[0])
    lengths = sorted(math.dist(drawn[edge.source], drawn[edge.target]) for edge in main.es)
    scale = STEP / (lengths[len(lengths) // 2] or 1.0) if lengths else 1.0
    for vertex, (x, y) in zip(vertices, drawn, strict=True):
        where[free[vertex]] = (x * scale, y * scale)
    left = min(x for x, _ in where.values())
    top = max(y for _, y in where.values()) + 4 * STEP
    width = max(max(x for x, _ in where.values()) - left, 40 * STEP)
    x, y, height = left, top, 0.0
    for part in parts[1:]:
        members = [free[vertex] for vertex in sorted(part)]
        members.sort(key=lambda node: (-graph.degree(node), node))
        reach = STEP * 0.5 * math.sqrt(len(members))
        if x + 2 * reach > left + width:
            x, y, height = left, y + height + STEP, 0.0
        for place, node in enumerate(members):
            away = STEP * 0.5 * math.sqrt(place)
            where[node] = (x + reach + away * math.cos(place * GOLDEN), y + reach + away * math.sin(place * GOLDEN))
        x, height = x + 2 * reach + STEP, max(height, 2 * reach)
    _templates(graph, kinds, hearts, where)
    return {node: (round(where[node][0]), round(where[node][1]), _radius(kinds[node], degree)) for node, degree in graph.degree()}


def _templates(
    graph: networkx.MultiDiGraph[str],
    kinds: dict[str, str],
    hearts: dict[str, str],
    where: dict[str, tuple[float, float]],
) -> None:
    rings: dict[str, list[str]] = {}
    for node, kind in kinds.items():
        if kind == "Template":
            rings.setdefault(hearts.get(graph.nodes[node].get("instrument", ""), ""), []).append(node)
    for heart, ring in rings.items():
        x, y = where.get(heart, (0.0, 0.0))
        radius = max(2.2 * STEP, len(ring) * 0.42 * STEP)
        for place, node in enumerate(sorted(ring, key=lambda node: (-graph.degree(node), node))):
            angle = 2 * math.pi * place / len(ring) - math.pi / 2
            where[node] = (x + radius * math.cos(angle), y + radius * math.sin(angle))


def _radius(kind: str, degree: int) -> float:
    if kind == "Instrument":
        return 26.0
    if kind == "Template":
        return round(4 + 0.35 * math.sqrt(degree), 1)
    return round(2.2 + 0.9 * math.sqrt(degree) if kind != "Observation" else 2.2, 1)
