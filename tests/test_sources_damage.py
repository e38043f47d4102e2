"""One page, damaged in many ways: what it says is read all the same, or a finding says what is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from test_sources import PAGE, codes

from kb.records import Reading
from kb.sources import read_bytes
from kb.sources.text import markdown

MRS = "MIRI Medium Resolution Spectroscopy"
ROWS = (("Alpha field", MRS, 1, "Alpha-North"), ("Beta field", "NIRCam Imaging", 2, "Beta"), ("Gamma", MRS, 3, "3C-99"))
HEADER = "| Label | Observing Template | Science Target |\n| :--- | :--- | :--- |\n{rows}"


def reading_of(table: str) -> Reading:
    """The reading of the page with this in the place of its table."""
    (reading,) = read_bytes(PAGE.replace(HEADER, table).encode(), "4321.md")
    return reading


def said(reading: Reading) -> list[tuple[str, str | None, int | None, str]]:
    return [(o.label, o.template, t.number, t.name) for o in reading.observations for t in o.targets]


def each(form: str) -> str:
    """Rows written as ``form`` says: {a} label, {b} template, {n} and {c} number and name of the target, {i} order."""
    return "\n".join(form.format(a=a, b=b, n=n, c=c, i=i) for i, (a, b, n, c) in enumerate(ROWS, 1))


def table(form: str, header: str = "| Label | Observing Template | Science Target |") -> str:
    return f"{header}\n|{'---|' * (header.count('|') - 1)}\n{each(form)}"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(table("| {a} | {b} | {n} - {c} |"), id="number and name parted by a dash"),
        pytest.param(table("| {a} | {b} | ({n}) - {c} |"), id="a dash after the number"),
        pytest.param(table("| {a} | {b} | {n}, {c} |"), id="a comma after the number"),
        pytest.param(table("| {a} | {b} | {n} {c} |"), id="no brackets"),
        pytest.param(table("| {a} | {b} | {n}) {c} |"), id="no opening bracket, names that begin with a digit"),
        pytest.param(table("| {a} | {b} | <{n}> {c} |"), id="other brackets"),
        pytest.param(table("| {a} | {b} | ({n}) {c} ) |"), id="a lone bracket"),
        pytest.param(table("| {a} | {b} | [({n}) {c}](https://example.org/{n}) |"), id="links"),
        pytest.param(table("| {a} | {b} | Target {n}: {c} |"), id="the word target"),
        pytest.param(table('| "{a}" | "{b}" | "({n}) {c}" |'), id="quoted cells"),
        pytest.param(table("| {a}[^1] | {b}* | ({n}) {c}<sup>a</sup> |"), id="footnotes"),
        pytest.param(table("| {a} | {b} | ({n}) {c} |").replace("(1)", "(l)"), id="a letter for a digit"),
        pytest.param(table("| {a} | {b} | ({n}) {c} |").replace("a-N", "a\u2011N"), id="another hyphen"),
        pytest.param(table("| {a} | {b} | ({n}) {c} |").replace("MIRI Medium", "MlRl Mediurn"), id="look-alikes"),
        pytest.param(
            table("| {a} | {b} | ({n}) {c} |").replace(MRS, "MIRI Med. Res. Spectroscopy"), id="abbreviated template"
        ),
        pytest.param(
            table("| {a} | {b} | {n} | {c} |", "| Label | Observing Template | Target Number | Target Name |"),
            id="number and name in two columns",
        ),
        pytest.param(
            table("| {a} | {b} | ({n}) {c} |", "| Label | Instrument | Template | Science Target |")
            .replace("| MIRI ", "| MIRI | ")
            .replace("| NIRCam ", "| NIRCam | "),
            id="template in two columns",
        ),
        pytest.param(table("| {a} | {b} | ({n}) {c} |", "| Name | Template | Target |"), id="labels called names"),
        pytest.param(table("| {a} {b} ({n}) {c} |", "| Label Observing Template Science Target |"), id="one column"),
        pytest.param(table("| {a} | {b} | ({n}) {c} |").replace("Medium ", "Medium\n"), id="cells broken in two lines"),
        pytest.param(table("| {a} | {b} | ({n}) |\n| | | {c} |"), id="targets that go on below"),
        pytest.param(
            table("| {a} | {b} | ({n}) {c} |")
            .replace("Resolution Spectroscopy", "Resolution")
            .replace("1) Alpha-North |", "1) Alpha-North |\n| | Spectroscopy | |"),
            id="templates that go on below",
        ),
        pytest.param(
            table("| {a} | {b} | ({n}) {c} |")
            .replace("Alpha field", "Alpha")
            .replace("Alpha-North |", "Alpha-North |\n| field | | |"),
            id="labels that go on below",
        ),
        pytest.param(
            table("| {a} | {b} | ({n}) {c} |").replace("| Gamma", "| (continued) | | |\n| Gamma"),
            id="a row that says continued",
        ),
        pytest.param(each("{a}   {b}   ({n}) {c}"), id="columns of blanks"),
        pytest.param(each("{a}\t{b}\t({n}) {c}"), id="tabs"),
        pytest.param(each("{a},{b},({n}) {c}"), id="commas"),
        pytest.param(each("{a}\n{b}\n({n}) {c}"), id="cells below one another"),
        pytest.param(each("- **{a}** ({b}): ({n}) {c}"), id="list in running words"),
        pytest.param(each("- **{a}**\n  - Template: {b}\n  - Target: ({n}) {c}"), id="list headed by labels"),
        pytest.param(each("### {a}\n- Observing Template: {b}\n- Science Target: ({n}) {c}"), id="headings are labels"),
        pytest.param(each("{i}. {a} | {b} | ({n}) {c}"), id="numbered list with pipes"),
        pytest.param(
            each("- Science Target: ({n}) {c}; Template: {b}; Label: {a}"), id="list that begins with targets"
        ),
        pytest.param(
            "<table>\n" + each("<tr><td>{a}</td><td>{b}</td><td>({n}) {c}</td></tr>") + "\n</table>", id="html"
        ),
    ],
)
def test_rows_are_read_whatever_became_of_their_table(text: str) -> None:
    assert said(reading_of(text)) == list(ROWS)


def test_quoted_and_drawn_tables() -> None:
    plain = table("| {a} | {b} | ({n}) {c} |")
    assert said(reading_of("\n".join(f"> {line}" for line in plain.split("\n")))) == list(ROWS)
    assert said(reading_of(plain.replace("|", "│"))) == list(ROWS)


def test_what_is_left_out_and_what_names_an_instrument_alone_is_not_guessed() -> None:
    reading = reading_of(table("| {a} | {b} | ({n}) {c} |").replace("| Gamma", "| ... | ... | ... |\n| Gamma"))
    assert [o.folder for o in reading.observations] == [None] * 3
    assert "table-shortened" in codes(reading)
    reading = reading_of(table("| {a} | {b} | ({n}) {c} |").replace("NIRCam Imaging", "NIRCam"))
    assert reading.observations[1].template is None


@pytest.mark.parametrize("form", ["**{key}:** {value}", "- {key}: {value}", "| {key} | {value} |", "{key} = {value}"])
@pytest.mark.parametrize("name", [str, lambda key: key.replace("_", " ").title(), lambda key: key.replace("_", "-")])
def test_front_matter_in_other_shapes(form: str, name: Callable[[str], str]) -> None:
    block, rest = PAGE.split("---\n", 2)[1:]
    fields = (line.split(": ", 1) for line in block.strip().split("\n"))
    lines = [form.format(key=name(key), value=value.strip('"')) for key, value in fields]
    text = "Here is the page:\n\n" + "\n".join(lines) + "\n\n" + rest
    (plain,) = read_bytes(PAGE.encode(), "4321.md")
    (reading,) = read_bytes(text.encode(), "4321.md")
    assert reading.program is not None
    assert plain.program is not None
    assert reading.program._replace(line=0, references=()) == plain.program._replace(line=0, references=())
    assert "front-matter-unreadable" in codes(reading)


def test_a_page_in_a_fence_after_words() -> None:
    (plain,) = read_bytes(PAGE.encode(), "4321.md")
    (reading,) = read_bytes(f"The page:\n\n```markdown\n{PAGE}```\n".encode(), "4321.md")
    assert reading.program is not None
    assert plain.program is not None
    assert reading.program._replace(line=0, references=()) == plain.program._replace(line=0, references=())


@pytest.mark.parametrize(
    "people",
    [
        "PI - Ada Example  Co PIs - Bo Sample & Cy Trial",
        "Ada Example (PI); Bo Sample (Co-PI); Cy Trial (Co-PI)",
        "Principal Investigator: Ada Example Co-Principal Investigators: Bo Sample; Cy Trial",
    ],
)
def test_roles_of_people_in_other_words(people: str) -> None:
    (plain,) = read_bytes(PAGE.encode(), "4321.md")
    text = PAGE.replace("PI: Ada Example  Co-PIs: Bo Sample, and Cy Trial", people)
    (reading,) = read_bytes(text.encode(), "4321.md")
    assert reading.program is not None
    assert plain.program is not None
    assert reading.program.people == plain.program.people


@pytest.mark.parametrize("heading", ["**{}**", "{}:", "## II. {}", "## **{}**", "## (2) {}"])
def test_sections_under_headings_of_other_shapes(heading: str) -> None:
    text = PAGE.replace("## ABSTRACT", heading.format("Abstract"))
    text = text.replace("## OBSERVING DESCRIPTION", heading.format("Observing Descr1ption"))
    (reading,) = read_bytes(text.encode(), "4321.md")
    assert reading.program is not None
    assert (reading.program.abstract, reading.program.description) == ("Stars are observed.", "As in GO program 1234.")


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_other_encodings(encoding: str) -> None:
    text = PAGE.replace("Ada Example", "Adà Exámple").replace("Stars are", "Stars’ motions are")
    (reading,) = read_bytes(text.encode(encoding), "4321.md")
    assert reading.program is not None
    assert (reading.program.people[0].name, reading.program.abstract) == ("Adà Exámple", "Stars’ motions are observed.")


def test_signs_that_show_nothing_are_nothing() -> None:
    text = table("| {a} | {b} | ({n}) {c} |").replace("Beta field", "Be\u00adta fi\u200beld").replace("(2)", "（２）")
    assert said(reading_of(text.replace("Alpha fi", "Alpha \ufb01"))) == list(ROWS)


def test_a_split_name_is_whole_as_its_target_is() -> None:
    reading = reading_of(
        "| Label | Observing Template | Science Target |\n|---|---|---|\n"
        f"| Alpher atz slit | {MRS} | (1) Alpheratz-Offset |\n| Alpha beta | {MRS} | (2) Alpha-beta |"
    )
    assert [o.label for o in reading.observations] == ["Alpheratz slit", "Alpha beta"]


@pytest.mark.parametrize("ends", ["</Td>", ""])
@pytest.mark.parametrize("end", ["</Tr>", ""])
def test_tables_of_html_in_mixed_case_and_without_end_tags(ends: str, end: str) -> None:
    rows = each(f"<Tr><Td>{{a}}{ends}<Td>{{b}}{ends}<Td>({{n}}) {{c}}{ends}{end}")
    reading = reading_of(f"<Table>\n{rows}\n</Table>\n")
    assert said(reading) == list(ROWS)
    first = PAGE[: PAGE.index(HEADER)].count("\n") + 2
    assert [o.line for o in reading.observations] == [first, first + 1, first + 2]


def test_a_cell_of_html_that_spans_rows_is_in_each_of_them() -> None:
    row = "<tr><td>{}</td><td>" + MRS + "</td>{}</tr>\n"
    rows = (
        row.format("A1", '<td rowspan="2">(1) Alpha</td>') + row.format("A2", "") + row.format("B", "<td>(2) Beta</td>")
    )
    assert said(reading_of(f"<table>\n{rows}</table>")) == [
        ("A1", MRS, 1, "Alpha"),
        ("A2", MRS, 1, "Alpha"),
        ("B", MRS, 2, "Beta"),
    ]
    spans = "<tr><td colspan=2>a<td ROWSPAN='2'>b</tr>\n<tr><td>c<td>d</tr>\n<tr><td>e</tr>"
    assert markdown(spans) == "| a | b |\n| c | d | b |\n| e |"
    assert markdown("<table><tr><td rowspan=3>a</td></tr></table>\n<tr><td>b</td></tr>") == "\n| a |\n| b |"
    assert markdown("\n<tr><td>a</tr>") == "\n| a |"
    hostile = "<tr>" + "<td rowspan=9999>x" * 999 + "</tr>" + "<tr></tr>" * 9999
    assert len(markdown(hostile)) < 3 * len(hostile)


def test_a_broken_bar_is_a_pipe_in_a_table_drawn_with_it_alone() -> None:
    plain = table("| {a} | {b} | ({n}) {c} |")
    assert said(reading_of(plain.replace("|", "¦"))) == list(ROWS)
    assert [o.label for o in reading_of(plain.replace("Beta field", "Be ¦ ta")).observations][1] == "Be ¦ ta"
    text = PAGE.replace("Stars are", "Stars ¦ suns are")
    for encoding in ("utf-8", "cp1252"):
        (reading,) = read_bytes(text.encode(encoding), "4321.md")
        assert reading.program is not None
        assert reading.program.abstract == "Stars ¦ suns are observed."


@pytest.mark.parametrize("encoding", ["utf-32-le", "utf-32-be"])
def test_four_bytes_a_sign_are_no_text(encoding: str) -> None:
    (reading,) = read_bytes(("\ufeff" + PAGE).encode(encoding), "4321.md")
    assert codes(reading) == {"not-text"}
