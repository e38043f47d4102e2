"""The package works from a wheel, from an editable install and from the checkout itself."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT

ASK = "from kb.vocabulary import ontology_dir; from kb.sources import bundled; print(ontology_dir()); print(bundled())"


def run(args: list[str], cwd: Path, **env: str) -> str:
    """Standard output of a command; its errors are the failure's message."""
    done = subprocess.run(args, cwd=cwd, env={**os.environ, **env}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)], folder)
    (file,) = folder.glob("*.whl")
    return file


def test_a_wheel_carries_ontology_and_records(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    inside = {n.removeprefix("kb/ontology/") for n in names if n.startswith("kb/ontology/")}
    files = {str(p.relative_to(ROOT / "ontology")) for p in (ROOT / "ontology").rglob("*") if p.is_file()}
    assert inside == files
    assert "kb/bundled/program-pages/7487.md" in names
    assert "kb/py.typed" in names
    assert not [n for n in names if n.startswith("tests/")]


def test_an_installed_wheel_builds_and_answers(wheel: Path, tmp_path: Path) -> None:
    site, store = tmp_path / "site", tmp_path / "store"
    run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(site), str(wheel)], tmp_path)
    env = {"PYTHONPATH": str(site), "KB_STORE": str(store)}
    ontology, records = run([sys.executable, "-c", ASK], tmp_path, **env).splitlines()
    assert Path(ontology).is_relative_to(site)
    assert Path(records).is_relative_to(site)
    run([sys.executable, "-m", "kb", "build"], tmp_path, **env)
    count = "SELECT (COUNT(DISTINCT ?p) AS ?n) WHERE { ?p a <https://w3id.org/jwst-kb/ontology#Program> }"
    assert run([sys.executable, "-m", "kb", "query", count, "-f", "csv"], tmp_path, **env).split() == ["n", "38"]


def test_the_checkout_runs_as_it_is(tmp_path: Path) -> None:
    ontology, records = run([sys.executable, "-c", ASK], tmp_path, PYTHONPATH=str(ROOT)).splitlines()
    assert (Path(ontology), Path(records)) == (ROOT / "ontology", ROOT / "kb" / "bundled")
