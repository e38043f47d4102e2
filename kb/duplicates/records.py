"""What is compared, and what comes of it.  All are frozen; ``None`` means that it is not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

__all__ = ["CRITERIA", "Approved", "Criterion", "Match", "Proposed", "Result", "Status"]

Status: TypeAlias = Literal["met", "not met", "not knowable"]

#: The criteria of the duplication policy, in the order in which they are shown.
CRITERIA = ("source", "instrument", "mode", "element", "depth")


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposed observation.

    ``line`` is its line in CSV, its row in a VOTable, its place among the observations of JSON or a proposal, counted
    through the file. ``name`` is as written, ``object`` and ``system`` as in :class:`kb.records.Target`; ``ra`` and
    ``dec`` are ICRS degrees at J2000, ``exposure`` is seconds, ``template`` and ``instrument`` are labels and
    ``mode`` a notation of the vocabulary. ``remarks`` say what was wrong with the row, and what was made of it.
    ``program`` is the number of the program that it is of, where it has one: its own observations duplicate nothing.
    """

    line: int
    name: str
    object: str | None = None
    system: str | None = None
    role: str = "science"
    rule: str = ""
    ra: float | None = None
    dec: float | None = None
    instrument: str | None = None
    template: str | None = None
    mode: str | None = None
    elements: tuple[str, ...] = ()
    exposure: float | None = None
    remarks: tuple[str, ...] = ()
    program: int | None = None


@dataclass(frozen=True, slots=True)
class Approved:
    """An observation of the knowledge base, and one of its targets; fields as in :class:`Proposed`.

    ``number`` is the observation's number where the document gives it, ``order`` its place in the document;
    ``uncertainty`` is the radius, in arc seconds, within which its position is known.
    """

    iri: str
    program: int
    number: int | None
    order: int
    label: str
    page: str
    name: str
    object: str | None
    system: str | None
    role: str
    rule: str
    instrument: str | None
    template: str | None
    mode: str | None
    elements: tuple[str, ...] = ()
    parallel: bool = False
    ra: float | None = None
    dec: float | None = None
    uncertainty: float = 0.0
    exposure: float | None = None

    @property
    def observation(self) -> str:
        """What the observation is called: its number, else its row."""
        return str(self.number) if self.number is not None else f"row {self.order}"


@dataclass(frozen=True, slots=True)
class Criterion:
    """How one criterion of the policy stands, and why; ``given`` is false where the proposed observation is silent."""

    status: Status
    why: str
    given: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """An approved observation that a proposed one may duplicate: a candidate, never a verdict.

    ``rule`` says what joined the two; ``separation`` is in arc seconds; ``criteria`` has one entry for each of
    :data:`CRITERIA`.
    """

    approved: Approved
    grade: str
    rule: str
    separation: float | None
    criteria: tuple[Criterion, ...]

    @property
    def not_compared(self) -> str:
        """What could not be compared, and why."""
        pairs = zip(CRITERIA, self.criteria, strict=True)
        return "; ".join(f"{name}: {one.why}" for name, one in pairs if one.status == "not knowable")


@dataclass(frozen=True, slots=True)
class Result:
    """A proposed observation and its candidates, the closest first; ``hidden`` more have a grade not asked for.

    ``skipped`` observations lie near and were not compared, for want of a radius; ``own`` are left out, as they are of
    the proposed program itself; ``against`` counts the observations of the store and their programs.
    """

    proposed: Proposed
    matches: tuple[Match, ...]
    hidden: int = 0
    skipped: int = 0
    against: tuple[int, int] = (0, 0)
    own: int = 0
