"""``kb validate``: SHACL over a store or a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.cli.session import PATH, Session, data_out, format_option
from kb.results import Rows, write_rows

if TYPE_CHECKING:
    from kb.validate import Validation

EXIT_FOUND = 3
#: Violations that the table shows; the other formats give all.
SHOWN = 50


@click.command(epilog="\b\nExample:\n  kb validate\n  kb export all.nq && kb validate all.nq -f csv > violations.csv")
@click.argument("path", required=False, metavar="[FILE]", type=PATH)
@format_option("table", "jsonl", "csv", default="table")
@click.option("--shapes", is_flag=True, help="Every shape with the nodes that it looked at instead of violations.")
@click.pass_obj
def command(session: Session, path: Path | None, form: str, shapes: bool) -> None:
    """Check that every node keeps the rules of the ontology (SHACL).

    Looks at the store, or at a file of RDF: Turtle, N-Triples, N-Quads, TriG, RDF/XML or JSON-LD.  The table says how
    many nodes every shape looked at; a shape that looked at none is a violation, unless its nodes need not be there.
    A file without documents or without all of the vocabulary is a part, as --focus, --question and --graph of kb export
    write it: what lies beyond its edge is counted and not checked.  Violations give exit code 3.
    """
    from kb.validate import validate

    part = False
    if path is None:
        store = session.open()
    else:
        from kb.validate.file import open_file

        store, part = open_file(path)
    with store:
        made = validate(store, part=part)
    rows = made.per_shape() if shapes else made.per_violation()
    if form == "table":
        _tables(made, shapes=shapes)
    else:
        write_rows(rows, form, data_out())
    sys.stdout.flush()
    session.say(f"{store.location}: {_summary(made)}")
    if part:
        session.say(f"a part of a knowledge base: {made.left_out} nodes beyond its edge are not in it, and not checked")
    if not made.conforms:
        sys.exit(EXIT_FOUND)


def _tables(made: Validation, *, shapes: bool) -> None:
    terminal, out = sys.stdout.isatty(), data_out()
    write_rows(made.per_shape(), "table", out, terminal=terminal)
    if made.conforms or shapes:
        return
    out.write(b"\n")
    out.flush()
    found = made.per_violation()
    columns = ("document", "line", "shape", "node", "property", "value", "message")
    kept = [found.columns.index(name) for name in columns]
    rows = [tuple(row[index] for index in kept) for row in found.rows[:SHOWN]]
    write_rows(Rows(columns, rows), "table", out, terminal=terminal)
    if len(found) > SHOWN:
        out.write(f"… {len(found) - SHOWN} more: kb validate -f csv\n".encode())


def _summary(made: Validation) -> str:
    nodes = sum(shape.nodes for shape in made.shapes)
    none = "" if nodes else "; nothing in it is of this ontology"
    found = len(made.violations)
    return f"{found} violation{'' if found == 1 else 's'}; {len(made.shapes)} shapes looked at {nodes} nodes{none}"
