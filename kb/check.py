"""The quality report: where every table row went, and what was found, document by document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from kb.records import Finding, Reading, RowAccount
from kb.results import Rows

__all__ = ["DocumentReport", "Report", "add", "report"]

SEVERITIES = ("error", "warning", "info")


@dataclass
class DocumentReport:
    """One document: its rows (summed over its programs) and its findings."""

    name: str
    rows: RowAccount = field(default_factory=RowAccount)
    findings: list[Finding] = field(default_factory=list)

    def count(self, severity: str) -> int:
        """Return the number of findings of a severity."""
        return sum(finding.severity == severity for finding in self.findings)


@dataclass
class Report:
    """All documents, worst first: most errors, then warnings, then remarks, then by name."""

    documents: list[DocumentReport]

    def worst(self) -> str | None:
        """Return the gravest severity that occurs, ``None`` without findings."""
        return next((s for s in SEVERITIES if any(document.count(s) for document in self.documents)), None)

    def per_document(self) -> Rows:
        """Rows of every document: the five numbers, visits where any reports some, and the findings by severity."""
        visits = ("visits",) if any(d.rows.visits for d in self.documents) else ()
        columns = ("document", "observations", "headings", "continuations", "rejected", *visits, "total")
        rows = [
            (d.name, *(getattr(d.rows, name) for name in columns[1:]), *(d.count(severity) for severity in SEVERITIES))
            for d in self.documents
        ]
        return Rows((*columns, "errors", "warnings", "infos"), rows)

    def per_code(self) -> Rows:
        """Count the findings of each code, and the documents that have them, gravest and most frequent first."""
        counts = Counter((f.severity, f.code) for d in self.documents for f in d.findings)
        documents = Counter(key for d in self.documents for key in {(f.severity, f.code) for f in d.findings})
        keys = sorted(counts, key=lambda key: (SEVERITIES.index(key[0]), -counts[key], key[1]))
        rows = [(severity, code, counts[severity, code], documents[severity, code]) for severity, code in keys]
        return Rows(("severity", "code", "findings", "documents"), rows)

    def per_finding(self) -> Rows:
        """Every finding of every document, in the order of the document's lines."""
        columns = ("document", "line", "severity", "code", "message", "raw", "repaired")
        rows = [
            (d.name, f.line, f.severity, f.code, f.message, f.raw, f.repaired)
            for d in self.documents
            for f in sorted(d.findings, key=lambda f: (f.line or 0, f.code))
        ]
        return Rows(columns, rows)

    def records(self) -> Iterable[dict[str, Any]]:
        """One dictionary per document, for JSON lines."""
        counts = self.per_document()
        for document, numbers in zip(self.documents, counts.dicts(), strict=True):
            findings = Counter(finding.code for finding in document.findings)
            yield {**numbers, "findings": dict(sorted(findings.items()))}


def report(readings: Iterable[Reading]) -> Report:
    """Make the report of readings; those of one document are put together.

    Examples
    --------
    >>> from kb.sources import bundled, find, read
    >>> made = report(reading for path in find([bundled()]) for reading in read(path))
    >>> made.worst() != "error"
    True

    """
    documents: dict[tuple[str, str], DocumentReport] = {}
    for reading in readings:
        key = (reading.document.format, reading.document.key)
        document = documents.setdefault(key, DocumentReport(reading.document.name))
        document.rows = add(document.rows, reading.rows)
        document.findings.extend(reading.findings)
    worst_first = sorted(documents.values(), key=lambda d: (*(-d.count(s) for s in SEVERITIES), d.name))
    return Report(worst_first)


def add(one: RowAccount, other: RowAccount) -> RowAccount:
    """Add two row accounts."""
    return RowAccount(
        one.observations + other.observations,
        one.headings + other.headings,
        one.continuations + other.continuations,
        one.rejected + other.rejected,
        one.visits + other.visits,
    )
