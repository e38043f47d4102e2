"""Reading documents: good ones, broken ones, and the account of every row."""

from __future__ import annotations

import random
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.errors import SourceError
from kb.records import Reading
from kb.sources import MAX_BYTES, bundled, find, read, read_bytes

PAGE = """---
id: 4321
proposal_type: "go"
cycle: "Cycle 2"
exclusive_access_period_months: 12
instrument_mode: "MIRI/MRS"
pi_and_co_pis: "PI: Ada Example  Co-PIs: Bo Sample, and Cy Trial"
prime_parallel_time_hours: "9.5/1.0"
program_title: "A page for tests"
type: "GO, Treasury"
---
# 4321 - A page for tests
## OBSERVATIONS TABLE
| Label | Observing Template | Science Target |
| :--- | :--- | :--- |
{rows}

## ABSTRACT

Stars are observed.

## OBSERVING DESCRIPTION

As in GO program 1234.
"""
ROW = "| Star | MIRI Imaging | (1) HD-2811 |"


def page(*rows: str) -> Reading:
    """The reading of a page with these table rows."""
    (reading,) = read_bytes(PAGE.replace("{rows}", "\n".join(rows or (ROW,))).encode(), "4321.md")
    return reading


def codes(reading: Reading) -> set[str]:
    return {finding.code for finding in reading.findings}


def test_all_fields_of_a_plain_page() -> None:
    reading = page()
    program = reading.program
    assert program is not None
    assert (program.id, program.title, program.category, program.cycle) == (4321, "A page for tests", "GO", 2)
    assert (program.prime_hours, program.parallel_hours, program.access_months) == (Decimal("9.5"), Decimal("1.0"), 12)
    assert program.kinds == ("Treasury",)
    assert program.modes == ("MIRI/MRS",)
    assert [(p.role, p.name) for p in program.people] == [
        ("PI", "Ada Example"),
        ("Co-PI", "Bo Sample"),
        ("Co-PI", "Cy Trial"),
    ]
    assert (program.abstract, program.description) == ("Stars are observed.", "As in GO program 1234.")
    assert [(r.program, r.line) for r in program.references] == [(1234, 24)]
    (observation,) = reading.observations
    assert (observation.label, observation.template, observation.instrument) == ("Star", "MIRI Imaging", "MIRI")
    assert [(t.number, t.name, t.line) for t in observation.targets] == [(1, "HD-2811", 16)]
    assert reading.findings == ()


def test_program_7487_as_bundled() -> None:
    (reading,) = read(bundled() / "program-pages" / "7487.md")
    assert reading.rows.observations == 16
    assert len({t.number for o in reading.observations for t in o.targets}) == 12
    twelfth = reading.observations[11]
    assert [(t.number, t.name) for t in twelfth.targets] == [(7, "BD+60-1753")]
    repair = next(f for f in reading.findings if f.code == "target-repaired")
    assert (repair.raw, repair.line) == ("7) BD+60-1753 (", twelfth.line)
    first, thirteenth = reading.observations[0], reading.observations[12]
    assert (first.label, first.label_raw) == (
        "NIRCam pt1 Dual Coronagraphy MASK210R",
        "NIRCam pt1 Dual Coro nagraphy MASK210R",
    )
    assert (thirteenth.label, thirteenth.label_raw.split()[3:6]) == (
        "MIRI LRS - BD+60 slitless - bkg",
        ["BD+60", "slit", "less"],
    )
    assert first.elements == ("MASK210R",)


def test_the_sodrm_table_as_bundled() -> None:
    readings = [r for path in find([bundled() / "sodrm"]) for r in read(path)]
    assert len(readings) == 37
    hours: dict[str, Decimal] = {}
    for reading in readings:
        assert reading.program is not None
        assert reading.program.prime_hours is not None
        (instrument,) = reading.program.instruments
        hours[instrument] = hours.get(instrument, Decimal(0)) + reading.program.prime_hours
    assert {k: str(v) for k, v in hours.items()} == {
        "NIRCam": "595.7",
        "NIRSpec": "350.8",
        "NIRISS": "172.2",
        "MIRI": "904.6",
    }


def test_every_row_of_the_corpus_is_accounted_for(corpus: Path) -> None:
    pages, programs = 0, 0
    for path in find([corpus / "program-pages", corpus / "sodrm"]):
        for reading in read(path):
            programs += reading.program is not None
            pages += reading.document.format == "program-page"
            rows = reading.rows
            assert rows.observations == len(reading.observations)
            lines = [o.line for o in reading.observations]
            left = [
                f
                for f in reading.findings
                if f.code in ("heading-row", "continuation-row", "row-rejected", "row-elsewhere", "table-invented")
            ]
            assert len(left) == rows.headings + rows.continuations + rows.rejected, path
            assert all(f.line and f.line not in lines for f in left), path
            assert rows.total == table_rows(path, reading), path
    assert (pages, programs) == (1062, 1099)


def table_rows(path: Path, reading: Reading) -> int:
    """Rows of the tables of a page, counted apart from the reader: lines with pipes, less rulers and headers."""
    count, before, block = 0, "", False
    for line in path.read_text(encoding="utf-8").splitlines():
        text = line.strip()
        if not text.startswith("|"):
            block = False
        elif set(text) <= set("|:- ") and "-" in text:
            count -= block and before.startswith("|")
        else:
            count, block = count + 1, True
        before = text
    return count or reading.rows.total


def test_plain_rows_are_read_as_they_stand(corpus: Path) -> None:
    """Pages of the usual header whose every row is plain: label, template, number and name, cell by cell."""
    checked = 0
    for path in find([corpus / "program-pages"]):
        (reading,) = read(path)
        if any(f.code in ("header-odd", "columns-merged") for f in reading.findings):
            continue
        lines = path.read_text(encoding="utf-8").replace("\\_", "_").split("\n")
        touched = {f.line for f in reading.findings}
        for observation in reading.observations:
            cells = [" ".join(c.split()) for c in lines[observation.line - 1].strip().strip("|").split("|")]
            if (
                len(cells) == 3
                and observation.line not in touched
                and cells[2].startswith("(")
                and ", (" not in cells[2]
            ):
                number, name = cells[2][1:].split(")", 1)
                label = "" if cells[0] in ("N/A", "(empty)", "-", "—") else cells[0]
                assert (observation.label, observation.template) == (label, cells[1]), path
                assert [(t.number, t.name) for t in observation.targets] == [(int(number), name.strip())], path
                checked += 1
    assert checked > 6000


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty-document"),
        (b"   \n\n", "empty-document"),
        (b"\x89PNG\r\n\x1a\n\0\0\0binary", "not-text"),
        (b"\xff\xfe\xfa\xfb" * 40, "not-text"),
        (b"just words\n", "format-unknown"),
        (b"---\nfoo: 1\n---\n## ABSTRACT\n\ntext\n", "program-number-missing"),
        (b"---\nid: [1, 2\n---\n## ABSTRACT\n\ntext\n", "program-number-missing"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, code: str) -> None:
    (reading,) = read_bytes(data, "x.md")
    assert reading.program is None
    finding = next(f for f in reading.findings if f.code == code)
    assert finding.severity == "error"


def test_a_page_without_front_matter_is_read_by_its_title() -> None:
    text = PAGE.split("---\n", 2)[2].replace("{rows}", ROW)
    (reading,) = read_bytes(text.encode(), "4321.md")
    assert reading.program is not None
    assert reading.program.id == 4321
    assert reading.program.title == "A page for tests"
    assert "front-matter-missing" in codes(reading)
    assert len(reading.observations) == 1


@pytest.mark.parametrize("broken", ['title: "un"closed"', "key: : :", "\tkey: x", "- a\nb: c"])
def test_wrong_yaml_is_read_field_by_field(broken: str) -> None:
    text = PAGE.replace("{rows}", ROW).replace("cycle:", f"{broken}\ncycle:", 1)
    (reading,) = read_bytes(text.encode(), "4321.md")
    assert reading.program is not None
    assert (reading.program.id, reading.program.cycle, reading.program.title) == (4321, 2, "A page for tests")
    finding = next(f for f in reading.findings if f.code == "front-matter-unreadable")
    assert finding.line is not None


def test_front_matter_that_is_never_closed() -> None:
    text = PAGE.replace("{rows}", ROW).replace("---\n# 4321", "# 4321")
    (reading,) = read_bytes(text.encode(), "4321.md")
    assert reading.program is not None
    assert reading.program.cycle == 2
    assert len(reading.observations) == 1
    assert "front-matter-unreadable" in codes(reading)


def test_bad_bytes_are_replaced_and_reported_with_their_line() -> None:
    data = PAGE.replace("{rows}", ROW).encode().replace(b"Stars are", b"Stars \xe9\xff are")
    (reading,) = read_bytes(data, "4321.md")
    assert reading.program is not None
    assert len(reading.observations) == 1
    finding = next(f for f in reading.findings if f.code == "bad-utf8")
    assert finding.line == 20


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = PAGE.replace("{rows}", ROW)
    (plain,) = read_bytes(text.encode(), "4321.md")
    (other,) = read_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), "4321.md")
    assert (plain.program, plain.observations, plain.findings) == (other.program, other.observations, other.findings)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "9999.md"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    (reading,) = read(path)
    assert (reading.program, codes(reading)) == (None, {"too-large"})


def test_values_that_cannot_be_read_stay_unknown() -> None:
    text = PAGE.replace("{rows}", ROW).replace('"9.5/1.0"', '"many"').replace('"Cycle 2"', '"soon"')
    (reading,) = read_bytes(text.encode(), "4321.md")
    assert reading.program is not None
    assert (reading.program.prime_hours, reading.program.cycle) == (None, None)
    assert {f.property for f in reading.findings if f.code == "value-unreadable"} == {"prime_hours", "cycle"}


def test_calibration_cycles_are_inferred_and_marked() -> None:
    text = (
        PAGE.replace("{rows}", ROW).replace('"go"', '"calibration"').replace('"Cycle 2"', '""').replace("4321", "4450")
    )
    (reading,) = read_bytes(text.encode(), "4450.md")
    assert reading.program is not None
    assert (reading.program.cycle, reading.program.cycle_inferred) == (2, True)


def test_find_looks_into_folders_and_patterns(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("a/2.md", "a/1.md", "a/picture.png", "3.txt"):
        (tmp_path / name).write_text("x")
    assert [p.name for p in find([tmp_path])] == ["3.txt", "1.md", "2.md"]
    assert [p.name for p in find([str(tmp_path / "a" / "*.md"), tmp_path / "a" / "1.md"])] == ["1.md", "2.md"]
    with pytest.raises(SourceError, match="no such file"):
        find([tmp_path / "gone.md"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError, match="no documents"):
        find([tmp_path / "empty"])


def test_identical_rows_are_separate_observations() -> None:
    assert len(page(ROW, ROW, ROW).observations) == 3


def test_text_of_documents_is_kept_as_text() -> None:
    (observation,) = page('| <script>alert(1)</script> & "x" | MIRI Imaging | (1) A\\_B |').observations
    assert observation.label == '<script>alert(1)</script> & "x"'
    assert observation.targets[0].name == "A_B"


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.text(max_size=24), max_size=6), max_size=6))
def test_no_table_breaks_the_reader(rows: list[list[str]]) -> None:
    reading = page(*("|" + "|".join(row).replace("\n", " ") + "|" for row in rows))
    assert reading.rows.observations == len(reading.observations)


def test_mutilated_pages_never_crash() -> None:
    """Lines dropped, doubled, cut and shuffled at random: always a reading, always a balanced account."""
    lines = (bundled() / "program-pages" / "7487.md").read_text(encoding="utf-8").splitlines()
    chance = random.Random(7487)
    for _ in range(300):
        broken = list(lines)
        for _ in range(chance.randint(1, 12)):
            at = chance.randrange(len(broken))
            kind = chance.randrange(4)
            if kind == 0:
                del broken[at]
            elif kind == 1:
                broken.insert(at, broken[chance.randrange(len(broken))])
            elif kind == 2:
                broken[at] = broken[at][: chance.randrange(len(broken[at]) + 1)]
            else:
                broken[at] = broken[at].replace("|", chance.choice(["", "||", " "]), 1)
        for reading in read_bytes("\n".join(broken).encode(), "7487.md"):
            assert reading.rows.observations == len(reading.observations)
