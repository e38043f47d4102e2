"""A store on disk → a store behind an address, by the SPARQL 1.1 Graph Store Protocol.

``graph/manifest`` of the other store says what each of its graphs is: which document (SHA-256), by which reader, with
what outcome, or for a graph that rules made, a digest of its statements.  It is told that a graph is ``pending`` before
that graph is touched, and what it is after it arrived, so wherever a push breaks off, the next one knows what to send.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from kb.errors import StoreError
from kb.iris import BASE, MANIFEST_GRAPH
from kb.manifest import versions
from kb.rules import GRAPHS
from kb.store.http import Client
from kb.store.oxigraph import OxigraphStore
from kb.store.remote import PENDING, VERSION, RemoteStore

__all__ = ["PushReport", "derive", "push"]

#: Where servers have their Graph Store, next to their query service.
_GRAPH_STORES = {"Oxigraph": "store", "Virtuoso": "sparql-graph-crud-auth", "Fuseki": "data"}
#: Where they take updates.
_UPDATES = {"Oxigraph": "update", "Virtuoso": "sparql-auth", "Fuseki": "update"}
#: Graphs between two notes in the manifest: what a broken push sends again at most.
_BATCH = 64
#: Servers work on one graph while the next is on its way.
_CONNECTIONS = 2
#: Bytes of one request; Virtuoso takes no more than ten million.
_MOST_BYTES = 4_000_000
_NTRIPLES = "application/n-triples"


@dataclass(frozen=True, slots=True)
class PushReport:
    """What a push did, or would do: graphs by name, statements sent, seconds."""

    sent: tuple[str, ...]
    dropped: tuple[str, ...]
    unchanged: int
    statements: int
    seconds: float


def push(
    folder: str | Path,
    address: str,
    graph_store: str | None = None,
    *,
    dry_run: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> PushReport:
    """Make the graphs of a store behind an address what they are in a store on disk; send only what changed.

    Parameters
    ----------
    folder
        Folder of the store to send.
    address
        The query service of the other store, as ``--store`` takes it.
    graph_store
        Address of its Graph Store; known of Oxigraph, Virtuoso and Fuseki.
    dry_run
        Change nothing, only report.
    progress
        Called with the number of graphs done and their total.

    Raises
    ------
    StoreError
        No store in the folder; or the other cannot be reached, refuses, or answers otherwise than ours.  A push that
        was broken off can be repeated.

    """
    from kb.store.embedded import open_snapshot

    start = time.perf_counter()
    with RemoteStore(address) as remote:
        remote.check(pushing=True)
        there = _GraphStore(remote.client, graph_store or _beside(remote, _GRAPH_STORES, "--graph-store"))
        store, manifest = open_snapshot(Path(folder))
        with store:
            wanted = versions(manifest) | {name: _digest(text) for name, text in store.ntriples(GRAPHS)}
            present, unfinished = there.manifest()
            sending = [name for name in wanted if present.get(name) != wanted[name]]
            dropping = sorted({*present, *remote.graphs()} - wanted.keys())
            statements = 0
            if not dry_run and (sending or dropping or unfinished):
                statements = _change(store, there, wanted, sending, dropping, progress)
                remote.check()
    return PushReport(
        tuple(sending), tuple(dropping), len(wanted) - len(sending), statements, time.perf_counter() - start
    )


def derive(address: str, updates_at: str | None = None) -> int:
    """Make the shared and derived graphs of a store that is loaded already, by the rules as SPARQL updates.

    Parameters
    ----------
    address
        The query service of the store.
    updates_at
        Address of its update service; known of Oxigraph, Virtuoso and Fuseki.

    Returns
    -------
    int
        The number of statements that the store then holds.

    Raises
    ------
    StoreError
        It cannot be reached, refuses, or answers otherwise than ours.

    """
    from kb.rules import updates
    from kb.store.syntax import declared
    from kb.vocabulary import ontology_dir

    with RemoteStore(address) as remote:
        remote.check(pushing=True)
        service = updates_at or _beside(remote, _UPDATES, "--update-service")
        # Each can be repeated: what is inserted twice is there once.
        for update in updates(ontology_dir()):
            body = {"update": declared(update)}
            if "Oxigraph" in remote.server:
                body["using-union-graph"] = ""
            remote.client.send("POST", service, body=body).all()
        return len(remote)


def _change(
    store: OxigraphStore,
    there: _GraphStore,
    wanted: Mapping[str, str],
    sending: Sequence[str],
    dropping: Sequence[str],
    progress: Callable[[int, int], None] | None,
) -> int:
    """Send and drop graphs, the manifest always knowing which are in doubt; return the number of statements."""
    staying = {name: version for name, version in wanted.items() if name not in {*sending}}
    doubtful = dict.fromkeys((*sending, *dropping), PENDING)
    there.put(MANIFEST_GRAPH, _noted(staying | doubtful))
    total, done, statements = len(sending) + len(dropping), 0, 0
    with ThreadPoolExecutor(_CONNECTIONS) as threads:
        for start in range(0, len(sending), _BATCH):
            batch = sending[start : start + _BATCH]
            for size in threads.map(lambda graph: there.put(*graph), store.ntriples(batch)):
                statements += size
                done += 1
                if progress:
                    progress(done, total)
            there.add(MANIFEST_GRAPH, _noted({name: wanted[name] for name in batch}))
    for name in dropping:
        there.drop(name)
        done += 1
        if progress:
            progress(done, total)
    there.put(MANIFEST_GRAPH, _noted(wanted))
    return statements


class _GraphStore:
    """The Graph Store of a server: whole graphs, replaced, added to and dropped."""

    def __init__(self, client: Client, address: str) -> None:
        self._client, self._address = client, address

    def manifest(self) -> tuple[dict[str, str], bool]:
        """Say what the graphs were when pushed, ``pending`` where it is not known; and whether a push broke off."""
        import pyoxigraph

        answer = self._client.send(
            "GET", self._address, params={"graph": MANIFEST_GRAPH}, accept=_NTRIPLES, missing=True
        )
        text = answer.all()
        if answer.status == 404:
            return {}, False
        if not answer.is_framed:
            raise StoreError(f"{self._address}: the server does not say where its answer ends")
        noted: dict[str, str] = {}
        unfinished = False
        try:
            for quad in pyoxigraph.parse(text, pyoxigraph.RdfFormat.N_TRIPLES):
                graph, predicate, version = (str(getattr(term, "value", "")) for term in quad.triple)
                unfinished = unfinished or version == PENDING
                if predicate == VERSION and graph.startswith(BASE):
                    # While a graph is in doubt it is "pending", and after its batch it is that and what it is now.
                    noted[graph] = version if noted.get(graph, PENDING) == PENDING else noted[graph]
        except SyntaxError as error:
            raise StoreError(f"{self._address}: is not a Graph Store ({error}); name it with --graph-store") from error
        return noted, unfinished

    def put(self, graph: str, ntriples: bytes) -> int:
        """Replace a graph; return the number of its statements."""
        first, *rest = _pieces(ntriples)
        self._send("PUT", graph, first)
        for piece in rest:
            self._send("POST", graph, piece)
        return ntriples.count(b"\n")

    def add(self, graph: str, ntriples: bytes) -> None:
        """Add statements to a graph."""
        for piece in _pieces(ntriples):
            self._send("POST", graph, piece)

    def drop(self, graph: str) -> None:
        """Remove a graph; one that is not there is fine."""
        self._client.send("DELETE", self._address, params={"graph": graph}, missing=True).all()

    def _send(self, method: str, graph: str, body: bytes) -> None:
        self._client.send(method, self._address, params={"graph": graph}, body=body, content_type=_NTRIPLES).all()


def _beside(remote: RemoteStore, services: Mapping[str, str], option: str) -> str:
    for name, service in services.items():
        if name in remote.server:
            return urljoin(remote.location, service)
    raise StoreError(f"{remote.location}: where is the rest of this server? name it with {option} URL")


def _pieces(text: bytes) -> Iterator[bytes]:
    """Cut between lines into pieces that a server takes."""
    start = 0
    while len(text) - start > _MOST_BYTES:
        end = text.rfind(b"\n", start, start + _MOST_BYTES) + 1
        yield text[start:end]
        start = end
    yield text[start:]


def _noted(graphs: Mapping[str, str]) -> bytes:
    return "".join(f'<{name}> <{VERSION}> "{version}" .\n' for name, version in graphs.items()).encode()


def _digest(ntriples: bytes) -> str:
    return "statements " + _sha256(sorted(ntriples.splitlines()))


def _sha256(lines: Iterable[bytes]) -> str:
    total = hashlib.sha256()
    for line in lines:
        total.update(line + b"\n")
    return total.hexdigest()
