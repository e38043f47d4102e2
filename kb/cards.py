"""Cards: what is known of one thing, put together from saved questions.

``ontology/cards/<type>.rq`` lists the facts of a type of thing, and ``sections.json`` the questions whose answers
follow; a new card needs no code.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kb.results import Rows, shorten, to_json

if TYPE_CHECKING:
    from kb.store import Store

__all__ = ["FORMATS", "Card", "Section", "card", "write_card"]

FORMATS = ("text", "json", "markdown", "turtle")

#: Rows of a section that are shown; the rest is one `kb ask` away.
SHOWN_ROWS = 20
WIDTH = 100


@dataclass(frozen=True)
class Section:
    """The answer to one question about the thing; ``again`` is the command that gives all of it."""

    title: str
    rows: Rows
    again: str


@dataclass(frozen=True)
class Card:
    """What is known of one thing: ``facts`` in order, a fact with several values once per value."""

    kind: str
    iri: str
    title: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]


def card(store: Store, kind: str, iri: str) -> Card:
    """Put the card of a thing together.

    Parameters
    ----------
    store
        Where to look.
    kind
        ``program``, ``object``, ``template``, ``instrument``, ``person`` or ``activity``.
    iri
        The thing; see :func:`kb.names.find`.

    """
    facts = [(str(fact), shorten(value)) for _, fact, value in store.query(_query(_folder() / f"{kind}.rq", kind, iri))]
    title = next((value for fact, value in facts if fact == "Title"), iri)
    name = iri.rsplit("/", 1)[1] if kind == "program" else title
    sections = []
    for entry in json.loads((_folder() / "sections.json").read_text(encoding="utf-8"))[kind]:
        question, parameter = entry["question"], entry["parameter"]
        # The slots that are not filled stand at "anything" in the file; the header is comments, and needs no YAML.
        rows = Rows.of(store.query(_query(_folder().parent / "questions" / f"{question}.rq", parameter, iri)))
        if len(rows):
            quoted = f"'{name}'" if " " in name else name
            sections.append(Section(entry["title"], rows, f"kb ask {question} --{parameter} {quoted}"))
    return Card(kind, iri, title, tuple(pair for pair in facts if pair[0] != "Title"), tuple(sections))


def write_card(store: Store, kind: str, iri: str, form: str, stream: IO[bytes]) -> None:
    """Write the card of a thing as ``text``, ``json``, ``markdown`` or ``turtle``."""
    if form == "turtle":
        store.query(_query(_folder() / "describe.rq", "thing", iri)).write(stream, "ttl")
        return
    shown = card(store, kind, iri)
    lines = {"text": _text, "json": _json, "markdown": _markdown}[form](shown)
    stream.write("\n".join(lines).encode() + b"\n")


def _text(shown: Card) -> Iterator[str]:
    from textwrap import wrap

    yield shown.title
    yield shown.iri
    if shown.facts:
        yield ""
        width = max(len(fact) for fact, _ in shown.facts)
        previous = ""
        for fact, value in shown.facts:
            head = fact if fact != previous else ""
            previous = fact
            for line in wrap(value, WIDTH - width - 2, break_long_words=False, break_on_hyphens=False) or [""]:
                yield f"{head:<{width}}  {line}".rstrip()
                head = ""
    for section in shown.sections:
        yield ""
        yield _heading(section)
        yield from ("  " + line for line in _first(section).to_table().splitlines())
        yield from ("  " + line for line in _rest(section))


def _markdown(shown: Card) -> Iterator[str]:
    from io import BytesIO

    from kb.results import write_rows

    yield f"# {shown.title}"
    yield ""
    yield f"<{shown.iri}>"
    yield ""
    yield from (f"- **{fact}**: {value}" for fact, value in shown.facts)
    for section in shown.sections:
        buffer = BytesIO()
        write_rows(_first(section), "markdown", buffer)
        yield ""
        yield f"## {_heading(section)}"
        yield ""
        yield from buffer.getvalue().decode().splitlines()
        yield from ("\n" + line for line in _rest(section))


def _json(shown: Card) -> Iterator[str]:
    facts: dict[str, list[str]] = {}
    for fact, value in shown.facts:
        facts.setdefault(fact, []).append(value)
    record: dict[str, Any] = {"iri": shown.iri, "type": shown.kind, "title": shown.title, "facts": facts}
    record["sections"] = {
        section.title: [{name: to_json(value) for name, value in row.items()} for row in section.rows.dicts()]
        for section in shown.sections
    }
    yield json.dumps(record, ensure_ascii=False, indent=2)


def _heading(section: Section) -> str:
    return f"{section.title} ({len(section.rows)})"


def _first(section: Section) -> Rows:
    return Rows(section.rows.columns, section.rows.rows[:SHOWN_ROWS])


def _rest(section: Section) -> Iterator[str]:
    more = len(section.rows) - SHOWN_ROWS
    if more > 0:
        yield f"… and {more} more: {section.again}"


def _query(path: Path, slot: str, iri: str) -> str:
    from kb.questions import fill_slot

    return fill_slot(path.read_text(encoding="utf-8"), slot, f"<{iri}>")


def _folder() -> Path:
    from kb.vocabulary import ontology_dir

    return ontology_dir() / "cards"
