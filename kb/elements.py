"""What light a configuration of an instrument lets through, and how far two configurations see the same light.

A configuration is what stands in the beam together: a filter, a disperser with its filter, a coronagraph's mask with
its filter.  The wavelengths are those of ``ontology/vocabulary/elements.ttl`` and ``element-pairs.ttl``; what these do
not say is not known, and ``None``, never "none in common".

>>> bands("NIRSpec", "G395H", "F290LP")
((2.87, 5.14),)
>>> overlap(bands("NIRCam", "F444W"), bands("NIRSpec", "G395H", "F290LP")).fraction
1.0
>>> overlap(bands("MIRI", "F770W"), bands("NIRCam", "F444W")).fraction
0.0
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from kb.concepts import Element
from kb.vocabulary import load

__all__ = ["Bands", "Overlap", "bands", "disperses", "fixes", "overlap", "selects"]

Bands = tuple[tuple[float, float], ...]
"""Ranges of wavelengths in micrometres, from the shortest, none touching another."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """The light that two configurations have in common.

    ``bands`` is empty where they have none; ``fraction`` is its width as a part of the narrower configuration's, from
    0 to 1.
    """

    bands: Bands
    fraction: float


@lru_cache(maxsize=1024)
def bands(instrument: str, *names: str) -> Bands | None:
    """Return the wavelengths that a configuration lets through.

    Parameters
    ----------
    instrument
        Its label: ``MIRI``, ``NIRCam``, ``NIRISS``, ``NIRSpec`` or ``FGS``.
    *names
        Elements that stand in the beam together, in any order: ``"F405N", "F444W"``.  Elements that are used one after
        the other are configurations of their own.  FGS has no elements.

    Returns
    -------
    Bands | None
        Ranges in micrometres; ``None`` where it is not known, as for an element that the vocabulary does not have, for
        a mask alone, or for a grating of NIRSpec that covers another range with another filter.

    Examples
    --------
    >>> bands("MIRI", "CH1", "LONG"), bands("MIRI", "LONG")
    (((6.53, 7.65),), ((6.53, 7.65), (10.02, 11.7), (15.41, 17.98), (24.4, 27.9)))
    >>> bands("NIRCam", "MASK335R", "F444W"), bands("NIRCam", "MASK335R"), bands("NIRSpec", "G140M")
    (((3.881, 4.982),), None, None)
    >>> bands("FGS")
    ((0.6, 5.0),)

    """
    known = load()
    whole = known.instruments.get(instrument)
    if whole is None or not names:
        return (whole.wavelengths,) if whole and whole.wavelengths else None
    found = [known.find(f"element-{instrument.lower()}", name) for name in names]
    elements = [element for element in found if isinstance(element, Element)]
    selecting = [element for element in elements if _effects(element)]
    if len(elements) < len(names) or not selecting:
        return None
    if pair := _pairs().get(frozenset(element.iri for element in selecting)):
        return (pair.wavelengths,) if pair.wavelengths else None
    parts = [_parts().get(element.iri, frozenset({element})) for element in selecting]
    if common := frozenset.intersection(*parts):  # one element, or a channel and a sub-band
        return _union(common)
    ranges = [_union(part) for part in parts]
    left = ranges[0]
    for other in ranges[1:]:
        left = _common(left, other) if left and other else None
    return left or None


def selects(instrument: str, name: str) -> bool:
    """Tell whether an element selects wavelengths, as a mask or a slit does not.

    >>> selects("NIRCam", "MASK335R"), selects("NIRCam", "F335M")
    (False, True)
    """
    found = load().find(f"element-{instrument.lower()}", name)
    return not isinstance(found, Element) or bool(_effects(found))


def disperses(instrument: str, name: str) -> bool:
    """Tell whether an element disperses light, so that what it covers hangs on the filter before it.

    >>> disperses("NIRCam", "GRISMR"), disperses("NIRCam", "F335M")
    (True, False)
    """
    found = load().find(f"element-{instrument.lower()}", name)
    return isinstance(found, Element) and "disperses" in _effects(found)


def fixes(instrument: str, name: str) -> bool:
    """Tell whether an element fixes a range of wavelengths that is known, so that whoever uses it sees the same light.

    A grating of NIRSpec that covers another range with another filter does not.

    >>> fixes("NIRCam", "F335M"), fixes("NIRCam", "GRISMR"), fixes("NIRCam", "MASK335R"), fixes("NIRCam", "F9")
    (True, False, False, False)
    >>> fixes("NIRSpec", "G395M"), fixes("NIRSpec", "G140M")
    (True, False)
    """
    found = load().find(f"element-{instrument.lower()}", name)
    return isinstance(found, Element) and "fixes" in _effects(found) and bands(instrument, name) is not None


def overlap(first: Bands | None, second: Bands | None) -> Overlap | None:
    """Return what two configurations have in common, ``None`` where either is not known.

    >>> overlap(bands("NIRCam", "F200W"), bands("NIRISS", "F200W"))
    Overlap(bands=((1.755, 2.226),), fraction=0.998)
    >>> overlap(bands("NIRCam", "MASK335R"), bands("NIRCam", "F335M")) is None
    True
    """
    if not first or not second:
        return None
    common = _common(first, second)
    return Overlap(common, round(_width(common) / min(_width(first), _width(second)), 3))


def _union(elements: frozenset[Element]) -> Bands | None:
    """Join what the parts of an element let through; ``None`` where one of them does not say."""
    ranges = [element.wavelengths for element in elements]
    if None in ranges:
        return None
    made: list[tuple[float, float]] = []
    for low, high in sorted(limits for limits in ranges if limits):
        if made and low <= made[-1][1]:
            made[-1] = (made[-1][0], max(high, made[-1][1]))
        else:
            made.append((low, high))
    return tuple(made)


def _common(first: Bands, second: Bands) -> Bands:
    pairs = ((max(a, c), min(b, d)) for a, b in first for c, d in second)
    return tuple((low, high) for low, high in sorted(pairs) if low < high)


def _width(ranges: Bands) -> float:
    return sum(high - low for low, high in ranges)


def _effects(element: Element) -> tuple[str, ...]:
    """Return what an element does to light, by its kind; nothing for what selects no wavelengths."""
    return _kinds()[element.kind]


@lru_cache(maxsize=1)
def _kinds() -> dict[str, tuple[str, ...]]:
    from kb.ontology_tables import rows
    from kb.vocabulary import ontology_dir

    table = rows(ontology_dir() / "vocabulary" / "element-kinds.csv")
    return {kind: tuple(effects.replace("none", "").split()) for kind, effects, _ in table}


@lru_cache(maxsize=1)
def _pairs() -> dict[frozenset[str], Element]:
    """Pairs of the vocabulary by the IRIs of their members."""
    return {frozenset(c.members): c for c in load().concepts if isinstance(c, Element) and c.members}


@lru_cache(maxsize=1)
def _parts() -> dict[str, frozenset[Element]]:
    """Elements that are parts of another (a sub-band of the MRS in one channel), by the IRI of that one."""
    parts: dict[str, set[Element]] = {}
    for concept in load().concepts:
        if isinstance(concept, Element):
            for whole in concept.broader:
                parts.setdefault(whole, set()).add(concept)
    return {iri: frozenset(elements) for iri, elements in parts.items()}
