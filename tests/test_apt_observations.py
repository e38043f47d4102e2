"""Observations of program files: none lost, none invented, each with its template and its visits."""

from __future__ import annotations

import pytest
from apt_files import codes, names, observation, one, program, read, target, template

from kb.jsonl import json_line
from kb.triples import to_nquads


def test_only_elements_with_a_template_are_observations() -> None:
    links = "<GroupWithinLink Sequence='true'><Observation>imaging (Obs 1)</Observation><Time/></GroupWithinLink>"
    links += "<SameOrientLink><Mode>Aperture</Mode><Observation>imaging (Obs 1)</Observation></SameOrientLink>"
    reading = read(program(links=links))
    assert [row.number for row in reading.observations] == [1]


def test_folders_within_folders() -> None:
    inside = f"<MosaicGroup><Label>Tiles</Label>{observation(2)}</MosaicGroup>"
    reading = read(program(observations=[observation(3), inside, observation(1)]))
    assert [(row.number, row.folder) for row in reading.observations] == [(3, "Folder"), (2, "Tiles"), (1, "Folder")]


def test_equal_lines_of_exposures_stay_as_many_as_they_are() -> None:
    row = read(program()).observations[0]
    assert [(e.order, e.elements[0].name, e.groups, e.integrations, e.exposures, e.readout) for e in row.exposures] == [
        (1, "F770W", 160, 1, 1, "FASTR1"),
        (2, "F770W", 160, 1, 1, "FASTR1"),
    ]
    assert row.elements == ("F770W",)


def test_a_coordinated_parallel_is_an_observation_with_its_own_instrument() -> None:
    inside = (
        "<Filters><FilterConfig><ShortFilter>F090W</ShortFilter><LongFilter>F277W</LongFilter></FilterConfig></Filters>"
    )
    more = (
        "<CoordinatedParallel>true</CoordinatedParallel>"
        "<CoordinatedParallelSet>MIRI-NIRCam Imaging</CoordinatedParallelSet>"
        f"<FirstCoordinatedTemplate>{template('NircamImaging', inside)}</FirstCoordinatedTemplate>"
    )
    reading = read(program(observations=[observation(3, more=more), observation(4)]))
    assert [(r.order, r.number, r.parallel, r.instrument) for r in reading.observations] == [
        (1, 3, False, "MIRI"),
        (2, 3, True, "NIRCam"),
        (3, 4, False, "MIRI"),
    ]
    assert names(reading.observations[1]) == [["F090W", "F277W"]]
    text = to_nquads([reading])
    assert (
        "observation/3/parallel> <https://w3id.org/jwst-kb/ontology#parallelTo> <https://w3id.org/jwst-kb/program/5001/observation/3>"
        in text
    )


@pytest.mark.parametrize(
    ("name", "instrument", "told"),
    [
        ("WfscFinePhasing", "WFSC", "NIRCam"),
        ("RealtimeCommanding", "SC", None),
        ("FgsExternalCalibration", "FGS", "FGS"),
    ],
)
def test_the_template_tells_the_instrument(name: str, instrument: str, told: str | None) -> None:
    assert one(template(name), instrument).instrument == told


def test_an_unknown_template_is_kept_and_reported() -> None:
    reading = read(program(observations=[observation(1, template("NircamDreaming"), instrument="NIRCAM")]))
    (row,) = reading.observations
    assert (row.template, row.known_template, row.instrument) == ("NircamDreaming", False, "NIRCam")
    assert sorted(codes(reading)) == ["exposures-unknown", "template-unknown"]
    assert "template/unknown-nircamdreaming" in to_nquads([reading])


def test_exposures_of_an_unknown_template_are_read_by_the_names_of_elements() -> None:
    line = (
        "<Filter>F770W</Filter><ReadoutPattern>FASTR1</ReadoutPattern><Groups>5</Groups><Integrations>2</Integrations>"
    )
    lines = f"<List><Line>{line}</Line><Line>{line}</Line></List>"
    inside = f"<AcqFilter>F560W</AcqFilter><AcqExposure>{line}</AcqExposure>{lines}"
    reading = read(program(observations=[observation(1, template("MiriSpyglass", inside))]))
    (row,) = reading.observations
    assert [(e.order, names(row)[0], e.readout, e.groups, e.integrations) for e in row.exposures] == [
        (1, ["F770W"], "FASTR1", 5, 2),
        (2, ["F770W"], "FASTR1", 5, 2),
    ]
    assert codes(reading) == ["template-unknown", "exposures-unknown"]
    pair = "<Exposures><Exposure><Grating>G395H</Grating><Filter>F290LP</Filter></Exposure></Exposures>"
    two = (
        "<Filters><FilterConfig><ShortFilter>F200W</ShortFilter><LongFilter>F444W</LongFilter></FilterConfig></Filters>"
    )
    spectra = one(template("NirspecFutureSpectroscopy", pair), "NIRSPEC")
    assert names(spectra) == [["G395H+F290LP"]]
    assert names(one(template("NircamFuture", two))) == [["F200W", "F444W"]]


def test_nothing_is_guessed_where_the_table_knows_the_template() -> None:
    dithers = "<Dithers><DitherSpecification><Filter>F770W</Filter></DitherSpecification></Dithers>"
    reading = read(program(observations=[observation(1, template("MiriImaging", f"<Filters/>{dithers}"))]))
    assert (reading.observations[0].exposures, codes(reading)) == ((), ["exposures-unknown"])


def test_no_observation_is_lost_wherever_it_stands_and_however_bare() -> None:
    slot = f"<PureParallelSlots>{observation(7, label='slot')}</PureParallelSlots>"
    bare = "<Observation><Number>8</Number><TargetID>1 HD-2811</TargetID><Label>later</Label><Template/></Observation>"
    text = program(
        observations=[observation(1), bare],
        links="<GroupWithinLink><Observation>x (Obs 1)</Observation></GroupWithinLink>",
    )
    reading = read(text.replace("<PureParallelSlots/>", slot))
    assert [(row.number, row.template) for row in reading.observations] == [
        (7, "MIRI Imaging"),
        (1, "MIRI Imaging"),
        (8, None),
    ]
    assert "template-missing" in codes(reading)
    assert "Observation" in to_nquads([reading])


def test_a_second_parallel_is_an_observation_too() -> None:
    config = "<Filters><FilterConfig><LongFilter>F444W</LongFilter></FilterConfig></Filters>"
    around = "".join(
        f"<{which}CoordinatedTemplate>{template('NircamImaging', config)}</{which}CoordinatedTemplate>"
        for which in ("First", "Second")
    )
    rows = read(program(observations=[observation(1, more=around)])).observations
    assert [(row.instrument, row.parallel) for row in rows] == [("MIRI", False), ("NIRCam", True), ("NIRCam", True)]


def test_targets_within_groups_and_visits_without_elements() -> None:
    group = f"<TargetGroup><Name>pair</Name>{target(1, 'HD-2811')}{target(2, 'HD-1')}</TargetGroup>"
    statuses = (
        '<VisitStatus VisitId="05001001004" Status="COMPLETED"/><VisitStatus VisitId="05001009001" Status="LOST"/>'
    )
    reading = read(program(targets=[group], statuses=statuses))
    assert reading.program is not None
    assert [t.name for t in reading.program.unused] == ["HD-1"]
    assert [(v.number, v.status) for v in reading.observations[0].visits] == [(1, None), (4, "COMPLETED")]
    said = [(finding.code, finding.raw) for finding in reading.findings]
    assert ("status-unknown", "LOST") in said
    assert ("visit-unlisted", "9:1 LOST") in said


def test_unknown_elements_are_reported_by_name_and_once() -> None:
    more = "<Novelty>secret</Novelty>"
    reading = read(program(observations=[observation(1, more=more), observation(2, more=more)]))
    assert [(f.code, f.message, f.raw) for f in reading.findings] == [
        ("xml-element-unknown", "Novelty in Observation is not read", None)
    ]
    assert "secret" not in json_line(reading)


def test_the_status_of_a_visit_stands_apart_from_its_observation() -> None:
    statuses = '<VisitStatus VisitId="05001002001" Status="FLIGHT_READY"/><VisitStatus VisitId="x" Status="y"/>'
    rows = read(program(observations=[observation(1), observation(2, visits=2)], statuses=statuses)).observations
    assert [[visit.status for visit in row.visits] for row in rows] == [[None], ["FLIGHT_READY", None]]


@pytest.mark.parametrize(("second", "found"), [("SKIPPED", ["value-differs"]), ("COMPLETED", [])])
def test_the_first_status_of_a_visit_stands(second: str, found: list[str]) -> None:
    statuses = "".join(f'<VisitStatus VisitId="05001001001" Status="{status}"/>' for status in ("COMPLETED", second))
    reading = read(program(statuses=statuses))
    assert ([visit.status for visit in reading.observations[0].visits], codes(reading)) == (["COMPLETED"], found)


def test_an_observation_number_that_stands_twice_names_neither() -> None:
    reading = read(program(observations=[observation(1), observation(1)]))
    assert codes(reading) == ["observation-number-repeated"]
    text = to_nquads([reading])
    assert "program/5001/row/2" in text
    assert "program/5001/observation/1>" not in text
