"""The observations of a store, laid out for comparing: by object, by system, by position."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from math import cos, radians
from typing import TYPE_CHECKING

from kb.duplicates.records import Approved
from kb.store.texts import columns
from kb.vocabulary import load

if TYPE_CHECKING:
    from kb.store import Store

__all__ = ["Observations", "approved"]

#: Arc seconds and milliarcseconds of a degree.
_ARCSEC, _MAS = 3600.0, 3_600_000.0


class Observations:
    """Approved observations in memory; a thousand programs take about 20 MB."""

    def __init__(self, rows: Iterable[Approved]) -> None:
        self._by_object: dict[str, list[Approved]] = defaultdict(list)
        self._by_system: dict[str, list[Approved]] = defaultdict(list)
        placed: list[tuple[float, int, Approved]] = []
        iris: set[str] = set()
        programs: set[int] = set()
        #: Names as written and names of objects → the object: what may be meant by a name that is not there.
        self.names: dict[str, str] = {}
        for row in rows:
            iris.add(row.iri)
            programs.add(row.program)
            if row.object is not None:
                self._by_object[row.object].append(row)
                self.names[row.name] = self.names[row.object] = row.object
            if row.system is not None:
                self._by_system[row.system].append(row)
            if row.dec is not None:
                placed.append((row.dec, len(placed), row))
        self._spelled = sorted(name for name, rows in self._by_object.items() if "name as written" in rows[0].rule)
        #: How many observations there are, and of how many programs.
        self.size = (len(iris), len(programs))
        self._placed = sorted(placed)
        self._widest = max((row.uncertainty for _, _, row in placed), default=0.0)
        self._declinations = [dec for dec, _, _ in self._placed]

    def of(self, name: str | None) -> list[Approved]:
        """Return the observations of an object."""
        return self._by_object.get(name, []) if name else []

    def within(self, system: str | None) -> list[Approved]:
        """Return the observations of what is part of a system."""
        return self._by_system.get(system, []) if system else []

    def named_after(self, name: str | None) -> Iterator[Approved]:
        """Yield the observations whose target's name no rule knows, and begins with that of an object."""
        head = f"{name} "
        for index in range(bisect_left(self._spelled, head), len(self._spelled)):
            if not self._spelled[index].startswith(head):
                break
            yield from self._by_object[self._spelled[index]]

    def near(self, dec: float, arcsec: float) -> Iterator[Approved]:
        """Yield what has coordinates in a band of declination, or may have."""
        reach = (arcsec + min(self._widest, arcsec)) / _ARCSEC
        first = bisect_left(self._declinations, dec - reach)
        last = bisect_right(self._declinations, dec + reach)
        return (row for _, _, row in self._placed[first:last])

    @property
    def has_positions(self) -> bool:
        """Whether any of them has coordinates."""
        return bool(self._placed)


def approved(store: Store) -> Observations:
    """Take the observations out of a store, once for each of their targets."""
    return Observations(_rows(store))


def _rows(store: Store) -> Iterator[Approved]:
    vocabulary = load()
    templates = {concept.iri: concept for concept in vocabulary.templates.values()}
    lists = dict(zip(_PROPERTIES, _all(store, _PROPERTIES), strict=True))
    one = {name: {subject: values[0] for subject, values in found.items()} for name, found in lists.items()}
    elements, targets = lists["jkb:elementName"], lists["jkb:hasTarget"]
    places, exposures = positions(store), exposure_times(store)
    for program, observations in lists["jkb:hasObservation"].items():
        if program not in one["jkb:programNumber"]:
            continue  # a draft, which nobody approved
        for iri in observations:
            known = templates.get(one["jkb:usesTemplate"].get(iri, ""))
            number = one["jkb:observationNumber"].get(iri)
            other = one["jkb:templateName"].get(iri)
            for target in targets.get(iri, ()):
                ra, dec, within = places.get(target, (None, None, 0.0))
                yield Approved(
                    iri=iri,
                    program=int(one["jkb:programNumber"][program]),
                    number=None if number is None else int(number),
                    order=int(one["jkb:order"].get(iri, 0)),
                    label=one["jkb:observationLabel"].get(iri, ""),
                    page=one["schema:url"].get(program, ""),
                    name=one["jkb:targetName"].get(target, ""),
                    object=one["jkb:objectName"].get(target),
                    system=one["jkb:systemName"].get(target),
                    role=one["jkb:role"].get(target, "").rsplit("/", 1)[-1],
                    rule=one["jkb:identityRule"].get(target, ""),
                    instrument=known.instrument if known else _other_instrument(other),
                    template=known.label if known else other,
                    mode=known.mode if known else None,
                    elements=tuple(sorted(elements.get(iri, ()))),
                    parallel=one["jkb:isParallel"].get(iri) == "true",
                    ra=ra,
                    dec=dec,
                    uncertainty=within,
                    exposure=exposures.get(iri),
                )


#: What is taken from the graph.
_PROPERTIES = (
    *("jkb:hasObservation", "jkb:hasTarget", "jkb:usesTemplate", "jkb:observationLabel", "jkb:order"),
    *("jkb:observationNumber", "jkb:templateName", "jkb:isParallel", "jkb:elementName", "jkb:programNumber"),
    *("jkb:targetName", "jkb:objectName", "jkb:systemName", "jkb:role", "jkb:identityRule", "schema:url"),
)


def positions(store: Store) -> dict[str, tuple[float, float, float]]:
    """Return right ascension and declination of targets at J2000, ICRS degrees, and within how many arc seconds."""
    names = ("rightAscension", "declination", "positionUncertainty", "epoch", "properMotionRA", "properMotionDec")
    ra, dec, within, epoch, pm_ra, pm_dec = (_numbers(store, name) for name in names)
    places = {}
    for target in ra.keys() & dec.keys():
        years = 2000 - epoch.get(target, 2000)
        up = dec[target] + pm_dec.get(target, 0) * years / _MAS
        right = ra[target] + pm_ra.get(target, 0) * years / _MAS / max(cos(radians(up)), 1e-6)
        places[target] = (right % 360, up, within.get(target, 0.0))
    return places


def exposure_times(store: Store) -> dict[str, float]:
    """Return science time of observations, in seconds."""
    return _numbers(store, "scienceDuration")


def _numbers(store: Store, name: str) -> dict[str, float]:
    """Return subject → number of a property; nothing where this version of the ontology does not have it."""
    iri = load().terms.get(name)
    if iri is None:
        return {}
    (values,) = _all(store, (f"<{iri}>",))
    return {subject: float(several[0]) for subject, several in values.items()}


def _all(store: Store, names: Sequence[str]) -> list[dict[str, list[str]]]:
    """Return subject → values of properties.

    One pattern in one graph at a time: engines answer that several times faster than a query that joins.
    """
    from concurrent.futures import ThreadPoolExecutor

    def asked(name: str) -> dict[str, list[str]]:
        query = f"SELECT ?subject ?value WHERE {{ GRAPH ?graph {{ ?subject {name} ?value }} }}"
        values: dict[str, list[str]] = {}
        for subject, value in zip(*columns(store, query, "subject", "value"), strict=True):
            values.setdefault(subject, []).append(value)
        return values

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(asked, names))


def _other_instrument(template: str | None) -> str | None:
    """Return the instrument that the name of an unknown template begins with."""
    first = (template or "").split(" ")[0].casefold()
    return next((label for label in load().instruments if label.casefold() == first), None)
