"""One file from the network into a folder: whole or not at all.

Polite: time-outs, pauses that double, nothing loaded that is there already (conditional requests), and what broke off
is taken up where it ended.  The standard library does it in few lines; ``requests`` would send passwords of
``~/.netrc`` along with requests for public files.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage, HTTPResponse
from pathlib import Path
from typing import BinaryIO

from kb.errors import ServiceError
from kb.version import __version__

__all__ = ["NOTES", "Fetched", "Fetcher", "Kind", "Notes"]

#: The largest program file known has 18 MB before it is packed.
MAX_BYTES = 200_000_000
#: Name of the file in the folder that says what was loaded from where.
NOTES = ".kb-fetch.json"
_PIECE = 1 << 16
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of file is asked for: ``{id}`` in its ``name`` and in messages stands for what is wanted.

    ``begins`` tells by its first bytes a file that is none, ``whole`` by the file one that is damaged; ``what`` says
    what was asked for, ``missing`` that there is none, ``pages`` whether it may be a page of HTML, ``most`` how many
    bytes it may have.
    """

    name: str
    what: str
    missing: str
    begins: Callable[[bytes], bool]
    whole: Callable[[Path], bool]
    pages: bool = False
    most: int = MAX_BYTES


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one file: ``wanted`` is the number of a program, or the day on which a week begins.

    ``outcome`` is ``fetched``, ``unchanged`` (the file in the folder is the one that is published), ``not-public`` or
    ``failed``; ``message`` says why in the last two cases.
    """

    wanted: int | str
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


class Notes:
    """What was loaded from where: so that the next run asks only for what is new, and goes on where one broke off."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, threading.Lock()
        try:
            read = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            read = {}
        self._all: dict[str, dict[str, str]] = read if isinstance(read, dict) else {}

    def get(self, name: str) -> dict[str, str]:
        """Return what was noted of a file."""
        noted = self._all.get(name, {})
        return noted if isinstance(noted, dict) else {}

    def put(self, name: str, noted: dict[str, str] | None) -> None:
        """Note something of a file, or forget it."""
        with self._lock:
            self._all.pop(name, None)
            if noted:
                self._all[name] = noted
            made = self._path.with_suffix(".new")
            made.write_text(json.dumps(self._all, indent=1, sort_keys=True), encoding="utf-8")
            os.replace(made, self._path)  # noqa: PTH105 - as everywhere


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Loads files of one kind into a folder; see :func:`kb.fetch.fetch` for the numbers."""

    kind: Kind
    folder: Path
    notes: Notes
    timeout: float
    retries: int
    pause: float
    longest: float

    def __call__(self, wanted: int | str, addresses: Sequence[str]) -> Fetched:
        """Load what is wanted from the first address that has it."""
        reasons = []
        try:
            for url in addresses:
                try:
                    return self._patiently(wanted, url)
                except _NotPublicError as error:
                    reasons.append(str(error))
        except ServiceError as error:
            return Fetched(wanted, "failed", message=str(error))
        why = "; ".join(dict.fromkeys(reasons))
        missing = self.kind.missing.replace("{id}", str(wanted))
        return Fetched(wanted, "not-public", message=f"{missing} ({why})" if why else missing)

    def _patiently(self, wanted: int | str, url: str) -> Fetched:
        for attempt in range(self.retries + 1):
            try:
                return self._load(wanted, url)
            except _PassingError as error:
                if attempt == self.retries:
                    raise ServiceError(f"{url}: {error}, asked {attempt + 1} times: try again later") from None
                time.sleep(min(max(error.pause, self.pause * 2**attempt), _LONGEST_PAUSE))
        raise AssertionError

    def _load(self, wanted: int | str, url: str) -> Fetched:
        name = self.kind.name.replace("{id}", str(wanted)) if self.kind.name else url.rsplit("/", 1)[-1]
        path, part = self.folder / name, self.folder / f".{name}.part"
        if path.exists() and not (path.is_file() and _digest(path) == self.notes.get(path.name).get("sha256")):
            raise ServiceError(f"{path}: not the file that was fetched here; move it, or choose another --out")
        try:
            validators = self._receive(url, path, part)
        except (_NotPublicError, ServiceError):
            part.unlink(missing_ok=True)
            raise
        except urllib.error.HTTPError as error:
            with error:
                if error.code == 304:
                    return Fetched(wanted, "unchanged", path, path.stat().st_size)
                if error.code == 416:  # what is there is no beginning of what is published
                    part.unlink(missing_ok=True)
                raise _meaning(error, url) from None
        except (urllib.error.URLError, HTTPException, TimeoutError, ConnectionError, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise _PassingError(f"no answer ({' '.join(str(reason).split()) or type(error).__name__})") from None
        if not self.kind.whole(part):
            part.unlink(missing_ok=True)
            raise _PassingError(f"a damaged {self.kind.what}")
        size = part.stat().st_size
        digest = _digest(part)
        os.replace(part, path)  # noqa: PTH105
        self.notes.put(part.name, None)
        self.notes.put(path.name, {"url": url, "sha256": digest, **validators})
        return Fetched(wanted, "fetched", path, size)

    def _receive(self, url: str, path: Path, part: Path) -> dict[str, str]:
        """Load an address into ``part``, or the rest of it; return what tells this version of the file from others."""
        headers = {"User-Agent": f"jwst-kb/{__version__}", "Accept-Encoding": "identity"}
        whole, begun = self.notes.get(path.name), self.notes.get(part.name)
        resumed = part.stat().st_size if part.is_file() and begun.get("url") == url and begun.get("etag") else 0
        if whole.get("url") == url and path.exists():
            headers |= {"If-None-Match": whole["etag"]} if whole.get("etag") else {}
            headers |= {"If-Modified-Since": whole["modified"]} if whole.get("modified") else {}
        if resumed:
            headers |= {"Range": f"bytes={resumed}-", "If-Range": begun["etag"]}
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=self.timeout) as answer:  # noqa: S310
            # Only the rest may be added to what is there; anything else is the whole file.
            onto = resumed if answer.status == 206 and _starts_at(answer.headers, resumed) else 0
            if not onto:
                self._refuse_pages(answer)
            validators = _validators(answer.headers)
            self.notes.put(part.name, {"url": url, **validators})
            with part.open("ab" if onto else "wb") as file:
                self._copy(answer, file, onto)
        return validators

    def _refuse_pages(self, answer: HTTPResponse) -> None:
        """Refuse a page in place of a file: that is how a program that is not public looks at some addresses."""
        if not self.kind.pages and answer.headers.get_content_type() in ("text/html", "application/xhtml+xml"):
            raise _NotPublicError(f"a page instead of a file at {answer.geturl()}")

    def _copy(self, answer: HTTPResponse, file: BinaryIO, onto: int) -> None:
        """Copy an answer to the end of a file.

        Raises
        ------
        _PassingError
            It ends too early, or takes too long.
        _NotPublicError
            It is no file of the kind.
        ServiceError
            It is larger than any of the kind.

        """
        until = time.monotonic() + self.longest
        expected = answer.headers.get("Content-Length")
        got = 0
        if expected and expected.isdecimal():
            self._refuse_more(answer, onto + int(expected))
        while piece := answer.read1(_PIECE):
            if not got and not onto and not self.kind.begins(piece):
                raise _NotPublicError(f"no {self.kind.what} at {answer.geturl()}")
            got += len(piece)
            self._refuse_more(answer, onto + got)
            file.write(piece)
            if time.monotonic() > until:
                raise _PassingError(f"more than {self.longest:.0f} seconds for one file")
        if expected and expected.isdecimal() and got < int(expected):
            raise _PassingError(f"the answer broke off after {got} of {expected} bytes")

    def _refuse_more(self, answer: HTTPResponse, size: int) -> None:
        if size > self.kind.most:
            limit = self.kind.most // 1_000_000
            raise ServiceError(f"{answer.geturl()}: more than {limit} MB: no {self.kind.what}")


def _meaning(error: urllib.error.HTTPError, url: str) -> Exception:
    """What an answer with an error means for us: ask again, nothing there, or give up."""
    if error.code == 416:
        return _PassingError("the file has changed meanwhile")
    if error.code in _PASSING:
        return _PassingError(f"answers {error.code}", _seconds(error.headers.get("Retry-After")))
    if error.code in (404, 410, 403, 401):
        return _NotPublicError(f"{error.code} at {url}")
    return ServiceError(f"{url}: answers {error.code} {error.reason}")


def _validators(headers: HTTPMessage) -> dict[str, str]:
    """What tells this version of a file from others: only a strong tag can join two halves."""
    etag, modified = headers.get("ETag"), headers.get("Last-Modified")
    strong = {"etag": etag} if etag and not etag.startswith("W/") else {}
    return strong | ({"modified": modified} if modified else {})


def _starts_at(headers: HTTPMessage, start: int) -> bool:
    return (headers.get("Content-Range") or "").startswith(f"bytes {start}-")


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isdecimal() else 0.0


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
