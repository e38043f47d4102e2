"""Targets of program files: positions, motions, epochs, kinds, and which of them is meant."""

from __future__ import annotations

import pytest
from apt_files import codes, observation, program, read, target

from kb.records import Position, Target
from kb.sources.apt.positions import degrees
from kb.triples import to_nquads


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
        ("<Epoch>J2000</Epoch>", 2000.0, []),
        ("<Epoch>57388</Epoch>", None, ["value-unreadable"]),
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
        ("Fixed", "fixed", ["value-unreadable"]),
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


@pytest.mark.parametrize(("number", "hours"), [("\u00b2", ""), ("9" * 5000, "15 2.8 -00 08 3.30")])
def test_digits_that_are_no_number_stop_no_reading(number: str, hours: str) -> None:
    listed = target(1, "HD-2811", f"{number} {hours}") if hours else target(1, "HD-2811").replace(">1<", f">{number}<")
    reading = read(program(targets=[listed]))
    assert len(reading.observations) == 1
    assert "unreadable" not in codes(reading)


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
