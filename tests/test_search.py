"""Full text: what is found, how it is ranked, and that the index is never another store's."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pages import page

from kb.build import build
from kb.errors import UsageError
from kb.search import Hit, search, to_rows
from kb.search.words import readings
from kb.store import Store, open_store

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("search")
    pages = {
        1001: page(1001, "Disks of dust", [("ring", "MIRI Imaging", "(1) AS-205")], text="A spectroscopic look."),
        1002: page(1002, "Winds", [("wind of AS 205", "MIRI Imaging", "(1) AS205")], text="The disk loses gas."),
        1003: page(
            1003, "Giants", [("roll 1", "MIRI Coronagraphic Imaging", "(1) HD-218396")], text="Müller's planets."
        ),
        1004: page(1004, "Near names", [("x", "MIRI Imaging", "(1) AS-2051")], text="As of 205 days ago."),
    }
    for number, text in pages.items():
        (folder / f"{number}.md").write_text(text, encoding="utf-8")
    build([folder], folder / "store")
    with open_store(folder / "store") as opened:
        yield opened


def programs(hits: list[Hit]) -> set[int]:
    return {int(hit.iri.rsplit("/", 1)[1]) for hit in hits if hit.kind == "program"}


@pytest.mark.parametrize("words", ["AS 205", "as-205", "AS205", "as_205", '"AS 205"'])
def test_a_name_is_found_however_it_is_written(store: Store, words: str) -> None:
    hits = search(store, words)
    assert (hits[0].kind, hits[0].name) == ("object", "AS 205")
    assert programs(hits) == {1001, 1002}  # and neither AS 2051 nor "as of 205"


def test_words_are_found_by_their_stem_without_accents_and_by_their_beginning(store: Store) -> None:
    assert programs(search(store, "disk")) == programs(search(store, "DISKS")) == {1001, 1002}
    assert programs(search(store, "muller")) == {1003}
    assert programs(search(store, "spectroscop*")) == {1001}
    assert programs(search(store, "disk gas")) == {1002}  # all of the words


def test_other_names_of_an_object_find_it(store: Store) -> None:
    for name in ("HD 218396", "HR8799", "HIP 114189"):  # as written, as called here, and neither
        hits = search(store, name)
        assert (hits[0].kind, hits[0].name) == ("object", "HR 8799")
        assert programs(hits) == {1003}
    assert search(store, "hd218396")[0].passage == "HD-218396"


def test_the_passage_is_as_written_and_says_where_the_words_are(store: Store) -> None:
    (hit,) = search(store, "wind as205", kind="program")
    assert (hit.place, hit.passage) == ("names", "AS205 · AS 205")
    assert [hit.passage[a:b] for a, b in hit.marks] == ["AS205", "AS 205"]
    (hit,) = search(store, "loses")
    assert (hit.place, hit.passage) == ("abstract", "Words about program 1002. The disk loses gas.")
    assert to_rows([hit], "markdown")[0][3] == "Words about program 1002. The disk **loses** gas."


def test_a_title_counts_more_than_an_abstract(store: Store) -> None:
    assert [hit.iri.rsplit("/", 1)[1] for hit in search(store, "disk", kind="program")] == ["1001", "1002"]


def test_templates_and_people_are_found(store: Store) -> None:
    assert ("template", "MIRI Medium Resolution Spectroscopy") in [(h.kind, h.name) for h in search(store, "mrs")]
    assert [hit.name for hit in search(store, "lee", kind="person")] == ["Ann Lee"]
    assert programs(search(store, "Ann Lee")) == {1001, 1002, 1003, 1004}


def test_what_has_only_some_of_the_words_comes_with_a_remark(store: Store) -> None:
    said: list[str] = []
    assert programs(search(store, "giants winds", tell=said.append)) == {1002, 1003}
    assert said == ["nothing has all of the words; these have some of them"]
    said.clear()
    assert programs(search(store, '"days 205"', tell=said.append)) == {1004}
    assert said == ["the words stand nowhere together as they were typed; these have them apart"]
    assert search(store, "xyzzy") == []


@pytest.mark.parametrize("words", ["a AND", "NOT x", "name:", "x NEAR y", 'a"', "a^2", "{x}", "x\0", "-x", "x OR"])
def test_nothing_that_is_typed_is_a_query_of_the_engine(store: Store, words: str) -> None:
    search(store, words, tell=str)


def test_bad_arguments(store: Store) -> None:
    with pytest.raises(UsageError, match="nothing to look for"):
        search(store, " - ")
    with pytest.raises(UsageError, match="no kind 'planet': give one of program"):
        search(store, "x", kind="planet")


def test_queries_are_strict_first() -> None:
    assert [query for query, _ in readings('"outer disk" of AS205')] == [
        '"outer disk" AND "of" AND "AS 205"',
        '"outer" AND "disk" AND "of" AND "AS" AND "205"',
        '"outer" OR "disk" OR "of" OR "AS" OR "205"',
    ]


def test_the_index_goes_with_its_snapshot(tmp_path: Path) -> None:
    folder, place = tmp_path / "in", tmp_path / "store"
    folder.mkdir()
    (folder / "1.md").write_text(page(1, "Before"), encoding="utf-8")
    build([folder], place)
    with open_store(place) as before:
        assert programs(search(before, "before")) == {1}
        (folder / "1.md").write_text(page(1, "After"), encoding="utf-8")
        build([folder], place)
        assert programs(search(before, "before")) == {1}  # what was opened stays as it is
        with open_store(place) as after:
            assert programs(search(after, "after")) == {1}
            assert programs(search(after, "before")) == set()
        (folder / "1.md").write_text(page(1, "Later"), encoding="utf-8")
        build([folder], place)  # sweeps the first snapshot away, and its index
        assert programs(search(before, "before")) == {1}
    kept = sorted(path.parent.name for path in place.glob("snapshots/*/search-*"))
    assert kept == ["2"]


def test_a_damaged_index_is_made_anew(tmp_path: Path) -> None:
    build([_one(tmp_path)], tmp_path / "store")
    with open_store(tmp_path / "store") as opened:
        assert programs(search(opened, "before")) == {1}
        (path,) = tmp_path.glob("store/snapshots/1/search-*.sqlite")
        for damage in (b"", b"no index", path.read_bytes()[:5000]):
            path.write_bytes(damage)
            assert programs(search(opened, "before")) == {1}
    assert sqlite3.connect(path).execute("SELECT COUNT(*) FROM search").fetchone()[0] > 40


def test_a_store_that_cannot_be_written_is_searched_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build([_one(tmp_path)], tmp_path / "store")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("kb.search.index.os.fsync", refuse)
    with open_store(tmp_path / "store") as opened:
        assert programs(search(opened, "before")) == {1}
    assert [path.name for path in tmp_path.glob("store/snapshots/1/*")] != []
    assert not list(tmp_path.glob("store/snapshots/1/search*"))


def _one(folder: Path) -> Path:
    (folder / "1.md").write_text(page(1, "Before"), encoding="utf-8")
    return folder / "1.md"


def test_the_command(run: Run, bundled_store: Path) -> None:
    done = run("kb search HD2811 --limit 1 -f jsonl", bundled_store)
    assert json.loads(done.stdout)["iri"] == "https://w3id.org/jwst-kb/object/hd-2811"
    assert (
        run("kb search absolute flux -f csv | head -1", bundled_store).stdout == "kind,name,place,passage,iri,score\n"
    )
    done = run("kb search xyzzy", bundled_store)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "nothing found\n")
    done = run("kb search ...", bundled_store)
    assert (done.returncode, done.stderr) == (
        1,
        "kb: '...': nothing to look for; give words with letters or digits\n",
    )
