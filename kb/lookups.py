"""Queries that look one thing up: files of ``ontology/lookups`` with a slot for what is looked for.

A slot is ``VALUES ?_name { … }``, filled with a term or left at anything; text is never glued into a query.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kb.store import Store
    from kb.store.results import QueryResult

__all__ = ["fill_slot", "look_up", "pages_of"]


def fill_slot(sparql: str, name: str, term: str | None) -> str:
    """Put a term (``None``: anything) into the slot of a parameter, wherever the query has it.

    >>> fill_slot("VALUES ?_cycle { UNDEF }", "cycle", "4")
    'VALUES ?_cycle { 4 }'
    """
    return re.sub(
        rf"(VALUES \?_{re.escape(name)} \{{) [^}}]*\}}", lambda found: f"{found[1]} {term or 'UNDEF'} }}", sparql
    )


def look_up(store: Store, query: str, slot: str, term: str | None) -> QueryResult:
    """Answer the query of a file.

    Parameters
    ----------
    store
        Where to look.
    query
        Path of the file in ``ontology/lookups`` without its ending, ``named/page``.
    slot, term
        The slot and the term in SPARQL syntax that it is filled with, ``None`` for anything.

    """
    from kb.vocabulary import ontology_dir

    sparql = (ontology_dir() / "lookups" / f"{query}.rq").read_text(encoding="utf-8")
    return store.query(fill_slot(sparql, slot, term))


def pages_of(store: Store, numbers: Iterable[int]) -> dict[int, str]:
    """Return the addresses of the pages of programs, by number; planned programs and unknown ones have none."""
    wanted = " ".join(map(str, sorted(set(numbers))))
    if not wanted:
        return {}
    found = look_up(store, "named/page", "number", wanted)
    return {number: str(page) for number, page in found if isinstance(number, int)}
