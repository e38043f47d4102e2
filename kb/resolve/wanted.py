"""Which names SIMBAD is asked for: those of science targets that can be in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kb.identity import name_key, same_object_name
from kb.identity.naming import name_object
from kb.identity.wording import unwrap

if TYPE_CHECKING:
    from kb.records import Reading
    from kb.store import Store

__all__ = ["Wanted", "names_in_readings", "names_in_store", "wanted"]

_PLANET = re.compile(r"[ \d][b-h]$")
_HYPHEN = re.compile(r"(?<=[A-Za-z])-(?=[A-Za-z])|_")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An object by the rules, the spellings to ask for (its own name first), and how many programs point at it."""

    object: str
    names: tuple[str, ...]
    programs: int = 0


def wanted(targets: Iterable[tuple[int | None, str]]) -> list[Wanted]:
    """Return the objects of target names, those of most programs first.

    Generic names, planets and bodies of the solar system are left out: SIMBAD knows none of them, or other things by
    those names.  So are short words that no rule knows, which may be the names of many things.

    Parameters
    ----------
    targets
        Program numbers (``None`` where there is none) and names as written.

    Examples
    --------
    >>> wanted([(1, "HD2811"), (2, "hd 2811"), (2, "HD2811-BKG"), (2, "HD 189733 b"), (3, "Titan"), (3, "S1")])
    [Wanted(object='HD 2811', names=('HD 2811',), programs=2)]
    """
    programs: dict[str, set[int]] = {}
    names: dict[str, dict[str, str]] = {}
    for program, name in sorted(set(targets), key=lambda target: (target[1], target[0] or 0)):
        obj = same_object_name(name)
        if obj is None or not _can_be_known(obj):
            continue
        programs.setdefault(obj, set()).update([program] if program is not None else [])
        spellings = names.setdefault(obj, {name_key(obj): obj})
        spelling = _HYPHEN.sub(" ", unwrap(name).core).strip(" -")
        if same_object_name(spelling) == obj and re.search("[A-Za-z]", spelling):
            spellings.setdefault(name_key(spelling), spelling)
    found = [Wanted(obj, tuple(spellings.values()), len(programs[obj])) for obj, spellings in names.items()]
    return sorted(found, key=lambda one: (-one.programs, one.object))


def names_in_store(store: Store) -> list[tuple[int | None, str]]:
    """Programs and names of the science targets of a store that designate an object.

    What the names mean is left to the rules, so that alias files used in the build change nothing here.
    """
    from kb.vocabulary import load

    rows = store.query(f"""
        SELECT DISTINCT ?program ?name WHERE {{
          ?from jkb:programNumber ?program ; jkb:definesTarget ?target .
          ?target jkb:targetName ?name ; jkb:designates ?object ; jkb:role <{load().concept("role", "science")}>
        }}""")
    return [(int(str(program)), str(name)) for program, name in rows]


def names_in_readings(readings: Sequence[Reading]) -> Iterator[tuple[int | None, str]]:
    """Yield programs and names of the science targets of documents that designate an object."""
    for reading in readings:
        for observation in reading.observations:
            for target in observation.targets:
                if reading.program and target.object and target.role == "science":
                    yield reading.program.id, target.name


def _can_be_known(obj: str) -> bool:
    name = name_object(obj)
    if name is None or name.moving or _PLANET.search(obj) or obj.startswith("#"):
        return False
    letters = len(re.findall(r"[A-Za-z]", obj))
    return name.certain or letters >= 4 or (letters >= 2 and len(obj) >= 6)
