"""Statements → what a person would say of a program or a document: its fields, people, targets, rows, findings.

Which properties are compared, and what they are called, is data: ``ontology/changes.csv``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from kb import iris, vocabulary
from kb.ontology_tables import records
from kb.store.results import Iri, Value, plain

__all__ = ["DocumentFacts", "Fields", "ProgramFacts", "Row", "TargetFacts", "document", "nodes", "program"]

Node = Mapping[str, list[Value]]
Nodes = Mapping[str, Node]
#: Values by the name of the field; a field without a value is not there.
Fields = Mapping[str, frozenset[Value]]


class Compared(NamedTuple):
    """A property that is compared."""

    field: str
    property: str
    named_by: str | None


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """An entry of a program's list of targets."""

    iri: str
    name: str
    number: int | None
    line: int | None
    fields: Fields


@dataclass(frozen=True, slots=True)
class Row:
    """A planned observation; ``targets`` are the IRIs of its targets."""

    name: str
    label: str
    template: str
    targets: frozenset[str]
    order: int
    number: int | None
    line: int | None
    fields: Fields


@dataclass(frozen=True, slots=True)
class ProgramFacts:
    """A program; ``described`` says whether a document speaks for it, or others only refer to it."""

    number: int
    title: str
    described: bool
    fields: Fields
    people: Counter[tuple[str, str]]
    references: Mapping[int, Value]
    targets: list[TargetFacts]
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """A document; ``findings`` counts them by code."""

    name: str
    programs: tuple[int, ...]
    fields: Fields
    findings: Counter[str]


@lru_cache(maxsize=1)
def _compared() -> Mapping[str, list[Compared]]:
    """Properties to compare, by the kind of node."""
    found: dict[str, list[Compared]] = {}
    for row in records(vocabulary.ontology_dir() / "changes.csv"):
        named_by = _term(row["named_by"]) if row["named_by"] else None
        found.setdefault(row["node"], []).append(Compared(row["field"], _term(row["property"]), named_by))
    return found


@lru_cache(maxsize=1 << 8)
def _term(name: str) -> str:
    prefix, colon, local = name.partition(":")
    return iris.PREFIXES[prefix] + local if colon else vocabulary.load().term(name)


def nodes(lines: Iterable[bytes]) -> dict[str, dict[str, list[Value]]]:
    """Gather lines of N-Triples by subject and predicate; values are sorted, so that their order means nothing."""
    import pyoxigraph

    found: dict[str, dict[str, list[Value]]] = {}
    for quad in pyoxigraph.parse(b"".join(sorted(lines)), pyoxigraph.RdfFormat.N_TRIPLES, lenient=True):
        node = found.setdefault(str(getattr(quad.subject, "value", quad.subject)), {})
        node.setdefault(quad.predicate.value, []).append(plain(quad.object))
    return found


def program(iri: str, known: Nodes, labels: dict[str, str]) -> ProgramFacts:
    """Read the facts of one program from its nodes; what only they can name is added to ``labels``."""
    node = known.get(iri, {})
    parts = [known.get(part, {}) for part in _links(node, "hasParticipation")]
    references = [known.get(link, {}) for link in _links(node, "hasReference")]
    rows = [_row(known.get(link, {}), labels) for link in _links(node, "hasObservation")]
    return ProgramFacts(
        number=int(iri.rsplit("/", 1)[1]),
        title=_text(node, "dcterms:title"),
        described=bool(node.get(_term("dcterms:source"))),
        fields=_fields("program", node, labels),
        people=Counter((_text(part, "personName"), _text(part, "participantRole")) for part in parts),
        references={_tail(_text(part, "referredProgram")): _first(part, "referenceKind") for part in references},
        targets=sorted(
            (_target(link, known.get(link, {}), labels) for link in _links(node, "definesTarget")),
            key=lambda target: (target.line or 0, target.number or 0, target.iri),
        ),
        rows=sorted(rows, key=lambda row: row.order),
    )


def document(iri: str, known: Nodes) -> DocumentFacts:
    """Read the facts of one document from its nodes."""
    node = known.get(iri, {})
    kinds = (_text(known.get(link, {}), "findingKind") for link in _links(node, "hasFinding"))
    return DocumentFacts(
        name=_text(node, "fileName") or iri.removeprefix(iris.BASE),
        programs=tuple(sorted(_tail(link) for link in _links(node, "describes"))),
        fields=_fields("document", node, {}),
        findings=Counter(kind.rsplit("/", 1)[-1] for kind in kinds),
    )


def _target(iri: str, node: Node, labels: dict[str, str]) -> TargetFacts:
    name = _text(node, "rdfs:label")
    return TargetFacts(iri, name, _int(node, "targetNumber"), _int(node, "line"), _fields("target", node, labels))


def _row(node: Node, labels: dict[str, str]) -> Row:
    return Row(
        name=_text(node, "rdfs:label"),
        label=_text(node, "observationLabel"),
        template=_text(node, "usesTemplate"),
        targets=frozenset(_links(node, "hasTarget")),
        order=_int(node, "order") or 0,
        number=_int(node, "observationNumber"),
        line=_int(node, "line"),
        fields=_fields("observation", node, labels),
    )


def _fields(kind: str, node: Node, labels: dict[str, str]) -> Fields:
    found = {}
    for field, predicate, named_by in _compared()[kind]:
        if values := node.get(predicate):
            found[field] = frozenset(values)
            if named_by and named_by in node:
                labels.setdefault(str(values[0]), str(node[named_by][0]))
    return found


def _links(node: Node, term: str) -> list[str]:
    return [value for value in node.get(_term(term), ()) if isinstance(value, Iri)]


def _first(node: Node, term: str) -> Value:
    return next(iter(node.get(_term(term), ())), None)


def _text(node: Node, term: str) -> str:
    value = _first(node, term)
    return "" if value is None else str(value)


def _int(node: Node, term: str) -> int | None:
    value = _first(node, term)
    return value if isinstance(value, int) else None


def _tail(iri: str) -> int:
    """Return the number at the end of a program's IRI.

    >>> _tail("https://w3id.org/jwst-kb/program/7487"), _tail("")
    (7487, 0)
    """
    tail = iri.rsplit("/", 1)[-1]
    return int(tail) if tail.isdecimal() else 0
