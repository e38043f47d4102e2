"""Cards written: as text, JSON, Markdown, Turtle or a page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from kb.cards.card import PROGRAM_COLUMNS, Card, Section, card, cards_folder, query_of
from kb.layouts import shorten, to_json
from kb.results import Rows

if TYPE_CHECKING:
    from kb.store import Store
    from kb.store.results import Value

__all__ = ["FORMATS", "SHOWN_ROWS", "TABLE_WIDTH", "heading", "page_of", "write_card"]

FORMATS = ("text", "json", "markdown", "turtle", "html")

#: Rows of a section that are shown; the rest is one command away.
SHOWN_ROWS = 20
#: Columns of running text, and of tables; a narrower terminal has its own say.
WIDTH, TABLE_WIDTH = 100, 120

_MARKS = re.compile(r"([\\`*_\[\]<>|#~&])")


def write_card(store: Store, kind: str, iri: str, form: str, stream: IO[bytes], *, width: int = TABLE_WIDTH) -> None:
    """Write the card of a thing in one of :data:`FORMATS`.

    ``json`` is described by ``ontology/cards/card.schema.json``; ``turtle`` is what the store states of the thing and
    of its own parts; ``html`` is one page that needs no network.
    ``width`` is that of text: running text takes no more than :data:`WIDTH` of it, tables all.
    """
    if form == "turtle":
        store.query(query_of(cards_folder() / "describe.rq", "thing", iri)).write(stream, "ttl")
        return
    shown = card(store, kind, iri)
    if form == "html":
        from kb.render.card import card_page

        stream.write(card_page(shown).encode())
        return
    lines = _text(shown, width) if form == "text" else {"json": _json, "markdown": _markdown}[form](shown)
    stream.write("\n".join(lines).encode() + b"\n")


def _text(shown: Card, width: int = TABLE_WIDTH) -> Iterator[str]:
    from textwrap import wrap

    yield shown.title
    yield shown.iri
    if shown.facts:
        yield ""
        names = max(len(fact.name) for fact in shown.facts)
        room = max(min(WIDTH, width) - names - 2, 20)
        previous = ""
        for fact in shown.facts:
            head = fact.name if fact.name != previous else ""
            previous = fact.name
            for line in wrap(fact.text, room, break_long_words=False, break_on_hyphens=False) or [""]:
                yield f"{head:<{names}}  {line}".rstrip()
                head = ""
    for section in shown.sections:
        yield ""
        yield heading(section)
        yield from ("  " + line for line in _first(section).to_table(width - 2).splitlines())
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
