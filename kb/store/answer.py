"""What a server answers: a body that is whole or an error, and in a few words why there is none."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from kb.errors import StoreError

__all__ = ["Answer", "reason", "said"]


class Answer:
    """An answer whose body is a binary stream that ends where the server said it would, or raises.

    Attributes
    ----------
    status, headers
        Those of the response.
    stream
        The body; reading raises :class:`kb.errors.StoreError` where it breaks off.
    is_framed
        Whether the server says where the body ends; otherwise an end and a broken connection look the same, and only
        a format with an end of its own can be trusted.

    """

    def __init__(self, response: Any, address: str) -> None:
        self._response = response
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = response.headers
        coding = self.headers.get("Content-Encoding", "identity").lower()
        if coding not in ("identity", "gzip", "x-gzip", "deflate"):
            raise StoreError(f"{address}: the server answered in a coding that nobody asked for ({coding})")
        self.stream = io.BufferedReader(_Body(response.raw, coding, address), 1 << 16)
        chunked = "chunked" in self.headers.get("Transfer-Encoding", "").lower()
        self.is_framed = chunked or "Content-Length" in self.headers or coding != "identity"

    @property
    def content_type(self) -> str:
        """Media type without its parameters, in lower case."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def all(self) -> bytes:
        """Read everything that is left, and close."""
        text = self.stream.read()
        self.close()
        return text

    def close(self) -> None:
        """Give the connection back."""
        self._response.close()


class _Body(io.RawIOBase):
    """Bytes of a body, unpacked; its end is one that the server announced."""

    def __init__(self, raw: Any, coding: str, address: str) -> None:
        self._raw, self._address = raw, address
        self._inflate = zlib.decompressobj(47 if "gzip" in coding else 15) if coding != "identity" else None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = self._next(len(buffer))
        buffer[: len(part)] = part
        return len(part)

    def _next(self, size: int) -> bytes:
        from urllib3.exceptions import HTTPError, ReadTimeoutError

        try:
            if self._inflate is None:
                whole: bytes = self._raw.read(size, decode_content=False)
                return whole
            packed = self._inflate.unconsumed_tail
            while True:
                part = self._inflate.decompress(packed, size)
                if part or self._inflate.eof:
                    return part
                packed = self._inflate.unconsumed_tail or self._raw.read(1 << 16, decode_content=False)
                if not packed:
                    raise StoreError(f"{self._address}: the answer broke off half-way; nothing of it can be trusted")
        except ReadTimeoutError as error:
            raise StoreError(
                f"{self._address}: the answer broke off, no more came for a while; KB_TIMEOUT=SECONDS waits longer"
            ) from error
        except (HTTPError, OSError, zlib.error) as error:
            raise StoreError(
                f"{self._address}: the answer broke off half-way ({reason(error)}); nothing of it can be trusted"
            ) from error


def said(response: Any) -> str:
    """First line of what a server says of a failure, if it is meant for people."""
    try:
        text = Answer(response, "").stream.read(4000).decode("utf-8", errors="replace")
    except StoreError:
        return ""
    finally:
        response.close()
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return "" if not line or line.startswith(("<", "{")) else f": {line[:300]}"


def reason(error: BaseException) -> str:
    """Say why in a few words: the innermost cause names it."""
    causes: list[BaseException] = [error]
    follow: Callable[[BaseException], Any] = lambda e: (  # noqa: E731
        getattr(e, "reason", None) or next((a for a in e.args if isinstance(a, BaseException)), None) or e.__cause__
    )
    while isinstance(inner := follow(causes[-1]), BaseException) and inner not in causes:
        causes.append(inner)
    for cause in reversed(causes):
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror.lower()
    return " ".join(str(causes[-1]).split())[:200] or type(causes[-1]).__name__
