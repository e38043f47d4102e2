"""Values as written, and input that is meant to hurt."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import ROOT
from test_sources import PAGE, ROW, codes

from kb.records import Reading
from kb.sources import read_bytes


def with_front(line: str, instead: str) -> Reading:
    """The reading of a page whose front matter has another line."""
    text = PAGE.replace("{rows}", ROW).replace(line, instead, 1)
    (reading,) = read_bytes(text.encode(), "4321.md")
    return reading


def test_values_are_what_stands_there() -> None:
    reading = with_front("id: 4321", "id: 04321")
    assert reading.program is not None
    assert reading.program.id == 4321
    reading = with_front('program_title: "A page for tests"', "program_title: Yes")
    assert reading.program is not None
    assert reading.program.title == "Yes"
    assert "value-differs" in codes(reading)  # the heading says something else
    reading = with_front('"9.5/1.0"', "10:30")
    assert reading.program is not None
    assert reading.program.prime_hours is None
    assert "value-unreadable" in codes(reading)


def test_a_title_that_yaml_cuts_at_a_hash_is_whole() -> None:
    text = PAGE.replace("{rows}", ROW).replace('"A page for tests"', "Survey #2").replace("- A page for", "- Survey #2")
    (reading,) = read_bytes(text.replace("Survey #2 tests", "Survey #2").encode(), "4321.md")
    assert reading.program is not None
    assert reading.program.title == "Survey #2"


@pytest.mark.parametrize(
    ("line", "instead", "code"),
    [
        ('"Cycle 2"', "!!bool x", "value-unreadable"),
        ('"Cycle 2"', "!!int ''", None),
        ('"9.5/1.0"', "1e999999", "value-unreadable"),
        ('"9.5/1.0"', "1e-999999", "value-unreadable"),
        ('"9.5/1.0"', "1/2/3", "value-unreadable"),
        ('"GO, Treasury"', "Foo", "value-unreadable"),
        ('"GO, Treasury"', "GO, Weird Flag", "value-unreadable"),
        ("id: 4321", "id: 4321\nid: 4321", "value-differs"),
        ("id: 4321", "id: 4321\ncolour: blue", "field-unknown"),
        ("id: 4321", "id: 4321\nnested:\n  a: 1", "value-unreadable"),
    ],
)
def test_odd_values_are_findings(line: str, instead: str, code: str | None) -> None:
    reading = with_front(line, instead)
    assert reading.program is not None
    assert len(reading.observations) == 1
    if code:
        assert code in codes(reading)


def test_upper_case_fields_and_lists_are_read() -> None:
    reading = with_front('program_title: "A page for tests"', "PROGRAM_TITLE: A page for tests")
    assert reading.program is not None
    assert reading.program.title == "A page for tests"
    reading = with_front('"PI: Ada Example  Co-PIs: Bo Sample, and Cy Trial"', "[Ada Example, Bo Sample]")
    assert reading.program is not None
    assert [person.name for person in reading.program.people] == ["Ada Example", "Bo Sample"]


READ = (
    "import sys; from kb.sources import read_bytes; print(read_bytes(sys.stdin.buffer.read(), '4321.md')[0].program.id)"
)
BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
MERGE = "b0: &b0 {x: y}\n" + "".join(f"b{n}: &b{n} {{<<: [{', '.join([f'*b{n - 1}'] * 9)}]}}\n" for n in range(1, 9))


@pytest.mark.parametrize(
    "text",
    [
        PAGE.replace("id: 4321", f"id: 4321\n{BOMB}").replace("{rows}", ROW),
        PAGE.replace("id: 4321", f"id: 4321\n{MERGE}").replace("{rows}", ROW),
        PAGE.replace("{rows}", ROW).replace("Stars are", "program 1234, 1235 and " * 4000),
        PAGE.replace("{rows}", ROW).replace("Stars are", "-" * 20000 + "x"),
        PAGE.replace("{rows}", f"| A | {'word ' * 100000} | (1) X |"),
        PAGE.replace("{rows}", "| A | MIRI Imaging | " + "(1) X, " * 50000 + " |"),
        PAGE.replace("{rows}", ROW + "\n" + "| and more text | | |\n" * 20000),
        PAGE.replace("{rows}", ROW + "\n\n" + "__a " * 250000),
        PAGE.replace("{rows}", "|" * 200000),
    ],
    ids=["alias bomb", "merge bomb", "references", "dashes", "words", "targets", "continuations", "bullets", "pipes"],
)
def test_nothing_takes_for_ever(text: str) -> None:
    """Each of these once took from half a minute to for ever; the limit only ends a test that hangs."""
    reading = subprocess.run(
        [sys.executable, "-c", READ], input=text.encode(), capture_output=True, timeout=120, check=True, cwd=ROOT
    )
    assert reading.stdout.split()[0] == b"4321"
