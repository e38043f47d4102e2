"""A TAP service on loopback that knows a few objects, and can misbehave in the ways that services do."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Mapping
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.sax.saxutils import escape

HEAD = """<?xml version="1.0"?><VOTABLE version="1.3" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">
<RESOURCE type="results">"""
FIELDS = """<TABLE><FIELD name="place" datatype="int"/><FIELD name="oid" datatype="long"/>
<FIELD name="main_id" datatype="char" arraysize="*"/><DATA><TABLEDATA>"""


def folded(name: str) -> str:
    return "".join(name.upper().split())


class TapService(ThreadingHTTPServer):
    """Answers ``/sync`` as SIMBAD does; ``objects`` are names → (oid, main_id).

    ``modes`` are what the next answers are like, each used once: ``slow``, ``trickle``, ``busy`` (503), ``html``,
    ``error`` (a VOTable that says so), ``cut`` (ends in the middle), ``short`` (a whole VOTable without the last
    name), ``overflow``, ``missing`` (404); when none is left, all is well.  ``asked`` are the names of each question.
    """

    daemon_threads = True

    def __init__(self, objects: Mapping[str, tuple[int, str]]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects = {folded(name): known for name, known in objects.items()}
        self.modes: list[str] = []
        self.asked: list[list[str]] = []
        self.queries: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/tap"

    def __enter__(self) -> TapService:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def rows(self, names: list[str]) -> list[str]:
        """One row a name, in no order, with empty cells for what is not known."""
        found = [(place, *self.objects.get(folded(name), ("", ""))) for place, name in enumerate(names)]
        cells = ("".join(f"<TD>{escape(str(cell))}</TD>" for cell in row) for row in reversed(found))
        return [f"<TR>{row}</TR>" for row in cells]


class Handler(BaseHTTPRequestHandler):
    server: TapService

    def log_message(self, *_: object) -> None: ...

    def do_POST(self) -> None:
        from astropy.io.votable import parse_single_table

        body = self.rfile.read(int(self.headers["Content-Length"]))
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        parts: dict[object, Any] = {
            part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
            for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts()
        }
        assert self.path == "/tap/sync"
        assert (parts["REQUEST"], parts["LANG"], parts["UPLOAD"]) == (b"doQuery", b"ADQL", b"wanted,param:wanted")
        table = parse_single_table(io.BytesIO(parts["wanted"])).to_table()
        names = [str(row["asked"]) for row in table]
        assert [int(row["place"]) for row in table] == list(range(len(names)))
        self.server.asked.append(names)
        self.server.queries.append(parts["QUERY"].decode())
        mode = self.server.modes.pop(0) if self.server.modes else "fine"
        try:
            self.answer(mode, names)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # who asked has gone away

    def answer(self, mode: str, names: list[str]) -> None:
        rows = self.server.rows(names)
        status = {"error": "ERROR", "overflow": "OVERFLOW"}.get(mode, "OK")
        rows = rows[1:] if mode in ("short", "overflow") else rows
        why = "Unknown column &lt;asked&gt;" if mode == "error" else ""
        info = f'<INFO name="QUERY_STATUS" value="{status}">{why}'
        whole = f"{HEAD}{info}</INFO>{FIELDS}{''.join(rows)}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>".encode()
        code = {"busy": 503, "error": 400, "missing": 404}.get(mode, 200)
        if mode in ("html", "busy", "missing"):
            whole = b"<html><head><title>Log in</title></head><body>Welcome<br></body></html>"
        if mode == "slow":
            time.sleep(1.5)
        self.send_response(code)
        self.send_header("Content-Type", "text/html" if whole.startswith(b"<html") else "application/x-votable+xml")
        self.end_headers()  # without a length: the end of the connection is the end of the answer
        if mode == "trickle":
            for byte in whole[:30]:
                self.wfile.write(bytes([byte]))
                time.sleep(0.1)
        self.wfile.write(whole[: len(whole) * 2 // 3] if mode == "cut" else whole)
