"""All places of a store, and which of them lie in a cone.

They are kept in the order of their declination, so that a cone looks only at those of its own zone.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.sky.place import J2000, Place, Vector, angle

if TYPE_CHECKING:
    from kb.store import Store

__all__ = ["Near", "Places", "places"]

_PROPERTIES = (
    "rightAscension",
    "declination",
    "epoch",
    "properMotionRA",
    "properMotionDec",
    "positionUncertainty",
    "positionFromName",
)
#: For rounding where the edge of a cone's zone is cut, radians.
_MARGIN = 1e-9


@dataclass(frozen=True, slots=True)
class Near:
    """A place in a cone: ``separation`` is in arcseconds at the epoch asked for.

    ``surely`` is false where the place is known so roughly that it may lie outside, or its middle lies outside and the
    place itself may be inside.
    """

    iri: str
    separation: float
    place: Place
    surely: bool


class Places:
    """Places by IRI, to be searched many times.

    >>> found = Places([("a", Place(10, 0)), ("b", Place(10, 0.01)), ("c", Place(190, 0))])
    >>> [(near.iri, near.separation) for near in found.near(Place(10, 0), 60)]
    [('a', 0.0), ('b', 36.0)]
    """

    def __init__(self, located: Iterable[tuple[str, Place]]) -> None:
        self.by_iri: dict[str, Place] = dict(located)
        self._zones: dict[float, _Zones] = {}

    def __len__(self) -> int:
        return len(self.by_iri)

    def near(self, centre: Place, radius: float, epoch: float = J2000, *, perhaps: bool = False) -> list[Near]:
        """Return what lies within a radius, the nearest first, places of one separation by IRI.

        Parameters
        ----------
        centre
            The middle of the cone; moved to the epoch if it moves.
        radius
            Arcseconds.
        epoch
            Julian year to which all places are moved.
        perhaps
            Whether to add approximate places that may lie in the cone though their middle does not.

        """
        zones = self._zones.get(epoch)
        if zones is None:
            zones = self._zones[epoch] = _Zones(self.by_iri, epoch)
        found: list[Near] = []
        middle = centre.vector(epoch)
        for iri, vector in zones.around(middle, radius + (zones.widest if perhaps else 0.0)):
            place = self.by_iri[iri]
            apart = round(math.degrees(angle(middle, vector)) * 3600, 6)
            vague = (place.uncertainty or 0.0) if place.approximate else 0.0
            vague += (centre.uncertainty or 0.0) if centre.approximate else 0.0
            if apart <= radius or (perhaps and apart <= radius + vague):
                found.append(Near(iri, apart, place, apart + vague <= radius))
        return sorted(found, key=lambda near: (near.separation, near.iri))


class _Zones:
    """Directions at one epoch in the order of their height above the equator."""

    def __init__(self, located: dict[str, Place], epoch: float) -> None:
        known = sorted((place.vector(epoch)[::-1], iri) for iri, place in located.items())
        self._heights = [math.asin(max(-1.0, min(1.0, vector[0]))) for vector, _ in known]
        self._known: list[tuple[str, Vector]] = [(iri, vector[::-1]) for vector, iri in known]
        #: The largest radius in arcseconds within which a place is known.
        self.widest = max((place.uncertainty or 0.0 for place in located.values() if place.approximate), default=0.0)

    def around(self, middle: Vector, radius: float) -> list[tuple[str, Vector]]:
        """Return all that may lie within a radius (arcseconds) and some that do not."""
        height, reach = math.asin(max(-1.0, min(1.0, middle[2]))), math.radians(radius / 3600) + _MARGIN
        low, high = bisect_left(self._heights, height - reach), bisect_right(self._heights, height + reach)
        return self._known[low:high]


def places(store: Store) -> Places:
    """Return the places of all targets of a store: measured ones, and those that a name says."""
    from kb.store.texts import properties

    ra, dec, epoch, pm_ra, pm_dec, within, named = properties(store, [f"jkb:{name}" for name in _PROPERTIES])

    def number(values: dict[str, list[str]], target: str) -> float | None:
        return float(values[target][0]) if target in values else None

    def place(target: str) -> Place:
        year, east, north, radius = (number(values, target) for values in (epoch, pm_ra, pm_dec, within))
        return Place(float(ra[target][0]), float(dec[target][0]), year, east, north, radius, target in named)

    return Places((target, place(target)) for target in sorted(ra.keys() & dec.keys()))
