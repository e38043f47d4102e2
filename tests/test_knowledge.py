"""The Python interface."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import kb as package
from kb import KnowledgeBase
from kb.errors import QueryError, SourceError, StoreError, UsageError


@pytest.fixture(scope="module")
def kb(bundled_store: Path) -> Iterator[KnowledgeBase]:
    with KnowledgeBase.open(bundled_store) as opened:
        yield opened


def test_public_names_exist() -> None:
    for name in package.__all__:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError):
        _ = package.nothing


def test_import_costs_nothing() -> None:
    code = (
        "import sys, kb; print([m for m in ('rdflib', 'pyoxigraph', 'networkx', 'click', 'yaml') if m in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"


def test_program(kb: KnowledgeBase) -> None:
    program = kb.program(7487)
    assert "A Dwarfs" in program.title
    assert "7487" in repr(program)
    assert len(program.observations) == 16
    assert len(program.targets) == 12
    assert program.targets.column("object").count("HD 2811") == 5
    assert len(program.shared_targets) == 0
    assert len(program.findings) == 9
    assert kb.show("miri").fact("Other name") == ["Mid-Infrared Instrument"]


def test_networkx(kb: KnowledgeBase) -> None:
    graph = kb.to_networkx(focus="HD 2811", depth=1)
    assert {type_ for _, type_ in graph.nodes(data="type")} == {"SkyObject", "Program"}
    near = kb.to_networkx(focus=7487, depth=3)
    far = kb.to_networkx(focus=7487, depth=2)
    assert set(far) < set(near)
    assert near.nodes["https://w3id.org/jwst-kb/instrument/miri"]["distance"] == 3
    observation = "https://w3id.org/jwst-kb/program/7487/row/12"
    assert near.nodes[observation]["line"] == near.nodes[observation.replace("12", "11")]["line"] + 1
    assert list(near.nodes) == sorted(near.nodes)
    whole = kb.to_networkx()
    assert set(near) - set(whole) == set()
    assert sum(type_ == "PlannedReferenceProgram" for _, type_ in whole.nodes(data="type")) == 37


def test_rdflib_has_it_all(kb: KnowledgeBase) -> None:
    dataset = kb.to_rdflib()
    assert len(list(dataset.quads())) == len(kb.store)
    query = "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?p <https://w3id.org/jwst-kb/ontology#hasObservation> ?o }"
    assert [int(str(row[0])) for row in dataset.query(query)] == [16]  # type: ignore[index]


def test_info(kb: KnowledgeBase) -> None:
    info = kb.info()
    assert info["programs"] == 38
    assert info["observations"] == 16
    assert info["statements"] == len(kb.store)


def test_errors_say_what_to_do(kb: KnowledgeBase, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="7487"):
        kb.program(7488)
    with pytest.raises(UsageError, match="no program 'abc'"):
        kb.program("abc")
    with pytest.raises(StoreError, match="build into a folder"):
        KnowledgeBase.build(store="http://localhost:9/sparql")
    with pytest.raises(UsageError, match="sodrm-hours"):
        kb.ask("sodrm_hour")
    with pytest.raises(QueryError, match="line 1"):
        kb.query("SELECT nonsense")
    with pytest.raises(StoreError):
        KnowledgeBase.open(tmp_path / "none")
    with pytest.raises(SourceError):
        KnowledgeBase.build([tmp_path / "none"])


def test_temporary_store_goes_away() -> None:
    with KnowledgeBase.build() as made:
        folder = Path(made.store.location)
        assert folder.is_dir()
    assert not folder.exists()
