"""What servers do wrong, on a server of our own that does it: always a clear error, never part of an answer."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from servers import clear, free_port, oxigraph, put, virtuoso

from kb.errors import KbError, StoreError
from kb.iris import BASE
from kb.store import open_store
from kb.store.http import Client, checked_address
from kb.store.push import push
from kb.store.remote import RemoteStore

JSON, TRIPLES = "application/sparql-results+json", "application/n-triples"
ROWS = [{"s": {"type": "literal", "value": f"row {n}"}} for n in range(3000)]
TABLE = json.dumps({"head": {"vars": ["s"]}, "results": {"bindings": ROWS}}).encode()
GRAPH = b"".join(b'<a:s> <a:p> "%d" .\n' % n for n in range(3000))


class Odd(ThreadingHTTPServer):
    """Answers whatever ``mode`` says; ``asked`` are path and headers of each request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.mode = "fine"
        self.elsewhere = ""
        self.asked: list[tuple[str, str, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/query"


class Handler(BaseHTTPRequestHandler):
    server: Odd
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None: ...

    def answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.asked.append((self.command, self.path, dict(self.headers)))
        mode, count = self.server.mode, len(self.server.asked)
        sparql = parse_qs(sent.decode()).get("query", [""])[0]
        triples = "CONSTRUCT" in sparql
        body, kind = (GRAPH, TRIPLES) if triples else (TABLE, JSON)
        if mode == "redirect":
            return self.reply(307, b"", Location=self.server.elsewhere)
        if mode == "password" and "Authorization" not in self.headers:
            return self.reply(401, b"", **{"WWW-Authenticate": 'Basic realm="kb"'})
        if mode == "refused":
            return self.reply(401, b"", **{"WWW-Authenticate": 'Basic realm="kb"'})
        if mode == "busy" and count < 3:
            return self.reply(503, b"try later", **{"Retry-After": "0"})
        if mode == "always busy":
            return self.reply(503, b"try later")
        if mode == "page":
            return self.reply(200, b"<!DOCTYPE html><html></html>", "text/html")
        if mode == "failed":
            return self.reply(500, b"out of memory in line 3")
        if mode == "missing":
            return self.reply(404, b"nothing here")
        if mode == "slow":
            time.sleep(3)
        if mode == "rows left out":
            return self.reply(200, body, kind, **{"X-SPARQL-MaxRows": "3000"})
        if mode == "empty":
            return self.reply(200, b"", kind)
        if mode == "other coding":
            return self.reply(200, body, kind, **{"Content-Encoding": "br"})
        half = body[: body.rfind(b"\n", 0, len(body) // 2) + 1 if triples else len(body) // 2]
        if mode == "gzip":
            return self.reply(200, gzip.compress(body), kind, **{"Content-Encoding": "gzip"})
        if mode == "cut gzip":  # whole for HTTP, not for gzip
            return self.reply(200, gzip.compress(body)[:-30], kind, **{"Content-Encoding": "gzip"})
        if mode == "cut length":
            self.start(kind, **{"Content-Length": str(len(body))})
            self.wfile.write(half)
        elif mode == "cut chunks":
            self.start(kind, **{"Transfer-Encoding": "chunked"})
            self.wfile.write(b"%x\r\n%s\r\n" % (len(half), half))
        elif mode == "cut without a length":
            self.start(kind, Connection="close")
            self.wfile.write(half)
        elif mode == "without a length":
            self.start(kind, Connection="close")
            self.wfile.write(body)
        else:
            return self.reply(200, body, kind)
        self.close_connection = True
        return None

    do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

    def start(self, kind: str, **headers: str) -> None:
        self.send_response(200)
        for name, value in {"Content-Type": kind, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def reply(self, status: int, body: bytes, kind: str = "text/plain", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[], Odd]]:
    monkeypatch.setattr("kb.store.http._PAUSE", 0.01)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    made: list[Odd] = []

    def make() -> Odd:
        made.append(Odd())
        threading.Thread(target=made[-1].serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return made[-1]

    yield make
    for server in made:
        server.shutdown()
        server.server_close()


SELECT, CONSTRUCT = "SELECT ?s { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"


def rows(url: str, sparql: str = SELECT) -> int:
    with RemoteStore(url, timeout=1) as store:
        return len(list(store.query(sparql)))


@pytest.mark.parametrize("mode", ["fine", "gzip", "busy"])
def test_whole_answers(served: Callable[[], Odd], mode: str) -> None:
    server = served()
    server.mode = mode
    assert (rows(server.url), rows(server.url, CONSTRUCT)) == (3000, 3000)


@pytest.mark.parametrize("mode", ["cut length", "cut chunks", "cut without a length", "cut gzip", "empty"])
@pytest.mark.parametrize("sparql", [SELECT, CONSTRUCT])
def test_an_answer_that_is_cut_off_is_an_error(served: Callable[[], Odd], mode: str, sparql: str) -> None:
    if mode == "empty" and sparql == CONSTRUCT:
        return  # no triples are an answer
    server = served()
    server.mode = mode
    with pytest.raises(StoreError, match=r"broke off|cut off|does not say where its answer ends") as raised:
        rows(server.url, sparql)
    assert "\n" not in str(raised.value)


def test_rows_have_an_end_of_their_own(served: Callable[[], Odd]) -> None:
    server = served()
    server.mode = "without a length"
    assert rows(server.url) == 3000
    with pytest.raises(StoreError, match="does not say where its answer ends"):
        rows(server.url, CONSTRUCT)


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        ("page", "answered with text/html, not with SPARQL results; the address of a query service ends in /query"),
        ("failed", r"the server failed \(HTTP 500\): out of memory in line 3"),
        ("missing", r"is no SPARQL service \(HTTP 404\); check the address"),
        ("always busy", r"the server is not available \(HTTP 503\); try again later: try later"),
        ("slow", "no answer within 1 s; KB_TIMEOUT=SECONDS waits longer"),
        ("rows left out", "leaves rows out .more than 3000 rows.; raise ResultSetMaxRows"),
        ("password", "asks for a name and password; set KB_STORE_USER and KB_STORE_PASSWORD"),
        ("other coding", "in a coding that nobody asked for"),
    ],
)
def test_failures_are_told_in_one_line(served: Callable[[], Odd], mode: str, message: str) -> None:
    server = served()
    server.mode = mode
    with pytest.raises(StoreError, match=message) as raised:
        rows(server.url)
    assert "\n" not in str(raised.value)
    assert len(server.asked) == (4 if mode == "always busy" else 1), "what may be under way is not asked for again"


def test_a_server_that_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.store.http._PAUSE", 0.01)
    with pytest.raises(StoreError, match=r"cannot be reached \(connection refused\); is it running"):
        open_store(f"http://127.0.0.1:{free_port()}/query")


def test_credentials_are_sent_when_asked_for(served: Callable[[], Odd], monkeypatch: pytest.MonkeyPatch) -> None:
    server = served()
    monkeypatch.setenv("KB_STORE_USER", "ann")
    monkeypatch.setenv("KB_STORE_PASSWORD", "pässword")
    rows(server.url)
    server.mode = "password"
    rows(server.url)
    sent = [headers.get("Authorization") for _, _, headers in server.asked]
    assert sent == [None, None, "Basic YW5uOnDDpHNzd29yZA=="]
    server.mode = "refused"
    with pytest.raises(StoreError, match="refuses the name and password") as raised:
        rows(server.url)
    assert "pässword" not in str(raised.value)


def test_credentials_from_netrc(served: Callable[[], Odd], tmp_path: Path) -> None:
    server = served()
    server.mode = "password"
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login ann password secret\n")
    (tmp_path / "netrc").chmod(0o600)
    rows(server.url)
    assert [headers.get("Authorization") for _, _, headers in server.asked] == [None, "Basic YW5uOnNlY3JldA=="]


def test_credentials_do_not_follow_to_another_host(served: Callable[[], Odd], monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = served(), served()
    monkeypatch.setenv("KB_STORE_USER", "ann")
    monkeypatch.setenv("KB_STORE_PASSWORD", "secret")
    here.mode, here.elsewhere = "password", there.url
    with RemoteStore(here.url) as store:
        list(store.query(SELECT))
        here.mode = "redirect"
        assert len(list(store.query(SELECT))) == 3000, "what is open is read there"
        there.mode = "password"
        with pytest.raises(StoreError, match=r"redirects to .* which asks for a password; use that address"):
            store.query(SELECT)
    assert not [headers for _, _, headers in there.asked if "Authorization" in headers]
    assert "Authorization" in here.asked[-1][2]


def test_nothing_is_written_to_another_host(served: Callable[[], Odd]) -> None:
    here, there = served(), served()
    here.mode, here.elsewhere = "redirect", there.url
    client = Client(here.url)
    for method in ("PUT", "DELETE"):
        with pytest.raises(StoreError, match=r"redirects to .*; nothing was sent there"):
            client.send(method, here.url, body=b"<a:a> <a:a> <a:a> .")
    assert there.asked == []
    here.elsewhere = here.url
    with pytest.raises(StoreError, match="5 redirects in a row"):
        client.send("POST", here.url)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("ftp://example.org/", "begins with http:// or https://"),
        ("http:///query", "begins with http"),
        ("http://example.org:x/", "not an address"),
        ("http://ann:secret@example.org/sparql", "no name and password in an address"),
    ],
)
def test_addresses(address: str, message: str) -> None:
    with pytest.raises(StoreError, match=message) as raised:
        checked_address(address)
    assert "secret" not in str(raised.value)


def test_a_time_out_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_TIMEOUT", "soon")
    with pytest.raises(StoreError, match="KB_TIMEOUT=soon: give a number of seconds"):
        Client("http://example.org/")


# --- real servers that are not as they should be ---


def test_a_server_without_the_union_is_refused(bundled_store: Path, tmp_path: Path) -> None:
    with oxigraph(tmp_path, union=False) as base:
        with pytest.raises(StoreError, match="do not look through all graphs; start the server with --union-default"):
            push(bundled_store, f"{base}/query")
        with pytest.raises(StoreError, match="do not look through all graphs"):
            open_store(f"{base}/query")
        clear(base)
        put_default(base)
        with pytest.raises(StoreError, match="in no named graph"):
            open_store(f"{base}/query")


def put_default(base: str) -> None:
    import requests

    requests.put(f"{base}/store?default", data=b"<a:a> <a:b> 1 .", headers={"Content-Type": "text/turtle"}, timeout=9)


def test_a_server_that_is_read_only_loses_nothing(bundled_store: Path, tmp_path: Path) -> None:
    with oxigraph(tmp_path) as base:
        put(f"{base}/store", BASE + "graph/program-page/1", b"<a:a> <a:b> <a:c> .")
    with oxigraph(tmp_path, read_only=True) as base:
        with pytest.raises(StoreError, match="read-only"):
            push(bundled_store, f"{base}/query")
        with RemoteStore(f"{base}/query") as store:
            assert len(store) == 1


def test_a_wrong_password_changes_nothing(bundled_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_STORE_USER", "dba")
    with virtuoso(tmp_path, rows=100) as base:
        monkeypatch.setenv("KB_STORE_PASSWORD", "wrong")
        with pytest.raises(StoreError, match="refuses the name and password"):
            push(bundled_store, f"{base}/sparql")
        monkeypatch.setenv("KB_STORE_PASSWORD", "dba")
        assert push(bundled_store, f"{base}/sparql").dropped == ()
        with open_store(f"{base}/sparql") as store:
            with pytest.raises(KbError, match=r"leaves rows out .more than 100 rows"):
                store.query("SELECT * { ?s rdfs:label ?o }")
            assert len(list(store.query("SELECT * { ?s rdfs:label ?o } LIMIT 99"))) == 99
