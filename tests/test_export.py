"""Exports: every format holds the same statements, other programs read them, and no half file is left."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import stat
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
import rdflib

from kb.errors import StoreError, UsageError
from kb.export import FORMATS, format_of, write
from kb.export.source import Source
from kb.iris import BASE
from kb.store import Store, open_store
from kb.store.oxigraph import OxigraphStore

RDF = [name for name, form in FORMATS.items() if form.kind == "rdf"]
#: What needs no extra.
PLAIN = [*RDF, "csv", "graphml", "gexf"]


@pytest.fixture
def store(bundled_store: Path) -> Iterator[Store]:
    with open_store(bundled_store) as opened:
        yield opened


def exported(store: Store, form: str, graph: str | None = None) -> bytes:
    stream = io.BytesIO()
    write(Source(store, graph=graph), stream, form)
    return stream.getvalue()


def triples(data: bytes, form: str) -> set[tuple[str, str, str]]:
    rdf = pyoxigraph.RdfFormat.from_extension(form)
    return {(str(q.subject), str(q.predicate), str(q.object)) for q in pyoxigraph.parse(data, rdf)}


@pytest.mark.parametrize("form", RDF)
def test_every_format_holds_the_same_statements(store: Store, form: str) -> None:
    expected = {line for _, text in store.ntriples() for line in text.splitlines()}
    found = triples(exported(store, form), form)
    assert found == triples(b"\n".join(expected), "nt")
    assert len(found) == len(store)


@pytest.mark.parametrize("form", ["nq", "trig"])
def test_formats_with_graphs_keep_them(store: Store, form: str) -> None:
    rdf = pyoxigraph.RdfFormat.from_extension(form)
    quads = list(pyoxigraph.parse(exported(store, form), rdf))
    assert sorted({q.graph_name.value for q in quads}) == store.graphs()


@pytest.mark.parametrize("form", PLAIN)
def test_the_same_store_gives_the_same_bytes(store: Store, form: str) -> None:
    other = OxigraphStore(pyoxigraph.Store(), "memory")
    for quad in list(pyoxigraph.parse(exported(store, "nq"), pyoxigraph.RdfFormat.N_QUADS))[::-1]:
        other.engine.add(quad)
    assert exported(store, form) == exported(other, form)


def test_rdflib_reads_turtle_and_json_ld(store: Store) -> None:
    for form, name in (("ttl", "turtle"), ("jsonld", "json-ld"), ("rdf", "xml")):
        assert len(rdflib.Graph().parse(data=exported(store, form), format=name)) == len(store)


@pytest.mark.parametrize(
    "command", [["rapper", "-q", "-i", "turtle", "-o", "ntriples"], ["serdi", "-i", "turtle", "-o", "ntriples"]]
)
def test_other_programs_read_turtle(store: Store, tmp_path: Path, command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed: apt install raptor2-utils serdi")
    path = tmp_path / "all.ttl"
    write(store, path)
    done = subprocess.run([*command, str(path)], capture_output=True, check=True)
    assert done.stdout.count(b"\n") == len(store)


def test_turtle_is_sorted_and_uses_prefixes(store: Store) -> None:
    lines = exported(store, "nt").splitlines()
    assert lines == sorted(set(lines))
    text = exported(store, "ttl").decode()
    assert "@prefix jkb:" in text
    assert "\tjkb:programNumber 7487 ;\n" in text


def test_json_ld_reads_well(store: Store) -> None:
    loaded = json.loads(exported(store, "jsonld"))
    (program,) = [node for node in loaded["@graph"] if node["@id"] == "program/7487"]
    assert program["@type"] == ["Program"]
    assert program["programNumber"] == 7487
    assert len(program["hasObservation"]) == 16
    assert program["source"] == "document/program-page/7487"
    (planned,) = [node for node in loaded["@graph"] if node["@id"] == "program/96000"]
    assert planned["estimatedHours"] == "372"


def test_the_table_of_observations(store: Store) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(store, "csv").decode())))
    assert [int(row["row"]) for row in rows] == list(range(1, 17))
    assert rows[11] == {
        "program": "7487",
        "row": "12",
        "number": "",
        "label": "MIRI LRS - slit",
        "template": "MIRI Low Resolution Spectroscopy",
        "instrument": "MIRI",
        "elements": "",
        "parallel": "false",
        "target_number": "7",
        "target": "BD+60-1753",
        "object": "BD+60 1753",
        "role": "science",
        "program_hours": "",
        "iri": BASE + "program/7487/row/12",
    }


def test_one_graph(store: Store) -> None:
    graph = BASE + "graph/program-page/7487"
    assert len(triples(exported(store, "ttl", graph), "ttl")) == dict(store.ntriples([graph]))[graph].count(b"\n")
    with pytest.raises(UsageError, match="no such graph"):
        exported(store, "ttl", BASE + "graph/none")
    with pytest.raises(UsageError, match="whole store"):
        exported(store, "csv", graph)


@pytest.mark.parametrize("name", ["all.pdf", "all", "ttl"])
def test_an_unknown_suffix_lists_those_known(store: Store, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match=r"choose one of \.ttl \.nt \.nq"):
        write(store, tmp_path / name)
    with pytest.raises(UsageError, match="choose one of ttl nt"):
        exported(store, "pdf")
    assert format_of("A.TTL") == "ttl"


def test_a_failure_leaves_the_old_file_and_nothing_else(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "all.ttl"
    path.write_text("old")
    with pytest.raises(UsageError):
        write(Source(store, graph=BASE + "graph/program-page/7487"), path, "csv")
    store.close()
    with pytest.raises(StoreError):
        write(store, path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["all.ttl"]
    with pytest.raises(StoreError, match="cannot be written"):
        write(OxigraphStore(pyoxigraph.Store(), "memory"), tmp_path / "missing" / "all.ttl")


def test_devices_and_links_stay_what_they_are(bundled_store: Path, tmp_path: Path) -> None:
    (tmp_path / "real.nt").touch(mode=0o600)
    (tmp_path / "link.nt").symlink_to("real.nt")
    pipe = tmp_path / "pipe.nt"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    with open_store(bundled_store) as store:
        write(store, tmp_path / "link.nt")
        write(store, pipe)
    reader.join(20)
    assert (tmp_path / "link.nt").is_symlink()
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    assert got == [(tmp_path / "real.nt").read_bytes()]
    assert stat.S_IMODE((tmp_path / "real.nt").stat().st_mode) == 0o600
