"""Documents named on the command line, read; the bundled records where none is named."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from kb.cli.session import Session
from kb.records import Reading


def readings(session: Session, paths: Sequence[Path]) -> Iterator[Reading]:
    """Read documents in the order of their paths; ``-`` is a document on standard input."""
    from kb.sources import bundled, find, read, read_bytes

    if [str(path) for path in paths] == ["-"]:
        yield from read_bytes(sys.stdin.buffer.read(), "stdin.md")
        return
    for path in find(paths or [bundled()]):
        yield from read(path)
