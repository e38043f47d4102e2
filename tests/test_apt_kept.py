"""Nothing of a program file is lost in silence, nothing invented: other shapes of every part."""

from __future__ import annotations

import pytest
from apt_files import INFORMATION, MIRI, archive, codes, names, observation, program, read, target, template

from kb.records import Exposure, Observation, Reading
from kb.triples import to_nquads


def exposures(plan: str) -> tuple[Observation, Reading]:
    reading = read(program(observations=[observation(1, plan)]))
    return reading.observations[0], reading


def exposed(groups: int | str = 11, pattern: str = "FAST", name: str = "") -> str:
    """Return the fields of an exposure, ``name`` behind each of them."""
    return (
        f"<ReadoutPattern{name}>{pattern}</ReadoutPattern{name}><Groups{name}>{groups}</Groups{name}>"
        f"<Integrations{name}>3</Integrations{name}>"
    )


def depth(row: Observation) -> list[tuple[int | None, int | None]]:
    return [(exposure.groups, exposure.exposures) for exposure in row.exposures]


@pytest.mark.parametrize(
    ("name", "inside", "found", "beam"),
    [
        ("MiriDark", f"<Exposures><Exposure>{exposed()}</Exposure></Exposures>", [(11, None)], [[]]),
        ("NirspecDark", f"<List><E><Grating>G140M</Grating>{exposed()}</E></List>", [(11, None)], [["G140M"]]),
        ("NovelMode", f"<Filter>F770W</Filter>{exposed()}<NumExps>4</NumExps>", [(11, 4)], [["F770W"]]),
        ("MiriImaging", f"<List><E><Filter>F770W</Filter>{exposed()}</E></List>", [(11, None)], [["F770W"]]),
        ("NirspecDark", f"<Acq><Filter>F110W</Filter>{exposed()}</Acq>", [], []),
        ("NirspecDark", f"<TargetAcquisition><Filter>F110W</Filter>{exposed()}</TargetAcquisition>", [], []),
        ("MiriImaging", "<Subarray>FULL</Subarray>", [], []),
    ],
)
def test_exposures_where_no_table_says_that_they_are(
    name: str, inside: str, found: list[tuple[int, int | None]], beam: list[list[str]]
) -> None:
    row, reading = exposures(template(name, inside))
    assert (depth(row), names(row)) == (found, beam)
    assert "exposures-unknown" in codes(reading)


def test_the_two_detectors_of_the_mrs_are_told_apart_where_they_are_read_in_two_ways() -> None:
    inside = f"<Exposures>1</Exposures><Wavelength>SHORT(A)</Wavelength>{exposed(40, 'FASTR1', 'Short')}"
    one = f"<ExposureList><Exposure>{inside}{{}}</Exposure></ExposureList>"
    same, _ = exposures(template("MiriMRS", one.format(exposed(40, "FASTR1", "Long"))))
    assert [(e.readout, e.groups, e.elements[0].channel) for e in same.exposures] == [("FASTR1", 40, None)]
    other, _ = exposures(template("MiriMRS", one.format(exposed(20, "SLOWR1", "Long"))))
    assert [(e.readout, e.groups, e.elements[0].channel) for e in other.exposures] == [
        ("SLOWR1", 20, None),
        ("FASTR1", 40, "short"),
    ]


def test_subarrays_and_slits_of_each_exposure() -> None:
    wheels = "<PupilWheel>NRM</PupilWheel><FilterWheel>F480M</FilterWheel>"
    line = f"<Exposure>{wheels}{exposed()}<Subarray>{{}}</Subarray></Exposure>"
    both = line.format("SUB80") + line.format("FULL")
    row, reading = exposures(template("NirissExternalCalibration", f"<ExposureList>{both}</ExposureList>"))
    assert (row.subarray, [exposure.subarray for exposure in row.exposures]) == (None, ["SUB80", "FULL"])
    assert 'exposure/2> <https://w3id.org/jwst-kb/ontology#subarray> "FULL"' in to_nquads([reading])
    row, _ = exposures(template("NirissExternalCalibration", f"<ExposureList>{line.format('SUB80')}</ExposureList>"))
    assert row.subarray == "SUB80"
    slit = f"<Exposure><Slit>S400A1</Slit><Grating>G140M</Grating><Filter>F100LP</Filter>{exposed()}</Exposure>"
    row, _ = exposures(template("NirspecFixedSlitSpectroscopy", f"<Exposures>{slit}</Exposures>"))
    assert names(row) == [["G140M+F100LP", "S400A1"]]


def test_numbers_of_an_exposure_that_cannot_be_read_or_stand_there_twice() -> None:
    config = f"<FilterConfig><Filter>F770W</Filter>{exposed('1,000')}<Groups>7</Groups></FilterConfig>"
    row, reading = exposures(template("MiriImaging", f"<Filters>{config}</Filters>"))
    assert row.exposures == (Exposure(1, row.exposures[0].line, row.exposures[0].elements, "FAST", None, 3),)
    assert [(f.code, f.raw, f.property) for f in reading.findings] == [
        ("value-unreadable", "7", "Groups"),
        ("value-unreadable", "1,000", "Groups"),
    ]


def test_dithers_are_kept_as_written() -> None:
    inside = (
        "<PrimaryDitherType>INTRAMODULE</PrimaryDitherType><SubpixelPositions>3</SubpixelPositions>"
        "<Dithers><DitherSpecification><DitherType>2-Point</DitherType></DitherSpecification></Dithers>"
    )
    row, reading = exposures(template("MiriImaging", inside))
    found = "PrimaryDitherType=INTRAMODULE SubpixelPositions=3 DitherSpecification=DitherType=2-Point"
    assert row.dithers == found
    assert f'ontology#dithers> "{found}"' in to_nquads([reading])


SECOND = f"<FirstCoordinatedTemplate>{MIRI}</FirstCoordinatedTemplate>"


@pytest.mark.parametrize(
    ("more", "parallels", "found"),
    [
        (f"<CoordinatedParallel>true</CoordinatedParallel>{SECOND}", 1, []),
        (SECOND, 1, []),
        (f"<CoordinatedParallel>false</CoordinatedParallel>{SECOND}", 0, ["value-differs"]),
        ("<CoordinatedParallel>true</CoordinatedParallel>", 0, ["template-missing"]),
        (SECOND + SECOND.replace("First", "Second"), 2, []),
    ],
)
def test_parallels_are_those_that_the_observation_says(more: str, parallels: int, found: list[str]) -> None:
    reading = read(program(observations=[observation(1, more=more)]))
    assert sum(row.parallel for row in reading.observations) == parallels
    assert codes(reading) == found


@pytest.mark.parametrize(
    ("inside", "rows", "rejected", "found"),
    [
        ("<Observation><Label>bare</Label></Observation>", 1, 0, ["value-unreadable", "template-missing"]),
        ("<Observation/>", 0, 1, ["row-rejected", "no-observations"]),
        ("<Observation>dark (Obs 7)</Observation>", 0, 1, ["row-rejected", "no-observations"]),
        (observation(1, more=observation(2)), 2, 0, ["xml-element-unknown"]),
        (observation(1, plan=""), 1, 0, ["template-missing"]),
        (observation(1, MIRI + MIRI), 1, 0, ["xml-element-unknown"]),
        (observation(1, more="<Label>a</Label><Label>b</Label>"), 1, 0, ["xml-element-unknown"]),
    ],
)
def test_every_element_of_an_observation_is_a_row_or_a_finding(
    inside: str, rows: int, rejected: int, found: list[str]
) -> None:
    reading = read(program(observations=[inside]))
    assert (reading.rows.observations, reading.rows.rejected) == (rows, rejected)
    assert sorted(codes(reading)) == sorted(found)
    assert all(finding.line for finding in reading.findings)
    assert all(len(row.visits) == 1 for row in reading.observations if row.number)


@pytest.mark.parametrize(
    ("pointed", "kept", "found"),
    [
        ("1 HD-2811", (1, "HD-2811"), []),
        ("1 hd 2811", (1, "HD-2811"), []),
        ("1 THE-ID", (1, "HD-2811"), []),
        ("1", (1, "HD-2811"), []),
        ("C[1 HD-2811]", (1, "HD-2811"), []),
        ("HD-2811", (1, "HD-2811"), ["target-unnumbered"]),
        ("47 TUC", (3, "47 TUC"), ["target-unnumbered"]),
        ("9 HD-2811", (1, "HD-2811"), ["target-number-clash"]),
        ("2 HD-2811", (2, "HD-55677"), ["target-number-clash"]),
        ("9 X", (9, "X"), ["target-unresolved"]),
        ("9", (None, "9"), ["target-unresolved"]),
    ],
)
def test_targets_by_number_by_name_and_by_neither(pointed: str, kept: tuple[int | None, str], found: list[str]) -> None:
    first = target(1, "HD-2811").replace("<TargetID>HD-2811<", "<TargetID>THE-ID<")
    listed = [first, target(2, "HD-55677"), target(3, "47 TUC")]
    reading = read(program(observations=[observation(1, pointed=pointed)], targets=listed))
    assert [(t.number, t.name) for t in reading.observations[0].targets] == [kept]
    assert codes(reading) == found


def test_two_targets_of_one_number_are_two_and_one_without_a_number_is_one() -> None:
    listed = [target(1, "HD-2811"), target(1, "HD-55677"), target(1, "HD-2811"), target(2, "X")]
    listed[3] = listed[3].replace("<Number>2</Number>", "")
    rows = [observation(1), observation(2, pointed="1 HD-55677")]
    reading = read(program(observations=rows, targets=listed))
    assert [row.targets[0].object for row in reading.observations] == ["HD 2811", "HD 55677"]
    assert reading.program is not None
    assert [(t.number, t.name) for t in reading.program.unused] == [(None, "X")]
    assert sorted(codes(reading)) == ["target-number-clash", "target-number-clash", "target-unnumbered"]


def moving(levels: str, attributes: str) -> Reading:
    inside = f"<Number>1</Number><TargetName>SPOT-1</TargetName><TargetID>SPOT-1</TargetID>{levels}"
    listed = f'<Target xsi:type="SolarSystemTargetType" {attributes}>{inside}</Target>'
    return read(program(observations=[observation(1, pointed="1 SPOT-1")], targets=[listed]))


def test_the_levels_of_a_moving_target_say_what_it_is() -> None:
    levels = (
        '<Level1 xsi:type="SolarSystemStandardTargetLevel1" Name="JUPITER"/>'
        '<Level2 xsi:type="SolarSystemStandardTargetLevel2" Name="IO"/><Level3 Longitude="310 Degrees"/>'
    )
    kinds = 'Keyword="Feature" SSTextDescription="A volcano" Level1Type="Standard Target" Level3Type="Planetographic"'
    reading = moving(levels, kinds)
    (found,) = reading.observations[0].targets
    assert (found.object, found.method, found.category) == ("Io moon", "body", "Feature")
    each = ("Standard Target Name=JUPITER", "Name=IO", "Planetographic Longitude=310 Degrees")
    said = "; ".join(["A volcano", *(f"level {n}: {level}" for n, level in enumerate(each, 1))])
    assert found.description == said
    assert f'ontology#targetDescription> "{said}"' in to_nquads([reading])
    (elements,) = moving("<Level1><Q>2.55</Q><E>0.078</E></Level1>", "").observations[0].targets
    assert (elements.object, elements.description) == (None, "level 1: Q=2.55 E=0.078")


PLACE = (258.76181, -0.13425)


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("258.76181, -0.13425", PLACE),
        ("258.76181d -0.13425d", PLACE),
        ("17:15:02.8344, -00:08:03.30", PLACE),
        ("17h15m02.8344s -00°08′03.30″", PLACE),
        ("J2000 17 15 2.8344 -00 08 3.30", PLACE),
        ("258.76181 -0.13425 (ICRS)", PLACE),
        ("258.0 -29", (258.0, -29.0)),
        ("258 29", None),
        ("258 -29", None),
        ("B1950 17 15 2.8344 -00 08 3.30", None),
        ("17 15 2.8344 -00 08", None),
        ("25 15 2 +10 00 00", None),
    ],
)
def test_positions_in_all_their_spellings(written: str, place: tuple[float, float] | None) -> None:
    reading = read(program(targets=[target(1, "HD-2811", written)]))
    position = reading.observations[0].targets[0].position
    assert (position and (position.ra, position.dec)) == place
    assert [f.raw for f in reading.findings] == ([] if place else [written])


@pytest.mark.parametrize(
    ("value", "unit", "arcsec", "found"),
    [
        ("0.1", "Arcsec", 0.1, 0),
        ("100", "mas", 0.1, 0),
        ("2", "Arcmin", 120.0, 0),
        ("0.01", "Degrees", 36.0, 0),
        ("0.01", "Sec", 0.15, 0),
        ("0.1", "", None, 1),
        ("about 1", "Arcsec", None, 1),
    ],
)
def test_uncertainties_are_in_arcseconds_whatever_they_are_written_in(
    value: str, unit: str, arcsec: float | None, found: int
) -> None:
    text = program(targets=[target(1, "HD-2811", "01 02 3.5 +00 00 0.00")])
    reading = read(text.replace("<Value/><Units>Arcsec</Units>", f"<Value>{value}</Value><Units>{unit}</Units>"))
    position = reading.observations[0].targets[0].position
    assert position is not None
    assert (position.uncertainty, len(reading.findings)) == (arcsec, found)


def test_what_means_nothing_without_a_position_is_said() -> None:
    more = "<Epoch>2015.5</Epoch><RAProperMotion>7</RAProperMotion><AnnualParallax>0.02</AnnualParallax>"
    reading = read(program(targets=[target(1, "HD-2811", "", more)]))
    assert [(f.code, f.raw) for f in reading.findings] == [
        ("value-unreadable", raw) for raw in ("2015.5", "7", "0.02", None)
    ]
    bad = read(program(targets=[target(1, "HD-2811", more="<AnnualParallax>24 mas</AnnualParallax>")]))
    assert [(f.raw, f.property) for f in bad.findings] == [("24 mas", "parallax")]


@pytest.mark.parametrize(
    ("status", "kept", "found"),
    [
        ('<VisitStatus VisitId="05001001001" Status="COMPLETED"/>', "COMPLETED", 0),
        ('<VisitStatus VisitId="5001:1:1">COMPLETED</VisitStatus>', "COMPLETED", 0),
        ("<VisitStatus><VisitId>05001001001</VisitId><Status>COMPLETED</Status></VisitStatus>", "COMPLETED", 0),
        ('<VisitStatus VisitId="01234001001" Status="COMPLETED"/>', None, 1),
        ('<VisitStatus VisitId="05001001001" Status=""/>', None, 1),
        ('<VisitStatus VisitId="1" Status="COMPLETED"/>', None, 1),
    ],
)
def test_statuses_of_visits_of_this_program(status: str, kept: str | None, found: int) -> None:
    reading = read(program(statuses=status))
    assert ([visit.status for visit in reading.observations[0].visits], len(reading.findings)) == ([kept], found)


def test_visits_without_a_number_and_twice() -> None:
    more = '<Visit Number="1"/><Visit Number="one"/><Visit><Number>4</Number></Visit>'
    reading = read(program(observations=[observation(1, more=more)]))
    assert [visit.number for visit in reading.observations[0].visits] == [1, 4]
    assert [(f.code, f.raw) for f in reading.findings] == [("value-unreadable", "one"), ("value-unreadable", "1")]


@pytest.mark.parametrize(
    ("link", "numbers", "found"),
    [
        (
            "<AfterObservationLink><PrimaryObs>b (Obs 2)</PrimaryObs><AfterObs>1</AfterObs></AfterObservationLink>",
            (2, 1),
            0,
        ),
        ("<SameOrientLink><Observation>a</Observation><Observation>b</Observation></SameOrientLink>", (1, 2), 0),
        ("<SameOrientLink><Observation>c</Observation><Observation>b</Observation></SameOrientLink>", (2,), 1),
        ('<PhaseLink PrimaryObs="a (Obs 1)" OtherObs="Obs 2" Phase="2"/>', (1, 2), 1),
        ("<NovelLink><List><Observation>Obs 2</Observation></List></NovelLink>", (2,), 1),
        (
            "<SameOrientLink><Observation>1 (Obs 2)</Observation><Observation>3</Observation></SameOrientLink>",
            (2, 3),
            0,
        ),
        ("<SameOrientLink/>", (), 1),
        ('<AfterObservationLink PrimaryObs="b (Obs 2)" MinInterval="2 Days"/>', None, 1),
    ],
)
def test_links_name_observations_in_many_ways(link: str, numbers: tuple[int, ...] | None, found: int) -> None:
    rows = [observation(1, label="a"), observation(2, label="b"), observation(3, label="c"), observation(4, label="c")]
    reading = read(program(observations=rows, links=link))
    assert reading.program is not None
    assert [one.numbers for one in reading.program.links] == ([numbers] if numbers is not None else [])
    assert len(reading.findings) == found


@pytest.mark.parametrize(
    ("old", "new", "field", "value", "found"),
    [
        ("C[12 Months]", "C[1 Year]", "access_months", 12, 0),
        ("C[12 Months]", "6 months", "access_months", 6, 0),
        ("C[12 Months]", "12", "access_months", None, 1),
        ("<Cycle>2<", "<Cycle>Cycle 3<", "cycle", 3, 0),
        ("<Cycle>2<", "<Cycle>soon<", "cycle", None, 1),
        ("10.5", "10.5 hours", "prime_hours", 10.5, 0),
        ("10.5", "-3", "prime_hours", None, 1),
        ("<Title>A test<", "<Title>A <i>fine</i> test<", "title", "A test", 1),
        ("<Title>A test<", "<Title>A test</Title><Title>Another<", "title", "A test", 1),
        ("<Title>A test<", "<Title><![CDATA[A <test>]]><!-- x --><", "title", "A <test>", 0),
        ("<FirstName>Ann</FirstName><LastName>Lee</LastName>", "", "people", (), 1),
    ],
)
def test_program_information_in_other_words(old: str, new: str, field: str, value: object, found: int) -> None:
    reading = read(program(information=INFORMATION.replace(old, new)))
    assert (getattr(reading.program, field), len(reading.findings)) == (value, found)


def test_an_investigator_without_an_address_of_their_own() -> None:
    flat = INFORMATION.replace("<InvestigatorAddress>", "").replace("</InvestigatorAddress>", "")
    more = "<CoInvestigator><CoPI>TRUE</CoPI><LastName>Doe</LastName></CoInvestigator>"
    found = read(program(information=flat + more)).program
    assert found is not None
    assert [(p.name, p.role, p.institution) for p in found.people] == [
        ("Ann Lee", "PI", "An Observatory"),
        ("Doe", "Co-PI", None),
    ]


def test_a_number_that_is_none_is_not_called_a_draft() -> None:
    reading = read(program().replace("<ProposalID>5001<", "<ProposalID>GO 5001<"))
    assert [(f.code, f.raw) for f in reading.findings] == [("value-unreadable", "GO 5001")]


def test_a_second_program_of_an_archive_is_said() -> None:
    reading = read(archive({"5001.xml": program(), "5002.xml": program(5002)}))
    assert reading.program is not None
    assert (reading.program.id, [(f.code, f.raw) for f in reading.findings]) == (5001, [("member-unread", "5002.xml")])


def test_slots_of_pure_parallels_are_not_passed_over() -> None:
    reading = read(program().replace("<PureParallelSlots/>", "<PureParallelSlots><Slot/></PureParallelSlots>"))
    assert codes(reading) == ["xml-element-unknown"]
