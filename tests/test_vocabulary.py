"""The closed namespace: what ontology/ defines is found, what it does not define raises."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from kb.concepts import Template
from kb.errors import VocabularyError
from kb.vocabulary import digest, load, ontology_dir, ontology_version, read_vocabulary


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy the ontology to a place where a test may damage it."""
    return Path(shutil.copytree(ontology_dir(), tmp_path / "ontology"))


def append(folder: Path, file: str, text: str) -> None:
    with (folder / file).open("a", encoding="utf-8") as lines:
        lines.write(text)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("MIRI Imaging", "MIRI Imaging"),
        (" miri\u00a0 imaging ", "MIRI Imaging"),
        ("MiriMRS", "MIRI Medium Resolution Spectroscopy"),
        ("NIRCam WFSS", "NIRCam Wide Field Slitless Spectroscopy"),
        ("NirspecMOS", "NIRSpec MultiObject Spectroscopy"),
        ("NIRSpec/BOTS", "NIRSpec Bright Object Time Series"),
    ],
)
def test_a_template_is_found_by_label_and_short_form(text: str, label: str) -> None:
    found = load().template(text)
    assert found is not None
    assert found.label == label


@pytest.mark.parametrize(
    "label",
    [
        "FGS External Calibration",
        "FGS Internal Flat",
        "MIRI Anneal",
        "MIRI Coronagraphic Photometric Calibration",
        "NIRCam Time Series",
        "NIRISS Imaging",
        "NIRSpec Filter/Grating Wheel Test",
        "NIRSpec MSA Anneal",
        "NIRSpec MSA Masking",
        "NIRSpec MSA Short Detection",
        "Pointing Only",
        "WFSC NIRCam Fine Phasing",
    ],
)
def test_templates_that_few_programs_use_are_there_too(label: str) -> None:
    assert label in load().templates


@pytest.mark.parametrize("text", ["", "MIRI", "MRS", "Imaging", "NIRCam Grism", "NIRISS grism observations", "7"])
def test_what_is_no_template_is_not_guessed(text: str) -> None:
    assert load().template(text) is None


def test_a_template_says_instrument_mode_and_purpose() -> None:
    templates = load().templates
    dark = templates["NIRSpec Dark"]
    assert (dark.instrument, dark.mode, dark.purpose) == ("NIRSpec", "dark", "calibration")
    assert templates["WFSC NIRCam Fine Phasing"].instrument == "NIRCam"
    assert templates["Pointing Only"].instrument is None
    assert templates["MIRI Medium Resolution Spectroscopy"].mode == templates["NIRSpec IFU Spectroscopy"].mode


def test_the_same_filter_of_two_instruments_is_two_elements() -> None:
    vocabulary = load()
    assert vocabulary.element("NIRCam", "F200W") != vocabulary.element("NIRISS", "F200W")
    assert {"F1550C", "P750L"} <= vocabulary.elements["MIRI"]
    assert "F1550C" not in vocabulary.elements["NIRCam"]
    assert vocabulary.elements["FGS"] == frozenset()


def test_a_miss_raises_and_says_what_is_nearest() -> None:
    vocabulary = load()
    for look, nearest in (
        (lambda: vocabulary.term("hasObservations"), "hasObservation"),
        (lambda: vocabulary.concept("kind", "tresury"), "treasury"),
        (lambda: vocabulary.concept("kinds", "treasury"), "kind"),
        (lambda: vocabulary.find("kinds", "treasury"), "kind"),
        (lambda: vocabulary.finding("template-unkown"), "template-unknown"),
        (lambda: vocabulary.element("MIRI", "F1550"), "f1550c"),
    ):
        with pytest.raises(VocabularyError, match=f"did you mean '{nearest}'") as raised:
            look()
        assert "\n" not in str(raised.value)


def test_one_name_for_two_concepts_is_refused(copy: Path) -> None:
    path = copy / "vocabulary" / "templates.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"NirspecDark"', '"NirspecDark", "MIRI MRS"'), encoding="utf-8")
    with pytest.raises(VocabularyError, match="'MIRI MRS' names both"):
        read_vocabulary(copy)


def test_a_concept_without_a_label_is_refused(copy: Path) -> None:
    append(
        copy,
        "vocabulary/roles.ttl",
        'role:x skos:notation "x" ; skos:definition "x" ; skos:inScheme scheme:role .',
    )
    with pytest.raises(VocabularyError, match=r"role/x> needs one \S+prefLabel, has 0"):
        read_vocabulary(copy)


def test_a_template_of_an_instrument_that_does_not_exist_is_refused(copy: Path) -> None:
    path = copy / "vocabulary" / "templates.ttl"
    text = path.read_text(encoding="utf-8").replace("instrument:miri ", "instrument:mirri ", 1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(VocabularyError, match="instrument/mirri>, which is not defined"):
        read_vocabulary(copy)


def test_a_scheme_that_does_not_exist_is_refused(copy: Path) -> None:
    path = copy / "vocabulary" / "roles.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace("inScheme scheme:role", "inScheme scheme:rol"), "utf-8")
    with pytest.raises(VocabularyError, match="scheme 'rol', which is not defined"):
        read_vocabulary(copy)


def test_broken_turtle_is_refused_with_file_and_line(copy: Path) -> None:
    append(copy, "vocabulary/roles.ttl", "role:x a")
    with pytest.raises(VocabularyError, match=r"roles\.ttl.*line"):
        read_vocabulary(copy)


def test_the_version_depends_on_names_and_contents_only(copy: Path) -> None:
    before = digest(copy)
    assert before == ontology_version()
    for path in copy.rglob("*.ttl"):
        os.utime(path, (0, 0))
    append(copy, "README.md", "A remark.")
    append(copy, "questions/new.rq", "ASK {}")
    (copy / "vocabulary" / ".roles.ttl.swp").write_text("x")
    assert digest(copy) == before
    append(copy, "vocabulary/roles.ttl", "\n")
    changed = digest(copy)
    assert changed != before
    (copy / "vocabulary" / "roles.ttl").rename(copy / "vocabulary" / "role.ttl")
    assert digest(copy) not in (before, changed)


def test_it_works_where_the_package_is_installed(tmp_path: Path) -> None:
    """A wheel carries the ontology inside the package."""
    package = tmp_path / "kb"
    package.mkdir()
    for name in ("__init__.py", "concepts.py", "errors.py", "iris.py", "vocabulary.py"):
        source = Path(__file__).parent.parent / "kb" / name
        (package / name).write_text(
            source.read_text(encoding="utf-8") if source.is_file() and name != "__init__.py" else ""
        )
    shutil.copytree(ontology_dir(), package / "ontology")
    code = "from kb.vocabulary import *; print(ontology_dir(), ontology_version(), len(load().templates))"
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    made = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert made.stdout.split() == [str(package / "ontology"), ontology_version(), str(len(load().templates))]


_ROW = re.compile(r"^\s*\|(.*)\|\s*$")


def template_cells(text: str) -> list[str]:
    """Return the cells under a header cell that is ``Observing Template`` and nothing else, in rows of full width."""
    found: list[str] = []
    header: list[str] | None = None
    for line in text.splitlines():
        match = _ROW.match(line)
        cells = [cell.strip() for cell in match[1].split("|")] if match else []
        if "Observing Template" in cells:
            header = cells
        elif not cells:
            header = None
        elif header and len(cells) == len(header) and all(cells[i] for i, name in enumerate(header) if "Label" in name):
            found.append(cells[header.index("Observing Template")])
    return [cell for cell in found if not re.fullmatch(r"[:-]*", cell)]


def test_every_template_of_undamaged_pages_is_known(corpus: Path) -> None:
    """A spelling that several programs share is no damage."""
    programs = defaultdict(set)
    for path in sorted((corpus / "program-pages").glob("*.md")):
        for cell in template_cells(path.read_text(encoding="utf-8", errors="replace")):
            programs[cell].add(path.name)
    shared = {cell for cell, names in programs.items() if len(names) > 2}
    assert len(shared) > 20
    assert shared - set(load().templates) == set()


def test_every_kind_and_category_of_the_corpus_is_known(corpus: Path) -> None:
    vocabulary = load()
    unknown = set()
    for path in sorted((corpus / "program-pages").glob("*.md")):
        text = path.read_text(encoding="utf-8", errors="replace")
        for field, values in re.findall(r'^(type|proposal_type): "(.*)"$', text, re.M):
            for value in filter(None, (part.strip() for part in values.split(","))):
                if not vocabulary.find("category", value) and (field != "type" or not vocabulary.find("kind", value)):
                    unknown.add(value)
    assert unknown == set()


def test_templates_are_typed() -> None:
    assert all(type(template) is Template for template in load().templates.values())
