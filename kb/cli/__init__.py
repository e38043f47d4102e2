"""The command line: one file per command, imported only when that command runs.

A command parses flags, calls one function of the library and prints.  Standard output carries data and nothing else;
messages go to standard error.  Exit codes: 0 done, 1 a clear error, 2 usage, 3 ``check`` or ``validate`` found errors.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Sequence

import click

from kb.cli.session import Session
from kb.errors import KbError
from kb.version import __version__

__all__ = ["cli", "main"]

#: Every command with its one-line help, so that ``kb --help`` imports none of them (a test compares).
COMMANDS = {
    "build": "Read documents into the store.",
    "read": "Print documents as records, without a store.",
    "check": "Report findings and where every table row went.",
    "validate": "Check that every node keeps the rules of the ontology (SHACL).",
    "query": "Run a SPARQL query.",
    "ask": "Ask a saved question; alone, list them.",
    "show": "Show a card for anything: program, object, template, instrument, person, filter and others.",
    "search": "Look words up in titles, abstracts, descriptions, labels, names of targets and people.",
    "duplicates": "Compare proposed observations with the approved ones.",
    "path": "Say how two programs, or any two things, are joined.",
    "graph": "Communities, central objects, neighbourhoods.",
    "info": "Say what is in the store.",
    "export": "Write the graph to a file, format by suffix.",
    "diff": "Say what changed between two stores, snapshots or dumps.",
    "render": "Draw a picture: an interactive offline page, or a drawing for paper.",
    "push": "Send the store to the one behind an address.",
    "resolve": "Look target names up in SIMBAD and write an alias file.",
    "fetch": "Download the program files of programs, as APT writes them.",
}

EXIT_ERROR = 1
EXIT_INTERRUPTED = 130

#: Characters of one word of a message.
_LONGEST = 160


class LazyGroup(click.Group):
    """A group whose commands live in ``kb.cli.<name>.command``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Commands in the order of the work, not of the alphabet."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the one command that was asked for."""
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        command = import_module(f"kb.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; for a name that is none, name the nearest."""
        from difflib import get_close_matches

        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            close = get_close_matches(args[0], COMMANDS, n=1)
            if close and "Did you mean" not in error.message:
                raise click.UsageError(f"{error.message} Did you mean {close[0]}?", ctx) from error
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a reader that went away (``| head -1``) is no error, and Ctrl-C no traceback."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except OSError as error:
            if error.errno != errno.EPIPE:
                raise
            # What is still buffered must not be flushed into the closed pipe at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except KeyboardInterrupt:
            click.echo("kb: interrupted", err=True)
            return EXIT_INTERRUPTED
        return result


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nExample:\n  kb build && kb show 7487",
)
@click.option(
    "--store",
    metavar="PATH_OR_URL",
    envvar="KB_STORE",
    help="The folder of the store to use, or the address of a SPARQL service."
    "  [env: KB_STORE; default: a folder in your data directory]",
)
@click.option("--quiet", "-q", is_flag=True, help="No messages, only data and errors.")
@click.version_option(__version__, "--version", prog_name="kb", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, store: str | None, quiet: bool) -> None:
    """JWST observing programs as a knowledge base: documents in, answers out."""
    ctx.obj = Session(store=store or None, quiet=quiet)


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code; never a traceback (``KB_DEBUG=1`` shows it)."""
    code = _run(args)
    gc.freeze()  # all memory is given back at once: nothing is gained by looking through it for the last time
    sys.exit(code)


def _run(args: Sequence[str] | None) -> int:
    try:
        result = cli.main(args=args, prog_name="kb", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        return EXIT_INTERRUPTED
    except KbError as error:
        return _fail(str(error))
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _fail(f"{where}{error.strerror or error}")
    except Exception as error:
        if os.environ.get("KB_DEBUG"):
            raise
        where = "".join(f", {note}" for note in getattr(error, "__notes__", ()))
        return _fail(f"unexpected {type(error).__name__}: {error}{where} (KB_DEBUG=1 shows where)")


def _fail(message: str) -> int:
    """Print a message in one line, the middle of what is too long for a path left out."""
    words = (
        word if len(word) <= _LONGEST else f"{word[: _LONGEST // 2]}…{word[-_LONGEST // 2 :]}"
        for word in message.split()
    )
    click.echo("kb: " + " ".join(words), err=True)
    return EXIT_ERROR
