"""Which column holds what, and rows whose cells have slipped put back under their columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.sources import target_cells, template_cells

LABEL, TEMPLATE, TARGET, FOLDER, NUMBER, OTHER = "label", "template", "target", "folder", "number", "other"


@dataclass(frozen=True, slots=True)
class Columns:
    """The roles of a table's columns, in order; a merged column has several (``Folder Observation``).

    ``merged`` says that one column holds what two should.
    """

    roles: tuple[frozenset[str], ...]

    @property
    def merged(self) -> bool:
        """True when some column has more than one role."""
        return any(len(role) > 1 for role in self.roles)

    @property
    def found(self) -> frozenset[str]:
        """All roles that some column has."""
        return frozenset().union(*self.roles)

    def index(self, role: str) -> int | None:
        """Index of the first column that has ``role`` and no other, else of the first that has it among others."""
        merged: int | None = None
        for i, roles in enumerate(self.roles):
            if role in roles:
                if len(roles) == 1:
                    return i
                merged = i if merged is None else merged
        return merged

    def is_plain(self) -> bool:
        """True for the usual three columns: label, observing template, science target."""
        return self.roles == PLAIN.roles


PLAIN = Columns((frozenset({LABEL}), frozenset({TEMPLATE}), frozenset({TARGET})))


@lru_cache(maxsize=1024)
def roles_of_header(header: tuple[str, ...]) -> Columns | None:
    """Read a header row; ``None`` when it is none (no column for a template or a target in it).

    >>> found = roles_of_header(("Folder Observation", "Label", "Observing Template", "Science Target"))
    >>> [sorted(roles) for roles in found.roles]
    [['folder', 'number'], ['label'], ['template'], ['target']]
    >>> roles_of_header(("Filter", "Exposure")) is None
    True
    """
    roles = [_roles_of_name(name) for name in header]
    found = frozenset().union(*roles) if roles else frozenset()
    if TEMPLATE not in found or not found & {TARGET, LABEL}:
        names = {re.sub(r"[*_`]", "", name).strip().lower() for name in header}
        if TEMPLATE in found or not {"label", "science target"} <= names:
            return None
    return Columns(tuple(roles))


@lru_cache(maxsize=1024)
def _roles_of_name(name: str) -> frozenset[str]:
    text = re.sub(r"[*_`]", "", name).strip().lower()
    if len(text) > 60:
        return frozenset({OTHER})
    if re.search(r"\btemplates?\b", text):
        return frozenset({TEMPLATE})
    if re.search(r"\btargets?\b", text) and not re.search(r"group|scenario|type|\bra\b|mag|label", text):
        return frozenset({TARGET})
    roles = set()
    if re.search(r"\blabels?\b", text):
        roles.add(LABEL)
        # "Label (as per table, empty)" is a remark on the label, "Label (Folder Observation)" a merged column.
    if re.search(r"\bfolders?\b", text):
        roles.add(FOLDER)
    if re.search(r"\bobs(?:ervations?)?\b", text) or text in {"#", "no.", "number", "id"}:
        roles.add(NUMBER)
    return frozenset(roles) or frozenset({OTHER})


def columns_by_content(rows: Sequence[Sequence[str]]) -> Columns | None:
    """Tell the columns of a table without a usable header from its cells; ``None`` if its rows are no observations.

    At least half of the rows must have a template with a numbered target, or a word for none, to its right.
    """
    aimed: dict[int, int] = {}
    for row in rows:
        for i in range(len(row) - 1):
            if template_cells.is_template(row[i]) and target_cells.is_target(row[i + 1]):
                aimed[i] = aimed.get(i, 0) + 1
    at = max(sorted(aimed), key=lambda i: aimed[i], default=None)
    if at is None or 2 * aimed[at] < len(rows):
        return None
    width = max(len(row) for row in rows)
    roles = [frozenset({OTHER})] * max(width, at + 2)
    roles[at], roles[at + 1] = frozenset({TEMPLATE}), frozenset({TARGET})
    if at >= 1:
        roles[at - 1] = frozenset({LABEL})
    if at >= 2:
        roles[at - 2] = frozenset({FOLDER, NUMBER})
    if at >= 3:
        roles[at - 3], roles[at - 2] = frozenset({FOLDER}), frozenset({NUMBER})
    return Columns(tuple(roles))


def align(row: Sequence[str], columns: Columns) -> tuple[tuple[str, ...], bool]:
    """Put the cells of a row under their columns; the flag says that something had slipped.

    A row with one cell too many keeps its text: a pipe inside a label made two cells of it, and they are joined again;
    what stands right of the target is no part of it.
    A row with too few is laid so that its template stands under the template.
    """
    width = len(columns.roles)
    at = columns.index(TEMPLATE)
    if at is None:
        return tuple(row[:width]) + ("",) * (width - len(row)), len(row) != width
    if len(row) > width:
        # A cell that stands twice, or a blank one too many, goes first: the last one before any other.
        end = len(row)
        while end > width and row[end - 1] in ("", row[end - 2]):
            end -= 1
        row = row[:end]
        if len(row) == width + 1 and (without := _without_blank(row, columns, at)):
            return without, True
        row = [c for i, c in enumerate(row) if not (i and c and c == row[i - 1])] if len(row) > width else row
        if len(row) == width:
            return tuple(row), True
    if len(row) == width and (
        template_cells.is_template(row[at]) or not any(template_cells.is_template(c) for c in row)
    ):
        return tuple(row), False
    found = _template_at(row, at)
    if found is None or found == at:
        if len(row) > width:
            return tuple(row[:width]), True
        return tuple(row) + ("",) * (width - len(row)), len(row) != width
    if found == at - 1 and len(row) == width and not row[at]:
        # Label and template swapped places around a blank cell: leave that to the reading of the cells.
        return tuple(row), False
    if (
        len(row) == width
        and found == at - 1
        and columns.roles[found] == {LABEL}
        and not target_cells.is_target(row[at])
    ):
        return tuple(row), False
    if len(row) == width and found == at + 1 and not any(target_cells.is_target(c) for c in row[found + 1 :]):
        return tuple(row), False
    before, after = list(row[:found]), list(row[found + 1 :])
    if len(before) > at:
        filled = [c for c in before if c]
        if len(filled) > at:
            filled = [*filled[: at - 1], " ".join(filled[at - 1 :])] if at else []
        before = [""] * (at - len(filled)) + filled
    else:
        before = [""] * (at - len(before)) + before
    tail = width - at - 1
    after = after[:tail] if len(after) > tail else after + [""] * (tail - len(after))
    return (*before, row[found], *after), True


def _without_blank(row: Sequence[str], columns: Columns, at: int) -> tuple[str, ...] | None:
    """Drop the one blank cell without which template and target stand in their places."""
    aim = columns.index(TARGET)
    for i, text in enumerate(row):
        made = (*row[:i], *row[i + 1 :])
        if not text and template_cells.is_template(made[at]) and (aim is None or target_cells.is_target(made[aim])):
            return made
    return None


def _template_at(row: Sequence[str], expected: int) -> int | None:
    """Index of the cell that is a template, the one nearest to where it is expected."""
    found = [i for i, text in enumerate(row) if template_cells.is_template(text)]
    return min(found, key=lambda i: (abs(i - expected), i)) if found else None
