"""Asking SIMBAD through its TAP service: one query a batch, the names uploaded with it."""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

from kb.errors import KbError, ServiceError, UsageError
from kb.resolve.cache import Answer
from kb.version import __version__

__all__ = ["SIMBAD", "Simbad"]

SIMBAD = "https://simbad.cds.unistra.fr/simbad/sim-tap"

# SIMBAD compares identifiers without case and spaces, in a join as well; the place tells whose answer a row is.
QUERY = """\
SELECT TAP_UPLOAD.wanted."place", basic."oid", basic."main_id"
FROM TAP_UPLOAD.wanted
LEFT JOIN ident ON TAP_UPLOAD.wanted."asked" = ident."id"
LEFT JOIN basic ON basic."oid" = ident."oidref\""""

#: What a service says when it may do better a moment later.
_PASSING = frozenset({429, 500, 502, 503, 504})
_LONGEST_PAUSE = 60.0
# SIMBAD shuts out who asks more than a few times a second.
_BETWEEN = 0.2


class _PassingError(Exception):
    """A failure after which asking again is worth it; ``pause`` is what the service asked for, in seconds."""

    def __init__(self, message: str, pause: float = 0.0) -> None:
        super().__init__(message)
        self.pause = pause


class Simbad:
    """A TAP service with SIMBAD's tables.

    Parameters
    ----------
    service
        Its address, without ``/sync``.
    timeout
        Seconds that one answer may take.
    retries
        How often a question is asked again; looking up is safe to repeat.
    pause
        Seconds before the first repetition; doubled each time.

    Raises
    ------
    UsageError
        ``pyvo`` is not installed.

    """

    def __init__(self, service: str, timeout: float = 30, retries: int = 3, pause: float = 1.0) -> None:
        try:
            import requests
            from pyvo.dal.tap import TAPQuery
        except ImportError as error:
            raise UsageError("looking names up needs pyvo: pip install 'jwst-kb[resolve]'") from error
        self.service = service.rstrip("/").removesuffix("/sync")
        self.timeout, self.retries, self.pause = timeout, retries, pause
        self._query = TAPQuery
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"jwst-kb/{__version__}"
        # pyvo gives no way to set the time-out of a synchronous query.
        self._session.request = partial(self._session.request, timeout=timeout)  # type: ignore[method-assign]
        self._session.hooks["response"].append(self._note)
        self._response: Any = None
        self._started = 0.0
        self._last = -_BETWEEN

    def ask(self, names: Sequence[str]) -> list[Answer]:
        """Look names up.

        Returns
        -------
        One answer per name, in order.

        Raises
        ------
        ServiceError
            The service cannot be reached, refuses the question or answers something else.

        """
        for attempt in range(self.retries + 1):
            try:
                return self._ask(names)
            except _PassingError as error:
                if attempt == self.retries:
                    times = f" ({self.retries + 1} times)" if self.retries else ""
                    raise ServiceError(f"{self.service}: {error}{times}; nothing was changed") from error
                time.sleep(min(max(error.pause, self.pause * 2**attempt), _LONGEST_PAUSE))
        raise AssertionError("unreachable")

    def _ask(self, names: Sequence[str]) -> list[Answer]:
        from astropy.table import Table

        time.sleep(max(0.0, self._last + _BETWEEN - time.monotonic()))
        table = Table({"place": list(range(len(names))), "asked": list(names)})
        query = self._query(self.service, QUERY, uploads={"wanted": table}, session=self._session)
        self._response, self._started = None, time.monotonic()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of VOTables that are readable and not quite to the letter
                result = query.execute()
                status = str(result.query_status or "OK").upper()
                rows = [(int(row["place"]), row["oid"], row["main_id"]) for row in result]
        except Exception as error:
            raise self._explained(error) from error
        finally:
            self._last = time.monotonic()
            if self._response is not None:
                self._response.close()
        return self._answers(names, rows, cut=status == "OVERFLOW")

    def _answers(self, names: Sequence[str], rows: Sequence[tuple[int, Any, Any]], *, cut: bool) -> list[Answer]:
        found: dict[int, dict[int, str]] = {}
        for place, oid, main_id in rows:
            known = found.setdefault(place, {})
            # An empty cell of a number comes as a masked value, or as whatever stands for null.
            if str(main_id or "").strip():
                known[int(oid)] = str(main_id).strip()
        if cut or found.keys() != set(range(len(names))):
            raise ServiceError(
                f"{self.service}: only {len(found)} of {len(names)} names were answered; try a smaller --batch"
            )
        today = datetime.now(UTC).date().isoformat()
        only = [next(iter(found[place].items())) if len(found[place]) == 1 else (None, None) for place in sorted(found)]
        return [Answer(name, oid, main_id, today) for name, (oid, main_id) in zip(names, only, strict=True)]

    def _note(self, response: Any, **_: Any) -> None:
        """Keep the response, and let no trickle of bytes keep it open for longer than the time-out."""
        self._response = response
        read = getattr(response.raw, "read1", response.raw.read)

        def read_in_time(amount: int | None = None, **_: Any) -> bytes:
            parts: list[bytes] = []
            while amount is None or sum(map(len, parts)) < amount:
                if time.monotonic() - self._started > self.timeout:
                    raise TimeoutError
                part = read(amount, decode_content=True)
                if not part:
                    break
                parts.append(part)
            return b"".join(parts)

        response.raw.read = read_in_time

    def _explained(self, error: Exception) -> KbError | _PassingError:
        """Say in one line what went wrong, and whether it may pass."""
        import requests
        from pyvo.dal.exceptions import DALQueryError, DALServiceError
        from urllib3.exceptions import HTTPError

        cause = getattr(error, "cause", None) or error
        response = self._response
        if isinstance(error, DALQueryError):
            return ServiceError(f"{self.service}: the service refused the query: {_short(error)}")
        if response is not None and response.status_code in _PASSING:
            return _PassingError(f"the service is not available (HTTP {response.status_code})", _retry_after(response))
        if isinstance(error, DALServiceError) and response is not None and response.status_code >= 400:
            return ServiceError(f"{self.service}: HTTP {response.status_code}; check the address of the TAP service")
        if isinstance(cause, (TimeoutError, requests.Timeout)) or "timed out" in str(cause):
            return _PassingError(f"no answer within {self.timeout:g} s")
        if isinstance(cause, requests.ConnectionError):
            return _PassingError("cannot be reached; check the network")
        if isinstance(cause, requests.RequestException) and response is None:
            return ServiceError(f"{self.service}: {_short(cause)}")
        if response is not None and "html" in response.headers.get("Content-Type", ""):
            return ServiceError(f"{self.service}: answered with a web page, not a VOTable; check the address")
        if isinstance(cause, (ValueError, HTTPError, OSError)):
            return _PassingError("the answer breaks off or is no VOTable")
        return ServiceError(f"{self.service}: the answer is no VOTable: {_short(cause)}")


def _short(error: object) -> str:
    text = " ".join(str(error).split())
    return text if len(text) <= 200 else text[:199] + "…"


def _retry_after(response: Any) -> float:
    """Seconds that the service asks to wait; it may also name a date, which is not worth reading."""
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdigit() else 0.0
