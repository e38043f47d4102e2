"""The weekly observing schedule, text: one visit a line, in columns whose widths a ruler of dashes tells.

A line without a visit belongs to the line above: it is what runs in parallel with it.  Where a line cannot be read,
nothing below it is told to belong to the one before.  A schedule is a plan, not a record of what was observed; the
same week may come out again.
"""

from __future__ import annotations

import re
from decimal import Decimal

from kb.records import Document, Reading, RowAccount
from kb.sources.apt.limits import WORDS, limited
from kb.sources.moments import moment, seconds
from kb.sources.notes import Notes
from kb.sources.visit_status import known_template
from kb.visits import VisitReport

__all__ = ["FORMAT", "looks_like_schedule", "read_schedule"]

FORMAT = "schedule"
#: Lines that are read: the busiest week known has some hundred and fifty.
MOST = 20_000
_HEADER = re.compile(r"^(?=.*\bVISIT ID\b).*\bVISIT TYPE\b.*$", re.MULTILINE | re.IGNORECASE)
_COLUMNS = frozenset(
    {"VISIT ID", "PCS MODE", "VISIT TYPE", "SCHEDULED START TIME", "DURATION", "TARGET NAME", "CATEGORY"}
)
_COLUMNS |= {"SCIENCE INSTRUMENT AND MODE", "KEYWORDS"}
_RULER = re.compile(r"[ \t]*-{3,}(?:[ \t]+-{3,})*[ \t]*")
_PACKAGE = re.compile(r"\bOP Package\s+(\w{1,40})")
# Schedules are called after the day on which their week begins and the day on which they were made.
_NAME = re.compile(r"(?:^(\d{8}))?_report_(\d{8})(?!\d)")
_VISIT = re.compile(r"(\d{1,6}):(\d{1,4}):(\d{1,4})")
_GAP = re.compile(r"\s{2,}")
_ATTACHED = re.compile(r"\^.*\^")
_HEAD = 10_000


def looks_like_schedule(text: str) -> bool:
    r"""Tell a schedule by the titles of its columns.

    >>> looks_like_schedule("Visit Information for a package\n\nVISIT ID   PCS MODE   VISIT TYPE\n")
    True
    """
    return _HEADER.search(text[:_HEAD]) is not None


def read_schedule(text: str, document: Document, notes: Notes) -> Reading:
    """Read a schedule: each line is a visit, or what runs beside the one above, or a finding says why it is neither.

    Parameters
    ----------
    text
        The document.
    document
        What the file is; its name says when the schedule was made.
    notes
        Findings are added to it.

    """
    lines = text.split("\n")
    top = next(place for place, line in enumerate(lines) if _HEADER.match(line))
    columns: list[tuple[str, int, int | None]] = []
    reports: list[VisitReport] = []
    seen: dict[str, int] = {}
    rejected = 0
    above: VisitReport | None = None  # what the next line may run beside
    prime: int | None = None  # what it has its time from
    for number, line in enumerate(lines[top:], top + 1):
        if not line.strip() or _RULER.fullmatch(line):
            continue
        if _HEADER.match(line):  # a page may have its own
            below = lines[number] if number < len(lines) else ""
            columns = _columns(line, below if below.strip() and _RULER.fullmatch(below) else "")
            for name in (name for name, *_ in columns if name and name not in _COLUMNS):
                notes.add_once(
                    "column-extra", number, f"a column that is not read: {name[:WORDS]}", name[:WORDS], "visits"
                )
            continue
        if len(reports) + rejected >= MOST:
            notes.add("too-large", number, f"more than {MOST} lines: the rest is not read")
            rejected += sum(bool(rest.strip()) for rest in lines[number - 1 :])
            break
        cells = _cells(line, columns)
        made = _report(cells, number, len(reports) + 1, above, prime, notes)
        if isinstance(made, VisitReport) and not made.parallel and seen.setdefault(made.name, number) != number:
            made = f"visit {made.name} stands on line {seen[made.name]} already"
        if isinstance(made, str):
            rejected += 1
            notes.add("row-rejected", number, made, raw=limited(" ".join(line.split()), WORDS, number, "line", notes))
            if cells is None or cells.get("VISIT ID"):
                above = prime = None
            continue
        reports.append(made)
        above = made
        if not made.parallel and not _attached(cells):
            prime = made.order
    if not reports:
        notes.add("empty-document", top + 1, "no visits in this schedule")
    package = _PACKAGE.search(text[:_HEAD])
    named = _NAME.search(document.name)
    week, made_on = map(_day, named.groups()) if named else (None, None)
    about = document._replace(format=FORMAT, package=package[1] if package else None, created=made_on, week=week)
    account = RowAccount(visits=len(reports), rejected=rejected)
    return Reading(about, None, account, findings=notes.done(), reports=tuple(reports))


def _day(digits: str | None) -> str | None:
    return moment(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}") if digits else None


def _columns(header: str, ruler: str) -> list[tuple[str, int, int | None]]:
    """Return title, beginning and end of each column; the last one is open, for it may be longer than its ruler.

    Between tabs, columns are places in the line.
    """
    if "\t" in header:
        return [(name.strip().upper(), place, place) for place, name in enumerate(header.split("\t"))]
    starts = [found.start() for found in re.finditer(r"-+", ruler)] or [
        found.start() for found in re.finditer(r"\S+(?: \S+)*", header)
    ]
    ends: list[int | None] = [*starts[1:], None]
    return [(header[start:end].strip().upper(), start, end) for start, end in zip(starts, ends, strict=True)]


def _cells(line: str, columns: list[tuple[str, int, int | None]]) -> dict[str, str] | None:
    """Return the text of each column, ``None`` where one runs on into the next and no gaps tell them apart."""
    if columns[0][1] == columns[0][2]:
        cells = line.split("\t")
    elif any(line[start - 1 : start].strip() for _, start, _ in columns[1:]):
        cells = _GAP.split(line.strip())
        if len(cells) != len(columns):
            return None
    else:
        cells = [line[start:end] for _, start, end in columns]
    return {name: " ".join(cell.split()) for (name, *_), cell in zip(columns, cells, strict=False)}


def _attached(cells: dict[str, str] | None) -> bool:
    return cells is not None and _ATTACHED.fullmatch(cells.get("SCHEDULED START TIME", "")) is not None


def _report(
    cells: dict[str, str] | None, number: int, order: int, above: VisitReport | None, prime: int | None, notes: Notes
) -> VisitReport | str:
    """Return what a line reports, or why it reports nothing."""
    if cells is None:
        return "a line that does not keep to its columns"
    written, start = cells.get("VISIT ID", ""), cells.get("SCHEDULED START TIME", "")
    attached = _attached(cells)
    found = _VISIT.fullmatch(written)
    if found and all(numbers := tuple(map(int, found.groups()))):
        program, observation, visit = numbers
    elif written:
        return f"no visit: {limited(written, WORDS, number, 'visit', notes)!r}"
    elif not cells.get("VISIT TYPE"):
        return "a line without a visit, and without its type"
    elif above is None:
        return "a line without a visit, and none that could be read above"
    else:
        program, observation, visit = above.program, above.observation, above.visit
    if found and attached and prime is None:
        notes.add("value-unreadable", number, "what it is attached to is not told", start, prop="attached_to")
    when = None if attached else moment(start)
    duration = seconds(cells.get("DURATION", ""))
    for name, text, value in (
        ("start", "" if attached else start, when),
        ("duration", cells.get("DURATION", ""), duration),
    ):
        if text and (value is None or (name == "start" and "T" not in str(value))):
            shown = limited(text, WORDS, number, name, notes)
            notes.add("value-unreadable", number, f"{name} cannot be read: {shown!r}", shown, prop=name)
    mode = limited(cells.get("SCIENCE INSTRUMENT AND MODE", ""), WORDS, number, "mode", notes)
    keywords = (
        word.strip() for word in limited(cells.get("KEYWORDS", ""), WORDS, number, "keywords", notes).split(",")
    )
    target = limited(cells.get("TARGET NAME", ""), WORDS, number, "target", notes)
    return VisitReport(
        order,
        number,
        program,
        observation,
        visit,
        start=when if when and "T" in when else None,
        seconds=None if duration is None else Decimal(duration),
        kind=cells.get("VISIT TYPE") or None,
        guiding=cells.get("PCS MODE") or None,
        templates=(known_template(mode, number, notes),) if mode else (),
        targets=(target,) if target else (),
        category=cells.get("CATEGORY") or None,
        keywords=tuple(dict.fromkeys(filter(None, keywords))),
        parallel=not found,
        attached_to=prime if attached or not found else None,
    )
