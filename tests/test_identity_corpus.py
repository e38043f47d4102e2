"""Identities of the corpus, beside what people found."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from kb.identity import TargetUse, identify, same_object_name

TRUTH = Path(__file__).parent / "truth"


@lru_cache(maxsize=1)
def _programs(folder: Path) -> dict[int, tuple[str, str | None, tuple[TargetUse, ...]]]:
    from kb.sources import read

    programs = {}
    for path in sorted((folder / "program-pages").glob("*.md")):
        for reading in read(path):
            if reading.program:
                uses = tuple(
                    TargetUse(t.name, t.number, o.label, o.template, o.folder)
                    for o in reading.observations
                    for t in o.targets
                )
                assert reading.program.id is not None
                programs[reading.program.id] = (reading.program.title, reading.program.category, uses)
    return programs


@pytest.fixture(scope="session")
def programs(corpus: Path) -> dict[int, tuple[str, str | None, tuple[TargetUse, ...]]]:
    return _programs(corpus)


def test_objects_of_the_corpus_are_fixed_points(
    programs: dict[int, tuple[str, str | None, tuple[TargetUse, ...]]],
) -> None:
    found = {i.object for title, category, uses in programs.values() for i in identify(uses, title, category)}
    assert len(found) > 2000
    assert not [name for name in found if name and same_object_name(name) != name]


def test_a_target_is_one_object_in_all_rows(
    programs: dict[int, tuple[str, str | None, tuple[TargetUse, ...]]],
) -> None:
    for number, (title, category, uses) in programs.items():
        found: dict[tuple[int | None, str], set[str | None]] = {}
        for use, identity in zip(uses, identify(uses, title, category), strict=True):
            found.setdefault((use.number, use.name), set()).add(identity.object)
        assert not [target for target, objects in found.items() if len(objects) > 1], number


def _truth(name: str, split: str) -> Iterator[dict[str, str]]:
    path = TRUTH / name
    if not path.exists():
        pytest.skip(f"no {path}")
    with path.open(encoding="utf-8", newline="") as file:
        yield from (row for row in csv.DictReader(file) if row["split"] == split)


@pytest.mark.parametrize("split", ["dev", "held"])
def test_truth_of_pairs(split: str, programs: dict[int, tuple[str, str | None, tuple[TargetUse, ...]]]) -> None:
    def designated(program: str, name: str) -> str | None:
        title, category, uses = programs[int(program)]
        found = dict(zip((u.name for u in uses), identify(uses, title, category), strict=True))
        return found[name].object if name in found else same_object_name(name)

    right = {"same": 0, "different": 0}
    total = {"same": 0, "different": 0}
    for row in _truth("identity_pairs.csv", split):
        first, second = designated(row["program_a"], row["name_a"]), designated(row["program_b"], row["name_b"])
        verdict = "same" if first is not None and first == second else "different"
        total[row["verdict"]] += 1
        right[row["verdict"]] += verdict == row["verdict"]
    assert right["same"] / total["same"] >= 0.9
    assert right["different"] / total["different"] >= 0.985


@pytest.mark.parametrize("split", ["dev", "held"])
def test_truth_of_roles(split: str, programs: dict[int, tuple[str, str | None, tuple[TargetUse, ...]]]) -> None:
    right = total = 0
    for row in _truth("roles.csv", split):
        title, category, uses = programs[int(row["program"])]
        roles = {i.role for u, i in zip(uses, identify(uses, title, category), strict=True) if u.name == row["name"]}
        total += 1
        right += row["role"] in roles
    assert right / total >= 0.93
