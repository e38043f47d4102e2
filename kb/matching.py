"""Which observations of two documents are the same: by label, template and target.

Of these three at least two agree, and the surest pairs are made first.  What is called the same several times is paired
in the order of the documents where all three agree, and not at all where one does not.

>>> from kb.records import Row
>>> first = [Row(1, 3, False, "HD 2811 F1550C", "MIRI Imaging", ("HD2811",), ("HD 2811",))]
>>> match(first, [Row(1, None, False, "HD2811 F1550C", "MIRI Imaging", ("HD2811",), ("HD 2811",))])
{1: 1}
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Sequence

from kb.records import Row

__all__ = ["bare", "differences", "match"]

_NO_WORD = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")
Key = Callable[[Row], Hashable | None]
#: Labels that are at least so alike, of 100, and have the same numbers in them, are the same with a slip of the pen.
ALIKE = 85
#: Rows of one template and target that are compared label by label; a page has a hundred at most.
CROWD = 200


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
    _pair(left, right, lambda row: (bare(row.label), row.template, row.objects, row.parallel), pairs)
    _pair(left, right, lambda row: (bare(row.label), row.template, row.objects), pairs)
    for key in (
        lambda row: (bare(row.label), row.template) if row.label else None,
        lambda row: (bare(row.label), row.objects) if row.label and row.objects else None,
        lambda row: (row.number, row.template, row.objects, _digits(row)) if row.number is not None else None,
    ):
        _pair(left, right, _unique(key, first, second), pairs)
    waiting, coming = _by_setup(left), _by_setup(right)
    for setup, others in coming.items():
        same = waiting.get(setup, [])
        alone = len(same) == len(others) == 1 and (_digits(same[0]) == _digits(others[0]) or not others[0].label)
        for other in others if setup[1] and max(len(same), len(others)) <= CROWD else ():
            found = same if alone else [row for row in same if _alike(row.label, other.label)]
            if found:
                pairs[other.order] = found[0].order
                same.remove(found[0])
    return pairs


def differences(first: Row, second: Row) -> list[tuple[str, str, str]]:
    """Return in what a pair disagrees: the field, and its text in the first and in the second document."""
    found = []
    if bare(first.label) != bare(second.label):
        found.append(("label", first.label, second.label))
    if first.template != second.template:
        found.append(("template", first.template or "", second.template or ""))
    if first.objects != second.objects:
        found.append(("target", ", ".join(first.targets), ", ".join(second.targets)))
    return found


def _pair(left: list[Row], right: list[Row], key: Key, pairs: dict[int, int]) -> None:
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


def _by_setup(rows: Sequence[Row]) -> dict[tuple[str | None, tuple[str, ...]], list[Row]]:
    found: dict[tuple[str | None, tuple[str, ...]], list[Row]] = {}
    for row in rows:
        found.setdefault((row.template, row.objects), []).append(row)
    return found


def _digits(row: Row) -> tuple[str, ...]:
    return tuple(_DIGITS.findall(row.label))


def _unique(key: Key, *documents: Sequence[Row]) -> Key:
    """Return the key for rows that alone have it in their document, ``None`` for all others."""
    counts = [Counter(key(row) for row in rows) for rows in documents]
    return lambda row: of if (of := key(row)) is not None and all(count[of] <= 1 for count in counts) else None


def _alike(one: str, other: str) -> bool:
    from rapidfuzz.fuzz import ratio

    return _DIGITS.findall(one) == _DIGITS.findall(other) and ratio(bare(one), bare(other)) >= ALIKE
