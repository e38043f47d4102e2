"""Exposures of program files: where each template has its elements."""

from __future__ import annotations

import pytest
from apt_files import names, observation, one, program, read, template

from kb.records import Exposure, OpticalElement
from kb.triples import to_nquads

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
