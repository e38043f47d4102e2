"""``exports/`` is what ``scripts/exports`` makes, byte for byte."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from conftest import ROOT


def made(folder: Path) -> dict[str, bytes]:
    done = subprocess.run(
        [str(ROOT / "scripts" / "exports"), str(folder)], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_exports_are_fresh_and_the_same_each_time(tmp_path: Path) -> None:
    if not (ROOT / ".venv").is_dir():
        pytest.skip("no .venv: scripts/test makes it")
    first, second = made(tmp_path / "one"), made(tmp_path / "two")
    assert first == second
    committed = {name: (ROOT / "exports" / name).read_bytes() for name in first if (ROOT / "exports" / name).is_file()}
    stale = [name for name in first if committed.get(name) != first[name]]
    assert not stale, "run scripts/exports and commit what it writes"
