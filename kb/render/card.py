"""A card as one HTML page that needs nothing from the network, and as a fragment for notebooks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.cards import SHOWN_ROWS, heading, page_of
from kb.results import shorten

if TYPE_CHECKING:
    import jinja2

    from kb.cards import Card

__all__ = ["card_fragment", "card_page"]

#: Texts of facts that are read as paragraphs, not as a line of a list.
_LONG = 120


def card_page(shown: Card) -> str:
    """Return a card as the text of an offline page; what documents say is shown as text, never run."""
    return _template("card.html").render(**_words(shown))


def card_fragment(shown: Card) -> str:
    """Return a card as HTML without a style of its own, the first rows of each table, for notebooks."""
    return _template("card-fragment.html").render(**_words(shown))


def _words(shown: Card) -> dict[str, Any]:
    facts: dict[str, list[dict[str, Any]]] = {}
    for fact in shown.facts:
        address = str(fact.value) if str(fact.value).startswith("https://") else None
        text = str(address).removeprefix("https://") if address else fact.text
        facts.setdefault(fact.name, []).append({"text": text, "address": address, "long": len(text) > _LONG})
    sections = [
        {
            "key": section.key,
            "heading": heading(section),
            "title": section.title,
            "count": len(section.rows),
            "columns": [(name, section.rows.is_number(place)) for place, name in enumerate(section.rows.columns)],
            "rows": [
                [
                    {"text": shorten(value), "address": page_of(shown, name, value)}
                    for name, value in zip(section.rows.columns, row, strict=True)
                ]
                for row in section.rows
            ],
            "again": section.again,
        }
        for section in shown.sections
    ]
    return {
        "card": shown,
        "short": {name: values for name, values in facts.items() if not any(value["long"] for value in values)},
        "long": {name: values for name, values in facts.items() if any(value["long"] for value in values)},
        "sections": sections,
        "shown_rows": SHOWN_ROWS,
    }


def _template(name: str) -> jinja2.Template:
    import jinja2

    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.from_string(Path(__file__).with_name(name).read_text(encoding="utf-8"))
