"""``kb validate``: every shape catches what it is there for, nothing sound is caught, nothing at all is not sound."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from apt_files import INFORMATION, observation, program, target, template
from conftest import ROOT
from pages import page
from rdflib.namespace import RDF, SH
from visit_files import schedule, status, visit

from kb.build import build
from kb.export import write
from kb.export.source import Source, neighbourhood, of_question
from kb.iris import BASE, PREFIXES
from kb.sources import bundled
from kb.store import Store, open_store
from kb.store.oxigraph import OxigraphStore
from kb.validate import NOTHING_CHECKED, Validation, validate
from kb.validate.file import open_file
from kb.vocabulary import ontology_dir

pytest.importorskip("pyshacl")

HEAD = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
Runner = Callable[..., "subprocess.CompletedProcess[str]"]


@lru_cache(maxsize=1)
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(ontology_dir() / "shapes.ttl")


def rows() -> list[dict[str, str]]:
    with (ROOT / "tests" / "truth" / "broken.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with a node for every shape.

    The bundled records, a page with people and references, an earlier cycle, program files of APT with and without
    a page, a report on visits, a schedule that came out twice.
    """
    folder = tmp_path_factory.mktemp("good")
    text = "It repeats the stars of program 1536."
    (folder / "5001.md").write_text(page(5001, text=text), encoding="utf-8")
    earlier = page(6604, "CAL-XCAL-301 Absolute Flux Calibration (A Dwarfs)", category="calibration")
    (folder / "6604.md").write_text(earlier.replace("Ann Lee", "Bo Ray"), encoding="utf-8")
    (folder / "5002.xml").write_text(program_file(), encoding="utf-8")
    for name, text in {"5003.xml": program(5003), "5003.md": page(5003), "draft.xml": program(None)}.items():
        (folder / name).write_text(text.replace("Ann", "Cy").replace("Lee", "Doe"), encoding="utf-8")
    (folder / "visits.xml").write_text(visits(), encoding="utf-8")
    prime = ("1:2:3", "FINEGUIDE", "PRIME", "2026-08-17T04:17:38Z", "00/00:32:00", "MIRI Imaging", "A", "Star", "Disks")
    for day in (14, 15):
        plan = schedule([prime, ("", "", "COORDINATED PARALLEL", "", "", "MIRI Imaging")])
        (folder / f"20260817_report_202608{day}.txt").write_text(plan, encoding="utf-8")
    build([bundled(), folder], folder / "store")
    return folder / "store"


def visits() -> str:
    """Return a status report that says all that such a report can say."""
    more = (
        "<configuration>MIRI Imaging</configuration><hours>7.5</hours>"
        "<longRangePlanStatus>Planned</longRangePlanStatus>"
        "<startTime>Jun 21, 2022 02:41:18</startTime><endTime>Jun 21, 2022 10:48:41</endTime>"
        "<planWindow>May 1, 2022 - Jun 30, 2022</planWindow><repeatOf problemID='1'/>"
    )
    return status(5002, [visit(1, more=more)])


def program_file() -> str:
    """Return a program file that says all that such a file can say."""
    more = (
        "<Epoch>2000</Epoch><AnnualParallax>0.1</AnnualParallax><RAProperMotion>1</RAProperMotion>"
        "<RAProperMotionUnits>mas/yr</RAProperMotionUnits><DecProperMotion>1</DecProperMotion>"
        "<DecProperMotionUnits>mas/yr</DecProperMotionUnits><Extended>NO</Extended><Category>Star</Category>"
        "<Keywords>A dwarfs</Keywords><TargetArchiveName>HD 2811</TargetArchiveName>"
    )
    config = (
        "<Filters><FilterConfig><LongFilter>F405N+F444W</LongFilter><ReadoutPattern>RAPID</ReadoutPattern>"
        "<Groups>5</Groups><Integrations>1</Integrations></FilterConfig></Filters>"
    )
    around = (
        "<ScienceDuration>431</ScienceDuration><CoordinatedParallelSet>MIRI-NIRCam Imaging</CoordinatedParallelSet>"
        "<SpecialRequirements><NoParallel/></SpecialRequirements><MosaicParameters><Rows>1</Rows><Columns>2</Columns>"
        "<RowOverlapPercent>10.0</RowOverlapPercent><ColumnOverlapPercent>10.0</ColumnOverlapPercent>"
        "<SkewDegreesX>0.0</SkewDegreesX><SkewDegreesY>24.0</SkewDegreesY>"
        '<MosaicTiles TileNumber="1"/><MosaicTiles TileNumber="2"/></MosaicParameters>'
        f"<FirstCoordinatedTemplate>{template('NircamImaging', config)}</FirstCoordinatedTemplate>"
    )
    links = '<AfterObservationLink PrimaryObs="x (Obs 2)" AfterObs="y (Obs 1)" MinInterval="2 Days"/>'
    words = "<ScientificCategory>Galaxies</ScientificCategory><ScienceKeyword>Disks</ScienceKeyword>"
    return program(
        5002,
        [observation(1, more=around), observation(2, template("NircamCoron", "<AcqTargetID>2 STAR</AcqTargetID>"))],
        [target(1, "HD-2811", more=more), target(2, "STAR"), target(3, "UNUSED")],
        INFORMATION.replace("Lee", "Doe") + words + "<ChargedTime>11.0</ChargedTime>",
        '<VisitStatus VisitId="05002001001" Status="COMPLETED"/>',
        links,
    )


def copy(store: Path) -> pyoxigraph.Store:
    """Return a store in memory that can be damaged."""
    made = pyoxigraph.Store()
    with open_store(store) as opened:
        for name, text in opened.ntriples():
            made.load(text, pyoxigraph.RdfFormat.N_TRIPLES, to_graph=pyoxigraph.NamedNode(name))
    return made


def damage(store: pyoxigraph.Store, node: str, predicate: str, values: str) -> None:
    """Replace the values of a property (``^`` is a link to the node) in the graph of the node."""
    iri = f"<{BASE}{node}>"
    pattern = f"?x {predicate[1:]} {iri}" if predicate.startswith("^") else f"{iri} {predicate} ?x"
    if not values.startswith("+"):
        store.update(f"{HEAD} DELETE {{ GRAPH ?g {{ {pattern} }} }} WHERE {{ GRAPH ?g {{ {pattern} }} }}")
    if values:
        added = f"{iri} {predicate} {values.removeprefix('+')}"
        store.update(
            f"BASE <{BASE}>\n{HEAD} INSERT {{ GRAPH ?g {{ {added} }} }} WHERE {{ "
            f"SELECT ?g WHERE {{ GRAPH ?g {{ {iri} ?any ?thing }} }} LIMIT 1 }}"
        )


@pytest.fixture(scope="module")
def broken(good: Path) -> tuple[Validation, str]:
    """The report on a store in which every rule is broken once, and the derived link in it."""
    store = copy(good)
    derived = pyoxigraph.NamedNode(PREFIXES["jkb"] + "DerivedLink")
    link = min(str(quad.subject) for quad in store.quads_for_pattern(None, None, derived, None))
    link = link.strip("<>").removeprefix(BASE)
    for row in rows():
        if row["property"]:
            damage(store, row["node"].replace("LINK", link), row["property"], row["values"])
    for shape, _, kind in shapes().triples((None, SH.targetClass, None)):
        if (shape, SH.nodeKind, None) in shapes():
            store.update(f"INSERT DATA {{ GRAPH <{BASE}graph/blank> {{ [] a <{kind}> }} }}")
    return validate(OxigraphStore(store, "broken")), link


def rules() -> list[str]:
    """Names of everything in the shapes that can be broken."""
    graph = shapes()
    found = set(graph.subjects(RDF.type, SH.PropertyShape))
    found |= {s for s in graph.subjects(RDF.type, SH.NodeShape) if (s, SH["class"], None) in graph}
    found |= {s for s in graph.subjects(RDF.type, SH.NodeShape) if (s, SH.nodeKind, None) in graph}
    return sorted(str(shape).removeprefix(f"{BASE}shape/") for shape in found)


@pytest.mark.parametrize("rule", rules())
def test_a_broken_rule_is_reported_with_its_message(rule: str, broken: tuple[Validation, str]) -> None:
    report, link = broken
    wanted = {BASE + row["node"].replace("LINK", link) for row in rows() if row["rule"] == rule}
    found = {str(v.node): v for v in report.violations if v.shape == rule}
    iri = rdflib.URIRef(f"{BASE}shape/{rule}")
    if not wanted:
        assert (iri, SH.nodeKind, SH.IRI) in shapes(), f"tests/truth/broken.csv breaks no {rule}"
        assert [node for node in found if not node.startswith("http")], rule
    assert wanted == {node for node in found if node.startswith("http")}
    (message,) = shapes().objects(iri, SH.message)
    assert {violation.message for violation in found.values()} == {str(message)}


def test_nothing_else_is_reported(broken: tuple[Validation, str]) -> None:
    report, link = broken
    wanted = {(row["rule"], BASE + row["node"].replace("LINK", link)) for row in rows()}
    found = {(v.shape, str(v.node)) for v in report.violations if str(v.node).startswith("http")}
    assert found - wanted == set()


def test_a_violation_says_where(broken: tuple[Validation, str], good: Path) -> None:
    found = {v.shape: v for v in broken[0].violations if "7487" in str(v.node)}
    with open_store(good) as store:
        ((line,),) = store.query(f"SELECT ?line {{ <{BASE}program/7487/target/4> jkb:line ?line }}")
    number = found["Target-number"]
    assert (number.document, number.line, number.value, number.property) == ("7487.md", line, 0, "jkb:targetNumber")
    assert found["Target-program"].property == "^jkb:definesTarget|^jkb:listsTarget"
    assert (found["Finding-severity"].value, found["Finding-severity"].severity) == ("grave", "error")
    assert found["line-needed"].line is None


def test_what_is_sound_conforms_and_every_shape_looked_at_something(good: Path) -> None:
    with open_store(good) as store:
        report = validate(store)
    assert report.violations == []
    assert [shape.name for shape in report.shapes if not shape.nodes] == []
    counts = {shape.name: shape.nodes for shape in report.shapes}
    assert (counts["Observation"], counts["DocumentGraph"]) == (27, 11)


@pytest.mark.parametrize("text", ["", "<urn:a> <urn:b> <urn:c> ."])
def test_a_graph_with_nothing_to_check_does_not_conform(text: str, tmp_path: Path) -> None:
    (tmp_path / "nothing.ttl").write_text(text, encoding="utf-8")
    store, part = open_file(tmp_path / "nothing.ttl")
    with store:
        report = validate(store, part=part)
    assert {"Document", "DocumentGraph", "Program", "Observation"} <= {v.shape for v in report.violations}
    assert {v.message for v in report.violations} == {NOTHING_CHECKED}


def test_observations_that_are_lost_are_missed(good: Path) -> None:
    store = copy(good)
    store.update(f"{HEAD} DELETE {{ GRAPH ?g {{ ?o ?b ?c }} }} WHERE {{ GRAPH ?g {{ ?o a jkb:Observation ; ?b ?c }} }}")
    assert "Observation" in {v.shape for v in validate(OxigraphStore(store, "lost")).violations}


def test_a_program_without_observations_conforms(tmp_path: Path) -> None:
    (tmp_path / "2.md").write_text(page(2, rows=()), encoding="utf-8")
    build([tmp_path / "2.md"], tmp_path / "store")
    with open_store(tmp_path / "store") as store:
        assert validate(store).violations == []


PARTS: dict[str, Callable[[Store], Source]] = {
    "program": lambda store: neighbourhood(store, "7487", 2),
    "planned program": lambda store: neighbourhood(store, "program/96203", 1),
    "row": lambda store: neighbourhood(store, "program/7487/row/3", 1),
    "object": lambda store: neighbourhood(store, "HD 2811", 1),
    "template": lambda store: neighbourhood(store, "MIRI MRS", 1),
    "instrument": lambda store: neighbourhood(store, "miri", 1),
    "person": lambda store: neighbourhood(store, "Ann Lee", 1),
    "activity": lambda store: neighbourhood(store, "activity/miri-mrs-psf", 1),
    "question": lambda store: of_question(store, "references", {}),
    "document's graph": lambda store: Source(store, graph=f"{BASE}graph/program-page/5001"),
    "shared graph": lambda store: Source(store, graph=f"{BASE}graph/shared"),
    "derived graph": lambda store: Source(store, graph=f"{BASE}graph/derived"),
    "vocabulary": lambda store: Source(store, graph=f"{BASE}graph/vocabulary"),
}


@pytest.mark.parametrize("name", PARTS)
def test_an_exported_part_conforms(name: str, good: Path, tmp_path: Path) -> None:
    with open_store(good) as store, (tmp_path / "part.nt").open("wb") as stream:
        write(PARTS[name](store), stream, "nt")
    part, is_part = open_file(tmp_path / "part.nt")
    with part:
        report = validate(part, part=is_part)
    assert is_part
    assert report.violations == []
    assert (report.left_out > 0) == (name in ("document's graph", "shared graph"))


def test_a_part_that_is_damaged_does_not_conform(good: Path, tmp_path: Path) -> None:
    with open_store(good) as store, (tmp_path / "whole.nt").open("wb") as stream:
        write(neighbourhood(store, "7487", 1), stream, "nt")
    kept = [line for line in (tmp_path / "whole.nt").open() if "#targetName>" not in line]
    (tmp_path / "part.nt").write_text("".join(kept), encoding="utf-8")
    part, is_part = open_file(tmp_path / "part.nt")
    with part:
        assert {found.shape for found in validate(part, part=is_part).violations} == {"Target-name"}


def test_a_dump_that_lost_its_documents_rows_is_no_part(good: Path, tmp_path: Path, run: Runner) -> None:
    """What the whole lacks is a violation: only a part may leave out."""
    done = run(f"kb export {tmp_path}/all.nt && grep -v '/template/' {tmp_path}/all.nt > {tmp_path}/cut.nt", good)
    assert done.returncode == 0, done.stderr
    cut = run(f"kb validate {tmp_path}/cut.nt", good)
    assert cut.returncode == 3
    assert "a part of" not in cut.stderr


def test_every_class_has_a_shape_and_every_shape_a_message() -> None:
    graph = shapes()
    ontology = rdflib.Graph().parse(ontology_dir() / "jwst-kb.ttl")
    classes = {c for c in ontology.subjects(RDF.type, rdflib.OWL.Class) if str(c).startswith(PREFIXES["jkb"])}
    abstract = {rdflib.URIRef(PREFIXES["jkb"] + name) for name in ("Entry", "Setup", "Located")}
    assert classes - abstract - set(graph.objects(None, SH.targetClass)) == set()
    used = set(graph.objects(None, SH.property))
    for rule in graph.subjects(RDF.type, SH.PropertyShape):
        assert rule in used, rule
        assert len(list(graph.objects(rule, SH.message))) == 1, rule
    for shape in graph.subjects(RDF.type, SH.NodeShape):
        assert graph.value(shape, rdflib.RDFS.label)
        assert (shape, SH.severity, None) in graph


def test_the_shapes_are_shacl() -> None:
    import pyshacl

    conforms, _, text = pyshacl.validate(rdflib.Graph(), shacl_graph=shapes(), meta_shacl=True)
    assert conforms, text


@pytest.mark.parametrize("form", ["ttl", "nt", "nq", "trig", "rdf", "jsonld"])
def test_an_export_conforms_in_every_format(form: str, good: Path, tmp_path: Path, run: Runner) -> None:
    run(f"kb export {tmp_path}/all.{form}", store=good)
    done = run(f"kb validate {tmp_path}/all.{form} -f csv", store=good)
    assert (done.returncode, done.stdout) == (0, "severity,document,line,shape,node,property,value,message\n"), (
        done.stderr
    )


def test_a_broken_file_is_reported_with_document_and_line(good: Path, tmp_path: Path, run: Runner) -> None:
    """Turtle has no graphs, so the document is found by the links that lead to the node."""
    store = copy(good)
    damage(store, "program/7487/target/4", "jkb:role", "")
    triples = (quad.triple for quad in store)
    pyoxigraph.serialize(triples, str(tmp_path / "broken.ttl"), format=pyoxigraph.RdfFormat.TURTLE)
    done = run(f"kb validate {tmp_path}/broken.ttl -f jsonl")
    assert done.returncode == 3
    (record,) = map(json.loads, done.stdout.splitlines())
    assert record["document"] == "7487.md"
    assert record["line"] > 1
    assert record["message"] == "A target has a role that the vocabulary has."
    table = run(f"cat {tmp_path}/broken.ttl | kb validate -")
    assert table.returncode == 3
    assert "7487.md" in table.stdout.splitlines()[-1]
    assert "1 violation;" in table.stderr


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("kb validate nowhere.ttl", "kb: nowhere.ttl: cannot be read (no such file or directory)"),
        ("kb validate table.csv", "kb: table.csv: no RDF format for the suffix csv"),
        ("printf 'a:b a:c\\n\"x ;' > bad.ttl; kb validate bad.ttl", "kb: bad.ttl: line 1, column"),
        ("mkdir f; kb validate f", "kb: f: a folder; "),
        ("kb --store nowhere validate", "kb: nowhere: no store here"),
    ],
)
def test_errors_are_one_clear_line(line: str, message: str, tmp_path: Path, run: Runner) -> None:
    done = run(line, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(message)
    assert done.stderr.count("\n") == 1


def test_a_file_of_other_things_is_said_to_be_one(run: Runner, tmp_path: Path) -> None:
    (tmp_path / "other.nt").write_text("<a:b> <a:c> <a:d> .\n", encoding="utf-8")
    done = run("kb validate other.nt", cwd=tmp_path)
    assert done.returncode == 3
    assert done.stderr.endswith("looked at 0 nodes; nothing in it is of this ontology\n")


def test_without_pyshacl_the_remedy_is_said(good: Path, run: Runner, tmp_path: Path) -> None:
    (tmp_path / "pyshacl.py").write_text("raise ModuleNotFoundError('No module', name='pyshacl')", encoding="utf-8")
    done = run(f"export PYTHONPATH={tmp_path}:$PYTHONPATH; kb validate", store=good)
    assert (done.returncode, done.stderr) == (1, "kb: pyshacl is not installed: pip install 'jwst-kb[shacl]'\n")


def test_the_corpus_conforms(corpus: Path, tmp_path: Path) -> None:
    build([corpus / "program-pages", corpus / "sodrm", corpus / "apt"], tmp_path / "store")
    with open_store(tmp_path / "store") as store:
        report = validate(store)
    assert report.violations == []
    # The corpus has no report on visits.
    assert [shape.name for shape in report.shapes if not shape.nodes] == ["PlanWindow", "VisitReport"]
