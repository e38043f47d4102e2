"""The visits of a program, and where they stand: observations list their own, a list apart has the statuses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kb.records import Observation, Visit
from kb.sources.apt.limits import WORDS, limited
from kb.sources.apt.mosaics import count
from kb.sources.apt.tree import Node
from kb.sources.notes import Notes
from kb.sources.visit_status import check_status

__all__ = ["Statuses", "read_statuses", "report_unlisted", "visits"]

#: Number of an observation → number of a visit → line and status.
Statuses = dict[int, dict[int, tuple[int, str]]]


def read_statuses(root: Node, notes: Notes) -> Statuses:
    """Read the list of statuses."""
    found: Statuses = {}
    for node in root.all("VisitStatuses/VisitStatus"):
        name, status = node.attribute("VisitId"), limited(node.attribute("Status"), WORDS, node.line, "status", notes)
        if not (len(name) == 11 and name.isascii() and name.isdigit()):
            raw = limited(f"{name} {status}".strip(), WORDS, node.line, "visit", notes)
            notes.add("value-unreadable", node.line, "a status of a visit that cannot be told", raw, prop="visits")
        elif status:
            observation, visit = int(name[5:8]), int(name[8:])
            _, first = found.setdefault(observation, {}).setdefault(visit, (node.line, status))
            if first != status:
                message = f"visit {visit} of observation {observation} is {status}, and {first} above"
                notes.add("value-differs", node.line, message, status, prop="visits")
            check_status(status, node.line, notes)
    return found


def visits(node: Node, number: int | None, statuses: Statuses) -> Iterator[Visit]:
    """Yield the visits of an observation, and those that only the list of statuses has."""
    known = {} if number is None else statuses.get(number, {})
    seen: set[int] = set()
    for visit in node.all("Visit"):
        which = count(visit.attribute("Number"))
        if which is not None and which not in seen:
            seen.add(which)
            yield Visit(which, visit.line, known[which][1] if which in known else None)
    for which, (line, status) in known.items():
        if which not in seen:
            yield Visit(which, line, status)


def report_unlisted(observations: Iterable[Observation], statuses: Statuses, notes: Notes) -> None:
    """Report the statuses of visits that no observation has."""
    listed = {(one.number, visit.number) for one in observations for visit in one.visits}
    for number, known in statuses.items():
        for visit, (line, status) in known.items():
            if (number, visit) not in listed:
                message = f"visit {visit} of observation {number} is {status}, and is not among the observations"
                notes.add("visit-unlisted", line, message, f"{number}:{visit} {status}", prop="visits")
