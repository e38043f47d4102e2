"""``kb search``: full text."""

from __future__ import annotations

import sys

import click

from kb.cli.session import Session, data_out, format_option

#: As kb.search has them, which is imported when the command runs.
KINDS = ("program", "object", "person", "template", "instrument")


@click.command(epilog="\b\nExample:\n  kb search absolute flux calibration\n  kb search HD2811 --kind object -f jsonl")
@click.argument("words", nargs=-1, required=True)
@click.option("--kind", type=click.Choice(KINDS), help="Find only these.")
@click.option(
    "--limit", type=click.IntRange(min=1, max=100_000), default=20, show_default=True, help="Number of hits at most."
)
@format_option("table", "csv", "jsonl", "markdown")
@click.pass_obj
def command(session: Session, words: tuple[str, ...], kind: str | None, limit: int, form: str | None) -> None:
    """Look words up in titles, abstracts, descriptions, labels, names of targets and people.

    The best comes first, with the passage.  All words must be there, in any form (disk finds disks); letters and
    digits that follow each other stand together, so AS 205 finds AS-205 and AS205; so does what is in quotes.
    spectro* is any word that begins so.  Objects are found by every name that the rules know.
    """
    from kb.results import write_rows
    from kb.search import search, to_rows

    with session.reading() as store:
        hits = search(store, " ".join(words), kind, limit, session.say)
    if hits or form in ("csv", "jsonl"):
        write_rows(to_rows(hits, form), form, data_out(), terminal=sys.stdout.isatty())
    if not hits:
        session.say("nothing found")
