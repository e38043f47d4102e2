"""What a build notes down about the documents of a store, so that the next one knows what it need not read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kb.claims import Claim, Outcome
from kb.iris import graph_iri
from kb.reading import Statements
from kb.records import Document, Plan, Row

__all__ = ["Entry", "versions"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A document of a store: what it was when it was read, what became of its claim, and how much it says.

    ``findings`` counts findings by severity, ``quads`` the statements of the document's graph; ``reader`` is the
    version of the reader (:func:`kb.sources.reader_version`) that read it.

    >>> document = Document("7487.md", "program-page", "00", "7487")
    >>> entry = Entry(Claim("/d/7487.md", document, (7487,)), Outcome("7487"), {})
    >>> entry.graph
    'https://w3id.org/jwst-kb/graph/program-page/7487'
    >>> Entry.from_json(entry.to_json()) == entry
    True
    """

    claim: Claim
    outcome: Outcome
    findings: dict[str, int]
    quads: int = 0
    reader: str = ""

    @classmethod
    def of(cls, statements: Statements, reader: str) -> Entry:
        """Note down a document that was read and speaks for all its programs under its own key."""
        claim = statements.claim
        return cls(claim, Outcome(claim.document.key), statements.findings, statements.quads, reader)

    @property
    def graph(self) -> str:
        """IRI of the graph that holds what the document says."""
        return graph_iri(self.claim.document.format, self.outcome.key)

    @property
    def described(self) -> tuple[int | str, ...]:
        """The programs that this document speaks for."""
        return self.outcome.described(self.claim.programs)

    def to_json(self) -> dict[str, Any]:
        """Turn into plain lists and dictionaries."""
        document = self.claim.document
        return {
            "path": self.claim.path,
            "name": document.name,
            "format": document.format,
            "sha256": document.sha256,
            "key": document.key,
            "programs": list(self.claim.programs),
            "findings": dict(self.findings),
            "graph_key": self.outcome.key,
            "quads": self.quads,
            "lost": [list(pair) for pair in self.outcome.lost],
            "ceded": list(self.outcome.ceded),
            "beside": [_plan_to_json(plan) for plan in self.outcome.beside],
            "plans": [_plan_to_json(plan) for plan in self.claim.plans],
            "reader": self.reader,
        }

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Entry:
        """Undo :meth:`to_json`."""
        document = Document(row["name"], row["format"], row["sha256"], row["key"])
        lost = tuple((program, path) for program, path in row["lost"])
        beside, plans = (tuple(_plan(plan) for plan in row.get(name, ())) for name in ("beside", "plans"))
        outcome = Outcome(row["graph_key"], lost, tuple(row.get("ceded", ())), beside)
        claim = Claim(row["path"], document, tuple(row["programs"]), plans)
        return cls(claim, outcome, row["findings"], row["quads"], row.get("reader", ""))


def versions(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Say of each document's graph what made it: of equal versions the statements are equal, reading being pure.

    >>> row = {"format": "sodrm", "graph_key": "table", "sha256": "00", "reader": "11", "path": "/d/table.txt"}
    >>> versions({"documents": [row]})
    {'https://w3id.org/jwst-kb/graph/sodrm/table': 'document 00 reader 11 outcome 41522a2c83a7864b'}
    """
    rows = [row for row in manifest.get("documents", ()) if {"format", "graph_key"} <= row.keys()]
    return {graph_iri(row["format"], row["graph_key"]): _version(row) for row in rows}


def _version(row: Mapping[str, Any]) -> str:
    """SHA-256 of the document, version of the reader, and a digest of these and all else that was noted of it."""
    whole = json.dumps({**row, "path": ""}, sort_keys=True).encode()
    outcome = hashlib.sha256(whole).hexdigest()[:16]
    return f"document {row.get('sha256', '')} reader {row.get('reader', '')} outcome {outcome}"


def _plan_to_json(plan: Plan) -> Any:
    return _listed(plan._asdict() | {"rows": [row._asdict() for row in plan.rows]})


def _listed(value: Any) -> Any:
    """Turn tuples into lists, so that it equals what is read back."""
    if isinstance(value, dict):
        return {key: _listed(part) for key, part in value.items()}
    return [_listed(part) for part in value] if isinstance(value, tuple | list) else value


def _plan(row: dict[str, Any]) -> Plan:
    pairs = {name: tuple((one, other) for one, other in row[name]) for name in ("values", "targets")}
    lists = {name: tuple(row[name]) for name in ("kinds", "instruments", "references")}
    rows = tuple(
        Row(**{**one, "targets": tuple(one["targets"]), "objects": tuple(one["objects"])}) for one in row["rows"]
    )
    return Plan(**{**row, **pairs, **lists, "rows": rows})
