"""What is no damage stays as it is: pages that look like damaged ones to a reader that guesses too much."""

from __future__ import annotations

import pytest
from test_sources_damage import reading_of

from kb.records import Reading
from kb.sources import read_bytes

HEADER = "| Label | Observing Template | Science Target |\n| --- | --- | --- |\n"


def read_text(text: str) -> Reading:
    (reading,) = read_bytes(text.encode(), "1234.md")
    return reading


@pytest.mark.parametrize("cell", ["(4 )", "(4 ]", "4) )", "(5 ) )", "3 - )", "#3 )", "HD 2811, ²", "()", "( ", ") ("])
def test_no_cell_costs_a_document(cell: str) -> None:
    made = reading_of(HEADER + f"| a | MIRI Imaging | (1) HD-1 |\n| b | MIRI Imaging | {cell} |")
    assert [row.label for row in made.observations] == ["a", "b"]
    assert any(finding.order == 2 for finding in made.findings)


def test_what_is_not_broken_is_not_joined() -> None:
    rows = "| A | MIRI Imaging | (1) HD-1\nB | MIRI Imaging | (2) HD-2 |\n"
    assert [row.label for row in reading_of(HEADER + rows).observations] == ["A", "B"]
    assert read_text("# 1234 - x\n\n| a\n\n|---|\nx |\n").program is not None


def test_headings_of_folders_in_the_column_of_labels() -> None:
    rows = ["| A | MIRI Imaging | (1) HD-1 |", "| Deep field | | |", "| C | MIRI Imaging | (2) HD-2 |"]
    made = reading_of(HEADER + "\n".join([*rows, "| Wide field | | |", "| D | MIRI Imaging | (1) HD-1 |"]))
    assert [(row.label, row.folder) for row in made.observations] == [
        ("A", None),
        ("C", "Deep field"),
        ("D", "Wide field"),
    ]


def test_rows_that_are_called_like_fields() -> None:
    names = ("Cycle", "Title", "ID")
    rows = [f"| {name} | MIRI Imaging | ({number}) HD-{number} |" for number, name in enumerate(names, 1)]
    made = read_text("# 1234 - Stars\n\n" + HEADER + "\n".join(rows) + "\n")
    assert made.program is not None
    assert made.program.title == "Stars"
    assert [row.label for row in made.observations] == list(names)


def test_a_planet_is_no_footnote() -> None:
    rows = "| a | MIRI Imaging | (1) HD-189733<sup>b</sup> |\n| b | MIRI Imaging | (2) HD-1<sup>*</sup> |"
    made = reading_of(HEADER + rows)
    assert [row.targets[0].object for row in made.observations] == ["HD 189733 b", "HD 1"]


def test_a_number_that_may_be_part_of_the_name_is_a_guess() -> None:
    made = reading_of(HEADER + "| a | MIRI Imaging | 433 - Eros |\n| b | MIRI Imaging | (I) Zw 18 |")
    assert [row.targets[0].number for row in made.observations] == [433, None]
    assert any("(a guess)" in finding.message for finding in made.findings if finding.order == 1)


def test_a_field_goes_before_its_other_name() -> None:
    made = read_text("---\ntitle: short form\nid: 1234\nprogram_title: The real title\n---\n# 1234 - The real title\n")
    assert made.program is not None
    assert made.program.title == "The real title"
    assert any(finding.code == "field-unknown" and finding.raw == "short form" for finding in made.findings)


@pytest.mark.parametrize("before", ["https://example.org/1", "---"])
def test_what_stands_beside_an_address_or_a_line_is_told(before: str) -> None:
    made = reading_of(f"{HEADER}| a | MIRI Imaging | (1) HD-1 |\n\n{before} MIRI Imaging (2) HD-2\n")
    assert len(made.observations) == 2 or any("HD-2" in (finding.raw or "") for finding in made.findings)
