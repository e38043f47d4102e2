"""Tables and graphs for other tools: what astronomers, data frames, Gephi and Neo4j open."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import igraph
import networkx
import pyoxigraph
import pytest
from apt_files import observation, program, target, template
from pages import page

from kb.build import build
from kb.errors import UsageError
from kb.export import write
from kb.export.folder import write_folder
from kb.export.source import Source
from kb.export.table import TYPES, load, names
from kb.graph import style
from kb.iris import BASE, PREFIXES
from kb.store import Store, open_store
from kb.store.oxigraph import OxigraphStore


@pytest.fixture
def store(bundled_store: Path) -> Iterator[Store]:
    with open_store(bundled_store) as opened:
        yield opened


def hostile() -> Store:
    """One target with a label that breaks careless writers."""
    engine = pyoxigraph.Store()
    node, literal = pyoxigraph.NamedNode, pyoxigraph.Literal
    target, graph = node(BASE + "program/1/target/1"), node(BASE + "graph/program-page/1")
    stated: dict[str, pyoxigraph.NamedNode | pyoxigraph.Literal] = {
        "rdf:type": node(PREFIXES["jkb"] + "Target"),
        "rdfs:label": literal('say "hi", <b>&\r\nשלום 🔭 \x01\\'),
        "jkb:targetName": literal("one; two"),
        "jkb:line": literal(3),
    }
    for term, value in stated.items():
        prefix, _, name = term.partition(":")
        engine.add(pyoxigraph.Quad(target, node(PREFIXES[prefix] + name), value, graph))
    engine.add(pyoxigraph.Quad(target, node(PREFIXES["jkb"] + "targetName"), literal("three"), graph))
    return OxigraphStore(engine, "memory")


def test_tables_say_what_their_columns_are(store: Store) -> None:
    assert names() == ["links", "objects", "observations", "obsplan", "programs", "targets"]
    for name in names():
        table = load(name)
        rows = table.rows(store)
        assert rows
        assert all(len(row) == len(table.columns) for row in rows)
        assert store.query(table.sparql).variables == tuple(column.name for column in table.columns)
        assert {column.type for column in table.columns} <= set(TYPES)
        assert set(table.order) <= {column.name for column in table.columns}
    with pytest.raises(UsageError, match="choose one of links objects"):
        load("stars")


def test_a_row_for_each_thing(store: Store) -> None:
    rows = {name: load(name).rows(store) for name in names()}
    assert len(rows["programs"]) == len({row[0] for row in rows["programs"]}) == 38
    assert len(rows["targets"]) == len({row[-1] for row in rows["targets"]})
    (program,) = [row for row in rows["programs"] if row[0] == 7487]
    columns = [column.name for column in load("programs").columns]
    assert dict(zip(columns, program, strict=True))["observations"] == 16
    links = {(row[0], row[1]) for row in rows["links"]}
    assert (BASE + "program/7487", "hasObservation") in links


def test_parquet_in_duckdb(store: Store, tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'jwst-kb[tables]'")
    written = {path.stem: path for path in write_folder(Source(store), tmp_path / "tables", ["parquet"])}
    assert sorted(written) == names()
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed: pip install duckdb")
    columns = load("programs").columns
    assert duckdb.execute("SELECT * FROM read_parquet(?)", [str(written["programs"])]).fetchall() == [
        tuple(
            float(cell) if column.type == "decimal" and cell is not None else cell
            for column, cell in zip(columns, row, strict=True)
        )
        for row in load("programs").rows(store)
    ]
    count = "SELECT count(*), count(DISTINCT iri), count(number), sum(CAST(parallel AS INT)) FROM read_parquet(?)"
    rows = load("observations").rows(store)
    counts = sum(row[2] is not None for row in rows), sum(row[7] is True for row in rows)
    expected = len(rows), len({row[-1] for row in rows}), *counts
    assert duckdb.execute(count, [str(written["observations"])]).fetchone() == expected
    empty = OxigraphStore(pyoxigraph.Store(), "memory")
    write(empty, tmp_path / "none.parquet")
    assert duckdb.execute("SELECT count(*) FROM read_parquet(?)", [str(tmp_path / "none.parquet")]).fetchone() == (0,)


def test_votable_in_astropy(store: Store, tmp_path: Path) -> None:
    astropy = pytest.importorskip("astropy.table", reason="astropy is not installed: pip install 'jwst-kb[astro]'")
    from astropy import units
    from astropy.io.votable import ucd, validate

    for name in names():
        path = tmp_path / f"{name}.vot"
        write(Source(store, table=name), path)
        read = astropy.Table.read(path)
        table = load(name)
        for column, cells in zip(table.columns, zip(*table.rows(store), strict=True), strict=True):
            ucd.parse_ucd(column.ucd, check_controlled_vocabulary=True)
            found = read[column.name]
            assert found.meta["ucd"] == column.ucd
            assert found.unit == (units.Unit(column.unit) if column.unit else None)
            assert found.meta.get("utype") == column.utype
            values = [None if value is astropy.column.np.ma.masked else value for value in found]
            if column.type == "text":
                assert [str(value or "") for value in values] == [str(cell or "") for cell in cells]
            else:
                assert values == [
                    float(cell) if column.type == "decimal" and cell is not None else cell for cell in cells
                ]
        report = io.StringIO()
        validate(path, output=report)
        assert "no violations" in report.getvalue(), report.getvalue()


def test_planned_observations_have_the_columns_of_the_virtual_observatory(tmp_path: Path) -> None:
    """Read by astropy from a file, each number worked out by hand from the program file and the tables of filters."""
    astropy = pytest.importorskip("astropy.table", reason="astropy is not installed: pip install 'jwst-kb[astro]'")
    coron = template(
        "NircamCoron",
        "<CoronMask>MASK335R</CoronMask><Filters><FilterConfig><Filter>F335M</Filter></FilterConfig>"
        "<FilterConfig><Filter>F444W</Filter></FilterConfig></Filters>",
    )
    pair = "<Exposures><Exposure><Grating>G140H</Grating><Filter>F100LP</Filter></Exposure></Exposures>"
    motion = (
        "<RAProperMotion>108.551</RAProperMotion><DecProperMotion>-49.639</DecProperMotion><Epoch>2015.5</Epoch>"
        "<RAProperMotionUnits>mas/yr</RAProperMotionUnits><DecProperMotionUnits>mas/yr</DecProperMotionUnits>"
    )
    duration = "<ScienceDuration>1412</ScienceDuration>"
    text = program(
        targets=[target(1, "HD-2811", "10 00 0.0000 -00 00 30.00", motion)],
        observations=[
            observation(1, coron, instrument="NIRCAM", more=duration),
            observation(2, template("NirspecFixedSlitSpectroscopy", pair), instrument="NIRSPEC"),
            observation(3),
        ],
        statuses='<VisitStatus VisitId="05001001001" Status="COMPLETED"/>',
    )
    (tmp_path / "5001.xml").write_text(text, encoding="utf-8")
    rows = [("F1550C", "MIRI Coronagraphic Imaging", "(1) J0535-7500"), ("dark", "NIRCam Dark", "NONE")]
    (tmp_path / "5002.md").write_text(page(5002, rows=rows), encoding="utf-8")
    build([tmp_path / "5001.xml", tmp_path / "5002.md"], tmp_path / "store")
    with open_store(tmp_path / "store") as opened:
        write(Source(opened, table="obsplan"), tmp_path / "plan.vot")
    read = astropy.Table.read(tmp_path / "plan.vot")
    assert [str(name) for name in read["obs_id"]] == [
        *(f"program/5001/observation/{number}" for number in (1, 2, 3)),
        "program/5002/row/1",
        "program/5002/row/2",
    ]
    assert read["em_min"].filled(0).tolist() == [3.177e-06, 0.97e-06, 6.581e-06, 15.05e-06, 0]
    assert read["em_max"].filled(0).tolist() == [4.982e-06, 1.82e-06, 8.687e-06, 15.95e-06, 0]
    assert read["s_ra"].filled(-1).tolist() == [150.0, 150.0, 150.0, 83.875, -1]
    assert read["s_dec"].filled(-99).tolist() == [-0.008333333, -0.008333333, -0.008333333, -75.008333333, -99]
    assert read["s_uncertainty"].filled(-1).tolist() == [-1, -1, -1, 120.2, -1]
    assert (read["s_epoch"][0], read["s_pm_ra"][0], read["s_pm_dec"][0]) == (2015.5, 108.551, -49.639)
    assert (read["t_plan_exptime"][0], str(read["execution_status"][0])) == (1412.0, "Performed")
    assert set(map(str, read["tracking_type"])) == {"Sidereal", ""}
    assert set(map(str, read["facility_name"])) == {"JWST"}
    assert read["t_min"].mask.all()
    coordinates = pytest.importorskip("astropy.coordinates")
    places = coordinates.SkyCoord(read["s_ra"][:4], read["s_dec"][:4])  # the columns have units
    assert places[0].to_string("hmsdms") == "10h00m00s -00d00m29.9999988s"


def test_graphml_in_networkx_and_igraph(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "all.graphml"
    write(store, path)
    wanted = Source(store).to_networkx()
    read = networkx.read_graphml(path, force_multigraph=True)
    assert dict(read.nodes(data=True)) == dict(wanted.nodes(data=True))
    assert sorted(read.edges(data="name")) == sorted(wanted.edges(data="name"))
    graph = igraph.Graph.Read_GraphML(str(path))
    assert (graph.vcount(), graph.ecount()) == (wanted.number_of_nodes(), wanted.number_of_edges())
    program = graph.vs.find(id=BASE + "program/7487")
    assert program["type"] == "Program"
    assert program["color"] == style()["nodes"]["Program"]["color"]


def test_gexf_in_networkx(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "all.gexf"
    write(store, path)
    wanted = Source(store).to_networkx()
    read = networkx.read_gexf(path, version="1.3")
    assert {node: data["label"] for node, data in read.nodes(data=True)} == dict(wanted.nodes(data="label"))
    assert read.number_of_edges() == wanted.number_of_edges()
    color = read.nodes[BASE + "program/7487"]["viz"]["color"]
    assert f"#{color['r']:02X}{color['g']:02X}{color['b']:02X}" == style()["nodes"]["Program"]["color"]


def test_collapsed_leaves_entries_out(store: Store) -> None:
    graph = Source(store, collapsed=True).to_networkx()
    assert {"Observation", "Target"}.isdisjoint(dict(graph.nodes(data="type")).values())
    assert graph.has_edge(BASE + "program/7487", BASE + "object/hd-2811", "points at")


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_hostile_labels_in_views(form: str) -> None:
    stream = io.BytesIO()
    write(hostile(), stream, form)
    root = ET.fromstring(stream.getvalue())
    said = [root_text for node in root.iter() for root_text in (node.get("label"), node.text) if root_text]
    assert 'say "hi", <b>&\r\nשלום 🔭 \ufffd\\' in said


def test_neo4j_folder(store: Store, tmp_path: Path) -> None:
    written = write_folder(Source(store), tmp_path / "neo4j", ["neo4j"])
    nodes: dict[str, str] = {}
    for path in written:
        with path.open(encoding="utf-8", newline="") as stream:
            header, *rows = csv.reader(stream)
        assert all(len(row) == len(header) for row in rows)
        if path.name.startswith("nodes-"):
            assert header[:2] == ["iri:ID", ":LABEL"]
            assert all(
                name.partition(":")[2].removesuffix("[]") in ("long", "double", "boolean", "string")
                for name in header[2:]
            )
            assert not nodes.keys() & {row[0] for row in rows}
            nodes.update((row[0], row[1]) for row in rows)
        else:
            assert header == [":START_ID", ":END_ID", ":TYPE"]
            links = {tuple(row) for row in rows}
    assert nodes[BASE + "program/7487"] == "Program"
    assert (BASE + "program/7487", BASE + "program/7487/row/1", "HAS_OBSERVATION") in links
    assert {end for link in links for end in link[:2]} <= nodes.keys()


def test_neo4j_quoting(tmp_path: Path) -> None:
    (path,) = [p for p in write_folder(Source(hostile()), tmp_path / "neo4j", ["neo4j"]) if "Target" in p.name]
    with path.open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row == {
        "iri:ID": BASE + "program/1/target/1",
        ":LABEL": "Target",
        "label:string": 'say "hi", <b>&\r\nשלום 🔭 \x01\\',
        "line:long": "3",
        "targetName:string[]": "one, two;three",
    }
