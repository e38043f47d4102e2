"""Findings on the targets of a page: what was odd about a cell, numbers with two names, names exchanged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kb.records import Observation
from kb.sources import cells
from kb.sources.notes import Notes
from kb.sources.rows import Row

_REPAIRED = {
    "mark": "signs behind a target's name that are no part of it",
    "repeated": "a target that stands twice in its cell",
    "split": "a target's name that was split, as the page's other names show",
}


@lru_cache(maxsize=1)
def _sky_words() -> re.Pattern[str]:
    """The words for background that identity knows, with what joins them to a label."""
    from kb.identity.rules import rules

    words = sorted((w for w, effect in rules().words.items() if effect == "background"), key=len, reverse=True)
    return re.compile(rf"\s*[-–:,(]?\s*\b(?:{'|'.join(map(re.escape, words))})\b\s*\)?", re.I)


def odd_targets(row: Row, order: int, notes: Notes) -> None:
    """Say what was odd about the cell of a row's targets, and what was made of it."""
    odd = row.targets.odd
    if row.range or odd not in ("bracket", "guess", "mark", "repeated", "split", "swapped", "unnumbered", "nameless"):
        return
    raw = " ".join(row.target.split())
    made = ", ".join(f"({n}) {name}" if n is not None else name for n, name in row.targets.targets)
    if odd == "unnumbered":
        notes.add("target-unnumbered", row.line, f"a target without a number: {made}", raw, None, order, "target")
    elif odd in _REPAIRED:
        notes.add("target-repaired", row.line, _REPAIRED[odd], raw, made, order, "target")
    elif odd == "guess":
        message = "what stands before the name is taken for the target's number (a guess)"
        notes.add("target-repaired", row.line, message, raw, made, order, "target")
    elif odd == "nameless":
        notes.add("target-unreadable", row.line, "a target's number without its name", raw, made, order, "target")
    else:
        notes.add(
            "target-repaired",
            row.line,
            "a target with its brackets out of place",
            raw,
            made,
            order,
            "target",
        )


def clashes(observations: Sequence[Observation], notes: Notes) -> None:
    """Say where one target number has two names, and where an observation number comes twice."""
    names: dict[int, str] = {}
    orders: dict[int, int] = {}
    for observation in observations:
        for target in observation.targets:
            if target.number is None:
                continue
            known = names.setdefault(target.number, target.name)
            if known != target.name and cells.squeeze(known) != cells.squeeze(target.name):
                notes.add(
                    "target-number-clash",
                    observation.line,
                    f"target {target.number} is called {known!r} elsewhere",
                    raw=target.name,
                    order=observation.order,
                    prop="target",
                )
        if (
            observation.number is not None
            and orders.setdefault(observation.number, observation.order) != observation.order
        ):
            notes.add(
                "observation-number-repeated",
                observation.line,
                f"observation {observation.number} stands in row {orders[observation.number]} already",
                order=observation.order,
                prop="number",
            )


def swaps(observations: Sequence[Observation], notes: Notes) -> None:
    """Say where a row labelled as background points at the source and its sibling the other way round.

    Both names may be wrong, or both labels: nothing on the page proves which, so the rows stay as written.
    """
    if {"science", "background"} - {target.role for o in observations for target in o.targets}:
        return
    sky = _sky_words()
    plain = {
        (o.label, o.template, o.targets[0].object): o
        for o in observations
        if len(o.targets) == 1 and o.targets[0].role == "background" and o.label and not sky.search(o.label)
    }
    for observation in observations if plain else ():
        if len(observation.targets) != 1 or observation.targets[0].role != "science":
            continue
        label = sky.sub("", observation.label)
        sibling = plain.get((label, observation.template, observation.targets[0].object))
        if label != observation.label and sibling is not None:
            for one, other in ((observation, sibling), (sibling, observation)):
                notes.add(
                    "targets-swapped",
                    one.line,
                    f"label and target contradict each other, and those of row {other.order} the other way round",
                    raw=f"{one.label} | {one.targets[0].name}",
                    order=one.order,
                    prop="target",
                )
