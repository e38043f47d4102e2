"""What only the observatory's own format tells → statements: positions, exposures, visits, requirements.

Called by :mod:`kb.triples` for documents of that format, after what all formats have in common.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from kb import iris, vocabulary
from kb.records import Exposure, Observation, Program, Reading, Target
from kb.triples_visits import state_status

if TYPE_CHECKING:
    from kb.nquads import Quads

__all__ = ["state_plan"]

# Requirements that say what the others are bound to: it stands last.
_DIRECTED = frozenset({"after", "orient-from", "psf-reference"})
_PLACES = Decimal("1e-9")  # of degrees, as the records have them


def state_plan(
    quads: Quads, node: str, reading: Reading, rows: Mapping[int, str], target: Callable[[Target, str], str]
) -> None:
    """State what a reading tells besides.

    Parameters
    ----------
    quads
        The document's graph.
    node
        The program.
    reading
        What the document says of it.
    rows
        Nodes of the observations by their order.
    target
        Returns the node of a target, and states it where it is new, by the given property of the program.

    """
    program = reading.program
    assert program is not None
    _program(quads, node, program)
    located: dict[str, Target] = {}
    prime = ""
    numbered: dict[int, str] = {}
    for observation in reading.observations:
        row = rows[observation.order]
        for pointed in observation.targets:
            located.setdefault(target(pointed, "definesTarget"), pointed)
        _observation(quads, row, observation)
        if observation.parallel:
            quads.link(row, "parallelTo", prime)
        else:
            prime = row
            if observation.number is not None:
                numbered.setdefault(observation.number, row)
    for observation in reading.observations:
        if observation.acquisition is not None:
            found = target(observation.acquisition, "listsTarget")
            located.setdefault(found, observation.acquisition)
            quads.link(rows[observation.order], "hasAcquisitionTarget", found)
    for unused in program.unused:
        located.setdefault(target(unused, "listsTarget"), unused)
    for found, pointed in located.items():
        _target(quads, found, pointed)
    _requirements(quads, node, program, numbered)


def _program(quads: Quads, node: str, program: Program) -> None:
    quads.put(node, "draftKey", program.draft)
    quads.put(node, "proposalPhase", program.phase)
    quads.put(node, "programSize", program.size)
    quads.put(node, "chargedHours", program.charged_hours)
    for category in program.science_categories:
        quads.put(node, "scienceCategory", category)
    for keyword in program.keywords:
        quads.put(node, "scienceKeyword", keyword)
    for order, person in enumerate(program.people, 1):
        quads.put(f"<{iris.participation_iri(program.key, order)}>", "institution", person.institution)


def _target(quads: Quads, node: str, target: Target) -> None:
    quads.put(node, "targetKind", target.kind)
    quads.put(node, "archiveName", target.archive_name)
    quads.put(node, "isExtended", target.extended)
    quads.put(node, "targetCategory", target.category)
    quads.put(node, "targetDescription", target.description)
    for keyword in target.keywords:
        quads.put(node, "targetKeyword", keyword)
    place = target.position
    if place is None:
        return
    quads.put(node, "rightAscension", _decimal(place.ra))
    quads.put(node, "declination", _decimal(place.dec))
    quads.put(node, "epoch", _decimal(place.epoch))
    quads.put(node, "properMotionRA", _decimal(place.pm_ra))
    quads.put(node, "properMotionDec", _decimal(place.pm_dec))
    quads.put(node, "parallax", _decimal(place.parallax))
    quads.put(node, "positionUncertainty", _decimal(place.uncertainty))
    quads.put(node, "coordinatesAsWritten", place.raw)


def _observation(quads: Quads, node: str, row: Observation) -> None:
    quads.put(node, "parallelSet", row.parallel_set)
    quads.put(node, "subarray", row.subarray)
    quads.put(node, "dithers", row.dithers)
    quads.put(node, "scienceDuration", row.duration)
    if row.mosaic is not None:
        quads.put(node, "mosaicRows", row.mosaic[0])
        quads.put(node, "mosaicColumns", row.mosaic[1])
        quads.put(node, "mosaicTiles", row.tiles)
        for value, across, down in (
            (row.overlap, "mosaicRowOverlap", "mosaicColumnOverlap"),
            (row.skew, "mosaicSkewX", "mosaicSkewY"),
        ):
            if value is not None:
                quads.put(node, across, value[0])
                quads.put(node, down, value[1])
    for requirement in row.requirements:
        quads.put(node, "specialRequirement", " ".join(filter(None, (requirement.name, requirement.value))))
    for element in row.elements:
        if (known := _element(row.instrument, element)) is not None:
            quads.link(node, "usesElement", known)
    bare = node[1:-1]
    for exposure in row.exposures:
        _exposure(quads, node, f"<{bare}/exposure/{exposure.order}>", row, exposure)
    for visit in row.visits:
        made = f"<{bare}/visit/{visit.number}>"
        quads.link(node, "hasVisit", made)
        quads.type(made, "Visit")
        quads.put(made, "rdfs:label", f"Visit {visit.number} of {_name(row)}")
        quads.put(made, "visitNumber", visit.number)
        state_status(quads, made, visit.status)
        quads.put(made, "line", visit.line)


def _exposure(quads: Quads, observation: str, node: str, row: Observation, exposure: Exposure) -> None:
    written = " ".join(element.pair for element in exposure.elements)
    quads.link(observation, "hasExposure", node)
    quads.type(node, "Exposure")
    quads.put(node, "rdfs:label", f"Exposure {exposure.order} of {_name(row)}{f': {written}' if written else ''}")
    quads.put(node, "order", exposure.order)
    quads.put(node, "line", exposure.line)
    quads.put(node, "exposureRole", exposure.role)
    quads.put(node, "exposureElements", written or None)
    quads.put(node, "readoutPattern", exposure.readout)
    quads.put(node, "groups", exposure.groups)
    quads.put(node, "integrations", exposure.integrations)
    quads.put(node, "exposureCount", exposure.exposures)
    quads.put(node, "subarray", exposure.subarray)
    for element in exposure.elements:
        known = [_element(row.instrument, name) for name in element.names]
        for found in known:
            if found is not None:
                quads.link(node, "throughElement", found)
        if len(known) == 2 and None not in known and row.instrument is not None:
            quads.link(node, "throughPair", f"<{iris.pair_iri(row.instrument, *element.names)}>")


def _requirements(quads: Quads, node: str, program: Program, rows: Mapping[int, str]) -> None:
    for order, link in enumerate(program.links, 1):
        made = f"<{iris.requirement_iri(program.key, order)}>"
        numbers = [number for number in link.numbers if number in rows]
        quads.link(node, "hasLinkingRequirement", made)
        quads.type(made, "LinkingRequirement")
        quads.put(
            made, "rdfs:label", f"{link.kind}: {', '.join(f'observation {number}' for number in numbers) or 'none'}"
        )
        quads.put(made, "requirementKind", link.kind)
        quads.put(made, "requirementText", link.value)
        quads.put(made, "line", link.line)
        for place, number in enumerate(numbers):
            directed = link.kind in _DIRECTED and place
            quads.link(made, "boundTo" if directed else "binds", rows[number])


def _element(instrument: str | None, name: str) -> str | None:
    found = vocabulary.load().find(f"element-{instrument.lower()}", name) if instrument else None
    return f"<{found.iri}>" if found else None


def _name(row: Observation) -> str:
    which = f"observation {row.number}" if row.number is not None else f"row {row.order}"
    return f"{which}, in parallel" if row.parallel else which


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(repr(value)).quantize(_PLACES)
