"""Parts of the graph, several files at once, big stores, descriptions, and what the disk refuses."""

from __future__ import annotations

import io
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from time import sleep

import pyoxigraph
import pytest

from kb.errors import StoreError, UsageError
from kb.export import FOLDER_FORMATS, FORMATS, extras, lines, write
from kb.export.folder import write_folder
from kb.export.source import Source, neighbourhood, of_question
from kb.iris import BASE, PREFIXES
from kb.questions import load, names
from kb.store import Store, open_store
from kb.store.oxigraph import OxigraphStore

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def store(bundled_store: Path) -> Iterator[Store]:
    with open_store(bundled_store) as opened:
        yield opened


def exported(source: Store | Source, form: str) -> bytes:
    stream = io.BytesIO()
    write(source, stream, form)
    return stream.getvalue()


def statements(source: Store | Source) -> set[bytes]:
    return set(exported(source, "nt").splitlines())


def test_tables_of_a_part_have_no_rows_for_what_lies_beyond_its_edge(store: Store) -> None:
    iris = {row[-1] for row in neighbourhood(store, "HD 2811", 1).rows()}
    assert iris <= {row[-1] for row in Source(store).rows()}
    rows = neighbourhood(store, "7487", 2).rows()
    assert len(rows) == 16
    assert all(row[3] and row[4] for row in rows), "a label and a template"


def test_a_neighbourhood_is_closed(store: Store) -> None:
    near = neighbourhood(store, "7487", 1)
    whole, part = statements(store), statements(near)
    assert part < whole
    of_program = {line for line in whole if line.startswith(f"<{BASE}program/7487> ".encode())}
    assert of_program <= part
    subjects = {quad.subject.value for quad in near.store.engine}  # type: ignore[attr-defined]
    objects = {
        quad.object.value
        for quad in near.store.engine  # type: ignore[attr-defined]
        if isinstance(quad.object, pyoxigraph.NamedNode)
    }
    everywhere = {line.split(b"> ")[0][1:].decode() for line in whole}
    assert objects & everywhere <= subjects
    for subject in subjects:
        stated = {line.split(b" ")[1] for line in part if line.startswith(f"<{subject}> ".encode())}
        assert {f"<{PREFIXES['rdf']}type>".encode(), f"<{PREFIXES['rdfs']}label>".encode()} <= stated


def test_deeper_is_more(store: Store) -> None:
    near = [neighbourhood(store, "7487", depth) for depth in (1, 2, 3)]
    sizes = [part.to_networkx().number_of_nodes() for part in near]
    assert sizes == sorted(set(sizes))
    assert statements(near[0]) <= statements(near[1]) <= statements(near[2])
    assert near[1].to_networkx().nodes[BASE + "program/7487"]["distance"] == 0


def test_parts_go_into_every_format(store: Store, tmp_path: Path) -> None:
    near = neighbourhood(store, "7487", 2)
    forms = [form for form, found in FORMATS.items() if found.kind in ("rdf", "view")]
    write_folder(near, tmp_path / "near", [*forms, "csv"])
    rows = (tmp_path / "near" / "observations.csv").read_bytes().splitlines()
    assert rows == exported(store, "csv").splitlines()  # the only program with observations that is bundled
    assert (tmp_path / "near" / "dataset.ttl").stat().st_size > 0


@pytest.mark.parametrize("name", names())
def test_every_question_gives_a_part(store: Store, name: str) -> None:
    values = {p.name: p.example for p in load(name).parameters if p.default is None}
    try:
        part = of_question(store, name, values)
    except UsageError as error:  # of the few programs that are bundled
        assert "empty" in str(error) or "no " in str(error)  # noqa: PT017
        return
    assert 0 < len(part.store) < len(store)
    assert statements(part) < statements(store)


def test_the_description_of_what_will_be_published(store: Store, tmp_path: Path) -> None:
    """Addresses are whole ones: without an address of its own no engine would read a file with relative ones."""
    folder = "https://example.org/my%20dumps"
    write_folder(Source(store), tmp_path / "dump", ["nq", "ttl"], published=folder)
    write(store, tmp_path / "it is all.nt", describe=True, published=folder + "/")
    for path, files in (("dump/dataset.ttl", ["knowledge-base.nq", "knowledge-base.ttl"]),
                        ("it is all.nt.void.ttl", ["it%20is%20all.nt"])):  # fmt: skip
        described = {(str(t.predicate.value), str(t.object.value)) for t in pyoxigraph.parse(path=str(tmp_path / path))}
        dcat, void = "http://www.w3.org/ns/dcat#", "http://rdfs.org/ns/void#"
        for property_ in (dcat + "downloadURL", void + "dataDump"):
            found = sorted(value for name, value in described if name == property_)
            assert found == [f"{folder}/{name}" for name in files]
        assert (dcat + "accessURL", folder + "/") in described


def test_the_part_of_a_question(store: Store) -> None:
    part = of_question(store, "program-targets", {"program": "7487"})
    assert {BASE + "program/7487/target/7", BASE + "program/7487"} <= set(part.to_networkx().nodes)
    with pytest.raises(UsageError, match="no question"):
        of_question(store, "program-stars", {})


def test_parts_on_the_command_line(run: Run, bundled_store: Path, tmp_path: Path) -> None:
    said = run(
        f"kb export {tmp_path}/near.graphml --focus 7487 --depth 1 && kb export {tmp_path}/new/ -f csv -f nt && "
        f"kb export {tmp_path}/targets.csv --question program-targets --param program=7487 && "
        f"kb export {tmp_path}/all.ttl --describe && kb export - -f csv --table objects | head -1",
        store=bundled_store,
    )
    assert said.returncode == 0, said.stderr
    assert said.stdout == "object,part_of,names,programs,targets,iri\n"
    assert (tmp_path / "near.graphml").read_text().count("<node ") > 10
    assert sorted(path.name for path in (tmp_path / "new").iterdir())[:2] == ["dataset.ttl", "knowledge-base.nt"]
    assert (tmp_path / "targets.csv").read_text().startswith("program,number,target,role")
    assert "void:triples" in (tmp_path / "all.ttl.void.ttl").read_text()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("kb export x.ttl --focus 7487 --graph a:b", "exclude each other"),
        ("kb export x.ttl --depth 2", "--depth goes with --focus"),
        ("kb export x.ttl --table programs", "--table goes with csv, parquet, vot, not with ttl"),
        ("kb export - -f nt -f ttl", "one format"),
        ("kb export x.ttl --published https://example.org", "--published goes with --describe or a folder"),
        ("kb export x/ -f nt --published example.org", "example.org: an address begins with http:// or https://"),
        ("kb export x.csv --describe", "only files of RDF are described"),
        ("kb export tables/", "name formats by -f: all or some of ttl"),
        ("kb export tables/ -f pdf", "no format 'pdf'"),
        ("kb export x.neo4j", "no format for the suffix neo4j"),
        ("kb export x.csv --table stars", "no table 'stars'"),
        ("kb export missing/x.ttl", "cannot be written (no such file or directory)"),
        ("kb export missing/tables/ -f csv", "cannot be written (no such file or directory)"),
        ("kb export /proc/x.ttl", "cannot be written"),
    ],
)
def test_mistakes_are_one_line_and_leave_nothing(
    run: Run, bundled_store: Path, tmp_path: Path, line: str, message: str
) -> None:
    said = run(line, store=bundled_store, cwd=tmp_path)
    assert said.returncode in (1, 2)
    assert message in said.stderr
    assert said.stderr.splitlines()[-1].startswith(("kb: ", "Error: "))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk(run: Run, bundled_store: Path, tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "links.csv").write_text("old")
    for line in ("kb export tables/ -f csv -f nt", "kb export all.nt"):
        # Python leaves SIGXFSZ ignored: a file that grows beyond the limit is an error like that of a full disk.
        said = run(f"ulimit -f 100; {line}", store=bundled_store, cwd=tmp_path)
        assert said.returncode == 1
        assert "too large); free some space" in said.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["tables"]
    assert [path.read_text() for path in (tmp_path / "tables").iterdir()] == ["old"]


def test_no_room_to_sort_in(store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(lines, "CHUNK", 1000)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    with pytest.raises(StoreError, match=r"no room to sort in.*TMPDIR"):
        write(store, tmp_path / "all.nt")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_extra_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch, store: Store, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"\.parquet needs pyarrow.*pip install 'jwst-kb\[tables\]'"):
        write(store, tmp_path / "all.parquet")
    with pytest.raises(UsageError, match="pyarrow"):
        write_folder(Source(store), tmp_path / "tables", ["csv", "parquet"])
    assert list(tmp_path.iterdir()) == []
    assert extras.need("csv", "", "").__name__ == "csv"


def test_a_folder_gives_the_bytes_of_single_files(store: Store, tmp_path: Path) -> None:
    forms = [form for form, found in FORMATS.items() if found.kind != "table"]
    for path in write_folder(Source(store), tmp_path / "all", forms):
        if path.name != "dataset.ttl":
            assert path.read_bytes() == exported(store, path.suffix[1:])
    assert {*FORMATS, *FOLDER_FORMATS} >= {"ttl", "neo4j"}


def test_the_order_of_a_build_is_not_seen(store: Store, tmp_path: Path) -> None:
    for module in ("pyarrow", "astropy"):
        pytest.importorskip(module, reason=f"{module} is not installed: pip install 'jwst-kb[tables,astro]'")
    other = OxigraphStore(pyoxigraph.Store(), "memory")
    for line in reversed(exported(store, "nq").splitlines()):
        other.engine.load(line, pyoxigraph.RdfFormat.N_QUADS)
    one, two = (
        {path.name: path.read_bytes() for path in write_folder(Source(made), tmp_path / name, ["all"])}
        for name, made in (("one", store), ("two", other))
    )
    assert one == two
    assert len(one) > 30


def test_sorting_on_disk_is_sorting(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = {form: exported(store, form) for form in ("nt", "nq", "ttl")}
    monkeypatch.setattr(lines, "CHUNK", 5000)  # hundreds of files, merged in two rounds
    monkeypatch.setattr(lines, "FILES", 7)
    assert {form: exported(store, form) for form in expected} == expected


@pytest.mark.parametrize("graphs", [2, 40])
def test_memory_does_not_grow_with_the_store(graphs: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    engine = pyoxigraph.Store()
    quads = "".join(f'<a:{i}> <a:p> "{i:0100}" <a:g{i % graphs}> .\n' for i in range(100_000))
    engine.bulk_load(quads.encode(), pyoxigraph.RdfFormat.N_QUADS)
    monkeypatch.setattr(lines, "CHUNK", 500_000)
    tracemalloc.start()
    try:
        store = OxigraphStore(engine, "memory")
        assert sum(map(len, lines.sorted_triples(store))) > 12_000_000
        with (tmp_path / "quads").open("wb") as first, (tmp_path / "triples").open("wb") as second:
            lines.sorted_both(store, first, second)
            assert second.tell() > 12_000_000
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_an_error_ends_what_is_written_beside(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = Event()
    written: list[str] = []

    def put(source: Source, folder: Path, form: str, table: str) -> None:
        if form == "ttl":
            assert begun.wait(10)
            raise UsageError("there is no room")
        written.append(form)
        begun.set()
        sleep(0.2)

    monkeypatch.setattr("kb.export.folder._write", put)
    with pytest.raises(UsageError, match="no room"):
        write_folder(Source(store), tmp_path / "dump", ["all"])
    assert len(written) < 3
    assert list(tmp_path.iterdir()) == []


def test_the_description_counts_right(store: Store, tmp_path: Path) -> None:
    void, dcat = "http://rdfs.org/ns/void#", "http://www.w3.org/ns/dcat#"
    write_folder(Source(store), tmp_path / "dump", ["ttl", "nq"])
    engine = pyoxigraph.Store()
    engine.load(path=str(tmp_path / "dump" / "dataset.ttl"), format=pyoxigraph.RdfFormat.TURTLE)
    described = OxigraphStore(engine, "memory")

    def one(pattern: str) -> object:
        (row,) = described.query(f"SELECT ?x WHERE {{ {pattern} }}")
        return row[0]

    dataset = f"<{BASE}dataset>"
    assert one(f"{dataset} <{void}triples> ?x") == len(store)
    assert one(f"?p <{void}property> jkb:hasObservation ; <{void}triples> ?x") == 16
    assert one(f"?p <{void}class> jkb:Observation ; <{void}entities> ?x") == 16
    assert one(f"SELECT (SUM(?n) AS ?x) {{ {dataset} <{void}subset>/<{void}triples> ?n }}") == len(store)
    assert one(f"SELECT (SUM(?n) AS ?x) {{ {dataset} <{void}propertyPartition>/<{void}triples> ?n }}") == len(store)
    size = (tmp_path / "dump" / "knowledge-base.nq").stat().st_size
    assert one(f"?d <{dcat}mediaType> ?m ; <{dcat}byteSize> ?x FILTER(CONTAINS(STR(?m), 'n-quads'))") == size
    assert str(one(f"{dataset} dcterms:conformsTo ?x")).startswith(BASE + "ontology/")
    assert str(one(f"{dataset} dcterms:license ?x")).startswith("https://creativecommons.org/")
    for term in ("vocabulary", "exampleResource", "feature"):
        assert list(described.query(f"SELECT ?x WHERE {{ {dataset} <{void}{term}> ?x }}"))
    assert not list(described.query(f"SELECT ?x WHERE {{ ?d <{dcat}downloadURL>|<{dcat}accessURL> ?x }}"))
    unnamed = "SELECT ?s WHERE { ?s ?p ?o FILTER(ISBLANK(?s) || NOT EXISTS { ?s a ?t ; rdfs:label ?l }) }"
    assert list(described.query(unnamed)) == []
