"""The knowledge base as a Python object: build or open it, then ask."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self, cast

from kb.version import __version__

if TYPE_CHECKING:
    from types import TracebackType

    import networkx
    import rdflib

    from kb.cards import Card
    from kb.diff import Difference
    from kb.duplicates import Proposed, Result
    from kb.program_view import ProgramView
    from kb.results import Rows
    from kb.search import Hit
    from kb.store import Store
    from kb.store.results import Value

__all__ = ["KnowledgeBase"]


class KnowledgeBase:
    """A store of programs, open for reading.

    Make one with :meth:`build` or :meth:`open`, and close it, best by ``with``.

    >>> with KnowledgeBase.build() as kb:
    ...     print(kb.ask("sodrm-hours").to_table())
    instrument  programs  hours
    MIRI               8  904.6
    NIRCam             9  595.7
    NIRSpec           11  350.8
    NIRISS             9  172.2
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self._scratch: Any = None

    @classmethod
    def build(
        cls, paths: Iterable[str | Path] = (), *, store: str | Path | None = None, aliases: Iterable[str | Path] = ()
    ) -> Self:
        """Read documents into a store and open it.

        Parameters
        ----------
        paths
            Files, folders and patterns; the bundled records where there are none.
        store
            Folder of the store; a temporary one, gone with this object, where none is given.
        aliases
            Alias files, as ``kb resolve`` writes them.

        Raises
        ------
        SourceError
            A path that does not exist or holds no documents, or an alias file that is none.
        StoreError
            A store that cannot be written.

        """
        from tempfile import TemporaryDirectory

        from kb.build import build
        from kb.sources import bundled
        from kb.store import open_store, store_folder

        named = None if store is None else store_folder(store)
        scratch = TemporaryDirectory(prefix="jwst-kb-") if named is None else None
        folder = Path(scratch.name) / "store" if scratch else Path(str(named))
        build(list(paths) or [bundled()], folder, aliases=aliases)
        made = cls(open_store(folder))
        made._scratch = scratch
        return made

    @classmethod
    def open(cls, location: str | Path | None = None) -> Self:
        """Open a store, by its folder or the address of its query service; the user's own where none is given.

        Raises
        ------
        StoreError
            There is no store, or it cannot be read.

        """
        from kb.store import default_path, open_store

        return cls(open_store(default_path() if location is None else location))

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()
        if self._scratch is not None:
            self._scratch.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def query(self, sparql: str) -> Rows:
        """Run a SPARQL query and return its rows; an ASK has one, the triples of a CONSTRUCT are rows of three.

        Raises
        ------
        QueryError
            The query does not parse; the message says where.

        Examples
        --------
        >>> with KnowledgeBase.build() as kb:
        ...     kb.query("SELECT (COUNT(DISTINCT ?o) AS ?n) { ?p jkb:hasObservation ?o }")[0]
        (16,)

        """
        from kb.results import Rows

        return Rows.of(self.store.query(sparql))

    def info(self) -> dict[str, Value]:
        """Return counts and versions by name: programs, observations, statements, documents, the store's place."""
        from kb.vocabulary import ontology_dir, ontology_version

        query = (ontology_dir() / "cards" / "counts.rq").read_text(encoding="utf-8")
        counts: dict[str, Value] = {str(what): count for what, count in self.store.query(query)}
        return {
            "store": self.store.location,
            **counts,
            "graphs": len(self.store.graphs()),
            "statements": len(self.store),
            "kb version": __version__,
            "ontology version": ontology_version()[:12],
        }

    def questions(self) -> list[str]:
        """Return the names of the saved questions."""
        from kb.questions import names

        return names()

    def ask(self, name: str, **parameters: object) -> Rows:
        """Ask a saved question.

        Parameters
        ----------
        name
            Its name; dashes may be underscores.
        **parameters
            Values as a person types them.

        Raises
        ------
        UsageError
            Unknown question or parameter, or a value that names nothing; the message gives the nearest.

        Examples
        --------
        >>> with KnowledgeBase.build() as kb:
        ...     kb.ask("object", object="hd2811").column("role")[:3]
        ['Science', 'Background', 'Science']

        """
        from kb.asking import ask

        return ask(self.store, name.replace("_", "-"), parameters)

    def show(self, thing: str | int) -> Card:
        """Return what is known of a thing: a program number, or the name of an object, person, filter ….

        Raises
        ------
        UsageError
            Nothing has that name.

        """
        from kb.cards import card
        from kb.names import find

        return card(self.store, *find(self.store, str(thing)))

    def path(self, start: str | int, end: str | int, *, ways: int = 5, without: Iterable[str] = ()) -> Rows:
        """Return how two things are joined, one row a step; see :func:`kb.ties.path.path`.

        Raises
        ------
        UsageError
            Nothing has one of the names, or both are one thing.

        Examples
        --------
        >>> with KnowledgeBase.build() as kb:
        ...     kb.path(7487, "HD 2811").column("link")
        ['points at']

        """
        from kb.names import find
        from kb.ties.path import path, path_rows

        ends = [find(self.store, str(name))[1] for name in (start, end)]
        return path_rows(self.store, path(self.store, ends[0], ends[1], ways=ways, without=without))

    def neighbourhood(self, thing: str | int, depth: int = 1) -> Rows:
        """Return what is tied to a thing within some steps, the closest first.

        Raises
        ------
        UsageError
            Nothing has that name, or nothing is tied to it.

        """
        from kb.names import find
        from kb.ties.around import neighbourhood

        return neighbourhood(self.store, find(self.store, str(thing))[1], depth)[1]

    def communities(self, thing: str | int | None = None) -> Rows:
        """Return the communities of programs, or the members of that of a thing; see :mod:`kb.ties.around`.

        Raises
        ------
        UsageError
            Nothing has that name, or it is in no community.

        """
        from kb.names import find
        from kb.ties.around import communities, community

        if thing is None:
            return communities(self.store)[2]
        return community(self.store, find(self.store, str(thing))[1])[1]

    def central(self, *types: str, count: int = 20) -> Rows:
        """Return the things (objects where no types are named) that hold the graph of ties together."""
        from kb.ties.around import central

        return central(self.store, types or ("object",), count)[2]

    def ties(self) -> networkx.Graph[str]:
        """Return what joins programs, objects, people and activities as a graph of networkx; see :mod:`kb.ties`."""
        from kb.ties import load

        return load(self.store)

    def diff(self, old: KnowledgeBase | str | Path = "@previous", *, program: int | None = None) -> Difference:
        """Return what changed from another knowledge base to this one.

        Parameters
        ----------
        old
            A knowledge base, a store, a snapshot (``STORE@previous``; ``@previous`` of this one) or a dump of RDF.
        program
            The only program to look at.

        Raises
        ------
        SourceError
            No such file, or a dump that does not parse.
        UsageError
            No such snapshot, or the program is on neither side.

        Examples
        --------
        >>> with KnowledgeBase.build() as kb:
        ...     kb.diff(kb).changes
        []

        """
        from kb.diff import diff, open_side
        from kb.diff.sides import Snapshot

        here = Snapshot(self.store, {})
        if isinstance(old, KnowledgeBase):
            return diff(Snapshot(old.store, {}), here, program)
        location = f"{self.store.location}{old}" if str(old).startswith("@") else str(old)
        with open_side(location) as before:
            return diff(before, here, program)

    def search(self, words: str, *, kind: str | None = None, limit: int = 20) -> list[Hit]:
        """Look words up in titles, abstracts, descriptions, labels, names of targets and people; the best comes first.

        Parameters
        ----------
        words
            What to look for; see :func:`kb.search.search`.
        kind
            ``program``, ``object``, ``person``, ``template`` or ``instrument``, to find only these.
        limit
            Number of hits at most.

        Raises
        ------
        UsageError
            No words, or an unknown kind.

        Examples
        --------
        >>> with KnowledgeBase.build() as kb:
        ...     hit = kb.search("A dwarf stars", kind="program")[0]
        >>> hit.name, hit.place
        ('7487 CAL-XCAL-401 Absolute Flux Calibration (A Dwarfs)', 'abstract')

        """
        from kb.search import search

        return search(self.store, words, kind, limit)

    def duplicates(
        self,
        proposed: str | Path | IO[bytes] | Iterable[Proposed],
        *,
        radius: float | None = None,
        factor: float | None = None,
        grade: str = "open",
    ) -> Iterator[Result]:
        r"""Compare proposed observations with the approved ones, one after the other.

        Parameters
        ----------
        proposed
            A file (CSV, ECSV, VOTable, a proposal), a stream of CSV, or :class:`kb.duplicates.Proposed`.
        radius
            Search radius in arc seconds; by default the policy's for each mode.
        factor
            Exposure times within this factor of each other are alike.
        grade
            The furthest grade that is wanted: ``complete``, ``close``, ``open``, ``differs`` or ``beside``.

        Raises
        ------
        SourceError
            A file that cannot be read, or lacks a column.
        UsageError
            An unknown grade, or a radius or factor that is none.

        Examples
        --------
        >>> import io
        >>> with KnowledgeBase.build() as kb:
        ...     result, = kb.duplicates(io.BytesIO(b"name,template\nhd-2811,MIRI MRS\n"))
        >>> [(match.grade, match.approved.label) for match in result.matches]
        [('close', 'MIRI MRS')]

        """
        from kb.duplicates import duplicates
        from kb.duplicates.proposed import read_proposed

        if isinstance(proposed, str | Path) or hasattr(proposed, "read"):
            proposed = read_proposed(cast("str | Path | IO[bytes]", proposed))
        return duplicates(self.store, proposed, radius, factor, grade)

    def program(self, number: int | str) -> ProgramView:
        """Return a program by its number.

        Raises
        ------
        UsageError
            The store does not have it; the message gives the nearest numbers.

        """
        from kb.program_view import ProgramView

        return ProgramView(self, number)

    def to_networkx(self, focus: str | int | None = None, depth: int = 3) -> networkx.MultiDiGraph[str]:
        """Return the neighbourhood of a thing, or everything, as a graph of networkx.

        Examples
        --------
        >>> with KnowledgeBase.build() as kb:
        ...     graph = kb.to_networkx(focus=7487, depth=1)
        >>> sorted({type_ for _, type_ in graph.nodes(data="type")})
        ['CalibrationActivity', 'Observation', 'Program', 'Target']

        """
        from kb.graph import to_networkx
        from kb.names import find

        iri = None if focus is None else find(self.store, str(focus))[1]
        return to_networkx(self.store, focus=iri, depth=depth)

    def to_rdflib(self) -> rdflib.Dataset:
        """Return everything as an rdflib dataset, one named graph per document; its default graph is their union."""
        import io

        import rdflib

        buffer = io.BytesIO()
        self.store.dump(buffer)
        dataset = rdflib.Dataset(default_union=True)
        dataset.parse(data=buffer.getvalue(), format="nquads")
        return dataset
