"""``kb build``: documents into the store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.cli.session import Session, aliases_option

if TYPE_CHECKING:
    from kb.build import BuildReport


@click.command(epilog="\b\nExample:\n  kb build")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("--prune", is_flag=True, help="Remove the documents of earlier builds that PATH does not hold.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes to read with.  [default: one per core]")
@aliases_option()
@click.pass_obj
def command(
    session: Session, paths: tuple[Path, ...], prune: bool, jobs: int | None, aliases: tuple[Path, ...]
) -> None:
    """Read documents into the store.

    PATH is a file, a folder or a pattern; without one the bundled records are read.  Unchanged documents are not read
    again, and a build that is interrupted leaves the store as it was.
    """
    from kb.build import build
    from kb.sources import bundled

    with session.progress("reading") as progress:
        report = build(paths or [bundled()], session.location(), prune, jobs, progress, aliases)
    session.say(_summary(report))


def _summary(report: BuildReport) -> str:
    counts = f"{report.programs} programs from {report.documents} documents, {report.quads} statements"
    documents = f"{report.read} read, {report.unchanged} unchanged, {report.removed} removed"
    found = [f"{report.findings.get(s, 0)} {s}s" for s in ("error", "warning") if report.findings.get(s)]
    return f"{report.store}: {counts} ({', '.join([documents, *found])}; {sum(report.seconds.values()):.1f} s)"
