"""The observations of a store, laid out for comparing: by object, by system, by position."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from kb.duplicates.records import Approved
from kb.iris import object_iri
from kb.sky import J2000, places
from kb.store.texts import properties
from kb.vocabulary import load

if TYPE_CHECKING:
    from kb.store import Store

__all__ = ["Observations", "approved"]

#: Arc seconds of a degree.
_ARCSEC = 3600.0


class Observations:
    """Approved observations in memory; a thousand programs take about 20 MB.

    ``same`` are IRIs of objects that are known to be another one, with that one: the object that questions follow.
    """

    def __init__(self, rows: Iterable[Approved], same: Mapping[str, str] = MappingProxyType({})) -> None:
        self._same = same
        self._by_object: dict[str, list[Approved]] = defaultdict(list)
        self._by_system: dict[str, list[Approved]] = defaultdict(list)
        placed: list[tuple[float, int, Approved]] = []
        iris: set[str] = set()
        programs: set[int] = set()
        #: Names as written and names of objects → the object: what may be meant by a name that is not there.
        self.names: dict[str, str] = {}
        #: Names as written of targets that no rule tells an object of → their programs.
        self.unidentified: dict[str, set[int]] = defaultdict(set)
        for row in rows:
            iris.add(row.iri)
            programs.add(row.program)
            if row.object is not None:
                self._by_object[self._key(row.object)].append(row)
                self.names[row.name] = self.names[row.object] = row.object
            else:
                self.unidentified[row.name].add(row.program)
            if row.system is not None:
                self._by_system[self._key(row.system)].append(row)
            if row.dec is not None:
                placed.append((row.dec, len(placed), row))
        written = {rows[0].object or "": rows for rows in self._by_object.values() if "name as written" in rows[0].rule}
        self._spelled = sorted(written.items())
        #: How many observations there are, and of how many programs.
        self.size = (len(iris), len(programs))
        self._placed = sorted(placed)
        self._widest = max((row.uncertainty for _, _, row in placed), default=0.0)
        self._declinations = [dec for dec, _, _ in self._placed]

    def of(self, name: str | None) -> list[Approved]:
        """Return the observations of an object."""
        return self._by_object.get(self._key(name), []) if name else []

    def within(self, system: str | None) -> list[Approved]:
        """Return the observations of what is part of a system."""
        return self._by_system.get(self._key(system), []) if system else []

    def named_after(self, name: str | None) -> Iterator[Approved]:
        """Yield the observations whose target's name no rule knows, and begins with that of an object."""
        head = f"{name} "
        for name, rows in self._spelled[bisect_left(self._spelled, (head,)) :]:
            if not name.startswith(head):
                break
            yield from rows

    def _key(self, name: str) -> str:
        iri = object_iri(name)
        return self._same.get(iri, iri)

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
    (same,) = properties(store, ("jkb:sameObject",))
    return Observations(_rows(store), {one: others[0] for one, others in same.items()})


def _rows(store: Store) -> Iterator[Approved]:
    vocabulary = load()
    templates = {concept.iri: concept for concept in vocabulary.templates.values()}
    lists = dict(zip(_PROPERTIES, properties(store, _PROPERTIES), strict=True))
    one = {name: {subject: values[0] for subject, values in found.items()} for name, found in lists.items()}
    elements, targets = lists["jkb:elementName"], lists["jkb:hasTarget"]
    located, exposures = places(store).by_iri, exposure_times(store)
    for program, observations in lists["jkb:hasObservation"].items():
        if program not in one["jkb:programNumber"]:
            continue  # a draft, which nobody approved
        for iri in observations:
            known = templates.get(one["jkb:usesTemplate"].get(iri, ""))
            number = one["jkb:observationNumber"].get(iri)
            other = one["jkb:templateName"].get(iri)
            for target in targets.get(iri, ()):
                place = located.get(target)
                if place is not None and place.moves:
                    place = place.at(J2000)
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
                    ra=place.ra if place else None,
                    dec=place.dec if place else None,
                    uncertainty=(place.uncertainty or 0.0) if place else 0.0,
                    exposure=exposures.get(iri),
                )


#: What is taken from the graph.
_PROPERTIES = (
    *("jkb:hasObservation", "jkb:hasTarget", "jkb:usesTemplate", "jkb:observationLabel", "jkb:order"),
    *("jkb:observationNumber", "jkb:templateName", "jkb:isParallel", "jkb:elementName", "jkb:programNumber"),
    *("jkb:targetName", "jkb:objectName", "jkb:systemName", "jkb:role", "jkb:identityRule", "schema:url"),
)


def exposure_times(store: Store) -> dict[str, float]:
    """Return science time of observations, in seconds."""
    return _numbers(store, "scienceDuration")


def _numbers(store: Store, name: str) -> dict[str, float]:
    """Return subject → number of a property; nothing where this version of the ontology does not have it."""
    iri = load().terms.get(name)
    if iri is None:
        return {}
    (values,) = properties(store, (f"<{iri}>",))
    return {subject: float(several[0]) for subject, several in values.items()}


def _other_instrument(template: str | None) -> str | None:
    """Return the instrument that the name of an unknown template begins with."""
    first = (template or "").split(" ")[0].casefold()
    return next((label for label in load().instruments if label.casefold() == first), None)
