"""Answers → aliases: names of one object in SIMBAD that the rules take for several."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kb.aliases import COLUMNS
from kb.identity.naming import name_object
from kb.resolve.cache import Answer, replace_text
from kb.resolve.wanted import Wanted

__all__ = ["AliasRow", "alias_rows", "aliases_text", "write_aliases"]


class AliasRow(NamedTuple):
    """A line of an alias file."""

    name: str
    object: str
    source: str


def alias_rows(objects: Sequence[Wanted], answers: Mapping[str, Answer]) -> tuple[list[AliasRow], int]:
    """Return an alias for each object that SIMBAD knows by another's name too; it holds for all spellings.

    Of the objects that are one, the name that most programs use stays, then the shortest, then the first of the
    alphabet.  An object is what SIMBAD knows by its own name, else what it knows by its spellings if they agree.  A
    part whose whole is among the others is left alone: SIMBAD often calls a system by its brightest star.

    Returns
    -------
    The aliases, sorted, and the number of objects that were left alone because SIMBAD tells their spellings apart.

    Examples
    --------
    >>> sirius = [Wanted("Sirius", ("Sirius",), 2), Wanted("HD 48915", ("HD 48915",), 1)]
    >>> alias_rows(sirius, {n: Answer(n, 8399845, "* alf CMa", "2026-11-21") for n in ("Sirius", "HD 48915")})
    ([AliasRow(name='HD 48915', object='Sirius', source='SIMBAD 2026-11-21 main_id=* alf CMa')], 0)

    """
    groups: dict[int | None, list[tuple[Wanted, Answer]]] = {}
    unclear = 0
    for one in objects:
        known = [answer for name in one.names if (answer := answers.get(name)) and answer.oid is not None]
        oids = {answer.oid for answer in known if answer.name == one.object} or {answer.oid for answer in known}
        unclear += len(oids) > 1
        if len(oids) == 1:
            groups.setdefault(oids.pop(), []).append((one, known[0]))
    found = [row for group in groups.values() for row in _rows(group)]
    return sorted(found, key=lambda row: (row.object, row.name)), unclear


def _rows(group: Sequence[tuple[Wanted, Answer]]) -> Iterator[AliasRow]:
    objects = {one.object for one, _ in group}
    wholes = [pair for pair in group if (name := name_object(pair[0].object)) is None or name.system not in objects]
    if len(wholes) < 2:
        return
    best = min((one for one, _ in wholes), key=lambda one: (-one.programs, len(one.object), one.object))
    for one, answer in wholes:
        if one is not best:
            source = f"SIMBAD {answer.date} main_id={' '.join((answer.main_id or '').split())}"
            yield AliasRow(one.object, best.object, source)


def aliases_text(rows: Iterable[AliasRow]) -> str:
    """Return rows as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue()


def write_aliases(path: str | Path, rows: Iterable[AliasRow]) -> None:
    """Write an alias file, replaced only when all is written."""
    replace_text(Path(path), aliases_text(rows))
