"""The criteria of the duplication policy, one function each: met, not met, or not knowable, and why.

Radii, similar instruments and grades are tables of ``ontology/duplicates``.  Nothing is decided that the sources do
not say: what is not known on one side is *not knowable*.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.duplicates.records import Approved, Criterion, Proposed
from kb.ontology_tables import rows
from kb.sky.place import Place, separation
from kb.vocabulary import load, ontology_dir

if TYPE_CHECKING:
    from kb.elements import Bands, Overlap

__all__ = ["Grade", "apart", "common_light", "grade", "grades", "judge", "radius_of"]

#: Roles of targets that point beside what they designate.
BESIDE = frozenset({"background", "offset", "catalog", "internal"})
#: What is surely a significant part of a range: more than half.  The policy gives no number.
_MOST = 0.5
_SIGNS = {"met": "+", "not met": "-", "not knowable": "?"}
#: What is not knowable since the proposed observation does not say it; "?" in a pattern allows it too.
_NOT_GIVEN = "."


@dataclass(frozen=True, slots=True)
class Grade:
    """How close a match is; ``patterns`` are the signs that each criterion may have."""

    name: str
    patterns: tuple[str, ...]
    meaning: str


@lru_cache(maxsize=1)
def grades() -> tuple[Grade, ...]:
    """Return the grades, the closest first."""
    table = rows(ontology_dir() / "duplicates" / "grades.csv")
    return tuple(Grade(name, tuple(patterns), meaning) for name, *patterns, meaning in table)


def grade(criteria: tuple[Criterion, ...]) -> str:
    """Return the first grade whose patterns fit all criteria."""
    signs = [_SIGNS[one.status] if one.given else _NOT_GIVEN for one in criteria]
    fitting = (one for one in grades() if all(map(_fits, signs, one.patterns)))
    return next(fitting, grades()[-1]).name


def _fits(sign: str, pattern: str) -> bool:
    return sign in pattern or (sign == _NOT_GIVEN and _SIGNS["not knowable"] in pattern)


def judge(
    proposed: Proposed, approved: Approved, apart: float | None, radius: float | None, factor: float | None, how: str
) -> tuple[Criterion, ...]:
    """Judge all criteria.

    Parameters
    ----------
    proposed, approved
        The two observations.
    apart
        Their separation in arcseconds, ``None`` where one has no coordinates.
    radius
        The search radius in arcseconds, ``None`` where the policy gives none.
    factor
        Exposure times within this factor of each other are alike; the policy's own number is in no source.
    how
        What joined them: ``object``, ``system`` or ``position``.

    """
    return (
        _source(proposed, approved, apart, radius, how),
        _instrument(proposed, approved),
        _mode(proposed, approved),
        _element(proposed, approved),
        _depth(proposed, approved, factor),
    )


def _source(p: Proposed, a: Approved, apart: float | None, radius: float | None, how: str) -> Criterion:
    if how != "position" and (p.role in BESIDE) != (a.role in BESIDE):
        beside, other = (a, "approved") if a.role in BESIDE else (p, "proposed")
        return Criterion("not met", f"the {other} target is a {beside.role} of {beside.object}")
    if apart is not None and radius is not None:
        where = f'{apart:.1f}" apart, search radius {radius:g}"'
        if a.uncertainty and abs(apart - radius) < a.uncertainty:
            return Criterion("not knowable", f'{where}, known within {a.uncertainty:g}"')
        if apart <= radius:
            return Criterion("met", where)
        return Criterion("not met", where) if how != "object" else Criterion("not knowable", f"one name, but {where}")
    if how == "object":
        return Criterion("met", "the same object by name")
    return Criterion("not knowable", "one is part of the other, or they share a system; positions cannot be compared")


def _instrument(p: Proposed, a: Approved) -> Criterion:
    if p.instrument is None or a.instrument is None:
        return _unknown("instrument", p.instrument, a.instrument)
    if p.instrument == a.instrument:
        return Criterion("met", p.instrument)
    if mode := _similar(p, a):
        return Criterion("met", f"{a.instrument} is similar in {mode}")
    return Criterion("not met", a.instrument)


def _mode(p: Proposed, a: Approved) -> Criterion:
    if p.template is not None and p.template == a.template:
        return Criterion("met", p.template)
    if p.mode is None or a.mode is None:
        return _unknown("template", p.mode, a.mode)
    if p.mode == a.mode:
        return Criterion("met", f"{a.template}: the same mode")
    if p.mode in _wider(a.mode) or a.mode in _wider(p.mode):
        return Criterion("met", f"{a.template}: one is a kind of the other")
    if p.instrument != a.instrument and _similar(p, a):
        return Criterion("not knowable", f"{a.template}: another way of a similar instrument")
    return Criterion("not met", str(a.template))


def _element(p: Proposed, a: Approved) -> Criterion:
    if not p.elements or not a.elements:
        why = "the table names no element" if not p.elements else "the observation's label names no element"
        return Criterion("not knowable", why)
    names = " ".join(a.elements)
    fraction = common_light(p.instrument, p.elements, a.instrument, a.elements)
    if fraction is None:
        return Criterion("not knowable", f"{names}: the wavelengths of one of them are not known")
    if fraction > 0:
        shared = names
        if common := _common(p.instrument, p.elements, a.instrument, a.elements):
            ranges = ", ".join(f"{low:.3g}–{high:.3g}" for low, high in common)
            shared = f"{names}: {fraction:.0%} of the narrower range, {ranges} µm"
        if fraction > _MOST:
            return Criterion("met", shared)
        return Criterion("not knowable", f"{shared}; the policy does not say how much is significant")
    return Criterion("not met", names)


def common_light(
    one: str | None, elements: tuple[str, ...], other: str | None, others: tuple[str, ...]
) -> float | None:
    """Return the part of the light that two configurations have in common, ``None`` where that is not known.

    Elements of one name see the same light, if they fix it: two observations behind one mask may see different light.

    >>> common_light("MIRI", ("F770W", "F1000W"), "MIRI", ("F1000W",))
    1.0
    >>> [common_light("NIRCam", ("MASK335R", "F335M"), "NIRCam", ("MASK335R", name)) for name in ("F410M", "F360M")]
    [0.0, 0.308]
    >>> common_light("NIRCam", ("F444W",), "NIRSpec", ("G395H", "F290LP"))
    1.0
    >>> common_light("MIRI", ("P750L",), "MIRI", ("F9",)) is None
    True
    """
    if _same_element(one, elements, other, others):
        return 1.0
    shared = [found.fraction for found in _overlaps(one, elements, other, others)]
    known = _lights(one, elements)[1] and _lights(other, others)[1]
    return max(shared) if any(shared) or (shared and known) else None


def _common(one: str | None, elements: tuple[str, ...], other: str | None, others: tuple[str, ...]) -> Bands:
    """Return the ranges of what :func:`common_light` counts, none where elements of one name say it all."""
    if _same_element(one, elements, other, others):
        return ()
    found = _overlaps(one, elements, other, others)
    return max(found, key=lambda each: each.fraction).bands if found else ()


def _same_element(one: str | None, elements: tuple[str, ...], other: str | None, others: tuple[str, ...]) -> bool:
    from kb.elements import fixes

    return one is not None and one == other and any(fixes(one, name) for name in set(elements) & set(others))


def _overlaps(one: str | None, elements: tuple[str, ...], other: str | None, others: tuple[str, ...]) -> list[Overlap]:
    from kb.elements import overlap

    mine, theirs = _lights(one, elements)[0], _lights(other, others)[0]
    return [found for a in mine for b in theirs if (found := overlap(a, b))]


@lru_cache(maxsize=4096)
def _lights(instrument: str | None, names: tuple[str, ...]) -> tuple[tuple[Bands, ...], bool]:
    """Return what the configurations see that elements may make, and whether that of all elements is known.

    An observation names its elements together, whichever stand in the beam at one time: what disperses is
    looked up with each of the others that selects wavelengths (not with the lens of the other channel).
    """
    from kb.elements import bands, disperses, selects

    found: set[Bands] = set()
    known = instrument is not None
    for name in names:
        if instrument is None or not selects(instrument, name):
            continue
        ranges: list[Bands | None] = [bands(instrument, name)]
        if disperses(instrument, name):
            before = [other for other in names if other != name and selects(instrument, other)]
            ranges = [bands(instrument, name, other) for other in before] or ranges
        known = known and any(ranges)
        found.update(one for one in ranges if one)
    return tuple(sorted(found)), known and bool(found)


def _depth(p: Proposed, a: Approved, factor: float | None) -> Criterion:
    if p.exposure is None:
        return Criterion("not knowable", "no exposure time of the proposed one", given=False)
    if a.exposure is None:
        return Criterion("not knowable", "no exposure time of the approved one")
    ratio = p.exposure / a.exposure if a.exposure else math.inf
    times = f"{p.exposure:g} s against {a.exposure:g} s"
    if factor is None:
        return Criterion("not knowable", f"{times}; no factor was given")
    return Criterion("met" if 1 / factor <= ratio <= factor else "not met", times)


def _unknown(what: str, proposed: str | None, approved: str | None) -> Criterion:
    sides = " and ".join(side for side, value in (("proposed", proposed), ("approved", approved)) if value is None)
    return Criterion("not knowable", f"no {what} of the {sides} one")


@lru_cache(maxsize=1)
def _similar_table() -> dict[frozenset[str], str]:
    table = rows(ontology_dir() / "duplicates" / "similar.csv")
    return {frozenset((one, other)): mode for one, other, mode in table}


def _similar(p: Proposed, a: Approved) -> str | None:
    """Return the mode in which two different instruments are alike, where both are used in it."""
    mode = _similar_table().get(frozenset((str(p.instrument), str(a.instrument))))
    if mode is None or a.mode is None or mode not in _wider(a.mode):
        return None
    return mode if p.mode is None or mode in _wider(p.mode) else None


@lru_cache(maxsize=256)
def _wider(mode: str) -> frozenset[str]:
    """Return a mode and those that it is a kind of."""
    notations = {concept.iri: concept.notation for concept in load().modes.values()}
    known = load().modes.get(mode)
    broader = (notations[iri] for iri in known.broader) if known else ()
    return frozenset({mode}).union(*map(_wider, broader))


@lru_cache(maxsize=1)
def _radii() -> dict[str, float]:
    labels = {concept.notation: concept.label for concept in load().templates.values()}
    return {labels[notation]: float(arcsec) for notation, arcsec in rows(ontology_dir() / "duplicates" / "radii.csv")}


def radius_of(proposed: Proposed, approved: Approved | None = None) -> float | None:
    """Return the policy's search radius in arcseconds: of the proposed template, else of the approved one's."""
    if proposed.template is not None or approved is None:
        return _radii().get(proposed.template or "")
    return _radii().get(approved.template or "")


def widest_radius() -> float:
    """Return the widest of the policy's search radii, in arcseconds."""
    return max(_radii().values())


def apart(one: Proposed | Approved, other: Proposed | Approved) -> float | None:
    """Return the angle between two positions at J2000, in arcseconds; ``None`` where one has none."""
    if one.ra is None or one.dec is None or other.ra is None or other.dec is None:
        return None
    return separation(Place(one.ra, one.dec), Place(other.ra, other.dec))


#: A planet, a planet candidate or a stellar component at the end of a name: what shares a pointing with its siblings.
LETTERED = re.compile(r"(?: [A-Za-z]|\.0\d)$")
