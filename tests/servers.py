"""Real SPARQL servers on loopback, started and stopped by tests, and a proxy that breaks off."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from kb.store import Store

VIRTUOSO = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
FileExtend = 200
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
CaseMode = 2
DirsAllowed = .
NumberOfBuffers = 20000
MaxDirtyBuffers = 15000
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {folder}
ServerThreads = 5
EnabledGzipContent = 1
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = 0
"""


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, folder: Path, seconds: float = 60) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; it is ready when it takes connections."""
    with (folder / "server.log").open("ab") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            deadline = time.monotonic() + seconds
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    if process.poll() is not None or time.monotonic() > deadline:
                        raise RuntimeError((folder / "server.log").read_text(errors="replace")) from None
                    time.sleep(0.05)
            yield process
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()


@contextmanager
def oxigraph(folder: Path, *, union: bool = True, read_only: bool = False) -> Iterator[str]:
    """Run the Oxigraph server; gives its address without a path."""
    beside = str(Path(sys.executable).parent)
    command = shutil.which("oxigraph", path=os.pathsep.join([beside, os.environ.get("PATH", "")]))
    if command is None:
        pytest.skip("no Oxigraph server: pip install oxigraph")
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    verb = "serve-read-only" if read_only else "serve"
    words = [command, verb, "--location", str(folder / "data"), "--bind", f"127.0.0.1:{port}"]
    with running([*words, *(["--union-default-graph"] if union else [])], port, folder):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def virtuoso(folder: Path, rows: int = 100_000) -> Iterator[str]:
    """Run Virtuoso, empty, user ``dba`` with password ``dba``; gives its address without a path."""
    command = shutil.which("virtuoso-t")
    if command is None:
        pytest.skip("no Virtuoso: apt-get install virtuoso-opensource-7-bin")
    folder.mkdir(parents=True, exist_ok=True)
    port, sql = free_port(), free_port()
    text = VIRTUOSO.format(folder=folder, port=port, sql=sql, rows=rows)
    (folder / "virtuoso.ini").write_text(text, encoding="utf-8")
    with running([command, "+foreground", "+configfile", str(folder / "virtuoso.ini")], port, folder):
        base = f"http://127.0.0.1:{port}"
        for _ in range(100):  # it takes connections a moment before it answers
            with suppress(OSError):
                urlopen(f"{base}/sparql?query=ASK%7B%7D").close()
                break
            time.sleep(0.1)
        yield base


def clear(base: str) -> None:
    """Empty an Oxigraph server."""
    with suppress(HTTPError):
        urlopen(Request(f"{base}/store", method="DELETE")).close()


def put(graph_store: str, graph: str, ntriples: bytes) -> None:
    """Load a graph as anybody could; into Virtuoso with digest."""
    import requests

    headers = {"Content-Type": "application/n-triples"}
    auth = requests.auth.HTTPDigestAuth("dba", "dba") if "crud-auth" in graph_store else None
    requests.put(graph_store, params={"graph": graph}, data=ntriples, headers=headers, auth=auth).raise_for_status()


def content(store: Store) -> dict[str, list[bytes]]:
    """What a store holds: the lines of each graph that has any."""
    return {name: sorted(text.splitlines()) for name, text in store.ntriples() if text}


class Cutting:
    """A proxy on loopback that passes on ``budget`` bytes of requests and then breaks every connection."""

    def __init__(self, to: str) -> None:
        host, _, port = to.removeprefix("http://").partition(":")
        self._to = (host, int(port))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.budget = 1 << 60
        self.passed = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Cutting:
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                ours, _ = self._listening.accept()
                theirs = socket.create_connection(self._to)
                threading.Thread(target=self._pump, args=(ours, theirs, True), daemon=True).start()
                threading.Thread(target=self._pump, args=(theirs, ours, False), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while part := source.recv(1 << 14):
                if counted:
                    self.passed += len(part)
                    over = self.passed - self.budget
                    if over > 0:
                        sink.sendall(part[: max(0, len(part) - over)])
                        break
                sink.sendall(part)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
