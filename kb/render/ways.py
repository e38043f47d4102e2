"""The ways that join two things, read from left to right: the first thing, a row of hops for each way, the second."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx

__all__ = ["ways"]

#: Pixels from a hop to the next; a way of many hops is drawn in no more pixels than the second.
HOP, LONGEST = 250, 1600
#: From a way to the next: so many pixels at least, and this part of the width.
ROW, PART = 110, 0.1


def ways(graph: networkx.MultiDiGraph[str]) -> dict[str, tuple[int, int]]:
    """Return x and y of every node, in pixels."""
    found: list[list[str]] = [list(nodes) for nodes in graph.graph["ways"]]
    width = min(HOP * max(2, *(len(nodes) - 1 for nodes in found)), LONGEST)
    rows = [nodes for nodes in found if len(nodes) > 2]
    where = {found[0][0]: (0, 0), found[0][-1]: (width, 0)}
    # A way without a hop is the straight line between the ends, which no other row may lie upon.
    straight = len(rows) < len(found)
    levels = [place - (len(rows) - 1) / 2 for place in range(len(rows))]
    if straight:
        levels = [level + (0.5 if level >= 0 else -0.5) if len(rows) % 2 else level for level in levels]
    for nodes, level in zip(rows, levels, strict=True):
        for place, node in enumerate(nodes[1:-1], 1):
            where[node] = (round(width * place / (len(nodes) - 1)), round(level * max(ROW, PART * width)))
    return where
