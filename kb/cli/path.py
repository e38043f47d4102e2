"""``kb path``: how two things are joined."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kb.cli.session import PATH, Session, data_out, format_option
from kb.results import write_rows
from kb.ties import TYPES


@click.command(epilog="\b\nExample:\n  kb path 7487 'HD 2811'\n  kb path 7487 miri -f markdown")
@click.argument("start", metavar="A")
@click.argument("end", metavar="B")
@click.option("--ways", type=click.IntRange(1, 50), default=5, show_default=True, help="How many ways at most.")
@click.option("--without", multiple=True, type=click.Choice(TYPES), help="Lead through none of these; repeatable.")
@click.option("--picture", type=PATH, help="Draw the ways: .html .svg .png .pdf.")
@format_option("table", "csv", "jsonl", "markdown", default="table")
@click.pass_obj
def command(
    session: Session, start: str, end: str, ways: int, without: tuple[str, ...], picture: Path | None, form: str
) -> None:
    """Say how two programs, or any two things, are joined.

    A and B are what you would call them: 7487, "HD 2811", a person, an activity.  Each way is a chain of shared
    objects, people, activities, references and steps of a lineage, the closest first: what few programs share joins
    closer than what many do.  No two ways have a thing in between in common.  Templates and instruments, which join
    everything, are the last resort, and then one way is told.  Every step says what joins, the words or the rule
    behind it, and the page.
    """
    from kb.names import find
    from kb.ties.path import FAR, path, path_rows

    with session.reading() as store:
        ends = [find(store, text, session.say)[1] for text in (start, end)]
        found = path(store, ends[0], ends[1], ways=ways, without=without)
        write_rows(path_rows(store, found), form, data_out(), terminal=sys.stdout.isatty())
        if not found:
            session.say(f"nothing joins {start} and {end}")
        elif found[0].cost > FAR:
            session.say(f"nothing joins {start} and {end} closely: the way has {len(found[0].ties)} steps")
        if found and picture:
            from kb.ties.picture import ways as drawn
            from kb.ties.picture import write_picture

            write_picture(store, drawn(store, found), picture)
            session.say(f"{picture}: {len(found)} ways")
