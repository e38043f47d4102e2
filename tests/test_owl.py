"""The ontology as OWL: in the DL profile, consistent by HermiT, alone and with everything that a store states."""

from __future__ import annotations

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pyoxigraph
import pytest
from pages import page

from kb.build import build
from kb.iris import BASE, ONTOLOGY, VOCABULARY_GRAPH
from kb.sources import bundled
from kb.store import open_store

CHECK = Path(__file__).parent / "OwlCheck.java"
TYPE = pyoxigraph.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@pytest.fixture(scope="module")
def hermit() -> Path:
    """HermiT and the OWL API, which owlready2 carries."""
    found = find_spec("owlready2")
    if found is None or found.origin is None:
        pytest.skip("owlready2 is not installed: pip install '.[dev]'")
    if shutil.which("javac") is None:
        pytest.skip("no Java development kit: apt-get install openjdk-17-jdk-headless")
    return Path(found.origin).parent / "hermit" / "HermiT.jar"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with an individual of every class."""
    folder = tmp_path_factory.mktemp("owl")
    (folder / "5001.md").write_text(page(5001, text="It repeats the stars of program 1536."), encoding="utf-8")
    earlier = page(6604, "CAL-XCAL-301 Absolute Flux Calibration (A Dwarfs)", category="calibration")
    (folder / "6604.md").write_text(earlier, encoding="utf-8")
    build([bundled(), folder], folder / "store")
    return folder / "store"


def triples(store: Path, graph: str | None = None) -> set[pyoxigraph.Triple]:
    with open_store(store) as opened:
        texts = [text for name, text in opened.ntriples() if graph in (None, name)]
    return {quad.triple for text in texts for quad in pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_TRIPLES)}


def checked(hermit: Path, statements: set[pyoxigraph.Triple], folder: Path) -> list[str]:
    """Run the check and return its lines."""
    pyoxigraph.serialize(statements, str(folder / "all.rdf"), format=pyoxigraph.RdfFormat.RDF_XML)
    command = ["java", "-Xmx1500M", "-cp", str(hermit), str(CHECK), str(folder / "all.rdf")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.splitlines()


def test_the_ontology_is_owl_2_dl_and_every_class_can_have_members(hermit: Path, store: Path, tmp_path: Path) -> None:
    axioms, *lines = checked(hermit, triples(store, VOCABULARY_GRAPH), tmp_path)
    assert int(axioms.split()[1]) > 1000
    assert lines == [f"ontology {BASE}ontology", "consistent true"]


def test_a_whole_store_is_owl_2_dl_and_consistent(hermit: Path, store: Path, tmp_path: Path) -> None:
    statements = triples(store)
    derived = pyoxigraph.NamedNode(f"{ONTOLOGY}DerivedLink")
    assert any(triple.predicate == TYPE and triple.object == derived for triple in statements)
    assert checked(hermit, statements, tmp_path)[1:] == [f"ontology {BASE}ontology", "consistent true"]


@pytest.mark.parametrize(
    ("node", "kind"),
    [("object/hd-2811", "Target"), ("program/7487", "Observation"), ("template/miri-imaging", "SkyObject")],
)
def test_a_contradiction_is_found(node: str, kind: str, hermit: Path, store: Path, tmp_path: Path) -> None:
    wrong = pyoxigraph.Triple(pyoxigraph.NamedNode(BASE + node), TYPE, pyoxigraph.NamedNode(ONTOLOGY + kind))
    assert checked(hermit, triples(store) | {wrong}, tmp_path)[-1] == "consistent false"


def test_what_is_not_dl_is_found(hermit: Path, store: Path, tmp_path: Path) -> None:
    undeclared = pyoxigraph.NamedNode("urn:undeclared")
    wrong = pyoxigraph.Triple(pyoxigraph.NamedNode(f"{BASE}program/7487"), TYPE, undeclared)
    lines = checked(hermit, triples(store, VOCABULARY_GRAPH) | {wrong}, tmp_path)
    assert any(line.startswith("violation Use of undeclared class") for line in lines)
