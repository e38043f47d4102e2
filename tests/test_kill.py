"""Builds killed at any moment: the store opens and holds the old content or the new, never a mixture."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pages import write_pages

from kb.build import build
from kb.store import open_store

PROGRAMS = range(1, 151)
CODE = "import sys; from kb.build import build; build([sys.argv[1]], sys.argv[2], prune=True)"


def state(store: Path) -> tuple[frozenset[str], int, int]:
    """Titles, programs and statements: whole only together."""
    with open_store(store) as opened:
        titles = frozenset(str(t) for (t,) in opened.query("SELECT DISTINCT ?t { ?program dcterms:title ?t }"))
        (programs,) = opened.query("SELECT (COUNT(DISTINCT ?p) AS ?n) { ?p dcterms:source ?d }")
        return titles, int(str(programs[0])), len(opened)


def test_twenty_kills(tmp_path: Path) -> None:
    folders = {name: write_pages(tmp_path / name, PROGRAMS, title=f"Title {name}") for name in ("even", "odd")}
    # A few documents differ, then all: both ways of changing a store are interrupted.
    few = write_pages(tmp_path / "few", PROGRAMS, title="Title even")
    write_pages(few, range(1, 8), title="Title few")
    store = tmp_path / "store"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    expected = {}
    for name, folder in {**folders, "few": few}.items():
        build([folder], tmp_path / f"reference-{name}")
        expected[name] = state(tmp_path / f"reference-{name}")
    start = time.perf_counter()
    build([folders["even"]], store)
    subprocess.run(
        [sys.executable, "-c", CODE, str(folders["even"]), str(tmp_path / "timing")], check=True, env=environment
    )
    whole = time.perf_counter() - start
    chance = random.Random(7487)
    now, outcomes = "even", {"old": 0, "new": 0}
    for round_ in range(20):
        goal = chance.choice([name for name in expected if name != now])
        folder = few if goal == "few" else folders[goal]
        with subprocess.Popen([sys.executable, "-c", CODE, str(folder), str(store)], env=environment) as process:
            time.sleep(chance.uniform(0.05, whole))
            process.kill()
        found = state(store)
        assert found in (expected[now], expected[goal]), f"round {round_}: a mixture of {now} and {goal}"
        outcomes["new" if found == expected[goal] else "old"] += 1
        now = goal if found == expected[goal] else now
    # Neither lock nor debris is in the way of the next build.
    build([few], store, prune=True)
    assert state(store) == expected["few"]
    assert len(list((store / "snapshots").iterdir())) <= 2
    assert outcomes["old"] > 0, "no build was interrupted: the waits are too long"


def test_a_first_build_that_is_killed_can_be_repeated(tmp_path: Path) -> None:
    folder = write_pages(tmp_path / "in", range(1, 4))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    store = tmp_path / "store"
    for wait in (0.02, 0.1, 0.15, 0.2, 0.25, 0.3):
        with subprocess.Popen([sys.executable, "-c", CODE, str(folder), str(store)], env=environment) as process:
            time.sleep(wait)
            process.kill()
    build([folder], store)
    assert state(store)[1] == 3


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_ends_all_processes_with_one_line(tmp_path: Path) -> None:
    folder = write_pages(tmp_path / "in", range(1, 801))
    store = tmp_path / "store"
    build([write_pages(tmp_path / "before", range(1, 4))], store)
    before = state(store)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-m", "kb", "--store", str(store), "build", "--jobs", "2", str(folder)]
    lines = set()
    for wait in (0.0, 0.01, 0.05, 0.1, 0.2):
        with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment, start_new_session=True) as process:
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
            while process.poll() is None and not children.read_text():
                time.sleep(0.001)
            time.sleep(wait)
            os.killpg(process.pid, signal.SIGINT)  # as a terminal does
            said = process.communicate(timeout=60)[1].decode()
        lines.add((process.returncode, said))
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)
    assert lines == {(130, "kb: interrupted\n")}
    assert state(store) == before
    assert not list((store / "snapshots").glob("new"))


@pytest.mark.skipif(sys.platform != "linux", reason="documents are read in one process elsewhere")
@pytest.mark.parametrize("dies", ["one", "all"])
def test_what_a_killed_reader_left_is_read(dies: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kb import reading

    paths = sorted(map(str, write_pages(tmp_path / "pages", PROGRAMS).iterdir()))
    whole = reading.read_all(paths, jobs=1)
    parent, read, dead = os.getpid(), reading._read, []

    def dying(path: str, aliases: object) -> reading.Statements:
        if os.getpid() != parent and path in (paths[40:41] if dies == "one" else paths[40:]):
            os.kill(os.getpid(), signal.SIGKILL)
        if os.getpid() == parent:
            dead.append(path)
        return read(path, aliases)  # type: ignore[arg-type]

    monkeypatch.setattr(reading, "_read", dying)
    made = reading.read_all(paths, jobs=2)
    assert paths[40] in dead  # it was read in the end, by us
    assert {path: bytes(made[path].nquads) for path in paths} == {path: bytes(whole[path].nquads) for path in paths}
