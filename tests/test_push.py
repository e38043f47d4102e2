"""Stores sent to servers: what changed is sent, what is gone is dropped, and pushes survive what happens."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pages import write_pages
from servers import Cutting, clear, content, oxigraph, put

from kb.build import build
from kb.errors import StoreError
from kb.iris import MANIFEST_GRAPH
from kb.store import open_store
from kb.store.push import push
from kb.store.remote import RemoteStore


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An Oxigraph server; each test finds it empty."""
    with oxigraph(tmp_path_factory.mktemp("server")) as base:
        yield base


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


def test_diff_and_build_know_addresses(server: str, tmp_path: Path, run: Callable[..., object]) -> None:
    clear(server)
    folder = pages_store(tmp_path, range(1, 3))
    push(folder, f"{server}/query")
    done = run(f"kb diff {server}/query; kb diff {server}/query@previous; kb --store {server}/query build", folder)
    *said, refused, built = done.stderr.splitlines()  # type: ignore[attr-defined]
    assert said[0].startswith("no difference between")
    assert "keeps no snapshots" in refused
    assert built.endswith("nothing is built there: build into a folder, then `kb push` it")


def test_push_says_what_it_does(server: str, tmp_path: Path, run: Callable[..., object]) -> None:
    clear(server)
    folder = pages_store(tmp_path, range(1, 9))
    done = run(f"kb push {server}/query --dry-run; kb push {server}/query; kb -q push {server}/query", folder)
    lines = done.stdout.splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 11
    assert all(line.startswith("send https://w3id.org/jwst-kb/graph/") for line in lines)
    would, did = done.stderr.splitlines()  # type: ignore[attr-defined]
    assert "11 graphs would be sent" in would
    assert "11 graphs sent, 0 dropped, 0 unchanged" in did
