"""Files from the observatory's public addresses into a folder, on request only: program files, and reports on visits.

At most two at a time; how each is loaded is in :mod:`kb.download`.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from kb.download import NOTES, Fetched, Fetcher, Kind, Notes
from kb.errors import ServiceError, SourceError
from kb.sources import MAX_BYTES

__all__ = ["ADDRESSES", "AT_ONCE", "SCHEDULES", "VISITS", "Fetched", "fetch", "fetch_schedules"]

#: Where the observatory publishes program files, the newer address first.
ADDRESSES = (
    "https://www.stsci.edu/jwst-program-info/download/jwst/apt/{id}/",
    "https://www.stsci.edu/jwst/phase2-public/{id}.aptx",
)
#: Where it reports on the visits of a program.
VISITS = ("https://www.stsci.edu/jwst-program-info/visits/?program={id}&download=&pi=1",)
#: The page that lists the weekly schedules.
SCHEDULES = "https://www.stsci.edu/jwst/science-execution/observing-schedules"
#: Files that are loaded at the same time.
AT_ONCE = 2
_REPORT = re.compile(r"""href\s*=\s*["']([^"'<>]*/(\d{8})_report_(\d{8})\.txt)["']""", re.IGNORECASE)


def fetch(
    programs: Iterable[int],
    folder: str | Path,
    addresses: Sequence[str] | None = None,
    timeout: float = 30,
    retries: int = 3,
    pause: float = 1.0,
    longest: float = 600,
    progress: Callable[[int, int], None] | None = None,
    *,
    visits: bool = False,
) -> list[Fetched]:
    """Download program files, or the reports on the visits of programs.

    Parameters
    ----------
    programs
        Numbers of programs.
    folder
        Where the files go, as ``<number>.aptx`` or ``<number>-visits.xml``; made where it is not there.
    addresses
        Where to ask, in this order, ``{id}`` for the number; by default those of the observatory.
    timeout
        Seconds without any answer after which a request has failed.
    retries
        How often a request is made again after a failure that may pass.
    pause
        Seconds before the first repetition; doubled each time, or what the service asks for, a minute at most.
    longest
        Seconds that one file may take.
    progress
        Called with the number of files done and their total.
    visits
        Reports on visits instead of program files.

    Returns
    -------
    list
        What became of each program, in the order given, each once.

    Raises
    ------
    SourceError
        The folder cannot be written.

    """
    kind, usual = (_STATUS, VISITS) if visits else (_PROGRAM, ADDRESSES)
    places = tuple(usual if addresses is None else addresses)
    wanted = {number: [one.replace("{id}", str(number)) for one in places] for number in programs}
    return _all(kind, wanted, Path(folder), timeout, retries, pause, longest, progress)


def fetch_schedules(
    weeks: Iterable[str],
    folder: str | Path,
    index: str = SCHEDULES,
    timeout: float = 30,
    retries: int = 3,
    pause: float = 1.0,
    longest: float = 600,
    progress: Callable[[int, int], None] | None = None,
) -> list[Fetched]:
    """Download weekly observing schedules, the newest issue of each.

    Parameters
    ----------
    weeks
        Days on which weeks begin, ISO 8601 (``2026-08-17``).
    folder
        Where the files go, under their own names; made where it is not there.
    index
        The page that lists the schedules.
    timeout, retries, pause, longest, progress
        As for :func:`fetch`.

    Raises
    ------
    SourceError
        The folder cannot be written.
    ServiceError
        The index cannot be read, or lists no schedule.

    """
    newest: dict[str, tuple[str, str]] = {}
    for link, week, made in _REPORT.findall(_page(index, timeout, retries, pause)):
        if url := _beside(index, link):
            newest[week] = max(newest.get(week, ("", "")), (made, url))
    if not newest:
        raise ServiceError(f"{index}: lists no schedules; download them by hand")
    wanted = {week: [newest[key][1]] if (key := week.replace("-", "")) in newest else [] for week in weeks}
    return _all(_SCHEDULE, wanted, Path(folder), timeout, retries, pause, longest, progress)


def _beside(index: str, link: str) -> str | None:
    """Return where a link leads, ``None`` where that is nowhere, or not on the host of the page: it lists its own."""
    try:
        url = urljoin(index, link)
        there, here = urlsplit(url), urlsplit(index)
    except ValueError:
        return None
    return url if there.scheme in ("http", "https") and there.hostname == here.hostname else None


def _all(
    kind: Kind,
    wanted: dict[int, list[str]] | dict[str, list[str]],
    folder: Path,
    timeout: float,
    retries: int,
    pause: float,
    longest: float,
    progress: Callable[[int, int], None] | None,
) -> list[Fetched]:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        one = Fetcher(kind, folder, Notes(folder / NOTES), timeout, retries, pause, longest)
        done: list[Fetched] = []
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for fetched in pool.map(one, wanted.keys(), wanted.values()):
                done.append(fetched)
                if progress:
                    progress(len(done), len(wanted))
    except OSError as error:
        raise SourceError(f"{error.filename or folder}: {(error.strerror or str(error)).lower()}") from error
    return done


def _page(url: str, timeout: float, retries: int, pause: float) -> str:
    """Return the text of a page."""
    import tempfile

    kind = Kind("page", "page", "there is no such page", lambda _: True, lambda _: True, pages=True)
    with tempfile.TemporaryDirectory() as folder:
        found = Fetcher(kind, Path(folder), Notes(Path(folder) / NOTES), timeout, retries, pause, 60)(0, [url])
        if found.path is None:
            raise ServiceError(found.message)
        return found.path.read_text(encoding="utf-8", errors="replace")


def _is(form: str) -> Callable[[Path], bool]:
    def whole(path: Path) -> bool:
        from kb.sources import read_data

        readings = read_data(path.read_bytes(), path.name)
        return [reading.document.format for reading in readings] == [form]

    return whole


_PROGRAM = Kind(
    "{id}.aptx",
    "archive",
    "program {id} is not public, or there is none",
    lambda head: head.startswith(b"PK"[: len(head)]),
    zipfile.is_zipfile,
)
_STATUS = Kind(
    "{id}-visits.xml",
    "report on visits",
    "no report on the visits of program {id}",
    lambda head: head.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"", b"<"),
    _is("visit-status"),
    most=MAX_BYTES,
)
_SCHEDULE = Kind(
    "",
    "schedule",
    "no schedule of the week of {id}",
    lambda head: b"\0" not in head,
    _is("schedule"),
    most=MAX_BYTES,
)
