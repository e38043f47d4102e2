"""Where each node of a picture stands, computed beforehand: the page runs no physics.

The same graph always gets the same places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx

Place = tuple[float, float]

__all__ = ["FOCUS_SCALE", "LABEL_LENGTH", "places", "positions", "sizes"]

#: How much larger the focus is drawn, and how many characters of a label.
FOCUS_SCALE = 1.7
LABEL_LENGTH = 38

SEED = 20220712
#: Pixels between two linked nodes, about.
STEP = 120.0
#: Pieces that found no free corner, after which none is looked for: each look goes through all that is drawn.
_MISSES = 30
#: Pictures are so much wider than high, as windows are.
ASPECT = 1.45
#: Pixels of a character, of a line of text, and left free around a node.
CHARACTER, LINE, GAP = 7.2, 18.0, 10.0
#: Up to so many nodes all labels get room; of more, a page shows them as one looks closer.
LABELLED = 250
#: How many boxes may be pushed in all.
PUSHES = 40_000
#: Above this many nodes the quick layout takes over from the beautiful one.
BEAUTIFUL = 600
#: Up to so many nodes are moved off each other.
APART = 4000


def places(graph: networkx.MultiDiGraph[str]) -> dict[str, tuple[int, int, float]]:
    """Return x, y and radius of every node, in pixels; a graph says by its attribute ``layout`` how it is laid out."""
    if graph.graph.get("layout") == "map":
        from kb.render.flowers import flowers

        return flowers(graph)
    if graph.graph.get("layout") == "timeline":
        from kb.render.timeline import timeline

        where = timeline(graph)
    elif graph.graph.get("layout") == "ways":
        from kb.render.ways import ways

        where = ways(graph)
    else:
        where = positions(graph)
    radii = sizes(graph)
    return {node: (*where[node], radii[node]) for node in graph}


def sizes(graph: networkx.MultiDiGraph[str]) -> dict[str, float]:
    """Return the radius of every node: what its type has, more with the number of its links, the focus largest."""
    from kb.graph import style

    looks = style()["nodes"]
    smaller = min(1.0, (LABELLED / len(graph)) ** 0.3) if graph else 1.0  # many large ones would be one blot
    return {
        node: round(
            smaller
            * looks[graph.nodes[node]["type"]]["size"]
            * min(0.72 + 0.14 * degree**0.5, 1.9)
            * (FOCUS_SCALE if graph.nodes[node].get("distance") == 0 else 1),
            1,
        )
        for node, degree in graph.degree()
    }


def positions(graph: networkx.MultiDiGraph[str]) -> dict[str, tuple[int, int]]:
    """Return x and y of every node, in pixels.

    Parts that hang together are laid out by springs and packed side by side; labels, which stand below their nodes,
    are moved off each other.
    """
    import random

    import igraph

    nodes = list(graph.nodes)
    number = {node: place for place, node in enumerate(nodes)}
    pairs = sorted({(min(a, b), max(a, b)) for a, b in ((number[a], number[b]) for a, b in graph.edges()) if a != b})
    net = igraph.GraphBase(len(nodes), pairs)  # Graph imports numpy, which takes longer than laying out hundreds
    igraph.set_random_number_generator(random.Random(SEED))  # noqa: S311 - a picture, no secret
    members: dict[int, list[int]] = {}
    for vertex, part in enumerate(net.connected_components()):
        members.setdefault(part, []).append(vertex)
    parts = sorted(members.values(), key=lambda part: (-len(part), part))
    where = [(0.0, 0.0)] * len(nodes)
    for part, drawn in zip(parts, _packed([_draw(net.induced_subgraph(part)) for part in parts]), strict=True):
        for vertex, place in zip(sorted(part), drawn, strict=True):
            where[vertex] = place
    if len(nodes) <= APART:
        radii = sizes(graph)
        where = _apart(where, [_box(graph.nodes[node], radii[node], labelled=len(nodes) <= LABELLED) for node in nodes])
    return {node: (round(x), round(y)) for node, (x, y) in zip(nodes, where, strict=True)}


def _packed(pieces: list[list[Place]]) -> list[list[Place]]:
    """Put pieces into free corners of the largest, else in rows as wide as a window, the highest first."""
    lows = [(min(x for x, _ in piece), min(y for _, y in piece)) for piece in pieces]
    across = [max(x for x, _ in piece) - low + 1.5 * STEP for piece, (low, _) in zip(pieces, lows, strict=True)]
    down = [max(y for _, y in piece) - low + STEP for piece, (_, low) in zip(pieces, lows, strict=True)]
    area = sum(width * tall for width, tall in zip(across, down, strict=True))
    row = max(*across, 10 * STEP, (ASPECT * area) ** 0.5)
    moved: list[list[Place]] = [[]] * len(pieces)
    left = top = height = 0.0
    misses = 0
    for number in sorted(range(len(pieces)), key=lambda number: (-down[number], number)):
        corner = _corner(moved, across[number], down[number]) if moved[0] and misses < _MISSES else None
        misses += bool(moved[0]) and corner is None
        if corner:
            x0, y0 = corner
            moved[number] = [(x0 + x - lows[number][0], y0 + y - lows[number][1]) for x, y in pieces[number]]
            continue
        if left and left + across[number] > row:
            left, top, height = 0.0, top + height, 0.0
        moved[number] = [(left + x - lows[number][0], top + y - lows[number][1]) for x, y in pieces[number]]
        left, height = left + across[number], max(height, down[number])
    return moved


def _corner(pieces: list[list[Place]], across: float, down: float) -> Place | None:
    """Return where a piece so wide and high stands in a corner of the first of other pieces, if one is free."""
    xs, ys = [x for x, _ in pieces[0]], [y for _, y in pieces[0]]
    for left in (min(xs), max(xs) - across + 1.5 * STEP):
        for top in (max(ys) - down + STEP, min(ys)):
            if not any(
                left - 1.5 * STEP < x < left + across and top - STEP < y < top + down
                for piece in pieces
                for x, y in piece
            ):
                return left, top
    return None


def _draw(piece: object) -> list[Place]:
    """Lay out one part that hangs together, in pixels, wider than high as windows are."""
    import igraph

    assert isinstance(piece, igraph.GraphBase)
    size = piece.vcount()
    if size == 1:
        return [(0.0, 0.0)]
    degrees = piece.degree()
    hub = max(range(size), key=lambda vertex: (degrees[vertex], -vertex))
    if size > LABELLED and sum(degrees[other] == 1 for other in piece.neighbors(hub)) > size / 2:
        return _star(piece, hub)
    if size <= LABELLED:
        layout = piece.layout_kamada_kawai(maxiter=40 * size)
    else:
        layout = piece.layout_fruchterman_reingold(niter=300, grid=size > BEAUTIFUL)
    edges = [_length(layout[one], layout[other]) for one, other in piece.get_edgelist()]
    scale = STEP / (sorted(edges)[len(edges) // 2] or 1.0)
    return [(x * scale * ASPECT, y * scale) for x, y in layout]


def _star(piece: object, hub: int) -> list[Place]:
    """Put most of a part around the one node that it hangs on, in the spiral of a sunflower, the nearest inside."""
    import math

    import igraph

    from kb.render.circles import GOLDEN

    assert isinstance(piece, igraph.GraphBase)
    steps = piece.distances(hub)[0]
    order = sorted(
        (vertex for vertex in range(piece.vcount()) if vertex != hub), key=lambda vertex: (steps[vertex], vertex)
    )
    where = [(0.0, 0.0)] * piece.vcount()
    for place, vertex in enumerate(order):
        away = STEP * (0.45 + 0.17 * math.sqrt(place))
        where[vertex] = (away * math.cos(place * GOLDEN), away * math.sin(place * GOLDEN))
    return where


def _length(one: list[float], other: list[float]) -> float:
    """Return the distance of two points."""
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)


def _box(data: dict[str, Any], radius: float, *, labelled: bool = True) -> tuple[float, float, float]:
    """Width of a node with its label, and how far it reaches above and below the node's centre."""
    if not labelled:
        return 2.4 * radius, 1.2 * radius, 1.2 * radius
    label = CHARACTER * min(len(data["short"]), LABEL_LENGTH)
    return max(label, 2 * radius) + GAP, radius + GAP / 2, radius + LINE + GAP / 2


def _apart(places: list[Place], boxes: list[tuple[float, float, float]]) -> list[Place]:
    """Push overlapping boxes apart, a little in each round, the shorter way."""
    xs, ys = [x for x, _ in places], [y for _, y in places]
    across, down = max(width for width, _, _ in boxes), 2 * max(max(up, low) for _, up, low in boxes)
    for _ in range(min(400, PUSHES // len(places))):
        moved = False
        cells: dict[tuple[int, int], list[int]] = {}
        for i, (x, y) in enumerate(zip(xs, ys, strict=True)):
            cells.setdefault((int(x // across), int(y // down)), []).append(i)
        for (column, row), here in sorted(cells.items()):
            # Each pair of cells once.
            near = [j for dx, dy in ((1, -1), (1, 0), (1, 1), (0, 1)) for j in cells.get((column + dx, row + dy), ())]
            for place, i in enumerate(here):
                for j in [*here[place + 1 :], *near]:
                    moved |= _push(i, j, xs, ys, boxes)
        if not moved:
            break
    return list(zip(xs, ys, strict=True))


def _push(i: int, j: int, xs: list[float], ys: list[float], boxes: list[tuple[float, float, float]]) -> bool:
    """Push two boxes apart, the shorter way, if they overlap."""
    across = (boxes[i][0] + boxes[j][0]) / 2 - abs(xs[j] - xs[i])
    if across <= 0:
        return False
    if ys[i] > ys[j]:
        i, j = j, i
    down = boxes[i][2] + boxes[j][1] - (ys[j] - ys[i])
    if down <= 0:
        return False
    if across < down:
        push = (across / 2 + 0.5) * (1 if xs[j] >= xs[i] else -1)
        xs[i] -= push
        xs[j] += push
    else:
        ys[i] -= down / 2 + 0.5
        ys[j] += down / 2 + 0.5
    return True
