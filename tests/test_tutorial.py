"""The tutorial runs, and its stored outputs are what it prints."""

from __future__ import annotations

import os
import re
import sys
from importlib import import_module
from pathlib import Path

import pytest
from conftest import ROOT

NOTEBOOK = ROOT / "examples" / "tutorial.ipynb"


def test_the_stored_outputs_are_those_of_a_fresh_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    monkeypatch.setenv("PYTHONPATH", f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    tutorial = import_module("tutorial")

    stored = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(stored)
    fresh = tutorial.executed(stored.copy())
    for before, now in zip(stored.cells, fresh.cells, strict=True):
        if before.cell_type == "code":
            assert now.outputs == before.outputs, f"{now.source}\n(scripts/tutorial writes the outputs again)"
    sys.modules.pop("tutorial")


def test_nothing_of_a_machine_and_nothing_to_run_is_stored() -> None:
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert not re.search(r"/tmp|/home|/root|<script|\\u001b", text)
    assert '"output_type": "error"' not in text
