"""One change in domain words, and changes as rows and lines.

>>> change = Change(7487, "program", "Absolute Flux", "changed", (FieldChange("prime hours", "24.9", "31.2"),))
>>> change.sentence(change.fields[0])
'prime hours 24.9 → 31.2'
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from typing import IO, Literal

from kb.results import Rows, write_rows

__all__ = ["Change", "FieldChange", "change_rows", "write_changes"]

Kind = Literal["added", "removed", "changed", "renamed", "renumbered", "moved"]

#: Columns that a table gives to a text, and where the first difference then stands.
_WIDTH, _CONTEXT = 60, 20
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What a field lost and gained; ``None`` is nothing.  A field of one value loses the old and gains the new one."""

    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """A thing that was added, removed or changed.

    ``program`` is the number of the program, where there is one; ``line`` is where the thing stands in its document,
    the new one unless the thing was removed.  A thing that was added or removed has one field without a name, which
    says in short what it is.
    """

    program: int | None
    thing: str
    name: str
    change: Kind
    fields: tuple[FieldChange, ...] = ()
    line: int | None = None

    def sentence(self, field: FieldChange) -> str:
        """Say one field's change in words, long texts cut to the place where they differ."""
        old, new = field.old, field.new
        if self.change in ("added", "removed", "moved"):
            return _cut(old or new or "")
        if old is None or new is None:
            return f"{field.field} {'+' if old is None else '−'} {_cut(new or old or '')}"
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))
        start = max(0, same - _CONTEXT)
        return f"{field.field} {_cut(old, start)} → {_cut(new, start)}"


def write_changes(changes: Iterable[Change], form: str, stream: IO[bytes], *, terminal: bool = False) -> None:
    """Write changes: ``jsonl`` one a line, ``csv`` one field a row, ``table`` and ``markdown`` in words."""
    if form == "jsonl":
        for change in changes:
            stream.write(json.dumps(_record(change), ensure_ascii=False).encode() + b"\n")
    elif form == "csv":
        columns = ("program", "thing", "name", "change", "field", "old", "new", "line")
        write_rows(
            Rows(columns, [_row(change, field) for change in changes for field in _fields(change)]), form, stream
        )
    else:
        write_rows(change_rows(changes), form, stream, terminal=terminal)


def change_rows(changes: Iterable[Change]) -> Rows:
    """Return changes in words, one field a row."""
    words = [
        (change.program, change.change, change.thing, _cut(change.name), change.sentence(field), change.line)
        for change in changes
        for field in _fields(change)
    ]
    return Rows(("program", "change", "thing", "name", "what", "line"), words)


def _fields(change: Change) -> tuple[FieldChange, ...]:
    return change.fields or (FieldChange("", None, None),)


def _row(change: Change, field: FieldChange) -> tuple[str | int | None, ...]:
    return (
        change.program,
        change.thing,
        change.name,
        change.change,
        field.field,
        field.old,
        field.new,
        change.line,
    )


def _record(change: Change) -> dict[str, object]:
    return {
        "program": change.program,
        "thing": change.thing,
        "name": change.name,
        "change": change.change,
        "line": change.line,
        "fields": [{"field": field.field, "old": field.old, "new": field.new} for field in change.fields],
    }


def _cut(text: str, start: int = 0) -> str:
    """Shorten a text to a window that begins at ``start``.

    >>> _cut("short"), _cut("x" * 70, 30)[:3], len(_cut("x" * 170, 30))
    ('short', '…xx', 62)
    """
    if _DIGEST.fullmatch(text):
        return f"{text[:12]}…"
    if len(text) <= _WIDTH:
        return text
    end = start + _WIDTH
    return f"{'…' * (start > 0)}{text[start:end]}{'…' * (len(text) > end)}"
