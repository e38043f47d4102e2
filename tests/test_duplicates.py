"""The duplicate check: what joins two observations, and how each criterion is judged."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pages import page
from proposals import ROWS, approved, check, found, signs

from kb import sources as documents
from kb.build import build
from kb.duplicates import CRITERIA, Proposed, duplicates
from kb.duplicates.approved import Observations
from kb.duplicates.criteria import common_light, grade, grades, judge
from kb.duplicates.proposed import read_proposed
from kb.duplicates.records import Approved
from kb.duplicates.report import Summary
from kb.iris import object_iri
from kb.jsonl import json_line
from kb.store import Store, open_store
from kb.vocabulary import load, ontology_dir


@pytest.fixture(scope="module")
def store(proposals_store: Path) -> Iterator[Store]:
    with open_store(proposals_store) as opened:
        yield opened


def test_each_criterion_is_judged(store: Store) -> None:
    (result,) = check(store, "target,template,filter,exptime\nHR 8799,MIRI coronagraphy,F1550C,600\n")
    assert found(result) == [
        (2001, "F1550C and F1140C", "++++?", "close"),  # an exposure time is given, and cannot be compared
        (2001, "field", "+--??", "differs"),
        (2001, "sky", "-+-??", "beside"),
    ]
    match = result.matches[0]
    assert match.approved.name == "HD-218396"
    assert match.rule == "the same object: HR 8799 (proposed: known name; approved: alias (SIMBAD))"
    assert match.approved.page.endswith("?id=2001")
    assert match.not_compared == "depth: no exposure time of the approved one"
    assert result.matches[2].criteria[0].why == "the approved target is a background of HR 8799"


def test_complete_is_all_that_was_given() -> None:
    proposed = Proposed(1, "x", object="x", instrument="MIRI", template="MIRI Imaging", elements=("F770W",))
    there = approved(elements=("F770W",), exposure=100.0)

    def graded(factor: float | None = None, **given: object) -> str:
        return grade(judge(replace(proposed, **given), there, None, None, factor, "object"))  # type: ignore[arg-type]

    assert graded() == "complete"
    assert graded(exposure=100.0) == "close"  # nobody said how much is alike
    assert graded(2, exposure=100.0) == "complete"
    assert graded(2, exposure=300.0) == "differs"
    assert graded(elements=()) == "close"


def test_what_is_not_proposed_is_not_knowable(store: Store) -> None:
    (result,) = check(store, "name\nhr8799\n", "open")
    assert [signs(match) for match in result.matches] == ["+????", "+????"]
    assert result.hidden == 1  # the background


def test_similar_instruments_and_modes(store: Store) -> None:
    (result,) = check(store, "target,template\nHR 8799,NIRISS Imaging\n")
    assert (2001, "field", "+++??", "close") in found(result)
    (result,) = check(store, "target,template\nNGC 628,NIRSpec IFU\n")
    assert found(result)[0] == (2003, "x", "++???", "open")  # another kind of spectroscopy
    (result,) = check(store, "target,template\nHR 8799,NIRCam Time Series\n")
    assert (2001, "field", "+++??", "close") in found(result)  # a kind of imaging
    assert result.matches[0].criteria[2].why == "NIRCam Imaging: one is a kind of the other"


def test_systems_are_looked_through_and_it_is_said(store: Store) -> None:
    planet, star, sibling, moon, giant = check(store, "target\nTRAPPIST-1 b\nTRAPPIST-1\nTRAPPIST-1 e\nio\nJupiter\n")
    assert [(m.approved.label, signs(m)[0]) for m in planet.matches] == [("b", "+"), ("star", "?")]
    assert [(m.approved.label, signs(m)[0]) for m in star.matches] == [("star", "+"), ("b", "?")]
    assert [m.rule for m in sibling.matches] == [
        "TRAPPIST-1 e and TRAPPIST-1 b are parts of TRAPPIST-1",
        "TRAPPIST-1 e is part of TRAPPIST-1",
    ]
    assert (moon.matches, giant.matches) == ((), ())  # Europa is neither Io nor Jupiter


def test_a_place_in_an_object_is_a_candidate(store: Store) -> None:
    (result,) = check(store, "target\nMessier 74\n")
    assert [(m.approved.name, signs(m)[0]) for m in result.matches] == [("NGC-628", "+"), ("M74-POS-2", "?")]


def test_a_program_does_not_duplicate_itself(store: Store, tmp_path: Path) -> None:
    """Its observations are in the store already, and those of other programs are compared as ever."""
    path = tmp_path / "2001.md"
    path.write_text(page(2001, rows=[*ROWS[2001], ("c", "MIRI Imaging", "(4) TRAPPIST-1")]), encoding="utf-8")
    results = Summary(duplicates(store, read_proposed(path), least="beside"))
    assert [{match.approved.program for match in result.matches} for result in results] == [set(), set(), set(), {2002}]
    assert "what program 2001 itself observes is left out" in str(results)
    read = "".join(json_line(reading) + "\n" for reading in documents.read(path))
    assert {m.approved.program for result in check(store, read) for m in result.matches} == {2002}
    # As part of another program the same observations are duplicates.
    other = "".join(json_line(reading) + "\n" for reading in documents.read(path)).replace('"id": 2001', '"id": 2004')
    assert {m.approved.program for result in check(store, other) for m in result.matches} == {2001, 2002}


def test_a_name_that_the_store_does_not_have_is_not_one_without_a_match(store: Store) -> None:
    known, unknown, *_ = results = check(store, "target,template\nHR 8799,MIRI MRS\nTRAPPIST-2,\nFIELD-1,\n", "open")
    assert (known.matches, known.hidden, known.proposed.remarks) == ((), 3, ())
    (said,) = unknown.proposed.remarks
    assert said == "no target in the store is known to be TRAPPIST-2; did you mean TRAPPIST-1 or TRAPPIST-1 b?"
    assert "means nothing outside its program" in results[2].proposed.remarks[0]
    (placed,) = check(store, "target,ra,dec\nHR 8799,100,20\n")
    assert placed.proposed.remarks == ("the given position is not checked: the store has no position of HR 8799",)
    many = check(store, "target\n" + "".join(f"TRAPPIST-{n}\n" for n in range(2, 62)))
    assert sum("did you mean" in result.proposed.remarks[0] for result in many) == 10


def test_a_small_overlap_of_wavelengths_is_not_knowable(monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = approved(elements=("F1140C",)), Proposed(1, "x", object="x", elements=("F1065C",))
    for fraction, status in (
        (None, "not knowable"),
        (0.0, "not met"),
        (0.1, "not knowable"),
        (0.6, "met"),
        (1.0, "met"),
    ):
        monkeypatch.setattr("kb.duplicates.criteria.common_light", lambda *_, part=fraction: part)
        assert judge(there, here, None, None, None, "object")[3].status == status


def test_masks_and_grisms_make_no_overlap() -> None:
    assert common_light("NIRCam", ("MASK335R", "F335M"), "NIRCam", ("MASK335R", "F410M")) == 0
    assert (common_light("NIRCam", ("GRISMR", "F444W"), "NIRCam", ("GRISMR", "F322W2")) or 1) < 0.2
    # The weak lens stands in the other channel, and nothing stands in "clear".
    assert common_light("NIRCam", ("F322W2",), "NIRCam", ("CLEAR", "F444W", "GRISMR", "WLP4")) == 0.12
    assert common_light("NIRSpec", ("G395H",), "NIRSpec", ("G395H", "F290LP")) == 1
    assert common_light("NIRCam", ("F200W",), "NIRISS", ("F200W",)) == 0.998  # other filters of the same name


def test_the_range_in_common_is_said() -> None:
    proposed = Proposed(1, "x", object="x", instrument="NIRCam", elements=("F322W2",))
    narrow, wide = (approved(instrument="NIRCam", elements=names) for names in (("F444W", "GRISMR"), ("F360M",)))
    why = judge(proposed, narrow, None, None, None, "object")[3].why
    assert why.startswith("F444W GRISMR: 12% of the narrower range, 3.88–4.01 µm; the policy does not say")
    assert judge(proposed, wide, None, None, None, "object")[3].why.startswith("F360M: 100% of the narrower range")


def test_depth_needs_a_factor() -> None:
    proposed = Proposed(1, "x", object="x", exposure=100.0)
    for factor, exposure, status in (
        (None, 90.0, "not knowable"),
        (2, 51.0, "met"),
        (2, 49.0, "not met"),
        (2, 199.0, "met"),
        (2, 201.0, "not met"),
    ):
        assert judge(proposed, approved(exposure=exposure), None, None, factor, "object")[4].status == status


def test_the_reason_names_the_side_that_does_not_say() -> None:
    silent = Proposed(1, "x", object="x")
    whole = replace(silent, instrument="MIRI", template="MIRI Imaging", mode="imaging", exposure=10.0)
    blank = approved(instrument=None, template=None, mode=None)

    def reasons(proposed: Proposed, there: Approved) -> list[str]:
        return [one.why for one in judge(proposed, there, None, None, 2, "object")[1:]]

    what = ("instrument", "template", "exposure time")
    label, table = "the observation's label names no element", "the table names no element"
    for proposed, side, element in (
        (silent, "proposed", table),
        (replace(whole, elements=("F770W",)), "approved", label),
    ):
        instrument, template, found, depth = reasons(proposed, approved() if side == "proposed" else blank)
        assert (instrument, template, depth) == tuple(f"no {name} of the {side} one" for name in what)
        assert found == element
    assert reasons(silent, blank)[0] == "no instrument of the proposed and approved one"


def test_similar_instruments_are_similar_in_their_mode_alone() -> None:
    there = approved(instrument="NIRCam", template="NIRCam Imaging", mode="imaging")
    for mode, status in (("imaging", "met"), (None, "met"), ("aperture-masking-interferometry", "not met")):
        proposed = Proposed(1, "x", object="x", instrument="NIRISS", mode=mode)
        assert judge(proposed, there, None, None, None, "object")[1].status == status
    mask = replace(there, template="NIRCam Coronagraphic Imaging", mode="coronagraphy")
    assert (
        judge(Proposed(1, "x", object="x", instrument="NIRISS"), mask, None, None, None, "object")[1].status
        == "not met"
    )


def test_the_tables_name_things_of_the_vocabulary() -> None:
    folder = ontology_dir() / "duplicates"
    read = {p.stem: list(csv.DictReader(x for x in p.open() if not x.startswith("#"))) for p in folder.glob("*.csv")}
    templates = {template.notation for template in load().templates.values()}
    assert {row["template"] for row in read["radii"]} <= templates
    assert {row[side] for row in read["similar"] for side in ("one", "other")} <= load().instruments.keys()
    assert {row["mode"] for row in read["similar"]} <= load().modes.keys()
    names = [row["name"] for row in read["columns"]]
    assert len(names) == len(set(names))
    for one in grades():
        assert all(set(pattern) <= set("+-?.") for pattern in one.patterns)
        assert len(one.patterns) == len(CRITERIA)


def test_objects_that_are_known_to_be_one_are_one() -> None:
    rows = [approved(object="Gliese 1", name="GL-1"), approved(iri="b", object="LMC 7", name="LMC-7")]
    known = Observations(rows, {object_iri("LMC 7"): object_iri("Gliese 1")})
    assert [a.name for a in known.of("LMC 7")] == [a.name for a in known.of("Gliese 1")] == ["GL-1", "LMC-7"]
    assert [a.name for a in Observations(rows).of("LMC 7")] == ["LMC-7"]


def test_a_field_is_found_in_the_names_of_targets(tmp_path: Path) -> None:
    path = tmp_path / "2001.md"
    path.write_text(page(2001, rows=[("a", "MIRI Imaging", "(76) GOODS-S new 1")]), encoding="utf-8")
    build([path], tmp_path / "store")
    with open_store(tmp_path / "store") as opened:
        (result,) = check(opened, "target,template\nGOODS-S,MIRI Imaging\n")
    said = "no target in the store is known to be GOODS-S; it stands in names that mean no object: GOODS-S new 1"
    assert result.proposed.remarks == (f"{said} (program 2001)",)
