"""``kb info``: what is in the store."""

from __future__ import annotations

import sys

import click

from kb.cli.session import Session, data_out, format_option
from kb.results import Rows, write_rows


@click.command(epilog="\b\nExample:\n  kb info")
@format_option("table", "jsonl", "csv", "markdown", default="table")
@click.pass_obj
def command(session: Session, form: str) -> None:
    """Say what is in the store: counts of things, statements and documents, and the versions."""
    from kb.knowledge import KnowledgeBase

    with session.reading() as store:
        rows = Rows(("what", "value"), list(KnowledgeBase(store).info().items()))
    write_rows(rows, form, data_out(), terminal=sys.stdout.isatty())
