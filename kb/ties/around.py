"""What lies around a thing, which things hold the map together, and which belong together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from kb.errors import UsageError
from kb.iris import BASE
from kb.results import Rows
from kb.ties import LAST, Things, load, type_of

if TYPE_CHECKING:
    import igraph
    import networkx

    from kb.store import Store
    from kb.store.results import Value

__all__ = ["central", "communities", "community", "inside", "neighbourhood"]

#: Names of what joins a community.
_CORE = 4
_SEED = 0


def neighbourhood(store: Store, thing: str, depth: int = 1) -> tuple[networkx.Graph[str], Rows]:
    """Return what lies within some steps of a thing: the part of the graph of ties, and one row for each other thing.

    Templates and instruments stand only around the thing itself, and nothing is looked for beyond them.

    Raises
    ------
    UsageError
        Nothing is tied to the thing.

    """
    import networkx

    whole = load(store, last=True)
    if thing not in whole:
        raise UsageError(f"{thing.removeprefix(BASE)} is joined to nothing")
    found: dict[str, tuple[int, str]] = {thing: (0, thing)}
    rim = [thing]
    for distance in range(1, depth + 1):
        reached: list[str] = []
        for node in rim:
            if node != thing and type_of(node) in LAST:
                continue
            for other in sorted(whole[node], key=lambda near: (whole.edges[node, near]["cost"], near)):
                if other not in found and (distance == 1 or type_of(other) not in LAST):
                    found[other] = (distance, node)
                    reached.append(other)
        rim = reached
    part = networkx.Graph()
    part.add_nodes_from(found)
    part.add_edges_from(
        (one, other, data)
        for one, other, data in whole.subgraph(found).edges(data=True)
        if thing in (one, other) or not {type_of(one), type_of(other)} & {*LAST}
    )
    things = Things.of(store, found)
    rows: list[tuple[Value, ...]] = []
    for node, (distance, before) in found.items():
        if distance:
            tie = whole.edges[before, node]["ties"][0]
            link = tie.link if tie.start == before else tie.back
            name, via = things.label(node), things.label(before)
            rows.append((distance, type_of(node), via, link, name, tie.evidence or None, things.pages.get(node)))
    return part, Rows(("distance", "type", "from", "link", "to", "evidence", "page"), rows)


def communities(store: Store) -> tuple[networkx.Graph[str], list[list[str]], Rows]:
    """Return the graph of ties, its communities, and one row for each that has more than one program.

    Communities are those of the Louvain method (Blondel et al. 2008, J. Stat. Mech. P10008), closer ties weighing
    more, the same each time.  The largest comes first; ``joined_by`` names what most of its programs are tied to.
    """
    import random

    import igraph

    graph = load(store)
    nodes, fast = _igraph(graph)
    igraph.set_random_number_generator(random.Random(_SEED))  # noqa: S311 - no secret hangs on it
    try:
        found = fast.community_multilevel([weight for _, _, weight in graph.edges(data="weight")])
    finally:
        igraph.set_random_number_generator(random)
    members: dict[int, list[str]] = {}
    for node, number in zip(nodes, found, strict=True):
        members.setdefault(number, []).append(node)
    groups = list(members.values())
    counts = {group[0]: Counter(map(type_of, group)) for group in groups}
    groups = [group for group in groups if counts[group[0]]["program"] > 1]
    groups.sort(key=lambda group: (-counts[group[0]]["program"], group))
    cores = [_core(graph, group) for group in groups]
    things = Things.of(store, (node for core in cores for node in core))
    rows: list[tuple[Value, ...]] = [
        (
            number,
            *(counts[group[0]][type_] for type_ in ("program", "object", "person", "activity")),
            " · ".join(things.label(node) for node in core),
        )
        for number, (group, core) in enumerate(zip(groups, cores, strict=True), 1)
    ]
    return graph, groups, Rows(("community", "programs", "objects", "people", "activities", "joined_by"), rows)


def inside(graph: networkx.Graph[str], groups: list[list[str]]) -> networkx.Graph[str]:
    """Return what joins the programs of each community: no tie between two of them, nothing of one program alone."""
    of = {node: number for number, group in enumerate(groups) for node in group}
    part = graph.edge_subgraph(
        [(one, other) for one, other in graph.edges if one in of and of[one] == of.get(other)]
    ).copy()
    while loose := [node for node, degree in part.degree() if degree < 2 and type_of(node) != "program"]:
        part.remove_nodes_from(loose)
    return part


def community(store: Store, thing: str) -> tuple[networkx.Graph[str], Rows]:
    """Return the community of a thing: the part of the graph of ties, and one row for each member.

    Raises
    ------
    UsageError
        The thing is in no community of more than one program.

    """
    graph, groups, _ = communities(store)
    group = next((group for group in groups if thing in group), None)
    if group is None:
        raise UsageError(f"{thing.removeprefix(BASE)} is in no community of more than one program")
    part = graph.subgraph(group)
    things = Things.of(store, group)
    members = sorted(group, key=lambda node: (type_of(node) != "program", -part.degree(node), node))
    rows: list[tuple[Value, ...]] = [
        (type_of(node), things.label(node), part.degree(node), graph.degree(node), things.pages.get(node))
        for node in members
    ]
    return part, Rows(("type", "name", "ties", "ties_in_all", "page"), rows)


def central(
    store: Store, types: Iterable[str] = ("object",), count: int = 20
) -> tuple[networkx.Graph[str], list[str], Rows]:
    """Return the graph of ties, the things that hold it together most, and one row for each of them.

    ``between`` is the share of the shortest ways among all things with more than one tie that lead through the thing
    (betweenness, Freeman 1977), in per cent.
    """
    graph = load(store)
    nodes, fast = _igraph(graph.subgraph([node for node, degree in graph.degree() if degree > 1]))
    pairs = max(1, (len(nodes) - 1) * (len(nodes) - 2) / 2)
    wanted = set(types)
    found = [(node, share) for node, share in zip(nodes, fast.betweenness(), strict=True) if type_of(node) in wanted]
    found.sort(key=lambda pair: (-round(pair[1], 6), -graph.degree(pair[0]), pair[0]))
    found = found[:count]
    things = Things.of(store, (node for node, _ in found))
    rows: list[tuple[Value, ...]] = [
        (
            type_of(node),
            things.label(node),
            sum(type_of(near) == "program" for near in graph[node]),
            round(100 * share / pairs, 2),
            things.pages.get(node),
        )
        for node, share in found
    ]
    return graph, [node for node, _ in found], Rows(("type", "name", "programs", "between", "page"), rows)


def _igraph(graph: networkx.Graph[str]) -> tuple[list[str], igraph.GraphBase]:
    """Return the nodes of a graph, and the graph in igraph, links in the same order: 20 to 50 times faster."""
    import igraph

    nodes = list(graph)
    place = {node: index for index, node in enumerate(nodes)}
    # igraph.Graph would import numpy, which takes longer than the whole question.
    return nodes, igraph.GraphBase(len(nodes), [(place[one], place[other]) for one, other in graph.edges], False)


def _core(graph: networkx.Graph[str], group: list[str]) -> list[str]:
    """What most programs of a group are tied to."""
    inside = set(group)
    ties = Counter(near for node in group if type_of(node) == "program" for near in graph[node] if near in inside)
    return [node for node, count in sorted(ties.items(), key=lambda pair: (-pair[1], pair[0])) if count > 1][:_CORE]
