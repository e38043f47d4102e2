"""The contract of the store, and what the folder on disk must withstand."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pyoxigraph
import pytest
from servers import oxigraph, put, virtuoso

from kb.errors import QueryError, StoreError, UsageError
from kb.iris import BASE
from kb.store import Store, default_path, open_store
from kb.store.embedded import read_manifest
from kb.store.lock import WriterLock
from kb.store.oxigraph import OxigraphStore
from kb.store.results import Iri
from kb.store.writer import writing

QUADS = f"""
<{BASE}a> <{BASE}p> "text" <{BASE}g1> .
<{BASE}a> <{BASE}n> "7"^^<http://www.w3.org/2001/XMLSchema#integer> <{BASE}g1> .
<{BASE}a> <{BASE}d> "24.90"^^<http://www.w3.org/2001/XMLSchema#decimal> <{BASE}g2> .
<{BASE}a> <{BASE}b> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> <{BASE}g2> .
<{BASE}a> <{BASE}l> <{BASE}b> <{BASE}g2> .
""".encode()


def fill(folder: Path, quads: bytes = QUADS, **manifest: object) -> Path:
    with writing(folder) as writer:
        writer.begin(copy=False)
        writer.engine.bulk_load(quads, pyoxigraph.RdfFormat.N_QUADS)
        writer.commit(manifest)
    return folder


def in_memory(_: Path) -> Store:
    engine = pyoxigraph.Store()
    engine.load(QUADS, pyoxigraph.RdfFormat.N_QUADS)
    return OxigraphStore(engine, "memory")


@pytest.fixture(scope="session", params=["memory", "disk", "oxigraph", "virtuoso"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Store]]:
    """What opens a store of these statements, for each engine."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "memory":
        yield lambda: in_memory(folder)
    elif request.param == "disk":
        fill(folder / "store")
        yield lambda: open_store(folder / "store")
    else:
        served = oxigraph(folder) if request.param == "oxigraph" else virtuoso(folder)
        with served as base:
            query, graphs = (
                ("/query", "/store") if request.param == "oxigraph" else ("/sparql", "/sparql-graph-crud-auth")
            )
            for name in ("g1", "g2"):
                graph = pyoxigraph.NamedNode(BASE + name)
                text = "".join(
                    f"{quad.triple} .\n"
                    for quad in pyoxigraph.parse(QUADS, pyoxigraph.RdfFormat.N_QUADS)
                    if quad.graph_name == graph
                )
                put(base + graphs, BASE + name, text.encode())
            yield lambda: open_store(base + query)


@pytest.fixture
def store(engine: Callable[[], Store]) -> Iterator[Store]:
    with engine() as opened:
        yield opened


def test_values_come_back_as_plain_python(store: Store) -> None:
    wanted = " ; ".join(f"<{BASE}{name}> ?{name}" for name in "pndbl")
    (row,) = store.query(f"SELECT * {{ <{BASE}a> {wanted} OPTIONAL {{ ?l <{BASE}p> ?none }} }}").dicts()
    assert row == {"p": "text", "n": 7, "d": Decimal("24.9"), "b": True, "l": BASE + "b", "none": None}
    assert isinstance(row["l"], Iri)
    assert not isinstance(row["p"], Iri)


def test_the_default_graph_is_the_union_and_graphs_can_be_named(store: Store) -> None:
    assert list(store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")) == [(5,)]
    assert list(store.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{BASE}g1> {{ ?s ?p ?o }} }}")) == [(2,)]
    assert store.graphs() == [BASE + "g1", BASE + "g2"]
    assert len(store) == 5


def test_prefixes_need_not_be_declared(store: Store) -> None:
    assert not store.query("ASK { ?s a jkb:Program }")
    assert store.query("ASK { ?s ?p ?o FILTER (datatype(?o) = xsd:decimal) }")


def test_ask_and_construct(store: Store) -> None:
    asked = store.query("ASK { ?s ?p 7 }")
    assert (asked.kind, bool(asked), list(asked)) == ("ask", True, [(True,)])
    made = store.query(f"CONSTRUCT {{ ?s <{BASE}x> ?o }} WHERE {{ ?s <{BASE}n> ?o }}")
    assert (made.kind, list(made)) == ("construct", [(BASE + "a", BASE + "x", 7)])
    with pytest.raises(TypeError):
        bool(store.query("SELECT * { ?s ?p ?o }"))


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("SELECT * { ?s ?p ?o }", ("s", "p", "o")),
        ("select distinct * where { ?z ?p ?a } ORDER BY ?a", ("z", "p", "a")),
        ("# SELECT * ?o\nSELECT * { ?z ?p ?o FILTER('?b' != <x:?c>) }", ("z", "p", "o")),
        ("PREFIX e: <urn:x> SELECT * { $z a ?b BIND(1 * 2 AS ?a) { SELECT ?y { ?y ?w ?v } } }", ("z", "b", "a", "y")),
        ("SELECT ?o ?s { ?s ?p ?o FILTER(1 * 2 > 1) }", ("o", "s")),
        ("SELECT ?p { { SELECT * { ?s ?p ?o } } }", ("p",)),
    ],
)
def test_columns_stand_as_in_the_query(store: Store, query: str, columns: tuple[str, ...]) -> None:
    assert store.query(query).variables == columns
    assert [len(row) for row in store.query(query)] == [len(columns)] * len(list(store.query(query)))


INTEGER = "http://www.w3.org/2001/XMLSchema#integer"
RESULTS = {
    "csv": "n\r\n7\r\n",
    "tsv": "?n\n7\n",
    "json": '{"head":{"vars":["n"]},"results":{"bindings":'
    f'[{{"n":{{"type":"literal","value":"7","datatype":"{INTEGER}"}}}}]}}}}',
    "xml": '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
    '<head><variable name="n"/></head><results><result><binding name="n">'
    f'<literal datatype="{INTEGER}">7</literal></binding></result></results></sparql>',
}


@pytest.mark.parametrize("form", RESULTS)
def test_w3c_formats(store: Store, form: str) -> None:
    stream = io.BytesIO()
    store.query(f"SELECT ?n {{ ?s <{BASE}n> ?n }}").write(stream, form)
    assert stream.getvalue().decode() == RESULTS[form]


def test_triples_are_written_sorted_and_in_no_format_of_rows(store: Store) -> None:
    stream = io.BytesIO()
    store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }").write(stream, "nt")
    lines = stream.getvalue().splitlines()
    assert lines == sorted(lines)
    assert len(lines) == 5
    with pytest.raises(UsageError, match="CONSTRUCT query cannot be written as csv; choose one of jsonld nt rdf ttl"):
        store.query("CONSTRUCT WHERE { ?s ?p ?o }").write(stream, "csv")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "SELECT ?s WHERE {\n ?s foo:bar ?x }",
            r"line 2, column 5: the prefix foo: is not declared; add PREFIX foo: <…>",
        ),
        ("SELECT * { ?s ?p ?o } ORDER ?s", r"line 1, column 29: unexpected '\?'"),
        ("SELECT ?s\nWHERE { ?s ?p }", r"line 2, column 1[456]"),
        ("", r"line 1, column 1"),
        ("SELECT ?s (COUNT(?x) AS ?n) { ?s ?p ?x }", r"variable that is unbound"),
        ("# a comment\nINSERT DATA { <a:b> <a:c> 1 }", r"this is an update"),
    ],
)
def test_a_query_that_does_not_parse_is_explained_in_one_line(store: Store, query: str, message: str) -> None:
    with pytest.raises(QueryError, match=message) as raised:
        store.query(query)
    assert "\n" not in str(raised.value)


def test_statements_stream_and_dump(store: Store) -> None:
    assert sorted(store.quads(BASE + "g1"), key=str) == [
        (BASE + "a", BASE + "n", 7, BASE + "g1"),
        (BASE + "a", BASE + "p", "text", BASE + "g1"),
    ]
    assert len(list(store.quads())) == 5
    stream = io.BytesIO()
    store.dump(stream)
    assert len(set(pyoxigraph.parse(stream.getvalue(), pyoxigraph.RdfFormat.N_QUADS))) == 5
    assert {name: text.count(b"\n") for name, text in store.ntriples()} == {BASE + "g1": 2, BASE + "g2": 3}
    assert [name for name, _ in store.ntriples([BASE + "g2"])] == [BASE + "g2"]


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(StoreError, match="was closed"):
        store.query("ASK { ?s ?p ?o }")


# --- the folder ----------------------------------------------------------------------------------------------------


def test_readers_keep_the_snapshot_that_they_opened(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    fill(folder)
    with open_store(folder) as before:
        for _ in range(3):
            fill(folder, b"")
        assert len(before) == 5
        assert len(list(before.quads())) == 5
    with open_store(folder) as after:
        assert len(after) == 0


def test_the_snapshot_before_is_kept_and_older_ones_are_not(tmp_path: Path) -> None:
    for _ in range(4):
        fill(tmp_path / "store")
    assert sorted(path.name for path in (tmp_path / "store" / "snapshots").iterdir()) == ["3", "4"]


def test_what_is_not_committed_leaves_no_trace(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    fill(folder, state="old")

    def break_off() -> None:
        with writing(folder) as writer:
            writer.begin(copy=True)
            writer.engine.clear()
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError):
        break_off()
    assert sorted(path.name for path in (folder / "snapshots").iterdir()) == ["1"]
    assert read_manifest(folder) == {"state": "old"}
    with open_store(folder) as store:
        assert len(store) == 5


def test_a_copy_shares_files_and_changes_alone(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    fill(folder)
    with writing(folder) as writer:
        writer.begin(copy=True)
        writer.engine.remove_graph(pyoxigraph.NamedNode(BASE + "g1"))
        writer.commit({})
    with open_store(folder) as store:
        assert store.graphs() == [BASE + "g2"]
    before = pyoxigraph.Store.read_only(str(folder / "snapshots" / "1" / "data"))
    assert len(before) == 5


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: None, "no store here; make one with `kb build`"),
        (lambda path: path.mkdir(), "no store here"),
        (lambda path: path.write_text("x"), "not a store of the knowledge base"),
        (lambda path: (path.mkdir(), (path / "notes.txt").write_text("x")), "not a store of the knowledge base"),
        (
            lambda path: (fill(path) / "FORMAT").write_text("jwst-kb-store 99\n"),
            "newer version .store version 99",
        ),
        (lambda path: (fill(path) / "CURRENT").unlink(), "no build of this store was finished"),
        (lambda path: (fill(path) / "CURRENT").write_text("\n"), "CURRENT cannot be read .no number of a snapshot."),
        (lambda path: (fill(path) / "CURRENT").write_text("9\n"), "the store is damaged"),
    ],
)
def test_what_is_no_store_is_refused_with_a_remedy(
    tmp_path: Path, make: Callable[[Path], object], message: str
) -> None:
    path = tmp_path / "it"
    make(path)
    with pytest.raises(StoreError, match=message) as raised:
        open_store(path)
    assert "\n" not in str(raised.value)
    assert str(path) in str(raised.value)


@pytest.mark.parametrize("version", ["jwst-kb-store 99", "something else"])
def test_a_writer_leaves_alone_what_is_not_its_own(tmp_path: Path, version: str) -> None:
    fill(tmp_path / "store")
    (tmp_path / "store" / "FORMAT").write_text(version)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(StoreError):
        fill(tmp_path / "store")
    assert sorted(tmp_path.rglob("*")) == before


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    fill(tmp_path / "store")
    code = (
        "import sys, pathlib; from kb.store.writer import writing\n"
        "with writing(pathlib.Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "store")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(StoreError, match=f"process {other.pid} is writing this store; wait"):
            fill(tmp_path / "store")
        with open_store(tmp_path / "store") as store:  # readers do not care
            assert len(store) == 5
        other.kill()
    fill(tmp_path / "store")


def test_a_killed_writer_leaves_no_lock_though_its_children_live_on(tmp_path: Path) -> None:
    code = (
        "import os, sys, pathlib, time; from kb.store.lock import WriterLock\n"
        "with WriterLock(pathlib.Path(sys.argv[1])):\n"
        "    child = os.fork()\n"
        "    if child: print(child, flush=True)\n"
        "    time.sleep(30)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "lock")], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        time.sleep(0.1)
        parent.kill()
    try:
        with WriterLock(tmp_path / "lock"):
            os.kill(child, 0)
    finally:
        os.kill(child, 9)


def test_a_full_disk_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    fill(folder, state="old")
    # A limit on the size of files stands in for the disk: the writes fail in the same places.
    code = (
        "import resource, sys, pathlib, signal; from kb.errors import StoreError; from test_store import fill\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))\n"
        "quads = ''.join(f'<a:{i}> <a:p> \"{i * 7919}\" <a:g> .\\n' for i in range(60_000)).encode()\n"
        "try: fill(pathlib.Path(sys.argv[1]), quads)\n"
        "except StoreError as error: print(error)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, env=environment, check=False
    )
    assert "no space left on the disk; the store is unchanged" in done.stdout, done
    assert done.stdout.count("\n") == 1
    assert read_manifest(folder) == {"state": "old"}
    assert sorted(path.name for path in (folder / "snapshots").iterdir()) == ["1"]
    fill(folder)


def test_the_default_place_is_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_path() == tmp_path / "jwst-kb" / "store"
