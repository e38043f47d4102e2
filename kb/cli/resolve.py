"""``kb resolve``: names of targets, looked up in SIMBAD."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.cli.session import PATH, Session, data_out

if TYPE_CHECKING:
    from kb.resolve import Resolved, Wanted


@click.command(epilog="\b\nExample:\n  kb resolve --dry-run")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=PATH)
@click.option("--out", default="aliases.csv", show_default=True, metavar="FILE", help="The alias file to write; or -.")
@click.option("--names", metavar="FILE", help="Look up these names instead, one a line; - is standard input.")
@click.option("--dry-run", is_flag=True, help="Print the names that would be asked for, and ask nothing.")
@click.option("--service", metavar="URL", help="A TAP service with SIMBAD's tables.  [default: SIMBAD]")
@click.option("--batch", type=click.IntRange(1, 10000), default=200, show_default=True, help="Names in one question.")
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), default=30, show_default=True, help="Seconds per answer."
)
@click.option(
    "--retries", type=click.IntRange(min=0), default=3, show_default=True, help="Repetitions after a failure."
)
@click.option("--limit", type=click.IntRange(min=1), help="Ask for this many names at most, this time.")
@click.option("--refresh", is_flag=True, help="Ask also for names whose answer is remembered.")
@click.option("--cache", metavar="FILE", help="File that remembers the answers.  [default: in your cache folder]")
@click.pass_obj
def command(
    session: Session,
    paths: tuple[Path, ...],
    out: str,
    names: str | None,
    dry_run: bool,
    service: str | None,
    batch: int,
    timeout: float,
    retries: int,
    limit: int | None,
    refresh: bool,
    cache: str | None,
) -> None:
    """Look target names up in SIMBAD and write an alias file.

    This asks a service on the network (as kb fetch does, and nothing else), and sends names of targets only: those of
    the store, or of the documents at PATH.  Names that SIMBAD knows for one object and the rules do not become aliases,
    which a build reads with --aliases FILE.
    """
    from kb.resolve import SIMBAD, resolve, wanted
    from kb.resolve.rows import aliases_text, write_aliases

    objects = wanted(_targets(session, paths, names))
    if dry_run:
        _list(objects)
        return
    with session.progress("asking SIMBAD") as progress:
        made = resolve(objects, service or SIMBAD, cache, batch, timeout, retries, limit, refresh, progress)
    if out == "-":
        data_out().write(aliases_text(made.rows).encode())
    else:
        write_aliases(out, made.rows)
    session.say(_summary(out, made))


def _targets(session: Session, paths: tuple[Path, ...], names: str | None) -> list[tuple[int | None, str]]:
    from kb.resolve.wanted import names_in_readings, names_in_store

    if names is not None:
        data = sys.stdin.buffer.read() if names == "-" else Path(names).read_bytes()
        lines = data.decode("utf-8-sig", errors="replace").splitlines()
        return [(None, line.strip()) for line in lines if line.strip()]
    if paths:
        from kb.cli.documents import readings

        return list(names_in_readings(readings(paths)))
    with session.open() as store:
        return names_in_store(store)


def _list(objects: list[Wanted]) -> None:
    for name in (name for one in objects for name in one.names):
        data_out().write(name.encode() + b"\n")


def _summary(out: str, made: Resolved) -> str:
    names = f"{made.asked} names asked, {made.remembered} remembered, {made.known} known to SIMBAD"
    left = f", {made.left} left for another time" if made.left else ""
    unclear = f", {made.unclear} objects whose spellings SIMBAD tells apart" if made.unclear else ""
    return f"{out}: {len(made.rows)} aliases ({names}{left}{unclear})"
