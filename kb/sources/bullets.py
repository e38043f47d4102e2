"""Observations of a bulleted list that stands in place of the table.

Each observation is a few named fields, on lines of their own or all on one line; a line in bold names a folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.sources import cells, target_cells, template_cells
from kb.sources.notes import Notes
from kb.sources.page import Line, Page
from kb.sources.rows import Row

_FIELD = re.compile(
    r"(?:\*\*|__)?[\"'`]?(?<![^\W_])(labels?|(?:observing[\s_]+)?templates?|(?:science[\s_]+)?targets?(?:[\s_]+names?)?"
    r"|folders?|observations?(?:\s+(?:number|no\.?|id|#))?|obs\.?\s*#?)[\"'`]?\s*(?:\*\*|__)?\s*[:=]\s*(?:\*\*|__)?",
    re.I,
)
_LONGEST_LINE = 1000
_LONGEST_ROW = 300
_MARKS = frozenset("-*+•–—")
_AFTER = " -–—,;|•·"
_EMPTY = frozenset(('""', "''"))
_MARK = re.compile(r"^\s*(?:[-*+•–—]|\d+[.)])\s+(?:\[[ xX]\]\s+)?")
_HEADING = re.compile(
    r"^\s*(?:[-*+•–—]|\d+[.)])\s+(?:\*\*|__)(?!\d+\.)(.+?):?(?:\*\*|__):?\s*$|^#{3,6}\s+(?!\d+\.)(.+?)[:#\s]*$"
)
_NO_HEADING = re.compile(r"label|template|target|table", re.I)
_COLUMN = re.compile(r"\W*(?:\d\W+)?(?:list of )?(labels?|(?:observing )?templates?|(?:science )?targets?)\W*", re.I)
_OBSERVATION = r"(?i)^\W*obs(?:ervation|\.)?\s*#?\s*(\d{1,3})[\s*_]*[:.)–—-][\s*_]*(.*?)[\s*_]*$"
_BETWEEN = " -–—,;:/|→>\t\"'&\\"


def listed_rows(page: Page, notes: Notes) -> list[Row]:
    """Rows of the list; what its entries begin with starts one: mostly the label, a template where there are none."""
    rows: list[Row] = []
    titles: list[int] = []
    folder: str | None = None
    title = 0
    last = opener = ""
    pending: int | None = None
    for line, key, text in _fields(page):
        if key == "heading":
            pending = cells.read_number(text) if text[:3].lower() == "obs" else None
            if pending is None:
                title, folder = line, text
            continue
        opener = opener or (key if key in ("label", "template", "target") else "")
        row = rows[-1] if rows else None
        if row is None or _starts(row, key, last, opener):
            row = Row(line, folder=folder, number=pending)
            pending = None
            rows.append(row)
            titles.append(title)
        if key == "label":
            row.label_raw, row.label = text, "" if cells.is_blank(cells.clean(text)) else cells.clean(text)
        elif key == "template":
            row.template = text
        elif key == "target":
            row.target = f"{row.target}, {text}" if row.target else text
        elif key == "number":
            row.number = cells.read_number(cells.clean(text))
        else:
            row.folder = folder = cells.clean(text) or None
        last = key
    if len(rows) > 1 and len({*titles, 0}) > len(rows) and not any(row.label_raw for row in rows):
        for row in rows:
            row.label = row.label_raw = row.folder or ""
            row.folder = None
            row.remark(
                "label-repaired", "each entry has a heading of its own: taken as its label", "", row.label, "label"
            )
    rows = [row for row in rows if row.template or row.target] or _stacked(page) or _apart(page)
    if rows:
        notes.add("table-is-list", rows[0].line, f"a list in place of the table: {len(rows)} observations")
    return rows


def _stacked(page: Page) -> list[Row]:
    """Rows whose cells stand below one another, each on a line: a label, a template, a target."""
    rows: list[Row] = []
    lines = page.notes
    taken = -1
    for at in range(len(lines) - 1):
        template, target = lines[at].text, lines[at + 1].text
        if target_cells.is_target(target) and template_cells.is_template(template):
            row = Row(lines[at].number, template=template, target=target)
            before = lines[at - 1] if at - 1 > taken and not lines[at - 1].is_bare else None
            if (
                before
                and len(before.text) <= _LONGEST_ROW
                and not (_COLUMN.fullmatch(before.text) or target_cells.is_target(before.text))
            ):
                row.line, row.label_raw, row.label = before.number, before.text, cells.clean(before.text)
            rows.append(row)
            taken = at + 1
    return rows


def _apart(page: Page) -> list[Row]:
    """Rows of which labels, templates and targets stand in lists of their own, as long as one another."""
    lists: dict[str, list[Line]] = {}
    key = ""
    for line in page.notes:
        if column := _COLUMN.fullmatch(line.text):
            key = _key(column[1])
            lists[key] = []
        elif key and not line.is_bare:
            lists[key].append(Line(line.number, "" if line.text in _MARKS else _MARK.sub("", line.text)))
    labels, templates, targets = (lists.get(name, []) for name in ("label", "template", "target"))
    told = sum(template_cells.is_template(line.text) for line in templates)
    if (
        not told
        or 2 * told < len(templates)
        or len(templates) != len(targets)
        or len(labels) not in (0, len(templates))
    ):
        return []
    rows = [Row(line.number, template=line.text) for line in templates]
    for row, target in zip(rows, targets, strict=True):
        row.target = target.text
    for row, line in zip(rows, labels, strict=False):
        row.label_raw, row.label = line.text, "" if cells.is_blank(cells.clean(line.text)) else cells.clean(line.text)
    return rows


def unread_lines(page: Page, rows: list[Row]) -> Iterator[tuple[int, str]]:
    """Lines that look like observations and became none: a template with a target, or after a mark."""
    read = {row.line for row in rows}
    for line in page.notes:
        if line.is_bare or line.number in read or len(line.text) > _LONGEST_LINE or _FIELD.search(line.text):
            continue
        found = template_cells.read_template(_MARK.sub("", line.text))
        if found.label and (_MARK.match(line.text) or target_cells.is_target(found.after)):
            yield line.number, line.text


def _fields(page: Page) -> Iterator[tuple[int, str, str]]:
    """Named fields of the lines beside the tables: line, what it is, text."""
    for at, line in enumerate(page.notes):
        if line.is_bare or len(line.text) > _LONGEST_LINE:
            continue
        if line.text.startswith(":") and at and (column := _COLUMN.fullmatch(page.notes[at - 1].text)):
            yield line.number, _key(column[1]), line.text[1:].strip()
            continue
        marks = list(_FIELD.finditer(line.text))
        first = _MARK.match(line.text)
        if marks and not any(map(str.isalnum, line.text[first.end() if first else 0 : marks[0].start()])):
            ends = [*(m.start() for m in marks[1:]), len(line.text)]
            after = _AFTER + ("}" if line.text.startswith("{") else "")
            for mark, end in zip(marks, ends, strict=True):
                text = line.text[mark.end() : end].strip().rstrip(after).strip()
                yield line.number, _key(mark[1]), "" if text in _EMPTY else text
        elif (heading := _HEADING.match(line.text)) and (
            not _NO_HEADING.search(heading[1] or heading[2]) or _opens_entry(page.notes, at)
        ):
            yield line.number, "heading", cells.clean(heading[1] or heading[2])
        elif (
            "bs" in line.text[:20].lower()
            and _opens_entry(page.notes, at)
            and (entry := re.match(_OBSERVATION, line.text))
        ):
            yield line.number, "heading", f"Observation {entry[1]}"
            yield line.number, "label", entry[2]
        elif not marks and len(line.text) <= _LONGEST_ROW:
            text = cells.clean(line.text[first.end() :] if first else line.text)
            if cells_found := _cells_of_line(text):
                yield from ((line.number, *cell) for cell in cells_found)
            elif first and _opens_entry(page.notes, at):
                yield line.number, "heading", text


def _cells_of_line(text: str) -> tuple[tuple[str, str], ...]:
    """Label, template and target of a line that has them side by side, whatever stands between them."""
    if template_cells.read_template(text).how != "glued":
        return ()
    for before, template, after in template_cells.around_templates(text):
        target = after.strip(_BETWEEN).lstrip(_BETWEEN + ")")
        if target_cells.is_target(target):
            label = before.rstrip(_BETWEEN + "(").lstrip("\"'")
            return ("label", label), ("template", template), ("target", target)
    return ()


def _opens_entry(lines: list[Line], at: int) -> bool:
    """True for a line before the fields of an entry, the first of them its template or its target."""
    if at + 1 == len(lines):
        return False
    following = lines[at + 1].text
    match = _FIELD.match(_MARK.sub("", following))
    return match is not None and _key(match[1]) in ("template", "target")


def _key(name: str) -> str:
    name = name.lower()
    for key in ("label", "template", "target", "folder"):
        if key in name:
            return key
    return "number"


def _starts(row: Row, key: str, last: str, opener: str) -> bool:
    """True when a field opens the next observation."""
    if key == opener:
        return bool(row.template or row.target or row.label_raw) or last not in ("number", "folder")
    if key == "label":
        return bool(row.label_raw)
    if key == "template":
        return bool(row.template)
    if key in ("number", "folder"):
        return bool(row.template or row.target or (key == "number" and row.number is not None))
    return False
