"""A lineage as a timeline: the activities, then a column per cycle, what was planned before launch first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import networkx

__all__ = ["headings", "timeline"]

#: Pixels from a column to the next, and from a row to the next.
COLUMN, ROW = 260, 84
ACTIVITY = "CalibrationActivity"
BEFORE, UNKNOWN = "before launch", "cycle unknown"


def timeline(graph: networkx.MultiDiGraph[str]) -> dict[str, tuple[int, int]]:
    """Return x and y of every node, in pixels."""
    columns = _columns(graph)
    rows = _rows(graph)
    taken: dict[tuple[int, int], str] = {}
    for node, data in graph.nodes(data=True):
        if data["type"] == ACTIVITY:
            column, row = -1, rows.get(data["label"], 0)
        else:
            column, row = columns.index(_when(data)), rows[_activity(data)]
        while (column, row) in taken:
            row += 1
        taken[column, row] = node
    return {node: (column * COLUMN, row * ROW) for (column, row), node in taken.items()}


def headings(graph: networkx.MultiDiGraph[str]) -> list[tuple[str, int, int]]:
    """Return the cycle above each column, with its place."""
    return [(name, place * COLUMN, -ROW) for place, name in enumerate(_columns(graph))]


def _columns(graph: networkx.MultiDiGraph[str]) -> list[str]:
    found = {_when(data) for _, data in graph.nodes(data=True) if data["type"] != ACTIVITY}
    return sorted(found, key=lambda name: (name == UNKNOWN, name != BEFORE, name))


def _rows(graph: networkx.MultiDiGraph[str]) -> dict[str, int]:
    """First row of each activity, that of the focus on top, each with room for its fullest column."""
    focus = next((_activity(data) for _, data in graph.nodes(data=True) if data.get("distance") == 0), "")
    counts: dict[str, dict[str, int]] = {}
    for _, data in graph.nodes(data=True):
        if data["type"] == ACTIVITY:
            continue
        per = counts.setdefault(_activity(data), {})
        per[_when(data)] = per.get(_when(data), 0) + 1
    rows = {}
    row = 0
    for activity in sorted(counts, key=lambda name: (name != focus, name)):
        rows[activity] = row
        row += max(counts[activity].values())
    return rows


def _fact(data: dict[str, Any], name: str) -> str:
    return next((value for fact, value in data.get("facts", ()) if fact == name), "")


def _when(data: dict[str, Any]) -> str:
    if data["type"] == "PlannedReferenceProgram":
        return BEFORE
    cycle = _fact(data, "cycle")
    return f"cycle {cycle}" if cycle else UNKNOWN


def _activity(data: dict[str, Any]) -> str:
    return _fact(data, "activity")
