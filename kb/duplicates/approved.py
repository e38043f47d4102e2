"""The observations of a store, laid out for comparing: by object, by system, by position."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from kb.duplicates.records import Approved
from kb.vocabulary import load

if TYPE_CHECKING:
    from kb.store import Store

__all__ = ["Observations", "approved"]

_ARCSEC = 3600.0


class Observations:
    """Approved observations in memory; a thousand programs take about 20 MB."""

    def __init__(self, rows: Iterable[Approved]) -> None:
        self._by_object: dict[str, list[Approved]] = defaultdict(list)
        self._by_system: dict[str, list[Approved]] = defaultdict(list)
        placed: list[tuple[float, int, Approved]] = []
        for row in rows:
            if row.object is not None:
                self._by_object[row.object].append(row)
            if row.system is not None:
                self._by_system[row.system].append(row)
            if row.dec is not None:
                placed.append((row.dec, len(placed), row))
        self._placed = sorted(placed)
        self._declinations = [dec for dec, _, _ in self._placed]

    def of(self, name: str | None) -> list[Approved]:
        """Return the observations of an object."""
        return self._by_object.get(name, []) if name else []

    def within(self, system: str | None) -> list[Approved]:
        """Return the observations of what is part of a system."""
        return self._by_system.get(system, []) if system else []

    def near(self, dec: float, arcsec: float) -> Iterator[Approved]:
        """Yield what has coordinates in a band of declination."""
        first = bisect_left(self._declinations, dec - arcsec / _ARCSEC)
        last = bisect_right(self._declinations, dec + arcsec / _ARCSEC)
        return (row for _, _, row in self._placed[first:last])

    def __len__(self) -> int:
        return len({row.iri for rows in self._by_object.values() for row in rows})


def approved(store: Store) -> Observations:
    """Take the observations out of a store, once for each of their targets."""
    return Observations(_rows(store))


def _rows(store: Store) -> Iterator[Approved]:
    vocabulary = load()
    templates = {concept.iri: concept for concept in vocabulary.templates.values()}
    one = {name: _one(store, f"jkb:{name}") for name in _SINGLE}
    elements = _all(store, "jkb:elementName")
    targets = _all(store, "jkb:hasTarget")
    pages = _one(store, "schema:url")
    numbers = one["programNumber"]
    places, exposures = positions(store), exposure_times(store)
    for program, observations in _all(store, "jkb:hasObservation").items():
        for iri in observations:
            known = templates.get(one["usesTemplate"].get(iri, ""))
            for target in targets.get(iri, ()):
                ra, dec = places.get(target, (None, None))
                yield Approved(
                    iri=iri,
                    program=numbers[program],
                    number=one["observationNumber"].get(iri),
                    order=one["order"].get(iri, 0),
                    label=one["observationLabel"].get(iri, ""),
                    page=pages.get(program, ""),
                    name=one["targetName"].get(target, ""),
                    object=one["objectName"].get(target),
                    system=one["systemName"].get(target),
                    role=str(one["role"].get(target, "")).rsplit("/", 1)[-1],
                    rule=one["identityRule"].get(target, ""),
                    instrument=known.instrument if known else _other_instrument(one["templateName"].get(iri)),
                    template=known.label if known else one["templateName"].get(iri),
                    mode=known.mode if known else None,
                    elements=tuple(elements.get(iri, ())),
                    parallel=bool(one["isParallel"].get(iri)),
                    ra=ra,
                    dec=dec,
                    exposure=exposures.get(iri),
                )


#: Properties that an observation, a target or a program has once.
_SINGLE = (
    "programNumber",
    "observationNumber",
    "order",
    "observationLabel",
    "usesTemplate",
    "templateName",
    "isParallel",
    "targetName",
    "objectName",
    "systemName",
    "role",
    "identityRule",
)


def positions(store: Store) -> dict[str, tuple[float, float]]:
    """Return right ascension and declination of targets, ICRS degrees, where the graph has them."""
    if not {"rightAscension", "declination"} <= load().terms.keys():
        return {}
    ra, dec = _one(store, "jkb:rightAscension"), _one(store, "jkb:declination")
    return {target: (float(ra[target]), float(dec[target])) for target in ra.keys() & dec.keys()}


def exposure_times(store: Store) -> dict[str, float]:
    """Return exposure times of observations, in seconds, where the graph has them."""
    if "exposureTime" not in load().terms:
        return {}
    return {iri: float(seconds) for iri, seconds in _one(store, "jkb:exposureTime").items()}


def _one(store: Store, name: str) -> dict[str, Any]:
    """Return subject → value of a property; of several values any, since the shapes allow one."""
    # One pattern in one graph at a time: engines answer it several times faster than a query that joins.
    rows = store.query(f"SELECT ?subject ?value WHERE {{ GRAPH ?graph {{ ?subject {name} ?value }} }}")
    return {str(subject): value for subject, value in rows}


def _all(store: Store, name: str) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for subject, value in store.query(
        f"SELECT ?subject ?value WHERE {{ GRAPH ?graph {{ ?subject {name} ?value }} }} ORDER BY ?subject ?value"
    ):
        values.setdefault(str(subject), []).append(str(value))
    return values


def _other_instrument(template: str | None) -> str | None:
    """Return the instrument that the name of an unknown template begins with."""
    first = (template or "").split(" ")[0].casefold()
    return next((label for label in load().instruments if label.casefold() == first), None)
