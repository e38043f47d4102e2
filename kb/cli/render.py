"""``kb render``: a picture of a neighbourhood."""

from __future__ import annotations

from pathlib import Path

import click

from kb.cli.session import Session


@click.command(epilog="\b\nExample:\n  kb render 7487.html --focus 7487 --depth 3")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--focus", metavar="ID", help="What stands in the middle: 7487, 'HD 2811', miri …; without it, all.")
@click.option("--depth", type=click.IntRange(1, 8), default=3, show_default=True, help="Steps from the middle.")
@click.pass_obj
def command(session: Session, file: Path, focus: str | None, depth: int) -> None:
    """Draw a neighbourhood as an interactive offline page.

    From a program one step leads to its observations and targets, two to templates and sky objects, three to
    instruments and to the other programs that point at the same objects.  The page needs no network.
    """
    from kb.graph import to_networkx
    from kb.names import find
    from kb.render import write_page

    with session.reading() as store:
        iri = find(store, focus, session.say)[1] if focus else None
        graph = to_networkx(store, focus=iri, depth=depth)
    if iri is None:  # what hangs on nothing tells nothing in a picture
        graph.remove_nodes_from([node for node, degree in graph.degree() if not degree])
    write_page(graph, file)
    session.say(f"{file}: {graph.number_of_nodes()} nodes, {graph.number_of_edges()} links")
