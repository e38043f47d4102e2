"""Stores behind addresses: real servers give the rows that the store on disk gives, and pushes survive what happens."""

from __future__ import annotations

import io
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from pages import page, write_pages
from servers import Cutting, clear, oxigraph, virtuoso

from kb.build import build
from kb.errors import StoreError, UsageError
from kb.iris import MANIFEST_GRAPH
from kb.questions import ANY, Parameter, ask, bind, load, names
from kb.sources import bundled
from kb.store import Store, open_store
from kb.store.push import derive, push
from kb.store.remote import RemoteStore

#: Rows that make questions do more than the bundled records can: planets and hosts, shared targets, parts of systems,
#: and a name that is a position.
ROWS = [
    ("star", "MIRI Imaging", "(1) TRAPPIST-1"),
    ("planet", "NIRSpec Bright Object Time Series", "(2) TRAPPIST-1B"),
    ("another", "NIRISS Single-Object Slitless Spectroscopy", "(3) TRAPPIST-1 c"),
    ("same star", "MIRI Imaging", "(4) HD-2811"),
    ("its sky", "MIRI Medium Resolution Spectroscopy", "(5) HD-2811-BKG"),
    ("double", "NIRCam Imaging", "(6) HD 1326 B"),
    ("place", "NIRCam Imaging", "(7) J06474906+7014416"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the bundled records and of pages that share targets."""
    where = tmp_path_factory.mktemp("pages")
    for number in range(1001, 1007):
        rows = ROWS[number % 3 :]
        text = f"These data complement program {number + 1} and follow up on program 7487 (GO {number + 2})."
        (where / f"{number}.md").write_text(page(number, f"Page {number}", rows, text=text), encoding="utf-8")
    build([bundled(), where], where / "store")
    return where / "store"


@pytest.fixture(scope="module")
def local(folder: Path) -> Iterator[Store]:
    with open_store(folder) as opened:
        yield opened


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An Oxigraph server; each test finds it empty."""
    with oxigraph(tmp_path_factory.mktemp("server")) as base:
        yield base


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[str]:
    """Query service of a server to which the store was pushed."""
    where = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KB_STORE_USER", "dba")
        patch.setenv("KB_STORE_PASSWORD", "dba")
        with oxigraph(where) if request.param == "oxigraph" else virtuoso(where) as base:
            url = base + ("/query" if request.param == "oxigraph" else "/sparql")
            push(folder, url)
            yield url


@pytest.fixture(scope="module")
def remote(address: str) -> Iterator[Store]:
    with open_store(address) as opened:
        yield opened


def content(store: Store) -> dict[str, list[bytes]]:
    return {name: sorted(text.splitlines()) for name, text in store.ntriples() if text}


def example(store: Store, parameter: Parameter) -> str:
    """The example of a parameter, or where the store does not have that, the name of something that it has."""
    from kb.names import resolve
    from kb.vocabulary import ontology_dir

    if parameter.choices:  # these are words of the question itself
        return parameter.example
    try:
        resolve(store, parameter.type, parameter.example)
    except UsageError:
        listing = ontology_dir() / "lookups" / f"{parameter.type}.rq"
        return str(sorted(store.query(listing.read_text(encoding="utf-8")), key=str)[0][1])
    return parameter.example


def asked(store: Store, name: str) -> list[str]:
    """A question as it is asked by default, with each parameter given, and with all of them."""
    question = load(name)
    examples = {p.name: example(store, p) for p in question.parameters}
    needed = {p.name: examples[p.name] for p in question.parameters if p.default is None}
    ways = [needed, *({**needed, name: value} for name, value in examples.items()), examples]
    ways.append(needed | {p.name: ANY for p in question.parameters if p.default == ANY})
    return list(dict.fromkeys(bind(store, question, way) for way in ways))


# --- the same rows everywhere -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", names())
def test_saved_questions_give_the_same_rows(name: str, local: Store, remote: Store) -> None:
    for sparql in asked(local, name):
        here, there = (list(store.query(sparql)) for store in (local, remote))
        assert Counter(there) == Counter(here), sparql
    assert ask(remote, "object", {"object": "hd2811"}).rows == ask(local, "object", {"object": "hd2811"}).rows


def queries(folder: str) -> list[Path]:
    return sorted((ROOT / "ontology" / folder).glob("*.rq"))


@pytest.mark.parametrize(
    "path",
    [*queries("cards"), *queries("cards/sections"), *queries("lookups"), *queries("search")],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_cards_lookups_and_full_text_give_the_same_rows(path: Path, local: Store, remote: Store) -> None:
    sparql = path.read_text(encoding="utf-8")
    here, there = (Counter(tuple(map(sorted_parts, row)) for row in store.query(sparql)) for store in (local, remote))
    assert here == there


def sorted_parts(value: object) -> object:
    """Values that a query joins come in any order."""
    return "\t".join(sorted(value.split("\t"))) if isinstance(value, str) else value


def test_statements_are_the_same(local: Store, remote: Store) -> None:
    assert remote.graphs() == local.graphs()
    assert len(remote) == len(local)
    assert content(remote) == content(local)
    assert set(remote.quads()) == set(local.quads())
    nodes = ["https://w3id.org/jwst-kb/program/7487", "https://w3id.org/jwst-kb/object/hd-2811"]
    for properties in (None, ["http://www.w3.org/2000/01/rdf-schema#label"]):
        assert sorted(remote.about(nodes, properties).splitlines()) == sorted(
            local.about(nodes, properties).splitlines()
        )


@pytest.mark.parametrize(
    "line",
    [
        "kb show 7487",
        "kb show 'HD 2811' -f turtle",
        "kb ask shared-targets --program 7487 -f json",
        "kb query 'SELECT ?label { ?p a jkb:Instrument ; rdfs:label ?label } ORDER BY ?label' -f xml",
        "kb query 'ASK { ?p jkb:programNumber 7487 }' -f csv",
        "kb export - -f nq",
        "kb export - -f csv",
        "kb export - -f ttl --focus 7487 --depth 2",
        "kb export - -f graphml --collapsed",
        "kb info | grep -v ^store",
        "kb render near.html --focus 'HD 2811' && md5sum near.html",
        "kb resolve --dry-run",
    ],
)
def test_commands_print_the_same(
    line: str, run: Callable[..., object], folder: Path, address: str, tmp_path: Path
) -> None:
    here, there = (run(line, store, tmp_path) for store in (folder, address))
    assert there.stdout == here.stdout, there.stderr  # type: ignore[attr-defined]
    assert here.stdout  # type: ignore[attr-defined]


def test_what_virtuoso_answers_wrongly(address: str, remote: Store) -> None:
    """If these give the right rows one day, the words about them in the questions and the adapter can go."""
    if "sparql" not in address:
        pytest.skip("about Virtuoso")
    bound = "VALUES ?star { <https://w3id.org/jwst-kb/object/hd-2811> } PATH ?system . ?target jkb:object ?system"
    right = bound.replace("PATH", "?star jkb:partOf ?next . ?next jkb:partOf*")
    assert not list(remote.query(f"SELECT ?system {{ {right} }}"))
    wrong = bound.replace("PATH", "?star jkb:partOf+")
    assert list(remote.query(f"SELECT ?system {{ {wrong} }}")), "a system for a star that is part of none"
    counted = "{ ?thing a jkb:Program FILTER NOT EXISTS { ?d jkb:describes ?thing } BIND(1 AS ?what) }"
    other = "{ ?thing a jkb:Observation BIND(2 AS ?what) }"
    with pytest.raises(StoreError, match="Stack Overflow"):
        remote.query(f"SELECT ?what (COUNT(DISTINCT ?thing) AS ?n) {{ {counted} UNION {other} }} GROUP BY ?what")
    hours = "SELECT DISTINCT ?p ?h { ?p jkb:programNumber 7487 OPTIONAL { ?p jkb:primeHours ?h } }"
    assert list(remote.query(f"SELECT (COUNT(?h) AS ?n) {{ {hours} }}")) == [(1,)], "one, though unbound"
    per = "{ SELECT ?p (COUNT(DISTINCT ?c) AS ?n) { ?p jkb:cycle ?c } GROUP BY ?p }"
    most = "{ SELECT (COUNT(DISTINCT ?d) AS ?all) { ?q jkb:cycle ?d } }"
    with pytest.raises(StoreError, match="Bad dfe in sqlo_place_exp"):
        remote.query(f"SELECT ?p {{ {per} {most} FILTER(?n >= COALESCE(?asked, ?all)) }}")
    joined = 'SELECT (GROUP_CONCAT(?word; separator=" · ") AS ?words) { VALUES ?word { "a" "b" } }'
    assert list(remote.query(joined)) == [("a ? b",)]


# --- pushing ----------------------------------------------------------------------------------------------------------


def pages_store(folder: Path, programs: range, title: str = "A test") -> Path:
    build([write_pages(folder / "in", programs, title)], folder / "store", prune=True)
    return folder / "store"


def test_a_push_sends_what_changed_and_drops_what_is_gone(server: str, tmp_path: Path) -> None:
    clear(server)
    url = f"{server}/query"
    store = pages_store(tmp_path, range(1, 6))
    planned = push(store, url, dry_run=True)
    assert len(planned.sent) == 8
    with open_store(url) as there:
        assert not there.graphs()
    first = push(store, url)
    assert (first.sent, first.dropped) == (planned.sent, ())
    again = push(store, url)
    assert (again.sent, again.dropped, again.unchanged, again.statements) == ((), (), 8, 0)
    write_pages(tmp_path / "in", [3], "Another title")
    (tmp_path / "in" / "5.md").unlink()
    build([tmp_path / "in"], store, prune=True)
    second = push(store, url)
    assert [name.rsplit("/", 2)[-1] for name in second.sent if "program-page" in name] == ["3"]
    assert [name.rsplit("/", 2)[-1] for name in second.dropped] == ["5"]
    with open_store(url) as there, open_store(store) as here:
        assert content(there) == content(here)


def test_a_push_drops_graphs_that_nobody_noted(server: str, tmp_path: Path) -> None:
    from servers import put

    clear(server)
    stray = "https://w3id.org/jwst-kb/graph/program-page/9999"
    put(f"{server}/store", stray, b"<a:a> <a:b> <a:c> .")
    put(f"{server}/store", "https://example.org/of-others", b"<a:a> <a:b> <a:d> .")
    assert push(pages_store(tmp_path, range(1, 3)), f"{server}/query").dropped == (stray,)
    with RemoteStore(f"{server}/query") as there:
        assert list(there.query("SELECT ?g { GRAPH ?g { <a:a> ?p ?o } }")) == [("https://example.org/of-others",)]


def test_a_push_broken_at_twenty_points_is_made_whole_by_the_next(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clear(server)
    monkeypatch.setattr("kb.store.http._PAUSE", 0.01)
    monkeypatch.setattr("kb.store.push._BATCH", 4)  # so that breaks fall within batches and between them
    stores = [pages_store(tmp_path / title, range(1, 25), title) for title in ("even", "odd")]
    expected = []
    for store in stores:
        with open_store(store) as opened:
            expected.append(content(opened))
    chance = random.Random(7487)
    broken = 0
    with Cutting(server) as proxy:
        push(stores[0], f"{proxy.url}/query", f"{proxy.url}/store")
        whole = proxy.passed
        for turn in range(20):
            goal = (turn + 1) % 2
            proxy.passed, proxy.budget = 0, chance.randrange(1, whole // 3)
            try:
                push(stores[goal], f"{proxy.url}/query", f"{proxy.url}/store")
            except StoreError:
                broken += 1
            if turn % 4 == 3:  # what is broken several times in a row is made whole as well
                push(stores[1 - goal], f"{server}/query")
                with open_store(f"{server}/query") as there:
                    assert content(there) == expected[1 - goal], f"turn {turn}"
    assert broken >= 10, "hardly a push was broken: the budget is too large"


def test_a_store_that_is_half_loaded_is_not_read(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clear(server)
    monkeypatch.setattr("kb.store.http._PAUSE", 0.01)
    monkeypatch.setattr("kb.store.push._BATCH", 8)
    store = pages_store(tmp_path, range(1, 101))
    with Cutting(server) as proxy:
        push(store, f"{proxy.url}/query", f"{proxy.url}/store", dry_run=True)
        proxy.budget = proxy.passed + 100_000
        with pytest.raises(StoreError):
            push(store, f"{proxy.url}/query", f"{proxy.url}/store")
    with pytest.raises(StoreError, match="a push to this store is going on or broke off; wait, or repeat `kb push`"):
        open_store(f"{server}/query")
    report = push(store, f"{server}/query")
    assert 0 < len(report.sent) < 103, "what had arrived is not sent again"
    assert len(open_store(f"{server}/query").graphs()) == 103


def test_a_large_graph_goes_in_pieces(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clear(server)
    monkeypatch.setattr("kb.store.push._MOST_BYTES", 2_000)
    store = pages_store(tmp_path, range(1, 4))
    push(store, f"{server}/query")
    with open_store(f"{server}/query") as there, open_store(store) as here:
        assert content(there) == content(here)


def test_the_manifest_says_document_and_reader(server: str, tmp_path: Path) -> None:
    from kb.sources import reader_version
    from kb.store.embedded import read_manifest

    clear(server)
    store = pages_store(tmp_path, range(1, 3))
    push(store, f"{server}/query")
    row = read_manifest(store)["documents"][0]
    with RemoteStore(f"{server}/query") as there:
        version = there.versions()["https://w3id.org/jwst-kb/graph/program-page/1"]
        assert version.startswith(f"document {row['sha256']} reader {reader_version()} ")
        assert MANIFEST_GRAPH not in there.graphs()


def test_diff_and_build_know_addresses(server: str, folder: Path, tmp_path: Path, run: Callable[..., object]) -> None:
    clear(server)
    push(folder, f"{server}/query")
    done = run(f"kb diff {server}/query; kb diff {server}/query@previous; kb --store {server}/query build", folder)
    *said, refused, built = done.stderr.splitlines()  # type: ignore[attr-defined]
    assert said[0].startswith("no difference between")
    assert "keeps no snapshots" in refused
    assert built.endswith("nothing is built there: build into a folder, then `kb push` it")


def test_push_says_what_it_does(server: str, folder: Path, run: Callable[..., object]) -> None:
    clear(server)
    done = run(f"kb push {server}/query --dry-run; kb push {server}/query; kb -q push {server}/query", folder)
    lines = done.stdout.splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 11
    assert all(line.startswith("send https://w3id.org/jwst-kb/graph/") for line in lines)
    would, did = done.stderr.splitlines()  # type: ignore[attr-defined]
    assert "11 graphs would be sent" in would
    assert "11 graphs sent, 0 dropped, 0 unchanged" in did


def test_bytes_stream(address: str, remote: Store) -> None:
    stream = io.BytesIO()
    remote.dump(stream)
    assert stream.getvalue().count(b"\n") == len(remote)
    assert os.environ["KB_STORE_PASSWORD"] not in repr(remote.__dict__)


def test_rules_as_updates_make_what_a_build_makes(address: str, remote: Store, local: Store) -> None:
    shared = "https://w3id.org/jwst-kb/graph/shared"
    before = content(remote)
    assert derive(address) == len(local)
    assert content(remote) == before
    assert before[shared]
