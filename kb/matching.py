"""Which observations of two documents are the same: by label, template and target.

Of these three at least two agree, and the surest pairs are made first.  What has the same name several times is paired
in the order of the documents.

>>> from kb.records import Row
>>> first = [Row(1, 3, False, "HD 2811 F1550C", "MIRI Imaging", ("HD2811",))]
>>> match(first, [Row(1, None, False, "HD2811 F1550C", "MIRI Imaging", ("HD2811",))])
{1: 1}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence

from kb.records import Row

__all__ = ["bare", "differences", "match"]

_NO_WORD = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")
#: Labels that are at least so alike, of 100, and have the same numbers in them, are the same with a slip of the pen.
ALIKE = 85


def bare(text: str) -> str:
    """Fold a text for comparison: letters and digits alone, without case."""
    return _NO_WORD.sub("", text).casefold()


def match(first: Sequence[Row], second: Sequence[Row]) -> dict[int, int]:
    """Pair the observations of two documents.

    Parameters
    ----------
    first, second
        The observations of each, in order.

    Returns
    -------
    dict
        Orders of the second document's observations, each with the order of the one that it is in the first.

    """
    pairs: dict[int, int] = {}
    left, right = list(first), list(second)
    passes: tuple[Callable[[Row], Hashable | None], ...] = (
        lambda row: (row.number, bare(row.label), row.template) if row.number is not None else None,
        lambda row: (bare(row.label), row.template, _targets(row), row.parallel),
        lambda row: (bare(row.label), row.template, _targets(row)),
        lambda row: (bare(row.label), row.template) if bare(row.label) else None,
        lambda row: (bare(row.label), _targets(row)) if bare(row.label) and row.targets else None,
    )
    for key in passes:
        _pair(left, right, key, pairs)
    for other in list(right):
        same = [
            row for row in left if row.template == other.template and _targets(row) == _targets(other) and other.targets
        ]
        alike = [row for row in same if _alike(row.label, other.label)]
        alone = sum(row.template == other.template and _targets(row) == _targets(other) for row in right) == 1
        if alike or (len(same) == 1 and alone):
            pairs[other.order] = (alike or same)[0].order
            left.remove((alike or same)[0])
            right.remove(other)
    return pairs


def differences(first: Row, second: Row) -> list[tuple[str, str, str]]:
    """Return in what a pair disagrees: the field, and its text in the first and in the second document."""
    found = []
    if bare(first.label) != bare(second.label):
        found.append(("label", first.label, second.label))
    if first.template != second.template:
        found.append(("template", first.template or "", second.template or ""))
    if _targets(first) != _targets(second):
        found.append(("target", ", ".join(first.targets), ", ".join(second.targets)))
    return found


def _pair(left: list[Row], right: list[Row], key: Callable[[Row], Hashable | None], pairs: dict[int, int]) -> None:
    """Take out of both lists what has the same key, in order."""
    waiting: dict[Hashable, list[Row]] = {}
    for row in left:
        if (of := key(row)) is not None:
            waiting.setdefault(of, []).append(row)
    for row in list(right):
        same = waiting.get(key(row))
        if same:
            other = same.pop(0)
            pairs[row.order] = other.order
            left.remove(other)
            right.remove(row)


def _targets(row: Row) -> frozenset[str]:
    return frozenset(bare(name) for name in row.targets)


def _alike(one: str, other: str) -> bool:
    from rapidfuzz.fuzz import ratio

    return _DIGITS.findall(one) == _DIGITS.findall(other) and ratio(bare(one), bare(other)) >= ALIKE
