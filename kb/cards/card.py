"""Cards: what is known of one thing, put together from queries.

``ontology/cards/<type>.rq`` lists the facts of a type of thing, and ``sections.json`` the saved questions and the
queries of ``ontology/cards/sections`` whose answers follow; a new card needs no code.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kb.layouts import shorten
from kb.results import Rows

if TYPE_CHECKING:
    from kb.store import Store
    from kb.store.results import Value

__all__ = ["PROGRAM_COLUMNS", "Card", "Fact", "Section", "card", "cards_folder", "query_of"]

#: Columns of answers that hold numbers of programs.
PROGRAM_COLUMNS = ("id", "from", "to", "program")
#: What stands between the values of a cell with several, in the card; the queries join them with a tab, which no name
#: holds, and which every engine keeps (Virtuoso 7 writes "?" for a separator that is not ASCII).
SEPARATOR = " · "


class Fact(NamedTuple):
    """One fact: what it is called, its value, a remark on the value, and the IRI of the thing that the value names."""

    name: str
    value: Value
    note: str | None = None
    iri: str | None = None

    @property
    def text(self) -> str:
        """The value for reading, with its remark in brackets."""
        shown = shorten(self.value)
        return f"{shown} ({self.note})" if self.note else shown


@dataclass(frozen=True)
class Section:
    """The answer to one question about the thing; ``again`` is the command that gives all of it."""

    key: str
    title: str
    rows: Rows
    again: str


@dataclass(frozen=True, repr=False)
class Card:
    """What is known of one thing.

    Attributes
    ----------
    kind
        ``program``, ``observation``, ``object``, ``template``, ``instrument``, ``person``, ``activity``,
        ``element``, or ``thing`` for others.
    iri
        Its IRI.
    title
        Its label.
    facts
        In order; a fact with several values stands once per value.
    sections
        Tables about it, those without rows left out.
    pages
        Addresses of the pages of the programs that the sections name, by number.

    """

    kind: str
    iri: str
    title: str
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    pages: Mapping[int, str] = field(default_factory=dict)

    def fact(self, name: str) -> list[Value]:
        """Return the values of a fact, none where it is not known."""
        return [fact.value for fact in self.facts if fact.name == name]

    def section(self, key: str) -> Rows:
        """Return the rows of a section, none where nothing is known.

        Raises
        ------
        KeyError
            Cards of this kind have no such section.

        """
        found = [section.rows for section in self.sections if section.key == key]
        if not found and key not in {entry["key"] for entry in _sections(self.kind)}:
            raise KeyError(key)
        return found[0] if found else Rows((), [])

    def __repr__(self) -> str:
        return f"Card({self.kind}, {self.title!r})"

    def _repr_html_(self) -> str:
        """Show the card in a notebook."""
        from kb.render.card import card_fragment

        return card_fragment(self)


def card(store: Store, kind: str, iri: str) -> Card:
    """Put the card of a thing together.

    Parameters
    ----------
    store
        Where to look.
    kind
        One of the kinds of :class:`Card`.
    iri
        The thing; see :func:`kb.names.find`.

    """
    from kb.lookups import pages_of

    answer = store.query(query_of(cards_folder() / f"{kind}.rq", kind, iri))
    facts = [
        Fact(str(fact), value, None if note is None else str(note), None if link is None else str(link))
        for _, fact, value, note, link in answer
    ]
    title = next((shorten(fact.value) for fact in facts if fact.name == "Title"), iri)
    sections = tuple(
        section for entry in _sections(kind) if len((section := _section(store, kind, iri, title, entry)).rows)
    )
    linked = pages_of(store, (number for section in sections for number in _programs(section.rows)))
    return Card(kind, iri, title, tuple(fact for fact in facts if fact.name != "Title"), sections, linked)


def _section(store: Store, kind: str, iri: str, title: str, entry: Mapping[str, str]) -> Section:
    question = entry.get("question")
    if "query" in entry:
        path = cards_folder() / "sections" / f"{entry['query']}.rq"
    else:
        path = cards_folder().parent / "questions" / f"{question}.rq"
    # The slots that are not filled stand at "anything" in the file; the header is comments, and needs no YAML.
    found = Rows.of(store.query(query_of(path, kind, iri)))
    rows = Rows(found.columns, [tuple(map(_sorted_parts, row)) for row in found])
    from shlex import quote

    name = quote(iri.rsplit("/", 1)[1] if kind == "program" else title)
    return Section(
        entry["key"],
        entry["title"],
        rows,
        f"kb ask {question} --{kind} {name}" if question else f"kb show {name} -f json",
    )


def _programs(rows: Rows) -> Iterator[int]:
    for name in set(rows.columns) & set(PROGRAM_COLUMNS):
        yield from (value for value in rows.column(name) if isinstance(value, int))


def _sorted_parts(value: Value) -> Value:
    """Sort the values of a cell with several, which a tab parts: engines join them in any order."""
    if isinstance(value, str) and "\t" in value:
        return SEPARATOR.join(sorted(value.split("\t")))
    return value


def query_of(path: Path, slot: str, iri: str) -> str:
    """Return the query of a file for one thing."""
    from kb.lookups import fill_slot

    return fill_slot(path.read_text(encoding="utf-8"), slot, f"<{iri}>")


def _sections(kind: str) -> list[dict[str, str]]:
    loaded: dict[str, list[dict[str, str]]] = json.loads((cards_folder() / "sections.json").read_text(encoding="utf-8"))
    return loaded[kind]


def cards_folder() -> Path:
    """Return the folder of the queries of cards."""
    from kb.vocabulary import ontology_dir

    return ontology_dir() / "cards"
