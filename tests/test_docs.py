"""``scripts/docs``: the HTML reference of the ontology."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import rdflib
from conftest import ROOT
from rdflib import OWL, RDF

from kb.iris import ONTOLOGY
from kb.vocabulary import load, ontology_dir

pytest.importorskip("pylode")


def written(folder: Path, seed: str, path: str = os.environ["PATH"]) -> tuple[bytes, str]:
    """Run the script; return the page and what it said."""
    command = [sys.executable, str(ROOT / "scripts" / "docs.py"), str(folder)]
    environment = {"PATH": path, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True, timeout=120)
    return (folder / "index.html").read_bytes(), done.stderr


def test_the_reference_has_every_term_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    page, _ = written(tmp_path / "one", "1")
    assert page == written(tmp_path / "two", "2")[0]
    text = page.decode()
    properties = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty}
    ontology = rdflib.Graph().parse(ontology_dir() / "jwst-kb.ttl")
    for name, iri in load().terms.items():
        if properties & set(ontology.objects(rdflib.URIRef(iri), RDF.type)):
            assert f'id="{name}"' in text, name
    assert text.count("<svg") == bool(shutil.which("dot"))


def test_without_graphviz_there_is_a_page_and_a_message(tmp_path: Path) -> None:
    page, said = written(tmp_path, "1", path="/nowhere")
    assert b"<svg" not in page
    assert "Graphviz" in said


def test_the_page_in_exports_is_fresh_and_complete() -> None:
    text = (ROOT / "exports" / "ontology" / "index.html").read_text(encoding="utf-8")
    assert "<svg" in text
    shown = set(re.findall(re.escape(ONTOLOGY) + r"(\w+)</code>", text))
    ontology = rdflib.Graph().parse(ontology_dir() / "jwst-kb.ttl")
    ours = {str(c) for c in ontology.subjects(RDF.type, OWL.Class) if str(c).startswith(ONTOLOGY)}
    assert {iri.removeprefix(ONTOLOGY) for iri in ours} <= shown
    assert not re.search(r'(?:src|href)="http[^"]*\.(?:css|js)"', text)
