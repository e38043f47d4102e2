"""Which statements differ, graph by graph, and all that is said of the programs and documents that they are about.

Only graphs that differ are looked into, a hundred at a time, so two stores of one content take the time to read them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kb.diff.sides import Side
from kb.iris import BASE, DERIVED_GRAPH, SHARED_GRAPH, VOCABULARY_GRAPH

__all__ = ["Comparison", "GraphChange", "compare", "owner"]

_BATCH = 100
_BASE = re.escape(BASE.encode())
_OWNED = re.compile(rb"<(" + _BASE + rb"(?:program/\d+|document/[^/>]+/[^/>]+))[/>]")
_GRAPH_NODE = re.compile(rb"<" + _BASE + rb"graph/([^/>]+/[^/>]+)>")
#: What follows from the documents: shared nodes and links, which change only if something else does.
_FOLLOWS = re.compile(rb"<" + _BASE + rb"(?:object|person|link|activity|template/unknown-)")
_DESCRIBES = re.compile(rb"^<([^>]+)> <" + _BASE + rb"ontology#describes> <([^>]+)> \.$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class GraphChange:
    """Statements of one graph that are gone and that are new, as sorted lines of N-Triples."""

    graph: str
    removed: tuple[bytes, ...]
    added: tuple[bytes, ...]


@dataclass(slots=True)
class Comparison:
    """What differs, and the statements about everything that differs, by what owns them, on both sides."""

    graphs: list[GraphChange] = field(default_factory=list)
    old: dict[str, list[bytes]] = field(default_factory=dict)
    new: dict[str, list[bytes]] = field(default_factory=dict)
    #: Whether the program that was asked for is on either side.
    found: bool = False


@dataclass(slots=True)
class _Pair:
    """One graph on both sides."""

    graph: str
    old: bytes
    new: bytes
    removed: frozenset[bytes] = frozenset()
    added: frozenset[bytes] = frozenset()

    def find(self) -> None:
        if self.old != self.new:
            old, new = frozenset(self.old.splitlines(True)), frozenset(self.new.splitlines(True))
            self.removed, self.added = old - new, new - old

    def restrict(self, program: bytes) -> None:
        """Keep what is about one program and its documents."""
        described = _DESCRIBES.findall(self.old) + _DESCRIBES.findall(self.new)
        wanted = {program, *(document for document, about in described if about == program)}
        self.removed = frozenset(line for line in self.removed if owner(line, self.graph) in wanted)
        self.added = frozenset(line for line in self.added if owner(line, self.graph) in wanted)

    def owners(self) -> set[bytes]:
        found = {owner(line, self.graph) for lines in (self.removed, self.added) for line in lines}
        return {name for name in found if name is not None}

    def programs(self) -> set[bytes]:
        return {program for text in (self.old, self.new) for _, program in _DESCRIBES.findall(text)}


def owner(line: bytes, graph: str) -> bytes | None:
    """IRI of what a statement belongs to: a program, a document, else its subject; ``None`` for what only follows.

    >>> owner(b'<https://w3id.org/jwst-kb/program/7487/row/3> <a:p> "x" .', "")
    b'https://w3id.org/jwst-kb/program/7487'
    """
    if graph != VOCABULARY_GRAPH:
        if found := _OWNED.match(line):
            return found[1]
        if found := _GRAPH_NODE.match(line):
            return f"{BASE}document/".encode() + found[1]
        if graph in (SHARED_GRAPH, DERIVED_GRAPH) or _FOLLOWS.match(line):
            return None
    return line.split(b" ", 1)[0].strip(b"<>")


def compare(old: Side, new: Side, program: str | None = None) -> Comparison:
    """Find what differs; ``program`` is the IRI of the only one that matters."""
    made = Comparison()
    only = program.encode() if program else None
    names = sorted({*old.graphs(), *new.graphs()})
    late = list(_pairs(old, new, [name for name in names if name in (SHARED_GRAPH, DERIVED_GRAPH)], made, only))
    # What is derived may change for a program whose document did not: its document is then needed as well.
    missing = set().union(*(pair.owners() for pair in late))
    affected = set(missing)
    before, after = old.digests(), new.digests()
    equal = {name for name in before.keys() & after.keys() if before[name] == after[name]}
    names = [name for name in names if name not in (SHARED_GRAPH, DERIVED_GRAPH)]
    for share in ([name for name in names if name not in equal], [name for name in names if name in equal]):
        if equal.issuperset(share) and not missing and (made.found or not only):
            break
        for pair in _pairs(old, new, share, made, only):
            owners = pair.owners()
            affected |= owners
            if missing:
                described = pair.programs() & affected
                owners |= described
                missing -= described
            _collect(made, pair, owners)
    for pair in late:
        _collect(made, pair, affected)
    made.graphs.sort(key=lambda change: change.graph)
    return made


def _pairs(old: Side, new: Side, names: list[str], made: Comparison, only: bytes | None) -> Iterator[_Pair]:
    for start in range(0, len(names), _BATCH):
        batch = names[start : start + _BATCH]
        before, after = dict(old.ntriples(batch)), dict(new.ntriples(batch))  # a store has an order of its own
        for graph in batch:
            pair = _Pair(graph, before[graph], after[graph])
            pair.find()
            if only:
                made.found = made.found or only in pair.programs()
                pair.restrict(only)
            if pair.removed or pair.added:
                made.graphs.append(GraphChange(graph, tuple(sorted(pair.removed)), tuple(sorted(pair.added))))
            yield pair


def _collect(made: Comparison, pair: _Pair, owners: Iterable[bytes]) -> None:
    wanted = set(owners)
    if wanted:
        for side, text in ((made.old, pair.old), (made.new, pair.new)):
            for line in text.splitlines(True):
                name = owner(line, pair.graph)
                if name in wanted:
                    assert name is not None
                    side.setdefault(name.decode(), []).append(line)
