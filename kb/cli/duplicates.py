"""``kb duplicates``: proposed observations against the approved ones."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kb.cli.session import PATH, Session, aliases_option, data_out, format_option


class _Duplicates(click.Command):
    """The command whose help has the grades of the ontology."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the grades mean, and the examples."""
        from kb.duplicates.criteria import grades

        with formatter.section("Grades"):
            formatter.write_dl([(grade.name, grade.meaning) for grade in grades()])
        super().format_epilog(ctx, formatter)


@click.command(
    cls=_Duplicates,
    epilog="\b\nExample:\n  kb duplicates - <<< $'target,template\\nHD 2811,MIRI Imaging'\n"
    "  kb duplicates - -f markdown <<< $'name,ra,dec,filter\\nHD2811,7.83,-43.61,F1550C'",
)
@click.argument("file", metavar="FILE", type=PATH)
@click.option("--radius", type=float, metavar="ARCSEC", help="Search radius for all.  [default: the policy's, by mode]")
@click.option(
    "--factor", type=float, help="Exposure times within this factor of each other are alike.  [default: none]"
)
@click.option(
    "--grade",
    "least",
    default="open",
    show_default=True,
    help="Show matches up to this grade: complete, close, open, differs, beside (below).",
)
@aliases_option()
@format_option("table", "csv", "jsonl", "markdown", "html")
@click.pass_obj
def command(
    session: Session,
    file: Path,
    radius: float | None,
    factor: float | None,
    least: str,
    aliases: tuple[Path, ...],
    form: str | None,
) -> None:
    """Compare proposed observations with the approved ones.

    FILE is CSV, JSON (also the lines of kb read), ECSV, VOTable, a program page or an APT file; - is CSV or JSON on
    standard input.  A table needs a column target (or name, object …), or ra and dec; instrument, template, filter and
    exposure time are compared where they are given.  JSON is objects with these names, in an array or one a line.

    For each row come the approved observations that it may duplicate, by the criteria of the JWST duplication policy:
    met (+), not met (-), or not knowable (?).  Candidates, never verdicts.
    """
    from kb.aliases import read_aliases
    from kb.duplicates import duplicates
    from kb.duplicates.proposed import read_proposed
    from kb.duplicates.report import Summary, write_results

    source = sys.stdin.buffer if str(file) == "-" else file
    with session.reading() as store, session.progress("comparing") as progress:
        proposed = read_proposed(source, progress, session.say)
        results = Summary(duplicates(store, proposed, radius, factor, least, read_aliases(aliases)))
        write_results(results, form, data_out())
    session.say(str(results))
