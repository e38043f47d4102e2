"""Answers that were checked by hand against the pages: one file per question in ``golden/questions``.

All are asked of one small set of pages, so that each answer could be worked out by reading them; ``checked`` in each
file says how.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import rdflib
import yaml

from kb.build import build
from kb.knowledge import KnowledgeBase
from kb.questions import ask, load, names
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


@pytest.fixture(scope="module")
def two_engines(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, rdflib.Dataset]]:
    """Few of the pages: rdflib compares joined lists pair by pair."""
    folder = tmp_path_factory.mktemp("engines") / "store"
    few = (1248, 1585, 2567, 4487, 4491, 6604, 6611, 7487)
    build([*(corpus / "program-pages" / f"{number}.md" for number in few), bundled() / "sodrm"], folder)
    with KnowledgeBase.open(folder) as kb:
        yield kb.store, kb.to_rdflib()


@pytest.mark.parametrize("name", names())
def test_rdflib_gives_the_same_answer(name: str, two_engines: tuple[Store, rdflib.Dataset]) -> None:
    store, dataset = two_engines
    sparql = load(name).sparql
    theirs: list[Any] = list(dataset.query(sparql))
    assert [[python(term) for term in row] for row in theirs] == [list(map(plain, row)) for row in store.query(sparql)]


def python(term: Any) -> object:
    """Plain value of a term of rdflib."""
    value = term.toPython() if isinstance(term, rdflib.Literal) else term
    return plain(value) if value is None or isinstance(value, int | Decimal | float) else str(value)


def test_every_question_has_a_checked_answer() -> None:
    asked = {yaml.safe_load(path.read_text(encoding="utf-8"))["question"] for path in GOLDEN}
    assert asked == set(names())


def plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else value
