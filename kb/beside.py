"""Two documents of one program: what the second adds to the first, and where they disagree.

The observatory's own format speaks first, a program page adds what that does not say.  An observation that both list is
one; whatever either lists alone stays.  Neither wins in silence: what is said differently becomes a finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from kb.matching import bare, differences, match
from kb.records import Finding, Observation, Plan, Program, Reading, Row

__all__ = ["beside", "plan_of", "rest"]

# Fields that one document fills for both; kinds and references add up instead.
_FIELDS = (
    "title",
    "category",
    "cycle",
    "prime_hours",
    "parallel_hours",
    "access_months",
    "people",
    "activity",
    "abstract",
    "description",
)
_COMPARED = frozenset({"title", "category", "cycle", "prime_hours", "access_months", "people"})


def plan_of(reading: Reading) -> Plan:
    """Return what a first document says, as far as a second one must know it."""
    program = reading.program
    assert program is not None
    values = []
    for name in _FIELDS:
        if getattr(program, name) not in (None, "", ()):
            values.append((name, _text(program, name) if name in _COMPARED else ""))
    pointed = (
        target for o in reading.observations for target in (*o.targets, *((o.acquisition,) if o.acquisition else ()))
    )
    targets = dict.fromkeys((target.number, target.name) for target in (*pointed, *program.unused))
    instruments = dict.fromkeys(o.instrument for o in reading.observations if o.instrument)
    return Plan(
        program.key,
        tuple(values),
        program.kinds,
        tuple(instruments),
        tuple(reference.program for reference in program.references),
        tuple(targets),
        _rows(reading.observations),
    )


def beside(reading: Reading, first: Plan, severity: dict[str, str]) -> Reading:
    """Return a second document's reading with what the first says, what both list, and where they disagree.

    Parameters
    ----------
    reading
        What the second document says.
    first
        What the first says.
    severity
        Severities by code, of the findings that are made here.

    """
    program = reading.program
    assert program is not None
    rows = _rows(reading.observations)
    pairs = match(first.rows, rows)
    by_order = {row.order: row for row in first.rows}
    twins = tuple((order, by_order[pairs[order]]) for order in sorted(pairs))
    noted = [*_values(program, first), *_differing(rows, twins, reading), *_alone(rows, first, pairs, reading)]
    findings = tuple(finding._replace(severity=severity[finding.code]) for finding in noted)
    return reading._replace(
        findings=tuple(sorted((*reading.findings, *findings), key=lambda finding: finding.line or 0)),
        first=first,
        twins=twins,
    )


def rest(program: Program, first: Plan) -> Program:
    """Return a program without what the first document says of it."""
    blank = Program(program.id, "")
    filled: dict[str, Any] = {name: getattr(blank, name) for name, _ in first.values}
    if "cycle" in filled:
        filled["cycle_inferred"] = False
    kinds = tuple(kind for kind in program.kinds if kind.casefold() not in {k.casefold() for k in first.kinds})
    references = tuple(reference for reference in program.references if reference.program not in first.references)
    return program._replace(**filled, kinds=kinds, references=references)


def _rows(observations: tuple[Observation, ...]) -> tuple[Row, ...]:
    times = Counter((o.number, o.parallel) for o in observations)
    return tuple(
        Row(
            o.order,
            o.number if times[o.number, o.parallel] == 1 else None,
            o.parallel,
            o.label,
            o.template,
            tuple(target.name for target in o.targets),
            tuple(sorted({target.system or target.object or bare(target.name) for target in o.targets})),
        )
        for o in observations
    )


def _text(program: Program, name: str) -> str:
    if name == "people":
        return next((person.name for person in program.people if person.role == "PI"), program.people[0].name)
    return str(getattr(program, name))


def _values(program: Program, first: Plan) -> Iterator[Finding]:
    """Yield where the documents disagree about the program; an inferred cycle says nothing."""
    for name, theirs in first.values:
        if not theirs or getattr(program, name) in (None, "", ()) or (name == "cycle" and program.cycle_inferred):
            continue
        ours = _text(program, name)
        if not _agree(name, ours, theirs):
            what = name.replace("_", " ") if name != "people" else "principal investigator"
            message = f"{what}: {ours} here, {theirs} in the program file"
            yield Finding("documents-differ", "", program.line, message, ours, theirs, property=name)


def _agree(name: str, ours: str, theirs: str) -> bool:
    if name == "prime_hours":
        return Decimal(ours) == Decimal(theirs)
    if name == "people":  # first names are written in many ways
        return bare(ours.split()[-1]) == bare(theirs.split()[-1])
    return bare(ours) == bare(theirs)


def _differing(rows: tuple[Row, ...], twins: tuple[tuple[int, Row], ...], reading: Reading) -> Iterator[Finding]:
    """Yield where the documents disagree about an observation that is the same."""
    lines = {o.order: o.line for o in reading.observations}
    by_order = {row.order: row for row in rows}
    for order, twin in twins:
        for name, theirs, ours in differences(twin, by_order[order]):
            message = (
                f"{name} of row {order}: {ours or 'none'} here, {theirs or 'none'} in the program file ({_name(twin)})"
            )
            yield Finding("documents-differ", "", lines[order], message, ours, theirs, order, name)


def _alone(rows: tuple[Row, ...], first: Plan, pairs: dict[int, int], reading: Reading) -> Iterator[Finding]:
    """Yield what one document alone lists."""
    lines = {o.order: o.line for o in reading.observations}
    for row in rows:
        if row.order not in pairs:
            message = f"row {row.order} is not in the program file: {row.label or 'no label'}, {row.template}"
            yield Finding("in-one-document", "", lines[row.order], message, row.label or None, None, row.order)
    matched = set(pairs.values())
    for row in first.rows:
        if row.order not in matched:
            message = (
                f"{_name(row)} of the program file is not in this document: {row.label or 'no label'}, {row.template}"
            )
            yield Finding("in-one-document", "", None, message, None, row.label or None)


def _name(row: Row) -> str:
    which = f"observation {row.number}" if row.number is not None else f"row {row.order}"
    return f"{which} (in parallel)" if row.parallel else which
