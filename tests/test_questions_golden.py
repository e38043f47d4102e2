"""Answers that were checked by hand against the pages: one file per question in ``golden/questions``.

All are asked of one small set of pages, so that each answer could be worked out by reading them; the note ``checked`` of a
file says how.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from kb.build import build
from kb.questions import ask, bind, load, names
from kb.sources import bundled
from kb.store import Store, open_store

PAGES = (1248, 1281, 1536, 1585, 2211, 2567, 3077, 4403, 4487, 4491, 4496, 6604, 6611, 6621, 7487, 7833, 9256)
GOLDEN = sorted((Path(__file__).parent / "golden" / "questions").glob("*.yaml"))


@pytest.fixture(scope="module")
def store(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("golden") / "store"
    build([*(corpus / "program-pages" / f"{number}.md" for number in PAGES), bundled() / "sodrm"], folder)
    with open_store(folder) as opened:
        yield opened


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_answer_is_what_the_pages_say(path: Path, store: Store) -> None:
    golden = yaml.safe_load(path.read_text(encoding="utf-8"))
    rows = ask(store, golden["question"], golden["parameters"])
    places = [rows.columns.index(name) for name in golden["columns"]]
    shown = [[plain(row[place]) for place in places] for row in rows]
    assert shown == golden["rows"]
    assert len(golden["checked"]) > 40


def test_every_question_has_a_checked_answer() -> None:
    asked = {yaml.safe_load(path.read_text(encoding="utf-8"))["question"] for path in GOLDEN}
    assert asked == set(names())


def plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value
