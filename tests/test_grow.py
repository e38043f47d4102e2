"""``scripts/grow``: copies of documents are documents of the same shape about other programs, people and targets."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest

from kb.records import Reading
from kb.sources import bundled, read

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def grow(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    loader = importlib.machinery.SourceFileLoader("grow", str(ROOT / "scripts" / "grow"))
    spec = importlib.util.spec_from_loader("grow", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def objects_of(reading: Reading) -> set[str]:
    return {target.object for row in reading.observations for target in row.targets if target.object}


def test_copies_have_the_same_shape_and_other_names(grow: Any, tmp_path: Path) -> None:
    pages = sorted(bundled().rglob("7487.md"))
    tables = sorted(bundled().rglob("*.txt"))
    assert pages
    assert tables
    grow.grow(pages, tables, tmp_path, 3)
    documents = [pages[0], *sorted(tmp_path.rglob("1*.md"))]
    assert len(documents) == 3
    (original,), *copies = (read(path) for path in documents)
    seen = objects_of(original)
    for path, (copy,) in zip(documents[1:], copies, strict=True):
        assert copy.program is not None
        assert copy.program.id == int(path.stem)
        assert copy.rows == original.rows
        assert [f.code for f in copy.findings if f.code != "cycle-inferred"] == [
            f.code for f in original.findings if f.code != "cycle-inferred"
        ]
        for ours, theirs in zip(original.observations, copy.observations, strict=True):
            assert (theirs.template, theirs.elements) == (ours.template, ours.elements)
            assert [target.role for target in theirs.targets] == [target.role for target in ours.targets]
        objects = objects_of(copy)
        assert len(objects) == len(objects_of(original)) - 1  # that of J1743045 is known by a list, others are not
        assert not objects & seen
        seen |= objects
    planned = [read(path) for path in (tables[0], *sorted(tmp_path.rglob("planned-*")))]
    numbers = [reading.program.id for readings in planned for reading in readings if reading.program]
    assert len(numbers) == len(set(numbers)) == 3 * 37


def test_damage_stays(grow: Any) -> None:
    line = "| TW-HYA R1 F770W| MIRI Imag ing | 2) TW- HYA ( |"
    made = grow.grown(line, 1, {}, {"hya"})
    assert made == "| VX-HYA R1 F770W| MIRI Imag ing | 2) VX- HYA ( |"
    assert re.sub(r"\w", "x", made) == re.sub(r"\w", "x", line)
