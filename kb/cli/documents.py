"""Documents named on the command line, read; the bundled records where none is named."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from kb.records import Reading


def readings(paths: Sequence[Path], aliases: Sequence[Path] = ()) -> list[Reading]:
    """Read documents in the order of their paths; ``-`` is a document on standard input.

    Of two documents that describe one program the second gives a reading without a program, and says so.  ``aliases``
    are alias files.
    """
    from kb.aliases import read_aliases
    from kb.claims import settle_readings
    from kb.sources import bundled, find, read, read_bytes

    known = read_aliases(aliases)
    if [str(path) for path in paths] == ["-"]:
        return read_bytes(sys.stdin.buffer.read(), "stdin.md", aliases=known)
    return settle_readings([(str(path), read(path, known)) for path in find(paths or [bundled()])])
