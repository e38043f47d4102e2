"""``kb fetch``: program files and reports on visits from the observatory's public addresses."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from kb.cli.session import PATH, Session, data_out, format_option


@click.command(epilog="\b\nExample:\n  kb fetch --help")
@click.argument("programs", nargs=-1, metavar="[ID]...", type=int)
@click.option("--out", default=".", show_default=True, metavar="FOLDER", type=PATH, help="Where they go.")
@click.option("--visits", is_flag=True, help="Reports on the visits of the programs instead of program files.")
@click.option(
    "--week",
    "weeks",
    multiple=True,
    metavar="DAY",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The observing schedule of the week that begins on a day, as 2026-08-17; repeatable.",
)
@click.option(
    "--address",
    "addresses",
    multiple=True,
    metavar="URL",
    help="Where to ask, {id} for the number; repeatable; with --week the page that lists the schedules.  [default: "
    "STScI's addresses]",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=30,
    show_default=True,
    help="Seconds without an answer.",
)
@click.option(
    "--retries", type=click.IntRange(min=0), default=3, show_default=True, help="Repetitions after a failure."
)
@format_option("table", "jsonl", "csv", "markdown", default="table")
@click.pass_obj
def command(
    session: Session,
    programs: tuple[int, ...],
    out: Path,
    visits: bool,
    weeks: tuple[datetime, ...],
    addresses: tuple[str, ...],
    timeout: float,
    retries: int,
    form: str,
) -> None:
    """Download the program files of programs, as APT writes them, or reports on visits.

    This asks STScI's public addresses, two at a time, and loads nothing that is in the folder already.  kb build FOLDER
    reads them.  A program that is not public is said to be so, and the exit code is then 1.
    """
    if bool(programs) == bool(weeks) or (weeks and (visits or len(addresses) > 1)):
        raise click.UsageError("give numbers of programs, or --week alone")
    if beyond := [number for number in programs if not 0 < number < 100_000]:
        raise click.UsageError(f"no program has the number {beyond[0]}: they go from 1 to 99999")
    from kb.errors import ServiceError, UsageError
    from kb.fetch import SCHEDULES, fetch, fetch_schedules
    from kb.results import Rows, write_rows

    if odd := [
        address
        for address in addresses
        if ("{id}" not in address and not weeks) or not address.startswith(("http://", "https://"))
    ]:
        raise UsageError(f"{odd[0]}: no address of program files: http or https, with {{id}} where the number goes")
    if any("@" in address.split("/")[2] for address in addresses):
        raise UsageError("an address with a password would be kept and printed; program files are public")
    with session.progress("loading") as progress:
        if weeks:
            days = [week.date().isoformat() for week in weeks]
            done = fetch_schedules(days, out, (addresses or (SCHEDULES,))[0], timeout, retries, progress=progress)
        else:
            done = fetch(programs, out, addresses or None, timeout, retries, progress=progress, visits=visits)
    rows = [(one.wanted, one.outcome, str(one.path) if one.path else None, one.bytes or None) for one in done]
    write_rows(
        Rows(("week" if weeks else "program", "outcome", "file", "bytes"), rows),
        form,
        data_out(),
        terminal=sys.stdout.isatty(),
    )
    missing = [one.message for one in done if one.path is None]
    for message in missing[:-1]:
        session.say(f"kb: {message}")
    if missing:
        raise ServiceError(missing[-1])
