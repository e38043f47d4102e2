"""Cells of a table → degrees and seconds; what is out of range or no number raises ValueError with the reason.

>>> degrees("20:22:27.5", hours=True), degrees("-40 07 59.9"), seconds("0.5 h")
(305.614583..., -40.133305..., 1800.0)
"""

from __future__ import annotations

import math
import re

__all__ = ["degrees", "form_of", "seconds", "unit_seconds"]

_SEXAGESIMAL = re.compile(
    r"([+\-−]?)\s*(\d{1,3})\s*(?:[:\s]|[hd°])\s*(\d{1,2})\s*(?:[:\s]|[m'′])?\s*(\d{1,2}(?:\.\d*)?)?\s*(?:s|\"|″|'')?",
    re.IGNORECASE,
)
_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*([A-Za-zμ]*)\.?")
_SECONDS = {
    **dict.fromkeys(("", "s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86400.0),
    "ks": 1000.0,
    "ms": 0.001,
}


def degrees(text: str, *, hours: bool = False, decimal_hours: bool = False) -> float:
    """Read an angle.

    Parameters
    ----------
    text
        A decimal number, or numbers parted by colons, spaces or letters.
    hours
        Whether sexagesimal numbers begin with hours, as right ascensions do; the range is then 0 to 360, else ±90.
    decimal_hours
        Whether a decimal number is hours too.

    Raises
    ------
    ValueError
        No angle, or out of range.

    """
    try:
        value = float(text) * (15 if decimal_hours else 1)
    except ValueError:
        found = _SEXAGESIMAL.fullmatch(text.strip())
        if not found:
            raise ValueError("is no angle") from None
        sign, first, minutes, rest = found.groups()
        if int(minutes) >= 60 or float(rest or 0) >= 60:
            raise ValueError("has more than 59 minutes or seconds") from None
        value = int(first) + int(minutes) / 60 + float(rest or 0) / 3600
        in_hours = hours and "d" not in text.casefold() and "°" not in text
        value *= (15 if in_hours else 1) * (-1 if sign in ("-", "−") else 1)
    low, high = (0, 360) if hours else (-90, 90)
    if not math.isfinite(value) or not low <= value <= high:
        raise ValueError(f"is out of range ({low} to {high} degrees)")
    return value % 360 if hours else value


def seconds(text: str, unit: float = 1.0) -> float:
    """Read a duration: a number, in the unit of its column (in seconds), or with a unit of its own.

    Raises
    ------
    ValueError
        No duration above 0, or an unknown unit.

    """
    found = _QUANTITY.fullmatch(text.strip())
    if not found:
        raise ValueError("is no duration")
    value = float(found[1]) * (unit_seconds(found[2]) if found[2] else unit)
    if not math.isfinite(value) or value <= 0:
        raise ValueError("is not above 0")
    return value


def unit_seconds(unit: str) -> float:
    """Return the seconds of a unit of time; raises ValueError for what is none."""
    try:
        return _SECONDS[unit.strip().strip(".").casefold()]
    except KeyError:
        raise ValueError(f"has the unit {unit}, which is no unit of time: use s, min, h or d") from None


def form_of(field: str, text: str) -> str:
    """Say in which form a number is written, so that a column which mixes forms is noticed.

    >>> form_of("ra", "12:00:00"), form_of("ra", "180.0"), form_of("exposure", "20 min"), form_of("exposure", "20")
    ('sexagesimal', 'decimal degrees', 'min', 'a bare number')
    """
    if field == "exposure":
        found = _QUANTITY.fullmatch(text.strip())
        return (found[2] if found else "") or "a bare number"
    try:
        float(text)
    except ValueError:
        return "sexagesimal"
    return "decimal degrees"
