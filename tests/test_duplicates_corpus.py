"""The duplicate check on the whole corpus, beside what people found."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from kb import KnowledgeBase
from kb.build import build
from kb.duplicates import Proposed


@pytest.fixture(scope="module")
def whole(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeBase]:
    place = tmp_path_factory.mktemp("whole") / "store"
    build([corpus / "program-pages"], place)
    with KnowledgeBase.open(place) as kb:
        yield kb


def truth(name: str) -> list[dict[str, str]]:
    with (ROOT / "tests" / "truth" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def proposed(rows: list[dict[str, str]]) -> Iterator[Proposed]:
    for line, row in enumerate(rows, 2):
        ra, dec = (float(row[key]) if row.get(key) else None for key in ("ra", "dec"))
        yield Proposed(line, row["proposed"], ra=ra, dec=dec)


def test_at_least_ninety_of_a_hundred_find_their_programs(whole: KnowledgeBase) -> None:
    rows = truth("proposed_observed.csv")
    assert len(rows) == 100
    results = whole.duplicates(proposed(rows))
    missed = [
        row["proposed"]
        for row, result in zip(rows, results, strict=True)
        if int(row["program"]) not in {match.approved.program for match in result.matches}
    ]
    assert len(missed) <= 10, missed


def test_what_was_not_observed_gives_no_match(whole: KnowledgeBase) -> None:
    rows = truth("proposed_not_observed.csv")
    assert len(rows) == 100
    results = whole.duplicates(proposed(rows), grade="beside")
    assert [(r.proposed.name, r.matches[0].rule) for r in results if r.matches] == []
