"""What binds observations of program files: requirements, links, reference stars, acquisitions."""

from __future__ import annotations

import pytest
from apt_files import codes, observation, program, read, template

from kb.triples import to_nquads


def test_special_requirements_and_the_spaces_behind_their_values() -> None:
    more = (
        '<SpecialRequirements><OrientRange OrientMin="10 Degrees" OrientMax="20 Degrees"/>'
        '<OrientRange OrientMin="30 Degrees" OrientMax="40 Degrees"/><NoParallel/>'
        '<PeriodZeroPhase Period="2.6 Days" PhaseEnd="0.43122 "/>'
        "<GroupVisitsWithin><Interval>53.0 Days</Interval></GroupVisitsWithin></SpecialRequirements>"
    )
    row = read(program(observations=[observation(1, more=more)])).observations[0]
    assert [(r.name, r.value) for r in row.requirements] == [
        ("OrientRange", "OrientMin=10 Degrees OrientMax=20 Degrees"),
        ("OrientRange", "OrientMin=30 Degrees OrientMax=40 Degrees"),
        ("NoParallel", None),
        ("PeriodZeroPhase", "Period=2.6 Days PhaseEnd=0.43122"),
        ("GroupVisitsWithin", "Interval=53.0 Days"),
    ]


def test_requirements_that_tie_observations_together() -> None:
    links = (
        '<AfterObservationLink PrimaryObs="a (2) (Obs 2)" AfterObs="Obs 1" MinInterval="2 Days" MaxInterval=""/>'
        '<OrientFromLink Mode="V3" PrimaryObs="x (Obs 1)" OrientFromObs="y (Obs 2)" MinAngle="-7 Degrees"/>'
        "<GroupWithinLink Sequence='true'><Observation>p (Obs 1)</Observation><Observation>q (Obs 2)</Observation>"
        "<Time>3 Days</Time></GroupWithinLink>"
        '<AfterObservationLink PrimaryObs="a (Obs 9)" AfterObs="Obs 1"/>'
        '<Novel PrimaryObs="a (Obs 1)"/>'
    )
    reading = read(program(observations=[observation(1), observation(2)], links=links))
    assert reading.program is not None
    assert [(link.kind, link.numbers, link.value) for link in reading.program.links] == [
        ("after", (2, 1), "MinInterval=2 Days"),
        ("orient-from", (1, 2), "Mode=V3 MinAngle=-7 Degrees"),
        ("group-within", (1, 2), "Sequence=true Time=3 Days"),
        ("Novel", (1,), "PrimaryObs=a (Obs 1)"),
    ]
    assert sorted(codes(reading)) == ["value-unreadable", "xml-element-unknown"]
    text = to_nquads([reading])
    assert (
        "requirement/1> <https://w3id.org/jwst-kb/ontology#boundTo> <https://w3id.org/jwst-kb/program/5001/observation/1>"
        in text
    )


@pytest.mark.parametrize(
    ("field", "numbers"),
    [
        ("<PsfReferenceObservations>[25][Ref star (Obs 2)]</PsfReferenceObservations>", [(1, 2)]),
        ("<PsfReferenceObservations>[27, 56][Ref (Obs 2), Other (Obs 3)]</PsfReferenceObservations>", [(1, 2), (1, 3)]),
        ("<PsfReferenceObservation>Observation 3</PsfReferenceObservation>", [(1, 3)]),
        ("<PsfReferenceObservations>[][]</PsfReferenceObservations>", []),
    ],
)
def test_reference_stars(field: str, numbers: list[tuple[int, int]]) -> None:
    science = observation(1, template("NircamCoron", f"<CoronMask>MASK335R</CoronMask>{field}"), instrument="NIRCAM")
    reference = template("NircamCoron", "<CoronMask>MASK335R</CoronMask><PsfReference>true</PsfReference>")
    others = [observation(n, reference, pointed="2 HD-2811-BKG", instrument="NIRCAM") for n in (2, 3)]
    reading = read(program(observations=[science, *others]))
    assert reading.program is not None
    assert [(link.kind, link.numbers) for link in reading.program.links] == [
        ("psf-reference", pair) for pair in numbers
    ]
    assert [row.targets[0].role for row in reading.observations] == ["science", "reference", "reference"]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Same Target as Observation", None),
        ("NONE", None),
        ("1 HD-2811", None),
        ("2 HD-2811-BKG", "HD-2811-BKG"),
        ("C[2 HD-2811-BKG]", "HD-2811-BKG"),
    ],
)
def test_the_target_of_an_acquisition_is_no_science_target(written: str, found: str | None) -> None:
    plan = template("MiriLRS", f"<AcqTargetID>{written}</AcqTargetID><AcqFilter>F560W</AcqFilter><Groups>5</Groups>")
    reading = read(program(observations=[observation(1, plan)]))
    (row,) = reading.observations
    assert (row.acquisition.name if row.acquisition else None) == found
    assert [t.name for t in row.targets] == ["HD-2811"]
    assert codes(reading) == []
    if row.acquisition:
        assert row.acquisition.role == "acquisition"
        assert reading.program is not None
        assert reading.program.unused == ()
        assert "listsTarget> <https://w3id.org/jwst-kb/program/5001/target/2>" in to_nquads([reading])
