"""The :class:`kb.store.Store` interface over any store that speaks the SPARQL 1.1 Protocol.

A query is parsed here before it is sent, so that errors, prefixes and the kind of the answer are the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, TYPE_CHECKING, Any

from kb.errors import StoreError
from kb.iris import BASE, MANIFEST_GRAPH, PREFIXES
from kb.store.http import Client
from kb.store.protocol import ROWS, TRIPLES, canonical, solutions, triples
from kb.store.syntax import declared, form_of, spell_out

if TYPE_CHECKING:
    from kb.store.results import Quad, QueryResult

__all__ = ["PENDING", "VERSION", "RemoteStore", "open_address"]

#: What the manifest says of each graph (see :mod:`kb.store.push`), and of one that is being sent.
VERSION = PREFIXES["schema"] + "version"
PENDING = "pending"
#: How many graphs or nodes are asked about at once.
_BATCH = 200

# Virtuoso needs minutes for the same with DISTINCT.
_GRAPHS = "SELECT ?g { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
_ANY = f"""SELECT ?s ?p ?o {{
  GRAPH ?g {{ ?s ?p ?o }} FILTER(isIRI(?s) && isIRI(?o) && STRSTARTS(STR(?g), "{BASE}") && ?g != <{MANIFEST_GRAPH}>)
}} LIMIT 1"""
_UNFINISHED = f'SELECT ?graph {{ GRAPH <{MANIFEST_GRAPH}> {{ ?graph <{VERSION}> "{PENDING}" }} }} LIMIT 1'


def open_address(address: str) -> RemoteStore:
    """Open a store for reading, if it answers as ours do.

    Raises
    ------
    StoreError
        It cannot be reached, is none, does not look through all graphs, or is only half loaded.

    """
    store = RemoteStore(address)
    try:
        store.check()
    except BaseException:
        store.close()
        raise
    return store


class RemoteStore:
    """A store behind an address; only its graphs under ``https://w3id.org/jwst-kb/`` are looked at.

    Parameters
    ----------
    address
        Of its query service, for example ``http://localhost:7878/query``.
    timeout
        Seconds without a byte after which the server is given up.

    """

    def __init__(self, address: str, timeout: float | None = None) -> None:
        self._client: Client | None = Client(address, timeout)
        self._location = address
        self._define = ""
        self.server = ""

    @property
    def location(self) -> str:
        """Address of the query service."""
        return self._location

    @property
    def client(self) -> Client:
        """What requests go through."""
        if self._client is None:
            raise StoreError(f"{self._location}: this store was closed; open it again")
        return self._client

    def check(self, *, pushing: bool = False) -> None:
        """Ask for the one thing in which servers differ most, whether queries look through all graphs.

        Raises
        ------
        StoreError
            They do not, or a push was not finished (unless it is ``pushing`` that asks).

        """
        self._know_server()
        found = next(self._select(_ANY), None)
        if found is None and next(self._select("SELECT ?s { ?s ?p ?o } LIMIT 1"), None):
            raise StoreError(
                f"{self._location}: what it holds is in no named graph; load it with `kb push`, which makes the graphs"
            )
        if found is not None and not self.query("ASK {{ {} {} {} }}".format(*found)):
            raise StoreError(f"{self._location}: queries do not look through all graphs; {_remedy(self.server)}")
        if not pushing and next(self._select(_UNFINISHED), None):
            raise StoreError(
                f"{self._location}: a push to this store is going on or broke off; wait, or repeat `kb push`"
            )

    def query(self, sparql: str) -> QueryResult:
        """Answer a query; see :class:`kb.store.Store`."""
        from kb.store.results import QueryResult

        client = self.client
        accept, read = (TRIPLES, triples) if form_of(sparql) == "construct" else (ROWS, solutions)
        text = self._hidden(sparql) + declared(spell_out(sparql))
        answer = client.send("POST", self._location, body={"query": text}, accept=accept)
        return QueryResult(read(answer, self._location))

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """Stream the statements of one graph or of all as plain values."""
        from kb.store.results import Iri, plain

        for subject, predicate, value, name in self._statements(None if graph is None else [graph]):
            yield Iri(_text(subject)), Iri(_text(predicate)), plain(value), Iri(name)

    def dump(self, stream: IO[bytes], graph: str | None = None) -> None:
        """Write N-Quads, or N-Triples of one graph."""
        for subject, predicate, value, name in self._statements(None if graph is None else [graph]):
            end = f" <{name}> .\n" if graph is None else " .\n"
            stream.write(f"{subject} {predicate} {value}{end}".encode())

    def ntriples(self, graphs: Sequence[str] | None = None) -> list[tuple[str, bytes]]:
        """Return graphs with what they hold as N-Triples."""
        names = self.graphs() if graphs is None else list(graphs)
        lines: dict[str, list[str]] = {name: [] for name in names}
        for subject, predicate, value, name in self._statements(names):
            lines[name].append(f"{subject} {predicate} {value} .\n")
        return [(name, "".join(lines[name]).encode()) for name in names]

    def about(self, nodes: Sequence[str], properties: Sequence[str] | None = None) -> bytes:
        """Return what is stated of nodes as N-Quads."""
        only = f"VALUES ?p {{ {_list(properties)} }}" if properties is not None else ""
        lines: list[str] = []
        for start in range(0, len(nodes), _BATCH):
            some = _list(nodes[start : start + _BATCH])
            for row in self._select(f"SELECT ?s ?p ?o ?g {{ VALUES ?s {{ {some} }} {only} GRAPH ?g {{ ?s ?p ?o }} }}"):
                if _is_ours(_text(row[3])):
                    lines.append(f"{row[0]} {row[1]} {canonical(row[2])} {row[3]} .\n")
        return "".join(lines).encode()

    def graphs(self) -> list[str]:
        """IRIs of the graphs, sorted."""
        names = (_text(name) for (name,) in self._select(_GRAPHS))
        return sorted(name for name in names if _is_ours(name))

    def versions(self) -> Mapping[str, str]:
        """What the manifest that `kb push` wrote says of each graph; nothing where there is none."""
        rows = self._select(f"SELECT ?graph ?version {{ GRAPH <{MANIFEST_GRAPH}> {{ ?graph <{VERSION}> ?version }} }}")
        return {_text(graph): _text(version) for graph, version in rows}

    def __len__(self) -> int:
        rows = self._select("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
        return sum(int(_text(count)) for name, count in rows if _is_ours(_text(name)))

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()
        self._client = None

    def __enter__(self) -> RemoteStore:
        return self

    def __exit__(self, *details: object) -> None:
        self.close()

    def _statements(self, graphs: Sequence[str] | None) -> Iterator[tuple[Any, Any, Any, str]]:
        names = self.graphs() if graphs is None else graphs
        for start in range(0, len(names), _BATCH):
            some = _list(names[start : start + _BATCH])
            for s, p, o, g in self._select(f"SELECT ?s ?p ?o ?g {{ VALUES ?g {{ {some} }} GRAPH ?g {{ ?s ?p ?o }} }}"):
                yield s, p, canonical(o), _text(g)

    def _select(self, sparql: str) -> Iterator[tuple[Any, ...]]:
        """Rows of a query of ours as terms."""
        yield from self.query(sparql).terms()

    def _know_server(self) -> None:
        """Ask who it is; of Virtuoso the graphs that are its own are put out of sight."""
        answer = self.client.send("POST", self._location, body={"query": "ASK { ?s ?p ?o }"}, accept=ROWS)
        self.server = answer.headers.get("Server", "")
        solutions(answer, self._location)
        if "Virtuoso" in self.server:
            others = (_text(name) for (name,) in self._select(_GRAPHS))
            hidden = [MANIFEST_GRAPH, *(name for name in others if not name.startswith(BASE))]
            self._define = "".join(f"define input:default-graph-exclude <{name}> " for name in hidden)

    def _hidden(self, sparql: str) -> str:
        """Put Virtuoso's own graphs out of sight, where no graph is named: there 7.2 then counts one row of any."""
        return "" if re.search(r"\bGRAPH\b", sparql, re.IGNORECASE) else self._define


def _is_ours(graph: str) -> bool:
    return graph.startswith(BASE) and graph != MANIFEST_GRAPH


def _text(term: Any) -> str:
    return str(term.value)


def _list(iris: Sequence[str]) -> str:
    return " ".join(f"<{iri}>" for iri in iris)


def _remedy(server: str) -> str:
    if "Oxigraph" in server:
        return "start the server with --union-default-graph"
    if "Fuseki" in server or "Jena" in server:
        return "set tdb2:unionDefaultGraph true for its dataset"
    return "make the default graph of the server the union of its named graphs"
