"""``kb diff``: what changed between two stores, snapshots or dumps."""

from __future__ import annotations

import sys

import click

from kb.cli.session import Session, data_out, format_option


@click.command(epilog="\b\nExample:\n  kb export before.nq && kb diff before.nq\n  kb diff before.nq --program 7487")
@click.argument("old", required=False)
@click.argument("new", required=False)
@format_option("table", "jsonl", "markdown", "csv", "patch", "update", default="table")
@click.option("--program", type=int, metavar="ID", help="Only this program and its documents.")
@click.pass_obj
def command(session: Session, old: str | None, new: str | None, form: str, program: int | None) -> None:
    """Say what changed between two stores, snapshots or dumps.

    OLD and NEW are each the folder of a store, a snapshot of it (FOLDER@previous, @previous for the store in use) or a
    dump in any RDF format (.nq .nt .trig .ttl .jsonld .rdf).  Without NEW it is the store in use, without OLD as well
    its previous snapshot.  Rows are matched by label, template and targets, not by number.  -f patch is an RDF patch
    that makes OLD's statements NEW's, -f update the same as SPARQL Update.  Nothing is printed where nothing differs.
    """
    from kb.diff import diff, open_side
    from kb.diff.changes import write_changes
    from kb.diff.patch import write_patch, write_update

    here = session.location()
    old, new = (here + side if side.startswith("@") else side for side in (old or "@previous", new or here))
    with open_side(old) as before, open_side(new) as after:
        made = diff(before, after, program)
    if made.unnamed:
        session.say("one side is triples without graphs: compared as triples")
    if not made.graphs:
        session.say(f"no difference between {old} and {new}")
        return
    gone, come = (sum(len(getattr(graph, side)) for graph in made.graphs) for side in ("removed", "added"))
    session.say(f"{len(made.changes)} changes: {gone} statements removed and {come} added")
    if form == "patch":
        write_patch(made.graphs, data_out())
    elif form == "update":
        write_update(made.graphs, data_out())
    else:
        write_changes(made.changes, form, data_out(), terminal=sys.stdout.isatty())
