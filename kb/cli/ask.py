"""``kb ask``: saved questions by name."""

from __future__ import annotations

import sys

import click

from kb.cli.session import Session, data_out, format_option
from kb.errors import UsageError
from kb.questions import Question, bind, load, names
from kb.results import FORMATS, Rows, write_result, write_rows


@click.command(
    context_settings={"ignore_unknown_options": True},
    epilog="\b\nExample:\n  kb ask shared-targets --program 7487\n  kb ask program-targets --program 7487 -f markdown",
)
@click.argument("name", required=False)
@click.argument("parameters", nargs=-1, type=click.UNPROCESSED, metavar="[--PARAMETER VALUE]...")
@click.option("--param", "pairs", multiple=True, metavar="NAME=VALUE", help="A parameter; the same as --NAME VALUE.")
@click.option("--explain", is_flag=True, help="Show the SPARQL with its parameters filled, and what the columns mean.")
@format_option(*(form for form in FORMATS if form != "turtle"))
@click.pass_obj
def command(
    session: Session,
    name: str | None,
    parameters: tuple[str, ...],
    pairs: tuple[str, ...],
    explain: bool,
    form: str | None,
) -> None:
    """Ask a saved question; alone, list them.

    Values are what you would type: 7487, "HD 2811", hd2811, miri, "MIRI MRS", "cycle 4".
    """
    if name is None:
        write_rows(_listing(), form, data_out(), terminal=sys.stdout.isatty())
        return
    question = load(name)
    values = _values(parameters, pairs)
    with session.reading() as store:
        sparql = bind(store, question, values)
        if explain:
            data_out().write(_explanation(question, sparql).encode())
        else:
            write_result(store.query(sparql), form, data_out(), terminal=sys.stdout.isatty())


def _values(parameters: tuple[str, ...], pairs: tuple[str, ...]) -> dict[str, str]:
    """Parameters from ``--cycle 4``, ``--cycle=4`` and ``--param cycle=4``."""
    values: dict[str, str] = {}
    rest = iter(parameters)
    for word in rest:
        if not word.startswith("--"):
            raise click.UsageError(f"unexpected argument {word!r}: parameters are written --NAME VALUE")
        name, equals, value = word[2:].partition("=")
        if not equals:
            value = next(rest, "")
            if not value:
                raise click.UsageError(f"--{name} needs a value")
        values[name] = value
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(f"--param {pair}: write --param NAME=VALUE")
        values[name] = value
    return values


def _listing() -> Rows:
    rows: list[tuple[str, str, str]] = []
    for name in names():
        question = load(name)
        parameters = (f"--{p.name}" if p.default is None else f"[--{p.name}]" for p in question.parameters)
        rows.append((name, " ".join(parameters), question.title))
    return Rows(("question", "parameters", "title"), rows)


def _explanation(question: Question, sparql: str) -> str:
    """Header of comments and the query, so that the whole can be run anywhere."""
    lines = [f"# {question.title}", f"# {question.description}", "#"]
    for column in question.columns:
        unit = f" [{column.unit}]" if column.unit else ""
        lines.append(f"# ?{column.name}: {column.meaning}{unit}")
    return "\n".join(lines) + "\n" + sparql
