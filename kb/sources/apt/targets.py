"""The target list: every kind of target, by its number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kb.records import Target
from kb.sources.apt.limits import MOST, WORDS, limited
from kb.sources.apt.positions import read_position
from kb.sources.apt.refusal import Refusal
from kb.sources.apt.tables import target_kinds
from kb.sources.apt.tree import Node
from kb.sources.notes import Notes

__all__ = ["TargetList", "read_targets"]

_NAMED = re.compile(r"(?:C\[)?\s*(\d+)\s+(.+?)\s*\]?$")
_SAME = "same target as observation"
_EXTENDED = {"YES": True, "NO": False}


class TargetList:
    """The targets of a program, found by the texts that name them (``3 COSMOS-1``)."""

    def __init__(self, targets: dict[int, Target], notes: Notes) -> None:
        self._targets, self._notes = targets, notes

    def all(self) -> list[Target]:
        """Every target, in the order of the list."""
        return list(self._targets.values())

    def named(self, text: str, line: int, order: int) -> Target | None:
        """Return the target that an observation points at, ``None`` for ``NONE`` and for nothing.

        The number decides; a name that is another one than that of the list is reported, and so is a target that the
        list does not have, which is kept by what the text says.
        """
        if not text or text.upper() == "NONE":
            return None
        text = limited(text, WORDS, line, "target", self._notes, order)
        found = _NAMED.match(text)
        if found is None or len(found[1]) > 9:
            self._notes.add(
                "target-unresolved",
                line,
                f"a target that is not in the list: {text!r}",
                text,
                order=order,
                prop="target",
            )
            return Target(None, text, line)
        number, name = int(found[1]), found[2]
        target = self._targets.get(number)
        if target is None:
            self._notes.add(
                "target-unresolved", line, f"the list has no target {number}", text, order=order, prop="target"
            )
            return Target(number, name, line)
        if target.name != name:
            self._notes.add(
                "target-number-clash",
                line,
                f"target {number} is called {target.name!r} in the list",
                raw=text,
                order=order,
                prop="target",
            )
        return target

    def acquisition(self, text: str, line: int, order: int) -> Target | None:
        """Return the target of an acquisition, ``None`` where it is that of the observation or there is none."""
        return None if text.casefold() == _SAME else self.named(text, line, order)


def read_targets(root: Node, notes: Notes) -> TargetList:
    """Read the target list of a program."""
    targets: dict[int, Target] = {}
    listed = list(_listed(root.all("Targets")))
    if len(listed) > MOST:
        raise Refusal("xml-refused", f"more than {MOST} targets", listed[MOST].line)
    for node in listed:
        text, name = node.text("Number"), node.text("TargetName") or node.text("TargetID")
        if not text.isdecimal() or len(text) > 9 or int(text) < 1 or not name:
            notes.add(
                "target-unreadable", node.line, "a target without number or name", f"{text} {name}".strip() or None
            )
            continue
        number, name = int(text), limited(name, WORDS, node.line, "target", notes)
        if number in targets:
            notes.add(
                "target-number-clash",
                node.line,
                f"target {number} is called {targets[number].name!r} on line {targets[number].line}",
                raw=name,
                prop="target",
            )
            continue
        targets[number] = _target(node, number, name, notes)
    return TargetList(targets, notes)


def _listed(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield the targets of a list, those within groups too; a target that is only named by its number is none."""
    for node in nodes:
        if node.name == "Target" and (node.all("TargetName") or node.all("TargetID") or not node.text()):
            yield node
        yield from _listed(child for child in node if len(child) or child.name == "Target")


def _target(node: Node, number: int, name: str, notes: Notes) -> Target:
    def report(message: str, raw: str, prop: str) -> None:
        notes.add("value-unreadable", node.line, f"target {number}: {message}", raw, prop=prop)

    kind = node.attribute("type")
    kind = kind.rpartition(":")[2]
    known = target_kinds().get(kind)
    if known is None:
        notes.add(
            "value-unreadable", node.line, f"target {number}: an unknown kind of target: {kind!r}", kind, prop="kind"
        )
    return Target(
        number,
        name,
        node.line,
        kind=known,
        position=read_position(node, report),
        archive_name=limited(node.text("TargetArchiveName"), WORDS, node.line, "archive name", notes) or None,
        extended=_EXTENDED.get(node.text("Extended").upper()),
        category=node.text("Category") or node.attribute("Keyword") or None,
        keywords=tuple(dict.fromkeys(text for k in node.all("Keywords") if (text := k.text()))),
    )
