"""What a person types → a place, an angle, an epoch.

>>> read_place("23 07 28.7155 +21 08 3.30")
Place(ra=346.869647917, dec=21.13425, epoch=None, pm_ra=None, pm_dec=None, uncertainty=None, approximate=False)
>>> read_place("12:00:00 -00:30:00").dec, read_place("346.87, 21.13").ra, read_place("HD 2811")
(-0.5, 346.87, None)
>>> read_angle("30"), read_angle("2'"), read_angle("0.5 deg")
(30.0, 120.0, 1800.0)
"""

from __future__ import annotations

import re

from kb.errors import UsageError
from kb.sky.place import Place

__all__ = ["read_angle", "read_epoch", "read_place"]

_NUMBER = r"\d+(?:\.\d*)?|\.\d+"
_DEGREES = re.compile(rf"([+-]?(?:{_NUMBER}))(?:d|deg|°)?(?:\s*,\s*|\s+)([+−-]?(?:{_NUMBER}))(?:d|deg|°)?")
_SIXTIES = re.compile(
    rf"(\d{{1,2}})[:h\s]\s*(\d{{1,2}})(?:[:m\s]\s*({_NUMBER})s?)?m?(?:\s*,\s*|\s+|(?=[+−-]))"
    rf"([+−-])?\s*(\d{{1,2}})[:d°\s]\s*(\d{{1,2}})(?:[:m'′\s]\s*({_NUMBER})(?:s|\"|″)?)?[m'′]?"
)
_ANGLE = re.compile(rf"({_NUMBER})\s*([a-z\"'″′°]*)", re.IGNORECASE)
#: Units of an angle in arcseconds; a bare number has them.
_UNITS = {
    **dict.fromkeys(("", "s", "arcsec", "arcsecond", "arcseconds", '"', "″", "''", "as"), 1.0),
    **dict.fromkeys(("m", "arcmin", "arcminute", "arcminutes", "'", "′"), 60.0),
    **dict.fromkeys(("d", "deg", "degree", "degrees", "°"), 3600.0),
}
_YEAR = re.compile(rf"[jJ]?({_NUMBER})")
#: As far as straight motion is good for; further off something else was meant.
_YEARS = (1000.0, 3000.0)


def read_place(text: str) -> Place | None:
    """Read a position: sexagesimal hours and degrees, or two numbers of degrees.

    Returns
    -------
    Place | None
        ICRS; ``None`` if the text is not a position but perhaps a name.

    Raises
    ------
    UsageError
        It looks like a position and is none on the sky.

    """
    text = text.strip()
    if match := _DEGREES.fullmatch(text):
        ra, dec = float(match[1]), float(match[2].replace("−", "-"))
    elif match := _SIXTIES.fullmatch(text):
        hours, degrees = _sixties(text, *match.group(1, 2, 3)), _sixties(text, *match.group(5, 6, 7))
        # The sign stands before the degrees, and -00 has one too.
        ra, dec = round(hours * 15, 9), round(-degrees if match[4] in ("-", "−") else degrees, 9)
    else:
        return None
    if not 0 <= ra <= 360 or not -90 <= dec <= 90:
        raise UsageError(
            f"{text!r} is nowhere on the sky: give 0 to 24 hours or 0 to 360 degrees, then -90 to +90 degrees"
        )
    return Place(ra % 360, dec)


def _sixties(text: str, whole: str, minutes: str, seconds: str | None) -> float:
    if int(minutes) >= 60 or float(seconds or 0) >= 60:
        raise UsageError(f"{text!r} is not a position: minutes and seconds go up to 59")
    return int(whole) + int(minutes) / 60 + float(seconds or 0) / 3600


def read_angle(text: str) -> float:
    """Read an angle; a number without a unit is in arcseconds.

    Returns
    -------
    float
        Arcseconds.

    Raises
    ------
    UsageError
        It is not an angle, or more than half the way around the sky.

    """
    match = _ANGLE.fullmatch(text.strip())
    unit = _UNITS.get(match[2].lower()) if match else None
    if match is None or unit is None:
        raise UsageError(f"""{text!r} is not an angle: write 30, 30", 2' or 0.5deg (a bare number is arcseconds)""")
    arcseconds = float(match[1]) * unit
    if arcseconds > 180 * 3600:
        raise UsageError(f"{text!r} is more than half a turn, which is the whole sky")
    return arcseconds


def read_epoch(text: str) -> float:
    """Read an epoch, a Julian year as ``2015.5`` or ``J2000``.

    Raises
    ------
    UsageError
        It is none, or centuries away.

    """
    match = _YEAR.fullmatch(text.strip())
    year = float(match[1]) if match else 0.0
    if not _YEARS[0] <= year <= _YEARS[1]:
        raise UsageError(f"{text!r} is not an epoch: write a year, as 2000 or 2026.5")
    return year
