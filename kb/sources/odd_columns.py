"""Columns that a header does not tell: named in other words, without a name, or two that hold what one should."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.sources import cells, numbers, target_cells, template_cells
from kb.sources.columns import LABEL, NUMBER, OTHER, TARGET, TEMPLATE, Columns

_TARGET_NUMBER = re.compile(r"\(?(\d{1,5})[).:]?")
_NO_LABEL = (
    r"(?i)\b(?:instruments?|modes?|filters?|gratings?|groups?|scenarios?|types?|ra|dec|coord\w*|times?|hours?|durations?"
    r"|exposures?|dates?|status|cycles?|priority|notes?|comments?|remarks?|parallels?)\b|^\W*$"
)
_OTHER_LABEL = re.compile(r"\b(?:names?|titles?|descriptions?|observations?|obs|id)\b", re.I)


def told_by_rows(columns: Columns, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Columns:
    """Roles that the cells of a table tell where its header does not.

    A column named in other words is that of the templates where most of its cells are some and no other column is; it
    is the labels' where no other column is, few of its cells are numbers, and it is called a name or stands right
    before the template.  A nameless column that holds a different number in each row has the observation numbers.
    """
    roles = list(columns.roles)
    if TEMPLATE not in columns.found and (at := _templates_at(roles, rows)) is not None:
        roles[at] = frozenset({TEMPLATE})
    for i, name in enumerate(header[: len(roles)]):
        if roles[i] not in (frozenset({OTHER}), frozenset({NUMBER})):
            continue
        values = [text for row in rows if len(row) == len(roles) and (text := cells.clean(row[i]))]
        found = [number for text in values for number, _, span in (numbers.read_merged(text),) if number or span]
        called = _OTHER_LABEL.search(name) or (
            i + 1 < len(roles) and TEMPLATE in roles[i + 1] and cells.clean(name) and not re.search(_NO_LABEL, name)
        )
        if LABEL not in frozenset().union(*roles) and 2 * len(found) < len(values) and called:
            roles[i] = frozenset({LABEL})
        elif not cells.clean(name) and values and len({*found} - {None}) == len(values) == len(rows):
            roles[i] = frozenset({NUMBER})
    return Columns(tuple(roles))


def _templates_at(roles: Sequence[frozenset[str]], rows: Sequence[Sequence[str]]) -> int | None:
    whole = [row for row in rows if len(row) == len(roles)]
    for i, role in enumerate(roles):
        if role == {OTHER} and whole and 2 * sum(template_cells.is_template(row[i]) for row in whole) > len(whole):
            return i
    return None


def joined(columns: Columns, rows: Sequence[Sequence[str]]) -> tuple[int, Columns, list[tuple[str, ...]]] | None:
    """Join two neighbouring columns that hold one; ``None`` where there are none.

    A target's number and its name, or an instrument and the rest of a template: the place of the first, and the columns
    and rows when both are one.
    """
    whole = [row for row in rows if len(row) == len(columns.roles)]
    at = next((i for i in range(1, len(columns.roles)) if _are_one(columns, i, whole)), None) if whole else None
    if at is None:
        return None
    made = [
        (*row[: at - 1], _one(row, at), *row[at + 1 :]) if len(row) == len(columns.roles) else tuple(row)
        for row in rows
    ]
    return at - 1, Columns((*columns.roles[: at - 1], *columns.roles[at:])), made


def _are_one(columns: Columns, at: int, rows: Sequence[Sequence[str]]) -> bool:
    """True when the column before ``at`` holds the first part of what the one at ``at`` goes on with."""
    before, roles, template = columns.roles[at - 1], columns.roles[at], columns.index(TEMPLATE)
    first, second = rows[0][at - 1], rows[0][at]
    if TEMPLATE in roles and before <= {OTHER, TEMPLATE}:
        fits = sum(template_cells.is_template(f"{row[at - 1]} {row[at]}") for row in rows)
        return not template_cells.is_template(second) and 2 * fits >= len(rows)
    if roles != {TARGET} or not (before == {TARGET} or (template == at - 2 and before <= {NUMBER, OTHER})):
        return False
    if not _TARGET_NUMBER.fullmatch(first) or target_cells.is_target(second):
        return False
    return all(not row[at - 1] or _TARGET_NUMBER.fullmatch(row[at - 1]) for row in rows)


def _one(row: Sequence[str], at: int) -> str:
    number = _TARGET_NUMBER.fullmatch(row[at - 1])
    return f"({number[1]}) {row[at]}" if number else f"{row[at - 1]} {row[at]}".strip()
