"""What every command is given: which store, how talkative, and the options that several commands share."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import click

if TYPE_CHECKING:
    from kb.store import Store

Command = TypeVar("Command", bound=Callable[..., object])

#: A path.  Whether it can be read or written shows where that is done, an error like all others and not one of usage.
PATH = click.Path(path_type=Path, readable=False)


@dataclass(frozen=True, slots=True)
class Session:
    """The global options; commands take it with ``@click.pass_obj``."""

    store: str | None
    quiet: bool

    def location(self) -> str:
        """Folder or address of the store."""
        from kb.store import default_path

        return self.store or str(default_path())

    def folder(self) -> Path:
        """Folder of the store, for what writes to it.

        Raises
        ------
        StoreError
            The store is behind an address.

        """
        from kb.store import store_folder

        return store_folder(self.store)

    def open(self) -> Store:
        """Open the store for reading."""
        from kb.store import open_store

        return open_store(self.location())

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """Open the store for a command that writes no files: there Ctrl-C ends the process at once.

        A handler of Python's would have to wait until the engine comes back from its query.
        """
        before = signal.getsignal(signal.SIGINT)
        at_once = before is signal.default_int_handler  # else it is ignored, or somebody else's program runs this
        if at_once:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        try:
            with self.open() as store:
                yield store
        finally:
            if at_once:
                signal.signal(signal.SIGINT, before)

    def say(self, message: str) -> None:
        """Tell the user something that is not data."""
        if not self.quiet:
            click.echo(message, err=True)

    @property
    def shows_progress(self) -> bool:
        """Whether someone is watching standard error."""
        return not self.quiet and sys.stderr.isatty()

    @contextmanager
    def progress(self, label: str) -> Iterator[Callable[[int, int], None] | None]:
        """Give a function to call with work done and work in all; it draws a bar where someone is watching."""
        if not self.shows_progress:
            yield None
            return
        with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

            def advance(done: int, total: int) -> None:
                bar.length = total
                bar.update(done - bar.pos)

            yield advance


def data_out() -> BinaryIO:
    """Standard output as bytes; writers of results write bytes, so that the W3C formats come out exactly."""
    sys.stdout.flush()
    return sys.stdout.buffer


def terminal_width(default: int) -> int:
    """Columns of the terminal that standard output is, ``default`` at most, and there where it is none."""
    from shutil import get_terminal_size

    return min(default, get_terminal_size().columns) if sys.stdout.isatty() else default


def aliases_option() -> Callable[[Command], Command]:
    """Make the ``--aliases`` option of the commands that read documents."""
    return click.option(
        "--aliases",
        multiple=True,
        metavar="FILE",
        envvar="KB_ALIASES",
        type=PATH,
        help="An alias file (name,object,source), as kb resolve writes it; repeatable.  [env: KB_ALIASES]",
    )


def format_option(*names: str, default: str | None = None) -> Callable[[Command], Command]:
    """Make the ``-f`` option of a command."""
    return click.option(
        "-f", "--format", "form", type=click.Choice(names), default=default, show_default=default is not None
    )
