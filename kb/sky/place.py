"""A place on the sky that may move, and the angle between two of them.

>>> vega = Place(279.234735, 38.783689, 2000.0, 200.94, 286.23)
>>> round(separation(vega, Place(279.234735, 38.783689), epoch=2010.0), 4)
3.4972
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

__all__ = ["J2000", "Place", "Vector", "angle", "separation"]

#: The epoch of coordinates that name none.
J2000 = 2000.0

_MAS = math.radians(1 / 3_600_000)

Vector = tuple[float, float, float]
"""A direction: three numbers whose squares add up to one."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place: ICRS degrees at ``epoch``, a Julian year (``None``: 2000).

    Proper motions are in mas/yr, that in right ascension with the cosine of the declination; ``None`` where not known,
    and then the place is taken to stand still.  ``uncertainty`` is the radius in arcseconds within which the place is
    known, ``approximate`` says that it was read from a name.
    """

    ra: float
    dec: float
    epoch: float | None = None
    pm_ra: float | None = None
    pm_dec: float | None = None
    uncertainty: float | None = None
    approximate: bool = False

    def vector(self, epoch: float | None = None) -> Vector:
        """Return the direction at an epoch (Julian year; by default that of the coordinates)."""
        ra, dec = math.radians(self.ra), math.radians(self.dec)
        sin_ra, cos_ra, sin_dec, cos_dec = math.sin(ra), math.cos(ra), math.sin(dec), math.cos(dec)
        x, y, z = cos_dec * cos_ra, cos_dec * sin_ra, sin_dec
        if epoch is None or not self.moves:
            return x, y, z
        # Stars go straight: along the tangent, and back onto the sphere.
        years = (epoch - (J2000 if self.epoch is None else self.epoch)) * _MAS
        east, north = (self.pm_ra or 0.0) * years, (self.pm_dec or 0.0) * years
        x -= sin_ra * east + sin_dec * cos_ra * north
        y += cos_ra * east - sin_dec * sin_ra * north
        z += cos_dec * north
        length = math.sqrt(x * x + y * y + z * z)
        return x / length, y / length, z / length

    def at(self, epoch: float) -> Self:
        """Return the place where this one is at another epoch."""
        x, y, z = self.vector(epoch)
        ra, dec = math.degrees(math.atan2(y, x)) % 360, math.degrees(math.atan2(z, math.hypot(x, y)))
        return type(self)(ra, dec, epoch, self.pm_ra, self.pm_dec, self.uncertainty, self.approximate)

    @property
    def moves(self) -> bool:
        """Whether a proper motion is known that is not zero."""
        return bool(self.pm_ra or self.pm_dec)


def separation(one: Place, other: Place, epoch: float = J2000) -> float:
    """Return the angle between two places at an epoch, in arcseconds."""
    return math.degrees(angle(one.vector(epoch), other.vector(epoch))) * 3600


def angle(one: Vector, other: Vector) -> float:
    """Return the angle between two directions, in radians; exact for the smallest and the largest."""
    (a, b, c), (d, e, f) = one, other
    return math.atan2(math.hypot(b * f - c * e, c * d - a * f, a * e - b * d), a * d + b * e + c * f)
