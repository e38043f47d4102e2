"""Targets of a program → statements: one node for each number and name, whatever the rows that name it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache

from kb import iris, vocabulary
from kb.identity.position import name_position
from kb.nquads import Quads
from kb.records import Target

__all__ = ["Targets"]

#: Where a target has the line of its row, of which only the first is stated.
_LINE = Target._fields.index("line")
_JOINTS = re.compile(r"[\s_-]")
#: Roles of targets that lie where the object lies whose name they bear.
_POINTED_AT = frozenset({"science", "reference", "field"})


class Targets:
    """The targets of one program: one node for each number and name, whatever the rows that name it."""

    def __init__(
        self,
        quads: Quads,
        program_node: str,
        program: int | str,
        described: Iterable[tuple[int | None, str]] = (),
    ) -> None:
        """``described`` are targets that another document describes: number and name."""
        self._quads, self._program_node, self._program = quads, program_node, program
        self._first_names: dict[int, str] = {}
        self._described = {_bare(name): (number, name) for number, name in reversed([*described])}
        self._first_names.update((number, name) for number, name in described if number is not None)
        self._objects: dict[str, str] = {}
        self._seen: dict[tuple[object, ...], str] = {}

    def node(self, target: Target, link: str = "definesTarget") -> str:
        """Return the node of a target; a new one is stated as what ``link`` leads to from the program."""
        whatever_row = (*target[:_LINE], *target[_LINE + 1 :])
        node = self._seen.get(whatever_row)
        if node is None:
            node = self._seen[whatever_row] = self._state(target, link)
        return node

    def _state(self, target: Target, link: str) -> str:
        there = self._described.get(_bare(target.name))
        if there is not None and target.number in (None, there[0]):
            return f"<{iris.target_iri(self._program, *there)}>"
        first = self._first_names.setdefault(target.number, target.name) if target.number is not None else target.name
        shared = _bare(first) != _bare(target.name)
        made = iris.target_iri(self._program, target.number, target.name, shared_number=shared)
        node, quads = f"<{made}>", self._quads
        known = node in self._objects
        if not known:
            self._objects[node] = ""
            quads.link(self._program_node, link, node)
            quads.type(node, "Target")
            quads.put(node, "rdfs:label", target.name)
            quads.put(node, "targetNumber", target.number)
            quads.put(node, "line", target.line)
        quads.put(node, "targetName", target.name)
        quads.link(node, "role", f"<{vocabulary.load().concept('role', target.role)}>")
        # Rows may know more or less of a target; it designates one object, the first that a row tells.
        if target.object is not None and not self._objects[node]:
            self._objects[node] = target.object
            quads.link(node, "designates", f"<{iris.object_iri(target.object)}>")
            quads.put(node, "objectName", target.object)
            quads.put(node, "identityMethod", target.method)
            quads.put(node, "identityRule", target.rule)
            if target.system is not None:
                quads.link(node, "inSystem", f"<{iris.object_iri(target.system)}>")
                quads.put(node, "systemName", target.system)
            if target.position is None and target.role in _POINTED_AT and "J" in f"{target.object}{target.name}":
                self._placed(node, target.object, target.name)
        return node

    def _placed(self, node: str, name: str, written: str) -> None:
        """State the position that the name of what a target designates says."""
        place = name_position(name, written)
        if place is not None:
            self._quads.put(node, "rightAscension", Decimal(repr(place.ra)))
            self._quads.put(node, "declination", Decimal(repr(place.dec)))
            self._quads.put(node, "positionUncertainty", Decimal(repr(place.uncertainty)))
            self._quads.put(node, "positionFromName", place.raw)


@lru_cache(maxsize=1 << 12)
def _bare(name: str) -> str:
    """Fold a name for telling whether a number is used twice: a line wrap adds and drops spaces and hyphens."""
    return _JOINTS.sub("", name).casefold()
