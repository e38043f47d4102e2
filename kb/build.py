"""Documents → store: incremental, parallel where it pays, and all or nothing.

A document is known by its path and the SHA-256 of its bytes.  What is unchanged is not read again; what changed
replaces its own graph; the shared and derived graphs are made anew.  Nothing changed: nothing is written.
"""

from __future__ import annotations

import hashlib
import io
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from kb.manifest import Entry
from kb.reading import Waiting, read_all
from kb.standing import outcomes, settle

if TYPE_CHECKING:
    from kb.store.writer import Writer

__all__ = ["BuildReport", "build"]

# Where more than this part of the graphs changes, making a new store is faster than changing a copy.
_WORTH_REWRITING = 0.2


@dataclass(frozen=True)
class BuildReport:
    """What a build did.

    ``read``, ``unchanged`` and ``removed`` count documents of this build; ``documents``, ``failed`` (those that
    describe no program and report on no visits), ``programs``, ``quads`` and ``findings`` (by severity) count what the
    store now holds.
    ``seconds`` is per phase; ``changed`` says whether anything was written.
    """

    store: Path
    read: int
    unchanged: int
    removed: int
    documents: int
    failed: int
    programs: int
    quads: int
    findings: Mapping[str, int]
    seconds: Mapping[str, float]
    changed: bool


def build(
    paths: Iterable[str | Path],
    store_path: str | Path,
    prune: bool = False,
    jobs: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    aliases: Iterable[str | Path] = (),
) -> BuildReport:
    """Read documents into a store.

    A document that is given replaces what documents of earlier builds say of the same programs, and so those that say
    nothing else; two that are given together and describe one program are settled by :mod:`kb.claims`.

    Parameters
    ----------
    paths
        Files, folders and glob patterns.
    store_path
        Folder of the store; made where there is none.
    prune
        Remove the documents of earlier builds that the paths do not hold.
    jobs
        Number of processes for reading; by default one for each core where there is enough to read.
    progress
        Called with the number of documents read and their total.
    aliases
        Alias files (see :mod:`kb.aliases`); other ones than in the last build make all documents be read again.

    Raises
    ------
    SourceError
        A path does not exist or holds no documents, or an alias file is none.
    StoreError
        The store cannot be written; it is unchanged.

    """
    from kb import rules, sources
    from kb.aliases import read_aliases
    from kb.store.writer import writing
    from kb.vocabulary import ontology_dir

    clock = _Clock()
    with clock("find"):
        files = sorted({str(path.absolute()) for path in sources.find(paths)})
        known = read_aliases(aliases)
    with writing(Path(store_path)) as writer:
        with clock("compare"):
            manifest = writer.manifest
            writer.check()  # what is damaged is not built upon, nor said to be unchanged
            reader = sources.reader_version(known)
            stored = {row["path"]: Entry.from_json(row) for row in manifest.get("documents", [])}
            unchanged = {path for path in files if path in stored and _is_same(stored[path], reader)}
            kept = {} if prune else {path: stored[path] for path in stored.keys() - set(files)}
            gone = {path for path in kept if not Path(path).is_file()}
        vocabulary = cache(lambda: rules.vocabulary_quads(ontology_dir()))

        def prepare() -> None:
            vocabulary()
            if not stored:  # mostly waits for the disk
                writer.begin(copy=False)

        with clock("read"):
            new = [path for path in files if path not in unchanged]
            made = read_all(new, jobs, progress, known, writer.scratch, meanwhile=prepare)
            entries = {path: stored[path] for path in unchanged} | kept
            entries |= {path: Entry.of(statements, reader) for path, statements in made.items()}
            # The new reader reads the documents of earlier builds as well, if they still lie there and say something.
            stale = {path for path in kept.keys() - gone if kept[path].reader != reader}
            if stale:
                stale &= outcomes(entries, kept, gone).keys()
            again = read_all(sorted(stale), jobs, aliases=known, scratch=writer.scratch)
            entries |= {path: Entry.of(statements, reader) for path, statements in again.items()}
            made |= again
            read = len(made)
            settle(entries, kept, gone, made, writer, known, reader)
            texts = {entry.graph: made[path].nquads for path, entry in entries.items() if path in made}
            made.clear()  # their text is in texts
        noted = {
            "rules": _digest(rules.files(ontology_dir())),
            "documents": [entry.to_json() for _, entry in sorted(entries.items())],
        }
        changed = any(manifest.get(key) != value for key, value in noted.items())
        if changed:
            with clock("load"):
                graphs = {entry.graph for entry in entries.values()}
                texts[rules.GRAPHS[0]] = vocabulary()
                _load(writer, texts, graphs, {entry.graph for entry in stored.values()})
            with clock("rules"):
                derived = rules.run(writer.engine, ontology_dir())
            with clock("commit"):
                # Counted as they were made: asking the store would take as long as a question over everything.
                quads = sum(entry.quads for entry in entries.values()) + vocabulary().count(b"\n") + derived
                manifest = {**noted, "quads": quads}
                writer.commit(manifest)
    return BuildReport(
        store=Path(store_path),
        read=read,
        unchanged=len(unchanged),
        removed=len(stored.keys() - entries.keys()),
        documents=len(entries),
        failed=sum(not entry.described and not entry.claim.reports for entry in entries.values()),
        programs=len({program for entry in entries.values() for program in entry.described}),
        quads=manifest["quads"],
        findings=sum((Counter(entry.findings) for entry in entries.values()), Counter[str]()),
        seconds=clock.seconds,
        changed=changed,
    )


def _load(writer: Writer, texts: dict[str, bytes | Waiting], graphs: set[str], stored: set[str]) -> None:
    """Bring the graphs of a new snapshot to what they shall be, and empty those that rules fill.

    ``texts`` are statements by graph, the vocabulary among them; ``graphs`` are those of the documents that shall be
    there, ``stored`` those that are.  ``texts`` is emptied.
    """
    import pyoxigraph

    from kb.rules import GRAPHS
    from kb.store.oxigraph import bulk_load, pieces

    leaving = (stored - graphs) | (stored & texts.keys())
    rewrite = len(leaving) + len(texts) > _WORTH_REWRITING * len(stored) + 1
    if not writer.begun:
        writer.begin(copy=not rewrite)
    letting_go = (bytes(texts.pop(graph)) for graph in list(texts))
    if rewrite:
        bulk_load(writer.engine, chain(letting_go, _staying(writer, stored - leaving)))
    else:
        for graph in (*leaving, *GRAPHS):
            writer.engine.remove_graph(pyoxigraph.NamedNode(graph))
        for piece in pieces(letting_go):
            writer.engine.load(piece, pyoxigraph.RdfFormat.N_QUADS, lenient=True)


def _staying(writer: Writer, graphs: Iterable[str]) -> Iterator[bytes]:
    """Statements of the present snapshot that the new one takes over as they are."""
    present = writer.present() if graphs else None
    if present is None:
        return
    with present:
        for graph in graphs:
            dumped = io.BytesIO()
            present.dump(dumped, graph)
            yield dumped.getvalue().replace(b" .\n", f" <{graph}> .\n".encode())


def _is_same(entry: Entry, reader: str) -> bool:
    """Whether a document's bytes are those that were read, by the same reader."""
    path = Path(entry.claim.path)
    if entry.reader != reader or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == entry.claim.document.sha256
    except OSError:
        return False


def _digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in files:
        total.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


class _Clock:
    """Seconds of each phase."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, phase: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[phase] = self.seconds.get(phase, 0.0) + time.perf_counter() - start
