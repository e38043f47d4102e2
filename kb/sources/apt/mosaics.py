"""Mosaics: how many tiles an observation has, and how they lie."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from kb.sources.apt.limits import WORDS
from kb.sources.apt.tree import Node
from kb.sources.decimals import decimal
from kb.sources.notes import Notes

__all__ = ["Mosaic", "count", "read_mosaic"]

_T = TypeVar("_T", int, Decimal)
_SIZE = ("Rows", "Columns")
# Pairs of measures, and how large they may be: tiles that lie apart overlap by less than nothing.
_OVERLAP = ("RowOverlapPercent", "ColumnOverlapPercent")
_SKEW = ("SkewDegreesX", "SkewDegreesY")
_MOST = dict.fromkeys(_OVERLAP, 100) | dict.fromkeys(_SKEW, 360)


@dataclass(frozen=True, slots=True)
class Mosaic:
    """Rows and columns, overlap of both in percent, skew along both axes in degrees, and the tiles to be observed."""

    size: tuple[int, int] | None = None
    overlap: tuple[Decimal, Decimal] | None = None
    skew: tuple[Decimal, Decimal] | None = None
    tiles: int | None = None


def read_mosaic(observation: Node, order: int, notes: Notes) -> Mosaic:
    """Read the mosaic of an observation; one tile is none."""
    node = observation.get("MosaicParameters")
    if node is None:
        return Mosaic()
    size = _pair(_SIZE, [_side(node, name, order, notes) for name in _SIZE], node, order, notes)
    tiled = size not in (None, (1, 1))
    overlap, skew = (
        _pair(names, [_measure(node, name, order, notes) for name in names], node, order, notes if tiled else Notes())
        for names in (_OVERLAP, _SKEW)
    )
    if not tiled:
        return Mosaic()
    tiles = node.all("MosaicTiles")
    observed = sum("removed" not in tile.text("TileState").lower() for tile in tiles) if tiles else None
    return Mosaic(size, overlap, skew, observed)


def count(text: str) -> int | None:
    """Return a number of rows, tiles or visits, ``None`` for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 and int(text) > 0 else None


def _side(node: Node, name: str, order: int, notes: Notes) -> int | None:
    text = node.text(name)
    made = count(text)
    if text and made is None:
        _unreadable(node, name, text, order, notes)
    return made


def _measure(node: Node, name: str, order: int, notes: Notes) -> Decimal | None:
    text = node.text(name)
    made = decimal(text, -_MOST[name], _MOST[name])
    if text and made is None:
        _unreadable(node, name, text, order, notes)
    return made


def _unreadable(node: Node, name: str, text: str, order: int, notes: Notes) -> None:
    message = f"{name} of the mosaic cannot be read: {text[:WORDS]!r}"
    notes.add("value-unreadable", node.line, message, text[:WORDS], order=order, prop="mosaic")


def _pair(
    names: tuple[str, str], values: list[_T | None], node: Node, order: int, notes: Notes
) -> tuple[_T, _T] | None:
    """Return two values that mean something together; one without the other is left out, which is reported."""
    first, second = values
    if first is not None and second is not None:
        return first, second
    for name, other, value in ((*names, first), (*reversed(names), second)):
        if value is not None:
            message = f"{name} of the mosaic without {other} is left out: {value}"
            notes.add("value-unreadable", node.line, message, str(value), order=order, prop="mosaic")
    return None
