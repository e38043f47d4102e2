"""Reports on visits, made for tests: status reports and weekly schedules."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["COLUMNS", "schedule", "status", "visit"]

#: Titles and widths of the columns of a schedule.
COLUMNS = {
    "VISIT ID": 13,
    "PCS MODE": 10,
    "VISIT TYPE": 29,
    "SCHEDULED START TIME": 20,
    "DURATION": 11,
    "SCIENCE INSTRUMENT AND MODE": 50,
    "TARGET NAME": 31,
    "CATEGORY": 30,
    "KEYWORDS": 32,
}


def schedule(rows: Sequence[Sequence[str]], package: str = "2622808f01", ruler: bool = True) -> str:
    """Return a schedule: a title, the columns with their ruler, and a line for each row."""

    def line(cells: Sequence[str]) -> str:
        return "  ".join(cell.ljust(width) for cell, width in zip(cells, COLUMNS.values(), strict=False)).rstrip()

    lines = [line(tuple(COLUMNS))]
    if ruler:
        lines.append("  ".join("-" * width for width in COLUMNS.values()))
    return "\n".join([f"Visit Information for OP Package {package}", "", *lines, *map(line, rows), ""])


def visit(observation: int | str, number: int | str = 1, status: str = "Archived", more: str = "") -> str:
    """Return one visit of a status report."""
    inside = f"<status>{status}</status>" if status else ""
    return f'<visit observation="{observation}" visit="{number}">{inside}{more}</visit>'


def status(program: int | str, visits: Sequence[str], made: str = "Nov 2, 2025 10:00:00", title: str = "A test") -> str:
    """Return a report on the visits of a program."""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<visitStatusReport observatory="JWST" id="{program}">\n'
        f"<title>{title}</title>\n<reportTime>{made}</reportTime>\n" + "\n".join(visits) + "\n</visitStatusReport>\n"
    )
