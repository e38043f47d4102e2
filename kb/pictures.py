"""Which part of the knowledge base a picture shows: a neighbourhood, a path, a lineage, an answer, or everything."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from kb.errors import UsageError

if TYPE_CHECKING:
    import networkx

    from kb.store import Store

__all__ = ["picture"]

#: Types that the map leaves out: people and activities belong to programs, and would be dust between the flowers.
NOT_ON_MAP = ("Person", "CalibrationActivity")


def picture(
    store: Store,
    focus: Sequence[str] = (),
    depth: int = 3,
    *,
    path: tuple[str, str] | None = None,
    lineage: str | None = None,
    question: str | None = None,
    values: Mapping[str, object] | None = None,
    observations: bool = False,
    tell: Callable[[str], object] = warnings.warn,
) -> networkx.MultiDiGraph[str]:
    """Return the graph of a picture, described, for :func:`kb.render.write_picture`.

    Parameters
    ----------
    store
        Where to look.
    focus
        What stands in the middle, as people type it; several are drawn with all their neighbourhoods.
    depth
        Steps from the focus.
    path
        Two things; the ways that join them are drawn instead, as :func:`kb.ties.path.path` finds them.
    lineage
        A program whose calibration lineage is drawn instead.
    question, values
        A saved question and its parameters: what its answer speaks of is drawn.
    observations
        Whether the map, which is drawn without a focus, also has every observation and target.
    tell
        Called with a sentence when a name stands for something else than itself.

    Raises
    ------
    UsageError
        A name that names nothing (the message gives the nearest), or nothing to draw.

    """
    from kb.facts import describe
    from kb.graph import style, to_networkx

    if sum((bool(focus), path is not None, lineage is not None, question is not None)) > 1:
        raise UsageError("choose one of a focus, a path, a lineage and a question")
    if path is not None:
        graph = _path(store, path, tell)
    elif question is not None:
        graph = _answer(store, question, values or {}, tell)
    elif lineage is not None:
        graph = _lineage(store, lineage, tell)
    elif focus:
        graph = to_networkx(store, focus=[_find(store, name, tell) for name in focus], depth=depth)
        if not graph:
            kinds = ", ".join(look["name"] for look in style()["nodes"].values())
            raise UsageError(f"{' and '.join(focus)}: no picture shows such things; choose among {kinds}")
    else:
        graph = to_networkx(store, collapsed=not observations)
        graph.remove_nodes_from([node for node, kind in graph.nodes(data="type") if kind in NOT_ON_MAP])
        # What hangs on nothing tells nothing in a picture.
        graph.remove_nodes_from([node for node, degree in graph.degree() if not degree])
        graph.graph.update(layout="map", title="JWST observing programs")
    describe(store, graph, entries=not observations)
    return graph


def _find(store: Store, name: str, tell: Callable[[str], object]) -> str:
    from kb.names import find, resolve

    if name.strip().isdecimal():  # the nearest numbers are better advice than names that hold the same digits
        return resolve(store, "program", name, tell).strip("<>")
    return find(store, name, tell)[1]


def _path(store: Store, ends: tuple[str, str], tell: Callable[[str], object]) -> networkx.MultiDiGraph[str]:
    from kb.ties.path import path
    from kb.ties.picture import ways

    start, end = (_find(store, name, tell) for name in ends)
    found = path(store, start, end)
    if not found:
        raise UsageError(f"nothing joins {ends[0]} and {ends[1]}, so there is no path to draw")
    return ways(store, found)


def _answer(
    store: Store, question: str, values: Mapping[str, object], tell: Callable[[str], object]
) -> networkx.MultiDiGraph[str]:
    from kb.export.source import nodes_of_question
    from kb.graph import among
    from kb.questions import load

    graph = among(store, nodes_of_question(store, question, values, tell))
    words = ", ".join(f"{name} {value}" for name, value in values.items())
    graph.graph["title"] = load(question).title + (f": {words}" if words else "")
    if not graph:
        raise UsageError(f"the answer of {question} speaks of nothing that a picture shows: ask it with kb ask")
    return graph


def _lineage(store: Store, program: str, tell: Callable[[str], object]) -> networkx.MultiDiGraph[str]:
    """Return the programs that carry out an activity and their companions, with what they carry out."""
    from kb.graph import among
    from kb.names import resolve

    iri = resolve(store, "program", program, tell).strip("<>")
    line = _found(
        store,
        f"""VALUES ?of {{ <{iri}> }} ?of jkb:hasActivity ?activity . ?found jkb:hasActivity ?activity ; a ?class
        VALUES ?class {{ jkb:Program jkb:PlannedReferenceProgram }}""",
    )
    if not line:
        raise UsageError(f"program {program} carries out no calibration activity, so it has no lineage")
    members = line | _found(store, f"{_one_of(line)} ?one jkb:companionOf|^jkb:companionOf ?found")
    carried = _found(store, f"{_one_of(members)} ?one jkb:hasActivity ?found")
    graph = among(store, sorted(members | carried), [iri])
    _arrange(graph, line)
    graph.graph.update(layout="timeline", title=f"Lineage of {graph.nodes[iri]['label']}")
    return graph


def _found(store: Store, pattern: str) -> set[str]:
    return {str(found) for (found,) in store.query(f"SELECT DISTINCT ?found WHERE {{ {pattern} }}")}


def _one_of(nodes: set[str]) -> str:
    return f"VALUES ?one {{ {' '.join(f'<{node}>' for node in sorted(nodes))} }}"


def _arrange(graph: networkx.MultiDiGraph[str], line: set[str]) -> None:
    """Shorten the labels of a lineage, join what was planned to what was flown, hide links that run along a row."""
    for data in graph.nodes.values():
        code = re.match(r"\d+(?: CAL-[A-Z]+-\d+)?", data["label"])
        data["short"] = code[0] if code else data["label"]
        if data["type"] == "CalibrationActivity":
            data["side"] = "left"  # it stands before its programs
    planned = {node for node, kind in graph.nodes(data="type") if kind == "PlannedReferenceProgram"}
    # In order of their numbers, what was planned before launch first.
    ordered = sorted(graph, key=lambda node: (node not in planned, len(node), node))
    flown = next((node for node in ordered if node in line - planned), None)
    graph.add_edges_from(
        (node, flown, "same activity", {"name": "same activity"})
        for node in ordered
        if node in line & planned and flown
    )
    # Each activity leads to the first of its programs; the way to the others is along their row.
    first: dict[str, str] = {}
    for start, end, name in graph.edges(ordered, keys=True):
        if name == "carries out" and first.setdefault(end, start) != start:
            graph.edges[start, end, name]["quiet"] = True
