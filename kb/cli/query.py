"""``kb query``: SPARQL in, rows out."""

from __future__ import annotations

import os.path
import re
import sys
from pathlib import Path

import click

from kb.cli.session import Session, data_out, format_option
from kb.errors import UsageError
from kb.results import FORMATS, Rows, write_result, write_rows

#: What may hold the name of a term and is none: strings, comments.
_NO_TERMS = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|(?:^|\s)#[^\n]*')


@click.command(
    epilog="\b\nExample:\n  kb query 'SELECT ?program ?title { ?program dcterms:title ?title } ORDER BY ?title LIMIT 3'"
)
@click.argument("sparql")
@format_option(*FORMATS)
@click.pass_obj
def command(session: Session, sparql: str, form: str | None) -> None:
    """Run a SPARQL query.

    SPARQL is the query itself, - for standard input, or @FILE.  The prefixes of the knowledge base need not be
    declared, and the default graph is everything.  Without -f a SELECT prints a table and a CONSTRUCT Turtle;
    turtle, nt, jsonld and rdf are for CONSTRUCT, the other formats for SELECT and ASK.
    """
    text = _text(sparql)
    if not text.strip():
        raise UsageError("an empty query; give SPARQL, @FILE, or - for standard input")
    with session.reading() as store:
        result = store.query(text)
        if result.kind == "select" and form in (None, "table"):
            rows = Rows.of(result)
            write_rows(rows, form, data_out(), terminal=sys.stdout.isatty())
            if not rows.columns:
                session.say("the query has no variables, so there is nothing to show")
            elif not len(rows):
                session.say("; ".join(["nothing answers to that", *_unknown_terms(text)]))
        else:
            write_result(result, form, data_out(), terminal=sys.stdout.isatty())


def _unknown_terms(sparql: str) -> list[str]:
    """Say which terms of a query the ontology does not have, and what is near to them."""
    from kb.iris import ONTOLOGY
    from kb.nearest import nearest
    from kb.vocabulary import load

    known = load().terms
    found = re.findall(rf"(?:\bjkb:|<{ONTOLOGY}(?=\w+>))(\w+)", _NO_TERMS.sub(" ", sparql))
    return [
        f"the ontology has no jkb:{name} ({nearest(name, known)})" for name in dict.fromkeys(found) if name not in known
    ]


def _text(argument: str) -> str:
    if argument == "-":
        return _decoded(sys.stdin.buffer.read(), "standard input")
    if argument.startswith("@"):
        if argument == "@":
            raise UsageError("@ needs the name of a file, as in @query.rq")
        path = Path(argument[1:])
        try:
            return _decoded(path.read_bytes(), str(path))
        except OSError as error:
            raise UsageError(f"{path}: cannot be read ({(error.strerror or str(error)).lower()})") from None
    if "{" not in argument and os.path.isfile(argument):  # noqa: PTH113 - Path raises on a query too long for a name
        raise UsageError(f"{argument} is a file: write kb query @{argument}")
    return argument


def _decoded(text: bytes, name: str) -> str:
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{name}: not text in UTF-8, so not a query") from None
