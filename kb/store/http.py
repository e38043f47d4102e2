"""HTTP as a SPARQL store needs it: asked patiently, credentials kept where they belong, refusals in words.

Nothing is sent that is unsafe to repeat: queries, and graphs replaced or dropped by the Graph Store Protocol.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import urljoin, urlsplit

from kb.errors import StoreError
from kb.store.answer import Answer, reason, said
from kb.version import __version__

__all__ = ["Client", "checked_address"]

#: What a server says when it may do better a moment later.
_PASSING = frozenset({429, 502, 503, 504})
_REDIRECTS = frozenset({301, 302, 307, 308})
_MOST_REDIRECTS = 5
_RETRIES = 3
_PAUSE = 0.25
_LONGEST_PAUSE = 30.0
_CONNECTING = 10.0
#: Seconds without a byte after which a server is given up, where ``KB_TIMEOUT`` does not say otherwise.
_SILENCE = 120.0


def checked_address(address: str) -> str:
    """Return an address, if it is one that a store can have.

    Raises
    ------
    StoreError
        It is not one of HTTP, or has a password in it, which then would be in the shell's history.

    >>> checked_address("ftp://example.org/")
    Traceback (most recent call last):
    kb.errors.StoreError: ftp://example.org/: a store's address begins with http:// or https://
    """
    try:
        parts = urlsplit(address)
        port_is_none = parts.port is None or parts.port > 0
    except ValueError as error:
        raise StoreError(f"{address}: not an address ({error})") from None
    if "@" in parts.netloc:
        where = f"{parts.scheme}://…@{parts.netloc.rpartition('@')[2]}"
        raise StoreError(f"{where}: no name and password in an address; set KB_STORE_USER and KB_STORE_PASSWORD")
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_none:
        raise StoreError(f"{address}: a store's address begins with http:// or https://")
    return address


class Client:
    """Sends requests to one server, and follows it elsewhere without its credentials.

    These come from ``KB_STORE_USER`` and ``KB_STORE_PASSWORD``, for this server only, else from netrc, and are sent
    only where the server asks for them, by Digest where it knows that.

    Parameters
    ----------
    address
        Where the store is.
    timeout
        Seconds without a byte after which the server is given up; by default ``KB_TIMEOUT``, else 120.

    """

    def __init__(self, address: str, timeout: float | None = None) -> None:
        import requests

        self.address = checked_address(address)
        self.timeout = _timeout() if timeout is None else timeout
        self._auth: dict[str, Any] = {}
        self._settings: dict[str, Any] = {}
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": f"jwst-kb/{__version__}", "Accept-Encoding": "gzip"})

    def send(
        self,
        method: str,
        address: str,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | Mapping[str, str] | None = None,
        content_type: str | None = None,
        accept: str = "*/*",
        missing: bool = False,
    ) -> Answer:
        """Send a request and return the answer, whose body is still to be read.

        Parameters
        ----------
        method, address, params, body, content_type, accept
            The request.
        missing
            Whether 404 is an answer like any other.

        Raises
        ------
        StoreError
            The server cannot be reached, refuses, or is none of this kind.

        """
        headers = {"Accept": accept} | ({"Content-Type": content_type} if content_type else {})
        for _ in range(_MOST_REDIRECTS):
            response = self._patiently(method, address, params, body, headers)
            if response.status_code not in _REDIRECTS or "Location" not in response.headers:
                break
            address, params = self._elsewhere(method, address, response), None
        else:
            raise StoreError(f"{self.address}: {_MOST_REDIRECTS} redirects in a row; ask for the store's own address")
        if response.status_code >= 300 and not (missing and response.status_code == 404):
            self._refused(method, address, response)
        return Answer(response, self.address)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _elsewhere(self, method: str, address: str, response: Any) -> str:
        there: str = urljoin(address, response.headers["Location"])
        response.close()
        if _origin(there) != _origin(address):
            if method not in ("GET", "POST"):
                raise StoreError(f"{address}: redirects to {there}; nothing was sent there, give that address yourself")
            if urlsplit(address).scheme == "https" and urlsplit(there).scheme != "https":
                raise StoreError(f"{address}: redirects to {there}, where nothing is encrypted; not followed")
        return there

    def _patiently(self, *request: Any) -> Any:
        """Send a request, again where no answer had begun or the server says that it is busy."""
        import requests

        for attempt in range(_RETRIES + 1):
            last = attempt == _RETRIES
            pause = _PAUSE * 2**attempt
            try:
                response = self._authorised(*request)
            except requests.exceptions.SSLError as error:
                raise StoreError(f"{request[1]}: no secure connection ({reason(error)})") from error
            except requests.exceptions.ReadTimeout as error:  # the server may still be at it: asking again adds to it
                raise StoreError(
                    f"{request[1]}: no answer within {self.timeout:g} s; KB_TIMEOUT=SECONDS waits longer"
                ) from error
            except requests.exceptions.ConnectionError as error:
                if last:
                    raise StoreError(
                        f"{request[1]}: the server cannot be reached ({reason(error)});"
                        " is it running, and is the address right?"
                    ) from error
            except (requests.exceptions.RequestException, ValueError) as error:
                raise StoreError(f"{request[1]}: cannot be asked ({reason(error)})") from error
            else:
                if response.status_code not in _PASSING or last:
                    return response
                wanted = response.headers.get("Retry-After", "")
                pause = max(pause, float(wanted) if wanted.isdigit() else 0.0)
                response.close()
            time.sleep(min(pause, _LONGEST_PAUSE))
        raise AssertionError("unreachable")

    def _authorised(self, method: str, address: str, params: Any, body: Any, headers: dict[str, str]) -> Any:
        """Send a request, and once more with credentials where the server asks for them."""
        origin = _origin(address)
        response = self._once(method, address, params, body, headers)
        if response.status_code == 401 and origin not in self._auth:
            auth = self._credentials(address, response.headers.get("WWW-Authenticate", ""))
            if auth is not None:
                response.close()
                self._auth[origin] = auth
                response = self._once(method, address, params, body, headers)
        return response

    def _once(self, method: str, address: str, params: Any, body: Any, headers: dict[str, str]) -> Any:
        import requests

        origin = _origin(address)
        # Without an explicit nothing, requests would send what netrc has before anybody asked.
        auth = self._auth.get(origin, lambda request: request)
        request = requests.Request(method, address, params=params, data=body, headers=headers, auth=auth)
        prepared = self._session.prepare_request(request)
        if origin not in self._settings:  # proxies and certificates; looking them up takes longer than asking
            self._settings[origin] = self._session.merge_environment_settings(address, {}, True, None, None)
        timeout = (_CONNECTING, self.timeout)
        return self._session.send(prepared, timeout=timeout, allow_redirects=False, **self._settings[origin])

    def _credentials(self, address: str, challenge: str) -> Any:
        from requests.auth import HTTPBasicAuth, HTTPDigestAuth
        from requests.utils import get_netrc_auth

        user = os.environ.get("KB_STORE_USER")
        pair = None
        if user is not None and _origin(address) == _origin(self.address):
            pair = (user, os.environ.get("KB_STORE_PASSWORD", ""))
        pair = pair or get_netrc_auth(address)
        if pair is None:
            return None
        if "digest" in challenge.lower():
            return HTTPDigestAuth(*pair)
        return HTTPBasicAuth(*(part.encode() for part in pair))  # bytes, since text would be taken for Latin-1

    def _refused(self, method: str, address: str, response: Any) -> NoReturn:
        """Raise what an answer of failure means."""
        status, where = response.status_code, address
        words = said(response)
        if status in (401, 407):
            if _origin(address) in self._auth:
                raise StoreError(f"{where}: the server refuses the name and password{words}")
            if _origin(address) != _origin(self.address):
                raise StoreError(f"{self.address}: redirects to {where}, which asks for a password; use that address")
            raise StoreError(
                f"{where}: the server asks for a name and password;"
                " set KB_STORE_USER and KB_STORE_PASSWORD, or write them into ~/.netrc"
            )
        if status == 403 and method in ("PUT", "POST", "DELETE"):
            raise StoreError(f"{where}: the server does not let you do this (HTTP 403); is it read-only?{words}")
        if status in (403, 451):
            raise StoreError(f"{where}: the server does not let you read here (HTTP {status}){words}")
        if status in (404, 405, 406, 410, 415, 501):
            what = "takes no graphs" if method in ("PUT", "DELETE") else "is no SPARQL service"
            raise StoreError(f"{where}: {what} (HTTP {status}); check the address, and that it is not read-only{words}")
        if status in _PASSING:
            raise StoreError(f"{where}: the server is not available (HTTP {status}); try again later{words}")
        raise StoreError(f"{where}: the server failed (HTTP {status}){words}")


def _timeout() -> float:
    text = os.environ.get("KB_TIMEOUT", "")
    try:
        seconds = float(text or _SILENCE)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e7:
        raise StoreError(f"KB_TIMEOUT={text}: give a number of seconds")
    return seconds


def _origin(address: str) -> str:
    """Scheme, host and port: what credentials belong to.

    >>> _origin("HTTP://Example.org/sparql") == _origin("http://example.org:80/update")
    True
    """
    parts = urlsplit(address)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}"
