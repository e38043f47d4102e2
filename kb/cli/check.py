"""``kb check``: the quality report."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.check import SEVERITIES, Report, report
from kb.cli.session import PATH, Session, aliases_option, data_out, format_option
from kb.results import Rows, write_rows

if TYPE_CHECKING:
    from kb.store.results import Value

EXIT_FOUND = 3
#: Documents that the table shows; the other formats give all.
SHOWN = 20


@click.command(epilog="\b\nExample:\n  kb check\n  kb check -f html > quality.html")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=PATH)
@format_option("table", "jsonl", "csv", "markdown", "html", default="table")
@click.option("--findings", is_flag=True, help="Every finding instead of counts.")
@click.option(
    "--fail-on",
    type=click.Choice(("error", "warning", "never")),
    default="error",
    show_default=True,
    help="Leave with exit code 3 if there are findings as grave as this.",
)
@aliases_option()
@click.pass_obj
def command(
    session: Session, paths: tuple[Path, ...], form: str, findings: bool, fail_on: str, aliases: tuple[Path, ...]
) -> None:
    """Report findings and where every table row went.

    Every row of a table is an observation, a heading, a continuation of the row above, or rejected; each of the last
    three has a finding that names its line.  Worst documents come first.

    Documents are read anew and the store is not looked at: without PATH the bundled records are checked.  What a build
    found in the documents of the store is told by `kb ask quality`, `kb ask finding-kinds` and `kb ask findings`.
    """
    from kb.cli.documents import readings

    made = report(readings(paths, aliases))
    if not paths:
        session.say(
            "checked the bundled records; kb check PATH... checks other documents,"
            " kb ask quality tells what a build found in those of the store"
        )
    if findings and form != "html":
        write_rows(made.per_finding(), form, data_out(), terminal=sys.stdout.isatty())
    elif form == "jsonl":
        for record in made.records():
            data_out().write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
    elif form == "html":
        from kb.render.report import report_page

        data_out().write(report_page(made).encode())
    elif form != "table":
        write_rows(made.per_document(), form, data_out())
    else:
        _tables(made)
    sys.stdout.flush()
    worst = made.worst()
    if worst and fail_on != "never" and SEVERITIES.index(worst) <= SEVERITIES.index(fail_on):
        sys.exit(EXIT_FOUND)


def _tables(made: Report) -> None:
    terminal = sys.stdout.isatty()
    out = data_out()
    documents = made.per_document()
    total: tuple[Value, ...] = (
        "total",
        *(sum(int(str(value)) for value in documents.column(name)) for name in documents.columns[1:]),
    )
    shown = list(documents.rows[:SHOWN])
    hidden = len(documents) - len(shown)
    if hidden:
        shown.append((f"… {hidden} more", *(None for _ in documents.columns[1:])))
    write_rows(Rows(documents.columns, [*shown, total]), "table", out, terminal=terminal)
    codes = made.per_code()
    if not len(codes):
        return
    out.write(b"\n")
    out.flush()
    write_rows(codes, "table", out, terminal=terminal)
    errors = [
        f"{name}{f':{line}' if line else ''}: {str(what).removeprefix(f'{name}: ')}\n"
        for name, line, severity, _, what, *_ in made.per_finding()
        if severity == "error"
    ]
    if errors:
        hidden = len(errors) - SHOWN
        more = [f"… {hidden} more; --findings gives all\n"] if hidden > 0 else []
        out.write("".join(["\n", *errors[:SHOWN], *more]).encode())
