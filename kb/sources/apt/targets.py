"""The target list: every kind of target, by its number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kb.records import Target
from kb.sources.apt.limits import MOST, PROSE, WORDS, limited
from kb.sources.apt.positions import read_position, written_position
from kb.sources.apt.refusal import Refusal
from kb.sources.apt.tables import target_kinds
from kb.sources.apt.tree import Node
from kb.sources.notes import Notes

__all__ = ["TargetList", "read_targets"]

# A number and a name, in brackets where it was computed; a name may be missing.
_NAMED = re.compile(r"(?:C\[)?\s*(\d+)(?:\s+(.+?))?\s*\]?$")
_JOINTS = re.compile(r"[\s_-]+")
_LEVELS = (1, 2, 3)
_SAME = "same target as observation"
_EXTENDED = {"YES": True, "TRUE": True, "NO": False, "FALSE": False}


class TargetList:
    """The targets of a program, found by the texts that name them (``3 COSMOS-1``)."""

    def __init__(self, notes: Notes) -> None:
        self._targets: list[Target] = []
        self._numbered: dict[int, list[Target]] = {}
        self._named: dict[str, list[Target]] = {}
        self._notes = notes

    def add(self, target: Target, also: str) -> None:
        """Add a target, which has another name as well; what stands there already is reported."""
        numbered = self._numbered.get(target.number, []) if target.number is not None else []
        same = [one for one in self._named.get(_folded(target.name), []) if one.number == target.number]
        if first := (same or numbered)[:1]:
            named = f"target {target.number} is called {first[0].name!r}" if numbered else f"{target.name!r} stands"
            message = f"{named} on line {first[0].line}"
            self._notes.add("target-number-clash", target.line, message, target.name, prop="target")
        if same:
            return
        self._targets.append(target)
        if target.number is not None:
            self._numbered.setdefault(target.number, []).append(target)
        for name in {_folded(target.name), _folded(also or target.name)}:
            self._named.setdefault(name, []).append(target)

    def all(self) -> list[Target]:
        """Every target, in the order of the list."""
        return list(self._targets)

    def named(self, text: str, line: int, order: int) -> Target | None:
        """Return the target that an observation points at, ``None`` for ``NONE`` and for nothing.

        The number decides, and the name where the number tells nothing; if the two do not go together, that is
        reported, and so is a target that the list does not have, which is kept by what the text says.
        """
        if not text or text.upper() == "NONE":
            return None
        text = limited(text, WORDS, line, "target", self._notes, order)
        found = _NAMED.match(text)
        number = int(found[1]) if found and len(found[1]) < 10 else None
        name = (found[2] or "") if found and number is not None else text
        numbered = self._numbered.get(number, []) if number is not None else []
        named = self._named.get(_folded(name), [])
        exact = [target for target in numbered if target in named or not name]
        if exact:
            return exact[0]

        def report(code: str, message: str) -> None:
            self._notes.add(code, line, message, text, order=order, prop="target")

        whole = self._named.get(_folded(text), [])
        if len(whole) == 1:
            report("target-unnumbered", f"a target without its number: {whole[0].number} {whole[0].name}")
            return whole[0]
        if numbered:
            report("target-number-clash", f"target {number} is called {numbered[0].name!r} in the list")
            return numbered[0]
        if number is not None and len(named) == 1:
            report("target-number-clash", f"the list has no target {number}, but one called {name!r}")
            return named[0]
        report(
            "target-unresolved",
            f"the list has no target {number}" if number is not None else f"a target that is not in the list: {text!r}",
        )
        return Target(number, name, line) if name else Target(None, text, line)

    def acquisition(self, text: str, line: int, order: int) -> Target | None:
        """Return the target of an acquisition, ``None`` where it is that of the observation or there is none."""
        return None if text.casefold() == _SAME else self.named(text, line, order)


def read_targets(root: Node, notes: Notes) -> TargetList:
    """Read the target list of a program."""
    targets = TargetList(notes)
    listed = list(_listed(root.all("Targets")))
    if len(listed) > MOST:
        raise Refusal("xml-refused", f"more than {MOST} targets", listed[MOST].line)
    for node in listed:
        text, name = node.text("Number"), node.text("TargetName") or node.text("TargetID")
        number = int(text) if text.isdecimal() and len(text) < 10 and int(text) > 0 else None
        raw = limited(f"{text} {name}".strip(), WORDS, node.line, "target", notes) or None
        if not name:
            notes.add("target-unreadable", node.line, "a target without a name", raw)
            continue
        if number is None:
            notes.add("target-unnumbered", node.line, "a target without a number", raw, prop="target")
        name, also = (limited(text, WORDS, node.line, "target", notes) for text in (name, node.text("TargetID")))
        targets.add(_target(node, number, name, notes), also)
    return targets


def _folded(name: str) -> str:
    """Fold a name for finding it again: proposals write a hyphen for a space, and any case."""
    return _JOINTS.sub("-", name).casefold()


def _listed(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield the targets of a list, those within groups too; a target that is only named by its number is none."""
    for node in nodes:
        if node.name == "Target" and (node.all("TargetName") or node.all("TargetID") or not node.text()):
            yield node
        yield from _listed(child for child in node if len(child) or child.name == "Target")


def _target(node: Node, number: int | None, name: str, notes: Notes) -> Target:
    def report(message: str, raw: str | None, prop: str) -> None:
        raw = limited(raw, WORDS, node.line, prop, notes) if raw is not None else None
        which = name if number is None else number
        notes.add("value-unreadable", node.line, f"target {which}: {message[:WORDS]}", raw, prop=prop)

    kind = node.attribute("type").rpartition(":")[2]
    known = target_kinds().get(kind)
    if known is None:
        report(f"an unknown kind of target: {kind!r}", kind, "kind")
    position = read_position(node, report)
    if position is None and known == "fixed" and not written_position(node):
        report("a fixed target without a position", None, "position")
    return Target(
        number,
        name,
        node.line,
        kind=known,
        position=position,
        archive_name=limited(node.text("TargetArchiveName"), WORDS, node.line, "archive name", notes) or None,
        extended=_EXTENDED.get(node.text("Extended").upper()),
        category=node.text("Category") or node.attribute("Keyword") or None,
        keywords=tuple(dict.fromkeys(text for k in node.all("Keywords") if (text := k.text()))),
        description=limited(_description(node), PROSE, node.line, "description", notes) or None,
        body=next((body for n in reversed(_LEVELS) if (body := _body(node.get(f"Level{n}")))), None),
    )


def _description(node: Node) -> str:
    """Return what is said of a moving target: its description, and the levels by which its place is found."""
    parts = [node.attribute("SSTextDescription")]
    for level in _LEVELS:
        inside = node.get(f"Level{level}")
        said = (node.attribute(f"Level{level}Type"), inside.values(leave=("type",)) if inside is not None else "")
        if any(said):
            parts.append(f"level {level}: {' '.join(filter(None, said))}")
    return "; ".join(filter(None, parts))


def _body(level: Node | None) -> str:
    """Return the body of the solar system that a level names."""
    if level is None:
        return ""
    return (level.attribute("Name") or level.attribute("ObjectName") or level.text("Name"))[:WORDS]
