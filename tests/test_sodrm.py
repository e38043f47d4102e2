"""SODRM tables of other shapes: every row a program, every other line between them a finding."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kb.records import Program, Reading
from kb.sources import read_bytes

EMPTY = "\u00a0"
USUAL = ("NIRCam", "NIRSpec", "NIRISS", "MIRI")
ROWS = [
    ("96000", "372.0", "Dark Current", "NIRCam"),
    ("96201", "125.4", "Wavelength Calibration", "NIRSpec"),
    ("96410", "27.5", "Linearity", "NIRISS"),
    ("96680", "1,031.3", "Flux Calibration", "MIRI"),
]
FOUND = [("NIRCam", "372.0"), ("NIRSpec", "125.4"), ("NIRISS", "27.5"), ("MIRI", "1031.3")]


def plain(row: Sequence[str], order: Sequence[str] = USUAL) -> str:
    return " ".join([*row[:3], *("X" if name == row[3] else EMPTY for name in order)])


def cells(row: Sequence[str], order: Sequence[str], mark: str = "X") -> list[str]:
    said = dict(zip(("Program", "Time (hours)", "Title", "Instrument"), row, strict=True)) | {row[3]: mark}
    return [said.get(name, "") for name in order]


def table(order: Sequence[str], mark: str = "X", join: str = " | ") -> str:
    lines = [list(order), *(cells(row, order, mark) for row in ROWS)]
    return "\n".join(join.join(f'"{c}"' if join == "," else c for c in line) for line in lines)


def read(text: str) -> list[Reading]:
    return read_bytes(f"Programs of the SODRM\n\n{text}\n".encode(), "table.txt")


def programs(readings: Sequence[Reading]) -> list[Program]:
    return [reading.program for reading in readings if reading.program is not None]


def noted(readings: Sequence[Reading]) -> list[tuple[str, int | None]]:
    return [(finding.code, finding.line) for reading in readings for finding in reading.findings]


MIXED = ("MIRI", "NIRISS", "Program", "Title", "NIRSpec", "NIRCam", "Time (hours)")


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(plain(row) for row in ROWS),
        "\n".join(plain(row).rstrip() for row in ROWS),
        "\r\n".join(plain(row) for row in ROWS),
        "\n".join(plain((row[0], f"{row[1]} h", *row[2:])) for row in ROWS),
        "\n".join(["Program Hours Title MIRI NIRISS NIRSpec NIRCam", *(plain(row, USUAL[::-1]) for row in ROWS)]),
        table(("Program", "Time (hours)", "Title", *USUAL)),
        table(MIXED),
        table(MIXED, mark="✓"),
        table(("Program", "Title", "Instrument", "Time (hours)")),
        table(MIXED, join="\t"),
        table(MIXED, join=","),
        "\n".join("|".join(["", *cells(row, ("Program", "Time (hours)", "Title", *USUAL)), ""]) for row in ROWS),
    ],
    ids=["plain", "cut", "crlf", "unit", "order", "pipes", "mixed", "ticks", "named", "tabs", "commas", "headless"],
)
def test_columns_in_other_orders_and_shapes(text: str) -> None:
    readings = read(text)
    assert [(p.instruments[0], str(p.prime_hours)) for p in programs(readings)] == FOUND
    assert [p.title for p in programs(readings)] == [row[2] for row in ROWS]
    assert noted(readings) == []


def test_minutes_are_hours_where_the_title_of_the_column_says_so() -> None:
    (found,) = programs(read("Program | Time (min) | Title | Instrument\n96000 | 90 | Dark | NIRCam"))
    assert str(found.prime_hours) == "1.5"


def test_a_row_goes_on_in_the_lines_below() -> None:
    wrapped = "96030 3.5\nTotal-Count and Count-Rate\nLinearity X \u00a0 \u00a0 \u00a0 "
    readings = read("\n".join([plain(ROWS[0]), wrapped, plain(ROWS[2])]))
    assert [(p.title, p.instruments) for p in programs(readings)][1] == (
        "Total-Count and Count-Rate Linearity",
        ("NIRCam",),
    )
    assert noted(readings) == []
    header = "| Program | Hours | Title | NIRCam | MIRI |"
    (found,) = programs(read(f"{header}\n|---|---|---|---|---|\n| 96000 | 1.5 | Dark | X | |\n| | | current | | |"))
    assert (found.title, found.instruments) == ("Dark current", ("NIRCam",))


def test_pages_headings_and_sums_are_no_programs() -> None:
    rows = [plain(row) for row in ROWS]
    header = "Program Hours Title NIRCam NIRSpec NIRISS MIRI"
    readings = read("\n".join([header, *rows[:2], "Page 2", "", header, *rows[2:], "Total 1556.2", "Contact us"]))
    assert (len(programs(readings)), noted(readings)) == (4, [("note-in-table", 6)])
    assert noted(read("\n".join([*rows, "Total: 1600 hours"]))) == [("value-differs", 7)]


@pytest.mark.parametrize(
    ("line", "count", "found"),
    [
        ("96000 TBD Dark current X", 1, ["row-rejected"]),
        (plain(ROWS[1]), 1, ["row-rejected"]),
        ("96001 3.5 Dark current", 2, ["value-unreadable"]),
    ],
)
def test_rows_that_cannot_be_read(line: str, count: int, found: list[str]) -> None:
    readings = read("\n".join([plain(ROWS[1]), line]))
    assert (len(programs(readings)), [code for code, _ in noted(readings)]) == (count, found)


def test_no_instrument_is_guessed_where_the_spaces_are_gone() -> None:
    readings = read("\n".join(" ".join(plain(row).split()) for row in ROWS))
    assert [p.instruments for p in programs(readings)] == [()] * 4
    assert [code for code, _ in noted(readings)] == ["value-unreadable"] * 4


def test_marks_that_are_none() -> None:
    readings = read("Program | Hours | Title | NIRCam | MIRI\n96000 | 1 | Dark | maybe | X")
    assert [p.instruments for p in programs(readings)] == [("MIRI",)]
    assert [code for code, _ in noted(readings)] == ["value-unreadable"]


def test_a_line_of_nothing_but_spaces_is_looked_at_once() -> None:
    readings = read(f"{plain(ROWS[0])}\n96001 1 a{' ' * 100_000}b\n96002 1 a{' X' * 50_000}b")
    assert [p.instruments for p in programs(readings)] == [("NIRCam",), (), ()]
    assert "value-unreadable" in dict(noted(readings))  # a title that is cut


def test_commas_of_a_title_part_no_columns() -> None:
    title = "Darks, flats, bias, persistence, and linearity"
    (program,) = programs(read(plain(("96001", "12.5", title, "MIRI"))))
    assert (program.id, program.title, program.instruments) == (96001, title, ("MIRI",))
