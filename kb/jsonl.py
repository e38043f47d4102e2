"""Records as JSON: one object per program, the contract of ``kb read -f jsonl``.

Other people's scripts hang on these keys: add, never rename.

>>> from kb.records import Document, Reading
>>> reading_to_json(Reading(Document("x.md", "program-page", "00", "x"), None))["program"] is None
True
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from kb.records import Finding, Observation, Program, Reading, Target

__all__ = ["json_line", "reading_to_json"]


def json_line(reading: Reading, *, indent: int | None = None) -> str:
    """Write one reading as JSON text, on one line unless ``indent`` is given."""
    return json.dumps(reading_to_json(reading), ensure_ascii=False, indent=indent)


def reading_to_json(reading: Reading) -> dict[str, Any]:
    """Turn a reading into plain dictionaries and lists."""
    rows = reading.rows
    record: dict[str, Any] = {
        "document": reading.document.name,
        "format": reading.document.format,
        "sha256": reading.document.sha256,
        "program": _program(reading.program) if reading.program else None,
        "rows": {
            "observations": rows.observations,
            "headings": rows.headings,
            "continuations": rows.continuations,
            "rejected": rows.rejected,
            **({"visits": rows.visits} if rows.visits else {}),
            "total": rows.total,
        },
        "observations": [_observation(observation) for observation in reading.observations],
        "findings": [_finding(finding) for finding in reading.findings],
    }
    if reading.reports:
        record |= _reports(reading)
    if reading.document.format == "apt":
        record["schema_version"] = reading.document.schema
        if reading.program is not None:
            _add_plan(record, reading.program, reading.observations)
    for order, row in reading.twins:  # what the program's file in APT's format lists as well
        twin = {"order": row.order, "number": row.number, "parallel": row.parallel}
        next(o for o in record["observations"] if o["order"] == order)["same_observation"] = twin
    return record


def _reports(reading: Reading) -> dict[str, Any]:
    """Return what a document reports of visits; durations are in seconds, charged time in hours."""
    document = reading.document
    return {
        "title": document.title,
        "created": document.created,
        "package": document.package,
        "week": document.week,
        "visits": [
            {
                **report._asdict(),
                "windows": [window._asdict() for window in report.windows],
                "repeats": [repeat._asdict() for repeat in report.repeats],
                "seconds": _number(report.seconds),
                "hours": _number(report.hours),
            }
            for report in reading.reports
        ],
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
        "refers_to": sorted({r.program for r in program.references if r.program != program.id}),
        "activity": program.activity,
        "abstract": program.abstract,
        "description": program.description,
    }
    if program.instruments:  # only a document that names them apart from its rows has them
        record["instruments"] = list(program.instruments)
    return record


def _add_plan(record: dict[str, Any], program: Program, observations: Sequence[Observation]) -> None:
    """Add what only the observatory's own format tells; positions in degrees, motions in mas/yr, durations in s."""
    record["program"] |= {
        "draft": program.draft,
        "phase": program.phase,
        "size": program.size,
        "charged_hours": _number(program.charged_hours),
        "science_categories": list(program.science_categories),
        "keywords": list(program.keywords),
        "people": [
            {"name": person.name, "role": person.role, "institution": person.institution} for person in program.people
        ],
        "unused_targets": [_target(target) for target in program.unused],
        "links": [
            {"kind": link.kind, "observations": list(link.numbers), "value": link.value, "line": link.line}
            for link in program.links
        ],
    }
    for made, observation in zip(record["observations"], observations, strict=True):
        made["targets"] = [_target(target) for target in observation.targets]
        made["acquisition"] = _target(observation.acquisition) if observation.acquisition else None
        made["exposures"] = [
            {
                **exposure._asdict(),
                "elements": [
                    {"name": element.name, "second": element.second, "channel": element.channel}
                    for element in exposure.elements
                ],
            }
            for exposure in observation.exposures
        ]
        made["duration"] = _number(observation.duration)
        made["subarray"] = observation.subarray
        made["dithers"] = observation.dithers
        made["mosaic"] = list(observation.mosaic) if observation.mosaic else None
        made["tiles"] = observation.tiles
        made["overlap"] = [float(value) for value in observation.overlap] if observation.overlap else None
        made["skew"] = [float(value) for value in observation.skew] if observation.skew else None
        made["parallel_set"] = observation.parallel_set
        made["requirements"] = [requirement._asdict() for requirement in observation.requirements]
        made["visits"] = [visit._asdict() for visit in observation.visits]


def _target(target: Target) -> dict[str, Any]:
    return {
        "number": target.number,
        "name": target.name,
        "object": target.object,
        "role": target.role,
        "kind": target.kind,
        "position": target.position._asdict() if target.position else None,
        "archive_name": target.archive_name,
        "extended": target.extended,
        "category": target.category,
        "keywords": list(target.keywords),
        "description": target.description,
    }


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
