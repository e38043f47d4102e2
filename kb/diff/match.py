"""Which row or target of the old program is which of the new one: by what they say, not by number or place.

>>> pairs = assign(["a", "b", "b"], ["b", "c"], [str], lambda old, new: None)
>>> pairs
[(1, 0)]
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import lru_cache
from typing import TypeVar

from kb.diff.facts import Row, TargetFacts

__all__ = ["assign", "match_rows", "match_targets", "moved"]

Thing = TypeVar("Thing")

#: How alike two names are, from 0 to 1, that agree in spite of a slip of the pen.
_ALIKE = 0.8


def assign(
    old: Sequence[Thing],
    new: Sequence[Thing],
    keys: Sequence[Callable[[Thing], Hashable]],
    score: Callable[[Thing, Thing], float | None],
) -> list[tuple[int, int]]:
    """Pair things one to one.

    Parameters
    ----------
    old, new
        The things.
    keys
        Strictest first: things with an equal key are pairs.
    score
        How well two of the others fit; ``None`` if they are no pair.  The best go first.

    Returns
    -------
    list of tuple
        Indices into ``old`` and ``new``, sorted; exchanging the two sides exchanges the indices.

    """
    pairs: list[tuple[int, int]] = []
    left, right = dict(enumerate(old)), dict(enumerate(new))

    def take(i: int, j: int) -> None:
        pairs.append((i, j))
        del left[i], right[j]

    for key in keys:
        alike: dict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for side, things in enumerate((left, right)):
            for index, thing in things.items():
                alike[key(thing)][side].append(index)
        for lefts, rights in alike.values():
            if len(lefts) == len(rights):
                for i, j in zip(lefts, rights, strict=True):
                    take(i, j)
        # Of five twins and four it is those that go whose neighbours went.
        distance = _distance(pairs)
        for lefts, rights in alike.values():
            if len(lefts) != len(rights):
                chosen = _greedy((*distance(i, j), i, j) for i in lefts for j in rights)
                for i, j in zip(sorted(i for i, _ in chosen), sorted(j for _, j in chosen), strict=True):
                    take(i, j)
    distance = _distance(pairs)
    scored = ((score(a, b), i, j) for i, a in left.items() for j, b in right.items())
    for i, j in _greedy((-worth, *distance(i, j), i, j) for worth, i, j in scored if worth is not None):
        take(i, j)
    return sorted(pairs)


def _greedy(candidates: Iterable[tuple[float, ...]]) -> list[tuple[int, int]]:
    """Take the best of candidates, which end in two indices, then the best of those that it leaves."""
    lefts: set[int] = set()
    rights: set[int] = set()
    taken = []
    for *_, left, right in sorted(candidates):
        i, j = int(left), int(right)
        if i not in lefts and j not in rights:
            lefts.add(i)
            rights.add(j)
            taken.append((i, j))
    return taken


def _distance(pairs: Sequence[tuple[int, int]]) -> Callable[[int, int], tuple[int, int, int]]:
    """Return how far two places are apart: in pairs that stand before them, then in steps from the last of these.

    The third number, their sum, decides between the rest without preferring a side.
    """
    sides = sorted(i for i, _ in pairs), sorted(j for _, j in pairs)

    def place(side: list[int], index: int) -> tuple[int, int]:
        before = bisect_left(side, index)
        return before, index - (side[before - 1] if before else -1)

    def distance(i: int, j: int) -> tuple[int, int, int]:
        (rank, step), (other_rank, other_step) = place(sides[0], i), place(sides[1], j)
        return abs(rank - other_rank), abs(step - other_step), i + j

    return distance


def match_targets(old: Sequence[TargetFacts], new: Sequence[TargetFacts]) -> list[tuple[int, int]]:
    """Pair targets: by name and number, by name, by number, by a name that is alike."""

    def score(a: TargetFacts, b: TargetFacts) -> float | None:
        alike = _alike(a.name, b.name)
        if a.fields.get("name", frozenset()) & b.fields.get("name", frozenset()) or _bare(a.name) == _bare(b.name):
            return 2 + (a.number == b.number) + alike
        if a.number is not None and a.number == b.number:
            return 1 + alike
        return alike if _agree(a.name, b.name) else None

    return assign(old, new, [lambda t: (t.number, t.name, t.fields.get("name")), lambda t: (t.number, t.name)], score)


def match_rows(old: Sequence[Row], new: Sequence[Row], targets: Sequence[tuple[str, str]]) -> list[tuple[int, int]]:
    """Pair rows of equal label, template and targets, then those of which two of the three agree.

    ``targets`` are the pairs of targets: a row keeps its target when that is renamed or renumbered.
    """
    was = {after: before for before, after in targets}
    before = [_Signed(row, row.targets) for row in old]
    # A new target that has the address of an old one without being it must not be taken for it.
    after = [_Signed(row, frozenset(was.get(target, f"new {target}") for target in row.targets)) for row in new]
    return assign(before, after, [_full, _placed, _numbered, _signature], _row_score)


class _Signed:
    """A row with its targets under the names that both sides share."""

    __slots__ = ("row", "signature", "targets")

    def __init__(self, row: Row, targets: frozenset[str]) -> None:
        self.row, self.targets = row, targets
        self.signature = (row.label, row.template, targets)


def _signature(signed: _Signed) -> Hashable:
    return signed.signature


def _numbered(signed: _Signed) -> Hashable:
    return signed.signature, signed.row.number


def _placed(signed: _Signed) -> Hashable:
    return signed.signature, signed.row.fields.get("folder")


def _full(signed: _Signed) -> Hashable:
    return signed.signature, signed.row.number, tuple(sorted(signed.row.fields.items()))


def _row_score(a: _Signed, b: _Signed) -> float | None:
    same_template = a.row.template == b.row.template
    either = a.targets | b.targets
    shared = len(a.targets & b.targets) / len(either) if either else 1.0
    if not same_template and shared < 0.5:
        return None
    if same_template + (shared >= 0.5) + _agree(a.row.label, b.row.label) < 2:
        return None
    same_folder = a.row.fields.get("folder") == b.row.fields.get("folder")
    return same_template + shared + _alike(a.row.label, b.row.label) + 0.1 * same_folder


def moved(pairs: Sequence[tuple[int, int]]) -> int:
    """Return how many of the paired rows left their place among the others.

    >>> moved([(0, 1), (1, 2), (2, 0)])
    1
    """
    tails: list[int] = []  # of the longest increasing run: those that stayed
    for _, j in sorted(pairs):
        place = bisect_left(tails, j)
        tails[place : place + 1] = [j]
    return len(pairs) - len(tails)


@lru_cache(maxsize=1 << 16)
def _alike(a: str, b: str) -> float:
    from rapidfuzz.fuzz import ratio

    a, b = _bare(a), _bare(b)
    return ratio(a, b) / 100 if a or b else 1.0


def _agree(a: str, b: str) -> bool:
    """Whether two names mean one thing: names that differ in a number do not, however alike they are.

    >>> _agree("MIRI imaging", "MIRI Imagin"), _agree("Mosaic tile 11", "Mosaic tile 12")
    (True, False)
    """
    return re.findall(r"\d+", a) == re.findall(r"\d+", b) and _alike(a, b) >= _ALIKE


@lru_cache(maxsize=1 << 14)
def _bare(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()
