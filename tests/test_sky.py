"""Places on the sky: as astropy has them, found by cones, read from what people type and from names."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from apt_files import program, target
from pages import page

from kb.asking import ask, bind
from kb.build import build
from kb.errors import UsageError
from kb.identity.position import name_position
from kb.questions import load
from kb.sky import Place, Places, places, read_angle, read_epoch, read_place, separation
from kb.store import Store, open_store


def anywhere(dice: random.Random, *, moving: bool = True) -> Place:
    """A random place, every tenth at a pole or on the meridian of 0 hours, as fast as Barnard's star at most."""
    ra, dec = dice.uniform(0, 360), math.degrees(math.asin(dice.uniform(-1, 1)))
    if dice.random() < 0.1:
        ra, dec = dice.choice([(0.0, dec), (359.999999, dec), (ra, 90.0), (ra, -90.0), (ra, 89.9999), (0.0, 0.0)])
    if not moving or abs(dec) == 90 or dice.random() < 0.3:  # at the pole a motion has no direction
        return Place(ra, dec)
    speed, to = 10 ** dice.uniform(0, 4), dice.uniform(0, 2 * math.pi)
    return Place(ra, dec, dice.choice([None, 1991.25, 2000.0, 2015.5]), speed * math.cos(to), speed * math.sin(to))


def in_astropy(known: list[Place], epoch: float) -> Any:
    """The same places in astropy, moved there to the epoch."""
    units = pytest.importorskip("astropy.units", reason="astropy is not installed: pip install 'jwst-kb[astro]'")
    from astropy.coordinates import SkyCoord
    from astropy.time import Time

    made = SkyCoord(
        [place.ra for place in known] * units.deg,
        [place.dec for place in known] * units.deg,
        pm_ra_cosdec=[place.pm_ra or 0.0 for place in known] * units.mas / units.yr,
        pm_dec=[place.pm_dec or 0.0 for place in known] * units.mas / units.yr,
        # Far off, as where no parallax is known: nothing comes nearer and grows faster.
        distance=[1e6] * len(known) * units.kpc,
        obstime=Time([place.epoch or 2000.0 for place in known], format="jyear"),
    )
    return made.apply_space_motion(new_obstime=Time(epoch, format="jyear"))


@pytest.mark.filterwarnings("ignore:.*distance overridden:Warning")
@pytest.mark.filterwarnings("ignore:.*dubious year:Warning")
def test_places_move_as_in_astropy() -> None:
    dice = random.Random(1)
    known = [anywhere(dice) for _ in range(2000)]
    for epoch in (1950.0, 2000.0, 2026.9, 2050.0):
        theirs = in_astropy(known, epoch)
        for place, ra, dec in zip(known, theirs.ra.deg, theirs.dec.deg, strict=True):
            ours = place.at(epoch)
            assert separation(ours, Place(ra, dec), epoch) < 1e-5, place  # 10 µas
            assert ours.at(place.epoch or 2000.0).epoch == (place.epoch or 2000.0)


def cones(count: int) -> None:
    """Compare as many random cones with a look at every place by astropy."""
    units = pytest.importorskip("astropy.units", reason="astropy is not installed: pip install 'jwst-kb[astro]'")
    from astropy.coordinates import angular_separation

    dice = random.Random(2)
    known = [anywhere(dice) for _ in range(1500)]
    found_in_all = 0
    for epoch in (1975.0, 2000.0, 2015.5, 2040.0, 2500.0):
        theirs = in_astropy(known, epoch)
        ra, dec = theirs.ra.to_value(units.rad), theirs.dec.to_value(units.rad)
        ours = Places((str(number), place) for number, place in enumerate(known))
        for _ in range(count // 5):
            middle = dice.choice(known).at(epoch) if dice.random() < 0.5 else anywhere(dice, moving=False)
            middle = Place(middle.ra, middle.dec)
            radius = 10 ** dice.uniform(0, 5.8)  # 1 arcsec to 175 degrees
            apart = (
                angular_separation(ra, dec, math.radians(middle.ra), math.radians(middle.dec)) * 180 / math.pi * 3600
            )
            # What lies on the edge to a micro-arcsecond may fall to either side.
            inside = {str(number) for number in (apart < radius - 1e-3).nonzero()[0]}
            outside = {str(number) for number in (apart > radius + 1e-3).nonzero()[0]}
            found = ours.near(middle, radius, epoch)
            names = [near.iri for near in found]
            assert inside <= set(names)
            assert not outside & set(names)
            assert [near.separation for near in found] == sorted(near.separation for near in found)
            assert all(abs(near.separation - apart[int(near.iri)]) < 1e-3 for near in found)
            found_in_all += len(names)
    assert found_in_all > count  # most cones hold something


@pytest.mark.filterwarnings("ignore:.*distance overridden:Warning")
@pytest.mark.filterwarnings("ignore:.*dubious year:Warning")
def test_a_cone_holds_what_astropy_finds_in_it() -> None:
    cones(1000)


@pytest.mark.full
@pytest.mark.filterwarnings("ignore:.*distance overridden:Warning")
@pytest.mark.filterwarnings("ignore:.*dubious year:Warning")
def test_ten_thousand_cones_hold_what_astropy_finds_in_them() -> None:
    cones(10_000)


def test_an_approximate_place_may_be_in_a_cone() -> None:
    rough = Place(10, 0, uncertainty=100, approximate=True)
    known = Places([("rough", rough), ("sharp", Place(10, 0.02, uncertainty=100))])
    assert known.near(Place(10, 0.025), 30) == known.near(Place(10, 0.025), 30, perhaps=True)[:1]
    assert [(n.iri, n.surely) for n in known.near(Place(10, 0.025), 30, perhaps=True)] == [
        ("sharp", True),
        ("rough", False),
    ]
    assert [(n.iri, n.surely) for n in known.near(Place(10, 0), 60, perhaps=True)] == [("rough", False)]
    assert [(n.iri, n.surely) for n in known.near(Place(10, 0), 110)] == [("rough", True), ("sharp", True)]
    vague = Place(10, 0.025, uncertainty=50, approximate=True)
    assert [n.surely for n in known.near(vague, 30)] == [False]


@pytest.mark.parametrize(
    ("text", "ra", "dec"),
    [
        ("23 07 28.7155 +21 08 3.30", 346.869647917, 21.13425),
        ("17 15 2.8344 -00 08 0.5", 258.76181, -0.133472222),
        ("00:00:00 -00:00:30", 0.0, -0.008333333),
        ("00:00:00 +00:00:30", 0.0, 0.008333333),
        ("5h35m17.3s -5d23m28s", 83.822083333, -5.391111111),
        ("5h35m17.3s, −5°23′28″", 83.822083333, -5.391111111),
        ("05:35 -05:23", 83.75, -5.383333333),
        ("346.87 21.13", 346.87, 21.13),
        ("346.87,-0.5", 346.87, -0.5),
        ("12.5d, -45d", 12.5, -45.0),
        ("360 -90", 0.0, -90.0),
    ],
)
def test_positions_as_people_type_them(text: str, ra: float, dec: float) -> None:
    found = read_place(text)
    assert found is not None
    assert (found.ra, found.dec) == (ra, dec)
    coordinates = pytest.importorskip("astropy.coordinates")
    unit = ("hourangle", "deg") if any(mark in text for mark in ":h") or text.count(" ") > 3 else ("deg", "deg")
    if "d," not in text:  # which astropy does not read
        theirs = coordinates.SkyCoord(text.replace("−", "-").replace(",", " "), unit=unit)
        assert separation(found, Place(theirs.ra.deg, theirs.dec.deg)) < 1e-5


@pytest.mark.parametrize(
    "text", ["HD 2811", "12", "", "J0535-7500", "12 13 14", "1 2 3 4 5 6 7", "GJ 436 b", "NaN inf"]
)
def test_what_is_no_position_may_be_a_name(text: str) -> None:
    assert read_place(text) is None


@pytest.mark.parametrize("text", ["25:00:00 +10:00:00", "12:60:00 +10:00:00", "12:00:00 +91:00:00", "361 0", "10 -91"])
def test_a_position_that_is_nowhere_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"sky|59"):
        read_place(text)


def test_angles_and_epochs() -> None:
    for text, arcseconds in (("30", 30), ('30"', 30), ("2'", 120), ("1.5 arcmin", 90), ("0.1deg", 360), ("1°", 3600)):
        assert read_angle(text) == pytest.approx(arcseconds)
    for text in ("", "-3", "wide", "3 parsec", "181deg", "1e9"):
        with pytest.raises(UsageError):
            read_angle(text)
    assert [read_epoch(text) for text in ("2000", "J2015.5", " 1991.25 ")] == [2000.0, 2015.5, 1991.25]
    for text in ("", "now", "20", "99999"):
        with pytest.raises(UsageError, match="year"):
            read_epoch(text)


# The cell that the digits leave: its middle, and half its diagonal in arcseconds; worked out by hand.
@pytest.mark.parametrize(
    ("name", "written", "ra", "dec", "uncertainty"),
    [
        # 05h35m..36m, -75°00'..01': 15' x 1', the former shortened by cos 75°.
        ("WISE J0535-7500", "WISEJ0535-75", 83.875, -75.008333333, 120.2),
        # One degree of declination: -75°..-76°.
        ("J0535-75", "J0535-75", 83.875, -75.5, 1803.5),
        ("WISE J0535-7500", "WISEJ053516.80-750024.9", 83.820020833, -75.006930556, 0.1),
        ("2MASS J04302705+3545505", "2MASS-J04302705+3545505", 67.612729167, 35.764041667, 0.1),
        ("MACS J0416.1-2403", "MACSJ0416.1-2403", 64.0375, -24.058333333, 50.9),
        ("J1121-0001", "J112121.0-000132.0", 170.337708333, -0.025569444, 0.8),
        ("J0001-0030", "J0001-0030", 0.375, -0.508333333, 451.0),
        ("J0244M5008", "J0244M5008", 41.125, -50.141666667, 290.0),
        ("J0109p3047", "J0109P3047", 17.375, 30.791666667, 387.7),
        ("PSO J318.5338-22.8603", "PSO-J318.5338-22.8603", 318.53385, -22.86035, 0.2),
        ("J159-02", "J159-02", 159.5, -2.5, 2544.4),
        ("SDSS J1416+1348 B", "SDSS1416+13B", 214.125, 13.808333333, 438.0),
        # Nothing of a finer name that is not the same place.
        ("WISE J0535-7500", "J0536-7500", 83.875, -75.008333333, 120.2),
        # An alias whose other name is a position.
        ("TWA 27", "2MASS-J12073346-3932539", 181.889437500, -39.548319444, 0.1),
    ],
)
def test_a_name_that_is_a_position(name: str, written: str, ra: float, dec: float, uncertainty: float) -> None:
    found = name_position(name, written)
    assert found is not None
    assert found.ra == pytest.approx(ra, abs=2e-9)
    assert found.dec == pytest.approx(dec, abs=2e-9)
    assert found.uncertainty == pytest.approx(uncertainty, abs=0.06)
    assert (found.epoch, found.pm_ra) == (None, None)


@pytest.mark.parametrize(
    "name",
    [
        *("HD 2811", "GJ 436", "TOI-4481", "J0954", "1RXS J1609", "J1757132", "2MJ0944"),  # no declination
        *("J95X00A", "K07Tf8A", "2013 J-12", "J002E3", "S/2003 J 2", "J2000", "J6"),  # small bodies, moons, an equinox
        *(
            "J2460-0530",
            "J0460-0530",
            "J1234-9530",
            "J1234+5660",
            "J123460+123456",
            "J361-02",
        ),  # no such hour or minute
        *("J1148-13485", "J23834.9-591645", "J1234-123"),  # five and three digits: cut off where?
        *("Panoramic J021716M0520 ID1490", "J1036-0232 Tile 3", "J1721+8842 Lensgalaxy", "PSR B1937+21"),
        *("", "J", "J+", "J1234", "J1234-", "+1234-1234", "J" + "9" * 50 + "-" + "9" * 50),
    ],
)
def test_a_name_that_is_no_position(name: str) -> None:
    assert name_position(name, name) is None


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Two documents: one with coordinates, one with names only."""
    folder = tmp_path_factory.mktemp("sky")
    motion = (
        "<RAProperMotion>1000</RAProperMotion><DecProperMotion>0</DecProperMotion>"
        "<RAProperMotionUnits>mas/yr</RAProperMotionUnits><DecProperMotionUnits>mas/yr</DecProperMotionUnits>"
        "<Epoch>2000</Epoch>"
    )
    targets = [
        target(1, "HD-2811", "10 00 0.0000 -00 00 30.00"),
        target(2, "HD-2811-BKG", "10 00 0.0000 +00 00 30.00"),
        target(3, "GJ-436", "12 00 0.0000 +60 00 0.00", motion),
    ]
    (folder / "5001.xml").write_text(program(targets=targets), encoding="utf-8")
    rows = [
        ("far", "MIRI Imaging", "(1) WISEJ0535-75"),
        ("near", "MIRI Imaging", "(2) J053516.80-750024.9"),
        ("sky", "MIRI Imaging", "(3) J053516.80-750024.9-BACKGROUND"),
        ("nowhere", "MIRI Imaging", "(4) HD 189733"),
    ]
    (folder / "5002.md").write_text(page(5002, rows=rows), encoding="utf-8")
    build([folder], folder / "store")
    with open_store(folder / "store") as opened:
        yield opened


def test_places_of_a_store(store: Store) -> None:
    known = places(store).by_iri
    short = {iri.split("/program/")[1]: place for iri, place in known.items()}
    assert sorted(short) == [*(f"5001/target/{n}" for n in (1, 2, 3)), "5002/target/1", "5002/target/2"]
    assert (short["5001/target/1"].ra, short["5001/target/1"].dec) == (150.0, -0.008333333)
    assert short["5001/target/2"].dec == 0.008333333
    assert (short["5001/target/3"].pm_ra, short["5001/target/3"].approximate) == (1000.0, False)
    assert (short["5002/target/1"].uncertainty, short["5002/target/1"].approximate) == (120.2, True)


def near(store: Store, position: str, radius: str = "60", epoch: str = "2000") -> list[tuple[object, ...]]:
    rows = ask(store, "near", {"position": position, "radius": radius, "epoch": epoch})
    return [
        (float(str(row["separation"])), row["inside"], row["id"], row["target"], row["observations"])
        for row in rows.dicts()
    ]


def test_the_sign_of_nought_is_not_lost(store: Store) -> None:
    assert near(store, "10:00:00 -00:00:30", "1") == [(0.0, "yes", 5001, "HD-2811", 1)]
    assert near(store, "10:00:00 +00:00:30", "1") == [(0.0, "yes", 5001, "HD-2811-BKG", 0)]
    assert [row[0] for row in near(store, "150 0")] == [30.0, 30.0]


def test_a_star_is_where_it_is_at_the_epoch(store: Store) -> None:
    assert near(store, "12:00:00 +60:00:00", "1") == [(0.0, "yes", 5001, "GJ-436", 0)]
    assert near(store, "12:00:00 +60:00:00", "1", "2026.5") == []
    assert near(store, "12:00:00 +60:00:00", "1'", "2026.5") == [(26.5, "yes", 5001, "GJ-436", 0)]
    assert near(store, "GJ 436", "1", "2026.5") == [(0.0, "yes", 5001, "GJ-436", 0)]


def test_names_are_positions_too(store: Store) -> None:
    assert near(store, "WISE J0535-7500", "10") == [
        (0.0, "yes", 5002, "J053516.80-750024.9", 1),
        (51.45, "perhaps", 5002, "WISEJ0535-75", 1),
    ]
    assert near(store, "2MASS J05351680-7500249", "10")[0][3] == "J053516.80-750024.9"
    with pytest.raises(UsageError, match="no document says where 'HD 189733' is"):
        near(store, "HD 189733")
    with pytest.raises(UsageError, match="no object"):
        near(store, "Nibiru")


def test_the_query_of_a_cone_runs_as_it_stands(store: Store) -> None:
    said: list[str] = []
    sparql = bind(store, load("near"), {"position": "gj436"}, said.append)
    assert said == [
        "gj436 is at 180.000000 +60.000000 (program/5001/target/3)",
        "5 of 7 targets have a place (2 read from a name); others cannot be found by position: kb ask object",
    ]
    said.clear()
    bind(store, load("object"), {"object": "gj436"}, said.append)
    assert said == []
    assert "program/5001/target/3> 0.000" in sparql
    assert len(list(store.query(sparql))) == 1
    nothing = bind(store, load("near"), {"position": '"} UNION { ?s ?p ?o }'.replace('"', "0 0 #")[:3]})
    assert list(store.query(nothing)) == []


def test_what_may_be_typed_does_not_get_into_the_query(store: Store) -> None:
    for text in ('0 0" } } #', "<x> { } 1 2", "1 2 } UNION"):
        with pytest.raises(UsageError):
            bind(store, load("near"), {"position": text})


def test_cones_on_the_corpus(corpus: Path, tmp_path: Path) -> None:
    """The lensed galaxy and its cluster are 14 arcsec apart and two objects; positions alone join nothing there."""
    build([*(corpus / "apt").glob("1433.*"), *(corpus / "apt").glob("1194.*")], tmp_path / "store")
    with open_store(tmp_path / "store") as opened:
        rows = near(opened, "06 47 49.0637 +70 14 41.60", "20")
        assert [row[:4] for row in rows] == [
            (0.0, "yes", 1433, "MACS0647-JD"),
            (14.216, "yes", 1433, "MACS0647+7015"),
        ]
        assert not list(opened.query("SELECT ?a WHERE { ?a jkb:sameObject ?b }"))
        # HR 8799 moves by 119 mas a year: 3.2 arcsec from 2000 to 2026.5.
        ((apart, *_),) = near(opened, "23 07 28.7155 +21 08 3.30", "10", "2026.5")
        assert apart == pytest.approx(3.163, abs=0.001)
