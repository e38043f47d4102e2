"""Program files of APT: each thing that leads a reader astray, in a small file of its own."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from apt_files import INFORMATION, MIRI, archive, observation, program, target, template

from kb.jsonl import json_line
from kb.records import Exposure, Observation, OpticalElement, Position, Reading, Target
from kb.sources import read_bytes
from kb.sources.apt.positions import degrees
from kb.triples import to_nquads


def read(text: str | bytes, name: str = "5001.xml") -> Reading:
    (reading,) = read_bytes(text.encode() if isinstance(text, str) else text, name)
    return reading


def codes(reading: Reading) -> list[str]:
    return [finding.code for finding in reading.findings]


def one(plan: str, instrument: str = "NIRCAM", **more: str) -> Observation:
    reading = read(program(observations=[observation(1, plan, instrument=instrument, **more)]))  # type: ignore[arg-type]
    return reading.observations[0]


def names(observation: Observation) -> list[list[str]]:
    """Return the elements of each exposure, pairs as written."""
    return [[element.pair for element in exposure.elements] for exposure in observation.exposures]


def test_a_program_and_all_that_is_said_of_it() -> None:
    reading = read(program())
    made = reading.program
    assert made is not None
    assert codes(reading) == []
    assert (reading.document.format, reading.document.key, reading.document.schema) == ("apt", "5001", "55")
    assert (made.id, made.title, made.category, made.cycle, made.cycle_inferred) == (5001, "A test", "GO", 2, False)
    assert (made.prime_hours, made.access_months, made.phase, made.size) == (Decimal("10.5"), 12, "Approved", "SMALL")
    assert [person._asdict() for person in made.people] == [
        {"name": "Ann Lee", "role": "PI", "institution": "An Observatory"}
    ]
    (row,) = reading.observations
    assert (row.order, row.number, row.label, row.folder) == (1, 1, "imaging", "Folder")
    assert (row.template, row.template_raw, row.instrument, row.parallel) == (
        "MIRI Imaging",
        "MiriImaging",
        "MIRI",
        False,
    )
    assert [(t.number, t.name, t.object, t.role) for t in row.targets] == [(1, "HD-2811", "HD 2811", "science")]
    assert [(t.number, t.role) for t in made.unused] == [(2, "background")]
    assert reading.rows.total == 1


# --- The container ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["5001.xml", "GJ436_draft.xml", "deep/er/x.XML"])
def test_the_member_is_found_by_its_root_and_not_by_its_name(name: str) -> None:
    data = archive({"META-INF/MANIFEST.MF": "x", "a.xml": "<other/>", "plan.json": "{}", name: program()})
    made = read(data, "x.aptx")
    assert made.program is not None
    assert made.program.id == 5001


def test_a_backup_is_the_same_archive_and_the_suffix_means_nothing() -> None:
    assert read(archive({"a.xml": program()}), "x.aptbackup").program == read(program(), "x").program


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings_that_the_document_declares(encoding: str) -> None:
    declared = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    text = program().replace('"UTF-8"', f'"{declared}"').replace("Ann", "Änn")
    made = read(text.encode(encoding)).program
    assert made is not None
    assert made.people[0].name == "Änn Lee"


def test_prefixes_and_the_default_namespace_mean_nothing() -> None:
    text = program().replace("http://www.stsci.edu/JWST/APT", "http://www.example.org/other").replace("q:", "zz:")
    text = text.replace("xmlns:q=", "xmlns:zz=")
    plain, other = read(program()), read(text)
    assert other.observations == plain.observations
    assert other.observations[0].exposures


# --- Program information ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "category"),
    [
        ("GO", "GO"),
        ("<COM/>", "COM"),
        ("<ERS/>", "ERS"),
        ("CAL", "calibration"),
        ("DDT", "DD"),
        (" GTO ", "GTO"),
    ],
)
def test_the_category_is_a_text_or_the_name_of_an_element(written: str, category: str) -> None:
    made = read(program(information=INFORMATION.replace(">GO<", f">{written}<"))).program
    assert made is not None
    assert made.category == category


def test_an_unknown_category_is_kept_and_reported() -> None:
    reading = read(program(information=INFORMATION.replace(">GO<", ">XYZ<")))
    assert reading.program is not None
    assert reading.program.category == "XYZ"
    assert [(f.code, f.raw) for f in reading.findings] == [("value-unreadable", "XYZ")]


@pytest.mark.parametrize(
    ("written", "hours", "found"),
    [
        ("55.20000076293945", "55.2", ["number-rounded"]),
        ("154.3000030517578", "154.3", ["number-rounded"]),
        ("60.0", "60.0", []),
        ("11.123456789", "11.123456789", []),  # not what single precision makes of a short number
        ("many", None, ["value-unreadable"]),
        ("NaN", None, ["value-unreadable"]),
        ("-3", None, ["value-unreadable"]),
        ("1e999999", None, ["value-unreadable"]),
        ("1e-5000000", None, ["value-unreadable"]),
        ("1_0", None, ["value-unreadable"]),
    ],
)
def test_hours_that_single_precision_has_touched(written: str, hours: str | None, found: list[str]) -> None:
    reading = read(program(information=INFORMATION.replace("10.5", written)))
    assert reading.program is not None
    assert reading.program.prime_hours == (Decimal(hours) if hours else None)
    assert codes(reading) == found
    assert [f.raw for f in reading.findings] == [written for _ in found]


def test_commissioning_is_cycle_nought() -> None:
    made = read(program(information=INFORMATION.replace("<Cycle>2<", "<Cycle>0<"))).program
    assert made is not None
    assert made.cycle == 0


def test_a_draft_goes_by_its_digest() -> None:
    reading = read(program(None), "draft.xml")
    assert reading.program is not None
    assert (reading.program.id, reading.program.draft) == (None, reading.document.sha256[:12])
    assert codes(reading) == ["draft-program"]
    assert json.loads(json_line(reading))["program"]["id"] is None
    text = to_nquads([reading])
    assert f"<https://w3id.org/jwst-kb/draft/{reading.document.sha256[:12]}/observation/1>" in text
    assert "/program/" not in text


# --- Privacy ---------------------------------------------------------------------------------------------

SECRETS = ("ann@example.org", "+1 410 555 0100", "K-4711", "12 Main Street", "U2FsdGVkX1", "1234-5678")
PRIVATE = INFORMATION.replace(
    "</InvestigatorAddress>",
    "<Email>ann@example.org</Email><Phone>+1 410 555 0100</Phone><UniqueID>K-4711</UniqueID>"
    "<Address>12 Main Street</Address><Fax>1234-5678</Fax></InvestigatorAddress>",
).replace("Words about it.", "Write to ann@example.org about it.")


def test_no_private_data_reaches_any_output() -> None:
    more = observation(1, MIRI, "mail ann@example.org", more="<Comments>Call +1 410 555 0100</Comments>")
    links = "<GroupWithinLink><Observation>ann@example.org (Obs 1)</Observation></GroupWithinLink>"
    special = observation(2, more="<SpecialRequirements><OnHold>ask ann@example.org</OnHold></SpecialRequirements>")
    extra = (
        "<PdfAttachment>U2FsdGVkX1</PdfAttachment><TeamExpertise>K-4711</TeamExpertise><Secret>U2FsdGVkX1</Secret>"
        '<Hint Mail="ann@example.org">K-4711</Hint>'
    )
    for text in (
        program(
            5001,
            [more, special],
            information=PRIVATE + extra,
            links=links,
            more="<ProposalHistory>K-4711</ProposalHistory>",
        ),
        program(
            None,
            [more],
            [target(1, "ann@example.org")],
            information=PRIVATE.replace("</Title>", " ann@example.org</Title>"),
        ),
    ):
        reading = read(text, "x.xml")
        assert reading.program is not None
        outputs = (json_line(reading), to_nquads([reading]), repr(reading))
        for output in outputs:
            assert not [secret for secret in SECRETS if secret in output]
            assert "[e-mail address]" in output
            assert "Ann Lee" in output


# --- Targets ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("23 07 28.7155 +21 08 3.30", (346.869647917, 21.134250)),
        ("17 15 2.8344 -00 08 3.30", (258.76181, -0.13425)),
        ("00 00 0.0000 +00 00 0.00", (0.0, 0.0)),
        ("00 00 0.0000 -00 00 0.00", (0.0, 0.0)),
        ("23 59 59.9999 -89 59 59.99", (359.999999583, -89.999997222)),
        ("23 60 00.0 +00 00 00", None),
        ("24 00 00.0 +00 00 00", None),
        ("12 00 00.0 +90 00 1.0", None),
        ("somewhere", None),
        ("", None),
        ("346.8696 +21.13425", (346.8696, 21.13425)),
    ],
)
def test_positions_and_the_sign_of_nought(text: str, place: tuple[float, float] | None) -> None:
    assert degrees(text) == place


def at(more: str, position: str = "12 00 0.0000 +60 00 0.00") -> tuple[Position, list[str]]:
    reading = read(program(targets=[target(1, "HD-2811", position, more)]))
    place = reading.observations[0].targets[0].position
    assert place is not None
    return place, codes(reading)


def motion(ra: str, dec: str, ra_unit: str, dec_unit: str) -> str:
    return (
        f"<RAProperMotion>{ra}</RAProperMotion><DecProperMotion>{dec}</DecProperMotion>"
        f"<RAProperMotionUnits>{ra_unit}</RAProperMotionUnits><DecProperMotionUnits>{dec_unit}</DecProperMotionUnits>"
    )


@pytest.mark.parametrize(
    ("more", "found", "findings"),
    [
        (motion("108.551", "-49.639", "mas/yr", "mas/yr"), (108.551, -49.639), []),
        # at declination 60°, a second of time is 15 * cos 60° = 7.5 arcsec
        (motion("0.002", "0.0276", "sec of time/yr", "arcsec/yr"), (15.0, 27.6), []),
        (motion("0.002", "27.6", "sec of time/yr", "mas/yr"), (15.0, 27.6), []),
        (motion("", "", "", ""), (None, None), []),
        (motion("0", "0", "", ""), (0.0, 0.0), []),
        (motion("5.0", "6.0", "", "parsec"), (None, None), ["value-unreadable", "value-unreadable"]),
        (motion("fast", "1", "mas/yr", "mas/yr"), (None, 1.0), ["value-unreadable"]),
        (motion("1e400", "1", "mas/yr", "mas/yr"), (None, 1.0), ["value-unreadable"]),
        (motion("1_0", "1", "mas/yr", "mas/yr"), (None, 1.0), ["value-unreadable"]),
    ],
)
def test_proper_motions_in_the_units_of_each_axis(
    more: str, found: tuple[float | None, float | None], findings: list[str]
) -> None:
    place, noted = at(more)
    assert (place.pm_ra, place.pm_dec) == found
    assert noted == findings


@pytest.mark.parametrize(
    ("epoch", "year", "findings"),
    [
        ("<Epoch>2000</Epoch>", 2000.0, []),
        ("<Epoch>2000.00</Epoch>", 2000.0, []),
        ("<Epoch>1991.25</Epoch>", 1991.25, []),
        ("", None, []),
        ("<Epoch>J2000</Epoch>", None, ["value-unreadable"]),
    ],
)
def test_epochs_are_years(epoch: str, year: float | None, findings: list[str]) -> None:
    place, noted = at(epoch)
    assert (place.epoch, noted) == (year, findings)


def test_parallaxes_are_given_in_arcseconds_and_kept_in_milliarcseconds() -> None:
    place, _ = at("<AnnualParallax>0.02476</AnnualParallax>")
    assert place.parallax == 24.76


def test_uncertainties_need_a_value() -> None:
    assert at("")[0].uncertainty is None
    more = '<EquatorialCoordinates Value="12 00 0.0 +60 00 0.0"><RAUncertainty><Value>0.01</Value><Units>Arcsec</Units>'
    more += (
        "</RAUncertainty><DecUncertainty><Value>50</Value><Units>mas</Units></DecUncertainty></EquatorialCoordinates>"
    )
    assert at(more)[0].uncertainty == 0.05


def test_a_position_that_cannot_be_read_is_reported_and_the_target_stays() -> None:
    reading = read(program(targets=[target(1, "HD-2811", "12 00")]))
    assert [(f.code, f.raw, f.property) for f in reading.findings] == [("value-unreadable", "12 00", "position")]
    assert reading.observations[0].targets[0].object == "HD 2811"


@pytest.mark.parametrize(
    ("stem", "kind", "found"),
    [
        ("Fixed", "fixed", []),
        ("SolarSystem", "solar-system", []),
        ("MsaCatalog", "msa-catalogue", []),
        ("Generic", "generic", []),
        ("Group", "group", []),
        ("Imaginary", None, ["value-unreadable"]),
    ],
)
def test_every_kind_of_target(stem: str, kind: str | None, found: list[str]) -> None:
    reading = read(program(targets=[target(1, "HD-2811", "", kind=stem)]))
    assert (reading.observations[0].targets[0].kind, codes(reading)) == (kind, found)


def test_the_number_of_a_target_decides_and_a_wrong_name_is_reported() -> None:
    reading = read(program(observations=[observation(1, pointed="1 Other-Name")]))
    assert [t.name for t in reading.observations[0].targets] == ["HD-2811"]
    assert [(f.code, f.raw) for f in reading.findings] == [("target-number-clash", "1 Other-Name")]


@pytest.mark.parametrize(("pointed", "kept"), [("7 X-1", [(7, "X-1")]), ("X-1", [(None, "X-1")])])
def test_a_target_that_is_not_listed_is_kept_and_reported(pointed: str, kept: list[tuple[int | None, str]]) -> None:
    reading = read(program(observations=[observation(1, pointed=pointed)]))
    assert [(t.number, t.name) for t in reading.observations[0].targets] == kept
    assert codes(reading) == ["target-unresolved"]


@pytest.mark.parametrize("pointed", ["NONE", ""])
def test_no_target_is_no_target(pointed: str) -> None:
    reading = read(program(observations=[observation(1, pointed=pointed)]))
    assert reading.observations[0].targets == ()
    assert codes(reading) == []


def test_listed_targets_that_nobody_observes_are_no_targets_of_the_program() -> None:
    text = to_nquads([read(program())])
    assert "definesTarget> <https://w3id.org/jwst-kb/program/5001/target/1>" in text
    assert "listsTarget> <https://w3id.org/jwst-kb/program/5001/target/2>" in text
    assert "definesTarget> <https://w3id.org/jwst-kb/program/5001/target/2>" not in text


def test_the_name_at_the_archive_helps_where_the_own_name_says_nothing() -> None:
    more = "<TargetArchiveName>HD 2811</TargetArchiveName>"
    reading = read(
        program(targets=[target(1, "TARGET-A", more=more)], observations=[observation(1, pointed="1 TARGET-A")])
    )
    (found,) = reading.observations[0].targets
    assert (found.name, found.object, found.method) == ("TARGET-A", "HD 2811", "archive-name")


# --- Observations ----------------------------------------------------------------------------------------


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
    assert (reading.observations[0].exposures, codes(reading)) == ((), [])


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


def test_mosaics_and_tiles_that_are_left_out() -> None:
    tiles = "".join(
        f'<MosaicTiles TileNumber="{n}"><TileState>Tile {state}</TileState></MosaicTiles>'
        for n, state in enumerate(("Included", "Removed", "Included", "Included", "Included", "Included"), 1)
    )
    around = "<RowOverlapPercent>10.0</RowOverlapPercent><ColumnOverlapPercent>57</ColumnOverlapPercent>"
    around += "<SkewDegreesX>14.6</SkewDegreesX><SkewDegreesY>-24.0</SkewDegreesY>"
    more = f"<MosaicParameters><Rows>2</Rows><Columns>3</Columns>{around}{tiles}</MosaicParameters>"
    single = '<MosaicParameters><Rows>1</Rows><Columns>1</Columns><MosaicTiles TileNumber="1"/></MosaicParameters>'
    rows = read(program(observations=[observation(1, more=more, visits=5), observation(2, more=single)])).observations
    assert [(row.mosaic, row.tiles, len(row.visits)) for row in rows] == [((2, 3), 5, 5), (None, None, 1)]
    decimals = ((Decimal("10.0"), Decimal(57)), (Decimal("14.6"), Decimal("-24.0")))
    assert [(row.overlap, row.skew) for row in rows] == [decimals, (None, None)]


@pytest.mark.parametrize(
    ("inside", "size", "raw"),
    [
        ("<Rows>2</Rows><Columns>2</Columns><RowOverlapPercent>10</RowOverlapPercent>", (2, 2), ["10"]),
        (
            "<Rows>2</Rows><Columns>2</Columns>"
            "<RowOverlapPercent>10</RowOverlapPercent><ColumnOverlapPercent>x</ColumnOverlapPercent>",
            (2, 2),
            ["x", "10"],
        ),
        (
            "<Rows>2</Rows><Columns>2</Columns>"
            "<RowOverlapPercent>300</RowOverlapPercent><ColumnOverlapPercent>-101</ColumnOverlapPercent>",
            (2, 2),
            ["300", "-101"],
        ),
        ("<Rows>2</Rows><Columns>2</Columns><SkewDegreesY>361</SkewDegreesY>", (2, 2), ["361"]),
        ("<Rows>2</Rows><Columns>x</Columns>", None, ["x", "2"]),
        ("<Columns>3</Columns>", None, ["3"]),
        ("<Rows>1</Rows><Columns>1</Columns><RowOverlapPercent>10</RowOverlapPercent>", None, []),
        ("", None, []),
    ],
)
def test_what_a_mosaic_lacks_is_reported(inside: str, size: tuple[int, int] | None, raw: list[str]) -> None:
    reading = read(program(observations=[observation(1, more=f"<MosaicParameters>{inside}</MosaicParameters>")]))
    (row,) = reading.observations
    assert (row.mosaic, row.overlap, row.skew) == (size, None, None)
    assert [(f.code, f.raw, f.property) for f in reading.findings] == [("value-unreadable", x, "mosaic") for x in raw]


@pytest.mark.parametrize("text", ["1e-5000000", "1_0"])
def test_durations_and_skews_are_numbers_of_a_document(text: str) -> None:
    skew = f"<SkewDegreesX>{text}</SkewDegreesX>"
    more = f"<ScienceDuration>{text}</ScienceDuration><MosaicParameters><Rows>2</Rows><Columns>2</Columns>{skew}"
    reading = read(program(observations=[observation(1, more=f"{more}</MosaicParameters>")]))
    (row,) = reading.observations
    assert (row.mosaic, row.duration, row.skew) == ((2, 2), None, None)
    assert codes(reading) == ["value-unreadable"] * 2


@pytest.mark.parametrize(("number", "hours"), [("\u00b2", ""), ("9" * 5000, "15 2.8 -00 08 3.30")])
def test_digits_that_are_no_number_stop_no_reading(number: str, hours: str) -> None:
    listed = target(1, "HD-2811", f"{number} {hours}") if hours else target(1, "HD-2811").replace(">1<", f">{number}<")
    reading = read(program(targets=[listed]))
    assert len(reading.observations) == 1
    assert "unreadable" not in codes(reading)


@pytest.mark.parametrize(("size", "tiles"), [((2, 2), 4), ((3, 1), 3), ((1, 3), 3), ((1, 1), None)])
def test_tiles_are_counted_in_mosaics_of_any_shape(size: tuple[int, int], tiles: int | None) -> None:
    inside = "".join(f'<MosaicTiles TileNumber="{number}"/>' for number in range(size[0] * size[1]))
    more = f"<Rows>{size[0]}</Rows><Columns>{size[1]}</Columns><SkewDegreesX>much</SkewDegreesX>{inside}"
    reading = read(program(observations=[observation(1, more=f"<MosaicParameters>{more}</MosaicParameters>")]))
    assert reading.observations[0].tiles == tiles
    assert codes(reading) == ["value-unreadable"]


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
        ("Novel", (), "PrimaryObs=a (Obs 1)"),
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


# --- Exposures -------------------------------------------------------------------------------------------

GROUPS = "<ReadoutPattern>RAPID</ReadoutPattern><Groups>5</Groups><Integrations>2</Integrations>"


def test_pairs_of_pupil_and_filter() -> None:
    config = "<ShortFilter>F162M+F150W2</ShortFilter><LongFilter>F405N+F444W</LongFilter>" + GROUPS
    row = one(template("NircamImaging", f"<Filters><FilterConfig>{config}</FilterConfig></Filters>"))
    assert row.exposures == (
        Exposure(
            1,
            row.exposures[0].line,
            (OpticalElement("F150W2", "F162M", "short"), OpticalElement("F444W", "F405N", "long")),
            "RAPID",
            5,
            2,
        ),
    )
    assert row.elements == ("F162M", "F150W2", "F405N", "F444W")


@pytest.mark.parametrize(
    ("name", "inside", "found", "direct"),
    [
        (
            "NircamGrismTimeSeries",
            f"<AcqFilter>F335M</AcqFilter><ShortPupilFilter>WLP8+F210M</ShortPupilFilter>"
            f"<LongPupilFilter>GRISMR+F322W2</LongPupilFilter>{GROUPS}",
            [["WLP8+F210M", "GRISMR+F322W2"]],
            0,
        ),
        (
            "NircamTimeSeries",
            f"<ShortPupil>WLP8</ShortPupil><ShortFilter>F210M</ShortFilter><LongFilter>F444W</LongFilter>{GROUPS}",
            [["WLP8+F210M", "F444W"]],
            0,
        ),
        (
            "NircamCoron",
            f"<CoronMask>MASK335R</CoronMask><AcqFilter>F335M</AcqFilter><ConfirmationGroups>3</ConfirmationGroups>"
            f"<Filters><FilterConfig><Filter>F356W</Filter>{GROUPS}</FilterConfig></Filters>",
            [["MASK335R+F356W"]],
            0,
        ),
        (
            "NircamWfss",
            "<Grism>BOTH</Grism><ExposureList><ExposureSequences>"
            f"<DiExposure><ShortFilter>F115W</ShortFilter><LongFilter>F277W</LongFilter>{GROUPS}</DiExposure>"
            f"<GrismExposure><ShortFilter>F070W</ShortFilter><LongFilter>F356W</LongFilter>{GROUPS}</GrismExposure>"
            "</ExposureSequences></ExposureList>",
            [["F115W", "F277W"], ["F070W", "GRISMR+F356W", "GRISMC+F356W"]],
            1,
        ),
        (
            "MiriCoron",
            "<Filters>"
            f"<FilterConfig><Mask>FOUR_QPM</Mask><Filter>F1140C</Filter>{GROUPS}</FilterConfig>"
            f"<FilterConfig><Mask>LYOT</Mask><Filter>F2300C</Filter>{GROUPS}</FilterConfig></Filters>",
            [["MASK1140+F1140C"], ["MASKLYOT+F2300C"]],
            0,
        ),
        (
            "MiriMRS",
            "<AcqFilter>FND</AcqFilter><ExposureList><Exposure><Wavelength>SHORT(A)</Wavelength><Filter>F770W</Filter>"
            f"{GROUPS}<GroupsLong>9</GroupsLong><GroupsShort>9</GroupsShort></Exposure>"
            "<Exposure><Wavelength>ALL</Wavelength></Exposure></ExposureList>",
            [["SHORT"], ["F770W"], ["SHORT", "MEDIUM", "LONG"]],
            0,
        ),
        ("MiriLRS", f"<Subarray>SLITLESSPRISM</Subarray>{GROUPS}", [["P750L"]], 0),
        (
            "NirissWfss",
            "<ExposureList><ExposureSequences><Filter>F200W</Filter><Sequence>GR150C</Sequence>"
            f"<DiExposure>{GROUPS}</DiExposure><GrismExposure>{GROUPS}</GrismExposure></ExposureSequences></ExposureList>",
            [["F200W"], ["GR150C+F200W"]],
            1,
        ),
        (
            "NirissAmi",
            f"<ExposureList><Exposure><Filter>F380M</Filter>{GROUPS}<DirectGroups>2</DirectGroups></Exposure>"
            f"<Exposure><Filter>F480M</Filter>{GROUPS}</Exposure></ExposureList>",
            [["NRM+F380M"], ["F380M"], ["NRM+F480M"]],
            1,
        ),
        (
            "NirissSoss",
            f"<IncludeF277W>true</IncludeF277W><Exposure>{GROUPS}</Exposure><F277WExposure>{GROUPS}</F277WExposure>",
            [["GR700XD"], ["GR700XD+F277W"]],
            0,
        ),
        (
            "NirissSoss",
            f"<IncludeF277W>false</IncludeF277W><Exposure>{GROUPS}</Exposure><F277WExposure>{GROUPS}</F277WExposure>",
            [["GR700XD"]],
            0,
        ),
        (
            "NirissExternalCalibration",
            f"<ExposureList><Exposure><PupilWheel>F200W</PupilWheel><FilterWheel>CLEAR</FilterWheel>{GROUPS}</Exposure></ExposureList>",
            [["F200W+CLEAR"]],
            0,
        ),
        (
            "NirspecFixedSlitSpectroscopy",
            "<Slit>S200A1</Slit><AcqTargetFilter>F110W</AcqTargetFilter><Exposures><Exposure>"
            f"<Grating>G235H</Grating><Filter>F170LP</Filter>{GROUPS}</Exposure></Exposures>",
            [["G235H+F170LP", "S200A1"]],
            0,
        ),
        (
            "NirspecMOS",
            "<GratingFilters>PRISM_CLEAR</GratingFilters><Configuration><gratings><grating>PRISM</grating></gratings></Configuration>"
            f"<Exposures><Exposure><Grating>PRISM</Grating><Filter>CLEAR</Filter>{GROUPS}</Exposure></Exposures>",
            [["PRISM+CLEAR"]],
            0,
        ),
        (
            "NirspecBrightObjectTimeSeries",
            f"<Grating>G395H</Grating><Filter>F290LP</Filter>{GROUPS}",
            [["G395H+F290LP"]],
            0,
        ),
        (
            "FgsExternalCalibration",
            f"<Detector>GUIDER1</Detector><Exposures><Exposure>{GROUPS}</Exposure></Exposures>",
            [[]],
            0,
        ),
        ("WfscFinePhasing", "<AcqNumGroups>9</AcqNumGroups><SensingType>LOS Jitter</SensingType>", [], 0),
        ("RealtimeCommanding", "<ScienceInstrument>MIRI</ScienceInstrument>", [], 0),
    ],
)
def test_where_each_template_has_its_elements(name: str, inside: str, found: list[list[str]], direct: int) -> None:
    row = one(template(name, inside))
    assert names(row) == found
    assert sum(exposure.role == "direct-image" for exposure in row.exposures) == direct


def test_an_unknown_element_is_kept_and_reported() -> None:
    config = f"<FilterConfig><Filter>F999W</Filter>{GROUPS}</FilterConfig>"
    plan = template("MiriImaging", f"<Filters>{config}{config}</Filters>")
    reading = read(program(observations=[observation(1, plan), observation(2, plan)]))
    assert [(f.code, f.raw, f.order) for f in reading.findings] == [("element-unknown", "F999W", 1)]
    text = to_nquads([reading])
    assert '#elementName> "F999W"' in text
    assert "usesElement>" not in text


def test_a_position_in_the_graph_has_nine_decimals() -> None:
    more = (
        motion("108.551", "-49.639", "mas/yr", "mas/yr")
        + "<Epoch>2015.5</Epoch><AnnualParallax>0.02476</AnnualParallax>"
    )
    text = to_nquads([read(program(targets=[target(1, "HD-2811", "23 07 28.7155 -00 08 3.30", more)]))])
    for term, value in (
        ("rightAscension", "346.869647917"),
        ("declination", "-0.13425"),
        ("epoch", "2015.5"),
        ("properMotionRA", "108.551"),
        ("properMotionDec", "-49.639"),
        ("parallax", "24.76"),
    ):
        assert f'#{term}> "{value}"^^<http://www.w3.org/2001/XMLSchema#decimal>' in text


def test_a_solar_system_target_is_what_it_is_called() -> None:
    (found,) = (
        read(
            program(
                targets=[target(1, "MARS", "", kind="SolarSystem")], observations=[observation(1, pointed="1 MARS")]
            )
        )
        .observations[0]
        .targets
    )
    assert isinstance(found, Target)
    assert (found.object, found.kind, found.position) == ("Mars", "solar-system", None)
