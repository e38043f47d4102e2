"""Answers that were checked by hand against the pages: one file per question in ``golden/questions``.

All are asked of one small set of pages, or (``store: plans``) of one program file with reports on its visits, so that
each answer could be worked out by reading them; ``checked`` in each file says how.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import rdflib
import yaml
from visit_files import schedule, status, visit

from kb.asking import ask, bind
from kb.build import build
from kb.knowledge import KnowledgeBase
from kb.questions import load, names
from kb.sources import bundled
from kb.store import Store, open_store

PAGES = (1248, 1281, 1536, 1585, 2211, 2567, 3077, 4403, 4487, 4491, 4496, 6604, 6611, 6621, 7487, 7833, 9256)
GOLDEN = sorted((Path(__file__).parent / "golden" / "questions").glob("*.yaml"))


@pytest.fixture(scope="module")
def store(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("golden") / "store"
    build([*(corpus / "program-pages" / f"{number}.md" for number in PAGES), bundled() / "sodrm"], folder)
    with open_store(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def plans(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A program file, two reports on its visits, and a schedule."""
    folder = tmp_path_factory.mktemp("plans")
    start, end = "<startTime>Sep 23, 2022 01:00:00</startTime>", "<endTime>Sep 23, 2022 03:30:00</endTime>"
    mode = "<target>MACS0647-JD</target><configuration>NIRSpec MultiObject Spectroscopy</configuration>"
    planned = "<planWindow>Jan 1, 2023 - Feb 28, 2023</planWindow>"
    now = [visit(21, more=mode + start + end), visit(22, status="Flight Ready", more=planned)]
    before = [visit(21, status="Scheduled")]
    prime = ("FINEGUIDE", "PRIME TARGETED FIXED")
    lines = [
        ("1433:22:1", *prime, "2026-08-17T04:17:38Z", "00/00:32:00", "NIRCam Imaging", "MACS0647-JD"),
        ("", "", "COORDINATED PARALLEL", "", "", "MIRI Imaging"),
        ("1520:218:1", "NONE", "PARALLEL SLEW CALIBRATION", "^ATTACHED TO PRIME^", "", "MIRI Dark"),
        ("1433:23:1", *prime, "2026-08-18T00:00:00Z", "00/00:32:00", "NIRCam Imaging", "MACS0647-JD"),
    ]
    (folder / "1433-visits.xml").write_text(status(1433, now), encoding="utf-8")
    (folder / "before.xml").write_text(status(1433, before, "Sep 20, 2022 10:00:00"), encoding="utf-8")
    (folder / "20260817_report_20260814.txt").write_text(schedule(lines), encoding="utf-8")
    build([corpus / "apt" / "1433.xml", folder], folder / "store")
    with open_store(folder / "store") as opened:
        yield opened


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_answer_is_what_the_documents_say(path: Path, request: pytest.FixtureRequest) -> None:
    golden = yaml.safe_load(path.read_text(encoding="utf-8"))
    store = request.getfixturevalue(golden.get("store", "store"))
    rows = ask(store, golden["question"], golden["parameters"])
    places = [rows.columns.index(name) for name in golden["columns"]]
    shown = [[plain(row[place]) for place in places] for row in rows]
    assert shown == golden["rows"]
    assert len(golden["checked"]) > 40


@pytest.fixture(scope="module")
def datasets() -> dict[str, rdflib.Dataset]:
    """The stores of the answers as rdflib has them, each made when it is first asked for."""
    return {}


# rdflib pairs every label with every other one before it looks at who works together.
@pytest.mark.parametrize(
    "path", [path for path in GOLDEN if not path.stem.startswith("collaborations")], ids=lambda path: path.stem
)
def test_rdflib_gives_the_same_answer(
    path: Path, datasets: dict[str, rdflib.Dataset], request: pytest.FixtureRequest
) -> None:
    golden = yaml.safe_load(path.read_text(encoding="utf-8"))
    name = golden.get("store", "store")
    store = request.getfixturevalue(name)
    if name not in datasets:
        datasets[name] = KnowledgeBase(store).to_rdflib()
    sparql = bind(store, load(golden["question"]), golden["parameters"], lambda _: None)
    theirs: list[Any] = list(datasets[name].query(sparql))
    assert [[python(term) for term in row] for row in theirs] == [list(map(plain, row)) for row in store.query(sparql)]
    assert len(theirs) == len(golden["rows"])


def python(term: Any) -> object:
    """Plain value of a term of rdflib."""
    value = term.toPython() if isinstance(term, rdflib.Literal) else term
    return plain(value) if value is None or isinstance(value, int | Decimal | float) else str(value)


def test_every_question_has_a_checked_answer() -> None:
    asked = {yaml.safe_load(path.read_text(encoding="utf-8"))["question"] for path in GOLDEN}
    assert asked == set(names())


def plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value
