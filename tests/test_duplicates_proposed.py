"""What is proposed: cells, names, tables and files of every kind, and every kind of bad input."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pages import page
from proposals import ROWS

from kb.duplicates import Proposed, duplicates
from kb.duplicates.proposed import read_proposed
from kb.duplicates.values import degrees, seconds
from kb.errors import SourceError
from kb.store import Store, open_store

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def store(proposals_store: Path) -> Iterator[Store]:
    with open_store(proposals_store) as opened:
        yield opened


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
        ("(" * 100_000 + "\n1\n", "line 1: needs a column target"),
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
    (planned := tmp_path / "planned.txt").write_text("SODRM\n96000  12.5  Darks  X\n96010  3.0  Flats  X\n")
    for path, message in (
        (tmp_path, "a folder; give a file"),
        (tmp_path / "missing.csv", "cannot be read (no such file or directory)"),
        (tmp_path / "x.aptx", "cannot be read as a proposal (the archive is damaged"),
        (planned, "no observations to compare in 96000, 96010"),
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


@pytest.mark.parametrize(
    "text",
    [
        ' [{"target": "HD 218396", "filters": ["F1550C"]},\n {"name": "Europa", "mode": "NIRSpec IFU", "note": null}]',
        '{"target": "HD 218396", "filter": "F1550C"}\n{"object": "Europa", "template": "NIRSpec IFU Spectroscopy"}\n',
    ],
)
def test_json_whose_objects_have_names_of_their_own(text: str) -> None:
    first, second = read_proposed(io.BytesIO(text.encode()))
    assert (first.line, first.name, first.elements) == (1, "HD 218396", ("F1550C",))
    assert (second.line, second.name, second.template) == (2, "Europa", "NIRSpec IFU Spectroscopy")


def test_what_kb_read_prints_is_a_table_of_proposed_observations(run: Run, tmp_path: Path) -> None:
    (tmp_path / "2001.md").write_text(page(2001, rows=ROWS[2001]), encoding="utf-8")
    read = run("kb read 2001.md", cwd=tmp_path).stdout
    rows = [(p.line, p.name, p.template, p.elements) for p in read_proposed(io.BytesIO(read.encode()))]
    assert rows[:2] == [
        (1, "HD-218396", "MIRI Coronagraphic Imaging", ("F1550C", "F1140C")),
        (2, "HD-218396-BKG", "MIRI Imaging", ()),
    ]
    assert len(rows) == 3
    assert [p.name for p in read_proposed(tmp_path / "2001.md")] == [name for _, name, *_ in rows]


def test_names_within_an_object_never_take_the_place_of_those_outside() -> None:
    def one(text: str) -> tuple[str, str | None, tuple[str, ...], float | None]:
        (row,) = read(text)
        return row.name, row.instrument, row.elements, row.ra

    assert one('[{"name": "Vega", "instrument": {"name": "MIRI"}}]') == ("Vega", "MIRI", (), None)
    assert one('{"instrument": {"name": "MIRI", "filter": "F770W"}, "name": "Vega"}') == (
        "Vega",
        "MIRI",
        ("F770W",),
        None,
    )
    assert one('{"pi": {"name": "A. Person"}, "star": {"name": "Vega", "ra": 279.2, "dec": 38.8}}')[::3] == (
        "Vega",
        279.2,
    )
    assert one('{"target": "Vega", "ra": null, "dec": null, "place": {"ra": 279.2, "dec": 38.8}}')[::3] == (
        "Vega",
        279.2,
    )


def test_observations_of_several_programs_are_counted_on() -> None:
    setup = '"instrument": "MIRI", "template": "MIRI Imaging", "elements": ["F770W"]'
    vega = f'{{"targets": [{{"name": "Vega"}}, {{"name": "HR 8799"}}], {setup}}}'
    program = f'{{"observations": [{vega}, {{"targets": [], {setup}}}]}}\n'
    rows = read(program * 2 + '{"target": "Europa"}')
    assert [(row.line, row.name) for row in rows] == [
        (1, "Vega"), (1, "HR 8799"), (2, ""), (3, "Vega"), (3, "HR 8799"), (4, ""), (5, "Europa"),
    ]  # fmt: skip
    bare = [{"program": {"id": number}, "observations": []} for number in range(96000, 96012)]
    said: list[str] = []
    table = "\n".join(map(json.dumps, [*bare, {"target": "Europa"}]))
    assert [row.name for row in read_proposed(io.BytesIO(table.encode()), tell=said.append)] == ["Europa"]
    assert said[0].endswith("no observations to compare in " + ", ".join(map(str, range(96000, 96008))) + " and 4 more")
    nothing = "neither a target nor coordinates: nothing to compare"
    assert [row.line for row in rows if row.remarks == (nothing,)] == [2, 4]


@pytest.mark.parametrize("header", ["[id],target,filter", "{id};RA [deg];Dec [deg]", "[12],target,filter"])
def test_csv_may_begin_with_a_bracket(header: str) -> None:
    rows = read(f"# a remark\n{header}\n" + "1,10,20\n2,11,21\n".replace(",", header[4]))
    assert [(row.line, row.name or str(row.ra)) for row in rows] in ([(3, "10"), (4, "11")], [(3, "10.0"), (4, "11.0")])
    assert [row.name for row in read('[{"star": "x", "note": [1, "filter", 2]}]')] == ["x"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[{"target": "Vega"}, 3]', "entry 2: give an object for each observation"),
        ('[{"target": "Vega"},\n{"target"}]', "line 2: no JSON"),
        ("[]", "no observation in it"),
        ('{"observations": []}', "no observation in it"),
        ('{"observations": [{"targets": []}, 1]}', "entry 2: give an object for each observation"),
        ('{"target": "Vega"}\n{"filter": "F770W"}', "entry 2: needs a column target"),
        ('# a remark\n\n{"target": "Vega"}\n{"target"}', "line 4: no JSON"),
        ("[" * 100_000, "no table of proposed observations"),
    ],
)
def test_bad_json(text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message):
        list(read_proposed(io.BytesIO(text.encode())))
