"""What follows from several reports on the same visits: which one stands, and which observation each is about."""

from __future__ import annotations

from pathlib import Path

from apt_files import MIRI, observation, program, template
from visit_files import schedule, status, visit

from kb.build import build
from kb.knowledge import KnowledgeBase
from kb.validate import validate

WEEK = "20260817_report_20260814.txt"
AGAIN = "20260817_report_20260815.txt"


def line(name: str, day: int, mode: str = "MIRI Imaging") -> tuple[str, ...]:
    """Return a line of a schedule: a visit that begins on a day of August."""
    return (name, "FINEGUIDE", "PRIME TARGETED FIXED", f"2026-08-{day:02}T04:00:00Z", "00/00:32:00", mode, "HD-2811")


def built(folder: Path, files: dict[str, str]) -> KnowledgeBase:
    for name, text in files.items():
        (folder / name).write_text(text)
    build([folder / name for name in files], folder / "store")
    return KnowledgeBase.open(folder / "store")


def planned(kb: KnowledgeBase) -> list[tuple[str, str]]:
    rows = kb.ask("schedule", **{"from": "2026-08-01"}).dicts()
    return [(f"{row['id']}:{row['observation']}", str(row["start"])[8:10]) for row in rows]


# --- Which report stands --------------------------------------------------------------------------------------


def test_an_issue_of_a_week_takes_the_place_of_all_of_an_earlier_one(tmp_path: Path) -> None:
    """A visit that moved is planned once, one that is gone is not; what another week plans stays."""
    files = {
        WEEK: schedule([line("2:1:1", 22), line("3:1:1", 23)]),
        AGAIN: schedule([line("2:1:1", 19)], "2622909f01"),
        "20260824_report_20260814.txt": schedule([line("4:1:1", 25)], "2623508f01"),
    }
    with built(tmp_path, files) as kb:
        assert planned(kb) == [("2:1", "19"), ("4:1", "25")]
        weeks = kb.query("SELECT ?name ?week WHERE { ?d jkb:fileName ?name ; jkb:scheduledWeek ?week } ORDER BY ?name")
        assert list(weeks) == [(name, f"{name[:4]}-{name[4:6]}-{name[6:8]}") for name in sorted(files)]


def test_issues_of_one_package_are_known_by_its_number_too(tmp_path: Path) -> None:
    names = ("first_report_20260814.txt", "second_report_20260814.txt", "third_report_20260814.txt")
    packages = ("2622908f01", "2622908f02", "2623608f01")
    days = (22, 19, 28)
    files = {
        name: schedule([line("2:1:1", day)], package) for name, day, package in zip(names, days, packages, strict=True)
    }
    with built(tmp_path, files) as kb:
        assert planned(kb) == [("2:1", "19"), ("2:1", "28")]


def test_an_issue_without_visits_takes_no_place(tmp_path: Path) -> None:
    with built(tmp_path, {WEEK: schedule([line("2:1:1", 22)]), AGAIN: schedule([])}) as kb:
        assert planned(kb) == [("2:1", "22")]


def test_of_status_reports_one_stands_if_it_can_be_told_which(tmp_path: Path) -> None:
    files = {
        "a.xml": status(2, [visit(1, status="Scheduled")]),
        "b.xml": status(2, [visit(1, status="Executed")]),
        "c.xml": status(2, [visit(1, status="Archived")], made=""),
        "d.xml": status(3, [visit(1, status="Scheduled")], made=""),
        "e.xml": status(3, [visit(1, status="Executed")], made=""),
    }
    with built(tmp_path, files) as kb:
        assert [row["document"] for row in kb.ask("visits", program=2).dicts()] == ["b.xml"]
        assert [row["document"] for row in kb.ask("visits", program=3).dicts()] == ["d.xml", "e.xml"]


# --- What a report is about -----------------------------------------------------------------------------------

BESIDE = ("", "", "COORDINATED PARALLEL", "", "")
NIRCAM = template("NircamImaging", "<Filters><FilterConfig><ShortFilter>F115W</ShortFilter></FilterConfig></Filters>")
NIRISS = template("NirissImaging", "<Filters><FilterConfig><Filter>F115W</Filter></FilterConfig></Filters>")
PARALLELS = (
    "<CoordinatedParallel>true</CoordinatedParallel>"
    f"<FirstCoordinatedTemplate>{NIRCAM}</FirstCoordinatedTemplate>"
    f"<SecondCoordinatedTemplate>{NIRISS}</SecondCoordinatedTemplate>"
)
ABOUT = (
    "SELECT ?line ?mode WHERE { ?r a jkb:VisitReport ; jkb:line ?line ; jkb:ofObservation ?o ."
    " ?o jkb:usesTemplate/rdfs:label ?mode } ORDER BY ?line ?mode"
)


def test_a_line_in_parallel_is_about_the_parallel_of_its_template(tmp_path: Path) -> None:
    rows = [line("5002:1:1", 17), (*BESIDE, "NIRISS Imaging"), (*BESIDE, "NIRCam Imaging"), BESIDE]
    files = {"5002.xml": program(5002, [observation(1, MIRI, more=PARALLELS)]), WEEK: schedule(rows)}
    with built(tmp_path, files) as kb:
        modes = ["MIRI Imaging", "NIRCam Imaging", "NIRISS Imaging"]
        assert list(kb.query(ABOUT)) == [
            *((5, mode) for mode in modes),
            (6, "NIRISS Imaging"),
            (7, "NIRCam Imaging"),
            (8, "NIRCam Imaging"),
            (8, "NIRISS Imaging"),
        ]
        assert validate(kb.store).violations == []


def test_of_two_observations_of_one_number_none_is_meant(tmp_path: Path) -> None:
    twice = program(5002, [observation(1, label="a"), observation(1, label="b"), observation(2, label="c")])
    with built(tmp_path, {"5002.xml": twice, "visits.xml": status(5002, [visit(1), visit(2)])}) as kb:
        assert list(kb.query("SELECT ?name WHERE { ?r jkb:ofObservation/rdfs:label ?name }")) == [("c",)]
        assert validate(kb.store).violations == []


def test_a_store_of_reports_alone_is_sound(tmp_path: Path) -> None:
    with built(tmp_path, {"visits.xml": status(5002, [visit(1)]), WEEK: schedule([line("2:1:1", 22)])}) as kb:
        assert validate(kb.store).violations == []


def test_a_status_that_no_vocabulary_has_overrules_that_of_the_file(tmp_path: Path) -> None:
    """Of two visits that the program's file calls completed, a report says of one that it stands otherwise."""
    told = "".join(f'<VisitStatus VisitId="05002{number:03}001" Status="COMPLETED"/>' for number in (1, 2))
    files = {
        "5002.xml": program(5002, [observation(1), observation(2)], statuses=told),
        "visits.xml": status(5002, [visit(1, status="Beamed up")]),
    }
    with built(tmp_path, files) as kb:
        assert [row["observation"] for row in kb.ask("executed").dicts()] == [2]
