"""Reports on visits: status reports and weekly schedules, what leads readers astray, and what follows from them."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from apt_files import observation, program
from visit_files import COLUMNS, schedule, status, visit

from kb.build import build
from kb.errors import UsageError
from kb.jsonl import json_line
from kb.knowledge import KnowledgeBase
from kb.records import Reading
from kb.sources import read as read_file
from kb.sources import read_bytes
from kb.sources.moments import moment, seconds, window
from kb.sources.schedule import MOST
from kb.visits import PlanWindow, Repeat, VisitReport

PRIME = ("7306:11:1", "FINEGUIDE", "PRIME TARGETED FIXED", "2026-08-17T04:17:38Z", "00/00:32:00", "MIRI Imaging")
NEXT = ("10678:20:1", "FINEGUIDE", "PRIME TARGETED FIXED", "2026-08-17T08:10:36Z", "00/00:39:27", "NIRCam Imaging")
BESIDE = ("", "", "COORDINATED PARALLEL", "", "", "MIRI Imaging")
ATTACHED = ("1520:218:1", "NONE", "PARALLEL SLEW CALIBRATION", "^ATTACHED TO PRIME^", "", "MIRI Dark")
NAME = "20260817_report_20260814.txt"


def read(text: str | bytes, name: str = "report.xml") -> Reading:
    (reading,) = read_bytes(text.encode() if isinstance(text, str) else text, name)
    return reading


def codes(reading: Reading) -> list[str]:
    return [finding.code for finding in reading.findings]


# --- Dates ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Jun 21, 2022 02:41:18", "2022-06-21T02:41:18Z"),
        ("June 1, 2022 2:41:18 UTC", "2022-06-01T02:41:18Z"),
        ("2026-08-17T08:10:36Z", "2026-08-17T08:10:36Z"),
        ("2026-08-17 08:10", "2026-08-17T08:10:00Z"),
        ("2026-08-17", "2026-08-17"),
        ("Feb 30, 2022 02:41:18", None),
        ("Jun 21, 2022 25:00:00", None),
        ("Jun 21, 2022 02:41:18 EST", None),
        ("Juh 21, 2022", None),
        ("Sept. 1, 2022", "2022-09-01"),
        ("SEPTEMBER 1, 2022", "2022-09-01"),
        ("Marble 1, 2022", None),
        ("Decem 1, 2022", None),
        ("0000-01-01", None),
        ("", None),
    ],
)
def test_points_in_time(text: str, meant: str | None) -> None:
    assert moment(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("May 1, 2025 - Jun 30, 2025 (2025.330 - 2025.391)", ("2025-05-01", "2025-06-30")),
        ("2025-05-01 - 2025-06-30", ("2025-05-01", "2025-06-30")),
        ("Jun 30, 2025 - May 1, 2025", None),
        ("2022-06-21", None),
    ],
)
def test_windows(text: str, meant: tuple[str, str] | None) -> None:
    assert window(text) == meant


def test_durations() -> None:
    assert [seconds(text) for text in ("00/00:39:27", "01/02:00:00", "30:00:00", "00/00:60:00", "soon")] == [
        2367,
        93600,
        108000,
        None,
        None,
    ]


# --- Status reports -------------------------------------------------------------------------------------------


def test_a_status_report_and_all_that_it_says() -> None:
    more = (
        "<target>WASP-96</target><target> B </target><configuration>MIRI Imaging</configuration><hours>7.51</hours>"
        "<startTime>Jun 21, 2022 02:41:18</startTime><endTime>Jun 21, 2022 10:48:41</endTime>"
        "<planWindow>May 1, 2022 - Jun 30, 2022 (2022.330 - 2022.391)</planWindow>"
        "<longRangePlanStatus>Planned</longRangePlanStatus>"
        '<repeatedBy problemID="88123"><observation>5</observation><visit>1</visit></repeatedBy>'
    )
    reading = read(status(2734, [visit(1, more=more)], title="Words"))
    about = reading.document
    assert (about.format, about.key, about.title, about.created) == (
        "visit-status",
        "2734",
        "Words",
        "2025-11-02T10:00:00Z",
    )
    assert reading.program is None
    assert codes(reading) == []
    assert (reading.rows.visits, reading.rows.rejected, reading.rows.total) == (1, 0, 1)
    assert reading.reports == (
        VisitReport(
            1,
            5,
            2734,
            1,
            1,
            "Archived",
            "2022-06-21T02:41:18Z",
            "2022-06-21T10:48:41Z",
            hours=Decimal("7.51"),
            templates=("MIRI Imaging",),
            targets=("WASP-96", "B"),
            windows=(PlanWindow("2022-05-01", "2022-06-30", "May 1, 2022 - Jun 30, 2022 (2022.330 - 2022.391)"),),
            plan_status="Planned",
            repeats=(Repeat("repeated by", "2734:5:1", "88123"),),
        ),
    )


def test_numbers_may_be_elements_and_a_report_needs_no_declaration() -> None:
    text = '<visitStatusReport id="9"><visit><observation>3</observation><visit>2</visit></visit></visitStatusReport>'
    assert [report.name for report in read(text).reports] == ["9:3:2"]


@pytest.mark.parametrize(
    ("inside", "found", "visits"),
    [
        ([visit(1, status="Beamed up")], ["status-unknown"], 1),
        ([visit(1), visit(1)], ["row-rejected"], 1),
        ([visit("x"), visit(1, "")], ["row-rejected", "row-rejected"], 0),
        ([visit(1, more="<hours>many</hours><startTime>noon</startTime>")], ["value-unreadable"] * 2, 1),
        ([visit(1, more="<planWindow>2022-06-21</planWindow>")], ["value-unreadable"], 1),
        ([visit(1, more="<mood/>"), visit(2, more="<mood/>")], ["xml-element-unknown"], 2),
        ([visit(1).replace("<visit ", "<visit mood='good' ")], ["xml-element-unknown"], 1),
        ([f"<visits>{visit(1)}</visits>"], ["xml-element-unknown"], 1),
        (
            [visit(1, more="<startTime>2022-06-21T02:00Z</startTime><endTime>2022-06-20T02:00Z</endTime>")],
            ["value-differs"],
            1,
        ),
        ([visit(1, more="<configuration>MIRI Imagining of dragons</configuration>")], ["template-unknown"], 1),
        ([], ["empty-document"], 0),
    ],
)
def test_what_is_wrong_in_a_status_report(inside: Sequence[str], found: list[str], visits: int) -> None:
    reading = read(status(5002, inside))
    assert codes(reading) == found
    assert all(finding.line for finding in reading.findings)
    assert (reading.rows.visits, reading.rows.total) == (visits, len(inside))


def test_fields_of_a_visit_may_be_attributes() -> None:
    said = 'status="Archived" target="WASP-96" hours="7.5" startTime="2022-172T02:41:18"'
    said = f'<visit observation="1" visit="1" {said}/>'
    (report,) = read(status(2734, [said])).reports
    assert (report.status, report.targets, report.hours, report.start) == (
        "Archived",
        ("WASP-96",),
        Decimal("7.5"),
        "2022-06-21T02:41:18Z",
    )


def test_a_second_visit_of_the_same_numbers_is_told_on_one_line_too() -> None:
    reading = read(status(5002, [visit(1) + visit(1, status="Failed") + visit(2)]))
    assert [(report.name, report.status) for report in reading.reports] == [
        ("5002:1:1", "Archived"),
        ("5002:2:1", "Archived"),
    ]
    assert [(f.code, f.message) for f in reading.findings] == [
        ("row-rejected", "visit 5002:1:1 stands on line 5 already")
    ]


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("status", "Archived", "Failed"),
        ("startTime", "Jun 21, 2022 02:41:18", "Jun 22, 2022 02:41:18"),
        ("endTime", "Jun 21, 2022 02:41:18", "Jun 22, 2022 02:41:18"),
        ("hours", "7.5", "8"),
    ],
)
def test_what_a_visit_says_twice_differently_is_reported(name: str, first: str, second: str) -> None:
    more = "".join(f"<{name}>{text}</{name}>\n" for text in ("", first, first, second, second))
    reading = read(status(5002, [visit(1, status="", more=more)]))
    same = read(status(5002, [visit(1, status="", more=f"<{name}>{first}</{name}>")]))
    assert reading.reports == same.reports
    assert [(f.code, f.raw, f.property, f.line) for f in reading.findings] == [("value-differs", second, name, 8)]


def test_what_is_cut_is_reported_by_name() -> None:
    long = "9" * 900
    repeat = f'<repeatedBy problemID="{long}"><observation>{long}</observation><visit>1</visit></repeatedBy>'
    reading = read(status(5002, [visit(1, more=repeat), visit(long)]))
    assert [(f.code, f.message.split(": 9")[0]) for f in reading.findings] == [
        ("value-unreadable", "repeated by"),
        ("value-unreadable", "repeated by"),
        ("value-unreadable", "numbers"),
        ("row-rejected", "a visit without its numbers"),
    ]


@pytest.mark.parametrize(
    ("text", "hours"),
    [("7.50", "7.50"), ("1.0E-4", "0.00010"), *((text, None) for text in ("1e-5000000", "1_0", "-1", "1e9", "\u0667"))],
)
def test_hours_are_numbers_of_a_document(text: str, hours: str | None) -> None:
    reading = read(status(5002, [visit(1, more=f"<hours>{text}</hours>")]))
    assert reading.reports[0].hours == (Decimal(hours) if hours else None)
    assert codes(reading) == ([] if hours else ["value-unreadable"])


@pytest.mark.parametrize("known", ["FLIGHT_READY", "Flight Ready", "flight ready", "Pending Submission", "Skipped"])
def test_statuses_as_pages_and_program_files_write_them(known: str) -> None:
    assert codes(read(status(5002, [visit(1, status=known)]))) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (status("", []), "format-unknown"),
        (status("5002", []).replace("JWST", "HST"), "format-unknown"),
        (status(5002, [visit(1)])[:-30], "xml-broken"),
        ('<!DOCTYPE a [<!ENTITY b "c">]>' + status(5002, [])[39:], "xml-refused"),
        (status(5002, [visit(number % 999 + 1, number) for number in range(1, 6000)]), "xml-refused"),
        (status(5002, [visit(1)]).encode().replace(b"A test", b"A \xff test"), "xml-broken"),
    ],
)
def test_what_is_no_status_report_is_said_in_a_line(text: str | bytes, code: str) -> None:
    reading = read(text)
    assert codes(reading) == [code]
    assert reading.document.format == "unread"
    assert "\n" not in reading.findings[0].message


def test_changed_bytes_never_raise() -> None:
    made = random.Random(4)
    for text in (status(5002, [visit(1, more="<hours>7.5</hours>")]), schedule([PRIME, NEXT, BESIDE, ATTACHED])):
        for _ in range(300):
            data = bytearray(text.encode())
            for _ in range(made.randint(1, 6)):
                data[made.randrange(len(data))] = made.randrange(256)
            cut = data[: made.randint(1, len(data))] if made.random() < 0.3 else data
            for reading in read_bytes(bytes(cut), "x.txt"):
                assert reading.reports or reading.findings


# --- Schedules ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ruler", [True, False])
def test_a_schedule_and_all_that_it_says(ruler: bool) -> None:
    full = (*PRIME, "HD-2811-SKY", "Star", "Circumstellar clouds, Circumstellar disks and far beyond the ruler")
    reading = read(schedule([full, NEXT, BESIDE, ATTACHED], ruler=ruler), NAME)
    about = reading.document
    assert (about.format, about.created, about.package) == ("schedule", "2026-08-14", "2622808f01")
    assert about.week == "2026-08-17"
    assert codes(reading) == []
    first, second, beside, attached = reading.reports
    line = 5 if ruler else 4
    assert first == VisitReport(
        1,
        line,
        7306,
        11,
        1,
        start="2026-08-17T04:17:38Z",
        seconds=Decimal(1920),
        kind="PRIME TARGETED FIXED",
        guiding="FINEGUIDE",
        templates=("MIRI Imaging",),
        targets=("HD-2811-SKY",),
        category="Star",
        keywords=("Circumstellar clouds", "Circumstellar disks and far beyond the ruler"),
    )
    assert (beside.name, beside.parallel, beside.attached_to, beside.start) == (second.name, True, 2, None)
    assert (attached.name, attached.parallel, attached.attached_to, attached.start) == ("1520:218:1", False, 2, None)
    assert (reading.rows.visits, reading.rows.total) == (4, 4)


@pytest.mark.parametrize(
    ("rows", "found", "visits"),
    [
        ([BESIDE], ["row-rejected", "empty-document"], 0),
        ([PRIME, ("Notes:", "all is well")], ["row-rejected"], 1),
        ([PRIME, ("0:1:1",)], ["row-rejected"], 1),
        ([PRIME, PRIME], ["row-rejected"], 1),
        ([PRIME, ("1:1:1", "", "PRIME UNTARGETED", "soon", "a while")], ["value-unreadable"] * 2, 2),
        ([("1:1:1 and a text that runs on", "", "PRIME")], ["row-rejected", "empty-document"], 0),
        ([(*PRIME[:5], "MIRI Imagining of dragons")], ["template-unknown"], 1),
    ],
)
def test_every_line_is_a_visit_or_a_finding(rows: list[tuple[str, ...]], found: list[str], visits: int) -> None:
    reading = read(schedule(rows), NAME)
    assert sorted(codes(reading)) == sorted(found)
    assert (reading.rows.visits, reading.rows.total) == (visits, len(rows))
    rejected = [finding for finding in reading.findings if finding.code == "row-rejected"]
    assert all(finding.line and finding.raw for finding in rejected)


BROKEN = ("10678:20:x", *NEXT[1:])
SPILT = ("10678:20:1 and on", *NEXT[1:])
LATE = ("10678:20:1", "FINEGUIDE", "PRIME TARGETED FIXED", "soon", "", "MIRI Imaging")


@pytest.mark.parametrize(
    ("rows", "read_", "found"),
    [
        ([PRIME, BROKEN, BESIDE], [("7306:11:1", None)], ["row-rejected"] * 2),
        ([PRIME, SPILT, BESIDE, NEXT, BESIDE], [("7306:11:1", None), *[("10678:20:1", n) for n in (None, 2)]], 2),
        ([PRIME, NEXT, PRIME, BESIDE], [("7306:11:1", None), ("10678:20:1", None)], ["row-rejected"] * 2),
        ([PRIME, BROKEN, ATTACHED], [("7306:11:1", None), ("1520:218:1", None)], ["row-rejected", "value-unreadable"]),
        ([ATTACHED, BESIDE], [("1520:218:1", None)] * 2, ["value-unreadable"]),
        ([PRIME, LATE, ATTACHED], [("7306:11:1", None), ("10678:20:1", None), ("1520:218:1", 2)], ["value-unreadable"]),
        ([PRIME, ATTACHED, BESIDE, BESIDE], [("7306:11:1", None), *[("1520:218:1", 1)] * 3], []),
        ([PRIME, ("", "", "", "a note"), BESIDE], [("7306:11:1", None), ("7306:11:1", 1)], ["row-rejected"]),
    ],
)
def test_nothing_below_a_line_that_cannot_be_read_goes_to_another_visit(
    rows: list[tuple[str, ...]], read_: list[tuple[str, int | None]], found: list[str] | int
) -> None:
    reading = read(schedule(rows), NAME)
    assert [(report.name, report.attached_to) for report in reading.reports] == read_
    assert codes(reading) == (["row-rejected"] * found if isinstance(found, int) else found)


def test_a_schedule_with_bad_bytes_and_other_line_ends_is_read() -> None:
    text = schedule([(*PRIME, "CAF\xc9"), NEXT]).replace("\n", "\r\n").encode("latin-1")
    reading = read(text, NAME)
    assert codes(reading) == ["bad-utf8"]
    assert [report.name for report in reading.reports] == ["7306:11:1", "10678:20:1"]


def test_a_schedule_without_end_is_read_to_its_limit() -> None:
    reading = read(schedule([BROKEN] * (MOST + 5)), NAME)
    assert reading.rows.rejected == MOST + 5
    assert sorted(set(codes(reading))) == ["empty-document", "row-rejected", "too-large"]
    assert len(reading.findings) == MOST + 2


def test_what_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / NAME
    with path.open("wb") as file:
        file.write(schedule([PRIME]).encode())
        file.truncate(100_000_000)
    (reading,) = read_file(path)
    assert codes(reading) == ["too-large"]


def test_json_has_all_of_it() -> None:
    record = json.loads(json_line(read(schedule([PRIME, BESIDE]), NAME)))
    assert (record["format"], record["program"], record["rows"]["visits"]) == ("schedule", None, 2)
    assert (record["created"], record["package"]) == ("2026-08-14", "2622808f01")
    assert [(v["program"], v["observation"], v["seconds"]) for v in record["visits"]] == [
        (7306, 11, 1920.0),
        (7306, 11, None),
    ]


# --- In the graph ---------------------------------------------------------------------------------------------


def test_reports_join_the_observations_and_visits_of_a_program(tmp_path: Path) -> None:
    (tmp_path / "5002.xml").write_text(program(5002, [observation(1, label="a"), observation(2, label="b")]))
    (tmp_path / "visits.xml").write_text(status(5002, [visit(1), visit(2, status="Scheduled"), visit(9)]))
    (tmp_path / NAME).write_text(schedule([("5002:2:1", *PRIME[1:]), PRIME]))
    report = build([tmp_path], tmp_path / "store")
    assert (report.documents, report.failed, report.programs) == (3, 0, 1)
    with KnowledgeBase.open(tmp_path / "store") as kb:
        joined = kb.query(
            "SELECT ?file ?name ?observation ?visit WHERE { ?d jkb:reportsVisit ?r ; rdfs:label ?file ."
            " ?r rdfs:label ?name ."
            " OPTIONAL { ?r jkb:ofObservation ?o . ?o rdfs:label ?observation }"
            " OPTIONAL { ?r jkb:ofVisit/rdfs:label ?visit } } ORDER BY ?file ?name"
        )
        assert list(joined) == [
            (NAME, "Visit 5002:2:1", "b", "Visit 1 of observation 2"),
            (NAME, "Visit 7306:11:1", None, None),
            ("visits.xml", "Visit 5002:1:1", "a", "Visit 1 of observation 1"),
            ("visits.xml", "Visit 5002:2:1", "b", "Visit 1 of observation 2"),
            ("visits.xml", "Visit 5002:9:1", None, None),
        ]
        known = kb.query(
            "SELECT ?label WHERE { <https://w3id.org/jwst-kb/program/7306> a jkb:Program ; rdfs:label ?label }"
        )
        assert list(known) == [("Program 7306",)]


def test_cards_show_where_visits_stand_and_what_they_expose(tmp_path: Path) -> None:
    (tmp_path / "5002.xml").write_text(program(5002, [observation(1, label="a")]))
    (tmp_path / "visits.xml").write_text(status(5002, [visit(1, more="<startTime>Jun 21, 2022 02:41:18</startTime>")]))
    build([tmp_path], tmp_path / "store")
    with KnowledgeBase.open(tmp_path / "store") as kb:
        row, whole, star = kb.show("5002:1"), kb.show(5002), kb.show("HD 2811")
        assert (row.kind, row.title, row.fact("Observation number")) == ("observation", "a", [1])
        assert row.iri == kb.show("5002:1:1").iri == kb.show("program/5002/observation/1").iri
        assert list(row.section("visits")) == [
            (1, None, None, None, None, "5002.xml"),
            (1, "Archived", "2022-06-21T02:41:18Z", None, None, "visits.xml"),
        ]
        assert len(row.section("exposures")) == len(whole.section("exposures")) > 0
        assert [row[2:4] for row in whole.section("visits")] == [("Archived", "2022-06-21T02:41:18Z")]
        (place,) = row.section("targets").dicts()
        assert (place["target"], place["ra"]) == ("HD-2811", star.section("positions").column("ra")[0])
        with pytest.raises(UsageError, match="no observation '5002:9'"):
            kb.show("5002:9")
        with pytest.raises(UsageError, match="no day"):
            kb.ask("schedule", **{"from": "soon"})


def test_the_newest_report_stands(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(status(5002, [visit(1, status="Scheduled")], "Nov 1, 2025 10:00:00"))
    (tmp_path / "b.xml").write_text(status(5002, [visit(1, status="Executed")], "Nov 3, 2025 10:00:00"))
    (tmp_path / "c.xml").write_text(status(5003, [visit(1, status="Scheduled")], "Nov 1, 2025 10:00:00"))
    late = ("7306:12:1", *PRIME[1:3], "2026-08-20T00:00:00Z", *PRIME[4:])
    (tmp_path / NAME).write_text(schedule([PRIME, NEXT, ATTACHED, late]))
    again = schedule([NEXT], "2622701f01")  # of another week: it takes the place of what it covers
    (tmp_path / "20260815_report_20260815.txt").write_text(again)
    build([tmp_path], tmp_path / "store")
    with KnowledgeBase.open(tmp_path / "store") as kb:
        gone = kb.query(
            "SELECT ?file ?name ?newer WHERE { ?r jkb:supersededBy/jkb:fileName ?newer ; rdfs:label ?name ."
            " ?d jkb:reportsVisit ?r ; jkb:fileName ?file } ORDER BY ?file ?name"
        )
        assert list(gone) == [
            (NAME, "Visit 10678:20:1", "20260815_report_20260815.txt"),
            (NAME, "Visit 1520:218:1", "20260815_report_20260815.txt"),
            ("a.xml", "Visit 5002:1:1", "b.xml"),
        ]


def spread(order: Sequence[int], gap: str = "", extra: str = "") -> str:
    """Return a schedule with its columns in another order, parted by ``gap`` or spaces, and perhaps one more."""
    rows = [tuple(COLUMNS), *((*cells, "TARGET-1", "Star", "Disks") for cells in (PRIME, NEXT))]
    turned = [[row[n] for n in order] + ([extra] if extra else []) for row in rows]
    if gap:
        return "\n".join(gap.join(row) for row in turned)
    return "\n".join("  ".join(cell.ljust(34) for cell in row) for row in turned)


USUAL = (0, 1, 2, 3, 4, 5, 6, 7, 8)


@pytest.mark.parametrize(
    "text",
    [spread(USUAL[::-1]), spread(USUAL, "\t"), spread(USUAL).replace("VISIT", "Visit"), spread(USUAL, "  ")],
    ids=["turned", "tabs", "case", "gaps"],
)
def test_schedules_with_columns_in_other_orders_and_shapes(text: str) -> None:
    reading = read(f"Visit Information\n\n{text}\n", NAME)
    assert codes(reading) == []
    assert reading.reports == read(f"Visit Information\n\n{spread(USUAL)}\n", NAME).reports
    assert [report.name for report in reading.reports] == ["7306:11:1", "10678:20:1"]
    assert [report.seconds for report in reading.reports] == [Decimal(1920), Decimal(2367)]


def test_each_page_of_a_schedule_may_have_columns_of_its_own() -> None:
    later = spread(USUAL[::-1]).replace("10678:", "10679:").replace("7306:", "7307:")
    reading = read(f"{spread(USUAL)}\n\n{later}\n", NAME)
    assert [report.program for report in reading.reports] == [7306, 10678, 7307, 10679]
    assert codes(reading) == []


def test_a_column_of_a_schedule_that_is_not_read_is_said_once() -> None:
    reading = read(spread(USUAL, extra="GUIDE STAR"), NAME)
    assert [(f.code, f.raw) for f in reading.findings] == [("column-extra", "GUIDE STAR")]
