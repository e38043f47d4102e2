"""The rows of observation tables: heading and continuation rows folded into their neighbours, cells put in place."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.sources import cells, numbers
from kb.sources.columns import (
    FOLDER,
    LABEL,
    NUMBER,
    TARGET,
    TEMPLATE,
    Columns,
    align,
    columns_by_content,
    roles_of_header,
)
from kb.sources.notes import Notes
from kb.sources.page import TABLE, Page, Table
from kb.sources.rows import Account, Row


def table_rows(page: Page, account: Account, notes: Notes) -> list[Row]:
    """Rows of all tables of a page that list observations; the rows of its other tables are accounted for.

    Tables outside the table section count only where that section has none and their header names the usual columns:
    those of the observing description are exposure plans.
    """
    rows: list[Row] = []
    columns: Columns | None = None
    listed = any(t.section == TABLE and roles_of_header(t.header) for t in page.tables)
    for table in page.tables:
        head = roles_of_header(table.header)
        if head is None and table.section == TABLE:
            head = _inherited(table, columns) or _headerless(table, notes)
        if head is None or (table.section != TABLE and (listed or not _by_name(table))):
            _reject_table(table, account)
            continue
        if table.section != TABLE:
            notes.add("table-elsewhere", table.line, f"the observations stand under another heading ({table.section})")
        columns = head
        rows.extend(_table_rows(table, head, account, notes))
    return rows


def _by_name(table: Table) -> bool:
    """True for a header with the very names of the usual columns."""
    names = " | ".join(cells.clean(c) for c in table.header).lower()
    return "observing template" in names and "science target" in names


def _inherited(table: Table, columns: Columns | None) -> Columns | None:
    """Columns of the table before, for a table without header that goes on where a page ended."""
    if columns is None:
        return None
    body = [*([table.header] if table.header else []), *(c for _, c in table.rows)]
    if any(cells.is_template(c) for row in body for c in row) or any(len(row) == len(columns.roles) for row in body):
        if table.header:
            table.rows.insert(0, (table.line, table.header))
            table.header = ()
        return columns
    return None


def _headerless(table: Table, notes: Notes) -> Columns | None:
    """Columns of a table that has no usable header, told from its cells."""
    first = [c for _, c in table.rows[:1]]
    if not table.header and first and (head := roles_of_header(first[0])):
        table.header = table.rows.pop(0)[1]
        return head
    body = [*([table.header] if table.header else []), *(c for _, c in table.rows)]
    columns = columns_by_content(body)
    if columns is None:
        return None
    if table.header and any(cells.is_template(c) for c in table.header):
        table.rows.insert(0, (table.line, table.header))
    notes.add(
        "header-odd",
        table.line,
        "no usable header: the columns were told from their contents",
        raw=" | ".join(table.header),
    )
    return columns


def _reject_table(table: Table, account: Account) -> None:
    where = "an exposure plan or the like" if table.section != TABLE else "no column of templates"
    for line, row in table.rows:
        account.not_an_observation(
            "rejected", "row-rejected", line, f"a row of a table that lists no observations ({where})", " | ".join(row)
        )


def _table_rows(table: Table, columns: Columns, account: Account, notes: Notes) -> list[Row]:
    """Rows of one observation table; heading and continuation rows are folded into their neighbours."""
    if not columns.is_plain():
        names = " | ".join(cells.clean(c) for c in table.header)
        if columns.merged:
            notes.add("columns-merged", table.line, f"one column holds what two should: {names}", raw=names)
        elif any("other" in role for role in columns.roles):
            notes.add("column-extra", table.line, f"a column that is no part of an observation: {names}", raw=names)
        else:
            notes.add("header-odd", table.line, f"another header than usual: {names}", raw=names)
    rows: list[Row] = []
    folder = _caption_folder(table.caption)
    heading_open = False
    folder_at = columns.index(FOLDER) if FOLDER in columns.found else None
    number_at = columns.index(NUMBER) if NUMBER in columns.found else None
    label_at = columns.index(LABEL)
    pending: int | None = None
    for line, raw_cells in table.rows:
        raw = " | ".join(raw_cells)
        filled = [i for i, c in enumerate(raw_cells) if cells.clean(c)]
        if not filled:
            account.not_an_observation("rejected", "row-rejected", line, "a blank row", raw)
            continue
        if (
            "emplate" in raw
            and roles_of_header(raw_cells) == columns
            and not any(cells.is_template(c) for c in raw_cells)
        ):
            account.not_an_observation("headings", "heading-row", line, "the header, repeated", raw)
            continue
        if len(filled) == 1 or len({cells.clean(raw_cells[i]) for i in filled}) == 1:
            text, at = cells.clean(raw_cells[filled[0]]), filled[0]
            if not (cells.is_template(text) or cells.is_target(text)):
                if (number := cells.read_number(text)) is not None and not _marked(raw_cells[at]):
                    pending = number
                    account.not_an_observation(
                        "continuations", "continuation-row", line, f"only an observation number: {text}", raw
                    )
                elif (at == label_at and at != 0 and rows and not _marked(raw_cells[at])) or (
                    at == label_at and rows and not _marked(raw_cells[at]) and _goes_on(rows[-1].label, text)
                ):
                    _continue_label(rows[-1], text, account, line, raw)
                elif folder is not None and heading_open and _goes_on(folder, text):
                    folder = f"{folder} {text}"
                    account.not_an_observation(
                        "continuations", "continuation-row", line, f"the rest of the folder name {folder!r}", raw
                    )
                else:
                    folder, heading_open = text, True
                    account.not_an_observation("headings", "heading-row", line, f"the folder {text!r}", raw)
                continue
        aligned, slipped = align(raw_cells, columns)
        row = Row(line)
        if slipped:
            row.remark("columns-shifted", "cells had slipped out of their columns", raw, " | ".join(aligned))
        named = _fill(row, aligned, columns, folder_at, number_at)
        if not (cells.read_template(row.template).label or cells.clean(row.template) or cells.clean(row.target)):
            if rows and row.label and not row.number and _goes_on(rows[-1].label, row.label):
                _continue_label(rows[-1], row.label, account, line, raw)
            else:
                account.not_an_observation("rejected", "row-rejected", line, "neither a template nor a target", raw)
            continue
        if (
            rows
            and not cells.clean(row.template)
            and not cells.read_targets(row.target).targets
            and not row.label
            and not cells.is_target(row.target)
        ):
            account.not_an_observation("continuations", "continuation-row", line, "the rest of a cell above", raw)
            continue
        if named is not None:
            if rows and folder and not row.label_raw and _goes_on(folder, named):
                named = f"{folder} {named}"
            folder, heading_open = named, False
        heading_open = False
        row.folder = folder
        if pending is not None:
            if row.number is None:
                row.number = pending
                row.remark(
                    "number-glued",
                    "the observation number stood on a row of its own",
                    str(pending),
                    str(pending),
                    "number",
                )
            pending = None
        rows.append(row)
    for row in rows:
        if row.folder is not None and row.folder == str(row.number):
            row.folder = None
    numbers.split_folders(rows)
    return rows


def _caption_folder(caption: str) -> str | None:
    """Folder that a line of bold text before a table names; numbered captions and the table's own title name none."""
    match = re.fullmatch(r"(?:\*\*|__)(.+?)(?:\*\*|__):?", caption)
    if (
        not match
        or re.match(r"\d+\.", match[1])
        or re.search(r"observations?\b|\blabels?\b|\bnote\b|template|abstract", match[1], re.I)
    ):
        return None
    return cells.clean(match[1]).rstrip(":")


def _marked(text: str) -> bool:
    """True for text in bold or code: a heading, whatever column it stands in."""
    text = text.strip()
    return len(text) > 2 and (text.startswith(("**", "__", "`")) or (text[0] == "*" and text[-1] == "*"))


def _goes_on(before: str, text: str) -> bool:
    """True when ``text`` reads like the rest of ``before``: it breaks off, or the text starts in the middle."""
    if not before:
        return False
    return bool(
        re.search(r"(?:[-,/&(+:]|\b(?:and|of|the|to|for|with|in|at|on|by|from))$", before, re.I)
        or re.match(r"[a-z)\],;/&+]|\d+\)", text)
        or before.count("(") > before.count(")")
    )


def _continue_label(row: Row, text: str, account: Account, line: int, raw: str) -> None:
    joined = f"{row.label} {text}".strip()
    row.remark("label-repaired", f"its label goes on in line {line}", row.label, joined, "label")
    row.label = joined
    row.label_raw = f"{row.label_raw} {text}".strip()
    account.not_an_observation("continuations", "continuation-row", line, f"the rest of the label {joined!r}", raw)


def _fill(
    row: Row, aligned: Sequence[str], columns: Columns, folder_at: int | None, number_at: int | None
) -> str | None:
    """Put aligned cells into a row; give back the folder that the row names, if it names one."""
    label_at, template_at, target_at = columns.index(LABEL), columns.index(TEMPLATE), columns.index(TARGET)
    row.template = aligned[template_at] if template_at is not None else ""
    row.target = aligned[target_at] if target_at is not None else ""
    label = aligned[label_at] if label_at is not None else ""
    row.label_raw = " ".join(label.split())
    row.label = "" if cells.is_blank(cells.clean(label)) else cells.clean(label)
    named: str | None = None
    for at in dict.fromkeys(i for i in (number_at, folder_at) if i is not None):
        text = cells.clean(aligned[at])
        if cells.is_blank(text) or (at == label_at and text != row.label):
            continue
        roles = columns.roles[at]
        number, folder, spanned = numbers.read_merged(text)
        if spanned:
            row.range = spanned
            row.remark("rows-merged-range", f"one row stands for several observations: {spanned}", text, None, "number")
            if at == label_at:
                row.label = ""
        elif number is not None and not (at == folder_at and NUMBER not in roles and _has_number(aligned, number_at)):
            row.number = number if row.number is None else row.number
            if folder:
                named = folder
            if at == label_at:
                row.remark("label-is-number", "the column of labels holds the observation number", text, "", "label")
                row.label = ""
        elif LABEL not in roles:
            named = text if named is None or at == folder_at else named
    return named


def _has_number(aligned: Sequence[str], number_at: int | None) -> bool:
    return number_at is not None and cells.read_number(cells.clean(aligned[number_at])) is not None
