"""Decimal numbers as documents write them."""

from __future__ import annotations

import re
from decimal import Decimal

__all__ = ["decimal"]

# Single precision written in full has fourteen places (55.20000076293945); Java writes small numbers as 1.0E-4.
_DECIMAL = re.compile(r"[+-]?(?=\.?\d)\d{0,9}(?:\.\d{0,20})?(?:[eE][+-]?\d)?", re.ASCII)


def decimal(text: str, least: int, most: int) -> Decimal | None:
    """Return a number, ``None`` for what is none, or is out of its range.

    What Python reads beyond this is no number of a document: ``1_0`` is a slip, and ``1e-5000000``, written out, would
    be megabytes.

    >>> decimal("7.50", 0, 10), decimal("11", 0, 10), decimal("1_0", 0, 10), decimal("1e-99", 0, 10)
    (Decimal('7.50'), None, None, None)
    """
    if not _DECIMAL.fullmatch(text):
        return None
    value = Decimal(text)
    return value if least <= value <= most else None
