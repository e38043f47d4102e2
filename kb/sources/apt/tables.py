"""The tables of ``ontology/apt``: where each template writes its exposures, and how the format calls things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from kb.ontology_tables import records

__all__ = ["Line", "Place", "element_names", "known_elements", "places", "target_kinds"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where one part of an exposure's beam is written; paths start at the exposure, with ``^`` at the template.

    ``=NAME`` in place of a path is an element that the template implies.
    """

    channel: str | None
    element: str
    second: str


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of exposure of a template: where its elements are, and where its readout and numbers.

    Alternatives are parted by ``|``.  ``needs`` is a path that must be there, a path and its value (``A=B``), or two
    paths with different values (``A!=B``).
    """

    exposures: str
    role: str
    readout: str
    groups: str
    integrations: str
    count: str
    needs: str
    beam: tuple[Place, ...]

    @property
    def paths(self) -> frozenset[str]:
        """Elements below the exposure in which parts of it are written."""
        every = "|".join((self.readout, self.groups, self.integrations))
        return frozenset(path.rpartition("/")[0] for path in every.split("|") if "/" in path)


@lru_cache(maxsize=1)
def places() -> Mapping[str, tuple[Line, ...]]:
    """Kinds of exposures of each template, by the name of its element; none for a template without exposures."""
    found: dict[str, dict[tuple[str, ...], list[Place]]] = {}
    for row in _rows("exposures.csv"):
        lines = found.setdefault(row["template"], {})
        if not row["exposures"]:
            continue
        fields = ("exposures", "role", "readout", "groups", "integrations", "exposures_field", "needs")
        beam = lines.setdefault(tuple(row[field] for field in fields), [])
        if row["element"]:
            beam.append(Place(row["channel"] or None, row["element"], row["second"]))
    return MappingProxyType(
        {name: tuple(_line(key, beam) for key, beam in lines.items()) for name, lines in found.items()}
    )


def _line(key: tuple[str, ...], beam: list[Place]) -> Line:
    path, role, readout, groups, integrations, count, needs = key
    return Line(
        path,
        role,
        readout or "ReadoutPattern",
        groups or "Groups",
        integrations or "Integrations",
        count,
        needs,
        tuple(beam),
    )


@lru_cache(maxsize=1)
def element_names() -> Mapping[tuple[str, str, str], tuple[str, ...]]:
    """Vocabulary's names of elements by instrument, the name as written, and the element beside it (``""``: any)."""
    return MappingProxyType(
        {
            (row["instrument"], row["written"], row["with"]): tuple(row["elements"].split())
            for row in _rows("elements.csv")
        }
    )


@lru_cache(maxsize=1)
def target_kinds() -> Mapping[str, str]:
    """Kinds of targets by their type in the document."""
    return MappingProxyType({row["type"]: row["kind"] for row in _rows("target-kinds.csv")})


@lru_cache(maxsize=1)
def known_elements() -> Mapping[str, Mapping[str, bool]]:
    """Names of the elements that the reader knows inside an element, by the name of that; whether one alone is read."""
    found: dict[str, dict[str, bool]] = {}
    for row in _rows("known.csv"):
        found.setdefault(row["parent"], {})[row["element"]] = bool(row["once"])
    return MappingProxyType(found)


def _rows(name: str) -> list[dict[str, str]]:
    from kb.vocabulary import ontology_dir

    return list(records(ontology_dir() / "apt" / name))
