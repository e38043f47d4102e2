"""The tables of ``ontology/identity``, read once.

Each table is CSV; a line that starts with ``#`` is a remark.  What is a list of the domain (catalogue prefixes,
constellations, sky words, bodies of the solar system) stands there, how names are put together stands in the code.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kb.errors import VocabularyError

__all__ = ["Catalogue", "Rules", "rows", "rules", "squeeze"]

_SEPARATORS = str.maketrans("", "", " -_./'’*")


@lru_cache(maxsize=65536)
def squeeze(text: str) -> str:
    """Return letters, digits and ``+`` of a name in upper case: what is left when separators do not count.

    >>> squeeze("v-AD Leo")
    'VADLEO'
    """
    return text.translate(_SEPARATORS).upper()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A catalogue: how its names are written (``HD {}``), how its entries are, and what a trailing letter is."""

    prefix: str
    form: str
    body: str
    letters: str


class Body(NamedTuple):
    """A planet or moon: ``parent`` is what it goes round, ``asteroid`` the number of an asteroid of the same name."""

    name: str
    kind: str
    parent: str
    asteroid: str


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that the names are compared with; keys are squeezed.

    ``catalogues``: prefix → readings to try in order.  ``words``: word → what it says about the target.
    ``constellations``: abbreviation or genitive → abbreviation.  ``greek``: spelling → SIMBAD's abbreviation.
    ``messier``: number → object.  ``bodies``: name → planet or moon.  ``planets``: host → letters.
    ``positions``: ``hhmm±ddmm`` and ``hhmm±dd`` → object.  ``placeholders``: words that name nothing by themselves.
    ``fields``: words of pointings and deep fields.
    """

    catalogues: Mapping[str, tuple[Catalogue, ...]]
    words: Mapping[str, str]
    constellations: Mapping[str, str]
    greek: Mapping[str, str]
    messier: Mapping[str, str]
    bodies: Mapping[str, Body]
    planets: Mapping[str, str]
    positions: Mapping[str, str]
    placeholders: Mapping[str, str]
    fields: Mapping[str, str]


def rows(path: Path) -> Iterator[list[str]]:
    """Yield the rows of a table without its header.

    Raises
    ------
    VocabularyError
        If the table is missing.

    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise VocabularyError(f"{path}: cannot be read ({error.strerror}); reinstall, or restore ontology/") from error
    table = csv.reader(line for line in lines if line and not line.startswith("#"))
    next(table, None)
    yield from table


@lru_cache(maxsize=1)
def rules() -> Rules:
    """Return the tables of the installed ``ontology/identity``."""
    from kb.vocabulary import ontology_dir

    folder = ontology_dir() / "identity"
    catalogues: dict[str, tuple[Catalogue, ...]] = {}
    for row in rows(folder / "catalogues.csv"):
        entry = Catalogue(*row)
        catalogues[entry.prefix] = (*catalogues.get(entry.prefix, ()), entry)
    constellations = {}
    for abbreviation, genitive in rows(folder / "constellations.csv"):
        constellations[abbreviation.upper()] = constellations[squeeze(genitive)] = abbreviation
    return Rules(
        catalogues=catalogues,
        words=dict(rows(folder / "words.csv")),
        constellations=constellations,
        greek={s.upper(): letter for letter, spellings in rows(folder / "greek.csv") for s in spellings.split()},
        messier=dict(rows(folder / "messier.csv")),
        bodies={squeeze(row[0]): Body(*row) for row in rows(folder / "bodies.csv")},
        planets=dict(rows(folder / "planets.csv")),
        positions=_positions(folder / "positions.csv"),
        placeholders=dict(rows(folder / "placeholders.csv")),
        fields=dict(rows(folder / "fields.csv")),
    )


def _positions(path: Path) -> dict[str, str]:
    """Isolated objects by ``hhmm±ddmm``; by ``hhmm±dd`` too where just one of them lies there."""
    known: dict[str, str] = {}
    short: dict[str, set[str]] = {}
    for position, name in rows(path):
        known[position] = name
        short.setdefault(position[:7], set()).add(name)
    known.update((position, names.pop()) for position, names in short.items() if len(names) == 1)
    return known
