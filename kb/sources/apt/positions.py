"""Coordinates as the format writes them → decimal degrees, mas and mas/yr.

Proper motions come in two units for each axis: seconds of time per year need the cosine of the declination (and 15),
``mas/yr`` of right ascension has it in it already.

>>> degrees("17 15 2.8344 -00 08 3.30")
(258.76181, -0.13425)
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from kb.records import Position
from kb.sources.apt.tree import Node
from kb.sources.decimals import decimal

__all__ = ["degrees", "read_position"]

_NUMBER = r"(\d{1,9}(?:\.\d*)?)"
_SEXAGESIMAL = re.compile(
    rf"(\d{{1,9}})[ :h]+(\d{{1,9}})[ :m]+{_NUMBER}s?\s+([-+])?\s*(\d{{1,9}})[ :d]+(\d{{1,9}})[ :m']+{_NUMBER}[s\"]?"
)
_DECIMAL = re.compile(r"(\d+\.\d+)\s+([-+]?\d+\.\d+)")
_MAS_PER_SECOND_OF_TIME = 15_000.0
_PLACES = 9  # of degrees: 4 µas
Report = Callable[[str, str, str], None]


def degrees(text: str) -> tuple[float, float] | None:
    """Return right ascension and declination in degrees, ``None`` where the text is no position.

    The sign of a declination is read from the text: that of ``-00`` is no number's.
    """
    text = text.replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-").strip()
    if found := _SEXAGESIMAL.fullmatch(text):
        hours, minutes, seconds, sign, degree, arcminutes, arcseconds = found.groups()
        if float(minutes) >= 60 or float(seconds) >= 60 or float(arcminutes) >= 60 or float(arcseconds) >= 60:
            return None
        ra = 15 * (int(hours) + int(minutes) / 60 + float(seconds) / 3600)
        dec = int(degree) + int(arcminutes) / 60 + float(arcseconds) / 3600
        dec = -dec if sign == "-" else dec
    elif found := _DECIMAL.fullmatch(text):
        ra, dec = float(found[1]), float(found[2])
    else:
        return None
    ra, dec = round(ra, _PLACES), round(dec, _PLACES)
    return (ra, dec) if 0 <= ra < 360 and -90 <= dec <= 90 else None


def read_position(target: Node, report: Report) -> Position | None:
    """Read where a target is.

    Parameters
    ----------
    target
        The element of the target.
    report
        Called with message, text as found and field for whatever cannot be read.

    """
    node = target.get("EquatorialCoordinates")
    written = (node.attribute("Value") or node.text("Value") or node.text()) if node is not None else ""
    if node is None or not written:
        return None
    place = degrees(written)
    if place is None:
        report(f"the position cannot be read: {written!r}", written, "position")
        return None
    epoch = _number(target.text("Epoch"))
    if epoch is None and target.text("Epoch"):
        report(f"the epoch cannot be read: {target.text('Epoch')!r}", target.text("Epoch"), "epoch")
    parallax = _number(target.text("AnnualParallax"))
    return Position(
        *place,
        epoch,
        _motion(target, "RA", place[1], report),
        _motion(target, "Dec", place[1], report),
        None if parallax is None else round(parallax * 1000, 6),
        _uncertainty(node),
        written,
    )


def _motion(target: Node, axis: str, dec: float, report: Report) -> float | None:
    """Return a proper motion in mas/yr."""
    text, unit = target.text(f"{axis}ProperMotion"), target.text(f"{axis}ProperMotionUnits").lower()
    if not text:
        return None
    value = _number(text)
    if value is None:
        report(f"the proper motion cannot be read: {text!r}", text, "proper motion")
        return None
    if value == 0:
        return 0.0
    if unit == "mas/yr":
        factor = 1.0
    elif unit == "arcsec/yr":
        factor = 1000.0
    elif unit == "sec of time/yr" and axis == "RA":
        factor = _MAS_PER_SECOND_OF_TIME * math.cos(math.radians(dec))
    else:
        report(f"a proper motion in an unknown unit: {text} {unit or 'without one'}", f"{text} {unit}", "proper motion")
        return None
    return round(value * factor, 6)


def _uncertainty(coordinates: Node) -> float | None:
    """Return the larger of the uncertainties of both axes, where both are in arcseconds."""
    found = []
    for axis in ("RAUncertainty", "DecUncertainty"):
        value = _number(coordinates.text(f"{axis}/Value"))
        if value is not None and value > 0:
            unit = coordinates.text(f"{axis}/Units").lower()
            if unit not in ("arcsec", "mas"):
                return None
            found.append(value / 1000 if unit == "mas" else value)
    return max(found, default=None)


def _number(text: str) -> float | None:
    value = decimal(text, -1_000_000_000, 1_000_000_000)
    return None if value is None else float(value)
