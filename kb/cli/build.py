"""``kb build``: documents into the store."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

import click

from kb.cli.session import Session, aliases_option

if TYPE_CHECKING:
    from kb.build import BuildReport


#: Unread documents that are named; `kb check` gives all.
NAMED = 5


@click.command(epilog="\b\nExample:\n  kb build")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--prune", is_flag=True, help="Remove the documents of earlier builds that PATH does not hold.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes to read with.  [default: one per core]")
@aliases_option()
@click.option(
    "--engine",
    type=click.Choice(["local", "spark"]),
    default="local",
    show_default=True,
    help="Where to read: here, or on a Spark cluster.",
)
@click.option("--master", metavar="URL", help="spark: the cluster.  [default: as Spark is configured]")
@click.option("--out", metavar="PATH", help="spark: new folder for the statements as N-Quads, instead of a store.")
@click.pass_obj
def command(
    session: Session,
    paths: tuple[str, ...],
    prune: bool,
    jobs: int | None,
    aliases: tuple[Path, ...],
    engine: str,
    master: str | None,
    out: str | None,
) -> None:
    """Read documents into the store.

    PATH is a file, a folder or a pattern; without one the bundled records are read.  Unchanged documents are not read
    again, and a build that is interrupted leaves the store as it was.

    With --engine spark a cluster reads, PATH and --out are any that Spark knows, and the N-Quads at --out are for the
    bulk loader of a store; `kb push URL --rules` then makes there what follows from all documents.
    """
    if engine == "spark":
        _on_spark(session, paths, out, master, aliases)
        return
    if master or out:
        raise click.UsageError("--master and --out go with --engine spark")
    from kb.build import build
    from kb.sources import bundled

    with session.progress("reading") as progress:
        report = build([Path(path) for path in paths] or [bundled()], session.folder(), prune, jobs, progress, aliases)
    session.say(_summary(report))
    if report.failed:
        session.say(_unread(report, paths))


def _on_spark(
    session: Session, paths: tuple[str, ...], out: str | None, master: str | None, aliases: tuple[Path, ...]
) -> None:
    from kb.spark import build_parts

    if not paths or out is None:
        raise click.UsageError("--engine spark needs PATH and --out")
    report = build_parts(paths, out, master, aliases)
    counts = f"{_count(report.programs, 'program')} from {_count(report.documents, 'document')}"
    session.say(f"{out}: {counts}, {report.failed} of these without a program")


def _summary(report: BuildReport) -> str:
    counts = (
        f"{_count(report.programs, 'program')} from {_count(report.documents, 'document')},"
        f" {_count(report.quads, 'statement')}"
    )
    documents = f"{report.read} read, {report.unchanged} unchanged, {report.removed} removed"
    found = [_count(report.findings[s], s) for s in ("error", "warning") if report.findings.get(s)]
    return f"{report.store}: {counts} ({', '.join([documents, *found])}; {sum(report.seconds.values()):.1f} s)"


def _unread(report: BuildReport, paths: tuple[str, ...]) -> str:
    """Name the documents of the store that describe no program, and the command that says why."""
    from kb.claims import REPORTS
    from kb.store.embedded import read_manifest

    documents = read_manifest(report.store)["documents"]
    unread = [Path(row["path"]).name for row in documents if not row["programs"] and row["format"] not in REPORTS]
    named = ", ".join(unread[:NAMED]) + (f", … and {len(unread) - NAMED} more" if len(unread) > NAMED else "")
    again = " ".join(["kb check", *map(quote, paths)])
    return f"{_count(len(unread), 'document')} could not be read: {named}; {again} says why" if unread else ""


def _count(number: int, noun: str) -> str:
    """Write a number of things.

    >>> _count(1, "document"), _count(2, "document")
    ('1 document', '2 documents')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"
