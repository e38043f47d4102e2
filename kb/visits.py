"""What a document reports of visits: where they stand, when they were or will be made.

Records, as those of :mod:`kb.records`: frozen, compared by value, ``None`` for what the document does not say.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

__all__ = ["PlanWindow", "Repeat", "VisitReport"]


class PlanWindow(NamedTuple):
    """A span of days within which a visit is planned to be made: ISO 8601 dates, and the text as written."""

    start: str
    end: str
    raw: str


class Repeat(NamedTuple):
    """What a failed visit is repeated by, or what visit it repeats.

    ``kind`` is ``repeated by``, ``repeat of`` or ``approved repeat``; ``visit`` the other visit in the observatory's
    notation (``2734:5:1``), as far as it is said; ``problem`` the number of the problem report.
    """

    kind: str
    visit: str | None
    problem: str | None

    def __str__(self) -> str:
        problem = f"problem report {self.problem}" if self.problem else ""
        return ", ".join(filter(None, (f"{self.kind} {self.visit or ''}".strip(), problem)))


class VisitReport(NamedTuple):
    """One line of a schedule, or one visit of a status report.

    Parameters
    ----------
    order
        Counts from 1 in the document.
    line
        Line of the document.
    program, observation, visit
        Numbers; what the observatory writes as ``10678:20:1``.
    status
        As written (``Archived``).
    start, end
        Universal time, ISO 8601 (``2022-06-21T02:41:18Z``): as it happened where the status says that the visit was
        made, else as planned.
    seconds
        Planned duration.
    hours
        Time that is charged.
    kind, guiding
        Type of the visit and mode of the pointing control, as a schedule writes them.
    templates
        Observing templates: the vocabulary's label, or as written where it has none.
    targets, category, keywords
        What is observed, as written.
    windows, plan_status, repeats
        What is planned of it, and whether it is repeated.
    parallel
        Whether it runs beside another visit.
    attached_to
        Order of the report that this one has its time from.

    """

    order: int
    line: int
    program: int
    observation: int
    visit: int
    status: str | None = None
    start: str | None = None
    end: str | None = None
    seconds: Decimal | None = None
    hours: Decimal | None = None
    kind: str | None = None
    guiding: str | None = None
    templates: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    category: str | None = None
    keywords: tuple[str, ...] = ()
    windows: tuple[PlanWindow, ...] = ()
    plan_status: str | None = None
    repeats: tuple[Repeat, ...] = ()
    parallel: bool = False
    attached_to: int | None = None

    @property
    def name(self) -> str:
        """The visit as the observatory writes it, ``10678:20:1``."""
        return f"{self.program}:{self.observation}:{self.visit}"
