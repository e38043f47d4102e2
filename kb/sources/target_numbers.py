"""Targets' numbers and names, put right by what the other rows of the page show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kb.sources import cells, target_cells

if TYPE_CHECKING:
    from kb.sources.rows import Row

_BARE = re.compile(r"(\d{1,3}) +([A-Za-z0-9*+-].*)")
_FEWEST_BARE = 3
#: A blank where no word ends.
_WITHIN = r"(?<=\d) (?=\d)|(?<=[a-z]) (?=[a-z])"
_WITHIN_NUMBER = r"(?<=\d) (?=\d)"


def settle(rows: Sequence[Row]) -> None:
    """Move targets' numbers out of labels, give numbers their names and names their numbers."""
    _leaked_target_numbers(rows)
    _complete(rows)
    if all(number is None for row in rows for number, _ in row.targets.targets):
        _number_bare_targets(rows)


def join_names(rows: Sequence[Row], prose: str) -> None:
    """Take blanks out of names where a line wrap put them.

    The same number has the name without, another name goes on after the whole of it, or title, labels or prose (lower
    case) write it so and the blank parts digits or small letters.  A page's only blank within digits is said.
    """
    split = [row for row in rows for _, name in row.targets.targets if " " in name]
    if not split:
        return
    whole = {(n, cells.squeeze(name)): name for row in rows for n, name in row.targets.targets if " " not in name}
    names = set(whole.values())
    stems = {name[: match.start()] for name in names for match in re.finditer(r"(?<=\w{4})[-_]", name)}
    alone = names and len({name for row in split for _, name in row.targets.targets if " " in name}) == 1
    words: frozenset[str] = frozenset()
    if any(re.search(_WITHIN, name) for row in split for _, name in row.targets.targets):
        words = frozenset(re.findall(r"[\w.+-]+", "\n".join((prose, *(row.label.lower() for row in rows)))))
    for row in split:
        made = tuple(
            (n, _joined(n, name, whole, stems, words) if " " in name else name) for n, name in row.targets.targets
        )
        if made != row.targets.targets:
            row.targets = target_cells.TargetCell(made, odd="split")
        for _, name in row.targets.targets:
            if alone and (match := re.search(_WITHIN_NUMBER, name)):
                around = name[: match.start()].rpartition(" ")[2], name[match.end() :].partition(" ")[0]
                message = f"{' '.join(around)!r} looks like a split number, which nothing proves"
                row.remark("target-suspect", message, name, None, "target")


def _joined(
    number: int | None, name: str, whole: dict[tuple[int | None, str], str], stems: set[str], words: frozenset[str]
) -> str:
    """The name without its blanks where that is proven, else as it is."""
    if same := whole.get((number, cells.squeeze(name))):
        return same
    joined = name.replace(" ", "")
    return joined if joined in stems or (joined.lower() in words and re.search(_WITHIN, name)) else name


def _complete(rows: Sequence[Row]) -> None:
    """Give a number its name, and a glued number its brackets, where another row of the page has the whole target."""
    known = {n: name for row in rows for n, name in row.targets.targets if n is not None}
    for row in rows:
        if row.targets.odd == "nameless" and not row.targets.targets:
            found = [int(n) for n in re.findall(r"\d+", cells.clean(row.target))]
            if len(found) == 1 and found[0] in known:
                target = (found[0], known[found[0]])
                row.targets = target_cells.TargetCell((target,), odd="bracket")
        elif row.targets.odd == "unnumbered" and len(row.targets.targets) == 1:
            match = re.fullmatch(r"(\d{1,5}) (\S.*)", row.targets.targets[0][1])
            if match and cells.squeeze(known.get(int(match[1]), "")) == cells.squeeze(match[2]):
                row.targets = target_cells.TargetCell(((int(match[1]), match[2]),), odd="bracket")


def _number_bare_targets(rows: Sequence[Row]) -> None:
    """Take the integers before all names of a page for targets' numbers (``4 HD2811``): small, each with one name."""
    bare = [row for row in rows if row.targets.odd == "unnumbered"]
    found = [
        match for row in bare if len(row.targets.targets) == 1 and (match := _BARE.fullmatch(row.targets.targets[0][1]))
    ]
    pairs = {(int(match[1]), match[2]) for match in found}
    numbers = {number for number, _ in pairs}
    if (
        len(found) < max(len(bare), _FEWEST_BARE)
        or not len(pairs) == len(numbers) == len({name for _, name in pairs})
        or max(numbers) > 2 * len(numbers) + _FEWEST_BARE
    ):
        return
    for row, match in zip(bare, found, strict=True):
        row.targets = target_cells.TargetCell(((int(match[1]), match[2]),), odd="guess")


def _leaked_target_numbers(rows: Sequence[Row]) -> None:
    """A label that is a number in brackets is the target's number, leaked; before a name, its cell was repeated."""
    for row in rows:
        if not row.label.startswith("("):
            continue
        if len(row.targets.targets) == 1 and (full := re.fullmatch(r"\((\d{1,3})\) (\S.*)", row.label)):
            if (int(full[1]), full[2]) == row.targets.targets[0]:
                row.remark(
                    "label-repaired",
                    "the target's cell, number and all, stood in the label's place",
                    row.label,
                    full[2],
                    "label",
                )
                row.label = full[2]
            continue
        if (match := re.fullmatch(r"\((\d{1,3})\)", row.label)) and len(row.targets.targets) == 1:
            number, name = row.targets.targets[0]
            if number is None:
                number = int(match[1])
                row.remark(
                    "target-repaired",
                    "the target's number stood in the label's place",
                    row.label,
                    f"({number}) {name}",
                    "target",
                )
                row.targets = target_cells.TargetCell(((number, name),), odd="label")
            elif number != int(match[1]):
                continue
            row.remark("label-is-number", "a target's number stood where the label should be", row.label, "", "label")
            row.label = ""
