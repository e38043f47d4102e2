"""A page and a program file of one program: each observation counted once, neither silently right."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from apt_files import MIRI, archive, observation, program, target, template
from pages import page

from kb.build import build
from kb.claims import settle_readings
from kb.matching import match
from kb.records import Finding, Reading, Row
from kb.sources import read
from kb.store import open_store

ROWS = (
    ("imaging", "MIRI Imaging", "(1) HD-2811"),
    ("imaging", "MIRI Imaging", "(1) HD-2811"),
    ("added later", "MIRI Imaging", "(3) HD-9999"),
)
PLAN = [
    observation(1, label="imaging"),
    observation(2, label="Imaging"),
    observation(7, template("NircamImaging"), "dropped since", instrument="NIRCAM"),
]


def documents(
    folder: Path, rows: Sequence[tuple[str, str, str]] = ROWS, plan: Sequence[str] = PLAN, **more: object
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "5001.md").write_text(page(5001, rows=rows), encoding="utf-8")
    (folder / "5001.xml").write_text(program(5001, plan, **more), encoding="utf-8")  # type: ignore[arg-type]
    return folder


def settled(folder: Path) -> dict[str, Reading]:
    paths = sorted(path for path in folder.iterdir() if path.is_file())
    return {r.document.format: r for r in settle_readings([(str(path), read(path)) for path in paths])}


def noted(reading: Reading, code: str) -> list[Finding]:
    return [finding for finding in reading.findings if finding.code == code]


def answers(store: Path, query: str) -> list[tuple[object, ...]]:
    with open_store(store) as opened:
        return [tuple(str(value) for value in row) for row in opened.query(query)]


def twice(store: Path) -> list[tuple[object, ...]]:
    """Return what is stated in two graphs, and what is called by two names."""
    graphs = "{ SELECT ?s ?p ?o (COUNT(?g) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?s ?p ?o HAVING (COUNT(?g) > 1) }"
    names = "{ SELECT ?s (rdfs:label AS ?p) { ?s rdfs:label ?l } GROUP BY ?s HAVING (COUNT(?l) > 1) }"
    return answers(store, f"SELECT ?s ?p WHERE {{ {graphs} UNION {names} }}")


def observations(store: Path) -> list[str]:
    query = "SELECT ?o WHERE { ?p jkb:hasObservation ?o ; jkb:programNumber 5001 } ORDER BY STR(?o)"
    return [str(row[0]).removeprefix("https://w3id.org/jwst-kb/program/5001/") for row in answers(store, query)]


COUNTED = ["observation/1", "observation/2", "observation/7", "row/3"]


def test_both_count_and_each_observation_counts_once(tmp_path: Path) -> None:
    report = build([documents(tmp_path / "d")], tmp_path / "s")
    assert (report.programs, report.documents, report.failed) == (1, 2, 0)
    store = tmp_path / "s"
    assert observations(store) == COUNTED
    same = "SELECT ?o ?r WHERE { ?o jkb:sameObservation ?r . ?l jkb:linkSubject ?o ; jkb:linkObject ?r } ORDER BY ?o"
    assert [(str(o)[-13:], str(r)[-5:]) for o, r in answers(store, same)] == [
        ("observation/1", "row/1"),
        ("observation/2", "row/2"),
    ]
    alone = "SELECT ?o ?d WHERE { ?o jkb:onlyIn ?d } ORDER BY STR(?o)"
    assert [(str(o)[-13:], str(d)[-17:]) for o, d in answers(store, alone)] == [
        ("observation/7", "document/apt/5001"),
        ("am/5001/row/3", "program-page/5001"),
    ]
    assert twice(store) == []


def test_the_graph_of_both_keeps_the_shapes(tmp_path: Path) -> None:
    pytest.importorskip("pyshacl")
    from kb.validate import validate

    build([documents(tmp_path / "d")], tmp_path / "s")
    with open_store(tmp_path / "s") as store:
        assert validate(store).violations == []


@pytest.mark.parametrize(
    "change", ["page-first", "file-first", "file-removed", "file-gone", "page-gone", "page-changed"]
)
def test_the_order_of_builds_does_not_matter(change: str, tmp_path: Path) -> None:
    folder, store = documents(tmp_path / "d"), tmp_path / "s"
    md, xml = folder / "5001.md", folder / "5001.xml"
    first, second = (xml, md) if change == "file-first" else (md, xml)
    build([first], store)
    build([second], store)
    if change in ("page-first", "file-first"):
        assert observations(store) == COUNTED
        build([folder], tmp_path / "at-once")
        dump = "SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p STR(?o)"
        assert answers(store, dump) == answers(tmp_path / "at-once", dump)
        assert not build([folder], store).changed
    elif change == "file-removed":
        build([md], store, prune=True)
        assert observations(store) == ["row/1", "row/2", "row/3"]
        assert answers(store, "SELECT ?t WHERE { ?p jkb:programNumber ?n ; dcterms:title ?t }") == [("A test",)]
    elif change == "file-gone":  # what it said stays, and the page still adds to it
        xml.unlink()
        md.write_text(page(5001, rows=ROWS[:1]), encoding="utf-8")
        build([md], store)
        assert observations(store) == COUNTED[:3]
    elif change == "page-changed":
        md.write_text(page(5001, rows=(*ROWS, ("dropped since", "NIRCam Imaging", "(1) HD-2811"))), encoding="utf-8")
        build([md], store)
        assert observations(store) == COUNTED
        assert answers(store, "SELECT ?o WHERE { ?o jkb:onlyIn ?d }") == [
            ("https://w3id.org/jwst-kb/program/5001/row/3",)
        ]
    else:
        md.unlink()
        xml.write_text(program(5001, PLAN[:1]), encoding="utf-8")
        build([xml], store)
        assert "observation/1" in observations(store)
        assert "observation/7" not in observations(store)
    assert twice(store) == []


def test_a_page_that_is_gone_cedes_to_a_new_program_file(tmp_path: Path) -> None:
    """It cannot be read again to say only what it adds."""
    folder, store = documents(tmp_path / "d"), tmp_path / "s"
    build([folder / "5001.md"], store)
    (folder / "5001.md").unlink()
    build([folder], store)
    assert observations(store) == COUNTED[:3]
    assert twice(store) == []


def test_a_program_file_speaks_first_and_a_page_adds(tmp_path: Path) -> None:
    folder = documents(tmp_path / "d")
    text = page(5001, "A text", rows=ROWS).replace('"PI: Ann Lee"', '"PI: Bo Ray"').replace('"go"', '"gto"')
    (folder / "5001.md").write_text(text.replace("Cycle 2", "Cycle 3"), encoding="utf-8")
    build([folder], tmp_path / "s")
    query = "SELECT ?t ?c ?n WHERE { ?p dcterms:title ?t ; jkb:cycle ?c ; jkb:hasParticipation/jkb:personName ?n }"
    assert answers(tmp_path / "s", query) == [("A test", "2", "Ann Lee")]
    found = noted(settled(folder)["program-page"], "documents-differ")
    assert sorted((f.property, f.raw, f.repaired) for f in found) == [
        ("category", "GTO", "GO"),
        ("cycle", "3", "2"),
        ("people", "Bo Ray", "Ann Lee"),
        ("title", "A text", "A test"),
    ]


def test_what_the_program_file_does_not_say_the_page_does(tmp_path: Path) -> None:
    bare = "<Title>A test</Title><Cycle>2</Cycle>"
    folder = documents(tmp_path / "d", information=bare)
    build([folder], tmp_path / "s")
    query = "SELECT ?h ?n WHERE { ?p jkb:primeHours ?h ; jkb:hasParticipation/jkb:personName ?n ; dcterms:abstract ?a }"
    assert answers(tmp_path / "s", query) == [("10.5", "Ann Lee")]
    assert twice(tmp_path / "s") == []


def test_targets_are_those_of_the_program_file_where_number_and_name_agree(tmp_path: Path) -> None:
    rows = (
        ("a", "MIRI Imaging", "(1) HD 2811"),
        ("b", "MIRI Imaging", "(2) HD-9999"),
        ("c", "MIRI Imaging", "HD-2811"),
    )
    folder = documents(tmp_path / "d", rows, [observation(1, label="a")])
    build([folder], tmp_path / "s")
    query = "SELECT ?r ?t WHERE { ?r jkb:hasTarget ?t . FILTER(CONTAINS(STR(?r), '/row/')) } ORDER BY ?r"
    found = {str(r)[-1]: str(t).rpartition("/target/")[2] for r, t in answers(tmp_path / "s", query)}
    assert found == {"1": "1", "2": "2-hd-9999", "3": "1"}
    assert twice(tmp_path / "s") == []


def test_an_observation_number_on_a_page_is_no_address_where_the_program_file_has_it(tmp_path: Path) -> None:
    folder = documents(tmp_path / "d")
    text = page(5001, rows=[("imaging", "MIRI Imaging", "(1) HD-2811")])
    text = (
        text.replace("| Label |", "| Obs | Label |")
        .replace("| :---- |", "| :-- | :---- |")
        .replace("| imaging |", "| 7 | imaging |")
    )
    (folder / "5001.md").write_text(text, encoding="utf-8")
    build([folder], tmp_path / "s")
    assert observations(tmp_path / "s") == ["observation/1", "observation/2", "observation/7"]
    assert twice(tmp_path / "s") == []


def test_two_files_of_one_format_are_still_one_too_many(tmp_path: Path) -> None:
    folder = documents(tmp_path / "d")
    (folder / "again.aptx").write_bytes(archive({"x.xml": program(5001, PLAN[:1])}))
    readings = settle_readings([(str(path), read(path)) for path in folder.iterdir()])
    assert [(r.document.name, f.code) for r in readings for f in r.findings if f.severity == "error"] == [
        ("again.aptx", "duplicate-program")
    ]
    build([folder], tmp_path / "s")
    assert observations(tmp_path / "s") == COUNTED


# --- Matching --------------------------------------------------------------------------------------------


def row(order: int, label: str = "a", template: str = "T", target: str = "x", number: int | None = None) -> Row:
    return Row(order, number, False, label, template, (target,), (target,))


@pytest.mark.parametrize(
    ("first", "second", "pairs"),
    [
        ([row(1)], [row(1)], {1: 1}),
        ([row(1), row(2)], [row(1), row(2)], {1: 1, 2: 2}),
        ([row(1, "A-B")], [row(1, "a b")], {1: 1}),
        ([row(1), row(2, "b")], [row(1, "b"), row(2)], {1: 2, 2: 1}),
        # two of three agree, and nothing else is called the same
        ([row(1, target="y")], [row(1)], {1: 1}),
        ([row(1, template="U")], [row(1)], {1: 1}),
        ([row(1, "something else")], [row(1)], {1: 1}),
        # … or it is not sure which
        ([row(1, target="y"), row(2, target="z")], [row(1)], {}),
        ([row(1, "b"), row(2, "c")], [row(1)], {}),
        ([row(1, "b"), row(2, "c")], [row(1), row(2, "d")], {}),
        # one of three is too little
        ([row(1, "b", "U")], [row(1)], {}),
        ([row(1, "b", "T", "y")], [row(1)], {}),
        # a slip of the pen, but other numbers are other observations
        ([row(1, "Secondary eclipse 1"), row(2, "Secondary eclipse 2")], [row(1, "Secondary eclips 2")], {1: 2}),
        ([row(1, "epoch 1"), row(2, "epoch 2")], [row(1, "epoch 3")], {}),
        ([row(1, "deep field epoch 1")], [row(1, "calibration test")], {}),
        # more of the same: the first ones
        ([row(1)], [row(1), row(2)], {1: 1}),
        ([row(1, number=3), row(2, number=4)], [row(1, "q", number=4)], {1: 2}),
    ],
)
def test_label_template_and_target_tell_what_is_the_same(
    first: list[Row], second: list[Row], pairs: dict[int, int]
) -> None:
    assert match(first, second) == pairs


def test_planet_and_host_are_one_target_and_disagreements_are_told(tmp_path: Path) -> None:
    rows = (("transit", "MIRI Imaging", "WASP-80 b"), ("phase", "MIRI Imaging", "(1) WASP-80"))
    plan = [observation(1, MIRI, "transit", "1 WASP-80"), observation(2, template("MiriMRS"), "phase", "1 WASP-80")]
    folder = documents(tmp_path / "d", rows, plan, targets=[target(1, "WASP-80")])
    made = settled(folder)["program-page"]
    assert [order for order, _ in made.twins] == [1, 2]
    assert [(f.order, f.property, f.raw, f.repaired) for f in noted(made, "documents-differ")] == [
        (2, "template", "MIRI Imaging", "MIRI Medium Resolution Spectroscopy")
    ]
    assert noted(made, "in-one-document") == []


def test_the_real_programs_that_are_in_both_forms(corpus: Path, tmp_path: Path) -> None:
    """Every row of a page is an observation of the program file, or is said to be in one document alone."""
    for number in (1179, 1185, 1190, 1433):
        shutil.copy(corpus / "program-pages" / f"{number}.md", tmp_path)
        shutil.copy(corpus / "apt" / f"{number}.xml", tmp_path)
    found = {}
    for reading in settle_readings([(str(path), read(path)) for path in tmp_path.iterdir()]):
        if reading.first is not None:
            explained = {f.order for f in noted(reading, "in-one-document") if f.order}
            twins = dict(reading.twins)
            assert twins.keys() | explained == {o.order for o in reading.observations}
            assert not twins.keys() & explained
            missing = len([f for f in noted(reading, "in-one-document") if f.order is None])
            assert len(reading.first.rows) == len(twins) + missing
            found[reading.document.name] = (len(twins), len(explained), missing)
    # matched, on the page alone, in the program file alone: compared by eye
    assert found == {"1179.md": (8, 2, 2), "1185.md": (17, 3, 2), "1190.md": (3, 0, 0), "1433.md": (2, 3, 1)}
    report: Callable[..., object] = build
    report([tmp_path], tmp_path / "s")
    assert twice(tmp_path / "s") == []
    query = (
        "SELECT ?n (COUNT(?o) AS ?c) WHERE { ?p jkb:programNumber ?n ; jkb:hasObservation ?o } GROUP BY ?n ORDER BY ?n"
    )
    assert answers(tmp_path / "s", query) == [("1179", "12"), ("1185", "22"), ("1190", "3"), ("1433", "6")]
