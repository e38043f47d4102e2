"""``kb diff``: what changed, in domain words and as statements."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.build import build
from kb.diff import Difference, diff, open_side
from kb.diff.changes import write_changes
from kb.diff.patch import write_patch, write_update
from kb.diff.sides import Dump
from kb.errors import UsageError
from kb.records import Document, Observation, Program, Reading, Target
from kb.sources import bundled, read
from kb.triples import to_nquads

Run = Callable[..., subprocess.CompletedProcess[str]]
Said = tuple[str, str, str, str, str, str]
PAGE = (bundled() / "program-pages" / "7487.md").read_text(encoding="utf-8")
TITLE = "CAL-XCAL-401 Absolute Flux Calibration (A Dwarfs)"
NEW_TITLE = "CAL-XCAL-401 Absolute Flux Calibration (A Dwarf Stars)"
SLIT = "| BD+60 1753         | MIRI LRS - slit                           | MIRI Low Resolution Spectroscopy         |"


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines(keepends=True) if line.startswith("| ")]


def in_row(marker: str, old: str, new: str) -> Callable[[str], str]:
    """Change the first row that holds a text."""

    def edit(text: str) -> str:
        row = next(line for line in rows(text) if marker in line)
        return text.replace(row, row.replace(old, new, 1), 1)

    return edit


def front(key: str, value: str) -> Callable[[str], str]:
    return lambda text: text.replace(f'\n{key}: ""', f'\n{key}: "{value}"', 1)


def words(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


def without(marker: str) -> Callable[[str], str]:
    return lambda text: text.replace(next(line for line in rows(text) if marker in line), "", 1)


def after(marker: str, row: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        found = next(line for line in rows(text) if marker in line)
        return text.replace(found, f"{found}{row}\n", 1)

    return edit


def swapped(text: str) -> str:
    first, second = (next(line for line in rows(text) if marker in line) for marker in ("(6) HD", "(5) HD"))
    return text.replace(first + second, second + first)


def said(thing: str, change: str, name: str, field: str = "", old: str = "", new: str = "") -> Said:
    return thing, change, name, field, old, new


#: Edits of the bundled page, and what each is to be called.
EDITS: list[tuple[Callable[[str], str], list[Said]]] = [
    (words("(A Dwarfs)", "(A Dwarf Stars)"), [said("program", "changed", NEW_TITLE, "title", TITLE, NEW_TITLE)]),
    (
        front("exclusive_access_period_months", "12"),
        [said("program", "changed", NEW_TITLE, "exclusive access months", new="12")],
    ),
    (
        front("prime_parallel_time_hours", "31.2/4.5"),
        [
            said("program", "changed", NEW_TITLE, "prime hours", new="31.2"),
            said("program", "changed", NEW_TITLE, "parallel hours", new="4.5"),
        ],
    ),
    (front("instrument_mode", "MIRI / Imaging"), [said("program", "changed", NEW_TITLE, "modes", new="MIRI/Imaging")]),
    (front("cycle", "Cycle 4"), [said("program", "changed", NEW_TITLE, "cycle inferred", "true", "false")]),
    (front("pi_and_co_pis", "PI: Ann Lee"), [said("person", "added", "Ann Lee", new="PI")]),
    (words("one fainter A star", "one faint A star"), [said("program", "changed", NEW_TITLE, "abstract")]),
    (
        words("for the\nMIRI spectrometers.", "for the\nMIRI spectrometers, as in program 1536."),
        [
            said("program", "changed", NEW_TITLE, "observing description"),
            said("reference", "added", "program 1536", new="Mentions"),
        ],
    ),
    (
        in_row("MIRI imaging ", "MIRI imaging ", "Deep image "),
        [said("observation", "changed", "MIRI imaging", "label", "MIRI imaging", "Deep image")],
    ),
    (
        in_row("4QPM", "F1550C", "F1140C"),
        [
            said("observation", "changed", "MIRI 4QPM - F1550C", "label", "MIRI 4QPM - F1550C", "MIRI 4QPM - F1140C"),
            said("observation", "changed", "MIRI 4QPM - F1550C", "elements", "F1550C", "F1140C"),
        ],
    ),
    (
        in_row("MIRI FULL", "MIRI External Flat", "MIRI Imaging"),
        [
            said(
                "observation",
                "changed",
                "MIRI FULL - F1550C+ F2300C",
                "template",
                "MIRI External Flat",
                "MIRI Imaging",
            )
        ],
    ),
    (
        in_row("(12) HD", "HD 55677 ", "HD 55678 "),
        [said("observation", "changed", "MIRI LRS slitless", "folder", "HD 55677", "HD 55678")],
    ),
    (
        in_row("MIRI Lyot", "(4) HD2811", "(5) HD2811-WBKG"),
        [said("observation", "changed", "MIRI Lyot - F2300C", "targets", "HD2811", "HD2811-WBKG")],
    ),
    (
        without("(9) BD+60"),
        [
            said(
                "observation",
                "removed",
                "MIRI LRS - BD+60 slitless",
                old="MIRI Low Resolution Spectroscopy, BD+60-1753-bkg",
            ),
            said("target", "removed", "BD+60-1753-bkg", old="number 9, Background, BD+60 1753"),
        ],
    ),
    (
        after("MIRI Lyot", "| HD 2811 | Second epoch | NIRCam Imaging | (4) HD2811 |"),
        [said("observation", "added", "Second epoch", new="NIRCam Imaging, HD2811")],
    ),
    (
        after("7) BD+60-1753 (", f"{SLIT} (7) BD+60-1753 |"),
        [said("observation", "added", "MIRI LRS - slit", new="MIRI Low Resolution Spectroscopy, BD+60-1753")],
    ),
    (
        words("J1743045-OFFSET-BAR", "J1743045-OFFSET-EDGE"),
        [said("target", "renamed", "J1743045-OFFSET-BAR", "name", "J1743045-OFFSET-BAR", "J1743045-OFFSET-EDGE")],
    ),
    (
        words("(13) HD-55677-bkg", "(23) HD-55677-bkg"),
        [said("target", "renumbered", "HD-55677-bkg", "number", "13", "23")],
    ),
    (
        words("(8) BD+60-1753-wbkg", "(8) GD 153"),
        [
            said("target", "renamed", "BD+60-1753-wbkg", "name", "BD+60-1753-wbkg", "GD 153"),
            said("target", "renamed", "BD+60-1753-wbkg", "object", "BD+60 1753", "GD 153"),
        ],
    ),
    (swapped, [said("observations", "moved", "1 of 15 rows")]),
]


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


def patched(quads: set[pyoxigraph.Quad], patch: bytes) -> set[pyoxigraph.Quad]:
    """Apply an RDF patch as its definition says."""
    lines = patch.decode().split("\n")
    assert lines[0].startswith("H id <urn:uuid:")
    assert (lines[1], lines[-2], lines[-1]) == ("TX .", "TC .", "")
    made = set(quads)
    for line in lines[2:-2]:
        quad = next(iter(pyoxigraph.parse(line[2:].encode(), pyoxigraph.RdfFormat.N_QUADS)))
        assert (quad in made) == (line[0] == "D")
        (made.discard if line[0] == "D" else made.add)(quad)
    return made


LABELS = ["", "MIRI imaging", "MIRI imaging deep", "Tile 1", "Tile 2"]
TEMPLATES = ["MIRI Imaging", "NIRCam Imaging", None]
TARGETS = [Target(1, "HD 2811", 1, "HD 2811"), Target(2, "GD 153", 1, "GD 153"), Target(None, 'Field é\t"x"', 1)]
ROW = st.tuples(
    st.sampled_from(LABELS),
    st.sampled_from(TEMPLATES),
    st.lists(st.sampled_from(TARGETS), unique=True, max_size=2),
    st.sampled_from([None, "A", "B"]),
)
Drawn = tuple[str, str | None, list[Target], str | None]


def program(rows: Sequence[Drawn], numbered: bool) -> Dump:
    observations = tuple(
        Observation(
            order=order,
            number=order if numbered else None,
            label=label,
            label_raw=label,
            folder=folder,
            template=template,
            template_raw=template or "",
            instrument=None,
            line=order,
            targets=tuple(targets),
        )
        for order, (label, template, targets, folder) in enumerate(rows, 1)
    )
    reading = Reading(Document("1.md", "program-page", "00", "1"), Program(1, "T"), observations=observations)
    return Dump.parse("rows", to_nquads([reading]).encode(), "nq")


def content(made: Difference, *, mirrored: bool = False) -> Counter[object]:
    """Everything that is said, but for the names of things that are on both sides; or the same the other way round."""
    other = {"added": "removed", "removed": "added"}
    found: Counter[object] = Counter()
    for change in made.changes:
        fields = [
            (field.field, *((field.new, field.old) if mirrored else (field.old, field.new))) for field in change.fields
        ]
        if change.change == "renumbered":  # pairs of numbers, in whatever order
            fields = [
                ("", *pair)
                for _, *sides in fields
                for pair in zip(*((s or "").split(", ") for s in sides), strict=True)
            ]
        kind = other.get(change.change, change.change) if mirrored else change.change
        found[change.thing, kind, change.name if kind in other else "", frozenset(fields)] += 1
    return found


@settings(max_examples=60, deadline=None)
@given(st.lists(ROW, max_size=7), st.lists(ROW, max_size=7), st.booleans())
def test_the_other_way_round_says_the_opposite(old: list[Drawn], new: list[Drawn], numbered: bool) -> None:
    before, there = program(old, numbered), program(new, numbered)
    forth, back = diff(before, there), diff(there, before)
    assert content(forth) == content(back, mirrored=True)
    counts = Counter(change.change for change in forth.changes if change.thing == "observation")
    assert counts["added"] - counts["removed"] == len(new) - len(old)
    stream = io.BytesIO()
    write_patch(forth.graphs, stream)
    assert patched(all_quads(before), stream.getvalue()) == all_quads(there)


def all_quads(side: Dump) -> set[pyoxigraph.Quad]:
    return {
        pyoxigraph.Quad(quad.subject, quad.predicate, quad.object, pyoxigraph.NamedNode(graph))
        for graph, text in side.ntriples()
        for quad in pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_TRIPLES)
    }


@settings(max_examples=40, deadline=None)
@given(st.lists(ROW, max_size=8), st.randoms(), st.booleans())
def test_another_order_is_neither_added_nor_removed(rows: list[Drawn], random: object, numbered: bool) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    made = diff(program(rows, numbered), program(shuffled, numbered))
    kinds = {(change.thing, change.change) for change in made.changes if change.thing != "graph"}
    assert kinds <= {("observations", "moved"), ("observation", "renumbered"), ("target", "renumbered")}


@settings(max_examples=40, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=8), st.data())
def test_a_row_of_many_alike_goes_or_comes_without_moving_the_others(rows: list[Drawn], data: st.DataObject) -> None:
    twins = [row for row in rows for _ in range(data.draw(st.integers(1, 3)))]
    gone = data.draw(st.integers(0, len(twins) - 1))
    fewer = [row for place, row in enumerate(twins) if place != gone]
    for made, change in (
        (diff(program(twins, False), program(fewer, False)), "removed"),
        (diff(program(fewer, False), program(twins, False)), "added"),
    ):
        kinds = [(c.thing, c.change) for c in made.changes if c.thing not in ("graph", "target")]
        assert kinds == [("observation", change)]


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
        ("kb diff .", "this is no store"),
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
