"""The tables of ``ontology/identity``, read once, and how names are compared.

What is a list of the domain (catalogue prefixes, constellations, sky words, bodies of the solar system) stands there,
how names are put together stands in the code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from kb.ontology_tables import rows

__all__ = ["Body", "Catalogue", "Rules", "name_key", "rules", "squeeze"]

_SEPARATORS = str.maketrans("", "", " -_./'’*")
_MINUS = re.compile(r"(?<=\d)[ _]?-(?=\d)")
_PLANET = re.compile(r"[ \d][b-h]$")


@lru_cache(maxsize=65536)
def squeeze(text: str) -> str:
    """Return letters, digits and ``+`` of a name in upper case: what is left when separators do not count.

    >>> squeeze("v-AD Leo")
    'VADLEO'
    """
    return text.translate(_SEPARATORS).upper()


def name_key(name: str, *, planets: bool = True) -> str:
    """Return what is compared of a name: neither case nor separators, but the sign of a position and a planet's letter.

    Parameters
    ----------
    name
        As written.
    planets
        Whether ``b`` after a number or a space differs from ``B``, as it does once names are spelled canonically.

    >>> name_key("v_AD-Leo") == name_key("V AD Leo"), name_key("J0102-03") == name_key("J0102 03")
    (True, False)
    >>> name_key("HD 189733 b") == name_key("HD 189733 B")
    False
    >>> name_key("HD 189733 b", planets=False) == name_key("HD 189733 B", planets=False)
    True
    """
    key = squeeze(_MINUS.sub("~", name) if "-" in name else name)
    return key[:-1] + name[-1] if planets and _PLANET.search(name) else key


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A catalogue: how its names are written (``HD {}``), how its entries are, and what a trailing letter is.

    ``least`` is the smallest entry that a name of it is believed to mean whatever else its program is about.
    """

    prefix: str
    form: str
    body: str
    letters: str
    least: str = ""


class Body(NamedTuple):
    """A planet or moon: ``parent`` is what it goes round, ``asteroid`` the number of an asteroid of the same name.

    ``short`` is what proposers write for it.
    """

    name: str
    kind: str
    parent: str
    asteroid: str
    short: str = ""

    @property
    def object(self) -> str:
        """Canonical name: one name of two bodies gets a qualifier.

        >>> Body("Pandora", "moon", "Saturn", "55").object, Body("Titan", "moon", "Saturn", "").object
        ('Pandora moon', 'Titan')
        """
        return f"{self.name} {self.kind}" if self.asteroid else self.name


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that the names are compared with; keys are squeezed.

    ``catalogues``: prefix → readings to try in order.  ``words``: word → what it says about the target; ``flagged``:
    flag → words that have it, and effects that have it.  ``prefixes``: what is no part of the name after it.
    ``topics``: topic → pattern of its words.  ``variables``: squeezed variable stars whose names are written together.
    ``constellations``: abbreviation or genitive → abbreviation.  ``greek``: spelling → SIMBAD's abbreviation.
    ``messier``: number → object.  ``bodies``: name → planet or moon.  ``planets``: host → letters.
    ``positions``: ``hhmm±ddmm`` and ``hhmm±dd`` → object.  ``placeholders``: words that name nothing by themselves.
    ``fields``: words of pointings and deep fields.
    """

    catalogues: Mapping[str, tuple[Catalogue, ...]]
    words: Mapping[str, str]
    flagged: Mapping[str, frozenset[str]]
    prefixes: tuple[str, ...]
    topics: Mapping[str, re.Pattern[str]]
    variables: frozenset[str]
    constellations: Mapping[str, str]
    greek: Mapping[str, str]
    messier: Mapping[str, str]
    bodies: Mapping[str, Body]
    planets: Mapping[str, str]
    positions: Mapping[str, str]
    placeholders: Mapping[str, str]
    fields: Mapping[str, str]


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
    bodies = [Body(*row) for row in rows(folder / "bodies.csv")]
    words, flagged = _words(folder)
    return Rules(
        catalogues=catalogues,
        words=words,
        flagged=flagged,
        prefixes=tuple(prefix for prefix, _ in rows(folder / "prefixes.csv")),
        topics=_topics(folder / "topics.csv"),
        variables=frozenset(squeeze(name) for (name,) in rows(folder / "variables.csv")),
        constellations=constellations,
        greek={s.upper(): letter for letter, spellings in rows(folder / "greek.csv") for s in spellings.split()},
        messier=dict(rows(folder / "messier.csv")),
        bodies={squeeze(name): body for body in bodies for name in (body.name, body.object, body.short) if name},
        planets=dict(rows(folder / "planets.csv")),
        positions=_positions(folder / "positions.csv"),
        placeholders=dict(rows(folder / "placeholders.csv")),
        fields=dict(rows(folder / "fields.csv")),
    )


def _words(folder: Path) -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """Words → effects; flags of words, and of effects by the columns of their table."""
    words: dict[str, str] = {}
    flagged: dict[str, set[str]] = {}
    for word, effect, flags in rows(folder / "words.csv"):
        words[word] = effect
        for flag in flags.split():
            flagged.setdefault(flag, set()).add(word)
    for effect, *said in rows(folder / "effects.csv"):
        for flag, yes in zip(("leads", "counts", "apart"), said, strict=True):
            if yes:
                flagged.setdefault(flag, set()).add(effect)
    return words, {flag: frozenset(members) for flag, members in flagged.items()}


def _topics(path: Path) -> dict[str, re.Pattern[str]]:
    """Topics → a pattern that finds any of their words; ``*`` in a word stands for any letters."""
    topics: dict[str, list[str]] = {}
    for topic, word in rows(path):
        topics.setdefault(topic, []).append(re.escape(word).replace(r"\*", r"\w*"))
    return {topic: re.compile(rf"\b(?:{'|'.join(words)})\b", re.IGNORECASE) for topic, words in topics.items()}


def _positions(path: Path) -> dict[str, str]:
    """Isolated objects by ``hhmm±ddmm``; by ``hhmm±dd`` too where just one of them lies there."""
    known: dict[str, str] = {}
    short: dict[str, set[str]] = {}
    for position, name in rows(path):
        known[position] = name
        short.setdefault(position[:7], set()).add(name)
    known.update((position, names.pop()) for position, names in short.items() if len(names) == 1)
    return known
