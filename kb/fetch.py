"""Program files from the observatory's public addresses into a folder, on request only.

Polite: at most two at a time, time-outs, pauses that double, nothing loaded that is there already (conditional
requests), and what broke off is taken up where it ended.  A file is written whole or not at all.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage, HTTPResponse
from pathlib import Path
from typing import BinaryIO

from kb.errors import ServiceError, SourceError
from kb.version import __version__

__all__ = ["ADDRESSES", "AT_ONCE", "Fetched", "fetch"]

#: Where the observatory publishes program files, the newer address first.
ADDRESSES = (
    "https://www.stsci.edu/jwst-program-info/download/jwst/apt/{id}/",
    "https://www.stsci.edu/jwst/phase2-public/{id}.aptx",
)
#: Files that are loaded at the same time.
AT_ONCE = 2
#: The largest program file known has 18 MB before it is packed.
MAX_BYTES = 200_000_000
_NOTES = ".kb-fetch.json"
_PIECE = 1 << 16
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one program.

    ``outcome`` is ``fetched``, ``unchanged`` (the file in the folder is the one that is published), ``not-public`` or
    ``failed``; ``message`` says why in the last two cases.
    """

    program: int
    outcome: str
    path: Path | None = None
    bytes: int = 0
    message: str = ""


class _PassingError(Exception):
    """A failure after which asking again is worth it; ``pause`` is what the service asked for, in seconds."""

    def __init__(self, message: str, pause: float = 0.0) -> None:
        super().__init__(message)
        self.pause = pause


class _NotPublicError(Exception):
    """No program file at an address."""


def fetch(
    programs: Iterable[int],
    folder: str | Path,
    addresses: Sequence[str] = ADDRESSES,
    timeout: float = 30,
    retries: int = 3,
    pause: float = 1.0,
    longest: float = 600,
    progress: Callable[[int, int], None] | None = None,
) -> list[Fetched]:
    """Download program files.

    Parameters
    ----------
    programs
        Numbers of programs.
    folder
        Where the files go, as ``<number>.aptx``; made where it is not there.
    addresses
        Where to ask, in this order, ``{id}`` for the number.
    timeout
        Seconds without any answer after which a request has failed.
    retries
        How often a request is made again after a failure that may pass.
    pause
        Seconds before the first repetition; doubled each time, or what the service asks for, a minute at most.
    longest
        Seconds that one file may take.
    progress
        Called with the number of programs done and their total.

    Returns
    -------
    list
        What became of each program, in the order given, each once.

    Raises
    ------
    SourceError
        The folder cannot be written.

    """
    wanted = list(dict.fromkeys(programs))
    place = Path(folder)
    try:
        place.mkdir(parents=True, exist_ok=True)
        notes = _Notes(place / _NOTES)
        one = _Fetcher(place, notes, tuple(addresses), timeout, retries, pause, longest)
        done: list[Fetched] = []
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for fetched in pool.map(one, wanted):
                done.append(fetched)
                if progress:
                    progress(len(done), len(wanted))
    except OSError as error:
        raise SourceError(f"{error.filename or place}: {(error.strerror or str(error)).lower()}") from error
    return done


class _Notes:
    """What was loaded from where: so that the next run asks only for what is new, and goes on where one broke off."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        try:
            read = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            read = {}
        self._all: dict[str, dict[str, str]] = read if isinstance(read, dict) else {}

    def get(self, name: str) -> dict[str, str]:
        noted = self._all.get(name, {})
        return noted if isinstance(noted, dict) else {}

    def put(self, name: str, noted: dict[str, str] | None) -> None:
        with self._lock:
            self._all.pop(name, None)
            if noted:
                self._all[name] = noted
            made = self._path.with_suffix(".new")
            made.write_text(json.dumps(self._all, indent=1, sort_keys=True), encoding="utf-8")
            os.replace(made, self._path)  # noqa: PTH105 - as everywhere


@dataclass(frozen=True, slots=True)
class _Fetcher:
    folder: Path
    notes: _Notes
    addresses: tuple[str, ...]
    timeout: float
    retries: int
    pause: float
    longest: float

    def __call__(self, program: int) -> Fetched:
        reasons = []
        try:
            for address in self.addresses:
                try:
                    return self._patiently(program, address.replace("{id}", str(program)))
                except _NotPublicError as error:
                    reasons.append(str(error))
        except ServiceError as error:
            return Fetched(program, "failed", message=str(error))
        why = "; ".join(dict.fromkeys(reasons))
        return Fetched(program, "not-public", message=f"program {program} is not public, or there is none ({why})")

    def _patiently(self, program: int, url: str) -> Fetched:
        for attempt in range(self.retries + 1):
            try:
                return self._load(program, url)
            except _PassingError as error:
                if attempt == self.retries:
                    raise ServiceError(f"{url}: {error}, asked {attempt + 1} times: try again later") from None
                time.sleep(min(max(error.pause, self.pause * 2**attempt), _LONGEST_PAUSE))
        raise AssertionError

    def _load(self, program: int, url: str) -> Fetched:
        path = self.folder / f"{program}.aptx"
        part = self.folder / f".{program}.aptx.part"
        headers = {"User-Agent": f"jwst-kb/{__version__}", "Accept-Encoding": "identity"}
        whole, begun = self.notes.get(path.name), self.notes.get(part.name)
        if path.exists() and not (path.is_file() and _digest(path) == whole.get("sha256")):
            raise ServiceError(f"{path}: not the file that was fetched here; move it, or choose another --out")
        resumed = part.stat().st_size if part.is_file() and begun.get("url") == url and begun.get("etag") else 0
        if whole.get("url") == url and path.exists():
            headers |= {"If-None-Match": whole["etag"]} if whole.get("etag") else {}
            headers |= {"If-Modified-Since": whole["modified"]} if whole.get("modified") else {}
        if resumed:
            headers |= {"Range": f"bytes={resumed}-", "If-Range": begun["etag"]}
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=self.timeout) as answer:  # noqa: S310
                # Only the rest may be added to what is there; anything else is the whole file.
                onto = resumed if answer.status == 206 and _starts_at(answer.headers, resumed) else 0
                if not onto:
                    self._refuse_pages(answer)
                self.notes.put(part.name, {"url": url, **_validators(answer.headers)})
                with part.open("ab" if onto else "wb") as file:
                    self._copy(answer, file, onto)
                validators = _validators(answer.headers)
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 304:
                    return Fetched(program, "unchanged", path, path.stat().st_size)
                if error.code == 416:  # what is there is no beginning of what is published
                    part.unlink(missing_ok=True)
                    raise _PassingError("the file has changed meanwhile") from None
                if error.code in _PASSING:
                    raise _PassingError(f"answers {error.code}", _seconds(error.headers.get("Retry-After"))) from None
                if error.code in (404, 410, 403, 401):
                    raise _NotPublicError(f"{error.code} at {url}") from None
                raise ServiceError(f"{url}: answers {error.code} {error.reason}") from None
        except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise _PassingError(f"no answer ({' '.join(str(reason).split()) or type(error).__name__})") from None
        if not zipfile.is_zipfile(part):
            part.unlink(missing_ok=True)
            raise _PassingError("a damaged archive")
        size = part.stat().st_size
        digest = _digest(part)
        os.replace(part, path)  # noqa: PTH105
        self.notes.put(part.name, None)
        self.notes.put(path.name, {"url": url, "sha256": digest, **validators})
        return Fetched(program, "fetched", path, size)

    def _refuse_pages(self, answer: HTTPResponse) -> None:
        """Refuse a page in place of a file: that is how a program that is not public looks at some addresses."""
        if answer.headers.get_content_type() in ("text/html", "application/xhtml+xml"):
            raise _NotPublicError(f"a page instead of a file at {answer.geturl()}")

    def _copy(self, answer: HTTPResponse, file: BinaryIO, onto: int) -> None:
        """Copy an answer to the end of a file.

        Raises
        ------
        _PassingError
            It ends too early, or takes too long.
        _NotPublicError
            It is no archive.

        """
        until = time.monotonic() + self.longest
        expected = answer.headers.get("Content-Length")
        got = 0
        while piece := answer.read1(_PIECE):
            if not got and not onto and not piece.startswith(b"PK"[: len(piece)]):
                raise _NotPublicError(f"no archive at {answer.geturl()}")
            got += len(piece)
            if onto + got > MAX_BYTES:
                raise ServiceError(f"{answer.geturl()}: more than {MAX_BYTES // 1_000_000} MB: no program file")
            file.write(piece)
            if time.monotonic() > until:
                raise _PassingError(f"more than {self.longest:.0f} seconds for one file")
        if expected and expected.isdigit() and got < int(expected):
            raise _PassingError(f"the answer broke off after {got} of {expected} bytes")


def _validators(headers: HTTPMessage) -> dict[str, str]:
    """What tells this version of a file from others: only a strong tag can join two halves."""
    etag, modified = headers.get("ETag"), headers.get("Last-Modified")
    strong = {"etag": etag} if etag and not etag.startswith("W/") else {}
    return strong | ({"modified": modified} if modified else {})


def _starts_at(headers: HTTPMessage, start: int) -> bool:
    return (headers.get("Content-Range") or "").startswith(f"bytes {start}-")


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isdigit() else 0.0


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
