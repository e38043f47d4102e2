"""``kb diff``: what changed, in domain words and as statements."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyoxigraph
import pytest
from edits import EDITS, NEW_TITLE, PAGE, TITLE, Said, patched, said

from kb.build import build
from kb.diff import Difference, diff, open_side
from kb.diff.changes import write_changes
from kb.diff.patch import write_patch, write_update
from kb.diff.sides import Dump
from kb.errors import UsageError
from kb.sources import bundled, read
from kb.triples import to_nquads

Run = Callable[..., subprocess.CompletedProcess[str]]


def flat(made: Difference) -> list[Said]:
    """All that is said but for what a changed page always says of the document, without the long texts."""
    stream = io.BytesIO()
    write_changes(made.changes, "csv", stream)
    found = []
    for row in csv.DictReader(io.StringIO(stream.getvalue().decode())):
        if row["thing"] != "document":
            long = row["field"] in ("abstract", "observing description")
            old, new = ("", "") if long else (row["old"], row["new"])
            found.append((row["thing"], row["change"], row["name"], row["field"], old, new))
    return found


def dump(text: str, folder: Path) -> Dump:
    """Statements of a page, without a store."""
    path = folder / "7487.md"
    path.write_text(text, encoding="utf-8")
    return Dump.parse("page", to_nquads(read(path)).encode(), "nq")


@pytest.fixture
def stores(tmp_path: Path) -> tuple[Path, Path]:
    """A store of the bundled page, and one of the page with all edits."""
    text = PAGE
    for edit, _ in EDITS:
        assert edit(text) != text
        text = edit(text)
    made = []
    for name, content in (("old", PAGE), ("new", text)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "7487.md").write_text(content, encoding="utf-8")
        build([folder], tmp_path / f"{name}-store")
        made.append(tmp_path / f"{name}-store")
    return made[0], made[1]


def test_twenty_edits_are_said_and_nothing_else(stores: tuple[Path, Path]) -> None:
    assert len(EDITS) == 20
    with open_side(str(stores[0])) as old, open_side(str(stores[1])) as new:
        made = diff(old, new)
    assert sorted(flat(made)) == sorted(line for _, lines in EDITS for line in lines)
    documents = [change for change in made.changes if change.thing == "document"]
    assert [change.name for change in documents] == ["7487.md"]
    assert {change.program for change in made.changes} == {7487}


@pytest.mark.parametrize("number", range(len(EDITS)))
def test_an_edit_alone(number: int, tmp_path: Path) -> None:
    edit, expected = EDITS[number]
    made = diff(dump(PAGE, tmp_path), dump(edit(PAGE), tmp_path))
    title = NEW_TITLE if number == 0 else TITLE
    named = [(thing, change, title if thing == "program" else name, *rest) for thing, change, name, *rest in expected]
    if expected[0][1] == "moved":
        named = [said("observations", "moved", "1 of 16 rows")]
    assert sorted(flat(made)) == sorted(named)


def test_lines_that_move_are_no_change_but_of_the_document(tmp_path: Path) -> None:
    made = diff(dump(PAGE, tmp_path), dump(PAGE.replace("## ABSTRACT", "\n\n## ABSTRACT"), tmp_path))
    assert [(change.thing, [field.field for field in change.fields]) for change in made.changes] == [
        ("document", ["sha256"])
    ]


@pytest.mark.parametrize("form", ["nq", "trig", "ttl", "nt", "rdf", "jsonld"])
def test_a_store_and_its_own_dump_are_equal(bundled_store: Path, form: str, tmp_path: Path) -> None:
    path = tmp_path / f"all.{form}"
    rdf = pyoxigraph.RdfFormat.from_extension(form)
    assert rdf is not None
    quads = list(pyoxigraph.Store.read_only(str(bundled_store / "snapshots" / "1" / "data")))
    triples = list(dict.fromkeys(quad.triple for quad in quads))
    pyoxigraph.serialize(quads if rdf.supports_datasets and form != "jsonld" else triples, str(path), rdf)
    with open_side(str(bundled_store)) as store, open_side(str(path)) as there:
        made = diff(store, there)
        assert (made.graphs, made.changes) == ([], [])
        assert made.unnamed == (form not in ("nq", "trig"))


def quads_of(store: Path) -> set[pyoxigraph.Quad]:
    return set(pyoxigraph.Store.read_only(str(store / "snapshots" / "1" / "data")))


def test_the_patch_and_the_update_make_old_new(stores: tuple[Path, Path]) -> None:
    with open_side(str(stores[0])) as old, open_side(str(stores[1])) as new:
        made = diff(old, new)
    before, there = quads_of(stores[0]), quads_of(stores[1])
    stream = io.BytesIO()
    write_patch(made.graphs, stream)
    assert patched(before, stream.getvalue()) == there
    stream = io.BytesIO()
    write_update(made.graphs, stream)
    engine = pyoxigraph.Store()
    engine.extend(before)
    engine.update(stream.getvalue().decode())
    assert set(engine) == there


def test_a_program_and_its_document_come_and_go(tmp_path: Path) -> None:
    with_it, nothing = dump(PAGE, tmp_path), Dump({})
    for made, change in ((diff(nothing, with_it), "added"), (diff(with_it, nothing), "removed")):
        assert [(c.thing, c.change, c.name) for c in made.changes] == [
            ("program", change, TITLE),
            ("document", change, "7487.md"),
        ]
        assert "16 observations, 12 targets" in made.changes[0].sentence(made.changes[0].fields[0])


def test_only_one_program(stores: tuple[Path, Path], tmp_path: Path) -> None:
    with open_side(str(stores[0])) as old, open_side(str(stores[1])) as new:
        assert diff(old, new, 7487).changes == diff(old, new).changes
        with pytest.raises(UsageError, match="7488"):
            diff(old, new, 7488)
    build([bundled()], tmp_path / "more")
    with open_side(str(stores[0])) as old, open_side(str(tmp_path / "more")) as new:
        assert len(diff(old, new).changes) == 38  # the planned programs and their document
        assert diff(old, new, 7487).graphs == []


def test_the_command(run: Run, stores: tuple[Path, Path], tmp_path: Path) -> None:
    old, new = stores
    same = run(f"kb diff {old} {old}")
    assert (same.returncode, same.stdout) == (0, "")
    assert "no difference" in same.stderr
    (tmp_path / "old" / "7487.md").write_text((tmp_path / "new" / "7487.md").read_text())
    build([tmp_path / "old"], old)
    for line in ("kb diff", "kb diff @previous", f"kb diff {old}@previous {old}", f"kb diff {old}@1 {old}@2"):
        shown = run(f"{line} -f jsonl", old)
        assert shown.returncode == 0, shown.stderr
        records = [json.loads(record) for record in shown.stdout.splitlines()]
        assert {"program", "thing", "name", "change", "line", "fields"} == set(records[0])
        assert sum(record["thing"] == "observation" for record in records) >= 8
    assert run(f"kb diff {old} {new}").stdout == ""
    assert "prime hours + 31.2" in run("kb diff", old).stdout
    assert "| 7487 | added | person | Ann Lee | PI |" in run("kb diff -f markdown", old).stdout
    first = run("kb diff -f patch", old).stdout
    assert first == run("kb diff -f patch", old).stdout
    assert first.startswith("H id <urn:uuid:")
    assert run("kb diff -f update --program 7487", old).stdout.startswith("DELETE DATA {")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("kb diff missing.nq", "missing.nq: no such file or store"),
        ("kb diff page.md", "a dump ends in one of .nq .nt"),
        ("kb diff bad.nq", "line 2"),
        ("kb diff bad.ttl", "line 3"),
        ("kb diff latin.nt", "latin.nt"),
        ("kb diff", "this store was built once"),
        ("kb diff @7", "no snapshot '7'"),
        ("kb diff .", "this is not a store"),
        ("kb diff blank.nt -f update", "blank node"),
        ("kb diff blank.nt --program 1", "program 1 is described on neither side"),
    ],
)
def test_errors_are_one_line(run: Run, line: str, message: str, bundled_store: Path, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text("")
    (tmp_path / "bad.nq").write_text('<a:b> <a:c> "d" .\n<a:b> <a:c> "d .\n')
    (tmp_path / "bad.ttl").write_text("@prefix a: <a:> .\n\na:b a:c .\n")
    (tmp_path / "latin.nt").write_bytes(b'<a:b> <a:c> "\xe9" .\n')
    (tmp_path / "blank.nt").write_text("_:x <a:c> _:y .\n")
    done = run(line.replace("kb", "kb -q", 1), bundled_store, tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_corpus_with_itself_and_with_one_page_changed(corpus: Path, tmp_path: Path) -> None:
    build([corpus / "program-pages"], tmp_path / "a")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    with open_side(str(tmp_path / "a")) as old, open_side(str(tmp_path / "b")) as new:
        assert diff(old, new).graphs == []
    page = next(
        path for path in sorted((corpus / "program-pages").glob("*.md")) if "| MIRI Imaging " in path.read_text()
    )
    (tmp_path / page.name).write_text(page.read_text().replace("| MIRI Imaging ", "| NIRCam Imaging ", 1))
    build([tmp_path / page.name], tmp_path / "b")
    with open_side(str(tmp_path / "a")) as old, open_side(str(tmp_path / "b")) as new:
        made = diff(old, new)
    assert [(thing, field, old, new) for thing, _, _, field, old, new in flat(made)] == [
        ("observation", "template", "MIRI Imaging", "NIRCam Imaging")
    ]
