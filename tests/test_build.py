"""Builds: incremental, in any order the same, all or nothing; and what holds over the whole graph."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from pages import page, write_pages

from kb import sources, vocabulary
from kb.aliases import Aliases
from kb.build import BuildReport, build
from kb.claims import settle_readings
from kb.errors import SourceError, StoreError
from kb.export import write
from kb.iris import BASE, DERIVED_GRAPH, SHARED_GRAPH, VOCABULARY_GRAPH
from kb.reading import read_all
from kb.records import Reading
from kb.sources import bundled, front_matter, read
from kb.sources.notes import Notes
from kb.sources.page import Line
from kb.store import open_store
from kb.store.embedded import read_manifest, writing

#: Files that this process has open, on Linux.
FILES = Path("/proc/self/fd")


def content(store: Path) -> bytes:
    with open_store(store) as opened:
        return b"".join(
            sorted(line for name, text in opened.ntriples() for line in [name.encode() + b"\n", *text.splitlines(True)])
        )


def titles(store: Path) -> dict[int, str]:
    with open_store(store) as opened:
        rows = opened.query("SELECT ?n ?t { ?p jkb:programNumber ?n ; dcterms:title ?t } ORDER BY ?n")
        return {int(str(number)): str(title) for number, title in rows}


def snapshots(store: Path) -> list[str]:
    return sorted(path.name for path in (store / "snapshots").iterdir())


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


def test_other_documents_join_those_of_earlier_builds(tmp_path: Path) -> None:
    store = tmp_path / "store"
    build([write_pages(tmp_path / "a", [1, 2], "old")], store)
    build([write_pages(tmp_path / "b", [2, 3], "new")], store)
    assert titles(store) == {1: "old", 2: "new", 3: "new"}
    assert build([tmp_path / "b"], store).changed is False


def test_two_documents_of_one_program_in_any_order(tmp_path: Path) -> None:
    first, second = write_pages(tmp_path / "a", [1, 2], "first"), write_pages(tmp_path / "b", [2, 3], "second")
    stores = [tmp_path / "s1", tmp_path / "s2"]
    reports = [build([first, second], stores[0]), build([second, first], stores[1])]
    assert [report.failed for report in reports] == [1, 1]
    assert titles(stores[0]) == {1: "first", 2: "first", 3: "second"}
    assert content(stores[0]) == content(stores[1])
    with open_store(stores[0]) as opened:
        (found,) = opened.query(
            "SELECT ?document ?message { ?document jkb:hasFinding ?f . ?f jkb:severity 'error' ; rdfs:label ?message }"
        )
    assert found[0] == BASE + "document/program-page/2.md"
    assert str(found[1]).startswith("b/2.md: program 2 is described by a/2.md")
    readings = settle_readings([(str(p), read(p)) for p in (second / "2.md", first / "2.md")])
    assert [(r.program is not None, [f.code for f in r.findings if f.severity == "error"]) for r in readings] == [
        (True, []),
        (False, ["duplicate-program"]),
    ]


def test_the_second_document_speaks_once_the_first_is_gone(tmp_path: Path) -> None:
    first, second = write_pages(tmp_path / "a", [2], "first"), write_pages(tmp_path / "b", [2, 3], "second")
    store = tmp_path / "store"
    build([first, second], store)
    (first / "2.md").unlink()
    write_pages(first, [4], "first")
    build([first, second], store, prune=True)
    assert titles(store) == {2: "second", 3: "second", 4: "first"}
    build([first, second], tmp_path / "fresh")
    assert content(store) == content(tmp_path / "fresh")
    # And loses it again when the first comes back.
    write_pages(first, [2], "first")
    build([first, second], store)
    assert titles(store)[2] == "first"


def test_three_files_of_one_name_and_program_are_three_documents(tmp_path: Path) -> None:
    for name in "abc":
        write_pages(tmp_path / name, [2])
    report = build([tmp_path], tmp_path / "store")
    assert (report.documents, report.failed, report.programs) == (3, 2, 1)


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


SODRM = "SODRM\n" + "".join(f" 9600{n} {n}0 MIRI dark {n} \u00a0 X\n" for n in range(1, 5))


def test_a_given_document_takes_program_by_program_from_those_of_earlier_builds(tmp_path: Path) -> None:
    store, old, new = tmp_path / "store", tmp_path / "b.txt", tmp_path / "c.txt"
    for is_there in (False, True):
        old.write_text(SODRM.replace(" X", "") if is_there else SODRM)
        first = build([old], store, prune=True)
        assert (first.programs, first.documents) == (4, 1)
        if not is_there:
            old.unlink()
        new.write_text("".join(SODRM.splitlines(keepends=True)[:-1]).replace("dark", "flat"))
        report = build([new], store)
        assert (report.programs, report.documents, report.removed, report.findings.get("error", 0)) == (4, 2, 0, 0)
        # What the old one loses it loses with everything: one finding is left of four.
        assert report.findings.get("warning", 0) == (1 if is_there else 0)
        expected = {96001: "MIRI flat 1", 96002: "MIRI flat 2", 96003: "MIRI flat 3", 96004: "MIRI dark 4"}
        assert titles(store) == expected
        assert_whole_graph_is_sound(store)
        with open_store(store) as opened:
            assert report.quads == len(opened)
        # It stays so, whoever comes by, until the old one is given again or nobody else describes them.
        write_pages(tmp_path / "in", [7])
        build([tmp_path / "in"], store)
        assert titles(store) == {**expected, 7: "A test"}
        assert build([new, tmp_path / "in"], store).changed is False
        new.write_text(SODRM.splitlines(keepends=True)[0] + SODRM.splitlines(keepends=True)[-1].replace("dark", "flat"))
        build([new], store)
        back = {96001: "MIRI dark 1", 96002: "MIRI dark 2", 96003: "MIRI dark 3"} if is_there else {}
        assert titles(store) == {**back, 96004: "MIRI flat 4", 7: "A test"}
        old.write_text(SODRM)
        again = build([old], store)
        assert (again.documents, again.removed) == (2, 1)
        assert set(titles(store).values()) == {*(f"MIRI dark {n}" for n in range(1, 5)), "A test"}
        assert_whole_graph_is_sound(store)


def test_findings_about_programs_that_a_lost_document_ceded_go_with_them(tmp_path: Path) -> None:
    store, old = tmp_path / "store", tmp_path / "b.txt"
    old.write_text(SODRM.replace("X", ""))
    assert build([old], store).findings["warning"] == 4
    old.unlink()
    (tmp_path / "c.txt").write_text("".join(SODRM.splitlines(keepends=True)[:-1]))
    report = build([tmp_path / "c.txt"], store)
    assert (report.programs, report.findings) == (4, {"warning": 1})
    assert_whole_graph_is_sound(store)


def test_a_kept_document_without_its_file_and_without_a_program_goes(tmp_path: Path) -> None:
    first, second = write_pages(tmp_path / "a", [2]), write_pages(tmp_path / "b", [2])
    build([first, second], tmp_path / "store")
    (second / "2.md").unlink()
    assert build([write_pages(tmp_path / "c", [3])], tmp_path / "store").documents == 3
    assert build([first], tmp_path / "store").documents == 2


def test_unreadable_documents_of_one_name_are_several(tmp_path: Path) -> None:
    store = tmp_path / "store"
    for name in ("u2", "u1"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "bad.md").write_bytes(name.encode() if name == "u1" else b"")
        build([tmp_path / name], store)
    report = build([tmp_path / "u1"], store)
    assert (report.documents, report.failed, report.changed) == (2, 2, False)
    assert_whole_graph_is_sound(store)
    build([tmp_path / "u1", tmp_path / "u2"], store)
    build([tmp_path / "u1", tmp_path / "u2"], tmp_path / "fresh")
    assert content(store) == content(tmp_path / "fresh")


def test_text_and_digest_agree_when_a_file_changes_while_claims_are_settled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second of two pages of one program is read again for its finding; by then it is a page of another."""
    first, second = write_pages(tmp_path / "a", [2], "first"), write_pages(tmp_path / "b", [2], "second")
    store, plain = tmp_path / "store", sources.read
    seen: list[Path] = []

    def read_and_change(path: Path, aliases: Aliases | None = None) -> list[Reading]:
        seen.append(Path(path))
        if seen.count(second / "2.md") == 2:
            (second / "2.md").write_text(page(5, "changed"))
        return plain(path, aliases)

    monkeypatch.setattr(sources, "read", read_and_change)
    assert build([first, second], store).programs == 2
    assert titles(store) == {2: "first", 5: "changed"}
    assert build([first, second], store).changed is False
    (row,) = [row for row in read_manifest(store)["documents"] if row["path"] == str(second / "2.md")]
    assert row["sha256"] == hashlib.sha256((second / "2.md").read_bytes()).hexdigest()
    with open_store(store) as opened:
        assert opened.query(f"ASK {{ ?document jkb:sha256 '{row['sha256']}' ; jkb:describes <{BASE}program/5> }}")


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


# --- over the whole graph ------------------------------------------------------------------------------------------


def assert_whole_graph_is_sound(store: Path) -> None:
    with open_store(store) as opened:
        texts = opened.ntriples()
        counts = Counter(line for _, text in texts for line in text.splitlines())
        assert [line for line, count in counts.items() if count > 1] == [], "a triple in two graphs"
        assert [line for line in counts if line.startswith(b"_:") or b"> _:" in line] == [], "a blank node"
        nodes = "SELECT DISTINCT ?node { { ?node ?p ?o } UNION { ?s ?p ?node FILTER (isIRI(?node)) } %s }"
        ours = f"FILTER (STRSTARTS(STR(?node), '{BASE}'))"
        for lacking in ("?node a ?type", "?node rdfs:label ?label"):
            bare = list(opened.query(nodes % f"{ours} FILTER NOT EXISTS {{ {lacking} }}"))
            assert [node for (node,) in bare if "/graph/" not in str(node)] == [], lacking
        twice = opened.query(
            "SELECT ?node { ?node rdfs:label ?label } GROUP BY ?node HAVING (COUNT(DISTINCT ?label) > 1)"
        )
        assert list(twice) == [], "two labels"
        fixed = {SHARED_GRAPH, VOCABULARY_GRAPH, DERIVED_GRAPH}
        documents = set(opened.graphs()) - fixed
        described = {str(g) for (g,) in opened.query("SELECT ?g { GRAPH ?g { ?g a jkb:DocumentGraph } }")}
        assert documents == described


def test_the_bundled_graph_is_sound(bundled_store: Path) -> None:
    assert_whole_graph_is_sound(bundled_store)
    with open_store(bundled_store) as opened:
        (row,) = opened.query(f"SELECT (COUNT(DISTINCT ?o) AS ?n) {{ <{BASE}program/7487> jkb:hasObservation ?o }}")
        assert row == (16,)
        (row,) = opened.query("SELECT (SUM(?h) AS ?n) { ?p a jkb:PlannedReferenceProgram ; jkb:estimatedHours ?h }")
        assert str(row[0]) == "2023.3"


def test_derived_and_shared_statements(bundled_store: Path) -> None:
    with open_store(bundled_store) as opened:
        assert opened.query(
            f"ASK {{ GRAPH <{DERIVED_GRAPH}> {{ <{BASE}program/7487/target/4> jkb:object <{BASE}object/hd-2811> }} "
            f"GRAPH <{SHARED_GRAPH}> {{ <{BASE}object/hd-2811> a jkb:SkyObject ; rdfs:label 'HD 2811' }} }}"
        )


@pytest.fixture(scope="module")
def corpus_report(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> BuildReport:
    store = tmp_path_factory.mktemp("corpus") / "store"
    return build([corpus / "program-pages", corpus / "sodrm"], store)


def test_the_graph_of_the_corpus_is_sound(corpus_report: BuildReport) -> None:
    assert (corpus_report.documents, corpus_report.failed, corpus_report.programs) == (1063, 0, 1099)
    assert_whole_graph_is_sound(corpus_report.store)
    with open_store(corpus_report.store) as opened:
        assert corpus_report.quads == len(opened)


def test_two_names_of_objects_are_two_objects(corpus_report: BuildReport) -> None:
    with open_store(corpus_report.store) as opened:
        merged = opened.query(
            "SELECT ?o { GRAPH ?g { ?t jkb:designates ?o ; jkb:objectName ?n } } "
            "GROUP BY ?o HAVING (COUNT(DISTINCT ?n) > 1)"
        )
        assert list(merged) == []


def test_building_the_corpus_again_changes_nothing(corpus: Path, corpus_report: BuildReport) -> None:
    before = snapshots(corpus_report.store)
    again = build([corpus / "sodrm", corpus / "program-pages"], corpus_report.store)
    assert (again.changed, again.read, again.quads) == (False, 0, corpus_report.quads)
    assert snapshots(corpus_report.store) == before


def test_the_order_of_documents_does_not_show_in_exports(tmp_path: Path) -> None:
    paths = sorted(bundled().rglob("*.*"))
    write_pages(tmp_path / "more", range(1, 30))
    build([*paths, tmp_path / "more"], tmp_path / "s1")
    for given in ([tmp_path / "more" / f"{n}.md" for n in range(29, 0, -1)], paths[::-1]):
        build(given, tmp_path / "s2", jobs=2)
    files = []
    for name in ("s1", "s2"):
        with open_store(tmp_path / name) as opened:
            write(opened, tmp_path / f"{name}.ttl")
        files.append((tmp_path / f"{name}.ttl").read_bytes())
    assert files[0] == files[1]


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
