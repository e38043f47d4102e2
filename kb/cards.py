"""Cards: what is known of one thing, put together from queries.

``ontology/cards/<type>.rq`` lists the facts of a type of thing, and ``sections.json`` the saved questions and the
queries of ``ontology/cards/sections`` whose answers follow; a new card needs no code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from kb.results import Rows, shorten, to_json

if TYPE_CHECKING:
    from kb.store import Store
    from kb.store.results import Value

__all__ = ["FORMATS", "Card", "Fact", "Section", "card", "write_card"]

FORMATS = ("text", "json", "markdown", "turtle", "html")

#: Rows of a section that are shown; the rest is one command away.
SHOWN_ROWS = 20
WIDTH = 100

#: Columns of answers that hold numbers of programs.
PROGRAM_COLUMNS = ("id", "from", "to", "program")
#: What stands between the values of a cell with several, in the card; the queries join them with a tab, which no name
#: holds, and which every engine keeps (Virtuoso 7 writes "?" for a separator that is not ASCII).
SEPARATOR = " · "

_MARKS = re.compile(r"([\\`*_\[\]<>|#~&])")


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
        ``program``, ``observation``, ``object``, ``template``, ``instrument``, ``person``, ``activity``, or ``thing``
        for others.
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
    from kb.questions import pages_of

    answer = store.query(_query(_folder() / f"{kind}.rq", kind, iri))
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
        path = _folder() / "sections" / f"{entry['query']}.rq"
    else:
        path = _folder().parent / "questions" / f"{question}.rq"
    # The slots that are not filled stand at "anything" in the file; the header is comments, and needs no YAML.
    found = Rows.of(store.query(_query(path, kind, iri)))
    rows = Rows(found.columns, [tuple(map(_sorted_parts, row)) for row in found])
    from shlex import quote

    name = quote(iri.rsplit("/", 1)[1] if kind == "program" else title)
    return Section(
        entry["key"],
        entry["title"],
        rows,
        f"kb ask {question} --{kind} {name}" if question else f"kb show {name} -f json",
    )


def write_card(store: Store, kind: str, iri: str, form: str, stream: IO[bytes]) -> None:
    """Write the card of a thing in one of :data:`FORMATS`.

    ``json`` is described by ``ontology/cards/card.schema.json``; ``turtle`` is what the store states of the thing and
    of its own parts; ``html`` is one page that needs no network.
    """
    if form == "turtle":
        store.query(_query(_folder() / "describe.rq", "thing", iri)).write(stream, "ttl")
        return
    shown = card(store, kind, iri)
    if form == "html":
        from kb.render.card import card_page

        stream.write(card_page(shown).encode())
        return
    lines = {"text": _text, "json": _json, "markdown": _markdown}[form](shown)
    stream.write("\n".join(lines).encode() + b"\n")


def _text(shown: Card) -> Iterator[str]:
    from textwrap import wrap

    yield shown.title
    yield shown.iri
    if shown.facts:
        yield ""
        width = max(len(fact.name) for fact in shown.facts)
        previous = ""
        for fact in shown.facts:
            head = fact.name if fact.name != previous else ""
            previous = fact.name
            for line in wrap(fact.text, WIDTH - width - 2, break_long_words=False, break_on_hyphens=False) or [""]:
                yield f"{head:<{width}}  {line}".rstrip()
                head = ""
    for section in shown.sections:
        yield ""
        yield heading(section)
        yield from ("  " + line for line in _first(section).to_table().splitlines())
        yield from ("  " + line for line in _rest(section))


def _markdown(shown: Card) -> Iterator[str]:
    yield f"# {_marked(shown.title)}"
    yield ""
    yield f"<{shown.iri}>"
    yield ""
    for fact in shown.facts:
        address = str(fact.value).startswith("https://")
        yield f"- **{_marked(fact.name)}**: " + (f"<{fact.value}>" if address else _marked(fact.text))
    for section in shown.sections:
        rows = _first(section)
        yield ""
        yield f"## {heading(section)}"
        yield ""
        yield "| " + " | ".join(map(_marked, rows.columns)) + " |"
        yield "| " + " | ".join("---:" if rows.is_number(i) else "---" for i in range(len(rows.columns))) + " |"
        for row in rows:
            cells = (
                f"[{value}]({page})" if (page := page_of(shown, name, value)) else _marked(shorten(value))
                for name, value in zip(rows.columns, row, strict=True)
            )
            yield "| " + " | ".join(cells) + " |"
        yield from ("\n" + _marked(line) for line in _rest(section))


def _json(shown: Card) -> Iterator[str]:
    facts: dict[str, list[dict[str, object]]] = {}
    for fact in shown.facts:
        stated = {"value": to_json(fact.value), "note": fact.note, "iri": fact.iri}
        kept = {key: value for key, value in stated.items() if value is not None}
        facts.setdefault(fact.name.lower().replace(" ", "_"), []).append(kept)
    record: dict[str, Any] = {"iri": shown.iri, "type": shown.kind, "title": shown.title, "facts": facts}
    record["sections"] = {
        section.key: [{name: to_json(value) for name, value in row.items()} for row in section.rows.dicts()]
        for section in shown.sections
    }
    record["pages"] = {str(number): page for number, page in shown.pages.items()}
    yield json.dumps(record, ensure_ascii=False, indent=2)


def heading(section: Section) -> str:
    """Title of a section with the number of its rows."""
    return f"{section.title} ({len(section.rows)})"


def page_of(shown: Card, column: str, value: Value) -> str | None:
    """Address of the program that a cell names, if it names one that has a page."""
    return shown.pages.get(value) if column in PROGRAM_COLUMNS and isinstance(value, int) else None


def _programs(rows: Rows) -> Iterator[int]:
    for name in set(rows.columns) & set(PROGRAM_COLUMNS):
        yield from (value for value in rows.column(name) if isinstance(value, int))


def _sorted_parts(value: Value) -> Value:
    """Sort the values of a cell with several, which a tab parts: engines join them in any order."""
    if isinstance(value, str) and "\t" in value:
        return SEPARATOR.join(sorted(value.split("\t")))
    return value


def _first(section: Section) -> Rows:
    return Rows(section.rows.columns, section.rows.rows[:SHOWN_ROWS])


def _rest(section: Section) -> Iterator[str]:
    more = len(section.rows) - SHOWN_ROWS
    if more > 0:
        yield f"… and {more} more: {section.again}"


def _marked(text: str) -> str:
    r"""Keep a text from being read as Markdown or HTML.

    >>> _marked("F150W2 | *HD_1*")
    'F150W2 \\| \\*HD\\_1\\*'
    """
    return _MARKS.sub(r"\\\1", text)


def _query(path: Path, slot: str, iri: str) -> str:
    from kb.questions import fill_slot

    return fill_slot(path.read_text(encoding="utf-8"), slot, f"<{iri}>")


def _sections(kind: str) -> list[dict[str, str]]:
    loaded: dict[str, list[dict[str, str]]] = json.loads((_folder() / "sections.json").read_text(encoding="utf-8"))
    return loaded[kind]


def _folder() -> Path:
    from kb.vocabulary import ontology_dir

    return ontology_dir() / "cards"
