"""Observations of a bulleted list that stands in place of the table.

Each observation is a few named fields, on lines of their own or all on one line; a line in bold names a folder.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.sources import cells, target_cells, template_cells
from kb.sources.notes import Notes
from kb.sources.page import Page
from kb.sources.rows import Row

_FIELD = re.compile(
    r"(?:\*\*|__)?\b(labels?|(?:observing\s+)?templates?|(?:science\s+)?targets?(?:\s+names?)?|folders?"
    r"|observations?(?:\s+(?:number|no\.?|id|#))?|obs\.?\s*#?)\s*(?:\*\*|__)?\s*[:=]\s*(?:\*\*|__)?",
    re.I,
)
_LONGEST_LINE = 1000
_MARK = re.compile(r"^\s*(?:[-*+•–—]|\d+[.)])\s+")
_HEADING = re.compile(r"^\s*(?:[-*+•–—]|\d+[.)])\s+(?:\*\*|__)(?!\d+\.)(.+?):?(?:\*\*|__):?\s*$")


def listed_rows(page: Page, notes: Notes) -> list[Row]:
    """Rows of the list; each label starts one, or each template where there are no labels."""
    rows: list[Row] = []
    folder: str | None = None
    last = ""
    for line, key, text in _fields(page):
        if key == "heading":
            folder = text
            continue
        row = rows[-1] if rows else None
        if row is None or _starts(row, key, last):
            row = Row(line, folder=folder)
            rows.append(row)
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
    rows = [row for row in rows if row.template or row.target]
    if rows:
        notes.add("table-is-list", rows[0].line, f"a list in place of the table: {len(rows)} observations")
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
    for line in page.notes:
        if line.is_bare or len(line.text) > _LONGEST_LINE:
            continue
        marks = list(_FIELD.finditer(line.text))
        first = _MARK.match(line.text)
        if marks and marks[0].start() <= (first.end() if first else 0):
            ends = [*(m.start() for m in marks[1:]), len(line.text)]
            for mark, end in zip(marks, ends, strict=True):
                yield line.number, _key(mark[1]), line.text[mark.end() : end].strip().rstrip(" -–—,;|•·").strip()
        elif (heading := _HEADING.match(line.text)) and not re.search(r"label|template|target", heading[1], re.I):
            yield line.number, "heading", cells.clean(heading[1])
        elif first and not marks:
            found = template_cells.read_template(line.text[first.end() :])
            after = found.after.lstrip(" -–—,;:|")
            if found.how == "glued" and target_cells.is_target(after):
                yield line.number, "label", found.before.rstrip(" -–—,;:|")
                yield line.number, "template", found.label or ""
                yield line.number, "target", after


def _key(name: str) -> str:
    name = name.lower()
    for key in ("label", "template", "target", "folder"):
        if key in name:
            return key
    return "number"


def _starts(row: Row, key: str, last: str) -> bool:
    """True when a field opens the next observation."""
    if key == "label":
        return bool(row.template or row.target or row.label) or last not in ("number", "folder")
    if key == "template":
        return bool(row.template)
    if key in ("number", "folder"):
        return bool(row.template or row.target or (key == "number" and row.number is not None))
    return False
