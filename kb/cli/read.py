"""``kb read``: documents in, records out, no store."""

from __future__ import annotations

from pathlib import Path

import click

from kb.cli.session import PATH, aliases_option, data_out, format_option


@click.command(epilog="\b\nExample:\n  kb read -f jsonl | head -1")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=PATH)
@format_option("jsonl", "json", default="jsonl")
@aliases_option()
def command(paths: tuple[Path, ...], form: str, aliases: tuple[Path, ...]) -> None:
    """Print documents as records, without a store.

    PATH is a file, a folder, a pattern, or - for standard input; without one the bundled records are read.  One JSON
    object per program, on one line (jsonl) or laid out for reading (json); repairs and doubts are listed with it.
    """
    from kb.cli.documents import readings
    from kb.jsonl import json_line

    out = data_out()
    for reading in readings(paths, aliases):
        out.write(json_line(reading, indent=2 if form == "json" else None).encode() + b"\n")
