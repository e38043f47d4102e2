"""Which tables of a page list observations, and under which columns."""

from __future__ import annotations

from collections import Counter

from kb.sources import cells, template_cells
from kb.sources.columns import NUMBER, OTHER, Columns, columns_by_content, roles_of_header
from kb.sources.notes import Notes
from kb.sources.odd_columns import joined, told_by_rows
from kb.sources.page import TABLE, Line, Page, Table
from kb.sources.rows import Account, Row
from kb.sources.table_rows import TableRows

_HEADER_LINES = 3
_MOST_TURNED = 5
_LONGEST_NAME = 24
_USUAL_WIDTH = 3
_UNSURE = frozenset({OTHER, NUMBER})


def table_rows(page: Page, account: Account, notes: Notes) -> list[Row]:
    """Rows of all tables of a page that list observations; the rows of its other tables are accounted for.

    Tables outside the table section count only where that section has none and their header names the usual columns:
    those of the observing description are exposure plans.
    """
    rows: list[Row] = []
    columns: Columns | None = None
    listed = any(t.section == TABLE and roles_of_header(t.header) for t in page.tables)
    for table in page.tables:
        _mend_header(table)
        _turn(table)
        head = roles_of_header(table.header)
        if head is None and table.section == TABLE:
            head = _inherited(table, columns) or _headerless(table, notes)
        if head is None and table.section == TABLE and all(len(row) == 1 for _, row in table.rows):
            page.notes.extend(Line(line, row[0]) for line, row in table.rows)  # cells below one another, or whole rows
            page.notes.sort()
            continue
        if head is None or (table.section != TABLE and (listed or not _by_name(table))):
            _reject_table(table, account)
            continue
        if table.section != TABLE:
            notes.add("table-elsewhere", table.line, f"the observations stand under another heading ({table.section})")
        if any(roles <= _UNSURE for roles in head.roles):
            head = told_by_rows(head, table.header, [row for _, row in table.rows])
        if len(head.roles) > _USUAL_WIDTH and (one := joined(head, [row for _, row in table.rows])):
            at, head, made = one
            names = " | ".join(table.header[at : at + 2])
            notes.add("header-odd", table.line, f"two columns hold what one should: {names}", raw=names)
            table.rows = [(line, row) for (line, _), row in zip(table.rows, made, strict=True)]
            table.header = (*table.header[:at], *table.header[at + 1 :])
        columns = head
        rows.extend(TableRows(table, head, account, notes).read())
    return rows


def _mend_header(table: Table) -> None:
    """Join a header that stands on several lines above its ruler; drop prose that stands before its first pipe."""
    if not table.header and 1 < table.above_ruler <= _HEADER_LINES:
        lines = [row for _, row in table.rows[: table.above_ruler]]
        width = max(map(len, lines))
        joined = tuple(" ".join(row[i] for row in lines if i < len(row) and row[i]) for i in range(width))
        if roles_of_header(joined):
            table.header = joined
            del table.rows[: table.above_ruler]
    if table.rows and table.header and len(table.header[0]) > _LONGEST_NAME:
        ((width, _),) = Counter(len(row) for _, row in table.rows).most_common(1)
        if len(table.header) == width + 1 and roles_of_header(table.header[1:]):
            table.header = table.header[1:]


def _turn(table: Table) -> None:
    """Turn a table whose columns are its rows, each with its name in front."""
    if roles_of_header(table.header) or len(table.rows) >= _MOST_TURNED:
        return
    lines = [table.header, *(row for _, row in table.rows)]
    if len({len(line) for line in lines}) == 1 < len(table.header):
        names = tuple(line[0] for line in lines)
        if roles_of_header(names):
            table.rows = [(table.line, row) for row in list(zip(*lines, strict=True))[1:]]
            table.header = names


def _by_name(table: Table) -> bool:
    """True for a header with the very names of the usual columns."""
    names = " | ".join(cells.clean(c) for c in table.header).lower()
    return "observing template" in names and "science target" in names


def _inherited(table: Table, columns: Columns | None) -> Columns | None:
    """Columns of the table before, for a table without header that goes on where a page ended."""
    if columns is None:
        return None
    body = [*([table.header] if table.header else []), *(c for _, c in table.rows)]
    if any(template_cells.is_template(c) for row in body for c in row) or any(
        len(row) == len(columns.roles) for row in body
    ):
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
    if table.header and any(template_cells.is_template(c) for c in table.header):
        table.rows.insert(0, (table.line, table.header))
    notes.add(
        "header-odd",
        table.line,
        "no usable header: the columns were told from their contents",
        raw=" | ".join(table.header),
    )
    return columns


def _reject_table(table: Table, account: Account) -> None:
    code, where = ("row-rejected", "no column of templates")
    if table.section != TABLE:
        code, where = "row-elsewhere", "it stands in the prose: an exposure plan or the like"
    for line, row in table.rows:
        message = f"a row of a table that lists no observations ({where})"
        account.not_an_observation("rejected", code, line, message, " | ".join(row))
