"""Builds of documents that describe the same programs: in any order and number of builds the same."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from pages import page, write_pages
from stores import assert_whole_graph_is_sound, content, titles

from kb import sources
from kb.aliases import Aliases
from kb.build import build
from kb.claims import settle_readings
from kb.iris import BASE
from kb.records import Reading
from kb.sources import read
from kb.store import open_store
from kb.store.embedded import read_manifest


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
