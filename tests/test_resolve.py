"""``kb resolve`` against a TAP service on loopback, and alias files in a build."""

from __future__ import annotations

import csv
import json
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tap_service import TapService

from kb.aliases import read_aliases
from kb.cli import main
from kb.errors import ServiceError, SourceError
from kb.identity import TargetUse, identify
from kb.knowledge import KnowledgeBase
from kb.resolve import Answer, Wanted, resolve, wanted
from kb.resolve.rows import alias_rows
from kb.resolve.simbad import Simbad

# Catalogue numbers that no catalogue has, so that no curated alias knows them.
OBJECTS = {
    "HD 999001": (1, "*  zzz  Cyg"),
    "HIP 999002": (1, "*  zzz  Cyg"),
    "TYC 9990-3-1": (1, "*  zzz  Cyg"),
    "HD 999004": (4, "HD 999004"),
    "HD 999004 B": (4, "HD 999004"),
    "NGC 99905": (5, "NGC 99905"),
}
PAGE = """\
---
id: {number}
proposal_type: "GO"
cycle: 4
program_title: "{title}"
---
# {number} - {title}
## OBSERVATIONS TABLE
| Folder Observation | Label | Observing Template | Science Target |
| :--- | :--- | :--- | :--- |
{rows}

## ABSTRACT

A star is observed.
"""
TARGETS = {9001: ["HD999001", "HD-999001-BKG"], 9002: ["HIP_999002"], 9003: ["HD 999001", "NGC-99905"], 9004: ["S1"]}


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[TapService]:
    pytest.importorskip("pyvo", reason="pyvo is not installed: pip install 'jwst-kb[resolve]'")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr("kb.resolve.simbad._BETWEEN", 0.0)
    monkeypatch.setattr("kb.resolve.simbad._LONGEST_PAUSE", 0.01)
    with TapService(OBJECTS) as running:
        yield running


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    for number, names in TARGETS.items():
        rows = "\n".join(f"| | image | MIRI Imaging | ({n}) {name} |" for n, name in enumerate(names, 1))
        text = PAGE.format(number=number, title="Stars of no catalogue", rows=rows)
        (folder / f"{number}.md").write_text(text, encoding="utf-8")
    return folder


def kb(*words: str | Path) -> int:
    """Run the command line here and return its exit code."""
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    return int(str(left.value.code))


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def objects(*names: str) -> list[Wanted]:
    return wanted((number, name) for number, name in enumerate(names))


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_the_command_writes_an_alias_file_that_merges_names_in_a_build(
    service: TapService, documents: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    store, out, cache = tmp_path / "store", tmp_path / "aliases.csv", tmp_path / "cache.jsonl"
    assert kb("--store", store, "build", documents) == 0
    flags = ("--service", service.url, "--cache", cache, "--out", out)
    assert kb("--store", store, "resolve", *flags) == 0
    first = out.read_bytes()
    with out.open(encoding="utf-8", newline="") as file:
        source = f"SIMBAD {today()} main_id=* zzz Cyg"
        assert list(csv.reader(file)) == [["name", "object", "source"], ["HIP 999002", "HD 999001", source]]
    assert service.asked == [["HD 999001", "HIP 999002", "NGC 99905"]]
    assert "1 aliases (3 names asked, 0 remembered, 3 known to SIMBAD)" in capfd.readouterr().err

    with KnowledgeBase.open(store) as before:
        apart = before.ask("object", object="HD 999001").column("id")
    assert kb("--store", store, "build", documents, "--aliases", out) == 0
    assert "4 read, 0 unchanged" in capfd.readouterr().err
    assert kb("--store", store, "build", documents, "--aliases", out) == 0
    assert "0 read, 4 unchanged" in capfd.readouterr().err
    with KnowledgeBase.open(store) as after:
        together = after.ask("object", object="HD 999001").column("id")
        assert after.ask("object", object="hip999002").column("id") == together
    assert set(apart) == {9001, 9003}
    assert set(together) == {9001, 9002, 9003}

    # A store that was built with the aliases asks the same and gives the same, from the cache: nothing goes out.
    assert kb("--store", store, "resolve", *flags) == 0
    assert out.read_bytes() == first
    assert len(service.asked) == 1
    # Without them all documents are read again, and the names are apart as before.
    assert kb("--store", store, "build", documents) == 0
    with KnowledgeBase.open(store) as again:
        assert again.ask("object", object="HD 999001").column("id") == apart


def test_aliases_for_read_check_and_python(
    documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    alias_file = tmp_path / "own.csv"
    alias_file.write_text("# mine\nname,object,source\nHIP999002,hd 999001,me\n", encoding="utf-8")

    def read_object(*words: str | Path) -> object:
        assert kb("read", documents / "9002.md", *words) == 0
        target = json.loads(capfd.readouterr().out)["observations"][0]["targets"][0]
        assert target["name"] == "HIP_999002"
        return target["object"]

    assert read_object() == "HIP 999002"
    assert read_object("--aliases", alias_file) == "HD 999001"
    monkeypatch.setenv("KB_ALIASES", str(alias_file))
    assert read_object() == "HD 999001"
    assert kb("check", documents) == 0
    monkeypatch.setenv("KB_ALIASES", str(tmp_path / "none.csv"))
    assert kb("check", documents) == 1
    assert "none.csv: the alias file cannot be read" in capfd.readouterr().err
    with KnowledgeBase.build([documents], aliases=[alias_file]) as made:
        assert set(made.ask("object", object="HD 999001").column("id")) == {9001, 9002, 9003}


def test_batches_and_cache(service: TapService, tmp_path: Path) -> None:
    cache = tmp_path / "sub" / "cache.jsonl"
    names = [f"HD 9990{n:02}" for n in range(1, 8)]
    done: list[tuple[int, int]] = []
    made = resolve(
        objects(*names), service.url, cache, batch=3, limit=5, progress=lambda some, of: done.append((some, of))
    )
    assert [len(batch) for batch in service.asked] == [3, 2]
    assert done == [(3, 5), (5, 5)]
    assert (made.asked, made.remembered, made.known, made.left) == (5, 0, 2, 2)
    made = resolve(objects(*names), service.url, cache, batch=3)
    assert service.asked[2:] == [names[5:]]  # neither what was found nor what was not found is asked again
    assert (made.asked, made.remembered, made.known, made.left) == (2, 5, 2, 0)
    lines = [json.loads(line) for line in cache.read_text(encoding="utf-8").splitlines()]
    assert lines[0] == {"service": service.url, "name": names[0], "oid": 1, "main_id": "*  zzz  Cyg", "date": today()}
    assert lines[1]["oid"] is lines[1]["main_id"] is None
    resolve(objects(*names), service.url, cache, refresh=True)
    assert service.asked[3:] == [names]
    assert resolve(objects(*names), f"{service.url}/sync/", cache).asked == 7  # another address, other answers


def test_names_go_out_as_data(service: TapService, tmp_path: Path) -> None:
    strange = ["Barnard's Cloud'; DROP TABLE basic --", "<b>Köhler & Söhne</b> Nebula", 'The "Quoted" Galaxy']
    Simbad(service.url).ask(strange)
    assert service.asked == [strange]
    assert all(word not in service.queries[0] for word in ("Barnard", "Nebula", "Galaxy"))


def test_one_name_of_two_objects_is_no_answer(service: TapService, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "<TR><TD>0</TD><TD>7</TD><TD>A</TD></TR><TR><TD>0</TD><TD>8</TD><TD>B</TD></TR>"
    monkeypatch.setattr(service, "rows", lambda names: [rows])
    assert Simbad(service.url).ask(["HD 7"]) == [Answer("HD 7", None, None, today())]


@pytest.mark.parametrize(
    ("modes", "message", "questions"),
    [
        (["slow", "slow"], r"no answer within 0\.3 s \(2 times\)", 2),
        (["trickle", "trickle"], r"no answer within 0\.3 s \(2 times\)", 2),
        (["busy", "busy"], r"not available \(HTTP 503\) \(2 times\)", 2),
        (["cut", "cut"], "breaks off", 2),
        (["html"], "a web page, not a VOTable", 1),
        (["missing"], "HTTP 404; check the address", 1),
        (["error"], r"refused the query: Unknown column <asked>", 1),
        (["short"], r"only 1 of 2 names were answered; try a smaller --batch", 1),
        (["overflow"], "try a smaller --batch", 1),
    ],
)
def test_a_service_that_misbehaves(
    service: TapService,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    modes: list[str],
    message: str,
    questions: int,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "names.txt").write_text("HD 999001\nHIP 999002\n\nHD 999004\nHD 999004 B\n", encoding="utf-8")
    flags = ("--names", "names.txt", "--cache", "cache.jsonl", "--service", service.url, "--batch", "2")
    assert kb("resolve", *flags, "--limit", "2") == 0
    before = files(tmp_path)
    service.modes, service.asked = list(modes), []
    capfd.readouterr()
    assert kb("resolve", *flags, "--retries", "1", "--timeout", "0.3") == 1
    error = capfd.readouterr().err
    assert re.search(message, error), error
    assert service.url in error
    assert len(error.splitlines()) == 1
    assert files(tmp_path) == before
    assert len(service.asked) == questions


@pytest.mark.parametrize("mode", ["slow", "trickle", "busy", "cut"])
def test_what_may_pass_is_tried_again(service: TapService, mode: str) -> None:
    service.modes = [mode]
    answers = Simbad(service.url, timeout=0.5, retries=1, pause=0.01).ask(["HD 999001", "HD 2"])
    assert [answer.oid for answer in answers] == [1, None]
    assert len(service.asked) == 2


def test_earlier_batches_stay_in_the_cache(service: TapService, tmp_path: Path) -> None:
    names = ["HD 999001", "HD 999004"]
    service.modes = ["fine", "html"]
    with pytest.raises(ServiceError):
        resolve(objects(*names), service.url, tmp_path / "cache.jsonl", batch=1)
    service.asked = []
    resolve(objects(*names), service.url, tmp_path / "cache.jsonl", batch=1)
    assert service.asked == [["HD 999004"]]


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}/tap", "http://simbad.invalid/tap", "ftp://x/tap", "tap"])
def test_no_network_or_no_address(
    service: TapService,
    address: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with socket.socket() as held:  # bound and not listening: connections are refused
        held.bind(("127.0.0.1", 0))
        url = address.format(port=held.getsockname()[1])
        monkeypatch.chdir(tmp_path)
        (tmp_path / "names.txt").write_text("HD 999001\n", encoding="utf-8")
        assert kb("resolve", "--names", "names.txt", "--cache", "c", "--service", url, "--retries", "0") == 1
    error = capfd.readouterr().err
    assert error.startswith(f"kb: {url}: ")
    assert len(error.splitlines()) == 1
    assert files(tmp_path).keys() == {"names.txt"}


def test_without_pyvo_the_remedy_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyvo.dal.tap", None)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "names.txt").write_text("HD 999001\n", encoding="utf-8")
    assert kb("resolve", "--names", "names.txt", "--cache", "c") == 1
    assert "pip install 'jwst-kb[resolve]'" in capfd.readouterr().err
    assert kb("resolve", "--names", "names.txt", "--dry-run") == 0  # what asks nothing needs no pyvo
    assert capfd.readouterr().out == "HD 999001\n"


def test_a_damaged_cache_is_left_alone(service: TapService, tmp_path: Path) -> None:
    cache = tmp_path / "cache.jsonl"
    cache.write_text("name,object,source\n", encoding="utf-8")
    with pytest.raises(SourceError, match="line 1 is not an answer"):
        resolve(objects("HD 999001"), service.url, cache)
    assert cache.read_text(encoding="utf-8") == "name,object,source\n"
    assert service.asked == []


def test_planets_moving_bodies_and_generic_names_are_not_asked_for() -> None:
    names = ["HD 189733 b", "WASP-999b", "Titan", "Ceres", "12P", "TARGET-1", "BKG", "S1", "ABC-1", "Bullet Cluster"]
    assert [one.object for one in objects(*names)] == ["Bullet Cluster"]


def known(**names: int) -> dict[str, Answer]:
    return {
        name: Answer(name, oid or None, f"main {oid}" if oid else None, "2026-11-21") for name, oid in names.items()
    }


def test_the_name_that_stays() -> None:
    def kept(*group: Wanted) -> set[str]:
        rows, _ = alias_rows(group, known(**{one.object: 1 for one in group}))
        assert {row.name for row in rows} == {one.object for one in group} - {row.object for row in rows}
        return {row.object for row in rows}

    assert kept(Wanted("NGC 1", ("NGC 1",), 2), Wanted("UGC 99905", ("UGC 99905",), 3)) == {"UGC 99905"}
    assert kept(Wanted("NGC 1", ("NGC 1",), 2), Wanted("UGC 99905", ("UGC 99905",), 2)) == {"NGC 1"}
    assert kept(Wanted("NGC 2", ("NGC 2",), 1), Wanted("NGC 1", ("NGC 1",), 1)) == {"NGC 1"}


def test_parts_stay_apart_from_wholes() -> None:
    group = [Wanted(name, (name,), 1) for name in ("HD 999004", "HD 999004 B")]
    assert alias_rows(group, known(**{"HD 999004": 4, "HD 999004 B": 4})) == ([], 0)
    group.append(Wanted("HIP 999009", ("HIP 999009",), 1))
    rows, _ = alias_rows(group, known(**{one.object: 4 for one in group}))
    assert [(row.name, row.object) for row in rows] == [("HIP 999009", "HD 999004")]


def test_spellings_count_where_the_name_itself_is_not_known() -> None:
    one = Wanted("HD 1", ("HD 1", "HD-1a", "HD-1x"), 1)
    other = Wanted("HD 2", ("HD 2",), 2)
    rows, unclear = alias_rows([one, other], known(**{"HD 1": 0, "HD-1a": 2, "HD-1x": 2, "HD 2": 2}))
    assert [row.name for row in rows] == ["HD 1"]
    assert unclear == 0
    assert alias_rows([one, other], known(**{"HD 1": 0, "HD-1a": 2, "HD-1x": 3, "HD 2": 2})) == ([], 1)
    rows, unclear = alias_rows([one, other], known(**{"HD 1": 2, "HD-1a": 2, "HD-1x": 3, "HD 2": 2}))
    assert [row.name for row in rows] == ["HD 1"]
    assert unclear == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "first line must be name,object,source"),
        ("HD 1,HD 2,me\n", "first line must be"),
        ("name,object,source\nHD 1,HD 2\n", "line 2: need name,object,source"),
        ("name,object,source\n# so\nHD 1,,me\n", "line 3: need"),
        ("name,object,source\nHD 1,HD 2,me\nhd-1,HD 3,me\n", "line 3: 'hd-1' is 'HD 2' already"),
        ("name,object,source\nHD 1,HD 2,me\nHD 2,HD 1,me\n", "lead in a circle"),
    ],
)
def test_alias_files_that_cannot_be_meant(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        read_aliases([path])


def test_aliases_follow_the_rules(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "name,object,source\nHIP-999002,hd999001,me\nMy Star,HD 999004,me\nUDS-T29,HD 3,me\n", encoding="utf-8"
    )
    aliases = read_aliases([path])
    assert aliases is not None
    assert aliases.get("HIP 999002 b") is None
    names = ["HIP_999002", "HIP999002-BKG", "HIP 999002 b", "HIP 999002 B", "MYSTAR", "TARGET-1", "UDS-T29"]
    plain = identify([TargetUse(name) for name in names])
    renamed = [aliases.rename(name, found) for name, found in zip(names, plain, strict=True)]
    objects = ["HD 999001", "HD 999001", "HD 999001 b", "HD 999001 B", "HD 999004", None, None]
    assert [found.object for found in renamed] == objects
    assert [found.role for found in renamed] == [found.role for found in plain]
    assert renamed[1].role == "background"
    assert [found.system for found in renamed] == [None, None, "HD 999001", "HD 999001", None, None, None]
    assert [found.method for found in renamed] == ["alias"] * 5 + [None, None]
    assert all("alias file" in found.rule for found in renamed[:5])


def test_a_companion_is_no_planet(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,object,source\nHD 999001 B,HIP 999002,me\n", encoding="utf-8")
    aliases = read_aliases([path])
    assert aliases is not None
    names = ["HD 999001 b", "HD-999001-B", "HD999001"]
    renamed = [aliases.rename(n, i) for n, i in zip(names, identify([TargetUse(n) for n in names]), strict=True)]
    assert [found.object for found in renamed] == ["HD 999001 b", "HIP 999002", "HD 999001"]


def test_alias_files_together(tmp_path: Path) -> None:
    head = "name,object,source\n"
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    one.write_text(f"{head}HD 1,HD 2,me\nHD 2,HD 2,itself\n", encoding="utf-8")
    two.write_text(f"{head}HD 1,HD 9,other\nhd_3,HD 1,other\nJ0102-03,NGC 7,other\n", encoding="utf-8")
    aliases = read_aliases([one, two])
    assert aliases is not None
    assert {name: aliases.get(name) for name in ("hd1", "HD-3", "J0102-03", "J0102 03")} == {
        "hd1": "HD 2",  # of the file that was named first
        "HD-3": "HD 2",  # an alias of an alias
        "J0102-03": "NGC 7",
        "J0102 03": None,
    }
    assert aliases.digest != read_aliases([two, one]).digest  # type: ignore[union-attr]
    assert read_aliases([]) is None
