"""Where a reader writes down what it noticed, repaired or refused."""

from __future__ import annotations

from kb.records import Finding
from kb.vocabulary import load


class Notes:
    """Collects findings in the order in which they are made; severities come from the vocabulary."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self._once: set[tuple[str, str]] = set()

    def add(
        self,
        code: str,
        line: int | None,
        message: str,
        raw: str | None = None,
        repaired: str | None = None,
        order: int | None = None,
        prop: str | None = None,
    ) -> None:
        """Write one finding down.

        Raises
        ------
        VocabularyError
            If ``ontology/vocabulary/findings.ttl`` has no such code.

        """
        severity = load().finding(code).severity
        self.findings.append(Finding(code, severity, line, message, raw, repaired, order, prop))

    def add_once(
        self, code: str, line: int | None, message: str, raw: str, prop: str, order: int | None = None
    ) -> None:
        """Write a finding down where it first shows: what a whole document shares is said once."""
        if (code, message) not in self._once:
            self._once.add((code, message))
            self.add(code, line, message, raw, order=order, prop=prop)

    def done(self) -> tuple[Finding, ...]:
        """All findings, those of the whole document first, then by line; equal lines keep their order."""
        return tuple(sorted(self.findings, key=lambda f: f.line or 0))
