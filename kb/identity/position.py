"""Names that are positions → the position that they say, with its precision.

A designation ``JHHMM±DDMM`` is cut off, never rounded (IAU recommendations for designations), so its object lies in a
cell of the sky as large as one unit of its last digits: the position is the middle of that cell, the uncertainty half
its diagonal.

>>> place = name_position("WISE J0535-7500")
>>> place.ra, place.dec, place.uncertainty, place.raw
(83.875, -75.008333333, 120.2, 'J0535-7500')
>>> name_position("WISE J0535-7500", "WISEJ053516.80-750024.9").uncertainty
0.1
>>> name_position("HD 2811"), name_position("J0954")
(None, None)
"""

from __future__ import annotations

import math
import re

from kb.records import Position

__all__ = ["name_position"]

_SIGNED = r"(?P<ra>\d{3,9})(?P<ra_more>\.\d+)?(?P<sign>[+−-]|[pPmM](?=\d))(?P<dec>\d{2,8})(?P<dec_more>\.\d+)?"
#: The whole of a name: what follows a position but a component's letter is something else than what is there.
_WHOLE = re.compile(rf"(?:[A-Za-z0-9.]+[ _-])?(?:[A-Z0-9]*[A-Z])?(?P<written>J[ _]?{_SIGNED})(?: ?[A-Z][a-z]?)?")
_WRITTEN = re.compile(rf"(?P<written>J[ _]?{_SIGNED})(?![\d.])")
_LOOKS = re.compile(r"J[ _]?\d{3}")  # a first look, since most names are none
#: Digits before the point → units of them in seconds of time and of arc: HHMM, HHMMSS, tenths and hundredths of it.
_TIME = {4: 60.0, 6: 1.0, 7: 0.1, 8: 0.01, 9: 0.001}
_ARC = {2: 3600.0, 4: 60.0, 6: 1.0, 7: 0.1, 8: 0.01}
_DEGREES = 3  # PSO J318.5338-22.8603


def name_position(name: str, written: str = "") -> Position | None:
    """Return the approximate position that an object's name says.

    Parameters
    ----------
    name
        The object's canonical name.
    written
        Its name as a program writes it, which may have more digits.

    Returns
    -------
    Position | None
        In degrees (ICRS), the uncertainty in arcseconds, ``raw`` what was read; without an epoch, since the name does
        not say when the object was there.  ``None`` where the name is no position, or a doubtful one (five digits,
        minutes above 59, no sign).

    """
    if not (_LOOKS.search(name) or _LOOKS.search(written)):
        return None
    match = _WHOLE.fullmatch(name) or _WHOLE.fullmatch(written)
    cell = _cell(match) if match else None
    if match is None or cell is None:
        return None
    longer = _WRITTEN.search(written)
    finer = _cell(longer) if longer else None
    if longer and finer and _extends(longer, match):
        match, cell = longer, finer
    ra, dec, width, height = cell
    width *= math.cos(math.radians(dec))
    uncertainty = round(math.hypot(width, height) / 2 * 3600, 1)
    return Position(round(ra % 360, 9), round(dec, 9), uncertainty=max(uncertainty, 0.1), raw=match["written"])


def _extends(longer: re.Match[str], match: re.Match[str]) -> bool:
    """Whether a position has the digits of another, and more."""
    return (
        longer["ra"].startswith(match["ra"])
        and longer["dec"].startswith(match["dec"])
        and _negative(longer) == _negative(match)
    )


def _negative(match: re.Match[str]) -> bool:
    return match["sign"] not in "+pP"


def _cell(match: re.Match[str]) -> tuple[float, float, float, float] | None:
    """Return the middle of a cell and its two sides (not yet shortened towards the pole), all in degrees."""
    ra, dec = match["ra"], match["dec"]
    finer_ra, finer_dec = (10.0 ** -(max(len(match[more] or "") - 1, 0)) for more in ("ra_more", "dec_more"))
    if len(ra) == _DEGREES:
        if len(dec) != 2 or int(ra) >= 360:
            return None
        width, height = finer_ra, finer_dec
        east, up = float(ra + (match["ra_more"] or "")), float(dec + (match["dec_more"] or ""))
    else:
        if len(ra) not in _TIME or len(dec) not in _ARC or (len(dec) == 2 and match["dec_more"]):
            return None
        hours, degrees = _sixties(ra, match["ra_more"]), _sixties(dec, match["dec_more"])
        if hours is None or degrees is None or hours >= 24:
            return None
        width, height = _TIME[len(ra)] * finer_ra / 240, _ARC[len(dec)] * finer_dec / 3600
        east, up = hours * 15, degrees
    up += height / 2
    if up - height / 2 > 90:
        return None
    return east + width / 2, min(up, 90.0) * (-1 if _negative(match) else 1), width, height


def _sixties(digits: str, more: str | None) -> float | None:
    """``HHMMSSs`` → hours; ``None`` where minutes or seconds are 60 or more."""
    whole, minutes = int(digits[:2]), digits[2:4] or "0"
    seconds = (digits[4:6] or "0") + ("." + digits[6:] if digits[6:] else "")
    if len(digits) == 4:
        minutes += more or ""
    elif len(digits) >= 6 and more:
        seconds += more
    if float(minutes) >= 60 or float(seconds) >= 60:
        return None
    return whole + float(minutes) / 60 + float(seconds) / 3600
