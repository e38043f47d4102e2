"""Records as JSON: one object per program, the contract of ``kb read -f jsonl``.

Other people's scripts hang on these keys: add, never rename.

>>> from kb.records import Document, Reading
>>> reading_to_json(Reading(Document("x.md", "program-page", "00", "x"), None))["program"] is None
True
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from kb.records import Finding, Observation, Program, Reading

__all__ = ["json_line", "reading_to_json"]


def json_line(reading: Reading, *, indent: int | None = None) -> str:
    """Write one reading as JSON text, on one line unless ``indent`` is given."""
    return json.dumps(reading_to_json(reading), ensure_ascii=False, indent=indent)


def reading_to_json(reading: Reading) -> dict[str, Any]:
    """Turn a reading into plain dictionaries and lists."""
    rows = reading.rows
    return {
        "document": reading.document.name,
        "format": reading.document.format,
        "sha256": reading.document.sha256,
        "program": _program(reading.program) if reading.program else None,
        "rows": {
            "observations": rows.observations,
            "headings": rows.headings,
            "continuations": rows.continuations,
            "rejected": rows.rejected,
            "total": rows.total,
        },
        "observations": [_observation(observation) for observation in reading.observations],
        "findings": [_finding(finding) for finding in reading.findings],
    }


def _program(program: Program) -> dict[str, Any]:
    record: dict[str, Any] = {
        "id": program.id,
        "title": program.title,
        "category": program.category,
        "cycle": program.cycle,
        "cycle_inferred": program.cycle_inferred,
        "prime_hours": _number(program.prime_hours),
        "parallel_hours": _number(program.parallel_hours),
        "access_months": program.access_months,
        "kinds": list(program.kinds),
        "modes": list(program.modes),
        "people": [{"name": person.name, "role": person.role} for person in program.people],
        "refers_to": sorted({reference.program for reference in program.references} - {program.id}),
        "activity": program.activity,
        "abstract": program.abstract,
        "description": program.description,
    }
    if program.instruments:  # only a document that names them apart from its rows has them
        record["instruments"] = list(program.instruments)
    return record


def _observation(observation: Observation) -> dict[str, Any]:
    return {
        "order": observation.order,
        "number": observation.number,
        "label": observation.label,
        "label_raw": observation.label_raw,
        "folder": observation.folder,
        "template": observation.template,
        "template_raw": observation.template_raw,
        "instrument": observation.instrument,
        "elements": list(observation.elements),
        "parallel": observation.parallel,
        "line": observation.line,
        "targets": [
            {"number": target.number, "name": target.name, "object": target.object, "role": target.role}
            for target in observation.targets
        ],
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "line": finding.line,
        "message": finding.message,
        "raw": finding.raw,
        "repaired": finding.repaired,
    }


def _number(hours: Decimal | None) -> float | None:
    return None if hours is None else float(hours)
