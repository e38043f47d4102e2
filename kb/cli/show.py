"""``kb show``: a card for anything."""

from __future__ import annotations

import click

from kb.cards import FORMATS, write_card
from kb.cards.write import TABLE_WIDTH
from kb.cli.session import Session, data_out, format_option, terminal_width
from kb.names import find


@click.command(
    epilog="\b\nExample:\n  kb show 7487\n  kb show 'HD 2811' -f markdown\n  kb show 7487 -f html > 7487.html"
)
@click.argument("thing", metavar="ID", nargs=-1, required=True)
@format_option(*FORMATS, default="text")
@click.pass_obj
def command(session: Session, thing: tuple[str, ...], form: str) -> None:
    """Show a card for anything: program, object, template, instrument, person, filter and others.

    ID is what you would call it: 7487, "HD 2811", hd2811, miri, "MIRI Imaging", F1550C, the name of an investigator, of
    a document (7487.md), category or kind of finding, or an IRI (program/7487/row/3); 1433:2 is observation 2 of
    program 1433.  Names are matched whatever their case, spaces and hyphens.

    -f json is for scripts (its schema: ontology/cards/card.schema.json), turtle the statements about the thing and its
    own parts, markdown for pasting, html one page that works without a network and has every row.
    """
    with session.reading() as store:
        kind, iri = find(store, " ".join(thing), session.say)
        write_card(store, kind, iri, form, data_out(), width=terminal_width(TABLE_WIDTH))
