"""What holds over the whole graph, of the bundled records and of the corpus."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import write_pages
from stores import assert_whole_graph_is_sound, snapshots

from kb.build import BuildReport, build
from kb.export import write
from kb.iris import BASE, DERIVED_GRAPH, SHARED_GRAPH
from kb.sources import bundled
from kb.store import open_store


def test_the_bundled_graph_is_sound(bundled_store: Path) -> None:
    assert_whole_graph_is_sound(bundled_store)
    with open_store(bundled_store) as opened:
        (row,) = opened.query(f"SELECT (COUNT(DISTINCT ?o) AS ?n) {{ <{BASE}program/7487> jkb:hasObservation ?o }}")
        assert row == (16,)
        (row,) = opened.query("SELECT (SUM(?h) AS ?n) { ?p a jkb:PlannedReferenceProgram ; jkb:estimatedHours ?h }")
        assert str(row[0]) == "2023.3"


def test_derived_and_shared_statements(bundled_store: Path) -> None:
    with open_store(bundled_store) as opened:
        assert opened.query(
            f"ASK {{ GRAPH <{DERIVED_GRAPH}> {{ <{BASE}program/7487/target/4> jkb:object <{BASE}object/hd-2811> }} "
            f"GRAPH <{SHARED_GRAPH}> {{ <{BASE}object/hd-2811> a jkb:SkyObject ; rdfs:label 'HD 2811' }} }}"
        )


@pytest.fixture(scope="module")
def corpus_report(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    store = tmp_path_factory.mktemp("corpus") / "store"
    return build([corpus / "program-pages", corpus / "sodrm"], store)


def test_the_graph_of_the_corpus_is_sound(corpus_report: BuildReport) -> None:
    assert (corpus_report.documents, corpus_report.failed, corpus_report.programs) == (1063, 0, 1099)
    assert_whole_graph_is_sound(corpus_report.store)
    with open_store(corpus_report.store) as opened:
        assert corpus_report.quads == len(opened)


def test_two_names_of_objects_are_two_objects(corpus_report: BuildReport) -> None:
    with open_store(corpus_report.store) as opened:
        merged = opened.query(
            "SELECT ?o { GRAPH ?g { ?t jkb:designates ?o ; jkb:objectName ?n } } "
            "GROUP BY ?o HAVING (COUNT(DISTINCT ?n) > 1)"
        )
        assert list(merged) == []


def test_building_the_corpus_again_changes_nothing(corpus: Path, corpus_report: BuildReport) -> None:
    before = snapshots(corpus_report.store)
    again = build([corpus / "sodrm", corpus / "program-pages"], corpus_report.store)
    assert (again.changed, again.read, again.quads) == (False, 0, corpus_report.quads)
    assert snapshots(corpus_report.store) == before


def test_the_order_of_documents_does_not_show_in_exports(tmp_path: Path) -> None:
    paths = sorted(bundled().rglob("*.*"))
    write_pages(tmp_path / "more", range(1, 30))
    build([*paths, tmp_path / "more"], tmp_path / "s1")
    for given in ([tmp_path / "more" / f"{n}.md" for n in range(29, 0, -1)], paths[::-1]):
        build(given, tmp_path / "s2", jobs=2)
    files = []
    for name in ("s1", "s2"):
        with open_store(tmp_path / name) as opened:
            write(opened, tmp_path / f"{name}.ttl")
        files.append((tmp_path / f"{name}.ttl").read_bytes())
    assert files[0] == files[1]
