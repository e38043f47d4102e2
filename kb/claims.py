"""Documents that describe the same programs: which of them speaks for each.

Of documents that are given together the first by path speaks, the other gets an error finding.  Documents of earlier
builds cede, in silence, what a given one describes.  Settled over all documents together, so the outcome does not
depend on the order in which they were given or read.

A file in the observatory's own format and a document of another one both count: the latter says what it adds to the
former (:mod:`kb.beside`).
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import NamedTuple

from kb.iris import slug
from kb.records import Document, Finding, Plan, Reading

__all__ = ["FIRST", "REPORTS", "Claim", "Outcome", "apply", "claim_of", "settle", "settle_readings"]

#: The format that speaks first where documents of two describe a program.
FIRST = "apt"
#: Formats that report on visits and describe no program.
REPORTS = ("schedule", "visit-status")


class Claim(NamedTuple):
    """A document, where it lies, and the programs that it describes; ``plans`` is what a first one says of them."""

    path: str
    document: Document
    programs: tuple[int | str, ...]
    plans: tuple[Plan, ...] = ()

    @property
    def reports(self) -> bool:
        """Whether it reports on visits, of whichever programs: it competes for nothing."""
        return self.document.format in REPORTS

    @property
    def names(self) -> tuple[tuple[bool, int | str], ...]:
        """What it competes for: the programs, apart for the format that speaks first and all others."""
        first = self.document.format == FIRST
        return tuple((first, program) for program in self.programs)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a claim: the document's key, unique for its format, and the programs that it does not speak for.

    ``lost`` are those that another document has that was given with it, with the path of that one; ``ceded`` are those
    that a document of a later build has.  ``beside`` is what a first document says of programs that this one adds to.
    """

    key: str
    lost: tuple[tuple[int | str, str], ...] = ()
    ceded: tuple[int | str, ...] = ()
    beside: tuple[Plan, ...] = ()

    def described(self, programs: Iterable[int | str]) -> tuple[int | str, ...]:
        """Those of a document's programs that it speaks for."""
        silent = {*dict(self.lost), *self.ceded}
        return tuple(program for program in programs if program not in silent)


def claim_of(path: str, readings: Sequence[Reading]) -> Claim:
    """Make the claim of a document from its readings."""
    programs = tuple(reading.program.key for reading in readings if reading.program is not None)
    plans: tuple[Plan, ...] = ()
    if readings[0].document.format == FIRST:
        from kb.beside import plan_of

        plans = tuple(plan_of(reading) for reading in readings if reading.program is not None)
    return Claim(path, readings[0].document, programs, plans)


def settle(
    given: Iterable[Claim], kept: Iterable[tuple[Claim, Outcome]] = (), gone: Container[str] = ()
) -> dict[str, Outcome]:
    """Decide who describes which program.

    Parameters
    ----------
    given
        The documents of this build; their order does not matter.
    kept
        Documents of earlier builds with what became of them there.  Each keeps what it speaks for, unless a given one
        describes it, and gets back what nobody else has any more.
    gone
        Paths of those kept that cannot be read again: they get nothing back.

    Returns
    -------
    dict
        The outcome for each path; a kept document that a given one leaves without a program has none.

    """
    given = sorted(given, key=lambda claim: claim.path)
    kept = sorted(kept, key=lambda pair: (pair[0].path not in gone, pair[0].path))
    owners: dict[tuple[bool, int | str], str] = {}
    for name, path in chain(
        ((name, claim.path) for claim in given for name in claim.names),
        ((name, claim.path) for claim, before in kept for name in claim.names if name[1] in _spoken(claim, before)),
        ((name, claim.path) for claim, _ in kept if claim.path not in gone for name in claim.names),
    ):
        owners.setdefault(name, path)
    plans = _plans([*given, *(claim for claim, _ in kept)], owners)
    outcomes: dict[str, Outcome] = {}
    taken: set[tuple[str, str]] = set()
    new = {claim.path for claim in given}
    for claim, before in kept:
        others = {name[1]: owners.get(name) for name in claim.names if owners.get(name) != claim.path}
        beside = _beside(claim, plans)
        if claim.path in gone and beside != before.beside:
            # It cannot be read again to say only what it adds: the first document speaks alone.
            others |= {plan.program: owners[True, plan.program] for plan in beside if plan not in before.beside}
            beside = before.beside
        lost = tuple((program, others[program] or path) for program, path in before.lost if program in others)
        ceded = tuple(program for program in others if program not in dict(lost))
        if len(others) < len(claim.programs) or new.isdisjoint(others.values()):
            outcomes[claim.path] = Outcome(_key(claim.document, before.key, taken), lost, ceded, beside)
    for claim in given:
        lost = tuple((name[1], owners[name]) for name in claim.names if owners[name] != claim.path)
        silent = lost and len(lost) == len(claim.programs)
        key = slug(claim.document.name) if silent else claim.document.key
        outcomes[claim.path] = Outcome(_key(claim.document, key, taken), lost, beside=_beside(claim, plans))
    return outcomes


def _spoken(claim: Claim, before: Outcome) -> tuple[int | str, ...]:
    return before.described(claim.programs)


def _plans(claims: Iterable[Claim], owners: dict[tuple[bool, int | str], str]) -> dict[int | str, Plan]:
    """What first documents say of the programs that they speak for."""
    return {p.program: p for claim in claims for p in claim.plans if owners.get((True, p.program)) == claim.path}


def _beside(claim: Claim, plans: dict[int | str, Plan]) -> tuple[Plan, ...]:
    """What first documents say of the programs of a claim; nothing for such a document itself."""
    if claim.document.format == FIRST or not plans:
        return ()
    return tuple(plans[program] for program in claim.programs if program in plans)


def _key(document: Document, wanted: str, taken: set[tuple[str, str]]) -> str:
    """Take a key that no other document of the format has: the one that is wanted, or one with a digest."""
    key = wanted
    if (document.format, key) in taken:
        unique = f"{slug(document.name)}-{document.sha256[:12]}"
        serials = (f"{unique}-{serial}" for serial in count(2))  # the same bytes under the same name, again
        key = next(key for key in chain((unique,), serials) if (document.format, key) not in taken)
    taken.add((document.format, key))
    return key


def apply(path: str, readings: Sequence[Reading], outcome: Outcome) -> list[Reading]:
    """Return the readings of a document with its outcome: lost programs become findings, ceded ones are left out."""
    from kb.vocabulary import load

    owners = dict(outcome.lost)
    severity = load().finding("duplicate-program").severity
    plans = {plan.program: plan for plan in outcome.beside}
    settled: list[Reading] = []
    for reading in readings:
        document = reading.document._replace(key=outcome.key)
        program = reading.program
        if program is not None and program.key in outcome.ceded:
            continue
        if program is None or program.key not in owners:
            one = reading._replace(document=document)
            settled.append(_added(one, plans[program.key]) if program and program.key in plans else one)
            continue
        ours, other = _tell_apart(path, owners[program.key])
        message = f"{ours}: program {program.key} is described by {other}, which is read; this document is not"
        finding = Finding("duplicate-program", severity, program.line, message, raw=f"{program.key} {program.title}")
        settled.append(Reading(document, None, findings=(finding,)))
    return settled


def _added(reading: Reading, first: Plan) -> Reading:
    from kb.beside import beside
    from kb.vocabulary import load

    return beside(reading, first, {code: kind.severity for code, kind in load().findings.items()})


def settle_readings(documents: Sequence[tuple[str, Sequence[Reading]]]) -> list[Reading]:
    """Settle documents that were read, and return all their readings, by path.

    Parameters
    ----------
    documents
        Path and readings of each document.

    """
    outcomes = settle(claim_of(path, readings) for path, readings in documents)
    by_path = sorted(documents, key=lambda document: document[0])
    return [reading for path, readings in by_path for reading in apply(path, readings, outcomes[path])]


def _tell_apart(path: str, other: str) -> tuple[str, str]:
    """Name two files by as much of their paths as differs."""
    whole = [os.path.abspath(path), os.path.abspath(other)]  # noqa: PTH100 - no links followed
    common = os.path.commonpath([os.path.dirname(p) for p in whole])  # noqa: PTH120
    return tuple(os.path.relpath(p, common).replace(os.sep, "/") for p in whole)  # type: ignore[return-value]
