"""How two things are joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kb.errors import UsageError
from kb.iris import BASE
from kb.results import Rows
from kb.ties import LAST, TYPES, Things, Tie, load, type_of

if TYPE_CHECKING:
    import networkx

    from kb.store import Store
    from kb.store.results import Value

__all__ = ["COLUMNS", "Way", "path", "path_rows"]

COLUMNS = ("way", "step", "from", "link", "to", "evidence", "line", "page")

#: How much farther than the first way another may be, to be worth telling.
FARTHER = 2.5
#: Farther than this (some four programs in between) nothing is joined closely, and templates are looked through too.
FAR = 10.0
#: Where things are very far apart, a way of more steps than this gives place to the one of the fewest.
SHORT = 4
#: Added to each step where the way of the fewest is wanted: more than any way costs.
_STEP = 1e4


@dataclass(frozen=True)
class Way:
    """One chain of things from one end to the other: ``ties[i]``, the closest first, join ``nodes[i]`` and the next."""

    nodes: tuple[str, ...]
    ties: tuple[tuple[Tie, ...], ...]

    @property
    def cost(self) -> float:
        """How far the ends are from each other on this way."""
        return sum(ties[0].cost for ties in self.ties)


def path(store: Store, start: str, end: str, *, ways: int = 5, without: Iterable[str] = ()) -> list[Way]:
    """Return the ways that join two things, the closest first; no two of them have a thing in between in common.

    Shared objects, people, activities and references are looked through first; shared templates and instruments only
    where nothing else joins closely (:data:`FAR`), or where one of them is an end.  Where that is far too, one
    way is told; where it is very far and long, that of the fewest steps: such a chain says nothing of its ends.

    Parameters
    ----------
    store
        Where to look.
    start, end
        IRIs of programs, objects, people, activities, templates or instruments.
    ways
        How many at most; those much farther than the first are left out, and all but the first where that is far.
    without
        Types (:data:`kb.ties.TYPES`) that no way may lead through.

    Raises
    ------
    UsageError
        An end is of another type, or both are the same.

    """
    start, end = _end(start), _end(end)
    if start == end:
        raise UsageError(f"{start.removeprefix(BASE)}: both ends are the same thing")
    barred = set(without)
    asked = (False, True) if not {type_of(start), type_of(end)} & {*LAST} else (True,)
    graph: networkx.Graph[str] | None = None
    found: list[Way] = []
    for last in asked:
        graph = load(store, last=last, graph=graph)
        graph.remove_nodes_from([node for node in graph if type_of(node) in barred and node not in (start, end)])
        found = _ways(graph, start, end, ways)
        if found and found[0].cost <= FAR:
            return found
    if found and graph is not None and len(found[0].ties) > SHORT and found[0].cost > FARTHER * FAR:
        return _ways(graph, start, end, 1, step=_STEP)
    return found


def _ways(graph: networkx.Graph[str], start: str, end: str, count: int, *, step: float = 0.0) -> list[Way]:
    """Return the closest ways, where each step costs so much more; only one if that is far, and the others cut."""
    import networkx

    found: list[Way] = []
    while len(found) < count:
        try:
            nodes = networkx.dijkstra_path(graph, start, end, weight=lambda _one, _other, tie: tie["cost"] + step)
        except (networkx.NetworkXNoPath, networkx.NodeNotFound):
            break
        way = Way(tuple(nodes), tuple(tuple(graph.edges[pair]["ties"]) for pair in pairwise(nodes)))
        if found and way.cost > FARTHER * found[0].cost:
            break
        found.append(way)
        if found[0].cost > FAR:
            break
        if len(nodes) > 2:
            graph.remove_nodes_from(nodes[1:-1])
        else:
            graph.remove_edge(start, end)
    return found


def path_rows(store: Store, found: list[Way]) -> Rows:
    """Return ways as rows, one for each tie of a step, with the evidence and the page that it stands on."""
    things = Things.of(store, (node for way in found for node in way.nodes))
    rows: list[tuple[Value, ...]] = []
    for number, way in enumerate(found, 1):
        for step, (one, other) in enumerate(pairwise(way.nodes), 1):
            for tie in way.ties[step - 1]:
                link = tie.link if tie.start == one else tie.back
                line = tie.lines[0] if tie.lines else None
                page = things.pages.get(tie.start) or things.pages.get(tie.end)
                ends = things.label(one), link, things.label(other)
                rows.append((number, step, *ends, tie.evidence or None, line, page))
    return Rows(COLUMNS, rows)


def _end(iri: str) -> str:
    """The thing that ties know: of a target or an observation, its program."""
    kind, _, rest = iri.removeprefix(BASE).partition("/")
    if type_of(iri) not in TYPES:
        raise UsageError(f"{iri.removeprefix(BASE)} is joined to nothing: give one of {', '.join(TYPES)}")
    return f"{BASE}{kind}/{rest.partition('/')[0]}" if type_of(iri) == "program" else iri
