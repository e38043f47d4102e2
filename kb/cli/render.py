"""``kb render``: pictures."""

from __future__ import annotations

from pathlib import Path

import click

from kb.cli.session import PATH, Session


@click.command(
    epilog="\b\nExample:\n  kb render 7487.html --focus 7487 --depth 3\n"
    "  kb render ways.svg --path 'HD 2811' 'HD 55677'\n  kb render map.html"
)
@click.argument("file", type=PATH)
@click.option("--focus", metavar="ID", multiple=True, help="What stands in the middle: 7487, 'HD 2811' …; repeatable.")
@click.option("--depth", type=click.IntRange(1, 8), help="Steps from the middle; 3 where not given.")
@click.option("--path", "ends", nargs=2, metavar="A B", help="How two things are joined, from left to right.")
@click.option("--lineage", metavar="ID", help="The calibration lineage of a program, cycle by cycle.")
@click.option("--question", metavar="NAME", help="What the answer of a saved question speaks of.")
@click.option("--param", "pairs", multiple=True, metavar="NAME=VALUE", help="A parameter of the question.")
@click.option("--observations", is_flag=True, help="Draw every observation and target of the map too.")
@click.pass_obj
def command(
    session: Session,
    file: Path,
    focus: tuple[str, ...],
    depth: int | None,
    ends: tuple[str, str] | None,
    lineage: str | None,
    question: str | None,
    pairs: tuple[str, ...],
    observations: bool,
) -> None:
    """Draw a picture: an interactive offline page, or a drawing for paper.

    The suffix says which: .html is a page that needs no network; .svg, .png and .pdf are drawn by Graphviz.  Without a
    focus it is the map of all programs, objects, templates and instruments.  From a program one step leads to its
    observations and targets, two to templates and sky objects, three to instruments and to the other programs that
    point at the same objects.
    """
    from kb.cli.ask import pairs_of
    from kb.pictures import picture
    from kb.render import write_picture

    if (depth is not None and not focus) or (pairs and question is None):
        raise click.UsageError("--depth goes with --focus, --param with --question")
    if observations and (focus or ends or lineage or question):
        raise click.UsageError("--observations is for the map of everything; parts show theirs")
    with session.reading() as store:
        graph = picture(
            store,
            focus,
            depth or 3,
            path=ends,
            lineage=lineage,
            question=question,
            values=pairs_of(pairs),
            observations=observations,
            tell=session.say,
        )
    write_picture(graph, file)
    drawn = sum(not quiet for _, _, quiet in graph.edges(data="quiet"))
    session.say(f"{file}: {graph.number_of_nodes()} nodes, {drawn} links")
