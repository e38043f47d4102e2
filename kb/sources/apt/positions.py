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

__all__ = ["degrees", "read_position", "written_position"]

_NUMBER = r"(\d{1,9}(?:\.\d*)?)"
_SEXAGESIMAL = re.compile(
    rf"(\d{{1,9}})[ :h]+(\d{{1,9}})[ :m]+{_NUMBER}s?(?:\s*,)?\s+([-+])?\s*"
    rf"(\d{{1,9}})[ :d°]+(\d{{1,9}})[ :m'′]+{_NUMBER}[s\"″]?"
)
_DEGREES = re.compile(
    # Two whole numbers are what is left of hours and minutes.
    r"(?=\d+\.|[^.]*[,d°])(\d{1,3}(?:\.\d+)?)(?:d|deg|°)?(?:\s*,\s*|\s+)(?=[-+]|\d+\.)([-+]?\d{1,2}(?:\.\d+)?)(?:d|deg|°)?"
)
_FRAME = re.compile(r"^(?:ICRS|J2000(?:\.0)?)[ :,]+|[ ,]+(?:\(?ICRS\)?|\(?J2000(?:\.0)?\)?)$")
_MAS_PER_SECOND_OF_TIME = 15_000.0
#: Units of uncertainties in arcseconds; seconds of time stand on the axis of right ascension alone.
_ARCSECONDS = {"arcsec": 1.0, "mas": 0.001, "arcmin": 60.0, "degrees": 3600.0, "deg": 3600.0}
#: What means nothing without a position.
_BESIDE = {
    "Epoch": "epoch",
    "RAProperMotion": "proper motion",
    "DecProperMotion": "proper motion",
    "AnnualParallax": "parallax",
}
#: Julian years as far as straight motion is good for; further off something else was meant.
_YEARS = (1000, 3000)
_PLACES = 9  # of degrees: 4 µas
Report = Callable[[str, str | None, str], None]


def degrees(text: str) -> tuple[float, float] | None:
    """Return right ascension and declination in degrees, ``None`` where the text is no position.

    The sign of a declination is read from the text: that of ``-00`` is no number's.

    >>> degrees("258.76181, -0.13425"), degrees("17h15m02.83s -00°08′03.3″ J2000"), degrees("17 15")
    ((258.76181, -0.13425), (258.761791667, -0.13425), None)
    """
    text = _FRAME.sub("", text.replace("\N{MINUS SIGN}", "-").replace("\N{EN DASH}", "-").strip())
    if found := _SEXAGESIMAL.fullmatch(text):
        hours, minutes, seconds, sign, degree, arcminutes, arcseconds = found.groups()
        if float(minutes) >= 60 or float(seconds) >= 60 or float(arcminutes) >= 60 or float(arcseconds) >= 60:
            return None
        ra = 15 * (int(hours) + int(minutes) / 60 + float(seconds) / 3600)
        dec = int(degree) + int(arcminutes) / 60 + float(arcseconds) / 3600
        dec = -dec if sign == "-" else dec
    elif found := _DEGREES.fullmatch(text):
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
    written = written_position(target)
    place = degrees(written)
    if node is None or place is None:
        if written:
            report(f"the position cannot be read: {written!r}", written, "position")
        for name, prop in _BESIDE.items():
            if text := target.text(name):
                report(f"{prop} without a position that can be read: {text!r}", text, prop)
        return None
    epoch, parallax = target.text("Epoch"), target.text("AnnualParallax")
    year, apart = decimal(epoch.removeprefix("J"), *_YEARS), _number(parallax)
    if epoch and year is None:
        report(f"the epoch cannot be read: {epoch!r}", epoch, "epoch")
    if parallax and apart is None:
        report(f"the parallax cannot be read: {parallax!r}", parallax, "parallax")
    return Position(
        *place,
        None if year is None else float(year),
        _motion(target, "RA", place[1], report),
        _motion(target, "Dec", place[1], report),
        None if apart is None else round(apart * 1000, 6),
        _uncertainty(node, place[1], report),
        written,
    )


def written_position(target: Node) -> str:
    """Return the coordinates of a target as they are written."""
    node = target.get("EquatorialCoordinates")
    return (node.attribute("Value") or node.text("Value") or node.text()) if node is not None else ""


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
    if unit in ("mas/yr", "mas/year"):
        factor = 1.0
    elif unit in ("arcsec/yr", "arcsec/year"):
        factor = 1000.0
    elif unit == "sec of time/yr" and axis == "RA":
        factor = _MAS_PER_SECOND_OF_TIME * math.cos(math.radians(dec))
    else:
        report(f"a proper motion in an unknown unit: {text} {unit or 'without one'}", f"{text} {unit}", "proper motion")
        return None
    return round(value * factor, 6)


def _uncertainty(coordinates: Node, dec: float, report: Report) -> float | None:
    """Return the larger of the uncertainties of both axes in arcseconds."""
    found = []
    for axis in ("RA", "Dec"):
        text, unit = (coordinates.text(f"{axis}Uncertainty/{part}") for part in ("Value", "Units"))
        value, factor = _number(text), _ARCSECONDS.get(unit.lower())
        if unit.lower() in ("sec", "sec of time") and axis == "RA":
            factor = _MAS_PER_SECOND_OF_TIME / 1000 * math.cos(math.radians(dec))
        if value == 0 or not text:
            continue
        if value is None or value < 0 or factor is None:
            report(
                f"the uncertainty cannot be read: {text} {unit or 'without a unit'}", f"{text} {unit}", "uncertainty"
            )
            return None
        found.append(round(value * factor, 9))
    return max(found, default=None)


def _number(text: str) -> float | None:
    value = decimal(text, -1_000_000_000, 1_000_000_000)
    return None if value is None else float(value)
