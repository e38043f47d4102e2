"""Damaged pages against truth that was labelled by reading them (``truth/pages``): F1 of the observations found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.records import Observation, Reading
from kb.sources import read

TRUTH = Path(__file__).parent / "truth" / "pages"


def truths(split: str, corpus: Path) -> Iterator[tuple[dict[str, Any], Path]]:
    """Truth files of one split with the page that each is about: composed pages beside them, the rest in the corpus."""
    for file in sorted([*TRUTH.glob("*.json"), *TRUTH.glob("made/*.json")]):
        truth = json.loads(file.read_text(encoding="utf-8"))
        if truth["split"] == split:
            page = file.with_suffix(".md")
            yield truth, page if page.exists() else corpus / "program-pages" / f"{truth['id']}.md"


def agree(row: dict[str, Any], found: Observation, fields: tuple[str, ...]) -> bool:
    """True when an observation is what the truth says, or one of the other defensible readings of it."""
    mine = {
        "template": found.template,
        "label": found.label,
        "number": found.number,
        "folder": found.folder,
        "targets": [[t.number, t.name] for t in found.targets],
    }
    return all(mine[f] == row.get(f) or mine[f] in alternatives(row, f) for f in fields)


def alternatives(row: dict[str, Any], field: str) -> list[Any]:
    if f"{field}_also" not in row:
        return []
    also = row[f"{field}_also"]
    if field == "targets":
        return [also] if not also or isinstance(also[0][0], (int, type(None))) else also
    return also if isinstance(also, list) else [also]


def score(truth: dict[str, Any], reading: Reading, fields: tuple[str, ...]) -> tuple[int, int, int]:
    """(right, found, true) observations of one page; rows are matched in order, each once."""
    left = list(reading.observations)
    right = 0
    for row in truth["observations"]:
        match = next((o for o in left if agree(row, o, fields)), None)
        if match is not None:
            left.remove(match)
            right += 1
    return right, len(reading.observations), len(truth["observations"])


def f1(split: str, corpus: Path, fields: tuple[str, ...]) -> tuple[float, list[str]]:
    """F1 over a split, and the pages with a fault."""
    totals = [0, 0, 0]
    faulty = []
    for truth, page in truths(split, corpus):
        (reading,) = read(page)
        counts = score(truth, reading, fields)
        totals = [a + b for a, b in zip(totals, counts, strict=True)]
        if len(set(counts)) > 1:
            faulty.append(f"{page.name} {counts} {truth['kinds']}")
    return 2 * totals[0] / (totals[1] + totals[2]), faulty


@pytest.mark.parametrize("split", ["dev", "held"])
def test_templates_and_targets_of_damaged_pages(split: str, corpus: Path) -> None:
    value, faulty = f1(split, corpus, ("template", "targets"))
    assert value >= 0.995, "\n".join(faulty)


@pytest.mark.parametrize("split", ["dev", "held"])
def test_labels_of_damaged_pages(split: str, corpus: Path) -> None:
    value, faulty = f1(split, corpus, ("template", "targets", "label"))
    assert value >= 0.985, "\n".join(faulty)


@pytest.mark.parametrize("split", ["dev", "held"])
def test_numbers_and_folders_of_damaged_pages(split: str, corpus: Path) -> None:
    value, faulty = f1(split, corpus, ("number", "folder"))
    assert value >= 0.985, "\n".join(faulty)


def test_pages_without_observations_say_why(corpus: Path) -> None:
    codes = {"archival": "no-observations-archival", "lost": "observations-lost", "empty": "no-observations"}
    wrong = []
    for split in ("dev", "held"):
        for truth, page in truths(split, corpus):
            (reading,) = read(page)
            said = {f.code for f in reading.findings} & set(codes.values())
            allowed = [truth["why_none"], *alternatives(truth, "why_none")]
            if said not in [{codes[why]} if why else set() for why in allowed]:
                wrong.append((page.name, truth["why_none"], said))
    assert not wrong
