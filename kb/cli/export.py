"""``kb export``: the graph to a file."""

from __future__ import annotations

from pathlib import Path

import click

from kb.cli.session import Session, data_out


@click.command(epilog="\b\nExample:\n  kb export programs.ttl\n  kb export - -f nt | head -1")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("-f", "--format", "form", help="Format, where the suffix does not say: ttl nt nq trig jsonld rdf csv.")
@click.option("--graph", metavar="IRI", help="Only this graph, for example that of one document.")
@click.pass_obj
def command(session: Session, file: str, form: str | None, graph: str | None) -> None:
    """Write the graph to a file, format by suffix.

    FILE ends in .ttl .nt .nq .trig .jsonld .rdf or, for the table of observations, .csv; - is standard output.  The
    same content gives the same bytes, whatever the builds that made it.
    """
    from kb.export import write

    with session.open() as store:
        write(store, data_out() if file == "-" else Path(file), form, graph)
    if file != "-":
        session.say(f"{file}: {Path(file).stat().st_size / 1e6:.1f} MB")
