"""``kb graph``: what the whole of the ties tells."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.cli.session import PATH, Command, Session, data_out, format_option
from kb.results import Rows, write_rows
from kb.ties import TYPES

if TYPE_CHECKING:
    import networkx

    from kb.store import Store


@click.group(
    epilog="\b\nExample:\n  kb graph central\n  kb graph communities\n  kb graph neighbourhood 7487 --picture near.html"
)
def command() -> None:
    """Communities, central objects, neighbourhoods.

    The ties are shared objects, people, activities, references and lineage.
    """


def _outputs(made: Command) -> Command:
    """Make the options that all of them have."""
    options: tuple[Callable[[Command], Command], ...] = (
        click.option("--picture", type=PATH, help="Draw it: .html .svg .png .pdf."),
        format_option("table", "csv", "jsonl", "markdown", default="table"),
    )
    for option in reversed(options):
        made = option(made)
    return made


@command.command(epilog="\b\nExample:\n  kb graph neighbourhood 7487 --depth 2")
@click.argument("thing", metavar="ID")
@click.option("--depth", type=click.IntRange(1, 6), default=1, show_default=True, help="Steps from the thing.")
@_outputs
@click.pass_obj
def neighbourhood(session: Session, thing: str, depth: int, picture: Path | None, form: str) -> None:
    """List what is tied to a thing, the closest first."""
    from kb.names import find
    from kb.ties.around import neighbourhood as around

    with session.reading() as store:
        iri = find(store, thing, session.say)[1]
        part, rows = around(store, iri, depth)
        _show(session, store, rows, form, picture, lambda: part, iri, f"Around {thing}")


@command.command(epilog="\b\nExample:\n  kb graph communities")
@click.argument("thing", metavar="[ID]", required=False)
@_outputs
@click.pass_obj
def communities(session: Session, thing: str | None, picture: Path | None, form: str) -> None:
    """List the communities of programs, or the members of that of a thing.

    Things are in one community that are tied to each other more than to the rest (the Louvain method).
    """
    from kb.names import find
    from kb.ties.around import communities as groups_of
    from kb.ties.around import community, inside

    with session.reading() as store:
        if thing is None:
            graph, groups, rows = groups_of(store)
            _show(session, store, rows, form, picture, lambda: inside(graph, groups), None, "Communities")
        else:
            iri = find(store, thing, session.say)[1]
            part, rows = community(store, iri)
            _show(session, store, rows, form, picture, lambda: part, iri, f"Community of {thing}")


@command.command(epilog="\b\nExample:\n  kb graph central --type object --type person -n 10")
@click.option(
    "--type", "types", multiple=True, type=click.Choice(TYPES[:4]), default=("object",), show_default=True,
    help="Which things; repeatable.",
)  # fmt: skip
@click.option("-n", "count", type=click.IntRange(1), default=20, show_default=True, help="How many.")
@_outputs
@click.pass_obj
def central(session: Session, types: tuple[str, ...], count: int, picture: Path | None, form: str) -> None:
    """List the things that hold the map together.

    between is the share of all shortest ways that lead through the thing, in per cent.
    """
    from kb.ties.around import central as ranked

    with session.reading() as store:
        graph, nodes, rows = ranked(store, types, count)
        near = {near for node in nodes for near in graph[node]}
        _show(session, store, rows, form, picture, lambda: graph.subgraph({*nodes, *near}), None, "Central things")


def _show(
    session: Session,
    store: Store,
    rows: Rows,
    form: str,
    picture: Path | None,
    drawn: Callable[[], networkx.Graph[str]],
    focus: str | None,
    title: str,
) -> None:
    write_rows(rows, form, data_out(), terminal=sys.stdout.isatty())
    if picture:
        from kb.ties.picture import drawing, write_picture

        part = drawn()
        ties = (tie for _, _, found in part.edges(data="ties") for tie in found)
        write_picture(store, drawing(store, ties, focus=[focus] if focus else ()), picture, title=title)
        session.say(f"{picture}: {part.number_of_nodes()} things, {part.number_of_edges()} ties")
