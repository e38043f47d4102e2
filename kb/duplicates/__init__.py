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

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.duplicates.approved import Observations, approved
from kb.duplicates.criteria import LETTERED, grade, grades, judge, radius_of, separation, widest_radius
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
    for one in proposed:
        named = _remarked(_identified(one, aliases), known, radius)
        matches = sorted(_matches(named, known, radius, factor), key=lambda m: (names.index(m.grade), *_order(m)))
        shown = tuple(match for match in matches if match.grade in wanted)
        yield Result(named, shown, len(matches) - len(shown))


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


def _remarked(one: Proposed, known: Observations, radius: float | None) -> Proposed:
    """Say what keeps a proposed observation from being compared, so that no candidate is not taken for none at all."""
    remarks = list(one.remarks)
    if one.object is None and one.name:
        remarks.append(f"the name {one.name} means nothing outside its program: not compared by name")
    if one.ra is not None and not known.has_positions and one.object is None:
        remarks.append("not compared by position: nothing in the store has coordinates")
    elif one.ra is not None and known.has_positions and one.template and (radius or radius_of(one)) is None:
        remarks.append(f"not compared by position: the policy has no search radius for {one.template}; give one")
    return replace(one, remarks=tuple(remarks)) if len(remarks) > len(one.remarks) else one


def _matches(p: Proposed, known: Observations, radius: float | None, factor: float | None) -> Iterator[Match]:
    seen: set[tuple[str, str]] = set()
    for how, rule, a in _joined(p, known, radius):
        if (a.iri, a.name) in seen:
            continue
        seen.add((a.iri, a.name))
        apart = None
        if p.ra is not None and p.dec is not None and a.ra is not None and a.dec is not None:
            apart = separation(p.ra, p.dec, a.ra, a.dec)
        criteria = judge(p, a, apart, radius or radius_of(p, a), factor, how)
        yield Match(a, grade(criteria), rule, apart, criteria)


def _joined(p: Proposed, known: Observations, radius: float | None) -> Iterator[tuple[str, str, Approved]]:
    """Yield what may be one source with a proposed target, the surest way first."""
    for a in known.of(p.object):
        yield "object", f"the same object: {p.object} (proposed: {p.rule or 'given'}; approved: {a.rule})", a
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
            if within and a.ra is not None and a.dec is not None and a.uncertainty <= within:
                apart = separation(p.ra, p.dec, a.ra, a.dec)
                if apart <= within + a.uncertainty:
                    yield "position", f'positions {apart:.1f}" apart', a
