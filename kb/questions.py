"""Saved questions: SPARQL files with a header that says what they ask, of what, and what the columns mean.

The header is YAML in comments that begin with ``#+``, as grlc has it.  A parameter ``cycle`` fills the slot
``VALUES ?_cycle { … }`` of the query with a typed term; text is never glued into a query.  The file as it stands is
valid SPARQL, so it runs on any engine.

>>> load("shared-targets").parameters[0].name
'program'
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.errors import UsageError, VocabularyError

if TYPE_CHECKING:
    from kb.results import Rows
    from kb.store import Store
    from kb.store.results import Value

__all__ = [
    "Column",
    "Parameter",
    "Question",
    "ask",
    "bind",
    "fill_slot",
    "grouped",
    "load",
    "names",
    "pages",
    "pages_of",
    "quoted",
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

    ``group`` is what it is about, ``sparql`` the query without its header, slots filled with examples.
    """

    name: str
    group: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    sparql: str

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
        columns = tuple(Column(c["name"], c["meaning"], c.get("unit"), c.get("link")) for c in header["columns"])
        question = Question(
            path.stem,
            header["tags"][0],
            header["title"],
            " ".join(header["description"].split()),
            parameters,
            columns,
            sparql,
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


def fill_slot(sparql: str, name: str, term: str | None) -> str:
    """Put a term (``None``: anything) into the slot of a parameter, wherever the query has it.

    >>> fill_slot("VALUES ?_cycle { UNDEF }", "cycle", "4")
    'VALUES ?_cycle { 4 }'
    """
    return re.sub(
        rf"(VALUES \?_{re.escape(name)} \{{) [^}}]*\}}", lambda found: f"{found[1]} {term or 'UNDEF'} }}", sparql
    )


def bind(
    store: Store, question: Question, values: Mapping[str, object], tell: Callable[[str], object] = warnings.warn
) -> str:
    """Return the SPARQL of a question with what a person typed filled in.

    Parameters
    ----------
    store
        Where names are looked up.
    question
        The question.
    values
        Parameter name → value as typed (``7487``, ``"HD 2811"``, ``miri``, ``cycle 4``).
    tell
        Called with a sentence when a value stands for something else than itself, or leaves out what is not known.

    Raises
    ------
    UsageError
        A parameter is unknown, missing, or its value names nothing in the store (the message gives the nearest).

    """
    from kb.names import resolve
    from kb.nearest import choose

    for name in values:
        question.parameter(name)
    terms: dict[str, str | None] = {}
    typed: dict[str, str] = {}
    for parameter in question.parameters:
        given = values.get(parameter.name)
        value = parameter.default if given is None else str(given)
        if value is None:
            raise UsageError(
                f"question {question.name} needs {parameter.name} ({parameter.meaning}),"
                f" for example --{parameter.name} {quoted(parameter.example)}"
            )
        typed[parameter.type] = value
        if value == ANY:
            terms[parameter.name] = None
        elif parameter.choices:
            terms[parameter.name] = resolve(store, "text", choose(parameter.name, value, parameter.choices))
        else:
            terms[parameter.name] = resolve(store, parameter.type, value, tell)
    first, end = terms.get("from"), terms.get("until")
    if first and end and end <= first:
        raise UsageError(f"question {question.name}: no day from {first} on lies before {end}: give a later --until")
    sparql = question.fill(terms)
    if terms.get("cycle"):
        _tell_unknown_cycles(store, question, terms.get("category"), tell)
    if "position" in typed:
        from kb.sky.asked import fill_places

        sparql = fill_places(store, sparql, typed["position"], typed["angle"], typed["epoch"], tell)
    return sparql


def ask(store: Store, name: str, values: Mapping[str, object] | None = None) -> Rows:
    """Ask a saved question.

    Raises
    ------
    UsageError
        Unknown question or parameter, or a value that names nothing.

    """
    from kb.results import Rows

    question = load(name)
    found = Rows.of(store.query(bind(store, question, values or {})))
    units = {column.name: column.unit for column in question.columns if column.unit}
    return Rows(found.columns, found.rows, (), units, {column.name: column.meaning for column in question.columns})


def pages(store: Store, question: Question, rows: Rows) -> dict[str, dict[Value, str]]:
    """Return the addresses of the pages of programs that an answer names: column → program number → address."""
    columns = [column.name for column in question.columns if column.link == "program"]
    numbers = {int(str(number)) for name in columns for number in rows.column(name) if number is not None}
    found: dict[Value, str] = dict(pages_of(store, numbers).items())
    return dict.fromkeys(columns, found) if found else {}


def pages_of(store: Store, numbers: Iterable[int]) -> dict[int, str]:
    """Return the addresses of the pages of programs, by number; planned programs and unknown ones have none."""
    from kb.vocabulary import ontology_dir

    wanted = " ".join(map(str, sorted(set(numbers))))
    if not wanted:
        return {}
    sparql = (ontology_dir() / "lookups" / "named" / "page.rq").read_text(encoding="utf-8")
    found = store.query(fill_slot(sparql, "number", wanted))
    return {number: str(page) for number, page in found if isinstance(number, int)}


def _tell_unknown_cycles(store: Store, question: Question, category: str | None, tell: Callable[[str], object]) -> None:
    """Say how many programs a cycle leaves out because theirs is not known."""
    from kb.iris import BASE
    from kb.vocabulary import ontology_dir

    if category is None and question.group == "calibration":
        category = f"<{BASE}category/calibration>"
    sparql = (ontology_dir() / "lookups" / "named" / "no-cycle.rq").read_text(encoding="utf-8")
    counts = [f"{name}: {count}" for name, count in store.query(fill_slot(sparql, "category", category))]
    if counts:
        tell(f"programs whose cycle is unknown are left out ({', '.join(counts)} in the store)")


def _folder() -> Path:
    from kb.vocabulary import ontology_dir

    return ontology_dir() / "questions"


def quoted(text: str) -> str:
    """Write a value as it is typed on a command line."""
    return f'"{text}"' if " " in text else text
