"""Proposed observations against the knowledge base: the approved ones that they may duplicate.

Candidates, never verdicts: the policy is applied by people, case by case.  Each match says what joined the two, how
every criterion of the policy stands, and what could not be compared.

>>> from kb import KnowledgeBase
>>> with KnowledgeBase.build() as kb:
...     result, = kb.duplicates([Proposed(1, "hd2811", instrument="MIRI", template="MIRI Imaging", mode="imaging")])
>>> match = result.matches[0]
>>> match.grade, match.approved.program, match.approved.label, match.approved.name
('close', 7487, 'MIRI imaging', 'HD2811')
>>> match.rule
'the same object: HD 2811 (proposed: known name; approved: known name)'
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.duplicates.approved import Observations, approved
from kb.duplicates.criteria import BESIDE, LETTERED, apart, grade, grades, judge, radius_of, widest_radius
from kb.duplicates.records import CRITERIA, Approved, Criterion, Match, Proposed, Result
from kb.errors import UsageError

if TYPE_CHECKING:
    from kb.aliases import Aliases
    from kb.store import Store

__all__ = ["CRITERIA", "Approved", "Criterion", "Match", "Proposed", "Result", "duplicates"]

#: What names say of a moon: it is part of its planet's system, and never in one field with it.
_MOON = "body of the solar system"
#: What they say of a name that no rule knows.
_UNKNOWN = "name as written"
#: A position this far from where the store has what the name says, in arc seconds, is another's: no target's own motion
#: since 2000, nor the coordinates of an old catalogue, come to that.
_FAR = 60.0
#: Modes that a remark lists.
_NAMED = 4
#: Fewer letters and digits than these stand in names by chance.
_TELLING = 4
#: Unknown names for which near ones are looked up: each takes some hundredths of a second.
_UNKNOWN_NAMES = 10


def duplicates(
    store: Store,
    proposed: Iterable[Proposed],
    radius: float | None = None,
    factor: float | None = None,
    least: str = "open",
    aliases: Aliases | None = None,
) -> Iterator[Result]:
    """Compare proposed observations with the approved ones of a store, one after the other.

    Parameters
    ----------
    store
        The knowledge base.
    proposed
        Proposed observations, as :func:`kb.duplicates.proposed.read_proposed` reads them from a file, or made by hand.
    radius
        Search radius in arc seconds for all; by default the policy's radius of each mode, where it has one.
    factor
        Exposure times within this factor of each other are alike.
    least
        The furthest grade that is wanted.
    aliases
        More names of objects, those that the store was built with.

    Raises
    ------
    UsageError
        An unknown grade, or a radius or factor that is none.

    """
    names = [one.name for one in grades()]
    if least not in names:
        raise UsageError(f"no grade {least!r}: give one of {', '.join(names)}")
    if radius is not None and not 0 < radius <= 3600:
        raise UsageError(f"a radius of {radius:g} arc seconds: give one above 0, up to 3600")
    if factor is not None and not factor >= 1:
        raise UsageError(f"a factor of {factor:g}: give 1 or more")
    wanted = names[: names.index(least) + 1]
    known = approved(store)
    near = _NearNames(known)
    for one in proposed:
        named = _identified(one, aliases)
        off = _off(named, known, radius)
        found = list(_matches(named, known, radius, factor, off))
        others = [match for match in found if match.approved.program != one.program]
        matches = sorted(others, key=lambda m: (names.index(m.grade), *_order(m)))
        shown = tuple(match for match in matches if match.grade in wanted)
        skipped = _skipped(named, known, radius, {match.approved.iri for match in found})
        remarks = [*_remarks(named, known, radius), *_said_of(off, named), *_said_of_skipped(skipped)]
        remarks += _unchecked(named, known)
        if named.object is not None and named.name and not found:
            remarks.append(near.remark(named.name))
        named = replace(named, remarks=(*named.remarks, *remarks)) if remarks else named
        own = len(found) - len(others)
        yield Result(named, shown, len(matches) - len(shown), len({a.iri for _, a in skipped}), known.size, own)


def _order(match: Match) -> tuple[object, ...]:
    # Within a grade what is surely the same source comes first.
    return (match.criteria[0].status != "met", match.approved.program, match.approved.order, match.approved.name)


def _identified(one: Proposed, aliases: Aliases | None) -> Proposed:
    """Say which object a name means, by the rules that the names of approved targets were read with."""
    from kb.identity import TargetUse, identify

    if one.object is not None or not one.name:
        return one
    (found,) = identify([TargetUse(one.name)])
    if aliases is not None:
        found = aliases.rename(one.name, found)
    return replace(one, object=found.object, system=found.system, role=found.role, rule=found.rule)


def _remarks(one: Proposed, known: Observations, radius: float | None) -> Iterator[str]:
    """Say what keeps a proposed observation from being compared, so that no candidate is not taken for none at all."""
    if one.object is None and one.name:
        yield f"the name {one.name} means nothing outside its program: not compared by name"
    if one.ra is not None and not known.has_positions and one.object is None:
        yield "not compared by position: nothing in the store has coordinates"
    elif one.ra is not None and known.has_positions and one.template and (radius or radius_of(one)) is None:
        yield f"not compared by position: the policy has no search radius for {one.template}; give one"


def _off(p: Proposed, known: Observations, radius: float | None) -> tuple[float, Approved] | None:
    """Return how far the given position is from the nearest place of what the name says, where that is too far."""
    if p.ra is None or p.dec is None or p.role in BESIDE:
        return None
    far = [
        (angle - a.uncertainty, a.program, a.iri, a)
        for a in known.of(p.object)
        if a.role not in BESIDE and (angle := apart(p, a)) is not None
    ]
    if not far:
        return None
    least, *_, nearest = min(far, key=lambda each: each[:3])
    return (least, nearest) if least > max(_FAR, radius or radius_of(p, nearest) or 0.0) else None


def _said_of(off: tuple[float, Approved] | None, p: Proposed) -> Iterator[str]:
    if off is not None:
        yield f"the given position is {_angle(off[0])} from {p.object} (program {off[1].program})"


def _unchecked(p: Proposed, known: Observations) -> Iterator[str]:
    there = known.of(p.object) if p.ra is not None and p.role not in BESIDE else []
    if there and all(approved.ra is None for approved in there):
        yield f"the given position is not checked: the store has no position of {p.object}"


def _angle(arcsec: float) -> str:
    return f"{arcsec / 3600:.3g}°" if arcsec >= 3600 else f"{arcsec / 60:.3g}′"


def _skipped(p: Proposed, known: Observations, radius: float | None, found: set[str]) -> list[tuple[float, Approved]]:
    """Return what lies near, and is not compared since there is no radius for its mode, the nearest first."""
    if p.ra is None or p.dec is None or radius is not None:
        return []
    skipped = [
        (angle, a)
        for a in known.near(p.dec, widest_radius())
        if a.iri not in found
        and a.program != p.program
        and radius_of(p, a) is None
        and (angle := apart(p, a)) is not None
    ]
    close = [(angle, a) for angle, a in skipped if max(angle, a.uncertainty) <= widest_radius()]
    return sorted(close, key=lambda each: (each[0], each[1].program, each[1].order, each[1].name))


def _said_of_skipped(skipped: list[tuple[float, Approved]]) -> Iterator[str]:
    if not skipped:
        return
    modes = Counter({a.iri: a.template or "unknown" for _, a in skipped}.values()).most_common()
    names = ", ".join(f"{name} {count}" for name, count in modes[:_NAMED]) + (", …" if len(modes) > _NAMED else "")
    count, (angle, nearest) = sum(count for _, count in modes), skipped[0]
    yield (
        f'{count} approved observation{"s" if count > 1 else ""} within {widest_radius():g}" not compared by place,'
        f' for want of a policy radius ({names}), the nearest {angle:.1f}" away: program {nearest.program} observation'
        f" {nearest.observation}; give --radius"
    )


class _NearNames:
    """What a store has that is called about as a name that it does not have; for the first few such names."""

    def __init__(self, known: Observations) -> None:
        self._known = known
        self._said: dict[str, str] = {}

    def remark(self, name: str) -> str:
        """Say that no target is known to be it, and what does exist."""
        said = f"no target in the store is known to be {name}"
        if name not in self._said and len(self._said) < _UNKNOWN_NAMES:
            from kb.nearest import nearest

            same = self._known.names
            near = nearest(name, same, same=same) if same else ""
            self._said[name] = f"; {near}" if near.startswith("did you mean") else ""
            if alike := self._with(name):
                named = ", ".join(f"{target} (program {program})" for program, target in alike[:_NAMED])
                more = f" and in {len(alike) - _NAMED} more programs" if len(alike) > _NAMED else ""
                self._said[name] = f"; it stands in names that mean no object: {named}{more}{self._said[name]}"
        return said + self._said.get(name, "")

    def _with(self, name: str) -> list[tuple[int, str]]:
        """Programs with a target in whose name a name stands, and that has no object: fields, most of all."""
        from kb.identity.rules import squeeze

        key = squeeze(name)
        if len(key) < _TELLING:
            return []
        found: dict[int, str] = {}
        for target, programs in self._known.unidentified.items():
            if key in squeeze(target):
                found.update((program, min(target, found.get(program, target))) for program in programs)
        return sorted(found.items())


def _matches(
    p: Proposed,
    known: Observations,
    radius: float | None,
    factor: float | None,
    off: tuple[float, Approved] | None,
) -> Iterator[Match]:
    seen: set[tuple[str, str]] = set()
    for how, rule, a in _joined(p, known, radius):
        if (a.iri, a.name) in seen:
            continue
        seen.add((a.iri, a.name))
        angle = apart(p, a)
        criteria = judge(p, a, angle, radius or radius_of(p, a), factor, how)
        if off is not None and how == "object" and criteria[0].status == "met":
            why = f"one name, but the given position is {_angle(off[0])} from where program {off[1].program} has it"
            criteria = (Criterion("not knowable", why), *criteria[1:])
        yield Match(a, grade(criteria), rule, angle, criteria)


def _joined(p: Proposed, known: Observations, radius: float | None) -> Iterator[tuple[str, str, Approved]]:
    """Yield what may be one source with a proposed target, the surest way first."""
    for a in known.of(p.object):
        also = f" = {a.object}" if a.object != p.object else ""
        yield "object", f"the same object: {p.object}{also} (proposed: {p.rule or 'given'}; approved: {a.rule})", a
    for a in known.within(p.object):
        if _MOON not in a.rule:
            yield "system", f"{a.object} is part of {p.object}", a
    if p.object is not None and _UNKNOWN not in p.rule:
        for a in known.named_after(p.object):
            yield "system", f"the name {a.object} begins with {p.object}", a
    if p.system is not None and _MOON not in p.rule:
        for a in known.of(p.system):
            yield "system", f"{p.object} is part of {p.system}", a
        if LETTERED.search(p.object or ""):
            for a in known.within(p.system):
                if LETTERED.search(a.object or ""):
                    yield "system", f"{p.object} and {a.object} are parts of {p.system}", a
    if p.ra is not None and p.dec is not None:
        for a in known.near(p.dec, radius or widest_radius()):
            within = radius or radius_of(p, a)
            # A place that is known less well than the radius joins nothing.
            angle = apart(p, a) if within and a.uncertainty <= within else None
            if within and angle is not None and angle <= within + a.uncertainty:
                yield "position", f'positions {angle:.1f}" apart', a
