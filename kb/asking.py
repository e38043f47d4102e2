"""A saved question (:mod:`kb.questions`) and what a person typed → its answer."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from kb.errors import UsageError
from kb.lookups import look_up, pages_of
from kb.questions import ANY, Question, load

if TYPE_CHECKING:
    from kb.results import Rows
    from kb.store import Store
    from kb.store.results import Value

__all__ = ["ask", "bind", "pages", "quoted"]


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


def pages(store: Store, question: Question, rows: Rows) -> dict[str, dict[Value, str]]:
    """Return the addresses of the pages of programs that an answer names: column → program number → address."""
    columns = [column.name for column in question.columns if column.link == "program"]
    numbers = {int(str(number)) for name in columns for number in rows.column(name) if number is not None}
    found: dict[Value, str] = dict(pages_of(store, numbers).items())
    return dict.fromkeys(columns, found) if found else {}


def _tell_unknown_cycles(store: Store, question: Question, category: str | None, tell: Callable[[str], object]) -> None:
    """Say how many programs a cycle leaves out because theirs is not known."""
    from kb.iris import BASE

    if category is None and question.group == "calibration":
        category = f"<{BASE}category/calibration>"
    counts = [f"{name}: {count}" for name, count in look_up(store, "named/no-cycle", "category", category)]
    if counts:
        tell(f"programs whose cycle is unknown are left out ({', '.join(counts)} in the store)")


def quoted(text: str) -> str:
    """Write a value as it is typed on a command line."""
    return f'"{text}"' if " " in text else text
