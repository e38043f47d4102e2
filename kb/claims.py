"""Documents that describe the same programs: which of them speaks for each.

Of documents that are given together the first by path speaks, the other gets an error finding.  Documents of earlier
builds cede, in silence, what a given one describes.  Settled over all documents together, so the outcome does not
depend on the order in which they were given or read.
"""

from __future__ import annotations

import os
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, count

from kb.iris import slug
from kb.records import Document, Finding, Reading, replace

__all__ = ["Claim", "Outcome", "apply", "claim_of", "settle", "settle_readings"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A document, where it lies, and the programs that it describes."""

    path: str
    document: Document
    programs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a claim: the document's key, unique for its format, and the programs that it does not speak for.

    ``lost`` are those that another document has that was given with it, with the path of that one; ``ceded`` are those
    that a document of a later build has.
    """

    key: str
    lost: tuple[tuple[int, str], ...] = ()
    ceded: tuple[int, ...] = ()

    def described(self, programs: Iterable[int]) -> tuple[int, ...]:
        """Those of a document's programs that it speaks for."""
        silent = {*dict(self.lost), *self.ceded}
        return tuple(program for program in programs if program not in silent)


def claim_of(path: str, readings: Sequence[Reading]) -> Claim:
    """Make the claim of a document from its readings."""
    programs = tuple(reading.program.id for reading in readings if reading.program is not None)
    return Claim(path, readings[0].document, programs)


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
    owners: dict[int, str] = {}
    for program, path in chain(
        ((program, claim.path) for claim in given for program in claim.programs),
        ((program, claim.path) for claim, before in kept for program in before.described(claim.programs)),
        ((program, claim.path) for claim, _ in kept if claim.path not in gone for program in claim.programs),
    ):
        owners.setdefault(program, path)
    outcomes: dict[str, Outcome] = {}
    taken: set[tuple[str, str]] = set()
    new = {claim.path for claim in given}
    for claim, before in kept:
        others = {program: owners.get(program) for program in claim.programs if owners.get(program) != claim.path}
        lost = tuple((program, others[program] or path) for program, path in before.lost if program in others)
        ceded = tuple(program for program in others if program not in dict(lost))
        if len(others) < len(claim.programs) or new.isdisjoint(others.values()):
            outcomes[claim.path] = Outcome(_key(claim.document, before.key, taken), lost, ceded)
    for claim in given:
        lost = tuple((program, owners[program]) for program in claim.programs if owners[program] != claim.path)
        silent = lost and len(lost) == len(claim.programs)
        key = slug(claim.document.name) if silent else claim.document.key
        outcomes[claim.path] = Outcome(_key(claim.document, key, taken), lost)
    return outcomes


def _key(document: Document, wanted: str, taken: set[tuple[str, str]]) -> str:
    """Take a key that no other document of the format has: the one that is wanted, or one with a digest."""
    unique = f"{slug(document.name)}-{document.sha256[:12]}"
    serials = (f"{unique}-{serial}" for serial in count(2))  # the same bytes under the same name, again
    key = next(key for key in chain((wanted, unique), serials) if (document.format, key) not in taken)
    taken.add((document.format, key))
    return key


def apply(path: str, readings: Sequence[Reading], outcome: Outcome) -> list[Reading]:
    """Return the readings of a document with its outcome: lost programs become findings, ceded ones are left out."""
    from kb.vocabulary import load

    owners = dict(outcome.lost)
    severity = load().finding("duplicate-program").severity
    settled: list[Reading] = []
    for reading in readings:
        document = replace(reading.document, key=outcome.key)
        program = reading.program
        if program is not None and program.id in outcome.ceded:
            continue
        if program is None or program.id not in owners:
            settled.append(replace(reading, document=document))
            continue
        ours, other = _tell_apart(path, owners[program.id])
        message = f"{ours}: program {program.id} is described by {other}, which is read; this document is not"
        finding = Finding("duplicate-program", severity, program.line, message, raw=f"{program.id} {program.title}")
        settled.append(Reading(document, None, findings=(finding,)))
    return settled


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
