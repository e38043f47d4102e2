"""``kb query``: SPARQL in, rows out."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kb.cli.session import Session, data_out, format_option
from kb.results import FORMATS, write_result


@click.command(
    epilog="\b\nExample:\n  kb query 'SELECT ?program ?title { ?program dcterms:title ?title } ORDER BY ?title LIMIT 3'"
)
@click.argument("sparql")
@format_option(*FORMATS)
@click.pass_obj
def command(session: Session, sparql: str, form: str | None) -> None:
    """Run a SPARQL query.

    SPARQL is the query itself, ``-`` for standard input, or @FILE.  The prefixes of the knowledge base need not be
    declared, and the default graph is everything.  Without -f a SELECT prints a table and a CONSTRUCT Turtle;
    turtle, nt, jsonld and rdf are for CONSTRUCT, the other formats for SELECT and ASK.
    """
    text = _text(sparql)
    with session.reading() as store:
        write_result(store.query(text), form, data_out(), terminal=sys.stdout.isatty())


def _text(argument: str) -> str:
    if argument == "-":
        return sys.stdin.read()
    if argument.startswith("@"):
        return Path(argument[1:]).read_text(encoding="utf-8")
    return argument
