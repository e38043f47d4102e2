"""The duplicate check: what joins two observations, how each criterion is judged, and every kind of bad input."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT
from pages import page

from kb import KnowledgeBase
from kb.build import build
from kb.duplicates import CRITERIA, Match, Proposed, Result, duplicates
from kb.duplicates.approved import Observations
from kb.duplicates.criteria import apart, common_light, grade, grades, judge
from kb.duplicates.proposed import read_proposed
from kb.duplicates.records import Approved
from kb.duplicates.values import degrees, seconds
from kb.errors import SourceError, UsageError
from kb.iris import object_iri
from kb.store import Store, open_store
from kb.vocabulary import load, ontology_dir

Run = Callable[..., subprocess.CompletedProcess[str]]

ROWS = {
    2001: [
        ("F1550C and F1140C", "MIRI Coronagraphic Imaging", "(1) HD-218396"),
        ("sky", "MIRI Imaging", "(2) HD-218396-BKG"),
        ("field", "NIRCam Imaging", "(3) HD-218396"),
    ],
    2002: [
        ("b", "NIRSpec Bright Object Time Series", "(1) TRAPPIST-1B"),
        ("star", "MIRI Imaging", "(2) TRAPPIST-1"),
        ("a moon", "NIRSpec IFU Spectroscopy", "(3) EUROPA"),
    ],
    2003: [("x", "NIRCam Wide Field Slitless Spectroscopy", "(1) NGC-628"), ("y", "MIRI MRS", "(2) M74-POS-2")],
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("duplicates")
    for number, rows in ROWS.items():
        (folder / f"{number}.md").write_text(page(number, rows=rows), encoding="utf-8")
    build([folder], folder / "store")
    with open_store(folder / "store") as opened:
        yield opened


def check(store: Store, table: str, grade: str = "beside") -> list[Result]:
    return list(duplicates(store, read_proposed(io.BytesIO(table.encode())), least=grade))


def signs(match: Match) -> str:
    return "".join({"met": "+", "not met": "-", "not knowable": "?"}[one.status] for one in match.criteria)


def found(result: Result) -> list[tuple[int, str, str, str]]:
    return [(m.approved.program, m.approved.label, signs(m), m.grade) for m in result.matches]


def test_each_criterion_is_judged(store: Store) -> None:
    (result,) = check(store, "target,template,filter,exptime\nHR 8799,MIRI coronagraphy,F1550C,600\n")
    assert found(result) == [
        (2001, "F1550C and F1140C", "++++?", "close"),  # an exposure time is given, and cannot be compared
        (2001, "field", "+--??", "differs"),
        (2001, "sky", "-+-??", "beside"),
    ]
    match = result.matches[0]
    assert match.approved.name == "HD-218396"
    assert match.rule == "the same object: HR 8799 (proposed: known name; approved: alias (SIMBAD))"
    assert match.approved.page.endswith("?id=2001")
    assert match.not_compared == "depth: no exposure time of the approved one"
    assert result.matches[2].criteria[0].why == "the approved target is a background of HR 8799"


def test_complete_is_all_that_was_given() -> None:
    proposed = Proposed(1, "x", object="x", instrument="MIRI", template="MIRI Imaging", elements=("F770W",))
    there = approved(elements=("F770W",), exposure=100.0)

    def graded(factor: float | None = None, **given: object) -> str:
        return grade(judge(replace(proposed, **given), there, None, None, factor, "object"))  # type: ignore[arg-type]

    assert graded() == "complete"
    assert graded(exposure=100.0) == "close"  # nobody said how much is alike
    assert graded(2, exposure=100.0) == "complete"
    assert graded(2, exposure=300.0) == "differs"
    assert graded(elements=()) == "close"


def test_what_is_not_proposed_is_not_knowable(store: Store) -> None:
    (result,) = check(store, "name\nhr8799\n", "open")
    assert [signs(match) for match in result.matches] == ["+????", "+????"]
    assert result.hidden == 1  # the background


def test_similar_instruments_and_modes(store: Store) -> None:
    (result,) = check(store, "target,template\nHR 8799,NIRISS Imaging\n")
    assert (2001, "field", "+++??", "close") in found(result)
    (result,) = check(store, "target,template\nNGC 628,NIRSpec IFU\n")
    assert found(result)[0] == (2003, "x", "++???", "open")  # another kind of spectroscopy
    (result,) = check(store, "target,template\nHR 8799,NIRCam Time Series\n")
    assert (2001, "field", "+++??", "close") in found(result)  # a kind of imaging
    assert result.matches[0].criteria[2].why == "NIRCam Imaging: one is a kind of the other"


def test_systems_are_looked_through_and_it_is_said(store: Store) -> None:
    planet, star, sibling, moon, giant = check(store, "target\nTRAPPIST-1 b\nTRAPPIST-1\nTRAPPIST-1 e\nio\nJupiter\n")
    assert [(m.approved.label, signs(m)[0]) for m in planet.matches] == [("b", "+"), ("star", "?")]
    assert [(m.approved.label, signs(m)[0]) for m in star.matches] == [("star", "+"), ("b", "?")]
    assert [m.rule for m in sibling.matches] == [
        "TRAPPIST-1 e and TRAPPIST-1 b are parts of TRAPPIST-1",
        "TRAPPIST-1 e is part of TRAPPIST-1",
    ]
    assert (moon.matches, giant.matches) == ((), ())  # Europa is neither Io nor Jupiter


def test_a_place_in_an_object_is_a_candidate(store: Store) -> None:
    (result,) = check(store, "target\nMessier 74\n")
    assert [(m.approved.name, signs(m)[0]) for m in result.matches] == [("NGC-628", "+"), ("M74-POS-2", "?")]


def approved(**values: object) -> Approved:
    known = Approved(
        *("o", 1, None, 1, "", "", "FIELD-1", None, None, "field", "", "MIRI", "MIRI Imaging", "imaging"),
        ra=10.0,
        dec=-60.0,
    )
    return replace(known, **values)  # type: ignore[arg-type]


def test_positions_are_compared_within_the_radius_of_the_mode(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    known = Observations([approved(), approved(iri="p", ra=359.9999, dec=0.0), approved(iri="q", ra=None, dec=None)])
    monkeypatch.setattr("kb.duplicates.approved", lambda _: known)

    def one(ra: float, dec: float, template: str = "MIRI Imaging", radius: float | None = None) -> Result:
        proposed = Proposed(1, "", ra=ra, dec=dec, instrument="MIRI", template=template, mode="imaging")
        (result,) = duplicates(store, [proposed], radius)
        return result

    (match,) = one(10.0 + 119 / 3600 / 0.5, -60.0).matches  # cos(60 deg) = 0.5
    assert match.separation == pytest.approx(119, abs=0.1)
    assert (match.rule, signs(match)) == ('positions 119.0" apart', "+++??")
    assert one(10.0 + 121 / 3600 / 0.5, -60.0).matches == ()
    assert one(10.0, -60.0 + 121 / 3600).matches == ()
    assert len(one(10.0, -60.0 + 121 / 3600, radius=130).matches) == 1
    assert len(one(0.0001, 0.0).matches) == 1  # across the meridian
    (match,) = one(10.0, -60.0 + 121 / 3600, radius=121.5).matches
    assert signs(match)[0] == "+"
    slit = one(10.0, -60.0, "MIRI Low Resolution Spectroscopy")
    assert slit.matches == ()
    assert "has no search radius for MIRI Low Resolution" in slit.proposed.remarks[0]
    assert len(one(10.0, -60.0, "MIRI Low Resolution Spectroscopy", 1.0).matches) == 1


def test_what_lies_near_in_a_mode_without_a_radius_is_said(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    mask = {"template": "MIRI Coronagraphic Imaging", "mode": "coronagraphy"}
    known = Observations(
        [
            approved(iri="imaging", dec=-60.0 + 200 / 3600),
            *(approved(iri=f"mask{n}", program=n, dec=-60.0 + n / 3600, **mask) for n in (2, 3)),
            approved(iri="rough", uncertainty=1000.0, **mask),
            approved(iri="far", dec=-60.0 + 281 / 3600, **mask),
        ]
    )
    monkeypatch.setattr("kb.duplicates.approved", lambda _: known)

    def one(radius: float | None = None, template: str | None = None) -> Result:
        proposed = Proposed(1, "", ra=10.0, dec=-60.0, instrument="MIRI", template=template)
        (result,) = duplicates(store, [proposed], radius)
        return result

    result = one()
    assert (result.matches, result.skipped, result.against) == ((), 2, (5, 3))
    assert result.proposed.remarks == (
        '2 approved observations within 280" not compared by place, for want of a policy radius'
        ' (MIRI Coronagraphic Imaging 2), the nearest 2.0" away: program 2 observation row 1; give --radius',
    )
    given = one(2.5)
    assert ([match.approved.iri for match in given.matches], given.skipped) == (["mask2"], 0)
    assert given.proposed.remarks == ()
    assert one(template="MIRI Imaging").skipped == 0  # 120 arcsec for all
    assert one(template="MIRI Low Resolution Spectroscopy").skipped == 3


def test_a_name_and_a_place_that_contradict_each_other(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"object": "HD 1", "name": "HD-1"}
    known = Observations([approved(**names), approved(iri="p", program=2, ra=None, dec=None, **names)])
    monkeypatch.setattr("kb.duplicates.approved", lambda _: known)

    def one(dec: float, role: str = "science", radius: float | None = None) -> Result:
        proposed = Proposed(1, "HD 1", object="HD 1", role=role, ra=10.0, dec=dec)
        (result,) = duplicates(store, [proposed], radius, least="beside")
        return result

    far = one(-57.5)
    assert far.proposed.remarks == ("the given position is 2.5° from HD 1 (program 1)",)
    assert [signs(match)[0] for match in far.matches] == ["?", "?"]
    assert far.matches[1].criteria[0].why == "one name, but the given position is 2.5° from where program 1 has it"
    assert one(-60.0 + 5 / 60).proposed.remarks == ("the given position is 5′ from HD 1 (program 1)",)
    assert one(-60.0 + 1 / 60).proposed.remarks == ()  # within the policy's 120 arcsec
    assert one(-60.0 + 5 / 60, radius=400).proposed.remarks == ()
    assert one(-60.0 + 5 / 60, role="background").proposed.remarks == ()  # as it should be


def test_a_name_that_the_store_does_not_have_is_not_one_without_a_match(store: Store) -> None:
    known, unknown, *_ = results = check(store, "target,template\nHR 8799,MIRI MRS\nTRAPPIST-2,\nFIELD-1,\n", "open")
    assert (known.matches, known.hidden, known.proposed.remarks) == ((), 3, ())
    (said,) = unknown.proposed.remarks
    assert said == "no program in the store points at TRAPPIST-2; did you mean TRAPPIST-1 or TRAPPIST-1 b?"
    assert "means nothing outside its program" in results[2].proposed.remarks[0]
    many = check(store, "target\n" + "".join(f"TRAPPIST-{n}\n" for n in range(2, 62)))
    assert sum("did you mean" in result.proposed.remarks[0] for result in many) == 10


def test_a_place_that_is_roughly_known(monkeypatch: pytest.MonkeyPatch, store: Store) -> None:
    known = Observations([approved(uncertainty=30.0), approved(iri="rough", uncertainty=1800.0)])
    monkeypatch.setattr("kb.duplicates.approved", lambda _: known)

    def source(arcsec: float) -> list[str]:
        proposed = Proposed(1, "", ra=10.0, dec=-60.0 + arcsec / 3600, template="MIRI Imaging", mode="imaging")
        (result,) = duplicates(store, [proposed])  # within 120"
        return [signs(match)[0] for match in result.matches]

    assert [source(arcsec) for arcsec in (60, 100, 140, 160)] == [["+"], ["?"], ["?"], []]


def test_a_name_does_not_outweigh_two_positions() -> None:
    here, there = approved(object="M 31", name="M31"), Proposed(1, "M31", object="M 31", ra=10.0, dec=-59.0)
    source = judge(there, here, 3600.0, 120.0, None, "object")[0]
    assert (source.status, source.why) == ("not knowable", 'one name, but 3600.0" apart, search radius 120"')


def test_a_small_overlap_of_wavelengths_is_not_knowable(monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = approved(elements=("F1140C",)), Proposed(1, "x", object="x", elements=("F1065C",))
    for fraction, status in (
        (None, "not knowable"),
        (0.0, "not met"),
        (0.1, "not knowable"),
        (0.6, "met"),
        (1.0, "met"),
    ):
        monkeypatch.setattr("kb.duplicates.criteria.common_light", lambda *_, part=fraction: part)
        assert judge(there, here, None, None, None, "object")[3].status == status


def test_masks_and_grisms_make_no_overlap() -> None:
    assert common_light("NIRCam", ("MASK335R", "F335M"), "NIRCam", ("MASK335R", "F410M")) == 0
    assert (common_light("NIRCam", ("GRISMR", "F444W"), "NIRCam", ("GRISMR", "F322W2")) or 1) < 0.2
    # The weak lens stands in the other channel, and nothing stands in "clear".
    assert common_light("NIRCam", ("F322W2",), "NIRCam", ("CLEAR", "F444W", "GRISMR", "WLP4")) == 0.12
    assert common_light("NIRSpec", ("G395H",), "NIRSpec", ("G395H", "F290LP")) == 1
    assert common_light("NIRCam", ("F200W",), "NIRISS", ("F200W",)) == 0.998  # other filters of the same name


def test_the_range_in_common_is_said() -> None:
    proposed = Proposed(1, "x", object="x", instrument="NIRCam", elements=("F322W2",))
    narrow, wide = (approved(instrument="NIRCam", elements=names) for names in (("F444W", "GRISMR"), ("F360M",)))
    why = judge(proposed, narrow, None, None, None, "object")[3].why
    assert why.startswith("F444W GRISMR: 12% of the narrower range, 3.88–4.01 µm; the policy does not say")
    assert judge(proposed, wide, None, None, None, "object")[3].why.startswith("F360M: 100% of the narrower range")


def test_depth_needs_a_factor() -> None:
    proposed = Proposed(1, "x", object="x", exposure=100.0)
    for factor, exposure, status in ((None, 90.0, "not knowable"), (2, 51.0, "met"), (2, 49.0, "not met")):
        assert judge(proposed, approved(exposure=exposure), None, None, factor, "object")[4].status == status


def test_the_tables_name_things_of_the_vocabulary() -> None:
    folder = ontology_dir() / "duplicates"
    read = {p.stem: list(csv.DictReader(x for x in p.open() if not x.startswith("#"))) for p in folder.glob("*.csv")}
    templates = {template.notation for template in load().templates.values()}
    assert {row["template"] for row in read["radii"]} <= templates
    assert {row[side] for row in read["similar"] for side in ("one", "other")} <= load().instruments.keys()
    assert {row["mode"] for row in read["similar"]} <= load().modes.keys()
    names = [row["name"] for row in read["columns"]]
    assert len(names) == len(set(names))
    for one in grades():
        assert all(set(pattern) <= set("+-?.") for pattern in one.patterns)
        assert len(one.patterns) == len(CRITERIA)


def test_separation_is_that_of_the_sphere() -> None:
    here = Proposed(1, "", ra=83.63308, dec=22.0145)
    assert apart(here, replace(here, dec=22.0145 + 1 / 3600)) == pytest.approx(1, rel=1e-9)
    assert apart(here, replace(here, ra=None, dec=None)) is None


def test_objects_that_are_known_to_be_one_are_one() -> None:
    rows = [approved(object="Gliese 1", name="GL-1"), approved(iri="b", object="LMC 7", name="LMC-7")]
    known = Observations(rows, {object_iri("LMC 7"): object_iri("Gliese 1")})
    assert [a.name for a in known.of("LMC 7")] == [a.name for a in known.of("Gliese 1")] == ["GL-1", "LMC-7"]
    assert [a.name for a in Observations(rows).of("LMC 7")] == ["LMC-7"]


# --- input --------------------------------------------------------------------------------------------------------


def read(table: str) -> list[Proposed]:
    return list(read_proposed(io.BytesIO(table.encode())))


def test_cells() -> None:
    assert (
        degrees("12:30:00", hours=True) == degrees("12h30m00s", hours=True) == degrees("12 30 0.0", hours=True) == 187.5
    )
    assert degrees("-00:30:00") == degrees("−0d30m") == -0.5
    assert degrees("187d30m", hours=True) == 187.5
    assert degrees("360", hours=True) == 0
    assert (seconds("20 min"), seconds("1.5h"), seconds("3", 60), seconds("2 ks")) == (1200, 5400, 180, 2000)
    for text in ("12:60:00", "25:00:00", "361", "-1", "nan", "inf", "x", "1:2:3:4"):
        with pytest.raises(ValueError, match=r"is no angle|out of range|more than 59"):
            degrees(text, hours=True)


def test_names_with_commas_and_quotes() -> None:
    rows = read('target,filter\n"Barnard\'s Star, ""the"" one",F770W\n  spaced   name ,\n')
    assert [row.name for row in rows] == ['Barnard\'s Star, "the" one', "spaced name"]
    assert read("name;filter\na,b;F770W\n")[0].name == "a,b"
    assert (
        read("\ufeff# a remark\n\nname\tmode\r\nx\tMIRI MRS\r\n")[0].template == "MIRI Medium Resolution Spectroscopy"
    )


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            "foo,bar\n1,2\n",
            "line 1: needs a column target (also: name, object, source), or ra and dec; found: foo, bar",
        ),
        ("# x\ntarget,template\n", "line 2: a header, and no rows after it"),
        ("", "empty; give a header"),
        ("target,ra\nx,1\n", "line 1: there is a column ra and none for dec"),
        (
            "target,exptime [pc]\nx,1\n",
            "line 1: the column of exposure times has the unit pc, which is no unit of time",
        ),
        ("target,ra [m],dec\nx,1,2\n", "line 1: ra has the unit m; use deg or hourangle"),
        ('target\nx\n"y\nz\n', "line 3: no row of CSV (unexpected end of data); a quote that is not closed?"),
        ('target\n"x"y\n', "line 2: no row of CSV"),
        ("target\n" + "x" * 200_000, "line 2: no row of CSV (field larger than field limit"),
        ("target\n" + "x" * 2_000_000, "line 2: longer than a million bytes"),
    ],
)
def test_a_table_that_cannot_be_read_says_where(table: str, message: str) -> None:
    with pytest.raises(SourceError) as error:
        read(table)
    assert f"standard input: {message}" in str(error.value) or message in str(error.value)


def test_text_that_is_not_utf_8_says_the_line() -> None:
    with pytest.raises(SourceError, match="line 3: not text in UTF-8"):
        list(read_proposed(io.BytesIO(b"target\nok\nH\xc9 Cyg\n")))


@pytest.mark.parametrize(
    ("row", "remarks"),
    [
        ("x,400,10,,,", ["ra '400' is out of range (0 to 360 degrees): the coordinates are not used"]),
        ("x,10,-90.1,,,", ["dec '-90.1' is out of range (-90 to 90 degrees): the coordinates are not used"]),
        ("x,ten,1,,,", ["ra 'ten' is no angle: the coordinates are not used"]),
        ("x,10,,,,", ["ra '10' is alone, without the other coordinate: the coordinates are not used"]),
        ("x,,,MIRI Imagin,,", ["unknown template 'MIRI Imagin'; did you mean MIRI Imaging?"]),
        ("x,,,MIRI MRS,F1550C G395H,", ["MIRI has no spectral element 'G395H'; did you mean F2300C?"]),
        ("x,,,,,-5", ["exposure time '-5' is not above 0: not used"]),
        ("x,,,,,5 parsec", ["exposure time '5 parsec' has the unit parsec, which is no unit of time"]),
        (",,,,,", ["neither a target nor coordinates: nothing to compare"]),
        ("x,1,2", ["3 cells where the header has 6: columns may have slipped"]),
    ],
)
def test_what_is_wrong_with_a_row_is_a_remark_on_it(row: str, remarks: list[str]) -> None:
    (one,) = read(f"target,ra,dec,template,filter,exptime\n{row}\n")
    assert len(one.remarks) == len(remarks)
    for said, expected in zip(one.remarks, remarks, strict=True):
        assert said.startswith(expected.split("; did")[0])
        assert ("did you mean" in expected) == ("did you mean" in said or "nothing is near" in said)
    assert (one.ra, one.exposure) == (1.0 if row == "x,1,2" else None, None)


def test_mixed_units_are_remarks_and_are_read_for_what_they_are() -> None:
    one, two = read("target,ra,dec,exptime\nx,187.5,-0.5,1200\ny,12:30:00,-00:30:00,20 min\n")
    assert (one.ra, one.dec, one.exposure) == (two.ra, two.dec, two.exposure) == (187.5, -0.5, 1200)
    assert one.remarks == ()
    assert [said.split(" is ")[0] for said in two.remarks] == [
        "mixed units: ra '12:30:00'",
        "mixed units: dec '-00:30:00'",
        "mixed units: exposure '20 min'",
    ]
    assert two.remarks[2].endswith("taken as 1200 s, while line 2 has a bare number")


def test_instrument_and_template_may_stand_apart() -> None:
    rows = read("target,instrument,mode\na,miri,mrs\nb,NIRCam,imaging\nc,MIRI MRS,\nd,MIRU,\ne,NIRCam,MIRI MRS\n")
    assert [(row.instrument, row.template) for row in rows] == [
        ("MIRI", "MIRI Medium Resolution Spectroscopy"),
        ("NIRCam", "NIRCam Imaging"),
        ("MIRI", "MIRI Medium Resolution Spectroscopy"),
        (None, None),
        ("MIRI", "MIRI Medium Resolution Spectroscopy"),
    ]
    assert rows[3].remarks == ("unknown instrument 'MIRU'; did you mean MIRI?",)
    assert rows[4].remarks == ("template MIRI Medium Resolution Spectroscopy is not of NIRCam: taken as MIRI",)


def test_tables_of_astropy(tmp_path: Path) -> None:
    table = pytest.importorskip("astropy.table")
    from astropy import units

    made = table.QTable()
    made["target_name"] = ["HR 8799", "Fomalhaut"]
    made["ra"] = [23.12465, 22.96085] * units.hourangle
    made["Dec"] = [21.1343, -29.6222] * units.deg
    made["exptime"] = [20.0, 1.0] * units.min
    for name, form in (("t.ecsv", "ascii.ecsv"), ("t.vot", "votable"), ("t.xml", "votable")):
        made.write(tmp_path / name, format=form)
        one, two = read_proposed(tmp_path / name)
        assert (one.name, two.name, one.exposure, two.exposure) == ("HR 8799", "Fomalhaut", 1200, 60)
        assert [one.ra, two.dec] == pytest.approx([346.86975, -29.6222])
        assert (one.line, two.line, one.remarks) == (1, 2, ())
    made["exptime"] = [20.0, 1.0] * units.pc
    made.write(tmp_path / "bad.ecsv")
    with pytest.raises(SourceError, match="column exptime has the unit pc, which cannot become s"):
        list(read_proposed(tmp_path / "bad.ecsv"))
    made[:0].write(tmp_path / "none.ecsv")
    for name, text, message in (
        ("cut.vot", "<VOTABLE><RESOURCE>", "no VOTable that astropy can read"),
        ("cut.ecsv", "# %ECSV 1.0\n# ---\n# datatype: [", "no ECSV that astropy can read"),
    ):
        (tmp_path / name).write_text(text)
        with pytest.raises(SourceError, match=message):
            list(read_proposed(tmp_path / name))


def test_files_that_are_no_table(tmp_path: Path) -> None:
    (tmp_path / "x.aptx").write_bytes(b"PK\x03\x04 cut short")
    for path, message in (
        (tmp_path, "a folder; give a file"),
        (tmp_path / "missing.csv", "cannot be read (no such file or directory)"),
        (tmp_path / "x.aptx", "cannot be read as a proposal"),
    ):
        with pytest.raises(SourceError) as error:
            list(read_proposed(path))
        assert str(error.value).startswith(f"{path}: {message}")


def test_a_long_table_streams_with_progress(store: Store) -> None:
    class Endless(io.RawIOBase):
        """A table of which only as much is made as is read."""

        lines = 0

        def readable(self) -> bool:
            return True

        def readline(self, size: int | None = -1, /) -> bytes:
            self.lines += 1
            return b"target\n" if self.lines == 1 else b"HR 8799\n"

        def tell(self) -> int:
            return self.lines

    stream = Endless()
    results = duplicates(store, read_proposed(stream))  # type: ignore[arg-type]
    for number, result in enumerate(results, 1):
        assert len(result.matches) == 2
        assert stream.lines == number + 1  # no row is read before it is asked for
        if number == 2000:
            break


def test_progress_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "long.csv"
    path.write_text("target\n" + "HR 8799\n" * 1200)
    said: list[tuple[int, int]] = []
    assert sum(1 for _ in read_proposed(path, lambda done, total: said.append((done, total)))) == 1200
    assert [total for _, total in said] == [path.stat().st_size] * 2
    assert said[0][0] < said[1][0] <= path.stat().st_size


# --- output -------------------------------------------------------------------------------------------------------

TABLE = """target,template,filter
HR 8799,MIRI coronagraphy,F1550C
"<b>Nobody's | ""star""</b>",MIRI MRS,
"""


def test_formats(run: Run, store: Store, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(TABLE)
    place = Path(store.location)
    printed = {f: run(f"kb duplicates p.csv -f {f}", place, tmp_path) for f in ("table", "csv", "jsonl", "markdown")}
    said = "2 proposed, 1 with candidates: 1 approved observations, 2 more of other grades (--grade); 1 with remarks\n"
    assert {done.stderr for done in printed.values()} == {said}
    assert printed["table"].stdout.splitlines()[0] == "line 2: HR 8799, MIRI Coronagraphic Imaging F1550C"
    assert "    no candidate" in printed["table"].stdout
    bound = "compared with 8 observations of 3 programs in the store\n"
    assert printed["table"].stdout.endswith(f"\n\n{bound}")
    assert printed["markdown"].stdout.endswith(f"{said[:-1]}; {bound}")
    rows = list(csv.DictReader(io.StringIO(printed["csv"].stdout)))
    assert [row["grade"] for row in rows] == ["complete", ""]
    assert (rows[0]["object"], rows[0]["approved_target"], rows[0]["source"]) == ("HR 8799", "HD-218396", "met")
    assert rows[1]["target"] == '<b>Nobody\'s | "star"</b>'
    assert rows[1]["remark"].endswith("no candidate")
    lines = [json.loads(line) for line in printed["jsonl"].stdout.splitlines()]
    assert lines[0]["matches"][0]["criteria"]["element"] == {"status": "met", "why": "F1140C F1550C"}
    assert lines[1]["matches"] == []
    body = [line for line in printed["markdown"].stdout.splitlines() if line.startswith("|")]
    assert {line.replace("\\|", "").count("|") for line in body} == {9}
    assert "[2001](https://www.stsci.edu/jwst/science-execution/program-information?id=2001)" in body[2]
    assert "&lt;b>Nobody's \\| " in body[3]


def test_errors_of_the_command(run: Run, bundled_store: Path, tmp_path: Path) -> None:
    for line, message in (
        ("kb duplicates missing.csv", "kb: missing.csv: cannot be read (no such file or directory)\n"),
        ("echo foo | kb duplicates -", "kb: standard input: line 1: needs a column target"),
        (
            "echo target | kb duplicates - --radius nan",
            "kb: a radius of nan arc seconds: give one above 0, up to 3600\n",
        ),
        ("echo target | kb duplicates - --factor 0.5", "kb: a factor of 0.5: give 1 or more\n"),
        ("echo target | kb duplicates - --grade near", "kb: no grade 'near': give one of complete, close, open"),
        ("printf 'name\\nHD 2811\\n' | kb duplicates - >/dev/full", "kb: "),
    ):
        done = run(line, bundled_store, tmp_path)
        assert (done.returncode, done.stdout) == (1, ""), line
        assert done.stderr.startswith(message), done.stderr
        assert done.stderr.count("\n") == 1
    many = "(echo name; yes 'HD 2811' | head -20000)"
    done = run(f"{many} | kb -q duplicates - -f csv | head -1", bundled_store, tmp_path)
    assert done.stderr == ""


def test_unknown_grades_are_refused_before_anything_is_read(store: Store) -> None:
    with pytest.raises(UsageError, match="give one of complete, close, open, differs, beside"):
        next(duplicates(store, iter(()), least="x"))


def test_the_page_needs_no_script_and_no_network(run: Run, store: Store, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(TABLE)
    run("kb duplicates p.csv -f html > page.html", Path(store.location), tmp_path)
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert "<b>Nobody" not in text
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("no chromium here")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        shown = browser.new_page()
        asked: list[str] = []
        shown.on("request", lambda request: asked.append(request.url))
        shown.goto((tmp_path / "page.html").as_uri())
        assert shown.locator("section:visible").count() == 2
        assert shown.locator("section.none h2").inner_text().startswith('<b>Nobody\'s | "star"</b>')
        summary, first = shown.locator("#summary").bounding_box(), shown.locator("section").first.bounding_box()
        assert summary["y"] < first["y"]  # written last, shown first
        shown.locator("#only").check()
        assert shown.locator("section:visible").count() == 1
        sign = shown.locator("td .s").first
        assert sign.get_attribute("title") == "source met: the same object by name"
        assert asked == [(tmp_path / "page.html").as_uri()]
        browser.close()


# --- the corpus ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    place = tmp_path_factory.mktemp("whole") / "store"
    build([corpus / "program-pages"], place)
    with KnowledgeBase.open(place) as kb:
        yield kb


def truth(name: str) -> list[dict[str, str]]:
    with (ROOT / "tests" / "truth" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def proposed(rows: list[dict[str, str]]) -> Iterator[Proposed]:
    for line, row in enumerate(rows, 2):
        ra, dec = (float(row[key]) if row.get(key) else None for key in ("ra", "dec"))
        yield Proposed(line, row["proposed"], ra=ra, dec=dec)


def test_at_least_ninety_of_a_hundred_find_their_programs(whole: KnowledgeBase) -> None:
    rows = truth("proposed_observed.csv")
    assert len(rows) == 100
    results = whole.duplicates(proposed(rows))
    missed = [
        row["proposed"]
        for row, result in zip(rows, results, strict=True)
        if int(row["program"]) not in {match.approved.program for match in result.matches}
    ]
    assert len(missed) <= 10, missed


def test_what_was_not_observed_gives_no_match(whole: KnowledgeBase) -> None:
    rows = truth("proposed_not_observed.csv")
    assert len(rows) == 100
    results = whole.duplicates(proposed(rows), grade="beside")
    assert [(r.proposed.name, r.matches[0].rule) for r in results if r.matches] == []
