"""Kinds of damage that one page shows once: told apart, repaired where the page proves it, kept raw beside it."""

from __future__ import annotations

import pytest
from test_sources import PAGE, codes
from test_sources_damage import HEADER, MRS, ROWS, reading_of, said, table

from kb.sources import read_bytes

PLAIN = table("| {a} | {b} | ({n}) {c} |")
HEAD = "| Label | Observing Template | Science Target |\n|---|---|---|\n"


def raw_of(text: str, code: str) -> list[str | None]:
    """What stood where findings of this code say that something was made of it."""
    return [finding.raw for finding in reading_of(text).findings if finding.code == code]


@pytest.mark.parametrize(
    "name",
    ["{}*", "{} **", "{}†", "{},", "{};", "{}.", "{}~", "{}^2", "{}[1]", "{}<sup>1</sup>", "({})", "_{}", "*{}*"],
)
def test_signs_around_a_name_are_no_part_of_it(name: str) -> None:
    text = PLAIN.replace("(1) Alpha-North", f"(1) {name.format('Alpha-North')}")
    assert said(reading_of(text)) == list(ROWS)
    assert name.startswith("{} *") or raw_of(text, "target-repaired") == [f"(1) {name.format('Alpha-North')}"]


@pytest.mark.parametrize("cell", ["((2)) Beta", "(#2) Beta", "Target (2) Beta", "* (2) Beta", "(2) Beta (2) Beta"])
def test_numbers_in_other_dress(cell: str) -> None:
    assert said(reading_of(PLAIN.replace("(2) Beta", cell))) == list(ROWS)


def test_targets_that_a_dash_parts() -> None:
    reading = reading_of(PLAIN.replace("(2) Beta", "(2) Beta - (4) B-4"))
    assert [target.name for target in reading.observations[1].targets] == ["Beta", "B-4"]


def test_a_name_is_whole_where_its_number_or_another_name_has_it_whole() -> None:
    cells = ("(1) HD-28 11", "(1) HD-2811", "(2) v6 001_x", "(2) v6_001_x", "(3) NGC6 28", "(4) NGC628-BKG")
    reading = reading_of(HEAD + "\n".join(f"| a | {MRS} | {cell} |" for cell in cells))
    names = [target.name for row in reading.observations for target in row.targets]
    assert names == ["HD-2811", "HD-2811", "v6_001_x", "v6_001_x", "NGC628", "NGC628-BKG"]
    assert [f.raw for f in reading.findings if f.code == "target-repaired"] == [
        "(1) HD-28 11",
        "(2) v6 001_x",
        "(3) NGC6 28",
    ]


def test_a_blank_within_a_name_that_nothing_proves_is_said() -> None:
    reading = reading_of(PLAIN.replace("3C-99", "3C-9 9"))
    assert [o.targets[0].name for o in reading.observations] == ["Alpha-North", "Beta", "3C-9 9"]
    assert "target-suspect" in codes(reading)
    spaced = reading_of(PLAIN.replace("3C-99", "G23 99").replace("(2) Beta", "(2) G23 7"))
    assert "target-suspect" not in codes(spaced)


def test_utf8_of_utf8_is_read_as_it_was() -> None:
    good = PAGE.replace("{rows}", "| Poincaré – 5 µm | MIRI Imaging | (1) HD-1 |")
    once = good.encode().decode("cp1252")
    twice = once.encode().decode("cp1252")
    for text in (once, twice):
        (reading,) = read_bytes(text.encode(), "4321.md")
        assert reading.observations[0].label == "Poincaré – 5 µm"
        assert "Ã©" in {f.raw for f in reading.findings if f.code == "bad-utf8"} or text is twice
    for fine in ("5 Å–10 Å", "“Café”—and", "à la Ångström", "Â"):
        (reading,) = read_bytes(PAGE.replace("{rows}", f"| {fine} | MIRI Imaging | (1) HD-1 |").encode(), "4321.md")
        assert (reading.observations[0].label, codes(reading)) == (fine, set())


@pytest.mark.parametrize("sign", ['"', "″", "Ditto", "same as above"])
def test_a_sign_for_the_cell_above(sign: str) -> None:
    rows = f"| a | {MRS} | (1) HD-1 |\n| b | {sign} | {sign} |\n| c | {sign} | (2) HD-2 |"
    assert said(reading_of(HEAD + rows)) == [("a", MRS, 1, "HD-1"), ("b", MRS, 1, "HD-1"), ("c", MRS, 2, "HD-2")]
    assert raw_of(HEAD + rows, "cell-spanned")[0] == f"b | {sign} | {sign}"


def test_a_cell_that_spans_rows_is_told() -> None:
    rows = f"<tr><td>a<td>{MRS}<td rowspan=2>(1) HD-1</tr>\n<tr><td>b<td>{MRS}</tr>"
    assert raw_of(f"<table>\n{rows}\n</table>", "cell-spanned") == ["(1) HD-1"]


@pytest.mark.parametrize("between", [" ", ""])
def test_rows_on_one_line(between: str) -> None:
    lines = PLAIN.split("\n")
    text = "\n".join([*lines[:2], between.join((lines[2], lines[3] if between else lines[3][1:])), lines[4]])
    assert said(reading_of(text)) == list(ROWS)
    assert len(raw_of(text, "columns-shifted")) == 2


@pytest.mark.parametrize("end", [" |\n", "\n| "])
def test_a_row_broken_between_its_cells(end: str) -> None:
    assert said(reading_of(PLAIN.replace(" | (2)", f"{end}(2)"))) == list(ROWS)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(PLAIN.replace("(2) Beta |", "(2) Beta | (2) Beta |").replace("Beta field", MRS), id="label twice"),
        pytest.param(PLAIN.replace("| Beta field |", f"| {MRS} | |"), id="blank cell"),
        pytest.param(PLAIN.replace("| Beta field", f"| | {MRS}"), id="blank cell in front"),
    ],
)
def test_a_label_that_is_a_template_stays(text: str) -> None:
    assert [row[0] for row in said(reading_of(text))] == ["Alpha field", MRS, "Gamma"]


@pytest.mark.parametrize("header", ["| Label | Observing Mode | Science Target |", "| Goal | Template | Target |"])
def test_columns_that_their_cells_tell(header: str) -> None:
    assert said(reading_of(table("| {a} | {b} | ({n}) {c} |", header))) == list(ROWS)


def test_a_column_of_other_things_is_no_label() -> None:
    header = "| Filter | Observing Template | Science Target |"
    assert [row[0] for row in said(reading_of(table("| F560W | {b} | ({n}) {c} |", header)))] == ["", "", ""]


def test_numbers_around_labels() -> None:
    header = "| Label (Observation) | Observing Template | Science Target |"
    for text in (table("| {a} ({i}) | {b} | ({n}) {c} |", header), table("| ({i}) {a} | {b} | ({n}) {c} |")):
        reading = reading_of(text)
        assert [(o.number, o.label) for o in reading.observations] == [(i, row[0]) for i, row in enumerate(ROWS, 1)]


def labels_of(*rows: str) -> list[tuple[str, int | None, str | None]]:
    body = "\n".join(f"| {row} | {MRS} | (1) HD-1 |" if row[0] != "!" else f"| {row[1:]} | | |" for row in rows)
    return [(o.label, o.number, o.folder) for o in reading_of(HEAD + body).observations]


def test_the_rest_of_a_label_on_a_row_of_its_own() -> None:
    assert labels_of("Transit 1", "Transit", "!2", "Eclipse") == [
        ("Transit 1", None, None),
        ("Transit 2", None, None),
        ("Eclipse", None, None),
    ]
    assert labels_of("Visit", "!1", "Visit", "!2") == [("Visit 1", None, None), ("Visit 2", None, None)]
    assert labels_of("Alpha", "!2", "Beta", "!3") == [("Alpha", None, None), ("Beta", 2, None)]
    assert labels_of("!A", "NGC-1068-nucleus-obs", "!B", "NGC-1068-bkg")[1] == ("NGC-1068-bkg", None, "B")
    assert labels_of("Follow-up of the", "!observations", "B")[0][0] == "Follow-up of the observations"
    assert labels_of("Deep map North", "Deep map", "!South", "Sky", "Wide map South")[1][0] == "Deep map"
    assert labels_of("Wide", "Deep", "!Background")[1] == ("Deep Background", None, None)
    assert labels_of("Monitor of the wheel", "!Part B", "Sky")[0] == ("Monitor of the wheel Part B", None, None)


def test_what_only_looks_like_the_rest_of_a_label() -> None:
    assert labels_of("!1", "Visit", "!2", "Visit") == [("Visit", 1, None), ("Visit", 2, None)]
    assert labels_of("Deep", "!Epoch 2", "Wide") == [("Deep", None, None), ("Wide", None, "Epoch 2")]
    assert labels_of("!Imaging of", "!the north", "Wide") == [("Wide", None, "Imaging of the north")]
    spanned = HEAD + f"| Deep | {MRS} | (1) HD-1 |\n| Epoch 2 | Epoch 2 | Epoch 2 |"
    assert [o.label for o in reading_of(spanned).observations] == ["Deep"]


@pytest.mark.parametrize("row", ["Page 2 of 14", "JWST Proposal 4321 (Created: May 3) - Overview", "**OBSERVATIONS**"])
def test_what_stands_on_every_sheet_is_no_folder(row: str) -> None:
    reading = reading_of(PLAIN.replace("| Gamma", f"| {row} | | |\n| Gamma"))
    assert said(reading) == list(ROWS)
    assert [o.folder for o in reading.observations] == [None] * 3


def test_a_hyphen_at_the_end_of_a_line() -> None:
    text = PLAIN.replace("Alpha field", "Coro- nagraphy").replace("Gamma", "Inter- view of alpha- north")
    assert reading_of(text).observations[0].label == "Coronagraphy"
    assert "Coro- nagraphy" in raw_of(text, "label-repaired")
    assert reading_of(text).observations[2].label == "Inter- view of alpha- north"


@pytest.mark.parametrize("form", ["_{}_", "<div>{}</div>", "${}$"])
def test_cells_in_marks(form: str) -> None:
    assert said(reading_of(table("| " + " | ".join(map(form.format, ("{a}", "{b}", "({n}) {c}"))) + " |"))) == list(
        ROWS
    )


LISTS = {
    "fields between pipes": "Label: {a} | Observing Template: {b} | Science Target: ({n}) {c}",
    "json": '{{"label": "{a}", "observing_template": "{b}", "science_target": "({n}) {c}"}},',
    "yaml": '- label: "{a}"\n  observing_template: "{b}"\n  science_target: "({n}) {c}"',
    "latex": "{a} & {b} & ({n}) {c} \\\\",
    "definitions": "Label\n: {a}\n\nObserving Template\n: {b}\n\nScience Target\n: ({n}) {c}\n",
}


@pytest.mark.parametrize("form", LISTS.values(), ids=LISTS)
def test_lists_in_other_forms(form: str) -> None:
    text = "\n".join(form.format(a=a, b=b, n=n, c=c) for a, b, n, c in ROWS)
    assert said(reading_of(text)) == list(ROWS)


def test_numbered_entries_a_list_for_each_column_and_a_table_turned() -> None:
    entries = "\n".join(
        f"**Observation {i}:** {a}\n- Template: {b}\n- Target: ({n}) {c}" for i, (a, b, n, c) in enumerate(ROWS, 7)
    )
    reading = reading_of(entries)
    assert said(reading) == list(ROWS)
    assert [o.number for o in reading.observations] == [7, 8, 9]
    columns = [("Labels", [r[0] for r in ROWS]), ("Observing Templates", [r[1] for r in ROWS])]
    columns.append(("Science Targets", [f"({r[2]}) {r[3]}" for r in ROWS]))
    lists = "\n".join(f"**{name}:**\n" + "\n".join(f"- {cell}" for cell in cells) + "\n" for name, cells in columns)
    assert said(reading_of(lists)) == list(ROWS)
    turned = "\n".join(f"| {name} | {' | '.join(cells)} |" for name, cells in columns).split("\n")
    assert said(reading_of("\n".join([turned[0], "|---|---|---|---|", *turned[1:]]))) == list(ROWS)
    uneven = lists.replace("- Gamma\n", "")
    assert not reading_of(uneven).observations
    assert "row-rejected" in codes(reading_of(uneven))
    assert "row-rejected" in codes(reading_of(lists.replace(f"- ({ROWS[2][2]}) {ROWS[2][3]}\n", "")))


def test_an_asterisk_of_the_name_itself_stays() -> None:
    for name in ("SGR-A*", "M81*"):
        (observation,) = reading_of(f"{HEAD}| Nucleus | {MRS} | (1) {name} |\n").observations
        assert [target.name for target in observation.targets] == [name]


@pytest.mark.parametrize("heading", ["**{}:** ", "## {}: ", "<h2>{}</h2>\n"])
def test_headings_with_text_behind_them(heading: str) -> None:
    text = PAGE.replace("## ABSTRACT\n\n", heading.format("ABSTRACT"))
    text = text.replace("## OBSERVING DESCRIPTION\n\n", heading.format("OBSERVING DESCRIPTION"))
    (reading,) = read_bytes(text.encode(), "4321.md")
    assert reading.program is not None
    assert (reading.program.abstract, reading.program.description) == ("Stars are observed.", "As in GO program 1234.")


def test_text_under_no_known_heading_is_kept() -> None:
    words = "Stars are observed. " * 9
    (reading,) = read_bytes(
        PAGE.replace("## ABSTRACT", "## SUMMARY").replace("Stars are observed.", words).encode(), "1.md"
    )
    assert words.strip() in {f.raw for f in reading.findings if f.code == "note-in-table"}
    (described,) = read_bytes(PAGE.replace("## OBSERVING DESCRIPTION", "## DESCRIPTION").encode(), "1.md")
    assert described.program is not None
    assert described.program.description == "As in GO program 1234."


def test_a_quotation_that_is_not_closed() -> None:
    text = PAGE.replace('proposal_type: "go"', 'proposal_type: "go').replace("Ada Example", "Ada Example'")
    (reading,) = read_bytes(text.encode(), "4321.md")
    assert reading.program is not None
    assert (reading.program.category, reading.program.cycle) == ("GO", 2)
    assert "front-matter-unreadable" in codes(reading)


def test_the_page_of_these_tests_is_intact() -> None:
    assert HEADER in PAGE
    assert {f.code for f in reading_of(PLAIN).findings} == set()
