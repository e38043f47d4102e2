"""Two documents that describe one program: the first by path speaks for it, the other gets an error finding.

Settled over all documents together, so the outcome does not depend on the order in which they were given or read.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kb.iris import slug
from kb.records import Document, Finding, Reading, replace

__all__ = ["Claim", "Outcome", "apply", "settle", "settle_readings"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A document, where it lies, and the programs that it describes."""

    path: str
    document: Document
    programs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a claim: the document's key, unique for its format, and who has the programs that it lost."""

    key: str
    lost: tuple[tuple[int, str], ...] = ()


def settle(claims: Iterable[Claim], owned: Mapping[int, str] | None = None) -> dict[str, Outcome]:
    """Decide who describes which program.

    Parameters
    ----------
    claims
        All documents that are given; their order does not matter.
    owned
        Programs that documents elsewhere describe already, with the path of each.

    Returns
    -------
    dict
        The outcome for each path.

    """
    owners = dict(owned or {})
    taken: set[tuple[str, str]] = set()
    outcomes: dict[str, Outcome] = {}
    for claim in sorted(claims, key=lambda claim: claim.path):
        lost = tuple((program, owners[program]) for program in claim.programs if program in owners)
        owners.update((program, claim.path) for program in claim.programs if program not in owners)
        document = claim.document
        key = slug(document.name) if lost and len(lost) == len(claim.programs) else document.key
        candidates = (key, f"{slug(document.name)}-{document.sha256[:12]}")
        free = [candidate for candidate in candidates if (document.format, candidate) not in taken]
        serial = 2
        while not free:  # the same bytes under the same name, again
            candidate = f"{candidates[1]}-{serial}"
            free = [candidate] if (document.format, candidate) not in taken else []
            serial += 1
        taken.add((document.format, free[0]))
        outcomes[claim.path] = Outcome(free[0], lost)
    return outcomes


def apply(path: str, readings: Sequence[Reading], outcome: Outcome) -> list[Reading]:
    """Return the readings of a document with its outcome: lost programs become findings."""
    from kb.vocabulary import load

    owners = dict(outcome.lost)
    severity = load().finding("duplicate-program").severity
    settled: list[Reading] = []
    for reading in readings:
        document = replace(reading.document, key=outcome.key)
        program = reading.program
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
    claims = {
        path: Claim(path, readings[0].document, tuple(r.program.id for r in readings if r.program))
        for path, readings in documents
    }
    outcomes = settle(claims.values())
    by_path = sorted(documents, key=lambda document: document[0])
    return [reading for path, readings in by_path for reading in apply(path, readings, outcomes[path])]


def _tell_apart(path: str, other: str) -> tuple[str, str]:
    """Name two files by as much of their paths as differs."""
    common = os.path.commonpath([os.path.dirname(path), os.path.dirname(other)])  # noqa: PTH120
    return tuple(os.path.relpath(p, common).replace(os.sep, "/") for p in (path, other))  # type: ignore[return-value]
