"""Answers → aliases: names of one object in SIMBAD that the rules take for several."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from kb.aliases import COLUMNS, name_key
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
    """Return an alias for each name of an object that SIMBAD knows by another's name too.

    Of the objects that are one, the name that most programs use stays, then the shortest, then the first of the
    alphabet.  An object whose names SIMBAD gives to different objects is left alone, and so is a part whose whole is
    among the others: SIMBAD often calls a system by its brightest star.

    Returns
    -------
    The aliases, sorted, and the number of objects that were left alone because SIMBAD tells their names apart.

    Examples
    --------
    >>> sirius = [Wanted("Sirius", ("Sirius",), 2), Wanted("HD 48915", ("HD 48915",), 1)]
    >>> alias_rows(sirius, {n: Answer(n, 8399845, "* alf CMa", "2026-11-21") for n in ("Sirius", "HD 48915")})
    ([AliasRow(name='HD 48915', object='Sirius', source='SIMBAD 2026-11-21 main_id=* alf CMa')], 0)

    """
    groups: dict[int, list[Wanted]] = {}
    unclear = 0
    for one in objects:
        oids = {answers[name].oid for name in one.names if name in answers} - {None}
        unclear += len(oids) > 1
        if len(oids) == 1:
            groups.setdefault(next(oid for oid in oids if oid is not None), []).append(one)
    found = [row for group in groups.values() for row in _rows(group, answers)]
    return sorted(found, key=lambda row: (row.object, row.name)), unclear


def _rows(group: Sequence[Wanted], answers: Mapping[str, Answer]) -> Iterable[AliasRow]:
    names = {one.object for one in group}
    wholes = [one for one in group if (name := name_object(one.object)) is None or name.system not in names]
    best = min(wholes, key=lambda one: (-one.programs, len(one.object), one.object), default=None)
    for one in wholes:
        if best is None or one is best:
            continue
        answer = max((answers[n] for n in one.names if n in answers and answers[n].oid), key=lambda a: (a.date, a.name))
        source = f"SIMBAD {answer.date} main_id={' '.join((answer.main_id or '').split())}"
        for name in {name_key(name): name for name in reversed(one.names)}.values():
            yield AliasRow(name, best.object, source)


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
