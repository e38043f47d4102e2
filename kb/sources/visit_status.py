"""Reports on the visits of a program, XML: what was made, when, and what is planned.

Each visit has its numbers as attributes and the rest as elements, of which any may be
missing or repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from kb.records import Document, Reading, RowAccount
from kb.sources.apt.limits import MOST, WORDS, limited
from kb.sources.apt.refusal import Refusal
from kb.sources.apt.tree import Node
from kb.sources.decimals import decimal
from kb.sources.moments import moment, window
from kb.sources.notes import Notes
from kb.visits import PlanWindow, Repeat, VisitReport

__all__ = ["FORMAT", "check_status", "known_template", "read_visit_status"]

FORMAT = "visit-status"
_REPEATS = {"repeatedBy": "repeated by", "repeatOf": "repeat of", "approvedRepeat": "approved repeat"}
_KNOWN = frozenset(
    {"configuration", "endTime", "hours", "longRangePlanStatus", "observation", "planWindow", "startTime", "status"}
    | {"target", "visit"}
) | frozenset(_REPEATS)
_ROOT_KNOWN = frozenset({"id", "observatory", "reportTime", "title", "visit"})


def read_visit_status(root: Node, document: Document) -> Reading:
    """Read a report.

    Parameters
    ----------
    root
        The XML.
    document
        What the file is; its key becomes the program number.

    Raises
    ------
    Refusal
        It is of another observatory, or says no program.

    """
    notes = Notes()
    observatory, program = _said(root, "observatory"), _number(_said(root, "id"))
    if observatory and observatory.upper() != "JWST":
        raise Refusal("format-unknown", f"a report on visits of {observatory[:WORDS]}, not of JWST", root.line)
    if program is None:
        raise Refusal("format-unknown", "a report on visits that says no number of a program", root.line)
    made = moment(when := _said(root, "reportTime"))
    if when and made is None:
        notes.add("value-unreadable", root.line, f"the time of the report cannot be read: {when!r}", when, prop="made")
    nodes = list(_visits(root))
    if len(nodes) > MOST:
        raise Refusal("xml-refused", f"more than {MOST} visits", nodes[MOST].line)
    reports: list[VisitReport] = []
    seen: dict[tuple[int, int], int] = {}
    for node in nodes:
        report = _visit(node, program, len(reports) + 1, notes)
        if report is None:
            continue
        which = report.observation, report.visit
        if which in seen:
            message = f"visit {report.name} stands on line {seen[which]} already"
            notes.add("row-rejected", report.line, message, raw=report.name)
            continue
        seen[which] = report.line
        reports.append(report)
    _unknown(root, notes)
    if not nodes:
        notes.add("empty-document", root.line, "no visits in this report")
    title = limited(_said(root, "title"), WORDS, root.line, "title", notes) or None
    about = document._replace(format=FORMAT, key=str(program), title=title, created=made)
    account = RowAccount(visits=len(reports), rejected=len(nodes) - len(reports))
    return Reading(about, None, account, findings=notes.done(), reports=tuple(reports))


def _visits(node: Node) -> Iterator[Node]:
    """Yield the visits, in whatever they are wrapped; the number of one is an element of the same name in it."""
    for child in node:
        if child.name == "visit":
            yield child
        else:
            yield from _visits(child)


def _visit(node: Node, program: int, order: int, notes: Notes) -> VisitReport | None:
    numbers = [_number(_said(node, name)) for name in ("observation", "visit")]
    observation, visit = numbers
    if observation is None or visit is None:
        raw = f"observation {_said(node, 'observation')!r}, visit {_said(node, 'visit')!r}"
        notes.add(
            "row-rejected",
            node.line,
            "a visit without its numbers",
            raw=limited(raw, WORDS, node.line, "numbers", notes),
        )
        return None

    def report(name: str, text: str, where: Node) -> None:
        notes.add("value-unreadable", where.line, f"{name} cannot be read: {text!r}", text, prop=name)

    def texts(name: str) -> tuple[str, ...]:
        found = (limited(text, WORDS, n.line, name, notes) for text, n in _written(node, name))
        return tuple(dict.fromkeys(filter(None, found)))

    def time(name: str) -> str | None:
        text, where = _single(node, name, notes)
        made = moment(text)
        if text and (made is None or "T" not in made):
            report(name, text, where)
            return None
        return made

    status, where = _single(node, "status", notes)
    if status:
        check_status(status, where.line, notes)
    windows = []
    for written, found in _written(node, "planWindow"):
        if not (text := limited(written, WORDS, found.line, "planWindow", notes)):
            continue
        if span := window(text):
            windows.append(PlanWindow(*span, text))
        else:
            report("planWindow", text, found)
    start, end = time("startTime"), time("endTime")
    if start and end and end < start:
        notes.add("value-differs", node.line, f"the visit ends before it starts: {start}, {end}", end, prop="endTime")
    return VisitReport(
        order,
        node.line,
        program,
        observation,
        visit,
        status or None,
        start,
        end,
        hours=_hours(node, report, notes),
        templates=tuple(known_template(text, node.line, notes) for text in texts("configuration")),
        targets=texts("target"),
        windows=tuple(dict.fromkeys(windows)),
        plan_status=" ".join(texts("longRangePlanStatus")) or None,
        repeats=tuple(_repeat(_REPEATS[n.name], n, program, notes) for n in node if n.name in _REPEATS),
    )


def check_status(status: str, line: int, notes: Notes) -> None:
    """Report a status that the vocabulary does not know; it is kept as written all the same."""
    from kb.vocabulary import load

    if load().find("visit-status", status) is None:
        message = f"a status of visits that the vocabulary does not know: {status!r}"
        notes.add_once("status-unknown", line, message, status, "status")


def known_template(text: str, line: int, notes: Notes) -> str:
    """Return the vocabulary's label of a template, or the text for one that it does not know, which is reported."""
    from kb.vocabulary import load

    found = load().template(text)
    if found is not None:
        return found.label
    message = f"a template that the vocabulary does not know: {text!r}"
    notes.add_once("template-unknown", line, message, text, "template")
    return text


def _written(node: Node, name: str) -> list[tuple[str, Node]]:
    """Return what stands in the elements of a name, and in the attribute, each with where it stands."""
    return [(text, node) for text in [node.attribute(name)] if text] + [(n.text(), n) for n in node.all(name)]


def _single(node: Node, name: str, notes: Notes) -> tuple[str, Node]:
    """Return the text of an element that a visit has once, and where it stands: the first one that says something."""
    said: dict[str, Node] = {}
    for written, found in _written(node, name):
        if text := limited(written, WORDS, found.line, name, notes):
            said.setdefault(text, found)
    first, *others = said or [""]
    for text in others:
        message = f"a second {name} of the visit: {text!r}, not {first!r}"
        notes.add("value-differs", said[text].line, message, text, prop=name)
    return first, said.get(first, node)


def _repeat(kind: str, node: Node, program: int, notes: Notes) -> Repeat:
    parts = [_said(node, "program") or str(program), _said(node, "observation"), _said(node, "visit")]
    other = ":".join(parts) if any(parts[1:]) else ""
    visit, problem = (limited(text, WORDS, node.line, kind, notes) for text in (other, _said(node, "problemID")))
    return Repeat(kind, visit or None, problem or None)


def _hours(node: Node, report: Callable[[str, str, Node], None], notes: Notes) -> Decimal | None:
    text, where = _single(node, "hours", notes)
    value = decimal(text, 0, 1_000_000)
    if text and value is None:
        report("hours", text, where)
    return value


def _unknown(root: Node, notes: Notes) -> None:
    """Say which elements and attributes are not read, each once."""
    seen = set()
    for parent, known in ((root, _ROOT_KNOWN), *((visit, _KNOWN) for visit in _visits(root))):
        own = ((name, parent.line) for name in parent.attributes)
        for name, line in (*own, *((child.name, child.line) for child in parent)):
            if name not in known and name not in seen:
                seen.add(name)
                notes.add("xml-element-unknown", line, f"{name} in {parent.name} is not read")


def _said(node: Node, name: str) -> str:
    return node.attribute(name) or node.text(name)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0 else None
