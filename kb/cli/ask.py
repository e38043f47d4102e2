"""``kb ask``: saved questions by name."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

import click

from kb.asking import bind, pages, quoted
from kb.cli.session import PATH, Session, data_out, format_option
from kb.questions import Parameter, Question, grouped, load, names
from kb.results import ROW_FORMATS, Rows, write_result, write_rows
from kb.store.results import QueryResult

if TYPE_CHECKING:
    from kb.store import Store

#: Types of parameters whose values need not be anything in the store.
_VALUES = ("angle", "choice", "day", "epoch", "integer", "position", "text")


class _Ask(click.Command):
    """The command whose help is about the question that is named with ``--help``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep what was typed: the help is shown before the name is looked at."""
        ctx.meta["kb.ask.words"] = list(args)
        return super().parse_args(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help of a question, or that of the command where none is named."""
        known = names()
        name = next((word for word in ctx.meta["kb.ask.words"] if word in known), None)
        if name is None:
            super().format_help(ctx, formatter)
        else:
            _question_help(ctx, formatter, load(name))


def _question_help(ctx: click.Context, formatter: click.HelpFormatter, question: Question) -> None:
    formatter.write_usage(ctx.command_path, " ".join([question.name, *map(_written, question.parameters), "[OPTIONS]"]))
    formatter.write_paragraph()
    with formatter.indentation():
        formatter.write_text(f"{question.title}.")
        formatter.write_paragraph()
        formatter.write_text(question.description)
    if question.parameters:
        with formatter.section("Parameters"):
            formatter.write_dl([(f"--{p.name} {p.type.upper()}", _meaning(p)) for p in question.parameters])
    with formatter.section("Columns"):
        units = {column.name: f" [{column.unit}]" if column.unit else "" for column in question.columns}
        formatter.write_dl([(column.name, column.meaning + units[column.name]) for column in question.columns])
    formatter.write_paragraph()
    formatter.write_text("The options are those of `kb ask --help`.")


def _written(parameter: Parameter) -> str:
    """Parameter as in a usage line: in brackets where it may be left out."""
    text = f"--{parameter.name} {parameter.type.upper()}"
    return text if parameter.default is None else f"[{text}]"


def _meaning(parameter: Parameter) -> str:
    choices = f": {', '.join(parameter.choices)}" if parameter.choices else ""
    default = "required" if parameter.default is None else f"default: {parameter.default}"
    return f"{parameter.meaning}{choices}; for example {quoted(parameter.example)}  [{default}]"


@click.command(
    cls=_Ask,
    context_settings={"ignore_unknown_options": True},
    epilog="\b\nExample:\n  kb ask shared-targets --program 7487\n  kb ask program-targets --program 7487 -f markdown\n"
    "  kb ask object --help",
)
@click.argument("name", required=False)
@click.argument("parameters", nargs=-1, type=click.UNPROCESSED, metavar="[--PARAMETER VALUE]...")
@click.option("--param", "pairs", multiple=True, metavar="NAME=VALUE", help="A parameter; the same as --NAME VALUE.")
@click.option("--explain", is_flag=True, help="Show the SPARQL with its parameters filled, and what the columns mean.")
@click.option("--chart", type=PATH, help="Draw the answer: .html, .svg or .png.")
@format_option(*ROW_FORMATS)
@click.pass_obj
def command(
    session: Session,
    name: str | None,
    parameters: tuple[str, ...],
    pairs: tuple[str, ...],
    explain: bool,
    chart: Path | None,
    form: str | None,
) -> None:
    """Ask a saved question; alone, list them.

    NAME --help says what a question takes and what its columns mean.
    Values are what you would type: 7487, "HD 2811", hd2811, miri, "MIRI MRS", "cycle 4".
    """
    if name is None:
        if form in (None, "table"):
            _list(session)
        else:
            write_rows(_listing(session), form, data_out())
        return
    question = load(name)
    values = _values(question, parameters, pairs)
    with session.reading() as store:
        sparql = bind(store, question, values, session.say)
        if explain:
            data_out().write(_explanation(question, sparql).encode())
        elif chart is not None:
            from kb.render.charts import write_chart

            write_chart(question, Rows.of(store.query(sparql)), chart)
        elif form in (None, "table"):
            terminal = sys.stdout.isatty()
            rows = Rows.of(store.query(sparql))
            links = pages(store, question, rows) if terminal else None
            write_rows(rows, form, data_out(), terminal=terminal, pages=links)
            if not len(rows):
                session.say(_nothing(store, question, values))
        else:
            answer = store.query(sparql)
            empty = QueryResult.empty(answer.variables)
            written, header = io.BytesIO(), io.BytesIO()
            write_result(answer, form, written)
            write_result(empty, form, header)
            data_out().write(written.getbuffer())
            if written.getbuffer() == header.getbuffer():  # formats have their own ways to be empty
                session.say(_nothing(store, question, values))


def _nothing(store: Store, question: Question, values: Mapping[str, object]) -> str:
    """Say that nothing was found, and which parameter leaves nothing over."""
    said = f"nothing answers to {question.name}"
    given = ", ".join(f"--{name} {quoted(str(value))}" for name, value in values.items())
    for parameter in question.parameters:
        if parameter.default is None or parameter.name not in values:
            continue
        others = {name: value for name, value in values.items() if name != parameter.name}
        count = len(Rows.of(store.query(bind(store, question, others, lambda _: None))))
        if count:
            left_out = f"--{parameter.name} {quoted(str(values[parameter.name]))}"
            return f"{said} with {given}; without {left_out} there {'is 1 row' if count == 1 else f'are {count} rows'}"
    if question.classes and not _has(store, question.classes):
        return f"{said}: {question.remedy}"
    named = all(question.parameter(name).type not in _VALUES for name in values)
    ending = ": the store has what they name, and nothing more of it" if named else ""
    return f"{said} with {given}{ending}" if given else said


def _has(store: Store, classes: tuple[str, ...]) -> bool:
    from kb.iris import ONTOLOGY

    wanted = " ".join(f"<{ONTOLOGY}{name}>" for name in classes)
    return bool(store.query(f"ASK {{ VALUES ?class {{ {wanted} }} ?thing a ?class }}"))


def _values(question: Question, parameters: tuple[str, ...], pairs: tuple[str, ...]) -> dict[str, str]:
    """Parameters from ``--cycle 4``, ``--cycle=4`` and ``--param cycle=4``."""
    values: dict[str, str] = {}
    rest = iter(parameters)
    for word in rest:
        if not word.startswith("--"):
            name = next((p.name for p in question.parameters if p.name not in values), "NAME")
            raise click.UsageError(
                f"unexpected argument {word!r}: parameters are written --NAME VALUE, as --{name} {quoted(word)}"
            )
        name, equals, value = word[2:].partition("=")
        if not equals:
            value = next(rest, "")
            if not value:
                raise click.UsageError(f"--{name} needs a value")
        values[name] = value
    return values | pairs_of(pairs)


def pairs_of(pairs: tuple[str, ...]) -> dict[str, str]:
    """Parameters from ``--param cycle=4``."""
    values: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.UsageError(f"--param {pair}: write --param NAME=VALUE")
        values[name] = value
    return values


def _list(session: Session) -> None:
    """Print the questions under what they are about."""
    questions = grouped(session.say)
    width = max(len(_usage(q)) for group in questions.values() for q in group)
    for group, members in questions.items():
        click.echo(click.style(group.capitalize(), bold=True))
        for question in members:
            click.echo(f"  {_usage(question):<{width}}  {question.title}")
        click.echo()
    click.echo("kb ask NAME --help says what a question takes, and what its answer means.")


def _listing(session: Session) -> Rows:
    rows = [
        (group, q.name, " ".join(map(_written, q.parameters)), q.title)
        for group, members in grouped(session.say).items()
        for q in members
    ]
    return Rows(("about", "question", "parameters", "title"), rows)


def _usage(question: Question) -> str:
    names = (f"--{p.name}" if p.default is None else f"[--{p.name}]" for p in question.parameters)
    return " ".join([question.name, *names])


def _explanation(question: Question, sparql: str) -> str:
    """Header of comments and the query, so that the whole can be run anywhere."""
    lines = [f"# {question.title}", *wrap(question.description, 118, initial_indent="# ", subsequent_indent="# "), "#"]
    for column in question.columns:
        unit = f" [{column.unit}]" if column.unit else ""
        lines.append(f"# ?{column.name}: {column.meaning}{unit}")
    return "\n".join(lines) + "\n" + sparql
