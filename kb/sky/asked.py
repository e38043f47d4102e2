"""A saved question about places: what lies in the cone is worked out here and put into the query as values."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from kb.errors import UsageError
from kb.sky.place import Place
from kb.sky.search import Places, places
from kb.sky.typed import read_angle, read_epoch, read_place

if TYPE_CHECKING:
    from kb.store import Store

__all__ = ["fill_places", "place_of"]

_SLOT = re.compile(r"(VALUES \(\?place \?separation \?inside\) \{)[^}]*\}")
_COUNT = "SELECT (COUNT(DISTINCT ?target) AS ?count) WHERE { ?target a jkb:Target }"
_TARGETS = """
SELECT DISTINCT ?target WHERE { VALUES ?object { %s } ?target jkb:object ?object ; jkb:role ?role .
  FILTER(?role NOT IN (<https://w3id.org/jwst-kb/role/background>, <https://w3id.org/jwst-kb/role/offset>)) }
"""


def fill_places(
    store: Store, sparql: str, position: str, radius: str, epoch: str, tell: Callable[[str], object]
) -> str:
    """Put what lies in a cone into the slot ``VALUES (?place ?separation ?inside) { … }`` of a query.

    Parameters
    ----------
    store
        Where the places are.
    sparql
        The query.
    position, radius, epoch
        As typed; see :mod:`kb.sky.typed`, and :func:`place_of` for names.
    tell
        Called with a sentence that says which position a name stands for, and one that says how many targets can be
        found at all.

    Raises
    ------
    UsageError
        One of them cannot be read, or the name has no known position.

    """
    year, arcseconds = read_epoch(epoch), read_angle(radius)
    centre = read_place(position) or place_of(store, position, tell)
    known = places(store)
    found = known.near(centre, arcseconds, year, perhaps=True)
    tell(_reach(store, known))
    rows = (f'(<{near.iri}> {near.separation:.3f} "{"yes" if near.surely else "perhaps"}")' for near in found)
    values = "\n    ".join(["", *rows])
    return _SLOT.sub(lambda slot: f"{slot[1]}{values}\n  }}", sparql)


def _reach(store: Store, known: Places) -> str:
    """Say how many targets have a place: an empty answer says nothing about the others."""
    ((count,),) = store.query(_COUNT)
    named = sum(place.approximate for place in known.by_iri.values())
    read = f" ({named:,} read from a name)" if named else ""
    said = f"{len(known):,} of {int(str(count)):,} targets have a place{read}"
    return said if len(known) == int(str(count)) else f"{said}; others cannot be found by position: kb ask object"


def place_of(store: Store, name: str, tell: Callable[[str], object]) -> Place:
    """Return the place of an object: measured where a document has coordinates, else what a name says.

    Raises
    ------
    UsageError
        Nothing has that name, or it has no known place.

    """
    from kb.identity import same_object_name
    from kb.identity.position import name_position
    from kb.names import resolve

    try:
        term = resolve(store, "object", name, tell)
    except UsageError:
        said = name_position(same_object_name(name) or name, name)
        if said is None:
            raise
        return Place(said.ra, said.dec, uncertainty=said.uncertainty, approximate=True)
    known = places(store).by_iri
    targets = [str(target) for (target,) in store.query(_TARGETS % term)]
    placed = [(known[target], target) for target in targets if target in known]
    if not placed:
        raise UsageError(f"no document says where {name!r} is; give coordinates, as '06 47 49.06 +70 14 41.6'")
    place, target = min(placed, key=lambda found: (found[0].approximate, found[0].uncertainty or 0.0, found[1]))
    about = f", known to {place.uncertainty:g} arcsec" if place.approximate else ""
    tell(f"{name} is at {place.ra:.6f} {place.dec:+.6f} ({'/'.join(target.split('/')[4:])}{about})")
    return place
