"""Program files of APT: the container, what is said of the program, and what must never be taken."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from apt_files import INFORMATION, MIRI, archive, codes, observation, program, read, target

from kb.jsonl import json_line
from kb.triples import to_nquads


def test_a_program_and_all_that_is_said_of_it() -> None:
    reading = read(program())
    made = reading.program
    assert made is not None
    assert codes(reading) == []
    assert (reading.document.format, reading.document.key, reading.document.schema) == ("apt", "5001", "55")
    assert (made.id, made.title, made.category, made.cycle, made.cycle_inferred) == (5001, "A test", "GO", 2, False)
    assert (made.prime_hours, made.access_months, made.phase, made.size) == (Decimal("10.5"), 12, "Approved", "SMALL")
    assert [person._asdict() for person in made.people] == [
        {"name": "Ann Lee", "role": "PI", "institution": "An Observatory"}
    ]
    (row,) = reading.observations
    assert (row.order, row.number, row.label, row.folder) == (1, 1, "imaging", "Folder")
    assert (row.template, row.template_raw, row.instrument, row.parallel) == (
        "MIRI Imaging",
        "MiriImaging",
        "MIRI",
        False,
    )
    assert [(t.number, t.name, t.object, t.role) for t in row.targets] == [(1, "HD-2811", "HD 2811", "science")]
    assert [(t.number, t.role) for t in made.unused] == [(2, "background")]
    assert reading.rows.total == 1


# --- The container ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["5001.xml", "GJ436_draft.xml", "deep/er/x.XML"])
def test_the_member_is_found_by_its_root_and_not_by_its_name(name: str) -> None:
    data = archive({"META-INF/MANIFEST.MF": "x", "a.xml": "<other/>", "plan.json": "{}", name: program()})
    made = read(data, "x.aptx")
    assert made.program is not None
    assert made.program.id == 5001


def test_a_backup_is_the_same_archive_and_the_suffix_means_nothing() -> None:
    assert read(archive({"a.xml": program()}), "x.aptbackup").program == read(program(), "x").program


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings_that_the_document_declares(encoding: str) -> None:
    declared = {"utf-8-sig": "utf-8"}.get(encoding, encoding)
    text = program().replace('"UTF-8"', f'"{declared}"').replace("Ann", "Änn")
    made = read(text.encode(encoding)).program
    assert made is not None
    assert made.people[0].name == "Änn Lee"


def test_prefixes_and_the_default_namespace_mean_nothing() -> None:
    text = program().replace("http://www.stsci.edu/JWST/APT", "http://www.example.org/other").replace("q:", "zz:")
    text = text.replace("xmlns:q=", "xmlns:zz=")
    plain, other = read(program()), read(text)
    assert other.observations == plain.observations
    assert other.observations[0].exposures


# --- Program information ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "category"),
    [
        ("GO", "GO"),
        ("<COM/>", "COM"),
        ("<ERS/>", "ERS"),
        ("CAL", "calibration"),
        ("DDT", "DD"),
        (" GTO ", "GTO"),
    ],
)
def test_the_category_is_a_text_or_the_name_of_an_element(written: str, category: str) -> None:
    made = read(program(information=INFORMATION.replace(">GO<", f">{written}<"))).program
    assert made is not None
    assert made.category == category


def test_an_unknown_category_is_kept_and_reported() -> None:
    reading = read(program(information=INFORMATION.replace(">GO<", ">XYZ<")))
    assert reading.program is not None
    assert reading.program.category == "XYZ"
    assert [(f.code, f.raw) for f in reading.findings] == [("value-unreadable", "XYZ")]


@pytest.mark.parametrize(
    ("written", "hours", "found"),
    [
        ("55.20000076293945", "55.2", ["number-rounded"]),
        ("154.3000030517578", "154.3", ["number-rounded"]),
        ("60.0", "60.0", []),
        ("11.123456789", "11.123456789", []),  # not what single precision makes of a short number
        ("many", None, ["value-unreadable"]),
        ("NaN", None, ["value-unreadable"]),
        ("-3", None, ["value-unreadable"]),
        ("1e999999", None, ["value-unreadable"]),
        ("1e-5000000", None, ["value-unreadable"]),
        ("1_0", None, ["value-unreadable"]),
    ],
)
def test_hours_that_single_precision_has_touched(written: str, hours: str | None, found: list[str]) -> None:
    reading = read(program(information=INFORMATION.replace("10.5", written)))
    assert reading.program is not None
    assert reading.program.prime_hours == (Decimal(hours) if hours else None)
    assert codes(reading) == found
    assert [f.raw for f in reading.findings] == [written for _ in found]


def test_commissioning_is_cycle_nought() -> None:
    made = read(program(information=INFORMATION.replace("<Cycle>2<", "<Cycle>0<"))).program
    assert made is not None
    assert made.cycle == 0


def test_a_draft_goes_by_its_digest() -> None:
    reading = read(program(None), "draft.xml")
    assert reading.program is not None
    assert (reading.program.id, reading.program.draft) == (None, reading.document.sha256[:12])
    assert codes(reading) == ["draft-program"]
    assert json.loads(json_line(reading))["program"]["id"] is None
    text = to_nquads([reading])
    assert f"<https://w3id.org/jwst-kb/draft/{reading.document.sha256[:12]}/observation/1>" in text
    assert "/program/" not in text


# --- Privacy ---------------------------------------------------------------------------------------------


SECRETS = ("ann@example.org", "+1 410 555 0100", "K-4711", "12 Main Street", "U2FsdGVkX1", "1234-5678")
PRIVATE = INFORMATION.replace(
    "</InvestigatorAddress>",
    "<Email>ann@example.org</Email><Phone>+1 410 555 0100</Phone><UniqueID>K-4711</UniqueID>"
    "<Address>12 Main Street</Address><Fax>1234-5678</Fax></InvestigatorAddress>",
).replace("Words about it.", "Write to ann@example.org about it.")


def test_no_private_data_reaches_any_output() -> None:
    more = observation(1, MIRI, "mail ann@example.org", more="<Comments>Call +1 410 555 0100</Comments>")
    links = "<GroupWithinLink><Observation>ann@example.org (Obs 1)</Observation></GroupWithinLink>"
    special = observation(2, more="<SpecialRequirements><OnHold>ask ann@example.org</OnHold></SpecialRequirements>")
    extra = (
        "<PdfAttachment>U2FsdGVkX1</PdfAttachment><TeamExpertise>K-4711</TeamExpertise><Secret>U2FsdGVkX1</Secret>"
        '<Hint Mail="ann@example.org">K-4711</Hint>'
    )
    for text in (
        program(
            5001,
            [more, special],
            information=PRIVATE + extra,
            links=links,
            more="<ProposalHistory>K-4711</ProposalHistory>",
        ),
        program(
            None,
            [more],
            [target(1, "ann@example.org")],
            information=PRIVATE.replace("</Title>", " ann@example.org</Title>"),
        ),
    ):
        reading = read(text, "x.xml")
        assert reading.program is not None
        outputs = (json_line(reading), to_nquads([reading]), repr(reading))
        for output in outputs:
            assert not [secret for secret in SECRETS if secret in output]
            assert "[e-mail address]" in output
            assert "Ann Lee" in output
