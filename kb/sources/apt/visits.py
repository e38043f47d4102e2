"""The visits of a program, and where they stand: observations list their own, a list apart has the statuses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kb.records import Observation, Visit
from kb.sources.apt.limits import WORDS, limited
from kb.sources.apt.mosaics import count
from kb.sources.apt.tree import Node
from kb.sources.notes import Notes
from kb.sources.visit_status import check_status

__all__ = ["Statuses", "read_statuses", "report_unlisted", "visits"]

# Five digits of the program, three of the observation, three of the visit; or as people write it.
_VISIT = re.compile(r"(\d{5})(\d{3})(\d{3})|(?:(\d{1,6}):(\d{1,4}):(\d{1,4}))", re.ASCII)
#: Number of an observation → number of a visit → line and status.
Statuses = dict[int, dict[int, tuple[int, str]]]


def read_statuses(root: Node, program: int | None, notes: Notes) -> Statuses:
    """Read the list of statuses; those of another program's visits are reported."""
    found: Statuses = {}
    for node in root.all("VisitStatuses/VisitStatus"):
        name = node.attribute("VisitId") or node.text("VisitId")
        status = node.attribute("Status") or node.text("Status") or node.text()
        status = limited(status, WORDS, node.line, "status", notes)
        which = _which(name)
        if which is None or which[0] != (which[0] if program is None else program):
            raw = limited(f"{name} {status}".strip(), WORDS, node.line, "visit", notes)
            what = "of a visit that cannot be told" if which is None else f"of a visit of program {which[0]}"
            notes.add("value-unreadable", node.line, f"a status {what}", raw, prop="visits")
            continue
        if not status:
            notes.add("value-unreadable", node.line, "a visit whose status is not told", name, prop="visits")
            continue
        _, observation, visit = which
        _, first = found.setdefault(observation, {}).setdefault(visit, (node.line, status))
        if first != status:
            message = f"visit {visit} of observation {observation} is {status}, and {first} above"
            notes.add("value-differs", node.line, message, status, prop="visits")
        check_status(status, node.line, notes)
    return found


def _which(name: str) -> tuple[int, int, int] | None:
    """Return the numbers of program, observation and visit."""
    found = _VISIT.fullmatch(name)
    if found is None:
        return None
    program, observation, visit = (int(part) for part in found.groups() if part is not None)
    return program, observation, visit


def visits(node: Node, number: int | None, order: int, statuses: Statuses, notes: Notes) -> Iterator[Visit]:
    """Yield the visits of an observation, and those that only the list of statuses has."""
    known = {} if number is None else statuses.get(number, {})
    seen: set[int] = set()
    for visit in node.all("Visit"):
        text = visit.attribute("Number") or visit.text("Number")
        which = count(text)
        if which is None or which in seen:
            message = f"a visit without a number: {text!r}" if which is None else f"visit {which} stands there twice"
            raw = limited(text, WORDS, visit.line, "visit", notes, order) or None
            notes.add("value-unreadable", visit.line, message[:WORDS], raw, order=order, prop="visits")
            continue
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
