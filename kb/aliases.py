"""Alias files: more names of sky objects than the rules and the curated table know.

An alias file is CSV with the columns ``name,object,source``; lines that start with ``#`` are remarks.  ``kb resolve``
writes them, and so can anyone.  They are applied to what the rules make of a name, whatever its spelling.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from kb.errors import SourceError
from kb.identity import Identity, name_key, same_object_name

__all__ = ["COLUMNS", "Aliases", "read_aliases"]

COLUMNS = ("name", "object", "source")


class Aliases:
    """Names → objects, compared by :func:`kb.identity.name_key`.

    >>> mine = Aliases({"HD 48915": "alf CMa"})
    >>> mine.get("hd48915"), mine.get("HD 48916")
    ('alf CMa', None)
    """

    def __init__(self, objects: Mapping[str, str]) -> None:
        self._objects = {name_key(name): obj for name, obj in objects.items()}

    def get(self, name: str | None) -> str | None:
        """Return the object of a name, ``None`` if no alias file has it."""
        return self._objects.get(name_key(name)) if name else None

    @property
    def digest(self) -> str:
        """SHA-256 of what they say, whatever their order and spelling; readings depend on it."""
        return hashlib.sha256(json.dumps(sorted(self._objects.items())).encode()).hexdigest()

    def rename(self, name: str, found: Identity) -> Identity:
        """Return what a target is, once aliases are applied to what the rules found.

        They come last, so that roles and what targets say about each other stay as they are, and every spelling of an
        object follows its name: backgrounds, parts and planets too.

        >>> mine = Aliases({"HD 218396": "HR 8799"})
        >>> mine.rename("HD218396B", Identity("HD 218396 b", "science", "normalised", "planet", "HD 218396")).object
        'HR 8799 b'
        """
        if found.object is None and found.role != "science":
            return found  # a field or a list of sources, whatever else has its name
        system = self.get(found.system) or found.system
        obj = self.get(found.object or name)
        if obj is None and found.object and found.system and system and found.object.startswith(f"{found.system} "):
            obj = system + found.object[len(found.system) :]
        if obj in (None, found.object):
            return found._replace(system=system)
        rule = "; ".join(filter(None, (found.rule, "alias file")))
        return found._replace(object=obj, method="alias", rule=rule, system=None if system == obj else system)


def read_aliases(paths: Iterable[str | Path]) -> Aliases | None:
    """Read alias files; of two that have the same name the first one counts.

    Returns
    -------
    The aliases, each leading to an object that is no alias of another; ``None`` where no file is given.

    Raises
    ------
    SourceError
        A file cannot be read or is not an alias file, gives one name two objects, or goes in a circle.

    """
    files = [Path(path) for path in paths]
    table: dict[str, str] = {}
    for path in files:
        for key, obj in _read(path).items():
            table.setdefault(key, obj)
    return Aliases({key: _last(key, table) for key in table}) if files else None


def _read(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise SourceError(
            f"{path}: the alias file cannot be read ({(error.strerror or str(error)).lower()})"
        ) from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: not an alias file: it is not text in UTF-8") from error
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    rows = list(zip((number for number, _ in numbered), csv.reader(line for _, line in numbered), strict=False))
    if not rows or tuple(cell.strip() for cell in rows[0][1]) != COLUMNS:
        raise SourceError(f"{path}: not an alias file: the first line must be {','.join(COLUMNS)}")
    found: dict[str, str] = {}
    for number, cells in rows[1:]:
        name, obj = (cells[0].strip(), cells[1].strip()) if len(cells) == len(COLUMNS) else ("", "")
        if not name_key(name) or not name_key(obj):
            raise SourceError(f"{path}: line {number}: need {','.join(COLUMNS)}, a name and an object at least")
        # The object may be spelled in any way: what it is called follows from the rules.
        obj = same_object_name(obj) or obj
        for key in {name_key(name), name_key(same_object_name(name) or name)}:
            if found.setdefault(key, obj) != obj:
                raise SourceError(f"{path}: line {number}: {name!r} is {found[key]!r} already; keep one of them")
    return found


def _last(key: str, table: Mapping[str, str]) -> str:
    """Follow aliases of aliases to the end."""
    seen = {key}
    obj = table[key]
    while (key := name_key(obj)) in table and table[key] != obj:
        if key in seen:
            raise SourceError(f"alias files: the names of {obj!r} lead in a circle; remove one of them")
        seen.add(key)
        obj = table[key]
    return obj
