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
from pathlib import Path
from typing import TYPE_CHECKING

from kb.claims import Claim, Outcome, apply, settle
from kb.manifest import Entry
from kb.reading import Statements, read_all, state

if TYPE_CHECKING:
    from kb.aliases import Aliases
    from kb.store.embedded import Writer

__all__ = ["BuildReport", "build"]

# Where more than this part of the graphs changes, making a new store is faster than changing a copy.
_WORTH_REWRITING = 0.2


@dataclass(frozen=True)
class BuildReport:
    """What a build did.

    ``read``, ``unchanged`` and ``removed`` count documents of this build; ``documents``, ``failed`` (those that
    describe no program), ``programs``, ``quads`` and ``findings`` (by severity) count what the store now holds.
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

    A document that is given replaces those of earlier builds that describe the same programs; two that are given
    together and describe one program are settled by :mod:`kb.claims`.

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
    from kb.store.embedded import writing
    from kb.vocabulary import ontology_dir

    clock = _Clock()
    with clock("find"):
        files = sorted({str(path.absolute()) for path in sources.find(paths)})
        known = read_aliases(aliases)
    with writing(Path(store_path)) as writer:
        with clock("compare"):
            manifest = writer.manifest
            versions = {"reader": sources.reader_version(known), "rules": _digest(rules.files(ontology_dir()))}
            stored = {row["path"]: Entry.from_json(row) for row in manifest.get("documents", [])}
            same_reader = manifest.get("reader") == versions["reader"]
            unchanged = {path for path in files if path in stored and same_reader and _is_same(stored[path])}
        with clock("read"):
            made = read_all([path for path in files if path not in unchanged], jobs, progress, known)
            given = {path: stored[path] if path in unchanged else _entry(made[path]) for path in files}
            kept = {} if prune else _kept(stored, given)
            if not same_reader:  # the new reader reads the documents of earlier builds as well, if they still lie there
                again = read_all([path for path in kept if Path(path).is_file()], jobs, aliases=known)
                kept.update((path, _entry(statements)) for path, statements in again.items())
                made |= again
            entries, texts = _settle(kept, given, made, known)
            read = len(made)
            made.clear()  # their text is in texts
        noted = {**versions, "documents": [entry.to_json() for entry in entries]}
        changed = any(manifest.get(key) != value for key, value in noted.items())
        if changed:
            with clock("load"):
                vocabulary = rules.vocabulary_quads(ontology_dir())
                graphs = {entry.graph for entry in entries}
                texts[rules.GRAPHS[0]] = vocabulary
                _load(writer, texts, graphs, {entry.graph for entry in stored.values()})
            with clock("rules"):
                derived = rules.run(writer.engine, ontology_dir())
            with clock("commit"):
                # Counted as they were made: asking the store would take as long as a question over everything.
                quads = sum(entry.quads for entry in entries) + vocabulary.count(b"\n") + derived
                manifest = {**noted, "quads": quads}
                writer.commit(manifest)
    return BuildReport(
        store=Path(store_path),
        read=read,
        unchanged=len(unchanged),
        removed=len(stored.keys() - {entry.claim.path for entry in entries}),
        documents=len(entries),
        failed=sum(not entry.described for entry in entries),
        programs=sum(len(entry.described) for entry in entries),
        quads=manifest["quads"],
        findings=sum((Counter(entry.findings) for entry in entries), Counter[str]()),
        seconds=clock.seconds,
        changed=changed,
    )


def _kept(stored: Mapping[str, Entry], given: Mapping[str, Entry]) -> dict[str, Entry]:
    """Documents of earlier builds that nothing given stands for."""
    programs = {program for entry in given.values() for program in entry.claim.programs}
    graphs = {entry.graph for entry in given.values()}
    return {
        path: entry
        for path, entry in stored.items()
        if path not in given
        and entry.graph not in graphs
        and not (entry.claim.programs and programs.issuperset(entry.claim.programs))
    }


def _settle(
    kept: Mapping[str, Entry],
    given: Mapping[str, Entry],
    made: Mapping[str, Statements],
    aliases: Aliases | None,
) -> tuple[list[Entry], dict[str, bytes | memoryview]]:
    """Settle who describes which program; return all documents by path, and the new statements by graph."""
    from kb.sources import read

    outcomes = settle(entry.claim for entry in kept.values())
    owners = {program: path for path, e in kept.items() for program in Entry(e.claim, outcomes[path], {}).described}
    outcomes |= settle((entry.claim for entry in given.values()), owners)
    entries: dict[str, Entry] = {}
    texts: dict[str, bytes | memoryview] = {}
    for path, entry in {**kept, **given}.items():
        statements = made.get(path)
        if outcomes[path] != entry.outcome and (statements or Path(path).is_file()):
            statements = state(path, apply(path, read(Path(path), aliases), outcomes[path]))
            entry = _entry(statements, entry.claim, outcomes[path])
        entries[entry.graph] = entry
        if statements:
            texts[entry.graph] = statements.nquads
    return sorted(entries.values(), key=lambda entry: entry.claim.path), texts


def _load(writer: Writer, texts: dict[str, bytes | memoryview], graphs: set[str], stored: set[str]) -> None:
    """Bring the graphs of a new snapshot to what they shall be, and empty those that rules fill.

    ``texts`` are statements by graph, the vocabulary among them; ``graphs`` are those of the documents that shall be
    there, ``stored`` those that are.
    """
    import pyoxigraph

    from kb.rules import GRAPHS
    from kb.store.oxigraph import bulk_load

    leaving = (stored - graphs) | (stored & texts.keys())
    rewrite = len(leaving) + len(texts) > _WORTH_REWRITING * len(stored) + 1
    writer.begin(copy=not rewrite)
    chunks = list(texts.values())
    texts.clear()  # the same bytes twice would be a third of all memory
    if rewrite:
        chunks.append(_staying(writer, stored - leaving))
        bulk_load(writer.engine, chunks)
    else:
        for graph in (*leaving, *GRAPHS):
            writer.engine.remove_graph(pyoxigraph.NamedNode(graph))
        writer.engine.load(b"".join(chunks), pyoxigraph.RdfFormat.N_QUADS, lenient=True)


def _staying(writer: Writer, graphs: set[str]) -> bytes:
    """Statements of the present snapshot that the new one takes over as they are."""
    present = writer.present() if graphs else None
    if present is None:
        return b""
    with present:
        dumped = io.BytesIO()
        present.dump(dumped)
    names = {f"<{graph}>".encode() for graph in graphs}
    return b"".join(line for line in dumped.getvalue().splitlines(keepends=True) if line.rsplit(b" ", 2)[1] in names)


def _entry(statements: Statements, claim: Claim | None = None, outcome: Outcome | None = None) -> Entry:
    """Note down a document that was read; without an outcome it speaks for all its programs under its own key."""
    claim = claim or statements.claim
    outcome = outcome or Outcome(claim.document.key)
    return Entry(claim, outcome, statements.findings, statements.quads)


def _is_same(entry: Entry) -> bool:
    """Whether a document's bytes are those that were read."""
    try:
        with Path(entry.claim.path).open("rb") as file:
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
