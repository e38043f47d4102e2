"""Saved questions: SPARQL files with a header that says what they ask, of what, and what the columns mean.

The header is YAML in comments that begin with ``#+``, as grlc has it.  A parameter ``cycle`` fills the slot
``VALUES ?_cycle { … }`` of the query with a typed term; text is never glued into a query.  The file as it stands is
valid SPARQL, so it runs on any engine.  :mod:`kb.asking` asks them.

>>> load("shared-targets").parameters[0].name
'program'
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kb.errors import UsageError, VocabularyError
from kb.lookups import fill_slot

__all__ = [
    "Column",
    "Parameter",
    "Question",
    "grouped",
    "load",
    "names",
    "read_question",
    "read_question_parts",
]

#: What questions are about, in the order of lists: the tags of their headers.
GROUPS = ("objects", "programs", "templates", "calibration", "people", "documents")

#: The value of a parameter that does not restrict anything.
ANY = "any"


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question wants to be told.

    ``type`` is a file of ``ontology/lookups`` (``program``, ``object``, ``instrument`` …), ``cycle``, ``integer``,
    ``day``, ``text``, ``choice`` among the words of ``choices``, or ``position``, ``angle`` and ``epoch``, which go
    together (:mod:`kb.sky.asked`).  Without a ``default`` the parameter is required; the default ``any`` does not
    restrict.
    """

    name: str
    type: str
    meaning: str
    example: str
    default: str | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the answer; ``unit`` where its numbers have one, ``link`` where it holds program numbers."""

    name: str
    meaning: str
    unit: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A saved question.

    ``group`` is what it is about, ``sparql`` the query without its header, slots filled with examples.  ``classes`` are
    those without whose members there is no answer, and ``remedy`` says how a store comes to have them.
    """

    name: str
    group: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    sparql: str
    classes: tuple[str, ...] = ()
    remedy: str = ""

    def parameter(self, name: str) -> Parameter:
        """Return a parameter by name.

        Raises
        ------
        UsageError
            The question has no such parameter; the message names those it has.

        """
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        known = ", ".join(parameter.name for parameter in self.parameters) or "none"
        raise UsageError(f"question {self.name} has no parameter {name!r}; it has: {known}")

    def fill(self, terms: Mapping[str, str | None]) -> str:
        """Return the SPARQL with the slots filled.

        Parameters
        ----------
        terms
            Parameter name → a term in SPARQL syntax, ``None`` for anything.

        """
        sparql = self.sparql
        for name, term in terms.items():
            sparql = fill_slot(sparql, name, term)
        return sparql


def names() -> list[str]:
    """Return the names of the saved questions, sorted."""
    return sorted(path.stem for path in _folder().glob("*.rq"))


def grouped(tell: Callable[[str], object] = warnings.warn) -> dict[str, list[Question]]:
    """Return the saved questions by what they are about, in the order in which lists show them.

    ``tell`` is called with a sentence for each file that cannot be read as a question; the others are returned.
    """
    groups: dict[str, list[Question]] = {group: [] for group in GROUPS}
    for name in names():
        try:
            question = load(name)
        except VocabularyError as error:
            tell(f"left out of the list: {error}")
            continue
        groups.setdefault(question.group, []).append(question)
    return groups


@lru_cache(maxsize=64)
def load(name: str) -> Question:
    """Return a saved question.

    Raises
    ------
    UsageError
        There is none of that name; the message gives the nearest.

    """
    path = _folder() / f"{name}.rq"
    if name not in names():
        from kb.nearest import nearest

        raise UsageError(f"no question {name!r}; {nearest(name, names())}; `kb ask` lists them all")
    return read_question(path)


def read_question(path: Path) -> Question:
    """Read a question from its file.

    Raises
    ------
    VocabularyError
        The header is not as it should be; the message says where.

    """
    header, sparql = read_question_parts(path)
    try:
        parameters = tuple(
            Parameter(
                p["name"], p["type"], p["meaning"], str(p["example"]), p.get("default"), tuple(p.get("choices", ()))
            )
            for p in header["parameters"]
        )
        needs = header.get("needs") or {"classes": [], "remedy": ""}
        columns = tuple(Column(c["name"], c["meaning"], c.get("unit"), c.get("link")) for c in header["columns"])
        question = Question(
            path.stem,
            header["tags"][0],
            header["title"],
            " ".join(header["description"].split()),
            parameters,
            columns,
            sparql,
            tuple(needs["classes"]),
            needs["remedy"],
        )
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise VocabularyError(f"{path}: the header lacks or misspells {error}") from error
    for parameter in parameters:
        if f"VALUES ?_{parameter.name} {{" not in sparql:
            raise VocabularyError(f"{path}: no slot VALUES ?_{parameter.name} {{ … }} for the parameter")
    return question


def read_question_parts(path: Path) -> tuple[dict[str, Any], str]:
    """Return the ``#+`` header of a query file, parsed, and the query below it."""
    import yaml

    try:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError) as error:
        raise VocabularyError(f"{path}: not to be read as text: {error}") from error
    size = next((i for i, line in enumerate(lines) if not line.startswith("#+")), len(lines))
    text = "".join(line[3:] or "\n" for line in lines[:size])
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # several times faster where libyaml is there
    try:
        header = yaml.load(text, loader)  # noqa: S506 - either of them is safe
    except yaml.YAMLError as error:
        raise VocabularyError(f"{path}: the header is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(header, dict):
        raise VocabularyError(f"{path}: no header; begin with '#+ title: …'")
    return header, "".join(lines[size:]).strip() + "\n"


def _folder() -> Path:
    from kb.vocabulary import ontology_dir

    return ontology_dir() / "questions"
