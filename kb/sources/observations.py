"""From the tables and lists of a page to its observations, with a finding for everything that was not plain."""

from __future__ import annotations

from collections.abc import Sequence

from kb.records import Observation, RowAccount, Target
from kb.sources import cells, numbers, repair, tables
from kb.sources.bullets import listed_rows
from kb.sources.notes import Notes
from kb.sources.page import Page
from kb.sources.rows import Account, Row


def read_rows(page: Page, archival: bool, notes: Notes) -> tuple[list[Row], RowAccount]:
    """All rows of a page that are observations, and the account of those that are not.

    Parameters
    ----------
    page
        The page, cut into parts.
    archival
        The program works on archival data: a table of it that names no real template was made up from its prose.
    notes
        Takes the findings.

    """
    account = Account(notes)
    rows = [*tables.table_rows(page, account, notes), *listed_rows(page, notes)]
    for row in rows:
        repair.read_cells(row)
    numbers.settle(rows)
    repair.blank_inferred_labels(page, rows)
    if archival:
        rows = repair.drop_invented(rows, account)
    rows.sort(key=lambda r: r.line)
    return rows, account.done(len(rows))


def to_observation(row: Row, order: int, elements: Sequence[str], instrument: str | None) -> Observation:
    """Freeze a settled row."""
    found = row.template_found
    template_text = cells.clean(row.template_raw)
    return Observation(
        order=order,
        number=row.number,
        label=row.label,
        label_raw=row.label_raw,
        folder=row.folder,
        template=found.label or (None if cells.is_blank(template_text) else template_text),
        template_raw=row.template_raw,
        instrument=instrument,
        line=row.line,
        elements=tuple(elements),
        parallel=row.targets.parallel,
        known_template=found.label is not None or cells.is_blank(template_text),
        targets=tuple(Target(number, name, row.line) for number, name in row.targets.targets),
    )
