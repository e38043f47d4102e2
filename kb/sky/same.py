"""Objects of two names that are one: by their measured positions, and something else that agrees.

A position alone never joins two objects, however near: proposers give one position to a star, its disk, its planet and
the field around it.  Two are one where targets of them lie within the pointing precision of each other and

- both have the same name at the archive, or one has at the archive the name of the other, or
- both move, fast, and alike.

What is part of a system (a planet of its star) has the place and the motion of the whole: it is joined to nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from kb.sky.place import J2000, Place, separation
from kb.sky.search import Places

if TYPE_CHECKING:
    import pyoxigraph

__all__ = ["same_objects"]

_TARGETS = """
SELECT ?target ?object ?name ?ra ?dec ?archive ?system ?epoch ?pm_ra ?pm_dec WHERE {
  ?target jkb:coordinatesAsWritten ?written ; jkb:rightAscension ?ra ; jkb:declination ?dec ;
    jkb:designates ?object ; jkb:objectName ?name ; jkb:role ?role
  FILTER(?role IN (role:science, role:reference, role:field))
  OPTIONAL { ?target jkb:archiveName ?archive }
  OPTIONAL { ?target jkb:inSystem ?system }
  OPTIONAL { ?target jkb:epoch ?epoch }
  OPTIONAL { ?target jkb:properMotionRA ?pm_ra }
  OPTIONAL { ?target jkb:properMotionDec ?pm_dec }
}
"""


@dataclass(frozen=True, slots=True)
class _Target:
    iri: str
    object: str
    name: str
    archive: str
    system: str
    place: Place


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two targets that show that their objects are one."""

    one: _Target
    other: _Target
    apart: float
    reason: str


def same_objects(store: pyoxigraph.Store) -> list[bytes]:
    """Return what follows for the derived graph, as lines of N-Triples.

    Parameters
    ----------
    store
        A store that holds the documents.

    Returns
    -------
    list[bytes]
        ``jkb:sameObject`` from each object to the one of the same that most targets designate (the first by IRI where
        several do), and a node for each link with method, separation and evidence: of every pair of the chain where
        others stand between the two.

    """
    targets = _targets(store)
    if len({target.object for target in targets}) < 2:
        return []
    pairs = list(_pairs(targets))
    counted = Counter(target.object for target in targets)
    groups: dict[str, set[str]] = {}
    for pair in pairs:
        joined = groups.get(pair.one.object, {pair.one.object}) | groups.get(pair.other.object, {pair.other.object})
        groups.update(dict.fromkeys(joined, joined))
    lines: list[str] = []
    for name, group in sorted(groups.items()):
        chosen = min(group, key=lambda iri: (-counted[iri], iri))
        if name != chosen:
            lines += _lines(name, chosen, _chain(pairs, name, chosen))
    return [f"{line} .\n".encode() for line in lines]


def _targets(store: pyoxigraph.Store) -> list[_Target]:
    import pyoxigraph

    from kb.iris import BASE, PREFIXES

    found: list[_Target] = []
    prefixes = PREFIXES | {"role": f"{BASE}role/"}
    answer = store.query(_TARGETS, prefixes=prefixes, use_default_graph_as_union=True)
    assert isinstance(answer, pyoxigraph.QuerySolutions)
    for row in answer:
        iri, thing, name, ra, dec, archive, system, *moved = (_text(value) for value in row)
        epoch, pm_ra, pm_dec = (float(value) if value else None for value in moved)
        place = Place(float(ra), float(dec), epoch, pm_ra, pm_dec)
        found.append(_Target(iri, thing, name, archive, system, place))
    return sorted(found, key=lambda target: target.iri)


def _text(value: object) -> str:
    return str(getattr(value, "value", ""))


def _pairs(targets: list[_Target]) -> list[_Pair]:
    places = Places((target.iri, target.place) for target in targets)
    by_iri = {target.iri: target for target in targets}
    limit = _agreement()["separation"]
    pairs: list[_Pair] = []
    for one in targets:
        # A place without a motion holds at its own epoch; the other one is moved there.
        epoch = one.place.epoch or J2000
        for near in places.near(one.place, limit, epoch):
            other = by_iri[near.iri]
            if one.object == other.object or (other.place.epoch and not other.place.moves and one.place.moves):
                continue
            if reason := _agree(one, other):
                pairs.append(_Pair(one, other, separation(one.place, other.place, epoch), reason))
    return pairs


def _agree(one: _Target, other: _Target) -> str:
    """Say what besides the position speaks for one object; nothing where nothing does, or something against it."""
    from kb.identity import name_key, same_object_name

    # A part has the place and the motion of the whole, and often its name at the archive: it is joined to nothing.
    if one.object == other.object or one.system or other.system:
        return ""
    if one.archive and name_key(one.archive) == name_key(other.archive):
        return f"both are {one.archive} at the archive"
    for here, there in ((one, other), (other, one)):
        if here.archive and same_object_name(here.archive) == there.name:
            return f"{here.name} is {here.archive} at the archive"
    if _move_alike(one.place, other.place):
        return "both move alike"
    return ""


def _move_alike(one: Place, other: Place) -> bool:
    limits = _agreement()
    first, second = (complex(place.pm_ra or 0.0, place.pm_dec or 0.0) for place in (one, other))
    fastest = max(abs(first), abs(second))
    return min(abs(first), abs(second)) >= limits["least-motion"] and (
        abs(first - second) <= limits["motion-difference"] * fastest
    )


def _chain(pairs: list[_Pair], name: str, chosen: str) -> list[_Pair]:
    """Return the pairs that lead from an object to the chosen one: as few as can be, and of those the nearest."""
    by_ends: dict[tuple[str, str], _Pair] = {}
    for pair in sorted(pairs, key=lambda pair: (pair.apart, pair.one.iri, pair.other.iri)):
        by_ends.setdefault((pair.one.object, pair.other.object), pair)
        by_ends.setdefault((pair.other.object, pair.one.object), pair)
    found: dict[str, list[_Pair]] = {name: []}
    waiting = [name]
    while chosen not in found:
        here = waiting.pop(0)
        for (one, other), pair in sorted(by_ends.items(), key=lambda item: (item[1].apart, item[0])):
            if one == here and other not in found:
                found[other] = [*found[here], pair]
                waiting.append(other)
    return found[chosen]


def _lines(name: str, chosen: str, chain: list[_Pair]) -> list[str]:
    import pyoxigraph

    from kb.iris import BASE, PREFIXES

    def term(text: str) -> str:
        prefix, _, local = text.partition(":")
        return f"<{PREFIXES[prefix]}{local}>"

    targets = [target for pair in chain for target in (pair.one, pair.other)]
    names = {target.object: target.name for target in targets}
    between = [names[iri] for iri in dict.fromkeys(target.object for target in targets) if iri not in (name, chosen)]
    way = f", by way of {', '.join(between)}" if between else ""
    evidence = "; ".join(dict.fromkeys(pair.reason for pair in chain))
    furthest = max(pair.apart for pair in chain)
    label = f"{names[name]} is {names[chosen]}{way}: {evidence}, {furthest:.3f} arcsec apart"
    link = f"<{BASE}link/{sha256(f'sameObject {name} {chosen}'.encode()).hexdigest()[:16]}>"
    apart = pyoxigraph.Literal(f"{furthest:.3f}", datatype=pyoxigraph.NamedNode(PREFIXES["xsd"] + "decimal"))
    return [
        f"<{name}> {term('jkb:sameObject')} <{chosen}>",
        f"{link} {term('rdf:type')} {term('jkb:DerivedLink')}",
        f"{link} {term('rdfs:label')} {pyoxigraph.Literal(label)}",
        f"{link} {term('jkb:linkSubject')} <{name}>",
        f"{link} {term('jkb:linkProperty')} {term('jkb:sameObject')}",
        f"{link} {term('jkb:linkObject')} <{chosen}>",
        f"{link} {term('jkb:linkMethod')} {pyoxigraph.Literal('coordinates')}",
        f"{link} {term('jkb:linkEvidence')} {pyoxigraph.Literal(evidence)}",
        f"{link} {term('jkb:separation')} {apart}",
        *(f"{link} {term('prov:wasDerivedFrom')} <{iri}>" for iri in dict.fromkeys(target.iri for target in targets)),
    ]


@lru_cache(maxsize=1)
def _agreement() -> dict[str, float]:
    from kb.ontology_tables import rows
    from kb.vocabulary import ontology_dir

    return {name: float(value) for name, value, *_ in rows(ontology_dir() / "identity" / "agreement.csv")}
