"""Builds: incremental, all or nothing, and not stopped by any document."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from pages import page, write_pages
from stores import content, snapshots, titles

from kb import KnowledgeBase, sources, vocabulary
from kb.build import build
from kb.errors import SourceError, StoreError
from kb.iris import DERIVED_GRAPH
from kb.reading import read_all
from kb.records import Reading
from kb.sources import bundled, front_matter
from kb.sources.notes import Notes
from kb.sources.page import Line
from kb.store import open_store
from kb.store.embedded import read_manifest
from kb.store.writer import writing

#: Files that this process has open, on Linux.
FILES = Path("/proc/self/fd")


def test_a_first_build_and_one_of_nothing_new(tmp_path: Path) -> None:
    folder, store = write_pages(tmp_path / "in", range(1, 6)), tmp_path / "store"
    first = build([folder], store)
    assert (first.read, first.unchanged, first.documents, first.programs, first.changed) == (5, 0, 5, 5, True)
    with open_store(store) as opened:
        assert first.quads == len(opened)
    before = content(store)
    again = build([folder], store)
    assert (again.read, again.unchanged, again.quads, again.changed) == (0, 5, first.quads, False)
    assert (snapshots(store), content(store)) == (["1"], before)


@pytest.mark.parametrize("count", [3, 40], ids=["rewritten", "changed in place"])
def test_a_changed_document_replaces_its_graph_and_a_new_one_joins(tmp_path: Path, count: int) -> None:
    folder, store = write_pages(tmp_path / "in", range(1, count + 1)), tmp_path / "store"
    build([folder], store)
    (folder / "2.md").write_text(page(2, "Another title", rows=[("a", "MIRI Imaging", "(1) NGC-604")]))
    (folder / "900.md").write_text(page(900, "New"))
    report = build([folder], store)
    assert (report.read, report.unchanged) == (2, count - 1)
    assert {n: t for n, t in titles(store).items() if t != "A test"} == {2: "Another title", 900: "New"}
    with open_store(store) as opened:
        assert report.quads == len(opened)
    # The same as if it had been built at once.
    build([folder], tmp_path / "fresh")
    assert content(store) == content(tmp_path / "fresh")


def test_documents_that_are_gone_stay_until_pruned(tmp_path: Path) -> None:
    folder, store = write_pages(tmp_path / "in", [1, 2, 3]), tmp_path / "store"
    build([folder], store)
    (folder / "2.md").unlink()
    assert build([folder], store).removed == 0
    assert list(titles(store)) == [1, 2, 3]
    assert build([folder], store, prune=True).removed == 1
    assert list(titles(store)) == [1, 3]
    build([folder], tmp_path / "fresh")
    assert content(store) == content(tmp_path / "fresh")


def test_bad_documents_become_findings_and_the_others_are_read(tmp_path: Path) -> None:
    folder = write_pages(tmp_path / "in", [1])
    (folder / "empty.md").write_bytes(b"")
    (folder / "binary.md").write_bytes(bytes(range(256)) * 10)
    (folder / "open.md").write_text("---\nid: [1\n# no end")
    (folder / "sub").mkdir()
    (folder / "sub" / "empty.md").write_bytes(b"")
    report = build([folder], tmp_path / "store")
    assert (report.documents, report.programs) == (5, 1)
    assert report.findings["error"] >= 4
    assert build([folder], tmp_path / "store").changed is False


def test_paths_that_hold_nothing_leave_no_store_behind(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for path in (tmp_path / "in", tmp_path / "missing"):
        with pytest.raises(SourceError):
            build([path], tmp_path / "store")
    assert not (tmp_path / "store").exists()


def test_another_reader_reads_everything_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = tmp_path / "store"
    build([write_pages(tmp_path / "a", [1, 2])], store)
    build([write_pages(tmp_path / "b", [3])], store)
    before = content(store)
    monkeypatch.setattr("kb.sources.reader_version", lambda *_: "another")
    report = build([tmp_path / "b"], store)
    assert (report.read, report.changed) == (3, True)
    assert {row["reader"] for row in read_manifest(store)["documents"]} == {"another"}
    assert content(store) == before


def test_a_document_that_was_away_when_the_reader_changed_is_read_by_it_later(tmp_path: Path) -> None:
    folder, store = write_pages(tmp_path / "in", [1, 2]), tmp_path / "store"
    (folder / "2.md").write_text(page(2, rows=[("a", "MIRI Imaging", "(1) ODD-7")]))
    (aliases := tmp_path / "al.csv").write_text("name,object,source\nODD-7,HD 999001,me\n")
    build([folder], store)
    (folder / "2.md").rename(tmp_path / "2.md")
    assert build([folder], store, aliases=[aliases]).read == 1
    (tmp_path / "2.md").rename(folder / "2.md")
    report = build([folder], store, aliases=[aliases])
    assert (report.read, report.unchanged) == (1, 1)
    build([folder], tmp_path / "fresh", aliases=[aliases])
    assert content(store) == content(tmp_path / "fresh")
    assert b"HD 999001" in content(store)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names on this system")
def test_what_is_no_regular_file_is_a_finding(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    for _ in range(2):
        report = build([tmp_path / "pipe.md", "/dev/zero", write_pages(tmp_path / "in", [1])], tmp_path / "store")
        assert (report.documents, report.failed, report.findings["error"]) == (3, 2, 2)
    (reading,) = sources.read(tmp_path / "pipe.md")
    assert [f.code for f in reading.findings] == ["unreadable"]
    assert reading.findings[0].message.endswith("pipe.md: not a regular file")


def test_a_fault_of_the_reader_costs_one_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = front_matter.read_front_matter

    def faulty(block: Sequence[Line], closed: bool, notes: Notes) -> front_matter.FrontMatter:
        if any(line.text == "id: 2" for line in block):
            raise RuntimeError("no such\nthing")
        return plain(block, closed, notes)

    monkeypatch.setattr("kb.sources.program_page.read_front_matter", faulty)
    monkeypatch.delenv("KB_DEBUG", raising=False)
    folder = write_pages(tmp_path / "in", [1, 2, 3])
    assert build([folder], tmp_path / "store").failed == 1
    assert list(titles(tmp_path / "store")) == [1, 3]
    (reading,) = sources.read(folder / "2.md")
    assert [(f.code, f.message) for f in reading.findings] == [
        ("unreadable", "2.md: the reader failed (RuntimeError: no such thing)")
    ]
    assert reading.document.sha256 == hashlib.sha256((folder / "2.md").read_bytes()).hexdigest()
    monkeypatch.setenv("KB_DEBUG", "1")
    with pytest.raises(RuntimeError, match="no such"):
        sources.read(folder / "2.md")


def test_an_unexpected_error_says_which_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from kb import triples
    from kb.cli import main

    def broken(readings: Sequence[Reading]) -> str:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(triples, "quads_of", broken)
    monkeypatch.delenv("KB_DEBUG", raising=False)
    folder = write_pages(tmp_path / "in", [1])
    with pytest.raises(SystemExit, match="1"):
        main(["--store", str(tmp_path / "store"), "build", str(folder)])
    assert f"unexpected ZeroDivisionError: oh, while reading {folder / '1.md'} (KB_DEBUG" in capsys.readouterr().err


def test_a_long_path_is_shortened_in_messages(capsys: pytest.CaptureFixture[str]) -> None:
    from kb.cli import main

    with pytest.raises(SystemExit, match="1"):
        main(["build", "/start" + "/x" * 2500 + "/end"])
    said = capsys.readouterr().err
    assert re.fullmatch(r"kb: /start[/x]+…[/x]+/end: .*\n", said)
    assert len(said) < 250


def test_other_rules_are_applied_without_reading_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    folder, store = write_pages(tmp_path / "in", [1, 2]), tmp_path / "store"
    build([folder], store)
    changed = tmp_path / "ontology"
    shutil.copytree(vocabulary.ontology_dir(), changed)
    (changed / "rules" / "99-new.rq").write_text("CONSTRUCT { ?o rdfs:comment 'seen' } WHERE { ?o a jkb:SkyObject }")
    monkeypatch.setattr(vocabulary, "ontology_dir", lambda: changed)
    report = build([folder], store)
    assert (report.read, report.changed) == (0, True)
    with open_store(store) as opened:
        assert opened.query(f"ASK {{ GRAPH <{DERIVED_GRAPH}> {{ ?o rdfs:comment 'seen' }} }}")


def test_parallel_and_alone_in_many_pieces_and_few_say_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_pages(tmp_path / "in", range(1, 101))
    seen: list[tuple[int, int]] = []
    build([folder], tmp_path / "one", jobs=1)
    monkeypatch.setattr("kb.store.oxigraph.PIECE", 5000)
    build([folder], tmp_path / "two", jobs=3, progress=lambda done, total: seen.append((done, total)))
    assert not [path.name for path in (tmp_path / "two" / "snapshots").iterdir() if not path.name.isdecimal()]
    assert content(tmp_path / "one") == content(tmp_path / "two")
    assert seen[-1] == (100, 100)


def test_a_store_in_use_is_left_alone(tmp_path: Path) -> None:
    folder, store = write_pages(tmp_path / "in", [1]), tmp_path / "store"
    build([folder], store)
    write_pages(folder, [2])
    with writing(store), pytest.raises(StoreError, match="is writing this store"):
        build([folder], store)
    assert list(titles(store)) == [1]


def test_a_build_needs_little_memory_and_no_network(tmp_path: Path) -> None:
    """The whole process on the bundled records: nothing that a build does not need is imported."""
    code = (
        "import sys; from kb.build import build; build([sys.argv[1]], sys.argv[2])\n"
        "heavy = {'rdflib', 'networkx', 'pyvis', 'rich', 'click', 'socket'} & set(sys.modules)\n"
        "assert not heavy - {'socket'}, heavy"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    arguments = [sys.executable, "-c", code, str(bundled()), str(tmp_path / "store")]
    subprocess.run(arguments, check=True, env=environment)


@pytest.mark.skipif(not FILES.is_dir(), reason="no list of open files")
@pytest.mark.parametrize("jobs", [1, 2])
def test_many_documents_wait_in_few_open_files(tmp_path: Path, jobs: int) -> None:
    paths = sorted(map(str, write_pages(tmp_path / "pages", range(1000, 1200)).iterdir()))
    before = len(list(FILES.iterdir()))
    made = read_all(paths, jobs)
    assert len(list(FILES.iterdir())) - before <= jobs
    assert all(bytes(made[path].nquads).count(b"\n") == made[path].quads > 0 for path in paths)
    made.clear()
    assert len(list(FILES.iterdir())) == before


@pytest.mark.parametrize("damage", ["garbage", "[]"])
def test_a_damaged_store_is_not_built_upon(tmp_path: Path, damage: str) -> None:
    build([bundled()], tmp_path / "store")
    (snapshot,) = (tmp_path / "store" / "snapshots").glob("[0-9]*")
    (snapshot / "manifest.json").write_text(damage)
    with pytest.raises(StoreError, match="damaged"):
        build([bundled() / "program-pages"], tmp_path / "store")
    assert [path.name for path in (tmp_path / "store" / "snapshots").iterdir()] == [snapshot.name]


@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_damage_shows_where_nothing_changed(tmp_path: Path, damage: str) -> None:
    store = tmp_path / "store"
    build([bundled()], store)
    with KnowledgeBase.open(store) as kb:
        kb.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    assert not build([bundled()], store).changed  # reading leaves the files as they are
    largest = max(store.glob("snapshots/*/data/*.sst"), key=lambda path: path.stat().st_size)
    if damage == "cut":
        os.truncate(largest, largest.stat().st_size // 2)
    else:
        largest.unlink()
    with pytest.raises(StoreError, match=rf"the store is damaged \({largest.name} is .*run `kb build` again"):
        build([bundled()], store)
