"""Where the labels of a drawing stand: around their nodes, upon the fewest symbols, lines and other labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["SIDES", "Box", "Label", "spots", "width_of", "wrapped"]

#: Where a label stands that has to stand somewhere.
SIDES = ("below", "right", "left", "above")

Line = tuple[float, float, float, float]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom; downwards counts positive."""


@dataclass(frozen=True)
class Label:
    """A node of radius ``r`` at x and y, and the size of its label; ``side`` is one of :data:`SIDES` or empty."""

    x: float
    y: float
    r: float
    width: float
    height: float
    side: str = ""

    def boxes(self) -> list[Box]:
        """Boxes where the label may stand, the best first."""
        x, y, r, w, h = self.x, self.y, self.r, self.width, self.height
        d = 0.7 * r
        corners = [(x - w / 2, y + r), (x + r, y - h / 2), (x - r - w, y - h / 2), (x - w / 2, y - r - h)]
        if self.side:
            corners = [corners[SIDES.index(self.side)]]
        else:
            corners += [(x + d, y + d), (x - d - w, y + d), (x + d, y - d - h), (x - d - w, y - d - h)]
            corners += [(x - part * w, top) for top in (y + r, y - r - h) for part in (0.25, 0.75)]
        return [(left, top, left + w, top + h) for left, top in corners]


def width_of(text: str) -> float:
    """Return about how wide text is without serifs, in parts of its size, rather too much than too little.

    >>> width_of("il") < width_of("NG")
    True
    """
    return sum(0.36 if letter in " .,:;'il|!-()[]" else 0.72 if letter.isupper() else 0.61 for letter in text)


def wrapped(text: str, most: int) -> list[str]:
    """Break text into lines of about equal length, as few as there can be.

    >>> wrapped("Absolute flux calibration (A dwarfs)", 26)
    ['Absolute flux', 'calibration (A dwarfs)']
    """
    from textwrap import wrap

    def into(room: int) -> list[str]:
        return wrap(text, room, break_long_words=False, break_on_hyphens=False)

    fewest = max(len(into(most)), 1)
    room = -(-len(text) // fewest)
    while len(into(room)) > fewest:
        room += 1
    return into(room) or [""]


def spots(labels: Sequence[Label], lines: Sequence[Line], occupied: Sequence[Box] = ()) -> list[Box]:
    """Return the box of each label, off the boxes that are occupied already; those that come first choose first.

    >>> spots([Label(0, 0, 10, 40, 12)], [])
    [(-20.0, 10, 20.0, 22)]
    >>> spots([Label(0, 0, 10, 40, 12)], [(0, 0, 0, 100)])[0][0] > 0  # not upon the line
    True
    """
    taken = list(occupied)
    for one in labels:
        best: tuple[float, Box] | None = None
        for turn, box in enumerate(one.boxes()):
            cost = 0.3 * (turn > 0) + 0.04 * turn
            cost += sum(8 for other in taken if _meet(other, box))
            cost += sum(
                4 for it in labels if it is not one and _meet((it.x - it.r, it.y - it.r, it.x + it.r, it.y + it.r), box)
            )
            if best is None or cost < best[0]:
                cost += sum(_crossing(line, box) for line in lines)
            if best is None or cost < best[0]:
                best = (cost, box)
            if not cost:
                break
        assert best
        taken.append(best[1])
    return taken[len(occupied) :]


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]


def _crossing(line: Line, box: Box) -> float:
    """How much a line spoils text in a box: one along the text more than one across."""
    x1, y1, x2, y2 = line
    if max(x1, x2) < box[0] or min(x1, x2) > box[2] or max(y1, y2) < box[1] or min(y1, y2) > box[3]:
        return 0.0
    if abs(y2 - y1) < 1e-6:
        left, right = min(x1, x2), max(x1, x2)
    else:
        slope = (x2 - x1) / (y2 - y1)
        ends = [x1 + (min(max(y, min(y1, y2)), max(y1, y2)) - y1) * slope for y in (box[1], box[3])]
        left, right = min(ends), max(ends)
    across = min(right, box[2]) - max(left, box[0])
    return 0.8 + 0.6 * min(across / (box[3] - box[1]), 4) if across >= 0 else 0.0
