"""A server of program files on loopback that behaves in all the ways that servers do."""

from __future__ import annotations

import contextlib
import threading
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class AptService(ThreadingHTTPServer):
    """Serves ``/apt/<id>/`` from ``files``: number → bytes, each with an entity tag of its own.

    ``modes`` are what the next answers for a number are like, each used once: ``slow``, ``reset``, ``busy`` (503),
    ``many`` (429 with Retry-After), ``error`` (500), ``cut`` (ends in the middle), ``trickle``, ``html`` (200 with a
    page), ``page-as-zip`` (a page that says it is an archive), ``damaged``, ``whole`` (answers a range with the whole),
    ``wrong-range`` (416), ``elsewhere`` (redirect), ``teapot`` (418).  ``asked`` are number, headers and answer of each
    request; ``busiest`` the most requests at one time.
    """

    daemon_threads = True

    def __init__(self, files: dict[int, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files, self.tags = dict(files), dict.fromkeys(files, 1)
        self.modes: dict[int, list[str]] = {}
        self.asked: list[tuple[int, dict[str, str], int]] = []
        self.running = self.busiest = 0
        self.lock = threading.Lock()
        self.delay = 0.0
        self.strong = True

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/apt/{{id}}/"

    def change(self, number: int, data: bytes) -> None:
        self.files[number] = data
        self.tags[number] += 1

    def __enter__(self) -> AptService:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    server: AptService
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        service = self.server
        with service.lock:
            service.running += 1
            service.busiest = max(service.busiest, service.running)
        try:
            time.sleep(service.delay)
            self.answer(int(self.path.strip("/").split("/")[-1]))
        finally:
            with service.lock:
                service.running -= 1

    def send(
        self, number: int, status: int, headers: dict[str, str], body: bytes = b"", length: int | None = None
    ) -> None:
        self.server.asked.append((number, dict(self.headers), status))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)
        if length is not None:
            self.close_connection = True

    def answer(self, number: int) -> None:
        service = self.server
        waiting = service.modes.get(number, [])
        mode = waiting.pop(0) if waiting else ""
        if mode == "slow":
            time.sleep(1.5)
        if mode == "reset":
            self.close_connection = True
            service.asked.append((number, dict(self.headers), 0))
            self.connection.close()
            return
        refusals = {"busy": 503, "many": 429, "error": 500, "teapot": 418}
        if mode in refusals:
            self.send(number, refusals[mode], {"Retry-After": "0"} if mode == "many" else {})
            return
        if mode == "elsewhere":
            self.send(number, 302, {"Location": f"/elsewhere/{number}"})
            return
        if mode in ("html", "page-as-zip"):
            kind = "text/html; charset=utf-8" if mode == "html" else "application/zip"
            self.send(number, 200, {"Content-Type": kind}, b"<html>This program is not available.</html>")
            return
        if number not in service.files:
            self.send(number, 404, {"Content-Type": "text/html"}, b"<html>Not found</html>")
            return
        data = service.files[number]
        tag = f'"{number}-{service.tags[number]}"' if service.strong else f'W/"{number}-{service.tags[number]}"'
        headers = {
            "Content-Type": "application/octet-stream",
            "ETag": tag,
            "Last-Modified": formatdate(1_700_000_000 + service.tags[number], usegmt=True),
        }
        if mode == "damaged":
            self.send(number, 200, headers, b"PK\x03\x04" + bytes(100))
            return
        if mode == "wrong-range":
            self.send(number, 416, headers)
            return
        if self.headers.get("If-None-Match") == tag or (
            not self.headers.get("If-None-Match") and self.headers.get("If-Modified-Since") == headers["Last-Modified"]
        ):
            self.send(number, 304, headers)
            return
        wanted = self.headers.get("Range", "")
        if wanted and self.headers.get("If-Range") == tag and mode != "whole":
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            self.send(number, 206, headers, data[start:])
        elif mode == "cut":
            self.send(number, 200, headers, data[: len(data) // 2], length=len(data))
        elif mode == "trickle":
            self.server.asked.append((number, dict(self.headers), 200))
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            for byte in data[:40]:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(0.05)
            self.close_connection = True
        else:
            self.send(number, 200, headers, data)


class Pages(ThreadingHTTPServer):
    """Serves ``files``: path → type and bytes; anything else is not found."""

    daemon_threads = True

    def __init__(self, files: dict[str, tuple[str, bytes]]) -> None:
        super().__init__(("127.0.0.1", 0), PageHandler)
        self.files = files

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> Pages:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class PageHandler(BaseHTTPRequestHandler):
    server: Pages

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass

    def do_GET(self) -> None:
        kind, body = self.server.files.get(self.path, ("text/html", b""))
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):  # refused before it is read
            self.wfile.write(body)
